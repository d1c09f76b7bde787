r"""The likelihood of Cox's recalibration model, for one record or thousands of draws at once.

For fixed forecasts the likelihood depends on the outcomes through two sums only: how many came
true, and the sum of those forecasts' log odds. Records whose likelihood ratio stays below a
limit form a convex set in the plane of these sums. So thousands of draws need no fit each:
polygons inside and outside that set decide nearly all of them, and the few between are fitted.
"""

from dataclasses import dataclass

import numpy as np

from forecast.scoring.arrays import BoolArray, FloatArray
from forecast.scoring.montecarlo import CHUNK
from forecast.scoring.tallies import Tallies

#: Directions in which the convex set is explored; doubling quarters the draws left to fit.
DIRECTIONS = 32
#: Standard deviation of the log odds below which two forecasts are one.
ONE_FORECAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class CoxModel:
    """Forecasts between 0 and 1 by their log odds, centred and scaled.

    In these coordinates the information about the parameters is the same in all directions
    where the forecasts are calibrated.

    Parameters
    ----------
    weight, true : ndarray of float, shape (k,)
        Questions at each distinct forecast, and how many of them came true.
    probability, z : ndarray of float, shape (k,)
        The forecast, and (log odds - `centre`) / `scale`.
    centre, scale : float
        Mean and standard deviation of the log odds, weighted by p (1 - p). They also are the
        parameters that leave forecasts as they are: log odds = `centre` + `scale` z.
    """

    weight: FloatArray
    true: FloatArray
    probability: FloatArray
    z: FloatArray
    centre: float
    scale: float

    @property
    def has_slope(self) -> bool:
        """Whether there is a slope to fit: two distinct forecasts or more."""
        return self.scale > ONE_FORECAST

    @property
    def calibrated(self) -> FloatArray:
        """Parameters that leave the forecasts as they are, as one row."""
        return np.array([[self.centre, self.scale]])

    @property
    def sums(self) -> FloatArray:
        """Give the two sums of the record itself, as one row."""
        return np.array([[self.true.sum(), self.true @ self.z]])


def cox_model(tallies: Tallies) -> CoxModel:
    """Take forecasts of exactly 0 and 1 out; centre and scale the log odds of the others."""
    inside = (tallies.probability > 0) & (tallies.probability < 1) & (tallies.weight > 0)
    p, n = tallies.probability[inside], tallies.weight[inside]
    logit = np.log(p) - np.log1p(-p)
    information = n * p * (1 - p)
    total = float(information.sum()) or 1.0
    centre = float(information @ logit) / total
    scale = float(np.sqrt(information @ (logit - centre) ** 2 / total))
    z = (logit - centre) / scale if scale > ONE_FORECAST else np.zeros(p.size)
    return CoxModel(n, tallies.weight_true[inside], p, z, centre, scale)


def log_likelihood(model: CoxModel, theta: FloatArray, sums: FloatArray) -> FloatArray:
    """Give the log likelihoods of parameters (rows, 2) for records with the sums (rows, 2)."""
    eta = theta[:, :1] + theta[:, 1:] * model.z
    softplus = np.maximum(eta, 0) + np.log1p(np.exp(-np.abs(eta)))
    value: FloatArray = (theta * sums).sum(axis=1) - softplus @ model.weight
    return value


def moments(model: CoxModel, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give mean (rows, 2) and covariance (rows, 2, 2) of the sums under parameters (rows, 2)."""
    from scipy.special import expit

    mu = expit(theta[:, :1] + theta[:, 1:] * model.z)
    powers = model.weight[:, None] * model.z[:, None] ** np.arange(3)
    variance = (mu * (1 - mu)) @ powers
    return mu @ powers[:, :2], variance[:, [[0, 1], [1, 2]]]


def maximise(
    model: CoxModel, sums: FloatArray, basis: FloatArray, start: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Maximise all rows' likelihoods at once over `start` + the span of `basis`, by Newton.

    Steps that lose are halved. Where yes and no are separated the parameters run away while the
    likelihood converges, by a factor of e a step; its limit is all that is asked of it then.

    Parameters
    ----------
    model : CoxModel
        Of the forecasts.
    sums : ndarray of float, shape (rows, 2)
        Of the records.
    basis : ndarray of float, shape (1 or 2, 2)
        Directions the parameters may move in.
    start : ndarray of float, shape (1, 2) or (rows, 2)
        Where they start from.

    Returns
    -------
    tuple of ndarray
        Parameters (rows, 2) and log likelihoods (rows,).
    """
    theta = np.broadcast_to(start, sums.shape)
    best = log_likelihood(model, theta, sums)
    for _ in range(100):
        step, promised = _newton_step(model, theta, sums, basis)
        length = np.ones((best.size, 1))
        for _ in range(40):
            likelihood = log_likelihood(model, theta + length * step, sums)
            worse = likelihood < best - 1e-12 * (1 + np.abs(best))
            if not worse.any():
                break
            length[worse] /= 2
        length[worse] = 0
        theta, best = theta + length * step, np.where(worse, best, likelihood)
        if (worse | (promised < 1e-13)).all():
            break
    return theta, best


def log_ratio(model: CoxModel, top: FloatArray, sums: FloatArray) -> FloatArray:
    """Give likelihood ratios of fits of likelihood `top` against leaving forecasts as they are."""
    return np.maximum(0.0, 2 * (top - log_likelihood(model, model.calibrated, sums)))


def ratio_of_shift(model: CoxModel, true: FloatArray) -> FloatArray:
    """Give the likelihood ratios where there is one distinct forecast, so that b stays 1."""
    from scipy.special import xlogy

    n = float(model.weight.sum())
    p = float(model.weight @ model.probability) / n
    # Logarithms before quotients: one by the smallest probabilities would overflow.
    came = xlogy(true, true) - true * np.log(n * p)
    half = came + xlogy(n - true, n - true) - (n - true) * np.log(n * (1 - p))
    return np.asarray(2 * np.maximum(0.0, half))


def ratios_reach(
    model: CoxModel, sum_true: FloatArray, sum_logit: FloatArray, ratio: float
) -> BoolArray:
    """Say of each draw whether its likelihood ratio reaches `ratio`, fitting only where unclear.

    The answer is exact. Any parameters give a lower bound of the ratio that is linear in the
    sums: the outer polygon. The ratio is convex, so between points below the limit it is below,
    too: the inner polygon.

    Parameters
    ----------
    model : CoxModel
        Of the forecasts.
    sum_true, sum_logit : ndarray of float, shape (draws,)
        As `null_distribution` gives them.
    ratio : float
        That of the record; equal but for rounding counts as reaching it.

    Returns
    -------
    ndarray of bool, shape (draws,)

    References
    ----------
    Barndorff-Nielsen, O. (1978). Information and Exponential Families in Statistical Theory.
    """
    limit = ratio - 1e-7 * max(1.0, ratio)
    if limit <= 0:
        return np.ones(sum_true.size, dtype=np.bool_)
    if not model.has_slope:
        return np.asarray(ratio_of_shift(model, sum_true) >= limit)
    sums = np.stack([sum_true, (sum_logit - model.centre * sum_true) / model.scale], axis=1)
    theta = _boundary(model, limit)
    corners, _ = moments(model, theta)
    middle, _ = moments(model, model.calibrated)
    tangents = 2 * (theta - model.calibrated)
    at_zero = np.zeros((1, 2))
    heights = 2 * log_likelihood(model, theta, at_zero)
    heights -= 2 * log_likelihood(model, model.calibrated, at_zero)
    reach = np.asarray((sums @ tangents.T + heights >= limit).any(axis=1))
    unclear = np.flatnonzero(~reach & ~_inside(sums - middle, corners - middle))
    rows = max(1, CHUNK // model.z.size)
    for at in range(0, unclear.size, rows):
        some = unclear[at : at + rows]
        _, top = maximise(model, sums[some], np.eye(2), model.calibrated)
        reach[some] = log_ratio(model, top, sums[some]) >= limit
    return reach


def _newton_step(
    model: CoxModel, theta: FloatArray, sums: FloatArray, basis: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give each row's step within the span of `basis`, and twice the gain it promises."""
    mean, covariance = moments(model, theta)
    gradient = (sums - mean) @ basis.T
    hessian = basis @ covariance @ basis.T
    # Where the likelihood is flat the curvature may vanish; then no step is needed either.
    ridge = 1e-14 * np.trace(hessian, axis1=1, axis2=2) + 1e-100
    hessian = hessian + ridge[:, None, None] * np.eye(basis.shape[0])
    inner = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
    return inner @ basis, (inner * gradient).sum(axis=1)


def _boundary(model: CoxModel, limit: float) -> FloatArray:
    """Find parameters all around whose expected sums have a ratio just below `limit`.

    Along a ray from where forecasts are calibrated the root of the ratio is nearly linear, so
    scaling the ray converges at once; where no outcome gets that far, it grows and stays below.
    """
    turn = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    information = float(model.weight @ (model.probability * (1 - model.probability)))
    rays = np.stack([np.cos(turn), np.sin(turn)], axis=1) / np.sqrt(information)
    length = np.full((DIRECTIONS, 1), np.sqrt(limit))
    for _ in range(6):
        length *= np.sqrt(limit / np.maximum(_ratio_along(model, length * rays), limit / 100))
    while (over := _ratio_along(model, length * rays) >= limit).any():
        length[over] *= 0.999
    return np.asarray(model.calibrated + length * rays)


def _ratio_along(model: CoxModel, shift: FloatArray) -> FloatArray:
    """Give the ratio of the sums expected under shifted parameters, as a column."""
    theta = model.calibrated + shift
    sums, _ = moments(model, theta)
    return log_ratio(model, log_likelihood(model, theta, sums), sums)[:, None]


def _inside(points: FloatArray, corners: FloatArray) -> BoolArray:
    """Say which points lie strictly inside a convex polygon around the origin."""
    angle = np.arctan2(corners[:, 1], corners[:, 0])
    order = np.argsort(angle)
    a, angle = corners[order], angle[order]
    b = np.roll(a, -1, axis=0)
    at = np.searchsorted(angle, np.arctan2(points[:, 1], points[:, 0])) - 1  # -1: the last one
    edge, away = (b - a)[at], points - a[at]
    return np.asarray(edge[:, 0] * away[:, 1] - edge[:, 1] * away[:, 0] > 0)
