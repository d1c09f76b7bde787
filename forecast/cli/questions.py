"""Asking questions: `add`, `edit`, `comment`."""

import sys
from contextlib import closing
from typing import Any

import click

from forecast.cli import typed
from forecast.cli.context import World
from forecast.cli.options import (
    Command,
    pass_world,
    question_argument,
    shared_options,
)
from forecast.model import TYPES, Comment

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
@typed.lexicon_option("How words given with -p are read: icd203, phia, ipcc, kent, survey.")
@click.option("--id", "id_", metavar="ID", help="Made from the title, unless given.")
@shared_options
@pass_world
def add_command(world: World, title: str | None, **given: Any) -> None:
    """Ask a question: TITLE and --deadline; without TITLE it asks you."""
    if title is None:
        if not sys.stdin.isatty():
            raise click.UsageError("a question needs a TITLE and a --deadline")
        from forecast.cli.asking import ask

        title, given = ask(world, given)
    if not given["deadline"]:
        raise click.UsageError("a question needs a deadline: --deadline 2026-12-31, or +30d")
    _add(world, " ".join(title.split()), given)


@click.command("edit")
@question_argument
@click.option("--title", metavar="TEXT", help="What is asked.")
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
    from forecast.reporting.words import when_sentence
    from forecast.store import append, queries

    with closing(world.changing()) as connection:
        id_ = queries.find_id(connection, question_id)
        question = queries.get(connection, id_).question
        revised = typed.revised(question, world, given)
        changed = append.revise(connection, revised, world.recording, change_meaning=change_meaning)
    if world.json:
        from forecast.cli.output import say_json

        say_json({"id": id_, "changed": changed})
        return
    say(titled(id_, revised.title))
    say("Revised; the earlier revision is kept." if changed else "Nothing differs: no revision.")
    if changed:
        say(when_sentence(revised))


@click.command("comment")
@question_argument
@click.argument("text")
@shared_options
@pass_world
def comment_command(world: World, question_id: str, text: str) -> None:
    """Add a remark to a question."""
    from forecast.cli.output import say, titled
    from forecast.store import append, queries

    with closing(world.changing()) as connection:
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
    from forecast.reporting.words import forecast_sentence, when_sentence
    from forecast.store import append

    question = typed.new_question(world, title, given)
    said, note = given["probability"], given["note"] or ""
    if note and said is None:
        raise click.UsageError("--note goes with -p: the note says why you say so")
    lexicon = given["lexicon"]
    if lexicon and said is None:
        raise click.UsageError("--lexicon goes with -p: it says how the words are read")
    first = (
        None if said is None else typed.forecast(world, question.id, said, world.now, note, lexicon)
    )
    with closing(world.writing()) as connection:
        question = append.add_question(
            connection, question, world.recording, forecast=first, number_on=not given["id_"]
        )
    if world.json:
        say_json(
            {"id": question.id, "title": question.title, "deadline": question.deadline}
            | ({"probability": first.probability} if first else {})
        )
        return
    say(titled(question.id, question.title))
    say(when_sentence(question))
    if first:
        say(forecast_sentence(first, None, world.you or first.forecaster))
        odd = typed.reading(world, said, lexicon).odd
        if odd:
            say(f"Note: {odd}.")
    unscored = append.unscored_note(question)
    if unscored:
        say(f"Note: {unscored}.")
