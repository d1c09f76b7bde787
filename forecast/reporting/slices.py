"""Parts of a forecaster's record: by tag, year, horizon and words; over time; habits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from forecast.reporting.record import FloatArray, IntArray, Scored
from forecast.scoring.rules import brier_score
from forecast.scoring.summary import skill_against_base_rate

#: Days before the deadline at which forecasts are compared.
HORIZONS = (7, 30, 90, 365)
#: Questions a rolling mean runs over.
ROLLING = 20
#: Points of a course that are kept; more could not be told apart on a page.
MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Slice:
    """Questions that have something in common; figures, no words.

    Parameters
    ----------
    name : str
    n : int
        Questions.
    brier : float
        Their mean score, by the weighting of the report; of a horizon or of words, of the
        forecasts looked at.
    base_rate, skill : float, float or None
    expected, came_true : float, int
        How many the forecasts let expect to come true (first ones; of a horizon or of words,
        those looked at), and how many did.
    ids : tuple of str
    covers : (float, float) or None
        The probabilities that words were read to cover.
    """

    name: str
    n: int
    brier: float
    base_rate: float
    skill: float | None
    expected: float
    came_true: int
    ids: tuple[str, ...]
    covers: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """The score so far, after a question closed: never without how many it rests on."""

    closed_at: datetime
    n: int
    cumulative: float
    rolling: float
    n_rolling: int


@dataclass(frozen=True, slots=True)
class Habits:
    """How a forecaster covers questions and changes their mind.

    Parameters
    ----------
    coverage : float
        Mean share of the open time with a forecast standing.
    per_question : float
        Forecasts a question.
    n_updates : int
    mean_change : float or None
        Mean size of an update, in probability; None without updates.
    toward_truth : float or None
        Share of updates that went toward what happened.
    median_days : float or None
        Between a forecast and the next.
    """

    coverage: float
    per_question: float
    n_updates: int
    mean_change: float | None
    toward_truth: float | None
    median_days: float | None


def by_tag(scored: Scored, units: IntArray, brier: FloatArray) -> list[Slice]:
    """Divide by tag, most questions first; a question stands under each of its tags."""
    return _by(scored, units, brier, lambda index: scored.questions[index].question.tags)


def by_year(scored: Scored, units: IntArray, brier: FloatArray) -> list[Slice]:
    """Divide by the year of the deadline."""

    def year(index: int) -> tuple[str, ...]:
        return (str(scored.questions[index].question.deadline.year),)

    return sorted(_by(scored, units, brier, year), key=lambda one: one.name)


def by_horizon(scored: Scored, units: IntArray) -> list[Slice]:
    """Give the forecasts standing so long before the deadline, where the question was open."""
    found = []
    for days in HORIZONS:
        standing = scored.standing_before(timedelta(days=days))
        seen = units[~np.isnan(standing[units])]
        if seen.size:
            outcome = scored.lives.outcome[seen]
            brier = brier_score(standing[seen], outcome)
            found.append(_slice(f"{days}d", scored, seen, brier, standing[seen]))
    return found


def by_words(scored: Scored, units: IntArray) -> list[Slice]:
    """Give what was said in words: each phrase once a question, what it was read as, what came."""
    first: dict[tuple[str, int], int] = {}
    for row in scored.rows_of(units).tolist():
        said = scored.said[row]
        if said.lexicon:
            phrase = " ".join(said.words.casefold().split())
            first.setdefault((phrase, int(scored.forecasts.unit[row])), row)
    rows_of: dict[str, list[int]] = {}
    for (phrase, _), row in first.items():
        rows_of.setdefault(phrase, []).append(row)
    found = []
    for phrase, rows in rows_of.items():
        said_by = scored.forecasts.unit[rows]
        probability = scored.forecasts.probability[rows]
        brier = brier_score(probability, scored.lives.outcome[said_by])
        said = scored.said[rows[0]]
        covers = None if said.low is None or said.high is None else (said.low, said.high)
        found.append(replace(_slice(phrase, scored, said_by, brier, probability), covers=covers))
    return sorted(found, key=lambda one: (one.expected / one.n, one.name))


def course(scored: Scored, units: IntArray, brier: FloatArray) -> list[CoursePoint]:
    """Give the score so far and of late, question by question as they closed."""
    order = units[np.argsort(scored.lives.closed_at[units], kind="stable")]
    scores = brier[order]
    kept = np.unique(np.linspace(1, scores.size, min(scores.size, MOST_POINTS)).astype(np.int64))
    found = []
    for n in kept.tolist():
        n_rolling = min(n, ROLLING)
        found.append(
            CoursePoint(
                closed_at=scored.questions[scored.question_of[order[n - 1]]].closed_at,
                n=n,
                cumulative=float(scores[:n].mean()),
                rolling=float(scores[n - n_rolling : n].mean()),
                n_rolling=n_rolling,
            )
        )
    return found


def habits(scored: Scored, units: IntArray) -> Habits:
    """Give how a forecaster covers questions and changes their mind."""
    rows = scored.rows_of(units)
    forecasts = scored.forecasts
    order = rows[np.lexsort((forecasts.made_at[rows], forecasts.unit[rows]))]
    unit, made_at = forecasts.unit[order], forecasts.made_at[order]
    follows = np.flatnonzero(unit[1:] == unit[:-1]) + 1
    change = forecasts.probability[order][follows] - forecasts.probability[order][follows - 1]
    days = (made_at[follows] - made_at[follows - 1]) / 86_400e6
    moved = change != 0
    toward = np.where(scored.lives.outcome[unit[follows]] == 1, change > 0, change < 0)
    return Habits(
        coverage=float(scored.scores.coverage[units].mean()),
        per_question=float(rows.size / units.size),
        n_updates=int(follows.size),
        mean_change=float(np.abs(change).mean()) if follows.size else None,
        toward_truth=float(toward[moved].mean()) if moved.any() else None,
        median_days=float(np.median(days)) if follows.size else None,
    )


def _by(
    scored: Scored,
    units: IntArray,
    brier: FloatArray,
    keys_of: Callable[[int], Iterable[str]],
) -> list[Slice]:
    members: dict[str, list[int]] = {}
    for unit in units.tolist():
        for key in keys_of(int(scored.question_of[unit])):
            members.setdefault(key, []).append(unit)
    found = []
    for key, some in members.items():
        part = np.array(some, dtype=np.int64)
        found.append(_slice(key, scored, part, brier[part], scored.scores.first[part]))
    return sorted(found, key=lambda one: (-one.n, one.name))


def _slice(
    name: str, scored: Scored, units: IntArray, brier: FloatArray, probability: FloatArray
) -> Slice:
    outcome = scored.lives.outcome[units]
    mean, rate = float(brier.mean()), float(outcome.mean())
    return Slice(
        name=name,
        n=int(units.size),
        brier=mean,
        base_rate=rate,
        skill=skill_against_base_rate(mean, rate)[0],
        expected=float(probability.sum()),
        came_true=int(outcome.sum()),
        ids=tuple(scored.questions[index].question.id for index in scored.question_of[units]),
    )
