"""What sources say is evidence and a proposal; what becomes of it is a decision; all is kept."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from forecast.model import ForecastError
from forecast.store import append, proposals, queries
from forecast.store.connection import writing
from forecast.store.proposals import Evidence, Proposal

FETCHED = datetime(2026, 6, 3, 6, tzinfo=UTC)
KNOWN = datetime(2026, 5, 20, tzinfo=UTC)
EVIDENCE = Evidence(
    resolver="json",
    url="https://a.example/rain",
    fetched_at=FETCHED,
    sha256=sha256(b'{"mm": 3}').hexdigest(),
    headers=(("date", "Wed"),),
    excerpt="$.mm is 3",
    body=b'{"mm": 3}',
)


def propose(db: sqlite3.Connection, recording: Any, **fields: Any) -> Proposal:
    """Record a proposal on `rain`."""
    proposal = Proposal(**{"question": "rain", "outcome": "yes", "evidence": EVIDENCE, **fields})
    with writing(db):
        return proposals.insert_proposal(db, proposal, recording)


@pytest.fixture
def tracker(db: sqlite3.Connection, rain: Any, told: Any) -> sqlite3.Connection:
    """A tracker with a question that closed on 1 June."""
    append.add_question(db, rain, told())
    return db


def test_a_proposal_comes_back_as_it_was_made(tracker: Any, told: Any) -> None:
    """All but the body, which is read apart, and is byte for byte what came."""
    made = propose(tracker, told("2026-06-03"), known_at=KNOWN, as_of=FETCHED, caveat="hm")
    bare = replace(made, evidence=replace(EVIDENCE, body=b"", headers=()))
    assert {"rain": bare} == proposals.standing(tracker)
    assert EVIDENCE.body == proposals.body(tracker, made.id)


def test_a_newer_proposal_supersedes_an_older_one(tracker: Any, told: Any) -> None:
    """Only the newest is asked about."""
    propose(tracker, told("2026-06-03"))
    newer = propose(tracker, told("2026-06-04"), outcome="no")
    assert newer.id == proposals.standing(tracker)["rain"].id
    assert ("no", "") == proposals.newest(tracker, "rain")


def test_accepting_resolves_with_the_evidence(tracker: Any, told: Any) -> None:
    """The answer says where it was found, when it became known, and what was seen there."""
    propose(tracker, told("2026-06-03"), known_at=KNOWN)
    answer = proposals.accept(tracker, "rain", told("2026-06-04"), note="agreed")
    assert ("yes", KNOWN) == (answer.outcome, answer.known_at)
    assert (EVIDENCE.url, f"sha256:{EVIDENCE.sha256}") == answer.evidence
    assert "agreed\n$.mm is 3" == answer.note
    assert answer == queries.get(tracker, "rain").resolution
    assert {} == proposals.standing(tracker)


def test_an_accepted_yes_needs_its_time(tracker: Any, told: Any) -> None:
    """After the deadline, a yes without its time is refused whole: nothing is decided by half."""
    propose(tracker, told("2026-06-03"))
    with pytest.raises(ForecastError, match="--known"):
        proposals.accept(tracker, "rain", told("2026-06-04"))
    assert ["rain"] == list(proposals.standing(tracker))
    answer = proposals.accept(tracker, "rain", told("2026-06-04"), known_at=KNOWN)
    assert KNOWN == answer.known_at


def test_an_answer_is_never_known_before_it_is_recorded(tracker: Any, told: Any) -> None:
    """A source's day that has not ended yet is taken as now."""
    end_of_day = datetime(2026, 6, 3, 23, 59, 59, 999999, tzinfo=UTC)
    propose(tracker, told("2026-06-03T07:00"), outcome="no", known_at=end_of_day)
    answer = proposals.accept(tracker, "rain", told("2026-06-03T08:00"))
    assert told("2026-06-03T08:00").at == answer.known_at


def test_a_change_alone_is_no_answer(tracker: Any, told: Any) -> None:
    """Where the source only changed, the person says the outcome."""
    propose(tracker, told("2026-06-03"), outcome=None)
    with pytest.raises(ForecastError, match="forecast accept rain OUTCOME"):
        proposals.accept(tracker, "rain", told("2026-06-04"))
    assert "no" == proposals.accept(tracker, "rain", told("2026-06-04"), outcome="no").outcome


def test_rejecting_changes_no_answer(tracker: Any, told: Any) -> None:
    """What was rejected is asked about no more, and the question stays as it was."""
    made = propose(tracker, told("2026-06-03"))
    assert made.id == proposals.reject(tracker, "rain", "wrong town", told("2026-06-04")).id
    assert queries.get(tracker, "rain").resolution is None
    with pytest.raises(ForecastError, match="nothing is proposed for 'rain'"):
        proposals.reject(tracker, "rain", "", told("2026-06-05"))
    assert [("rejected", "wrong town")] == tracker.execute(
        "SELECT decision, note FROM decisions"
    ).fetchall()


@pytest.mark.parametrize(
    ("answered", "proposed", "outcome", "asks"),
    [
        ("2026-06-05", "2026-06-03", "yes", False),
        ("2026-06-05", "2026-06-06", "no", False),
        ("2026-06-05", "2026-06-06", "yes", True),
    ],
    ids=["answered knowing it", "says the same", "says otherwise later"],
)
def test_a_settled_question_asks_only_when_contradicted(
    tracker: Any, told: Any, answered: str, proposed: str, outcome: str, asks: bool
) -> None:
    """An answer given after a proposal has taken it into account; a later one may contradict it."""
    if proposed < answered:
        propose(tracker, told(proposed), outcome=outcome)
    append.resolve(tracker, "rain", "no", told(answered))
    if proposed > answered:
        propose(tracker, told(proposed), outcome=outcome)
    tracked = queries.get(tracker, "rain")
    assert asks == proposals.asks(proposals.standing(tracker)["rain"], tracked)
