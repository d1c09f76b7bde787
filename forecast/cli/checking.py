"""Noticing: `check`, and what `forecast` says without a command."""

from contextlib import closing

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options
from forecast.resolving.due import Attention

#: Exit status of `check --exit-code` where something needs a person.
NEEDS_A_PERSON = 3

_HEADINGS = (
    ("due", "Due: settle with forecast resolve ID OUTCOME"),
    ("closing", "Closing within 7 days"),
    ("stale", "Open, and long without an update"),
    ("awaiting", "Past the deadline, the answer not expected yet"),
)


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
    elif not any(getattr(attention, name) for name, _ in _HEADINGS):
        say("Nothing needs you.")
    else:
        _print_attention(world, attention, mine)
    return NEEDS_A_PERSON if exit_code and attention.due else 0


def dashboard(world: World) -> None:
    """Say what is due, what closes next, and how you are doing."""
    from forecast.cli.output import say, say_columns, say_styled
    from forecast.reporting.lines import question_row
    from forecast.store import queries

    with closing(world.reading()) as connection:
        every = queries.listing(connection, world.now)
        mine = queries.standing_probabilities(connection, world.forecaster)
    due = [one for one in every if one.status(world.now) == "due"]
    following = [one for one in every if one.status(world.now) == "open"][:5]
    if world.json:
        _dashboard_json(world)
        return
    if not every:
        say("No question yet. Ask one, or watch the whole road once:")
        say("  forecast add 'Will it rain on Friday?' --deadline tomorrow -p 70%")
        say("  forecast demo")
        return
    for heading, questions in (("Due", due), ("Closes next", following)):
        if questions:
            say_styled(heading, bold=True)
            say_columns(
                [question_row(one, world.now, mine.get(one.question.id)) for one in questions]
            )
            say()
    say_styled("Your score so far", bold=True)
    say(_score_so_far(world))


def _look(world: World) -> tuple[Attention, dict[str, float]]:
    from forecast.resolving.due import sort_out
    from forecast.store import queries

    with closing(world.reading()) as connection:
        every = queries.listing(connection, world.now)
        updated_at = queries.last_made_at(connection)
        mine = queries.standing_probabilities(connection, world.forecaster)
    return sort_out(every, updated_at, world.now), mine


def _print_attention(world: World, attention: Attention, mine: dict[str, float]) -> None:
    from forecast.cli.output import say, say_columns, say_styled
    from forecast.reporting.lines import question_row

    first = True
    for name, heading in _HEADINGS:
        questions = getattr(attention, name)
        if not questions:
            continue
        if not first:
            say()
        first = False
        say_styled(f"{heading} ({len(questions)})", bold=True)
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


def _score_so_far(world: World) -> str:
    from forecast.reporting.words import standing_sentence

    figures = _own_report(world)
    if not figures.standings:
        return f"No question is resolved yet that {world.forecaster} has forecast."
    return standing_sentence(figures.standings[0])


def _own_report(world: World):  # type: ignore[no-untyped-def]
    from forecast.reporting import record
    from forecast.store import forecasters

    with closing(world.reading()) as connection:
        name = forecasters.present_name(connection, world.forecaster)
        return record.report(connection, world.now, forecaster=name)
