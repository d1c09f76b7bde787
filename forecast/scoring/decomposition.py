"""Decompositions of a mean score: how much of it is calibration, how much is discernment.

CORP chooses no bins and is what reports use; the older ones are here to compare with what others
publish. All are losses: more miscalibration is worse, more discrimination is better, uncertainty
belongs to the questions.
"""

from dataclasses import dataclass

import numpy as np

from forecast.scoring.arrays import FloatArray
from forecast.scoring.isotonic import recalibrate
from forecast.scoring.tallies import Tallies, mean_brier, mean_log_score, pooled, total_weight


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A mean score in three terms: score = miscalibration - discrimination + uncertainty.

    Parameters
    ----------
    score : float
        The mean score.
    miscalibration : float
        What recalibrating these very forecasts would gain; 0 or more, lower is better.
    discrimination : float
        What the recalibrated forecasts gain on the base rate; 0 or more, higher is better.
    uncertainty : float
        The score of always saying the base rate: how hard the questions were.
    """

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class TwoTerms:
    """A mean Brier score in two terms: score = calibration + refinement.

    Parameters
    ----------
    score : float
        The mean Brier score.
    calibration : float
        Mean squared distance of each probability from the frequency with which it came true.
    refinement : float
        Mean of f (1 - f) for these frequencies f: what saying them instead would score.
    """

    score: float
    calibration: float
    refinement: float


def corp(tallies: Tallies) -> Decomposition:
    r"""Decompose the mean Brier score by isotonic recalibration (CORP); no bins to choose.

    With :math:`\bar S(q)` the mean score had :math:`q` been said, the recalibrated forecasts
    :math:`c` of `recalibrate` and the base rate :math:`r`:

    .. math::
       \text{miscalibration} = \bar S(p) - \bar S(c), \quad
       \text{discrimination} = \bar S(r) - \bar S(c), \quad
       \text{uncertainty} = \bar S(r)

    All three are 0 or more, from 0 to 1. By chance alone even a calibrated forecaster's
    miscalibration is above 0: about 0.039 at 30 questions. For the scale from 0 to 2 double all.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    Decomposition
        The identity holds to 1e-12.

    Raises
    ------
    InvalidField
        A ValueError; there is no weight.

    References
    ----------
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for
    probabilistic classifiers. PNAS 118, e2016191118.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> terms = corp(tally([0.4, 0.3, 0.2, 0.1, 0.5, 0.9], 1, [0, 0, 0, 1, 1, 1]))
    >>> round(terms.miscalibration, 7), terms.discrimination, terms.uncertainty
    (0.1016667, 0.125, 0.25)
    """
    fit = recalibrate(tallies)
    p, c, rows = fit.tallies.probability, fit.recalibrated, fit.tallies
    # (1 - p)^2 - (1 - c)^2 and p^2 - c^2, written so that nothing cancels
    gain = rows.weight_true * (2 - p - c)
    gain -= rows.weight_false * (p + c)
    gain *= c - p
    total, rate, contrary = _rates(rows)
    blocks = fit.blocks
    return Decomposition(
        score=mean_brier(rows),
        miscalibration=max(0.0, float(gain.sum()) / total),
        discrimination=float((blocks.weight * (blocks.frequency - rate) ** 2).sum()) / total,
        uncertainty=rate * contrary,
    )


def corp_log(tallies: Tallies) -> Decomposition:
    r"""Decompose the mean logarithmic score by isotonic recalibration, in nats.

    As `corp`, with the logarithmic score for :math:`\bar S`; isotonic regression is the best
    increasing recalibration for it, too.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    Decomposition
        Score and miscalibration are infinite where something happened that was said to be
        impossible; they are not clipped, and discrimination and uncertainty stay finite.

    Raises
    ------
    InvalidField
        A ValueError; there is no weight.

    References
    ----------
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for
    probabilistic classifiers. PNAS 118, e2016191118.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> terms = corp_log(tally([0.4, 0.3, 0.2, 0.1, 0.5, 0.9], 1, [0, 0, 0, 1, 1, 1]))
    >>> round(terms.miscalibration, 7), round(terms.discrimination, 7)
    (0.3237327, 0.3182571)
    >>> corp_log(tally([0.0, 0.5], 1, [1, 0])).miscalibration
    inf
    """
    fit = recalibrate(tallies)
    rows, blocks = fit.tallies, fit.blocks
    total, rate, contrary = _rates(rows)
    yes, no = _logs(blocks.weight_true / blocks.weight, blocks.weight_false / blocks.weight)
    base_yes, base_no = _logs(np.array(rate), np.array(contrary))
    said_yes, said_no = _logs(rows.probability, 1 - rows.probability)
    loss = _weighed(rows.weight_true, yes[fit.block], said_yes)
    loss += _weighed(rows.weight_false, no[fit.block], said_no)
    gain = _weighed(blocks.weight_true, yes, base_yes)
    gain += _weighed(blocks.weight_false, no, base_no)
    base = _weighed(np.array([rate, contrary]), np.array([base_yes, base_no]), np.zeros(2))
    return Decomposition(
        score=mean_log_score(rows),
        miscalibration=max(0.0, float(loss.sum()) / total),
        discrimination=max(0.0, float(gain.sum()) / total),
        uncertainty=0.0 - float(base.sum()),
    )


def two_term(tallies: Tallies) -> TwoTerms:
    r"""Decompose the mean Brier score by distinct probability into calibration and refinement.

    .. math::
       \bar S = \sum_k w_k (p_k - f_k)^2 / W + \sum_k w_k f_k (1 - f_k) / W

    for weights :math:`w` of sum :math:`W`, and :math:`f` the share of each that came true. Only
    telling where each probability was said often: of forecasts that all differ, calibration is
    the whole score.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    TwoTerms

    Raises
    ------
    InvalidField
        A ValueError; there is no weight.

    References
    ----------
    Sanders, F. (1963). On subjective probability forecasting. Journal of Applied Meteorology 2,
    191-201. DeGroot, M. H. and Fienberg, S. E. (1983). The comparison and evaluation of
    forecasters. The Statistician 32, 12-22.

    Examples
    --------
    Of four times 75 %, half came true; of 0 %, none:

    >>> from forecast.scoring.tallies import tally
    >>> terms = two_term(tally([0.75, 0.75, 0.75, 0.75, 0, 0, 0, 0], 1, [1, 1, 0, 0, 0, 0, 0, 0]))
    >>> terms.score, terms.calibration, terms.refinement
    (0.15625, 0.03125, 0.125)
    """
    total_weight(tallies)
    rows = pooled(tallies)
    total = rows.weight.sum()
    frequency = rows.weight_true / rows.weight
    return TwoTerms(
        score=mean_brier(rows),
        calibration=float((rows.weight * (rows.probability - frequency) ** 2).sum() / total),
        refinement=float((frequency * rows.weight_false).sum() / total),
    )


def _rates(tallies: Tallies) -> tuple[float, float, float]:
    """Give the weight in all, the share that came true and the share that did not."""
    true, false = float(tallies.weight_true.sum()), float(tallies.weight_false.sum())
    return true + false, true / (true + false), false / (true + false)


def _logs(rate: FloatArray, contrary: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the logarithms of two shares that add up to 1, each taken from the smaller one."""
    with np.errstate(divide="ignore"):
        of_rate = np.where(rate < 0.5, np.log(rate), np.log1p(-contrary))
        of_contrary = np.where(contrary < 0.5, np.log(contrary), np.log1p(-rate))
    return of_rate, of_contrary


def _weighed(weight: FloatArray, high: FloatArray, low: FloatArray) -> FloatArray:
    """Weigh differences; 0 where there is no weight, be the difference infinite or none at all."""
    with np.errstate(invalid="ignore"):
        return weight * np.where(weight > 0, high - low, 0.0)
