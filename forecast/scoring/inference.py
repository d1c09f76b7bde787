"""How sure one may be of a mean score, and when nothing can be said."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import FloatArray, as_floats, as_probabilities, check_columns, sum_by

#: Below these an interval would promise more than it holds (see `mean_interval`).
MIN_QUESTIONS = 10
MIN_RARE_OUTCOMES = 5
MIN_EFFECTIVE = 2
MIN_LOSSES = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval, or the reason why it has none.

    Parameters
    ----------
    mean : float or None
        None where there are no scores.
    low, high : float or None
        The ends of the interval; None where none is given.
    n : int
        Questions.
    n_effective : float
        How many independent questions they are worth; 0 where there are none.
    reason : str or None
        In words, why no interval is given.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int
    n_effective: float
    reason: str | None


def mean_interval(
    scores: npt.ArrayLike,
    clusters: npt.ArrayLike | None = None,
    *,
    rare_outcomes: int,
    probability: npt.ArrayLike | None = None,
    level: float = 0.95,
    low: float = 0.0,
    high: float = 1.0,
) -> Interval:
    r"""Give the confidence interval of a mean score over questions.

    Student's t with :math:`n_\text{eff} - 1` degrees of freedom around the mean :math:`m`, and

    .. math::
       \text{se} = \sqrt{\tfrac{G}{G-1} \sum_g \Big(\sum_{i \in g} (s_i - m)\Big)^2} \Big/ n,
       \qquad n_\text{eff} = n^2 / \sum_g n_g^2

    over :math:`G` clusters of :math:`n_g` questions; cut off at the range of the score. Without
    clusters this is the textbook interval of a mean. None is given below 10 questions, with
    fewer than 5 of the rarer outcome, or where the questions are worth fewer than 2 independent
    ones: few surprises make scores look alike that are not, and a nominal 95 % interval then
    covers as little as 34 %. On sharp records and few events that is not enough (55 % covered);
    with `probability` none is given either where the losses would come from fewer than 5
    questions (`expected_losses`), and what is given covers at least 90 %.

    Parameters
    ----------
    scores : array_like, shape (n,)
        One score per question.
    clusters : array_like, shape (n,), optional
        Labels: questions with the same one hang on the same cause. Each its own, unless given.
    rare_outcomes : int
        How many of the questions had the rarer of the two answers.
    probability : array_like, shape (n,), optional
        A forecast of each question, the first say, that tells how sharp the record is.
    level : float
        Between 0 and 1.
    low, high : float
        The range of the score; ``high=numpy.inf`` for the logarithmic score.

    Returns
    -------
    Interval

    Raises
    ------
    InvalidField
        A ValueError; a score is nan or outside its range, or the labels do not fit.

    References
    ----------
    Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
    models. Biometrika 73, 13-22. Kish, L. (1965). Survey Sampling.

    Examples
    --------
    >>> interval = mean_interval([0.1, 0.3] * 10, rare_outcomes=8)
    >>> round(interval.mean, 4), round(interval.low, 4), round(interval.high, 4)
    (0.2, 0.152, 0.248)
    >>> mean_interval([0.1, 0.3], rare_outcomes=1).reason
    '2 questions, where an interval needs 10'
    """
    s = as_floats("scores", scores)
    check_columns(scores=s)
    if not 0 < level < 1:
        raise InvalidField("level", f"{level} is not between 0 and 1")
    slack = 1e-9  # a mean of scores at the end of the range may pass it by a rounding
    if not ((s >= low - slack) & (s <= high + slack)).all():
        raise InvalidField("scores", f"hold one that is not between {low} and {high}")

    n = int(s.size)
    group, sizes = _groups(s, clusters)
    n_effective = _effective(sizes)
    mean = float(s.mean()) if n else None
    reason = _why_none(n, rare_outcomes, n_effective, mean)
    if reason is None and probability is not None:
        reason = _why_too_sharp(expected_losses(probability, clusters))
    if reason or mean is None:
        return Interval(mean, None, None, n, n_effective, reason)

    sums = sum_by(group, s - mean, sizes.size)
    error = float(np.sqrt(sums.size / (sums.size - 1) * (sums @ sums))) / n
    reach = _t_quantile((1 + level) / 2, n_effective - 1) * error
    ends = (max(low, mean - reach), min(high, mean + reach))
    return Interval(mean, *ends, n, n_effective, None)


def effective_number(n: int, clusters: npt.ArrayLike | None = None) -> float:
    r"""Give how many independent questions `n` are worth, :math:`n^2 / \sum_g n_g^2`.

    As if all of an event were one question asked again: that is the least it can be, whatever
    the dependence within events.

    Parameters
    ----------
    n : int
        Questions.
    clusters : array_like, shape (n,), optional
        Labels: questions with the same one hang on the same cause. Each its own, unless given.

    Returns
    -------
    float
        From 1 to `n`; 0 where there are no questions.

    References
    ----------
    Kish, L. (1965). Survey Sampling.

    Examples
    --------
    >>> effective_number(4, ["war", "war", "election", "rain"])
    2.6666666666666665
    """
    _, sizes = _groups(np.zeros(n), clusters)
    return _effective(sizes)


def expected_losses(probability: npt.ArrayLike, clusters: npt.ArrayLike | None = None) -> float:
    r"""Give from how many questions a calibrated forecaster's Brier score would mainly come.

    .. math::
       \Big(\sum_i v_i\Big)^2 \Big/ \sum_g \Big(\sum_{i \in g} \sqrt{v_i (1 - 3 v_i)}\Big)^2,
       \qquad v_i = p_i (1 - p_i)

    The expected score squared over the expected square of the score, where :math:`v_i` is the
    mean of a score, :math:`v_i (1 - 3 v_i)` the mean of its square, and events are taken at
    their worst. It depends on forecasts alone, so that going by it favours no outcome.

    Parameters
    ----------
    probability : array_like, shape (n,)
        From 0 to 1.
    clusters : array_like, shape (n,), optional
        Labels of events. Each question its own, unless given.

    Returns
    -------
    float
        From 0 to n; n for forecasts of 50 %.

    References
    ----------
    Ours; the ratio is Kish's (1965), applied to losses in place of weights.

    Examples
    --------
    >>> round(expected_losses([0.5] * 20), 9), round(expected_losses([0.01] * 20), 2)
    (20.0, 0.2)
    """
    p = as_probabilities("probability", probability)
    check_columns(probability=p)
    group, sizes = _groups(p, clusters)
    mean = p * (1 - p)
    sums = sum_by(group, np.sqrt(mean * (1 - 3 * mean)), sizes.size)
    square = float(sums @ sums)
    return float(mean.sum()) ** 2 / square if square else 0.0


def _effective(sizes: FloatArray) -> float:
    return float(sizes.sum() ** 2 / (sizes @ sizes)) if sizes.size else 0.0


def _groups(
    scores: FloatArray, clusters: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """Give each score's cluster as a number, and the sizes of the clusters."""
    if clusters is None:
        return np.arange(scores.size), np.ones(scores.size)
    labels = np.asarray(clusters)
    check_columns(scores=scores, clusters=labels)
    _, group = np.unique(labels, return_inverse=True)
    return group, np.bincount(group).astype(np.float64)


def _why_none(n: int, rare_outcomes: int, n_effective: float, mean: float | None) -> str | None:
    if n < MIN_QUESTIONS:
        noun = "question" if n == 1 else "questions"
        return f"{n} {noun}, where an interval needs {MIN_QUESTIONS}"
    if rare_outcomes < MIN_RARE_OUTCOMES:
        return f"{rare_outcomes} of the rarer outcome, where an interval needs {MIN_RARE_OUTCOMES}"
    if n_effective < MIN_EFFECTIVE:
        worth = f"worth {n_effective:.1f} independent ones"
        return f"the {n} questions are {worth}, where an interval needs {MIN_EFFECTIVE}"
    return "the mean is infinite" if mean is not None and np.isinf(mean) else None


def _why_too_sharp(losses: float) -> str | None:
    if losses >= MIN_LOSSES:
        return None
    source = f"losses from forecasts this sharp come from about {losses:.1f} questions"
    return f"{source}, where an interval needs {MIN_LOSSES}"


def _t_quantile(probability: float, degrees: float) -> float:
    # Imported here, and not from scipy.stats: that one costs a report half a second.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))
