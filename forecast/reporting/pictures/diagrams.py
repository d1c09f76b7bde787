"""The reliability diagram, drawn on a figure of matplotlib, and said in words."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
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
    write,
)
from forecast.reporting.pictures.looks import LARGE, NORMAL, SMALL, colour
from forecast.reporting.pictures.scales import Scale
from forecast.reporting.pictures.svg import Dot
from forecast.scoring.calibration import CurvePoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from forecast.reporting.parts import Chapter
    from forecast.reporting.report import Looked

#: Heights in points; a heading stands above where a picture is a file of its own.
RELIABILITY_HEIGHT, HEADING = 454.0, 54.0
_LEFT, _SIDE, _BARS = 38.0, 302.0, 50.0
_UNDER = 36.0 + _BARS + 8.0
#: Points and corners of the band that are drawn; more could not be told apart.
_MOST = 150
#: Ids a point names; the table behind the picture has them all.
_MOST_IDS = 12


def draw_reliability(
    figure: "Figure", chapter: "Chapter", axis: Scale, left: float = 0.0, bottom: float = 0.0
) -> list[Dot]:
    """Draw a reliability diagram, all but its points, which it gives.

    Parameters
    ----------
    figure : Figure
    chapter : Chapter
        With a curve.
    axis : Scale
        Of both directions.
    left, bottom : float
        The corner of its part of the figure.
    """
    curve = chapter.standing.calibration.curve
    main = add_axes(figure, left + _LEFT, bottom + _UNDER, _SIDE, _SIDE)
    bars = add_axes(figure, left + _LEFT, bottom + 36, _SIDE, _BARS)
    for way in (main.xaxis, main.yaxis, bars.xaxis):
        way.set_ticks([at for at, _ in axis.ticks], [text for _, text in axis.ticks])
    main.tick_params(labelbottom=False)
    if axis.name == "log-odds":
        _mark_edges(main, axis)
        bars.tick_params(axis="x", labelsize=SMALL - 1)  # 90 and 95 stand close to each other
    for one in (main, bars):
        one.set_xlim(axis.low, axis.high)
    main.set_ylim(axis.low, axis.high)
    _band(main, curve, axis)
    corners = [(axis.place(point.probability), axis.place(point.recalibrated)) for point in curve]
    draw_line(main, _without_middles(corners), "accent", "recalibrated")
    diagonal = [(at, at) for at in (axis.place(0.0), axis.place(1.0))]
    draw_line(main, diagonal, "muted", "said = came true", lw=1, ls=DASHES[1], zorder=2)
    _bars(bars, curve, axis)
    top = bottom + _UNDER + _SIDE
    add_legend(main, left + 4, top + 18, columns=3)
    count = say.count(chapter.standing.calibration.n, "forecast")
    mark = ", provisional" if chapter.provisional else ""
    write(figure, left + 4, top + 43, f"{count}{mark}", size=NORMAL, weight="bold")
    label(figure, left + 4, top + 6, "came true, %")
    label(figure, left + 4, bottom + 6, "bars: number of forecasts")
    label(figure, left + _LEFT + _SIDE, bottom + 6, "probability said, %", ha="right")
    if axis.name == "log-odds":
        label(figure, left + _LEFT + _SIDE, top + 6, "○ exactly 0 or 100 %", ha="right")
    return _points(main, chapter, axis)


def describe_reliability(chapter: "Chapter", axis: Scale) -> str:
    """Say what a reliability diagram shows, for those who do not see it."""
    one = chapter.standing.calibration
    outside = [p for p in one.curve if not p.band_low <= p.recalibrated <= p.band_high]
    first, last = one.curve[0], one.curve[-1]
    axes = "log odds" if axis.name == "log-odds" else "percent"
    found = [
        f"Reliability diagram of {say.count(one.n, 'forecast')} by {name_of(chapter)}"
        f"{', provisional' if chapter.provisional else ''}: across, the probability said; "
        f"upward, how often such forecasts came true, recalibrated; both in {axes}",
        f"The curve goes from {say.tenths(first.recalibrated)} where {percent(first.probability)} "
        f"was said to {say.tenths(last.recalibrated)} where {percent(last.probability)} was said",
        f"{len(outside)} of {say.count(len(one.curve), 'point')}, "
        f"{sum(p.n for p in outside)} of {say.count(one.n, 'forecast')}, "
        "lie outside the 90 % band of a calibrated forecaster",
        "Bars beneath count what was said",
    ]
    return ". ".join(found) + "."


def heading(figure: "Figure", chapter: "Chapter", left: float, bottom: float) -> None:
    """Write above a diagram whose it is, and the verdict on it."""
    import textwrap

    lines = textwrap.wrap(chapter.standing.calibration.verdict, 52, max_lines=2, placeholder=" …")
    above = bottom + 8 + 14 * len(lines)
    write(figure, left + 4, above, name_of(chapter), size=LARGE, weight="bold")
    label(figure, left + 4, bottom + 2, "\n".join(lines), va="bottom")


def _without_middles(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out what lies within a level stretch: the line is the same without."""
    inner = [
        two
        for one, two, three in zip(corners, corners[1:], corners[2:], strict=False)
        if not one[1] == two[1] == three[1]
    ]
    return [corners[0], *inner, *corners[1:][-1:]]


def _mark_edges(axes: "Axes", axis: Scale) -> None:
    """Set apart the places of 0 and 1, which have none on log odds."""
    for low, high in ((axis.low, axis.last_low), (-axis.last_low, axis.high)):
        for span in (axes.axvspan, axes.axhspan):
            span(low, high, facecolor=colour("panel"), lw=0, zorder=0)


def _band(axes: "Axes", curve: Sequence[CurvePoint], axis: Scale) -> None:
    from matplotlib.patches import Polygon

    step = max(len(curve) / _MOST, 1.0)
    shown = [curve[int(index * step)] for index in range(int(len(curve) / step))]
    if shown[-1] is not curve[-1]:
        shown.append(curve[-1])
    low = [(axis.place(point.probability), axis.place(point.band_low)) for point in shown]
    high = [(axis.place(point.probability), axis.place(point.band_high)) for point in shown]
    if len(shown) == 1:  # one forecast has a band of no width
        half = (axis.high - axis.low) / 60
        low = [(low[0][0] - half, low[0][1]), (low[0][0] + half, low[0][1])]
        high = [(high[0][0] - half, high[0][1]), (high[0][0] + half, high[0][1])]
    edges = low + high[::-1]
    axes.add_patch(Polygon(edges, facecolor=colour("band"), lw=0, zorder=1, label="90 % band"))


def _bars(axes: "Axes", curve: Sequence[CurvePoint], axis: Scale) -> None:
    counts: dict[float, int] = {}
    # Few stand exactly below their points; many are counted up.
    place = axis.place if len(curve) <= FEW else axis.cell
    for point in curve:
        cell = place(point.probability)
        counts[cell] = counts.get(cell, 0) + point.n
    most = max(counts.values())
    # One line with gaps: a path, and not a hundred of them.
    x = [value for cell in sorted(counts) for value in (cell, cell, float("nan"))]
    y = [value for cell in sorted(counts) for value in (0, counts[cell], float("nan"))]
    axes.plot(x, y, color=colour("muted"), lw=2.2, solid_capstyle="butt")
    axes.set_ylim(0, most * 1.05)
    axes.yaxis.set_ticks([0, most], ["0", str(most)])


def _points(axes: "Axes", chapter: "Chapter", axis: Scale) -> list[Dot]:
    groups = _groups(chapter.standing.calibration.curve, axis)
    ids = _ids(groups, chapter.standing.looked)
    most = max(sum(point.n for point in group) for group in groups)
    many = len(groups) > FEW
    smallest, largest = (1.7, 2.8) if many else (2.4, 9.0 if len(groups) <= 25 else 6.0)
    found = []
    for group, members in zip(groups, ids, strict=True):
        n = sum(point.n for point in group)
        said = sum(point.probability * point.n for point in group) / n
        x, y = place_of(axes, axis.place(said), axis.place(group[0].recalibrated))
        radius = max(smallest, largest * (n / max(most, 9)) ** 0.5)
        edge = axis.is_edge(group[0].recalibrated) or axis.is_edge(said)
        looks = ("paper", "accent") if edge else ("accent", "accent" if many else "paper")
        found.append(Dot(x, y, radius, _told(group, n, members), *looks))
    return found


def _groups(curve: Sequence[CurvePoint], axis: Scale) -> list[list[CurvePoint]]:
    """Put together points that would lie upon each other, where there are very many."""
    if len(curve) <= _MOST:
        return [[point] for point in curve]
    found: dict[tuple[float, float], list[CurvePoint]] = {}
    for point in curve:
        found.setdefault((axis.cell(point.probability), point.recalibrated), []).append(point)
    return list(found.values())


def _ids(groups: Sequence[Sequence[CurvePoint]], looked: Sequence["Looked"]) -> list[list[str]]:
    """Give the questions of each group of points.

    By the middles between them, and not by equal values: where there are very many forecasts a
    point of the curve is the mean of some that differ after the fourth decimal.
    """
    borders = [(one[-1].probability + two[0].probability) / 2 for one, two in pairwise(groups)]
    found: list[list[str]] = [[] for _ in groups]
    for seen in looked:
        found[bisect_right(borders, seen.probability)].append(seen.id)
    return found


def _told(group: Sequence[CurvePoint], n: int, ids: Sequence[str]) -> str:
    """Say what a point is."""
    first, last = group[0], group[-1]
    said = percent(first.probability)
    if last is not first:
        said += f" to {percent(last.probability)}"
    lows, highs = [point.band_low for point in group], [point.band_high for point in group]
    band = f"{say.tenths(min(lows))} to {say.tenths(max(highs))}"
    shown = ", ".join(ids[:_MOST_IDS])
    more = f" and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
    return (
        f"Said {said}, n = {n}; recalibrated {say.tenths(first.recalibrated)}; band {band}"
        f"{': ' if shown else ''}{shown}{more}"
    )
