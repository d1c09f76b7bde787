"""How you are doing: `report`."""

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from forecast.cli import typed
from forecast.cli.context import World
from forecast.cli.options import pass_world, scale_option, shared_options
from forecast.model import ForecastError, NotReadable
from forecast.reporting.choice import CLUSTERS, DIVISIONS, WEIGHTINGS, Choice

if TYPE_CHECKING:  # it brings NumPy
    from forecast.reporting.document import Document
    from forecast.reporting.report import Report


@click.command("report")
@click.option("--html", metavar="FILE", type=click.Path(), help="Write it as a page.")
@click.option("--plot", metavar="FILE", type=click.Path(), help="Draw the diagram: .svg or .png.")
@click.option("--markdown", is_flag=True, help="Print it as Markdown.")
@click.option("--all", "everything", is_flag=True, help="All of it, not the first screen alone.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="May be repeated: all of them.")
@click.option("--question", "questions", metavar="ID", multiple=True, help="May be repeated.")
@click.option("--since", metavar="DATE", help="Questions due since that day.")
@click.option("--until", metavar="DATE", help="Questions due until that day.")
@click.option("--against", metavar="NAME", default="", help="Beside NAME, on shared questions.")
@click.option(
    "--by",
    type=click.Choice(["forecaster", *DIVISIONS]),
    help="Divide by this, and show that alone.",
)
@click.option("--at", metavar="30d", help="Calibration so long before the deadline, not at first.")
@click.option(
    "--weighting",
    type=click.Choice(WEIGHTINGS),
    default="time",
    help="Of the headline score and of every part: by time, unless said.",
)
@click.option(
    "--cluster",
    type=click.Choice(CLUSTERS),
    default="event",
    help="What inference counts once: questions of one event, unless said.",
)
@click.option(
    "--include-early", is_flag=True, help="Count what resolved before a deadline still ahead."
)
@click.option("--no-backdated", is_flag=True, help="Leave out what was recorded a day late.")
@typed.lexicon_option(
    "Read what was said in words by this lexicon: icd203, phia, ipcc, kent, survey."
)
@click.option(
    "--axis",
    type=click.Choice(["linear", "log-odds"]),
    default="linear",
    help="Of the diagram: log-odds for those who live near 0 and 1.",
)
@scale_option
@shared_options
@pass_world
def report_command(world: World, **given: Any) -> None:
    """Report everybody's scores; with --as one forecaster's."""
    from forecast.reporting.record import gather
    from forecast.reporting.report import report

    with closing(world.reading()) as connection:
        choice = _choice(world, connection, given)
        gathered = gather(connection, world.now, choice)
    figures = report(gathered, world.now, choice)
    _lay_out(world, figures, given)


def _choice(world: World, connection: sqlite3.Connection, given: dict[str, Any]) -> Choice:
    from forecast.reading.durations import read_duration
    from forecast.reading.instants import end_of, start_of
    from forecast.store import queries

    against = given["against"].strip()
    forecaster = (world.forecaster_option or "").strip()
    if against and not forecaster:
        forecaster = world.forecaster
    since = _day(world, "since", given["since"], start_of)
    until = _day(world, "until", given["until"], end_of)
    if since and until and since > until:
        raise NotReadable("--since is after --until: no question can be due then")
    choice = Choice(
        forecaster=_known(connection, forecaster),
        against=_known(connection, against),
        questions=frozenset(queries.find_id(connection, text) for text in given["questions"]),
        tags=frozenset(given["tags"]),
        since=since,
        until=until,
        include_early=given["include_early"],
        backdated=not given["no_backdated"],
        before_deadline=None if given["at"] is None else read_duration(given["at"]),
        cluster=given["cluster"],
        weighting=given["weighting"],
        lexicon=given["lexicon"] or "",
        you=world.forecaster if world.you else "",
    )
    if against and choice.forecaster == choice.against:
        raise NotReadable(f"--against: {against} is who is reported: name somebody else")
    return choice


def _known(connection: sqlite3.Connection, name: str) -> str:
    """Give the name somebody goes by now; nothing of nothing, and an error of nobody."""
    from forecast.store import forecasters

    if not name or forecasters.find(connection, name) is not None:
        return name and forecasters.present_name(connection, name)
    import difflib

    known = [one.name for one in forecasters.listing(connection)]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "forecaster list shows who is known"
    raise ForecastError(f"nobody is called '{name[:80]}': {hint}")


def _day(world: World, option: str, text: str | None, edge: Any) -> datetime | None:
    """Read a day, as the instant at its edge, on the user's clock."""
    from forecast.reading.dates import read_when

    if text is None:
        return None
    try:
        instant: datetime = edge(read_when(text, world.now, world.zone), world.zone)
    except NotReadable as error:
        raise NotReadable(f"--{option}: {error}") from None
    return instant.astimezone(world.zone)


def _lay_out(world: World, figures: "Report", given: dict[str, Any]) -> None:
    """Print the report, or write it where it was asked for."""
    from forecast.reporting import shapes

    if world.json:
        from forecast.cli.output import say_json

        say_json(shapes.report(figures, given["scale"]))
        if not (given["html"] or given["plot"]):
            return
    from forecast.reporting.document import document

    laid_out = document(figures, shapes.SCALES[given["scale"]], only=given["by"] or "")
    _write(world, laid_out, given)
    if given["markdown"] and not world.json:
        from forecast.reporting.markdown import markdown_text

        click.echo(markdown_text(laid_out), nl=False)
    elif not (given["html"] or given["plot"] or world.json):
        from forecast.reporting.terminal import report_text

        options = {"axis": given["axis"], "everything": given["everything"]}
        click.echo(report_text(laid_out, **options, plain=world.plain), nl=False)


def _write(world: World, laid_out: "Document", given: dict[str, Any]) -> None:
    """Write the page and the picture, where they were asked for."""
    from forecast.reporting.safely import clean

    if given["html"]:
        from forecast.reporting.page import page_text

        path = world.output(given["html"])
        path.write_text(page_text(laid_out, axis=given["axis"]), "utf-8")
        click.echo(f"Wrote {clean(str(path))}.", err=True)
    if given["plot"]:
        from forecast.reporting.pictures.plots import write_plot

        path = world.output(given["plot"])
        write_plot(laid_out, path, axis=given["axis"])
        click.echo(f"Wrote {clean(str(path))}.", err=True)
