"""Records are valid or they do not exist: what is wrong is refused at the door, by field."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import (
    ANNULMENTS,
    MEANING,
    TYPES,
    Article,
    Comment,
    Entry,
    Forecast,
    ForecastError,
    InvalidField,
    Question,
    Resolution,
    check_forecast,
    check_name,
    check_outcome,
    closed_at,
    differs_in_meaning,
    status_at,
)

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
OPENED = datetime(2026, 5, 1, tzinfo=UTC)
DEADLINE = datetime(2026, 6, 1, tzinfo=UTC)

ARTICLE = Article(title="War?", publisher="The Paper", published=date(2022, 2, 20), url="https://x")
QUESTION = Question(id="rain", title="Will it rain?", opened_at=OPENED, deadline=DEADLINE)
NUMBER = replace(QUESTION, type="number", unit="mm", bounds=(0.0, 10.0))
CHOICE = replace(QUESTION, type="choice", options=("a", "b"))
DATE = replace(QUESTION, type="date", bounds=(OPENED, DEADLINE))
FORECAST = Forecast(question="rain", forecaster="ann", made_at=OPENED, probability=0.07)
RESOLUTION = Resolution(question="rain", outcome="no", known_at=DEADLINE)
COMMENT = Comment(question="rain", author="ann", text="One.\nTwo.", made_at=OPENED)
RECORDS = [ARTICLE, QUESTION, FORECAST, RESOLUTION, COMMENT, Entry(question=QUESTION)]

NO_LINE = ["", " ", " x", "x\n", "x\ny", "x\u2028y", "x\0y", "\ud800", None, 3]
NO_INSTANT = [
    None,
    "2026-05-04",
    date(2026, 5, 4),
    datetime(2026, 5, 4),
    datetime(9999, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, tzinfo=timezone(-2 * timedelta(hours=1))),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
]
NO_PROBABILITY = [-0.1, 1.0000001, float("nan"), float("inf"), "0.5", True, 1j]
NO_LIST = ["x", ["x"], ("x", "x"), ("",), ("x\ny",), (3,), None]


def bad(record: Any, field: str, values: list[Any], name: str = "") -> list[Any]:
    """Make cases: a record, a field, a value it may not have, the name the error gives it."""
    return [(record, {field: value}, name or field) for value in values]


@pytest.mark.parametrize(
    ("record", "change", "field"),
    [
        *bad(QUESTION, "id", ["", "Rain", "a b", "-a", "a-", "a_b", "ä", "a" * 81, "a\n", None, 3]),
        *bad(QUESTION, "title", NO_LINE),
        *bad(QUESTION, "type", ["", "Binary", "essay", None]),
        *bad(QUESTION, "opened_at", NO_INSTANT),
        *bad(QUESTION, "deadline", [*NO_INSTANT, OPENED, OPENED - TICK]),
        *bad(QUESTION, "known_by", [*NO_INSTANT[1:], DEADLINE - TICK]),
        *bad(QUESTION, "timezone", NO_LINE),
        *bad(QUESTION, "deadline_from", ["guessed", None]),
        *bad(QUESTION, "criteria", [" x", "x\n", "x\0", "\udfff", None]),
        *bad(QUESTION, "sources", NO_LIST),
        *bad(QUESTION, "tags", [*NO_LIST, ("a,b",)]),
        *bad(QUESTION, "event", NO_LINE[1:]),
        *bad(QUESTION, "options", [("a", "b"), *NO_LIST]),
        *bad(CHOICE, "options", [(), ("a",), ("a", "annulled"), *NO_LIST]),
        *bad(QUESTION, "unit", ["mm"]),
        *bad(CHOICE, "unit", ["mm"]),
        *bad(NUMBER, "unit", NO_LINE[1:]),
        *bad(QUESTION, "bounds", [(0.0, 1.0), (OPENED, DEADLINE), ()]),
        *bad(NUMBER, "bounds", [(1.0, 1.0), (2, 1), (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0], "ab"]),
        *bad(NUMBER, "bounds", [(0.0, float("inf")), (float("nan"), 1.0), (OPENED, DEADLINE)]),
        *bad(NUMBER, "bounds", [(False, True), ("1", "2"), (None, 1.0)]),
        *bad(DATE, "bounds", [(DEADLINE, OPENED), (datetime(2026, 1, 1), DEADLINE), (1.0, 2.0)]),
        *bad(ARTICLE, "title", NO_LINE, "article.title"),
        *bad(ARTICLE, "publisher", NO_LINE[1:], "article.publisher"),
        *bad(ARTICLE, "url", NO_LINE[1:], "article.url"),
        *bad(ARTICLE, "published", [OPENED, "2022-02-20", 2022], "article.published"),
        *bad(FORECAST, "question", ["", "Rain", None]),
        *bad(FORECAST, "forecaster", NO_LINE),
        *bad(FORECAST, "made_at", NO_INSTANT),
        *bad(FORECAST, "recorded_at", NO_INSTANT[1:]),
        *bad(FORECAST, "probability", NO_PROBABILITY),
        *bad(replace(FORECAST, low=0.0, high=0.1), "low", [*NO_PROBABILITY, None, 0.2]),
        *bad(replace(FORECAST, low=0.0, high=0.1), "high", NO_PROBABILITY),
        *bad(FORECAST, "low", [0.1]),
        *bad(FORECAST, "distribution", [(("a", 0.5), ("b", 0.5))]),
        *bad(FORECAST, "words", NO_LINE[1:]),
        *bad(FORECAST, "lexicon", NO_LINE[1:]),
        *bad(FORECAST, "note", ["x\n", "x\0", None]),
        *bad(RESOLUTION, "question", ["", "Rain"]),
        *bad(RESOLUTION, "outcome", NO_LINE),
        *bad(RESOLUTION, "known_at", NO_INSTANT),
        *bad(RESOLUTION, "recorded_at", NO_INSTANT[1:]),
        *bad(RESOLUTION, "reason", [*ANNULMENTS, "boredom"]),
        *bad(RESOLUTION, "evidence", NO_LIST),
        *bad(RESOLUTION, "note", ["x\n", "x\0", None]),
        *bad(COMMENT, "question", ["", "Rain"]),
        *bad(COMMENT, "author", NO_LINE),
        *bad(COMMENT, "text", ["", "  ", "x\n", "x\0", None]),
        *bad(COMMENT, "made_at", NO_INSTANT),
        *bad(COMMENT, "recorded_at", NO_INSTANT[1:]),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(
    record: Any, change: dict[str, Any], field: str
) -> None:
    """The error is ours, is a ValueError, and begins with the field."""
    with pytest.raises(InvalidField, match=f"^{field}: ") as caught:
        replace(record, **change)
    assert field == caught.value.field
    assert isinstance(caught.value, ForecastError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_are_frozen(record: Any) -> None:
    """Neither a field nor a new attribute can be set, and equal records are equal."""
    assert record == replace(record)
    assert hash(record) == hash(replace(record))
    field = type(record).__slots__[0]
    with pytest.raises(FrozenInstanceError):
        setattr(record, field, "x")
    with pytest.raises((FrozenInstanceError, TypeError)):
        record.another = 1


@pytest.mark.parametrize(
    ("record", "change"),
    [
        (QUESTION, {"id": "a" * 80}),
        (QUESTION, {"id": "7"}),
        (QUESTION, {"known_by": DEADLINE}),
        (QUESTION, {"title": "Ünïcode \x1b[31m stays, and is cleaned when shown"}),
        (QUESTION, {"deadline": datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)}),
        (QUESTION, {"criteria": "One.\n\nTwo."}),
        (FORECAST, {"probability": 0}),
        (FORECAST, {"probability": 1.0}),
        (FORECAST, {"low": 0.05, "high": 0.05}),
        (RESOLUTION, {"outcome": "annulled", "reason": "void"}),
        (ARTICLE, {"published": None}),
    ],
)
def test_what_lies_on_the_border_is_allowed(record: Any, change: dict[str, Any]) -> None:
    """The longest id, certainty, the last year, control characters in a title."""
    ((field, value),) = list(change.items())[:1]
    assert value == getattr(replace(record, **change), field)


@given(
    instant=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_instants_become_utc(instant: datetime, minutes: int) -> None:
    """Given with any offset, the instant is the same and its zone is UTC."""
    given_at = instant.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    comment = replace(COMMENT, made_at=given_at)
    assert given_at == comment.made_at
    assert UTC is comment.made_at.tzinfo
    bounds = replace(DATE, bounds=(given_at, given_at + TICK)).bounds
    assert bounds is not None
    assert [UTC, UTC] == [getattr(end, "tzinfo", None) for end in bounds]
    # Nor do bounds read as `0` differ from those read as `0.0`.
    assert [float, float] == [type(end) for end in replace(NUMBER, bounds=(0, 10)).bounds or ()]


@pytest.mark.parametrize(
    ("now", "known_by", "status"),
    [
        (OPENED - DAY, None, "open"),
        (DEADLINE - TICK, None, "open"),
        (DEADLINE, None, "open"),
        (DEADLINE + TICK, None, "due"),
        (DEADLINE + TICK, DEADLINE, "due"),
        (DEADLINE, DEADLINE + DAY, "open"),
        (DEADLINE + TICK, DEADLINE + DAY, "awaiting"),
        (DEADLINE + DAY - TICK, DEADLINE + DAY, "awaiting"),
        (DEADLINE + DAY, DEADLINE + DAY, "awaiting"),
        (DEADLINE + DAY + TICK, DEADLINE + DAY, "due"),
    ],
)
def test_status_to_the_microsecond(now: datetime, known_by: datetime | None, status: str) -> None:
    """The deadline still counts, and at known_by the answer is still awaited."""
    question = replace(QUESTION, known_by=known_by)
    assert status == status_at(now, question, None)
    assert "resolved" == status_at(now, question, RESOLUTION)
    annulled = replace(RESOLUTION, outcome="annulled", reason="void")
    assert "annulled" == status_at(now, question, annulled)


@pytest.mark.parametrize("known_at", [DEADLINE - TICK, DEADLINE, DEADLINE + TICK])
def test_forecasting_ends_with_the_deadline_or_the_answer(known_at: datetime) -> None:
    """Whichever comes first; with no answer, the deadline."""
    assert DEADLINE == closed_at(QUESTION, None)
    resolution = replace(RESOLUTION, known_at=known_at)
    assert min(known_at, DEADLINE) == closed_at(QUESTION, resolution)


@pytest.mark.parametrize(
    ("question", "good", "wrong"),
    [
        (QUESTION, ["yes", "no"], ["Yes", "maybe", "1", "", "annul"]),
        (CHOICE, ["a", "b"], ["A", "c", "yes"]),
        (NUMBER, ["0", "-1.5", "1e3", "+7", ".5", "5."], ["inf", "nan", "1e999", "1_0", "٣", "x"]),
        (DATE, ["2026-12-31"], ["20261231", "2026-W01-1", "2026-02-30", "2026-12-31T10:00", "now"]),
    ],
    ids=["binary", "choice", "number", "date"],
)
def test_outcomes_fit_their_type(question: Question, good: list[str], wrong: list[str]) -> None:
    """Each type has its answers, any can be annulled, and anything else is named."""
    for outcome in (*good, "annulled"):
        check_outcome(question, outcome)
    for outcome in wrong:
        with pytest.raises(InvalidField, match=r"^outcome: "):
            check_outcome(question, outcome)


@pytest.mark.parametrize(
    ("question", "pairs", "problem"),
    [
        (QUESTION, (("a", 1.0),), "a binary question takes a probability"),
        (CHOICE, (("a", 0.25), ("b", 0.75)), ""),
        (CHOICE, (("a", 0.1), ("b", 0.1)), "do not sum to 1"),
        (CHOICE, (("a", 1.5), ("b", -0.5)), "do not sum to 1"),
        (CHOICE, (("a", 1.0),), "a probability for each option, once"),
        (CHOICE, (("a", 0.5), ("a", 0.5)), "a probability for each option, once"),
        (CHOICE, (("a", 0.5), ("b", 0.5), ("c", 0.0)), "a probability for each option, once"),
        (NUMBER, (("0.1", -3.0), ("0.5", 2.0), ("0.9", 2.0)), ""),
        (NUMBER, (("0.9", 1.0), ("0.1", 2.0)), "do not increase"),
        (NUMBER, (("0.1", 2.0), ("0.9", 1.0)), "do not increase"),
        (NUMBER, (("0.1", 2.0), ("0.10", 3.0)), "do not increase"),
        (NUMBER, (("0", 2.0),), "'0' is not a quantile level"),
        (NUMBER, (("median", 2.0),), "'median' is not a quantile level"),
        (DATE, (("0.5", 1.7e9),), ""),
    ],
)
def test_distributions_fit_their_type(question: Question, pairs: Any, problem: str) -> None:
    """A choice spreads 1 over its options; numbers and dates rise with their quantile levels."""
    forecast = Forecast(question="rain", forecaster="ann", made_at=OPENED, distribution=pairs)
    assert not forecast.is_withdrawal
    if not problem:
        check_forecast(question, forecast)
        return
    with pytest.raises(InvalidField, match=f"^distribution: .*{problem}"):
        check_forecast(question, forecast)


@pytest.mark.parametrize("pair", [("a", float("nan")), ("a", float("inf")), ("a", "b"), ("", 1.0)])
def test_a_distribution_holds_finite_numbers(pair: Any) -> None:
    """Whatever the type of the question."""
    with pytest.raises(InvalidField, match=r"^distribution: "):
        Forecast(question="rain", forecaster="ann", made_at=OPENED, distribution=(pair,))


def test_a_probability_is_for_binary_questions() -> None:
    """And a withdrawal is for all."""
    check_forecast(QUESTION, FORECAST)
    withdrawal = replace(FORECAST, probability=None)
    assert withdrawal.is_withdrawal
    for question in (CHOICE, NUMBER, DATE):
        check_forecast(question, withdrawal)
        with pytest.raises(InvalidField, match=r"^probability: a .* takes a distribution"):
            check_forecast(question, FORECAST)


def test_which_changes_make_another_question() -> None:
    """The fields of MEANING and no others, in their order."""
    assert () == differs_in_meaning(QUESTION, replace(QUESTION, title="Rain?", tags=("a",)))
    changed = replace(QUESTION, criteria="Any drop", deadline=DEADLINE + DAY)
    assert ("deadline", "criteria") == differs_in_meaning(QUESTION, changed)
    assert ("type", "options") == differs_in_meaning(QUESTION, CHOICE)
    assert set(MEANING) <= set(Question.__slots__)
    assert ("binary", "choice", "number", "date") == TYPES


@given(text=st.text())
def test_a_name_is_a_line_or_refused(text: str) -> None:
    """What check_name lets pass, every record takes; what it refuses, none does."""
    try:
        check_name("name", text)
    except InvalidField:
        with pytest.raises(InvalidField):
            replace(FORECAST, forecaster=text)
    else:
        assert text == replace(COMMENT, author=text).author
