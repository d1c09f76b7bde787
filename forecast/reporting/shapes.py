"""The JSON that scripts rely on: fixed keys, figures unrounded, null with a reason beside it."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forecast.model import Comment, Entry, Resolution
from forecast.store.queries import Tracked

if TYPE_CHECKING:  # the record brings NumPy, which `list` and `predict` cannot wait for
    from forecast.exchange.tables import Table
    from forecast.reporting.record import Said, Scored
    from forecast.reporting.report import Report, Standing
    from forecast.reporting.rereading import Hanging
    from forecast.reporting.slices import Slice
    from forecast.reporting.tablescores import GroupScores
    from forecast.scoring.calibration import Calibration

#: Scale -> factor on the Brier score, which is from 0 to 1 inside.
SCALES = {"half": 1, "original": 2}
SCALE_NAMES = {"half": "0-1", "original": "0-2"}


def question(tracked: Tracked, now: datetime, probability: float | None) -> dict[str, Any]:
    """Give a question as `list` shows it; `probability` is the asking forecaster's own."""
    asked, resolution = tracked.question, tracked.resolution
    return {
        "id": asked.id,
        "title": asked.title,
        "type": asked.type,
        "status": tracked.status(now),
        "opened_at": asked.opened_at,
        "deadline": asked.deadline,
        "known_by": asked.known_by or asked.deadline,
        "closed_at": tracked.closed_at,
        "timezone": asked.timezone,
        "tags": list(asked.tags),
        "event": asked.event or None,
        "criteria": asked.criteria,
        "probability": probability,
        "outcome": resolution.outcome if resolution else None,
        "known_at": resolution.known_at if resolution else None,
    }


def question_details(tracked: Tracked) -> dict[str, Any]:
    """Give what `show` adds to a question."""
    from forecast.questionfile.recipes import resolver_fields

    asked, article = tracked.question, tracked.question.article
    return {
        "sources": list(asked.sources),
        "deadline_from": asked.deadline_from or None,
        "options": list(asked.options),
        "unit": asked.unit or None,
        "bounds": list(asked.bounds) if asked.bounds else None,
        "article": article
        and {
            "title": article.title,
            "publisher": article.publisher or None,
            "published": article.published,
            "url": article.url or None,
        },
        "resolver": asked.resolver and resolver_fields(asked.resolver),
        "n_revisions": tracked.n_revisions,
        "changed_meaning": tracked.changed_meaning,
    }


def resolution(one: Resolution) -> dict[str, Any]:
    """Give one resolution of a question; the last of a list is the one that holds."""
    return {
        "outcome": one.outcome,
        "reason": one.reason or None,
        "known_at": one.known_at,
        "evidence": list(one.evidence),
        "note": one.note,
        "recorded_at": one.recorded_at,
        "recorded_by": one.recorded_by,
    }


def comment(one: Comment) -> dict[str, Any]:
    """Give one remark on a question."""
    return {"author": one.author, "made_at": one.made_at, "text": one.text}


def forecast(said: "Said") -> dict[str, Any]:
    """Give one line of a question's history."""
    recorded = said.recorded
    made = recorded.forecast
    return {
        "n": recorded.number,
        "forecaster": made.forecaster,
        "made_at": made.made_at,
        "recorded_at": made.recorded_at,
        "recorded_by": made.recorded_by,
        "clock": recorded.clock,
        "probability": made.probability,
        "distribution": dict(made.distribution) or None,
        "words": made.words or None,
        "range": None if made.low is None else [made.low, made.high],
        "lexicon": made.lexicon or None,
        "note": made.note,
        "private": made.private,
        "withdrawal": made.is_withdrawal,
        "retracted_at": recorded.retracted_at,
        "counts": said.counts,
        "reason": said.reason or None,
    }


def unit_score(scored: "Scored", unit: int) -> dict[str, Any]:
    """Give one forecaster's scores on one question."""
    scores = scored.scores
    infinite = math.isinf(scores.log_score[unit])
    return {
        "forecaster": scored.forecasters[scored.forecaster_of[unit]],
        "brier": _number(scores.brier[unit]),
        "brier_planned": _number(scores.brier_planned[unit]),
        "brier_first": _number(scores.brier_first[unit]),
        "brier_final": _number(scores.brier_final[unit]),
        "log_score": _number(scores.log_score[unit]),
        "log_score_reason": "infinite: it was said to be impossible" if infinite else None,
        "coverage": _number(scores.coverage[unit]),
        "n_forecasts": int(scores.n_forecasts[unit]),
    }


def entry(one: Entry) -> dict[str, Any]:
    """Give a question's state as `dump --json` writes it: a question file's content."""
    shaped: dict[str, Any] = _without_empty(asdict(one))
    return shaped


def report(figures: "Report", scale: str) -> dict[str, Any]:
    """Give a report, its Brier scores on the scale asked for."""
    funnel, choice = figures.funnel, figures.choice
    return {
        "scale": SCALE_NAMES[scale],
        "weighting": choice.weighting,
        "cluster": choice.cluster,
        "lexicon": choice.lexicon or None,
        "n_asked": funnel.asked,
        "n_forecast": funnel.forecast,
        "n_due": funnel.due,
        "n_resolved": funnel.resolved,
        "n_scored": funnel.scored,
        "n_open": funnel.open,
        "n_awaiting": funnel.awaiting,
        "held_back": funnel.held_back,
        "held_back_until": funnel.held_back_until,
        "n_due_unresolved": funnel.overdue,
        "n_unscored_type": funnel.unscored_type,
        "annulled": funnel.annulled,
        "changed_meaning": figures.changed_meaning,
        "forecasters": [standing(one, SCALES[scale]) for one in figures.standings],
    }


def standing(one: "Standing", factor: int = 1) -> dict[str, Any]:
    """Give one forecaster's row of a report."""
    summary, interval = one.summary, one.interval
    has_interval = interval.low is not None and interval.high is not None
    return {
        "forecaster": one.forecaster,
        "n_questions": summary.n_questions,
        "n_forecasts": summary.n_forecasts,
        "n_effective": interval.n_effective,
        "n_backdated": one.n_backdated,
        "n_retrospective": one.n_retrospective,
        "n_held_back": one.n_early,
        "score": _times(interval.mean, factor),
        "score_with_held_back": _times(one.brier_with_early, factor),
        "brier": _times(summary.brier, factor),
        "brier_interval": [_times(interval.low, factor), _times(interval.high, factor)]
        if has_interval
        else None,
        "brier_reason": interval.reason,
        "brier_planned": _times(summary.brier_planned, factor),
        "brier_first": _times(summary.brier_first, factor),
        "brier_final": _times(summary.brier_final, factor),
        "log_score": summary.log_score,
        "log_score_reason": summary.log_score_reason,
        "n_infinite": summary.n_infinite,
        "base_rate": summary.base_rate,
        "skill": summary.skill,
        "skill_reason": summary.skill_reason,
        "coverage": summary.coverage,
        "expected": one.expected,
        "came_true": one.came_true,
        "calibration": calibration(one.calibration, factor),
        "others": [
            _scaled(_fields(other), ("mine", "theirs", "difference", "low", "high"), factor)
            for other in one.others
        ],
        "tags": [_slice(part, factor) for part in one.tags],
        "years": [_slice(part, factor) for part in one.years],
        "horizons": [_slice(part, factor) for part in one.horizons],
        "words": [{**_slice(part, factor), "covers": part.covers} for part in one.words],
        "lexicon": None if one.lexicon is None else _hanging(one.lexicon, factor),
        "course": [
            _scaled(_fields(point), ("cumulative", "rolling"), factor) for point in one.course
        ],
        "habits": _fields(one.habits),
        "calls": [_scaled(_fields(call), ("brier",), factor) for call in one.calls],
        "advice": [_fields(row) for row in one.advice],
    }


def _slice(one: "Slice", factor: int) -> dict[str, Any]:
    """Give a part of a record; its questions are under `calls`, and would be here many times."""
    shaped = _scaled(_fields(one), ("brier",), factor)
    return {name: value for name, value in shaped.items() if name not in ("ids", "covers")}


def _hanging(one: "Hanging", factor: int) -> dict[str, Any]:
    """Give how a score hangs on the lexicon; `name` is null where none was asked for."""
    shaped = _scaled(_fields(one), ("brier", "brier_as_recorded"), factor)
    by_lexicon = {
        key: _scaled(_fields(found), ("brier",), factor) for key, found in one.by_lexicon.items()
    }
    return shaped | {"by_lexicon": by_lexicon}


#: The figures of a calibration that are on the scale of the Brier score.
_BRIER_FIGURES = (
    *("brier", "brier_expected", "brier_p95"),
    *("miscalibration", "miscalibration_expected", "miscalibration_p95"),
    *("discrimination", "uncertainty"),
)


def calibration(one: "Calibration", factor: int = 1) -> dict[str, Any]:
    """Give the calibration of one forecast per question."""
    shaped = _scaled(_fields(one), _BRIER_FIGURES, factor)
    return shaped | {
        "bins": [_fields(row) for row in one.bins],
        "curve": [_fields(point) for point in one.curve],
    }


def table_scores(
    table: "Table", scores: "list[GroupScores]", by: Sequence[str], scale: str
) -> dict[str, Any]:
    """Give the scores of a table, or of each of its groups."""
    about = {"scale": SCALE_NAMES[scale], "n_rows": table.n, "n_skipped": table.n_bad}
    shaped = [_group(one, SCALES[scale]) for one in scores]
    if not by:
        return {**about, **shaped[0]}
    names = [", ".join(one.group) for one in scores]
    if len(set(names)) < len(names):  # a comma in a name made two groups look like one
        names = [json.dumps(one.group) for one in scores]
    return {**about, "by": list(by), "groups": dict(zip(names, shaped, strict=True))}


def _group(one: "GroupScores", factor: int) -> dict[str, Any]:
    return {
        "n": one.n,
        "weighting": one.weighting,
        "n_after": one.n_after,
        "n_without": one.n_without,
        "brier": _times(one.brier, factor),
        "log_score": one.log_score,
        "n_infinite": one.n_infinite,
        "base_rate": one.base_rate,
        "skill": one.skill,
        "skill_reason": one.skill_reason,
        "calibration": calibration(one.calibration, factor),
    }


def _fields(one: Any) -> dict[str, Any]:
    """Give the fields of a record as they are; `asdict` copies each, which takes ten times that."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _without_empty(value: Any) -> Any:
    """Leave out what says nothing, as a question file does."""
    if isinstance(value, dict):
        kept = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in (None, "", (), [], {})}
    if isinstance(value, tuple | list):
        return [_without_empty(one) for one in value]
    return value


def _number(value: float) -> float | None:
    """Give a figure for JSON, which knows neither nan nor infinity."""
    return float(value) if math.isfinite(value) else None


def _scaled(shaped: dict[str, Any], names: Sequence[str], factor: int) -> dict[str, Any]:
    """Put the figures of these names on the scale asked for."""
    return shaped | {name: _times(shaped[name], factor) for name in names}


def _times(value: float | None, factor: int) -> float | None:
    return None if value is None else value * factor
