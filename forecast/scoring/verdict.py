"""What may be said of a forecaster's calibration, in words; and of several in one report."""

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import FloatArray, as_floats, check_columns

#: Independent questions, and the sum of p (1 - p), below which there are no words.
MIN_EFFECTIVE = 30
MIN_INFORMATION = 5
#: p-values up to which miscalibration is plain, or shows signs.
PLAIN = 0.001
SIGNS = 0.01

TOO_FEW = "too few to tell"
IMPOSSIBLE = "plainly impossible"
SIGNS_OF = {
    "overconfident": "signs of overconfidence",
    "underconfident": "signs of underconfidence",
    "too high": "signs of being too high",
    "too low": "signs of being too low",
}


def verdict_of(
    *,
    n_effective: float,
    information: float,
    p_value: float | None,
    departure: str | None,
    n_impossible: int = 0,
    slopes: tuple[float | None, float | None] | None = None,
) -> str:
    """Put a calibration test into words, as far as the sample allows.

    The first of these that applies:

    1. "plainly impossible": something happened that was said to be impossible, `n_impossible`.
    2. "too few to tell": there is no p-value.
    3. "plainly overconfident", "plainly underconfident", "plainly too high" or "plainly too
       low": the p-value is at most 0.001, however few the questions.
    4. "too few to tell": fewer than 30 effective questions, or a sum of p (1 - p) below 5.
    5. "signs of overconfidence", "signs of underconfidence", "signs of being too high" or
       "signs of being too low": the p-value is at most 0.01.
    6. "no sign of miscalibration", and which slopes fit as well. It never is "well calibrated":
       what was not found need not be absent, and the slopes say how much could be hidden.

    Parameters
    ----------
    n_effective : float
        How many independent questions the record is worth.
    information : float
        The sum of p (1 - p) over its questions: as many yeses as would surprise, squared.
    p_value : float or None
        Of Cox's test, adjusted where several forecasters are judged at once (`holm`).
    departure : str or None
        "overconfident", "underconfident", "too high" or "too low" (`cox_fit`).
    n_impossible : int
        How many questions turned out against a forecast of exactly 0 or 1.
    slopes : tuple of float or None, optional
        The least and the greatest that fit as well (`slope_range`), None where there is no end;
        nothing at all where one distinct forecast leaves no slope.

    Returns
    -------
    str

    Examples
    --------
    >>> figures = {"n_effective": 80, "information": 12, "departure": "overconfident"}
    >>> verdict_of(p_value=0.004, **figures)
    'signs of overconfidence'
    >>> verdict_of(p_value=0.3, slopes=(0.55, 1.4), **figures)
    'no sign of miscalibration; slopes from 0.55 to 1.40 fit as well'
    """
    if n_impossible:
        return IMPOSSIBLE
    if p_value is None or departure is None:
        return TOO_FEW
    if p_value <= PLAIN:
        return f"plainly {departure}"
    if n_effective < MIN_EFFECTIVE or information < MIN_INFORMATION:
        return TOO_FEW
    if p_value <= SIGNS:
        return SIGNS_OF[departure]
    return f"no sign of miscalibration; {_in_words(slopes)}"


def holm(p_values: npt.ArrayLike) -> FloatArray:
    r"""Adjust p-values for being several, so that any false alarm is as rare as one promised.

    The :math:`i`-th smallest of :math:`m` becomes :math:`\max_{j \le i} (m - j + 1) p_{(j)}`, at
    most 1. It holds however the tests depend on each other, and never is worse than Bonferroni.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        From 0 to 1.

    Returns
    -------
    ndarray of float, shape (m,)
        In the same order.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(12).tolist()
    [0.03, 0.06, 0.06]
    """
    p = as_floats("p_values", p_values)
    check_columns(p_values=p)
    if not ((p >= 0) & (p <= 1)).all():
        raise InvalidField("p_values", "hold one that is not between 0 and 1")
    order = np.argsort(p)
    adjusted = np.empty(p.size)
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    return np.minimum(adjusted, 1.0)


def _in_words(slopes: tuple[float | None, float | None] | None) -> str:
    if slopes is None:
        return "one forecast alone has no slope"
    low, high = slopes
    if low is None and high is None:
        return "any slope fits as well"
    if high is None:
        return f"slopes from {low:.2f} up fit as well"
    if low is None:
        return f"slopes up to {high:.2f} fit as well"
    return f"slopes from {low:.2f} to {high:.2f} fit as well"
