"""Where the store and the scores meet, and the only place where they do."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.model import ANNULMENTS, SCORED_TYPES
from forecast.reading.durations import show_duration
from forecast.reading.instants import stamp
from forecast.scoring.calibration import Calibration, calibrations_of
from forecast.scoring.inference import Interval, mean_interval
from forecast.scoring.spells import NEVER, Forecasts, Lives, counted, spells_of, standing_at
from forecast.scoring.summary import Summary, summarise
from forecast.scoring.units import UnitScores, unit_scores
from forecast.store import queries
from forecast.store.queries import Recorded, Tracked

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

#: What inference counts once: questions of one event, of one article, or each by itself.
CLUSTERS = ("event", "article", "none")
#: Recorded so long after it was made, a forecast is backdated.
BACKDATED = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Forecasters' scores on questions; a unit is one forecaster on one question.

    Parameters
    ----------
    questions : list of Tracked
    forecasters : list of str
        In the order of the alphabet.
    question_of, forecaster_of : ndarray of int, shape (n_units,)
        Indices into the two lists.
    lives : Lives
    scores : UnitScores
    n_backdated, n_retrospective : ndarray of int, shape (n_units,)
        Forecasts that count but were recorded more than a day after they were made, and after
        the answer was known.
    looked_at : ndarray of float, shape (n_units,)
        The forecast that calibration looks at; nan where there is none.
    """

    questions: list[Tracked]
    forecasters: list[str]
    question_of: IntArray
    forecaster_of: IntArray
    lives: Lives
    scores: UnitScores
    n_backdated: IntArray
    n_retrospective: IntArray
    looked_at: FloatArray

    @property
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


@dataclass(frozen=True, slots=True)
class Standing:
    """One forecaster's row of a report."""

    forecaster: str
    summary: Summary
    interval: Interval
    n_backdated: int
    n_retrospective: int
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Report:
    """All the figures of a report, computed once for every form it is shown in.

    Brier scores are from 0 to 1 here; a form that shows the original scale doubles them.
    """

    now: datetime
    asked: int
    resolved: int
    annulled: dict[str, int]
    due_unresolved: int
    #: Resolved before their deadline, which has not passed: in no score.
    held_back: list[Tracked]
    #: Resolved questions of types that have no score yet.
    unscored: int
    changed_meaning: list[str]
    standings: list[Standing]


@dataclass(frozen=True, slots=True)
class Said:
    """A forecast in the history of a question, and whether it counts."""

    recorded: Recorded
    counts: bool
    #: Why it does not count; empty where it does.
    reason: str


def score(
    connection: sqlite3.Connection,
    questions: list[Tracked],
    *,
    before_deadline: timedelta | None = None,
    backdated: bool = True,
) -> Scored:
    """Score everybody's forecasts on questions.

    Parameters
    ----------
    connection : sqlite3.Connection
    questions : list of Tracked
        Of types that have scores; those not resolved have spells but no scores.
    before_deadline : timedelta, optional
        Let calibration look at the forecast standing so long before the deadline, where the
        question was still open; at the first one, unless given.
    backdated : bool
        Whether forecasts count that were recorded more than a day after they were made.

    Returns
    -------
    Scored
    """
    rows = queries.scoring_rows(connection, [one.question.id for one in questions])
    late = _is_backdated(rows)
    if not backdated:
        rows = [row for row, is_late in zip(rows, late, strict=True) if not is_late]
        late = np.zeros(len(rows), dtype=np.bool_)
    index_of = {one.question.id: index for index, one in enumerate(questions)}
    forecasters = sorted({row[1] for row in rows})
    place_of = {name: index for index, name in enumerate(forecasters)}
    pair = np.array(
        [index_of[row[0]] * len(forecasters) + place_of[row[1]] for row in rows], dtype=np.int64
    )
    pairs, unit = np.unique(pair, return_inverse=True)
    question_of, forecaster_of = np.divmod(pairs, max(len(forecasters), 1))
    forecasts = Forecasts(
        unit=unit.astype(np.int64),
        made_at=_microseconds([row[2] for row in rows]),
        probability=np.array([np.nan if row[3] is None else row[3] for row in rows], dtype=float),
        ends_at=_microseconds([row[4] for row in rows]),
    )
    lives = _lives([questions[index] for index in question_of])
    known_at = _microseconds(
        [_known_at(questions[index]) for index in question_of]
    )  # NEVER where not known
    after = _microseconds([row[5] for row in rows]) > known_at[unit]
    counts = counted(forecasts, lives)
    scores = unit_scores(forecasts, lives)
    looked_at = scores.first
    if before_deadline is not None:
        moment = lives.deadline - before_deadline // timedelta(microseconds=1)
        looked_at = standing_at(spells_of(forecasts, lives), moment)
    return Scored(
        questions=questions,
        forecasters=forecasters,
        question_of=question_of,
        forecaster_of=forecaster_of,
        lives=lives,
        scores=scores,
        n_backdated=np.bincount(unit[late & counts], minlength=pairs.size),
        n_retrospective=np.bincount(unit[after & counts], minlength=pairs.size),
        looked_at=looked_at,
    )


def report(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    forecaster: str = "",
    include_early: bool = False,
    before_deadline: timedelta | None = None,
    backdated: bool = True,
    cluster: str = "event",
) -> Report:
    """Compute a report over all questions that are resolved.

    Parameters
    ----------
    connection : sqlite3.Connection
    now : datetime
    forecaster : str
        Report this one alone; everybody with a scored question, unless given.
    include_early : bool
        Whether questions that resolved before a deadline still ahead count.
    before_deadline, backdated
        As in `score`.
    cluster : {"event", "article", "none"}
        Which questions inference counts as one.

    Returns
    -------
    Report
    """
    every = queries.listing(connection, now, statuses=())
    mistakes = [
        one for one in queries.listing(connection, now, statuses=("annulled",)) if one.is_mistake
    ]
    resolved = [one for one in every if one.status(now) == "resolved"]
    held_back = [one for one in resolved if is_held_back(one, now)]
    scorable = [
        one
        for one in resolved
        if one.question.type in SCORED_TYPES and (include_early or one not in held_back)
    ]
    scored = score(connection, scorable, before_deadline=before_deadline, backdated=backdated)
    names = [forecaster] if forecaster else scored.forecasters
    reasons = Counter(
        one.resolution.reason for one in (*every, *mistakes) if one.resolution is not None
    )
    return Report(
        now=now,
        asked=len(every),
        resolved=len(resolved),
        annulled={reason: reasons[reason] for reason in ANNULMENTS},
        due_unresolved=sum(one.status(now) == "due" for one in every),
        held_back=[] if include_early else held_back,
        unscored=sum(one.question.type not in SCORED_TYPES for one in resolved),
        changed_meaning=[one.question.id for one in scorable if one.changed_meaning],
        standings=_standings(scored, names, cluster, before_deadline),
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


def _standings(
    scored: Scored, names: list[str], cluster: str, before_deadline: timedelta | None
) -> list[Standing]:
    """Give the rows of a report; all at once, since several verdicts are adjusted to be several."""
    labels = _cluster_labels(scored.questions, cluster)[scored.question_of]
    units_of = {name: scored.units_of(name) for name in names}
    units_of = {name: units for name, units in units_of.items() if units.size}
    records: list[tuple[Any, Any, Any]] = []
    for units in units_of.values():
        seen = units[~np.isnan(scored.looked_at[units])]
        records.append((scored.looked_at[seen], scored.lives.outcome[seen], labels[seen]))
    at = "first" if before_deadline is None else show_duration(before_deadline)
    calibrations = calibrations_of(records, at=at)
    return [
        _standing(scored, name, units, labels, calibration)
        for (name, units), calibration in zip(units_of.items(), calibrations, strict=True)
    ]


def _standing(
    scored: Scored, forecaster: str, units: IntArray, labels: IntArray, calibration: Calibration
) -> Standing:
    outcome = scored.lives.outcome[units]
    yes = int(outcome.sum())
    return Standing(
        forecaster=forecaster,
        summary=summarise(scored.scores, scored.lives.outcome, units),
        interval=mean_interval(
            scored.scores.brier[units],
            clusters=labels[units],
            rare_outcomes=min(yes, units.size - yes),
            probability=scored.scores.first[units],
        ),
        n_backdated=int(scored.n_backdated[units].sum()),
        n_retrospective=int(scored.n_retrospective[units].sum()),
        calibration=calibration,
    )


def _cluster_labels(questions: list[Tracked], cluster: str) -> IntArray:
    """Number what inference counts once; a question without event or article stands alone."""
    numbers: dict[Any, int] = {}
    labels = []
    for one in questions:
        shared = {"event": one.question.event, "article": one.question.article}.get(cluster)
        labels.append(numbers.setdefault(shared or ("question", one.question.id), len(numbers)))
    return np.array(labels, dtype=np.int64)


def _is_backdated(rows: list[tuple[Any, ...]]) -> npt.NDArray[np.bool_]:
    made_at = _microseconds([row[2] for row in rows])
    recorded_at = _microseconds([row[5] for row in rows])
    late: npt.NDArray[np.bool_] = recorded_at - made_at > BACKDATED // timedelta(microseconds=1)
    return late


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
