"""Probabilities are read as written, or refused where they could be read in two ways."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecast.model import NotReadable
from forecast.reading.probabilities import (
    Reading,
    canonical_probability,
    percent,
    read_probability,
)

probabilities = st.floats(0, 1)


@pytest.mark.parametrize(
    ("typed", "probability"),
    [
        ("7%", 0.07),
        ("7 %", 0.07),
        ("  7   %  ", 0.07),
        ("0.07", 0.07),
        (".07", 0.07),
        ("7e-4", 0.0007),
        ("7E-4", 0.0007),
        ("7e\N{MINUS SIGN}4", 0.0007),
        ("70", 0.7),
        ("100", 1.0),
        ("1e2", 1.0),
        ("1.5", 0.015),
        ("0%", 0.0),
        ("100%", 1.0),
        ("1%", 0.01),
        ("0.5%", 0.005),
        ("1:13", 1 / 14),
        ("1 : 13", 1 / 14),
        ("2.5:1", 2.5 / 3.5),
        ("1 in 14", 1 / 14),
        ("1 IN  14", 1 / 14),
        ("almost certainly not", 0.03),
        ("Almost  Certainly NOT", 0.03),
        ("likely", 0.675),
        ("5e-324", 5e-324),
    ],
)
def test_reads(typed: str, probability: float) -> None:
    """What a person writes is read exactly: 7% is the float written 0.07."""
    assert probability == read_probability(typed).probability


def test_reading_of_words() -> None:
    """Words come with their range and the lexicon that gave it, and are kept as typed."""
    expected = Reading(0.03, "Almost certainly not", 0.01, 0.05, "ICD 203 (2015)")
    assert expected == read_probability("  Almost \n certainly not ")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("0.07", ""), ("0%", ""), ("100%", ""), ("7%", "7%"), (".07", ".07"), (" 7   %", "7 %")],
)
def test_words_are_kept(typed: str, words: str) -> None:
    """What was typed is kept where it says more than the number."""
    assert words == read_probability(typed).words


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "nothing was written"),
        (" \t\n", "nothing was written"),
        ("0", "write 0%"),
        ("1", "write 1% or 100%"),
        ("1.0", "write 1% or 100%"),
        ("1.", "write 1% or 100%"),
        ("0.0", "write 0%"),
        ("0e5", "write 0%"),
        ("150%", "above 100%"),
        ("101", "above 100%"),
        ("100.0001", "above 100%"),
        ("1e999999999999999999999", "above 100%"),
        ("-0.1", "below 0%"),
        ("\N{MINUS SIGN}0.1", "below 0%"),
        ("-5%", "below 0%"),
        ("+5%", "reads as a change"),
        ("nan", "not between"),
        ("inf", "not between"),
        ("-Infinity", "not between"),
        ("0,07", "decimal point"),
        ("7,5%", "decimal point"),
        ("50/50", "1:13, a fraction as 1 in 14"),
        ("1/14", "1:13, a fraction as 1 in 14"),
        ("banana", "'likely' or 'almost certainly not'"),
        ("probly", "did you mean 'probably'"),
        ("almost certianly not", "did you mean 'almost certainly not'"),
        ("not unlikely", "two ways"),
        ("\N{ARABIC-INDIC DIGIT SEVEN}%", "digits than 0 to 9"),
        ("\N{FULLWIDTH DIGIT SEVEN}0", "digits than 0 to 9"),
        ("\N{VULGAR FRACTION ONE HALF}", "digits than 0 to 9"),
        ("0:5", "write 0%"),
        ("5:0", "write 100%"),
        ("0:0", "part of nothing"),
        ("0 in 5", "write 0%"),
        ("5 in 5", "write 100%"),
        ("15 in 14", "above 100%"),
        ("1 in 0", "part of nothing"),
        ("1e-400", "too close to 0%"),
        ("1e-99999999999999999999", "too close to 0%"),
        ("1e-400%", "too close to 0%"),
        ("99.99999999999999999999%", "too close to 100%"),
        ("0.99999999999999999999", "too close to 100%"),
        ("99999999999999999999:1", "too close to 100%"),
        ("7%%", "write 7%"),
        ("1_0%", "write 7%"),
        ("0x10", "write 7%"),
        ("5-10%", "write 7%"),
        ("1:2:3", "write 7%"),
        ("%", "write 7%"),
        (".", "write 7%"),
        ("9" * 101, "too long"),
        ("0" * 10_000_000, "too long"),
    ],
)
def test_refuses(typed: str, hint: str) -> None:
    """What is no probability, or could be two, is refused in one line that says what to write."""
    with pytest.raises(NotReadable) as error:
        read_probability(typed)
    message = str(error.value)
    assert hint in message
    assert len(message.splitlines()) == 1
    assert len(message) < 260


def test_message_cannot_steer_a_terminal() -> None:
    """Control characters that were typed do not come back in the message."""
    with pytest.raises(NotReadable) as error:
        read_probability("\x1b[2Jbanana\nsplit\0")
    assert str(error.value).isprintable()


@given(st.text(max_size=120) | st.text("0123456789.eE+-%: in/,", max_size=110))
@example("1e" + "9" * 98)
@example("." + "0" * 98 + "1")
def test_reads_or_refuses(text: str) -> None:
    """Any text at all is a probability that keeps its words, or is refused in one line."""
    try:
        reading = read_probability(text)
    except NotReadable as error:
        message = str(error)
        assert len(message.splitlines()) == 1
        return
    assert 0 <= reading.probability <= 1
    if reading.words:
        assert reading == read_probability(reading.words)


@given(probabilities)
@example(0.0)
@example(1.0)
@example(5e-324)
@example(1 - 2**-53)
def test_canonical_round_trip(probability: float) -> None:
    """The canonical way to write a probability reads back as the same number and no words."""
    expected = Reading(probability, "", None, None, "")
    assert expected == read_probability(canonical_probability(probability))


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
def test_only_probabilities_are_written(value: float) -> None:
    """A number that is no probability is not written as one."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        canonical_probability(value)
    with pytest.raises(ValueError, match="between 0 and 1"):
        percent(value)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0, "0 %"),
        (-0.0, "0 %"),
        (1, "100 %"),
        (0.07, "7 %"),
        (0.1, "10 %"),
        (0.125, "12.5 %"),
        (0.0007, "0.07 %"),
        (0.9995, "99.95 %"),
        (1 / 14, "7.14 %"),
        (13 / 14, "92.86 %"),
        (0.5, "50 %"),
        (0.12345, "12.3 %"),
        (0.675, "67.5 %"),
        (0.999999, "99.9999 %"),
        (1e-300, "1e-298 %"),
        (1 - 2**-53, "99.99999999999999 %"),
    ],
)
def test_percent(probability: float, shown: str) -> None:
    """Three digits from the nearer end, no zeros at the end, nothing rounded into certainty."""
    assert shown == percent(probability)


@given(probabilities)
def test_percent_never_claims_certainty(probability: float) -> None:
    """Only 0 shows as 0 %, only 1 as 100 %, and what is shown is near what is meant."""
    shown = Decimal(percent(probability).removesuffix(" %"))
    assert (probability == 0) == (shown == 0)
    assert (probability == 1) == (shown == 100)
    nearer_end = min(Fraction(probability), 1 - Fraction(probability))
    tolerance = nearer_end / 100 + Fraction(1, 10**15)
    assert tolerance >= abs(Fraction(shown) / 100 - Fraction(probability))


def test_percent_ignores_the_callers_precision() -> None:
    """The decimal context of the calling program changes nothing."""
    with decimal.localcontext() as context:
        context.prec = 2
        expected = "99.95 %"
        assert expected == percent(0.9995)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_odds_and_ratios_agree(one: int, other: int) -> None:
    """Odds of a to b are a chance of a in a + b, and those of b to a are the rest."""
    for_it = read_probability(f"{one}:{other}").probability
    against = read_probability(f"{other}:{one}").probability
    assert for_it == read_probability(f"{one} in {one + other}").probability
    assert abs(for_it + against - 1) <= 2**-53


@given(st.integers(1, 9999))
def test_percentages_and_fractions_agree(hundredths: int) -> None:
    """A percentage and the same decimal fraction are the same float, to the last bit."""
    written = f"{hundredths // 100}.{hundredths % 100:02d}%"
    assert float(f"0.{hundredths:04d}") == read_probability(written).probability
