"""Settling questions: `resolve`."""

import sqlite3
from contextlib import closing

import click

from forecast.cli import typed
from forecast.cli.context import World
from forecast.cli.options import (
    NUMBERS_MAY_BE_NEGATIVE,
    pass_world,
    question_argument,
    shared_options,
    value_argument,
)
from forecast.model import ANNULLED, ANNULMENTS, Question, Resolution


@click.command("resolve", context_settings=NUMBERS_MAY_BE_NEGATIVE)
@question_argument
@value_argument("outcome", "OUTCOME")
@click.option("--known", metavar="WHEN", help="When the answer became known, if not now.")
@click.option(
    "--evidence", metavar="TEXT", multiple=True, help="A link or document; may be repeated."
)
@click.option("--note", metavar="TEXT", default="", help="What decided it.")
@click.option("--reason", type=click.Choice(ANNULMENTS), default=None, help="Why it is annulled.")
@shared_options
@pass_world
def resolve_command(
    world: World,
    question_id: str,
    outcome: str,
    known: str | None,
    evidence: tuple[str, ...],
    note: str,
    reason: str | None,
) -> None:
    """Settle a question: OUTCOME is yes, no or annulled.

    For other types it is an option, a number or a date. A later resolution supersedes an earlier
    one, which the record keeps.
    """
    from forecast.reading.instants import end_of, read_zone
    from forecast.store import append, queries

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        before = queries.get(connection, id_)
        question = before.question
        zone = read_zone(question.timezone)
        known_at = typed.instant("known", known, world, zone, end_of)
        resolution = append.resolve(
            connection,
            id_,
            spelt(question, outcome),
            world.recording,
            known_at=known_at,
            reason=reason or "",
            evidence=typed.listed(evidence),
            note=note.strip(),
        )
        echo(world, connection, question, resolution, before.resolution)


def spelt(question: Question, outcome: str) -> str:
    """Give an outcome as it is spelt in the record, whatever the case it was typed in."""
    answers = (*question.options, *(("yes", "no") if question.type == "binary" else ()), ANNULLED)
    wanted = outcome.strip().casefold()
    return next((answer for answer in answers if answer.casefold() == wanted), outcome.strip())


def echo(
    world: World,
    connection: sqlite3.Connection,
    question: Question,
    resolution: Resolution,
    earlier: Resolution | None,
) -> None:
    """Say how a question was settled, and how the forecasts on it did."""
    from forecast.cli.output import say, say_json, titled
    from forecast.reading.instants import read_zone, show_instant
    from forecast.reporting import record, shapes, words
    from forecast.store import forecasters, queries

    tracked = queries.get(connection, question.id)
    scored = record.score(connection, [tracked])
    if world.json:
        say_json(
            {
                "id": question.id,
                **shapes.resolution(resolution),
                "scores": [shapes.unit_score(scored, unit) for unit in scored.with_score],
            }
        )
        return
    zone = read_zone(question.timezone)
    say(titled(question.id, question.title))
    why = f" ({resolution.reason})" if resolution.reason else ""
    say(f"Resolved {resolution.outcome}{why}, known at {show_instant(resolution.known_at, zone)}.")
    if earlier is not None:
        was = show_instant(earlier.known_at, zone)
        say(f"This supersedes {earlier.outcome}, known at {was}, which the record keeps.")
    you = forecasters.present_name(connection, world.forecaster) if world.you else ""
    for sentence in words.how_they_did(scored, you):
        say(f"  {sentence}")
    if record.is_held_back(tracked, world.now):
        until = show_instant(question.deadline, zone)
        say(f"It came early: reports leave it out until {until}, or with --include-early.")
