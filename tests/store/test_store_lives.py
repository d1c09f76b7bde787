"""Generated lives of a question: what is dumped loads as the same, whatever happened."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import Comment, Entry, Forecast, ForecastError, Question
from forecast.store import append, queries
from forecast.store.connection import open_store
from forecast.store.load import load
from forecast.store.rows import Recording

OPENED = datetime(2026, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
AFTERWARDS = OPENED + 2000 * HOUR
PEOPLE = ("ann", "bob")
RAIN = Question(id="rain", title="Will it rain?", opened_at=OPENED, deadline=OPENED + 100 * HOUR)

#: What happens, how many hours later, how far back it is dated, to whom, with what.
Step = tuple[str, int, int, str, float]
LIVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["forecast"] * 4 + ["withdraw", "retract", "retract n", "resolve", "annul", "comment"]
        ),
        st.sampled_from([0, 0, 1, 12, 24, 25]),
        st.sampled_from([0, 0, 1, 12, 24]),
        st.sampled_from(PEOPLE),
        st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def blank() -> Iterator[sqlite3.Connection]:
    """An empty tracker in memory, from which to copy: making one takes its time."""
    with contextlib.closing(open_store(Path("no such file"), create=False)) as tracker:
        yield tracker


@contextlib.contextmanager
def tracker_like(blank: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Copy a tracker into memory."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        blank.backup(copy)
        copy.execute("PRAGMA foreign_keys = ON")
        yield copy


def live(tracker: sqlite3.Connection, life: list[Step]) -> None:
    """Let it all happen, one after the other; what is refused does not happen."""
    now = OPENED
    append.add_question(tracker, RAIN, Recording(at=now, by="login"))
    for step in life:
        now += step[1] * HOUR
        with contextlib.suppress(ForecastError):
            happen(tracker, step, now)


def happen(tracker: sqlite3.Connection, step: Step, now: datetime) -> None:
    """Let one thing happen."""
    what, _, back, who, number = step
    told = Recording(at=now, by="login")
    then = max(OPENED, now - back * HOUR)
    if what == "forecast":
        append.record_forecast(tracker, said(who, then, number), told)
    elif what == "withdraw":
        append.withdraw(tracker, "rain", who, then, "", told)
    elif what == "retract":
        append.retract(tracker, "rain", who, None, told)
    elif what == "retract n":
        append.retract(tracker, "rain", who, 1 + int(4 * number), told)
    elif what == "comment":
        remark = Comment(question="rain", author=who, text=str(number), made_at=then)
        append.comment(tracker, remark, told)
    else:
        reason = "void" if what == "annul" else ""
        outcome = "annulled" if reason else ("yes" if number >= 0.5 else "no")
        append.resolve(tracker, "rain", outcome, told, known_at=then, reason=reason)


def said(who: str, made_at: datetime, probability: float | None) -> Forecast:
    """Make a forecast on the one question."""
    return Forecast(question="rain", forecaster=who, made_at=made_at, probability=probability)


def bare(entry: Entry) -> Entry:
    """Leave out when and by whom things were recorded."""

    def stripped(record: Any) -> Any:
        return record and replace(record, recorded_at=None, recorded_by="")

    return Entry(
        question=entry.question,
        forecasts=tuple(map(stripped, entry.forecasts)),
        resolution=stripped(entry.resolution),
        comments=tuple(map(stripped, entry.comments)),
    )


def state(tracker: sqlite3.Connection) -> Any:
    """Give all that is seen of the question: its entry, what stands, how it scores."""
    from forecast.reporting.record import score

    scored = score(tracker, [queries.get(tracker, "rain")])
    brier = dict(
        zip([scored.forecasters[i] for i in scored.forecaster_of], scored.scores.brier, strict=True)
    )
    return (
        bare(queries.entry(tracker, "rain")),
        {who: stands(tracker, who) for who in PEOPLE},
        {who: str(value) for who, value in brier.items()},
    )


def stands(tracker: sqlite3.Connection, who: str) -> float | None:
    """Give the probability that stands, by Python and by the view, which must agree."""
    forecast = queries.standing(tracker, "rain", who)
    probability = forecast and forecast.probability
    assert probability == queries.standing_probabilities(tracker, who).get("rain")
    return probability


@given(life=LIVES)
def test_a_dump_loads_as_the_same(blank: Any, life: list[Step]) -> None:
    """Another tracker that loads the entry has the same entry, standing and scores."""
    with tracker_like(blank) as one, tracker_like(blank) as other:
        live(one, life)
        load(other, [queries.entry(one, "rain")], Recording(at=AFTERWARDS, by="else"))
        assert state(one) == state(other)


@given(life=LIVES)
def test_a_tracker_has_its_own_dump(blank: Any, life: list[Step]) -> None:
    """To load its own entry adds nothing, and is no news from an outdated file."""
    with tracker_like(blank) as one:
        live(one, life)
        before = list(one.iterdump())
        loaded = load(one, [queries.entry(one, "rain")], Recording(at=AFTERWARDS, by="else"))
        assert () == loaded.outdated
        assert before == list(one.iterdump())


@given(life=LIVES)
def test_no_slip_is_in_the_dump(blank: Any, life: list[Step]) -> None:
    """The entry holds what counts and only that; the history holds all of it."""
    with tracker_like(blank) as one:
        live(one, life)
        history = queries.forecasts(one, "rain")
        counting = [x.forecast for x in history if not x.never_counts]
        entry = queries.entry(one, "rain").forecasts
        recorded = [x for x in entry if x.recorded_at is not None]
        assert sorted(counting, key=lambda x: x.made_at) == recorded
        assert all(x.is_withdrawal for x in entry if x.recorded_at is None)
        assert list(entry) == sorted(entry, key=lambda x: x.made_at)


SAYINGS = st.lists(
    st.tuples(
        st.integers(0, 90),
        st.sampled_from(PEOPLE),
        st.one_of(st.none(), st.sampled_from([0.0, 0.25, 1.0])),
    ),
    max_size=8,
    unique_by=lambda saying: saying[0],
)


@given(sayings=SAYINGS, data=st.data())
def test_the_order_of_recording_does_not_matter(
    blank: Any, sayings: list[tuple[int, str, float | None]], data: st.DataObject
) -> None:
    """Told in any order, events of different times give the same entry, standing and scores."""
    shuffled = data.draw(st.permutations(sayings))
    states = []
    for order in (sayings, shuffled):
        with tracker_like(blank) as one:
            append.add_question(one, RAIN, Recording(at=OPENED, by="login"))
            told = Recording(at=AFTERWARDS, by="login")
            for hours, who, probability in order:
                forecast = said(who, OPENED + hours * HOUR, probability)
                append.record_forecast(one, forecast, told)
            append.resolve(one, "rain", "yes", told, known_at=OPENED + 80 * HOUR)
            states.append(state(one))
    assert states[0] == states[1]


@given(entries=st.permutations(["rain", "snow", "hail"]))
def test_the_order_of_entries_does_not_matter(blank: Any, entries: list[str]) -> None:
    """Questions loaded in any order are listed in one order."""
    with tracker_like(blank) as one:
        told = Recording(at=OPENED, by="login")
        load(one, [Entry(question=replace(RAIN, id=id_)) for id_ in entries], told)
        listed = [tracked.question.id for tracked in queries.listing(one, OPENED)]
        assert ["hail", "rain", "snow"] == listed
