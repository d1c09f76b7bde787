"""Looking: `list` and `show`."""

import sqlite3
from contextlib import closing
from typing import Any

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, question_argument, shared_options
from forecast.model import STATUSES


@click.command("list")
@click.option(
    "--status",
    "statuses",
    type=click.Choice(STATUSES),
    multiple=True,
    help="May be repeated; one must fit.",
)
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="May be repeated; all must fit.")
@click.option("--event", metavar="KEY", default="", help="Those that hang on this cause.")
@click.option(
    "--search", metavar="WORDS", default="", help="All of them in id, title, criteria, tags."
)
@shared_options
@pass_world
def list_command(
    world: World, statuses: tuple[str, ...], tags: tuple[str, ...], event: str, search: str
) -> None:
    """List questions by deadline, each with your forecast."""
    from forecast.store import queries

    with closing(world.reading()) as connection:
        found = queries.listing(
            connection, world.now, statuses=statuses, tags=tags, event=event, search=search
        )
        mine = queries.standing_probabilities(connection, world.forecaster)
    from forecast.cli.output import say, say_columns, say_json

    if world.json:
        from forecast.reporting import shapes

        say_json([shapes.question(one, world.now, mine.get(one.question.id)) for one in found])
        return
    from forecast.reporting.lines import question_row

    if not found:
        asked = statuses or tags or event or search
        say("No question fits." if asked else "No question yet: forecast add, or forecast load.")
        return
    say_columns([question_row(one, world.now, mine.get(one.question.id)) for one in found])


@click.command("show")
@question_argument
@shared_options
@pass_world
def show_command(world: World, question_id: str) -> None:
    """Show a question with everything that was said of it."""
    from forecast.store import queries

    with closing(world.reading()) as connection:
        id_ = queries.find_id(connection, question_id)
        shown = _json(world, connection, id_) if world.json else None
        if shown is None:
            _print(world, connection, id_)
    if shown is not None:
        from forecast.cli.output import say_json

        say_json(shown)


def _json(world: World, connection: sqlite3.Connection, id_: str) -> dict[str, Any]:
    from forecast.reporting import record, shapes
    from forecast.store import queries

    tracked = queries.get(connection, id_)
    mine = queries.standing(connection, id_, world.forecaster)
    scored = record.score(connection, [tracked])
    return {
        **shapes.question(tracked, world.now, mine.probability if mine else None),
        **shapes.question_details(tracked),
        "forecasts": [shapes.forecast(said) for said in record.history(connection, tracked)],
        "scores": [shapes.unit_score(scored, unit) for unit in scored.with_score],
        "resolutions": [shapes.resolution(one) for one in queries.resolutions(connection, id_)],
        "comments": [shapes.comment(one) for one in queries.comments(connection, id_)],
    }


def _print(world: World, connection: sqlite3.Connection, id_: str) -> None:
    from forecast.cli.output import say, say_styled, titled
    from forecast.reporting import lines, record, words
    from forecast.reporting.safely import wrapped
    from forecast.store import forecasters, queries, runs

    tracked = queries.get(connection, id_)
    say_styled(titled(id_, tracked.question.title), bold=True)
    for line in lines.facts(tracked, world.now):
        say(f"  {line}")
    for lookup in runs.lookups(connection, id_).values():
        say(f"  {lines.lookup_line(lookup, tracked)}")
    if tracked.question.criteria:
        say()
        say(wrapped(tracked.question.criteria))
    scored = record.score(connection, [tracked])
    you = forecasters.present_name(connection, world.forecaster) if world.you else ""
    sections = {
        "Forecasts": lines.history_lines(record.history(connection, tracked), tracked),
        "Answer": lines.answer_lines(queries.resolutions(connection, id_), tracked),
        "Scores": words.how_they_did(scored, you),
        "Comments": lines.comment_lines(queries.comments(connection, id_), tracked),
    }
    for name, section in sections.items():
        if section:
            say()
            say_styled(name, bold=True)
            for line in section:
                say(wrapped(line, "  "))
