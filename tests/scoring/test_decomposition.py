"""Decompositions without and with bins: they add up, and each term means what it says."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize  # noqa: F401  loaded here: no example's deadline should wait for it
from hypothesis import given
from hypothesis import strategies as st

from forecast.scoring.binned import BiasCorrected, Murphy, ferro_fricker, murphy
from forecast.scoring.decomposition import Decomposition, corp, corp_log, two_term
from forecast.scoring.tallies import Tallies, base_rate, mean_brier, mean_log_score, merge, tally

WEIGHT = st.one_of(st.integers(1, 5).map(float), st.floats(1e-12, 1e12))
GRID = st.integers(0, 64).map(lambda i: i / 64)
OUTCOME = st.sampled_from([0, 1])
ROWS = st.lists(st.tuples(GRID, WEIGHT, OUTCOME), min_size=1, max_size=25)
COUNTS = st.lists(st.tuples(GRID, st.just(1.0), OUTCOME), min_size=1, max_size=25)
BINS = st.one_of(st.none(), st.integers(1, 12), st.just([0, 0.05, 0.5, 1]))
Rows = list[tuple[float, float, int]]


def tallies_of(rows: Rows) -> Tallies:
    """Count rows of (probability, weight, outcome) up."""
    p, w, y = np.array(rows).T
    return tally(p, w, y)


def figures(tallies: Tallies) -> list[float]:
    """Give every term of every decomposition."""
    brier, log, two, bins = corp(tallies), corp_log(tallies), two_term(tallies), murphy(tallies)
    terms = [
        getattr(found, name)
        for found in (brier, log)
        for name in ("score", "miscalibration", "discrimination", "uncertainty")
    ]
    terms += [two.score, two.calibration, two.refinement, bins.reliability, bins.resolution]
    return [*terms, bins.uncertainty, bins.within_variance, bins.within_covariance]


def same(expected: list[float], actual: list[float], slack: float = 1e-12) -> bool:
    """Say whether figures agree, infinite ones included."""
    return expected == pytest.approx(actual, rel=slack, abs=slack)


@given(ROWS)
def test_corp_adds_up(rows: Rows) -> None:
    """score = miscalibration - discrimination + uncertainty to 1e-12; no term is negative."""
    tallies = tallies_of(rows)
    for decompose, mean in ((corp, mean_brier), (corp_log, mean_log_score)):
        terms = decompose(tallies)
        assert mean(tallies) == terms.score
        total = terms.miscalibration - terms.discrimination + terms.uncertainty
        assert terms.score == pytest.approx(total, rel=1e-12, abs=1e-12)
        assert min(terms.miscalibration, terms.discrimination, terms.uncertainty) >= 0
        assert terms.discrimination <= terms.uncertainty + 1e-12


@given(ROWS, BINS)
def test_bins_add_up(rows: Rows, bins: int | None) -> None:
    """Two terms are the score, and so are five, to 1e-12."""
    tallies = tallies_of(rows)
    two, five = two_term(tallies), murphy(tallies, bins)
    assert two.score == pytest.approx(two.calibration + two.refinement, abs=1e-12)
    total = five.reliability - five.resolution + five.uncertainty
    total += five.within_variance - five.within_covariance
    assert mean_brier(tallies) == pytest.approx(total, abs=1e-12)
    total = five.reliability - five.generalised_resolution + five.uncertainty
    assert five.score == pytest.approx(total, abs=1e-12)


@given(COUNTS, BINS, st.booleans())
def test_the_bias_correction_leaves_the_sum(rows: Rows, bins: int | None, bounded: bool) -> None:
    """It moves between the terms only; bounded, none of the three is negative."""
    tallies = tallies_of(rows)
    raw, terms = murphy(tallies, bins), ferro_fricker(tallies, bins, bounded=bounded)
    before = raw.reliability - raw.resolution + raw.uncertainty
    after = terms.reliability - terms.resolution + terms.uncertainty
    assert before == pytest.approx(after, abs=1e-12)
    assert (terms.share == 1) or bounded
    if bounded:
        assert min(terms.reliability, terms.resolution, terms.uncertainty) >= -1e-15


@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 25))
def test_order_splitting_and_merging_change_nothing(  # type: ignore[no-untyped-def]
    rows: Rows, random, cut: int
) -> None:
    """Shuffled, each row split in two, halves merged: the same figures."""
    expected = figures(tallies_of(rows))
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert same(expected, figures(tallies_of(shuffled)))
    split = [(p, w * part, y) for p, w, y in rows for part in (0.25, 0.75)]
    assert same(expected, figures(tallies_of(split)))
    parts = [tallies_of(some) for some in (rows[:cut], rows[cut:]) if some]
    assert same(expected, figures(merge(parts)))
    columns = ("probability", "weight", "weight_true", "weight_false")
    side_by_side = [np.concatenate([getattr(part, name) for part in parts]) for name in columns]
    assert same(expected, figures(Tallies(*side_by_side)))


@given(ROWS, st.floats(1e-12, 1e12))
def test_weights_scale_out(rows: Rows, factor: float) -> None:
    """The unit of weight does not matter."""
    scaled = [(p, w * factor, y) for p, w, y in rows]
    assert same(figures(tallies_of(rows)), figures(tallies_of(scaled)))


@given(ROWS)
def test_complement_symmetry(rows: Rows) -> None:
    """Turning every question round changes no term; binned ones apart, whose bins do not turn."""
    before = figures(tallies_of(rows))
    after = figures(tallies_of([(1 - p, w, 1 - y) for p, w, y in rows]))
    assert same(before[:11], after[:11])


@given(ROWS, st.lists(st.floats(0, 1), min_size=25, max_size=25))
def test_miscalibration_is_the_most_a_recalibration_gains(rows: Rows, values: list[float]) -> None:
    """No increasing function of the forecasts gains more than they are miscalibrated."""
    tallies = tallies_of(rows)
    moved = np.sort(values)[: tallies.probability.size]
    other = Tallies(moved, tallies.weight, tallies.weight_true, tallies.weight_false)
    assert mean_brier(tallies) - mean_brier(other) <= corp(tallies).miscalibration + 1e-12


@pytest.mark.parametrize("decompose", [corp, corp_log])
def test_the_base_rate_and_the_truth(decompose: Callable[[Tallies], Decomposition]) -> None:
    """Always the base rate: uncertainty and nothing else. Always right: all is discrimination."""
    terms = decompose(tally([0.25] * 4, 1, [1, 0, 0, 0]))
    assert (0.0, 0.0) == (terms.miscalibration, terms.discrimination)
    assert terms.score == pytest.approx(terms.uncertainty, abs=1e-15)
    terms = decompose(tally([1, 0, 0, 0], 1, [1, 0, 0, 0]))
    assert (0.0, 0.0) == (terms.score, terms.miscalibration)
    assert terms.uncertainty == pytest.approx(terms.discrimination)


@pytest.mark.parametrize("answer", [0, 1])
@pytest.mark.parametrize("said", [0.0, 0.3, 1.0])
def test_all_outcomes_agree(answer: int, said: float) -> None:
    """Then there is no uncertainty: the score is miscalibration, infinite where it is."""
    tallies = tally([said], 1, [answer])
    assert Decomposition(score := (said - answer) ** 2, score, 0.0, 0.0) == corp(tallies)
    loss = mean_log_score(tallies)
    assert (loss, 0.0, 0.0) == (corp_log(tallies).score, *(0.0, 0.0))
    assert loss == pytest.approx(corp_log(tallies).miscalibration)


def test_infinite_miscalibration_is_said_and_the_rest_stays_finite() -> None:
    """However little weighs what happened though it was impossible; nothing warns."""
    for impossible, happened in ((0.0, 1), (1.0, 0)):
        terms = corp_log(
            tally([impossible, impossible, 0.5], [1e-12, 1e12, 1], [happened, 1 - happened, 1])
        )
        assert (math.inf, math.inf) == (terms.score, terms.miscalibration)
        assert math.isfinite(terms.discrimination)
        assert terms.uncertainty > 0


def test_two_terms_split_each_probability_finely() -> None:
    """Of forecasts that all differ, calibration is the whole score."""
    terms = two_term(tally([0.1, 0.2, 0.3], 1, [0, 1, 0]))
    assert (terms.score, 0.0) == (pytest.approx(terms.calibration), terms.refinement)


def test_bins_are_named() -> None:
    """Closed on the right, the first with 0; empty ones are left out; decimals are exact."""
    table = murphy(tally([0, 0.3, 0.31, 0.6], 1, [0, 1, 0, 1]), 10).bins
    assert [0.0, 0.2, 0.3, 0.5] == table.low.tolist()
    assert [0.1, 0.3, 0.4, 0.6] == table.high.tolist()
    assert [1.0, 1.0, 1.0, 1.0] == table.weight.tolist()
    assert [0.0, 1.0, 0.0, 1.0] == table.frequency.tolist()
    assert [0.0, 0.3, 0.31, 0.6] == table.mean_probability.tolist()
    exact = murphy(tally([0.3, 0.31], 1, [1, 0]), None).bins
    assert [0.3, 0.31] == exact.low.tolist() == exact.high.tolist()


@pytest.mark.parametrize("bins", [0, -1, [0.5], [0, 0], [0, 0.4], 2.5])
@pytest.mark.parametrize("decompose", [murphy, ferro_fricker])
def test_bins_must_hold_every_forecast(
    decompose: Callable[..., Murphy | BiasCorrected],
    bins: float,
) -> None:
    """No bins, edges that do not increase or leave a forecast out are refused."""
    with pytest.raises(ValueError, match="bins: "):
        decompose(tally([0.5], 1, [1]), bins)


def test_the_correction_needs_counts() -> None:
    """Weights of time are no number of independent forecasts."""
    with pytest.raises(ValueError, match="weight: holds one that is no count"):
        ferro_fricker(tally([0.5], 1.5, [1]))


def test_the_correction_works_at_a_base_rate_of_one_half() -> None:
    """Uncertainty goes above 1/4, which stops SpecsVerification; single bins are counted."""
    tallies = tally([0.2] * 4 + [0.8] * 5 + [0.5], 1, [1, 0, 0, 0, 1, 1, 1, 0, 0, 1])
    assert 0.5 == base_rate(tallies)
    terms = ferro_fricker(tallies, bounded=True)
    assert terms.uncertainty > 0.25
    assert 0 < terms.share <= 1
    assert 1 == terms.n_single


def test_the_correction_takes_the_bias_off() -> None:
    """Over 4,000 samples of 20 calibrated forecasts reliability is 0 on average, not 0.02."""
    rng = np.random.default_rng(5)
    p = np.repeat([0.2, 0.7], 10)
    found = [tally(p, 1, rng.random(20) < p) for _ in range(4000)]
    raw = np.mean([murphy(tallies).reliability for tallies in found])
    corrected = np.mean([ferro_fricker(tallies).reliability for tallies in found])
    assert raw == pytest.approx((0.16 + 0.21) / 2 / 10, abs=1e-3)
    assert abs(corrected) < 1e-3


@pytest.mark.parametrize("decompose", [corp, corp_log, two_term, murphy, ferro_fricker])
def test_there_is_no_decomposition_of_nothing(decompose: Callable[[Tallies], object]) -> None:
    """Without weight that is said."""
    with pytest.raises(ValueError, match="weight: is nothing in all"):
        decompose(tally([], 1, []))
