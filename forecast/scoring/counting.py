"""Counting forecasts up by probability: exact, and quick for a million of them.

Each function takes probabilities from 0 to 1 and gives the distinct ones in order, with the weight
that came true and the weight that did not.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.scoring.arrays import FloatArray, sum_runs

Counted = tuple[FloatArray, FloatArray, FloatArray]

_STEPS = 10_000  # to 1; four decimals
_SAMPLE = 1_000
_PIECE = 1 << 16  # rows at a time: they stay in the processor's cache


def counted_up(probability: FloatArray, weight: FloatArray, outcome: FloatArray) -> Counted:
    """Count up by probability; `weight` is one number for all, or one each.

    >>> rows = np.array([0.7, 0.2, 0.7]), np.array(2.0), np.array([1.0, 0.0, 0.0])
    >>> [column.tolist() for column in counted_up(*rows)]
    [[0.2, 0.7], [0.0, 2.0], [2.0, 2.0]]
    """
    if not weight.ndim and not weight > 0:
        nothing = np.empty(0)
        return nothing, nothing, nothing
    few = _few_decimals(probability, weight, outcome)
    if few is not None:
        return few
    if not weight.ndim:
        return _equal_weights(probability, weight, outcome)
    true = weight * outcome
    return summed_up(probability, true, weight - true)


def summed_up(probability: FloatArray, true: FloatArray, false: FloatArray) -> Counted:
    """Add up by probability, leaving out what has no weight.

    >>> rows = np.array([0.7, 0.2, 0.7]), np.array([2.0, 0.0, 0.0]), np.array([0.0, 2.0, 2.0])
    >>> [column.tolist() for column in summed_up(*rows)]
    [[0.2, 0.7], [0.0, 2.0], [2.0, 2.0]]
    """
    has_weight = true > 0
    has_weight |= false > 0
    if not has_weight.all():
        probability, true, false = probability[has_weight], true[has_weight], false[has_weight]
    order = np.argsort(probability)
    ordered = probability[order]
    ordered += 0.0  # 0 and -0 are one
    starts = _run_starts(ordered)
    return ordered[starts], sum_runs(true[order], starts), sum_runs(false[order], starts)


def _few_decimals(
    probability: FloatArray, weight: FloatArray, outcome: FloatArray
) -> Counted | None:
    """Count up probabilities of four decimals or fewer without sorting; None where others are.

    i / 10,000 is the float nearest to that decimal, as is the decimal read from text: so the
    round trip tells exactly whether each probability is one.
    """
    first = probability[:_SAMPLE]
    if probability.size < _STEPS or not (np.rint(first * _STEPS) / _STEPS == first).all():
        return None  # sorting few is quicker, and a sample tells most others apart
    n = 2 * (_STEPS + 1)
    sums = np.zeros(n)
    for start in range(0, probability.size, _PIECE):
        piece = slice(start, start + _PIECE)
        step = np.rint(probability[piece] * _STEPS)
        if not (step / _STEPS == probability[piece]).all():
            return None
        place = (2 * step + outcome[piece]).astype(np.intp)
        sums += np.bincount(place, weight[piece] if weight.ndim else None, n)
    if not weight.ndim:
        sums *= weight
    false, true = sums[::2], sums[1::2]
    said = (true > 0) | (false > 0)
    return np.flatnonzero(said) / _STEPS, true[said], false[said]


def _equal_weights(probability: FloatArray, weight: FloatArray, outcome: FloatArray) -> Counted:
    """Count up in one sort, without a permutation.

    Floats from 0 up are in the order of their bits read as whole numbers; below 2 the two highest
    bits are free, so that the outcome fits in at the end.
    """
    key = (probability + 0.0).view(np.uint64)  # 0 and -0 are one
    key <<= np.uint64(1)
    key |= outcome.astype(np.uint64)
    key.sort()
    true = (key & np.uint64(1)).astype(np.float64)
    key >>= np.uint64(1)
    starts = _run_starts(key)
    true = sum_runs(true, starts)
    n = np.diff(starts, append=key.size)
    return key.view(np.float64)[starts], weight * true, weight * (n - true)


def _run_starts(ordered: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Give where each run of equal neighbours starts."""
    starts = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=starts[1:])
    return np.flatnonzero(starts)
