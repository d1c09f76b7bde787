"""Tallies, and the scores that are functions of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.scoring import (
    Tallies,
    base_rate,
    brier_score,
    log_score,
    mean_brier,
    mean_log_score,
    merge,
    tally,
)

TWO_DECIMALS = st.integers(1, 99).map(lambda percent: percent / 100)
ROW = st.tuples(TWO_DECIMALS, st.floats(1e-3, 1e3), st.sampled_from([0, 1]))
ROWS = st.lists(ROW, min_size=1, max_size=30)
Rows = list[tuple[float, float, int]]


def columns(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn rows of (probability, weight, outcome) into columns."""
    p, w, y = np.array(rows).T
    return p, w, y


def figures(tallies: Tallies) -> tuple[float, float, float]:
    """Give every score of tallies."""
    return mean_brier(tallies), mean_log_score(tallies), base_rate(tallies)


def test_equal_probabilities_become_one() -> None:
    """Merging is exact: equal is equal to the last bit, and nothing else is."""
    tallies = tally([0.3, 0.1 + 0.2, 0.3], [1, 2, 4], [1, 0, 0])
    assert [0.3, 0.1 + 0.2] == tallies.probability.tolist()
    assert [5.0, 2.0] == tallies.weight.tolist()
    assert [1.0, 0.0] == tallies.weight_true.tolist()


def test_impossible_things_that_happened_are_infinite() -> None:
    """Weight on the impossible makes the mean infinite; certain and right adds nothing."""
    assert math.inf == mean_log_score(tally([0.0, 0.5], 1, [1, 1]))
    assert math.inf == mean_log_score(tally([1.0, 0.5], [1e-12, 1e3], [0, 1]))
    assert math.log(2) / 3 == pytest.approx(mean_log_score(tally([0, 1, 0.5], 1, [0, 1, 1])))


def test_weight_zero_says_nothing() -> None:
    """Not even an infinite score survives a weight of 0."""
    assert math.log(2) == pytest.approx(mean_log_score(tally([0.0, 0.5], [0, 1], [1, 1])))


def test_there_is_no_mean_of_nothing() -> None:
    """Without weight there is no score, and that is said."""
    for score in (mean_brier, mean_log_score, base_rate):
        with pytest.raises(ValueError, match="weight: is nothing in all"):
            score(tally([], 1, []))
    with pytest.raises(ValueError, match="parts: holds no tallies"):
        merge([])


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (([0.5], [-1], [1]), "weight: row 0: -1.0 is no weight"),
        (([0.5], [math.inf], [1]), "weight: row 0: inf is no weight"),
        (([0.5, 0.5], [1, 1], [1]), "outcome: has 1 rows, but probability has 2"),
        (([1.5], [1], [1]), "probability: row 0: 1.5 is not between"),
    ],
)
def test_bad_input_is_named(columns, problem) -> None:  # type: ignore[no-untyped-def]
    """Weights are finite and not negative, columns of one length."""
    with pytest.raises(ValueError, match=problem):
        tally(*columns)


def test_one_wrong_certainty_is_infinite_however_little_it_weighs() -> None:
    """Both parts of the weight are kept: 1e-12 beside 1e12 is not rounded away."""
    for said, happened in ((1.0, 0), (0.0, 1)):
        tallies = tally([said, said], [1e12, 1e-12], [1 - happened, happened])
        assert math.inf == mean_log_score(tallies)
        assert math.inf == mean_log_score(merge([tallies, tally([0.5], 1, [1])]))


def test_the_rest_of_the_weight_is_the_difference_unless_given() -> None:
    """Three columns make tallies; a fourth must fit them."""
    three = Tallies([0.5, 0.7], [1.0, 3.0], [1.0, 1.0])
    assert [0.0, 2.0] == three.weight_false.tolist()
    four = Tallies(three.probability, three.weight, three.weight_true, three.weight_false)
    assert figures(three) == figures(four)
    with pytest.raises(ValueError, match="weight_false: is not what weight_true leaves"):
        Tallies([0.5], [1.0], [0.5], [0.4])
    with pytest.raises(ValueError, match="weight_false: has 2 rows"):
        Tallies([0.5], [1.0], [0.5], [0.5, 0.5])


def test_more_weight_than_a_float_holds_is_refused() -> None:
    """Instead of a mean of nan."""
    with pytest.raises(ValueError, match="weight: is more in all than a float can hold"):
        mean_brier(tally([0.1, 0.2], 1e308, [1, 0]))


def test_the_original_scale_is_twice_as_long() -> None:
    """As for a single forecast."""
    tallies = tally([0.5, 0.1], [1, 2], [0, 1])
    assert 2 * mean_brier(tallies) == pytest.approx(mean_brier(tallies, scale="original"))


@pytest.mark.parametrize("decimals", [1, 2, 4, 5, 17])
@pytest.mark.parametrize("weighted", [True, False])
def test_many_forecasts_are_counted_like_few(decimals: int, weighted: bool) -> None:
    """The quick ways for many rows give what sorting gives, to the last bit of probability."""
    rng = np.random.default_rng(2)
    p = np.round(rng.random(30_000), decimals)
    p[:3] = [0.0, 1.0, -0.0]
    y = rng.random(p.size) < p
    w = rng.integers(0, 4, p.size) if weighted else np.full(p.size, 3)
    distinct, group = np.unique(p[w > 0], return_inverse=True)
    expected = np.bincount(group, w[w > 0]), np.bincount(group, (w * y)[w > 0])
    tallies = tally(p, w if weighted else 3, y)
    assert distinct.tolist() == tallies.probability.tolist()
    assert expected[0].tolist() == tallies.weight.tolist()
    assert expected[1].tolist() == tallies.weight_true.tolist()
    assert (expected[0] - expected[1]).tolist() == tallies.weight_false.tolist()
    assert not np.signbit(tallies.probability).any()


def test_one_odd_probability_among_many_is_kept() -> None:
    """0.1 + 0.2 is not 0.3, also where all others have two decimals."""
    p = np.full(20_000, 0.3)
    p[-1] = 0.1 + 0.2
    tallies = tally(p, 1, np.zeros(p.size))
    assert [0.3, 0.1 + 0.2] == tallies.probability.tolist()
    assert [19_999.0, 1.0] == tallies.weight.tolist()


def test_decimals_read_from_text_are_steps_of_four_decimals() -> None:
    """What the quick way rests on: i / 10,000 is the float of that decimal."""
    assert [float(f"{i / 10_000:.4f}") for i in range(10_001)] == [
        i / 10_000 for i in range(10_001)
    ]


def test_equal_weights_of_zero_say_nothing() -> None:
    """As rows of weight 0 do."""
    assert 0 == tally([0.5, 0.6], 0, [1, 0]).probability.size


def test_more_cannot_come_true_than_was_said() -> None:
    """The weight that came true is part of the weight."""
    with pytest.raises(ValueError, match="weight_true: is more than"):
        Tallies(np.array([0.5]), np.array([1.0]), np.array([2.0]))


@given(ROWS)
def test_tallies_are_all_that_scores_depend_on(rows: Rows) -> None:
    """Scores of tallies are the weighted means over the forecasts themselves."""
    p, w, y = columns(rows)
    tallies = tally(p, w, y)
    assert np.average(brier_score(p, y), weights=w) == pytest.approx(mean_brier(tallies))
    assert np.average(log_score(p, y), weights=w) == pytest.approx(mean_log_score(tallies))
    assert np.average(y, weights=w) == pytest.approx(base_rate(tallies))


@given(ROWS, st.integers(0, 30))
def test_merging_and_splitting_change_nothing(rows: Rows, cut: int) -> None:
    """Two halves merged, and the halves side by side unmerged, score like the whole."""
    p, w, y = columns(rows)
    cut = min(cut, len(rows))
    halves = [tally(p[:cut], w[:cut], y[:cut]), tally(p[cut:], w[cut:], y[cut:])]
    side_by_side = Tallies(
        *(
            np.concatenate([getattr(half, name) for half in halves])
            for name in ("probability", "weight", "weight_true")
        )
    )
    expected = pytest.approx(figures(tally(p, w, y)))
    assert expected == figures(merge(halves))
    assert expected == figures(side_by_side)


@given(ROWS, st.floats(1e-12, 1e12))
def test_weights_scale_out(rows: Rows, factor: float) -> None:
    """The unit of weight does not matter, microseconds or days."""
    p, w, y = columns(rows)
    assert figures(tally(p, w, y)) == pytest.approx(figures(tally(p, factor * w, y)))


@given(ROWS, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: Rows, random) -> None:  # type: ignore[no-untyped-def]
    """Tallies of shuffled forecasts are the same tallies."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert figures(tally(*columns(rows))) == pytest.approx(figures(tally(*columns(shuffled))))


@given(ROWS)
def test_complement_symmetry(rows: Rows) -> None:
    """Turning every question round changes no score and mirrors the base rate."""
    p, w, y = columns(rows)
    brier, loss, rate = figures(tally(p, w, y))
    turned = figures(tally(1 - p, w, 1 - y))
    assert (brier, loss, 1 - rate) == pytest.approx(turned)


@given(st.integers(0, 10), TWO_DECIMALS)
def test_no_constant_beats_the_base_rate(n_yes: int, said: float) -> None:
    """Both mean scores are proper: the best constant forecast is the frequency itself."""
    for score in (mean_brier, mean_log_score):
        honest, other = (
            Tallies(np.array([p]), np.array([10.0]), np.array([float(n_yes)]))
            for p in (n_yes / 10, said)
        )
        assert score(honest) <= score(other) + 1e-12
