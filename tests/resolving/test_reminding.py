"""Which reminders a run sends: each stage once, none twice, and no backlog."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import Question
from forecast.resolving.due import Attention
from forecast.resolving.reminding import STAGES, due_at, news, reminders
from forecast.store.proposals import Evidence, Proposal
from forecast.store.queries import Tracked
from forecast.store.reminders import Reminder

TICK = timedelta(microseconds=1)
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
DEADLINE = datetime(2026, 6, 1, tzinfo=UTC)
NOW = DEADLINE + timedelta(hours=7)


def tracked(id_: str = "q", known_by: datetime | None = None) -> Tracked:
    """Make a question that was due on 1 June, or by `known_by`."""
    question = Question(
        id=id_, title="Will it?", opened_at=OPENED, deadline=DEADLINE, known_by=known_by
    )
    return Tracked(question, None)


def stages(now: datetime, sent: int | None = None, one: Tracked | None = None) -> list[int]:
    """Give the stages sent now, after one that was sent before."""
    one = one or tracked()
    before = {} if sent is None else {(one.question.id, due_at(one)): sent}
    return [reminder.stage for reminder in reminders([one], now, before)]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_reached_to_the_microsecond(stage: int) -> None:
    """At the deadline, and after exactly 5, 10 and 20 days."""
    reached = DEADLINE + timedelta(days=stage)
    earlier = max([one for one in STAGES if one < stage], default=None)
    assert [] == stages(reached - TICK, earlier)
    assert [stage] == stages(reached, earlier)
    assert [stage] == stages(reached + TICK, earlier)


@pytest.mark.parametrize("stage", STAGES)
def test_what_was_sent_is_not_sent_again(stage: int) -> None:
    """Neither in the same run done twice, nor on the next mornings."""
    reached = DEADLINE + timedelta(days=stage)
    assert [] == stages(reached, stage)
    assert [] == stages(reached + timedelta(days=4), stage)


def test_after_the_last_stage_there_is_silence() -> None:
    """A question nobody settles is not spoken of for ever."""
    assert [] == stages(DEADLINE + timedelta(days=5000), STAGES[-1])


@pytest.mark.parametrize(
    ("days", "sent", "expected"),
    [(7, None, [5]), (30, None, [20]), (12, 0, [10]), (400, 5, [20]), (19, 10, [])],
)
def test_what_was_missed_is_not_sent_one_by_one(
    days: int, sent: int | None, expected: list[int]
) -> None:
    """After a holiday of the machine there is one reminder, of the highest stage reached."""
    assert expected == stages(DEADLINE + timedelta(days=days), sent)


def test_the_clock_runs_from_when_the_answer_is_expected() -> None:
    """Where the answer comes later than the deadline, that is when the question is due."""
    known_by = DEADLINE + timedelta(days=40)
    one = tracked(known_by=known_by)
    assert known_by == due_at(one)
    assert [] == stages(known_by - TICK, one=one)
    assert [0] == stages(known_by, one=one)


def test_another_deadline_starts_anew() -> None:
    """A revision that moves the deadline makes what was sent before void, and only that."""
    sent = {("q", DEADLINE - timedelta(days=10)): 20, ("other", DEADLINE): 20}
    assert [Reminder("q", DEADLINE, 0)] == reminders([tracked()], DEADLINE + TICK, sent)


def test_each_question_has_its_own_stage_and_the_order_is_kept() -> None:
    """What is sent for one says nothing of another."""
    every = [tracked("b"), tracked("a"), tracked("c", DEADLINE + timedelta(days=6))]
    now = DEADLINE + timedelta(days=6)
    expected = [Reminder("b", DEADLINE, 5), Reminder("c", now, 0)]
    assert expected == reminders(every, now, {("a", DEADLINE): 5, ("b", DEADLINE): 0})


@given(days=st.lists(st.floats(0, 60), max_size=30))
def test_whenever_runs_come_each_stage_is_sent_at_most_once_and_rising(days: list[float]) -> None:
    """However irregular the runs: never the same twice, and the highest reached has been sent."""
    sent: dict[tuple[str, datetime], int] = {}
    said = []
    for day in sorted(days):
        now = DEADLINE + timedelta(days=day)
        for one in reminders([tracked()], now, sent):
            sent[one.question_id, one.due_at] = one.stage
            said.append(one.stage)
        assert max(stage for stage in STAGES if timedelta(days=stage) <= now - DEADLINE) == said[-1]
    assert sorted(set(said)) == said


def proposed(id_: str, recorded_at: datetime, outcome: str = "no") -> tuple[Tracked, Proposal]:
    """Make what a source proposed on a question at a time."""
    evidence = Evidence(resolver="json", url="https://x", fetched_at=recorded_at, sha256="")
    proposal = Proposal(question=id_, outcome=outcome, evidence=evidence, recorded_at=recorded_at)
    return tracked(id_), proposal


def test_news_is_what_was_not_told_before() -> None:
    """Questions to be reminded of, and proposals; what is due and was told of is left out."""
    found = Attention(
        due=[tracked("a"), tracked("b")],
        closing=[tracked("e")],
        stale=[tracked("e")],
        awaiting=[tracked("f")],
        proposed=[proposed("c", DEADLINE), proposed("d", OPENED)],
        again=[proposed("g", DEADLINE), proposed("h", OPENED)],
    )
    sent = {("a", DEADLINE): 0, ("d", OPENED): 0, ("h", OPENED): 0}
    told, noted = news(found, NOW, sent)
    expected = Attention(
        due=[tracked("b")],
        proposed=[proposed("c", DEADLINE)],
        again=[proposed("g", DEADLINE)],
    )
    assert expected == told
    assert [Reminder(id_, DEADLINE, 0) for id_ in ("b", "c", "g")] == noted


def test_news_told_is_no_news() -> None:
    """Once what is to be noted was noted, the next morning is silent."""
    found = Attention(due=[tracked("a")], proposed=[proposed("c", OPENED)])
    _, noted = news(found, NOW, {})
    sent = {(one.question_id, one.due_at): one.stage for one in noted}
    assert (Attention(), []) == news(found, NOW + timedelta(days=1), sent)


def test_a_proposal_that_changed_is_news_again() -> None:
    """A source that says something else has proposed anew; for the same there is no reminder."""
    before = {("c", OPENED): 0}
    anew = Attention(proposed=[proposed("c", DEADLINE, "yes")])
    assert (anew, [Reminder("c", DEADLINE, 0)]) == news(anew, NOW, before)
    same = Attention(proposed=[proposed("c", OPENED)])
    assert (Attention(), []) == news(same, NOW + timedelta(days=90), before)


def test_a_question_both_due_and_proposed_is_told_of_as_both() -> None:
    """Each by its own time: one said before does not keep the other back."""
    found = Attention(due=[tracked("a")], proposed=[proposed("a", OPENED)])
    assert found == news(found, NOW, {})[0]
    assert [tracked("a")] == news(found, NOW, {("a", OPENED): 0})[0].due
    assert [proposed("a", OPENED)] == news(found, NOW, {("a", DEADLINE): 20})[0].proposed
