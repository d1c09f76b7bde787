"""What a report is laid out from: chapters, sections, tables. Everything in them is text."""

from dataclasses import dataclass

from forecast.reporting.report import Standing

#: Stands where there is no figure.
NONE = "–"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: what its columns are called, its rows, and the questions a row opens to.

    Parameters
    ----------
    head : tuple of str
    rows : tuple of tuple of str
    ids : tuple of tuple of str
        One for each row, or empty: ids of the questions behind it.
    texts : frozenset of int
        Columns that hold text and are set to the left; the others hold figures.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ids: tuple[tuple[str, ...], ...] = ()
    texts: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a forecaster's report.

    Parameters
    ----------
    key : str
        Stable, for links: `scores`, `calibration` …
    heading : str
    sentences : tuple of str
    grids : tuple of Grid
    chart : str
        `reliability` or `course`; empty for none.
    explanation : str
        How to read it.
    first : bool
        Whether it belongs on a terminal's first screen.
    """

    key: str
    heading: str
    sentences: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    chart: str = ""
    explanation: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a report says of one forecaster.

    Parameters
    ----------
    forecaster : str
    verdict : str
    provisional : bool
        Whether the record is smaller than the words of a verdict need.
    sections : tuple of Section
    standing : Standing
    brief : str
        All of it in a line, of a record so short that it has no rates; else empty.
    """

    forecaster: str
    verdict: str
    provisional: bool
    sections: tuple[Section, ...]
    standing: Standing
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report, ready to be laid out.

    Parameters
    ----------
    title : str
    asked_for : str
        What was chosen; empty where everything was.
    funnel : tuple of str
        Sentences.
    overview : Grid or None
        A row for each forecaster; None where nobody has a score.
    scale : str
        How to read the scores.
    chapters : tuple of Chapter
    factor : int
        1 for Brier scores from 0 to 1, 2 for the original scale.
    nothing : str
        Why there is no overview; else empty.
    provisional : str
        What it means that a chapter is marked so.
    """

    title: str
    asked_for: str
    funnel: tuple[str, ...]
    overview: Grid | None
    scale: str
    chapters: tuple[Chapter, ...]
    factor: int
    nothing: str = ""
    provisional: str = ""


def figure(value: float | None, factor: int = 1) -> str:
    """Write a score, to three digits.

    Examples
    --------
    >>> figure(0.2), figure(0.2, 2), figure(None), figure(-1e-9)
    ('0.200', '0.400', '–', '0.000')
    """
    return NONE if value is None else f"{value * factor:z.3f}"
