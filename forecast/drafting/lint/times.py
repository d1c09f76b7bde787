"""Days, months, quarters and years that a text names, and what they bound."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTHS = tuple(name[:3].lower() for name in _NAMES)
_ORDINALS = ("first", "second", "third", "fourth")
_DAY = timedelta(days=1)

_YEAR = r"(?:19|20|21)[0-9]{2}(?![0-9])"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_NUMBER = r"[0-9]{1,2}(?:st|nd|rd|th)?(?![0-9])"
#: A year is none where it counts something: `2000 votes`.
_COUNTED = (
    r"(?!\s?(?:%|percent|per\b|points?|people|votes?|seats?|dollars?|euros?|pounds?|tonnes?|tons"
    r"|km|miles|meters|metres|MW|GW|units?|cases|deaths|troops|soldiers|times|hours|minutes"
    r"|days|basis|bps|barrels?|jobs|million|billion|trillion))"
)
_PATTERN = rf"""
    (?:\b(?i:(?P<prefix>on\ or\ before|no\ later\ than|not\ later\ than|prior\ to|up\ to|as\ of
        |by|before|until|till|through|from|between|during|within|in|on|at|of|since|after|and|to
        |for|than))\s+)?
    (?:(?i:(?:the\s+)?(?P<edge>end|close|last\ day|start|beginning|first\ day)\s+of\s+))?
    (?:(?i:(?:the\s+)?(?:calendar\s+|fiscal\s+)?(?:year|month\ of)\s+
        |early\s+|late\s+|mid-?\s*|the\s+))?
    (?<![\w$€£.,/-])(?:
        (?P<iso>{_YEAR}-[0-9]{{2}}-[0-9]{{2}})(?![\w-])
      | (?P<day>{_NUMBER})\ (?:of\ )?(?P<month>{_MONTH})(?:,?\ (?P<year>{_YEAR}))?
      | (?P<month_us>{_MONTH})\ (?P<day_us>{_NUMBER})(?:,?\ (?P<year_us>{_YEAR}))?
      | (?i:(?P<quarter>Q[1-4]|(?:first|second|third|fourth)\ quarter)(?:\ of|,)?\ )
        (?P<quarter_year>{_YEAR})
      | (?i:(?P<half>H[12]|(?:first|second)\ half)(?:\ of|,)?\ )(?P<half_year>{_YEAR})
      | (?P<whole_month>{_MONTH}),?\ (?P<month_year>{_YEAR})
      | (?P<bare_month>{_MONTH})
      | (?P<bare_year>{_YEAR})(?![\w/-]){_COUNTED}
    )
"""
_KINDS = {
    "on or before": "by", "no later than": "by", "not later than": "by", "by": "by",
    "until": "by", "till": "by", "through": "by", "up to": "by",
    "before": "before", "prior to": "before",
    "in": "in", "during": "in", "within": "in",
    "on": "on", "at": "on", "as of": "on",
    "between": "from", "from": "from", "since": "from", "after": "after",
    "and": "and", "to": "and",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A time that a text names.

    Parameters
    ----------
    text : str
        As it is written, with the words that say what it bounds.
    start, end : int
        Where in the text.
    kind : str
        `by`, `before`, `in`, `on`, `from`, `after`; else empty.
    first, last : date
        The days it covers; of the year 4 where none is named, which has a 29 February.
    unit : str
        `day`, `month`, `quarter`, `half`, `year`.
    has_year : bool
    edge : str
        `end` or `start`, where that of a period is meant.
    """

    text: str
    start: int
    end: int
    kind: str
    first: date
    last: date
    unit: str
    has_year: bool
    edge: str = ""

    @property
    def bounds(self) -> bool:
        """Whether it says by when something must have happened."""
        return self.kind in ("by", "before")

    @property
    def is_ambiguous(self) -> bool:
        """Whether the whole period or none of it may be meant: `by 2026`."""
        unclear = self.text.lower().startswith(("by ", "until ", "till "))
        return unclear and self.unit != "day" and not self.edge and self.has_year

    @property
    def last_days(self) -> tuple[date, ...]:
        """The days that may be the last to count."""
        eve = self.first - _DAY if self.first > date.min else self.first
        if self.edge == "end":
            return (self.last, self.last - _DAY) if self.kind == "before" else (self.last,)
        if self.kind == "before":
            return (eve,)
        if self.edge == "start":
            return (self.first, eve)
        return (self.last, self.first, eve) if self.is_ambiguous else (self.last,)

    def allows(self, day: date, slack: int = 0) -> bool:
        """Tell whether that day may be the last to count."""
        if self.has_year:
            return any(abs((one - day).days) <= slack for one in self.last_days)
        if self.unit == "month":  # "by June": some day of it, or the day before
            return day.month == self.first.month or (day + _DAY).month == self.first.month
        near = {day + _DAY * shift for shift in range(-slack, slack + 1)}
        return any((one.month, one.day) == (a.month, a.day) for one in self.last_days for a in near)


def mentions(text: str) -> list[Mention]:
    """Find the times that a text names.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Mention

    Examples
    --------
    >>> [(one.text, str(one.last_days[0])) for one in mentions("Will it end by the end of 2026?")]
    [('by the end of 2026', '2026-12-31')]
    >>> [one.kind for one in mentions("between 20 February and 30 June 2022")]
    ['from', 'by']
    """
    found: list[Mention] = []
    for match in _pattern().finditer(text):
        one = _mention(match)
        if one is None:
            continue
        before = found[-1] if found else None
        if before and before.kind == "from" and one.kind in ("and", "by") and one.has_year:
            # Months and longer are what a figure is about, and no deadline.
            one = replace(one, kind="by" if one.unit == "day" else "in")
            if not before.has_year:
                found[-1] = _in_year(before, one.last.year)
        elif one.kind in ("and", "from"):
            one = replace(one, kind="from" if one.kind == "from" else "")
        found.append(one)
    return found


def spelled(day: date) -> str:
    """Write a day as titles have it; the standard library's names change with the locale.

    Examples
    --------
    >>> spelled(date(2026, 6, 30))
    '30 June 2026'
    """
    return f"{day.day} {_NAMES[day.month - 1]} {day.year}"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_PATTERN, re.VERBOSE)


def _mention(match: re.Match[str]) -> Mention | None:
    got = match.groupdict()
    prefix = (got["prefix"] or "").lower()
    kind = _KINDS.get(prefix, "")
    edge = {"e": "end", "c": "end", "l": "end", "s": "start", "b": "start", "f": "start"}.get(
        (got["edge"] or " ")[0].lower(), ""
    )
    try:
        unit, has_year, first, last = _days(got)
    except ValueError:  # 31 June
        return None
    if unit == "month" and not has_year and kind in ("", "and") and not edge:
        return None  # "may", "march", a name
    return Mention(
        match[0].strip(), match.start(), match.end(), kind, first, last, unit, has_year, edge
    )


def _days(got: dict[str, str | None]) -> tuple[str, bool, date, date]:
    """Give the unit, whether a year is named, and the first and last day."""
    if got["iso"]:
        day = date.fromisoformat(got["iso"])
        return "day", True, day, day
    month, number = got["month"] or got["month_us"], got["day"] or got["day_us"]
    if month and number:
        year = got["year"] or got["year_us"]
        day = date(int(year or 4), _month(month), int(re.sub("[a-z]+", "", number)))
        return "day", bool(year), day, day
    if got["quarter_year"]:
        index = _index(got["quarter"] or "")
        return "quarter", True, *_months(int(got["quarter_year"]), 3 * index + 1, 3)
    if got["half_year"]:
        index = _index(got["half"] or "")
        return "half", True, *_months(int(got["half_year"]), 6 * index + 1, 6)
    whole = got["whole_month"] or got["bare_month"]
    if whole:
        return (
            "month",
            bool(got["month_year"]),
            *_months(int(got["month_year"] or 4), _month(whole), 1),
        )
    return "year", True, *_months(int(got["bare_year"] or 0), 1, 12)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _index(name: str) -> int:
    """Count a quarter or half from 0."""
    return int(name[1]) - 1 if name[1].isdigit() else _ORDINALS.index(name.split()[0].lower())


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = year * 12 + month - 1 + count
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1) - _DAY


def _in_year(one: Mention, year: int) -> Mention:
    try:
        return replace(
            one, first=one.first.replace(year=year), last=one.last.replace(year=year), has_year=True
        )
    except ValueError:  # 29 February
        return one
