"""The score of a forecaster over the days questions closed: drawn, and said in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from forecast.reading.probabilities import percent
from forecast.reporting import sentences as say
from forecast.reporting.pictures.canvas import (
    DASHES,
    FEW,
    add_axes,
    add_legend,
    draw_line,
    label,
    name_of,
    place_of,
)
from forecast.reporting.pictures.looks import WIDTH
from forecast.reporting.pictures.svg import Dot
from forecast.reporting.slices import CoursePoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from forecast.reporting.parts import Chapter

#: In points.
COURSE_HEIGHT = 262.0


def draw_course(figure: "Figure", chapter: "Chapter", factor: int) -> list[Dot]:
    """Draw the score so far and of late over the days questions closed; give its points."""
    points = course_points(chapter)
    top = COURSE_HEIGHT - 56
    axes = add_axes(figure, 40, 40, WIDTH - 40 - 38, top - 40)
    days = [_number(point) for point in points]
    margin = max(days[-1] - days[0], 1) * 0.04
    ends = (days[0] - margin, days[-1] + margin)
    references = {"always 50 %": 0.25}
    rate = chapter.standing.summary.base_rate
    if rate is not None:
        references[f"always {percent(round(rate, 3))}, the base rate"] = rate * (1 - rate)
    so_far = [(_number(point), point.cumulative * factor) for point in points]
    late = [point for point in points if point.n_rolling < point.n]  # before, both are the same
    of_late = [(_number(point), point.rolling * factor) for point in late]
    draw_line(axes, so_far, "accent", "so far", drawstyle="steps-post", zorder=4)
    if late:
        width = 1.8 if len(late) <= FEW else 1.0
        last = f"last {late[-1].n_rolling}"
        draw_line(axes, of_late, "second", last, drawstyle="steps-post", lw=width)
    for (name, value), dashes in zip(references.items(), DASHES, strict=False):
        draw_line(axes, [(day, value * factor) for day in ends], "muted", name, lw=1, ls=dashes)
    highest = max(0.28 * factor, *(value for _, value in so_far + of_late))
    axes.set_xlim(*ends)
    axes.set_ylim(0, highest * 1.06)
    marked = _marked(days)
    axes.xaxis.set_ticks(
        [days[index] for index in marked],
        [f"{_day(points[index])}\nn = {points[index].n}" for index in marked],
    )
    add_legend(axes, 4, top + 20, columns=2)
    label(figure, 4, top + 7, "Brier score, lower is better")
    return _course_dots(axes, points, factor)


def describe_course(chapter: "Chapter", factor: int) -> str:
    """Say what a course shows, for those who do not see it."""
    points = course_points(chapter)
    first, last = points[0], points[-1]
    found = [
        f"Brier score of {name_of(chapter)} over the days questions closed, from {_day(first)}"
        f" (n = {first.n}) to {_day(last)} (n = {last.n})",
        f"So far, after {say.count(last.n, 'question')}: {last.cumulative * factor:.3f}",
    ]
    if last.n_rolling < last.n:
        found.append(f"Of the last {last.n_rolling}: {last.rolling * factor:.3f}")
    found.append(f"Always saying 50 % gives {factor / 4}")
    return ". ".join(found) + "."


def course_points(chapter: "Chapter") -> list[CoursePoint]:
    """Give the course, a point for each day: within a day there is no order to draw."""
    points = chapter.standing.course
    after = {one.closed_at.date(): one for one in points}
    return list(after.values())


def _course_dots(axes: "Axes", points: Sequence[CoursePoint], factor: int) -> list[Dot]:
    seen = len(points) <= 40
    found = []
    for point in points:
        text = f"{_day(point)}: {point.cumulative * factor:.3f} so far, n = {point.n}"
        if point.n_rolling < point.n:
            text += f"; {point.rolling * factor:.3f} for the last {point.n_rolling}"
        x, y = place_of(axes, _number(point), point.cumulative * factor)
        found.append(Dot(x, y, 3.2 if seen else 5.0, text, "accent" if seen else ""))
    return found


def _marked(days: Sequence[int]) -> list[int]:
    """Choose the points whose day and number stand under the axis: no two overlap."""
    apart = (days[-1] - days[0]) * 0.3
    found = [len(days) - 1]
    for index in range(len(days) - 2, -1, -1):
        if days[found[-1]] - days[index] >= apart:
            found.append(index)
    return found


def _day(point: CoursePoint) -> str:
    return point.closed_at.date().isoformat()


def _number(point: CoursePoint) -> int:
    return point.closed_at.date().toordinal()
