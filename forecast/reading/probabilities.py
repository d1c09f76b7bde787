"""Probabilities as people write them, and back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from forecast.model import NotReadable
from forecast.reading import lexicon as lexicons
from forecast.reading.lexicon import Lexicon
from forecast.reading.quoting import collapsed, quoted

_PLAIN = r"[0-9]+\.?[0-9]*|\.[0-9]+"
_NUMBER = re.compile(rf"({_PLAIN})(?:e([+-]?[0-9]+))?( ?%)?")
_ODDS = re.compile(rf"({_PLAIN}) ?: ?({_PLAIN})")
_RATIO = re.compile(rf"({_PLAIN}) in ({_PLAIN})")
_COMMA = re.compile(r"[0-9]*,[0-9]+")
_HOW = "write 7%, 0.07, 1:13, 1 in 14 or words such as 'likely' or 'almost certainly not'"


@dataclass(frozen=True, slots=True)
class Reading:
    """A probability and the words it was read from.

    Parameters
    ----------
    probability : float
    words : str
        What was typed; empty where that is the canonical way to write the probability.
    low, high : float or None
        The range the words cover; None for numbers.
    lexicon : str
        Which reading of words was used; empty for numbers.
    rule : str
        How the words were read; empty for numbers.
    odd : str
        What is odd about the words; empty where nothing is.
    """

    probability: float
    words: str
    low: float | None
    high: float | None
    lexicon: str
    rule: str = field(default="", repr=False, compare=False)
    odd: str = field(default="", repr=False, compare=False)


def read_probability(
    text: str,
    lexicon: Lexicon | Callable[[], Lexicon] | None = None,
    *,
    modals: bool = False,
) -> Reading:
    """Read a probability as a person writes it.

    Parameters
    ----------
    text : str
        `7%`, `0.07`, `70` (above 1 it is a percentage), odds in favour `1:13`, `1 in 14`, a
        number in words such as `one in five` or `about 30 percent`, or words such as
        `almost certainly not`.
    lexicon : Lexicon or callable, optional
        Which reading of words to use, or what gives it where there are words; ICD 203, unless said.
    modals : bool
        Whether to take modal verbs and words of possibility, too, as a draft does: `may`.

    Returns
    -------
    Reading

    Raises
    ------
    NotReadable
        If it is no probability, or could be two: `0` and `1` without a percent sign, `1/14`.

    Examples
    --------
    >>> read_probability("7%")
    Reading(probability=0.07, words='7%', low=None, high=None, lexicon='')
    >>> read_probability("1:3").probability
    0.25
    >>> read_probability("almost certainly not").probability
    0.03
    """
    typed = collapsed(text)
    lowered = typed.lower().replace("\N{MINUS SIGN}", "-")
    exact = _read_number(lowered, typed)
    if exact is None:
        exact = _read_odds(lowered, typed)
    if exact is not None:
        probability = _to_float(exact, typed)
        words = "" if typed == canonical_probability(probability) else typed
        return Reading(probability, words, None, None, "")
    return _read_quantity(lowered, typed) or _read_phrase(lowered, typed, lexicon, modals)


def canonical_probability(probability: float) -> str:
    """Write a probability so that it reads back as the same number.

    Parameters
    ----------
    probability : float
        Between 0 and 1.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is not between 0 and 1.

    Examples
    --------
    >>> canonical_probability(0.07), canonical_probability(1)
    ('0.07', '100%')
    """
    _check(probability)
    if probability in (0, 1):  # a bare 0 or 1 would be refused as ambiguous
        return "100%" if probability else "0%"
    return repr(float(probability))


def percent(probability: float) -> str:
    """Write a probability for people: three digits, counted from the nearer end.

    Only 0 is shown as `0 %`, and only 1 as `100 %`.

    Parameters
    ----------
    probability : float
        Between 0 and 1.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is not between 0 and 1.

    Examples
    --------
    >>> percent(0.07), percent(0.125), percent(1 / 14), percent(0.9995)
    ('7 %', '12.5 %', '7.14 %', '99.95 %')
    """
    from decimal import ROUND_HALF_EVEN, Context

    _check(probability)
    # A context of our own: the caller's may round to fewer digits than 1 - p needs.
    exact = Context(prec=50, rounding=ROUND_HALF_EVEN)
    hundredfold = exact.multiply(exact.create_decimal(repr(float(probability))), 100)
    from_end = min(hundredfold, exact.subtract(100, hundredfold))
    rounded = Context(prec=3, rounding=ROUND_HALF_EVEN).plus(from_end)
    shown = rounded if hundredfold <= 50 else exact.subtract(100, rounded)
    if rounded and shown.adjusted() < -6:
        return f"{shown.normalize(exact):e} %"
    digits = f"{shown:f}"
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits} %"


def _check(probability: float) -> None:
    if not 0 <= probability <= 1:  # False for nan, too
        raise ValueError(f"{probability} is not between 0 and 1")


def _read_number(lowered: str, typed: str) -> Fraction | None:
    match = _NUMBER.fullmatch(lowered)
    if not match:
        return None
    digits, exponent, sign = match.groups()
    # At most 100 digits: beyond 10^±1000 all are too large or too small, and would fill memory.
    power = max(-1000, min(1000, int(exponent or 0)))
    number = Fraction(digits) * Fraction(10) ** power
    if number > 100:
        raise NotReadable(f"{quoted(typed)} is above 100%: write 0% to 100%")
    if sign or number > 1:
        return number / 100
    if number == 1:
        raise NotReadable(f"{quoted(typed)} is ambiguous: write 1% or 100%")
    if number == 0:
        raise NotReadable(
            f"{quoted(typed)} is ambiguous: write 0% if you mean never, else a number such as 1%"
        )
    return number


def _read_odds(lowered: str, typed: str) -> Fraction | None:
    odds, ratio = _ODDS.fullmatch(lowered), _RATIO.fullmatch(lowered)
    match = odds or ratio
    if not match:
        return None
    part, other = map(Fraction, match.groups())
    whole = part + other if odds else other
    if whole == 0:
        raise NotReadable(f"{quoted(typed)} is a part of nothing: {_HOW}")
    if part > whole:
        raise NotReadable(f"{quoted(typed)} is above 100%: write the smaller number first")
    if part in (0, whole):
        certain = "100%" if part else "0%"
        raise NotReadable(f"{quoted(typed)} is a certainty: write {certain} if you mean that")
    return part / whole


def _read_quantity(lowered: str, typed: str) -> Reading | None:
    """Read a number in words; a hedged one has a range, as common phrases have."""
    from forecast.reading.quantities import read_quantity

    found = read_quantity(lowered)
    if found is None:
        return None
    probability = _to_float(found.point, typed)
    if found.low is None or found.high is None:
        return Reading(probability, typed, None, None, "")
    ends = float(found.low), float(found.high)
    return Reading(probability, typed, *ends, lexicons.load("phrases").label, found.rule)


def _read_phrase(
    lowered: str, typed: str, lexicon: Lexicon | Callable[[], Lexicon] | None, modals: bool
) -> Reading:
    from forecast.reading.phrases import interpret

    if lexicon is None:
        lexicon = lexicons.load(lexicons.DEFAULT)
    elif not isinstance(lexicon, Lexicon):
        lexicon = lexicon()
    found = interpret(lowered, lexicon, modals=modals)
    if found is None:
        raise _refusal(lowered, typed, lexicon)
    probability, low, high = lexicons.as_probabilities(found)
    return Reading(probability, typed, low, high, found.lexicon, found.rule, found.odd)


def _to_float(exact: Fraction, typed: str) -> float:
    probability = float(exact)
    if probability in (0, 1) and exact != probability:
        end = "100%" if probability else "0%"
        raise NotReadable(
            f"{quoted(typed)} is too close to {end} to be kept: write {end} or less "
            "extreme a number"
        )
    return probability


def _refusal(lowered: str, typed: str, lexicon: Lexicon) -> NotReadable:
    """Say what is wrong with what is neither a number, nor odds, nor known words."""
    from forecast.reading.phrases import is_modal

    said = quoted(typed)
    if any(c.isnumeric() and not c.isascii() for c in typed):
        return NotReadable(f"{said} holds other digits than 0 to 9: {_HOW}")
    if lowered in ("nan", "inf", "infinity", "-inf", "+inf", "-infinity", "+infinity"):
        return NotReadable(f"{said} is not between 0% and 100%: {_HOW}")
    if re.match(r"-[0-9.]", lowered):
        return NotReadable(f"{said} is below 0%: write 0% to 100%")
    if re.match(r"\+[0-9.]", lowered):
        return NotReadable(f"{said} reads as a change: write the probability itself, such as 7%")
    if _COMMA.match(lowered):
        return NotReadable(f"{said} holds a comma: write a decimal point, as in 7.5% or 0.075")
    if re.match(r"[0-9.]+ ?/ ?[0-9.]+", lowered):
        return NotReadable(
            f"{said} could be a fraction or odds: write odds as 1:13, a fraction as 1 in 14"
        )
    others = _others_with(lowered, lexicon)
    if others:
        return NotReadable(
            f"{said} is not in {lexicon.label}, but in {' and '.join(others)}: choose that "
            "lexicon, or write a number such as 7%"
        )
    if is_modal(lowered, lexicon):
        return NotReadable(f"{said} does not say how likely: {_HOW}")
    near = lexicons.nearest_words(lowered, lexicon)
    if near:
        return NotReadable(f"{said} is not a probability: did you mean '{near}'? Else {_HOW}")
    return NotReadable(f"{said} is not a probability: {_HOW}")


def _others_with(lowered: str, lexicon: Lexicon) -> list[str]:
    """Name the other lexicons that have a phrase."""
    from forecast.reading.phrases import framed, plain

    found = []
    for other in lexicons.LEXICONS.values():
        if other is lexicon:
            continue
        try:
            known = any(
                lexicons.look_up(words, other) for words in (lowered, framed(plain(lowered)))
            )
        except NotReadable:
            continue
        if known:
            found.append(f"{other.label} ({other.key})")
    return found
