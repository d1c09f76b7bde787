"""How long a report takes, beyond what the interpreter takes to start, and how large its page is.

    python benchmarks/report.py [QUESTIONS [FORECASTERS]]

A tracker with 10,000 questions and ten forecasts on each, made afresh; five forecasters, half of
the forecasts with two decimals, the others with as many as a machine says. Goals: `--json` within
3 s, `--html` within 10 s and 3 MB.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from forecast.model import Forecast, Question, Resolution
from forecast.store import append
from forecast.store.connection import open_store, writing
from forecast.store.rows import Recording

YARDSTICK = [sys.executable, "-c", "pass"]
REPORT = [sys.executable, "-m", "forecast", "report"]
START = datetime(2020, 1, 1, tzinfo=UTC)
PER_QUESTION = 10
ROUNDS = 3


def main(questions: int = 10_000, forecasters: int = 5) -> None:
    """Make the tracker, time the forms of its report, and print what they took."""
    with tempfile.TemporaryDirectory(prefix="forecast-bench-") as name:
        folder = Path(name)
        begun = time.perf_counter()
        fill(folder / "tracker.db", questions, forecasters)
        made = time.perf_counter() - begun
        print(f"{questions:,} questions, {questions * PER_QUESTION:,} forecasts", end=" ")
        print(f"of {forecasters} forecasters, made in {made:.1f} s\n")
        page = folder / "report.html"
        forms: dict[str, tuple[list[str], float | None]] = {
            "--json": ([*REPORT, "--json"], 3.0),
            "--json --as": ([*REPORT, "--json", "--as", "forecaster 0"], 3.0),
            "terminal": (REPORT, None),
            "--markdown": ([*REPORT, "--markdown"], None),
            "--html": ([*REPORT, "--html", str(page)], 10.0),
        }
        environment = {**os.environ, "FORECAST_DB": str(folder / "tracker.db")}
        base, _ = _time(YARDSTICK, environment)
        print(f"interpreter alone: {base:.2f} s; beyond that:\n")
        print(f"{'form':<14}{'s':>8}{'goal':>8}{'MB':>8}{'goal':>8}")
        for form, (command, goal) in forms.items():
            taken, size = _time(command, environment)
            written, most = (page.stat().st_size, "3") if form == "--html" else (size, "–")
            told = f"{goal:.0f}" if goal else "–"
            figures = f"{taken - base:>8.2f}{told:>8}{written / 1e6:>8.2f}{most:>8}"
            print(f"{form:<14}{figures}", flush=True)


def fill(path: Path, questions: int, forecasters: int) -> None:
    """Make a tracker of resolved questions, ten forecasts on each."""
    rng = np.random.default_rng(5)
    opened = Recording(at=START, by="benchmark")
    connection = open_store(path, create=True)
    connection.execute("PRAGMA synchronous = OFF")
    with writing(connection):
        for number in range(questions):
            question = _question(number)
            append.insert_question(connection, question, opened)
            truth = float(rng.beta(0.6, 0.8))
            for forecast in _forecasts(question, truth, forecasters, rng):
                append.insert_forecast(
                    connection, forecast, Recording(at=forecast.made_at, by="benchmark")
                )
            answer = Resolution(
                question=question.id,
                outcome="yes" if rng.random() < truth else "no",
                known_at=question.deadline,
            )
            known = Recording(at=question.deadline, by="benchmark")
            append.insert_resolution(connection, answer, known)
    connection.close()


def _question(number: int) -> Question:
    return Question(
        id=f"will-this-happen-in-time-{number}",
        title=f"Will this happen in time, as the article number {number} says that it will?",
        opened_at=START,
        deadline=START + timedelta(days=60 + number % 1500),
        criteria="Yes, where it happens; no, where it does not.",
        tags=(f"tag-{number % 12}", f"kind-{number % 5}"),
        event=f"event-{number // 2}" if number % 10 == 0 else "",
    )


def _forecasts(
    question: Question, truth: float, forecasters: int, rng: np.random.Generator
) -> list[Forecast]:
    found = []
    for turn in range(PER_QUESTION):
        said = float(np.clip(truth + rng.normal(0, 0.1), 0.01, 0.99))
        found.append(
            Forecast(
                question=question.id,
                forecaster=f"forecaster {turn % forecasters}",
                made_at=START + timedelta(days=5 * turn, seconds=turn),
                probability=said if turn % 2 else round(said, 2),
                note="because of what the article says" if turn == PER_QUESTION - 1 else "",
            )
        )
    return found


def _time(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Give the median time of a few runs, and how much the command printed."""
    times, printed = [], 0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
        printed = len(done.stdout)
    return statistics.median(times), printed


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
