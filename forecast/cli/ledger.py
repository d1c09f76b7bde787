"""The record's honesty: `verify`, `redact`."""

import sys
from contextlib import closing
from pathlib import Path

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, question_argument, shared_options
from forecast.model import ForecastError

#: What a verified record does not prove, said with every pass.
NOT_PROVED = (
    "Not proved: that nothing was made up or left out by somebody with the file before its first "
    "seal was given away. Compare with a seal that somebody else kept: verify --against FILE."
)

#: What `redact` takes back -> its table.
_REDACTABLE = {
    "forecast": "forecasts",
    "comment": "comments",
    "answer": "resolutions",
    "question": "revisions",
    "evidence": "evidence",
}


@click.command("verify")
@click.option(
    "--against", metavar="SEAL", type=click.Path(path_type=Path), help="A seal kept by others."
)
@click.option(
    "--signers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who has which key, for SEAL.sig: lines of 'ann@example.org ssh-ed25519 …'.",
)
@click.option("--signer", metavar="NAME", default="", help="Who of these must have signed SEAL.")
@click.option(
    "--tsa-ca",
    "authorities",
    metavar="PEM",
    type=click.Path(path_type=Path),
    help="Certificates of the authority to be believed, for SEAL.tsr.",
)
@shared_options
@pass_world
def verify_command(
    world: World,
    against: Path | None,
    signers: Path | None,
    signer: str,
    authorities: Path | None,
) -> int:
    """Check that nothing was changed, dropped or slipped in.

    Layer by layer: the file, its triggers and views, the chain of all rows, the clock, the seals,
    and whether others can change the file where it lies. It ends with 0 only where nothing failed.
    """
    from forecast.cli.output import say, say_columns, say_json
    from forecast.reporting.safely import wrapped
    from forecast.store.place import place_layer
    from forecast.store.sealing import kept
    from forecast.store.verify import against_seal, verify

    if bool(signers) != bool(signer):
        raise click.UsageError("--signers and --signer go together: whose key, and who has which")
    if against is None and (signers or authorities):
        raise click.UsageError("--signers and --tsa-ca need a seal: add --against SEAL")
    seal = None if against is None else kept.read(against, sys.stdin.buffer)
    with closing(world.reading()) as connection:
        layers = verify(connection)
        if seal is not None:
            layers.append(against_seal(connection, seal.seal, layers))
    if seal is not None:
        layers += kept.layers(seal, world.environment, signers, signer, authorities)
    if layers:
        layers.append(place_layer(world.path))
    failed = [one for one in layers if one.state == "fail"]
    if world.json:
        say_json(
            {
                "verified": bool(layers) and not failed,
                "layers": [
                    {"layer": one.name, "state": one.state, "detail": one.detail} for one in layers
                ],
            }
        )
    elif not layers:
        say("Nothing to verify: the record is empty.")
    else:
        say_columns([(one.name, one.state, one.detail) for one in layers])
        if not failed:
            say()
            say(wrapped(NOT_PROVED, ""))
    return 1 if failed else 0


@click.command("redact")
@question_argument
@click.argument("what", metavar="WHAT", type=click.Choice(list(_REDACTABLE)))
@click.argument("number", metavar="[N]", type=click.IntRange(1), required=False)
@click.option("--reason", metavar="TEXT", default="", help="Why; it is kept.")
@click.option("--yes", is_flag=True, help="Do not ask: it cannot be undone.")
@shared_options
@pass_world
def redact_command(
    world: World, question_id: str, what: str, number: int | None, reason: str, yes: bool
) -> None:
    """Take a text back for good; its digest stays.

    WHAT is a forecast's note, a comment, an answer's note and evidence (the N-th, as show lists
    them), the question's own text, or the evidence its sources gave. Probabilities, times and
    outcomes stay, and verify goes on holding. Copies made before still have it.
    """
    from forecast.cli.output import say, say_json, titled
    from forecast.reporting.phrases import count
    from forecast.store import queries
    from forecast.store.redacting import redact

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        title = queries.get(connection, id_).question.title
        table = _REDACTABLE[what]
        rows = queries.row_ids(connection, table, id_)
        if not rows:
            raise ForecastError(f"'{id_}' has no {what} to take back")
        if number is not None:
            if number > len(rows):
                raise ForecastError(f"'{id_}' has no {what} {number}: see forecast show {id_}")
            rows = rows[number - 1 : number]
        elif what in ("forecast", "comment", "answer") and len(rows) > 1:
            raise ForecastError(
                f"'{id_}' has {len(rows)} of them: say which, forecast redact {id_} {what} N"
            )
        if not yes:
            if not sys.stdin.isatty():
                raise ForecastError("this cannot be undone: add --yes where nobody can be asked")
            click.confirm(f"Take back {what} of {titled(id_, title)}, for good?", abort=True)
        n_redacted = redact(connection, table, rows, reason.strip(), world.recording)
    if world.json:
        say_json({"id": id_, "what": what, "redacted": n_redacted})
        return
    if what != "question":
        say(titled(id_, title))
    say(f"Taken back: {count(n_redacted, 'text')}. Backups and seals made before are as they were.")
