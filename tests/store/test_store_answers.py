"""Settling, correcting, annulling, editing: a correction is one more row."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecast.model import Forecast, ForecastError, InvalidField, Question
from forecast.reading.instants import end_of, read_zone
from forecast.store import append, queries
from forecast.store.rows import Recording

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
OPENED = datetime(2026, 5, 1, tzinfo=UTC)
DEADLINE = datetime(2026, 6, 1, tzinfo=UTC)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def at(now: datetime) -> Recording:
    """Tell the tracker something at a time."""
    return Recording(at=now, by="login")


@pytest.fixture
def asked(db: sqlite3.Connection, rain: Question) -> sqlite3.Connection:
    """A tracker with the one question."""
    append.add_question(db, rain, at(OPENED))
    return db


@pytest.fixture
def forecast_upon(asked: sqlite3.Connection) -> sqlite3.Connection:
    """The same, and ann has forecast it on 2 May."""
    made_at = datetime(2026, 5, 2, tzinfo=UTC)
    forecast = Forecast(question="rain", forecaster="ann", made_at=made_at, probability=0.1)
    append.record_forecast(asked, forecast, at(made_at))
    return asked


def outcomes(tracker: sqlite3.Connection) -> list[str]:
    """Give every outcome the question has had."""
    return [one.outcome for one in queries.resolutions(tracker, "rain")]


def test_a_later_resolution_supersedes_and_the_history_stays(asked: sqlite3.Connection) -> None:
    """The newest row holds, even one whose answer was known earlier; the others can be read."""
    append.resolve(asked, "rain", "no", at(NOON), evidence=("a",), note="dry")
    append.resolve(asked, "rain", "yes", at(NOON + HOUR), known_at=OPENED)
    now = queries.get(asked, "rain").resolution
    assert now is not None
    assert ("yes", OPENED) == (now.outcome, now.known_at)
    assert ["no", "yes"] == outcomes(asked)
    first = queries.resolutions(asked, "rain")[0]
    assert (("a",), "dry", NOON) == (first.evidence, first.note, first.known_at)


def test_a_yes_after_the_deadline_needs_its_day(asked: sqlite3.Connection) -> None:
    """It decides the scores when it was; at the deadline itself now is good enough."""
    with pytest.raises(ForecastError, match=r"deadline of 'rain' has passed \(2026-06-01\).*--kn"):
        append.resolve(asked, "rain", "yes", at(DEADLINE + TICK))
    assert [] == outcomes(asked)
    assert DEADLINE == append.resolve(asked, "rain", "yes", at(DEADLINE)).known_at
    late = append.resolve(asked, "rain", "yes", at(DEADLINE + HOUR), known_at=OPENED)
    assert OPENED == late.known_at
    no = append.resolve(asked, "rain", "no", at(DEADLINE + HOUR))
    assert DEADLINE + HOUR == no.known_at


def test_an_outcome_that_is_none_comes_before_its_day(asked: sqlite3.Connection) -> None:
    """`maybe` is refused for what it is, not for its missing day."""
    with pytest.raises(InvalidField, match="'maybe' is none of yes, no, annulled"):
        append.resolve(asked, "rain", "maybe", at(DEADLINE + HOUR))
    with pytest.raises(InvalidField, match="an annulment needs one of ambiguous"):
        append.resolve(asked, "rain", "annulled", at(NOON))
    with pytest.raises(InvalidField, match="only an annulment has one"):
        append.resolve(asked, "rain", "no", at(NOON), reason="void")


@pytest.mark.parametrize(
    ("known_at", "taken"),
    [
        (NOON, NOON),
        (NOON - TICK, NOON - TICK),
        (NOON + TICK, None),
        (datetime(2026, 5, 4, 23, 59, 59, 999999, tzinfo=UTC), NOON),  # today, as a date
        (datetime(2026, 5, 5, 23, 59, 59, 999999, tzinfo=UTC), None),  # tomorrow
        (OPENED, OPENED),
        (OPENED - TICK, None),
    ],
)
def test_the_answer_was_known_between_opening_and_now(
    asked: sqlite3.Connection, known_at: datetime, taken: datetime | None
) -> None:
    """A day ends with itself, but an answer is never known later than it was recorded."""
    if taken is not None:
        resolved = append.resolve(asked, "rain", "no", at(NOON), known_at=known_at)
        assert taken == resolved.known_at
        return
    with pytest.raises(InvalidField, match=r"in the future|before 'rain' opened"):
        append.resolve(asked, "rain", "no", at(NOON), known_at=known_at)
    assert [] == outcomes(asked)


def test_today_is_a_day_of_the_questions_zone(db: sqlite3.Connection, rain: Question) -> None:
    """At 23:30 UTC it is tomorrow in Tokyo: that day has begun there, the next has not."""
    append.add_question(db, replace(rain, timezone="Asia/Tokyo"), at(OPENED))
    zone = read_zone("Asia/Tokyo")
    now = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    resolved = append.resolve(
        db, "rain", "no", at(now), known_at=end_of(datetime(2026, 5, 5).date(), zone)
    )
    assert now == resolved.known_at
    with pytest.raises(InvalidField, match="in the future"):
        append.resolve(
            db, "rain", "no", at(now), known_at=end_of(datetime(2026, 5, 6).date(), zone)
        )


def test_what_was_known_before_can_be_annulled(asked: sqlite3.Connection) -> None:
    """The refusal of an answer older than its question says to annul it, and that works."""
    before = OPENED - 30 * 24 * HOUR
    with pytest.raises(InvalidField, match="annulled with --reason mistake"):
        append.resolve(asked, "rain", "yes", at(NOON), known_at=before)
    append.resolve(asked, "rain", "annulled", at(NOON), known_at=before, reason="mistake")
    assert queries.get(asked, "rain").is_mistake


def test_a_mistake_is_hidden_until_asked_for(db: sqlite3.Connection, rain: Question) -> None:
    """Listings leave it out, whatever they ask for, except the annulled ones."""
    for id_ in ("rain", "snow", "hail"):
        append.add_question(db, replace(rain, id=id_, tags=("sky",)), at(OPENED))
    append.resolve(db, "rain", "annulled", at(NOON), reason="mistake")
    append.resolve(db, "snow", "annulled", at(NOON), reason="void")

    def listed(**filters: Any) -> set[str]:
        return {one.question.id for one in queries.listing(db, NOON, **filters)}

    assert {"snow", "hail"} == listed()
    assert {"snow", "hail"} == listed(tags=("sky",))
    assert {"rain", "snow"} == listed(statuses=("annulled",))
    assert {"rain", "snow", "hail"} == listed(statuses=("annulled", "open"))
    append.resolve(db, "rain", "no", at(NOON + HOUR))
    assert {"rain", "snow", "hail"} == listed()


def test_listing_filters(db: sqlite3.Connection, rain: Question) -> None:
    """By status, all the tags, event and words in any case; in the order of deadlines."""
    questions = [
        replace(rain, id="c", deadline=DEADLINE + HOUR, tags=("x",), criteria="ÄRGER"),
        replace(rain, id="b", tags=("x", "y"), event="storm"),
        replace(rain, id="a", title="Will Zoë come?", known_by=DEADLINE + HOUR),
    ]
    for question in questions:
        append.add_question(db, question, at(OPENED))

    def listed(now: datetime = NOON, **filters: Any) -> list[str]:
        return [one.question.id for one in queries.listing(db, now, **filters)]

    assert ["a", "b", "c"] == listed()
    assert ["b", "c"] == listed(tags=("x",))
    assert ["b"] == listed(tags=("y", "x"))
    assert ["b"] == listed(event="storm")
    assert ["a"] == listed(search="ZOË will")
    assert ["c"] == listed(search="ärger")
    assert [] == listed(search="ärger zoë")
    later = DEADLINE + TICK
    assert [["c"], ["a"], ["b"]] == [
        listed(later, statuses=(status,)) for status in ("open", "awaiting", "due")
    ]


def test_editing_before_anybody_forecast(asked: sqlite3.Connection, rain: Question) -> None:
    """Anything may change then, each change is a revision, and none is marked."""
    recording = at(NOON)
    assert not append.revise(asked, rain, recording)
    assert append.revise(asked, replace(rain, criteria="Any drop"), recording)
    assert append.revise(asked, replace(rain, title="Will it pour?"), recording)
    tracked = queries.get(asked, "rain")
    assert (3, False) == (tracked.n_revisions, tracked.changed_meaning)
    first, second, third = queries.revisions(asked, "rain")
    assert (rain, "Any drop", "Will it pour?") == (first, second.criteria, third.title)


@pytest.mark.parametrize(
    "change",
    [
        {"criteria": "Any drop"},
        {"deadline": DEADLINE + HOUR},
        {"opened_at": OPENED - HOUR},
        {"timezone": "Asia/Tokyo"},
    ],
)
def test_a_change_of_meaning_is_said_and_marked(
    forecast_upon: sqlite3.Connection, rain: Question, change: dict[str, Any]
) -> None:
    """After forecasts it is refused with the field's name, unless asked for; then it shows."""
    new = replace(rain, **change)
    with pytest.raises(ForecastError, match=f"a new {next(iter(change))} makes it another quest"):
        append.revise(forecast_upon, new, at(NOON))
    assert 1 == queries.get(forecast_upon, "rain").n_revisions
    assert append.revise(forecast_upon, new, at(NOON), change_meaning=True)
    assert append.revise(forecast_upon, replace(new, tags=("wet",)), at(NOON))
    tracked = queries.get(forecast_upon, "rain")
    assert (new.deadline, 3, True) == (
        tracked.question.deadline,
        tracked.n_revisions,
        tracked.changed_meaning,
    )


def test_a_new_title_is_no_new_meaning(forecast_upon: sqlite3.Connection, rain: Question) -> None:
    """Title, tags, sources, event and known_by may change at any time."""
    change: dict[str, Any] = {"title": "Rain?", "tags": ("a",), "sources": ("b",), "event": "c"}
    assert append.revise(forecast_upon, replace(rain, **change), at(NOON))
    assert not queries.get(forecast_upon, "rain").changed_meaning


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"type": "number", "unit": "mm"}, "probability: a number question takes a distribution"),
        ({"type": "choice", "options": ("a", "b")}, "a choice question takes a distribution"),
        ({"opened_at": datetime(2026, 5, 3, tzinfo=UTC)}, "opened: a forecast on 'rain' is older"),
        ({"timezone": "Mars/Olympus"}, "'Mars/Olympus' is not a time zone"),
    ],
)
def test_a_revision_the_record_would_not_fit_is_refused(
    forecast_upon: sqlite3.Connection, rain: Question, change: dict[str, Any], problem: str
) -> None:
    """Not even --change-meaning makes a recorded forecast senseless."""
    with pytest.raises(ForecastError, match=problem):
        append.revise(forecast_upon, replace(rain, **change), at(NOON), change_meaning=True)
    assert [rain] == queries.revisions(forecast_upon, "rain")


def test_a_revision_the_answer_would_not_fit_is_refused(
    asked: sqlite3.Connection, rain: Question
) -> None:
    """A question with an answer keeps a type and an opening that allow it."""
    append.resolve(asked, "rain", "no", at(NOON))
    with pytest.raises(InvalidField, match="outcome: 'no' is none of a, b, annulled"):
        append.revise(asked, replace(rain, type="choice", options=("a", "b")), at(NOON))
    with pytest.raises(InvalidField, match="opened: the answer to 'rain' is older than that"):
        append.revise(asked, replace(rain, opened_at=NOON + TICK), at(NOON))


def test_ids_are_taken_once(asked: sqlite3.Connection, rain: Question) -> None:
    """A chosen id that is taken is refused; one made from a title gets a number."""
    with pytest.raises(ForecastError, match="there is a question 'rain' already"):
        append.add_question(asked, rain, at(NOON))
    given = [append.add_question(asked, rain, at(NOON), number_on=True).id for _ in range(3)]
    assert ["rain-2", "rain-3", "rain-4"] == given
    assert [] == queries.forecasts(asked, "rain-2")


def test_a_first_forecast_is_one_write_with_its_question(
    db: sqlite3.Connection, rain: Question
) -> None:
    """Where the forecast cannot be, the question is not asked either."""
    forecast = Forecast(question="draft", forecaster="ann", made_at=NOON + TICK, probability=0.1)
    with pytest.raises(InvalidField, match="in the future"):
        append.add_question(db, rain, at(NOON), forecast=forecast)
    assert [] == queries.ids_beginning(db, "")
    append.add_question(db, rain, at(NOON + TICK), forecast=forecast)
    assert ["rain"] == [one.forecast.question for one in queries.forecasts(db, "rain")]
