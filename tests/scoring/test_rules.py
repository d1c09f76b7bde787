"""The two scoring rules of one forecast."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import ForecastError
from forecast.scoring import brier_score, log_score
from forecast.scoring.rules import mean_brier_score

PROBABILITY = st.floats(0, 1)
INNER = st.floats(1e-9, 1 - 1e-9)
OUTCOME = st.sampled_from([0, 1])


def test_brier_is_the_squared_error() -> None:
    """(p - y)^2, for each forecast by itself."""
    assert [0.25, 0.01, 1.0, 0.0] == pytest.approx(brier_score([0.5, 0.1, 0, 1], [0, 0, 1, 1]))


def test_the_original_scale_is_twice_as_long() -> None:
    """Brier summed over both answers: 0 to 2."""
    assert [2.0, 0.5] == brier_score([0, 0.5], [1, 1], scale="original").tolist()
    assert 1.25 == mean_brier_score([0, 0.5], [1, 1], scale="original")
    for rule in (brier_score, mean_brier_score):
        with pytest.raises(ValueError, match="scale: 'full' is neither 'half' nor 'original'"):
            rule([0.5], [1], scale="full")  # type: ignore[arg-type]


@given(st.lists(st.tuples(PROBABILITY, OUTCOME), min_size=1, max_size=40))
def test_the_quick_mean_is_the_mean(rows: list[tuple[float, int]]) -> None:
    """Of columns of any number type, and of a single outcome for all."""
    p, y = np.array(rows).T
    expected = pytest.approx(brier_score(p, y).mean(), rel=1e-14, abs=1e-300)
    for outcome in (y, y.astype(int), y.astype(bool), y.tolist()):
        assert expected == mean_brier_score(p, outcome)
    assert brier_score(p, 1).mean() == pytest.approx(mean_brier_score(p, 1), rel=1e-14)


def test_the_quick_mean_goes_piece_by_piece() -> None:
    """Many forecasts, in rows and columns or with gaps in memory, come to their mean."""
    rng = np.random.default_rng(1)
    p = rng.random((2, 30_001))
    y = (rng.random(p.shape) < p).astype(float)
    assert ((p - y) ** 2).mean() == pytest.approx(mean_brier_score(p, y), rel=1e-13)
    assert ((p - y) ** 2)[:, ::3].mean() == pytest.approx(mean_brier_score(p[:, ::3], y[:, ::3]))


@pytest.mark.parametrize("bad", [1.5, -0.1, float("nan"), float("inf")])
@pytest.mark.parametrize("at", [0, 20_000, 39_999])
def test_the_quick_mean_checks_every_piece(bad: float, at: int) -> None:
    """One bad value among 40,000 is found and named, in either column."""
    p, y = np.full(40_000, 0.5), np.ones(40_000)
    p[at] = bad
    with pytest.raises(ValueError, match=rf"probability: row {at}: {bad} is not between 0 and 1"):
        mean_brier_score(p, y)
    p[at], y[at] = 0.5, bad
    with pytest.raises(ValueError, match=rf"outcome: row {at}: {bad} is neither 0 nor 1"):
        mean_brier_score(p, y)


def test_there_is_no_mean_of_nothing() -> None:
    """Without a forecast that is said."""
    with pytest.raises(ValueError, match="probability: holds no forecast"):
        mean_brier_score([], [])


def test_log_score_is_the_surprise_in_nats() -> None:
    """-ln of the probability of what happened."""
    expected = [math.log(2), -math.log(0.9), -math.log(0.1)]
    assert expected == pytest.approx(log_score([0.5, 0.1, 0.1], [1, 0, 1]))


def test_log_score_is_infinite_without_a_warning() -> None:
    """Certain and wrong is infinite; certain and right is a plain 0, not -0."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = log_score([0.0, 1.0, 0.0, 1.0], [1, 0, 0, 1])
    assert [math.inf, math.inf, 0.0, 0.0] == scores.tolist()
    assert [1.0, 1.0] == np.copysign(1, scores[2:]).tolist()


def test_log_score_does_not_round_tiny_probabilities_away() -> None:
    """The score of 1e-20 on a no is 1e-20, and of 1e-300 on a yes is finite."""
    assert [1e-20, 300 * math.log(10)] == pytest.approx(log_score([1e-20, 1e-300], [0, 1]))


def test_one_outcome_serves_many_probabilities() -> None:
    """A single number stands for a column of it, and two give a single score."""
    assert [1.0, 0.25] == brier_score([0.0, 0.5], 1).tolist()
    assert 0.25 == float(brier_score(0.5, 1))
    assert math.log(2) == pytest.approx(float(log_score(0.5, 1)))


@pytest.mark.parametrize("rule", [brier_score, log_score, mean_brier_score])
@pytest.mark.parametrize(
    ("probability", "outcome", "problem"),
    [
        ([0.5, 1.5], [0, 1], "probability: row 1: 1.5 is not between 0 and 1"),
        ([-0.1], [0], "probability: row 0: -0.1 is not between 0 and 1"),
        ([0.5, float("nan")], [0, 1], "probability: row 1: nan is not between 0 and 1"),
        ([0.5, 0.5], [0, 2], "outcome: row 1: 2.0 is neither 0 nor 1"),
        (0.5, float("nan"), "outcome: nan is neither 0 nor 1"),
        ([0.5, 0.5], [1], r"outcome: has shape \(1,\), but the probabilities have \(2,\)"),
        ([[0.5], [0.5]], [1, 0], r"outcome: has shape \(2,\), but .* have \(2, 1\)"),
        (["banana"], [1], "probability: holds something that is not a number"),
    ],
)
def test_bad_input_is_named(rule, probability, outcome, problem) -> None:  # type: ignore[no-untyped-def]
    """The first value that is wrong is named, as a ValueError that the CLI can print."""
    with pytest.raises(ValueError, match=problem) as caught:
        rule(probability, outcome)
    assert isinstance(caught.value, ForecastError)


@given(truth=INNER, said=INNER)
def test_nobody_beats_the_truth_in_expectation(truth: float, said: float) -> None:
    """Both rules are proper: saying what one believes has the lowest expected loss."""
    for rule in (brier_score, log_score):

        def expected_loss(p: float, rule=rule) -> float:  # type: ignore[no-untyped-def]
            return float(truth * rule(p, 1) + (1 - truth) * rule(p, 0))

        assert expected_loss(truth) <= expected_loss(said) + 1e-12


@given(p=INNER, y=OUTCOME)
def test_complement_symmetry(p: float, y: int) -> None:
    """To say p of an event is to say 1 - p of its contrary."""
    assert float(brier_score(p, y)) == pytest.approx(float(brier_score(1 - p, 1 - y)))
    assert float(log_score(p, y)) == pytest.approx(float(log_score(1 - p, 1 - y)), rel=1e-6)


@given(p=PROBABILITY, y=OUTCOME)
def test_scores_stay_in_their_range(p: float, y: int) -> None:
    """Brier lies in 0 to 1, the logarithmic score at or above it in nats."""
    assert 0 <= float(brier_score(p, y)) <= 1
    assert float(log_score(p, y)) >= float(brier_score(p, y))
