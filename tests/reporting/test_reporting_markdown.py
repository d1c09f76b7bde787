"""The report as Markdown, read by a parser as GitHub reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import ask, full, reported, say
from markdown_it import MarkdownIt

from forecast.reporting.document import document
from forecast.reporting.markdown import escaped, markdown_text
from forecast.reporting.safely import clean

#: Tables and crossed-out text, with HTML taken for HTML, as on GitHub.
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
#: What a report is made of, and nothing else.
ALLOWED = {
    *("inline", "text", "strong_open", "strong_close", "softbreak"),
    *(f"{name}_{end}" for name in ("heading", "paragraph") for end in ("open", "close")),
    *(
        f"{name}_{end}"
        for name in ("table", "thead", "tbody", "tr", "th", "td")
        for end in ("open", "close")
    ),
}
HOSTILE = [
    "<script>alert(1)</script>",
    "a | b || c",
    "[x](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "**bold** _it_ ~~no~~ `code` ```",
    "&lt;b&gt; &amp; &#124;",
    "back\\slash \\| \\",
    "# head",
    "two\nlines\n\n# three",
    "a\u202eb\x1b[31m",
    "😀 $x$",
    "<!-- x",
    "<https://example.org>",
    "[x]: https://example.org",
]


def tokens(text):
    """Every token, those within lines included."""
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def cells(text):
    """What the cells of all tables show, as text."""
    found, inside = [], False
    for token in PARSER.parse(text):
        if token.type in ("td_open", "td_close"):
            inside = token.type == "td_open"
        elif token.type == "inline" and inside:
            found.append("".join(child.content for child in token.children))
    return found


def test_report_is_headings_paragraphs_and_tables(db):
    """Valid throughout: a chapter for each forecaster, every table a table."""
    full(db)
    report = document(reported(db))
    found = list(tokens(markdown_text(report)))
    assert set() == {token.type for token in found} - ALLOWED
    n_grids = 1 + sum(len(part.grids) for one in report.chapters for part in one.sections)
    assert n_grids == sum(token.type == "table_open" for token in found)
    assert len(report.chapters) == sum(
        token.type == "heading_open" and token.tag == "h2" for token in found
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_wrote_is_only_text(db, hostile):
    """As title, name and note: nothing in it is markup, and it shows as it was typed."""
    title = " ".join(hostile.split())
    ask(db, "yn" * 6, title=title, tags=("x|y",))
    name = clean(title, keep="")
    say(db, [0.4] * 12, name, note=hostile)
    say(db, [0.4] * 2, "1. Bob", note=hostile)
    text = markdown_text(document(reported(db)))
    assert set() == {token.type for token in tokens(text)} - ALLOWED
    shown = cells(text)
    assert name in shown
    assert shown.count(name) >= 4
    assert "x|y" in shown


@given(st.text())
def test_escaped_shows_as_it_was(text):
    """In a cell, whatever it is, blanks and steering marks aside."""
    row = f"| a |\n| --- |\n| x{escaped(text)}x |"
    expected = f"x{clean(' '.join(text.split()), keep='')}x"
    assert [expected] == cells(row)


def test_without_a_score_there_is_a_word(db):
    """No table of nothing."""
    text = markdown_text(document(reported(db)))
    assert "Nobody has a score yet: forecast, then resolve." in text
    assert "|" not in text
