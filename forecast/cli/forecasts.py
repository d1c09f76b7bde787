"""Saying how likely: `predict`, `withdraw`, `retract`."""

from contextlib import closing
from dataclasses import replace

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
from forecast.model import ForecastError


@click.command("predict", context_settings=NUMBERS_MAY_BE_NEGATIVE)
@question_argument
@value_argument("said", "PROB", nargs=-1, required=True)
@click.option("--at", metavar="WHEN", help="When it was said, if not now: 2026-05-04, -2d.")
@click.option("--note", metavar="TEXT", default="", help="Why.")
@typed.lexicon_option("How words are read: icd203, phia, ipcc, kent, survey; else config.")
@click.option(
    "--private",
    is_flag=True,
    help="Keep it out of files and exports, but for its digest, until the question is settled.",
)
@shared_options
@pass_world
def predict_command(
    world: World,
    question_id: str,
    said: tuple[str, ...],
    at: str | None,
    note: str,
    lexicon: str | None,
    private: bool,
) -> None:
    """Record a forecast: 7%, 0.07, 1:13, 'likely' …

    PROB is a percentage (7%, or 7), a number below 1 (0.07), odds in favour (1:13), 1 in 14, or
    words such as almost certainly not. A bare 0 or 1 could be either, and is refused. forecast
    words shows how words are read.
    """
    from forecast.cli.output import say, say_json, titled
    from forecast.reporting.words import forecast_sentence
    from forecast.store import append, queries

    probability = " ".join(said)
    # A slip of the fingers is told before any database is made.
    read = typed.reading(world, probability, lexicon)
    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        tracked = queries.get(connection, id_)
        question = tracked.question
        if question.type != "binary":
            raise ForecastError(
                f"'{id_}' is a {question.type} question: its forecasts come in by a question "
                "file (distribution = { … }) and forecast load"
            )
        before = queries.standing(connection, id_, world.forecaster)
        made_at = typed.made_at(world, question, at)
        forecast = append.record_forecast(
            connection,
            replace(
                typed.forecast(world, id_, probability, made_at, note, lexicon), private=private
            ),
            world.recording,
        )
        newest = queries.standing(connection, id_, world.forecaster)
    too_late = forecast.made_at >= tracked.closed_at
    if world.json:
        say_json(
            {
                "id": id_,
                "forecaster": forecast.forecaster,
                "made_at": forecast.made_at,
                "probability": forecast.probability,
                "words": forecast.words or None,
                "private": forecast.private,
                "counts": not too_late,
            }
            | ({"odd": read.odd} if read.odd else {})
        )
        return
    say(titled(id_, question.title))
    say(forecast_sentence(forecast, before, world.you or forecast.forecaster))
    if read.odd:
        say(f"Note: {read.odd}.")
    if private:
        say("Private: only its digest leaves this tracker until the question is settled.")
    if at is not None:
        from forecast.reading.instants import read_zone, show_instant

        say(f"Said at {show_instant(forecast.made_at, read_zone(question.timezone))}.")
    if too_late:
        say("Note: it comes after the answer or the deadline and will not count.")
    elif newest is not None and newest.made_at > forecast.made_at:
        say("Note: a forecast made later stands, and goes on standing.")


@click.command("withdraw")
@question_argument
@click.option("--at", metavar="WHEN", help="From when on, if not now.")
@click.option("--note", metavar="TEXT", default="", help="Why.")
@shared_options
@pass_world
def withdraw_command(world: World, question_id: str, at: str | None, note: str) -> None:
    """Say that from now on you have no forecast on a question."""
    from forecast.cli.output import say, say_json, titled
    from forecast.reading.instants import read_zone, show_instant
    from forecast.reading.probabilities import percent
    from forecast.store import append, queries

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        tracked = queries.get(connection, id_)
        question = tracked.question
        made_at = typed.made_at(world, question, at)
        stood = append.withdraw(
            connection, id_, world.forecaster, made_at, note.strip(), world.recording
        )
    made_at = max(made_at, question.opened_at)  # a day is taken from its first open moment on
    if world.json:
        say_json({"id": id_, "forecaster": stood.forecaster, "withdrawn_at": made_at})
        return
    say(titled(id_, question.title))
    until = "now" if at is None else show_instant(made_at, read_zone(question.timezone))
    if made_at >= tracked.closed_at:
        say("Withdrawn, after the answer or the deadline: the scores stay as they are.")
    else:
        said = "" if stood.probability is None else f" of {percent(stood.probability)}"
        say(f"Withdrawn: the forecast{said} stands until {until}, and counts for that time.")


@click.command("retract")
@question_argument
@click.option(
    "--n", "number", metavar="N", type=click.IntRange(1), help="As show numbers it; else the last."
)
@shared_options
@pass_world
def retract_command(world: World, question_id: str, number: int | None) -> None:
    """Take a slip back: within a day it never counts.

    Within a day of recording it, and before the answer is known, a slip never counts; later, to
    retract is to withdraw.
    """
    from forecast.cli.output import say, say_json, titled
    from forecast.reading.probabilities import percent
    from forecast.store import append, queries

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        slip = append.retract(connection, id_, world.forecaster, number, world.recording)
        title = queries.get(connection, id_).question.title
    if world.json:
        say_json({"id": id_, "n": slip.number, "never_counts": slip.never_counts})
        return
    say(titled(id_, title))
    made = slip.forecast.probability
    what = f"Forecast {slip.number}" + ("" if made is None else f", {percent(made)},")
    if slip.never_counts:
        say(f"{what} is retracted and never counts.")
    else:
        say(f"{what} is retracted too late to be undone: it counts until now, as if withdrawn.")
