"""`review` at a real terminal: single keys, and what was done stays done."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pexpect = pytest.importorskip("pexpect")

NOW = "2026-06-03T06:00Z"


@pytest.fixture
def tracked(forecast):
    """Three questions due, with forecasts, and one that is stale."""
    for id_ in ("fog", "rain", "snow"):
        forecast(
            "add", f"Will there be {id_}?", "--by", "2026-06-01", "--id", id_, now="2026-05-01"
        )
        forecast("predict", id_, "12%", "--note", "a dry year")
    hot = ("Will it be hot?", "--by", "2026-06-30", "--id", "hot", "-p", "40%")
    forecast("add", *hot, now="2026-05-01")


@pytest.fixture
def terminal(tracked) -> Iterator[Any]:
    """`forecast review` at a terminal."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "forecast", "review"],
        env={**os.environ, "FORECAST_NOW": NOW, "TERM": "dumb"},
        encoding="utf-8",
        timeout=20,
        dimensions=(50, 120),
    )
    yield child
    child.close(force=True)


def outcomes(forecast) -> dict[str, str | None]:
    """Give each question's answer."""
    return {one["id"]: one["outcome"] for one in forecast("list", "--json", now=NOW).json}


def test_a_no_takes_one_key_and_two_returns(forecast, terminal):
    """The question, its criteria and what you said are there; afterwards it says how you did."""
    terminal.expect(r"\[1 of 4, due\] fog: Will there be fog\?")
    terminal.expect(r"You said 12 %, at 2026-05-01 .*: a dry year")
    terminal.expect(r"\[y\] it happened  \[n\] it did not")
    terminal.send("n")
    terminal.expect("known")
    terminal.sendline("")
    terminal.expect("Evidence")
    terminal.sendline("https://a.example/fog")
    terminal.expect("decided")
    terminal.sendline("")
    terminal.expect("You said 12 %, it did not happen: Brier 0.014")
    terminal.expect(r"\[2 of 4, due\] rain")
    terminal.send("q")
    terminal.expect(pexpect.EOF)
    assert {"fog": "no", "rain": None, "snow": None, "hot": None} == outcomes(forecast)


def test_what_was_done_stays_done_when_it_is_broken_off(forecast, terminal):
    """Annulled with a reason, then Ctrl-C: the first is settled, the others are as they were."""
    terminal.expect(r"\[1 of 4, due\] fog")
    terminal.expect(r"\[q\] quit")
    terminal.send("a")
    terminal.expect("Why")
    terminal.sendline("boring")
    terminal.expect("is none of ambiguous")
    terminal.sendline("void")
    terminal.expect("your words")
    terminal.sendline("no weather station")
    terminal.expect(r"Resolved annulled \(void\)")
    terminal.expect(r"\[2 of 4, due\] rain")
    terminal.expect(r"\[q\] quit")
    terminal.sendintr()
    terminal.expect("broken off: nothing more was recorded")
    terminal.expect(pexpect.EOF)
    assert {"fog": "annulled", "rain": None, "snow": None, "hot": None} == outcomes(forecast)


def test_a_stale_forecast_is_kept_or_updated(forecast, terminal):
    """Skip leaves a question alone; to keep a forecast is an update, too: it is fresh again."""
    for _ in range(3):
        terminal.expect(r"\[q\] quit")
        terminal.send("s")
    terminal.expect(r"\[4 of 4, long without an update\] hot")
    terminal.expect(r"\[k\] keep it as it is")
    terminal.send("k")
    terminal.expect("Kept, and noted that you looked at it")
    terminal.expect(pexpect.EOF)
    forecasts = forecast("show", "hot", "--json", now=NOW).json["forecasts"]
    assert [(0.4, ""), (0.4, "reaffirmed")] == [(f["probability"], f["note"]) for f in forecasts]
    assert [] == forecast("check", "--json", now=NOW).json["stale"]


def test_a_slip_is_told_and_asked_again(forecast, terminal):
    """An answer that cannot be is refused, and the question still stands."""
    terminal.expect(r"\[q\] quit")
    terminal.send("y")
    terminal.expect("When did it become known")
    terminal.sendline("2026-04-01")
    terminal.expect("Evidence")
    terminal.sendline("")
    terminal.expect("decided")
    terminal.sendline("")
    terminal.expect("Not done: .*before 'fog' opened")
    terminal.send("s")
    terminal.expect(r"\[2 of 4, due\] rain")
    terminal.send("q")
    terminal.expect(pexpect.EOF)
    assert {None} == set(outcomes(forecast).values())


def test_without_a_terminal_it_names_the_way(forecast, tracked):
    """A script is told what to use; --json says what would come up."""
    ran = forecast("review", now=NOW)
    assert 1 == ran.status
    assert "review asks at a terminal" in ran.err
    items = forecast("review", "--json").json
    assert [("due", "fog"), ("due", "rain"), ("due", "snow")] == [
        (one["why"], one["id"]) for one in items[:3]
    ]
    assert [] == forecast("review", "--json", now="2026-05-02").json
    assert "Nothing needs you.\n" == forecast("review").out
