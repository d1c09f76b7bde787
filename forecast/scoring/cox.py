"""Cox's recalibration of one record: by how much, and in which way, forecasts are off."""

from dataclasses import dataclass

import numpy as np

from forecast.scoring.coxmodel import (
    CoxModel,
    cox_model,
    log_ratio,
    maximise,
    moments,
    ratio_of_shift,
)
from forecast.scoring.tallies import Tallies

#: 99 % quantile of chi-square with two degrees of freedom, -2 ln(0.01).
FITS_AS_WELL = 9.210340371976182

SLOPE_FREE = np.array([[0.0, 1.0]])
SHIFT_FREE = np.array([[1.0, 0.0]])


@dataclass(frozen=True, slots=True)
class CoxFit:
    r"""How forecasts would have to be bent to fit best, and what that gains.

    Parameters
    ----------
    n : int
        Questions in the test: those with a forecast between 0 and 1.
    intercept, slope : float or None
        a and b of the best fit; a slope below 1 is overconfident. No slope where there is one
        distinct forecast; neither where a threshold separates yes from no, which makes them
        infinite.
    ratio : float or None
        Likelihood ratio :math:`2 (\ell(\hat a, \hat b) - \ell(0, 1))`, 0 or more, always
        finite; None where no forecast is left.
    departure : str or None
        "overconfident", "underconfident", "too high" or "too low", whatever the ratio.
    """

    n: int
    intercept: float | None
    slope: float | None
    ratio: float | None
    departure: str | None


def cox_fit(tallies: Tallies) -> CoxFit:
    r"""Fit Cox's logistic recalibration to one record.

    .. math:: \operatorname{logit} P(y = 1) = a + b \operatorname{logit}(p)

    The departure is named after the simplest bend that recovers at least half of the likelihood
    ratio: a slope about even odds (a = 0), "overconfident" below 1 and "underconfident" above,
    or a shift of all log odds (b = 1), "too high" below 0 and "too low" above; the better of
    the two, the shift where they are as good. Where neither does, slope and shift offset each
    other, and the slope of the full fit names it.

    Parameters
    ----------
    tallies : Tallies
        Counts of questions by distinct probability, in order.

    Returns
    -------
    CoxFit

    References
    ----------
    Cox, D. R. (1958). Two further applications of a model for binary regression. Biometrika 45,
    562-565. Miller, M. E., Langefeld, C. D., Tierney, W. M., Hui, S. L. and McDonald, C. J.
    (1993). Validation of probabilistic predictions. Medical Decision Making 13, 49-58.

    Examples
    --------
    Of ten forecasts each, 10 % came true three times and 90 % seven times:

    >>> twice_ten = Tallies(np.array([0.1, 0.9]), np.array([10.0, 10]), np.array([3.0, 7]))
    >>> fit = cox_fit(twice_ten)
    >>> round(fit.slope, 4), round(fit.ratio, 4), fit.departure
    (0.3856, 6.1465, 'overconfident')
    """
    model = cox_model(tallies)
    n = int(model.weight.sum())
    if not n:
        return CoxFit(0, None, None, None, None)
    if not model.has_slope:
        return _shift_alone(model, n)
    free, top = maximise(model, model.sums, np.eye(2), model.calibrated)
    ratio = float(log_ratio(model, top, model.sums)[0])
    departure = _departure(model, ratio, float(free[0, 1]))
    if _separated(model):
        return CoxFit(n, None, None, ratio, departure)
    slope = float(free[0, 1]) / model.scale
    return CoxFit(n, float(free[0, 0]) - slope * model.centre, slope, ratio, departure)


def slope_range(
    tallies: Tallies, allowed: float = FITS_AS_WELL
) -> tuple[float | None, float | None]:
    r"""Give the least and the greatest slope that, with some intercept, fits as well as the best.

    As well: :math:`2 (\ell(\hat a, \hat b) - \max_a \ell(a, b))` is at most `allowed`, unless
    given the 1 % point of the test of both, so that a slope is left out only where every
    calibration with that slope would show signs of being wrong.

    Parameters
    ----------
    tallies : Tallies
        Counts of questions by distinct probability, in order.
    allowed : float
        More than 0; multiply by how many questions count as one independent one.

    Returns
    -------
    tuple of float or None
        None at an end where there is none, or where there is one distinct forecast.

    Examples
    --------
    >>> twice_ten = Tallies(np.array([0.1, 0.9]), np.array([10.0, 10]), np.array([3.0, 7]))
    >>> [round(end, 3) for end in slope_range(twice_ten)]
    [-0.251, 1.162]
    """
    model = cox_model(tallies)
    if not model.has_slope:
        return None, None
    free, top = maximise(model, model.sums, np.eye(2), model.calibrated)
    best, limit = float(free[0, 1]), float(top[0]) - allowed / 2
    low, high = (_end(model, best, limit, sign) for sign in (-1.0, 1.0))
    return low, high


def _shift_alone(model: CoxModel, n: int) -> CoxFit:
    true = float(model.true.sum())
    expected = float(model.weight @ model.probability)
    ratio = float(ratio_of_shift(model, np.asarray(model.true.sum())))
    departure = "too high" if true < expected else "too low"
    if true in (0.0, float(n)):
        return CoxFit(n, None, None, ratio, departure)
    intercept = float(np.log(true / (n - true))) - model.centre
    return CoxFit(n, intercept, None, ratio, departure)


def _separated(model: CoxModel) -> bool:
    """Whether some threshold has yes on one side only and no on the other."""
    yes, no = np.flatnonzero(model.true > 0), np.flatnonzero(model.true < model.weight)
    if not yes.size or not no.size:
        return True
    return bool(no[-1] <= yes[0] or yes[-1] <= no[0])


def _departure(model: CoxModel, ratio: float, free_slope: float) -> str:
    """Name the bend by the rule of `cox_fit`."""
    about_even = np.array([[model.centre / model.scale, 1.0]])  # a = 0: both in proportion
    turned, top_turned = maximise(model, model.sums, about_even, model.calibrated)
    shifted, top_shifted = maximise(model, model.sums, SHIFT_FREE, model.calibrated)
    by_slope = float(log_ratio(model, top_turned, model.sums)[0])
    by_shift = float(log_ratio(model, top_shifted, model.sums)[0])
    slope = free_slope
    if max(by_slope, by_shift) >= ratio / 2:
        if by_shift >= by_slope - 1e-6:
            return "too high" if shifted[0, 0] < model.centre else "too low"
        slope = float(turned[0, 1])
    return "overconfident" if slope < model.scale else "underconfident"


def _end(model: CoxModel, best: float, limit: float, sign: float) -> float | None:
    """Find the slope beyond `best` at which the profile likelihood falls to `limit`.

    The profile is concave, so that Newton's method from outside never steps over the end.
    """
    slope, step = best, 1.0
    excess = -1.0
    while excess <= 0:
        if step > 1e3:
            return None
        slope, step = slope + sign * step, 2 * step
        excess, rate = _profile(model, slope, limit)
    for _ in range(100):
        if excess < 1e-10 or rate == 0:
            break
        slope -= excess / rate
        excess, rate = _profile(model, slope, limit)
    return slope / model.scale


def _profile(model: CoxModel, slope: float, limit: float) -> tuple[float, float]:
    """Give how far the profile likelihood lies below `limit`, and the rate at which it falls."""
    start = np.array([[model.centre, slope]])
    theta, top = maximise(model, model.sums, SHIFT_FREE, start)
    mean, _ = moments(model, theta)
    return limit - float(top[0]), -float((model.sums - mean)[0, 1])
