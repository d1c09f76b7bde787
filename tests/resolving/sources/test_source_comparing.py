"""Comparisons, and words that must appear."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import NotReadable
from forecast.resolving.sources.comparing import Comparison, Words, read_comparison
from forecast.resolving.sources.contract import SourceError


@pytest.mark.parametrize(
    ("comparison", "value", "holds"),
    [
        (">= 190", 190, True),
        (">= 190", "189.999", False),
        ("> 190", 190, False),
        ("< 2", "1.9 %", True),
        ("<= 0.3", Decimal("0.3"), True),
        ("== 190", "190.0", True),
        ("!= 0", "0.00", False),
        ("!=0", 1, True),
        ("== Signed", "  SIGNED ", True),
        ("== Signed", "unsigned", False),
        ("!= Not  signed", "not signed", False),
        ("contains lethal", "Non-Lethal aid", True),
        ("Contains lethal", "aid", False),
        ("contains 190", "1900", True),
        ("== true", True, True),
        ("== 1,000", "1 000", True),
    ],
)
def test_comparisons(comparison: str, value: str | float, holds: bool) -> None:
    """Numbers are compared as numbers, text in any case and with blanks collapsed."""
    assert holds is read_comparison(comparison).holds(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "190", "= 190", "=> 190", "=== 190", ">=", "contains", "containslethal", "is 5"),
        *("> high", ">= 1.234,5", "< ", "~ 5", "<> 5", ">= nan", "== " + "x" * 300),
    ],
)
def test_what_is_no_comparison_is_refused(text: str) -> None:
    """An order of words, an unknown operator, nothing to compare with."""
    with pytest.raises(NotReadable):
        read_comparison(text)


def test_a_word_is_no_number() -> None:
    """Where a number is compared, a word is an error, not a no."""
    with pytest.raises(SourceError, match="'pending' is not a number"):
        read_comparison("== 1").holds("pending")


def test_directions() -> None:
    """Which way a comparison goes decides whether it can be undone."""
    directions = {
        text: read_comparison(f"{text} 1").direction for text in ("<", "<=", "==", ">", ">=")
    }
    assert {"<": -1, "<=": -1, "==": 0, ">": 1, ">=": 1} == directions


@pytest.mark.parametrize(
    ("words", "text", "holds"),
    [
        (["Senate", "treaty"], "The TREATY passed the senate.", True),
        (["Senate", "treaty"], "The senate", False),
        (["aid"], "We said no", False),
        (["lethal  aid"], "lethal\naid", True),
        (["lethal aid"], "lethal first aid", False),
        (["C++"], "in C++, now", True),
        (["Straße"], "STRASSE 5", True),
        (["a.b"], "axb", False),
        (["U.S."], "the U.S. said", True),
    ],
)
def test_words(words: list[str], text: str, holds: bool) -> None:
    """All of them, whole, in any case, wherever they stand."""
    assert holds is Words(words).holds(text)


@given(st.text(max_size=30))
def test_any_text_is_a_comparison_or_refused(text: str) -> None:
    """Nothing else happens."""
    with suppress(NotReadable):
        assert isinstance(read_comparison(text), Comparison)
