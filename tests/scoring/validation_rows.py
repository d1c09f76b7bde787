"""Every figure of another program or a published table that a score of ours is held against.

`rows()` gives them one by one, for the tests and for the table in `docs/validation.md`. The
reference data lie beside the checkout; without them (see `available`) there are no rows.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from validation_data import Row, available, datasets, read_columns, read_json
from validation_r import r_rows, three_terms

from forecast.scoring.binned import ferro_fricker, murphy
from forecast.scoring.decomposition import corp, corp_log, two_term
from forecast.scoring.isotonic import recalibrate
from forecast.scoring.rules import brier_score, mean_brier_score
from forecast.scoring.tallies import Tallies, base_rate, mean_brier, mean_log_score, tally
from forecast.scoring.thresholds import murphy_diagram

__all__ = ["CLIPPED", "ZEROS", "Row", "available", "datasets", "rows"]


def rows() -> Iterator[Row]:
    """Give every comparison."""
    cases = datasets()
    yield from _python_rows(cases)
    yield from r_rows(cases)
    yield from _published_rows(cases)
    yield from _finley_rows()
    yield from _edge_rows()


CLIPPED = "clips probabilities at 2.2e-16 or 1e-15, so that an infinite loss comes out as finite"
ZEROS = (
    "puts forecasts of exactly 0 in a bin of their own, other than its own five terms and R do; "
    "R's SpecsVerification agrees with us"
)
_SKLEARN = {
    "sklearn.brier_score_loss(default, 0-1)": ("Brier score", mean_brier),
    "sklearn.brier_score_loss(scale_by_half=False, 0-2)": (
        "Brier score, 0 to 2",
        lambda t: mean_brier(t, scale="original"),
    ),
    "sklearn.d2_brier_score (= skill vs base rate)": (
        "skill",
        lambda t: 1 - mean_brier(t) / (base_rate(t) * (1 - base_rate(t))),
    ),
    "sklearn.log_loss (nats; clips to float eps)": ("log score", mean_log_score),
    "scores.brier_score": ("Brier score", mean_brier),
    "properscoring.brier_score mean": ("Brier score", mean_brier),
    "scoringrules.log_score mean (nats)": ("log score", mean_log_score),
}


def _python_rows(cases: dict[str, Tallies]) -> Iterator[Row]:
    known = read_json("py_reference/py_results.json")
    version = known["versions"]
    for case, tallies in cases.items():
        theirs = known["datasets"][case]
        for key, (quantity, ours_of) in _SKLEARN.items():
            name = re.split(r"[.(]", key)[0].replace("sklearn", "scikit-learn")
            ours = ours_of(tallies)
            fault = CLIPPED if np.isinf(ours) and name == "scikit-learn" else ""
            reference = f"{name} {version[name]}"
            yield Row(reference, case, quantity, float(theirs[key]), ours, fault=fault)
        yield from _corp_rows(case, tallies, theirs, version)
        for n_bins in (5, 10):
            yield from _stephenson_rows(case, tallies, theirs, n_bins)
        yield from _ferro_fricker_rows(case, tallies, theirs)


def _corp_rows(case: str, tallies: Tallies, theirs: Any, version: Any) -> Iterator[Row]:
    brier, log, fit = corp(tallies), corp_log(tallies), recalibrate(tallies)
    reference = f"scikit-learn {version['scikit-learn']} IsotonicRegression"
    known = theirs["CORP via sklearn IsotonicRegression (ties pooled)"]
    names = {"MCB": "miscalibration", "DSC": "discrimination", "UNC": "uncertainty"}
    for short, name in names.items():
        yield Row(reference, case, f"CORP {name}", known[short], getattr(brier, name))
    for (p, value), ours in zip(
        known["recalibrated_by_sorted_unique_p"], fit.recalibrated, strict=True
    ):
        yield Row(reference, case, f"recalibrated {p:.6g}", value, float(ours))
    known = theirs["scores.isotonic_fit"]
    for p, value, ours in zip(*known.values(), fit.recalibrated, strict=True):
        yield Row(f"scores {version['scores']}", case, f"recalibrated {p:.6g}", value, float(ours))
    reference = f"model-diagnostics {version['model-diagnostics']}"
    for name, value in theirs["model_diagnostics.decompose SquaredError"].items():
        yield Row(reference, case, f"CORP {name}", value, getattr(brier, name))
    for name, value in theirs["model_diagnostics.decompose LogLoss"].items():
        ours = getattr(log, name)
        yield Row(
            reference, case, f"CORP log {name}", value, ours, fault="" if ours < 9 else CLIPPED
        )
    key = "scores.murphy_score expectile alpha=.5 thetas .1 .25 .5 .75 .9"
    thresholds = [0.1, 0.25, 0.5, 0.75, 0.9]
    losses = murphy_diagram(tallies, thresholds).loss
    for threshold, value, ours in zip(thresholds, theirs[key], losses, strict=True):
        quantity = f"elementary score at {threshold}"  # theirs is |y - threshold| / 2
        yield Row(f"scores {version['scores']}", case, quantity, 4 * value, float(ours))


def _stephenson_rows(case: str, tallies: Tallies, theirs: Any, n_bins: int) -> Iterator[Row]:
    known = theirs[f"Stephenson2008 5-term, {n_bins} equal bins right-closed"]
    terms = murphy(tallies, n_bins)
    ours = {
        "REL": terms.reliability,
        "RES": terms.resolution,
        "UNC": terms.uncertainty,
        "WBV": terms.within_variance,
        "WBC": terms.within_covariance,
        "GRES": terms.generalised_resolution,
        "sum_check": terms.score,
    }
    for name, value in ours.items():
        yield Row("Stephenson et al. 2008", case, f"{n_bins} bins {name}", known[name], value)


def _ferro_fricker_rows(case: str, tallies: Tallies, theirs: Any) -> Iterator[Row]:
    for bins, label in ((10, "10 bins right-closed"), (None, "exact-value bins")):
        terms = ferro_fricker(tallies, bins)
        for name, ours in three_terms(terms).items():
            known = theirs[f"FerroFricker2012 UNtruncated {label}"][name]
            fault = ZEROS if (case, bins, name) == ("worldevents", 10, "REL") else ""
            yield Row("Ferro and Fricker 2012", case, f"{label} {name}", known, ours, fault=fault)


def _published_rows(cases: dict[str, Tallies]) -> Iterator[Row]:
    published = {case["src"]: case for case in read_json("published_tiny.json")["cases"]}

    def case_of(start: str) -> Any:
        return next(case for source, case in published.items() if source.startswith(start))

    case = case_of("scoringrules docstring")
    ours = float(brier_score(0.2, 1))
    yield Row("scoringrules docstring", "one forecast", "Brier score", 0.64, ours)
    case = case_of("reliabilitydiag README")
    terms = corp(cases["niamey_EMOS"])
    names = {"mean_score": "score", "MCB": "miscalibration"}
    names |= {"DSC": "discrimination", "UNC": "uncertainty"}
    for short, name in names.items():
        theirs, value = case[short], getattr(terms, name)
        digits = 5e-4 if case[short] > 0.1 else 5e-5  # three significant ones are printed
        yield Row("reliabilitydiag README", "niamey_EMOS", name, theirs, value, digits)
    case = case_of("reliabilitydiag R output")
    tallies = tally(case["p"], 1, case["y"])
    for key, terms in (("brier", corp(tallies)), ("log_loss", corp_log(tallies))):
        for short, name in names.items():
            theirs, value = case[key][short], getattr(terms, name)
            yield Row("reliabilitydiag output", "six", f"{key} {name}", theirs, value, 5e-8)
    case = case_of("scikit-learn 1.9.1 docstring")
    for key, scale in (("half_0_1", "half"), ("full_0_2", "original")):
        value = mean_brier_score(case["p"], case["y"], scale=scale)  # type: ignore[arg-type]
        yield Row("scikit-learn docstring", "four", f"Brier, {scale}", case[key], value)
    yield from _pooled_rows(
        "R monotone", case_of("R monotone")["pav_y"], case_of("R monotone")["out"]
    )
    case = case_of("nci/scores")
    yield from _pooled_rows("scores", case["pav_y"], case["mean"])
    yield from _pooled_rows(
        "scores, weighted", case["pav_y"], case["weighted_mean"], case["weights"]
    )


def _pooled_rows(
    reference: str, values: list[float], out: list[float], weights: list[float] | None = None
) -> Iterator[Row]:
    """Isotonic regression of numbers of any size, as frequencies: a tenth of each."""
    n = len(values)
    weight = np.ones(n) if weights is None else np.array(weights, dtype=float)
    fit = recalibrate(Tallies(np.arange(n) / n, weight, weight * np.array(values) / 10))
    for i, (theirs, ours) in enumerate(zip(out, fit.recalibrated, strict=True)):
        yield Row(reference, "pool adjacent violators", f"value {i}", theirs, 10 * ours, 5e-8)


def _finley_rows() -> Iterator[Row]:
    finley = read_json("finley/finley.json")
    table, known = finley["table"], finley["as_0_1_probability_forecasts"]
    said, was = np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0])
    cells = [f"forecast_{p}_obs_{y}" for p in ("yes", "no") for y in ("yes", "no")]
    tallies = tally(said, [table[cell] for cell in cells], was)
    for name, terms in (("two terms", two_term(tallies)), ("CORP", corp(tallies))):
        yield Row("Finley 1884", name, "Brier score", known["brier"], terms.score)
    climatology = corp(tallies).uncertainty
    yield Row("Finley 1884", "CORP", "uncertainty", known["climatology_brier"], climatology)
    skill = 1 - mean_brier(tallies) / climatology
    yield Row("Finley 1884", "CORP", "skill", known["BSS"], skill)
    yield Row("Finley 1884", "CORP", "log score", np.inf, corp_log(tallies).score)


def _edge_rows() -> Iterator[Row]:
    p, y = read_columns("fixed/edge8.csv", "p", "y")
    known = read_json("fixed/edge8_expected.json")
    value = mean_brier_score(p, y)
    yield Row("formula", "edge8", "Brier score", known["brier_mean_0_1"], value)
    theirs = float(known["log_loss_unclipped"])
    yield Row("formula", "edge8", "log score", theirs, corp_log(tally(p, 1, y)).score)
