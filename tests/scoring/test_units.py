"""Scores of one forecaster on one question: by hand, and against a slow second reading."""

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.scoring import NEVER, Forecasts, Lives, UnitScores, counted, spells_of, unit_scores

WITHDRAWN = float("nan")
LN2 = math.log(2)
Row = tuple[int, int, float, int]  # unit, made_at, probability, ends_at
Life = tuple[int, int, int, float]  # opened_at, closed_at, deadline, outcome


def table(rows: list[Row]) -> Forecasts:
    """Make forecasts from rows."""
    unit, made_at, probability, ends_at = zip(*rows, strict=True) if rows else ([], [], [], [])
    whole = (np.array(column, dtype=np.int64) for column in (unit, made_at, ends_at))
    unit_, made_at_, ends_at_ = whole
    return Forecasts(unit_, made_at_, np.array(probability, dtype=np.float64), ends_at_)


def lives_of(*lives: Life) -> Lives:
    """Make lives from rows."""
    opened, closed, deadline, outcome = (np.array(column) for column in zip(*lives, strict=True))
    return Lives(opened, closed, deadline, outcome.astype(np.float64))


def one(*rows: tuple[int, float], closed: int = 10, outcome: float = 0.0) -> dict[str, float]:
    """Score one question living from 0 to 10, given (made_at, probability) in order."""
    scores = unit_scores(
        table([(0, made_at, p, NEVER) for made_at, p in rows]), lives_of((0, closed, 10, outcome))
    )
    return {name.name: getattr(scores, name.name).item() for name in fields(UnitScores)}


def test_a_life_by_hand() -> None:
    """50 % at the start, 10 % after half the time, answer no."""
    scores = one((0, 0.5), (5, 0.1))
    expected = {
        "brier": 0.13,
        "brier_planned": 0.13,
        "brier_first": 0.25,
        "brier_final": 0.01,
        "log_score": LN2 / 2 - math.log(0.9) / 2,
        "coverage": 1.0,
        "n_forecasts": 2,
        "first": 0.5,
        "final": 0.1,
    }
    assert expected == pytest.approx(scores, abs=1e-15)


def test_early_yes_planned_counts_the_time_nobody_errs() -> None:
    """40 % from 2, answer yes at 6: 0.36 by time; as planned 4 of 8 are free of error."""
    scores = one((2, 0.4), closed=6, outcome=1.0)
    assert 0.36 == pytest.approx(scores["brier"])
    assert 0.36 * 4 / 8 == pytest.approx(scores["brier_planned"])
    assert 4 / 6 == pytest.approx(scores["coverage"])


def test_withdrawal_and_return() -> None:
    """Time withdrawn is in no denominator: (3 * 0.25 + 3 * 0.04) / 6."""
    scores = one((0, 0.5), (3, WITHDRAWN), (7, 0.2))
    assert 0.87 / 6 == pytest.approx(scores["brier"])
    assert 0.87 / 6 == pytest.approx(scores["brier_planned"])
    assert 0.6 == pytest.approx(scores["coverage"])
    assert 2 == scores["n_forecasts"]


def test_withdrawal_standing_at_the_close() -> None:
    """Withdrawn at 3, yes at 6: nothing would have stood to the deadline, planned is as time."""
    scores = one((0, 0.5), (3, WITHDRAWN), closed=6, outcome=1.0)
    assert 0.25 == scores["brier"]
    assert 0.25 == scores["brier_planned"]
    assert 0.5 == scores["coverage"]
    assert 0.5 == scores["final"]


def test_two_forecasts_at_one_instant() -> None:
    """Only the last recorded is scored; it is the first and the final one."""
    scores = one((4, 0.9), (4, 0.3))
    assert [0.09] * 4 == pytest.approx(
        [scores[f"brier{kind}"] for kind in ("", "_planned", "_first", "_final")]
    )
    assert 1 == scores["n_forecasts"]


@pytest.mark.parametrize("made_at", [6, 8])
def test_a_forecast_after_the_answer_is_no_forecast(made_at: int) -> None:
    """At the very instant of the close it is too late already."""
    assert one((0, 0.4), closed=6, outcome=1.0) == one(
        (0, 0.4), (made_at, 1.0), closed=6, outcome=1.0
    )


def test_retracted_late_it_counts_while_it_stood() -> None:
    """90 % from 2, retracted at 5, answer no: 3 of 10, all at 0.81."""
    scores = unit_scores(table([(0, 2, 0.9, 5)]), lives_of((0, 10, 10, 0.0)))
    assert [0.81] == pytest.approx(scores.brier)
    assert [0.81] == pytest.approx(scores.brier_planned)
    assert [0.3] == pytest.approx(scores.coverage)


def test_a_forecast_before_the_opening_is_the_first() -> None:
    """70 % from before, 20 % from the middle."""
    scores = one((-5, 0.7), (5, 0.2))
    assert (0.49 + 0.04) / 2 == pytest.approx(scores["brier"])
    assert (0.7, 1.0) == (scores["first"], scores["coverage"])


def test_infinite_is_said() -> None:
    """An impossible thing that happened makes the log score infinite, however short it stood."""
    assert math.inf == one((0, 0.5), (9, 0.0), outcome=1.0)["log_score"]


def test_no_forecast_no_score() -> None:
    """A unit without a forecast that counts has nan everywhere, and 0 forecasts."""
    scores = one((3, WITHDRAWN), (11, 0.5))
    assert 0 == scores.pop("n_forecasts")
    assert all(math.isnan(value) for value in scores.values())


def test_an_unknown_outcome_has_coverage_but_no_score() -> None:
    """What stood is known before the answer is."""
    scores = one((5, 0.5), outcome=float("nan"))
    assert (0.5, 1, 0.5) == (scores["coverage"], scores["n_forecasts"], scores["final"])
    assert all(math.isnan(scores[name]) for name in scores if "brier" in name or "log" in name)


def test_microseconds_of_ten_millennia_do_not_overflow() -> None:
    """The longest life the model allows is scored as exactly as the shortest."""
    start, end = -62_135_596_800_000_000, 253_370_764_799_999_999
    middle = (start + end) // 2
    scores = unit_scores(
        table([(0, start, 0.5, NEVER), (0, middle, 0.1, NEVER)]),
        lives_of((start, end, end, 0.0)),
    )
    assert [0.13] == pytest.approx(scores.brier)


# Lives of a few ticks, so that instants coincide often and a slow reading can walk each tick.
TICK = st.integers(-3, 14)
LIFE = st.tuples(st.integers(0, 3), st.integers(0, 12), st.sampled_from([0.0, 1.0])).map(
    lambda drawn: (drawn[0], drawn[1], 12, drawn[2])
)
SAID = st.one_of(st.just(WITHDRAWN), st.integers(1, 99).map(lambda percent: percent / 100))
ROW = st.tuples(st.integers(0, 2), TICK, SAID, st.one_of(st.just(NEVER), TICK))
ROWS = st.lists(ROW, max_size=12)
LIVES = st.tuples(LIFE, LIFE, LIFE)


def walk(rows: list[Row], unit: int, life: Life) -> tuple[list[float], list[float]]:
    """Give what stood at each tick to the close, and to the deadline had no answer come."""
    opened, closed, deadline, _ = life
    own = sorted((row for row in rows if row[0] == unit and row[1] < closed), key=lambda r: r[1])
    at_ticks = []
    for tick in range(opened, deadline):
        made = [row for row in own if row[1] <= tick]
        lapsed = made and made[-1][3] <= tick and made[-1][3] < closed
        at_ticks.append(WITHDRAWN if not made or lapsed else made[-1][2])
    if closed <= opened:
        return [], []
    return at_ticks[: closed - opened], at_ticks


@given(ROWS, LIVES)
def test_scores_agree_with_walking_each_tick(rows: list[Row], lives: tuple[Life, ...]) -> None:
    """The vectorised spells give what a person would find going through the calendar."""
    scores = unit_scores(table(rows), lives_of(*lives))
    for unit, life in enumerate(lives):
        to_close, to_deadline = walk(rows, unit, life)
        errors = [(p - life[3]) ** 2 for p in to_close if not math.isnan(p)]
        planned = [p for p in to_deadline if not math.isnan(p)]
        assert (not errors) == math.isnan(scores.brier[unit])
        if errors:
            assert sum(errors) / len(errors) == pytest.approx(scores.brier[unit])
            assert sum(errors) / len(planned) == pytest.approx(scores.brier_planned[unit])
            assert len(errors) / len(to_close) == pytest.approx(scores.coverage[unit])


@given(ROWS, LIVES)
def test_planned_time_is_the_spells_to_the_deadline(
    rows: list[Row], lives: tuple[Life, ...]
) -> None:
    """Planned divides the same integral by the length of the spells up to the deadline."""
    forecasts, life = table(rows), lives_of(*lives)
    scores = unit_scores(forecasts, life)
    short, long = (spells_of(forecasts, life, until) for until in ("closed_at", "deadline"))
    time, planned = (np.bincount(s.unit, s.length, minlength=3) for s in (short, long))
    has = time > 0
    assert (scores.brier * time)[has] == pytest.approx((scores.brier_planned * planned)[has])
    assert short.source.tolist() == long.source.tolist()
    assert np.bincount(forecasts.unit[counted(forecasts, life)], minlength=3).tolist() == (
        scores.n_forecasts.tolist()
    )


@given(ROWS, LIVES, st.randoms(use_true_random=False))
def test_order_of_insertion_does_not_matter(  # type: ignore[no-untyped-def]
    rows: list[Row], lives: tuple[Life, ...], random
) -> None:
    """Rows at distinct times may come in any order."""
    distinct = list({(row[0], row[1]): row for row in rows}.values())
    shuffled = list(distinct)
    random.shuffle(shuffled)
    straight, mixed = (unit_scores(table(some), lives_of(*lives)) for some in (distinct, shuffled))
    for name in fields(UnitScores):
        np.testing.assert_array_equal(getattr(straight, name.name), getattr(mixed, name.name))


@given(ROWS, LIVES, st.integers(0, 20), st.floats(0, 1))
def test_repeating_the_standing_forecast_changes_nothing(
    rows: list[Row], lives: tuple[Life, ...], which: int, at: float
) -> None:
    """Splitting a spell in two leaves every figure but the number of forecasts."""
    forecasts, life = table(rows), lives_of(*lives)
    spells = spells_of(forecasts, life)
    if not spells.unit.size:
        return
    i = which % spells.unit.size
    start, end = int(spells.start[i]), int(spells.end[i])
    middle = start + int(at * (end - start - 1))
    source = rows[int(spells.source[i])]
    repeated = table([*rows, (source[0], middle, source[2], source[3])])
    before, after = unit_scores(forecasts, life), unit_scores(repeated, life)
    for name in fields(UnitScores):
        if name.name != "n_forecasts":
            expected = getattr(before, name.name)
            assert expected == pytest.approx(getattr(after, name.name), nan_ok=True)


@given(ROWS, LIVES, st.integers(1, 10**9))
def test_the_unit_of_time_scales_out(rows: list[Row], lives: tuple[Life, ...], factor: int) -> None:
    """Ticks may be microseconds or years."""
    longer = [(u, t * factor, p, end if end == NEVER else end * factor) for u, t, p, end in rows]
    stretched = [(o * factor, c * factor, d * factor, y) for o, c, d, y in lives]
    before = unit_scores(table(rows), lives_of(*lives))
    after = unit_scores(table(longer), lives_of(*stretched))
    for name in fields(UnitScores):
        expected = getattr(before, name.name)
        assert expected == pytest.approx(getattr(after, name.name), nan_ok=True)


@given(ROWS, LIVES)
def test_complement_symmetry(rows: list[Row], lives: tuple[Life, ...]) -> None:
    """Asking for the contrary, and saying 1 - p, changes no score."""
    turned = [(u, t, 1 - p, end) for u, t, p, end in rows]
    contrary = [(o, c, d, 1 - y) for o, c, d, y in lives]
    before = unit_scores(table(rows), lives_of(*lives))
    after = unit_scores(table(turned), lives_of(*contrary))
    for name in ("brier", "brier_planned", "brier_first", "brier_final", "log_score", "coverage"):
        assert getattr(before, name) == pytest.approx(getattr(after, name), nan_ok=True)


def test_planned_is_proper_where_a_yes_ends_the_question() -> None:
    """Whoever shades the odds loses as planned; by time and final, overstating yes pays.

    The event comes in each of 12 months with 10 %, given that it has not come yet, and ends the
    question. The honest forecast in month m is 1 - 0.9^(12 - m).
    """
    months, hazard = 12, 0.1
    survival = (1 - hazard) ** np.arange(months + 1)
    chance = np.append(survival[:-1] * hazard, survival[-1])  # yes in month m, or no at all
    lives = lives_of(*((0, m + 1, 12, 1.0) for m in range(months)), (0, 12, 12, 0.0))

    def expected(shade: float, kind: str) -> float:
        honest = 1 - (1 - hazard) ** (months - np.arange(months))
        said = honest * shade / (honest * shade + 1 - honest)
        rows = [(u, m, float(said[m]), NEVER) for u in range(months + 1) for m in range(months)]
        return float(chance @ getattr(unit_scores(table(rows), lives), kind))

    for shade in (0.5, 0.8, 1.25, 2.0):
        assert expected(1, "brier_planned") < expected(shade, "brier_planned")
    for kind in ("brier", "brier_final"):
        assert expected(2, kind) < expected(1, kind)
