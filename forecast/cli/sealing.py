"""Lines to give away, by which others can tell whether the record was changed: `seal`."""

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.context import World, expanded
from forecast.cli.options import pass_world, shared_options

if TYPE_CHECKING:
    from forecast.resolving.sealing import Asked, Sealed, Wanted
    from forecast.store.sealing.stamping import Stamp


@click.command("seal")
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write it to a file.")
@click.option(
    "--sign", "key", metavar="KEY", type=click.Path(), help="Sign it with an SSH key: FILE.sig."
)
@click.option(
    "--commit", "folder", metavar="REPO", type=click.Path(), help="Commit it to a git repository."
)
@click.option(
    "--stamp",
    "address",
    metavar="URL",
    help="Have an authority (RFC 3161) say when it saw it: FILE.tsr.",
)
@click.option(
    "--pending", is_flag=True, help="Seal nothing; get the time stamps that are still to come."
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="With --pending: ask authorities in your own network, too.",
)
@shared_options
@pass_world
def seal_command(
    world: World,
    output: str | None,
    key: str | None,
    folder: str | None,
    address: str | None,
    pending: bool,
    allow_private: bool,
) -> int:
    """Seal the record as it is now: lines to give away.

    Whoever keeps them can tell later whether anything was changed or is gone: forecast verify
    --against FILE. A signature says that they are yours; a time stamp, or somebody else's copy of
    a commit, since when there are such lines. Where an authority cannot be reached the record is
    sealed all the same, and --pending (or the next --stamp by the same authority) gets its stamp.
    """
    if pending and (key or address):
        raise click.UsageError("--pending seals nothing: leave --sign and --stamp out")
    if allow_private and not pending:
        raise click.UsageError("--allow-private goes with --pending: what --stamp names is asked")
    if key and not (output or folder):
        raise click.UsageError("--sign needs a file to sign: add -o FILE or --commit REPO")
    wanted = _wanted(world, output, key, folder, address)
    return _complete(world, wanted, allow_private) if pending else _seal(world, wanted)


def _wanted(
    world: World, output: str | None, key: str | None, folder: str | None, address: str | None
) -> "Wanted":
    from forecast.resolving.sealing import Wanted
    from forecast.store.sealing.committing import Repository

    terminal = sys.stdin.isatty()
    file = None if output is None else world.output(output)
    if address is not None:
        from forecast.resolving.posting import checked

        address = checked(address)
    return Wanted(
        file=file,
        key=None if key is None else expanded(key),
        repository=(
            None if folder is None else Repository(expanded(folder), world.environment, terminal)
        ),
        address=address,
        environment=world.environment,
        terminal=terminal,
    )


def _seal(world: World, wanted: "Wanted") -> int:
    from forecast.cli.output import say_json
    from forecast.resolving.sealing import seal

    with closing(world.changing()) as connection:
        sealed = seal(connection, world.now, wanted)
    if world.json:
        say_json(_shape(sealed, wanted))
    else:
        _say(sealed, wanted)
    return 0


def _shape(sealed: "Sealed", wanted: "Wanted") -> dict[str, Any]:
    from forecast.store import seals

    made = sealed.seal
    stamp = None
    if wanted.address is not None:
        stamp = {
            "state": "pending" if sealed.stamp is None else "stamped",
            "url": wanted.address,
            **_stamp_shape(sealed.stamp),
            "problem": sealed.problem or None,
        }
    committed = None
    if sealed.committed is not None:
        committed = {"file": str(sealed.committed), "commit": sealed.commit}
    return {
        "made_at": made.made_at,
        "positions": made.positions,
        "head": made.head,
        **dict(zip(seals.COUNTED, made.counts, strict=True)),
        "file": None if wanted.file is None else str(wanted.file),
        "signed": wanted.key is not None,
        "committed": committed,
        "stamp": stamp,
        "completed": sealed.n_completed,
    }


def _stamp_shape(stamp: "Stamp | None") -> dict[str, Any]:
    return {"at": stamp and stamp.at, "by": stamp and stamp.by}


def _say(sealed: "Sealed", wanted: "Wanted") -> None:
    from forecast.reporting.phrases import count
    from forecast.store import seals

    made = sealed.seal
    lines = []
    if wanted.file is not None:
        lines.append(
            f"Sealed {made.positions:,} positions in {wanted.file}: give it away, or publish it."
        )
    if sealed.committed is not None and sealed.commit is not None:
        lines.append(
            f"Committed position {made.positions:,} as {sealed.committed} ({sealed.commit[:10]})."
        )
    elif sealed.committed is not None:
        lines.append(
            f"Nothing new to commit: position {made.positions:,} is sealed in {sealed.committed}."
        )
    if wanted.key is not None and (wanted.file is not None or sealed.commit is not None):
        lines.append(f"Signed with {wanted.key}.")
    if sealed.stamp is not None:
        lines.append(f"S{str(sealed.stamp)[1:]}.")
    elif wanted.address is not None:
        lines.append(f"The time stamp is pending ({sealed.problem}): forecast seal --pending")
    if sealed.n_completed:
        lines.append(f"Got {count(sealed.n_completed, 'earlier time stamp')}, too.")
    only_text = wanted.file is None and sealed.committed is None
    if only_text:
        from forecast.cli.output import say

        say(seals.text(made).rstrip("\n"))
    _say_lines(lines, aside=only_text)


def _complete(world: World, wanted: "Wanted", allow_private: bool) -> int:
    from forecast.cli.output import say_json
    from forecast.reading.instants import stamp as stamped
    from forecast.resolving.sealing import complete

    with closing(world.changing()) as connection:
        asked, commit = complete(connection, wanted, allow_private=allow_private)
    if world.json:
        say_json({"stamps": [_asked_shape(one) for one in asked], "commit": commit})
    else:
        lines = [
            f"The seal of {stamped(one.seal.made_at)}: "
            + (str(one.stamp) if one.stamp else f"still pending: {one.problem}")
            for one in asked
        ]
        if commit is not None:
            lines.append(f"Committed ({commit[:10]}).")
        _say_lines(lines or ["No time stamp is pending."])
    return 1 if any(one.stamp is None for one in asked) else 0


def _asked_shape(one: "Asked") -> dict[str, Any]:
    return {
        "made_at": one.seal.made_at,
        "positions": one.seal.positions,
        "state": "pending" if one.stamp is None else "stamped",
        "url": one.kept.stamp_url,
        **_stamp_shape(one.stamp),
        "problem": one.problem or None,
    }


def _say_lines(lines: list[str], aside: bool = False) -> None:
    """Print lines; aside, where the seal itself is what is printed."""
    from forecast.reporting.safely import clean

    for line in lines:
        click.echo(clean(line), err=aside)
