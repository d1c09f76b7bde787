"""A report on the terminal: tables by rich, the words of `words`."""

import sys

from rich.console import Console
from rich.table import Table

from forecast.reading.probabilities import percent
from forecast.reporting import words
from forecast.reporting.record import Report, Standing
from forecast.reporting.safely import clean, wrapped

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
    console = Console(
        highlight=False,
        markup=False,
        emoji=False,
        width=None if sys.stdout.isatty() else _PIPED_WIDTH,
    )
    with console.capture() as captured:
        _print_report(console, figures, factor)
    return captured.get()


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
        console.print(_bins_table(one))


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


def _bins_table(one: Standing) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("first said", justify="right", no_wrap=True)
    table.add_column("on average", justify="right", no_wrap=True)
    table.add_column("came true", justify="right", no_wrap=True)
    for row in one.bins:
        table.add_row(words.bin_range(row), percent(row.mean_probability), words.bin_frequency(row))
    return table


def _figure(value: float | None, factor: int = 1) -> str:
    return "–" if value is None else f"{value * factor:.3f}"
