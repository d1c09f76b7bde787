"""Deadlines in other people's calendars: `calendar`."""

import sys
from contextlib import closing

import click

from forecast.cli.context import World, expanded
from forecast.cli.options import pass_world, shared_options

#: Settled questions need nobody's day.
UNSETTLED = ("open", "awaiting", "due")


@click.command("calendar")
@click.argument("file", metavar="FILE", type=click.Path())
@shared_options
@pass_world
def calendar_command(world: World, file: str) -> None:
    """Write deadlines and expected answers as a calendar file.

    FILE is a path that ends in .ics, or - for standard output. It is written only where something
    has changed, so that a calendar can subscribe to it.
    """
    if file == "-" and world.json:
        raise click.UsageError("- gives the calendar itself, --json what became of a file: use one")
    from forecast.resolving.calendar import calendar, events, publish
    from forecast.store import queries

    with closing(world.reading()) as connection:
        questions = queries.listing(connection, world.now, statuses=UNSETTLED)
        made = events(questions, queries.revised_at(connection))
    data = calendar(made)
    if file == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)  # its line ends are the same on every system
        return
    path = expanded(file)
    written = publish(path, data)
    from forecast.cli.output import say, say_json
    from forecast.reporting.phrases import count

    if world.json:
        say_json({"file": str(path), "events": len(made), "written": written})
    else:
        counted = count(len(made), "event")
        say(f"Wrote {counted} to {path}." if written else f"{path} has all {counted} already.")
