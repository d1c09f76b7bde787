"""What comes in as numbers goes on as arrays that are known to be right.

Every public function of this package checks its input here, once; what is computed after that
may trust shapes and ranges.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.model import InvalidField

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_LARGEST = float(np.finfo(np.float64).max)


def as_floats(field: str, values: npt.ArrayLike) -> FloatArray:
    """Give `values` as float64, refusing what are no numbers."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidField(field, "holds something that is not a number") from None


def as_integers(field: str, values: npt.ArrayLike) -> IntArray:
    """Give `values` as int64, refusing floats instead of cutting off their decimals."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise InvalidField(field, f"needs whole numbers (int64), not {array.dtype}")
    return array.astype(np.int64, copy=False)


def as_probabilities(
    field: str, values: npt.ArrayLike, *, missing_allowed: bool = False
) -> FloatArray:
    """Give `values` as float64 within 0 and 1; nan is refused unless `missing_allowed`."""
    array = as_floats(field, values)
    if all_between(array, 0, 1):  # the quick way, and nearly always the answer
        return array
    good = (array >= 0) & (array <= 1)  # False for nan, too
    if missing_allowed:
        good |= np.isnan(array)
    _require(field, array, good, "is not between 0 and 1")
    return array


def as_outcomes(field: str, values: npt.ArrayLike, *, missing_allowed: bool = False) -> FloatArray:
    """Give `values` as float64 0 or 1; nan is refused unless `missing_allowed`."""
    array = as_floats(field, values)
    if all_zero_or_one(array):
        return array
    good = (array == 0) | (array == 1)
    if missing_allowed:
        good |= np.isnan(array)
    _require(field, array, good, "is neither 0 nor 1")
    return array


def as_weights(field: str, values: npt.ArrayLike) -> FloatArray:
    """Give `values` as float64, finite and not negative."""
    array = as_floats(field, values)
    if not all_between(array, 0, _LARGEST):
        _require(field, array, (array >= 0) & np.isfinite(array), "is no weight: finite, 0 or more")
    return array


def as_edges(field: str, bins: npt.ArrayLike, values: FloatArray) -> FloatArray:
    """Give the edges of bins that hold all `values`: as many equal ones, or the edges as given.

    An equal bin ends at i / n, so that a forecast of 0.3 is exactly the end of (0.2, 0.3].
    """
    given = np.asarray(bins)
    if given.ndim == 0 and given.dtype.kind in "iu":
        if given < 1:
            raise InvalidField(field, f"are {given}, where one is the least")
        return np.asarray(np.arange(int(given) + 1) / int(given), dtype=np.float64)
    edges = as_floats(field, bins)
    if edges.ndim != 1 or edges.size < 2 or not (np.diff(edges) > 0).all():
        raise InvalidField(field, "are not two or more increasing numbers")
    if not all_between(values, edges[0], edges[-1]):
        raise InvalidField(field, f"from {edges[0]} to {edges[-1]} leave forecasts out")
    return edges


def bin_of(edges: FloatArray, values: FloatArray) -> npt.NDArray[np.intp]:
    """Give each value's bin, from 0: closed on the right, (a, b], the first holding a, too."""
    return np.maximum(np.searchsorted(edges, values, side="left") - 1, 0)


def all_between(array: FloatArray, low: float, high: float) -> bool:
    """Say whether no value is outside or nan, in two passes and without a temporary."""
    return not array.size or bool(array.min() >= low and array.max() <= high)


def all_zero_or_one(array: FloatArray) -> bool:
    """Say whether there is nothing but 0 and 1."""
    zeros, ones = np.count_nonzero(array == 0), np.count_nonzero(array == 1)
    return bool(zeros + ones == array.size)


def check_pair(probability: FloatArray, outcome: FloatArray) -> None:
    """Refuse shapes that would broadcast into a table nobody asked for, as (n, 1) with (n,)."""
    if probability.shape != outcome.shape and probability.ndim and outcome.ndim:
        problem = f"has shape {outcome.shape}, but the probabilities have {probability.shape}"
        raise InvalidField("outcome", problem)


def check_columns(**columns: npt.NDArray[Any]) -> None:
    """Refuse columns that are not one-dimensional and of one length."""
    first_name, first = next(iter(columns.items()))
    for name, column in columns.items():
        if column.ndim != 1:
            raise InvalidField(name, f"has {column.ndim} dimensions instead of one")
        if column.size != first.size:
            problem = f"has {column.size} rows, but {first_name} has {first.size}"
            raise InvalidField(name, problem)


def sum_by(group: npt.NDArray[np.intp] | IntArray, values: FloatArray, n: int) -> FloatArray:
    """Add `values` up by group, of which there are `n`, numbered from 0."""
    return np.bincount(group, weights=values, minlength=n).astype(np.float64, copy=False)


def sum_runs(values: FloatArray, starts: npt.NDArray[np.intp]) -> FloatArray:
    """Add up each run of neighbours, given where it starts; the first starts at 0."""
    if starts.size == values.size:  # each by itself, and reduceat chokes on nothing
        return values
    return np.add.reduceat(values, starts)


def _require(field: str, array: FloatArray, good: BoolArray, problem: str) -> None:
    if not good.all():
        where = np.argwhere(~good)[0]
        place = f"row {', '.join(map(str, where))}: " if array.ndim else ""
        raise InvalidField(field, f"{place}{array[tuple(where)]} {problem}")
