"""The exact interval of a share, against scipy's, and its laws."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import InvalidField
from forecast.scoring.proportions import share_interval

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors" / "intervals.json"


def test_is_that_of_clopper_and_pearson() -> None:
    """As scipy has it, for every case of the reference vectors."""
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is not there")
    cases = json.loads(VECTORS.read_text("utf-8"))["scipy.stats.binomtest.proportion_ci + beta.ppf"]
    assert cases
    for case in cases:
        found = share_interval(case["k"], case["n"], level=case["level"])
        assert case["clopper_pearson"] == pytest.approx(list(found), abs=1e-9)


@pytest.mark.parametrize(
    ("came_true", "n", "expected"), [(0, 1, (0.0, 0.975)), (1, 1, (0.025, 1.0))]
)
def test_ends_are_those_of_the_formula(came_true: int, n: int, expected: tuple[float, ...]) -> None:
    """Of one question, by hand: 1 - 0.025."""
    assert expected == pytest.approx(share_interval(came_true, n))


@given(n=st.integers(1, 500), part=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_holds_the_share_and_mirrors(n: int, part: float, level: float) -> None:
    """It lies within 0 to 1, holds the share, and of the noes it is the other way around."""
    came_true = round(part * n)
    low, high = share_interval(came_true, n, level=level)
    assert 0 <= low <= came_true / n <= high <= 1
    assert (1 - high, 1 - low) == pytest.approx(share_interval(n - came_true, n, level=level))


@given(n=st.integers(2, 200), part=st.floats(0, 1))
def test_narrows_with_what_questions_are_worth(n: int, part: float) -> None:
    """Counts need not be whole: half as many, of the same share, leave a wider interval."""
    came_true = round(part * n)
    low, high = share_interval(came_true, n)
    wide_low, wide_high = share_interval(came_true / 2, n / 2)
    assert wide_low <= low + 1e-12
    assert high <= wide_high + 1e-12


@pytest.mark.parametrize(("came_true", "n"), [(-1, 3), (4, 3), (0, 0), (0, -1)])
def test_refuses_what_is_no_share(came_true: float, n: float) -> None:
    """Nothing of nothing has no interval."""
    with pytest.raises(InvalidField):
        share_interval(came_true, n)
