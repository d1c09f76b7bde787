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
)
from forecast.scoring.counting import Counted, counted_up, summed_up
from forecast.scoring.rules import Scale, brier_score, log_score


@dataclass(frozen=True, slots=True, eq=False, init=False)
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
    weight_false : ndarray of float, shape (k,), optional
        The rest of it; the difference, unless given. A rest far below 1e-16 of the weight is lost
        in the difference, though a single wrong certainty is infinite however little it weighs:
        so `tally` and `merge` keep both parts, and everything is computed from these.

    Raises
    ------
    InvalidField
        A ValueError; names the column that is wrong.
    """

    probability: FloatArray
    weight: FloatArray
    weight_true: FloatArray
    weight_false: FloatArray

    def __init__(
        self,
        probability: npt.ArrayLike,
        weight: npt.ArrayLike,
        weight_true: npt.ArrayLike,
        weight_false: npt.ArrayLike | None = None,
    ) -> None:
        p = as_probabilities("probability", probability)
        whole = as_weights("weight", weight)
        true = as_weights("weight_true", weight_true)
        check_columns(probability=p, weight=whole, weight_true=true)
        if (true > whole).any():
            raise InvalidField("weight_true", "is more than the whole weight")
        if weight_false is None:
            false: FloatArray = whole - true
        else:
            false = as_weights("weight_false", weight_false)
            check_columns(probability=p, weight_false=false)
            gap = whole - true
            gap -= false
            if not (np.abs(gap, out=gap) <= 1e-9 * whole).all():
                raise InvalidField("weight_false", "is not what weight_true leaves of the weight")
        object.__setattr__(self, "probability", p)
        object.__setattr__(self, "weight", whole)
        object.__setattr__(self, "weight_true", true)
        object.__setattr__(self, "weight_false", false)


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
    y = as_outcomes("outcome", outcome)
    check_columns(probability=p, weight=w if w.ndim else p, outcome=y)
    return _tallies(counted_up(p, w, y))


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
    columns = [(part.probability, part.weight_true, part.weight_false) for part in every]
    return _tallies(summed_up(*(np.concatenate(column) for column in zip(*columns, strict=True))))


def mean_brier(tallies: Tallies, *, scale: Scale = "half") -> float:
    r"""Give the weighted mean of the Brier score, from 0 to 1; lower is better.

    .. math:: \sum_k [v_k (1 - p_k)^2 + (w_k - v_k) p_k^2] / \sum_k w_k

    for probabilities :math:`p`, weights :math:`w`, of which :math:`v` came true.

    Parameters
    ----------
    tallies : Tallies
        Of positive weight in all.
    scale : {"half", "original"}
        "original" doubles it: from 0 to 2.

    Returns
    -------
    float

    Examples
    --------
    Half the time at 50 %, half at 10 %, answer no:

    >>> round(mean_brier(tally([0.5, 0.1], [30, 30], [0, 0])), 12)
    0.13
    """
    total = total_weight(tallies)
    true, false, p = tallies.weight_true, tallies.weight_false, tallies.probability
    loss = true * brier_score(p, 1, scale=scale) + false * brier_score(p, 0, scale=scale)
    return float(loss.sum() / total)


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
    total = total_weight(tallies)
    true, false = tallies.weight_true, tallies.weight_false
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
    return float(tallies.weight_true.sum() / total_weight(tallies))


def total_weight(tallies: Tallies) -> float:
    """Give the weight in all, refusing that there be none.

    Examples
    --------
    >>> total_weight(tally([0.7, 0.2, 0.7], 2, [1, 0, 0]))
    6.0
    """
    with np.errstate(over="ignore"):
        total = float(tallies.weight.sum())
    if not 0 < total < np.inf:
        problem = "is nothing in all" if total == 0 else "is more in all than a float can hold"
        raise InvalidField("weight", f"{problem}, so there is no mean")
    return total


def pooled(tallies: Tallies) -> Tallies:
    """Give tallies in order of probability, each probability once and none without weight.

    Examples
    --------
    >>> pooled(Tallies([0.7, 0.2, 0.7], [1, 3, 2], [1, 0, 0])).weight.tolist()
    [3.0, 3.0]
    """
    in_order = bool((np.diff(tallies.probability) > 0).all() and (tallies.weight > 0).all())
    return tallies if in_order else merge([tallies])


def _tallies(counted: Counted) -> Tallies:
    probability, true, false = counted
    return Tallies(probability, true + false, true, false)
