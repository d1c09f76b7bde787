"""How sure one may be of a mean score, and when no interval is given."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecast.scoring.inference import effective_number, expected_losses, mean_interval

SCORES = np.random.default_rng(3).beta(1, 3, 24)


def test_without_clusters_it_is_the_textbook_interval() -> None:
    """Student's t around the mean with n - 1 degrees of freedom."""
    interval = mean_interval(SCORES, rare_outcomes=5)
    low, high = stats.t.interval(0.95, 23, SCORES.mean(), stats.sem(SCORES))
    assert (low, high) == pytest.approx((interval.low, interval.high))
    assert (24, 24.0, None) == (interval.n, interval.n_effective, interval.reason)


def test_clusters_by_hand() -> None:
    """Five events of two like questions: five means, four degrees of freedom."""
    means = np.array([0.1, 0.2, 0.3, 0.2, 0.4])
    interval = mean_interval(
        np.repeat(means, 2), np.repeat(list("abcde"), 2), rare_outcomes=5, level=0.9
    )
    low, high = stats.t.interval(0.9, 4, means.mean(), stats.sem(means))
    assert (low, high) == pytest.approx((interval.low, interval.high))
    assert 5.0 == interval.n_effective


def test_uneven_clusters_by_the_formula() -> None:
    """se and n_eff written out, with degrees of freedom that are no whole number."""
    labels = np.array([0] * 10 + [1] * 6 + list(range(2, 10)))
    interval = mean_interval(SCORES, labels, rare_outcomes=5)
    m, groups = SCORES.mean(), np.unique(labels)
    squares = sum((SCORES[labels == g] - m).sum() ** 2 for g in groups)
    error = math.sqrt(len(groups) / (len(groups) - 1) * squares) / 24
    n_effective = 24**2 / (10**2 + 6**2 + 8)
    reach = stats.t.ppf(0.975, n_effective - 1) * error
    assert n_effective == pytest.approx(interval.n_effective)
    assert (max(0, m - reach), m + reach) == pytest.approx((interval.low, interval.high))


def test_the_range_of_the_score_cuts_it_off() -> None:
    """No interval reaches below 0, or above 1 where that is the worst score."""
    low = mean_interval([0.0] * 9 + [0.3] * 3, rare_outcomes=5)
    high = mean_interval([1.0] * 9 + [0.7] * 3, rare_outcomes=5)
    doubled = mean_interval([2.0] * 9 + [1.4] * 3, rare_outcomes=5, high=2.0)
    assert (0.0, 1.0, 2.0) == (low.low, high.high, doubled.high)


@pytest.mark.parametrize(
    ("n", "rare", "reason"),
    [
        (0, 0, "0 questions, where an interval needs 10"),
        (1, 0, "1 question, where an interval needs 10"),
        (9, 5, "9 questions, where an interval needs 10"),
        (10, 4, "4 of the rarer outcome, where an interval needs 5"),
        (10, 5, None),
    ],
)
def test_none_is_given_on_too_little(n: int, rare: int, reason: str | None) -> None:
    """Both borders of the rule, each from both sides."""
    interval = mean_interval(SCORES[:n], rare_outcomes=rare)
    assert reason == interval.reason
    assert (reason is not None) == (interval.low is None) == (interval.high is None)
    assert (n == 0) == (interval.mean is None)


def test_none_is_given_for_fewer_than_two_independent_questions() -> None:
    """Two even clusters are worth 2, which is just enough; anything more uneven is not."""
    even = mean_interval(SCORES[:12], [0] * 6 + [1] * 6, rare_outcomes=5)
    uneven = mean_interval(SCORES[:12], [0] * 7 + [1] * 5, rare_outcomes=5)
    single = mean_interval(SCORES[:12], ["x"] * 12, rare_outcomes=5)
    assert (2.0, None) == (even.n_effective, even.reason)
    expected = "the 12 questions are worth 1.9 independent ones, where an interval needs 2"
    assert expected == uneven.reason
    assert (1.0, None) == (single.n_effective, single.low)


def test_an_infinite_mean_has_no_interval() -> None:
    """That, too, is said in words."""
    interval = mean_interval([math.inf, *[0.5] * 11], rare_outcomes=5, high=math.inf)
    assert (math.inf, "the mean is infinite") == (interval.mean, interval.reason)


@pytest.mark.parametrize("scores", [[0.5, float("nan")], [1.5], [-0.5]])
def test_scores_out_of_range_are_refused(scores: list[float]) -> None:
    """Cutting the interval off at a range the scores do not keep would be a lie."""
    with pytest.raises(ValueError, match=r"scores: hold one that is not between 0.0 and 1.0"):
        mean_interval(scores, rare_outcomes=5)


def test_labels_must_fit_and_levels_be_levels() -> None:
    """As many labels as scores; a level of 95 is a slip for 0.95."""
    with pytest.raises(ValueError, match="clusters: has 1 rows"):
        mean_interval([0.5, 0.5], ["a"], rare_outcomes=5)
    with pytest.raises(ValueError, match="level: 95 is not between 0 and 1"):
        mean_interval([0.5], rare_outcomes=5, level=95)


@given(st.lists(st.floats(0, 1), min_size=10, max_size=40), st.data())
def test_it_holds_the_mean_and_counts_copies_once(scores: list[float], data) -> None:  # type: ignore[no-untyped-def]
    """The mean lies inside; asking every question twice, in one cluster, changes nothing."""
    once = mean_interval(scores, rare_outcomes=5)
    labels = np.arange(len(scores))
    twice = mean_interval(np.tile(scores, 2), np.tile(labels, 2), rare_outcomes=5)
    assert 0 <= once.low <= once.mean + 1e-12 <= once.high + 2e-12 <= 1 + 2e-12  # type: ignore[operator]
    assert (once.low, once.high, once.n_effective) == pytest.approx(
        (twice.low, twice.high, twice.n_effective), abs=1e-9
    )


def test_a_given_interval_covers() -> None:
    """Of 2,000 records of 60 questions with a spread of scores, at least 90 % are covered."""
    rng = np.random.default_rng(11)
    p = rng.uniform(0.1, 0.9, (2000, 60))
    y = rng.random(p.shape) < p
    truth = 1 / 4 - 0.8**2 / 12  # E p(1 - p) for p uniform on 0.1 to 0.9
    intervals = [
        mean_interval((row - hits) ** 2, rare_outcomes=int(min(hits.sum(), (~hits).sum())))
        for row, hits in zip(p, y, strict=True)
    ]
    covered = [i.low <= truth <= i.high for i in intervals if i.low is not None and i.high]
    assert len(covered) > 1900
    assert np.mean(covered) >= 0.9


def test_sharp_forecasts_have_few_losses_to_judge_by() -> None:
    """By hand: v = 0.09 and E s^2 = 0.09 * 0.73 for 10 %, so n * 0.09 / 0.73 questions count."""
    assert 40 * 0.09 / 0.73 == pytest.approx(expected_losses([0.1] * 40))
    assert 10 * 0.09 / 0.73 == pytest.approx(expected_losses([0.1] * 40, np.arange(40) // 4))
    assert (0.0, 0.0) == (expected_losses([0.0, 1.0]), expected_losses([]))


@pytest.mark.parametrize(("n", "given"), [(40, False), (41, True)])
def test_no_interval_where_forecasts_are_too_sharp(n: int, given: bool) -> None:
    """On both sides of 5 losses: 40 * 0.09 / 0.73 = 4.93, 41 of them 5.05."""
    interval = mean_interval([0.01, 0.81] * 5 + [0.01] * (n - 10), rare_outcomes=5)
    sharp = mean_interval(
        [0.01, 0.81] * 5 + [0.01] * (n - 10), rare_outcomes=5, probability=[0.1] * n
    )
    assert interval.low is not None
    assert given == (sharp.low is not None)
    reason = "losses from forecasts this sharp come from about 4.9 questions, where an interval"
    assert given or str(sharp.reason).startswith(reason)


def test_the_effective_number_by_hand() -> None:
    """Of sizes 2, 1, 1: 16 / 6; without labels every question counts; of none, none."""
    assert (16 / 6, 4.0, 0.0) == (
        effective_number(4, list("aabc")),
        effective_number(4),
        effective_number(0),
    )
