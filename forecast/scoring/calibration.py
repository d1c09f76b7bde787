"""Calibration of one forecast per question: every figure beside what chance alone would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.scoring.arrays import FloatArray
from forecast.scoring.case import Case, case_of, draw, sharpen
from forecast.scoring.cox import FITS_AS_WELL, slope_range
from forecast.scoring.coxmodel import cox_model
from forecast.scoring.decomposition import corp
from forecast.scoring.isotonic import recalibrate
from forecast.scoring.montecarlo import p_value
from forecast.scoring.summary import Bin, bins_table
from forecast.scoring.tallies import base_rate
from forecast.scoring.verdict import (
    MIN_EFFECTIVE,
    MIN_INFORMATION,
    SIGNS,
    TOO_FEW,
    holm,
    verdict_of,
)

DRAWS = 9_999
#: Draws for each forecaster of a report, so that Holm's adjustment can still reach 0.001.
DRAWS_EACH = 2_000
#: Draws times distinct forecasts that this may take: some seconds, however many they are. With
#: fewer draws p-values are larger, so that words are weaker, never stronger.
BUDGET = 500_000_000


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A distinct forecast and what it is recalibrated to, with its 90 % consistency band.

    Of calibrated forecasters with these forecasts, one in twenty is recalibrated to less than
    `band_low` here, and one in twenty to more than `band_high`.
    """

    probability: float
    recalibrated: float
    n: int
    band_low: float
    band_high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Forecasts against outcomes; None where there is nothing to say, and `reasons` tell why.

    Parameters
    ----------
    at : str
        Which forecast of each question this is: "first", or a time before the deadline.
    n, n_effective : int, float
        Questions, and how many independent ones they are worth.
    brier, brier_expected, brier_p95 : float or None
        Mean Brier score, 0 to 1, lower is better; its mean and 95th percentile for calibrated
        forecasters with these very forecasts.
    miscalibration, miscalibration_expected, miscalibration_p95, miscalibration_p_value
        Of the CORP decomposition, likewise; lower is better.
    discrimination, uncertainty : float or None
        Brier = miscalibration - discrimination + uncertainty.
    base_rate : float or None
        The share answered yes.
    slope, intercept : float or None
        Of Cox's recalibration; a slope below 1 is overconfident.
    slope_low, slope_high : float or None
        The slopes that fit as well; None where there is no end.
    p_value : float or None
        Of Cox's test of slope 1 and intercept 0, by Monte Carlo.
    p_value_holm : float or None
        The same adjusted for the number of forecasters judged at once; the verdict's.
    spiegelhalter_z, spiegelhalter_p_value : float or None
        Positive where the Brier score is worse than calibrated forecasters would get.
    n_impossible : int
        Questions that turned out against a forecast of exactly 0 or 1.
    departure, verdict : str
        The bend that fits best, whatever it is worth; and the words (`verdict_of`).
    reasons : tuple of str
        What is missing, and why.
    bins : tuple of Bin
        Fixed bins of probability.
    curve : tuple of CurvePoint
        The reliability curve, at each distinct forecast.
    draws : int
        Behind `p_value`.
    """

    at: str
    n: int
    n_effective: float
    brier: float | None
    brier_expected: float | None
    brier_p95: float | None
    miscalibration: float | None
    miscalibration_expected: float | None
    miscalibration_p95: float | None
    miscalibration_p_value: float | None
    discrimination: float | None
    uncertainty: float | None
    base_rate: float | None
    slope: float | None
    intercept: float | None
    slope_low: float | None
    slope_high: float | None
    p_value: float | None
    p_value_holm: float | None
    spiegelhalter_z: float | None
    spiegelhalter_p_value: float | None
    n_impossible: int
    departure: str | None
    verdict: str
    reasons: tuple[str, ...]
    bins: tuple[Bin, ...]
    curve: tuple[CurvePoint, ...]
    draws: int


Record = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike | None]


def calibration_of(
    probability: npt.ArrayLike,
    outcome: npt.ArrayLike,
    clusters: npt.ArrayLike | None = None,
    *,
    at: str = "first",
    draws: int = DRAWS,
) -> Calibration:
    """Set one forecast per question against what happened, and against what chance would do.

    One forecast per question, at a moment that does not depend on the answer: spells pooled with
    their lengths make an honest forecaster look miscalibrated. Outcomes are drawn from the
    forecasts, with a fixed seed and sorted, so that a record has one report. Events enter as
    the worst case, that all questions of one go the same way: a likelihood ratio counts
    n_effective / n of what it does for independent questions, and so does Z squared. For
    miscalibration there is no such rule, and no p-value where questions share an event.

    Parameters
    ----------
    probability : array_like, shape (n,)
        Of yes, from 0 to 1.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no.
    clusters : array_like, shape (n,), optional
        Labels of events. Each question its own, unless given.
    at : str
        Which forecast this is; it is passed on.
    draws : int
        For noise floor, band and p-values. Of more than 2,000 distinct forecasts neighbours are
        joined into 500 cells for these, and `reasons` say so.

    Returns
    -------
    Calibration

    Raises
    ------
    InvalidField
        A ValueError; names the first value that is out of range, or the lengths that differ.

    Examples
    --------
    >>> report = calibration_of([0.1] * 40 + [0.9] * 40, [0] * 28 + [1] * 40 + [0] * 12)
    >>> report.verdict, round(report.slope, 3), report.p_value
    ('plainly overconfident', 0.386, 0.0001)
    """
    return calibrations_of([(probability, outcome, clusters)], at=at, draws=draws)[0]


def calibrations_of(
    records: Sequence[Record], *, at: str = "first", draws: int = DRAWS
) -> list[Calibration]:
    """Judge the forecasters of one report, with Holm's adjustment for being several.

    Parameters
    ----------
    records : sequence of (probability, outcome, clusters or None)
        One per forecaster, as `calibration_of` takes them.
    at : str
        Which forecasts these are.
    draws : int
        For each; p-values up to 0.01 get 2,000 per forecaster of the report, if that is more.

    Returns
    -------
    list of Calibration
        In the same order.

    Examples
    --------
    >>> reports = calibrations_of([([0.2] * 50, [1] * 17 + [0] * 33, None)] * 2)
    >>> reports[0].p_value < reports[0].p_value_holm, reports[0].verdict
    (True, 'no sign of miscalibration; one forecast alone has no slope')
    """
    cases = [case_of(*record) for record in records]
    for case in cases:
        draw(case, draws)
    tested = [case for case in cases if case.p_value is not None]
    doubtful = [case for case in tested if case.p_value is not None and case.p_value <= SIGNS]
    for case in doubtful:
        affordable = BUDGET // (len(doubtful) * case.cells.probability.size)
        sharpen(case, min(DRAWS_EACH * len(tested), max(affordable, draws)))
    p_values = np.array([case.p_value for case in tested], dtype=np.float64)
    adjusted = iter(holm(p_values).tolist())
    return [_finish(case, at, next(adjusted) if case in tested else None) for case in cases]


def _finish(case: Case, at: str, adjusted: float | None) -> Calibration:
    fit, n = case.fit, int(case.outcome.size)
    information = float((case.probability * (1 - case.probability)).sum())
    n_impossible = int((np.abs(case.probability - case.outcome) == 1).sum())
    slopes = _slopes(case, adjusted)
    words = verdict_of(
        n_effective=case.n_effective,
        information=information,
        p_value=adjusted,
        departure=fit.departure,
        n_impossible=n_impossible,
        slopes=slopes,
    )
    return Calibration(
        at=at,
        n=n,
        n_effective=case.n_effective,
        slope=fit.slope,
        intercept=fit.intercept,
        slope_low=slopes[0] if slopes else None,
        slope_high=slopes[1] if slopes else None,
        p_value=case.p_value,
        p_value_holm=adjusted,
        n_impossible=n_impossible,
        departure=fit.departure,
        verdict=words,
        reasons=tuple(_reasons(case, information, n_impossible, words)),
        bins=tuple(bins_table(case.probability, case.outcome)),
        draws=case.draws,
        **_scores(case),
        **_spiegelhalter(case),
        curve=_curve(case),
    )


def _slopes(case: Case, adjusted: float | None) -> tuple[float | None, float | None] | None:
    model = cox_model(case.cells)
    if case.fit.ratio is None or adjusted is None or not model.has_slope:
        return None
    allowed = FITS_AS_WELL * case.design_effect
    if adjusted > SIGNS:  # what the test lets pass fits, whichever way the draws fell
        allowed = max(allowed, case.fit.ratio + 1e-9)
    return slope_range(case.cells, allowed)


def _scores(case: Case) -> dict[str, Any]:
    """Give the scores, their decomposition, and both beside what chance would give."""
    names = ("brier", "miscalibration", "discrimination", "uncertainty", "base_rate")
    chance = ("brier_expected", "brier_p95", "miscalibration_expected", "miscalibration_p95")
    figures: dict[str, Any] = dict.fromkeys((*names, *chance, "miscalibration_p_value"))
    if case.null is None:
        return figures
    terms = corp(case.tallies)
    own = corp(case.cells).miscalibration
    values = (terms.score, terms.miscalibration, terms.discrimination, terms.uncertainty)
    figures |= dict(zip(names, (*values, base_rate(case.tallies)), strict=True))
    null, p = case.null, case.probability
    # Within cells the regression follows noise, drawn outcomes' as much as ours: add that part.
    floor = null.miscalibration + (terms.miscalibration - own)
    expected = float((p * (1 - p)).mean()), float(floor.mean())
    top = (float(_percentile_95(draws)) for draws in (null.brier, floor))
    figures["brier_expected"], figures["miscalibration_expected"] = expected
    figures["brier_p95"], figures["miscalibration_p95"] = top
    if not case.has_events:  # it would reject the honest: no way to discount it is known
        figures["miscalibration_p_value"] = p_value(null.miscalibration, own)
    return figures


def _percentile_95(values: FloatArray) -> float:
    return float(np.quantile(values, 0.95, method="inverted_cdf"))


def _spiegelhalter(case: Case) -> dict[str, float | None]:
    r"""Give :math:`Z = \sum (1 - 2p)(y - p) / \sqrt{\sum (1 - 2p)^2 p (1 - p)}` (1986).

    It is the Brier score, centred and scaled, so that draws are compared by that.
    """
    p, y = case.probability, case.outcome
    spread = float(np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum()))
    if case.null is None or spread < 1e-12:
        return {"spiegelhalter_z": None, "spiegelhalter_p_value": None}
    z = float(((1 - 2 * p) * (y - p)).sum()) / spread
    q, n = case.cells.probability, case.cells.weight
    centred = np.abs(case.null.brier - float(n @ (q * (1 - q))) / y.size) * y.size / spread
    value = p_value(centred, abs(z) / float(np.sqrt(case.design_effect)))
    return {"spiegelhalter_z": z, "spiegelhalter_p_value": value}


def _curve(case: Case) -> tuple[CurvePoint, ...]:
    if case.null is None:
        return ()
    fit = recalibrate(case.cells)
    columns = (
        fit.tallies.probability.tolist(),
        fit.recalibrated.tolist(),
        fit.tallies.weight.astype(np.int64).tolist(),
        case.null.band_low.tolist(),
        case.null.band_high.tolist(),
    )
    return tuple(CurvePoint(*row) for row in zip(*columns, strict=True))


def _reasons(case: Case, information: float, n_impossible: int, words: str) -> list[str]:
    """Say what is missing, and why."""
    fit, reasons = case.fit, []
    if not case.outcome.size:
        return ["no question is resolved that has a forecast that counts"]
    if n_impossible:
        noun = "question" if n_impossible == 1 else "questions"
        reasons.append(f"what was said to be impossible happened on {n_impossible} {noun}")
    if fit.ratio is None:
        reasons.append("every forecast is 0 or 1, which leaves nothing to test")
    elif not cox_model(case.cells).has_slope:
        reasons.append("one forecast alone has no slope")
    elif fit.slope is None:
        reasons.append("forecasts separate yes from no, so that slope and intercept are infinite")
    if case.has_events:
        reasons.append("what chance gives takes the questions of an event as independent")
    if case.cells is not case.tallies:
        cells = case.cells.probability.size
        reasons.append(f"noise floor, band and tests of forecasts joined into {cells} cells")
    if words == TOO_FEW and case.n_effective < MIN_EFFECTIVE:
        worth = f"{case.n_effective:.1f}".removesuffix(".0")
        noun = "question" if worth == "1" else "questions"
        reasons.append(f"worth {worth} independent {noun}, where words need {MIN_EFFECTIVE}")
    if words == TOO_FEW and information < MIN_INFORMATION:
        reasons.append(f"sum of p (1 - p) is {information:.1f}, where words need {MIN_INFORMATION}")
    return reasons
