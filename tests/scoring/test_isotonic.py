"""Isotonic recalibration: the best increasing function, exactly."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize  # noqa: F401  loaded here: no example's deadline should wait for it
from hypothesis import given
from hypothesis import strategies as st

from forecast.scoring.decomposition import corp, corp_log
from forecast.scoring.isotonic import recalibrate
from forecast.scoring.tallies import Tallies, mean_brier, mean_log_score, tally

WEIGHT = st.one_of(
    st.integers(1, 5).map(float), st.floats(1e-12, 1e12), st.sampled_from([1e-12, 1e12])
)
ROW = st.tuples(st.integers(0, 64).map(lambda i: i / 64), WEIGHT, st.sampled_from([0, 1]))
ROWS = st.lists(ROW, min_size=1, max_size=14)
Rows = list[tuple[float, float, int]]


def tallies_of(rows: Rows) -> Tallies:
    """Count rows of (probability, weight, outcome) up."""
    p, w, y = np.array(rows).T
    return tally(p, w, y)


def by_the_formula(tallies: Tallies) -> list[Fraction]:
    """Give the least of the means up to some end, the greatest of these over all starts: exact."""
    true = [Fraction(v) for v in tallies.weight_true]
    false = [Fraction(v) for v in tallies.weight_false]
    n = len(true)

    def mean(i: int, j: int) -> Fraction:
        came = sum(true[i : j + 1])
        return Fraction(came) / (came + sum(false[i : j + 1]))

    return [max(min(mean(i, j) for j in range(k, n)) for i in range(k + 1)) for k in range(n)]


def test_pools_what_comes_true_in_the_wrong_order() -> None:
    """Four probabilities by hand: the middle two are one block of 2 in 4."""
    fit = recalibrate(tally([0.1, 0.4, 0.4, 0.5, 0.5, 0.9], 1, [0, 1, 1, 0, 0, 1]))
    assert [0.0, 0.5, 0.5, 1.0] == fit.recalibrated.tolist()
    assert [0, 1, 1, 2] == fit.block.tolist()
    assert [1.0, 4.0, 1.0] == fit.blocks.weight.tolist()
    assert [0.0, 2.0, 1.0] == fit.blocks.weight_true.tolist()
    assert [(0.1, 0.1), (0.4, 0.5), (0.9, 0.9)] == list(
        zip(fit.blocks.low, fit.blocks.high, strict=True)
    )


def test_neighbours_of_one_frequency_are_one_block() -> None:
    """Frequencies of blocks increase strictly, so that a curve has no needless steps."""
    fit = recalibrate(tally([0.1, 0.1, 0.2, 0.2], 1, [0, 1, 0, 1]))
    assert [0.5] == fit.blocks.frequency.tolist()


def test_ties_are_pooled_first() -> None:
    """Rows of one probability have one value, in whatever order they come."""
    side_by_side = Tallies([0.5, 0.2, 0.5], [1, 1, 3], [1, 0, 0])
    fit = recalibrate(side_by_side)
    assert [0.2, 0.5] == fit.tallies.probability.tolist()
    assert [0.0, 0.25] == fit.recalibrated.tolist()


@pytest.mark.parametrize("outcome", [0, 1])
def test_one_row_is_recalibrated_to_what_happened(outcome: int) -> None:
    """One forecast, one block."""
    assert [outcome] == recalibrate(tally([0.3], 1e-12, [outcome])).recalibrated.tolist()


def test_without_weight_there_is_nothing_to_recalibrate() -> None:
    """That is said, and nothing warns."""
    with pytest.raises(ValueError, match="weight: is nothing in all"):
        recalibrate(tally([], 1, []))


@given(ROWS)
def test_values_are_those_of_the_formula(rows: Rows) -> None:
    """To the last digits, whatever the weights: the max-min formula in rational numbers."""
    fit = recalibrate(tallies_of(rows))
    exact = [float(value) for value in by_the_formula(fit.tallies)]
    assert exact == pytest.approx(fit.recalibrated, rel=1e-13, abs=0)


@given(ROWS)
def test_blocks_are_consistent(rows: Rows) -> None:
    """Blocks partition the probabilities, hold their weight and increase strictly."""
    fit = recalibrate(tallies_of(rows))
    blocks = fit.blocks
    assert (np.diff(blocks.frequency) > 0).all()
    assert (blocks.low[1:] > blocks.high[:-1]).all()
    assert (blocks.frequency[fit.block] == fit.recalibrated).all()
    assert fit.tallies.weight_true.sum() == pytest.approx(blocks.weight_true.sum(), rel=1e-14)
    assert fit.tallies.weight_false.sum() == pytest.approx(blocks.weight_false.sum(), rel=1e-14)


@given(ROWS, st.lists(st.floats(0, 1), min_size=14, max_size=14))
def test_no_increasing_function_scores_better(rows: Rows, values: list[float]) -> None:
    """Neither by Brier's nor by the logarithmic score."""
    tallies = tallies_of(rows)
    moved = np.sort(values)[: tallies.probability.size]
    other = Tallies(moved, tallies.weight, tallies.weight_true, tallies.weight_false)
    for decompose, mean in ((corp, mean_brier), (corp_log, mean_log_score)):
        terms = decompose(tallies)
        assert terms.uncertainty - terms.discrimination <= mean(other) + 1e-12


@given(ROWS)
def test_recalibrating_twice_changes_nothing(rows: Rows) -> None:
    """What is recalibrated is calibrated."""
    fit = recalibrate(tallies_of(rows))
    rest = fit.tallies
    again = recalibrate(Tallies(fit.recalibrated, rest.weight, rest.weight_true, rest.weight_false))
    assert fit.blocks.frequency == pytest.approx(again.recalibrated, rel=1e-13, abs=0)


@given(ROWS)
def test_complement_symmetry(rows: Rows) -> None:
    """Turning every question round turns the blocks round."""
    fit = recalibrate(tallies_of(rows))
    turned = recalibrate(tallies_of([(1 - p, w, 1 - y) for p, w, y in rows]))
    assert 1 - fit.recalibrated[::-1] == pytest.approx(turned.recalibrated, abs=1e-15)


def test_a_hundred_thousand_wrong_orders_end() -> None:
    """Worst case for pooling: every row in the wrong order is one block."""
    n = 100_000
    fit = recalibrate(Tallies(np.arange(n) / n, np.ones(n), np.arange(n)[::-1] / n))
    assert 1 == fit.blocks.frequency.size
    assert (n - 1) / (2 * n) == pytest.approx(fit.recalibrated[0])
