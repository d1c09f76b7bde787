"""`page`: has it changed?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import ask, find, is_answered

from forecast.resolving.sources.contract import Found, SourceError

PAGE = (
    "<html><head><title>T</title><script>var now = 1</script><style>p {}</style></head>"
    "<body><nav>Menu</nav><main><p>The committee <b>meets</b> in May.</p></main></body></html>"
)


def look(body: str | bytes, **settings: str) -> Found:
    """Look at a page."""
    return find(ask("page", settings), body, content_type="text/html; charset=utf-8")


def test_what_a_reader_sees_is_what_counts() -> None:
    """Scripts, markup and blanks may change; a word may not."""
    first = look(PAGE)
    assert (None, "Menu The committee meets in May.") == (first.outcome, first.excerpt)
    same = PAGE.replace("now = 1", "now = 2").replace("<b>meets</b>", "<i>\n meets</i>")
    assert first.fingerprint == look(same).fingerprint
    assert first.fingerprint != look(PAGE.replace("May", "June")).fingerprint
    assert 64 == len(first.fingerprint)


def test_a_part_of_the_page() -> None:
    """Only what is selected."""
    first = look(PAGE, select="main")
    assert first.fingerprint == look(PAGE.replace("Menu", "Other"), select="main").fingerprint
    assert first.fingerprint != look(PAGE.replace("May", "June"), select="main").fingerprint
    with pytest.raises(SourceError, match="nothing at '#gone': has the page changed"):
        look(PAGE, select="#gone")


def test_all_that_is_selected_counts() -> None:
    """A list's items, each for itself: a b is not ab."""
    one = look("<ul><li>a<li>b</ul>", select="li")
    assert one.fingerprint != look("<ul><li>ab</ul>", select="li").fingerprint


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "text/xml"])
def test_text_that_is_no_page(content_type: str) -> None:
    """Blanks do not count, the rest does."""
    question = ask("page")
    first = find(question, '{"a":  1}', content_type=content_type)
    same = find(question, '{"a":\n1}', content_type=content_type)
    other = find(question, '{"a": 2}', content_type=content_type)
    assert first.fingerprint == same.fingerprint != other.fingerprint
    assert '{"a": 1}' == first.excerpt


def test_what_is_no_text() -> None:
    """Byte by byte."""
    question = ask("page")
    first = find(question, b"%PDF \xff 1", content_type="application/pdf")
    assert "8 bytes" == first.excerpt
    other = find(question, b"%PDF \xff 2", content_type="application/pdf")
    assert first.fingerprint != other.fingerprint
    with pytest.raises(SourceError, match="it is no HTML"):
        find(ask("page", {"select": "p"}), b"%PDF", content_type="application/pdf")


def test_a_page_that_does_not_say_what_it_is() -> None:
    """Then its start does."""
    question = ask("page")
    one = find(question, "<!DOCTYPE html><p>a<script>1</script>")
    assert one.fingerprint == find(question, "\n<!doctype HTML><p>a").fingerprint


@given(st.binary(max_size=80), st.sampled_from(["", "p"]), st.sampled_from(["", "text/html", "x"]))
def test_whatever_comes_has_a_fingerprint_or_an_error(
    body: bytes, select: str, content_type: str
) -> None:
    """A `SourceError`, and no other."""
    question = ask("page", {"select": select} if select else {})
    is_answered(question, body, content_type=content_type)
