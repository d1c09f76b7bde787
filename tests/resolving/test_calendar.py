"""The calendar: what other programs read in it, and that the same tracker gives the same file."""

import os
import stat
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from forecast.model import ForecastError, Question, Resolution
from forecast.reading.instants import end_of, read_zone
from forecast.resolving.calendar import ALARM, ALARM_OF_DAY, calendar, events, publish
from forecast.store.queries import Tracked

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
REVISED = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
QUESTION = Question(
    id="rain",
    title="Will it rain?",
    opened_at=OPENED,
    deadline=datetime(2026, 6, 1, 10, tzinfo=UTC),
)
LONG = "Will " + "they agree, or not; " * 14 + "at all?"
TITLES = {
    "commas": "Will A, B, and C agree, finally?",
    "semicolons": "Yes; no; maybe;",
    "backslashes": r"C:\new\table, or \, or \; or \\n?",
    "quotes and colons": 'Will "X": Y\'s party win: 50 %?',
    "emoji": "Will 🇳🇪 play ⚽ with 👨‍👩‍👧‍👦?",
    "right to left": "האם ירד גשם, או לא? هل ستمطر؟",
    "mixed directions": "Will \u2067שלום, עולם\u2069 pass; or not?",
    "long": LONG,
    "long and of many bytes": "会下雨吗，" * 60,
    "combining": "Ze\u0301ro\u0308 \u200d\u200c done",
}


def tracked(question: Question = QUESTION, **fields: Any) -> Tracked:
    """Put a question as it stands today."""
    return Tracked(replace(question, **fields), None)


def written(*questions: Tracked) -> bytes:
    """Write questions, all revised at one time."""
    revised = {one.question.id: REVISED for one in questions}
    return calendar(events(questions, revised))


def read(*questions: Tracked) -> list[Event]:
    """Read back what is written."""
    return Calendar.from_ical(written(*questions)).events


def read_by_another(*questions: Tracked) -> list[Any]:
    """Read it with another parser."""
    return list(vobject.readOne(written(*questions).decode()).contents.get("vevent", []))


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_a_title_comes_through_whole(title: str) -> None:
    """Whatever characters it has, both parsers read what was asked, in title and alarm."""
    one = tracked(title=title, known_by=QUESTION.deadline + timedelta(days=3))
    expected = [title, f"Answer expected: {title}"]
    assert expected == [event.summary for event in read(one)]
    assert expected == [event.summary.value for event in read_by_another(one)]
    assert title == read(one)[0].alarms.times[0].alarm.description
    assert title == read_by_another(one)[0].valarm.description.value


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=200
).filter(lambda text: text == text.strip() and len(text.splitlines()) == 1)


@given(title=TEXT, criteria=st.lists(TEXT, max_size=4).map("\n".join))
def test_any_text_comes_through_whole(title: str, criteria: str) -> None:
    """Both parsers give title and criteria back, and no line is longer than 75 bytes."""
    one = tracked(title=title, criteria=criteria)
    (event,), (other,) = read(one), read_by_another(one)
    assert (title, title) == (event.summary, other.summary.value)
    assert criteria in event.description
    assert event.description == other.description.value
    assert 75 >= max(map(len, written(one).split(b"\r\n")))


def test_what_a_calendar_cannot_hold_is_shown_as_such() -> None:
    """Control characters of a title would make the whole file invalid."""
    one = tracked(title="red \x1b[31m bell\x07 tab\tend", criteria="a\x01b")
    (event,) = read(one)
    assert "red \ufffd[31m bell\ufffd tab\tend" == event.summary
    assert "a\ufffdb" in event.description
    assert not {byte for byte in written(one) if byte < 0x20} - {*b"\r\n\t"}


def test_line_ends_of_criteria_are_one_kind() -> None:
    """Whatever ended their lines, they end as a calendar's do."""
    (event,) = read(tracked(criteria="one\r\ntwo\rthree\u2028four\n\nfive"))
    assert "one\ntwo\nthree\nfour\n\nfive" in event.description
    assert b"\r" not in written(tracked()).replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 12, 31)),
        ("Asia/Kathmandu", date(2028, 2, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Pacific/Kiritimati", date(2026, 12, 31)),
        ("Pacific/Apia", date(2011, 12, 29)),
        ("UTC", date(9998, 12, 31)),
        ("UTC", date(900, 1, 1)),
    ],
)
def test_a_deadline_that_is_a_day_is_that_day(zone: str, day: date) -> None:
    """Whoever reads it and where: all day, on the day the question names in its own zone."""
    one = tracked(
        opened_at=datetime(1, 1, 2, tzinfo=UTC),
        deadline=end_of(day, read_zone(zone)),
        timezone=zone,
    )
    (event,), (other,) = read(one), read_by_another(one)
    assert (day, day + timedelta(days=1)) == (event.start, event.end)
    assert (day, day + timedelta(days=1)) == (other.dtstart.value, other.dtend.value)
    compact = f"DTSTART;VALUE=DATE:{day.isoformat().replace('-', '')}\r\n"
    assert compact.encode() in written(one)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_any_other_deadline_is_an_instant(zone: str) -> None:
    """In UTC, cut to the second: never later than the deadline."""
    deadline = datetime(2026, 6, 1, 23, 59, 59, 999998, tzinfo=UTC)
    one = tracked(deadline=deadline, timezone=zone)
    (event,), (other,) = read(one), read_by_another(one)
    assert deadline.replace(microsecond=0) == event.start == other.dtstart.value
    assert b"DTSTART:20260601T235959Z\r\n" in written(one)


def test_a_days_end_elsewhere_is_an_instant() -> None:
    """The end of a day in UTC is not one for a question that goes by Berlin's days."""
    deadline = end_of(date(2026, 6, 1), UTC)
    assert date(2026, 6, 1) == read(tracked(deadline=deadline))[0].start
    elsewhere = read(tracked(deadline=deadline, timezone="Europe/Berlin"))[0].start
    assert deadline.replace(microsecond=0) == elsewhere


def test_an_alarm_rings_the_day_before() -> None:
    """A day before an instant; at nine on the day before a day. None for expected answers."""
    later = QUESTION.deadline + timedelta(days=9)
    at, expected = read(tracked(known_by=later))
    (day,) = read(tracked(deadline=end_of(date(2026, 6, 1), UTC)))
    assert [ALARM] == [alarm.TRIGGER for alarm in at.walk("VALARM")]
    assert [ALARM_OF_DAY] == [alarm.TRIGGER for alarm in day.walk("VALARM")]
    assert QUESTION.deadline - timedelta(days=1) == at.alarms.times[0].trigger
    assert datetime(2026, 5, 31, 9) == day.alarms.times[0].trigger.replace(tzinfo=None)
    assert [] == expected.walk("VALARM")
    assert ["DISPLAY"] == [alarm["ACTION"] for alarm in at.walk("VALARM")]


def test_an_answer_expected_at_the_deadline_is_no_second_event() -> None:
    """Only one that comes later is."""
    assert 1 == len(read(tracked(known_by=QUESTION.deadline)))
    later = read(tracked(known_by=QUESTION.deadline + timedelta(microseconds=1)))
    assert ["Will it rain?", "Answer expected: Will it rain?"] == [one.summary for one in later]


def test_settled_questions_have_no_event() -> None:
    """Neither resolved nor annulled ones; the calendar itself stays valid without any."""
    for outcome, reason in (("no", ""), ("annulled", "void")):
        answer = Resolution(question="rain", outcome=outcome, known_at=OPENED, reason=reason)
        assert [] == read(Tracked(QUESTION, answer))
    assert [] == read_by_another()


def test_events_are_told_apart_for_ever() -> None:
    """By an id made of the question's, which no revision changes; the sequence counts those."""
    first = tracked(known_by=QUESTION.deadline + timedelta(days=3))
    third = replace(first, question=replace(first.question, title="Hail?"), n_revisions=3)
    ids = ["deadline-rain@forecast-tracker", "answer-rain@forecast-tracker"]
    assert [(ids[0], 0), (ids[1], 0)] == [(one.uid, one.sequence) for one in read(first)]
    assert [(ids[0], 2), (ids[1], 2)] == [(one.uid, one.sequence) for one in read(third)]
    assert ids == [one.uid.value for one in read_by_another(third)]


def test_stamps_are_of_the_newest_revision() -> None:
    """To the second, and not of the moment of writing."""
    (event,), (other,) = read(tracked()), read_by_another(tracked())
    expected = REVISED.replace(microsecond=0)
    assert (expected, expected) == (event.DTSTAMP, event.LAST_MODIFIED)
    assert expected == other.dtstamp.value


def test_the_same_questions_are_the_same_bytes() -> None:
    """Nothing random and no clock: written tomorrow, it is the same file."""
    every = [
        tracked(id=f"q-{number}", tags=("b", "a"), known_by=QUESTION.deadline + timedelta(days=1))
        for number in range(5)
    ]
    assert written(*every) == written(*every)
    assert 10 == len(read(*every))


def test_the_calendar_says_whose_it_is_and_when_to_look_again() -> None:
    """So that a program that subscribes shows a name, and updates it by itself."""
    found = Calendar.from_ical(written(tracked()))
    assert "PUBLISH" == found["METHOD"]
    assert "-//forecast-tracker//forecast calendar//EN" == found["PRODID"]
    assert "2.0" == found["VERSION"]
    assert "Forecast deadlines" == found["X-WR-CALNAME"]
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in written(tracked())
    assert b"\r\nX-PUBLISHED-TTL:PT6H\r\n" in written(tracked())


def test_an_event_says_where_to_look_and_whose_day_it_is() -> None:
    """Deadline in the question's zone, criteria, sources, id; its link is the first source."""
    one = tracked(
        criteria="Yes if the bureau says so.",
        sources=("https://example.org/a,b;c?d=e", "the bureau"),
        tags=("weather", "a; b", "niño"),
        deadline=end_of(date(2026, 6, 1), read_zone("Asia/Kathmandu")),
        timezone="Asia/Kathmandu",
    )
    (event,), (other,) = read(one), read_by_another(one)
    assert (
        "Deadline 2026-06-01 23:59 +0545\n\nYes if the bureau says so.\n\n"
        "Sources:\nhttps://example.org/a,b;c?d=e\nthe bureau\n\nforecast show rain"
    ) == event.description
    assert "https://example.org/a,b;c?d=e" == event["URL"] == other.url.value
    assert ["weather", "a; b", "niño"] == other.categories.value
    assert ("CONFIRMED", "TRANSPARENT") == (event["STATUS"], event["TRANSP"])


@pytest.mark.parametrize(
    "source", ["the bureau", "ftp://example.org", "https://a b", "javascript:alert(1)", "https://é"]
)
def test_what_is_no_link_is_none(source: str) -> None:
    """It stands in the description alone."""
    (event,) = read(tracked(sources=(source, "https://example.org")))
    assert "URL" not in event
    assert source in event.description


def test_a_description_is_short() -> None:
    """Of long criteria the beginning, of many sources the first: `show` has the rest."""
    sources = tuple(f"source {number}" for number in range(9))
    (event,) = read(tracked(criteria="word " * 999 + "end", sources=sources))
    assert 1300 > len(event.description)
    assert "word…\n\nSources:" in event.description
    assert "source 4\n\nforecast show rain" in event.description


def test_a_file_is_written_once_and_again_when_something_changed(tmp_path: Path) -> None:
    """An unchanged one is not touched, so that nothing syncs it; no other file is left behind."""
    path = tmp_path / "deadlines.ics"
    assert publish(path, written(tracked()))
    os.utime(path, (1, 1))
    assert not publish(path, written(tracked()))
    assert 1 == path.stat().st_mtime
    changed = written(tracked(title="Will it pour?"))
    assert publish(path, changed)
    assert changed == path.read_bytes()
    assert ["deadlines.ics"] == [one.name for one in tmp_path.iterdir()]


def test_a_file_is_for_others_to_read(tmp_path: Path) -> None:
    """Its mode is what the user's files have, or what it was given since."""
    path = tmp_path / "deadlines.ics"
    publish(path, written(tracked()))
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(plain.stat().st_mode) == stat.S_IMODE(path.stat().st_mode)
    path.chmod(0o640)
    publish(path, written())
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("data", [b"my notes", b"SQLite format 3\0", b"BEGIN:VCALENDAR\r\n"])
def test_what_is_no_calendar_of_ours_is_not_overwritten(tmp_path: Path, data: bytes) -> None:
    """A slip of the hand costs nobody their tracker, nor their own calendar."""
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(ForecastError, match="is no calendar of this program: name another"):
        publish(path, written(tracked()))
    assert data == path.read_bytes()


def test_an_empty_file_may_become_a_calendar(tmp_path: Path) -> None:
    """As `mktemp` leaves it."""
    path = tmp_path / "empty.ics"
    path.touch()
    assert publish(path, written(tracked()))


def test_where_a_file_cannot_be(tmp_path: Path) -> None:
    """A folder, a missing folder, a pipe: one line that says what to do."""
    with pytest.raises(ForecastError, match="is not a file"):
        publish(tmp_path, b"")
    with pytest.raises(ForecastError, match=r"there is no folder .*/no: make it"):
        publish(tmp_path / "no" / "x.ics", b"")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ForecastError, match="is not a file"):
        publish(tmp_path / "pipe", b"")


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, and alone; the error names the file."""
    path = tmp_path / "deadlines.ics"
    publish(path, written(tracked()))
    before = path.read_bytes()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ForecastError, match=r"deadlines.ics cannot be written: No space left"):
        publish(path, written())
    assert before == path.read_bytes()
    assert ["deadlines.ics"] == [one.name for one in tmp_path.iterdir()]
