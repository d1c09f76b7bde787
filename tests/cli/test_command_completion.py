"""Completion in the shell: commands, options and ids, and never a word on stderr."""

import os
import subprocess
import sys

import pytest


def complete(line, **environment):
    """What bash would offer at the end of a line."""
    words = line.split(" ")
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv = ['forecast']; from forecast import cli; cli.main()",
        ],
        env={
            **os.environ,
            "_FORECAST_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert "" == ran.stderr
    return {offer.partition(",")[2] for offer in ran.stdout.split()}


def test_commands_and_options():
    """Of the group, and of a command."""
    assert {"resolve", "report", "retract", "reject", "review", "redact", "restore"} == complete(
        "forecast re"
    )
    assert {"rename"} == complete("forecast forecaster ren")
    assert {"--status", "--search"} == complete("forecast list --s")
    assert {"awaiting", "annulled"} == complete("forecast list --status a")


@pytest.mark.parametrize("command", ["show", "predict", "dump", "--json resolve"])
def test_ids(forecast, command):
    """Of the tracker that --db names, wherever it stands, else of FORECAST_DB."""
    other = os.environ["FORECAST_DB"] + "2"
    for number in (1, 2):
        forecast("add", "Rain?", "--by", "+3d", "--id", f"rain-{number}", "--db", other)
    forecast("add", "Rain?", "--by", "+3d", "--id", "rain-0")
    assert {"rain-0"} == complete(f"forecast {command} ra")
    assert {"rain-1", "rain-2"} == complete(f"forecast --db {other} {command} RA")


def test_a_broken_database_completes_nothing_in_silence(tmp_path):
    """Nothing may print over the line that somebody is typing."""
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"junk" * 1000)
    assert set() == complete("forecast show r", FORECAST_DB=str(junk))
    assert set() == complete("forecast show r", FORECAST_DB=str(tmp_path))
    assert set() == complete("forecast show r", FORECAST_DB="~nobody-of-that-name/x.db")
    assert set() == complete("forecast show r", FORECAST_NOW="junk")
    complete("forecast nosuch r")
