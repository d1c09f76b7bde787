"""Calibration of one forecast per question: figures, words, and what they must not depend on."""

import dataclasses
import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.scoring import calibration, case, mean_brier, tally
from forecast.scoring.calibration import Calibration, calibration_of, calibrations_of
from forecast.scoring.cox import cox_fit, slope_range
from forecast.scoring.coxmodel import cox_model, log_ratio, maximise
from forecast.scoring.tallies import Tallies

RNG = np.random.default_rng(8)
P = RNG.beta(0.7, 0.7, 80).round(2)
Y = (RNG.random(80) < P).astype(float)
KEYS = [
    *("at", "n", "n_effective", "brier", "brier_expected", "brier_p95"),
    *("miscalibration", "miscalibration_expected", "miscalibration_p95"),
    *("discrimination", "uncertainty", "base_rate", "slope", "intercept"),
    *("p_value", "spiegelhalter_z", "verdict", "bins", "curve"),
]


def spread(slope: float, n: int = 400, shift: float = 0.0) -> Calibration:
    """Report on forecasts of 10, 30, 70, 90 % that need this slope and shift, without noise."""
    p = np.repeat([0.1, 0.3, 0.7, 0.9], n // 4)
    truth = 1 / (1 + np.exp(-(shift + slope * np.log(p / (1 - p)))))
    y = [np.arange(n // 4) < round(share * n / 4) for share in truth[:: n // 4]]
    return calibration_of(p, np.concatenate(y).astype(float), draws=999)


def test_it_has_the_keys_scripts_rely_on() -> None:
    """As a dictionary it is JSON, with the keys of the design."""
    found = dataclasses.asdict(calibration_of(P, Y, draws=99))
    assert set(KEYS) <= set(found)
    assert {"probability", "recalibrated", "n", "band_low", "band_high"} == set(found["curve"][0])
    assert "NaN" not in json.dumps(found)


def test_scores_add_up() -> None:
    """Brier = miscalibration - discrimination + uncertainty, to 1e-12."""
    found = calibration_of(P, Y, draws=99)
    assert found.brier == pytest.approx(mean_brier(tally(P, 1, Y)), abs=1e-12)
    total = found.miscalibration - found.discrimination + found.uncertainty  # type: ignore[operator]
    assert found.brier == pytest.approx(total, abs=1e-12)
    assert (P * (1 - P)).mean() == pytest.approx(found.brier_expected)
    assert [80, 80] == [sum(row.n for row in table) for table in (found.bins, found.curve)]


def test_chance_alone_gives_what_is_documented() -> None:
    """At 30 questions with forecasts spread evenly, miscalibration is about 0.047 by chance."""
    p = (np.arange(30) + 0.5) / 30
    found = calibration_of(p, p > 0.5)
    assert 0.047 == pytest.approx(found.miscalibration_expected, abs=0.002)
    assert 0.073 == pytest.approx(found.miscalibration_p95, abs=0.003)


def test_spiegelhalter_by_hand() -> None:
    """Two forecasts of 20 %, one true: Z = 0.6 (0.8 - 0.2) / sqrt(2 * 0.36 * 0.16)."""
    found = calibration_of([0.2, 0.2], [1, 0], draws=99)
    assert 0.6 * 0.6 / math.sqrt(2 * 0.36 * 0.16) == pytest.approx(found.spiegelhalter_z)
    assert calibration_of([0.5] * 20, [1, 0] * 10, draws=99).spiegelhalter_z is None


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(80)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """Nor does anything else: the same record has the same report, to the last digit."""
    events = np.arange(80) // 2
    first = calibration_of(P, Y, events, draws=199)
    assert first == calibration_of(P[order], Y[order], events[order], draws=199)


def test_complements_are_as_well_calibrated() -> None:
    """Asking the opposite changes no slope, ratio or score, and turns the intercept around."""
    one, other = cox_fit(tally(P, 1, Y)), cox_fit(tally(1 - P, 1, 1 - Y))
    assert (one.slope, one.ratio) == pytest.approx((other.slope, other.ratio), abs=1e-9)
    assert one.intercept == pytest.approx(-other.intercept, abs=1e-9)  # type: ignore[operator]
    first, second = (calibration_of(p, y) for p, y in ((P, Y), (1 - P, 1 - Y)))
    assert first.miscalibration == pytest.approx(second.miscalibration, abs=1e-12)
    assert first.p_value == pytest.approx(second.p_value, abs=0.02)


@pytest.mark.parametrize(
    ("slope", "shift", "departure"),
    [
        (0.5, 0.0, "overconfident"),
        (1.8, 0.0, "underconfident"),
        (1.0, -0.8, "too high"),
        (1.0, 0.8, "too low"),
    ],
)
def test_each_bend_is_named(slope: float, shift: float, departure: str) -> None:
    """A slope about even odds, or a shift of all log odds, is found and called what it is."""
    found = spread(slope, shift=shift)
    assert found.slope == pytest.approx(slope, abs=0.06)
    assert found.intercept == pytest.approx(shift, abs=0.06)
    assert (departure, f"plainly {departure}") == (found.departure, found.verdict)


def test_a_bend_that_is_neither_is_named_by_its_slope() -> None:
    """80 % came true whether 70 % or 88 % was said: neither high nor low, but too sure of it."""
    fit = cox_fit(Tallies([0.7, 0.88], [100, 100], [80, 80]))
    assert "overconfident" == fit.departure
    assert 0.0 == pytest.approx(fit.slope, abs=1e-6)


def test_certainties_leave_the_test() -> None:
    """Forecasts of 0 and 1 change neither slope nor p-value; a wrong one is impossible."""
    with_ends = np.append(P, [0, 1, 1]), np.append(Y, [0, 1, 1])
    inside, found = calibration_of(P, Y), calibration_of(*with_ends)
    assert (inside.slope, inside.intercept) == pytest.approx((found.slope, found.intercept))
    assert inside.p_value == pytest.approx(found.p_value, abs=0.02)
    wrong = calibration_of(with_ends[0], np.append(Y, [0, 1, 0]))
    assert (1, "plainly impossible") == (wrong.n_impossible, wrong.verdict)
    assert ("what was said to be impossible happened on 1 question",) == wrong.reasons


def test_certainties_alone_leave_nothing_to_test() -> None:
    """There is a score, but neither slope nor p-value nor Z."""
    found = calibration_of([0, 1, 1], [0, 1, 1], draws=99)
    assert (None, None, None) == (found.slope, found.p_value, found.spiegelhalter_z)
    assert ("too few to tell", 0.0) == (found.verdict, found.brier)
    assert "every forecast is 0 or 1, which leaves nothing to test" in found.reasons


def test_one_distinct_forecast_has_an_intercept_only() -> None:
    """Its ratio is the binomial one."""
    fit = cox_fit(tally([0.3] * 40, 1, [1] * 20 + [0] * 20))
    ratio = 2 * (20 * math.log(0.5 / 0.3) + 20 * math.log(0.5 / 0.7))
    assert (None, ratio, "too low") == (fit.slope, pytest.approx(fit.ratio), fit.departure)
    assert -math.log(0.3 / 0.7) == pytest.approx(fit.intercept)
    found = calibration_of([0.3] * 40, [1] * 20 + [0] * 20)
    assert "one forecast alone has no slope" in found.reasons
    # Exactly: 20 or more of 40 at 30 %, or as unlikely few; 0.0095 by the binomial law
    assert 0.0095 == pytest.approx(found.p_value, abs=0.003)


@pytest.mark.parametrize(
    "outcome", [[0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0], [0] * 6, [1] * 6, [0, 0, 1, 1, 1, 1]]
)
def test_separated_answers_have_no_slope_and_a_finite_ratio(outcome: list[int]) -> None:
    """The ratio is -2 log likelihood of the forecasts, all of which the best fit explains."""
    p = np.array([0.1, 0.2, 0.4, 0.6, 0.8, 0.9])
    fit = cox_fit(tally(p, 1, outcome))
    ratio = -2 * np.log(np.where(np.array(outcome) == 1, p, 1 - p)).sum()
    assert (None, None) == (fit.slope, fit.intercept)
    assert ratio == pytest.approx(fit.ratio, abs=1e-8)
    found = calibration_of(p, outcome, draws=99)
    assert any(reason.startswith("forecasts separate") for reason in found.reasons)


def test_separation_but_for_a_tie_has_its_limit() -> None:
    """Where only answers at the border value differ, these alone keep their entropy."""
    fit = cox_fit(tally([0.2, 0.2, 0.5, 0.5, 0.8], 1, [0, 0, 1, 0, 1]))
    limit = 2 * math.log(0.5)
    base = 2 * math.log(0.8) + 2 * math.log(0.5) + math.log(0.8)
    assert (None, 2 * (limit - base)) == (fit.slope, pytest.approx(fit.ratio, abs=1e-8))


def test_slopes_that_fit_as_well_end_where_the_profile_does() -> None:
    """At either end the profile likelihood lies half the allowance below the top."""
    tallies = tally(P, 1, Y)
    model = cox_model(tallies)
    _, top = maximise(model, model.sums, np.eye(2), model.calibrated)
    for allowed in (3.84, 9.21):
        for end in slope_range(tallies, allowed):
            start = np.array([[model.centre, (end or 0) * model.scale]])
            _, there = maximise(model, model.sums, np.array([[1.0, 0.0]]), start)
            assert allowed == pytest.approx(2 * (top[0] - there[0]), abs=1e-6)
    assert log_ratio(model, top, model.sums) == pytest.approx(cox_fit(tallies).ratio)


def test_separated_answers_leave_slopes_open() -> None:
    """Any slope above some least one fits as well."""
    low, high = slope_range(tally(np.arange(1, 10) / 10, 1, np.arange(1, 10) > 4))
    assert low is not None
    assert high is None
    assert (None, None) == slope_range(tally([0.2, 0.4, 0.6], 1, [0, 0, 0]))


def test_an_event_counts_once() -> None:
    """Asking every question three times changes neither p-value nor range of slopes."""
    events = np.repeat(np.arange(80), 3)
    once = calibration_of(P, Y)
    thrice = calibration_of(np.repeat(P, 3), np.repeat(Y, 3), events)
    assert 80 == pytest.approx(thrice.n_effective)
    assert once.p_value == pytest.approx(thrice.p_value, abs=0.02)
    assert once.slope_low == pytest.approx(thrice.slope_low, abs=1e-6)
    assert once.spiegelhalter_p_value == pytest.approx(thrice.spiegelhalter_p_value, abs=0.02)
    assert thrice.miscalibration_p_value is None
    assert "what chance gives takes the questions of an event as independent" in thrice.reasons


def test_nothing_at_all() -> None:
    """No question is no error."""
    found = calibration_of([], [])
    assert (0, 0.0, None, "too few to tell") == (
        found.n,
        found.n_effective,
        found.brier,
        found.verdict,
    )
    assert ("no question is resolved that has a forecast that counts",) == found.reasons


def test_too_few_says_how_many() -> None:
    """Both borders are named where they are missed."""
    found = calibration_of([0.05, 0.9] * 10, [0, 1] * 10)
    assert "too few to tell" == found.verdict
    assert "worth 20 independent questions, where words need 30" in found.reasons
    assert "sum of p (1 - p) is 1.4, where words need 5" in found.reasons


def test_several_forecasters_are_judged_together() -> None:
    """A p-value of 0.004 is a sign alone, and none among ten forecasters."""
    p = np.repeat([0.2, 0.4, 0.6, 0.8], 25)
    y = np.concatenate([np.arange(25) < k for k in (10, 12, 13, 15)]).astype(float)
    (alone,) = calibrations_of([(p, y, None)])
    assert "signs of overconfidence" == alone.verdict
    among = calibrations_of([(p, y, None)] * 10)[0]
    assert among.verdict.startswith("no sign of miscalibration; slopes from")
    assert min(1.0, 10 * among.p_value) == pytest.approx(among.p_value_holm)  # type: ignore[operator]


def test_plain_words_are_within_reach_of_many_forecasters() -> None:
    """Draws grow with the number of forecasters, so that Holm's adjustment can reach 0.001."""
    bad = ([0.1] * 40 + [0.9] * 40, [0] * 28 + [1] * 40 + [0] * 12, None)
    fine = ([0.5] * 40, [0, 1] * 20, None)
    reports = calibrations_of([bad] + [fine] * 24)
    assert "plainly overconfident" == reports[0].verdict
    assert 50_000 == reports[0].draws
    assert 9_999 == reports[1].draws


def test_many_distinct_forecasts_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Into cells that tests cannot tell from the whole; scores stay exact, reasons say so."""
    p = np.concatenate([[0.0, 1.0], RNG.random(3_000)])
    y = (RNG.random(3_002) < p).astype(float)
    joined = calibration_of(p, y)
    monkeypatch.setattr(case, "MOST_DISTINCT", 10_000)
    exact = calibration_of(p, y)
    assert (502, 3_002) == (len(joined.curve), len(exact.curve))
    assert (exact.brier, exact.miscalibration) == (joined.brier, joined.miscalibration)
    assert exact.slope == pytest.approx(joined.slope, abs=0.01)
    assert exact.p_value == pytest.approx(joined.p_value, abs=0.03)
    assert exact.miscalibration_expected == pytest.approx(joined.miscalibration_expected, rel=0.1)
    assert exact.miscalibration_p95 == pytest.approx(joined.miscalibration_p95, rel=0.1)
    told = "noise floor, band and tests of forecasts joined into 502 cells"
    assert (told in joined.reasons, told in exact.reasons) == (True, False)


def test_the_smallest_probabilities_do_not_overflow() -> None:
    """A forecast next to nothing that came true is finitely wrong, and warns of nothing."""
    for p in (5e-324, 1e-310, np.nextafter(1.0, 0.0)):
        found = calibration_of([p] * 12, [p < 0.5] * 6 + [p > 0.5] * 6)
        assert found.p_value is not None
        assert found.p_value <= 0.001


def test_draws_for_many_forecasters_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: beyond the budget p-values rest on the draws that were asked for."""
    bad = ([0.1] * 40 + [0.9] * 40, [0] * 28 + [1] * 40 + [0] * 12, None)
    assert [20_000] * 10 == [one.draws for one in calibrations_of([bad] * 10)]
    monkeypatch.setattr(calibration, "BUDGET", 1)
    assert [9_999] * 10 == [one.draws for one in calibrations_of([bad] * 10)]


@pytest.mark.parametrize(
    ("probability", "outcome", "message"),
    [
        ([0.5, 1.5], [0, 1], "probability: row 1: 1.5 is not between 0 and 1"),
        ([0.5, 0.5], [0, 2], "outcome: row 1: 2.0 is neither 0 nor 1"),
        ([0.5], [0, 1], "outcome: has 2 rows, but probability has 1"),
    ],
)
def test_bad_rows_are_named(probability: list[float], outcome: list[int], message: str) -> None:
    """Before anything is drawn."""
    with pytest.raises(ValueError, match=message):
        calibration_of(probability, outcome)


def test_another_process_gives_the_same_report() -> None:
    """The seed is fixed."""
    code = (
        "from forecast.scoring.calibration import calibration_of;"
        "print(calibration_of([.1, .4, .4, .8] * 9, [0, 1, 0, 1] * 9, draws=499))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = calibration_of([0.1, 0.4, 0.4, 0.8] * 9, [0, 1, 0, 1] * 9, draws=499)
    assert str(here) == done.stdout.strip()
