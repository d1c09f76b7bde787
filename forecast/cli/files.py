"""Question files in and out: `load` and `dump`."""

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from forecast.cli.context import World
from forecast.cli.options import complete_id, pass_world, shared_options
from forecast.model import Entry, ForecastError, InvalidField


@click.command("load")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--change-meaning",
    is_flag=True,
    help="Allow revisions that make it another question although people have forecast it.",
)
@click.option("--unresolved", is_flag=True, help="Leave out the answers the files hold.")
@shared_options
@pass_world
def load_command(
    world: World, files: tuple[str, ...], change_meaning: bool, unresolved: bool
) -> None:
    """Take in question files, all of it or nothing.

    FILE is a path, - for standard input, or the name of a file that ships with the program, such
    as china-russia-2022. What the tracker has already is left as it is.
    """
    from forecast.cli.output import join, say, say_json
    from forecast.reporting.phrases import count
    from forecast.store.load import load

    entries = _read(files)
    if unresolved:
        entries = [replace(entry, resolution=None) for entry in entries]
    with closing(world.writing()) as connection:
        try:
            loaded = load(connection, entries, world.recording, change_meaning=change_meaning)
        except InvalidField as error:  # a field of the file, not of what was typed
            raise ForecastError(str(error)) from None
    counts = {
        "questions": loaded.questions,
        "revisions": loaded.revisions,
        "forecasts": loaded.forecasts,
        "resolutions": loaded.resolutions,
        "comments": loaded.comments,
    }
    if world.json:
        say_json({**counts, "outdated": loaded.outdated, "unscored": loaded.unscored})
        return
    added = [count(number, noun.removesuffix("s")) for noun, number in counts.items() if number]
    say(f"Loaded {join(added)}." if added else "Nothing new: the tracker has all of it already.")
    if loaded.unscored:
        say(f"Kept, but of a type not yet scored: {', '.join(loaded.unscored)}.")
    if loaded.outdated:
        say(f"The tracker has something newer on {', '.join(loaded.outdated)}, and keeps it.")


@click.command("dump")
@click.argument("question_ids", metavar="[ID...]", nargs=-1, shell_complete=complete_id)
@shared_options
@pass_world
def dump_command(world: World, question_ids: tuple[str, ...]) -> None:
    """Write questions as a question file: all of them, or those named."""
    from forecast.questionfile import dump
    from forecast.store import queries

    with closing(world.reading()) as connection:
        ids = [queries.find_id(connection, text) for text in question_ids]
        if not ids:
            ids = queries.ids_beginning(connection, "")
        entries = [queries.entry(connection, id_) for id_ in dict.fromkeys(ids)]
    if world.json:
        from forecast.cli.output import say_json
        from forecast.reporting import shapes

        say_json([shapes.entry(one) for one in entries])
        return
    # Bytes, so that the file is UTF-8 with plain line ends on every system.
    sys.stdout.flush()
    sys.stdout.buffer.write(dump(entries).encode())


def shipped(name: str) -> Path | None:
    """Find a question file that ships with the program by its name, with or without .toml."""
    package = Path(__file__).parents[1]
    stem = name.removesuffix(".toml")
    if not stem or Path(stem).name != stem:
        return None
    for folder in (package / "questions", package.parent / "questions"):  # wheel, checkout
        path = folder / f"{stem}.toml"
        if path.is_file():
            return path
    return None


def _read(files: tuple[str, ...]) -> list[Entry]:
    from forecast.questionfile import parse, read
    from forecast.resolving.sources.registry import check

    entries: list[Entry] = []
    seen: dict[str, str] = {}
    for file in files:
        if file == "-":
            found = parse(sys.stdin.buffer.read(), "standard input", check)
        else:
            path = Path(file)
            found = read(path if path.exists() else shipped(file) or path, check)
        for entry in found:
            id_ = entry.question.id
            if id_ in seen:
                raise ForecastError(f"question '{id_}' is in {seen[id_]} and in {file}")
            seen[id_] = file
        entries += found
    return entries
