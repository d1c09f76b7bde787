"""Scores of tables, without loading them: `score`."""

import sys
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, scale_option, shared_options

if TYPE_CHECKING:
    from forecast.exchange.tables import Table
    from forecast.reporting.tablescores import GroupScores


@click.command("score")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option("--by", metavar="COLUMN", multiple=True, help="Score each group; may be repeated.")
@click.option(
    "--weighting",
    type=click.Choice(["time", "planned", "first", "final"]),
    help="By time, unless said, where the table has questions and times.",
)
@click.option("--at", metavar="30d", help="Calibration so long before the deadline, not at first.")
@click.option("--cluster", metavar="COLUMN", default="", help="The event a question hangs on.")
@click.option(
    "--probability", metavar="COLUMN", default="probability", help="Where it is, if elsewhere."
)
@click.option("--outcome", metavar="COLUMN", default="outcome", help="Where it is, if elsewhere.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows with a bad value, and count them.")
@scale_option
@shared_options
@pass_world
def score_command(world: World, files: tuple[str, ...], at: str | None, **given: Any) -> None:
    """Score tables of forecasts: CSV, Parquet, JSON lines, or -.

    Compressed files and globs will do, too. Columns probability and outcome (0 or 1); with
    question and made_at, forecasts are weighted by the time they stood, between opened_at and
    closed_at or deadline.
    """
    from forecast.exchange.tables import Wanted, open_table
    from forecast.reading.durations import read_duration
    from forecast.reporting.tablescores import score_table

    before = None if at is None else read_duration(at)
    wanted = Wanted(
        probability=given["probability"],
        outcome=given["outcome"],
        by=given["by"],
        cluster=given["cluster"],
        skip_bad=given["skip_bad"],
    )
    # DuckDB draws its bar on standard output, where it is not to stand between figures.
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty() and not world.json
    with open_table(files, wanted, sys.stdin.buffer, progress=on_terminal) as table:
        scores = score_table(table, given["weighting"], before)
        _print(world, table, scores, given)


def _print(
    world: World, table: "Table", scores: "list[GroupScores]", given: dict[str, Any]
) -> None:
    from forecast.reporting import shapes

    if world.json:
        from forecast.cli.output import say_json

        say_json(shapes.table_scores(table, scores, given["by"], given["scale"]))
        return
    from forecast.reporting.terminal import table_text

    click.echo(table_text(table, scores, given["by"], shapes.SCALES[given["scale"]]), nl=False)
