"""`command`: a program of one's own that prints JSON."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import LATER, TICK, World, ask, end, find

from forecast.resolving.sources import command_source
from forecast.resolving.sources.contract import Found, SourceError

COMMAND = {"command": ("./answer.py", "--year", "2026", "")}


def said(printed: Any, now: datetime = LATER, **fields: Any) -> Found:
    """What comes of what a program prints."""
    body = printed if isinstance(printed, bytes) else json.dumps(printed).encode()
    return find(ask("command", COMMAND, **fields), body, fetched_at=now)


def test_the_program_is_run_as_it_is_written() -> None:
    """Its arguments are not taken apart."""
    world = World(b"{}")
    found = command_source.find(ask("command", COMMAND), world)
    assert [COMMAND["command"]] == world.asked
    assert (None, "") == (found.outcome, found.caveat)


def test_an_answer() -> None:
    """With when it was known, how far the data reaches, and what to show."""
    found = said(
        {"outcome": "yes", "known": "2026-05-04", "as_of": "2026-06", "excerpt": "a", "note": "b"}
    )
    assert ("yes", end("2026-05-04"), end("2026-06-30")) == (
        found.outcome,
        found.known_at,
        found.as_of,
    )
    assert "a\nb" == found.excerpt


@pytest.mark.parametrize("nothing", [{}, {"outcome": None}, {"outcome": None, "known": None}])
def test_no_answer_yet(nothing: dict[str, None]) -> None:
    """An empty object is enough."""
    assert None is said(nothing).outcome


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        (None, None),
        ((end("2026-12-31") - TICK).isoformat(), None),
        ("2026-12-30", None),
        ("2026-12-31", "no"),
        ("2027-01-15T10:00Z", "no"),
    ],
)
def test_a_no_takes_data_up_to_the_deadline(as_of: str | None, outcome: str | None) -> None:
    """Whatever the program says; it is seen that it did."""
    found = said({"outcome": "no", "as_of": as_of})
    assert outcome == found.outcome
    assert ('it says "no"' in found.excerpt) is (outcome is None)


def test_a_reach_that_is_not_over_reaches_to_its_start() -> None:
    """On the last day of the year, 2026 is not the whole of it."""
    now = end("2026-12-31") - TICK
    assert None is said({"outcome": "no", "as_of": "2026"}, now=now).outcome


def test_known_is_never_later_than_now() -> None:
    """A day that is not over was known by now."""
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert now == said({"outcome": "yes", "known": "2026-05-04"}, now=now).known_at


def test_other_kinds_of_questions() -> None:
    """An option, a number as such or as text, a date."""
    choice: dict[str, Any] = {"type": "choice", "options": ("Red", "Blue")}
    assert "Red" == said({"outcome": "Red"}, **choice).outcome
    assert "195.5" == said({"outcome": 195.5}, type="number").outcome
    assert "195.50" == said({"outcome": "195.50"}, type="number").outcome
    assert "2026-05-04" == said({"outcome": "2026-05-04"}, type="date").outcome


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        (b"", "not JSON: Expecting value"),
        (b"yes\n", "it begins with 'yes'"),
        ([], "it printed no JSON object"),
        ({"outcom": "yes"}, "unknown key 'outcom': did you mean 'outcome'?"),
        ({"outcome": "maybe"}, "outcome that does not fit: 'maybe' is none of yes, no"),
        ({"outcome": True}, "an outcome that is no text"),
        ({"outcome": "annulled"}, "that needs a person"),
        ({"outcome": "yes", "known": "soon"}, "it printed known: 'soon' is not a date"),
        ({"outcome": "yes", "known": "2030-01-01"}, "known: 2030-01-01 is still to come"),
        ({"as_of": "2030"}, "as_of: 2030-01-01 is still to come"),
        ({"as_of": 1.5}, "as_of: '1.5' is not a date"),
        ({"excerpt": 5}, "it printed excerpt, which is no text"),
    ],
)
def test_what_a_program_prints_wrongly_is_one_clear_line(printed: Any, message: str) -> None:
    """So that it can be mended."""
    with pytest.raises(SourceError) as caught:
        said(printed)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("type_", "outcome"),
    [("number", "1_000"), ("number", float(10**300) * 10**10), ("date", "2026"), ("date", 5)],
)
def test_answers_of_the_wrong_kind(type_: str, outcome: Any) -> None:
    """A number is a number, a date a day."""
    with pytest.raises(SourceError):
        said({"outcome": outcome}, type=type_)


@given(
    st.binary(max_size=60)
    | st.dictionaries(
        st.sampled_from(["outcome", "as_of", "known", "note", "excerpt"]),
        st.none()
        | st.booleans()
        | st.floats()
        | st.integers()
        | st.text(max_size=10)
        | st.sampled_from(["yes", "no", "2026-12-31", "2027"]),
    ),
    st.sampled_from(["binary", "number", "date"]),
)
def test_whatever_comes_is_an_answer_or_an_error(printed: Any, type_: str) -> None:
    """A `SourceError`, and no other; and never a no that does not count."""
    try:
        found = said(printed, type=type_)
    except SourceError:
        return
    if found.outcome == "no":
        assert found.as_of is not None
        assert found.as_of >= end("2026-12-31")
