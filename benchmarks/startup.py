"""How long commands take to start, as ratios to an interpreter that imports click and sqlite3.

    python benchmarks/startup.py [RUNS]

Each round runs the yardstick and every command once, in turn, so that a machine that slows down
slows all of them; the ratio is of medians.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

YARDSTICK = [sys.executable, "-c", "import click, sqlite3"]
FORECAST = [sys.executable, "-m", "forecast"]
COMMANDS = {
    "--help": (["--help"], 1.5),
    "list": (["list"], 2.0),
    "predict": (["predict", "china-lethal-aid", "7%"], 2.0),
}


def main(runs: int = 21) -> None:
    """Time the commands and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "FORECAST_DB": str(Path(folder) / "forecast.db"),
            "FORECAST_AS": "ann",
            "FORECAST_NOW": "2022-03-01",
        }
        load = [*FORECAST, "load", "--unresolved", "china-russia-2022"]
        subprocess.run(load, env=environment, check=True, stdout=subprocess.DEVNULL)
        commands = {"yardstick": YARDSTICK} | {
            name: [*FORECAST, *arguments] for name, (arguments, _) in COMMANDS.items()
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs + 1):
            for name, command in commands.items():
                begun = time.perf_counter()
                subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
                times[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}
    base = medians["yardstick"]
    print(f"{'command':<12}{'median ms':>10}{'ratio':>8}{'goal':>8}")
    print(f"{'yardstick':<12}{base * 1000:>10.1f}{1:>8.2f}")
    for name, (_, goal) in COMMANDS.items():
        print(f"{name:<12}{medians[name] * 1000:>10.1f}{medians[name] / base:>8.2f}{goal:>8.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
