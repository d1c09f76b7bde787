"""From values to an answer: every rule, on both sides of the instant."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from made_sources import LATER, TICK, ask, end, span

from forecast.model import Question, Setting
from forecast.reading.instants import end_of, read_zone
from forecast.resolving.sources.contract import Document, Found, SourceError
from forecast.resolving.sources.judging import judge
from forecast.resolving.sources.observing import Observation
from forecast.resolving.sources.reach import Span
from forecast.resolving.sources.registry import check

DEADLINE = end("2026-12-31")
REACHED = Span(DEADLINE, DEADLINE)


def values(*said: tuple[Any, str] | Any, zone: str = "UTC") -> list[Observation]:
    """Observations: pairs of a value and a date, or a value without a date."""
    found = []
    for one in said:
        value, written = one if isinstance(one, tuple) else (one, "")
        at = span(written, zone) if written else None
        found.append(Observation(value=value, span=at, excerpt=f"{written or 'now'}: {value}"))
    return found


def judged(
    observations: list[Observation],
    settings: Mapping[str, Setting] | None = None,
    now: datetime = LATER,
    as_of: Span | str | None = None,
    question: Question | None = None,
    **fields: Any,
) -> Found:
    """Judge by the settings of a `json` source; `compare` is `>= 190` unless given."""
    own: dict[str, Setting] = {"path": "$.x"}
    if fields.get("type", "binary") in ("binary", "date"):
        own["compare"] = ">= 190"
    question = question or ask("json", {**own, **(settings or {})}, **fields)
    check(question)
    document = Document(url="https://example.org", fetched_at=now, body=b"")
    reach = span(as_of) if isinstance(as_of, str) else as_of
    return judge(question, observations, document, as_of=reach)


# any -----------------------------------------------------------------------------------------


def test_the_first_value_that_passes_answers() -> None:
    """Long before the deadline, and known at the end of its day."""
    data = values((180, "2026-03-01"), (191, "2026-04-01"), (200, "2026-05-01"))
    found = judged(data, now=datetime(2026, 5, 2, tzinfo=UTC))
    assert ("yes", end("2026-04-01"), "") == (found.outcome, found.known_at, found.caveat)
    assert end("2026-05-01") == found.as_of
    assert "2026-04-01: 191" == found.excerpt


def test_order_in_the_source_does_not_matter() -> None:
    """The first by date, not by place."""
    found = judged(values((200, "2026-05-01"), (191, "2026-04-01")))
    assert end("2026-04-01") == found.known_at


def test_nothing_before_the_deadline_when_nothing_passes() -> None:
    """No answer, but how far the data reaches."""
    found = judged(values((180, "2026-12-30")), now=datetime(2027, 1, 15, tzinfo=UTC))
    assert (None, end("2026-12-30")) == (found.outcome, found.as_of)


@pytest.mark.parametrize(
    ("reach", "outcome"),
    [(DEADLINE - TICK, None), (DEADLINE, "no"), (DEADLINE + TICK, "no")],
)
def test_no_takes_data_up_to_the_deadline(reach: datetime, outcome: str | None) -> None:
    """A microsecond less and the source may still lag behind."""
    found = judged(values((180, "2026-12-30")), as_of=Span(reach, reach))
    assert outcome == found.outcome
    assert (DEADLINE if outcome else None) == found.known_at


def test_no_waits_for_the_data_though_the_deadline_is_long_past() -> None:
    """A lagging source gives no false no."""
    found = judged(values((180, "2026-11")), now=datetime(2028, 1, 1, tzinfo=UTC))
    assert None is found.outcome


def test_a_later_value_shows_that_the_data_reaches_the_deadline() -> None:
    """January's value comes after December's; it does not count itself."""
    found = judged(values((180, "2026-12"), (250, "2027-01")))
    assert ("no", "") == (found.outcome, found.caveat)


@pytest.mark.parametrize("when", ["2026-12-31", "2027-01-01"])
def test_the_day_of_the_deadline_counts_and_the_next_does_not(when: str) -> None:
    """The deadline's own day is in; the day after is out."""
    found = judged(values((180, "2026-06-01"), (195, when), (0, "2027-02-01")))
    assert ("yes" if when == "2026-12-31" else "no") == found.outcome


@pytest.mark.parametrize(
    ("when", "outcome"),
    [(DEADLINE, "yes"), (DEADLINE + TICK, "no")],
)
def test_the_instant_of_the_deadline_counts(when: datetime, outcome: str) -> None:
    """A microsecond later does not."""
    data = [Observation(value=195, span=Span(when, when)), *values((1, "2027-01-02"))]
    found = judged(data)
    assert outcome == found.outcome


@pytest.mark.parametrize(
    ("zone", "deadline", "last", "after"),
    [
        ("Asia/Kathmandu", "2026-12-31", "2026-12-31", "2027-01-01"),
        ("UTC", "2028-02-29", "2028-02-29", "2028-03-01"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25", "2026-10-26"),
        ("America/New_York", "2026-03-08", "2026-03-08", "2026-03-09"),
        ("Pacific/Apia", "2026-12-31", "2026-12-31", "2027-01-01"),
    ],
)
def test_days_are_those_of_the_zone(zone: str, deadline: str, last: str, after: str) -> None:
    """On 29 February, where clocks change, far from UTC: the last day is in, the next is not."""
    fields = {"timezone": zone, "deadline": deadline}
    now = datetime(2029, 1, 1, tzinfo=UTC)
    inside = judged(values((195, last), zone=zone), now=now, **fields)
    outside = judged(values((195, after), zone=zone), now=now, **fields)
    assert ("yes", end(deadline, zone)) == (inside.outcome, inside.known_at)
    assert "no" == outside.outcome


def test_the_reach_is_of_the_zone() -> None:
    """In UTC the day of the deadline ends later than in Kathmandu: each by its own zone."""
    zone = "Asia/Kathmandu"
    question = ask("json", {"path": "$.x", "compare": ">= 190"}, timezone=zone)
    data = values((180, "2026-06-01"), zone=zone)
    before = judged(data, question=question, as_of=Span(*[end("2026-12-31", zone) - TICK] * 2))
    reached = judged(data, question=question, as_of=Span(*[end("2026-12-31", zone)] * 2))
    assert (None, "no") == (before.outcome, reached.outcome)


def test_what_was_before_the_question_opened_does_not_count() -> None:
    """Not on the day before; from its first day on it does."""
    fields = {"opened": "2026-03-01"}
    early = judged(values((195, "2026-02-28"), (1, "2027-01-01")), **fields)
    opening = judged(values((195, "2026-03-01"), (1, "2027-01-01")), **fields)
    assert ("no", "yes") == (early.outcome, opening.outcome)
    assert ("", end("2026-03-01")) == (opening.caveat, opening.known_at)


def test_what_began_before_the_question_opened_has_a_caveat() -> None:
    """The value of a month may be that of the days before."""
    found = judged(values((195, "2026-02")), opened="2026-02-20")
    assert "yes" == found.outcome
    assert "2026-02-01 to 2026-02-28, and may have come true before 2026-02-20" in found.caveat


def test_a_later_value_without_a_caveat_is_worth_more() -> None:
    """Of two that pass the plain one answers."""
    found = judged(values((195, "2026-02"), (191, "2026-03")), opened="2026-02-20")
    assert ("yes", end("2026-03-31"), "") == (found.outcome, found.known_at, found.caveat)


def test_since_moves_the_start() -> None:
    """A year's figure counts whole, though the question was asked in February."""
    settings = {"since": "2026-01-01"}
    found = judged(values((195, "2026-02")), settings, opened="2026-02-20")
    assert ("yes", "") == (found.outcome, found.caveat)
    before = judged(values((195, "2026-01")), settings, opened="2026-02-20")
    assert "yes" == before.outcome
    assert "before the question opened" in before.caveat


def test_what_reaches_past_the_deadline_has_a_caveat() -> None:
    """A quarter of which only two months count."""
    found = judged(values((195, "2026-Q4")), deadline="2026-11-30")
    assert "yes" == found.outcome
    assert "it is of 2026-10-01 to 2026-12-31, and may have come true only after" in found.caveat


def test_a_day_on_which_the_deadline_falls_has_a_caveat() -> None:
    """It may have been in the afternoon."""
    found = judged(values((195, "2026-12-31")), deadline=datetime(2026, 12, 31, 10, tzinfo=UTC))
    assert "yes" == found.outcome
    assert "only after the deadline" in found.caveat


def test_a_period_that_is_not_over_has_a_caveat() -> None:
    """Its figure may change, and it is not news each day."""
    now = datetime(2026, 5, 10, tzinfo=UTC)
    found = judged(values((195, "2026-05")), now=now)
    assert ("yes", None) == (found.outcome, found.known_at)
    assert "it is of 2026-05-01 to 2026-05-31, which is not over" in found.caveat
    assert datetime(2026, 5, 1, tzinfo=UTC) == found.as_of


def test_figures_for_times_to_come_do_not_count() -> None:
    """A projection for November is no answer in May, and what is given as past has a caveat."""
    now = datetime(2026, 5, 10, tzinfo=UTC)
    ahead = judged(values((180, "2026-04"), (195, "2026-11")), now=now)
    assert None is ahead.outcome
    past = judged(values((195, "2026-04"), (195, "2026-11")), now=now)
    assert "yes" == past.outcome
    assert "an estimate" in past.caveat


def test_figures_beyond_what_the_source_says_it_has_do_not_count() -> None:
    """A source that says where its data ends says what is projected."""
    found = judged(values((180, "2025"), (195, "2026"), (200, "2030")), as_of="2025")
    assert (None, end("2025-12-31")) == (found.outcome, found.as_of)


def test_a_reach_in_the_future_is_an_error() -> None:
    """Then it is something else than how far the data reaches."""
    with pytest.raises(SourceError, match="reaches to 2030-01-01, which is still to come"):
        judged(values(180), as_of="2030")


def test_a_reach_that_is_not_over_reaches_to_its_start() -> None:
    """Said in March, 2027 is no more for certain than that it has begun."""
    found = judged(values(180), as_of="2027")
    assert datetime(2027, 1, 1, tzinfo=UTC) == found.as_of


def test_a_day_ahead_is_another_zone() -> None:
    """A source in Tokyo is at tomorrow already: its data reaches to now."""
    now = datetime(2026, 5, 4, 20, tzinfo=UTC)
    assert now == judged(values(180), now=now, as_of="2026-05-05").as_of


# Values without a date -----------------------------------------------------------------------


def test_a_live_value_answers_for_now() -> None:
    """Where its data reaches to the moment it was fetched; when it came true it does not say."""
    now = datetime(2026, 5, 4, tzinfo=UTC)
    found = judged(values(195), now=now, as_of=Span(now, now))
    assert ("yes", None, "") == (found.outcome, found.known_at, found.caveat)


def test_a_value_of_nobody_knows_when_has_a_caveat() -> None:
    """It may be from before the question opened."""
    found = judged(values(195), now=datetime(2026, 5, 4, tzinfo=UTC))
    assert ("yes", None) == (found.outcome, found.known_at)
    assert "the source does not say of when this is" == found.caveat


@pytest.mark.parametrize(("reach", "caveat"), [(DEADLINE, False), (DEADLINE + TICK, True)])
def test_a_value_of_after_the_deadline_has_a_caveat(reach: datetime, caveat: bool) -> None:
    """It may have come true only since."""
    found = judged(values(195), as_of=Span(reach, reach))
    assert "yes" == found.outcome
    assert caveat is ("only after the deadline" in found.caveat)
    assert (None if caveat else DEADLINE) == found.known_at


@pytest.mark.parametrize(
    ("now", "outcome"), [(DEADLINE, None), (DEADLINE + TICK, None), (LATER, None)]
)
def test_without_a_reach_there_is_never_a_no(now: datetime, outcome: str | None) -> None:
    """However late it is."""
    assert outcome == judged(values(180), now=now).outcome


def test_a_no_from_a_value_of_after_the_deadline_has_a_caveat() -> None:
    """It says how things stand, not how they stood."""
    found = judged(values(180), as_of="2027-02-01")
    assert "no" == found.outcome
    assert "" != found.caveat
    assert "" == judged(values(180), as_of="2026-12-31").caveat


def test_a_value_of_before_the_question_opened_does_not_count() -> None:
    """As of last year it was so."""
    assert None is judged(values(195), as_of="2025-12-31").outcome


def test_an_undated_value_among_dated_ones_has_a_caveat() -> None:
    """Nobody knows which time it is of."""
    found = judged(values((180, "2026-03-01"), 195))
    assert "yes" == found.outcome
    assert "does not say of when" in found.caveat


# Aggregates ----------------------------------------------------------------------------------

DATA = [(180, "2026-03-01"), (192, "2026-06-01"), (185, "2026-09-01")]
MAY_STILL_CHANGE = datetime(2026, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("take", "compare", "early", "final"),
    [
        ("any", ">= 190", "yes", "yes"),
        ("any", "< 181", "yes", "yes"),
        ("any", "== 192", "yes", "yes"),
        ("any", "!= 180", "yes", "yes"),
        ("any", ">= 200", None, "no"),
        ("max", ">= 190", "yes", "yes"),
        ("max", "> 192", None, "no"),
        ("max", "< 190", None, "no"),
        ("max", "< 193", None, "yes"),
        ("max", "== 192", None, "yes"),
        ("min", "<= 180", "yes", "yes"),
        ("min", "< 180", None, "no"),
        ("min", "> 170", None, "yes"),
        ("count", ">= 3", "yes", "yes"),
        ("count", "> 3", None, "no"),
        ("count", "== 3", None, "yes"),
        ("count", "<= 3", None, "yes"),
        ("count", "< 3", None, "no"),
        ("sum", ">= 500", None, "yes"),
        ("sum", "> 557", None, "no"),
        ("sum", "== 557", None, "yes"),
        ("first", "== 180", None, "yes"),
        ("first", "> 180", None, "no"),
        ("last", ">= 185", None, "yes"),
        ("last", "> 185", None, "no"),
    ],
)
def test_only_what_more_data_cannot_undo_comes_early(
    take: str, compare: str, early: str | None, final: str
) -> None:
    """Everything else waits until the data reaches the deadline."""
    settings = {"take": take, "compare": compare}
    assert early == judged(values(*DATA), settings, now=MAY_STILL_CHANGE).outcome
    reached = judged(values(*DATA), settings, as_of=REACHED)
    assert final == reached.outcome
    short = Span(DEADLINE - TICK, DEADLINE - TICK)
    assert early == judged(values(*DATA), settings, as_of=short).outcome


@pytest.mark.parametrize("take", ["any", "max", "count", "sum", "last"])
def test_wait_waits(take: str) -> None:
    """With `wait` even what is certain waits until the data reaches the deadline."""
    settings: dict[str, Setting] = {"take": take, "compare": "> 0", "wait": True}
    assert None is judged(values(*DATA), settings, now=MAY_STILL_CHANGE).outcome
    short = Span(DEADLINE - TICK, DEADLINE - TICK)
    assert None is judged(values(*DATA), settings, as_of=short).outcome
    assert "yes" == judged(values(*DATA), settings, as_of=REACHED).outcome


@pytest.mark.parametrize(
    ("take", "compare", "known"),
    [
        ("any", ">= 190", "2026-06-01"),
        ("max", ">= 190", "2026-06-01"),
        ("min", "<= 180", "2026-03-01"),
        ("count", ">= 2", "2026-06-01"),
        ("count", "> 2", "2026-09-01"),
        ("sum", ">= 500", "2026-12-31"),
        ("last", "== 185", "2026-12-31"),
    ],
)
def test_known_when_it_was_certain(take: str, compare: str, known: str) -> None:
    """With the value that decided, or at the deadline where only that made it certain."""
    settings = {"take": take, "compare": compare}
    assert end(known) == judged(values(*DATA), settings, as_of=REACHED).known_at


def test_sums_are_exact() -> None:
    """Three tenths are not more than 0.3."""
    data = values((0.1, "2026-01"), (0.1, "2026-02"), (0.1, "2026-03"))
    found = judged(data, {"take": "sum", "compare": "<= 0.3"}, as_of=REACHED)
    assert "yes" == found.outcome


def test_none_at_all_counts_as_none() -> None:
    """A count of values of the question's time may be zero; worth a look."""
    data = values((1, "2027-01-01"))
    found = judged(data, {"take": "count", "compare": "== 0"})
    assert "yes" == found.outcome
    assert "no value of the question's time" in found.caveat


def test_no_value_of_the_questions_time_is_worth_a_look() -> None:
    """The source may have dropped them."""
    found = judged(values((1, "2027-01-01")))
    assert ("no", "the source has no value of the question's time") == (found.outcome, found.caveat)


def test_a_sum_with_a_value_half_inside_has_a_caveat() -> None:
    """Where that value decides."""
    data = values((100, "2026-Q3"), (95, "2026-Q4"))
    settings = {"take": "sum", "compare": ">= 190"}
    found = judged(data, settings, deadline="2026-11-30")
    assert "no" == found.outcome
    assert "2026-10-01 to 2026-12-31" in found.caveat
    plain = judged(data, {**settings, "compare": ">= 50"}, deadline="2026-11-30")
    assert ("yes", "") == (plain.outcome, plain.caveat)


# Blanks, gaps and what is no number ----------------------------------------------------------


def test_blanks_are_left_out() -> None:
    """Holidays have a dot."""
    data = values((".", "2026-12-25"), ("191", "2026-12-28"), (None, "2026-12-30"))
    found = judged(data)
    assert ("yes", end("2026-12-28")) == (found.outcome, found.known_at)


def test_a_blank_does_not_show_how_far_data_reaches() -> None:
    """A row for January without a value says nothing of December."""
    assert None is judged(values(("180", "2026-11"), (".", "2026-12"), (".", "2027-01"))).outcome


def test_a_no_without_the_last_value_has_a_caveat() -> None:
    """December is missing, and January is there."""
    found = judged(values(("180", "2026-11"), (".", "2026-12"), ("1", "2027-01")))
    assert "no" == found.outcome
    assert "no value for 2026-12-01 to 2026-12-31" in found.caveat


@pytest.mark.parametrize(
    ("dates", "caveat"),
    [
        (["2026-09-01", "2026-10-01", "2026-11-01"], True),
        (["2026-10-01", "2026-11-01", "2026-12-01"], False),
        (["2026-09", "2026-10", "2026-11"], True),
        (["2026-10", "2026-11", "2026-12"], False),
        (["2026-03-01"], False),
    ],
)
def test_an_update_is_not_a_value(dates: list[str], caveat: bool) -> None:
    """Updated in January with values up to November: the last month may yet come."""
    found = judged(values(*[(180, one) for one in dates]), as_of="2027-01-10")
    assert "no" == found.outcome
    assert caveat is ("is there none after that?" in found.caveat)


def test_blanks_alone_are_an_error_where_a_number_is_needed() -> None:
    """The source has changed, or has nothing yet."""
    with pytest.raises(SourceError, match="all its values are blank"):
        judged(values((".", "2026-11"), ("NA", "2026-12")))


def test_blanks_alone_are_nothing_where_text_is_compared() -> None:
    """A status that is not filled in."""
    assert None is judged(values("-"), {"compare": "== Signed"}).outcome


def test_what_is_no_number_is_an_error() -> None:
    """It is named, and shortened."""
    with pytest.raises(SourceError, match=r"^'pending' is not a number$"):
        judged(values(("pending", "2026-11")))


def test_what_is_no_number_elsewhere_does_not_matter() -> None:
    """A note in a year that is not asked for."""
    assert "yes" == judged(values(("n.b.", "1990"), ("195", "2026-11"))).outcome


# Answers of other kinds ----------------------------------------------------------------------


@pytest.mark.parametrize("reach", [DEADLINE - TICK, DEADLINE])
def test_an_answer_that_is_no_by_its_comparison_waits_too(reach: datetime) -> None:
    """Where `contains cancelled` means no: not before the deadline all the same."""
    settings = {"compare": "contains cancelled", "then": "no"}
    found = judged(values(("Cancelled!", "2026-05-01")), settings, as_of=Span(reach, reach))
    assert ("no" if reach == DEADLINE else None) == found.outcome
    otherwise = judged(values(("on", "2026-05-01")), settings, as_of=Span(reach, reach))
    assert ("yes" if reach == DEADLINE else None) == otherwise.outcome


def test_otherwise_nothing() -> None:
    """Then what does not pass proves nothing."""
    assert None is judged(values(*DATA), {"compare": "> 999", "otherwise": "nothing"}).outcome


NUMBER = {"type": "number"}
REGULAR = [(180, "2026-04-01"), (192, "2026-08-01"), (185, "2026-12-01")]


@pytest.mark.parametrize(
    ("take", "outcome"),
    [
        (None, "185"),
        ("last", "185"),
        ("first", "180"),
        ("max", "192"),
        ("min", "180"),
        ("sum", "557"),
        ("count", "3"),
    ],
)
def test_numbers_wait_for_the_deadline(take: str | None, outcome: str) -> None:
    """Then the value is the answer, known at the deadline."""
    settings = {"take": take} if take else {}
    short = Span(DEADLINE - TICK, DEADLINE - TICK)
    assert None is judged(values(*REGULAR), settings, as_of=short, **NUMBER).outcome
    found = judged(values(*REGULAR), settings, as_of=REACHED, **NUMBER)
    assert (outcome, DEADLINE, "") == (found.outcome, found.known_at, found.caveat)


def test_numbers_are_written_plainly() -> None:
    """195.20 is 195.2, and 190.0 is 190."""
    assert "195.2" == judged(values(("195.20", "2026-12-31")), **NUMBER).outcome
    assert "1190" == judged(values(("$1,190.0", "2026-12-31")), **NUMBER).outcome


def test_a_number_of_nobody_knows_when_has_a_caveat() -> None:
    """After the deadline it is worth a look; before it nothing."""
    assert None is judged(values(185), now=DEADLINE, **NUMBER).outcome
    found = judged(values(185), now=DEADLINE + TICK, **NUMBER)
    assert ("185", None) == (found.outcome, found.known_at)
    assert "" != found.caveat


def test_a_number_half_inside_has_a_caveat() -> None:
    """The sum of a year asked for in February lacks January, or has half of February too much."""
    data = values((1, "2026-01"), (2, "2026-02"), (3, "2026-03"), (9, "2027-01"))
    found = judged(data, {"take": "sum"}, opened="2026-02-20", **NUMBER)
    assert "5" == found.outcome
    assert "see since" in found.caveat
    whole = judged(data, {"take": "sum", "since": "2026-01-01"}, opened="2026-02-20", **NUMBER)
    assert ("6", "") == (whole.outcome, whole.caveat)


def test_no_number_no_answer() -> None:
    """Nothing of the question's time."""
    assert None is judged(values((1, "2027-01-01")), **NUMBER).outcome


CHOICE: dict[str, Any] = {"type": "choice", "options": ("Red", "Blue", "No")}


def test_a_choice_by_its_value() -> None:
    """The last value names the option, in any case, once the data reaches the deadline."""
    data = values(("red", "2026-03-01"), ("BLUE", "2026-05-01"))
    assert None is judged(data, now=MAY_STILL_CHANGE, **CHOICE).outcome
    assert "Blue" == judged(data, as_of=REACHED, **CHOICE).outcome
    assert "Red" == judged(data, {"take": "first"}, as_of=REACHED, **CHOICE).outcome


def test_the_first_option_named() -> None:
    """With `any` the first value that is an option answers; others are not yet an answer."""
    data = values(("pending", "2026-02-01"), ("red", "2026-03-01"), ("blue", "2026-05-01"))
    found = judged(data, {"take": "any"}, now=MAY_STILL_CHANGE, **CHOICE)
    assert ("Red", end("2026-03-01")) == (found.outcome, found.known_at)
    assert None is judged(data[:1], {"take": "any"}, as_of=REACHED, **CHOICE).outcome


def test_a_value_that_is_no_option_is_an_error() -> None:
    """Once the answer must be there."""
    data = values(("pending", "2026-05-01"))
    assert None is judged(data, now=MAY_STILL_CHANGE, **CHOICE).outcome
    with pytest.raises(SourceError, match="'pending' is none of the question's options"):
        judged(data, as_of=REACHED, **CHOICE)


def test_a_choice_by_a_comparison() -> None:
    """One option where it holds; another, if named, where it does not."""
    settings = {"compare": ">= 190", "then": "Red"}
    assert "Red" == judged(values(*DATA), settings, now=MAY_STILL_CHANGE, **CHOICE).outcome
    short = values((1, "2026-05-01"))
    assert None is judged(short, settings, as_of=REACHED, **CHOICE).outcome
    found = judged(short, {**settings, "otherwise": "Blue"}, as_of=REACHED, **CHOICE)
    assert "Blue" == found.outcome


def test_an_option_no_is_a_no() -> None:
    """The law holds for a choice as well."""
    settings = {"compare": ">= 190", "then": "No"}
    assert None is judged(values(*DATA), settings, now=MAY_STILL_CHANGE, **CHOICE).outcome
    assert "No" == judged(values(*DATA), settings, as_of=REACHED, **CHOICE).outcome


DATE = {"type": "date"}


def test_a_date_is_that_of_the_first_value_that_passes() -> None:
    """In the question's zone; never a no."""
    found = judged(values(*DATA), now=MAY_STILL_CHANGE, **DATE)
    assert ("2026-06-01", end("2026-06-01"), "") == (found.outcome, found.known_at, found.caveat)
    assert None is judged(values(*DATA), {"compare": "> 999"}, as_of=REACHED, **DATE).outcome


def test_a_date_is_a_day_of_the_zone() -> None:
    """Half past eight in the evening in UTC is the next day in Kathmandu."""
    data = values((195, "2026-05-04T20:30Z"))
    assert "2026-05-05" == judged(data, timezone="Asia/Kathmandu", **DATE).outcome


def test_a_date_by_the_month_or_by_now_has_a_caveat() -> None:
    """Which day it was the source does not say."""
    month = judged(values((195, "2026-05")), **DATE)
    assert ("2026-05-31", "the source does not say which day") == (month.outcome, month.caveat)
    now = datetime(2026, 5, 4, tzinfo=UTC)
    live = judged(values(195), now=now, as_of=Span(now, now), **DATE)
    assert "2026-05-04" == live.outcome
    assert "may have been earlier" in live.caveat


def test_a_date_that_may_have_been_earlier_has_a_caveat() -> None:
    """An earlier value passes too, of which it is not plain that it counts."""
    data = values((195, "2026-02"), (195, "2026-05-04"))
    found = judged(data, opened="2026-02-20", **DATE)
    assert "2026-05-04" == found.outcome
    assert "before 2026-02-20" in found.caveat


# What a person sees --------------------------------------------------------------------------


def test_the_excerpt_shows_what_it_rests_on() -> None:
    """The last three of a sum, and how many more."""
    data = values(*[(1, f"2026-{month:02}") for month in range(1, 13)])
    found = judged(data, {"take": "sum", "compare": ">= 12"})
    assert ["9 more before", "2026-10: 1", "2026-11: 1", "2026-12: 1"] == found.excerpt.split("\n")


def test_excerpts_are_short_and_plain() -> None:
    """Whatever the source sends: no escapes, no megabytes."""
    said = "\x1b[31m" + "x" * 1_000_000
    found = judged([Observation(value=said, excerpt=said)], {"compare": "contains x"})
    assert len(found.excerpt) <= 600
    assert "\x1b" not in found.excerpt


def test_what_shows_that_nothing_came_is_seen() -> None:
    """The last value stands beside a no."""
    assert "2026-09-01: 185" == judged(values(*DATA), {"compare": "> 999"}, as_of=REACHED).excerpt


def test_many_values_take_no_time() -> None:
    """A hundred thousand days."""
    first = date(1800, 1, 1)
    zone = read_zone("UTC")
    data = [
        Observation(value=1, span=Span(*[end_of(first + timedelta(days=day), zone)] * 2))
        for day in range(82_000)
    ]
    assert None is judged(data, now=datetime(2026, 5, 1, tzinfo=UTC)).outcome
