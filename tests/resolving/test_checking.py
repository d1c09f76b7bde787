"""What becomes of look-ups: proposed once, superseded by news, never resolving by mistake."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecast.model import Question, Resolver
from forecast.resolving import checking
from forecast.resolving.checking import AGAIN_EVERY, AGAIN_FOR, BROKEN_AFTER, Lookedup
from forecast.resolving.sources.contract import Document, Found, SourceError
from forecast.store import append, proposals, queries, runs
from forecast.store.queries import Tracked

RESOLVER = Resolver(type="page", settings=(("url", "https://a.example/"),))
LATER = "2026-06-02T06:00"


def found(outcome: str | None = "no", **fields: Any) -> Found:
    """What a source says, with nothing against it."""
    at = datetime(2026, 6, 2, 6, tzinfo=UTC)
    document = Document(url="https://a.example/", fetched_at=at, body=b"dry")
    fields = {"as_of": at, "excerpt": "no rain", **fields}
    return Found(document=document, outcome=outcome, **fields)


@pytest.fixture
def tracker(db: sqlite3.Connection, rain: Question, told: Any) -> sqlite3.Connection:
    """A tracker with a question that closed on 1 June and has a source."""
    append.add_question(db, replace(rain, resolver=RESOLVER), told())
    return db


def look(
    db: sqlite3.Connection,
    told: Any,
    result: Found | SourceError,
    day: str = LATER,
    auto: bool = False,
) -> Lookedup:
    """Run the look-up of every question with this result."""
    questions = queries.listing(db, told(day).at)
    results: Iterator[tuple[Tracked, Found | SourceError]] = ((one, result) for one in questions)
    return checking.look_up(db, questions, runs.lookups(db), results, lambda one: auto, told(day))


def count(db: sqlite3.Connection, table: str) -> int:
    """Count the rows of a table."""
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_the_same_answer_is_proposed_once(tracker: Any, told: Any) -> None:
    """A source that goes on saying so, of newer data even, is not repeated every morning."""
    assert 1 == len(look(tracker, told, found()).proposed)
    newer = found(as_of=datetime(2026, 6, 9, tzinfo=UTC))
    assert [] == look(tracker, told, newer, "2026-06-09").proposed
    assert (1, 1) == (count(tracker, "proposals"), count(tracker, "evidence"))


def test_a_rejected_answer_stays_rejected(tracker: Any, told: Any) -> None:
    """Until the source says something else."""
    look(tracker, told, found())
    proposals.reject(tracker, "rain", "wrong town", told(LATER))
    assert [] == look(tracker, told, found(), "2026-06-03").proposed
    assert 1 == len(look(tracker, told, found("yes"), "2026-06-04").proposed)


def test_nothing_said_proposes_nothing(tracker: Any, told: Any) -> None:
    """A source without an answer leaves no evidence, only the note that it was looked at."""
    assert [] == look(tracker, told, found(None)).proposed
    assert 0 == count(tracker, "evidence")
    assert told(LATER).at == runs.lookups(tracker)["rain"].looked_at


def test_a_change_is_told_against_the_last_look(tracker: Any, told: Any) -> None:
    """The first look is what later ones are compared with; each change is told once."""
    looks = [("a", 0), ("a", 0), ("b", 1), ("b", 0), ("a", 1)]
    for day, (fingerprint, n_told) in enumerate(looks, start=2):
        done = look(tracker, told, found(None, fingerprint=fingerprint), f"2026-06-0{day}")
        assert n_told == len(done.proposed)


def test_it_resolves_by_itself_only_where_allowed(tracker: Any, told: Any) -> None:
    """With the evidence, and it says so; the proposal counts as accepted."""
    assert [] == look(tracker, told, found()).resolved
    tracker.execute("PRAGMA foreign_keys = ON")
    done = look(tracker, told, found("yes", known_at=datetime(2026, 5, 9, tzinfo=UTC)), auto=True)
    (answer,) = done.resolved
    assert ("yes", datetime(2026, 5, 9, tzinfo=UTC)) == (answer.outcome, answer.known_at)
    assert answer.note.startswith("Resolved by itself: https://a.example/ says so")
    assert {} == {k: v for k, v in proposals.standing(tracker).items() if v.outcome == "yes"}


@pytest.mark.parametrize(
    "doubtful",
    [found(caveat="when?"), found("yes"), found(None, fingerprint="b")],
    ids=["a caveat", "a yes without its time", "a mere change"],
)
def test_what_is_doubtful_is_left_to_a_person(tracker: Any, told: Any, doubtful: Found) -> None:
    """Allowed or not, it does not resolve by itself what somebody should look at."""
    look(tracker, told, found(None, fingerprint="a"))
    done = look(tracker, told, doubtful, auto=True)
    assert ([], 1) == (done.resolved, len(done.proposed))
    assert queries.get(tracker, "rain").resolution is None


def test_a_settled_question_is_never_overturned(tracker: Any, told: Any) -> None:
    """A source that contradicts the answer proposes, whatever it may do by itself."""
    append.resolve(tracker, "rain", "yes", told(LATER), known_at=datetime(2026, 5, 9, tzinfo=UTC))
    assert [] == look(tracker, told, found("yes"), "2026-06-03", auto=True).proposed
    done = look(tracker, told, found("no"), "2026-06-04", auto=True)
    assert ([], 1) == (done.resolved, len(done.proposed))
    assert "yes" == queries.get(tracker, "rain").resolution.outcome  # type: ignore[union-attr]


def test_failures_are_counted_in_a_row(tracker: Any, told: Any) -> None:
    """The fifth makes a source broken; one success and it starts anew; nothing is proposed."""
    for number in range(1, BROKEN_AFTER + 1):
        (failure,) = look(tracker, told, SourceError("503"), f"2026-06-0{number + 1}").failed
        assert (number, number >= BROKEN_AFTER) == (failure.failures, failure.is_broken)
    lookup = runs.lookups(tracker)["rain"]
    assert (told("2026-06-02").at, "503") == (lookup.failing_since, lookup.error)
    look(tracker, told, found(), "2026-06-09")
    assert (0, None, "") == (
        (lookup := runs.lookups(tracker)["rain"]).failures,
        lookup.failing_since,
        lookup.error,
    )


def test_one_failure_takes_nothing_from_the_others(tracker: Any, rain: Any, told: Any) -> None:
    """What came before a run broke off is kept."""
    append.add_question(tracker, replace(rain, id="snow", resolver=RESOLVER), told())
    questions = queries.listing(tracker, told(LATER).at)

    def results() -> Iterator[tuple[Tracked, Found | SourceError]]:
        yield questions[0], found()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checking.look_up(tracker, questions, {}, results(), lambda one: False, told(LATER))
    assert [questions[0].question.id] == list(proposals.standing(tracker))


def wanted(tracked: Tracked, now: datetime, last: runs.Lookup | None = None) -> bool:
    """Whether a question's source is looked at in a run at `now`."""
    looked_up = {} if last is None else {tracked.question.id: last}
    return bool(checking.wanted([tracked], looked_up, now))


@pytest.fixture
def with_source(rain: Question) -> Tracked:
    """A question, open from 1 May to 1 June, with a source."""
    return Tracked(replace(rain, resolver=RESOLVER), None)


def test_sources_are_looked_at_from_the_opening_on(with_source: Tracked) -> None:
    """Every run, while the question is open, awaited or due: a yes may come any day."""
    opened = with_source.question.opened_at
    assert not wanted(with_source, opened - timedelta(microseconds=1))
    assert wanted(with_source, opened)
    last = runs.fresh(RESOLVER, opened)
    assert wanted(with_source, opened + timedelta(minutes=1), last)
    assert wanted(with_source, with_source.question.deadline + timedelta(days=999), last)


def test_a_source_may_be_looked_at_less_often(with_source: Tracked) -> None:
    """By its own `every`, less an hour: a scheduler is not exact to the minute."""
    settings = (("every", "7d"), *RESOLVER.settings)
    weekly = replace(with_source.question, resolver=replace(RESOLVER, settings=settings))
    last = runs.fresh(weekly.resolver, weekly.opened_at)  # type: ignore[arg-type]
    week = weekly.opened_at + timedelta(days=7)
    assert not wanted(Tracked(weekly, None), week - timedelta(hours=1, microseconds=1), last)
    assert wanted(Tracked(weekly, None), week - timedelta(hours=1), last)


def test_a_broken_source_is_tried_once_a_week(with_source: Tracked) -> None:
    """Mended, that is given another recipe, it is tried at once."""
    at = with_source.question.opened_at
    broken = replace(runs.fresh(RESOLVER, at), failures=BROKEN_AFTER)
    assert not wanted(with_source, at + timedelta(days=6), broken)
    assert wanted(with_source, at + timedelta(days=7), broken)
    assert wanted(with_source, at + timedelta(days=1), replace(broken, failures=BROKEN_AFTER - 1))
    assert wanted(with_source, at, replace(broken, resolver="another"))


def test_a_settled_questions_source_is_looked_at_for_a_while(tracker: Any, told: Any) -> None:
    """Once a week for half a year: figures are revised. An annulled one is left alone."""
    append.resolve(tracker, "rain", "no", told(LATER))
    settled = queries.get(tracker, "rain")
    at = told(LATER).at
    last = runs.fresh(RESOLVER, at)
    assert not wanted(settled, at + timedelta(days=1), last)
    assert wanted(settled, at + AGAIN_EVERY, last)
    assert wanted(settled, at + AGAIN_FOR, last)
    assert not wanted(settled, at + AGAIN_FOR + timedelta(days=1), last)
    append.resolve(tracker, "rain", "annulled", told("2026-06-03"), reason="void")
    assert not wanted(queries.get(tracker, "rain"), at + AGAIN_EVERY, last)


def test_where_only_a_person_can_look_nothing_is_looked_up(rain: Question) -> None:
    """A question without a resolver, or with one that says where to look."""
    manual = Resolver(type="manual", settings=(("where", "the town hall"),))
    assert not wanted(Tracked(rain, None), rain.deadline)
    assert not wanted(Tracked(replace(rain, resolver=manual), None), rain.deadline)
