"""What sources say: `proposals`, `accept`, `reject`, and whose files to `trust`."""

from contextlib import closing
from pathlib import Path

import click

from forecast.cli import typed
from forecast.cli.context import World
from forecast.cli.options import pass_world, question_argument, shared_options
from forecast.model import ForecastError


@click.command("proposals")
@shared_options
@pass_world
def proposals_command(world: World) -> None:
    """List what sources say the answers are, with the evidence."""
    from forecast.cli.output import say, say_json
    from forecast.reporting.attention import proposal_lines, shape
    from forecast.resolving.running import survey

    with closing(world.reading()) as connection:
        attention = survey(connection, world.now)
    asked = [*attention.proposed, *attention.again]
    if world.json:
        say_json([shape(*one) for one in asked])
        return
    if not asked:
        say("Nothing is proposed.")
    for number, (tracked, proposal) in enumerate(asked):
        if number:
            say()
        for line in proposal_lines(tracked, proposal, whole=True):
            say(line)


@click.command("accept")
@question_argument
@click.argument("outcome", metavar="[OUTCOME]", required=False, default="")
@click.option("--known", metavar="WHEN", help="When the answer became known, if not as proposed.")
@click.option("--note", metavar="TEXT", default="", help="What decided it.")
@shared_options
@pass_world
def accept_command(
    world: World, question_id: str, outcome: str, known: str | None, note: str
) -> None:
    """Resolve a question as its source says.

    OUTCOME in the place of the source's, or where it says none.
    """
    from forecast.cli.answers import echo, spelt
    from forecast.reading.instants import end_of, read_zone
    from forecast.store import proposals, queries

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        before = queries.get(connection, id_)
        zone = read_zone(before.question.timezone)
        resolution = proposals.accept(
            connection,
            id_,
            world.recording,
            outcome=outcome and spelt(before.question, outcome),
            known_at=typed.instant("known", known, world, zone, end_of),
            note=note.strip(),
        )
        echo(world, connection, before.question, resolution, before.resolution)


@click.command("reject")
@question_argument
@click.option("--note", metavar="TEXT", default="", help="Why it is not so.")
@shared_options
@pass_world
def reject_command(world: World, question_id: str, note: str) -> None:
    """Turn down what a source says.

    It is proposed again only once the source says something else.
    """
    from forecast.cli.output import say, say_json, titled
    from forecast.reporting.attention import shape
    from forecast.store import proposals, queries

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        tracked = queries.get(connection, id_)
        rejected = proposals.reject(connection, id_, note.strip(), world.recording)
    if world.json:
        say_json({**shape(tracked, rejected), "note": note.strip()})
        return
    say(titled(id_, tracked.question.title))
    what = f"'{rejected.outcome}'" if rejected.outcome else "a change"
    say(f"Rejected: {rejected.evidence.url} said {what}. The question stays as it was.")


@click.command("trust")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--revoke", is_flag=True, help="Trust it no more.")
@shared_options
@pass_world
def trust_command(world: World, file: Path, revoke: bool) -> None:
    """Let a question file run programs and resolve by itself.

    It may send secrets of the environment, too. That holds for the file as it is now: after a
    change it asks again.
    """
    from forecast.cli.output import say, say_json
    from forecast.questionfile import parse
    from forecast.resolving.sources.registry import check
    from forecast.resolving.trust import Trust, permissions
    from forecast.store import runs

    path = file.resolve()
    trust = Trust(world.trust_path)
    if revoke:
        if not trust.remove(path):
            raise ForecastError(f"{path} is not trusted: nothing was changed")
        say_json({"file": str(path), "trusted": False}) if world.json else say(
            f"No longer trusted: {path}"
        )
        return
    data = _bytes(path)
    entries = parse(data, str(file), check)
    trust.add(path, data, entries)
    with closing(world.changing()) as connection:  # what failed for want of trust is tried again
        runs.forgive(connection, [entry.question.id for entry in entries])
    allowed = {one.question.id: permissions(one) for one in entries if permissions(one)}
    if world.json:
        say_json({"file": str(path), "trusted": True, "allows": allowed})
        return
    say(f"Trusted as it is now: {path}")
    for id_, what in allowed.items():
        say(f"  {id_} may {', '.join(what)}")
    if not allowed:
        say("  Nothing in it needs trust: it runs no program, sends no secret, resolves nothing.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ForecastError(f"{path} cannot be read: {error.strerror}") from None
