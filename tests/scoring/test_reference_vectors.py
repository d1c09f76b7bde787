"""Published figures and other programs' results; read where they lie beside the checkout."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forecast.scoring import (
    Forecasts,
    Lives,
    base_rate,
    bins_table,
    brier_score,
    log_score,
    mean_brier,
    mean_log_score,
    tally,
    unit_scores,
)

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
DAY = 86_400_000_000


def read_json(name: str) -> Any:
    """Read a file of reference data, or skip the test."""
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"reference data is not beside this checkout: {path}")
    return json.loads(path.read_text(encoding="utf-8"))


def read_columns(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the columns p and y of a table of reference data, or skip the test."""
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"reference data is not beside this checkout: {path}")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(r["p"]) for r in rows]), np.array([float(r["y"]) for r in rows])


def tiny(source: str) -> Any:
    """Give the published tiny example whose source starts so."""
    cases = read_json("published_tiny.json")["cases"]
    return next(case for case in cases if case["src"].startswith(source))


def test_scoringrules_brier() -> None:
    """The example in the documentation of scoringrules."""
    case = tiny("scoringrules docstring")
    assert case["out"] == pytest.approx(float(brier_score(case["fct"], case["obs"])))


def test_good_judgment_daily_brier() -> None:
    """A forecaster's week as Good Judgment scores it, on its scale from 0 to 2."""
    case = tiny("Cultivate Labs guide")
    p, outcome = case["p_by_day"], case["outcome"]
    assert case["daily_0_2"] == pytest.approx(2 * brier_score(p, outcome))
    changes = [0] + [day for day in range(1, 7) if p[day] != p[day - 1]]
    rows = Forecasts(
        np.zeros(len(changes), dtype=np.int64),
        np.array(changes) * DAY,
        np.array([p[day] for day in changes]),
    )
    week = np.array([7 * DAY])
    scores = unit_scores(rows, Lives(np.array([0]), week, week, np.array([float(outcome)])))
    assert case["out"] == pytest.approx(2 * scores.brier[0], abs=5e-5)
    assert 0.08 / 7 == pytest.approx(2 * scores.brier[0])


def test_fatebook_cases_by_covered_time() -> None:
    """The true mean over covered time, for parts of days and late starters, too."""
    for case in read_json("platforms/platform_vectors.json")["fatebook"]["cases"]:
        names = sorted({row[0] for row in case["forecasts"]})
        rows = Forecasts(
            np.array([names.index(row[0]) for row in case["forecasts"]]),
            np.array([round(row[2] * DAY) for row in case["forecasts"]]),
            np.array([row[1] for row in case["forecasts"]]),
        )
        close = np.full(len(names), round(case["resolve_day"] * DAY))
        outcome = np.full(len(names), float(case["outcome"]))
        scores = unit_scores(
            rows, Lives(np.zeros(len(names), dtype=np.int64), close, close, outcome)
        )
        expected = case["time_weighted_mean_of_scores_over_covered_time"]
        assert [expected[name] for name in names] == pytest.approx(2 * scores.brier, abs=1e-9)


def test_scikit_learn_brier() -> None:
    """The example in the documentation of scikit-learn, 0.0375."""
    case = tiny("scikit-learn 1.9.1 docstring")
    assert case["half_0_1"] == pytest.approx(mean_brier(tally(case["p"], 1, case["y"])))


def test_reliabilitydiag_mean_scores() -> None:
    """Mean Brier and log score of six forecasts as R gives them to seven digits."""
    case = tiny("reliabilitydiag R output")
    tallies = tally(case["p"], 1, case["y"])
    assert case["brier"]["mean_score"] == pytest.approx(mean_brier(tallies), abs=5e-8)
    assert case["log_loss"]["mean_score"] == pytest.approx(mean_log_score(tallies), abs=5e-8)


def test_scikit_learn_calibration_curve() -> None:
    """Three equal bins, as documented by scikit-learn."""
    case = tiny("scikit-learn docstring calibration_curve")
    table = bins_table(case["p"], case["y"], np.linspace(0, 1, 4).tolist())
    assert case["prob_true"] == pytest.approx([row.frequency for row in table])
    assert case["prob_pred"] == pytest.approx([row.mean_probability for row in table])


@pytest.mark.parametrize("n_bins", [5, 10])
def test_thirty_forecasts(n_bins: int) -> None:
    """Brier, log score, skill and equal bins of thirty forecasts as scikit-learn gives them."""
    p, y = read_columns("fixed/fixed30.csv")
    known = read_json("py_reference/py_results.json")["datasets"]["fixed30"]
    tallies = tally(p, 1, y)
    brier, rate = mean_brier(tallies), base_rate(tallies)
    assert known["obar"] == rate
    assert known["sklearn.brier_score_loss(default, 0-1)"] == pytest.approx(brier, abs=1e-12)
    loss = known["sklearn.log_loss (nats; clips to float eps)"]
    assert loss == pytest.approx(mean_log_score(tallies), abs=1e-12)
    skill = known["sklearn.d2_brier_score (= skill vs base rate)"]
    assert skill == pytest.approx(1 - brier / (rate * (1 - rate)), abs=1e-12)
    curve = known[f"sklearn.calibration_curve uniform n_bins={n_bins}"]
    table = bins_table(p, y, np.linspace(0, 1, n_bins + 1).tolist())
    assert curve["prob_true"] == pytest.approx([row.frequency for row in table])
    assert curve["prob_pred"] == pytest.approx([row.mean_probability for row in table])


def test_forecasts_at_the_edge() -> None:
    """Forecasts of 0 and 1, right and wrong: each score, and a log score that is infinite."""
    p, y = read_columns("fixed/edge8.csv")
    expected = read_json("fixed/edge8_expected.json")
    assert expected["brier_each"] == pytest.approx(brier_score(p, y))
    assert expected["brier_mean_0_1"] == pytest.approx(mean_brier(tally(p, 1, y)))
    assert float(expected["log_loss_unclipped"]) == mean_log_score(tally(p, 1, y))


def test_finley() -> None:
    """Finley's tornadoes of 1884: always saying no beats him, and his log score is infinite."""
    finley = read_json("finley/finley.json")
    table, known = finley["table"], finley["as_0_1_probability_forecasts"]
    cells = [f"forecast_{said}_obs_{was}" for said in ("yes", "no") for was in ("yes", "no")]
    counts = np.array([table[cell] for cell in cells])
    said, was = np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0])
    tallies = tally(said, counts, was)
    rate = base_rate(tallies)
    assert known["brier"] == pytest.approx(mean_brier(tallies))
    assert known["climatology_brier"] == pytest.approx(rate * (1 - rate))
    assert known["always_0_brier"] == pytest.approx(mean_brier(tally([0] * 4, counts, was)))
    assert known["BSS"] == pytest.approx(1 - mean_brier(tallies) / (rate * (1 - rate)))
    assert math.inf == mean_log_score(tallies)
    assert 95 == counts[np.isinf(log_score(said, was))].sum()
