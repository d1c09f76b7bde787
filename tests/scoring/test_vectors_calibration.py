"""Calibration against R, and against bands and p-values computed elsewhere with 4,000 draws."""

import csv
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forecast.scoring.calibration import Calibration, calibration_of
from forecast.scoring.cox import cox_fit
from forecast.scoring.montecarlo import isotonic_blocks, null_distribution, simulated
from forecast.scoring.tallies import Tallies, tally

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
pytestmark = pytest.mark.skipif(
    not VECTORS.exists(), reason=f"reference data is not beside this checkout: {VECTORS}"
)
NIAMEY = ("Logistic", "EMOS", "ENS", "EPC")
WITH_DATA = ["fixed30", "eurotemp", *(f"niamey_{name}" for name in NIAMEY)]
#: Three standard errors of the difference of two shares, of 4,000 draws there and 9,999 here.
DRAWN = 0.028
DRAWN_LEVEL = 0.02


def rows(name: str) -> list[dict[str, str]]:
    """Read a table of reference data."""
    with (VECTORS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def data(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Give a data set's forecasts and outcomes."""
    if dataset.startswith("niamey"):
        table = rows("niamey/precip_Niamey_2016.csv")
        columns = dataset.removeprefix("niamey_"), "obs"
    else:
        table = rows("fixed/fixed30.csv" if dataset == "fixed30" else "r_reference/eurotemp.csv")
        columns = "p", "y"
    p, y = (np.array([float(row[column]) for row in table]) for column in columns)
    return p, y


@cache
def known() -> Any:
    """Give bands and p-values by data set."""
    text = (VECTORS / "consistency_bands_and_mc_pvalues.json").read_text(encoding="utf-8")
    return json.loads(text)["datasets"]


@cache
def from_r() -> dict[tuple[str, str], float]:
    """Give R's figures by data set and quantity, of logistic recalibration and Spiegelhalter."""
    wanted = ("rms::val.prob Spi", "stats::glm logistic recalibration y~qlogis(p)")
    with (VECTORS / "r_reference" / "r_results.csv").open(encoding="utf-8") as file:
        return {
            (dataset, quantity): float(value)
            for dataset, source, quantity, value in list(csv.reader(file))[1:]
            if source in wanted
        }


@cache
def report(dataset: str) -> Calibration:
    """Report on a data set."""
    return calibration_of(*data(dataset))


@pytest.mark.parametrize("dataset", WITH_DATA)
def test_logistic_recalibration_as_in_r(dataset: str) -> None:
    """Slope and intercept of glm(y ~ qlogis(p)), to 1e-6.

    R's were made after moving forecasts off 0 and 1, which here leave the test; so only data
    sets without such forecasts are compared.
    """
    p, _ = data(dataset)
    if ((p == 0) | (p == 1)).any():
        pytest.skip("forecasts of 0 or 1 leave our test and not R's")
    assert from_r()[dataset, "slope"] == pytest.approx(report(dataset).slope, abs=1e-6)
    assert from_r()[dataset, "intercept"] == pytest.approx(report(dataset).intercept, abs=1e-6)


@pytest.mark.parametrize("dataset", WITH_DATA)
def test_spiegelhalter_as_in_rms(dataset: str) -> None:
    """Z with its sign, to 1e-9."""
    z = report(dataset).spiegelhalter_z
    assert from_r()[dataset, "spiegelhalter_z"] == pytest.approx(z, abs=1e-9)
    assert known()[dataset]["spiegelhalter_abs_z"] == pytest.approx(abs(z or 0), abs=1e-9)


@pytest.mark.parametrize("dataset", WITH_DATA)
def test_figures_without_chance(dataset: str) -> None:
    """Cox's likelihood ratio, miscalibration and expected Brier score, to 1e-6 or better."""
    expected, found = known()[dataset], report(dataset)
    ratio = cox_fit(tally(*_with_weight(data(dataset)))).ratio
    assert expected["cox_lr"] == pytest.approx(ratio, abs=1e-6)
    assert expected["MCB"] == pytest.approx(found.miscalibration, abs=1e-9)
    assert expected["expected_brier_if_calibrated"] == pytest.approx(found.brier_expected, abs=1e-9)


P_VALUES: dict[str, Callable[[Calibration], float | None]] = {
    "cox_mc_p": lambda c: c.p_value,
    "MCB_mc_p": lambda c: c.miscalibration_p_value,
    "spiegelhalter_mc_p": lambda c: c.spiegelhalter_p_value,
}


@pytest.mark.parametrize("dataset", WITH_DATA)
@pytest.mark.parametrize("name", P_VALUES)
def test_p_values(dataset: str, name: str) -> None:
    """Monte-Carlo p-values within what 4,000 draws allow."""
    assert known()[dataset][name] == pytest.approx(P_VALUES[name](report(dataset)), abs=DRAWN)


def _tallies(expected: Any) -> Tallies:
    """Give a data set's forecasts; bands need no outcomes."""
    return Tallies(expected["x"], expected["n"], np.zeros(len(expected["n"])))


@pytest.mark.parametrize("dataset", [*WITH_DATA, "worldevents"])
def test_what_chance_alone_gives(dataset: str) -> None:
    """Mean and 95th percentile of miscalibration, spread of the Brier score, and the band."""
    expected = known()[dataset]
    null = null_distribution(_tallies(expected), 9_999)
    mean, high = null.miscalibration.mean(), np.quantile(null.miscalibration, 0.95)
    assert expected["MCB_expected_if_calibrated"] == pytest.approx(mean, abs=1e-3)
    assert expected["MCB_p95_if_calibrated"] == pytest.approx(high, abs=3e-3)
    assert expected["sd_brier_if_calibrated"] == pytest.approx(null.brier.std(), abs=1e-3)


@pytest.mark.parametrize("dataset", [*WITH_DATA, "worldevents"])
def test_bands(dataset: str) -> None:
    """The ends of the band there are 5 % and 95 % quantiles here, within two in a hundred.

    Quantiles of a fit on few questions sit on steps, so that it is levels which are compared.
    """
    tallies = _tallies(known()[dataset])
    curves = np.concatenate([_curves(part, tallies) for part in simulated(tallies, 9_999)])
    ends = np.array(known()[dataset]["band90_B"]).T
    for end, level in zip(ends, (0.05, 0.95), strict=True):
        assert ((curves < end - 1e-9).mean(axis=0) <= level + DRAWN_LEVEL).all()
        assert ((curves <= end + 1e-9).mean(axis=0) >= level - DRAWN_LEVEL).all()


def _curves(true: np.ndarray, tallies: Tallies) -> np.ndarray:
    blocks = isotonic_blocks(true, tallies.weight)
    return np.repeat(blocks.came / blocks.asked, blocks.stop - blocks.start).reshape(true.shape)


def _with_weight(columns: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, int, np.ndarray]:
    return columns[0], 1, columns[1]
