"""The law above all others: no "no" before the source's data reaches the deadline."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from made_sources import TICK, URL

from forecast.model import Question, Resolver
from forecast.model.errors import InvalidField
from forecast.model.laws import check_outcome
from forecast.resolving.sources.contract import Document, Found, SourceError
from forecast.resolving.sources.judging import judge
from forecast.resolving.sources.observing import Observation
from forecast.resolving.sources.reach import Span
from forecast.resolving.sources.registry import check
from forecast.resolving.sources.rules import TAKES

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
DEADLINE = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

#: Often at the edges: a tick makes the difference there.
instants = st.sampled_from(
    [edge + shift * TICK for edge in (OPENED, DEADLINE) for shift in (-1, 0, 1)]
) | st.datetimes(datetime(2025, 11, 1), datetime(2027, 3, 1), timezones=st.just(UTC))
spans = st.builds(
    lambda begins, length: Span(begins, begins + length),
    instants,
    st.sampled_from([timedelta(), timedelta(days=1) - TICK, timedelta(days=92)]),
)
numbers = st.sampled_from(["", ".", None, 0, 1, 2.5, "1,000", -1, True, "yes", "red", "blue"])
observations = st.lists(st.builds(Observation, value=numbers, span=st.none() | spans), max_size=5)
settings = st.fixed_dictionaries(
    {},
    optional={
        "compare": st.sampled_from(
            [">= 1", "< 1", "== 0", "!= 0", "> 99", "== yes", "!= yes", "contains e", "<= -1"]
        ),
        "take": st.sampled_from(TAKES),
        "then": st.sampled_from(["yes", "no", "Red", "No"]),
        "otherwise": st.sampled_from(["yes", "no", "Red", "No", "nothing"]),
        "wait": st.booleans(),
        "since": st.sampled_from(["2025-12-01", "2026-06", "2026-12-31"]),
    },
)
kinds: Any = st.sampled_from(
    [
        {"type": "binary"},
        {"type": "choice", "options": ("Red", "Blue", "No")},
        {"type": "number"},
        {"type": "date"},
    ]
)


def asked(kind: dict[str, Any], given_: dict[str, Any]) -> Question | None:
    """A question with these settings; None where they do not add up."""
    own = {"url": URL, "path": "$.x", **given_}
    question = Question(
        id="q",
        title="Will it?",
        opened_at=OPENED,
        deadline=DEADLINE,
        resolver=Resolver(type="json", settings=tuple(sorted(own.items()))),
        **kind,
    )
    try:
        check(question)
    except InvalidField:
        return None
    return question


def judged(
    question: Question, data: list[Observation], now: datetime, as_of: Span | None
) -> Found | None:
    """What the data answers; None where it is in error."""
    try:
        return judge(question, data, Document(url=URL, fetched_at=now, body=b""), as_of=as_of)
    except SourceError:
        return None


@given(kinds, settings, observations, instants, st.none() | spans)
def test_never_a_no_before_the_data_reaches_the_deadline(
    kind: dict[str, Any],
    given_: dict[str, Any],
    data: list[Observation],
    now: datetime,
    as_of: Span | None,
) -> None:
    """Whatever the data, the settings and the time; and every answer is one to the question."""
    question = asked(kind, given_)
    found = judged(question, data, now, as_of) if question else None
    if question is None or found is None:
        return
    assert found.as_of is None or found.as_of <= now
    if found.outcome is None:
        return
    check_outcome(question, found.outcome)
    reaches = found.as_of is not None and found.as_of >= DEADLINE
    if found.outcome.lower() == "no":
        assert reaches
    if kind["type"] == "number":
        assert reaches or found.caveat
    if found.known_at is not None:
        assert found.known_at <= now


@given(settings, observations, instants, st.none() | spans)
def test_what_has_no_caveat_lies_within_the_questions_time(
    given_: dict[str, Any], data: list[Observation], now: datetime, as_of: Span | None
) -> None:
    """What may resolve by itself was known after the question opened, by the deadline."""
    question = asked({"type": "binary"}, given_)
    found = judged(question, data, now, as_of) if question else None
    if found is None or found.outcome is None or found.caveat or found.known_at is None:
        return
    assert OPENED < found.known_at <= DEADLINE


@given(settings, observations, instants, instants)
def test_more_of_the_same_does_not_undo_an_answer(
    given_: dict[str, Any], data: list[Observation], now: datetime, later: datetime
) -> None:
    """An answer without a caveat is not contradicted by another from more data.

    The data up to a moment is what is dated before it, as a source publishes it.
    """
    question = asked({"type": "binary"}, given_)
    if question is None:
        return
    now, later = min(now, later), max(now, later)
    dated = [one for one in data if one.span is not None]
    until_now = [one for one in dated if one.span is not None and one.span.ends <= now]
    before = judged(question, until_now, now, None)
    if before is None or before.outcome is None or before.caveat:
        return
    until_later = [one for one in dated if one.span is not None and one.span.ends <= later]
    after = judged(question, until_later, later, None)
    if after is not None and not after.caveat:
        assert before.outcome == after.outcome
