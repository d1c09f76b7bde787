"""A report on the terminal: tables by rich, the words of `words`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from forecast.reading.probabilities import percent
from forecast.reporting import words
from forecast.reporting.record import Report
from forecast.reporting.safely import clean, wrapped

if TYPE_CHECKING:  # DuckDB and the calibration are the caller's
    from forecast.exchange.tables import Table as Table_
    from forecast.reporting.tablescores import GroupScores
    from forecast.scoring.calibration import Calibration

#: Piped, a row is a line, for grep; no name is wider than this.
_PIPED_WIDTH = 1000


def report_text(figures: Report, factor: int) -> str:
    """Set a report out for the terminal that standard output is, or for a pipe.

    Parameters
    ----------
    figures : Report
    factor : int
        1 for Brier scores from 0 to 1, 2 for the original scale from 0 to 2.
    """
    console = _console()
    with console.capture() as captured:
        _print_report(console, figures, factor)
    return captured.get()


def _console() -> Console:
    return Console(
        highlight=False,
        markup=False,
        emoji=False,
        width=None if sys.stdout.isatty() else _PIPED_WIDTH,
    )


def _print_report(console: Console, figures: Report, factor: int) -> None:
    def prose(text: str, style: str = "") -> None:
        console.print(wrapped(clean(text), "", "  "), soft_wrap=True, style=style)

    for sentence in words.basis_sentences(figures):
        prose(sentence)
    if not figures.standings:
        prose("Nobody has a score yet: forecast, then resolve.")
        return
    console.print()
    console.print(_scores_table(figures, factor))
    prose(words.scale_sentence(factor))
    alone = len(figures.standings) == 1
    in_brief = [one for one in figures.standings if words.is_short(one) and not alone]
    if in_brief:
        console.print()
    for one in in_brief:
        for sentence in words.standing_sentences(one, factor):
            prose(f"{one.forecaster}: {sentence}")
    for one in figures.standings:
        if one in in_brief:
            continue
        console.print()
        prose(one.forecaster, style="bold")
        for sentence in words.standing_sentences(one, factor):
            prose(sentence)
        console.print(_bins_table(one.calibration))
        if not words.is_short(one):
            for sentence in words.calibration_sentences(one.calibration, factor):
                prose(sentence)


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
        skipped = f", {table.n_bad} left out as bad" if table.n_bad else ""
        weighting = words.weighting_phrase(scores[0].weighting)
        console.print(f"{table.n} rows{skipped}; {weighting}.", soft_wrap=True)
        console.print()
        console.print(_group_table(scores, by, factor))
        if len(scores) == 1:
            console.print(_bins_table(scores[0].calibration))
            for sentence in words.calibration_sentences(scores[0].calibration, factor):
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
            *map(clean, one.group),
            str(one.n),
            _figure(one.brier, factor),
            "inf" if one.n_infinite else _figure(one.log_score),
            percent(one.base_rate),
            _figure(one.skill),
            _figure(found.miscalibration, factor),
            _figure(found.miscalibration_expected, factor),
            "–" if found.p_value_holm is None else f"{found.p_value_holm:.4f}",
        ]
        table.add_row(*row, *([found.verdict] if by else []))
    return table


def _scores_table(figures: Report, factor: int) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("forecaster")
    for heading in ("n", "Brier", "planned", "first", "final", "log", "skill", "coverage"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in figures.standings:
        summary = one.summary
        table.add_row(
            clean(one.forecaster),
            str(summary.n_questions),
            _figure(summary.brier, factor),
            _figure(summary.brier_planned, factor),
            _figure(summary.brier_first, factor),
            _figure(summary.brier_final, factor),
            "inf" if summary.n_infinite else _figure(summary.log_score),
            _figure(summary.skill),
            "–" if summary.coverage is None else f"{summary.coverage:.0%}",
        )
    return table


def _bins_table(calibration: "Calibration") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("said", justify="right", no_wrap=True)
    table.add_column("on average", justify="right", no_wrap=True)
    table.add_column("came true", justify="right", no_wrap=True)
    for row in calibration.bins:
        table.add_row(words.bin_range(row), percent(row.mean_probability), words.bin_frequency(row))
    return table


def _figure(value: float | None, factor: int = 1) -> str:
    return "–" if value is None else f"{value * factor:.3f}"
