"""Many questions in a few figures, and the table of bins."""

import math

import numpy as np
import pytest

from forecast.scoring import DEFAULT_EDGES, Bin, Lives, UnitScores, bins_table, summarise
from forecast.scoring import Forecasts as Rows
from forecast.scoring import unit_scores as scores_of


def say(*probabilities: float, outcome: list[float]) -> tuple[UnitScores, list[float]]:
    """Score one forecast for each question, made at the opening."""
    n = len(probabilities)
    zero, ten = np.zeros(n, dtype=np.int64), np.full(n, 10)
    rows = Rows(np.arange(n), zero, np.array(probabilities))
    return scores_of(rows, Lives(zero, ten, ten, np.array(outcome))), outcome


def test_each_question_has_the_same_weight() -> None:
    """Figures are plain means over questions; skill is against their base rate."""
    summary = summarise(*say(0.1, 0.3, 0.8, outcome=[0, 0, 1]))
    brier = (0.01 + 0.09 + 0.04) / 3
    assert (3, 3, 0) == (summary.n_questions, summary.n_forecasts, summary.n_infinite)
    assert [brier] * 4 == pytest.approx(
        [summary.brier, summary.brier_planned, summary.brier_first, summary.brier_final]
    )
    assert -math.log(0.9 * 0.7 * 0.8) / 3 == pytest.approx(summary.log_score)
    assert 1 / 3 == pytest.approx(summary.base_rate)
    assert 1 - brier / (2 / 9) == pytest.approx(summary.skill)
    assert 1.0 == summary.coverage
    assert (None, None) == (summary.skill_reason, summary.log_score_reason)


def test_the_base_rate_itself_has_no_skill() -> None:
    """Always saying the base rate scores a skill of 0."""
    summary = summarise(*say(0.25, 0.25, 0.25, 0.25, outcome=[0, 0, 1, 0]))
    assert 0 == pytest.approx(summary.skill)


@pytest.mark.parametrize(("answer", "word"), [(0.0, "no"), (1.0, "yes")])
def test_no_skill_where_all_outcomes_agree(answer: float, word: str) -> None:
    """There the base rate would be perfect, and the reason says so."""
    summary = summarise(*say(0.1, 0.2, outcome=[answer, answer]))
    assert summary.skill is None
    expected = f"all outcomes are {word}, so the base rate alone would be perfect"
    assert expected == summary.skill_reason


def test_infinite_log_scores_are_counted_and_said() -> None:
    """There is no mean then, but how many and why."""
    summary = summarise(*say(0.0, 0.5, 1.0, outcome=[1, 1, 0]))
    assert (None, 2) == (summary.log_score, summary.n_infinite)
    expected = "infinite: what was said to be impossible happened on 2 questions"
    assert expected == summary.log_score_reason


def test_nothing_scored_is_none_with_a_reason() -> None:
    """Without a question there are no figures, and nothing warns."""
    summary = summarise(*say(float("nan"), outcome=[1]))
    assert (0, 0, None, None) == (
        summary.n_questions,
        summary.n_forecasts,
        summary.brier,
        summary.coverage,
    )
    expected = "no question is resolved that has a forecast that counts"
    assert (expected, expected) == (summary.skill_reason, summary.log_score_reason)


def test_unscored_units_are_left_out_of_every_figure() -> None:
    """Questions not resolved or not forecast count nowhere, not in the base rate either."""
    nan = float("nan")
    assert summarise(*say(0.1, 0.9, outcome=[0, 1])) == summarise(
        *say(0.1, nan, 0.9, 0.5, outcome=[0, 1, 1, nan])
    )


def test_one_forecaster_of_many() -> None:
    """Units are picked by index or by mask."""
    scores, outcome = say(0.1, 0.3, 0.8, outcome=[0, 0, 1])
    expected = summarise(*say(0.1, 0.8, outcome=[0, 1]))
    assert expected == summarise(scores, outcome, np.array([0, 2]))
    assert expected == summarise(scores, outcome, np.array([True, False, True]))


def test_bins_are_closed_on_the_right() -> None:
    """A forecast on an edge belongs to the bin below it; 0 to the first."""
    table = bins_table([0, 0.2, 0.2000001, 1], [0, 1, 1, 0], edges=[0, 0.2, 0.5, 1])
    assert [(0.0, 0.2, 2, 0.5), (0.2, 0.5, 1, 1.0), (0.5, 1.0, 1, 0.0)] == [
        (row.low, row.high, row.n, row.frequency) for row in table
    ]


def test_equal_bins_end_at_decimals() -> None:
    """0.3 is the end of (0.2, 0.3], as it is written; not the start of the next."""
    table = bins_table([0.3, 0.6, 0.7], [0, 1, 1], edges=10)
    assert [(0.2, 0.3), (0.5, 0.6), (0.6, 0.7)] == [(row.low, row.high) for row in table]


def test_default_bins_are_finer_in_the_tails() -> None:
    """1 %, 3 %, 5 % and their mirror images have bins of their own."""
    table = bins_table([0.0, 0.01, 0.02, 0.98, 1.0], [0, 0, 0, 1, 1])
    assert Bin(0.0, 0.01, 2, 0.005, 0.0) == table[0]
    assert [(0.01, 0.03), (0.97, 0.99), (0.99, 1.0)] == [(row.low, row.high) for row in table[1:]]
    assert [1 - edge for edge in DEFAULT_EDGES] == pytest.approx(DEFAULT_EDGES[::-1])


def test_an_empty_table_has_no_rows() -> None:
    """Empty bins are left out, and all are."""
    assert [] == bins_table([], [])


@pytest.mark.parametrize("edges", [[0.5], [0, 0], [1, 0], [0, 0.4]])
def test_edges_must_hold_every_forecast(edges: list[float]) -> None:
    """Edges that do not increase or leave a forecast out are refused."""
    with pytest.raises(ValueError, match="edges: "):
        bins_table([0.5], [1], edges)
