"""Parts of a record: by tag, year, horizon, words; over time; habits."""

from datetime import timedelta

import pytest
from made_records import DEADLINE, START, ask, full, reported, say

from forecast.reporting.divisions import thinned
from forecast.reporting.slices import MOST_POINTS, ROLLING

WORDS = {"words": "Very  Likely", "low": 0.8, "high": 0.95, "lexicon": "ICD 203 (2015)"}


def test_by_tag_counts_a_question_under_each(db):
    """Most questions first, then by name; figures by hand."""
    ask(db, "yn", tags=lambda number: ("b", "a") if number else ("b",))
    say(db, [0.9, 0.4])
    (one,) = reported(db).standings
    assert [("b", 2, 1.3, 1), ("a", 1, 0.4, 0)] == [
        (part.name, part.n, pytest.approx(part.expected), part.came_true) for part in one.tags
    ]
    assert [pytest.approx((0.01 + 0.16) / 2), pytest.approx(0.16)] == [t.brier for t in one.tags]
    assert [pytest.approx(1 - 0.085 / 0.25), None] == [part.skill for part in one.tags]
    assert [("q0", "q1"), ("q1",)] == [part.ids for part in one.tags]


def test_by_year_is_that_of_the_deadline(db):
    """In order, whatever their sizes."""
    ask(db, "ynn", deadline=lambda number: DEADLINE + timedelta(days=400 * (number == 0)))
    say(db, [0.9, 0.4, 0.3])
    (one,) = reported(db, now=DEADLINE + timedelta(days=900)).standings
    assert [("2026", 2), ("2027", 1)] == [(part.name, part.n) for part in one.years]


@pytest.mark.parametrize("weighting", ["time", "planned", "first", "final"])
def test_parts_are_weighted_as_the_headline(db, weighting):
    """A tag that all questions have has the score of the whole; so has the last point."""
    ask(db, "yn" * 6, known=START + timedelta(days=60), tags=("all",))
    say(db, [(0.3 + number / 100, 0.6) for number in range(12)])
    (one,) = reported(db, weighting=weighting).standings
    own = {"time": "brier"}.get(weighting, f"brier_{weighting}")
    expected = pytest.approx(getattr(one.summary, own))
    found = (one.interval.mean, one.tags[0].brier, one.years[0].brier, one.course[-1].cumulative)
    assert [expected] * 4 == list(found)
    assert expected == sum(call.brier for call in one.calls) / len(one.calls)


def test_horizons_take_what_stood_then(db):
    """Ninety days before, the first of two; nothing where the question was not open yet."""
    ask(db, "y")
    say(db, [(0.3, 0.5, 0.9)])
    (one,) = reported(db).standings
    assert [("7d", 0.9), ("30d", 0.9), ("90d", 0.5)] == [
        (part.name, part.expected) for part in one.horizons
    ]


def test_words_count_once_a_question(db):
    """However often they are said, in any case and with any blanks; with what they cover."""
    ask(db, "yn")
    say(db, [(0.875, 0.875), 0.875], **WORDS)
    (one,) = reported(db).standings
    (part,) = one.words
    assert ("very likely", 2, 1, (0.8, 0.95)) == (part.name, part.n, part.came_true, part.covers)
    assert 0.875 == part.expected / part.n


def test_course_is_the_mean_so_far_and_of_late(db):
    """Each point with how many it rests on."""
    n = ROLLING + 3
    ask(db, "n" * n, deadline=lambda number: DEADLINE + timedelta(days=number))
    said = [number / n for number in range(n)]
    say(db, said)
    course = reported(db).standings[0].course
    scores = [probability**2 for probability in said]
    assert list(range(1, n + 1)) == [point.n for point in course]
    for point in course:
        of_late = scores[max(point.n - ROLLING, 0) : point.n]
        assert len(of_late) == point.n_rolling
        assert sum(scores[: point.n]) / point.n == pytest.approx(point.cumulative)
        assert sum(of_late) / len(of_late) == pytest.approx(point.rolling)


@pytest.mark.parametrize("n", [0, 1, 11, 12, 13, 25, MOST_POINTS])
def test_thinning_keeps_both_ends_and_the_order(n):
    """Twelve points at most, none of them twice."""
    kept = thinned(list(range(n)))
    assert min(n, 12) == len(kept) == len(set(kept))
    assert sorted(kept) == kept
    assert ([0, n - 1] if n else []) == [*kept[:1], *kept[-1:]][: 2 * bool(n)]


def test_habits_of_who_never_updates(db):
    """There is no size of an update, no time between two, and no direction."""
    ask(db, "y")
    say(db, [0.4])
    habits = reported(db).standings[0].habits
    expected = (1.0, 1.0, 0, None, None, None)
    found = (habits.coverage, habits.per_question, habits.n_updates)
    assert expected == (*found, habits.mean_change, habits.toward_truth, habits.median_days)


def test_habits_by_hand(db):
    """Three updates, one of which says the same again and goes nowhere."""
    ask(db, "yn")
    say(db, [(0.4, 0.6, 0.6), (0.2, 0.3)])
    habits = reported(db).standings[0].habits
    assert (2.5, 3, 10.0) == (habits.per_question, habits.n_updates, habits.median_days)
    assert pytest.approx(0.1) == habits.mean_change
    assert 0.5 == habits.toward_truth


def test_divisions_hold_every_question(db):
    """Of a full record: years and bins add up to it, tags as well where each has one."""
    full(db)
    for one in reported(db, now=DEADLINE + timedelta(days=2000)).standings:
        n = one.summary.n_questions
        for parts in (one.tags, one.years):
            assert n == sum(part.n for part in parts)
            assert one.came_true == sum(part.came_true for part in parts)
        assert n == sum(row.n for row in one.calibration.bins) == len(one.looked)
