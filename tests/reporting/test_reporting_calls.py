"""Calls, advice, and one forecaster beside another."""

from datetime import timedelta

import numpy as np
import pytest
from made_records import START, ask, reported, say

from forecast.reporting.calls import advice, best_and_worst
from forecast.scoring.calibration import calibration_of
from forecast.scoring.inference import mean_interval


def test_calls_are_best_first_with_the_note_that_stood(db):
    """The note of the last forecast, not of the first."""
    ask(db, "yn")
    say(db, [(0.4, 0.9), 0.6], note="at first")
    say(db, [None, None])
    best, worst = reported(db).standings[0].calls
    assert ("q0", "yes", 0.4, 0.9, "at first") == (
        *(best.id, best.outcome, best.first, best.final),
        best.note,
    )
    assert ("q1", "no", 0.6) == (worst.id, worst.outcome, worst.final)
    assert best.brier < worst.brier == pytest.approx(0.36)


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (1, 0), (2, 1), (5, 2), (6, 3), (9, 3)])
def test_no_call_is_both_best_and_worst(n, shown):
    """Three at most on either side."""
    best, worst = best_and_worst(list(range(n)))
    assert (list(range(shown)), [n - 1 - at for at in range(shown)]) == (best, worst)


def overconfident(n, p=0.8, share=0.5):
    """A record that says `p` and 1 - p, where `share` and 1 - share come true."""
    true = round(n * share)
    return calibration_of(
        [p] * n + [1 - p] * n, [1] * true + [0] * (n - true) + [0] * true + [1] * (n - true)
    )


def test_advice_where_the_record_carries_it():
    """The share, and an interval that rules out what was said."""
    low, high = advice(overconfident(100))
    assert (0.2, 100, 50) == (pytest.approx(low.said), low.n, low.came_true)
    assert low.low <= low.share <= low.high < high.said
    assert low.said < low.low


@pytest.mark.parametrize(
    "calibration",
    [
        overconfident(100, share=0.8),  # nothing to correct
        overconfident(6, share=0.17),  # plain, but no ten forecasts in a bin
        calibration_of([], []),
        calibration_of([0.0, 1.0] * 20, [1, 0] * 20),  # impossible, but no test
    ],
)
def test_no_advice_else(calibration):
    """No word stronger than its figure."""
    assert [] == advice(calibration)


def test_no_advice_where_the_verdict_has_no_words():
    """A p-value between 0.001 and 0.01 on few questions is too few to tell."""
    found = [overconfident(14, share=share / 14) for share in range(15)]
    doubtful = [one for one in found if one.verdict == "too few to tell" and one.p_value <= 0.01]
    assert doubtful
    assert [[]] * len(doubtful) == [advice(one) for one in doubtful]


def test_comparison_is_paired_and_by_planned(db):
    """On the shared questions, by hand; the other's is the same with its sign turned."""
    n = 24
    ask(db, "ynn" * 8, known=START + timedelta(days=40))
    mine = [(5 + number % 7 * 10) / 100 for number in range(n)]
    theirs = [(10 + number % 5 * 15) / 100 for number in range(n)]
    say(db, mine)
    say(db, [None, *theirs[1:]], "Bob")
    ann, bob = reported(db, forecaster="ann", against="Bob").standings
    assert [23, 23] == [one.summary.n_questions for one in (ann, bob)]
    (one,), (other,) = ann.others, bob.others
    outcome = np.array([1, 0, 0] * 8)[1:]
    part = 40 / 100  # of the time to the deadline; afterwards nobody errs
    scores = [part * (np.array(said[1:]) - outcome) ** 2 for said in (mine, theirs)]
    expected = mean_interval(scores[0] - scores[1], rare_outcomes=7, low=-1, high=1)
    assert (expected.mean, expected.low, expected.high) == pytest.approx(
        (one.difference, one.low, one.high)
    )
    assert (-one.difference, -one.high, -one.low) == pytest.approx(
        (other.difference, other.low, other.high)
    )


def test_comparison_without_shared_questions(db):
    """Nobody is reported, and nobody compared."""
    ask(db, "yn")
    say(db, [0.4])
    say(db, [None, 0.4], "Bob")
    assert [] == reported(db, forecaster="ann", against="Bob").standings
    assert [[], []] == [one.others for one in reported(db).standings]
