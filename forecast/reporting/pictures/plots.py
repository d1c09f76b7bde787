"""The pictures of a report: inside a page, and as files of their own.

matplotlib is imported where a picture is drawn, without pyplot, so that nothing is shown, kept or
shared between pictures.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.model import ForecastError, NotReadable
from forecast.reporting.parts import Chapter, Document
from forecast.reporting.pictures import courses, diagrams
from forecast.reporting.pictures.canvas import in_points, name_of
from forecast.reporting.pictures.courses import COURSE_HEIGHT
from forecast.reporting.pictures.diagrams import HEADING, RELIABILITY_HEIGHT
from forecast.reporting.pictures.looks import (
    DPI,
    LETTERS_ELSEWHERE,
    SMALL,
    WIDTH,
    colour,
    drawing_rules,
)
from forecast.reporting.pictures.scales import Scale, scale
from forecast.reporting.pictures.svg import Dot, finished
from forecast.reporting.sentences import is_short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Diagrams side by side that can still be read.
MOST_PANELS = 6
ENDINGS = (".svg", ".png")
CHARTS = ("reliability", "course")
_GAP = 24.0
_NO_METADATA: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def chart_svg(
    chapter: Chapter, chart: str, *, axis: str = "linear", factor: int = 1, themed: bool = True
) -> str:
    """Draw a chart of a forecaster's report, as SVG to stand inside a page.

    Its text is text, its colours are the custom properties of `looks.css_variables`, and its
    points say which questions they are.

    Parameters
    ----------
    chapter : Chapter
    chart : {"reliability", "course"}
    axis : {"linear", "log-odds"}
        Of a reliability diagram.
    factor : int
        Of Brier scores: 1, or 2 for the original scale.
    themed : bool
        Whether the page around it gives colours and size; else it has its own, light ones.

    Returns
    -------
    str
        An `svg` element; empty where there is nothing to draw.
    """
    along, name = scale(axis), name_of(chapter)
    if chart not in CHARTS:
        raise NotReadable(f"no chart '{chart}': choose one of {', '.join(CHARTS)}")
    is_course = chart == "course"
    if not (chapter.standing.course if is_course else chapter.standing.calibration.curve):
        return ""
    prefix = _prefix(chapter.forecaster, chart, axis)
    with _figure(prefix, WIDTH, COURSE_HEIGHT if is_course else RELIABILITY_HEIGHT) as figure:
        if is_course:
            dots = courses.draw_course(figure, chapter, factor)
            title = f"Brier score of {name} over time"
            told = courses.describe_course(chapter, factor)
        else:
            dots = diagrams.draw_reliability(figure, chapter, along)
            title = f"Reliability of {name}"
            told = diagrams.describe_reliability(chapter, along)
        drawn = _svg(figure, "none" if themed else colour("paper"))
    return finished(drawn, prefix=prefix, title=title, description=told, dots=dots, themed=themed)


def write_plot(document: Document, path: Path, *, axis: str = "linear") -> None:
    """Write the reliability diagrams of a report into a file: all of it, or nothing.

    Parameters
    ----------
    document : Document
    path : Path
        Ends in `.svg` or `.png`.
    axis : {"linear", "log-odds"}

    Raises
    ------
    NotReadable
        If it ends in something else.
    ForecastError
        If nobody has a record that can be drawn.
    OSError
        If it cannot be written; what was there before is there still.
    """
    along = scale(axis)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise NotReadable(f"{path}: a picture ends in {' or '.join(ENDINGS)}, which says its kind")
    chapters, n_left_out = _drawable(document)
    _replace(path, _drawn(chapters, n_left_out, along, ending))


def _drawable(document: Document) -> tuple[list[Chapter], int]:
    """Choose the forecasters to draw, those with most forecasts, and count those left out."""
    found = [
        one
        for one in document.chapters
        if one.standing.calibration.curve and not is_short(one.standing)
    ]
    if not found:
        raise ForecastError(
            "nothing to draw: a reliability diagram needs a forecaster with ten resolved questions"
        )
    largest = sorted(found, key=lambda one: -one.standing.calibration.n)[:MOST_PANELS]
    return [one for one in found if one in largest], len(found) - len(largest)


def _drawn(chapters: list[Chapter], n_left_out: int, axis: Scale, ending: str) -> bytes:
    """Draw diagrams side by side, with whose they are and a word on those left out."""
    columns = {1: 1, 2: 2, 4: 2}.get(len(chapters), 3)
    rows = -(-len(chapters) // columns)
    foot = 26.0 if n_left_out else 6.0
    panel = RELIABILITY_HEIGHT + HEADING
    width = 12 + columns * (WIDTH + _GAP) - _GAP + 12
    height = foot + rows * (panel + _GAP) - _GAP + 8
    names = [one.forecaster for one in chapters]
    salt = _prefix(*names, axis.name)
    with _figure(salt, width, height, "".join(names)) as figure:
        dots = []
        for index, chapter in enumerate(chapters):
            left = 12 + index % columns * (WIDTH + _GAP)
            bottom = foot + (rows - 1 - index // columns) * (panel + _GAP)
            dots += diagrams.draw_reliability(figure, chapter, axis, left, bottom)
            diagrams.heading(figure, chapter, left, bottom + RELIABILITY_HEIGHT)
        if n_left_out:
            told = (
                f"{len(chapters)} of {len(chapters) + n_left_out} forecasters: "
                "those with most forecasts"
            )
            figure.text(16 / width, 9 / height, told, color=colour("muted"), fontsize=SMALL)
        if ending == ".png":
            return _png(figure, dots)
        text = finished(
            _svg(figure, colour("paper")),
            prefix=salt,
            title=f"Reliability of {', '.join(map(name_of, chapters))}",
            description=" ".join(diagrams.describe_reliability(one, axis) for one in chapters),
            dots=dots,
            themed=False,
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _prefix(*names: str) -> str:
    """Give ids a beginning that no other picture of a page has, whatever people are called."""
    told = "\0".join(names).encode("utf-8", "backslashreplace")
    return f"c{sha256(told).hexdigest()[:10]}"


@contextmanager
def _figure(salt: str, width: float, height: float, names: str = "") -> "Iterator[Figure]":
    """Give a figure of so many points; inside, matplotlib draws by our rules and nobody else's."""
    import warnings

    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(), warnings.catch_warnings():
        # A letter no font here has becomes a box: that is not what people should be told of.
        warnings.filterwarnings("ignore", message=r".*[Gg]lyph")
        matplotlib.rcdefaults()
        rules = drawing_rules(salt)
        if not names.isascii():
            rules["font.family"] += _fonts_here()
        settings: Any = matplotlib.rcParams
        settings.update(rules)
        yield Figure(figsize=(width / 72, height / 72), dpi=72)


def _fonts_here() -> list[str]:
    """Name the fonts of this machine that have letters matplotlib's own has not."""
    from matplotlib.font_manager import fontManager

    there = set(fontManager.get_font_names())
    return [name for name in LETTERS_ELSEWHERE if name in there]


def _svg(figure: "Figure", background: str) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="svg", facecolor=background, metadata=_NO_METADATA)
    return written.getvalue()


def _png(figure: "Figure", dots: list[Dot]) -> bytes:
    from matplotlib.patches import Circle

    points = in_points(figure)
    for dot in dots:
        looks = {"facecolor": colour(dot.fill), "edgecolor": colour(dot.edge), "lw": 1.0}
        figure.add_artist(Circle((dot.x, dot.y), dot.radius, transform=points, **looks))
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=DPI, metadata={"Software": None})
    return written.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside, then put it in place: nobody sees half of it."""
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
