"""Scores of units: one forecaster on one question, every update of theirs considered."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.scoring.arrays import FloatArray, IntArray, sum_by
from forecast.scoring.rules import brier_score, log_score
from forecast.scoring.spells import Forecasts, Lives, Spells, spells_of

Rule = Callable[[npt.ArrayLike, npt.ArrayLike], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class UnitScores:
    """What one forecaster's forecasts on one question come to, for many such units.

    All are arrays of shape (n_units,); nan where no forecast of the unit counts, scores also
    where the outcome is not known. Brier scores go from 0 to 1, the logarithmic score is in
    nats; for both lower is better.

    Parameters
    ----------
    brier : ndarray of float
        By time: the integral of the score over the time a forecast stood, over that time.
    brier_planned : ndarray of float
        The same integral over the time a forecast would have stood had the question stayed
        open to its deadline: once the answer is known nobody errs any more. Time withdrawn
        is part of neither.
    brier_first, brier_final : ndarray of float
        Of the first and of the last forecast that counts.
    log_score : ndarray of float
        By time, like `brier`; infinite where it is infinite.
    coverage : ndarray of float
        The share of the time from opening to close during which a forecast stood.
    n_forecasts : ndarray of int
        How many forecasts count; 0 where none does.
    first, final : ndarray of float
        The first and the last forecast that counts.
    """

    brier: FloatArray
    brier_planned: FloatArray
    brier_first: FloatArray
    brier_final: FloatArray
    log_score: FloatArray
    coverage: FloatArray
    n_forecasts: IntArray
    first: FloatArray
    final: FloatArray


def unit_scores(forecasts: Forecasts, lives: Lives) -> UnitScores:
    r"""Score each unit by time, as planned, by its first and by its final forecast.

    With spells of length :math:`l_j` and score :math:`s_j`, and :math:`d` the time from the
    close to the deadline where a forecast stood at the close, else 0:

    .. math::
       \text{time} = \sum_j l_j s_j / \sum_j l_j, \qquad
       \text{planned} = \sum_j l_j s_j / \left(\sum_j l_j + d\right)

    Time describes, as the Good Judgment Project scored; but where a yes ends the question it
    rewards overstating yes. Planned is proper and does not.

    Parameters
    ----------
    forecasts : Forecasts
        Forecasts and withdrawals, in the order of recording.
    lives : Lives
        One for each unit.

    Returns
    -------
    UnitScores
        O(n log n) in the number of forecasts.

    References
    ----------
    Mellers, B. et al. (2014). Psychological strategies for winning a geopolitical forecasting
    tournament. Psychological Science 25, 1106-1115.

    Examples
    --------
    50 % at the start, 10 % after half the time, answer no:

    >>> forecasts = Forecasts(np.array([0, 0]), np.array([0, 5]), np.array([0.5, 0.1]))
    >>> lives = Lives(np.array([0]), np.array([10]), np.array([10]), np.array([0.0]))
    >>> scores = unit_scores(forecasts, lives)
    >>> scores.brier.round(12).tolist(), scores.brier_final.round(12).tolist()
    ([0.13], [0.01])
    """
    n_units = lives.outcome.size
    stood = spells_of(forecasts, lives)
    outcome = lives.outcome[stood.unit]

    def summed(values: FloatArray) -> FloatArray:
        return sum_by(stood.unit, values, n_units)

    length = stood.length
    brier = summed(length * _scored(brier_score, stood.probability, outcome))
    loss = summed(length * _scored(log_score, stood.probability, outcome))
    time = summed(length)
    # Ending at the close means standing there: whatever would end it then is after the answer.
    at_close = stood.unit[stood.end == lives.closed_at[stood.unit]]
    planned_time = time.copy()
    planned_time[at_close] += (lives.deadline - lives.closed_at)[at_close]

    first, final = _first_and_final(stood, n_units)
    return UnitScores(
        brier=_ratio(brier, time),
        brier_planned=_ratio(brier, planned_time),
        brier_first=_scored(brier_score, first, lives.outcome),
        brier_final=_scored(brier_score, final, lives.outcome),
        log_score=_ratio(loss, time),
        coverage=_ratio(time, np.where(time > 0, lives.closed_at - lives.opened_at, 0)),
        n_forecasts=np.bincount(stood.unit, minlength=n_units).astype(np.int64, copy=False),
        first=first,
        final=final,
    )


def _scored(rule: Rule, probability: FloatArray, outcome: FloatArray) -> FloatArray:
    """Score where there are both a forecast and an outcome; nan elsewhere."""
    both = ~(np.isnan(probability) | np.isnan(outcome))
    if both.all():
        return rule(probability, outcome)
    scores = rule(np.where(both, probability, 0.0), np.where(both, outcome, 0.0))
    return np.where(both, scores, np.nan)


def _ratio(above: FloatArray, below: FloatArray | IntArray) -> FloatArray:
    return above / np.where(below > 0, below, np.nan)


def _first_and_final(stood: Spells, n_units: int) -> tuple[FloatArray, FloatArray]:
    """Give each unit's first and last probability; spells come ordered by unit and start."""
    changes = stood.unit[1:] != stood.unit[:-1]
    edge = np.ones(min(stood.unit.size, 1), dtype=np.bool_)
    opens = np.concatenate([edge, changes])
    closes = np.concatenate([changes, edge])
    first, final = np.full(n_units, np.nan), np.full(n_units, np.nan)
    first[stood.unit[opens]] = stood.probability[opens]
    final[stood.unit[closes]] = stood.probability[closes]
    return first, final
