"""Instants and the days they are the edges of, zones, and how they are written.

A day is a plain `date`, an instant an aware `datetime` in UTC. (A `datetime` is a `date` to
`isinstance`, so everywhere here the instant is asked for first.)
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from forecast.model import NotReadable
from forecast.reading.quoting import quoted

LAST_YEAR = 9998  # so that the day after the last day can still be written

_MICROSECOND = timedelta(microseconds=1)

_ZONE = r"[A-Za-z0-9+_-]+(?:/[A-Za-z0-9+_-]+)*"
# Files beside the zones: the first two depend on the machine, "right" counts leap seconds.
_NOT_ZONES = ("localtime", "posixrules", "Factory", "right", "posix")

_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"


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
    return in_utc(instant).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


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


def within_years(when: date | datetime, typed: str) -> date | datetime:
    if when.year > LAST_YEAR:
        raise too_far(typed)
    return when


def too_far(typed: str) -> NotReadable:
    return NotReadable(
        f"{quoted(typed)} is outside the years 1 to {LAST_YEAR}: write a nearer date"
    )


def _edge_of(
    when: date | datetime, zone: tzinfo, edge: Callable[[date, tzinfo], datetime]
) -> datetime:
    if isinstance(when, datetime):
        return in_utc(when)
    shown = f"{when.isoformat()} in {zone}"
    try:
        exists = _first_instant(when, zone).astimezone(zone).date() == when
        instant = edge(when, zone) if exists else None
    except OverflowError:
        raise too_far(shown) from None
    if instant is None:
        raise NotReadable(f"{quoted(shown)} does not exist, the zone skipped it: write another day")
    within_years(instant, shown)
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
        day = in_utc(instant).astimezone(zone).date()
        return day if edge(day, zone) == instant else None
    except (OverflowError, NotReadable):  # at the ends of the calendar
        return None


def _local(instant: datetime, zone: tzinfo) -> datetime:
    try:
        return in_utc(instant).astimezone(zone)
    except OverflowError:  # the zone's clocks show the year 0: what is shown names its zone
        return in_utc(instant)


def in_utc(instant: datetime) -> datetime:
    # astimezone() would take a naive time for the machine's own.
    if instant.tzinfo is None:
        raise TypeError(f"{instant} is not an instant: it has no zone")
    return instant.astimezone(UTC)


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
