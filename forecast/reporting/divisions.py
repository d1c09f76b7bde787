"""The parts of a report that divide a record: by tag, year, horizon and words, and over time."""

from collections.abc import Sequence
from dataclasses import replace

from forecast.reading.probabilities import percent
from forecast.reporting import sentences as say
from forecast.reporting.parts import NONE, Grid, Section, figure
from forecast.reporting.report import Standing
from forecast.reporting.slices import CoursePoint, Slice

#: Rows of the table over time; the chart has more points.
MOST_ROWS = 12


def course(one: Standing, factor: int) -> Section:
    """Give the score so far and of late, as questions closed."""
    rows = tuple(
        (
            point.closed_at.date().isoformat(),
            str(point.n),
            figure(point.cumulative, factor),
            figure(point.rolling, factor),
            str(point.n_rolling),
        )
        for point in thinned(one.course)
    )
    return Section(
        "course",
        "Over time",
        grids=(
            Grid(("until", "questions", "so far", "of late", "of the last"), rows, (), frozenset()),
        ),
        chart="course",
        explanation=(
            "Questions in the order in which they closed. 'So far' is the mean of all of them, "
            "'of late' that of the last so many."
        ),
    )


def thinned(points: Sequence[CoursePoint], most: int = MOST_ROWS) -> list[CoursePoint]:
    """Keep so many points at most, evenly, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    return [points[round(at * (len(points) - 1) / (most - 1))] for at in range(most)]


def tags(one: Standing, factor: int) -> Section | None:
    """Divide by tag."""
    found = _divided("tags", "By tag", "tag", one.tags, factor)
    told = "A question stands under each of its tags. Few questions make figures that chance moves."
    return found and replace(found, explanation=told)


def years(one: Standing, factor: int) -> Section | None:
    """Divide by the year of the deadline."""
    return _divided("years", "By year", "year", one.years, factor)


def horizons(one: Standing, factor: int) -> Section | None:
    """Set out the forecasts that stood so long before the deadline."""
    named = [replace(row, name=f"{say.length(row.name)} before") for row in one.horizons]
    found = _divided("horizons", "By horizon", "horizon", named, factor)
    told = "Forecasts standing so long before the deadline, where the question was still open."
    return found and replace(found, explanation=told)


def words(one: Standing, factor: int) -> Section | None:
    """Set what was said in words beside what it turned out to mean."""
    if not one.words:
        return None
    rows = tuple(
        (
            row.name,
            NONE if row.covers is None else f"{percent(row.covers[0])} to {percent(row.covers[1])}",
            percent(row.expected / row.n),
            say.of_phrase(row.came_true, row.n),
            figure(row.brier, factor),
        )
        for row in one.words
    )
    head = ("said", "covers", "read as", "came true", "Brier")
    grid = Grid(head, rows, tuple(row.ids for row in one.words), frozenset({0, 1}))
    return Section(
        "words",
        "Words of probability",
        grids=(grid,),
        explanation="Each phrase once a question, as it was first said there.",
    )


def _divided(
    key: str, heading: str, name: str, found: Sequence[Slice], factor: int
) -> Section | None:
    if not found:
        return None
    rows = tuple(
        (
            one.name,
            str(one.n),
            figure(one.brier, factor),
            figure(one.skill),
            f"{one.expected:.1f}",
            str(one.came_true),
        )
        for one in found
    )
    head = (name, "n", "Brier", "skill", "expected", "came true")
    return Section(key, heading, grids=(Grid(head, rows, tuple(one.ids for one in found)),))
