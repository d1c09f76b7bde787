"""Dates as sources write them: what time each of them covers."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

from forecast.model import NotReadable
from forecast.reading.dates import read_when
from forecast.reading.instants import LAST_YEAR, end_of, in_utc, start_of
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import SourceError

_LONGEST = 100
#: `read_when` wants to know what "now" is, which days with their month's name do not depend on.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
#: Epochs: seconds from 2001 on to 5138, milliseconds from 2001 on.
_SECONDS = (10**9, 10**11)
_MILLISECONDS = (10**12, 10**14)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
    r" ?(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})(?:-| ?M)(0[1-9]|1[0-2])", re.IGNORECASE)
_QUARTER = re.compile(r"([0-9]{4})[- ]?Q([1-4])|Q([1-4])[- ]?([0-9]{4})", re.IGNORECASE)
_NAMED_DAY = re.compile(r"[0-9]{1,2} [A-Za-z]{3,9} [0-9]{4}|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4}")
_NAMED_MONTH = re.compile(r"[A-Za-z]{3,9} [0-9]{4}")
_MAIL = re.compile(
    r"(?:[A-Za-z]{3}, )?[0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}(?::[0-9]{2})? "
    r"(?:[+-][0-9]{4}|[A-Z]{1,4})"
)
_ZONES_OF_MAIL = ("UT", "UTC", "GMT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT")
_AMBIGUOUS = re.compile(r"[0-9]{1,4}([/.-])[0-9]{1,2}\1[0-9]{1,4}|[0-9]{8}")
_DIRECTIVE = re.compile("%(.)", re.DOTALL)
#: Those whose meaning does not depend on the machine.
_DIRECTIVES = "YymdjbBaAHIMSfpz%"
_EXAMPLE = "%d/%m/%Y"


@dataclass(frozen=True, slots=True)
class Span:
    """The time a date covers.

    Parameters
    ----------
    begins : datetime
        Its first instant.
    ends : datetime
        Its last.
    """

    begins: datetime
    ends: datetime


def read_span(written: object, zone: tzinfo, date_format: str = "") -> Span:
    """Read a source's date as the time it covers.

    Parameters
    ----------
    written : object
        Text: a day, an instant, a month (`2026-12`, `2026M12`, `December 2026`), a quarter
        (`2026-Q4`), a year, a mail's date. An int: a year, or seconds or milliseconds since 1970.
    zone : tzinfo
        Whose days, months and clocks are meant where the date does not say.
    date_format : str, optional
        As `strptime` has it, for dates written otherwise.

    Returns
    -------
    Span

    Raises
    ------
    SourceError
        If it is not a date, or could be two.

    Examples
    --------
    >>> read_span("2026-Q4", UTC).ends.isoformat()
    '2026-12-31T23:59:59.999999+00:00'
    """
    try:
        if isinstance(written, str):
            return _from_text(written, zone, date_format)
        if isinstance(written, int) and not isinstance(written, bool):
            return _from_int(written, zone)
    except (ValueError, OverflowError, NotReadable):  # no such day, year or time
        pass
    shown = quoted(written if isinstance(written, str) else _shown(written))
    if isinstance(written, str) and _is_ambiguous(" ".join(written[:_LONGEST].split())):
        hint = f'say how to read it, such as date_format = "{_EXAMPLE}"'
        raise SourceError(f"the date {shown} can be read in more than one way: {hint}")
    hint = f"; date_format = {quoted(date_format)} does not fit it" if date_format else ""
    raise SourceError(f"{shown} is not a date{hint}")


def check_date_format(date_format: str) -> None:
    """Refuse a format by which no date could be read, or by which each machine reads another.

    Parameters
    ----------
    date_format : str

    Raises
    ------
    NotReadable
    """
    example = f'write such as "{_EXAMPLE}"'
    if len(date_format) > _LONGEST:
        raise NotReadable(f"is longer than {_LONGEST} characters: {example}")
    directives = _DIRECTIVE.findall(date_format)
    for one in directives:
        if one not in _DIRECTIVES:
            raise NotReadable(f"has {quoted('%' + one)}, which is not for dates here: {example}")
    if not {"Y", "y"} & set(directives):
        raise NotReadable(f"has no year, %Y: {example}")
    sample = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)
    try:
        datetime.strptime(sample.strftime(date_format), date_format)
    except (ValueError, re.error):
        raise NotReadable(f"is no format that dates can be read by: {example}") from None


def _is_ambiguous(written: str) -> bool:
    return bool(_AMBIGUOUS.fullmatch(written)) and not _DAY.fullmatch(written)


def _from_text(text: str, zone: tzinfo, date_format: str) -> Span:
    if len(text) > 4 * _LONGEST:
        raise ValueError
    written = " ".join(text.split())
    if len(written) > _LONGEST:
        raise ValueError
    if date_format:
        try:
            return _by_format(written, zone, date_format)
        except ValueError:  # its other dates may be written as usual
            pass
    if _DAY.fullmatch(written):
        day = date.fromisoformat(written)
        return _days(day, day, zone)
    if match := _INSTANT.fullmatch(written):
        return _instant(match[1], match[2], match[3] or "", zone)
    if match := _MONTH.fullmatch(written):
        return _months(int(match[1]), int(match[2]), 1, zone)
    if match := _QUARTER.fullmatch(written):
        year, quarter = int(match[1] or match[4]), int(match[2] or match[3])
        return _months(year, 3 * quarter - 2, 3, zone)
    if _YEAR.fullmatch(written):
        return _months(int(written), 1, 12, zone)
    if _NAMED_DAY.fullmatch(written):
        named = read_when(written, _ANY_TIME, zone)
        return _days(named, named, zone)
    if _NAMED_MONTH.fullmatch(written):
        last = read_when(f"end of {written}", _ANY_TIME, zone)
        return _days(last.replace(day=1), last, zone)
    if _MAIL.fullmatch(written):
        name = written.rpartition(" ")[2]
        if name[0] not in "+-" and name not in _ZONES_OF_MAIL:
            raise ValueError
        sent = parsedate_to_datetime(written)
        sent = sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent
        return _at(sent)
    raise ValueError


def _by_format(written: str, zone: tzinfo, date_format: str) -> Span:
    read = datetime.strptime(written, date_format)
    directives = set(_DIRECTIVE.findall(date_format))
    if directives & set("HIMSf"):
        return _local(read, zone) if read.tzinfo is None else _at(read)
    if directives & {"d", "j"}:
        return _days(read.date(), read.date(), zone)
    if directives & {"m", "b", "B"}:
        return _months(read.year, read.month, 1, zone)
    return _months(read.year, 1, 12, zone)


def _from_int(number: int, zone: tzinfo) -> Span:
    if 1000 <= number <= LAST_YEAR:
        return _months(number, 1, 12, zone)
    if _SECONDS[0] <= number < _SECONDS[1]:
        return _at(datetime.fromtimestamp(number, UTC))
    if _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        milliseconds = timedelta(milliseconds=number % 1000)
        return _at(datetime.fromtimestamp(number // 1000, UTC) + milliseconds)
    raise ValueError


def _instant(day: str, clock: str, offset: str, zone: tzinfo) -> Span:
    clock, _, fraction = clock.replace(",", ".").partition(".")
    naive = datetime.fromisoformat(f"{day}T{clock}")
    naive = naive.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)
    if not offset:
        return _local(naive, zone)
    if offset.upper() in ("Z", "UTC", "GMT"):
        return _at(naive.replace(tzinfo=UTC))
    return _at(datetime.fromisoformat(f"{naive.isoformat()}{offset}"))


def _local(naive: datetime, zone: tzinfo) -> Span:
    # Where the clocks went back an hour happens twice: it is one of the two, who knows which.
    ways = [_at(naive.replace(tzinfo=zone, fold=fold)).begins for fold in (0, 1)]
    return Span(min(ways), max(ways))


def _at(instant: datetime) -> Span:
    instant = in_utc(instant)
    if instant.year > LAST_YEAR:
        raise ValueError
    return Span(instant, instant)


def _months(year: int, month: int, count: int, zone: tzinfo) -> Span:
    last = month + count - 1
    after = date(year + last // 12, last % 12 + 1, 1)
    return _days(date(year, month, 1), after - timedelta(days=1), zone)


def _days(first: date, last: date, zone: tzinfo) -> Span:
    return Span(start_of(first, zone), end_of(last, zone))


def _shown(written: object) -> str:
    if isinstance(written, int) and written.bit_length() > 200:
        return "a very large number"
    return {dict: "an object", list: "a list", type(None): "null"}.get(type(written)) or repr(
        written
    )
