"""Taking back: retract a slip, withdraw a forecast, to the microsecond."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecast.model import Forecast, ForecastError, InvalidField, Question
from forecast.store import append, queries
from forecast.store.rows import Recording

MAY = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

Say = Callable[..., Forecast]


@pytest.fixture
def asked(db: sqlite3.Connection, rain: Question) -> sqlite3.Connection:
    """A tracker with the one question."""
    append.add_question(db, rain, Recording(at=MAY, by="login"))
    return db


@pytest.fixture
def say(asked: sqlite3.Connection) -> Say:
    """Record a forecast: `say(0.2, MAY + DAY)`; `recorded=` where that was later."""

    def record(
        probability: float | None,
        made_at: datetime = MAY,
        who: str = "ann",
        recorded: datetime | None = None,
    ) -> Forecast:
        forecast = Forecast(
            question="rain", forecaster=who, made_at=made_at, probability=probability
        )
        return append.record_forecast(
            asked, forecast, Recording(at=recorded or made_at, by="login")
        )

    return record


def retract(
    tracker: sqlite3.Connection, at: datetime, who: str = "ann", number: int | None = None
) -> queries.Recorded:
    """Retract on the one question."""
    return append.retract(tracker, "rain", who, number, Recording(at=at, by="login"))


def withdraw(
    tracker: sqlite3.Connection, at: datetime, told_at: datetime | None = None
) -> Forecast:
    """Withdraw ann's forecast on the one question."""
    return append.withdraw(tracker, "rain", "ann", at, "", Recording(at=told_at or at, by="login"))


def resolve(tracker: sqlite3.Connection, known_at: datetime, now: datetime) -> None:
    """Settle the one question with a no."""
    append.resolve(tracker, "rain", "no", Recording(at=now, by="login"), known_at=known_at)


def standing(tracker: sqlite3.Connection, who: str = "ann") -> float | None:
    """Give the probability that stands."""
    forecast = queries.standing(tracker, "rain", who)
    return None if forecast is None else forecast.probability


def said(tracker: sqlite3.Connection) -> list[tuple[float | None, datetime]]:
    """Give what the question's entry holds."""
    return [(one.probability, one.made_at) for one in queries.entry(tracker, "rain").forecasts]


@pytest.mark.parametrize(
    ("after", "never"),
    [(timedelta(), True), (TICK, True), (DAY - TICK, True), (DAY, True), (DAY + TICK, False)],
)
def test_a_slip_within_a_day_never_counts(
    asked: sqlite3.Connection, say: Say, after: timedelta, never: bool
) -> None:
    """At 24 hours to the microsecond it is a slip, a microsecond later a withdrawal."""
    recorded = datetime(2026, 5, 3, 12, 0, 0, 123457, tzinfo=UTC)
    say(0.9, MAY, recorded=recorded)
    slip = retract(asked, recorded + after)
    assert (never, recorded + after) == (slip.never_counts, slip.retracted_at)
    assert standing(asked) is None
    withdrawal = [] if never else [(0.9, MAY), (None, recorded + after)]
    assert withdrawal == said(asked)


@pytest.mark.parametrize(("before", "never"), [(TICK, True), (timedelta(), False), (-TICK, False)])
def test_once_the_answer_is_known_nothing_is_a_slip(
    asked: sqlite3.Connection, say: Say, before: timedelta, never: bool
) -> None:
    """Retracted before the answer was known it never counts; at that moment or later it does."""
    known = MAY + DAY
    say(0.9, MAY + DAY / 2)
    retract(asked, known - before)
    resolve(asked, known, now=MAY + 2 * DAY)
    assert never == queries.forecasts(asked, "rain")[0].never_counts


def test_a_corrected_answer_decides_anew(asked: sqlite3.Connection, say: Say) -> None:
    """Where the answer turns out to have been known before the retraction, the slip counts."""
    say(0.9, MAY + DAY)
    retract(asked, MAY + 1.5 * DAY)
    resolve(asked, MAY + 2 * DAY, now=MAY + 2 * DAY)
    assert [] == said(asked)
    resolve(asked, MAY + 1.2 * DAY, now=MAY + 3 * DAY)
    assert [(0.9, MAY + DAY), (None, MAY + 1.5 * DAY)] == said(asked)
    resolve(asked, MAY + 2 * DAY, now=MAY + 4 * DAY)
    assert [] == said(asked)


def test_retracting_again_takes_the_one_before(asked: sqlite3.Connection, say: Say) -> None:
    """Each time the newest that still is; by its number a forecast is retracted only once."""
    say(0.1, MAY)
    say(0.2, MAY + TICK)
    assert 2 == retract(asked, MAY + 2 * TICK).number
    assert 0.1 == standing(asked)
    assert 1 == retract(asked, MAY + 3 * TICK).number
    with pytest.raises(ForecastError, match="no forecast on 'rain' to retract"):
        retract(asked, MAY + 4 * TICK)
    with pytest.raises(ForecastError, match="forecast 2 on 'rain' was retracted before"):
        retract(asked, MAY + 5 * TICK, number=2)


def test_only_ones_own_forecasts_can_be_retracted(asked: sqlite3.Connection, say: Say) -> None:
    """Somebody else's, a withdrawal, an unknown number, an unknown question: a line each."""
    say(0.1)
    say(0.5, who="bob")
    withdraw(asked, MAY)
    for who, number, problem in [
        ("ann", 2, "ann has no forecast 2 on 'rain'"),
        ("ann", 3, "ann has no forecast 3 on 'rain'"),
        ("bob", 9, "bob has no forecast 9 on 'rain'"),
        ("eve", None, "eve has no forecast on 'rain'"),
    ]:
        with pytest.raises(ForecastError, match=problem):
            retract(asked, MAY, who, number)
    with pytest.raises(ForecastError, match="there is no question 'snow'"):
        append.retract(asked, "snow", "ann", None, Recording(at=MAY, by="login"))
    assert 0.5 == standing(asked, "bob")
    assert not any(one.retracted_at for one in queries.forecasts(asked, "rain"))


def test_retracting_by_number(asked: sqlite3.Connection, say: Say) -> None:
    """The number is the one `show` gives, and stays the same whatever is retracted."""
    for index, who in enumerate(["ann", "bob", "ann", "ann"]):
        say(0.1 * (index + 1), MAY + index * TICK, who)
    assert 3 == retract(asked, MAY + DAY / 2, number=3).number
    assert [1, 2, 3, 4] == [one.number for one in queries.forecasts(asked, "rain")]
    assert 0.4 == standing(asked)
    assert 4 == retract(asked, MAY + DAY / 2, number=4).number
    assert 0.1 == standing(asked)


def test_retracting_what_was_replaced_changes_only_the_past(
    asked: sqlite3.Connection, say: Say
) -> None:
    """A late retraction of a forecast already replaced ends nothing: it was over by then."""
    say(0.1, MAY)
    say(0.2, MAY + DAY)
    slip = retract(asked, MAY + 3 * DAY, number=1)
    assert not slip.never_counts
    assert 0.2 == standing(asked)
    assert [(0.1, MAY), (0.2, MAY + DAY)] == said(asked)


def test_one_may_forecast_again_after_retracting(asked: sqlite3.Connection, say: Say) -> None:
    """A late retraction leaves a gap, which ends with the next forecast."""
    say(0.1, MAY)
    retract(asked, MAY + 3 * DAY)
    say(0.2, MAY + 4 * DAY)
    assert 0.2 == standing(asked)
    gap = [(0.1, MAY), (None, MAY + 3 * DAY), (0.2, MAY + 4 * DAY)]
    assert gap == said(asked)


def test_retracting_works_with_the_clock_set_back(asked: sqlite3.Connection, say: Say) -> None:
    """Under FORECAST_NOW a retraction may come before what it retracts: a slip, all the same."""
    say(0.1, MAY + 2 * DAY)
    assert retract(asked, MAY + DAY).never_counts


def test_withdrawing_and_returning(asked: sqlite3.Connection, say: Say) -> None:
    """A withdrawal ends what stands, gives it back to be echoed, and a forecast may follow."""
    say(0.1, MAY)
    assert 0.1 == withdraw(asked, MAY + DAY).probability
    assert standing(asked) is None
    with pytest.raises(ForecastError, match="ann has no forecast on 'rain' to withdraw"):
        withdraw(asked, MAY + 2 * DAY)
    say(0.3, MAY + 2 * DAY)
    assert 0.3 == standing(asked)
    assert [(0.1, MAY), (None, MAY + DAY), (0.3, MAY + 2 * DAY)] == said(asked)


def test_withdrawing_before_the_forecast_is_refused(asked: sqlite3.Connection, say: Say) -> None:
    """It would end nothing; at the very instant of the forecast it ends it."""
    say(0.1, MAY + DAY)
    with pytest.raises(InvalidField, match="is before the forecast on 'rain' that stands"):
        withdraw(asked, MAY + DAY - TICK, MAY + 2 * DAY)
    assert 0.1 == standing(asked)
    withdraw(asked, MAY + DAY, MAY + 2 * DAY)
    assert standing(asked) is None


def test_withdrawing_is_not_for_the_future(asked: sqlite3.Connection, say: Say) -> None:
    """Nothing is said at a time that has not come."""
    say(0.1, MAY)
    with pytest.raises(InvalidField, match="in the future"):
        withdraw(asked, MAY + DAY, MAY)


def test_at_one_instant_the_last_recorded_stands(asked: sqlite3.Connection, say: Say) -> None:
    """A forecast and a withdrawal at one instant: what was recorded later holds."""
    say(0.1)
    say(0.2)
    assert 0.2 == standing(asked)
    withdraw(asked, MAY)
    assert standing(asked) is None
    say(0.4)
    assert 0.4 == standing(asked)


def test_a_backdated_forecast_does_not_stand_over_a_newer_one(
    asked: sqlite3.Connection, say: Say
) -> None:
    """What stands is the newest by the time it was made, not by the time it was recorded."""
    say(0.1, MAY + 2 * DAY)
    say(0.9, MAY + DAY, recorded=MAY + 3 * DAY)
    assert 0.1 == standing(asked)


@pytest.mark.parametrize(
    ("made_at", "placed"),
    [
        (MAY, MAY + DAY / 2),  # the day it opened, named by its date
        (MAY + DAY / 2 - TICK, None),
        (MAY + DAY / 2, MAY + DAY / 2),
        (MAY - TICK, None),
        (MAY - DAY, None),
        (MAY + 2 * DAY, MAY + 2 * DAY),
        (MAY + 2 * DAY + TICK, None),  # the future
    ],
)
def test_a_forecast_lies_between_opening_and_now(
    db: sqlite3.Connection, rain: Any, made_at: datetime, placed: datetime | None
) -> None:
    """The opening and now included; the opening's day, named as a day, starts with it."""
    append.add_question(db, replace(rain, opened_at=MAY + DAY / 2), Recording(at=MAY, by="me"))
    forecast = Forecast(question="rain", forecaster="ann", made_at=made_at, probability=0.1)
    recording = Recording(at=MAY + 2 * DAY, by="me")
    if placed is not None:
        assert placed == append.record_forecast(db, forecast, recording).made_at
        return
    with pytest.raises(InvalidField, match=r"is in the future|is before 'rain' opened"):
        append.record_forecast(db, forecast, recording)
    assert [] == queries.forecasts(db, "rain")


def test_a_question_that_opens_later_today_takes_no_forecast_yet(
    db: sqlite3.Connection, rain: Any
) -> None:
    """Its day, named as a day, starts with an opening that has not come."""
    append.add_question(db, replace(rain, opened_at=MAY + DAY / 2), Recording(at=MAY, by="me"))
    forecast = Forecast(question="rain", forecaster="ann", made_at=MAY, probability=0.1)
    with pytest.raises(InvalidField, match="opens only on 2026-05-01"):
        append.record_forecast(db, forecast, Recording(at=MAY + DAY / 4, by="me"))
