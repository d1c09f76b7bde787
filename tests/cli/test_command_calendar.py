"""`calendar`: deadlines and expected answers as a file that calendars subscribe to."""

import os
import sys
from pathlib import Path

import pytest
from icalendar import Calendar


@pytest.fixture
def asked(forecast):
    """Three questions, one of which is settled, and one with an answer expected later."""
    forecast("add", "Rain, or not?", "--by", "2026-06-01", "--id", "rain", "-p", "7%")
    forecast("add", "Snow?", "--by", "2026-05-20", "--id", "snow", "--known-by", "2026-07-01")
    forecast("add", "Hail?", "--by", "2026-05-10", "--id", "hail")
    forecast("resolve", "hail", "no", now="2026-05-11T00:00Z")
    return forecast


def ids(data):
    """The ids of the events in a calendar."""
    return [event.uid.partition("@")[0] for event in Calendar.from_ical(data).events]


def test_what_is_not_settled_is_in_the_calendar(asked, tmp_path):
    """By deadline; the same at any time, be the question open, awaited or due."""
    path = tmp_path / "x.ics"
    ran = asked("calendar", str(path))
    assert (0, f"Wrote 3 events to {path}.\n", "") == (ran.status, ran.out, ran.err)
    assert ["deadline-snow", "answer-snow", "deadline-rain"] == ids(path.read_bytes())
    before = path.read_bytes()
    ran = asked("calendar", str(path), now="2029-01-01T00:00Z")
    assert f"{path} has all 3 events already.\n" == ran.out
    assert before == path.read_bytes()


def test_a_forecast_changes_nothing_a_revision_its_event(asked, tmp_path):
    """What you think is not published; a subscriber sees by the sequence what was revised."""
    path = tmp_path / "x.ics"
    asked("calendar", str(path))
    asked("predict", "rain", "50%", now="2026-05-12T00:00Z")
    asked("comment", "rain", "hm")
    assert not asked("calendar", str(path), "--json").json["written"]
    asked("edit", "rain", "--title", "Rain?", now="2026-05-13T00:00Z")
    assert asked("calendar", str(path), "--json").json["written"]
    found = {event.uid: event for event in Calendar.from_ical(path.read_bytes()).events}
    rain = found["deadline-rain@forecast-tracker"]
    assert (1, "Rain?", "2026-05-13") == (rain.sequence, rain.summary, f"{rain.DTSTAMP:%Y-%m-%d}")
    assert 0 == found["deadline-snow@forecast-tracker"].sequence


def test_an_answer_takes_its_events_away(asked, tmp_path):
    """A subscriber drops what the file does not have any more."""
    path = tmp_path / "x.ics"
    asked("calendar", str(path))
    asked("resolve", "snow", "no", now="2026-05-21T00:00Z")
    assert "Wrote 1 event to" in asked("calendar", str(path)).out
    assert ["deadline-rain"] == ids(path.read_bytes())


def test_json_says_what_became_of_the_file(asked, tmp_path):
    """Its name, how many events it has, whether it had to be written."""
    path = str(tmp_path / "x.ics")
    assert {"file": path, "events": 3, "written": True} == asked("calendar", path, "--json").json
    assert {"file": path, "events": 3, "written": False} == asked("--json", "calendar", path).json


def test_standard_output(asked, tmp_path):
    """The calendar itself, with a calendar's line ends; not together with --json."""
    printed = asked("calendar", "-").out
    asked("calendar", str(tmp_path / "x.ics"))
    assert (tmp_path / "x.ics").read_bytes() == printed.encode()
    assert printed.endswith("END:VCALENDAR\r\n")
    ran = asked("calendar", "-", "--json")
    assert (2, "") == (ran.status, ran.out)
    assert ran.err.startswith("Error: - gives the calendar itself")


def test_looking_leaves_no_tracker_behind(forecast, tmp_path):
    """Without one there is a calendar without events."""
    ran = forecast("calendar", str(tmp_path / "x.ics"), "--json")
    assert (0, 0) == (ran.status, ran.json["events"])
    assert not Path(os.environ["FORECAST_DB"]).exists()
    assert [] == ids((tmp_path / "x.ics").read_bytes())


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("{db}", "is no calendar of this program"),
        ("{here}", "is not a file"),
        ("{here}/no/x.ics", "there is no folder"),
        ("~nobody-of-that-name/x.ics", "there is no such home folder"),
    ],
)
def test_where_no_calendar_can_be(asked, tmp_path, file, problem):
    """One line, and nothing overwritten: not the tracker, above all."""
    tracker = Path(os.environ["FORECAST_DB"])
    before = tracker.read_bytes()
    ran = asked("calendar", file.format(db=tracker, here=tmp_path))
    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert problem in ran.err
    assert before == tracker.read_bytes()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_one_may_not_write_to(asked, tmp_path):
    """It is named, and why."""
    (tmp_path / "shut").mkdir(mode=0o500)
    ran = asked("calendar", str(tmp_path / "shut" / "x.ics"))
    assert (1, True) == (ran.status, "cannot be written: Permission denied" in ran.err)
