"""From forecasts to spells: the time during which each forecast stood.

A *unit* is one forecaster on one question. Its rows (forecasts and withdrawals) and the life of
its question give its spells; the time-weighted scores are sums over them. Instants are whole
microseconds since 1970, so that no rounding decides which of two forecasts came first.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from forecast.model import InvalidField
from forecast.scoring.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    as_integers,
    as_outcomes,
    as_probabilities,
    check_columns,
)

#: The end of a forecast that nothing ended.
NEVER = int(np.iinfo(np.int64).max)

Until = Literal["closed_at", "deadline"]


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """Forecasts and withdrawals of many units, one row each, in the order of recording.

    The order matters where two rows of a unit have the same instant: the last one recorded
    stands. A forecast retracted in time never counts and is not a row at all.

    Parameters
    ----------
    unit : ndarray of int, shape (n,)
        Which forecaster on which question: an index into `Lives`.
    made_at : ndarray of int, shape (n,)
        When it was made; microseconds since 1970.
    probability : ndarray of float, shape (n,)
        Of yes, from 0 to 1; nan for a withdrawal.
    ends_at : ndarray of int, shape (n,), optional
        When the forecast itself ended because it was retracted late; `NEVER` otherwise.

    Raises
    ------
    InvalidField
        A ValueError; names the column and the first row that is wrong.
    """

    unit: IntArray
    made_at: IntArray
    probability: FloatArray
    ends_at: IntArray = field(default_factory=lambda: np.array(NEVER, dtype=np.int64))

    def __post_init__(self) -> None:
        unit = as_integers("unit", self.unit)
        ends_at = as_integers("ends_at", self.ends_at)
        if not ends_at.ndim:
            ends_at = np.broadcast_to(ends_at, unit.shape)
        made_at = as_integers("made_at", self.made_at)
        probability = as_probabilities("probability", self.probability, missing_allowed=True)
        check_columns(unit=unit, made_at=made_at, probability=probability, ends_at=ends_at)
        if unit.size and unit.min() < 0:
            raise InvalidField("unit", "is negative")
        for name, column in (("unit", unit), ("made_at", made_at), ("ends_at", ends_at)):
            object.__setattr__(self, name, column)
        object.__setattr__(self, "probability", probability)


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """The life of each unit's question.

    Parameters
    ----------
    opened_at, closed_at, deadline : ndarray of int, shape (n_units,)
        When forecasting started; when it ended, which is the deadline or, earlier, the moment
        the answer became known; the last instant at which the event could count. Microseconds
        since 1970.
    outcome : ndarray of float, shape (n_units,)
        1 for yes, 0 for no; nan where it is not known (such a unit has spells but no score).

    Raises
    ------
    InvalidField
        A ValueError; names the column that is wrong.
    """

    opened_at: IntArray
    closed_at: IntArray
    deadline: IntArray
    outcome: FloatArray

    def __post_init__(self) -> None:
        opened_at = as_integers("opened_at", self.opened_at)
        closed_at = as_integers("closed_at", self.closed_at)
        deadline = as_integers("deadline", self.deadline)
        outcome = as_outcomes("outcome", self.outcome, missing_allowed=True)
        check_columns(opened_at=opened_at, closed_at=closed_at, deadline=deadline, outcome=outcome)
        if (closed_at > deadline).any():
            row = int(np.argmax(closed_at > deadline))
            raise InvalidField("closed_at", f"row {row}: is after the deadline")
        object.__setattr__(self, "opened_at", opened_at)
        object.__setattr__(self, "closed_at", closed_at)
        object.__setattr__(self, "deadline", deadline)
        object.__setattr__(self, "outcome", outcome)


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """The times during which forecasts stood, ordered by unit, then by start.

    Parameters
    ----------
    unit : ndarray of int, shape (m,)
    start, end : ndarray of int, shape (m,)
        Microseconds since 1970; the end is after the start and no longer part of the spell.
    probability : ndarray of float, shape (m,)
    source : ndarray of int, shape (m,)
        The row of `Forecasts` each spell came from.
    """

    unit: IntArray
    start: IntArray
    end: IntArray
    probability: FloatArray
    source: IntArray

    @property
    def length(self) -> FloatArray:
        """How long each spell lasted, in microseconds, as weights for sums."""
        return (self.end - self.start).astype(np.float64)


def spells_of(forecasts: Forecasts, lives: Lives, until: Until = "closed_at") -> Spells:
    """Find the time during which each forecast stood.

    A forecast stands from `made_at`, or from the opening where it was made before, to the first
    of: the unit's next row, be it a forecast or a withdrawal; the forecast's own `ends_at`; the
    close. At one instant the last row recorded stands, and all rows made before the opening
    meet at the opening. What happens at or after `closed_at` comes after the answer and is
    ignored, so that with ``until="deadline"`` the forecast standing at the close stands on to
    the deadline, as it would have done had no answer come. Spells of no length are left out.

    Parameters
    ----------
    forecasts : Forecasts
        Forecasts and withdrawals, in the order of recording.
    lives : Lives
        One for each unit.
    until : {"closed_at", "deadline"}
        Where the last spell of a unit ends.

    Returns
    -------
    Spells
        At most one per row, ordered by unit, then by start. O(n log n).

    Examples
    --------
    50 % at the start, 10 % after half the time:

    >>> forecasts = Forecasts(np.array([0, 0]), np.array([0, 5]), np.array([0.5, 0.1]))
    >>> lives = Lives(np.array([0]), np.array([10]), np.array([10]), np.array([0.0]))
    >>> spells = spells_of(forecasts, lives)
    >>> list(zip(spells.start.tolist(), spells.end.tolist(), spells.probability.tolist()))
    [(0, 5, 0.5), (5, 10, 0.1)]
    """
    if until not in ("closed_at", "deadline"):
        raise InvalidField("until", f"'{until}' is neither closed_at nor deadline")
    n_units = lives.outcome.size
    if forecasts.unit.size and forecasts.unit.max() >= n_units:
        raise InvalidField("unit", f"{forecasts.unit.max()} has no life: there are {n_units}")

    row = _in_order(forecasts.unit, forecasts.made_at)
    unit = forecasts.unit[row]
    start = np.maximum(forecasts.made_at[row], lives.opened_at[unit])
    closed = lives.closed_at[unit]
    in_time = np.flatnonzero(start < closed)
    row, start, unit, closed = row[in_time], start[in_time], unit[in_time], closed[in_time]

    stop = forecasts.ends_at[row]
    followed = unit[:-1] == unit[1:]
    np.minimum(stop[:-1], start[1:], out=stop[:-1], where=followed)
    closing = closed if until == "closed_at" else lives.deadline[unit]
    end = np.where(stop < closed, stop, closing)

    probability = forecasts.probability[row]
    stood = np.flatnonzero(~np.isnan(probability) & (start < end))
    return Spells(unit[stood], start[stood], end[stood], probability[stood], row[stood])


def standing_at(stood: Spells, moment: IntArray) -> FloatArray:
    """Give the probability each unit's forecaster stood by at a moment.

    Parameters
    ----------
    stood : Spells
    moment : ndarray of int, shape (n_units,)
        One for each unit; microseconds since 1970.

    Returns
    -------
    ndarray of float, shape (n_units,)
        nan where no forecast stood then, because none had been made, it was withdrawn, or the
        question had closed.

    Examples
    --------
    >>> forecasts = Forecasts(np.array([0, 0]), np.array([0, 5]), np.array([0.5, 0.1]))
    >>> lives = Lives(np.array([0]), np.array([10]), np.array([10]), np.array([0.0]))
    >>> stood = spells_of(forecasts, lives)
    >>> [standing_at(stood, np.array([moment])).item() for moment in (4, 5, 10)]
    [0.5, 0.1, nan]
    """
    then = moment[stood.unit]
    there = (stood.start <= then) & (then < stood.end)
    found = np.full(moment.shape, np.nan)
    found[stood.unit[there]] = stood.probability[there]
    return found


def counted(forecasts: Forecasts, lives: Lives) -> BoolArray:
    """Say which rows are forecasts that count, because they stood for some time.

    These are the forecasts made before `closed_at` that were not superseded at the very same
    instant; a forecast retracted before its question opened never stood either.

    Parameters
    ----------
    forecasts : Forecasts
        Forecasts and withdrawals, in the order of recording.
    lives : Lives
        One for each unit.

    Returns
    -------
    ndarray of bool, shape (n,)
        In the order of the rows.

    Examples
    --------
    The third is made after the answer:

    >>> forecasts = Forecasts(np.array([0, 0, 0]), np.array([0, 5, 10]), np.array([0.5, 0.1, 0]))
    >>> lives = Lives(np.array([0]), np.array([10]), np.array([10]), np.array([0.0]))
    >>> counted(forecasts, lives).tolist()
    [True, True, False]
    """
    counts = np.zeros(forecasts.unit.size, dtype=np.bool_)
    counts[spells_of(forecasts, lives).source] = True
    return counts


def _in_order(unit: IntArray, made_at: IntArray) -> IntArray:
    """Give rows by unit, by instant, and by place: `np.lexsort`, six times as quick.

    Sorting plain numbers is far quicker than sorting by a key, or than keeping the order of
    equals: so a row's place goes into the number that is sorted.
    """
    row = np.argsort(made_at)  # equal instants in any order
    row = row[_placed(unit[row])]
    same = unit[row[1:]] == unit[row[:-1]]
    same &= made_at[row[1:]] == made_at[row[:-1]]
    if same.any():
        moment = np.concatenate([[0], np.cumsum(~same)])
        row = row[_placed(moment, row)]
    return row


def _placed(group: IntArray, place: IntArray | None = None) -> IntArray:
    """Give the order of groups, and of places within a group; the places are those of a list."""
    bits = int(group.size).bit_length()
    if group.size and int(group.max()).bit_length() + bits > 63:
        return np.lexsort((np.arange(group.size) if place is None else place, group))
    key = group << bits
    key |= np.arange(group.size) if place is None else place
    if place is None:
        key.sort()
        return key & ((1 << bits) - 1)
    return np.argsort(key)
