"""Tallies: all that point scores of a set of binary forecasts depend on.

A tally is a probability, the weight with which it was said, and the weight that came true.
However many forecasts there are, few probabilities are distinct, so that what is computed from
tallies is fast; and what is computed from them cannot depend on the order of the forecasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import (
    FloatArray,
    as_outcomes,
    as_probabilities,
    as_weights,
    check_columns,
    sum_by,
)
from forecast.scoring.rules import brier_score, log_score


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Weights by probability.

    Parameters
    ----------
    probability : ndarray of float, shape (k,)
        From 0 to 1.
    weight : ndarray of float, shape (k,)
        With which the probability was said; in any unit, as only ratios matter.
    weight_true : ndarray of float, shape (k,)
        The part of it where the answer was yes.

    Raises
    ------
    InvalidField
        A ValueError; names the column that is wrong.
    """

    probability: FloatArray
    weight: FloatArray
    weight_true: FloatArray

    def __post_init__(self) -> None:
        probability = as_probabilities("probability", self.probability)
        weight = as_weights("weight", self.weight)
        weight_true = as_weights("weight_true", self.weight_true)
        check_columns(probability=probability, weight=weight, weight_true=weight_true)
        if (weight_true > weight).any():
            raise InvalidField("weight_true", "is more than the whole weight")
        object.__setattr__(self, "probability", probability)
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "weight_true", weight_true)


def tally(probability: npt.ArrayLike, weight: npt.ArrayLike, outcome: npt.ArrayLike) -> Tallies:
    """Count forecasts up by probability; equal probabilities (exactly equal ones) become one.

    Rows of weight 0 say nothing and are left out, infinite scores of theirs included.

    Parameters
    ----------
    probability : array_like, shape (n,)
        Of yes, from 0 to 1.
    weight : array_like, shape (n,) or a single number
        Finite, 0 or more: 1 for each forecast, or the length of a spell.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no.

    Returns
    -------
    Tallies
        In order of probability.

    Examples
    --------
    >>> tallies = tally([0.7, 0.2, 0.7], 1, [1, 0, 0])
    >>> tallies.probability.tolist(), tallies.weight.tolist(), tallies.weight_true.tolist()
    ([0.2, 0.7], [1.0, 2.0], [0.0, 1.0])
    """
    p = as_probabilities("probability", probability)
    w = as_weights("weight", weight)
    if not w.ndim:
        w = np.broadcast_to(w, p.shape)
    y = as_outcomes("outcome", outcome)
    check_columns(probability=p, weight=w, outcome=y)
    return _grouped(p, w, np.where(y == 1, w, 0.0))


def merge(parts: Iterable[Tallies]) -> Tallies:
    """Join tallies of several sets of forecasts into those of all of them.

    Parameters
    ----------
    parts : iterable of Tallies
        One or more.

    Returns
    -------
    Tallies
        In order of probability, each probability once.

    Examples
    --------
    >>> both = merge([tally([0.2, 0.7], 1, [0, 1]), tally([0.7], 1, [0])])
    >>> both.weight.tolist()
    [1.0, 2.0]
    """
    every = list(parts)
    if not every:
        raise InvalidField("parts", "holds no tallies")
    return _grouped(
        np.concatenate([part.probability for part in every]),
        np.concatenate([part.weight for part in every]),
        np.concatenate([part.weight_true for part in every]),
    )


def mean_brier(tallies: Tallies) -> float:
    r"""Give the weighted mean of the Brier score, from 0 to 1; lower is better.

    .. math:: \sum_k [v_k (1 - p_k)^2 + (w_k - v_k) p_k^2] / \sum_k w_k

    for probabilities :math:`p`, weights :math:`w`, of which :math:`v` came true.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    float

    Examples
    --------
    Half the time at 50 %, half at 10 %, answer no:

    >>> round(mean_brier(tally([0.5, 0.1], [30, 30], [0, 0])), 12)
    0.13
    """
    total = _total(tallies)
    true, false = tallies.weight_true, tallies.weight - tallies.weight_true
    p = tallies.probability
    return float((true @ brier_score(p, 1) + false @ brier_score(p, 0)) / total)


def mean_log_score(tallies: Tallies) -> float:
    r"""Give the weighted mean of the logarithmic score, in nats; lower is better.

    .. math:: -\sum_k [v_k \ln p_k + (w_k - v_k) \ln(1 - p_k)] / \sum_k w_k

    for probabilities :math:`p`, weights :math:`w`, of which :math:`v` came true, and
    :math:`0 \ln 0 = 0`.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    float
        Infinite as soon as any weight was put on the impossible.

    Examples
    --------
    >>> round(mean_log_score(tally([0.5, 0.1], [30, 30], [0, 0])), 4)
    0.3993
    >>> mean_log_score(tally([0.5, 0.0], 1, [1, 1]))
    inf
    """
    total = _total(tallies)
    true, false = tallies.weight_true, tallies.weight - tallies.weight_true
    came, did_not = true > 0, false > 0  # elsewhere 0 times infinity would be nan
    p = tallies.probability
    loss = true[came] @ log_score(p[came], 1) + false[did_not] @ log_score(p[did_not], 0)
    return float(loss / total)


def base_rate(tallies: Tallies) -> float:
    """Give the share of the weight that came true, from 0 to 1.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.

    Returns
    -------
    float

    Examples
    --------
    >>> base_rate(tally([0.7, 0.2, 0.7, 0.4], 1, [1, 0, 0, 0]))
    0.25
    """
    return float(tallies.weight_true.sum() / _total(tallies))


def _grouped(probability: FloatArray, weight: FloatArray, weight_true: FloatArray) -> Tallies:
    has_weight = weight > 0
    distinct, group = np.unique(probability[has_weight], return_inverse=True)
    n = distinct.size
    return Tallies(
        distinct,
        sum_by(group, weight[has_weight], n),
        sum_by(group, weight_true[has_weight], n),
    )


def _total(tallies: Tallies) -> float:
    total = float(tallies.weight.sum())
    if not total > 0:
        raise InvalidField("weight", "is nothing in all, so there is no mean")
    return total
