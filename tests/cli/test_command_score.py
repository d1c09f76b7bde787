"""`score`: tables of forecasts, without a tracker."""

import json
import random
from pathlib import Path

import duckdb
import pytest

KEYS = {"n", "weighting", "brier", "log_score", "base_rate", "skill", "calibration"}
CALIBRATION_KEYS = {
    *("at", "n", "n_effective", "brier", "brier_expected", "brier_p95", "miscalibration"),
    *("miscalibration_expected", "miscalibration_p95", "discrimination", "uncertainty"),
    *("base_rate", "slope", "intercept", "p_value", "spiegelhalter_z", "verdict", "bins", "curve"),
}
TIMED = """\
question,forecaster,made_at,opened_at,closed_at,deadline,probability,outcome,model,topic
a,A,2022-01-01,2022-01-01,2022-01-11,2022-01-21,0.5,0,x,t
a,A,2022-01-06,2022-01-01,2022-01-11,2022-01-21,0.1,0,x,t
b,A,2022-01-01,2022-01-01,2022-01-21,2022-01-21,0.8,1,y,t
b,B,2022-01-01,2022-01-01,2022-01-21,2022-01-21,0.6,1,y,u
"""


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text=TIMED, name="t.csv"):
        Path(name).write_text(text)
        return name

    return write


def calibrated(n=60):
    """A table of rows in two groups and ten events."""
    draw = random.Random(5)
    rows = ["probability,outcome,model,event"]
    for number in range(n):
        p = draw.randrange(5, 96) / 100
        rows.append(f"{p},{int(draw.random() < p)},{'ab'[number % 2]},e{number % 10}")
    return "\n".join(rows)


def test_keys(forecast, table):
    """The keys of the design, with and without groups; JSON without NaN and Infinity."""

    def refuse(word):
        raise AssertionError(word)

    ran = forecast("score", table(), "--json")
    found = json.loads(ran.out, parse_constant=refuse)
    assert set() == KEYS - found.keys()
    assert set() == CALIBRATION_KEYS - found["calibration"].keys()
    assert (3, "time", 4) == (found["n"], found["weighting"], found["n_rows"])
    assert pytest.approx((0.13 + 0.04 + 0.16) / 3) == found["brier"]
    ran = forecast("--json", "score", table(), "--by", "model")
    found = json.loads(ran.out, parse_constant=refuse)
    assert ["x", "y"] == list(found["groups"])
    assert [set()] * 2 == [KEYS - one.keys() for one in found["groups"].values()]
    assert pytest.approx(0.13) == found["groups"]["x"]["brier"]
    impossible = table("probability,outcome\n0,1\n1,0\n", "i.csv")
    found = json.loads(forecast("score", impossible, "--json").out, parse_constant=refuse)
    assert (None, 2) == (found["log_score"], found["n_infinite"])


def test_by_several_columns(forecast, table):
    """A group for each combination there is; names are joined by commas, without confusion."""
    found = forecast("score", table(), "--by", "topic", "--by", "model", "--json").json
    assert ["t, x", "t, y", "u, y"] == list(found["groups"])
    assert ["topic", "model"] == found["by"]
    text = 'probability,outcome,a,b\n0.5,1,"x, y",z\n0.5,1,x,"y, z"\n'
    found = forecast("score", table(text), "--by", "a", "--by", "b", "--json").json
    assert ['["x", "y, z"]', '["x, y", "z"]'] == list(found["groups"])


def test_missing_group_is_shown(forecast, table):
    """Rows without a value of --by are a group of their own."""
    name = table("probability,outcome,model\n0.5,1,\n0.5,1,b\n")
    assert ["", "b"] == list(forecast("score", name, "--by", "model", "--json").json["groups"])
    assert "\n–      1  0.250" in forecast("score", name, "--by", "model").out


@pytest.mark.parametrize(
    ("weighting", "expected"),
    [("time", 0.13), ("planned", 0.065), ("first", 0.25), ("final", 0.01)],
)
def test_weightings(forecast, table, weighting, expected):
    """Question a closed after half its time."""
    ran = forecast("score", table(), "--weighting", weighting, "--by", "question", "--json")
    assert pytest.approx(expected) == ran.json["groups"]["a"]["brier"]
    assert weighting == ran.json["groups"]["a"]["weighting"]


def test_at(forecast, table):
    """Calibration of the forecasts that stood 18 days before the deadline; 12 days: 0.1."""
    for at, expected in (("18d", 0.25), ("12d", 0.01)):
        found = forecast("score", table(), "--at", at, "--by", "question", "--json").json
        calibration = found["groups"]["a"]["calibration"]
        assert (at, pytest.approx(expected)) == (calibration["at"], calibration["brier"])
    assert 2 == forecast("score", table(), "--at", "soon").status


def test_scale(forecast, table):
    """Every figure on the scale of the Brier score doubles, and nothing else."""
    name = table(calibrated())
    half, original = (
        forecast("score", name, "--scale", scale, "--json").json for scale in ("half", "original")
    )
    assert ("0-1", "0-2") == (half["scale"], original["scale"])
    doubled = {
        name
        for one, two in ((half, original), (half["calibration"], original["calibration"]))
        for name, value in one.items()
        if isinstance(value, float) and value and two[name] == 2 * value
    }
    brier = {"brier", "brier_expected", "brier_p95", "discrimination", "uncertainty"}
    mis = {f"miscalibration{end}" for end in ("", "_expected", "_p95")}
    assert brier | mis == doubled


def test_cluster(forecast, table):
    """Rows of one event count once."""
    name = table(calibrated())
    found = forecast("score", name, "--cluster", "event", "--json").json
    assert (60, 10.0) == (found["n"], found["calibration"]["n_effective"])


def test_text(forecast, table):
    """The figures of the JSON, rounded; what does not count is said."""
    late = "a,A,2022-01-11,2022-01-01,2022-01-11,2022-01-21,0,0,x,t\n"
    out = forecast("score", table(TIMED + late)).out
    assert out.startswith("5 rows; weighted by the time each forecast stood.\n1 forecast does not ")
    assert "not count: made when the question had closed.\n" in out
    assert "3  0.110  0.378" in out
    alone = late.replace("a,A", "c,C")
    out = forecast("score", table(TIMED + alone)).out
    assert "when the question had closed; 1 left without a forecast." in " ".join(out.split())
    found = forecast("score", table(TIMED + alone), "--json").json
    assert (3, 1, 1) == (found["n"], found["n_after"], found["n_without"])


def test_names_of_columns(forecast, table):
    """--probability and --outcome; columns that nothing needs are ignored."""
    name = table("p,y,x\n0.5,1,?\n")
    found = forecast("score", name, "--probability", "p", "--outcome", "y", "--json").json
    assert (0.25, "rows") == (found["brier"], found["weighting"])


def test_skip_bad(forecast, table):
    """What was left out is counted, in text and JSON; without it there is an error."""
    name = table("probability,outcome\n0.5,1\n2,1\n0.5\n")
    ran = forecast("score", name)
    assert (1, "") == (ran.status, ran.out)
    assert "Error: t.csv, line 4: too few values: '0.5': mend it" in ran.err
    found = forecast("score", name, "--skip-bad", "--json").json
    assert (1, 2) == (found["n_rows"], found["n_skipped"])
    assert "1 row, 2 left out as bad; " in forecast("score", name, "--skip-bad").out


def test_errors_are_one_line(forecast, table):
    """On standard error, with status 1; misuse is status 2."""
    for arguments, status in (
        (["none.csv"], 1),
        ([table(), "--by", "nope"], 1),
        ([table("probability,outcome\n", "h.csv")], 1),
        ([table("\0\1\2", "junk.csv")], 1),
        ([], 2),
        ([table(), "--weighting", "nope"], 2),
    ):
        ran = forecast("score", *arguments)
        assert (status, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
        assert ran.err.startswith("Error: ")


def test_same_from_every_format_and_order(forecast, table):
    """Where times differ, no order of rows and no format matters."""
    name = table(TIMED.replace("b,B,2022-01-01", "b,B,2022-01-02"))
    head, *rows = Path(name).read_text().splitlines()
    table("\n".join([head, *rows[::-1]]), "back.csv")
    source = "read_csv('t.csv')"
    duckdb.sql(f"COPY (FROM {source}) TO 't.parquet'")
    duckdb.sql(f"COPY (FROM {source}) TO 't.jsonl' (FORMAT json)")
    duckdb.sql(f"COPY (FROM {source}) TO 't.csv.zst' (DELIMITER ';')")
    options = ("--by", "model", "--cluster", "topic", "--at", "15d", "--json")
    expected = forecast("score", name, "--by", "model", "--at", "15d", "--json").out
    for other in ("back.csv", "t.parquet", "t.jsonl", "t.csv.zst"):
        assert expected == forecast("score", other, "--by", "model", "--at", "15d", "--json").out
    # A topic is no event here: question b is in two of them.
    assert "question 'b' has two values of event" in forecast("score", name, *options).err


def test_as_the_tracker_scores(forecast, table):
    """The same forecasts have the same scores, loaded or as a table."""
    rows = ["question,made_at,opened_at,closed_at,deadline,probability,outcome"]
    for number in range(12):
        early = number < 5
        ask = ("add", f"Rain {number}?", "--by", "2026-05-10", "--id", f"q{number}")
        forecast(*ask, "-p", f"{7 * number + 3}%", now="2026-05-04")
        forecast("predict", f"q{number}", "30%", now="2026-05-06")
        known = ("--known", f"2026-05-0{7 + number % 3}T12:00Z") if early else ()
        forecast("resolve", f"q{number}", "yes" if early else "no", *known, now="2026-05-11")
        shown = forecast("show", f"q{number}", "--json").json
        for one in shown["forecasts"]:
            cells = [shown["id"], one["made_at"], shown["opened_at"], shown["closed_at"]]
            cells += [shown["deadline"], one["probability"], int(early)]
            rows.append(",".join(map(str, cells)))
    name = table("\n".join(rows))
    (tracked,) = forecast("report", "--json").json["forecasters"]
    for weighting, key in {
        "time": "brier",
        "planned": "brier_planned",
        "first": "brier_first",
        "final": "brier_final",
    }.items():
        found = forecast("score", name, "--weighting", weighting, "--json").json
        assert pytest.approx(tracked[key], abs=1e-12) == found["brier"]
    found = forecast("score", name, "--json").json
    for key in ("log_score", "base_rate", "skill"):
        assert pytest.approx(tracked[key], abs=1e-12) == found[key]
    assert tracked["calibration"] == found["calibration"]
    tracked = forecast("report", "--json", "--at", "4d").json["forecasters"][0]["calibration"]
    assert tracked == forecast("score", name, "--at", "4d", "--json").json["calibration"]


def test_no_tracker_is_made(forecast, table):
    """Nothing but the table is in the folder afterwards."""
    forecast("score", table())
    assert ["t.csv"] == [path.name for path in Path.cwd().iterdir()]
