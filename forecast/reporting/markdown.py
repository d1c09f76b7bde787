"""A report as Markdown, as GitHub and most others read it: the words and numbers of the others.

Nothing that people wrote is more than text in it: every mark that Markdown or HTML would read is
escaped, and what turns text around is shown as an escape.
"""

import re
from collections.abc import Iterable, Iterator

from forecast.reporting.document import Chapter, Document, Grid, Section
from forecast.reporting.safely import clean

#: Marks that mean something anywhere in a line of Markdown.
_MARKS = re.compile(r"[\\`*_\[\]|~#$!]")
#: Those that mean something at the start of a line: lists, rules, headings underlined.
_AT_START = re.compile(r"(?:[-+=:]|[0-9]+[.)])")


def markdown_text(report: Document) -> str:
    """Lay a report out as Markdown.

    Parameters
    ----------
    report : Document

    Returns
    -------
    str
        Ends with a line end.
    """
    return "\n\n".join(_blocks(report)) + "\n"


def _blocks(report: Document) -> Iterator[str]:
    yield f"# {escaped(report.title)}"
    yield from _sentences((report.asked_for, *report.funnel, report.nothing))
    if report.overview is not None:
        yield _table(report.overview)
        yield _line(report.scale)
    for chapter in report.chapters:
        yield from _chapter(chapter, report)


def _chapter(chapter: Chapter, report: Document) -> Iterator[str]:
    yield f"## {escaped(chapter.forecaster)}"
    yield f"**{escaped(chapter.verdict)}**"
    if chapter.provisional and not chapter.brief:
        yield _line(report.provisional)
    for section in chapter.sections:
        yield from _section(section, chapter)


def _section(section: Section, chapter: Chapter) -> Iterator[str]:
    marked = chapter.provisional and section.grids and section.key != "questions"
    yield f"### {escaped(section.heading)}{' (provisional)' if marked else ''}"
    yield from _sentences(section.sentences)
    yield from map(_table, section.grids)
    yield from _sentences((section.explanation,))


def _sentences(sentences: Iterable[str]) -> Iterator[str]:
    return (_line(sentence) for sentence in sentences if sentence)


def _table(grid: Grid) -> str:
    """Set a table out; without rows it is its head alone."""
    rules = [":---" if column in grid.texts else "---:" for column in range(len(grid.head))]
    rows = [map(escaped, grid.head), rules, *(map(escaped, row) for row in grid.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _line(text: str) -> str:
    """Write a paragraph that begins with a text."""
    found = escaped(text)
    start = _AT_START.match(found)
    if start is None:
        return found
    at = start.end() - 1
    return f"{found[:at]}\\{found[at:]}"


def escaped(text: str) -> str:
    r"""Make a text one line of Markdown that shows as just that text.

    Examples
    --------
    >>> escaped("[a](javascript:b) | <script>")
    '\\[a\\](javascript:b) \\| &lt;script&gt;'
    """
    line = clean(" ".join(text.split()), keep="")
    line = _MARKS.sub(r"\\\g<0>", line)
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
