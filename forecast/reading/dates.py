"""Days, instants and zones as people write them, and back.

Pure: the clock and the zone are handed in. A day is a plain `date`, an instant an aware `datetime`
in UTC. (A `datetime` is a `date` to `isinstance`, so everywhere here the instant is asked for
first.)
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from forecast.model import NotReadable
from forecast.reading.quoting import collapsed, quoted

LAST_YEAR = 9998  # so that the day after the last day can still be written

_HOW = "write 2026-12-31, 2026-12-31T10:00Z, +30d, tomorrow or 'end of 2026'"
_MICROSECOND = timedelta(microseconds=1)

# Spelled out here: those of `calendar` and `strptime` change with the user's locale.
_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: n for n, name in enumerate(_MONTH_NAMES, 1)} | {"sept": 9}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Patterns stay text until first used: compiling them all would slow every start.
_ANY_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>{_ANY_MONTH})"
_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})"
# Patterns are text, not compiled: most commands use one of them, if any, and start-up counts.
_ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ISO_INSTANT = (
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?: ?(?P<offset>z|utc|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?"
)
_NAMED_DAY = rf"{_DAY} {_MONTH} {_YEAR}"
_NAMED_DAY_US = rf"{_MONTH} {_DAY}(?:, ?| ){_YEAR}"
_SHIFT = r"(?P<sign>[+-]) ?(?P<count>[0-9]+) ?(?P<unit>[a-z]+)"
_SHIFT_IN = r"in (?P<count>[0-9]+) ?(?P<unit>[a-z]+)"
_SHIFT_AGO = r"(?P<count>[0-9]+) ?(?P<unit>[a-z]+) (?P<ago>ago)"
_END_OF = (
    rf"end of (?:(?:{_MONTH} |q(?P<quarter>[1-4]) )?{_YEAR}"
    r"|(?P<which>this|next) (?P<span>week|month|quarter|year))"
)
_SLASHED = r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})"

_UNITS = {
    short: unit
    for unit, names in {
        "days": "d day days",
        "weeks": "w week weeks",
        "months": "mo month months",
        "years": "y year years",
        "hours": "h hour hours",
        "minutes": "min minute minutes",
    }.items()
    for short in names.split()
}

_ZONE = r"[A-Za-z0-9+_-]+(?:/[A-Za-z0-9+_-]+)*"
# Files beside the zones: the first two depend on the machine, "right" counts leap seconds.
_NOT_ZONES = ("localtime", "posixrules", "Factory", "right", "posix")

_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"


def read_when(text: str, now: datetime, zone: tzinfo) -> date | datetime:
    """Read a day or an instant as a person writes it.

    Parameters
    ----------
    text : str
        ISO (`2026-12-31`, `2026-12-31T10:00Z`; without an offset it is local time in `zone`), a
        day with its month's name, or a relative form: `tomorrow`, `+30d`, `3 weeks ago`,
        `end of next month`. Weeks end on Sunday.
    now : datetime
        What "now" is: aware.
    zone : tzinfo
        Where "today" is.

    Returns
    -------
    date or datetime
        A plain date for a day; an aware UTC datetime for an instant.

    Raises
    ------
    NotReadable
        If it is neither, could be two, or lies outside the years 1 to 9998.

    Examples
    --------
    >>> now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> read_when("end of Q2 2027", now, UTC)
    datetime.date(2027, 6, 30)
    >>> read_when("+36h", now, UTC)
    datetime.datetime(2026, 5, 6, 0, 0, tzinfo=datetime.timezone.utc)
    """
    typed = collapsed(text)
    lowered = typed.lower().replace("\N{MINUS SIGN}", "-")
    try:
        for reader in _READERS:
            when = reader(lowered, now, zone)
            if when is not None:
                return _within_years(when, typed)
    except OverflowError:
        raise _too_far(typed) from None
    except ValueError as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(f"{quoted(typed)} does not exist in the calendar: {_HOW}") from None
    raise _refusal(lowered, typed)


def start_of(when: date | datetime, zone: tzinfo) -> datetime:
    """Give the first instant of a day in a zone; an instant is its own start.

    Parameters
    ----------
    when : date or datetime
        A day, or an instant with its zone.
    zone : tzinfo
        Whose day it is.

    Returns
    -------
    datetime
        In UTC.

    Raises
    ------
    NotReadable
        If the zone skipped that day, or it lies outside the years 1 to 9998.

    Examples
    --------
    >>> start_of(date(2026, 12, 31), read_zone("Asia/Kathmandu")).isoformat()
    '2026-12-30T18:15:00+00:00'
    """
    return _edge_of(when, zone, _first_instant)


def end_of(when: date | datetime, zone: tzinfo) -> datetime:
    """Give the last microsecond of a day in a zone; an instant is its own end.

    Parameters
    ----------
    when : date or datetime
        A day, or an instant with its zone.
    zone : tzinfo
        Whose day it is.

    Returns
    -------
    datetime
        In UTC.

    Raises
    ------
    NotReadable
        If the zone skipped that day, or it lies outside the years 1 to 9998.

    Examples
    --------
    >>> end_of(date(2026, 12, 31), UTC).isoformat()
    '2026-12-31T23:59:59.999999+00:00'
    """
    return _edge_of(when, zone, _last_instant)


def day_if_start(instant: datetime, zone: tzinfo) -> date | None:
    """Give the day that starts at an instant, if one does.

    Parameters
    ----------
    instant : datetime
        With its zone.
    zone : tzinfo
        Whose calendar and clocks are meant.

    Returns
    -------
    date or None

    Examples
    --------
    >>> day_if_start(datetime(2026, 12, 31, tzinfo=UTC), UTC)
    datetime.date(2026, 12, 31)
    """
    return _day_if(instant, zone, start_of)


def day_if_end(instant: datetime, zone: tzinfo) -> date | None:
    """Give the day that ends with an instant, if one does.

    Parameters
    ----------
    instant : datetime
        With its zone.
    zone : tzinfo
        Whose calendar and clocks are meant.

    Returns
    -------
    date or None

    Examples
    --------
    >>> day_if_end(datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), UTC)
    datetime.date(2026, 12, 31)
    """
    return _day_if(instant, zone, end_of)


@lru_cache(maxsize=256)
def read_zone(name: str) -> tzinfo:
    """Find a time zone by its IANA name.

    Parameters
    ----------
    name : str
        Spelled as the database spells it, so that a file means the same on every system.

    Returns
    -------
    tzinfo
        `datetime.UTC` for `UTC`, so that the common case opens no time zone database.

    Raises
    ------
    NotReadable
        If there is no such zone.

    Examples
    --------
    >>> str(read_zone("Europe/Berlin")), str(read_zone("UTC"))
    ('Europe/Berlin', 'UTC')
    """
    if name == "UTC":
        return UTC
    if len(name) <= 64 and re.fullmatch(_ZONE, name) and name.split("/")[0] not in _NOT_ZONES:
        from zoneinfo import ZoneInfo

        try:
            return ZoneInfo(name)
        # Missing, a directory, not a zone's file, not readable.
        except (KeyError, OSError, ValueError):
            pass
    near = _nearest_zone(name)
    hint = f"did you mean {near}?" if near else "write an IANA name such as UTC or Europe/Berlin"
    raise NotReadable(f"{quoted(name)} is not a time zone: {hint}")


def stamp(instant: datetime) -> str:
    """Write an instant for the store: 27 characters whose text order is time order.

    Parameters
    ----------
    instant : datetime
        With its zone.

    Returns
    -------
    str

    Examples
    --------
    >>> stamp(datetime(2022, 12, 31, 23, 59, tzinfo=UTC))
    '2022-12-31T23:59:00.000000Z'
    """
    return _utc(instant).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_stamp(text: str) -> datetime:
    """Read what `stamp` writes, and nothing else.

    Parameters
    ----------
    text : str
        Those 27 characters.

    Returns
    -------
    datetime
        In UTC.

    Raises
    ------
    NotReadable
        If it is anything else.

    Examples
    --------
    >>> read_stamp("2022-12-31T23:59:00.000000Z")
    datetime.datetime(2022, 12, 31, 23, 59, tzinfo=datetime.timezone.utc)
    """
    try:
        if re.fullmatch(_STAMP, text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    example = "2022-12-31T23:59:59.999999Z"
    raise NotReadable(f"{quoted(text)} is not an instant as the tracker writes it: write {example}")


def show_instant(instant: datetime, zone: tzinfo) -> str:
    """Write an instant for people, to the minute, or to the second where it has seconds.

    The last microsecond of a minute, with which days end, counts as the minute.

    Parameters
    ----------
    instant : datetime
        With its zone.
    zone : tzinfo
        Whose calendar and clocks are meant.

    Returns
    -------
    str

    Examples
    --------
    >>> show_instant(end_of(date(2022, 12, 31), UTC), UTC)
    '2022-12-31 23:59 UTC'
    >>> show_instant(datetime(2022, 7, 1, 10, 0, 5, tzinfo=UTC), read_zone("Europe/Berlin"))
    '2022-07-01 12:00:05 CEST'
    """
    local = _local(instant, zone)
    whole = local.second == 0 or (local.second, local.microsecond) == (59, 999999)
    clock = local.replace(tzinfo=None).isoformat(" ", "minutes" if whole else "seconds")
    return f"{clock} {local.tzname()}"


def show_day(instant: datetime, zone: tzinfo) -> str:
    """Write the day an instant falls on in a zone.

    Parameters
    ----------
    instant : datetime
        With its zone.
    zone : tzinfo
        Whose calendar and clocks are meant.

    Returns
    -------
    str

    Examples
    --------
    >>> show_day(datetime(2022, 12, 31, 23, tzinfo=UTC), read_zone("Asia/Tokyo"))
    '2023-01-01'
    """
    return _local(instant, zone).date().isoformat()


# Readers: each gives what it understands and None for what it leaves to the next. A ValueError
# from the calendar (30 February) passes through to read_when.


def _read_name(text: str, now: datetime, zone: tzinfo) -> date | datetime | None:
    if text == "now":
        return _utc(now)
    days = {"yesterday": -1, "today": 0, "tomorrow": 1}
    return _today(now, zone) + timedelta(days=days[text]) if text in days else None


def _read_iso(text: str, now: datetime, zone: tzinfo) -> date | datetime | None:
    if re.fullmatch(_ISO_DAY, text):
        return date.fromisoformat(text)
    match = re.fullmatch(_ISO_INSTANT, text)
    if not match:
        return None
    local = match["local"].upper()
    offset = match["offset"]
    naive = datetime.fromisoformat(local)
    if offset is None:
        return _from_local(naive, zone)
    shift = "+00:00" if offset in ("z", "utc") else offset
    return datetime.fromisoformat(naive.isoformat() + shift).astimezone(UTC)


def _read_named_day(text: str, now: datetime, zone: tzinfo) -> date | None:
    match = re.fullmatch(_NAMED_DAY, text) or re.fullmatch(_NAMED_DAY_US, text)
    if not match:
        return None
    return date(int(match["year"]), _MONTHS[match["month"]], int(match["day"]))


def _read_shift(text: str, now: datetime, zone: tzinfo) -> date | datetime | None:
    match = (
        re.fullmatch(_SHIFT, text)
        or re.fullmatch(_SHIFT_IN, text)
        or re.fullmatch(_SHIFT_AGO, text)
    )
    if not match or match["unit"] not in _UNITS:
        return None
    unit = _UNITS[match["unit"]]
    back = match.groupdict().get("sign") == "-" or "ago" in match.groupdict()
    count = -int(match["count"]) if back else int(match["count"])
    if abs(count) > 10**9:
        raise OverflowError
    if unit in ("hours", "minutes"):
        return _utc(now) + timedelta(**{unit: count})
    if unit in ("days", "weeks"):
        return _today(now, zone) + timedelta(**{unit: count})
    return _plus_months(_today(now, zone), count * (12 if unit == "years" else 1))


def _read_end_of(text: str, now: datetime, zone: tzinfo) -> date | None:
    match = re.fullmatch(_END_OF, text)
    if not match:
        return None
    if match["year"]:
        month = _MONTHS[match["month"]] if match["month"] else 3 * int(match["quarter"] or 4)
        return _last_of_month(int(match["year"]), month)
    today, ahead = _today(now, zone), int(match["which"] == "next")
    if match["span"] == "week":
        return today + timedelta(days=6 - today.weekday() + 7 * ahead)
    length = {"month": 1, "quarter": 3, "year": 12}[match["span"]]
    first = today.replace(day=1, month=today.month - (today.month - 1) % length)
    last = _plus_months(first, length * (1 + ahead) - 1)
    return _last_of_month(last.year, last.month)


_READERS: tuple[Callable[[str, datetime, tzinfo], date | datetime | None], ...] = (
    _read_iso,
    _read_name,
    _read_shift,
    _read_end_of,
    _read_named_day,
)


def _refusal(text: str, typed: str) -> NotReadable:
    """Say what to write instead of what no reader understood."""
    said = quoted(typed)
    slashed = re.fullmatch(_SLASHED, text)
    if slashed:
        return NotReadable(f"{said} {_slashed_hint(slashed)}")
    if re.fullmatch(r"[0-9]{4}", text):
        return NotReadable(f"{said} is a whole year: write {text}-12-31 or 'end of {text}'")
    if re.fullmatch(r"[0-9]{8}", text):
        iso = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        return NotReadable(f"{said} is not a date: write {iso} if you mean that")
    if re.fullmatch(r"(?:end of )?[0-9]{4}-(?:0[1-9]|1[0-2])", text):
        month = f"{_MONTH_NAMES[int(text[-2:]) - 1].title()} {text[-7:-3]}"
        return NotReadable(f"{said} is a whole month: write {text[-7:]}-15 or 'end of {month}'")
    if re.fullmatch(rf"(?:(?:this|next|end of) )?{_MONTH}(?: [0-9]{{4}})?", text):
        return NotReadable(f"{said} is not one day: write 2026-12-31 or 'end of December 2026'")
    if re.fullmatch(rf"[0-9]{{1,2}} (?:{_ANY_MONTH})|(?:{_ANY_MONTH}) [0-9]{{1,2}}", text):
        return NotReadable(f"{said} lacks its year: write 2026-12-31 or '31 December 2026'")
    if re.fullmatch(r"end of (?:week|month|quarter|year)", text):
        span = text.rpartition(" ")[2]
        return NotReadable(
            f"{said} lacks which: write 'end of this {span}' or 'end of next {span}'"
        )
    if any(day in text or text.split()[-1] == day[:3] for day in _WEEKDAYS):
        return NotReadable(f"{said} does not say which week: write the date, such as 2026-12-31")
    if re.fullmatch(r"[+-] ?[0-9]+ ?m", text):
        return NotReadable(f"{said} could be months or minutes: write {text}o or {text}in")
    return NotReadable(f"{said} is not a date: {_HOW}")


def _slashed_hint(match: re.Match[str]) -> str:
    first, _, second, last = match.groups()
    if len(first) == 4:
        tries = [(first, second, last)]
    else:
        tries = [(last, second, first), (last, first, second)]
    found = []
    for year, month, day in tries:
        try:
            found.append(date(int(year), int(month), int(day)) if len(year) == 4 else None)
        except ValueError:
            found.append(None)
    days = list(dict.fromkeys(day for day in found if day))
    if len(days) == 2:
        meant = " or ".join(f"{day.day} {_MONTH_NAMES[day.month - 1].title()}" for day in days)
        return f"could be {meant}: write {days[0]} or {days[1]}"
    return f"is not a date: write {days[0]}" if days else f"is not a date: {_HOW}"


def _today(now: datetime, zone: tzinfo) -> date:
    return _utc(now).astimezone(zone).date()


def _plus_months(day: date, months: int) -> date:
    from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

    try:
        moved: date = day + relativedelta(months=months)
    except ValueError:  # the year it names, not the day: relativedelta shortens to the month's end
        raise OverflowError from None
    return moved


def _last_of_month(year: int, month: int) -> date:
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _from_local(naive: datetime, zone: tzinfo) -> datetime:
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return first.astimezone(UTC)
    written = naive.isoformat(timespec="auto" if naive.second or naive.microsecond else "minutes")
    # isoformat() of the pair spells the offset, seconds included where the zone has them.
    ways = [f"{written}{one.isoformat()[len(naive.isoformat()) :]}" for one in (first, second)]
    if before > after:
        raise NotReadable(f"'{written}' happens twice in {zone}: write {ways[0]} or {ways[1]}")
    raise NotReadable(
        f"'{written}' does not exist in {zone}, where the clocks went forward: "
        f"write it with an offset, {ways[0]} or {ways[1]}"
    )


def _edge_of(
    when: date | datetime, zone: tzinfo, edge: Callable[[date, tzinfo], datetime]
) -> datetime:
    if isinstance(when, datetime):
        return _utc(when)
    shown = f"{when.isoformat()} in {zone}"
    try:
        exists = _first_instant(when, zone).astimezone(zone).date() == when
        instant = edge(when, zone) if exists else None
    except OverflowError:
        raise _too_far(shown) from None
    if instant is None:
        raise NotReadable(f"{quoted(shown)} does not exist, the zone skipped it: write another day")
    _within_years(instant, shown)
    return instant


def _first_instant(day: date, zone: tzinfo) -> datetime:
    """Find the first instant at which a zone's clocks show a day's midnight or later."""
    midnight = datetime(day.year, day.month, day.day)
    # Where midnight is missing the two readings lie on either side of the gap (PEP 495). Not
    # dateutil's resolve_imaginary: it moves by the gap's length, and Toronto's gap of 1919 from
    # 23:30 to 00:30 ended half an hour before what that gives.
    latest, earliest = (midnight.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if latest <= earliest:
        return latest
    from bisect import bisect_left

    def is_reached(seconds: int) -> bool:
        local = (earliest + timedelta(seconds=seconds)).astimezone(zone)
        return local.replace(tzinfo=None) >= midnight

    gap = int((latest - earliest).total_seconds())
    return earliest + timedelta(seconds=bisect_left(range(gap), True, key=is_reached))


def _last_instant(day: date, zone: tzinfo) -> datetime:
    return _first_instant(day + timedelta(days=1), zone) - _MICROSECOND


def _day_if(
    instant: datetime, zone: tzinfo, edge: Callable[[date | datetime, tzinfo], datetime]
) -> date | None:
    try:
        day = _utc(instant).astimezone(zone).date()
        return day if edge(day, zone) == instant else None
    except (OverflowError, NotReadable):  # at the ends of the calendar
        return None


def _local(instant: datetime, zone: tzinfo) -> datetime:
    try:
        return _utc(instant).astimezone(zone)
    except OverflowError:  # the zone's clocks show the year 0: what is shown names its zone
        return _utc(instant)


def _utc(instant: datetime) -> datetime:
    # astimezone() would take a naive time for the machine's own.
    if instant.tzinfo is None:
        raise TypeError(f"{instant} is not an instant: it has no zone")
    return instant.astimezone(UTC)


def _within_years(when: date | datetime, typed: str) -> date | datetime:
    if when.year > LAST_YEAR:
        raise _too_far(typed)
    return when


def _too_far(typed: str) -> NotReadable:
    return NotReadable(
        f"{quoted(typed)} is outside the years 1 to {LAST_YEAR}: write a nearer date"
    )


def _nearest_zone(name: str) -> str | None:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = {zone.lower(): zone for zone in available_timezones()}
    lowered = name[:64].lower()
    # People name the city: the last part alone may match, too.
    cities = {zone.rpartition("/")[2]: full for zone, full in sorted(known.items())}
    for names in (known, cities):
        matches = get_close_matches(lowered.replace(" ", "_"), names, n=1, cutoff=0.75)
        if matches:
            return names[matches[0]]
    return None
