"""The report as a page: one file that needs no network and, to be read, no script.

The templates escape whatever they are given; control characters and marks that turn text around
are shown, not obeyed. Every number and sentence is the document's.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from forecast.reporting.document import Chapter, Document, Grid
from forecast.reporting.pictures import looks
from forecast.reporting.pictures.plots import chart_svg
from forecast.reporting.safely import clean
from forecast.reporting.sentences import count

#: Questions a row opens to at most; the others are told by their number.
MOST_LISTED = 50
#: Characters that all lists of questions of a page may come to, roughly.
LISTED_SIZE = 1_000_000
#: Rows of a table at most; from a longer one rows are left out evenly.
MOST_ROWS = 250
#: Text from this length on needs a wide column, and up to that length stays on one line.
WIDE, NARROW = 40, 24


def page_text(document: Document, *, axis: str = "linear") -> str:
    """Lay a report out as a page.

    Parameters
    ----------
    document : Document
    axis : {"linear", "log-odds"}
        Of the reliability diagram.

    Returns
    -------
    str
        HTML: one file with its styles, script and pictures.
    """
    environment = _environment()
    style = Markup(f"{_colours()}\n{_source(environment, 'page.css')}")  # noqa: S704 -- ours
    script = Markup(_source(environment, "page.js"))  # noqa: S704 -- ours
    charts = [
        {
            section.chart: _svg(chapter, section.chart, axis, document.factor)
            for section in chapter.sections
            if section.chart
        }
        for chapter in document.chapters
    ]
    return environment.get_template("page.html").render(
        document=document,
        charts=charts,
        titles=[{call.id: call.title for call in one.standing.calls} for one in document.chapters],
        most_listed=_most_listed(document),
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("forecast.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        count=count, column_kinds=column_kinds, opening_column=opening_column, thinned=thinned
    )
    return environment


def _finalize(value: Any) -> Any:
    """Clean every text that enters the page, wherever a template puts it."""
    return clean(value) if type(value) is str else value


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    text = environment.loader.get_source(environment, name)[0]
    return text.replace("\r\n", "\n")  # as a browser reads it, for the hash


def _colours() -> str:
    """Write the look as custom properties; paper is printed on in the light one."""
    light, dark = (
        " ".join(f"{name}: {value};" for name, value in looks.css_variables(dark).items())
        for dark in (False, True)
    )
    return (
        f":root {{ color-scheme: light; {light} }}\n"
        "@media screen and (prefers-color-scheme: dark) {\n"
        f"  :root {{ color-scheme: dark; {dark} }}\n}}"
    )


def _policy(style: str, script: str) -> str:
    """Allow nothing but this very style and this very script."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _svg(chapter: Chapter, chart: str, axis: str, factor: int) -> Markup:
    """Draw a chart, which escapes its own text."""
    return Markup(chart_svg(chapter, chart, axis=axis, factor=factor))  # noqa: S704


def _most_listed(document: Document) -> int:
    """Give how many questions each row lists, so that the page stays small."""
    lengths = [0]
    for chapter in document.chapters:
        titles = {call.id: call.title for call in chapter.standing.calls}
        rows = [ids for grid in _grids(chapter) for ids in thinned(grid.ids)]
        for ids in rows:
            lengths += [len(one) + len(titles.get(one, "")) + 60 for one in ids[:MOST_LISTED]]
    return max(3, min(MOST_LISTED, MOST_LISTED * LISTED_SIZE // max(sum(lengths), 1)))


def _grids(chapter: Chapter) -> Iterator[Grid]:
    for section in chapter.sections:
        yield from section.grids


def thinned(rows: Iterable[Any]) -> list[Any]:
    """Leave rows out evenly where there are more than a page can hold.

    Examples
    --------
    >>> len(thinned(range(1000))), thinned(range(1000))[:3], thinned(range(1000))[-1]
    (250, [0, 4, 8], 999)
    """
    every = list(rows)
    if len(every) <= MOST_ROWS:
        return every
    return [every[index * (len(every) - 1) // (MOST_ROWS - 1)] for index in range(MOST_ROWS)]


def column_kinds(grid: Grid) -> list[str]:
    """Say how each column of a table is set: figures, or text as wide as it needs.

    Examples
    --------
    >>> column_kinds(Grid(("tag", "n", "why"), (("china", "13", "a reason " * 9),),
    ...                   texts=frozenset({0, 2})))
    ['narrow', 'figure', 'wide']
    """
    kinds = []
    for column in range(len(grid.head)):
        longest = max((len(row[column]) for row in grid.rows), default=0)
        if column not in grid.texts:
            kinds.append("figure")
        else:
            kinds.append("wide" if longest >= WIDE else "narrow" if longest <= NARROW else "text")
    return kinds


def opening_column(grid: Grid) -> int | None:
    """Give the column whose cells open to questions; one past the last for one of its own.

    None where rows have no questions, or name theirs by title already.
    """
    if not any(grid.ids) or "title" in grid.head:
        return None
    named = [
        column
        for column, name in enumerate(grid.head)
        if name in ("question", "questions") and column in grid.texts
    ]
    return named[0] if named else len(grid.head)
