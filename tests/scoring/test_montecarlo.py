"""Drawn outcomes: their law, their regressions, and the test that needs no fit for each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import isotonic_regression

from forecast.scoring import montecarlo
from forecast.scoring.cox import cox_fit
from forecast.scoring.coxmodel import cox_model, log_ratio, maximise, ratios_reach
from forecast.scoring.decomposition import corp
from forecast.scoring.montecarlo import isotonic_blocks, null_distribution, p_value, simulated
from forecast.scoring.tallies import Tallies, mean_brier, tally

RNG = np.random.default_rng(5)
MIXED = Tallies([0.0, 0.1, 0.35, 0.5, 0.9, 1.0], [3, 1, 7, 40, 1, 2], [0, 0, 2, 20, 1, 2])


def records() -> list[Tallies]:
    """Give records of several sizes, tied and not, honest and bent."""
    found = [MIXED]
    for n, decimals in ((6, 1), (10, 2), (30, 2), (100, 1), (100, 9)):
        for bend in (1.0, 2.0):
            p = RNG.beta(0.7, 0.7, n).round(decimals)
            found.append(tally(p, 1, RNG.random(n) < p**bend))
    return found


def all_draws(tallies: Tallies, draws: int) -> np.ndarray:
    """Give the draws in one piece."""
    return np.concatenate(list(simulated(tallies, draws)))


def fits(true: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Regress each draw by itself."""
    return np.array([isotonic_regression(row / weight, weights=weight).x for row in true])


def test_counts_follow_the_binomial_law() -> None:
    """Each distinct probability has its binomial, the certain ones are certain."""
    true = all_draws(MIXED, 20_000)
    assert (true[:, 0] == 0).all()
    assert (true[:, 5] == 2).all()
    for j in range(1, 5):
        n, p = int(MIXED.weight[j]), MIXED.probability[j]
        expected = stats.binom.pmf(np.arange(n + 1), n, p) * len(true)
        seen = np.bincount(true[:, j].astype(int), minlength=n + 1)
        common = expected > 5
        distance = ((seen - expected)[common] ** 2 / expected[common]).sum()
        assert distance < stats.chi2.ppf(0.999, common.sum())
    correlation = np.corrcoef(true[:, 1:5].T) - np.eye(4)
    assert np.abs(correlation).max() < 0.03


def test_draws_do_not_depend_on_parts_or_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first draws are the same however many follow, and however they are cut up."""
    whole = all_draws(MIXED, 500)
    assert whole[:70].tolist() == all_draws(MIXED, 70).tolist()
    monkeypatch.setattr(montecarlo, "CHUNK", 50)
    assert whole.tolist() == all_draws(MIXED, 500).tolist()


def test_weights_must_be_counts() -> None:
    """Time is no number of questions."""
    with pytest.raises(ValueError, match="weight: holds what is no count of questions"):
        next(simulated(Tallies([0.5], [1.5], [1.0]), 10))


@pytest.mark.parametrize("tallies", records())
def test_all_draws_at_once_are_regressed_as_each_by_itself(tallies: Tallies) -> None:
    """Blocks of strung-together draws give the curves of separate regressions to 1e-12."""
    true = all_draws(tallies, 300)
    blocks = isotonic_blocks(true, tallies.weight)
    curves = np.repeat(blocks.came / blocks.asked, blocks.stop - blocks.start)
    expected = fits(true, tallies.weight)
    assert np.abs(expected - curves.reshape(true.shape)).max() < 1e-12
    assert (np.repeat(np.arange(300), np.bincount(blocks.row)) == blocks.row).all()


@pytest.mark.parametrize("tallies", records())
def test_figures_of_draws_are_those_of_records(tallies: Tallies) -> None:
    """Brier score, miscalibration and band, by the functions for single records."""
    null = null_distribution(tallies, 400)
    true = all_draws(tallies, 400)
    each = [Tallies(tallies.probability, tallies.weight, row) for row in true]
    assert [mean_brier(t) for t in each] == pytest.approx(null.brier, abs=1e-12)
    assert [corp(t).miscalibration for t in each] == pytest.approx(null.miscalibration, abs=1e-12)
    ordered = np.sort(fits(true, tallies.weight), axis=0)
    assert np.abs(ordered[19] - null.band_low).max() < 1e-12
    assert np.abs(ordered[380] - null.band_high).max() < 1e-12


def test_without_curves_the_rest_is_the_same() -> None:
    """Only miscalibration and band are missing."""
    full, quick = (null_distribution(MIXED, 200, curves=curves) for curves in (True, False))
    assert full.brier.tolist() == quick.brier.tolist()
    assert full.sum_logit.tolist() == quick.sum_logit.tolist()
    assert (0, 0) == (quick.miscalibration.size, quick.band_low.size)


def test_p_values_count_the_record_itself() -> None:
    """(1 + hits) / (1 + draws); equal but for rounding is a hit."""
    null = np.array([0.1, 0.2, 0.3])
    assert 1 / 4 == p_value(null, 0.31)
    assert 2 / 4 == p_value(null, 0.1 + 0.2)
    assert 1.0 == p_value(null, 0.0)


@pytest.mark.parametrize("tallies", records())
def test_polygons_decide_as_fits_would(tallies: Tallies) -> None:
    """Whether a draw's ratio reaches a limit is what fitting every draw says, exactly."""
    model = cox_model(tallies)
    null = null_distribution(tallies, 999, curves=False)
    sums = np.stack(
        [null.sum_true, (null.sum_logit - model.centre * null.sum_true) / model.scale], axis=1
    )
    _, top = maximise(model, sums, np.eye(2), model.calibrated)
    ratios = log_ratio(model, top, sums)
    own = cox_fit(tallies).ratio
    assert own is not None
    for limit in (own, 0.5, 3.0, 9.0, float(ratios.max())):
        expected = ratios >= limit - 1e-7 * max(1.0, limit)
        reached = ratios_reach(model, null.sum_true, null.sum_logit, limit)
        assert expected.tolist() == reached.tolist()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=40),
)
def test_any_record_gives_finite_figures(rows: list[tuple[int, bool]]) -> None:
    """Ties, certainties, one row, all the same answer: nothing is nan and nothing raises."""
    p, y = np.array([row[0] / 100 for row in rows]), np.array([row[1] for row in rows])
    tallies = tally(p, 1, y)
    null = null_distribution(tallies, 99)
    for figure in (null.brier, null.miscalibration, null.band_low, null.band_high):
        assert np.isfinite(figure).all()
        assert ((figure >= 0) & (figure <= 1)).all()
    assert (np.diff(null.band_low) >= 0).all()
    assert (null.band_low <= null.band_high).all()
    fit = cox_fit(tallies)
    if fit.ratio is None:
        assert not ((p > 0) & (p < 1)).any()
    else:
        assert np.isfinite(fit.ratio)
        reached = ratios_reach(cox_model(tallies), null.sum_true, null.sum_logit, fit.ratio)
        assert (99,) == reached.shape
