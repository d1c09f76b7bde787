"""`load` and `dump`: question files in and out."""

import io
import sys

import pytest

FILE = """\
[[question]]
id = "rain-2026"
title = "Will it rain?"
type = "binary"
opened = 2026-05-01
deadline = 2026-05-03

[[question.forecast]]
forecaster = "Al"
at = 2026-05-01
probability = "likely"

[question.resolution]
outcome = "yes"
known = 2026-05-02
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "weather.toml"
    path.write_text(FILE, "utf-8")
    return str(path)


def test_load_counts_what_is_new(forecast, file):
    """The second time there is nothing new."""
    first, second = forecast("load", file), forecast("load", file)
    assert "Loaded 1 question, 1 forecast and 1 resolution.\n" == first.out
    assert "Nothing new: the tracker has all of it already.\n" == second.out
    expected = {
        **dict.fromkeys(("questions", "revisions", "forecasts", "resolutions", "comments"), 0),
        "outdated": [],
        "unscored": [],
    }
    assert expected == forecast("load", file, "--json").json


def test_load_unresolved_leaves_the_answers_out(forecast, file):
    """So that one can forecast first, and look them up later."""
    forecast("load", "--unresolved", file)
    assert "due" == forecast("list", "--json").json[0]["status"]
    assert "Loaded 1 resolution.\n" == forecast("load", file).out


def test_load_says_what_the_tracker_knows_better(forecast, file):
    """A correction made by day is not undone by the file loaded at night."""
    forecast("load", file)
    forecast("resolve", "rain", "no")
    assert "something newer on rain-2026, and keeps it" in forecast("load", file).out
    assert ["rain-2026"] == forecast("load", file, "--json").json["outdated"]


def test_load_from_standard_input(forecast, monkeypatch):
    """`-` is a file like others."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    assert "Loaded 1 question, 1 forecast and 1 resolution.\n" == forecast("load", "-").out


def test_load_finds_what_ships_by_its_name(forecast, tmp_path, monkeypatch):
    """From any folder, with or without the ending."""
    monkeypatch.chdir(tmp_path)
    assert "Loaded 17 questions" in forecast("load", "china-russia-2022").out
    assert "Nothing new" in forecast("load", "china-russia-2022.toml").out


def test_load_of_one_question_from_two_files_is_refused(forecast, file):
    """Which of the two would hold?"""
    twice = forecast("load", file, file)
    assert (1, "") == (twice.status, twice.out)
    assert "question 'rain-2026' is in" in twice.err


def test_dump_is_the_file_again(forecast, file):
    """What was loaded comes out, in the same words."""
    forecast("load", file)
    assert FILE.split() == forecast("dump").out.split()


def test_dump_loads_into_another_tracker_and_comes_out_the_same(forecast, tmp_path):
    """load -> dump -> load is the identity of the state, that of the shipped file included."""
    forecast("load", "china-russia-2022")
    forecast("comment", "china-lethal", "Line one.\nLine two.")
    dumped = forecast("dump").out
    (tmp_path / "dumped.toml").write_text(dumped, "utf-8")
    other = ("--db", str(tmp_path / "other.db"))
    forecast(*other, "load", str(tmp_path / "dumped.toml"))
    assert dumped == forecast(*other, "dump").out


def test_dump_of_some(forecast):
    """Ids may be begun, are written once, and an empty tracker is an empty file."""
    assert "" == forecast("dump").out
    for name in ("rain", "snow", "hail"):
        forecast("add", f"Will there be {name}?", "--by", "+3d", "--id", name)
    assert 2 == forecast("dump", "ra", "rain", "sn").out.count("[[question]]")


def test_dump_json(forecast, file):
    """The state as data: what a file would hold."""
    forecast("load", file)
    (entry,) = forecast("dump", "--json").json
    assert ("rain-2026", "Al", 0.675, "yes") == (
        entry["question"]["id"],
        entry["forecasts"][0]["forecaster"],
        entry["forecasts"][0]["probability"],
        entry["resolution"]["outcome"],
    )
