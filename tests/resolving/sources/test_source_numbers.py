"""Numbers as sources write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import ask

from forecast.model import Question
from forecast.model.laws import check_outcome
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.numbers import as_text, is_blank, plain, read_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("190", "190"),
        (" 1,234.5 ", "1234.5"),
        ("1 234.5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1\u202f234\u202f567", "1234567"),
        ("1,234,567", "1234567"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+2.1%", "2.1"),
        ("2.1 %", "2.1"),
        ("$1,200", "1200"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("1,200 €", "1200"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("0", "0"),
        ("007", "7"),
        (190, "190"),
        (0.1, "0.1"),
        (-0.0, "0"),
    ],
)
def test_numbers_are_read_exactly(written: str | float, number: str) -> None:
    """Signs, thousands, currencies and percent are understood; 0.1 is a tenth."""
    assert Decimal(number) == read_number(written)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "1.234,5",
            "1,23",
            "12,34",
            "1,2345",
            "1234,567",
            "1,234 567",
            "1 23",
            "1 234,5",
            "12 34",
        ),
        *("", "abc", "5 bps", "195a", "5.3 (p)", "1 - 2", "--3", "+-3", "-$-5", "5.", "5%%", "(5)"),
        *("nan", "NaN", "inf", "Infinity", "1e999", "1_000", "0x10", "٣", "1٬000", "²", "1,234,"),
        *(True, False, None, float("nan"), float("inf"), 10**400, "9" * 100, "1" * 10_000),
    ],
)
def test_what_could_be_two_numbers_is_none(written: str | float | None) -> None:
    """A comma that may be a decimal one, a note glued to a figure: nothing is guessed."""
    with pytest.raises(SourceError) as caught:
        read_number(written)
    message = str(caught.value)
    assert message.endswith("is not a number")
    assert len(message) < 120


@pytest.mark.parametrize("blank", ["", " ", ".", "..", "-", "–", "NA", "N/A", "n/a", "null", None])
def test_blanks(blank: str | None) -> None:
    """What sources write for 'no value' is no value."""
    assert is_blank(blank)


@pytest.mark.parametrize("given_", [0, "0", False, "none", "nan", "-1", "x" * 1000])
def test_not_blanks(given_: str | int) -> None:
    """Zero and words are values."""
    assert not is_blank(given_)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (None, ""), (190.0, "190"), (0.25, "0.25"), ("  Not \n yet ", "Not yet")],
)
def test_values_as_text(value: str | float | None, text: str) -> None:
    """A value is compared with text as JSON and people write it."""
    assert text == as_text(value)


@pytest.mark.parametrize(
    ("number", "text"),
    [("0.00", "0"), ("-0", "0"), ("195.20", "195.2"), ("1E+3", "1000"), ("1e-5", "0.00001")],
)
def test_answers_are_plain(number: str, text: str) -> None:
    """An answer has no trailing zeros and no needless exponent."""
    assert text == plain(Decimal(number))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**300), 10**300))
def test_every_number_makes_an_answer(value: float) -> None:
    """What is written as an answer is one that a number question takes, and reads back the same."""
    question: Question = ask(type="number")
    written = plain(read_number(value))
    check_outcome(question, written)
    assert float(value) == float(written)


@given(st.text(max_size=40) | st.text("0123456789,. -+$%eE\u00a0", max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """Nothing else happens."""
    with suppress(SourceError):
        assert read_number(text).is_finite()
