"""What the diagrams of a report are drawn with: axes, lines, legends and text, in points.

All places are in points from the figure's lower left corner, so that pictures of one and of six
forecasters have text of one size.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from forecast.reporting.pictures.looks import colour
from forecast.reporting.pictures.svg import safe_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from forecast.reporting.parts import Chapter

#: Of reference lines: dots, and dashes.
DASHES = ((0, (1, 2)), (0, (5, 3)))
#: Points, and bars, that can be told apart.
FEW = 60
#: Characters of a name that a diagram is wide enough for.
_NAME = 46


def name_of(chapter: "Chapter") -> str:
    """Give a forecaster's name, no longer than a diagram is wide."""
    return safe_text(chapter.forecaster, _NAME)


def add_axes(figure: "Figure", left: float, bottom: float, width: float, height: float) -> "Axes":
    """Add axes without ticks, with a grid."""
    wide, high = (inches * 72 for inches in figure.get_size_inches())
    axes = figure.add_axes((left / wide, bottom / high, width / wide, height / high))
    axes.tick_params(length=0, pad=4)
    axes.grid(True)
    axes.set_axisbelow(True)
    return axes


def draw_line(
    axes: "Axes", corners: Sequence[tuple[float, float]], looks: str, name: str, **more: Any
) -> None:
    """Draw a line in a colour of the look; it has a name in the legend."""
    x, y = zip(*corners, strict=True)
    axes.plot(x, y, color=colour(looks), label=name, **({"lw": 1.8, "zorder": 3} | more))


def add_legend(axes: "Axes", x: float, y: float, columns: int) -> None:
    """Put the legend above the axes, its lower left corner at a place of the figure."""
    axes.legend(
        ncols=columns,
        loc="lower left",
        bbox_to_anchor=(x, y),
        bbox_transform=in_points(axes.figure),
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        handlelength=1.6,
        handletextpad=0.5,
        columnspacing=1.2,
        labelcolor=colour("ink"),
    )


def label(figure: "Figure", x: float, y: float, text: str, **looks: Any) -> None:
    """Write what stands beside the data, and is no heading."""
    write(figure, x, y, text, color=colour("muted"), **looks)


def write(figure: "Figure", x: float, y: float, text: str, **looks: Any) -> None:
    """Write text at a place of the figure."""
    width, height = (inches * 72 for inches in figure.get_size_inches())
    figure.text(x / width, y / height, text, **looks)


def in_points(figure: Any) -> Any:
    """Give the transformation of points, from the lower left corner, at any resolution."""
    from matplotlib.transforms import Affine2D

    return Affine2D().scale(1 / 72) + figure.dpi_scale_trans


def place_of(axes: "Axes", x: float, y: float) -> tuple[float, float]:
    """Give a place on axes in points of the figure, which has 72 dots per inch."""
    across, up = axes.transData.transform((x, y))
    return float(across), float(up)
