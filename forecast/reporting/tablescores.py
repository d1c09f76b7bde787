"""Scores of a table of forecasts, group by group: what `score` prints."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.exchange.tables import Table
from forecast.model import ForecastError
from forecast.reading.durations import show_duration
from forecast.scoring.calibration import Calibration, calibrations_of
from forecast.scoring.rules import brier_score, log_score
from forecast.scoring.spells import Forecasts, Lives, spells_of, standing_at
from forecast.scoring.summary import skill_against_base_rate
from forecast.scoring.units import unit_scores

WEIGHTINGS = ("time", "planned", "first", "final")
#: How rows without questions and times are weighted: each is a question of its own.
BY_ROW = "rows"

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupScores:
    """The scores of one group of a table.

    Parameters
    ----------
    group : tuple of str
        The values of the `by` columns; empty where the table was not divided.
    n : int
        Questions; with several forecasters, pairs of forecaster and question.
    weighting : str
    brier : float
        From 0 to 1, lower is better.
    log_score : float or None
        In nats, lower is better; None where it is infinite.
    n_infinite : int
        Questions on which it is infinite.
    base_rate : float
    skill : float or None
    skill_reason : str or None
    calibration : Calibration
        Of one forecast per question.
    """

    group: tuple[str, ...]
    n: int
    weighting: str
    brier: float
    log_score: float | None
    n_infinite: int
    base_rate: float
    skill: float | None
    skill_reason: str | None
    calibration: Calibration


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """What is left of a table to score: one row per question (and forecaster)."""

    group: IntArray
    weight: FloatArray
    outcome: FloatArray
    brier: FloatArray
    log_score: FloatArray
    #: The forecast calibration looks at; nan where there is none.
    looked_at: FloatArray
    cluster: npt.NDArray[Any] | None


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
        If the table lacks a column that this needs.
    """
    timed = {"question", "made_at"} <= table.columns
    if not timed and (weighting is not None or before_deadline is not None):
        raise ForecastError("weighting and --at need the columns question and made_at")
    name = (weighting or "time") if timed else BY_ROW
    units = _timed_units(table, name, before_deadline) if timed else _row_units(table)
    at = "first" if timed else BY_ROW
    if before_deadline is not None:
        at = show_duration(before_deadline)
    members = list(_members(units.group, len(table.groups)))
    seen = [_looked_at(units, rows) for rows in members]
    calibrations = calibrations_of(seen, at=at)
    return [
        _group_scores(table.groups[index], name, units, rows, calibrations[index])
        for index, rows in enumerate(members)
    ]


def _group_scores(
    group: tuple[str, ...],
    weighting: str,
    units: _Units,
    rows: IntArray,
    calibration: Calibration,
) -> GroupScores:
    weight = units.weight[rows]
    total = float(weight.sum())
    brier = float(weight @ units.brier[rows]) / total
    rate = float(weight @ units.outcome[rows]) / total
    n_infinite = int(np.isinf(units.log_score[rows]).sum())
    skill, reason = skill_against_base_rate(brier, rate)
    return GroupScores(
        group=group,
        n=int(rows.size),
        weighting=weighting,
        brier=brier,
        log_score=None if n_infinite else float(weight @ units.log_score[rows]) / total,
        n_infinite=n_infinite,
        base_rate=rate,
        skill=skill,
        skill_reason=reason,
        calibration=calibration,
    )


def _row_units(table: Table) -> _Units:
    """Take each row as a question of its own."""
    has_weight, has_cluster = "weight" in table.columns, table.has_cluster
    columns = ["g", "p", "y", *(["w"] if has_weight else []), *(["cluster"] if has_cluster else [])]
    rows = table.fetch(f"SELECT {', '.join(columns)} FROM good")
    p, y = rows["p"], rows["y"]
    return _Units(
        group=rows["g"].astype(np.int64),
        weight=rows["w"] if has_weight else np.ones(p.size),
        outcome=y,
        brier=brier_score(p, y),
        log_score=log_score(p, y),
        looked_at=p,
        cluster=_codes(rows["cluster"]) if has_cluster else None,
    )


def _timed_units(table: Table, weighting: str, before_deadline: timedelta | None) -> _Units:
    """Score the pairs of forecaster and question by the time their forecasts stood."""
    lives, found = _lives(table)
    rows = table.fetch(
        "SELECT unit, good.made_at, p FROM good JOIN units "
        f"USING ({', '.join(_keys(table))}) ORDER BY source, nr"
    )
    forecasts = Forecasts(rows["unit"].astype(np.int64), rows["made_at"], rows["p"])
    scores = unit_scores(forecasts, lives)
    if before_deadline is None:
        looked_at = scores.first
    else:
        looked_at = standing_at(
            spells_of(forecasts, lives), lives.deadline - _microseconds(before_deadline)
        )
    kept = np.flatnonzero(~np.isnan(scores.brier))
    brier = {
        "time": scores.brier,
        "planned": scores.brier_planned,
        "first": scores.brier_first,
        "final": scores.brier_final,
    }[weighting]
    edge = {"first": scores.first, "final": scores.final}.get(weighting)
    return _Units(
        group=found["g"].astype(np.int64)[kept],
        weight=found["w"][kept] if "w" in found else np.ones(kept.size),
        outcome=lives.outcome[kept],
        brier=brier[kept],
        log_score=scores.log_score[kept]
        if edge is None
        else log_score(edge[kept], lives.outcome[kept]),
        looked_at=looked_at[kept],
        cluster=_codes(found["cluster"][kept]) if "cluster" in found else None,
    )


def _keys(table: Table) -> list[str]:
    """What makes a unit: the question, the forecaster where there is one, the group."""
    return ["question", *(["forecaster"] if "forecaster" in table.columns else []), "g"]


def _lives(table: Table) -> tuple[Lives, dict[str, Any]]:
    """Find the units and their questions' lives, of which every row must say the same."""
    columns = table.columns
    if not columns & {"closed_at", "deadline"}:
        raise ForecastError("a score by time needs a column closed_at, or deadline")
    closed = "closed_at" if "closed_at" in columns else "deadline"
    deadline = "deadline" if "deadline" in columns else "closed_at"
    constant = {"y": "outcome", closed: closed, deadline: deadline}
    constant |= {"opened_at": "opened_at"} if "opened_at" in columns else {}
    constant |= {"w": "weight"} if "weight" in columns else {}
    constant |= {"cluster": "cluster"} if table.has_cluster else {}
    keys = ", ".join(_keys(table))
    firsts = ", ".join(f"min({name}) AS {name}" for name in constant)
    opened = "" if "opened_at" in columns else ", min(made_at) AS opened_at"
    # In the order of first appearance, so that the same table gives the same numbers.
    table.connection.execute(
        f"CREATE TEMP TABLE units AS SELECT row_number() OVER (ORDER BY {keys}) - 1 AS unit, * "
        f"FROM (SELECT {keys}, {firsts}{opened} FROM good GROUP BY {keys})"
    )
    for name, called in constant.items():
        odd = table.connection.execute(
            f"SELECT question FROM good GROUP BY question HAVING min({name}) <> max({name}) LIMIT 1"
        ).fetchone()
        if odd:
            raise ForecastError(f"question '{odd[0]}' has more than one {called}: it must be one")
    found = table.fetch("SELECT * FROM units ORDER BY unit")
    lives = Lives(
        found["opened_at"], np.minimum(found[closed], found[deadline]), found[deadline], found["y"]
    )
    return lives, found


def _looked_at(units: _Units, rows: IntArray) -> tuple[FloatArray, FloatArray, Any]:
    seen = rows[~np.isnan(units.looked_at[rows])]
    cluster = None if units.cluster is None else units.cluster[seen]
    return units.looked_at[seen], units.outcome[seen], cluster


def _members(group: IntArray, n_groups: int) -> Iterator[IntArray]:
    """Give the rows of each group."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=n_groups))
    for start, end in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True):
        yield order[start:end]


def _microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def _codes(labels: npt.NDArray[Any]) -> IntArray:
    """Number labels, which NumPy compares faster than texts."""
    _, codes = np.unique(labels.astype(str), return_inverse=True)
    return codes.astype(np.int64)
