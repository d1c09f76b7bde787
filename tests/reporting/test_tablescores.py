"""Scores of tables, beside the same in plain Python."""

import io
import json
import math
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.exchange.tables import Wanted, open_table
from forecast.model import ForecastError
from forecast.reporting import tablescores
from forecast.reporting.tablescores import score_table

START = datetime(2022, 1, 1, tzinfo=UTC)


def scores(rows, weighting=None, at=None, **wanted):
    """Score rows, given as dicts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.jsonl"
        path.write_text("\n".join(json.dumps(row, default=str) for row in rows))
        with open_table([str(path)], Wanted(**wanted), io.BytesIO()) as table:
            return score_table(table, weighting, at)


def day(number):
    return (START + timedelta(days=number)).isoformat()


def forecast(question, made, probability, outcome=0, closed=10, **more):
    times = {"made_at": day(made), "opened_at": day(0), "closed_at": day(closed)}
    return {"question": question, "probability": probability, "outcome": outcome, **times, **more}


def test_by_hand():
    """50 % at the start, 10 % after half the time, answer no: (0.25 + 0.01) / 2 = 0.13."""
    rows = [forecast("q", 0, 0.5), forecast("q", 5, 0.1)]
    for order in (rows, rows[::-1]):
        expected = {"time": 0.13, "planned": 0.13, "first": 0.25, "final": 0.01}
        found = {weighting: scores(order, weighting)[0].brier for weighting in expected}
        assert pytest.approx(expected) == found
        (one,) = scores(order)
        assert ("time", 1, 0, 0) == (one.weighting, one.n, one.n_after, one.n_without)
        assert pytest.approx(-(math.log(0.5) + math.log(0.9)) / 2) == one.log_score


def test_planned_by_hand():
    """Closed by a yes after half the time: the rest of it nobody errs."""
    rows = [forecast("q", 0, 0.5, outcome=1, closed=5, deadline=day(10))]
    assert [0.25, 0.125] == [scores(rows, name)[0].brier for name in ("time", "planned")]


def test_last_row_stands_at_one_instant():
    """As the last recorded does in the tracker."""
    rows = [forecast("q", 0, 0.5), forecast("q", 0, 0.1)]
    assert pytest.approx(0.01) == scores(rows)[0].brier
    assert pytest.approx(0.25) == scores(rows[::-1])[0].brier


def test_deadline_closes_where_nothing_else_does():
    """And the earlier of the two, where there are both."""
    row = forecast("q", 0, 0.5) | {"deadline": day(5)}
    assert 1 == scores([row, row | {"made_at": day(5), "probability": 0.1}])[0].n_after
    del row["closed_at"]
    assert 1 == scores([row, row | {"made_at": day(5), "probability": 0.1}])[0].n_after


def test_calibration_at_a_moment():
    """The forecast that stood so long before the deadline, where the question was open."""
    rows = [
        *(forecast("a", 0, 0.5), forecast("a", 6, 0.2)),
        *(forecast("b", 0, 0.9, outcome=1, closed=4, deadline=day(10)),),
        *(forecast("c", 8, 0.9),),
    ]
    rows = [{"deadline": day(10), **row} for row in rows]
    (found,) = scores(rows, at=timedelta(days=5))
    assert (3, 1, "5d") == (found.n, found.calibration.n, found.calibration.at)
    assert pytest.approx(0.25) == found.calibration.brier
    (found,) = scores(rows, at=timedelta(days=4))
    assert pytest.approx(0.04) == found.calibration.brier


def test_after_the_answer():
    """Such forecasts do not count, and are counted; where no other is left there is no score."""
    rows = [forecast("a", 0, 0.5), forecast("a", 10, 0), forecast("b", 11, 0), forecast("b", 12, 0)]
    (found,) = scores(rows)
    assert (1, 3, 1, 0.25) == (found.n, found.n_after, found.n_without, found.brier)
    with pytest.raises(ForecastError, match="none of the 2 forecasts was made before its question"):
        scores(rows[2:])


def test_group_without_a_score():
    """It has figures that are None, and a reason."""
    rows = [forecast("a", 0, 0.5, by="x"), forecast("b", 10, 0, by="y")]
    one, other = scores(rows, by=["by"])
    assert (("x",), 1, 0.25) == (one.group, one.n, one.brier)
    assert (("y",), 0, 1, 1) == (other.group, other.n, other.n_after, other.n_without)
    empty = (other.brier, other.log_score, other.base_rate, other.skill, other.calibration.brier)
    assert (None,) * 5 == empty
    assert other.skill_reason
    assert other.calibration.reasons


def test_weights():
    """Of rows, and of questions."""
    rows = [{"probability": p, "outcome": y, "weight": w} for p, y, w in [(0.5, 1, 3), (0.0, 0, 1)]]
    (found,) = scores(rows)
    assert (0.1875, 0.75) == (found.brier, found.base_rate)
    rows = [forecast("a", 0, 0.5, weight=1), forecast("a", 5, 0.5, weight=1)]
    (found,) = scores([*rows, forecast("b", 0, 0.0, weight=4)])
    assert pytest.approx(0.05) == found.brier


def test_infinite_score():
    """The wrong certainty is counted, and there is no mean."""
    rows = [{"probability": 0.0, "outcome": 1}, {"probability": 0.5, "outcome": 0}]
    (found,) = scores(rows)
    assert (None, 1, 0.625) == (found.log_score, found.n_infinite, found.brier)


def test_what_a_table_without_times_lacks():
    """A weighting, or --at, needs questions and times."""
    rows = [{"probability": 0.5, "outcome": 1, "question": "q"}]
    with pytest.raises(ForecastError, match="--weighting needs a column made_at"):
        scores(rows, "final")
    with pytest.raises(ForecastError, match="--at needs a column made_at and question"):
        scores([{"probability": 0.5, "outcome": 1}], at=timedelta(days=1))


def test_events():
    """Questions of one event count once in what calibration infers."""
    rows = [
        {"probability": 0.5, "outcome": y, "event": e} for y, e in [(1, "a"), (0, "a"), (0, "b")]
    ]
    assert [3.0, 9 / 5] == [
        scores(rows, cluster=name)[0].calibration.n_effective for name in ("", "event")
    ]
    timed = [forecast(e + str(i), i, 0.5, event=e) for i, e in enumerate(["a", "a", "b"])]
    assert 9 / 5 == scores(timed, cluster="event")[0].calibration.n_effective


def by_hand(rows, weighting):
    """The definition, in plain Python: mean Brier and log score over units."""
    units = {}
    for number, row in enumerate(rows):
        key = (row["by"], row["question"], row["forecaster"])
        units.setdefault(key, []).append((row["made_at"], number, row))
    briers, logs = [], []
    for made in units.values():
        made.sort(key=lambda one: one[:2])
        closed, due, y = (made[0][2][name] for name in ("closed_at", "deadline", "outcome"))
        closed = min(closed, due)
        spells = []
        for (at, _, row), after in zip(made, [*made[1:], (closed, 0, None)], strict=True):
            begin, end = max(at, row["opened_at"]), min(max(after[0], row["opened_at"]), closed)
            if begin < end:
                spells.append(((end - begin).total_seconds(), row["probability"]))
        if not spells:
            continue
        planned = (due - closed).total_seconds() if weighting == "planned" else 0
        if weighting in ("first", "final"):
            spells = [(1.0, spells[0 if weighting == "first" else -1][1])]
        time = sum(length for length, _ in spells)
        briers.append(sum(length * (p - y) ** 2 for length, p in spells) / (time + planned))
        logs.append(sum(length * -math.log(abs(1 - y - p)) for length, p in spells) / time)
    if not briers:
        return 0, None, None
    return len(briers), math.fsum(briers) / len(briers), math.fsum(logs) / len(logs)


QUESTION = st.tuples(st.integers(-3, 8), st.integers(1, 9), st.integers(0, 9), st.integers(0, 1))
ROW = st.fixed_dictionaries(
    {
        "question": st.integers(0, 2),
        "forecaster": st.sampled_from("AB"),
        "by": st.sampled_from("xy"),
        "made_at": st.integers(-5, 20),
        "probability": st.sampled_from([0.01, 0.1, 0.3, 0.5, 0.77]),
    }
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(QUESTION, min_size=3, max_size=3),
    st.lists(ROW, min_size=1, max_size=12),
    st.sampled_from(["time", "planned", "first", "final"]),
    st.integers(1, 5),
)
def test_as_in_plain_python(questions, rows, weighting, part):
    """Any table, in parts of any size: the definition, group by group."""
    full = []
    for row in rows:
        opened, open_for, earlier, outcome = questions[row["question"]]
        due = opened + open_for
        times = {"made_at": row["made_at"], "opened_at": opened, "deadline": due}
        times["closed_at"] = max(opened + 1, due - earlier)
        instants = {name: START + timedelta(days=number) for name, number in times.items()}
        full.append({**row, **instants, "outcome": outcome})
    expected = {
        name: by_hand([row for row in full if row["by"] == name], weighting)
        for name in sorted({row["by"] for row in full})
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tablescores, "_PART", part)
        if not any(n for n, *_ in expected.values()):
            with pytest.raises(ForecastError, match="made before its question closed"):
                scores(full, weighting, by=["by"])
            return
        found = scores(full, weighting, by=["by"])
    assert list(expected) == [one.group[0] for one in found]
    for (n, brier, log), one in zip(expected.values(), found, strict=True):
        assert n == one.n
        assert one.brier is None if brier is None else pytest.approx(brier) == one.brier
        if weighting != "planned":
            assert one.log_score is None if log is None else pytest.approx(log) == one.log_score


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 1)), min_size=1, max_size=9))
def test_rows_as_in_plain_python(rows):
    """Without questions and times it is the plain mean."""
    (found,) = scores([{"probability": p / 100, "outcome": y} for p, y in rows])
    expected = sum((p / 100 - y) ** 2 for p, y in rows) / len(rows)
    assert pytest.approx(expected, abs=1e-15) == found.brier
    assert ("rows", len(rows)) == (found.weighting, found.n)
