"""A report on the terminal: tables by rich, the words of `words`."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from forecast.reading.probabilities import percent
from forecast.reporting import sentences, words
from forecast.reporting.document import Chapter, Document, Grid, Section
from forecast.reporting.safely import clean, terminal_width, wrapped

if TYPE_CHECKING:  # DuckDB and the calibration are the caller's
    from forecast.exchange.tables import Table as Table_
    from forecast.reporting.tablescores import GroupScores
    from forecast.scoring.calibration import Calibration

#: Piped, a row is a line, for grep; no name is wider than this.
_PIPED_WIDTH = 1000
#: Between columns.
_GAP = 2
#: A column of text narrower than this is hard to read; one longer fills the screen.
_LEAST_TEXT = 24
_LONGEST_TEXT = 240


def report_text(
    report: Document, *, axis: str = "linear", everything: bool = False, plain: bool = False
) -> str:
    """Lay a report out for the terminal that standard output is, or for a pipe.

    Parameters
    ----------
    report : Document
    axis : {"linear", "log-odds"}
        Of the diagram.
    everything : bool
        Whether all sections are shown, instead of those of the first screen.
    plain : bool
        Whether neither bold nor underlined text is wanted.
    """
    console = _console()
    screen = _Screen(console, axis, everything, plain)
    with console.capture() as captured:
        if len(report.chapters) == 1:
            _alone(screen, report)
        else:
            _together(screen, report)
    text = "\n".join(line.rstrip() for line in captured.get().split("\n"))
    return text if _can_show("–") else text.replace("–", "-")


@dataclass(frozen=True, slots=True)
class _Screen:
    """Where a report goes, and how much of it."""

    console: Console
    axis: str
    everything: bool
    plain: bool


def _alone(screen: _Screen, report: Document) -> None:
    """Lay out the report on one forecaster: the verdict first."""
    (chapter,) = report.chapters
    _prose(screen, chapter.forecaster, "bold")
    _prose(screen, chapter.verdict)
    if chapter.provisional and not chapter.brief:
        _prose(screen, report.provisional)
    _head(screen, report)
    if screen.everything and report.overview is not None:
        screen.console.print()
        screen.console.print(_grid(screen.console, report.overview))
    for section in chapter.sections:
        if screen.everything or section.first or chapter.brief:
            _section(screen, section, chapter)
    _prose(screen, report.scale)
    shown = screen.everything or chapter.brief
    if not shown and not all(section.first for section in chapter.sections):
        _prose(screen, "The rest of it: forecast report --all.")


def _together(screen: _Screen, report: Document) -> None:
    """Lay out the report on several: all in a table, then each in short."""
    _head(screen, report)
    _prose(screen, report.nothing)
    if report.overview is not None:
        screen.console.print()
        screen.console.print(_grid(screen.console, report.overview))
        _prose(screen, report.scale)
    long = [chapter for chapter in report.chapters if not chapter.brief]
    for chapter in report.chapters:
        if chapter.brief and not screen.everything:
            told = chapter.sections[0].sentences[0] if _is_divided(chapter) else chapter.brief
            _prose(screen, f"{chapter.forecaster}: {told}")
            for section in chapter.sections:
                for sentence in section.sentences if section.key == "against" else ():
                    _prose(screen, sentence)
            continue
        _chapter(screen, chapter, report, in_full=screen.everything or len(long) == 1)
    if report.chapters and not screen.everything:
        _prose(screen, "One in full: forecast report --as NAME; all of it: --all.")


def _head(screen: _Screen, report: Document) -> None:
    for sentence in (report.asked_for, *report.funnel):
        _prose(screen, sentence)


def _chapter(screen: _Screen, chapter: Chapter, report: Document, *, in_full: bool) -> None:
    screen.console.print()
    _prose(screen, chapter.forecaster, "bold")
    _prose(screen, chapter.verdict)
    if chapter.provisional and not chapter.brief:
        _prose(screen, report.provisional)
    for section in chapter.sections:
        if screen.everything or (in_full and section.first) or _is_divided(chapter):
            _section(screen, section, chapter)
        elif section.first:
            for sentence in section.sentences:
                _prose(screen, sentence)
    screen.console.print()


def _is_divided(chapter: Chapter) -> bool:
    """Whether it was asked for one division, and shows nothing else."""
    return [section.key for section in chapter.sections] in (["tags"], ["years"], ["horizons"])


def _section(screen: _Screen, section: Section, chapter: Chapter) -> None:
    screen.console.print()
    marked = chapter.provisional and section.grids and section.key != "questions"
    _prose(screen, section.heading + (" (provisional)" if marked else ""), "underline")
    for sentence in section.sentences:
        _prose(screen, sentence)
    draws = section.chart == "reliability" and bool(chapter.standing.calibration.curve)
    if draws:
        _draw(screen, chapter)
    if screen.everything or not draws:
        for grid in section.grids:
            screen.console.print(_grid(screen.console, grid))
    if screen.everything:
        _prose(screen, section.explanation)


def _draw(screen: _Screen, chapter: Chapter) -> None:
    """Draw the diagram, where the output has its characters."""
    from forecast.reporting import drawing

    if not _can_show(drawing.CHARACTERS):
        _prose(screen, "This output cannot show the diagram: --plot FILE.svg draws it.")
        return
    width = min(screen.console.width, terminal_width())
    drawn = drawing.reliability_drawing(chapter.standing, screen.axis, width)
    screen.console.print(drawn, soft_wrap=True)
    _prose(screen, drawing.legend())


def _can_show(characters: str) -> bool:
    """Whether standard output is in an encoding that has these."""
    try:
        characters.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _prose(screen: _Screen, text: str, style: str = "") -> None:
    if text:
        style = "" if screen.plain else style
        folded = wrapped(clean(text), "", "  ")
        screen.console.print(folded, soft_wrap=True, style=style)


def _grid(console: Console, grid: Grid) -> Table:
    """Set a table out: figures are never folded, text is; a long last text goes below."""
    rows = [[_cell(cell) for cell in row] for row in grid.rows]
    head, texts = list(grid.head), set(grid.texts)
    last = len(head) - 1
    others = texts - {last}
    widths = [
        max([cell_len(head[at]), *(cell_len(row[at]) for row in rows)]) for at in range(last + 1)
    ]
    left = console.width - sum(widths[:last]) - _GAP * last
    if last in texts and others and left < min(widths[last], _LEAST_TEXT):
        widest = max(others, key=lambda at: widths[at])
        head = [f"{name}, {head[last]}" if at == widest else name for at, name in enumerate(head)]
        rows = [
            [
                f"{cell}\n  {row[last]}" if at == widest and row[last] else cell
                for at, cell in enumerate(row)
            ]
            for row in rows
        ]
        head, rows = head[:last], [row[:last] for row in rows]
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for column, name in enumerate(head):
        is_text = column in texts
        table.add_column(
            clean(name),
            justify="left" if is_text else "right",
            no_wrap=not is_text,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*row)
    return table


def _cell(text: str) -> str:
    """Make a text one line, no longer than can be read in a table."""
    line = clean(" ".join(text.split()), keep="")
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


def _console() -> Console:
    return Console(
        highlight=False,
        markup=False,
        emoji=False,
        width=terminal_width() if sys.stdout.isatty() else _PIPED_WIDTH,
    )


def table_text(table: "Table_", scores: "list[GroupScores]", by: Sequence[str], factor: int) -> str:
    """Set the scores of a table of forecasts out, a row per group.

    Parameters
    ----------
    table : Table
        Of `exchange`.
    scores : list of GroupScores
    by : sequence of str
        The columns that name the groups.
    factor : int
        1 for Brier scores from 0 to 1, 2 for the original scale.
    """
    console = _console()
    with console.capture() as captured:
        for sentence in words.table_sentences(table, scores):
            console.print(wrapped(sentence, "", "  "), soft_wrap=True)
        console.print()
        console.print(_group_table(scores, by, factor))
        if len(scores) == 1:
            console.print(_bins_table(scores[0].calibration))
            for sentence in sentences.calibration_sentences(scores[0].calibration, factor):
                console.print(wrapped(sentence, "", "  "), soft_wrap=True)
    return captured.get()


def _group_table(scores: "list[GroupScores]", by: Sequence[str], factor: int) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in by:
        table.add_column(clean(name))
    for heading in ("n", "Brier", "log", "base rate", "skill", "miscal.", "by chance", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    if by:
        table.add_column("calibration")
    for one in scores:
        found = one.calibration
        row = [
            *(clean(name) or "–" for name in one.group),
            str(one.n),
            _figure(one.brier, factor),
            "inf" if one.n_infinite else _figure(one.log_score),
            "–" if one.base_rate is None else percent(one.base_rate),
            _figure(one.skill),
            _figure(found.miscalibration, factor),
            _figure(found.miscalibration_expected, factor),
            "–" if found.p_value_holm is None else f"{found.p_value_holm:.4f}",
        ]
        table.add_row(*row, *([found.verdict] if by else []))
    return table


def _bins_table(calibration: "Calibration") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("said", justify="right", no_wrap=True)
    table.add_column("on average", justify="right", no_wrap=True)
    table.add_column("came true", justify="right", no_wrap=True)
    for row in calibration.bins:
        table.add_row(
            sentences.bin_range(row),
            percent(row.mean_probability),
            sentences.of_phrase(round(row.frequency * row.n), row.n),
        )
    return table


def _figure(value: float | None, factor: int = 1) -> str:
    return "–" if value is None else f"{value * factor:.3f}"
