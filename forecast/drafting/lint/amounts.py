"""Numbers with their units that a text names, and which side of them is meant."""

import re
from dataclasses import dataclass

from forecast.drafting.lint.times import mentions

_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_UNITS = {
    "%": "%", "percent": "%", "per cent": "%",
    "percentage point": "percentage points", "pp": "percentage points",
    "basis point": "basis points", "bps": "basis points", "bp": "basis points",
    "$": "US dollars", "us$": "US dollars", "usd": "US dollars", "dollar": "US dollars",
    "us dollar": "US dollars", "€": "euros", "eur": "euros", "euro": "euros",
    "£": "pounds", "gbp": "pounds", "pound": "pounds", "pounds sterling": "pounds",
    "¥": "yen", "jpy": "yen", "yen": "yen", "yuan": "yuan", "cny": "yuan", "rmb": "yuan",
    "rubles": "roubles", "ruble": "roubles", "rouble": "roubles",
    "°c": "degrees Celsius", "degrees celsius": "degrees Celsius",
    "°f": "degrees Fahrenheit", "degrees fahrenheit": "degrees Fahrenheit",
}  # fmt: skip
#: Of these, one stands where another is meant.
ALIKE = (
    ("%", "percentage points"),
    ("US dollars", "euros", "pounds", "yen", "yuan", "roubles"),
    ("degrees Celsius", "degrees Fahrenheit"),
)
_UP = (
    r"at\ least|more\ than|greater\ than|higher\ than|no\ fewer\ than|no\ less\ than|over|above"
    r"|exceed(?:s|ed|ing)?|surpass(?:es|ed)?|>=?|≥"
)
_DOWN = r"at\ most|less\ than|fewer\ than|lower\ than|no\ more\ than|under|below|<=?|≤"
_AMOUNT = re.compile(
    rf"""
    (?:(?<!\w)(?i:(?P<up>{_UP})|(?P<down>{_DOWN}))\s*(?:the\s+|a\s+)?)?
    (?P<sign>US\$|[$€£¥])?\s?
    (?<![\w.,:/-])(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)
    (?![0-9:]|(?:st|nd|rd|th)\b)
    (?:(?:[\s-]?(?i:(?P<scale>thousand|million|billion|trillion|mn|bn|tn))|(?P<letter>[kKmMB]))\b)?
    (?:[\s-]?(?i:(?P<unit>%|percentage\ point|percent|per\ cent|pp\b|basis\ point|bps?\b
        |US\ dollar|dollar|USD|euro|EUR|pounds?\ sterling|pound|GBP|yen|JPY|yuan|CNY|RMB
        |rubles?|roubles?|°\s?C|°\s?F|degrees\ Celsius|degrees\ Fahrenheit)))?
    (?P<after>s?\s+(?i:or\ (?:more|higher|above|greater)|or\ (?:less|lower|below|fewer)))?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that a text names.

    Parameters
    ----------
    text : str
        As it is written, with the words that compare.
    start, end : int
        Where in the text.
    value : float
    unit : str
        Empty where none is known.
    side : str
        `up` for at least and above, `down` for at most and below; else empty.
    strict : bool
        Whether the number itself is out: `above`, `below`.
    """

    text: str
    start: int
    end: int
    value: float
    unit: str
    side: str
    strict: bool


def amounts(text: str) -> list[Amount]:
    """Find the numbers that a text names, those in dates aside.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Amount

    Examples
    --------
    >>> [(one.value, one.unit, one.side) for one in amounts("at least $2.5 billion in 2026")]
    [(2500000000.0, 'US dollars', 'up')]
    """
    times = [(one.start, one.end) for one in mentions(text)]
    found = []
    for match in _AMOUNT.finditer(text):
        at = match.start("number")
        if any(start <= at < end for start, end in times):
            continue
        found.append(_amount(match))
    return found


def _amount(match: re.Match[str]) -> Amount:
    after = (match["after"] or "").lower()
    side = "up" if match["up"] else "down" if match["down"] else ""
    if after:
        side = "up" if after.split()[-1] in ("more", "higher", "above", "greater") else "down"
    scale = (match["scale"] or match["letter"] or "").lower()
    if match["letter"] == "m" and not match["sign"]:
        scale = ""  # metres
    unit = re.sub(r"\s+", " ", (match["unit"] or match["sign"] or "").lower()).replace("° ", "°")
    compared = (match["up"] or match["down"] or "").lower()
    return Amount(
        text=" ".join(match[0].split()),
        start=match.start(),
        end=match.end(),
        value=float(match["number"].replace(",", "")) * _SCALES.get(scale, 1),
        unit=_UNITS.get(unit, ""),
        side=side,
        strict=bool(compared) and not compared.startswith(("at ", "no ", ">=", "<=", "≥", "≤")),
    )
