"""Single calls, and what to make of them: best and worst, advice, one forecaster beside another."""

from dataclasses import dataclass

import numpy as np

from forecast.reporting.record import FloatArray, IntArray, Scored
from forecast.scoring.calibration import Calibration
from forecast.scoring.inference import mean_interval
from forecast.scoring.proportions import share_interval
from forecast.scoring.verdict import MIN_EFFECTIVE, MIN_INFORMATION, PLAIN, SIGNS

#: Calls shown at either end.
SHOWN = 3
#: Forecasts that advice rests on at least.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Call:
    """How one question went: the first and the last forecast, and the note of the last."""

    id: str
    title: str
    outcome: str
    first: float
    final: float
    brier: float
    note: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What comes true when a forecaster says so much, and within which limits (95 %)."""

    said: float
    n: int
    came_true: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two forecasters on the questions both have forecast, by `planned`, which is proper.

    `difference` is the first's score less the other's: below 0 the first is the better one.
    """

    other: str
    n: int
    mine: float
    theirs: float
    difference: float
    low: float | None
    high: float | None
    reason: str | None


def calls(scored: Scored, units: IntArray, brier: FloatArray) -> list[Call]:
    """Give every call, best first."""
    forecasts, rows = scored.forecasts, scored.rows_of(units)
    # At one instant the last recorded stands, and rows are in the order of recording.
    rows = rows[np.lexsort((rows, forecasts.made_at[rows], forecasts.unit[rows]))]
    last = np.empty(scored.lives.outcome.size, dtype=np.int64)
    last[forecasts.unit[rows]] = rows  # of several rows of a unit, the last one stays
    order = units[np.argsort(brier[units], kind="stable")]
    columns = (
        scored.question_of[order].tolist(),
        (scored.lives.outcome[order] == 1).tolist(),
        scored.scores.first[order].tolist(),
        scored.scores.final[order].tolist(),
        brier[order].tolist(),
        last[order].tolist(),
    )
    return [_call(scored, *row) for row in zip(*columns, strict=True)]


def best_and_worst(every: list[Call]) -> tuple[list[Call], list[Call]]:
    """Give the best calls, best first, and the worst ones, worst first; none is both."""
    shown = min(SHOWN, len(every) // 2)
    return every[:shown], every[::-1][:shown]


def below_threshold(calibration: Calibration) -> bool:
    """Whether the record is smaller than words need: its figures are provisional."""
    expected = calibration.brier_expected  # the mean of p (1 - p), of which words need the sum
    information = 0.0 if expected is None else calibration.n * expected
    return calibration.n_effective < MIN_EFFECTIVE or information < MIN_INFORMATION


def advice(calibration: Calibration) -> list[Advice]:
    """Give advice, where the record carries it.

    Only where the verdict shows miscalibration at all, for bins of ten forecasts or more whose
    share that came true rules out, at 95 %, what was said. Questions that hang together count as
    what they are worth.
    """
    p_value = calibration.p_value_holm
    allowed = PLAIN if below_threshold(calibration) else SIGNS
    if p_value is None or p_value > allowed:
        return []
    worth = calibration.n_effective / calibration.n
    found = []
    for row in calibration.bins:
        if row.n < ENOUGH:
            continue
        low, high = share_interval(row.frequency * row.n * worth, row.n * worth)
        if not low <= row.mean_probability <= high:
            came_true = round(row.frequency * row.n)
            found.append(Advice(row.mean_probability, row.n, came_true, row.frequency, low, high))
    return found


def compare(
    scored: Scored, one: IntArray, other: IntArray, name: str, labels: IntArray
) -> Comparison | None:
    """Set a forecaster's units beside another's on the questions they share; None without any.

    Parameters
    ----------
    scored : Scored
    one, other : ndarray of int
        Units of each.
    name : str
        The other's.
    labels : ndarray of int, shape (n_units,)
        Which questions count as one.
    """
    shared, mine_at, theirs_at = np.intersect1d(
        scored.question_of[one], scored.question_of[other], return_indices=True
    )
    if not shared.size:
        return None
    mine = scored.scores.brier_planned[one[mine_at]]
    theirs = scored.scores.brier_planned[other[theirs_at]]
    outcome = scored.lives.outcome[one[mine_at]]
    yes = int(outcome.sum())
    interval = mean_interval(
        mine - theirs,
        labels[one[mine_at]],
        rare_outcomes=min(yes, shared.size - yes),
        low=-1.0,
        high=1.0,
    )
    return Comparison(
        other=name,
        n=int(shared.size),
        mine=float(mine.mean()),
        theirs=float(theirs.mean()),
        difference=float((mine - theirs).mean()),
        low=interval.low,
        high=interval.high,
        reason=interval.reason,
    )


def _call(
    scored: Scored, index: int, yes: bool, first: float, final: float, brier: float, row: int
) -> Call:
    question = scored.questions[index].question
    outcome = "yes" if yes else "no"
    note = scored.said[row].note
    return Call(question.id, question.title, outcome, first, final, brier, note)
