"""`html`: values at a CSS selector, their dates at another."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import TICK, ask, end, find, is_answered

from forecast.model import InvalidField, NotReadable
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.pages import check_selector
from forecast.resolving.sources.registry import check

#: As a statistical office prints its figures: thousands, footnotes, cells without end tags.
TABLE = """<!DOCTYPE html><html lang=en><head><title>Exports</title>
<style>td { color: red }</style><script>var x = "<td class=v>999</td>";</script></head>
<body><p>Last updated: <time id=updated datetime="2027-01-20T08:00:00Z">20 January</time></p>
<table class="figures"><caption>Exports, m&euro;</caption>
<thead><tr><th>Month<th>Value<th>Change</thead>
<tbody>
<tr><td class=d>October 2026 <td class=v>1,188.1 <td>+0.4 %
<tr><td class=d>November 2026<td class=v> <b>1,190</b>.4 <td>&minus;0.1 %
<tr><td class=d>December 2026<td class=v>n/a<td>
</tbody></table>
<p id=status>Status: <em>not</em>&nbsp;signed</p></body></html>"""
FIGURES = {
    "select": "table.figures td.v",
    "dates": "table.figures td.d",
    "compare": ">= 1190",
}


def test_a_table_of_figures() -> None:
    """Values with the months in their rows; scripts are not looked into."""
    found = find(ask("html", FIGURES), TABLE)
    assert ("yes", end("2026-11-30"), "") == (found.outcome, found.known_at, found.caveat)
    assert "table.figures td.v: 1,190.4 (November 2026)" == found.excerpt


def test_the_reach_is_that_of_the_latest_value() -> None:
    """December is not in yet."""
    found = find(ask("html", {**FIGURES, "compare": "> 2000"}), TABLE)
    assert (None, end("2026-11-30")) == (found.outcome, found.as_of)


def test_the_page_says_when_it_was_updated() -> None:
    """A time's `datetime` is its date; a value is missing still, which is worth a look."""
    settings = {**FIGURES, "compare": "> 2000", "as_of": "#updated"}
    found = find(ask("html", settings), TABLE)
    assert ("no", datetime(2027, 1, 20, 8, tzinfo=UTC)) == (found.outcome, found.as_of)
    assert "no value for 2026-12-01 to 2026-12-31" in found.caveat
    assert "as of 2027-01-20T08:00:00Z" in found.excerpt


@pytest.mark.parametrize(("now", "outcome"), [(timedelta(0), None), (TICK, "no")])
def test_a_status_that_is_live(now: timedelta, outcome: str | None) -> None:
    """A page that is always of today: text collapsed, whatever it is wrapped in."""
    settings = {"select": "#status", "compare": "== Status: signed", "as_of": "fetched"}
    at = end("2026-12-31") - TICK + now
    assert outcome == find(ask("html", settings), TABLE, fetched_at=at).outcome
    there = {**settings, "compare": "== status: not signed"}
    assert "yes" == find(ask("html", there), TABLE, fetched_at=at).outcome


def test_a_row_by_what_stands_in_it() -> None:
    """A row that has a cell that says so."""
    settings = {
        "select": "tr:has(td:lexbor-contains('October')) > td.v",
        "compare": "== 1188.1",
        "as_of": "fetched",
    }
    assert "yes" == find(ask("html", settings), TABLE).outcome


def test_an_attribute() -> None:
    """Where the value is written for machines."""
    body = '<data id=x value="195.5">about 195</data>'
    settings = {"select": "#x", "attribute": "value", "compare": ">= 195.5", "as_of": "fetched"}
    assert "yes" == find(ask("html", settings), body).outcome
    with pytest.raises(SourceError, match="has no attribute 'amount'"):
        find(ask("html", {**settings, "attribute": "amount"}), body)


@pytest.mark.parametrize(
    "cell",
    [
        "195<sup>2</sup>",
        "1<p>95</p>",
        "195<br>2",
        "<del>180</del>195",
        "195<sup>a</sup>",
        "<li>1<li>9",
    ],
)
def test_figures_are_not_glued_together(cell: str) -> None:
    """A footnote's number is no digit of the value."""
    settings = {"select": "div", "compare": ">= 190", "as_of": "fetched"}
    with pytest.raises(SourceError, match="is not a number"):
        find(ask("html", settings), f"<div>{cell}</div>")


def test_inline_elements_do_not_part_a_figure() -> None:
    """Half of it may be bold."""
    settings = {"select": "div", "compare": "== 1195", "as_of": "fetched"}
    assert "yes" == find(ask("html", settings), "<div>1<span>,</span>1<b>9</b>5</div>").outcome


def test_values_and_dates_must_be_as_many() -> None:
    """Else nobody knows which value is of which date."""
    with pytest.raises(SourceError, match=r"3 values at .* and 4 dates at"):
        find(ask("html", {**FIGURES, "dates": "tr > :nth-child(1)"}), TABLE)


def test_as_many_may_still_be_shifted() -> None:
    """One row lacks its date, another its value: all between would be wrong."""
    body = (
        "<table><tr><td class=v>1<tr><td class=d>2026-02<td class=v>200"
        "<tr><td class=d>2026-03</table>"
    )
    with pytest.raises(SourceError, match="stand in different rows"):
        find(ask("html", {"select": ".v", "dates": ".d", "compare": "> 100"}), body)


def test_a_table_that_lies_on_its_side() -> None:
    """Dates in one row, values in the next."""
    body = "<table><tr><th>2026-01<th>2026-02</tr><tr><td>1<td>200</tr></table>"
    settings = {"select": "td", "dates": "th", "compare": "> 100"}
    assert end("2026-02-28") == find(ask("html", settings), body).known_at


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>für".encode(), ""),
        ("<p>für".encode("latin-1"), "text/html; charset=iso-8859-1"),
        ('<meta charset="iso-8859-1"><p>für'.encode("latin-1"), "text/html"),
        ("<p>für".encode("cp1252"), ""),
        ("<p>für".encode("utf-16"), ""),
        (b"<p>f&uuml;r", ""),
        ("<meta charset=punycode><p>für".encode("cp1252"), ""),
    ],
)
def test_charsets(body: bytes, content_type: str) -> None:
    """UTF-8 where it is, else what the header or the page says, else what browsers assume."""
    settings = {"select": "p", "compare": "== für", "as_of": "fetched"}
    assert "yes" == find(ask("html", settings), body, content_type=content_type).outcome


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"select": "#gone"}, "nothing at '#gone': has the page changed?"),
        ({"as_of": "#gone"}, "nothing at '#gone'"),
        ({"dates": "#gone"}, "nothing at '#gone'"),
        ({"dates": ".v"}, "is not a date"),
        ({"select": "td.d"}, "'October 2026' is not a number"),
        ({"as_of": "caption"}, "'Exports, m€' is not a date"),
    ],
)
def test_what_is_not_as_described_is_one_clear_line(settings: dict[str, str], message: str) -> None:
    """Said what, and where."""
    with pytest.raises(SourceError) as caught:
        find(ask("html", {**FIGURES, **settings}), TABLE)
    assert message in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"%PDF-1.7 \x80", b'{"a": 1}'])
def test_what_is_no_page_has_nothing(body: bytes) -> None:
    """Whatever it is."""
    with pytest.raises(SourceError, match="nothing at"):
        find(ask("html", FIGURES), body)


@pytest.mark.parametrize(
    "selector",
    [
        *("!!", "td[", "td:foo", ",", "a[b='c", "::before", "a /* b */ c", "x" * 400),
        *("a b c d", "a b, c d, e f", "b ~ p ~ p", "a b ~ p", "p:has(~ b)", ":not(a b)"),
        *(":is(a > b)", "p:nth-child(2 of a b)", ":has(a):has(b)", ":has(:has(a) b)"),
        ":nth-child(1):nth-child(2):nth-child(3)",
    ],
)
def test_selectors_that_are_none_or_may_take_long_are_refused(selector: str) -> None:
    """At load, saying what to write instead."""
    with pytest.raises(NotReadable):
        check_selector(selector)


@pytest.mark.parametrize(
    "selector",
    [
        *("p", "#a .b", "table.figures td.v", "#main > div:nth-child(2) > table > tbody > tr > td"),
        *(
            "a[href*='x y > z']",
            "h2 ~ p",
            "h2 + p",
            "td:not(.x)",
            "td:is(.a, .b)",
            "tr:has(> td.x)",
        ),
        *("p:lexbor-contains('a b ~ c' i)", r"#\31 23 > .md\:flex", "li:nth-child(2n + 1)", "a, b"),
        'a[title="it\'s"]',
    ],
)
def test_usual_selectors_pass(selector: str) -> None:
    """As browsers copy them, too."""
    check_selector(selector)


@given(
    st.binary(max_size=100)
    | st.lists(
        st.sampled_from(
            [
                *"<>/=\"'!- x&;",
                "td",
                "<td class=v>",
                "</td>",
                "<table>",
                "<tr>",
                "<!--",
                "<svg>",
                "<b>",
                "</b>",
                "<p>",
                "<a ",
                "<script>",
                "</script>",
                "<title>",
                "1",
                "2026",
            ]
        ),
        max_size=25,
    ).map(lambda parts: "".join(parts).encode()),
    st.sampled_from(["", ".d", "td"]),
)
def test_whatever_comes_is_an_answer_or_an_error(body: bytes, dates: str) -> None:
    """A `SourceError`, and no other."""
    settings = {"select": "td", "compare": "contains 1", **({"dates": dates} if dates else {})}
    is_answered(ask("html", settings), body)


@given(st.text(max_size=40) | st.text("ab.#>+~ ,:*[]()'\"\\nthas-", max_size=20))
def test_any_selector_is_fine_or_refused(selector: str) -> None:
    """At load nothing else happens."""
    with suppress(InvalidField):
        check(ask("html", {"select": selector.strip() or "p", "compare": "> 1"}))
