"""What `forecast` says without a command."""

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import click

from forecast.cli.context import World
from forecast.reporting.safely import clean
from forecast.store.queries import Tracked

if TYPE_CHECKING:  # it brings NumPy, which a look at the list does not need
    from forecast.reporting.report import Report

#: The dashboard names this many questions of a kind.
FEW = 5


def dashboard(world: World) -> None:
    """Say what is due, what closes next, and how you are doing."""
    from forecast.cli.output import say, say_styled
    from forecast.reporting.phrases import count
    from forecast.store import proposals, queries

    if world.json:
        _dashboard_json(world)
        return
    _note_the_place(world)
    with closing(world.reading()) as connection:
        every = queries.listing(connection, world.now)
        mine = queries.standing_probabilities(connection, world.forecaster)
        proposed = proposals.standing(connection)
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
    n_proposed = sum(
        one.question.id in proposed and proposals.asks(proposed[one.question.id], one)
        for one in every
    )
    if n_proposed:
        say(f"{count(n_proposed, 'proposal')} to accept or reject: forecast proposals")
        say()
    say_styled("Your score so far" if world.you else f"{world.forecaster}'s score", bold=True)
    for sentence in _score_so_far(world):
        say(sentence)


def _note_the_place(world: World) -> None:
    """Point out who else can change the tracker, where a person looks and no program reads."""
    from forecast.store.place import another_owner, exposure

    told = exposure(world.path) or another_owner(world.path)
    if told:
        click.echo(f"Note: {clean(f'{world.path}: {told}')}", err=True)


def _say_questions(world: World, questions: Sequence[Tracked], mine: dict[str, float]) -> None:
    from forecast.cli.output import say_columns
    from forecast.reporting.lines import question_row

    say_columns([question_row(one, world.now, mine.get(one.question.id)) for one in questions])


def _dashboard_json(world: World) -> None:
    from forecast.cli.output import say_json
    from forecast.reporting import attention, shapes
    from forecast.resolving.running import survey
    from forecast.store import queries

    with closing(world.reading()) as connection:
        found = survey(connection, world.now)
        mine = queries.standing_probabilities(connection, world.forecaster)
    figures = _own_report(world)
    say_json(
        {
            **attention.attention(found, world.now, mine),
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
