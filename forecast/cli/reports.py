"""How you are doing: `report`."""

from contextlib import closing

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options


@click.command("report")
@click.option(
    "--scale",
    type=click.Choice(["half", "original"]),
    default="half",
    help="Brier from 0 to 1 (half), or the original of 1950, which is twice that.",
)
@click.option(
    "--include-early", is_flag=True, help="Count what resolved before a deadline still ahead."
)
@click.option("--no-backdated", is_flag=True, help="Leave out what was recorded a day late.")
@click.option("--at", metavar="30d", help="Calibration so long before the deadline, not at first.")
@click.option(
    "--cluster",
    type=click.Choice(["event", "article", "none"]),
    default="event",
    help="What inference counts once: questions of one event, unless said.",
)
@shared_options
@pass_world
def report_command(
    world: World, scale: str, include_early: bool, no_backdated: bool, at: str | None, cluster: str
) -> None:
    """Report everybody's scores; with --as one forecaster's."""
    from forecast.cli.output import say_json
    from forecast.reading.durations import read_duration
    from forecast.reporting import record, shapes
    from forecast.store import forecasters

    with closing(world.reading()) as connection:
        name = world.forecaster_option or ""
        if name:
            name = forecasters.present_name(connection, name)
        figures = record.report(
            connection,
            world.now,
            forecaster=name,
            include_early=include_early,
            before_deadline=None if at is None else read_duration(at),
            backdated=not no_backdated,
            cluster=cluster,
        )
    if world.json:
        say_json(shapes.report(figures, scale))
        return
    from forecast.reporting.terminal import report_text

    click.echo(report_text(figures, shapes.SCALES[scale]), nl=False)
