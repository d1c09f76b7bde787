"""Where the store and the scores meet, and the only place where they do."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.model import SCORED_TYPES, STATUSES
from forecast.reading.instants import read_zone, stamp
from forecast.reporting.choice import Choice
from forecast.scoring.spells import (
    NEVER,
    Forecasts,
    Lives,
    Spells,
    counted,
    spells_of,
    standing_at,
)
from forecast.scoring.units import UnitScores, unit_scores
from forecast.store import queries
from forecast.store.queries import Recorded, ScoringRow, Tracked

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: Recorded so long after it was made, a forecast is backdated.
BACKDATED = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Scored:
    """Forecasters' scores on questions; a unit is one forecaster on one question.

    Parameters
    ----------
    questions : list of Tracked
    forecasters : list of str
        In the order of the alphabet.
    question_of, forecaster_of : ndarray of int, shape (n_units,)
        Indices into the two lists.
    said : list of ScoringRow
        Forecasts and withdrawals in the order of recording; the rows of `forecasts`.
    forecasts : Forecasts
    lives : Lives
    scores : UnitScores
    counts : ndarray of bool, shape (n_rows,)
        Which rows are forecasts that count.
    backdated, retrospective : ndarray of bool, shape (n_rows,)
        Recorded more than a day after they were made; after the answer was known.
    """

    questions: list[Tracked]
    forecasters: list[str]
    question_of: IntArray
    forecaster_of: IntArray
    said: list[ScoringRow]
    forecasts: Forecasts
    lives: Lives
    scores: UnitScores
    counts: BoolArray
    backdated: BoolArray
    retrospective: BoolArray

    @cached_property
    def with_score(self) -> IntArray:
        """The units that have a score."""
        return np.flatnonzero(~np.isnan(self.scores.brier)).astype(np.int64)

    def units_of(self, forecaster: str) -> IntArray:
        """Give the units of one forecaster that have a score."""
        if forecaster not in self.forecasters:
            return np.empty(0, dtype=np.int64)
        index = self.forecasters.index(forecaster)
        units = self.with_score
        mine: IntArray = units[self.forecaster_of[units] == index]
        return mine

    def rows_of(self, units: IntArray) -> IntArray:
        """Give the rows of forecasts that count, of some units."""
        wanted = np.zeros(self.lives.outcome.size, dtype=np.bool_)
        wanted[units] = True
        return np.flatnonzero(self.counts & wanted[self.forecasts.unit]).astype(np.int64)

    def standing_before(self, before_deadline: timedelta) -> FloatArray:
        """Give each unit's forecast so long before the deadline; nan where none stood."""
        if before_deadline not in self._standing:
            moment = self.lives.deadline - before_deadline // timedelta(microseconds=1)
            self._standing[before_deadline] = standing_at(self._spells, moment)
        return self._standing[before_deadline]

    def clusters(self, by: str) -> IntArray:
        """Number, for each unit, what inference counts once.

        A question without an event or article stands alone.

        Parameters
        ----------
        by : {"event", "article", "none"}
        """
        numbers: dict[Any, int] = {}
        labels = []
        for one in self.questions:
            shared = {"event": one.question.event, "article": one.question.article}.get(by)
            labels.append(numbers.setdefault(shared or ("question", one.question.id), len(numbers)))
        return np.array(labels, dtype=np.int64)[self.question_of]

    @cached_property
    def _spells(self) -> Spells:
        return spells_of(self.forecasts, self.lives)

    @cached_property
    def _standing(self) -> dict[timedelta, FloatArray]:
        """What `standing_before` has found: every forecaster of a report asks for the same."""
        return {}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a report is made of.

    Parameters
    ----------
    every : list of Tracked
        The questions asked for, those that should not have been asked included.
    forecast_upon : frozenset of str
        Ids of questions that have a forecast, by the one forecaster asked for or by anybody.
    held_back : list of Tracked
        Resolved before their deadline, which has not passed.
    scored : Scored
        The resolved ones that have a score, those held back included.
    """

    every: list[Tracked]
    forecast_upon: frozenset[str]
    held_back: list[Tracked]
    scored: Scored


@dataclass(frozen=True, slots=True)
class Said:
    """A forecast in the history of a question, and whether it counts."""

    recorded: Recorded
    counts: bool
    #: Why it does not count; empty where it does.
    reason: str


def gather(connection: sqlite3.Connection, now: datetime, choice: Choice) -> Gathered:
    """Gather what a report on these questions is made of."""
    every = [
        one
        for one in queries.listing(connection, now, statuses=STATUSES)
        if choice.takes(one.question)
    ]
    resolved = [one for one in every if one.status(now) == "resolved"]
    scorable = [one for one in resolved if one.question.type in SCORED_TYPES]
    return Gathered(
        every=every,
        forecast_upon=frozenset(queries.forecast_upon(connection, choice.forecaster)),
        held_back=[one for one in resolved if is_held_back(one, now)],
        scored=score(connection, scorable, backdated=choice.backdated),
    )


def score(
    connection: sqlite3.Connection, questions: list[Tracked], *, backdated: bool = True
) -> Scored:
    """Score everybody's forecasts on questions.

    Parameters
    ----------
    connection : sqlite3.Connection
    questions : list of Tracked
        Of types that have scores; those not resolved have spells but no scores.
    backdated : bool
        Whether forecasts count that were recorded more than a day after they were made.

    Returns
    -------
    Scored
    """
    said = queries.scoring_rows(connection, [one.question.id for one in questions])
    made_at = _microseconds([row.made_at for row in said])
    recorded_at = _microseconds([row.recorded_at for row in said])
    late: BoolArray = recorded_at - made_at > BACKDATED // timedelta(microseconds=1)
    if not backdated:
        said = [row for row, is_late in zip(said, late, strict=True) if not is_late]
        made_at, recorded_at, late = made_at[~late], recorded_at[~late], late[~late]
    index_of = {one.question.id: index for index, one in enumerate(questions)}
    forecasters = sorted({row.forecaster for row in said})
    place_of = {name: index for index, name in enumerate(forecasters)}
    width = max(len(forecasters), 1)
    pair = [index_of[row.question_id] * width + place_of[row.forecaster] for row in said]
    pairs, unit = np.unique(np.array(pair, dtype=np.int64), return_inverse=True)
    question_of, forecaster_of = np.divmod(pairs, width)
    forecasts = Forecasts(
        unit=unit.astype(np.int64),
        made_at=made_at,
        probability=np.array(
            [np.nan if row.probability is None else row.probability for row in said], dtype=float
        ),
        ends_at=_microseconds([row.retracted_at for row in said]),
    )
    every = _lives(questions)
    lives = Lives(
        opened_at=every.opened_at[question_of],
        closed_at=every.closed_at[question_of],
        deadline=every.deadline[question_of],
        outcome=every.outcome[question_of],
    )
    known_at = _microseconds([_known_at(one) for one in questions])[question_of]
    return Scored(
        questions=questions,
        forecasters=forecasters,
        question_of=question_of,
        forecaster_of=forecaster_of,
        said=said,
        forecasts=forecasts,
        lives=lives,
        scores=unit_scores(forecasts, lives),
        counts=counted(forecasts, lives),
        backdated=late,
        retrospective=recorded_at > known_at[unit],
    )


def is_held_back(tracked: Tracked, now: datetime) -> bool:
    """Whether a question resolved early and its siblings have not had their time yet.

    Early answers tend to be yes: to count them before the others could become a no would make
    every score and every base rate wrong.
    """
    early = (
        tracked.resolution is not None and tracked.resolution.known_at < tracked.question.deadline
    )
    return early and now <= tracked.question.deadline


def enters_at(tracked: Tracked) -> datetime:
    """Give when a question held back enters the scores, on the clock of its zone.

    A deadline that is a day ends with it, so that the question enters on the next.
    """
    past = tracked.question.deadline + timedelta(microseconds=1)
    return past.astimezone(read_zone(tracked.question.timezone))


def history(connection: sqlite3.Connection, tracked: Tracked) -> list[Said]:
    """Give every forecast and withdrawal on a question, and whether each one counts."""
    recorded = queries.forecasts(connection, tracked.question.id)
    valid = [index for index, one in enumerate(recorded) if not one.never_counts]
    names = sorted({one.forecast.forecaster for one in recorded})
    units = [names.index(recorded[index].forecast.forecaster) for index in valid]
    forecasts = Forecasts(
        unit=np.array(units, dtype=np.int64),
        made_at=_microseconds([stamp(recorded[index].forecast.made_at) for index in valid]),
        # Of a distribution only its time matters here; any probability will do.
        probability=np.array(
            [np.nan if recorded[index].forecast.is_withdrawal else 0.5 for index in valid],
            dtype=float,
        ),
        ends_at=_microseconds([_stamp_or_none(recorded[index].retracted_at) for index in valid]),
    )
    stood = counted(forecasts, _lives([tracked] * len(names)))
    counts = {index for index, counts in zip(valid, stood, strict=True) if counts}
    return [
        Said(one, index in counts, "" if index in counts else _why_not(one, tracked))
        for index, one in enumerate(recorded)
    ]


def _lives(questions: list[Tracked]) -> Lives:
    return Lives(
        opened_at=_microseconds([stamp(one.question.opened_at) for one in questions]),
        closed_at=_microseconds([stamp(one.closed_at) for one in questions]),
        deadline=_microseconds([stamp(one.question.deadline) for one in questions]),
        outcome=np.array([_outcome(one) for one in questions], dtype=float),
    )


def _outcome(tracked: Tracked) -> float:
    if tracked.resolution is None:
        return np.nan
    return {"yes": 1.0, "no": 0.0}.get(tracked.resolution.outcome, np.nan)


def _known_at(tracked: Tracked) -> str | None:
    return None if tracked.resolution is None else stamp(tracked.resolution.known_at)


def _stamp_or_none(instant: datetime | None) -> str | None:
    return None if instant is None else stamp(instant)


def _microseconds(stamps: list[str] | list[str | None]) -> IntArray:
    """Read the store's instants as microseconds since 1970; None is never."""
    instants = np.array([text and text[:-1] for text in stamps], dtype="datetime64[us]")
    return np.where(np.isnat(instants), NEVER, instants.astype(np.int64))


def _why_not(one: Recorded, tracked: Tracked) -> str:
    if one.never_counts:
        return "retracted"
    if one.forecast.is_withdrawal:
        return "withdrawal"
    if one.forecast.made_at >= tracked.closed_at:
        return "after the answer" if tracked.resolution is not None else "after the deadline"
    return "replaced at the same instant"
