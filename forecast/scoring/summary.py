"""Many questions of one forecaster in a few figures, and forecasts against what happened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.scoring.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    as_edges,
    as_outcomes,
    as_probabilities,
    bin_of,
    check_columns,
    sum_by,
)
from forecast.scoring.units import UnitScores

#: Finer in the tails, where a few points are many times the odds.
DEFAULT_EDGES = (
    *(0.0, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5),
    *(0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.0),
)

NOTHING_SCORED = "no question is resolved that has a forecast that counts"


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over questions, each with the same weight; None where there is nothing to say.

    Parameters
    ----------
    n_questions, n_forecasts : int
        Questions with an outcome and a forecast that counts, and their forecasts that count.
    brier, brier_planned, brier_first, brier_final : float or None
        Means of the scores of `UnitScores`, 0 to 1, lower is better.
    log_score : float or None
        In nats, lower is better; None where it is infinite.
    log_score_reason : str or None
        Why there is no `log_score`.
    n_infinite : int
        Questions whose logarithmic score is infinite.
    base_rate : float or None
        The share of these questions that was answered yes.
    skill : float or None
        1 - `brier` / (Brier score of always saying the base rate): 1 is perfect, 0 no better
        than that, negative worse.
    skill_reason : str or None
        Why there is no `skill`.
    coverage : float or None
        Mean share of the open time with a forecast standing.
    """

    n_questions: int
    n_forecasts: int
    brier: float | None
    brier_planned: float | None
    brier_first: float | None
    brier_final: float | None
    log_score: float | None
    log_score_reason: str | None
    n_infinite: int
    base_rate: float | None
    skill: float | None
    skill_reason: str | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts from above `low` up to and including `high` (the first: from `low` on)."""

    low: float
    high: float
    n: int
    mean_probability: float
    frequency: float


def summarise(
    scores: UnitScores, outcome: npt.ArrayLike, units: IntArray | BoolArray | None = None
) -> Summary:
    r"""Sum up the questions of one forecaster.

    Skill is :math:`1 - \bar s / (\bar y (1 - \bar y))`, with the mean Brier score
    :math:`\bar s` and the base rate :math:`\bar y` of the very same questions.

    Parameters
    ----------
    scores : UnitScores
        Of this forecaster's units, or of everybody's with `units` given.
    outcome : array_like, shape (n_units,)
        1 for yes, 0 for no, nan where not known.
    units : ndarray of int or bool, optional
        Which units belong to this forecaster: indices or a mask; all, unless given.

    Returns
    -------
    Summary

    Examples
    --------
    >>> from forecast.scoring.spells import Forecasts, Lives
    >>> from forecast.scoring.units import unit_scores
    >>> forecasts = Forecasts(np.array([0, 1]), np.array([0, 0]), np.array([0.1, 0.7]))
    >>> two = np.array([10, 10])
    >>> lives = Lives(np.array([0, 0]), two, two, np.array([0.0, 1.0]))
    >>> summary = summarise(unit_scores(forecasts, lives), lives.outcome)
    >>> round(summary.brier, 12), round(summary.skill, 12)
    (0.05, 0.8)
    """
    y = as_outcomes("outcome", outcome, missing_allowed=True)
    check_columns(brier=scores.brier, outcome=y)
    index = np.arange(y.size) if units is None else np.arange(y.size)[units]
    index = index[~np.isnan(scores.brier[index]) & ~np.isnan(y[index])]
    n = int(index.size)

    def mean(values: FloatArray) -> float | None:
        return float(values[index].mean()) if n else None

    brier, rate = mean(scores.brier), mean(y)
    n_infinite = int(np.isinf(scores.log_score[index]).sum())
    skill, skill_reason = skill_against_base_rate(brier, rate)
    return Summary(
        n_questions=n,
        n_forecasts=int(scores.n_forecasts[index].sum()),
        brier=brier,
        brier_planned=mean(scores.brier_planned),
        brier_first=mean(scores.brier_first),
        brier_final=mean(scores.brier_final),
        log_score=None if n_infinite else mean(scores.log_score),
        log_score_reason=_log_score_reason(n, n_infinite),
        n_infinite=n_infinite,
        base_rate=rate,
        skill=skill,
        skill_reason=skill_reason,
        coverage=mean(scores.coverage),
    )


def skill_against_base_rate(
    brier: float | None, base_rate: float | None
) -> tuple[float | None, str | None]:
    """Give the Brier skill score against always saying the base rate, or why there is none.

    Examples
    --------
    >>> skill_against_base_rate(0.05, 0.5)
    (0.8, None)
    >>> skill_against_base_rate(0.05, 0.0)
    (None, 'all outcomes are no, so the base rate alone would be perfect')
    """
    if brier is None or base_rate is None:
        return None, NOTHING_SCORED
    if base_rate in (0.0, 1.0):
        answer = "yes" if base_rate else "no"
        return None, f"all outcomes are {answer}, so the base rate alone would be perfect"
    return 1 - brier / (base_rate * (1 - base_rate)), None


def bins_table(
    probability: npt.ArrayLike,
    outcome: npt.ArrayLike,
    edges: Sequence[float] | int = DEFAULT_EDGES,
) -> list[Bin]:
    """Set forecasts beside how often they came true, by bins of probability.

    Bins are closed on the right, (a, b], but the first holds its left end, too. Empty ones are
    left out.

    Parameters
    ----------
    probability : array_like, shape (n,)
        One forecast per question, from 0 to 1.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no.
    edges : sequence of float or int
        Increasing, two or more, the forecasts within them; or how many equal bins.

    Returns
    -------
    list of Bin
        From low to high.

    Examples
    --------
    >>> for row in bins_table([0.2, 0.1, 0.9], [0, 1, 1], edges=[0, 0.2, 1]):
    ...     print(row.low, row.high, row.n, round(row.mean_probability, 3), row.frequency)
    0.0 0.2 2 0.15 0.5
    0.2 1.0 1 0.9 1.0
    """
    p = as_probabilities("probability", probability)
    y = as_outcomes("outcome", outcome)
    check_columns(probability=p, outcome=y)
    limits = as_edges("edges", edges, p)
    place = bin_of(limits, p)
    n_bins = limits.size - 1
    n = np.bincount(place, minlength=n_bins)
    sum_p = sum_by(place, p, n_bins)
    sum_y = sum_by(place, y, n_bins)
    return [
        Bin(
            low=float(limits[i]),
            high=float(limits[i + 1]),
            n=int(n[i]),
            mean_probability=float(sum_p[i] / n[i]),
            frequency=float(sum_y[i] / n[i]),
        )
        for i in np.flatnonzero(n)
    ]


def _log_score_reason(n: int, n_infinite: int) -> str | None:
    if not n:
        return NOTHING_SCORED
    if n_infinite:
        noun = "question" if n_infinite == 1 else "questions"
        return f"infinite: what was said to be impossible happened on {n_infinite} {noun}"
    return None
