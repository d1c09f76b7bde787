"""Going through what needs you: `review`, one question at a time, by single keys."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import click

from forecast.cli import typed
from forecast.cli.asking import answer
from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options
from forecast.model import ANNULMENTS, Forecast, ForecastError, InvalidField
from forecast.store.proposals import Proposal
from forecast.store.queries import Tracked

#: What a key does, in the order it is offered.
_KEYS = {
    "p": "accept the proposal",
    "r": "reject it",
    "y": "it happened",
    "n": "it did not",
    "o": "the outcome",
    "u": "update your forecast",
    "k": "keep it as it is",
    "a": "annul",
    "s": "skip",
    "q": "quit",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A question to look at, why, and what its source says."""

    tracked: Tracked
    why: str
    proposal: Proposal | None = None


@click.command("review")
@shared_options
@pass_world
def review_command(world: World) -> None:
    """Go through what needs you, one question at a time.

    What is due, proposed or long without an update comes up with its evidence and your last
    forecast; a single key settles, updates, keeps, annuls or skips it. What was done stays done
    if you break off. With --json: what would come up.
    """
    from forecast.cli.output import say, say_json

    with closing(world.changing()) as connection:
        items = _items(world, connection)
        if world.json:
            say_json(_shapes(world, items))
            return
        if not items:
            say("Nothing needs you.")
            return
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise ForecastError(
                "review asks at a terminal: in a script, use forecast check --json, resolve, accept"
            )
        for number, item in enumerate(items, start=1):
            _show(world, connection, item, f"{number} of {len(items)}")
            if not _settle(world, connection, item):
                break
            say()


def _items(world: World, connection: sqlite3.Connection) -> list[Item]:
    from forecast.resolving.running import survey

    attention = survey(connection, world.now)
    proposals = {one.question.id: proposal for one, proposal in attention.proposed}
    items = [Item(one, "due", proposals.pop(one.question.id, None)) for one in attention.due]
    items += [
        Item(one, "proposed", proposal)
        for one, proposal in attention.proposed
        if one.question.id in proposals
    ]
    items += [Item(one, "resolved, and the source now differs", p) for one, p in attention.again]
    seen = {item.tracked.question.id for item in items}
    items += [
        Item(one, "long without an update")
        for one in attention.stale
        if one.question.id not in seen
    ]
    return items


def _shapes(world: World, items: list[Item]) -> list[dict[str, object]]:
    from forecast.reporting import shapes
    from forecast.reporting.attention import shape

    return [
        {
            "why": item.why,
            **shapes.question(item.tracked, world.now, None),
            "proposal": item.proposal and shape(item.tracked, item.proposal),
        }
        for item in items
    ]


def _show(world: World, connection: sqlite3.Connection, item: Item, place: str) -> None:
    from forecast.cli.output import say, say_styled, titled
    from forecast.reading.instants import read_zone, show_instant
    from forecast.reading.probabilities import percent
    from forecast.reporting.attention import proposal_lines, where_to_look
    from forecast.reporting.safely import wrapped
    from forecast.store import queries

    question = item.tracked.question
    zone = read_zone(question.timezone)
    say_styled(f"[{place}, {item.why}] {titled(question.id, question.title)}", bold=True)
    say(f"  deadline {show_instant(question.deadline, zone)}")
    if question.criteria:
        say(wrapped(question.criteria, "  "))
    for source in question.sources:
        say(f"  source {source}")
    if where := where_to_look(item.tracked):
        say(f"  look at {where.partition(': ')[2]}")
    if item.proposal is not None:
        for line in proposal_lines(item.tracked, item.proposal, whole=True)[1:]:
            say(line)
    standing = queries.standing(connection, question.id, world.forecaster)
    if standing is not None and standing.probability is not None:
        note = f": {standing.note}" if standing.note else ""
        made = show_instant(standing.made_at, zone)
        say(f"  You said {percent(standing.probability)}, at {made}{note}")


def _settle(world: World, connection: sqlite3.Connection, item: Item) -> bool:
    """Ask for a key and do what it says, until the question is dealt with; False to quit."""
    from forecast.cli.output import say

    deeds: dict[str, Callable[[World, sqlite3.Connection, Item], None]] = {
        "p": _accept,
        "r": _reject,
        "y": lambda *about: _resolve("yes", *about),
        "n": lambda *about: _resolve("no", *about),
        "o": _other_outcome,
        "u": _update,
        "k": _keep,
        "a": _annul,
    }
    offered = _offered(world, connection, item)
    say("  ".join(f"[{key}] {_KEYS[key]}" for key in offered))
    while True:
        key = click.getchar()
        if key in ("\x03", "\x04"):
            raise click.Abort
        key = key.lower()
        if key not in offered:
            continue
        if key in "sq":
            return key == "s"
        try:
            deeds[key](world, connection, item)
        except ForecastError as error:  # a slip is told, and the question asked again
            say(f"Not done: {error}")
            continue
        return True


def _offered(world: World, connection: sqlite3.Connection, item: Item) -> list[str]:
    from forecast.store import queries

    question = item.tracked.question
    is_open = item.tracked.status(world.now) == "open"
    has_forecast = queries.standing(connection, question.id, world.forecaster) is not None
    offered = {
        "p": item.proposal is not None and item.proposal.outcome is not None,
        "r": item.proposal is not None,
        "y": question.type == "binary",
        "n": question.type == "binary",
        "o": question.type != "binary",
        "u": is_open and question.type == "binary",
        "k": is_open and has_forecast and question.type == "binary",
        "a": True,
        "s": True,
        "q": True,
    }
    return [key for key in _KEYS if offered[key]]


def _accept(world: World, connection: sqlite3.Connection, item: Item) -> None:
    from forecast.cli.answers import echo
    from forecast.store import proposals

    question = item.tracked.question
    known = None
    if item.proposal is not None and item.proposal.known_at is None:
        known = _known(world, item, item.proposal.outcome or "")
    resolution = proposals.accept(connection, question.id, world.recording, known_at=known)
    echo(world, connection, question, resolution, item.tracked.resolution)


def _reject(world: World, connection: sqlite3.Connection, item: Item) -> None:
    from forecast.cli.output import say
    from forecast.store import proposals

    note = answer("Why is it not so")
    proposals.reject(connection, item.tracked.question.id, note, world.recording)
    say("Rejected: it comes up again once the source says something else.")


def _resolve(outcome: str, world: World, connection: sqlite3.Connection, item: Item) -> None:
    from forecast.cli.answers import echo
    from forecast.store import append

    question = item.tracked.question
    known = _known(world, item, outcome)
    evidence = answer("Evidence: a link or document (empty for none)")
    note = answer("What decided it (empty for nothing)")
    resolution = append.resolve(
        connection,
        question.id,
        outcome,
        world.recording,
        known_at=known,
        evidence=typed.listed((evidence,)),
        note=note,
    )
    echo(world, connection, question, resolution, item.tracked.resolution)


def _other_outcome(world: World, connection: sqlite3.Connection, item: Item) -> None:
    from forecast.cli.answers import spelt

    question = item.tracked.question
    which = f" ({', '.join(question.options)})" if question.options else ""
    outcome = answer(f"The outcome{which}", needed=True)
    _resolve(spelt(question, outcome), world, connection, item)


def _known(world: World, item: Item, outcome: str) -> datetime | None:
    """Ask when the answer became known; needed only where it decides the scores."""
    from forecast.reading.instants import end_of, read_zone

    question = item.tracked.question
    zone = read_zone(question.timezone)
    needed = outcome == "yes" and world.now > question.deadline
    when = answer(
        "When did it become known" + ("" if needed else " (empty for now)"),
        lambda text: typed.instant("known", text, world, zone, end_of),
        needed=needed,
    )
    return typed.instant("known", when or None, world, zone, end_of)


def _update(world: World, connection: sqlite3.Connection, item: Item) -> None:
    from forecast.cli.output import say
    from forecast.reporting.words import forecast_sentence
    from forecast.store import append, queries

    question = item.tracked.question
    said = answer(
        "Your forecast (7%, 1:13, likely)", lambda text: typed.reading(world, text), needed=True
    )
    note = answer("Why (empty for nothing)")
    before = queries.standing(connection, question.id, world.forecaster)
    forecast = append.record_forecast(
        connection,
        typed.forecast(world, question.id, said, typed.made_at(world, question, None), note),
        world.recording,
    )
    say(forecast_sentence(forecast, before, world.you or forecast.forecaster))


def _keep(world: World, connection: sqlite3.Connection, item: Item) -> None:
    """Say the same again: it counts as an update, and so the question is fresh."""
    from dataclasses import replace

    from forecast.cli.output import say
    from forecast.store import append, queries

    id_ = item.tracked.question.id
    standing: Forecast | None = queries.standing(connection, id_, world.forecaster)
    assert standing is not None
    again = replace(
        standing, made_at=world.now, note="reaffirmed", recorded_at=None, recorded_by=""
    )
    append.record_forecast(connection, again, world.recording)
    say("Kept, and noted that you looked at it.")


def _annul(world: World, connection: sqlite3.Connection, item: Item) -> None:
    from forecast.cli.answers import echo
    from forecast.store import append

    def known_reason(text: str) -> str:
        if text not in ANNULMENTS:
            raise InvalidField("reason", f"'{text}' is none of {', '.join(ANNULMENTS)}")
        return text

    question = item.tracked.question
    reason = answer(f"Why ({', '.join(ANNULMENTS)})", known_reason, needed=True)
    note = answer("In your words (empty for nothing)")
    resolution = append.resolve(
        connection, question.id, "annulled", world.recording, reason=reason, note=note
    )
    echo(world, connection, question, resolution, item.tracked.resolution)
