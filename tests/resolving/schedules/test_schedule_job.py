"""The job: its command line, its time, and when it runs next."""

import dataclasses
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import ForecastError, NotReadable
from forecast.resolving.schedules.job import Job, database_in, name_of, next_run, read_at

JOB = Job(python="/venv/bin/python", database="/x.db", forecaster="ann", at=time(7))
BERLIN = ZoneInfo("Europe/Berlin")


def test_command_names_everything_and_asks_for_no_exit_code():
    """Absolute paths, the tracker, the forecaster; a due question is no failure of the job."""
    expected = "/venv/bin/python -P -m forecast --db /x.db --as ann check"
    assert expected.split() == list(JOB.command)


def test_options_are_passed_on():
    """Each address, the ping, and the leave to ask one's own network."""
    job = dataclasses.replace(JOB, notify=("a://b", "c://d"), ping="https://p", allow_private=True)
    expected = "check --notify a://b --notify c://d --ping https://p --allow-private"
    assert expected.split() == list(job.command[7:])[1:]


def test_database_is_found_in_a_command():
    """As `status` reads it back."""
    assert ("/x.db", None) == (database_in(JOB.command), database_in(["python", "--db"]))


def test_two_trackers_have_two_names():
    """So that both can be scheduled."""
    assert JOB.name != dataclasses.replace(JOB, database="/y.db").name
    assert JOB.name == name_of("/x.db")


@pytest.mark.parametrize("character", ["\n", "\r", "\0", "\t", "\x1b", "\u2028", "\udcff"])
@pytest.mark.parametrize("field", ["python", "database", "forecaster", "ping"])
def test_what_cannot_be_written_is_refused(field, character):
    """A line break in a path would be a line of its own in somebody's crontab."""
    with pytest.raises(ForecastError, match="holds a line break"):
        dataclasses.replace(JOB, **{field: f"/a{character}b"})


@pytest.mark.parametrize(
    ("text", "expected"), [("07:00", time(7)), (" 7:05 ", time(7, 5)), ("23:59", time(23, 59))]
)
def test_times_that_are_read(text, expected):
    """Hours and minutes of a day."""
    assert expected == read_at(text)


@pytest.mark.parametrize("text", ["", "7", "24:00", "07:60", "7am", "07:00:00", "-1:00", "٠٧:٠٠"])
def test_times_that_are_refused(text):
    """With an example of what to write."""
    with pytest.raises(NotReadable, match="write 07:00"):
        read_at(text)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-05-04T04:59", "2026-05-04T05:00"),  # 07:00 in summer
        ("2026-05-04T05:00", "2026-05-05T05:00"),  # it runs now: next is tomorrow
        ("2026-10-24T12:00", "2026-10-25T06:00"),  # the clocks went back
        ("2026-03-28T12:00", "2026-03-29T05:00"),  # and forward
    ],
)
def test_next_run(now, expected):
    """The next time the machine's clock shows it, whatever day it is elsewhere."""
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert expected == next_run(time(7), BERLIN, instant).isoformat()[:16]


@given(
    st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_next_run_is_never_far(at, now, zone):
    """Within a day, and the hour or two that a change of the clocks may add."""
    now = now.replace(tzinfo=UTC)
    wait = next_run(at, ZoneInfo(zone), now) - now
    assert timedelta(0) < wait <= timedelta(hours=26)
