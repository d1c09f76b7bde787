"""Noticing: `check`, the run that a scheduler starts every morning."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options
from forecast.model import ForecastError
from forecast.store import queries

if TYPE_CHECKING:  # what brings the network's libraries is imported by a run that needs them
    from forecast.resolving.checking import Failure
    from forecast.resolving.notifying import Stage
    from forecast.resolving.running import Checked

#: Exit status of `check --exit-code` where something needs a person …
NEEDS_A_PERSON = 3
#: … and where a source failed, whatever else there is.
SOURCE_FAILED = 4
#: `--history` shows the latest.
HISTORY = 30


@click.command("check")
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 3 where something needs a person, with 4 where a source failed.",
)
@click.option(
    "--allow-private", is_flag=True, help="Ask hosts of your own network, too, for answers."
)
@click.option(
    "--notify",
    "notify_urls",
    metavar="URL",
    multiple=True,
    help="Send what is new there, as Apprise spells it; may be repeated.",
)
@click.option(
    "--ping", "ping_url", metavar="URL", help="A dead-man's switch to tell of start and end."
)
@click.option("--history", is_flag=True, help="List the latest runs instead of making one.")
@shared_options
@pass_world
def check_command(
    world: World,
    exit_code: bool,
    allow_private: bool,
    notify_urls: tuple[str, ...],
    ping_url: str | None,
    history: bool,
) -> int:
    """Look answers up; say what is due, proposed, or too long alone.

    Made to be run by a scheduler, too: it prints nothing there when nothing needs you.
    """
    if history:
        _say_history(world)
        return 0
    if notify_urls:
        from forecast.resolving.notifying import check_urls

        check_urls(notify_urls)
    from forecast.resolving.running import Outside, check, only_run
    from forecast.resolving.trust import Trust

    outside = Outside(Trust(world.trust_path), world.environment, allow_private)
    with (
        only_run(world.path) as alone,
        _pinging(ping_url if alone else None),
        closing(world.changing()) as connection,
    ):
        if not alone:
            click.echo("Another check is at work on this tracker: left it to that one.", err=True)
            return 0
        mine = queries.standing_probabilities(connection, world.forecaster)
        checked = check(
            connection,
            world.recording,
            outside,
            lambda found: _notify(world, connection, notify_urls, found, mine),
        )
    _say(world, checked, mine)
    if exit_code and checked.failed:
        return SOURCE_FAILED
    return NEEDS_A_PERSON if exit_code and checked.attention.needs_a_person else 0


def _notify(
    world: World,
    connection: sqlite3.Connection,
    urls: tuple[str, ...],
    checked: "Checked",
    mine: dict[str, float],
) -> "list[Failure]":
    """Send one message about what is new; gives what kept it from being sent."""
    if not urls:
        return []
    from forecast.reporting import attention
    from forecast.resolving.checking import Failure
    from forecast.resolving.notifying import NotSent, notify
    from forecast.resolving.reminding import news
    from forecast.store import reminders

    told, noted = news(checked.attention, world.now, reminders.sent(connection))
    broken = [one for one in checked.failed if one.is_broken]
    sections = attention.sections(told, world.now, mine, checked.resolved, broken)
    if not sections:
        return []
    try:
        notify(urls, *attention.message(sections))
    except NotSent as error:
        if error.n_sent:  # else it is sent by the next run
            reminders.record(connection, noted, world.now)
        return [Failure("", "notify", str(error))]
    reminders.record(connection, noted, world.now)
    return []


@contextmanager
def _pinging(url: str | None) -> Iterator[None]:
    """Tell a dead-man's switch when a run begins, and whether it could do its work."""
    if url is None:
        yield
        return
    _ping(url, "start")
    try:
        yield
    except BaseException:
        _ping(url, "failure")
        raise
    _ping(url, "success")


def _ping(url: str, stage: "Stage") -> None:
    from forecast.resolving.notifying import ping

    try:
        ping(url, stage)
    except ForecastError as error:  # a check that could not say so is still a check
        click.echo(f"Note: {error}", err=True)


def _say(world: World, checked: "Checked", mine: dict[str, float]) -> None:
    from forecast.cli.output import say, say_columns, say_json, say_styled
    from forecast.reporting import attention

    found = (checked.attention, world.now, mine, checked.resolved, checked.failed)
    if world.json:
        say_json(attention.attention(*found))
        return
    sections = attention.sections(*found)
    if not sections and sys.stdout.isatty():  # a scheduler would mail it every morning
        say("Nothing needs you.")
    for number, section in enumerate(sections):
        if number:
            say()
        say_styled(section.heading, bold=True)
        say_columns(section.rows)
        for line in section.lines:
            say(line)


def _say_history(world: World) -> None:
    from forecast.cli.output import say, say_json
    from forecast.reporting.attention import run_lines, run_shape
    from forecast.store import runs

    with closing(world.reading()) as connection:
        found = runs.history(connection, HISTORY)
    if world.json:
        say_json([run_shape(one) for one in found])
    elif not found:
        say("No run yet: forecast check makes one, forecast schedule one every morning.")
    else:
        for one in found:
            for line in run_lines(one, world.zone):
                say(line)
