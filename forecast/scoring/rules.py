"""Scoring rules for the probability of one event: the score of a single forecast.

Both rules are strictly proper: in expectation nobody does better than by saying what they believe.
Both are losses: lower is better, 0 is perfect.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import (
    FloatArray,
    all_between,
    all_zero_or_one,
    as_floats,
    as_outcomes,
    as_probabilities,
    check_pair,
)

Scale = Literal["half", "original"]

#: Rows scored at a time: the numbers of one piece stay in the processor's cache.
_PIECE = 1 << 14


def brier_score(
    probability: npt.ArrayLike, outcome: npt.ArrayLike, *, scale: Scale = "half"
) -> FloatArray:
    r"""Give the Brier score of each forecast, from 0 to 1.

    .. math:: S(p, y) = (p - y)^2

    Lower is better; 0 is perfect, 1 is certain and wrong, 0.25 is what 50 % always gets. The
    original of 1950 sums over both answers, and so is twice this.

    Parameters
    ----------
    probability : array_like
        Of yes, from 0 to 1.
    outcome : array_like
        1 for yes, 0 for no; of the same shape, or either of the two a single number.
    scale : {"half", "original"}
        "original" doubles the score: from 0 to 2, as Brier and the Good Judgment Project have it.

    Returns
    -------
    ndarray of float
        One score per forecast, without unit.

    Raises
    ------
    InvalidField
        A ValueError; names the first value that is out of range, or the shapes that differ.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3.

    Examples
    --------
    >>> brier_score([0.5, 0.1], [0, 0]).round(4).tolist()
    [0.25, 0.01]
    """
    p, y = _checked(probability, outcome)
    error = p - y
    return scale_factor(scale) * error * error


def mean_brier_score(
    probability: npt.ArrayLike, outcome: npt.ArrayLike, *, scale: Scale = "half"
) -> float:
    r"""Give the mean Brier score of forecasts of equal weight, fast.

    .. math:: \frac{1}{n} \sum_i (p_i - y_i)^2

    Lower is better. The same as the mean of `brier_score`, without an array of scores in between:
    checked and summed piece by piece, in one pass through memory. For forecasts with weights see
    `tally` and `mean_brier`.

    Parameters
    ----------
    probability : array_like
        Of yes, from 0 to 1; one or more.
    outcome : array_like
        1 for yes, 0 for no; of the same shape, or either of the two a single number.
    scale : {"half", "original"}
        "original" doubles the score.

    Returns
    -------
    float

    Raises
    ------
    InvalidField
        A ValueError; names the first value that is out of range, or the shapes that differ.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3.

    Examples
    --------
    >>> round(mean_brier_score([0.5, 0.1], [0, 0]), 12)
    0.13
    """
    p, y = as_floats("probability", probability), as_floats("outcome", outcome)
    if p.shape != y.shape:
        p, y = np.broadcast_arrays(*_checked(p, y))
    p, y = p.ravel(), y.ravel()
    if not p.size:
        raise InvalidField("probability", "holds no forecast, so there is no mean")
    total, error = 0.0, np.empty(min(_PIECE, p.size))
    for start in range(0, p.size, _PIECE):
        said, was = p[start : start + _PIECE], y[start : start + _PIECE]
        if not (all_between(said, 0, 1) and all_zero_or_one(was)):
            _checked(np.asarray(probability), np.asarray(outcome))  # says which, and raises
        here = np.subtract(said, was, out=error[: said.size])
        total += float(np.square(here, out=here).sum())
    return scale_factor(scale) * total / p.size


def scale_factor(scale: Scale) -> float:
    """Give what a Brier score from 0 to 1 is multiplied by.

    Examples
    --------
    >>> scale_factor("half"), scale_factor("original")
    (1.0, 2.0)
    """
    if scale not in ("half", "original"):
        raise InvalidField("scale", f"{scale!r} is neither 'half' nor 'original'")
    return 2.0 if scale == "original" else 1.0


def log_score(probability: npt.ArrayLike, outcome: npt.ArrayLike) -> FloatArray:
    r"""Give the logarithmic score of each forecast, in nats.

    .. math:: S(p, y) = -\ln p \text{ if } y = 1, \quad -\ln(1 - p) \text{ if } y = 0

    Lower is better; 0 is perfect, ln 2 = 0.693 is what 50 % always gets. Certain and wrong is
    infinite, and is not clipped: any bound would be an invention of ours.

    Parameters
    ----------
    probability : array_like
        Of yes, from 0 to 1.
    outcome : array_like
        1 for yes, 0 for no; of the same shape, or either of the two a single number.

    Returns
    -------
    ndarray of float
        One score per forecast, in nats; infinite where the forecast was certain and wrong.

    Raises
    ------
    InvalidField
        A ValueError; names the first value that is out of range, or the shapes that differ.

    References
    ----------
    Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B 14, 107-114.

    Examples
    --------
    >>> log_score([0.5, 0.1, 1.0], [0, 0, 0]).round(4).tolist()
    [0.6931, 0.1054, inf]
    """
    p, y = _checked(probability, outcome)
    with np.errstate(divide="ignore"):
        # log1p, not log(1 - p): the latter is 0 for p below 1e-16. And 0 - x, not -x: no -0.0.
        score: FloatArray = 0.0 - np.where(y == 1, np.log(p), np.log1p(-p))
    return score


def _checked(probability: npt.ArrayLike, outcome: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    p = as_probabilities("probability", probability)
    y = as_outcomes("outcome", outcome)
    check_pair(p, y)
    return p, y
