"""Metaculus' own test cases, where binary, and its code run on others."""

import pytest
import validation_data
from validation_platforms import platform_rows


@pytest.mark.skipif(not validation_data.available(), reason="no reference data beside the checkout")
def test_platforms_agree() -> None:
    """Baseline and spot scores follow from log score and coverage; times are weighted alike."""
    rows = list(platform_rows())
    wrong = [row for row in rows if abs(row.theirs - row.ours) > row.tolerance]
    assert [] == wrong
    assert 100 < len(rows)
