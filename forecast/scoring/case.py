"""A record on its way to a verdict: counted up, fitted, and set beside drawn outcomes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.scoring.arrays import (
    FloatArray,
    as_outcomes,
    as_probabilities,
    check_columns,
    sum_by,
)
from forecast.scoring.cox import CoxFit, cox_fit
from forecast.scoring.coxmodel import cox_model, ratios_reach
from forecast.scoring.inference import effective_number
from forecast.scoring.montecarlo import Null, null_distribution
from forecast.scoring.tallies import Tallies, tally

#: Distinct forecasts up to which each is told apart by draws and curve; beyond, they are joined
#: into so many cells, which tests and band cannot tell from the whole.
MOST_DISTINCT = 2_000
CELLS = 500


@dataclass(slots=True, eq=False)
class Case:
    """A record on its way to a verdict.

    Parameters
    ----------
    probability, outcome : ndarray of float, shape (n,)
        One row per question.
    tallies, cells : Tallies
        Counts by distinct forecast; and the same joined into cells where there
        are very many.
    n_effective : float
        How many independent questions these are worth.
    fit : CoxFit
        Of `cells`.
    null : Null or None
        What calibrated forecasters would get.
    p_value : float or None
        Of Cox's test, on as many `draws`.
    """

    probability: FloatArray
    outcome: FloatArray
    tallies: Tallies
    cells: Tallies
    n_effective: float
    fit: CoxFit
    null: Null | None = None
    p_value: float | None = None
    draws: int = 0

    @property
    def design_effect(self) -> float:
        """How many questions count as one independent one."""
        return self.outcome.size / self.n_effective

    @property
    def has_events(self) -> bool:
        """Whether some questions hang together."""
        return self.n_effective < self.outcome.size


def case_of(
    probability: npt.ArrayLike, outcome: npt.ArrayLike, clusters: npt.ArrayLike | None
) -> Case:
    """Check and count up a record: one forecast per question."""
    p = as_probabilities("probability", probability)
    y = as_outcomes("outcome", outcome)
    check_columns(probability=p, outcome=y)
    order = np.lexsort((y, p))  # sums of floats depend on the order of rows, the report must not
    p, y = p[order], y[order]
    tallies = tally(p, 1, y)
    cells = _in_cells(tallies)
    return Case(p, y, tallies, cells, effective_number(y.size, clusters), cox_fit(cells))


def _in_cells(tallies: Tallies) -> Tallies:
    """Join neighbouring forecasts into cells of equal weight, where there are very many."""
    p, n = tallies.probability, tallies.weight
    if p.size <= MOST_DISTINCT:
        return tallies
    rank = (np.cumsum(n) - n / 2) / n.sum()
    # 0 and 1 stay apart: they are certainties, and leave Cox's test.
    cell = np.select([p == 0, p == 1], [-1.0, CELLS], np.floor(rank * CELLS))
    _, cell = np.unique(cell, return_inverse=True)
    size = int(cell[-1]) + 1
    weight = sum_by(cell, n, size)
    mean = np.clip(sum_by(cell, n * p, size) / weight, 0.0, 1.0)
    return Tallies(mean, weight, sum_by(cell, tallies.weight_true, size))


def draw(case: Case, draws: int) -> None:
    """Draw outcomes, and set the record beside what they give."""
    if case.cells.probability.size:
        case.null = null_distribution(case.cells, draws)
        _test(case, case.null)


def sharpen(case: Case, draws: int) -> None:
    """Take the p-value from this many draws, if it rests on fewer."""
    if draws > case.draws + 1:  # the record itself is one more: 9,999 are 10,000
        _test(case, null_distribution(case.cells, draws, curves=False))


def _test(case: Case, null: Null) -> None:
    if case.fit.ratio is None:
        return
    ratio = case.fit.ratio / case.design_effect
    hits = ratios_reach(cox_model(case.cells), null.sum_true, null.sum_logit, ratio)
    case.draws = hits.size
    case.p_value = float(1 + np.count_nonzero(hits)) / (1 + hits.size)
