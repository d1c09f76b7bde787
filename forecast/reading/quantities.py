"""Numbers that people write in words: `one in five`, `two to one`, `about 30 percent`."""

import re
from dataclasses import dataclass
from fractions import Fraction

from forecast.model import NotReadable
from forecast.reading.quoting import quoted

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: number for number, word in enumerate(_SMALL)}
_VALUES |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}
_PARTS |= {"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100}

#: Before a number: what they make of it. `at least` and `at most` give one end.
_HEDGES = {
    "about": (
        *("about", "around", "roughly", "approximately", "some", "nearly", "almost", "close to"),
        *("perhaps", "maybe", "just under", "just over", "near", "circa", "~"),
    ),
    "at least": (
        *("at least", "more than", "over", "above", "no less than", "not less than", "upwards of"),
        *("better than", "a minimum of", "greater than"),
    ),
    "at most": (
        *("at most", "less than", "under", "below", "no more than", "not more than", "up to"),
        *("fewer than", "a maximum of"),
    ),
}
_NUMBER = r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
_WORDS = "|".join(sorted((*_VALUES, *_SCALES), key=len, reverse=True))
_COUNT = rf"(?:{_NUMBER}|an?|(?:(?:an?|{_WORDS})(?: and |[ -]))*(?:{_WORDS}))"
_PERCENT = r"(?: ?%| ?per ?cent| pct| percentage points?)"
_CHANCE = r"(?:chance|likelihood|probability|possibility|risk|odds|likely|sure|certain|confident)"
_RATIO = (
    rf"(?P<part>{_COUNT})(?:[ -](?:chances?|times?|cases?))?[ -](?:out[ -]of|in)(?:[ -]every)?[ -]"
    rf"(?P<whole>{_COUNT})"
)
_ODDS = rf"(?:odds of )?(?P<part>{_COUNT})(?:[ -]to[ -])(?P<other>{_COUNT})(?P<side>[a-z ]*)"
_PART = rf"(?P<part>{_COUNT})[ -](?P<name>{'|'.join(_PARTS)})s?"
_SIDES = {"": 1, "on": 1, "in favour": 1, "in favor": 1, "for": 1, "against": -1}
_QUICK = re.compile(rf"[0-9%]|\b(?:{_WORDS}|{'|'.join(_PARTS)}|per ?cent)\b|~")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in words, or the range of one that was hedged; shares of 1, exact.

    Parameters
    ----------
    point : Fraction
    low, high : Fraction or None
        None where the number was not hedged.
    rule : str
    """

    point: Fraction
    low: Fraction | None = None
    high: Fraction | None = None
    rule: str = ""


def read_quantity(words: str) -> Quantity | None:
    """Read a number in words, or in figures with words about it.

    Parameters
    ----------
    words : str
        In lower case, with single blanks.

    Returns
    -------
    Quantity or None
        None where it is none.

    Raises
    ------
    NotReadable
        If it is one, and no probability.

    Examples
    --------
    >>> read_quantity("one in five").point, read_quantity("two to one against").point
    (Fraction(1, 5), Fraction(1, 3))
    >>> about = read_quantity("about 30 percent")
    >>> float(about.low), float(about.point), float(about.high)
    (0.25, 0.3, 0.35)
    """
    if not _QUICK.search(words):
        return None
    bare = _bare(words)
    between = re.fullmatch(
        rf"(?:between |from )?(?P<low>{_COUNT}){_PERCENT}? (?:and|to) (?P<high>{_COUNT}){_PERCENT}",
        bare,
    )
    if between:
        low, high = (_percent(_count(between[end]), words) for end in ("low", "high"))
        if low > high:
            raise NotReadable(f"{quoted(words)} runs backwards: write the smaller number first")
        return Quantity((low + high) / 2, low, high, "the middle of the range")
    hedge, rest = _hedge(bare)
    exact = _exact(_bare(rest), words)
    return None if exact is None else _hedged(exact, hedge)


def _bare(words: str) -> str:
    """Take off what stands around the number: `there is a … chance`."""
    words = re.sub(r"^(?:(?:it is|it's|there is|there's|is|are|with|has|have) )", "", words)
    words = re.sub(rf"^(?:an? |the )?{_CHANCE} (?:of|is|are) ", "", words)
    words = re.sub(r" (?:that|to|of)$", "", words)
    words = re.sub(rf"[ -]{_CHANCE}$", "", words)
    # "a one in five chance", but "a third" and "a chance in ten", where it counts as one.
    counts = rf"(?:chance |time )?(?:in|out|hundred|thousand|million|{'|'.join(_PARTS)})\b"
    return re.sub(rf"^(?:an?|the) (?!{counts})", "", words)


def _hedge(words: str) -> tuple[str, str]:
    """Part a hedge from its number; a hedge may follow it, too."""
    for kind, hedges in _HEDGES.items():
        for hedge in hedges:
            if words.startswith(f"{hedge} ") or (hedge == "~" and words.startswith("~")):
                return kind, words.removeprefix(hedge).strip()
    ends = {" or more": "at least", " or higher": "at least", " or so": "about"}
    ends |= {" or less": "at most", " or lower": "at most", " at least": "at least"}
    ends |= {" at most": "at most"}
    for end, kind in ends.items():
        if words.endswith(end):
            return kind, words.removesuffix(end)
    return "", words


def _exact(words: str, typed: str) -> Fraction | None:
    match = re.fullmatch(rf"(?P<number>{_COUNT}){_PERCENT}", words)
    if match:
        return _percent(_count(match["number"]), typed)
    match = re.fullmatch(_RATIO, words)
    if match:
        return _share(_count(match["part"]), _count(match["whole"]), typed)
    match = re.fullmatch(_PART, words)
    if match:
        return _share(_count(match["part"]), Fraction(_PARTS[match["name"]]), typed)
    match = re.fullmatch(_ODDS, words)
    if match and match["side"].strip() in _SIDES:
        part, other = _count(match["part"]), _count(match["other"])
        if _SIDES[match["side"].strip()] < 0:
            part, other = other, part
        return _share(part, part + other, typed)
    return None


def _hedged(exact: Fraction, hedge: str) -> Quantity:
    if hedge == "about":
        wide = min(Fraction(5, 100), exact / 2, (1 - exact) / 2)
        rule = "five points either way, and at most half the way to 0 or 100; assumed"
        return Quantity(exact, exact - wide, exact + wide, rule)
    if hedge == "at least":
        rule = "from there to 100, taken a quarter of the way up; assumed"
        return Quantity(exact + (1 - exact) / 4, exact, Fraction(1), rule)
    if hedge == "at most":
        rule = "from 0 to there, taken a quarter of the way down; assumed"
        return Quantity(exact * 3 / 4, Fraction(0), exact, rule)
    return Quantity(exact)


def _count(words: str) -> Fraction:
    """Read a count in figures or words."""
    if re.fullmatch(_NUMBER, words):
        return Fraction(words)
    total, group = Fraction(0), Fraction(0)
    for word in re.split(r"[ -]+", words):
        if word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                group = (group or Fraction(1)) * scale
            else:
                total, group = total + (group or Fraction(1)) * scale, Fraction(0)
        elif word in ("a", "an"):
            group = Fraction(1)
        elif word != "and":
            group += _VALUES[word]
    return total + group


def _percent(number: Fraction, typed: str) -> Fraction:
    if number > 100:
        raise NotReadable(f"{quoted(typed)} is above 100%: write 0% to 100%")
    return number / 100


def _share(part: Fraction, whole: Fraction, typed: str) -> Fraction:
    if whole == 0:
        raise NotReadable(f"{quoted(typed)} is a part of nothing: write 7%, 1:13 or 1 in 14")
    if part > whole:
        raise NotReadable(f"{quoted(typed)} is above 100%: write the smaller number first")
    if part in (0, whole):
        certain = "100%" if part else "0%"
        raise NotReadable(f"{quoted(typed)} is a certainty: write {certain} if you mean that")
    return part / whole
