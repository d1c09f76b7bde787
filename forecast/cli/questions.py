"""Asking questions: `add`, `edit`, `comment`."""

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

import click

from forecast.cli.context import World
from forecast.cli.options import (
    Command,
    pass_world,
    question_argument,
    shared_options,
)
from forecast.model import TYPES, Comment, Forecast, InvalidField, NotReadable, Question

#: Options of `add` that `edit` has, too.
QUESTION_OPTIONS = (
    click.option(
        "--deadline",
        "--by",
        metavar="DATE",
        help="The last day on which the event can count: 2026-12-31, +30d, 'end of 2026'.",
    ),
    click.option("--known-by", metavar="DATE", help="When the answer is expected to be known."),
    click.option("--criteria", metavar="TEXT", help="What counts as yes, what as no, who says so."),
    click.option(
        "--source",
        "sources",
        metavar="TEXT",
        multiple=True,
        help="Where the answer will be looked up; may be repeated.",
    ),
    click.option("--tag", "tags", metavar="TAG", multiple=True, help="May be repeated."),
    click.option("--event", metavar="KEY", help="Shared by questions that hang on one cause."),
    click.option("--timezone", metavar="ZONE", help="Whose days count, such as Europe/Berlin."),
    click.option("--type", "type_", type=click.Choice(TYPES), help="binary, unless said."),
    click.option(
        "--option", "options", metavar="TEXT", multiple=True, help="An answer of a choice; repeat."
    ),
    click.option("--unit", metavar="TEXT", help="What a number counts."),
)


def question_options(command: Command) -> Command:
    """Add the options that describe a question."""
    for option in reversed(QUESTION_OPTIONS):
        command = option(command)
    return command


@click.command("add")
@click.argument("title", required=False)
@question_options
@click.option("-p", "--probability", metavar="PROB", help="Your first forecast: 7%, 1:13, likely.")
@click.option("--note", metavar="TEXT", help="Why you say so; goes with -p.")
@click.option("--id", "id_", metavar="ID", help="Made from the title, unless given.")
@shared_options
@pass_world
def add_command(world: World, title: str | None, **given: Any) -> None:
    """Ask a question: TITLE and --deadline; without either, it asks you."""
    if title is None:
        if not sys.stdin.isatty():
            raise click.UsageError("a question needs a TITLE and a --deadline")
        title, given = _ask(world, given)
    if not given["deadline"]:
        raise click.UsageError("a question needs a deadline: --deadline 2026-12-31, or +30d")
    _add(world, " ".join(title.split()), given)


@click.command("edit")
@question_argument
@click.option("--title", metavar="TEXT")
@click.option("--opened", metavar="DATE", help="When forecasting started.")
@question_options
@click.option(
    "--change-meaning",
    is_flag=True,
    help="Allow a revision that makes it another question although people have forecast it.",
)
@shared_options
@pass_world
def edit_command(world: World, question_id: str, change_meaning: bool, **given: Any) -> None:
    """Give a question a new revision; the earlier ones are kept.

    A list given with --tag, --source or --option replaces the one before; --tag '' empties it.
    """
    from forecast.cli.output import say, titled
    from forecast.store import append, queries

    with closing(world.writing()) as connection:
        id_ = queries.find_id(connection, question_id)
        question = queries.get(connection, id_).question
        revised = _revised(question, world, given)
        changed = append.revise(connection, revised, world.recording, change_meaning=change_meaning)
    if world.json:
        from forecast.cli.output import say_json

        say_json({"id": id_, "changed": changed})
        return
    say(titled(id_, revised.title))
    say("Revised; the earlier revision is kept." if changed else "Nothing differs: no revision.")
    if changed:
        say(_when_sentence(revised))


@click.command("comment")
@question_argument
@click.argument("text")
@shared_options
@pass_world
def comment_command(world: World, question_id: str, text: str) -> None:
    """Add a remark to a question."""
    from forecast.cli.output import say, titled
    from forecast.store import append, queries

    with closing(world.writing()) as connection:
        id_ = queries.find_id(connection, question_id)
        remark = Comment(
            question=id_, author=world.forecaster, text=text.strip(), made_at=world.now
        )
        append.comment(connection, remark, world.recording)
        title = queries.get(connection, id_).question.title
    if world.json:
        from forecast.cli.output import say_json

        say_json({"id": id_, "author": remark.author, "text": remark.text, "made_at": world.now})
        return
    say(titled(id_, title))
    say(f"{remark.author}: {remark.text}")


def _add(world: World, title: str, given: dict[str, Any]) -> None:
    from forecast.cli.output import say, say_json, titled
    from forecast.reading.dates import end_of, read_zone
    from forecast.reading.ids import id_from_title
    from forecast.reporting.words import forecast_sentence
    from forecast.store import append

    timezone = given["timezone"] or world.zone_name
    zone = read_zone(timezone)
    question = Question(
        id=given["id_"] or id_from_title(title),
        title=title,
        type=given["type_"] or "binary",
        options=given["options"],
        unit=given["unit"] or "",
        opened_at=world.now,
        deadline=_deadline(given["deadline"], world, zone),
        known_by=_read("known-by", given["known_by"], world, zone, end_of),
        timezone=timezone,
        criteria=(given["criteria"] or "").strip(),
        sources=given["sources"],
        tags=given["tags"],
        event=given["event"] or "",
    )
    forecast = _first_forecast(world, question, given)
    with closing(world.writing()) as connection:
        question = append.add_question(
            connection,
            question,
            world.recording,
            forecast=forecast,
            number_on=not given["id_"],
        )
    if world.json:
        say_json(
            {"id": question.id, "title": question.title, "deadline": question.deadline}
            | ({"probability": forecast.probability} if forecast else {})
        )
        return
    say(titled(question.id, question.title))
    say(_when_sentence(question))
    if forecast:
        say(forecast_sentence(forecast, before=None))
    note = append.unscored_note(question)
    if note:
        say(f"Note: {note}.")


def _first_forecast(world: World, question: Question, given: dict[str, Any]) -> Forecast | None:
    if given["probability"] is None:
        if given["note"]:
            raise click.UsageError("--note goes with -p: the note says why you say so")
        return None
    from forecast.reading.probabilities import read_probability

    reading = read_probability(given["probability"])
    return Forecast(
        question=question.id,
        forecaster=world.forecaster,
        made_at=world.now,
        probability=reading.probability,
        words=reading.words,
        low=reading.low,
        high=reading.high,
        lexicon=reading.lexicon,
        note=(given["note"] or "").strip(),
    )


def _deadline(text: str, world: World, zone: tzinfo) -> datetime:
    from forecast.reading.dates import end_of, read_when, show_day

    deadline = end_of(read_when(text, world.now, zone), zone)
    if deadline <= world.now:
        raise InvalidField(
            "deadline", f"{show_day(deadline, zone)} has passed: write a day to come"
        )
    return deadline


def _read(
    option: str,
    text: str | None,
    world: World,
    zone: tzinfo,
    edge: Callable[[Any, tzinfo], datetime],
) -> datetime | None:
    from forecast.reading.dates import read_when

    if text is None:
        return None
    try:
        return edge(read_when(text, world.now, zone), zone)
    except NotReadable as error:
        raise NotReadable(f"--{option}: {error}") from None


def _revised(question: Question, world: World, given: dict[str, Any]) -> Question:
    """Give the question with what was given; days move with a new zone."""
    from forecast.reading.dates import day_if_end, day_if_start, end_of, read_zone, start_of

    old_zone = read_zone(question.timezone)
    timezone = given["timezone"] or question.timezone
    zone = read_zone(timezone)

    def moved(instant: datetime, day_of: Any, edge: Any) -> datetime:
        day = day_of(instant, old_zone)
        result: datetime = edge(day, zone) if day else instant
        return result

    opened = _read("opened", given["opened"], world, zone, start_of)
    deadline = _read("deadline", given["deadline"], world, zone, end_of)
    known_by = _read("known-by", given["known_by"], world, zone, end_of)
    if known_by is None and question.known_by:
        known_by = moved(question.known_by, day_if_end, end_of)
    fields: dict[str, Any] = {
        field: given[name].strip()
        for field, name in (
            ("title", "title"),
            ("criteria", "criteria"),
            ("event", "event"),
            ("type", "type_"),
            ("unit", "unit"),
        )
        if given[name] is not None
    }
    fields |= {
        field: tuple(value for value in given[field] if value)
        for field in ("sources", "tags", "options")
        if given[field]
    }
    return replace(
        question,
        opened_at=opened or moved(question.opened_at, day_if_start, start_of),
        deadline=deadline or moved(question.deadline, day_if_end, end_of),
        known_by=known_by,
        timezone=timezone,
        **fields,
    )


def _when_sentence(question: Question) -> str:
    """Echo what dates were understood as, in the question's zone and as an instant."""
    from forecast.reading.dates import read_zone, show_instant, stamp

    zone = read_zone(question.timezone)
    closes = show_instant(question.deadline, zone)
    instant = "" if question.timezone == "UTC" else f" ({stamp(question.deadline)})"
    sentence = f"Closes {closes}{instant}"
    if question.known_by:
        sentence += f"; the answer is expected by {show_instant(question.known_by, zone)}"
    return f"{sentence}."


def _ask(world: World, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Ask for a question on the terminal, once more for each answer that cannot be read."""
    from forecast.reading.probabilities import read_probability

    zone = world.zone

    def readable(read: Callable[[str], Any]) -> Callable[[str], str]:
        def check(text: str) -> str:
            try:
                if text.strip():
                    read(text)
            except (NotReadable, InvalidField) as error:
                raise click.UsageError(str(error)) from None
            return text.strip()

        return check

    def ask(question: str, read: Callable[[str], Any] = str, *, optional: bool = True) -> str:
        default = "" if optional else None
        answer: str = click.prompt(
            question, default=default, show_default=False, value_proc=readable(read)
        )
        return answer

    title = ask("What will happen, as a question", optional=False)
    deadline = ask(
        "By when (2026-12-31, +30d, end of 2026)",
        lambda text: _deadline(text, world, zone),
        optional=False,
    )
    criteria = ask("What counts as yes, what as no (empty for none yet)")
    source = ask("Where the answer will be looked up (empty for none yet)")
    tags = ask("Tags, separated by commas")
    probability = ask("Your forecast (7%, 1:13, likely; empty for none yet)", read_probability)
    note = ask("Why") if probability else ""
    asked = {
        "deadline": deadline,
        "criteria": criteria,
        "sources": (source,) if source else (),
        "tags": tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
        "probability": probability or None,
        "note": note or None,
    }
    return title, {**given, **{key: value for key, value in asked.items() if value}}
