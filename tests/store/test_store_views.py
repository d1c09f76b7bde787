"""The views, for Datasette and the sqlite3 shell: they say what the program says."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecast.model import Forecast, Question
from forecast.store import append, forecasters, queries
from forecast.store.rows import Recording

OPENED = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def at(now: datetime) -> Recording:
    """Tell the tracker something at a time."""
    return Recording(at=now, by="login")


def rows(tracker: sqlite3.Connection, select: str) -> list[Any]:
    """Run a query."""
    return tracker.execute(select).fetchall()


def test_current_questions_have_the_status_of_now(db: Any) -> None:
    """By the real clock, for every status there is, and with the present wording and answer."""
    now = datetime.now(UTC)
    times = {
        "open": (now + DAY, None),
        "awaiting": (now - DAY, now + DAY),
        "due": (now - DAY, None),
        "due-later": (now - 2 * DAY, now - DAY),
        "resolved": (now + DAY, None),
        "annulled": (now - DAY, None),
    }
    for id_, (deadline, known_by) in times.items():
        question = Question(
            id=id_, title="?", opened_at=now - 9 * DAY, deadline=deadline, known_by=known_by
        )
        append.add_question(db, question, at(now))
        append.revise(db, replace(question, title=f"Is it {id_}?"), at(now))
    append.resolve(db, "resolved", "yes", at(now))
    append.resolve(db, "resolved", "no", at(now))
    append.resolve(db, "annulled", "annulled", at(now), reason="void")
    seen = {
        id_: (title, status, outcome)
        for id_, title, status, outcome in rows(
            db, "SELECT id, title, status, outcome FROM current_questions"
        )
    }
    expected = {
        one.question.id: (
            one.question.title,
            one.status(datetime.now(UTC)),
            one.resolution and one.resolution.outcome,
        )
        for one in queries.listing(db, now)
    }
    assert expected == seen
    assert set(times) - {"due-later"} == {status for _, status, _ in seen.values()}


@pytest.fixture
def eventful(db: sqlite3.Connection, rain: Question) -> sqlite3.Connection:
    """Two questions on which much was said, taken back, merged and said again."""
    for id_ in ("rain", "snow"):
        append.add_question(db, replace(rain, id=id_), at(OPENED))
        for index, who in enumerate(["ann", "bob", "carl", "ann", "dora", "eve"]):
            forecast = Forecast(
                question=id_,
                forecaster=who,
                made_at=OPENED + DAY * index / 2,
                probability=0.1 * index,
            )
            append.record_forecast(db, forecast, at(OPENED + DAY * index / 2))
    now = OPENED + 3 * DAY
    append.retract(db, "rain", "ann", None, at(now))
    append.retract(db, "snow", "bob", None, at(now))
    append.withdraw(db, "snow", "carl", now, "", at(now))
    forecasters.merge(db, "eve", "ann")
    append.resolve(db, "snow", "no", at(now))
    return db


def test_current_forecasts_are_what_stands(eventful: sqlite3.Connection) -> None:
    """One row for each forecaster and question with a forecast standing, and no other."""
    names = ["ann", "bob", "carl", "dora", "eve"]
    standing = {
        (id_, name): (one.made_at, one.probability)
        for id_ in ("rain", "snow")
        for name in names
        if (one := queries.standing(eventful, id_, name)) and name != "eve"
    }
    seen = {
        (row[0], row[1]): (datetime.fromisoformat(row[2]), row[3])
        for row in rows(
            eventful, "SELECT question_id, forecaster, made_at, probability FROM current_forecasts"
        )
    }
    assert standing == seen
    assert 6 == len(seen)


def test_the_forecast_record_is_the_history(eventful: sqlite3.Connection) -> None:
    """All that was said, under present names, and what became of it; retractions are no rows."""
    for id_ in ("rain", "snow"):
        history = [
            (one.row_id, one.forecast.forecaster, one.forecast.probability, one.never_counts)
            for one in queries.forecasts(eventful, id_)
        ]
        seen = rows(
            eventful,
            "SELECT id, forecaster, probability, never_counts FROM forecast_record "
            f"WHERE question_id = '{id_}' ORDER BY id",
        )
        assert history == seen


def test_a_clock_that_was_set_is_in_the_row(db: Any, rain: Question) -> None:
    """Who reads the record sees which rows were made under FORECAST_NOW."""
    recording = Recording(at=OPENED, by="login", clock="set")
    append.add_question(db, rain, recording)
    forecast = Forecast(question="rain", forecaster="ann", made_at=OPENED, probability=0.1)
    append.record_forecast(db, forecast, recording)
    assert ["set"] == [one.clock for one in queries.forecasts(db, "rain")]


def test_when_each_question_was_last_forecast(eventful: Any, rain: Question) -> None:
    """By anybody; a question nobody has forecast is not among them."""
    append.add_question(eventful, replace(rain, id="hail"), at(OPENED))
    assert {"rain", "snow"} == set(queries.last_made_at(eventful))
    assert OPENED + 3 * DAY == queries.last_made_at(eventful)["snow"]


@pytest.mark.parametrize(
    ("query", "table"),
    [
        ("SELECT * FROM current_revisions WHERE question_id = 'rain'", "revisions"),
        ("SELECT * FROM current_resolutions WHERE question_id = 'rain'", "resolutions"),
        ("SELECT * FROM forecast_record WHERE question_id = 'rain'", "forecasts"),
        ("SELECT * FROM current_questions WHERE id = 'rain'", "revisions"),
    ],
)
def test_one_question_is_found_by_an_index(db: Any, query: str, table: str) -> None:
    """What is asked of one question reads its own rows alone."""
    plan = [row[3] for row in rows(db, f"EXPLAIN QUERY PLAN {query}")]
    assert [] == [step for step in plan if step.startswith("SCAN")]
    assert any(f"idx_{table}_question_id" in step for step in plan)


def test_listing_reads_each_question_once(db: Any) -> None:
    """The views' subqueries go by index: a list of n questions is no n times n."""
    plan = [row[3] for row in rows(db, "EXPLAIN QUERY PLAN SELECT * FROM current_questions")]
    assert 1 == len([step for step in plan if step.startswith("SCAN")])
