"""Reference data beside the checkout, and what a comparison with them is."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from forecast.scoring.tallies import Tallies, tally

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"


@dataclass(frozen=True)
class Row:
    """One figure of theirs beside ours.

    `fault` says why the reference is the one that is wrong; there the two are known to differ.
    """

    reference: str
    case: str
    quantity: str
    theirs: float
    ours: float
    tolerance: float = 1e-9
    fault: str = ""


def available() -> bool:
    """Say whether the reference data are here."""
    return (VECTORS / "py_reference" / "py_results.json").exists()


def datasets() -> dict[str, Tallies]:
    """Give the tables of forecasts that several references were run on, by their names there."""
    found = {"fixed30": _tally_of("fixed/fixed30.csv", "p", "y")}
    p, y = read_columns("r_reference/eurotemp.csv", "p", "y")
    # 24ths, written with 15 digits: 0.666666666666667 would be above the edge 2/3 that it is.
    found["eurotemp"] = tally(np.round(p * 24) / 24, 1, y)
    for name in ("Logistic", "EMOS", "ENS", "EPC"):
        found[f"niamey_{name}"] = _tally_of("niamey/precip_Niamey_2016.csv", name, "obs")
    # The probabilities and counts stand with the bands; the only hits that give its Brier score.
    table = read_json("consistency_bands_and_mc_pvalues.json")["datasets"]["worldevents"]
    hits = [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 2, 0, 1, 1]
    found["worldevents"] = Tallies(table["x"], table["n"], hits)
    return found


def read_json(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def read_columns(name: str, *wanted: str) -> tuple[np.ndarray, ...]:
    with (VECTORS / name).open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    return tuple(np.array([float(row[column]) for row in table]) for column in wanted)


def _tally_of(name: str, probability: str, outcome: str) -> Tallies:
    p, y = read_columns(name, probability, outcome)
    return tally(p, 1, y)
