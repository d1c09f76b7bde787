"""From what was typed to records: dates in the question's zone, first forecasts, revisions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.context import World
from forecast.cli.options import Command
from forecast.model import Forecast, InvalidField, NotReadable, Question

if TYPE_CHECKING:
    from forecast.reading.lexicon import Lexicon
    from forecast.reading.probabilities import Reading

Edge = Callable[[Any, tzinfo], datetime]


def lexicon_option(told: str) -> Callable[[Command], Command]:
    """Take the name of a lexicon; `told` is what `--help` says of it."""
    return click.option(
        "--lexicon", metavar="NAME", callback=_known_lexicon, shell_complete=_lexicons, help=told
    )


def _known_lexicon(
    context: click.Context, parameter: click.Parameter, name: str | None
) -> str | None:
    """Give the lexicon's key; an error of a name that none has."""
    from forecast.reading.lexicon import find_lexicon

    try:
        return None if name is None else find_lexicon(name).key
    except NotReadable as error:
        raise click.BadParameter(str(error), context, parameter) from None


def _lexicons(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from forecast.reading.lexicon import LEXICON_KEYS

    return [key for key in LEXICON_KEYS if key.startswith(incomplete.lower())]


def new_question(world: World, title: str, given: dict[str, Any]) -> Question:
    """Make the question that `add` was given, open from now on."""
    from forecast.reading.ids import id_from_title
    from forecast.reading.instants import end_of, read_zone

    timezone = given["timezone"] or world.zone_name
    zone = read_zone(timezone)
    return Question(
        id=given["id_"] or id_from_title(title),
        title=title,
        type=given["type_"] or "binary",
        options=listed(given["options"]),
        unit=(given["unit"] or "").strip(),
        opened_at=world.now,
        deadline=deadline(given["deadline"], world, zone),
        known_by=instant("known-by", given["known_by"], world, zone, end_of),
        timezone=timezone,
        criteria=(given["criteria"] or "").strip(),
        sources=listed(given["sources"]),
        tags=listed(given["tags"]),
        event=(given["event"] or "").strip(),
    )


def revised(question: Question, world: World, given: dict[str, Any]) -> Question:
    """Give the question with what `edit` was given; days move with a new zone."""
    from forecast.reading.instants import day_if_end, day_if_start, end_of, read_zone, start_of

    old_zone = read_zone(question.timezone)
    timezone = given["timezone"] or question.timezone
    zone = read_zone(timezone)

    def moved(old: datetime, day_of: Any, edge: Edge) -> datetime:
        day = day_of(old, old_zone)
        return edge(day, zone) if day else old

    opened_at = instant("opened", given["opened"], world, zone, start_of)
    closes = instant("deadline", given["deadline"], world, zone, end_of)
    known_by = question.known_by and moved(question.known_by, day_if_end, end_of)
    if given["known_by"] is not None:  # empty: no longer said, as with --tag ''
        typed = given["known_by"].strip()
        known_by = instant("known-by", typed, world, zone, end_of) if typed else None
    texts = {"title": "title", "criteria": "criteria", "event": "event", "unit": "unit"}
    fields: dict[str, Any] = {
        field: given[name].strip()
        for field, name in (texts | {"type": "type_"}).items()
        if given[name] is not None
    }
    fields |= {
        field: listed(given[field]) for field in ("sources", "tags", "options") if given[field]
    }
    return replace(
        question,
        opened_at=opened_at or moved(question.opened_at, day_if_start, start_of),
        deadline=closes or moved(question.deadline, day_if_end, end_of),
        known_by=known_by,
        timezone=timezone,
        **fields,
    )


def reading(world: World, probability: str, lexicon: str | None = None) -> "Reading":
    """Read a probability, words by the lexicon of this key, else of the config, else ICD 203."""
    from forecast.reading.probabilities import read_probability

    def chosen() -> "Lexicon":  # numbers need neither a lexicon nor the config
        from forecast.reading.lexicon import find_lexicon

        return find_lexicon(lexicon or world.lexicon)

    return read_probability(probability, chosen)


def forecast(
    world: World,
    question_id: str,
    probability: str,
    made_at: datetime,
    note: str,
    lexicon: str | None = None,
) -> Forecast:
    """Make a forecast of what was typed, which is kept beside what it was read as."""
    read = reading(world, probability, lexicon)
    return Forecast(
        question=question_id,
        forecaster=world.forecaster,
        made_at=made_at,
        probability=read.probability,
        words=read.words,
        low=read.low,
        high=read.high,
        lexicon=read.lexicon,
        note=note.strip(),
    )


def deadline(text: str, world: World, zone: tzinfo) -> datetime:
    """Read the deadline of a new question, which has to be ahead."""
    from forecast.reading.dates import read_when
    from forecast.reading.instants import end_of, show_day

    closes = end_of(read_when(text, world.now, zone), zone)
    if closes <= world.now:
        raise InvalidField("deadline", f"{show_day(closes, zone)} has passed: write a day to come")
    return closes


def instant(
    option: str, text: str | None, world: World, zone: tzinfo, edge: Edge
) -> datetime | None:
    """Read the instant an option was given; None where it was not."""
    from forecast.reading.dates import read_when

    if text is None:
        return None
    try:
        return edge(read_when(text, world.now, zone), zone)
    except NotReadable as error:
        raise NotReadable(f"--{option}: {error}") from None


def made_at(world: World, question: Question, at: str | None) -> datetime:
    """Say when something was said: now, or as `--at` has it, in the question's zone."""
    from forecast.reading.instants import read_zone, start_of

    return instant("at", at, world, read_zone(question.timezone), start_of) or world.now


def listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """Give the values of a repeated option, without empty ones."""
    stripped = (value.strip() for value in values)
    return tuple(value for value in stripped if value)
