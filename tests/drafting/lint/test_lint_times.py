"""The times that titles and criteria name, and which last days they allow."""

from datetime import date

import pytest

from forecast.drafting.lint.times import mentions


@pytest.mark.parametrize(
    ("text", "last_days"),
    [
        ("by 30 June 2026", ["2026-06-30"]),
        ("by June 30th, 2026", ["2026-06-30"]),
        ("on or before 2026-06-30", ["2026-06-30"]),
        ("no later than 1 Jan. 2027", ["2027-01-01"]),
        ("before 1 July 2026", ["2026-06-30"]),
        ("prior to July 2026", ["2026-06-30"]),
        ("before 2027", ["2026-12-31"]),
        ("by the end of 2026", ["2026-12-31"]),
        ("by the end of the year 2026", ["2026-12-31"]),
        ("by end of February 2028", ["2028-02-29"]),
        ("before the end of Q2 2026", ["2026-06-30", "2026-06-29"]),
        ("by the end of the second quarter of 2026", ["2026-06-30"]),
        ("through H1 2026", ["2026-06-30"]),
        ("by the start of 2027", ["2027-01-01", "2026-12-31"]),
        ("by 2027", ["2027-12-31", "2027-01-01", "2026-12-31"]),
        ("by March 2027", ["2027-03-31", "2027-03-01", "2027-02-28"]),
        ("between 20 February and 30 June 2022", ["2022-06-30"]),
        ("from 1 May 2026 through 15 May 2026", ["2026-05-15"]),
    ],
)
def test_what_bounds_a_question_allows_few_last_days(text: str, last_days: list[str]) -> None:
    """One, unless it can be read in two ways."""
    (bound,) = [one for one in mentions(f"Will it happen {text}?") if one.bounds]
    assert last_days == [str(day) for day in bound.last_days]
    for day in last_days:
        assert bound.allows(date.fromisoformat(day))
    assert not bound.allows(date(2025, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "Will Theresa May resign?",
        "Will protesters march to the palace?",
        "Will the index rise by 2000 points?",
        "Will it sell 2026 units?",
        "Will GPT-2026 be released?",
        "Will resolution 2022/155 pass?",
        "Will the price reach $2026?",
        "Will it open on 31 June 2026?",
        "Will room 12026 be free?",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    """Names, verbs, counts, numbers of documents, days that do not exist."""
    assert [] == [one for one in mentions(text) if one.bounds or one.unit == "day"]


def test_a_month_without_a_year_allows_its_days_and_the_eve() -> None:
    """Whichever year; but no other month."""
    (one,) = mentions("Will it happen by June?")
    assert [False, True, True, False] == [
        one.allows(day)
        for day in (date(2026, 5, 30), date(2026, 5, 31), date(2026, 6, 30), date(2026, 12, 31))
    ]


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("by 2026", True),
        ("by June 2026", True),
        ("until Q3 2026", True),
        ("through 2026", False),
        ("by the end of 2026", False),
        ("by 1 June 2026", False),
        ("before 2026", False),
        ("in 2026", False),
    ],
)
def test_by_a_whole_period_is_ambiguous(text: str, ambiguous: bool) -> None:
    """Its end, or its beginning?"""
    (one,) = mentions(text)
    assert ambiguous == one.is_ambiguous
