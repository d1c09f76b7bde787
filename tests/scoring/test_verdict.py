"""What may be said in words, on both sides of every border of the rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.scoring.verdict import SIGNS_OF, holm, verdict_of

DEPARTURES = ["overconfident", "underconfident", "too high", "too low"]
NO_SIGN = "no sign of miscalibration; slopes from 0.50 to 1.50 fit as well"
TOO_FEW = "too few to tell"


def said(p_value: float | None, **figures: object) -> str:
    """Give the verdict on a large record with these figures changed."""
    known: dict[str, object] = {
        "n_effective": 100.0,
        "information": 20.0,
        "departure": "overconfident",
        "slopes": (0.5, 1.5),
    }
    return verdict_of(p_value=p_value, **(known | figures))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("p_value", "words"),
    [
        (0.0001, "plainly overconfident"),
        (0.001, "plainly overconfident"),
        (0.00101, "signs of overconfidence"),
        (0.01, "signs of overconfidence"),
        (0.0101, NO_SIGN),
        (1.0, NO_SIGN),
    ],
)
def test_borders_of_the_p_value(p_value: float, words: str) -> None:
    """Plain up to 0.001, signs up to 0.01, both included."""
    assert words == said(p_value)


@pytest.mark.parametrize("p_value", [0.00101, 0.005, 0.5])
@pytest.mark.parametrize(
    ("figures", "few"),
    [
        ({"n_effective": 30.0}, False),
        ({"n_effective": 29.9}, True),
        ({"information": 5.0}, False),
        ({"information": 4.9}, True),
    ],
)
def test_borders_of_the_sample(p_value: float, figures: dict[str, float], few: bool) -> None:
    """Below 30 independent questions or 5 in information there are no words."""
    assert few == (said(p_value, **figures) == TOO_FEW)


def test_what_is_plain_needs_no_sample() -> None:
    """p up to 0.001, or the impossible happening, is said however few the questions."""
    few = {"n_effective": 3.0, "information": 0.1}
    assert "plainly too low" == said(0.001, departure="too low", **few)
    assert "plainly impossible" == said(0.5, n_impossible=1, **few)
    assert "plainly impossible" == said(None, n_impossible=1, departure=None, **few)


def test_without_a_test_there_is_nothing_to_tell() -> None:
    """All forecasts 0 or 1 and all right leave no p-value."""
    assert TOO_FEW == said(None, departure=None)


@pytest.mark.parametrize("departure", DEPARTURES)
def test_each_departure_has_its_words(departure: str) -> None:
    """Four ways to be wrong, in two degrees."""
    assert f"plainly {departure}" == said(0.0005, departure=departure)
    assert SIGNS_OF[departure] == said(0.005, departure=departure)


@pytest.mark.parametrize(
    ("slopes", "words"),
    [
        (None, "one forecast alone has no slope"),
        ((None, None), "any slope fits as well"),
        ((0.5, None), "slopes from 0.50 up fit as well"),
        ((None, 1.5), "slopes up to 1.50 fit as well"),
    ],
)
def test_slopes_without_ends(slopes: tuple[float | None, float | None] | None, words: str) -> None:
    """A range that does not end is said not to."""
    assert f"no sign of miscalibration; {words}" == said(0.5, slopes=slopes)


@given(
    p_value=st.none() | st.floats(0, 1),
    n_effective=st.floats(0, 1e4),
    information=st.floats(0, 1e4),
    n_impossible=st.integers(0, 2),
)
def test_it_never_praises(
    p_value: float | None, n_effective: float, information: float, n_impossible: int
) -> None:
    """Whatever the figures, nobody is called well calibrated."""
    words = said(
        p_value, n_effective=n_effective, information=information, n_impossible=n_impossible
    )
    assert "calibrated" not in words
    assert words.startswith(("plainly", "signs", "no sign of miscalibration;", TOO_FEW))


def test_holm_by_hand() -> None:
    """Times 4, 3, 2, 1, and never below the one before; as in R's p.adjust."""
    expected = [0.03, 0.06, 0.06, 0.02]
    assert expected == pytest.approx(holm([0.01, 0.04, 0.03, 0.005]).tolist())
    assert [] == holm([]).tolist()
    assert [1.0, 1.0] == holm([0.9, 0.6]).tolist()


@pytest.mark.parametrize("bad", [[-0.1], [1.1], [float("nan")]])
def test_holm_refuses_what_is_no_p_value(bad: list[float]) -> None:
    """The message says so."""
    with pytest.raises(ValueError, match="p_values: hold one that is not between 0 and 1"):
        holm(bad)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.randoms())
def test_holm_keeps_order_and_never_helps(p_values: list[float], random) -> None:  # type: ignore[no-untyped-def]
    """Adjusted values are larger, at most Bonferroni's, and ordered alike."""
    adjusted = holm(p_values)
    p = np.array(p_values)
    assert (p <= adjusted).all()
    assert (adjusted <= np.minimum(1, p * p.size) + 1e-15).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()
    shuffled = random.sample(range(p.size), p.size)
    assert adjusted[shuffled].tolist() == holm(p[shuffled]).tolist()
