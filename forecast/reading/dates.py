"""Days and instants as people write them. Pure: the clock and the zone are handed in."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

from forecast.model import NotReadable
from forecast.reading.instants import (
    in_utc,
    too_far,
    within_years,
)
from forecast.reading.quoting import collapsed, quoted

_HOW = "write 2026-12-31, 2026-12-31T10:00Z, +30d, tomorrow or 'end of 2026'"

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
                return within_years(when, typed)
    except OverflowError:
        raise too_far(typed) from None
    except ValueError as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(f"{quoted(typed)} does not exist in the calendar: {_HOW}") from None
    raise _refusal(lowered, typed)


# Readers: each gives what it understands and None for what it leaves to the next. A ValueError
# from the calendar (30 February) passes through to read_when.


def _read_name(text: str, now: datetime, zone: tzinfo) -> date | datetime | None:
    if text == "now":
        return in_utc(now)
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
        return in_utc(now) + timedelta(**{unit: count})
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
    return in_utc(now).astimezone(zone).date()


def _plus_months(day: date, months: int) -> date:
    from dateutil.relativedelta import relativedelta

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
