"""Scores of a table of forecasts, group by group: what `score` prints.

Rows are scored in parts, of which only sums are kept, and what calibration looks at: a table of
ten million rows fits into two gigabytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.exchange.lives import forecasts_of, questions_of
from forecast.exchange.tables import Table
from forecast.model import ForecastError
from forecast.reading.durations import show_duration
from forecast.scoring.arrays import FloatArray, IntArray, sum_by
from forecast.scoring.calibration import Calibration, calibrations_of
from forecast.scoring.rules import brier_score, log_score
from forecast.scoring.spells import Forecasts, Lives, spells_of, standing_at
from forecast.scoring.summary import skill_against_base_rate
from forecast.scoring.units import unit_scores

WEIGHTINGS = ("time", "planned", "first", "final")
#: How rows without questions and times are weighted: each is a question of its own.
BY_ROW = "rows"

#: Rows scored at a time.
_PART = 1_000_000


@dataclass(frozen=True, slots=True)
class GroupScores:
    """The scores of one group of a table; None where no forecast of it counts.

    Parameters
    ----------
    group : tuple of str
        The values of the `by` columns; empty where the table was not divided.
    n : int
        Questions; with several forecasters, pairs of forecaster and question.
    n_after : int
        Forecasts that do not count as they were made when the question had closed.
    n_without : int
        Questions, or pairs, without a forecast that counts.
    weighting : str
    brier : float or None
        From 0 to 1, lower is better.
    log_score : float or None
        In nats, lower is better; None also where it is infinite.
    n_infinite : int
        Questions on which it is infinite.
    base_rate, skill : float or None
    skill_reason : str or None
    calibration : Calibration
        Of one forecast per question.
    """

    group: tuple[str, ...]
    n: int
    n_after: int
    n_without: int
    weighting: str
    brier: float | None
    log_score: float | None
    n_infinite: int
    base_rate: float | None
    skill: float | None
    skill_reason: str | None
    calibration: Calibration


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some units of a table, scored: one row per question (and forecaster)."""

    outcome: FloatArray
    #: nan where no forecast of the unit counts.
    brier: FloatArray
    log_score: FloatArray
    #: The forecast calibration looks at; nan where there is none.
    looked_at: FloatArray
    #: Each all the same, where it is None.
    group: IntArray | None = None
    weight: FloatArray | None = None
    cluster: IntArray | None = None
    #: Forecasts made when the question had closed; none, where it is None.
    n_after: IntArray | None = None


class _Sums:
    """Sums over units, for each group, and what calibration looks at."""

    def __init__(self, n_groups: int) -> None:
        self.n_groups = n_groups
        self.n, self.n_infinite = np.zeros((2, n_groups), np.int64)
        self.n_after, self.n_without = np.zeros((2, n_groups), np.int64)
        self.weight, self.brier, self.log_score, self.outcome = np.zeros((4, n_groups))
        self.seen: list[list[npt.NDArray[Any] | None]] = []

    def add(self, part: _Part) -> None:
        """Add some units."""

        def summed(values: npt.NDArray[Any]) -> FloatArray:
            if part.group is None:
                return np.array([values.sum()], dtype=np.float64)
            return sum_by(part.group, values, self.n_groups)

        scored = ~np.isnan(part.brier)
        # What has no score weighs nothing; its nan would turn every sum into nan.
        weight = scored * (1.0 if part.weight is None else part.weight)
        self.weight += summed(weight)
        self.outcome += summed(weight * part.outcome)
        self.brier += summed(weight * np.where(scored, part.brier, 0))
        self.log_score += summed(weight * np.where(scored, part.log_score, 0))
        self.n += summed(scored).astype(np.int64)
        self.n_infinite += summed(np.isinf(part.log_score)).astype(np.int64)
        self.n_without += summed(~scored).astype(np.int64)
        if part.n_after is not None:
            self.n_after += summed(part.n_after).astype(np.int64)
        there = ~np.isnan(part.looked_at)
        kept = (part.group, part.looked_at, part.outcome.astype(np.int8), part.cluster)
        self.seen.append([None if one is None else one[there] for one in kept])

    def records(self) -> Iterator[tuple[FloatArray, FloatArray, Any]]:
        """Give what calibration looks at, group by group."""
        group, p, y, cluster = (self._joined(number) for number in range(4))
        self.seen.clear()
        if group is None:
            yield p, y, cluster
            return
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group, minlength=self.n_groups))
        for start, end in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True):
            rows = order[start:end]
            yield p[rows], y[rows], None if cluster is None else cluster[rows]

    def _joined(self, number: int) -> Any:
        columns = [one[number] for one in self.seen]
        return None if columns[0] is None else np.concatenate(columns)  # type: ignore[arg-type]


def score_table(
    table: Table, weighting: str | None, before_deadline: timedelta | None
) -> list[GroupScores]:
    """Score each group of a table.

    Parameters
    ----------
    table : Table
    weighting : {"time", "planned", "first", "final"} or None
        By time, unless given, where the table has questions and times.
    before_deadline : timedelta or None
        Look at calibration so long before the deadline, where the question was still open,
        instead of at first forecasts.

    Returns
    -------
    list of GroupScores
        In the order of `table.groups`.

    Raises
    ------
    ForecastError
        If the table lacks a column that this needs, contradicts itself, or no forecast counts.
    """
    timed = {"question", "made_at"} <= table.columns
    if not timed and (weighting is not None or before_deadline is not None):
        option = "--at" if weighting is None else "--weighting"
        lacking = " and ".join(sorted({"question", "made_at"} - table.columns))
        raise ForecastError(f"{option} needs a column {lacking}, which the table has not")
    name = (weighting or "time") if timed else BY_ROW
    sums = _Sums(len(table.groups))
    parts = _timed_parts(table, name, before_deadline) if timed else _row_parts(table)
    for part in parts:
        sums.add(part)
    if not sums.n.any():
        raise ForecastError(
            f"none of the {table.n} forecasts was made before its question closed: "
            "see the columns made_at, closed_at and deadline"
        )
    at = "first" if timed else BY_ROW
    if before_deadline is not None:
        at = show_duration(before_deadline)
    calibrations = calibrations_of(list(sums.records()), at=at)
    return [
        _group_scores(group, index, name, sums, calibrations[index])
        for index, group in enumerate(table.groups)
    ]


def _group_scores(
    group: tuple[str, ...], index: int, weighting: str, sums: _Sums, calibration: Calibration
) -> GroupScores:
    total = float(sums.weight[index])

    def mean(values: FloatArray) -> float | None:
        return float(values[index]) / total if total else None

    brier, rate = mean(sums.brier), mean(sums.outcome)
    n_infinite = int(sums.n_infinite[index])
    skill, reason = skill_against_base_rate(brier, rate)
    return GroupScores(
        group=group,
        n=int(sums.n[index]),
        n_after=int(sums.n_after[index]),
        n_without=int(sums.n_without[index]),
        weighting=weighting,
        brier=brier,
        log_score=None if n_infinite else mean(sums.log_score),
        n_infinite=n_infinite,
        base_rate=rate,
        skill=skill,
        skill_reason=reason,
        calibration=calibration,
    )


def _row_parts(table: Table) -> Iterator[_Part]:
    """Take each row as a question of its own."""
    optional = {
        "g": len(table.groups) > 1,
        "w": "weight" in table.columns,
        "cluster": table.has_cluster,
    }
    names = ["p", "y", *(name for name, is_there in optional.items() if is_there)]
    rows = table.fetch(f"SELECT {', '.join(names)} FROM good")
    for start in range(0, table.n, _PART):
        part = {name: values[start : start + _PART] for name, values in rows.items()}
        p, y = part["p"], part["y"].astype(np.float64)
        yield _Part(
            outcome=y,
            brier=brier_score(p, y),
            log_score=log_score(p, y),
            looked_at=p,
            group=part.get("g"),
            weight=part.get("w"),
            cluster=part.get("cluster"),
        )


def _timed_parts(
    table: Table, weighting: str, before_deadline: timedelta | None
) -> Iterator[_Part]:
    """Score the pairs of forecaster and question by the time their forecasts stood."""
    questions = questions_of(table)
    for rows in forecasts_of(table, questions["n"], _PART):
        first = np.ones(rows["q"].size, dtype=np.bool_)  # of its unit
        first[1:] = False
        for name in rows.keys() & {"q", "f", "g"}:
            first[1:] |= rows[name][1:] != rows[name][:-1]
        unit = np.cumsum(first) - 1
        question = rows["q"][first]
        lives = Lives(
            opened_at=questions["opened"][question],
            closed_at=questions["closed"][question],
            deadline=questions["due"][question],
            outcome=questions["y"][question].astype(np.float64),
        )
        forecasts = Forecasts(unit, rows["made_at"], rows["p"])
        is_after = rows["made_at"] >= lives.closed_at[unit]
        yield replace(
            _timed_part(forecasts, lives, weighting, before_deadline),
            group=rows["g"][first] if "g" in rows else None,
            weight=questions["w"][question] if "w" in questions else None,
            cluster=questions["cluster"][question] if "cluster" in questions else None,
            n_after=np.bincount(unit[is_after], minlength=question.size),
        )


def _timed_part(
    forecasts: Forecasts, lives: Lives, weighting: str, before_deadline: timedelta | None
) -> _Part:
    scores = unit_scores(forecasts, lives)
    brier = {
        "time": scores.brier,
        "planned": scores.brier_planned,
        "first": scores.brier_first,
        "final": scores.brier_final,
    }[weighting]
    # As planned it is the quadratic score that is proper; the logarithmic one is by time.
    edge = {"first": scores.first, "final": scores.final}.get(weighting)
    loss = scores.log_score
    if edge is not None:
        there = ~np.isnan(edge)
        loss = np.full(edge.size, np.nan)
        loss[there] = log_score(edge[there], lives.outcome[there])
    looked_at = scores.first
    if before_deadline is not None:
        moment = lives.deadline - before_deadline // timedelta(microseconds=1)
        looked_at = standing_at(spells_of(forecasts, lives), moment)
    return _Part(lives.outcome, brier, loss, looked_at)
