"""Numbers as sources write them. What could be read in two ways is no number."""

import math
import re
from decimal import Decimal

from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import SourceError

#: What a source says of something.
Value = str | int | float | bool | None

_BLANK = frozenset({"", ".", "..", "-", "–", "—", ":", "na", "n/a", "n.a.", "null"})
_CURRENCY = "$€£¥₹"
_LONGEST = 60
# Thousands in groups by commas or by one kind of blank; or no groups at all.
_BLANK_GROUPS = r"[0-9]{1,3}(?P<blank>[ \u00a0\u2009\u202f])[0-9]{3}(?:(?P=blank)[0-9]{3})*"
_DIGITS = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|{_BLANK_GROUPS}|[0-9]+)"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)[{_CURRENCY}]? ?(?P<second>[+-]?)"
    rf"(?P<number>{_DIGITS}(?:\.[0-9]+)?|\.[0-9]+)(?P<power>[eE][+-]?[0-9]{{1,3}})?"
    rf"(?: ?[%{_CURRENCY}])?"
)
_NOT_DIGITS = re.compile(r"[, \u00a0\u2009\u202f]")


def is_blank(value: Value) -> bool:
    """Whether a source says by this that it has no value.

    Parameters
    ----------
    value : str, int, float, bool or None

    Returns
    -------
    bool

    Examples
    --------
    >>> is_blank(" . "), is_blank("N/A"), is_blank(None), is_blank(0)
    (True, True, True, False)
    """
    return value is None or (
        isinstance(value, str) and len(value) < 100 and value.strip().lower() in _BLANK
    )


def as_text(value: Value) -> str:
    """Write a value so that it can be compared with text: blanks collapsed, as JSON writes it.

    Parameters
    ----------
    value : str, int, float, bool or None

    Returns
    -------
    str

    Examples
    --------
    >>> as_text(True), as_text(190.0), as_text(" Signed  today")
    ('true', '190', 'Signed today')
    """
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    try:
        return plain(read_number(value))
    except SourceError:  # NaN, infinity, or too large
        return "a number too large" if isinstance(value, int) else repr(value)


def read_number(value: Value) -> Decimal:
    """Read a number, exactly.

    Parameters
    ----------
    value : str, int, float, bool or None
        Text may have thousands in groups (`1,234.5`, `1 234.5`), a sign, a currency's sign and a
        percent sign, which are left out.

    Returns
    -------
    Decimal

    Raises
    ------
    SourceError
        If it is none, is not finite, or could be read in two ways.

    Examples
    --------
    >>> read_number("−1,234.5 %"), read_number(0.1)
    (Decimal('-1234.5'), Decimal('0.1'))
    """
    number = None
    if isinstance(value, str):
        number = _from_text(value)
    elif isinstance(value, float) and math.isfinite(value):
        number = Decimal(repr(value))
    elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 1000:
        number = Decimal(value)
    if number is None or not math.isfinite(float(number)):
        shown = value if isinstance(value, str) else as_shown(value)
        raise SourceError(f"{quoted(shown)} is not a number")
    return number


def as_shown(value: Value) -> str:
    """Write a value as it came, for an excerpt or an error.

    Parameters
    ----------
    value : str, int, float, bool or None

    Returns
    -------
    str
    """
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() >= 1000:
        return "a number of more than 300 digits"
    return as_text(value) if isinstance(value, str | bool) or value is None else repr(value)


def plain(number: Decimal) -> str:
    """Write a number as an answer: no trailing zeros, and no exponent where it is not huge.

    Parameters
    ----------
    number : Decimal

    Returns
    -------
    str

    Examples
    --------
    >>> plain(Decimal("190.0")), plain(Decimal("0.30")), plain(Decimal("1e30"))
    ('190', '0.3', '1e+30')
    """
    if number == 0:
        return "0"
    if -8 < number.adjusted() < 20:
        digits = f"{number:f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    return repr(float(number))


def _from_text(text: str) -> Decimal | None:
    if len(text) > 4 * _LONGEST:
        return None
    match = _NUMBER.fullmatch(text.strip().replace("\N{MINUS SIGN}", "-"))
    if not match or len(match["number"]) > _LONGEST or (match["sign"] and match["second"]):
        return None
    sign = match["sign"] or match["second"]
    return Decimal(f"{sign}{_NOT_DIGITS.sub('', match['number'])}{match['power'] or ''}")
