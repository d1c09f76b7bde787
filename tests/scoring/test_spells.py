"""From forecasts to the times they stood, by hand; questions live from 0 to 10."""

import numpy as np
import pytest

from forecast.scoring import NEVER, Forecasts, Lives, counted, spells_of

WITHDRAWN = float("nan")
Row = tuple[int, float] | tuple[int, float, int]
Stood = tuple[int, int, float]


def forecasts_of(*rows: Row) -> Forecasts:
    """Make one unit's rows from (made_at, probability[, ends_at])."""
    return Forecasts(
        np.zeros(len(rows), dtype=np.int64),
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] if len(row) == 3 else NEVER for row in rows], dtype=np.int64),
    )


def life(opened: int = 0, closed: int = 10, deadline: int = 10, outcome: float = 0.0) -> Lives:
    """Make the life of one question."""
    return Lives(np.array([opened]), np.array([closed]), np.array([deadline]), np.array([outcome]))


def stood(forecasts: Forecasts, lives: Lives, until: str = "closed_at") -> list[Stood]:
    """Give the spells as (start, end, probability)."""
    spells = spells_of(forecasts, lives, until)  # type: ignore[arg-type]
    return list(
        zip(spells.start.tolist(), spells.end.tolist(), spells.probability.tolist(), strict=True)
    )


def test_a_forecast_stands_until_the_next_and_the_last_until_the_close() -> None:
    """Each spell ends where the next begins; the last at the close."""
    rows = forecasts_of((0, 0.5), (5, 0.1))
    assert [(0, 5, 0.5), (5, 10, 0.1)] == stood(rows, life())


def test_an_early_answer_ends_the_spell() -> None:
    """By time a forecast stands to the answer; as planned it would have stood to the deadline."""
    rows, early = forecasts_of((2, 0.4)), life(closed=6)
    assert [(2, 6, 0.4)] == stood(rows, early)
    assert [(2, 10, 0.4)] == stood(rows, early, "deadline")


def test_withdrawal_and_return() -> None:
    """Between a withdrawal and the next forecast nothing stands."""
    rows = forecasts_of((0, 0.5), (3, WITHDRAWN), (7, 0.2))
    assert [(0, 3, 0.5), (7, 10, 0.2)] == stood(rows, life())
    assert [True, False, True] == counted(rows, life()).tolist()


def test_withdrawal_standing_at_the_close() -> None:
    """Who had withdrawn when the answer came has no forecast up to the deadline either."""
    rows = forecasts_of((0, 0.5), (3, WITHDRAWN))
    assert [(0, 3, 0.5)] == stood(rows, life(closed=6))
    assert [(0, 3, 0.5)] == stood(rows, life(closed=6), "deadline")


def test_at_one_instant_the_last_recorded_stands() -> None:
    """The earlier of two forecasts at one instant never stood and does not count."""
    rows = forecasts_of((4, 0.9), (4, 0.3))
    assert [(4, 10, 0.3)] == stood(rows, life())
    assert [False, True] == counted(rows, life()).tolist()


def test_forecast_and_withdrawal_at_one_instant() -> None:
    """The last recorded stands, whichever of the two it is."""
    assert [] == stood(forecasts_of((4, 0.9), (4, WITHDRAWN)), life())
    assert [(4, 10, 0.9)] == stood(forecasts_of((4, WITHDRAWN), (4, 0.9)), life())


@pytest.mark.parametrize("made_at", [6, 7, 10, 11])
@pytest.mark.parametrize("probability", [0.99, WITHDRAWN])
def test_after_the_answer_nothing_counts(made_at: int, probability: float) -> None:
    """A forecast or withdrawal at or after the close changes nothing, up to the deadline too."""
    rows, early = forecasts_of((0, 0.4), (made_at, probability)), life(closed=6)
    assert [(0, 6, 0.4)] == stood(rows, early)
    assert [(0, 10, 0.4)] == stood(rows, early, "deadline")
    assert [True, False] == counted(rows, early).tolist()


def test_a_slip_retracted_in_time_is_as_if_it_had_not_been() -> None:
    """Its row is simply absent: the forecast before it stands on."""
    assert [(0, 10, 0.4)] == stood(forecasts_of((0, 0.4)), life())


def test_retracted_late_it_stood_until_then() -> None:
    """A late retraction ends its own forecast; the one before does not return."""
    rows = forecasts_of((0, 0.4), (2, 0.9, 5))
    assert [(0, 2, 0.4), (2, 5, 0.9)] == stood(rows, life())
    assert [(0, 2, 0.4), (2, 5, 0.9)] == stood(rows, life(), "deadline")


def test_retracting_a_superseded_forecast_changes_nothing() -> None:
    """The retraction ends its own forecast only, not the one that had replaced it."""
    rows = forecasts_of((0, 0.9, 5), (2, 0.4))
    assert [(0, 2, 0.9), (2, 10, 0.4)] == stood(rows, life())


@pytest.mark.parametrize("ends_at", [6, 8])
def test_retracting_after_the_answer_changes_nothing(ends_at: int) -> None:
    """At or after the close a retraction comes too late to spare anything."""
    rows = forecasts_of((0, 0.9, ends_at))
    assert [(0, 10, 0.9)] == stood(rows, life(closed=6), "deadline")


def test_before_the_opening_a_forecast_waits_for_it() -> None:
    """It stands from the opening on, and it counts."""
    rows = forecasts_of((-5, 0.7))
    assert [(0, 10, 0.7)] == stood(rows, life())
    assert [True] == counted(rows, life()).tolist()


def test_at_the_opening_the_last_one_made_stands() -> None:
    """Forecasts before the opening meet there; one made exactly then replaces them."""
    rows = forecasts_of((0, 0.2), (-1, 0.3), (-5, 0.7))
    assert [(0, 10, 0.2)] == stood(rows, life())
    assert [True, False, False] == counted(rows, life()).tolist()


def test_withdrawn_or_retracted_before_the_opening_it_never_stood() -> None:
    """What ended before the question opened does not count."""
    assert [False, False] == counted(forecasts_of((-5, 0.7), (-2, WITHDRAWN)), life()).tolist()
    assert [False] == counted(forecasts_of((-5, 0.7, -2)), life()).tolist()


def test_an_answer_known_before_the_opening_leaves_nothing() -> None:
    """A question that closed before it opened has no spells."""
    assert [] == stood(forecasts_of((-5, 0.7), (1, 0.2)), life(closed=-1))


def test_units_do_not_touch_each_other() -> None:
    """The last row of one unit is not ended by the first of the next; sources name the rows."""
    rows = Forecasts(np.array([1, 0, 1]), np.array([3, 8, 1]), np.array([0.1, 0.2, 0.3]))
    zeros, tens = np.zeros(2, dtype=np.int64), np.full(2, 10)
    spells = spells_of(rows, Lives(zeros, tens, tens, np.array([0.0, 1.0])))
    assert [0, 1, 1] == spells.unit.tolist()
    assert [1, 2, 0] == spells.source.tolist()
    assert [2.0, 2.0, 7.0] == spells.length.tolist()


def test_nothing_in_nothing_out() -> None:
    """No rows and no units make no spells."""
    none = np.array([], dtype=np.int64)
    rows = Forecasts(none, none, np.array([]))
    assert [] == stood(rows, Lives(none, none, none, np.array([])))
    assert [] == stood(rows, life())


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (([0, 0], [1, 2], [0.5, 1.5]), "probability: row 1: 1.5 is not between"),
        (([0], [1.5], [0.5]), "made_at: needs whole numbers"),
        (([0, 0], [1], [0.5, 0.5]), "made_at: has 1 rows, but unit has 2"),
        (([-1], [1], [0.5]), "unit: is negative"),
        (([[0]], [[1]], [[0.5]]), "unit: has 2 dimensions"),
    ],
)
def test_bad_rows_are_named(columns, problem) -> None:  # type: ignore[no-untyped-def]
    """A wrong column is refused by its name when the record is made."""
    with pytest.raises(ValueError, match=problem):
        Forecasts(*columns)


def test_bad_lives_are_named() -> None:
    """A life may not close after its deadline, an outcome be half true, a unit lack its life."""
    with pytest.raises(ValueError, match="closed_at: row 0: is after the deadline"):
        life(closed=11)
    with pytest.raises(ValueError, match=r"outcome: row 0: 0.5 is neither 0 nor 1"):
        life(outcome=0.5)
    with pytest.raises(ValueError, match="unit: 3 has no life: there are 1"):
        spells_of(Forecasts(np.array([3]), np.array([0]), np.array([0.5])), life())
    with pytest.raises(ValueError, match="'tomorrow' is neither"):
        spells_of(forecasts_of((0, 0.5)), life(), "tomorrow")  # type: ignore[arg-type]
