"""What a calibrated forecaster with these very forecasts would get: outcomes drawn from them.

The forecasts stay fixed, the outcomes are drawn: y ~ Bernoulli(p), one binomial count for each
distinct probability. Every figure of a calibration report is set beside its distribution under
these draws. All draws are regressed at once: they are strung together, each lifted above the one
before, so that one isotonic regression solves every draw for itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField
from forecast.scoring.arrays import BoolArray, FloatArray, sum_by
from forecast.scoring.tallies import Tallies

#: The day the first article was read; any number would do, as long as it stays.
SEED = 20220220
#: Values held at once: some megabytes, which also is what processors' caches like.
CHUNK = 500_000
#: Draws strung together at most: lifted any higher, they would lose decimals.
MAX_ROWS = 5_000

IndexArray = npt.NDArray[np.intp]
Int32Array = npt.NDArray[np.int32]  # half the memory for what is kept of all draws


@dataclass(frozen=True, slots=True, eq=False)
class DrawnBlocks:
    """Isotonic regressions of several draws as the blocks in which each is constant.

    Parameters
    ----------
    row : ndarray of int, shape (b,)
        Which draw a block belongs to.
    start, stop : ndarray of int, shape (b,)
        The distinct probabilities it spans, by index; `stop` is the first one after it.
    came, asked : ndarray of float, shape (b,)
        How many questions came true, and how many there are; `came / asked` is the fit.
    """

    row: IndexArray
    start: IndexArray
    stop: IndexArray
    came: FloatArray
    asked: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Null:
    """Figures of every draw, each of shape (draws,), and the band of their curves.

    Parameters
    ----------
    brier : ndarray of float
        Mean Brier score; Spiegelhalter's Z is the same, centred and scaled.
    miscalibration : ndarray of float
        Of the CORP decomposition; empty where no curves were asked for.
    sum_true, sum_logit : ndarray of float
        Number of outcomes that are yes, and sum of their forecasts' log odds, without forecasts
        of 0 and 1: all that Cox's test depends on.
    band_low, band_high : ndarray of float, shape (k,)
        5 % and 95 % quantiles of the recalibrated probability at each distinct one; empty where
        no curves were asked for.
    """

    brier: FloatArray
    miscalibration: FloatArray
    sum_true: FloatArray
    sum_logit: FloatArray
    band_low: FloatArray
    band_high: FloatArray


def simulated(tallies: Tallies, draws: int, seed: int = SEED) -> Iterator[FloatArray]:
    """Draw outcomes from the forecasts: how many came true at each distinct probability.

    Parameters
    ----------
    tallies : Tallies
        Counts of questions by distinct probability, in order, as `tally(p, 1, y)` gives them.
    draws : int
        How many. The first ones do not depend on how many follow.
    seed : int
        Of NumPy's generator.

    Yields
    ------
    ndarray of float, shape (rows, k)
        A part of the draws, small enough for the memory.

    Examples
    --------
    >>> from forecast.scoring.tallies import tally
    >>> (part,) = simulated(tally([0.0, 0.5, 0.5, 1.0], 1, [0, 0, 1, 1]), 4000)
    >>> part.shape, part.mean(axis=0).round(1).tolist()
    ((4000, 3), [0.0, 1.0, 1.0])
    """
    from scipy.special import bdtr

    p, n = tallies.probability, tallies.weight
    if (n != np.floor(n)).any():
        raise InvalidField("weight", "holds what is no count of questions")
    generator = np.random.default_rng(seed)
    # By inversion of one number per probability, so that parts of any size are the same; of 32
    # bits, which is twice as quick as 53 and moves no probability by more than 1.2e-10.
    limit = np.minimum(np.rint(p * 2.0**32), 2.0**32 - 1).astype(np.uint32)
    tables = [(j, bdtr(np.arange(n[j]), int(n[j]), p[j])) for j in np.flatnonzero(n > 1)]
    certain = p == 1
    rows = _rows(p.size)
    for done in range(0, draws, rows):
        size = (min(rows, draws - done), p.size)
        bits = generator.integers(2**32, size=size, dtype=np.uint32)
        true = (bits < limit).astype(np.float64)
        for j, table in tables:
            true[:, j] = np.searchsorted(table, (bits[:, j] + 0.5) / 2.0**32, side="right")
        true[:, certain] = n[certain]
        yield true


def isotonic_blocks(true: FloatArray, weight: FloatArray) -> DrawnBlocks:
    r"""Regress every draw isotonically on its probabilities, exactly and all at once.

    Each row minimises :math:`\sum_j w_j (t_j / w_j - f_j)^2` over :math:`f_1 \le f_2 \le \dots`.
    Neighbours that do not rise share a block in any solution; they are joined first, which leaves
    about a sixth of the work to pool-adjacent-violators. That one is told where to pool by
    numbers lifted by twice the row; the fits themselves are quotients of counts, without loss.

    Parameters
    ----------
    true : ndarray of float, shape (rows, k)
        How many came true.
    weight : ndarray of float, shape (k,)
        Of how many, more than 0.

    Returns
    -------
    DrawnBlocks
        Ordered by row and start.

    References
    ----------
    Ayer, M. et al. (1955). An empirical distribution function for sampling with incomplete
    information. Annals of Mathematical Statistics 26, 641-647. Busing, F. (2022). Monotone
    regression: a simple and fast O(n) PAVA implementation. Journal of Statistical Software 102.

    Examples
    --------
    >>> blocks = isotonic_blocks(np.array([[1.0, 0, 1], [0, 1, 1]]), np.ones(3))
    >>> blocks.row.tolist(), (blocks.came / blocks.asked).tolist()
    ([0, 0, 1, 1], [0.5, 1.0, 0.0, 1.0])
    """
    from scipy.optimize import isotonic_regression

    k = true.shape[1]
    if (weight == 1).all():
        start, came, asked = _falling_runs_alone(true == 1)
    else:
        start, came, asked = _falling_runs(true, weight)
    pooled = isotonic_regression(came / asked + 2.0 * (start // k), weights=asked)
    heads = pooled.blocks[:-1]
    row, first = np.divmod(start[heads], k)
    stop = np.append(first[1:], k)
    stop[stop == 0] = k  # the next block opens the next row
    return DrawnBlocks(row, first, stop, np.add.reduceat(came, heads), pooled.weights)


def null_distribution(
    tallies: Tallies, draws: int, *, seed: int = SEED, curves: bool = True
) -> Null:
    r"""Give the figures that calibrated forecasters with these forecasts would get.

    With :math:`t_j` of :math:`w_j` true at probability :math:`p_j` and :math:`n = \sum w_j`:
    Brier score :math:`S = \sum [w_j p_j^2 + t_j (1 - 2 p_j)] / n`, miscalibration
    :math:`S - \sum_b (T_b - T_b^2 / W_b) / n` over the blocks :math:`b` of the isotonic fit.

    Parameters
    ----------
    tallies : Tallies
        Counts of questions by distinct probability, in order.
    draws : int
        How many.
    seed : int
        Of NumPy's generator.
    curves : bool
        Without them it is quicker and misses miscalibration and band.

    Returns
    -------
    Null
        Takes time in proportion to draws times distinct probabilities.
    """
    p, n = tallies.probability, tallies.weight
    total = float(n.sum())
    inside = (p > 0) & (p < 1)
    logit = np.zeros(p.size)
    logit[inside] = np.log(p[inside]) - np.log1p(-p[inside])
    factors = np.stack([1 - 2 * p, inside.astype(np.float64), logit], axis=1)
    sums, excess, kept = [], [], []
    for true in simulated(tallies, draws, seed):
        sums.append(true @ factors)
        if curves:
            blocks = isotonic_blocks(true, n)
            rest = blocks.came - blocks.came**2 / blocks.asked
            excess.append(sum_by(blocks.row, rest, true.shape[0]) / total)
            level = blocks.came / blocks.asked
            kept.append((level, blocks.start.astype(np.int32), blocks.stop.astype(np.int32)))
    tilt, sum_true, sum_logit = np.concatenate(sums).T
    brier = (float(n @ p**2) + tilt) / total
    if not curves:
        nothing = np.empty(0)
        return Null(brier, nothing, sum_true, sum_logit, nothing, nothing)
    miscalibration = np.maximum(brier - np.concatenate(excess), 0.0)
    low, high = _band(kept, p.size, draws)
    return Null(brier, miscalibration, sum_true, sum_logit, low, high)


def p_value(null: FloatArray, observed: float) -> float:
    """Give the share of draws that get `observed` or more, the record itself counted as one.

    p = (1 + hits) / (1 + draws) never is 0 and keeps its promised size exactly.

    Parameters
    ----------
    null : ndarray of float, shape (draws,)
        A figure of every draw.
    observed : float
        The same of the record; equal but for rounding is a hit.

    Returns
    -------
    float
        Above 0, up to 1.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, 4.2.

    Examples
    --------
    >>> p_value(np.array([1.0, 2.0, 3.0]), 3.0)
    0.5
    """
    slack = 1e-9 * max(1e-3, abs(observed))
    return float(1 + np.count_nonzero(null >= observed - slack)) / (1 + null.size)


def _falling_runs(
    true: FloatArray, weight: FloatArray
) -> tuple[IndexArray, FloatArray, FloatArray]:
    """Join neighbours that do not rise: where runs start, what came true in them, of how many."""
    level = true / weight
    opens = np.ones(true.shape, dtype=np.bool_)
    np.greater(level[:, 1:], level[:, :-1], out=opens[:, 1:])
    start = np.flatnonzero(opens)
    weights = np.broadcast_to(weight, true.shape).ravel()
    return start, np.add.reduceat(true.ravel(), start), np.add.reduceat(weights, start)


def _falling_runs_alone(true: BoolArray) -> tuple[IndexArray, FloatArray, FloatArray]:
    """Do the same for one question a probability, where a run is some yeses, then some noes."""
    opens, ends = np.ones(true.shape, dtype=np.bool_), true.copy()
    np.greater(true[:, 1:], true[:, :-1], out=opens[:, 1:])
    np.greater(true[:, :-1], true[:, 1:], out=ends[:, :-1])
    start = np.flatnonzero(opens)
    came = np.zeros(start.size)
    has_yes = true.ravel()[start]
    came[has_yes] = np.flatnonzero(ends) + 1 - start[has_yes]  # the last yes of each run
    return start, came, np.diff(start, append=true.size).astype(np.float64)


def _rows(columns: int) -> int:
    return max(1, min(MAX_ROWS, CHUNK // max(columns, 1)))


def _band(
    kept: list[tuple[FloatArray, Int32Array, Int32Array]], columns: int, draws: int
) -> tuple[FloatArray, FloatArray]:
    """Give the 5 % and 95 % quantiles of all draws' curves at each distinct probability."""
    level, start, stop = (np.concatenate(column) for column in zip(*kept, strict=True))
    order = np.argsort(level)
    level, start, stop = level[order], start[order], stop[order]
    rank = -(-draws // 20)
    low = _ranked(start, stop, columns, rank)
    high = _ranked(start, stop, columns, draws + 1 - rank)
    return level[low], level[high]


def _ranked(start: Int32Array, stop: Int32Array, columns: int, rank: int) -> IndexArray:
    """Give for each column the block that is `rank`-th among those that span it, in their order.

    The full table of draws by columns would be gigabytes, the blocks are few. So each column
    searches among the blocks 64 ways at a time; as curves rise, so do the blocks it ends at,
    and the columns that go on searching in one part of the blocks are neighbours.
    """
    block = np.arange(start.size)
    found = np.zeros(columns, dtype=np.intp)
    missing = np.full(columns, rank)
    column = np.arange(columns)
    width = 64 ** max(1, int(np.ceil(np.log(max(start.size, 2)) / np.log(64) - 1e-9)))
    while width > 1:
        part = block // width
        ends = np.cumsum(np.bincount(found // width, minlength=int(part[-1]) + 1))
        begins = np.append(0, ends[:-1])
        first, last = np.maximum(start, begins[part]), np.minimum(stop, ends[part])
        here = first < last
        width //= 64
        offset = (block[here] // width % 64) * (columns + 1)
        size = 64 * (columns + 1)
        steps = np.bincount(offset + first[here], minlength=size)
        steps -= np.bincount(offset + last[here], minlength=size)
        spanning = steps.reshape(64, -1)[:, :columns].cumsum(axis=1).cumsum(axis=0)
        chosen = (spanning < missing).sum(axis=0)
        before = np.where(chosen > 0, spanning[chosen - 1, column], 0)
        missing = missing - before
        found = found + chosen * width
    return found
