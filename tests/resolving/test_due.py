"""What needs a person, to the microsecond."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from forecast.model import Question, Resolution
from forecast.reading.instants import end_of, read_zone
from forecast.resolving.due import CLOSING, Attention, sort_out, stale_from
from forecast.store.queries import Tracked

TICK = timedelta(microseconds=1)
OPENED = datetime(2026, 1, 1, tzinfo=UTC)


def tracked(id_: str = "q", **fields: object) -> Tracked:
    """Make an open question of 100 days; `resolution` settles it."""
    resolution = fields.pop("resolution", None)
    question = Question(
        id=id_, title="Will it?", opened_at=OPENED, deadline=OPENED + timedelta(days=100)
    )
    return Tracked(replace(question, **fields), resolution)  # type: ignore[arg-type]


def needs(one: Tracked, now: datetime, updated_at: datetime | None = None) -> set[str]:
    """Name the lists a question is in."""
    updated = {} if updated_at is None else {one.question.id: updated_at}
    attention = sort_out([one], updated, now)
    return {name for name in Attention.__slots__ if getattr(attention, name)}


def test_the_deadline_itself_is_not_late() -> None:
    """At the deadline the event can still count; a tick later the question is due."""
    one = tracked()
    fresh = one.question.deadline - timedelta(days=1)
    assert {"closing"} == needs(one, one.question.deadline, fresh)
    assert {"due"} == needs(one, one.question.deadline + TICK, fresh)


def test_an_answer_expected_later_is_awaited() -> None:
    """Between deadline and `known_by` nobody is asked to resolve."""
    known_by = OPENED + timedelta(days=130)
    one = tracked(known_by=known_by)
    assert {"awaiting"} == needs(one, one.question.deadline + TICK)
    assert {"awaiting"} == needs(one, known_by)
    assert {"due"} == needs(one, known_by + TICK)


def test_closing_begins_a_week_before() -> None:
    """A question is about to close from exactly seven days before its deadline."""
    one = tracked()
    begins = one.question.deadline - CLOSING
    assert set() == needs(one, begins - TICK, begins)
    assert {"closing"} == needs(one, begins, begins)


@pytest.mark.parametrize(
    ("updated_after", "stale_after"),
    [(0, 25), (60, 70), (90, 97)],
    ids=["a quarter of what was left", "of 40 days, ten", "never before a week"],
)
def test_staleness_follows_the_time_left(updated_after: int, stale_after: int) -> None:
    """A forecast is stale after a quarter of the time left when it was made, at least a week."""
    one = tracked()
    updated_at = OPENED + timedelta(days=updated_after)
    begins = OPENED + timedelta(days=stale_after)
    assert begins == stale_from(one, updated_at)
    assert "stale" not in needs(one, begins - TICK, updated_at)
    assert "stale" in needs(one, begins, updated_at)


def test_a_question_nobody_has_forecast_goes_stale_from_its_opening() -> None:
    """Without a forecast the clock runs from the opening."""
    assert OPENED + timedelta(days=25) == stale_from(tracked(), None)


def test_what_is_settled_needs_nobody() -> None:
    """Resolved and annulled questions are in no list, however late it is."""
    late = OPENED + timedelta(days=500)
    for outcome, reason in (("no", ""), ("annulled", "void")):
        resolution = Resolution(question="q", outcome=outcome, known_at=late, reason=reason)
        assert set() == needs(tracked(resolution=resolution), late)


def test_a_question_not_yet_open_needs_nobody() -> None:
    """Before it opens a question is neither closing nor stale."""
    one = tracked(deadline=OPENED + timedelta(days=3))
    assert set() == needs(one, OPENED - TICK)
    assert {"closing"} == needs(one, OPENED)


def test_lists_go_by_deadline() -> None:
    """Whatever the order they come in, the nearest deadline stands first."""
    days = {"c": 30, "a": 10, "b": 20}
    every = [tracked(id_, deadline=OPENED + timedelta(days=n)) for id_, n in days.items()]
    found = sort_out(every, {}, OPENED + timedelta(days=400)).due
    assert ["a", "b", "c"] == [one.question.id for one in found]


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("Asia/Kathmandu", "2026-12-31", "2026-12-31T18:14:59.999999"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:59.999999"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T22:59:59.999999"),
        ("America/New_York", "2028-02-29", "2028-03-01T04:59:59.999999"),
        ("Pacific/Kiritimati", "2026-12-31", "2026-12-31T09:59:59.999999"),
    ],
)
def test_days_end_where_the_question_lives(zone: str, day: str, instant: str) -> None:
    """A deadline given as a day is due from the first instant of the next day in its zone."""
    deadline = end_of(datetime.fromisoformat(day).date(), read_zone(zone))
    assert datetime.fromisoformat(instant).replace(tzinfo=UTC) == deadline
    one = tracked(deadline=deadline, timezone=zone)
    assert "due" not in needs(one, deadline)
    assert {"due"} == needs(one, deadline + TICK)
