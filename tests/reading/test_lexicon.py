"""Words of estimative probability mean what ICD 203 says they mean."""

import pytest

from forecast.model import NotReadable
from forecast.reading.lexicon import ICD203, LEXICONS, nearest_words, read_words


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("almost no chance", 1, 5),
        ("remote", 1, 5),
        ("very unlikely", 5, 20),
        ("highly improbable", 5, 20),
        ("unlikely", 20, 45),
        ("improbable", 20, 45),
        ("improbably", 20, 45),
        ("roughly even chance", 45, 55),
        ("roughly even odds", 45, 55),
        ("likely", 55, 80),
        ("probable", 55, 80),
        ("probably", 55, 80),
        ("very likely", 80, 95),
        ("highly probable", 80, 95),
        ("almost certain", 95, 99),
        ("almost certainly", 95, 99),
        ("nearly certain", 95, 99),
        ("nearly certainly", 95, 99),
    ],
)
def test_range(words: str, low: int, high: int) -> None:
    """A phrase covers the directive's range and is taken as its middle."""
    assert ((low + high) / 200, low / 100, high / 100) == read_words(words)


def test_default_is_listed() -> None:
    """The lexicon that is used can be found by the name a record keeps."""
    assert ICD203 is LEXICONS["ICD 203 (2015)"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("almost certainly not", (0.03, 0.01, 0.05)),
        ("nearly certain not", (0.03, 0.01, 0.05)),
        ("very likely not", (0.125, 0.05, 0.2)),
        ("highly probably not", (0.125, 0.05, 0.2)),
        ("not likely", (0.325, 0.2, 0.45)),
        ("likely not", (0.325, 0.2, 0.45)),
        ("probably not", (0.325, 0.2, 0.45)),
        ("  NOT \t probable ", (0.325, 0.2, 0.45)),
    ],
)
def test_negation(words: str, expected: tuple[float, float, float]) -> None:
    """A `not` mirrors the range."""
    assert expected == read_words(words)


@pytest.mark.parametrize(
    "words",
    [
        "not unlikely",
        "not improbable",
        "unlikely not",
        "not very unlikely",
        "not very likely",
        "not almost certain",
        "not even odds",
        "even chance not",
        "not likely not",
        "not remote",
    ],
)
def test_two_ways(words: str) -> None:
    """A `not` that people read in two ways is refused, and the hint says what to write."""
    with pytest.raises(NotReadable, match="two ways: write a number"):
        read_words(words)


@pytest.mark.parametrize("words", ["", "not", "banana", "not banana", "banana not", "certain", "n"])
def test_unknown(words: str) -> None:
    """Words the lexicon does not hold are left to the caller."""
    assert read_words(words) is None


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("almost certianly not", "almost certainly not"),
        ("probly", "probably"),
        ("banana", None),
    ],
)
def test_nearest(typed: str, nearest: str | None) -> None:
    """A slip of the finger is recognised, with its `not`; what resembles nothing is not."""
    assert nearest == nearest_words(typed)


@pytest.mark.parametrize("phrase", ICD203.ranges)
def test_every_phrase_is_written_plainly(phrase: str) -> None:
    """Phrases are lower case with single blanks (as they are looked up), ranges within 0 to 100."""
    low, high = ICD203.ranges[phrase]
    assert " ".join(phrase.lower().split()) == phrase
    assert 0 <= low < high <= 100
