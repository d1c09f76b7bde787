"""Which probabilities a Brier score comes from: by what was said, and by who would act on it.

Somebody who acts where the probability is above a threshold loses by a forecast on the wrong side
of it. The Brier score is the sum of these losses over all thresholds, each counted alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import FloatArray, as_edges, as_probabilities
from forecast.scoring.binned import binned
from forecast.scoring.tallies import Tallies, pooled, total_weight


@dataclass(frozen=True, slots=True, eq=False)
class MurphyDiagram:
    """Mean loss by threshold; all of shape (m,).

    Parameters
    ----------
    threshold : ndarray of float
        Increasing, from 0 to 1.
    loss : ndarray of float
        The mean elementary score at the threshold, 0 to 2; lower is better.
    loss_before : ndarray of float
        Its limit from below: another than `loss` only where somebody said the threshold itself.
    """

    threshold: FloatArray
    loss: FloatArray
    loss_before: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LossByThreshold:
    """The part of the mean Brier score that comes from each range of thresholds; shape (m,).

    Parameters
    ----------
    low, high : ndarray of float
        The range.
    loss : ndarray of float
        Its part; together they are the mean Brier score.
    """

    low: FloatArray
    high: FloatArray
    loss: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LossByProbability:
    """The part of the mean Brier score that comes from the forecasts in each bin; shape (b,).

    Parameters
    ----------
    low, high : ndarray of float
        A bin holds what is above `low` up to and including `high`; the first its `low`, too.
        Both are the probability itself where each probability is its own bin.
    share : ndarray of float
        Of the whole weight.
    score : ndarray of float
        The mean Brier score of these forecasts alone.
    loss : ndarray of float
        Share times score; together they are the mean Brier score.
    """

    low: FloatArray
    high: FloatArray
    share: FloatArray
    score: FloatArray
    loss: FloatArray


def murphy_diagram(tallies: Tallies, thresholds: npt.ArrayLike | None = None) -> MurphyDiagram:
    r"""Give the mean loss at each threshold of acting: the curve of a Murphy diagram.

    The elementary score at a threshold :math:`\theta` is

    .. math::
       S_\theta(p, y) = 2 \theta \text{ if } y = 0, p > \theta, \quad
       2 (1 - \theta) \text{ if } y = 1, p \le \theta, \quad 0 \text{ else}

    and :math:`\int_0^1 S_\theta(p, y) \, d\theta = (p - y)^2`. Who lies lower everywhere is better
    by every proper score, and not by Brier's only.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.
    thresholds : array_like of float, optional
        From 0 to 1, increasing. Unless given: 0, 1 and every probability that was said; between
        two of these the curve is straight, so that the trapezoids from `loss` at the one to
        `loss_before` at the next add up to the mean Brier score exactly.

    Returns
    -------
    MurphyDiagram

    Raises
    ------
    InvalidField
        A ValueError; no weight, or thresholds that do not increase from 0 to 1.

    References
    ----------
    Ehm, W., Gneiting, T., Jordan, A. and Krüger, F. (2016). Of quantiles and expectiles:
    consistent scoring functions, Choquet representations and forecast rankings. Journal of the
    Royal Statistical Society B 78, 505-562.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> curve = murphy_diagram(tally([0.2, 0.6], 1, [0, 1]))
    >>> curve.threshold.tolist(), curve.loss.round(12).tolist()
    ([0.0, 0.2, 0.6, 1.0], [0.0, 0.0, 0.4, 0.0])
    >>> areas = (curve.loss[:-1] + curve.loss_before[1:]) / 2 * np.diff(curve.threshold)
    >>> round(float(areas.sum()), 12)
    0.1
    """
    total = total_weight(tallies)
    rows = pooled(tallies)
    if thresholds is None:
        at: FloatArray = np.unique(np.concatenate([[0.0], rows.probability, [1.0]]))
    else:
        at = as_probabilities("thresholds", thresholds)
        if at.ndim != 1 or not (np.diff(at) > 0).all():
            raise InvalidField("thresholds", "are not increasing numbers")
    true = np.concatenate([[0.0], np.cumsum(rows.weight_true)])
    false = np.concatenate([np.cumsum(rows.weight_false[::-1])[::-1], [0.0]])

    def loss(side: str) -> FloatArray:
        n_below = np.searchsorted(rows.probability, at, side=side)  # type: ignore[call-overload]
        mean: FloatArray = 2 * (at * false[n_below] + (1 - at) * true[n_below]) / total
        return mean

    return MurphyDiagram(at, loss("right"), loss("left"))


def loss_by_threshold(tallies: Tallies, bins: npt.ArrayLike = 10) -> LossByThreshold:
    r"""Divide the mean Brier score among ranges of thresholds: the threshold-weighted score.

    The part of the range from :math:`a` to :math:`b` is
    :math:`\int_a^b S_\theta(p, y) \, d\theta`, with the elementary score of `murphy_diagram`; in
    closed form, with :math:`p` moved to the nearest number in the range,
    :math:`p^2 - a^2` for a no and :math:`(1 - p)^2 - (1 - b)^2` for a yes.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.
    bins : int or array_like of float
        How many equal ranges, or their edges; what lies outside the edges is left out.

    Returns
    -------
    LossByThreshold

    Raises
    ------
    InvalidField
        A ValueError; no weight, or edges that are not increasing from 0 to 1.

    References
    ----------
    Gneiting, T. and Ranjan, R. (2011). Comparing density forecasts using threshold- and
    quantile-weighted scoring rules. Journal of Business and Economic Statistics 29, 411-422.

    Examples
    --------
    Saying 60 % of a yes costs those who act from 60 % on, and nobody else:

    >>> from forecast.scoring.tallies import tally
    >>> parts = loss_by_threshold(tally([0.6], 1, [1]), bins=[0, 0.6, 0.8, 1])
    >>> parts.loss.round(12).tolist()
    [0.0, 0.12, 0.04]
    """
    total = total_weight(tallies)
    edges = as_probabilities("bins", as_edges("bins", bins, np.empty(0)))
    p, true, false = tallies.probability, tallies.weight_true, tallies.weight_false
    low, high = edges[:-1], edges[1:]
    loss = np.empty(low.size)
    for i, (a, b) in enumerate(zip(low, high, strict=True)):
        inside = np.clip(p, a, b)
        of_false = false * ((inside - a) * (inside + a))
        of_true = true * ((b - inside) * (2 - b - inside))
        loss[i] = (of_false + of_true).sum() / total
    return LossByThreshold(low, high, loss)


def loss_by_probability(tallies: Tallies, bins: npt.ArrayLike | None = None) -> LossByProbability:
    r"""Divide the mean Brier score among the forecasts, by what they said.

    .. math:: \text{loss}_b = \sum_{k \in b} [v_k (1 - p_k)^2 + (w_k - v_k) p_k^2] / W

    for weights :math:`w` of sum :math:`W`, of which :math:`v` came true.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.
    bins : int, array_like of float or None
        How many equal bins, or their edges; None makes each distinct probability a bin. Bins are
        closed on the right, (a, b]; the first holds its left end, too. Empty ones are left out.

    Returns
    -------
    LossByProbability

    Raises
    ------
    InvalidField
        A ValueError; no weight, or edges that leave forecasts out.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> parts = loss_by_probability(tally([0.2, 0.2, 0.9, 0.9], 1, [0, 0, 1, 0]))
    >>> parts.low.tolist(), parts.share.tolist(), parts.loss.round(12).tolist()
    ([0.2, 0.9], [0.5, 0.5], [0.02, 0.205])
    """
    total = total_weight(tallies)
    rows = pooled(tallies)
    table, place = binned(rows, bins)
    p = rows.probability
    each = rows.weight_true * (1 - p) ** 2 + rows.weight_false * p**2
    loss = np.bincount(place, each, table.low.size)
    return LossByProbability(
        table.low, table.high, table.weight / total, loss / table.weight, loss / total
    )
