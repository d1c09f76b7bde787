"""Which probabilities a Brier score comes from: the parts add up to it exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.scoring.tallies import Tallies, mean_brier, tally
from forecast.scoring.thresholds import loss_by_probability, loss_by_threshold, murphy_diagram

PROBABILITY = st.one_of(st.floats(0, 1), st.integers(0, 16).map(lambda i: i / 16))
ROW = st.tuples(PROBABILITY, st.floats(1e-12, 1e12), st.sampled_from([0, 1]))
ROWS = st.lists(ROW, min_size=1, max_size=20)
EDGES = st.lists(st.floats(0.001, 0.999), max_size=8, unique=True).map(
    lambda inner: [0.0, *sorted(inner), 1.0]
)
Rows = list[tuple[float, float, int]]


def tallies_of(rows: Rows) -> Tallies:
    """Count rows of (probability, weight, outcome) up."""
    p, w, y = np.array(rows).T
    return tally(p, w, y)


def elementary(p: float, y: float, threshold: float) -> float:
    """Give the elementary score of one forecast, by its definition."""
    if y == 0:
        return 2 * threshold if p > threshold else 0.0
    return 2 * (1 - threshold) if p <= threshold else 0.0


@given(ROWS)
def test_the_area_under_the_diagram_is_the_brier_score(rows: Rows) -> None:
    """Straight between two thresholds, so that trapezoids integrate it exactly."""
    tallies = tallies_of(rows)
    curve = murphy_diagram(tallies)
    areas = np.diff(curve.threshold) * (curve.loss[:-1] + curve.loss_before[1:]) / 2
    assert mean_brier(tallies) == pytest.approx(areas.sum(), rel=1e-12, abs=1e-12)


@given(ROWS, EDGES)
def test_the_diagram_is_the_mean_elementary_score(rows: Rows, thresholds: list[float]) -> None:
    """At any threshold, those that were said included."""
    at = sorted({*thresholds, *(row[0] for row in rows)})
    total = sum(w for _, w, _ in rows)
    expected = [sum(w * elementary(p, y, t) for p, w, y in rows) / total for t in at]
    assert expected == pytest.approx(murphy_diagram(tallies_of(rows), at).loss, abs=1e-12)


@given(ROWS)
def test_the_curve_jumps_only_where_something_was_said(rows: Rows) -> None:
    """Elsewhere it is its own limit from below."""
    said = {row[0] for row in rows}
    curve = murphy_diagram(tallies_of(rows))
    jumps = set(curve.threshold[np.abs(curve.loss - curve.loss_before) > 1e-12])
    assert jumps <= said


@given(ROWS, EDGES)
def test_ranges_of_thresholds_add_up(rows: Rows, edges: list[float]) -> None:
    """Each part is 0 or more; together they are the mean Brier score."""
    tallies = tallies_of(rows)
    parts = loss_by_threshold(tallies, edges)
    assert (parts.loss >= 0).all()
    assert mean_brier(tallies) == pytest.approx(parts.loss.sum(), rel=1e-12, abs=1e-12)
    assert edges == [*parts.low, parts.high[-1]]


def test_a_range_of_thresholds_is_an_integral() -> None:
    """Against a fine sum over thresholds."""
    rows: Rows = [(0.1, 1.0, 0), (0.4, 2.0, 1), (0.75, 1.0, 0)]
    middles = (np.arange(20_000) + 0.5) / 20_000
    curve = murphy_diagram(tallies_of(rows), middles).loss
    expected = curve.reshape(4, 5000).mean(axis=1) / 4
    assert expected == pytest.approx(loss_by_threshold(tallies_of(rows), 4).loss, abs=1e-4)


@given(ROWS, st.one_of(st.none(), st.integers(1, 10), EDGES))
def test_what_was_said_adds_up(rows: Rows, bins: int | None) -> None:
    """Losses are shares times scores and add up; shares add up to 1."""
    tallies = tallies_of(rows)
    parts = loss_by_probability(tallies, bins)
    assert mean_brier(tallies) == pytest.approx(parts.loss.sum(), rel=1e-12, abs=1e-12)
    assert 1 == pytest.approx(parts.share.sum())
    assert parts.loss == pytest.approx(parts.share * parts.score)


def test_by_what_was_said_by_hand() -> None:
    """Two bins of two: 0.04 for the noes, 0.01 and 0.81 for the bold."""
    parts = loss_by_probability(tally([0.2, 0.2, 0.9, 0.9], 1, [0, 0, 1, 0]), bins=2)
    assert ([0.0, 0.5], [0.5, 1.0]) == (parts.low.tolist(), parts.high.tolist())
    assert [0.04, 0.41] == pytest.approx(parts.score)
    assert [0.02, 0.205] == pytest.approx(parts.loss)


@given(ROWS)
def test_complement_symmetry(rows: Rows) -> None:
    """Turning every question round turns the ranges round."""
    grid = [(round(p * 16) / 16, w, y) for p, w, y in rows]
    turned = [(1 - p, w, 1 - y) for p, w, y in grid]
    before, after = (loss_by_threshold(tallies_of(some), 8).loss for some in (grid, turned))
    assert before == pytest.approx(after[::-1], abs=1e-12)


@pytest.mark.parametrize("thresholds", [[0.5, 0.5], [0.6, 0.5], 0.5, [0.5, 1.5], [float("nan")]])
def test_thresholds_are_increasing_probabilities(thresholds: object) -> None:
    """Others are refused."""
    with pytest.raises(ValueError, match="thresholds: "):
        murphy_diagram(tally([0.5], 1, [1]), thresholds)  # type: ignore[arg-type]


@pytest.mark.parametrize("bins", [0, [0.5], [0.5, 0.2], [-0.5, 1], [0, 2]])
def test_ranges_are_ranges_of_probability(bins: object) -> None:
    """Edges increase within 0 and 1."""
    with pytest.raises(ValueError, match="bins: "):
        loss_by_threshold(tally([0.5], 1, [1]), bins)  # type: ignore[arg-type]


@pytest.mark.parametrize("view", [murphy_diagram, loss_by_threshold, loss_by_probability])
def test_there_is_no_view_of_nothing(view) -> None:  # type: ignore[no-untyped-def]
    """Without weight that is said."""
    with pytest.raises(ValueError, match="weight: is nothing in all"):
        view(tally([], 1, []))
