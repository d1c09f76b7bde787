"""Deadlines and expected answers as an iCalendar file that other calendars subscribe to.

All that an event says stands in the newest revision of its question, and its stamp is when that
was recorded: an unchanged tracker gives the same file, byte for byte, and a calendar sees by stamp
and sequence what has changed. So no forecast stands in it, and the file can be shared.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from icalendar import STATUS, TRANSP, Alarm, Calendar, Event, vDuration

from forecast.model import ForecastError, Question
from forecast.reading.instants import day_if_end, read_zone, show_instant
from forecast.resolving.files import write_atomically
from forecast.store.queries import Tracked

DOMAIN = "forecast-tracker"
PRODUCT = f"-//{DOMAIN}//forecast calendar//EN"
#: How often calendars that subscribe look again.
REFRESH = timedelta(hours=6)
#: An event that is an instant is announced a day before …
ALARM = timedelta(days=-1)
#: … and one that is a day at nine on the day before it: it starts at midnight.
ALARM_OF_DAY = timedelta(hours=-15)

_LONGEST_CRITERIA = 1000
_MOST_SOURCES = 5
# What iCalendar has no way to write. Line ends are not among them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_URL = re.compile("https?://[!-~]+")


def events(questions: Iterable[Tracked], revised_at: Mapping[str, datetime]) -> list[Event]:
    """Make the events of the questions that are not settled.

    Parameters
    ----------
    questions : iterable of Tracked
    revised_at : mapping of str to datetime
        When the newest revision of each question was recorded.

    Returns
    -------
    list of icalendar.Event
        One for each deadline, and one for the day the answer is expected where that is later.
    """
    made = []
    for tracked in questions:
        if tracked.resolution is not None:
            continue
        question, stamp = tracked.question, revised_at[tracked.question.id]
        event = _event("deadline", question.deadline, question.title, tracked, stamp)
        when = ALARM if isinstance(event.start, datetime) else ALARM_OF_DAY
        event.add_component(Alarm.new_display(_clean(question.title), when))
        made.append(event)
        if question.known_by is not None and question.known_by > question.deadline:
            title = f"Answer expected: {question.title}"
            made.append(_event("answer", question.known_by, title, tracked, stamp))
    return made


def calendar(made: Iterable[Event]) -> bytes:
    """Write events as an iCalendar file.

    Parameters
    ----------
    made : iterable of icalendar.Event

    Returns
    -------
    bytes
    """
    whole = Calendar()  # not Calendar.new, which gives it a new UID every time
    whole.prodid = PRODUCT
    whole.version = "2.0"
    whole.method = "PUBLISH"
    whole.calendar_name = "Forecast deadlines"
    # The standard's name for it, and the one that was there before.
    whole.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    whole.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for event in made:
        whole.add_component(event)
    return bytes(whole.to_ical())


def publish(path: Path, data: bytes) -> bool:
    """Put a calendar into a file, unless it is there already.

    Parameters
    ----------
    path : Path
    data : bytes
        As `calendar` gives it.

    Returns
    -------
    bool
        Whether the file had to be written.

    Raises
    ------
    ForecastError
        If the file holds anything but a calendar that this program wrote, so that a slip of the
        hand costs nobody their tracker; or if it cannot be read or written.
    """
    try:
        if path.exists():
            if not path.is_file():
                raise ForecastError(f"{path} is not a file: name one that ends in .ics")
            there = path.read_bytes()
            if there == data:
                return False
            if there and f"PRODID:-//{DOMAIN}//".encode() not in there[:1000]:
                raise ForecastError(
                    f"{path} is there and is no calendar of this program: name another file"
                )
        elif not path.parent.is_dir():
            raise ForecastError(f"there is no folder {path.parent}: make it, or name another file")
        write_atomically(path, data)
    except OSError as error:
        raise ForecastError(f"{path} cannot be written: {error.strerror or error}") from None
    return True


def _event(kind: str, instant: datetime, title: str, tracked: Tracked, stamp: datetime) -> Event:
    question = tracked.question
    start = day_if_end(instant, read_zone(question.timezone)) or instant
    whole_day = not isinstance(start, datetime)
    return Event.new(
        uid=f"{kind}-{question.id}@{DOMAIN}",
        sequence=tracked.n_revisions - 1,
        stamp=stamp,
        last_modified=stamp,
        summary=_clean(title),
        description=_description(question),
        start=start,
        end=_day_after(start) if whole_day else None,
        url=next((one for one in question.sources[:1] if _URL.fullmatch(one)), None),
        categories=[_clean(tag) for tag in question.tags],
        status=STATUS.CONFIRMED if kind == "deadline" else STATUS.TENTATIVE,
        transparency=TRANSP.TRANSPARENT,  # nobody is busy because of a deadline
    )


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _description(question: Question) -> str:
    zone = read_zone(question.timezone)
    shortened = _shortened(question.criteria)
    where = question.sources[:_MOST_SOURCES]
    parts = [
        f"Deadline {show_instant(question.deadline, zone)}",
        *([shortened] if shortened else []),
        *(["\n".join(("Sources:", *where))] if where else []),
        f"forecast show {question.id}",
    ]
    return _clean("\n\n".join(parts))


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_CRITERIA:
        return text
    return text[: _LONGEST_CRITERIA - 1].rstrip() + "…"


def _clean(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(text.splitlines()))
