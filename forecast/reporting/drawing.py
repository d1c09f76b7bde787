"""The reliability diagram in characters, for a terminal; plotille draws the dots."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from forecast.reporting.pictures.scales import Scale, scale
from forecast.reporting.report import Standing
from forecast.scoring.calibration import CurvePoint

#: Columns and rows of the drawing; the larger one where there is room for it.
SMALL, LARGE = (46, 15), (72, 23)
#: Left of the drawing: the frequencies.
MARGIN = 8
#: After the labels of the axis of what was said.
_SAID = " % said"
_BARS = " ▁▂▃▄▅▆▇█"
#: What a drawing is made of besides ASCII.
CHARACTERS = "⠁⣿│└─┬┤" + _BARS.strip()


def reliability_drawing(one: Standing, axis: str = "linear", width: int = 80) -> str:
    """Draw how often things came true that were said to be so likely.

    The shade is the 90 % consistency band, the dotted line the diagonal, `o` the curve at each
    forecast; the bars below tell how often what was said.

    Parameters
    ----------
    one : Standing
        With a curve.
    axis : {"linear", "log-odds"}
    width : int
        Of the terminal.
    """
    from plotille import Canvas

    columns, rows = LARGE if width >= MARGIN + LARGE[0] + 40 else SMALL
    columns = max(min(columns, width - MARGIN - len(_SAID)), 10)
    along = scale(axis)
    canvas = Canvas(columns, rows, along.low, along.low, along.high, along.high)
    points = one.calibration.curve
    _shade(canvas, points, along)
    _diagonal(canvas, along)
    _curve(canvas, points, along)
    lines = [f"{'came true':>{MARGIN}}", *_labelled(canvas, along)]
    said = _bars([seen.probability for seen in one.looked], along, columns)
    lines += [" " * MARGIN + said, *_foot(along, columns)]
    return "\n".join(line.rstrip(" ⠀") for line in lines)


def legend() -> str:
    """Say what is what in the drawing."""
    return (
        "Line and o: came true, by what was said; shade: where a calibrated forecaster's would lie "
        "nine times in ten; dots: the diagonal; bars: how often what was said."
    )


def _shade(canvas: Any, points: Sequence[CurvePoint], along: Scale) -> None:
    """Put dots in a loose pattern between the ends of the band."""
    if len(points) == 1:
        points = [points[0], points[0]]
    placed = [
        (along.place(one.probability), along.place(one.band_low), along.place(one.band_high))
        for one in points
    ]
    step_x, step_y = _steps(canvas)
    for at in range(0, canvas.width * 2, 2):
        x = along.low + (at + 0.5) * step_x
        for (x_0, low_0, high_0), (x_1, low_1, high_1) in pairwise(placed):
            if not x_0 - step_x <= x <= x_1 + step_x:
                continue
            part = min(max((x - x_0) / (x_1 - x_0), 0.0), 1.0) if x_1 > x_0 else 0.0
            low, high = low_0 + part * (low_1 - low_0), high_0 + part * (high_1 - high_0)
            for up in range(2 * (at // 2 % 2), canvas.height * 4, 4):
                y = along.low + (up + 0.5) * step_y
                if low <= y <= high:
                    canvas.point(x, y)


def _diagonal(canvas: Any, along: Scale) -> None:
    step_x, _ = _steps(canvas)
    for at in range(0, canvas.width * 2, 3):
        place = along.low + (at + 0.5) * step_x
        canvas.point(place, place)


def _curve(canvas: Any, points: Sequence[CurvePoint], along: Scale) -> None:
    placed = [(along.place(one.probability), along.place(one.recalibrated)) for one in points]
    for (x_0, y_0), (x_1, y_1) in pairwise(placed):
        canvas.line(x_0, y_0, x_1, y_1)
    if len(placed) <= canvas.width // 2:  # more marks would be all there is to see
        for x, y in placed:
            canvas.text(x, y, "o")


def _steps(canvas: Any) -> tuple[float, float]:
    """Give how far dots lie apart: there are two by four in a character."""
    across = canvas.xmax - canvas.xmin
    return across / (canvas.width * 2), across / (canvas.height * 4)


def _labelled(canvas: Any, along: Scale) -> list[str]:
    """Put the frequencies left of the drawing, each where it belongs."""
    rows = canvas.plot().split("\n")
    places = {
        len(rows) - 1 - _cell(place, along, len(rows)): text
        for place, text in _spaced(along, len(rows), 2)
    }
    edge = {True: "┤", False: "│"}
    return [
        f"{f'{places[at]} %' if at in places else '':>{MARGIN - 1}}{edge[at in places]}{row}"
        for at, row in enumerate(rows)
    ]


def _foot(along: Scale, columns: int) -> list[str]:
    """Give the axis of what was said, and its labels."""
    line, labels = ["─"] * columns, [" "] * columns
    for place, text in _spaced(along, columns, 6):
        at = _cell(place, along, columns)
        line[at] = "┬"
        start = min(max(at - len(text) // 2, 0), columns - len(text))
        labels[start : start + len(text)] = text
    below = "".join(labels).rstrip()
    return [" " * (MARGIN - 1) + "└" + "".join(line), " " * MARGIN + below + _SAID]


def _spaced(along: Scale, cells: int, apart: int) -> list[tuple[float, str]]:
    """Keep so many labels that they do not run into each other, from the middle outwards."""
    kept: list[tuple[float, str]] = []
    middle = (along.low + along.high) / 2
    for place, text in sorted(
        along.ticks, key=lambda tick: (-_rank(tick[1]), abs(tick[0] - middle))
    ):
        at = _cell(place, along, cells)
        if all(abs(at - _cell(other, along, cells)) >= apart for other, _ in kept):
            kept.append((place, text))
    return kept


def _rank(text: str) -> int:
    """Order labels: the middle first, then the ends, then the rest."""
    return {"50": 2, "0": 1, "100": 1}.get(text, 0)


def _cell(place: float, along: Scale, cells: int) -> int:
    part = (place - along.low) / (along.high - along.low)
    return min(max(int(part * cells), 0), cells - 1)


def _bars(said: Sequence[float], along: Scale, columns: int) -> str:
    counts = [0] * columns
    for probability in said:
        counts[_cell(along.place(probability), along, columns)] += 1
    most = max(counts, default=0) or 1
    top = len(_BARS) - 1
    # What was said at all is to be seen, however seldom it was.
    return "".join(_BARS[-(-count * top // most)] for count in counts)
