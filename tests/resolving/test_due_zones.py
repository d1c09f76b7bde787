"""Deadlines to the microsecond, in the question's own zone, on both sides of the instant.

The whole road: the text of a question file, `questionfile.parse`, `due.sort_out`, and once more
through the command line, whose clock is set to either side.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from forecast.questionfile import QuestionFileError, parse
from forecast.reading.instants import stamp
from forecast.resolving.due import sort_out
from forecast.store.queries import Tracked

TICK = timedelta(microseconds=1)
FILE = """\
[[question]]
id = "{id}"
title = "Will it?"
type = "binary"
timezone = "{zone}"
opened = {opened}
deadline = {deadline}
"""

#: Zone, deadline as the file has it, the last instant that counts.
LAST_INSTANTS = {
    "the day summer begins": ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:59.999999Z"),
    "the day summer ends": ("Europe/Berlin", "2026-10-25", "2026-10-25T22:59:59.999999Z"),
    "the last day of winter": ("Europe/Berlin", "2026-03-28", "2026-03-28T22:59:59.999999Z"),
    "the last day of summer": ("Europe/Berlin", "2026-10-24", "2026-10-24T21:59:59.999999Z"),
    "summer in New York": ("America/New_York", "2026-03-08", "2026-03-09T03:59:59.999999Z"),
    "winter in New York": ("America/New_York", "2026-11-01", "2026-11-02T04:59:59.999999Z"),
    "half an hour forward": ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T12:59:59.999999Z"),
    "half an hour back": ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T13:29:59.999999Z"),
    "a quarter past": ("Asia/Kathmandu", "2026-12-31", "2026-12-31T18:14:59.999999Z"),
    "a leap day": ("UTC", "2028-02-29", "2028-02-29T23:59:59.999999Z"),
    "a leap day at a quarter past": ("Asia/Kathmandu", "2028-02-29", "2028-02-29T18:14:59.999999Z"),
    "a leap day that ends in March": (
        "America/New_York",
        "2028-02-29",
        "2028-03-01T04:59:59.999999Z",
    ),
    "before the date line": ("Pacific/Kiritimati", "2026-12-31", "2026-12-31T09:59:59.999999Z"),
    "behind the date line": ("Pacific/Pago_Pago", "2026-12-31", "2027-01-01T10:59:59.999999Z"),
    "the day before the one left out": (
        "Pacific/Apia",
        "2011-12-29",
        "2011-12-30T09:59:59.999999Z",
    ),
    "the day after the one left out": ("Pacific/Apia", "2011-12-31", "2011-12-31T09:59:59.999999Z"),
    "Ramadan begins": ("Africa/Casablanca", "2026-02-15", "2026-02-15T23:59:59.999999Z"),
    "the day before Ramadan": ("Africa/Casablanca", "2026-02-14", "2026-02-14T22:59:59.999999Z"),
    "Ramadan is over": ("Africa/Casablanca", "2026-03-22", "2026-03-22T22:59:59.999999Z"),
    "the next midnight is missing": ("Africa/Cairo", "2026-04-23", "2026-04-23T21:59:59.999999Z"),
    "its last hour comes twice": ("Asia/Beirut", "2026-10-24", "2026-10-24T21:59:59.999999Z"),
    "the first half past two": (
        "Europe/Berlin",
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T00:30:00.000000Z",
    ),
    "the second half past two": (
        "Europe/Berlin",
        "2026-10-25T02:30:00+01:00",
        "2026-10-25T01:30:00.000000Z",
    ),
    "to the microsecond": (
        "Asia/Kathmandu",
        "2026-06-30T12:00:00.123456+05:45",
        "2026-06-30T06:15:00.123456Z",
    ),
}
EVERY = pytest.mark.parametrize(
    ("zone", "deadline", "last"), LAST_INSTANTS.values(), ids=LAST_INSTANTS.keys()
)


def tracked(zone: str, deadline: str, more: str = "", opened: str = "2010-01-01") -> Tracked:
    """Read a question from the text of its file."""
    text = FILE.format(id="q", zone=zone, opened=opened, deadline=deadline) + more
    (entry,) = parse(text.encode(), "q.toml")
    return Tracked(entry.question, entry.resolution)


def lists(one: Tracked, now: datetime) -> set[str]:
    """Name the lists a question is in, of those that follow from its dates alone."""
    found = sort_out([one], {one.question.id: now}, now)
    return {name for name in ("due", "awaiting", "closing") if getattr(found, name)}


@EVERY
def test_a_deadline_counts_to_its_last_microsecond(zone: str, deadline: str, last: str) -> None:
    """At the last instant of its day in its own zone a question closes; a tick later it is due."""
    instant = datetime.fromisoformat(last)
    one = tracked(zone, deadline)
    assert instant == one.question.deadline
    assert {"closing"} == lists(one, instant - TICK)
    assert {"closing"} == lists(one, instant)
    assert {"due"} == lists(one, instant + TICK)


@EVERY
def test_an_answer_is_awaited_to_the_last_microsecond(zone: str, deadline: str, last: str) -> None:
    """What is expected by a day is awaited to its end in the question's zone, and then due."""
    instant = datetime.fromisoformat(last)
    one = tracked(zone, "2011-01-01", f"known_by = {deadline}\n")
    assert {"awaiting"} == lists(one, one.question.deadline + TICK)
    assert {"awaiting"} == lists(one, instant)
    assert {"due"} == lists(one, instant + TICK)


@EVERY
def test_a_question_is_closing_for_seven_times_24_hours(
    zone: str, deadline: str, last: str
) -> None:
    """A week before the deadline is 168 hours, whatever the clocks on the wall do meanwhile."""
    one = tracked(zone, deadline)
    begins = datetime.fromisoformat(last) - timedelta(hours=168)
    assert set() == lists(one, begins - TICK)
    assert {"closing"} == lists(one, begins)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Kathmandu", "2028-02-29", 24),
        ("Pacific/Apia", "2011-12-31", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(zone: str, day: str, hours: float) -> None:
    """A question open for one day is open for 23, 25 or 24.5 hours where clocks are moved."""
    one = tracked(zone, day, opened=day)
    opened, deadline = one.question.opened_at, one.question.deadline
    assert timedelta(hours=hours) == deadline + TICK - opened
    assert set() == lists(one, opened - TICK)
    assert {"closing"} == lists(one, opened)


def test_one_day_ends_25_hours_apart_on_the_two_sides_of_the_date_line() -> None:
    """31 December is over on Kiritimati before it has begun on Pago Pago."""
    east, west = (
        tracked(zone, "2026-12-31") for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    )
    assert timedelta(hours=25) == west.question.deadline - east.question.deadline
    between = east.question.deadline + TICK
    assert ({"due"}, {"closing"}) == (lists(east, between), lists(west, between))


def test_days_on_both_sides_of_one_that_was_left_out_meet() -> None:
    """Samoa went from 29 to 31 December 2011: a tick after the one day the other began."""
    before = tracked("Pacific/Apia", "2011-12-29").question
    after = tracked("Pacific/Apia", "2012-01-31", opened="2011-12-31").question
    assert before.deadline + TICK == after.opened_at


@pytest.mark.parametrize(
    ("zone", "deadline", "problem"),
    [
        ("Pacific/Apia", "2011-12-30", "q.toml:7: deadline: '2011-12-30 in Pacific/Apia' does not"),
        ("Europe/Berlin", "2026-03-29T02:30:00", "q.toml:7: deadline: '2026-03-29T02:30' does not"),
        ("Europe/Berlin", "2026-10-25T02:30:00", "q.toml:7: deadline: .* happens twice"),
        ("Australia/Lord_Howe", "2026-10-04T02:15:00", "does not exist in Australia/Lord_Howe"),
        ("Australia/Lord_Howe", "2026-04-05T01:45:00", "happens twice in Australia/Lord_Howe"),
    ],
)
def test_a_time_that_is_not_one_instant_is_refused(zone: str, deadline: str, problem: str) -> None:
    """A day that was left out, an hour that is missing or comes twice: no deadline is guessed."""
    with pytest.raises(QuestionFileError, match=problem):
        tracked(zone, deadline)


def test_the_machines_zone_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file gives the same instants wherever it is read."""
    here = tracked("Asia/Kathmandu", "2028-02-29")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert here == tracked("Asia/Kathmandu", "2028-02-29")


def test_check_goes_by_each_questions_own_zone(
    forecast: Callable[..., Any], tmp_path: Path
) -> None:
    """At each last instant `check` calls that question closing, and a microsecond later due."""
    every = {f"q-{number}": case for number, case in enumerate(LAST_INSTANTS.values())}
    text = "\n".join(
        FILE.format(id=id_, zone=zone, opened="2010-01-01", deadline=deadline)
        for id_, (zone, deadline, _) in every.items()
    )
    (tmp_path / "zones.toml").write_text(text, "utf-8")
    assert 0 == forecast("load", str(tmp_path / "zones.toml"), now="2010-06-01T00:00Z").status

    def found(now: datetime) -> dict[str, set[str]]:
        said = forecast("check", "--json", now=stamp(now)).json
        return {name: {one["id"] for one in said[name]} for name in ("due", "closing")}

    for id_, (_, _, last) in every.items():
        instant = datetime.fromisoformat(last).astimezone(UTC)
        at, after = found(instant), found(instant + TICK)
        assert (False, True) == (id_ in at["due"], id_ in at["closing"])
        assert (True, False) == (id_ in after["due"], id_ in after["closing"])
        passed = {other for other, (_, _, its) in every.items() if its < last}
        assert passed == at["due"]


def test_check_awaits_an_answer_to_the_end_of_its_day(
    forecast: Callable[..., Any], tmp_path: Path
) -> None:
    """Through the command line, too, `known_by` ends with its day in the question's zone."""
    text = FILE.format(id="q", zone="Asia/Kathmandu", opened="2026-01-01", deadline="2028-02-28")
    (tmp_path / "q.toml").write_text(text + "known_by = 2028-02-29\n", "utf-8")
    forecast("load", str(tmp_path / "q.toml"))

    def found(now: str) -> list[str]:
        said = forecast("check", "--json", now=now).json
        return [name for name in ("due", "awaiting", "closing") if said[name]]

    assert ["closing"] == found("2028-02-28T18:14:59.999999Z")
    assert ["awaiting"] == found("2028-02-28T18:15:00.000000Z")
    assert ["awaiting"] == found("2028-02-29T18:14:59.999999Z")
    assert ["due"] == found("2028-02-29T18:15:00.000000Z")
