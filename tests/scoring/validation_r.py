"""Figures of R packages beside ours."""

import csv
from collections.abc import Iterator
from typing import Any

from validation_data import VECTORS, Row

from forecast.scoring.binned import ferro_fricker, murphy
from forecast.scoring.decomposition import corp, two_term
from forecast.scoring.isotonic import recalibrate
from forecast.scoring.tallies import Tallies, base_rate, mean_brier

BOUNDED = (
    "keeps uncertainty at or below 1/4, which cuts the whole bias correction short near a base "
    "rate of one half, and at one half silently switches it off"
)
MIDPOINTS = "replaces forecasts by the midpoints of its bins before scoring them"


def r_rows(cases: dict[str, Tallies]) -> Iterator[Row]:
    """Give the comparisons with R packages."""
    with (VECTORS / "r_reference" / "r_results.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            case, source, quantity = line["dataset"], line["source"], line["quantity"]
            theirs = float(line["value"])
            for part, handler in _R_SOURCES.items():
                if source.startswith(part):
                    found = handler(cases[case], source, quantity)
                    if found is not None:
                        ours, fault = found
                        # verification's score is 7e-10 off the mean R itself gives; as a share
                        # of the uncertainty that is more than 1e-9.
                        tolerance = 5e-9 if quantity == "ss" else 1e-9
                        yield Row(f"R {source}", case, quantity, theirs, ours, tolerance, fault)


def _r_base(tallies: Tallies, source: str, quantity: str) -> tuple[float, str]:
    return (mean_brier if quantity == "mean_brier" else base_rate)(tallies), ""


def _r_specs(tallies: Tallies, source: str, quantity: str) -> tuple[float, str] | None:
    if quantity.endswith("_sd"):
        return None  # variances of the terms, which we do not give
    n_bins = int(source.split("bins=")[1].split()[0])
    return _specs(tallies, n_bins, quantity, corrected=source.endswith("bias.corrected=TRUE"))


def _r_bride(tallies: Tallies, source: str, quantity: str) -> tuple[float, str] | None:
    if quantity.endswith(".var"):
        return None
    if quantity == "br":
        terms = murphy(tallies, 10)
        return terms.reliability - terms.resolution + terms.uncertainty, ""
    corrected = quantity.endswith("2")
    return _specs(tallies, 10, quantity.rstrip("2").upper(), corrected=corrected)


def _specs(tallies: Tallies, n_bins: int, quantity: str, *, corrected: bool) -> tuple[float, str]:
    if not corrected:
        return three_terms(murphy(tallies, n_bins))[quantity], ""
    terms = ferro_fricker(tallies, n_bins, bounded=True)
    return three_terms(terms)[quantity], BOUNDED if terms.uncertainty > 0.25 else ""


def _r_verification(tallies: Tallies, source: str, quantity: str) -> tuple[float, str]:
    fault = MIDPOINTS if "default" in source else ""
    uncertainty = base_rate(tallies) * (1 - base_rate(tallies))
    if fault:
        terms = murphy(tallies, 10)
        score, reliability, resolution = terms.score, terms.reliability, terms.resolution
    else:
        two = two_term(tallies)
        score, reliability, resolution = two.score, two.calibration, uncertainty - two.refinement
    ours = {
        "bs": score,
        "bs.baseline": uncertainty,
        "ss": 1 - score / uncertainty,
        "bs.reliability": reliability,
        "bs.resol": resolution,
        "bs.uncert": uncertainty,
    }[quantity]
    same = quantity in ("bs.baseline", "bs.uncert", "bs.resol")
    return ours, "" if same else fault


def _r_corp(tallies: Tallies, source: str, quantity: str) -> tuple[float, str]:
    terms = corp(tallies)
    ours = {
        "MCB": terms.miscalibration,
        "DSC": terms.discrimination,
        "UNC": terms.uncertainty,
        "n_bins": float(recalibrate(tallies).blocks.low.size),
    }
    return ours[quantity], ""


_R_SOURCES = {
    "base": _r_base,
    "SpecsVerification": _r_specs,
    "bride": _r_bride,
    "verification": _r_verification,
    "CORP": _r_corp,
}


def three_terms(terms: Any) -> dict[str, float]:
    """Name three terms as R does."""
    return {"REL": terms.reliability, "RES": terms.resolution, "UNC": terms.uncertainty}
