"""Numbers in words, exact and hedged: the same by every lexicon."""

import pytest

from forecast.model import NotReadable
from forecast.reading.lexicon import LEXICON_KEYS, LEXICONS
from forecast.reading.probabilities import Reading, read_probability


@pytest.mark.parametrize(
    ("phrase", "probability"),
    [
        ("one in five", 1 / 5),
        ("one in twenty-five", 1 / 25),
        ("a one in five chance", 1 / 5),
        ("one chance in ten", 1 / 10),
        ("a chance in ten", 1 / 10),
        ("1 chance in 10", 1 / 10),
        ("two out of three", 2 / 3),
        ("nine times out of ten", 9 / 10),
        ("one in a hundred", 1 / 100),
        ("one in two hundred and fifty", 1 / 250),
        ("a one in a million chance", 1e-6),
        ("two to one", 2 / 3),
        ("two-to-one", 2 / 3),
        ("odds of two to one", 2 / 3),
        ("three to one against", 1 / 4),
        ("a third", 1 / 3),
        ("two thirds", 2 / 3),
        ("two-thirds chance", 2 / 3),
        ("three quarters", 3 / 4),
        ("30 percent", 0.3),
        ("30 per cent", 0.3),
        ("seventy percent", 0.7),
        ("seventy-five per cent", 0.75),
        ("a 70% chance", 0.7),
        ("an 80 percent likelihood", 0.8),
        ("there is a 7.5% probability that", 0.075),
        ("chance of 70%", 0.7),
        ("70% likely", 0.7),
        ("one hundred percent", 1.0),
    ],
)
def test_numbers_in_words(phrase: str, probability: float) -> None:
    """Exact, without a range, a lexicon or a rule; kept as typed."""
    assert Reading(probability, phrase, None, None, "") == read_probability(phrase)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("about 30 percent", (0.3, 0.25, 0.35)),
        ("roughly 30%", (0.3, 0.25, 0.35)),
        ("about a 30 percent chance", (0.3, 0.25, 0.35)),
        ("30 percent or so", (0.3, 0.25, 0.35)),
        ("~30%", (0.3, 0.25, 0.35)),
        ("around one in five", (0.2, 0.15, 0.25)),
        ("about 4%", (0.04, 0.02, 0.06)),
        ("about 98 percent", (0.98, 0.97, 0.99)),
        ("at least a 70% chance", (0.775, 0.7, 1.0)),
        ("more than 60 percent", (0.7, 0.6, 1.0)),
        ("70% or more", (0.775, 0.7, 1.0)),
        ("at most 20%", (0.15, 0.0, 0.2)),
        ("less than one in ten", (0.075, 0.0, 0.1)),
        ("up to 40 percent", (0.3, 0.0, 0.4)),
        ("between 20 and 30 percent", (0.25, 0.2, 0.3)),
        ("between twenty and thirty percent", (0.25, 0.2, 0.3)),
        ("a 20 to 30 percent chance", (0.25, 0.2, 0.3)),
    ],
)
def test_hedged_numbers(phrase: str, expected: tuple[float, ...]) -> None:
    """The range that the hedge opens; which lexicon is used makes no difference."""
    for key in LEXICON_KEYS:
        found = read_probability(phrase, LEXICONS[key])
        assert pytest.approx(expected) == (found.probability, found.low, found.high)
    assert ("Common phrases (2026)", True) == (found.lexicon, bool(found.rule))


@pytest.mark.parametrize(
    ("phrase", "hint"),
    [
        ("five in five", "is a certainty: write 100%"),
        ("zero in five", "is a certainty: write 0%"),
        ("six in five", "above 100%: write the smaller number first"),
        ("one in zero", "a part of nothing"),
        ("two hundred percent", "above 100%"),
        ("between 30 and 20 percent", "runs backwards"),
    ],
)
def test_numbers_that_are_no_probability(phrase: str, hint: str) -> None:
    """Refused as odds and fractions in figures are."""
    with pytest.raises(NotReadable) as error:
        read_probability(phrase)
    assert hint in str(error.value)
