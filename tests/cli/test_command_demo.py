"""`demo`: the whole road, as a stranger sees it."""

import os
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-P", "-m", "forecast", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def test_demo_walks_the_road_and_leaves_nothing(tmp_path):
    """From a folder with a decoy, past the user's database, in less than ten seconds."""
    (tmp_path / "forecast.py").write_text("raise SystemExit('the decoy ran')")
    (tmp_path / "forecast").mkdir()
    started = time.monotonic()
    ran = run(tmp_path, "demo")
    assert (0, "") == (ran.returncode, ran.stderr)
    assert time.monotonic() - started < 10
    assert not Path(os.environ["FORECAST_DB"]).exists()
    assert {"forecast", "forecast.py"} == {path.name for path in tmp_path.iterdir()}
    for command in ("load", "list", "show", "predict", "check", "resolve", "report"):
        assert f"\n$ forecast {command}" in ran.stdout
    for shown in (
        "Loaded 17 questions",
        "You say 12.5 %, read from 'very unlikely'",
        "You say 80 %; it was 60 %.",
        "\nDue (15): settle with forecast resolve ID OUTCOME\n",
        "  You went from 60 % to 80 %, it happened: Brier",
        "\n17 asked, 16 forecast, 17 due, 17 resolved, 16 scored.\n",
        "\nWashington Institute for Defense & Security  13  ",
    ):
        assert shown in ran.stdout
    assert "\x1b" not in ran.stdout
    first, *rest = ran.stdout.splitlines()[-3:]
    assert ("Now you:", True) == (first, all(line.startswith("  forecast") for line in rest))


def test_demo_keeps_a_database_to_play_with(tmp_path):
    """Under a new name only; the commands it ends with work."""
    ran = run(tmp_path, "demo", "--keep", "kept demo.db")
    assert (0, "") == (ran.returncode, ran.stderr)
    assert "forecast --db 'kept demo.db' list" in ran.stdout
    listed = run(tmp_path, "--db", "kept demo.db", "list")
    assert (0, 17) == (listed.returncode, len(listed.stdout.splitlines()))
    refused = run(tmp_path, "demo", "--keep", "kept demo.db")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert "exists already" in refused.stderr
