"""Noticing: `check`, and what `forecast` says without a command."""

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options
from forecast.resolving.due import Attention
from forecast.store.queries import Tracked

if TYPE_CHECKING:  # it brings NumPy, which `check` does not need
    from forecast.reporting.report import Report

#: Exit status of `check --exit-code` where something needs a person.
NEEDS_A_PERSON = 3

#: The dashboard names this many questions of a kind.
FEW = 5

#: List of `Attention` -> how it is headed, with its number between the two parts.
_HEADINGS = {
    "due": ("Due", ": settle with forecast resolve ID OUTCOME"),
    "closing": ("Closing within 7 days", ""),
    "stale": ("Open, and long without an update", ""),
    "awaiting": ("Past the deadline, the answer not expected yet", ""),
}


@click.command("check")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where something needs a person.")
@shared_options
@pass_world
def check_command(world: World, exit_code: bool) -> int:
    """Say what is due, closing soon, or was left alone too long."""
    from forecast.cli.output import say, say_json

    attention, mine = _look(world)
    if world.json:
        from forecast.reporting import shapes

        say_json(shapes.attention(attention, world.now, mine))
    elif not any(getattr(attention, name) for name in _HEADINGS):
        say("Nothing needs you.")
    else:
        _print_attention(world, attention, mine)
    return NEEDS_A_PERSON if exit_code and attention.due else 0


def dashboard(world: World) -> None:
    """Say what is due, what closes next, and how you are doing."""
    from forecast.cli.output import say, say_styled
    from forecast.store import queries

    if world.json:
        _dashboard_json(world)
        return
    with closing(world.reading()) as connection:
        every = queries.listing(connection, world.now)
        mine = queries.standing_probabilities(connection, world.forecaster)
    if not every:
        say("No question yet. Ask one, or watch the whole road once:")
        say("  forecast add 'Will it rain on Friday?' --deadline +3d -p 70%")
        say("  forecast demo")
        return
    for heading, status in (("Due", "due"), ("Closes next", "open")):
        questions = [one for one in every if one.status(world.now) == status]
        if questions:
            say_styled(heading, bold=True)
            _say_questions(world, questions[:FEW], mine)
            if len(questions) > FEW:
                say(f"and {len(questions) - FEW} more: forecast list --status {status}")
            say()
    say_styled("Your score so far" if world.you else f"{world.forecaster}'s score", bold=True)
    for sentence in _score_so_far(world):
        say(sentence)


def _look(world: World) -> tuple[Attention, dict[str, float]]:
    from forecast.resolving.due import sort_out
    from forecast.store import queries

    with closing(world.reading()) as connection:
        every = queries.listing(connection, world.now)
        updated_at = queries.last_made_at(connection)
        mine = queries.standing_probabilities(connection, world.forecaster)
    return sort_out(every, updated_at, world.now), mine


def _print_attention(world: World, attention: Attention, mine: dict[str, float]) -> None:
    from forecast.cli.output import say, say_styled

    first = True
    for name, (heading, advice) in _HEADINGS.items():
        questions = getattr(attention, name)
        if not questions:
            continue
        if not first:
            say()
        first = False
        say_styled(f"{heading} ({len(questions)}){advice}", bold=True)
        _say_questions(world, questions, mine)


def _say_questions(world: World, questions: Sequence[Tracked], mine: dict[str, float]) -> None:
    from forecast.cli.output import say_columns
    from forecast.reporting.lines import question_row

    say_columns([question_row(one, world.now, mine.get(one.question.id)) for one in questions])


def _dashboard_json(world: World) -> None:
    from forecast.cli.output import say_json
    from forecast.reporting import shapes

    attention, mine = _look(world)
    figures = _own_report(world)
    say_json(
        {
            **shapes.attention(attention, world.now, mine),
            "score": shapes.standing(figures.standings[0]) if figures.standings else None,
        }
    )


def _score_so_far(world: World) -> list[str]:
    from forecast.reporting.safely import wrapped
    from forecast.reporting.sentences import (
        is_short,
        prospective_sentence,
        score_sentence,
        short_sentence,
    )

    figures = _own_report(world)
    if not figures.standings:
        return ["None: no question with a forecast is resolved yet."]
    (one,) = figures.standings
    told = [short_sentence(one) if is_short(one) else score_sentence(one)]
    if one.n_retrospective:  # hindsight, which a score does not show
        told.append(prospective_sentence(one))
    return [wrapped(sentence, "", "  ") for sentence in told]


def _own_report(world: World) -> "Report":
    from forecast.reporting.choice import Choice
    from forecast.reporting.record import gather
    from forecast.reporting.report import report
    from forecast.store import forecasters

    with closing(world.reading()) as connection:
        choice = Choice(forecaster=forecasters.present_name(connection, world.forecaster))
        gathered = gather(connection, world.now, choice)
    return report(gathered, world.now, choice)
