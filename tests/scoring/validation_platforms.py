"""What platforms score, computed from our figures where a formula leads from one to the other."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from validation_data import Row, read_json

from forecast.scoring.spells import Forecasts, Lives, spells_of, standing_at
from forecast.scoring.units import UnitScores, unit_scores

_TESTS, _RERUN = "Metaculus' own tests", "Metaculus' code, run on other cases"
_DAY = 86_400_000_000
_HORIZON = 10  # days, of the cases that do not say


def platform_rows() -> Iterator[Row]:
    """Give every comparison with Metaculus' own tests, and with its code run on other cases."""
    cases = read_json("metaculus/score_math_cases.json")
    tests = {
        "test_evaluate_forecasts_baseline_accuracy": _baseline,
        "test_evaluate_forecasts_baseline_spot_forecast": _spot_baseline,
    }
    for test, score in tests.items():
        for number, case in enumerate(cases[test]):
            if _is_binary(case):
                yield from score(case, f"case {number}")
    for number, case in enumerate(read_json("metaculus/fresh_time_weighted_cases.json")["cases"]):
        yield from _fresh(case, f"case {number}")


def _is_binary(case: dict[str, Any]) -> bool:
    return bool(case["forecasts"]) and all(one["type"] == "binary" for one in case["forecasts"])


def _life(case: dict[str, Any], n: int) -> tuple[Lives, float]:
    """Give the lives of `n` units of a case, and the days from opening to scheduled close."""
    said = case["args"]
    closes, opens = said.get("horizon_end_day", _HORIZON), said.get("horizon_start_day", 0)
    closed = min(said.get("actual_close_day", closes), closes)
    one = np.ones(n, dtype=np.int64)
    lives = Lives(
        opened_at=one * round(opens * _DAY),
        closed_at=one * round(closed * _DAY),
        deadline=one * round(closes * _DAY),
        outcome=one * float(said.get("resolution_bucket", 1)),
    )
    return lives, closes - opens


def _forecasts(rows: list[tuple[int, float, float, float | None]]) -> Forecasts:
    """Make forecasts of (unit, probability, first day, last day or None)."""
    found = [(unit, start, p) for unit, p, start, _ in rows]
    found += [(unit, end, math.nan) for unit, _, _, end in rows if end is not None]
    unit, day, probability = map(np.array, zip(*found, strict=True))
    return Forecasts(unit, np.rint(day * _DAY).astype(np.int64), probability)


def _said(case: dict[str, Any]) -> Forecasts:
    return _forecasts(
        [
            (unit, one["probability_yes"], one["start_day"], one["end_day"])
            for unit, one in enumerate(case["forecasts"])
        ]
    )


def _baseline_of(scores: UnitScores, lives: Lives, days: float) -> tuple[np.ndarray, np.ndarray]:
    """Give Metaculus' baseline score and coverage: 100 (1 + log2 p) by scheduled time."""
    open_days = (lives.closed_at - lives.opened_at) / _DAY
    coverage = np.nan_to_num(scores.coverage) * open_days / days
    return 100 * coverage * (1 - np.nan_to_num(scores.log_score) / math.log(2)), coverage


def _baseline(case: dict[str, Any], name: str) -> Iterator[Row]:
    forecasts = _said(case)
    lives, days = _life(case, len(case["forecasts"]))
    score, coverage = _baseline_of(unit_scores(forecasts, lives), lives, days)
    for unit, known in enumerate(case["expected"]):
        who = f"forecast {unit}"
        yield Row(_TESTS, "baseline", f"{name}, {who}", known["score"], score[unit], 5e-9)
        yield Row(_TESTS, "coverage", f"{name}, {who}", known["coverage"], coverage[unit], 5e-9)


def _spot_baseline(case: dict[str, Any], name: str) -> Iterator[Row]:
    lives, days = _life(case, len(case["forecasts"]))
    spot = np.full(lives.outcome.size, round(case["args"].get("spot_day", days) * _DAY))
    # A spot at the close looks at what stood until then.
    spot = np.minimum(spot, lives.closed_at - 1)
    stood = standing_at(spells_of(_said(case), lives), spot)
    p_outcome = np.where(lives.outcome == 1, stood, 1 - stood)
    score = np.nan_to_num(100 * (1 + np.log2(p_outcome)))
    for unit, known in enumerate(case["expected"]):
        quantity = f"{name}, forecast {unit}"
        yield Row(_TESTS, "spot baseline", quantity, known["score"], score[unit], 5e-9)


def _fresh(case: dict[str, Any], name: str) -> Iterator[Row]:
    people = list(case["forecasts_p_start_end"])
    rows = [
        (unit, p, start, end)
        for unit, person in enumerate(people)
        for p, start, end in case["forecasts_p_start_end"][person]
    ]
    instants = [case[key] for key in ("open_day", "actual_close_day", "scheduled_close_day")]
    one = np.ones(len(people), dtype=np.int64)
    opened, closed, deadline = (one * round(day * _DAY) for day in instants)
    lives = Lives(opened, closed, deadline, one * float(case["outcome"]))
    scores = unit_scores(_forecasts(_without_replaced_ends(rows)), lives)
    score, coverage = _baseline_of(scores, lives, instants[2] - instants[0])
    theirs, ours = case["metaculus"], case["ours_time_weighted_brier_0_1"]
    for unit, person in enumerate(people):
        yield Row(_RERUN, "baseline", f"{name}, {person}", theirs["baseline"][person], score[unit])
        known = theirs["baseline_coverage"][person]
        yield Row(_RERUN, "coverage", f"{name}, {person}", known, coverage[unit])
        brier = ours[person]["brier_covered"]
        if brier is not None:
            quantity = f"{name}, {person}"
            yield Row("computed apart", "Brier by time", quantity, brier, scores.brier[unit])


def _without_replaced_ends(
    rows: list[tuple[int, float, float, float | None]],
) -> list[tuple[int, float, float, float | None]]:
    """Drop ends at which the same person's next forecast begins: they are no withdrawals."""
    starts = {(unit, start) for unit, _, start, _ in rows}
    return [
        (unit, p, start, None if (unit, end) in starts else end) for unit, p, start, end in rows
    ]
