"""What the tracker remembers of reminders, and when questions were last revised."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecast.model import Question
from forecast.store import append, queries, reminders
from forecast.store.reminders import Reminder

DUE = datetime(2026, 6, 1, 21, 59, 59, 999999, tzinfo=UTC)
NOW = datetime(2026, 6, 2, 7, tzinfo=UTC)


def rows(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Give what stands in the table."""
    return connection.execute("SELECT * FROM reminders ORDER BY 1, 2, 3").fetchall()


@pytest.fixture
def asked(db: sqlite3.Connection, rain: Question, told: Any) -> sqlite3.Connection:
    """A tracker with two questions."""
    append.add_question(db, rain, told())
    append.add_question(db, replace(rain, id="snow"), told("2026-05-05"))
    return db


def test_the_last_stage_is_known_by_question_and_instant(asked: Any) -> None:
    """For each question and each instant it became due, to the microsecond."""
    moved = DUE + timedelta(microseconds=1)
    assert {} == reminders.sent(asked)
    reminders.record(asked, [Reminder("rain", DUE, 0), Reminder("snow", DUE, 5)], NOW)
    reminders.record(asked, [Reminder("rain", DUE, 20), Reminder("rain", moved, 0)], NOW)
    expected = {("rain", DUE): 20, ("snow", DUE): 5, ("rain", moved): 0}
    assert expected == reminders.sent(asked)


def test_recording_twice_is_recording_once(asked: Any) -> None:
    """The first time is kept: a run that is done again changes nothing."""
    reminders.record(asked, [Reminder("rain", DUE, 0)], NOW)
    before = rows(asked)
    reminders.record(asked, [Reminder("rain", DUE, 0)], NOW + timedelta(days=1))
    assert [("rain", "2026-06-01T21:59:59.999999Z", 0, "2026-06-02T07:00:00.000000Z")] == before
    assert before == rows(asked)


def test_reminders_are_recorded_all_or_none(asked: Any) -> None:
    """One of a question that does not exist takes the others with it."""
    with pytest.raises(sqlite3.IntegrityError):
        reminders.record(asked, [Reminder("rain", DUE, 0), Reminder("hail", DUE, 0)], NOW)
    assert [] == rows(asked)
    assert not asked.in_transaction


def test_nothing_to_record_is_nothing(asked: Any) -> None:
    """An empty list is no error."""
    reminders.record(asked, [], NOW)
    assert {} == reminders.sent(asked)


def test_revised_at_is_when_the_newest_revision_was_recorded(
    asked: Any, rain: Question, told: Any
) -> None:
    """Of each question; a forecast or a remark does not count."""
    first = {"rain": told().at, "snow": told("2026-05-05").at}
    assert first == queries.revised_at(asked)
    append.revise(asked, replace(rain, title="Will it pour?"), told("2026-05-06"))
    assert {**first, "rain": told("2026-05-06").at} == queries.revised_at(asked)
