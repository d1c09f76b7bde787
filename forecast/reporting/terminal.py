"""A report on the terminal: tables by rich, the words of `words`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from forecast.reading.probabilities import percent
from forecast.reporting import words
from forecast.reporting.record import Report, Standing
from forecast.reporting.safely import clean


def print_report(figures: Report, factor: int) -> None:
    """Print a report.

    Parameters
    ----------
    figures : Report
    factor : int
        1 for Brier scores from 0 to 1, 2 for the original scale from 0 to 2.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(words.funnel_sentence(figures))
    held_back = words.held_back_sentence(figures)
    if held_back:
        console.print(held_back)
    if figures.changed_meaning:
        changed = ", ".join(figures.changed_meaning)
        console.print(f"The meaning was changed after people had forecast: {changed}.")
    if not figures.standings:
        console.print("Nobody has a score yet: forecast, then resolve.")
        return
    console.print()
    console.print(_scores_table(figures, factor))
    console.print(f"Brier from 0 (perfect) to {factor}; always saying 50 % gives {factor / 4}.")
    for one in figures.standings:
        console.print()
        console.print(Text(clean(one.forecaster), style="bold"))
        console.print(words.standing_sentence(one, factor))
        if one.n_retrospective:
            console.print(words.retrospective_sentence(one))
        console.print(_bins_table(one))


def _scores_table(figures: Report, factor: int) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("forecaster", overflow="fold")
    for heading in ("questions", "Brier", "planned", "first", "final", "log", "skill", "coverage"):
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
    table.add_column("what came true", no_wrap=True)
    for row in one.bins:
        table.add_row(words.bin_range(row), percent(row.mean_probability), words.bin_frequency(row))
    return table


def _figure(value: float | None, factor: int = 1) -> str:
    return "–" if value is None else f"{value * factor:.3f}"
