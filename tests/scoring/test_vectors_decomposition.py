"""Each figure of another program is ours, too, or the row says why that program is wrong."""

import math

import numpy as np
import pytest
from validation_r import BOUNDED, MIDPOINTS
from validation_rows import CLIPPED, ZEROS, Row, available, datasets, rows

from forecast.scoring.decomposition import two_term
from forecast.scoring.tallies import Tallies

pytestmark = pytest.mark.skipif(
    not available(), reason="reference data (../shared/vectors) are not beside this checkout"
)
ROWS = list(rows()) if available() else []


def off(row: Row) -> float:
    """Give how far the two are apart; two infinite ones are not."""
    return 0.0 if row.theirs == row.ours else abs(row.theirs - row.ours)


def test_every_sound_reference_is_met() -> None:
    """To 1e-9, or to the digits that were printed."""
    expected: list[Row] = []
    assert expected == [row for row in ROWS if not row.fault and off(row) > row.tolerance]


def test_known_faults_are_faults_still() -> None:
    """Where a reference is wrong it differs from us, by more than any rounding would."""
    expected: list[Row] = []
    assert expected == [row for row in ROWS if row.fault and off(row) < 1e-5]
    assert {BOUNDED, CLIPPED, MIDPOINTS, ZEROS} == {row.fault for row in ROWS if row.fault}


def test_midpoints_explain_the_fault_of_verification() -> None:
    """Given forecasts moved to the midpoints of their bins, we get its figures."""
    theirs = {(row.case, row.quantity): row.theirs for row in ROWS if row.fault == MIDPOINTS}
    for case, tallies in datasets().items():
        moved = np.maximum(np.ceil(tallies.probability * 10 - 1e-9), 1) / 10 - 0.05
        terms = two_term(Tallies(moved, tallies.weight, tallies.weight_true))
        assert theirs[case, "bs"] == pytest.approx(terms.score, abs=1e-9)
        assert theirs[case, "bs.reliability"] == pytest.approx(terms.calibration, abs=1e-9)


def test_no_figure_is_left_out() -> None:
    """Seven tables of forecasts, all programs; a changed layout must not empty the comparison."""
    cases = {row.case for row in ROWS}
    assert {"fixed30", "eurotemp", "worldevents", "niamey_EMOS", "niamey_ENS"} <= cases
    assert len(ROWS) > 1200
    assert not any(math.isnan(row.theirs) or math.isnan(row.ours) for row in ROWS)
