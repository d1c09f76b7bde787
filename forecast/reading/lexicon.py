"""Words of estimative probability: which range of probabilities a phrase stands for."""

from collections.abc import Mapping
from dataclasses import dataclass

from forecast.model import NotReadable
from forecast.reading.quoting import quoted


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One published reading of words as probabilities.

    Parameters
    ----------
    name : str
        How a record says which reading was used.
    source : str
        Where it is published.
    year : int
    ranges : mapping of str to (int, int)
        Phrase, in lower case, to the lowest and highest percentage it covers.
    """

    name: str
    source: str
    year: int
    ranges: Mapping[str, tuple[int, int]]


ICD203 = Lexicon(
    name="ICD 203 (2015)",
    source="Intelligence Community Directive 203, Analytic Standards, 2 January 2015",
    year=2015,
    # The directive's adjectives, and the adverbs and shorter forms people write for them.
    ranges={
        "almost no chance": (1, 5),
        "remote": (1, 5),
        "remote chance": (1, 5),
        "very unlikely": (5, 20),
        "highly improbable": (5, 20),
        "highly improbably": (5, 20),
        "unlikely": (20, 45),
        "improbable": (20, 45),
        "improbably": (20, 45),
        "roughly even chance": (45, 55),
        "roughly even odds": (45, 55),
        "even chance": (45, 55),
        "even odds": (45, 55),
        "likely": (55, 80),
        "probable": (55, 80),
        "probably": (55, 80),
        "very likely": (80, 95),
        "highly probable": (80, 95),
        "highly probably": (80, 95),
        "almost certain": (95, 99),
        "almost certainly": (95, 99),
        "nearly certain": (95, 99),
        "nearly certainly": (95, 99),
    },
)

LEXICONS: Mapping[str, Lexicon] = {ICD203.name: ICD203}


def read_words(text: str, lexicon: Lexicon = ICD203) -> tuple[float, float, float] | None:
    """Read words as the middle of the range they cover.

    `not` after a phrase above even, or before a single word above even, mirrors its range.

    Parameters
    ----------
    text : str
        In any case, with any blanks.
    lexicon : Lexicon
        Which reading of words to use.

    Returns
    -------
    tuple of float, or None
        Probability, low end, high end; None where the lexicon does not know the words.

    Raises
    ------
    NotReadable
        If they are known words with a `not` that could mean two things.

    Examples
    --------
    >>> read_words("likely")
    (0.675, 0.55, 0.8)
    >>> read_words("Almost certainly not")
    (0.03, 0.01, 0.05)
    >>> read_words("banana") is None
    True
    """
    words = " ".join(text.lower().split())
    if words in lexicon.ranges:
        return _middle(*lexicon.ranges[words])
    leading = words.startswith("not ")
    phrase = words.removeprefix("not ") if leading else words.removesuffix(" not")
    if phrase not in lexicon.ranges and leading:
        phrase = phrase.removesuffix(" not")  # "not likely not"
    if phrase not in lexicon.ranges:
        return None
    low, high = lexicon.ranges[phrase]
    # "not very likely" is "unlikely" to some and "very unlikely" to others; "not unlikely" is
    # "likely" or "even"; "not even odds" is either side.
    if words not in _negations(phrase, low):
        raise NotReadable(
            f"{quoted(text)} can be read in two ways: write a number, such as 35%, or words "
            "such as 'unlikely', 'likely', 'very likely not'"
        )
    return _middle(100 - high, 100 - low)


def nearest_words(text: str, lexicon: Lexicon = ICD203) -> str | None:
    """Find the known phrase that looks most like what was typed.

    Parameters
    ----------
    text : str
        In any case, with any blanks.
    lexicon : Lexicon
        Which reading of words to use.

    Returns
    -------
    str or None
        None where nothing looks like it.

    Examples
    --------
    >>> nearest_words("almost certianly not")
    'almost certainly not'
    """
    from difflib import get_close_matches

    known = list(lexicon.ranges)
    # With the negations: else the nearest to a misspelt "probably not" would be its opposite.
    known += [n for phrase, (low, _) in lexicon.ranges.items() for n in _negations(phrase, low)]
    matches = get_close_matches(" ".join(text.lower().split()), known, n=1)
    return matches[0] if matches else None


def _negations(phrase: str, low: int) -> tuple[str, ...]:
    if low < 50:
        return ()
    return (f"{phrase} not",) if " " in phrase else (f"{phrase} not", f"not {phrase}")


def _middle(low: int, high: int) -> tuple[float, float, float]:
    # Whole percentages divided once: 0.03 is then exactly the float written 0.03.
    return (low + high) / 200, low / 100, high / 100
