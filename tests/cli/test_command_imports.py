"""What a quick command imports: nothing heavy, and of our own only what it needs."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    *("numpy", "scipy", "rich", "sqlite_utils", "tomlkit", "jinja2", "matplotlib", "duckdb"),
    *("httpx", "pandas", "filelock"),
}
#: With FORECAST_DB and FORECAST_AS set, these are not needed either.
SLOW = {"dateutil", "tzlocal", "platformdirs"}

EVERY = {"", "cli", "cli.commands", "cli.context", "cli.options"}
MODEL = {"model", "model.errors", "model.fields", "model.laws", "model.records"}
READING = {*MODEL, "reading", "reading.dates", "reading.instants", "reading.quoting"}
STORE = {
    *("store", "store.connection", "store.rows", "store.queries", "store.forecasters"),
    *READING,
}
PROBABILITIES = {"reading.probabilities", "reading.lexicon"}
PRINTING = {"cli.output", "reporting", "reporting.safely"}
WRITING = (
    {"store.append", "store.chain", "store.canonical", "cli.typed", "reporting.words"}
    | PROBABILITIES
    | PRINTING
    | STORE
)
LIST = {"cli.looking"} | PRINTING | STORE
COMPLETING = {"_FORECAST_COMPLETE": "bash_complete", "COMP_CWORD": "2"}

#: Arguments, environment, our own modules.
QUICK = {
    "help": (["--help"], {}, EVERY),
    "list": (["list"], {}, EVERY | LIST | PROBABILITIES | {"reporting.lines"}),
    "list --json": (["list", "--json"], {}, EVERY | LIST | {"reporting.shapes"}),
    "predict": (["predict", "rain", "7%"], {}, EVERY | WRITING | {"cli.forecasts"}),
    "add": (
        ["add", "Snow?", "--by", "2026-12-31", "-p", "7%"],
        {},
        EVERY | WRITING | {"cli.questions", "reading.ids"},
    ),
    "completion": (
        [],
        {**COMPLETING, "COMP_WORDS": "forecast show r"},
        EVERY | STORE | {"cli.looking"},
    ),
}
SCRIPT = """
import atexit, json, sys
sys.argv = ["forecast", *sys.argv[1:]]
atexit.register(lambda: print("\\n" + json.dumps(sorted(sys.modules)), file=sys.stderr))
from forecast.cli import main
main()
"""


@pytest.mark.parametrize("name", QUICK)
def test_quick_command_imports_nothing_heavy(forecast, monkeypatch, name):
    """A command typed twenty times a day must not wait for NumPy."""
    arguments, environment, ours = QUICK[name]
    forecast("add", "Will it rain?", "--by", "2026-12-31")
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True
    )
    modules = set(json.loads(ran.stderr.splitlines()[-1]))
    unwanted = HEAVY if name == "add" else HEAVY | SLOW
    assert set() == unwanted & modules
    loaded = {module.removeprefix("forecast").lstrip(".") for module in modules if _own(module)}
    assert set() == loaded - ours
    assert name == "help" or ran.stdout


def _own(module):
    return module == "forecast" or module.startswith("forecast.")
