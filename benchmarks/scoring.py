"""How long scoring takes, as ratios to what one would otherwise use, measured in one run.

    python benchmarks/scoring.py [--quick]

Peers come with `pip install polars pandas scikit-learn model-diagnostics`; what is not installed
is left out, and said. Each row is the median of several rounds, in which ours and theirs take
turns, so that a machine that slows down slows both. `--quick` has a tenth of the rows and fewer
rounds, and shows that the benchmark works.
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import peers

from forecast.scoring.decomposition import corp
from forecast.scoring.montecarlo import null_distribution
from forecast.scoring.rules import mean_brier_score
from forecast.scoring.spells import Forecasts, Lives
from forecast.scoring.tallies import tally
from forecast.scoring.units import unit_scores

FORECAST = [sys.executable, "-m", "forecast", "score", "--json"]
PEER = [sys.executable, str(Path(__file__).with_name("peers.py"))]
DAY = 86_400_000_000

Row = tuple[str, float | None, float | None, str]


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(description="How long scoring takes, beside its peers.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, fewer rounds")
    quick = parser.parse_args().quick
    n, rounds = (100_000, 3) if quick else (1_000_000, 7)
    today = datetime.datetime.now(datetime.UTC).date()
    print(f"{today}, {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    versions = [f"{name} {_version(name)}" for name in ("numpy", "scipy", "duckdb", *peers.NAMES)]
    print(", ".join(versions))
    print(f"\nn = {n:,}; ratio: ours / theirs; d @ d on one thread\n")
    print(f"{'ratio':>8}{'goal':>10}{'ours s':>10}{'theirs s':>10}  what")
    with tempfile.TemporaryDirectory(prefix="forecast-bench-") as name:
        folder = Path(name)
        for measure in (_brier, _corp, _by_time, _draws):
            for row in measure(n, rounds):
                _show(*row)
        for row in _commands(folder, n, max(3, rounds - 2)):
            _show(*row)
        print(f"\n{'rows':>12}  {'kind':<12}{'s':>8}{'s / n log n':>14}{'peak MB':>10}")
        for size in (10_000, 100_000, 1_000_000, *([] if quick else [10_000_000])):
            for kind in KINDS:
                _show_size(folder, kind, size)


def _brier(n: int, rounds: int) -> Iterator[Row]:
    p, y = _rows(n)
    d = p - y
    ours, (theirs,) = _medians(5 * rounds, lambda: mean_brier_score(p, y), lambda: d @ d)
    yield "mean Brier score; theirs: d @ d alone", ours, theirs, "≤ 3"

    def with_difference() -> float:
        difference = p - y
        return float(difference @ difference)

    ours, (theirs,) = _medians(5 * rounds, lambda: mean_brier_score(p, y), with_difference)
    yield "mean Brier score; theirs: d = p - y, d @ d", ours, theirs, ""


def _corp(n: int, rounds: int) -> Iterator[Row]:
    for what, decimals, goal in (("two decimals", 2, "≤ 0.05"), ("continuous", 17, "≤ 0.33")):
        p, y = _rows(n, decimals)
        theirs = [partial(peers.decomposed, p, y)] if _has("model_diagnostics") else []
        ours, medians = _medians(rounds, partial(_own_corp, p, y), *theirs)
        yield f"CORP, {what}; theirs: model-diagnostics", ours, _first(medians), goal


def _own_corp(p: Any, y: Any) -> object:
    return corp(tally(p, 1, y))


def _by_time(n: int, rounds: int) -> Iterator[Row]:
    """Compare all figures of each pair of forecaster and question: five scores, time, number."""
    rows, lives = _timed(n)
    forecasts = Forecasts(rows["unit"], rows["made_at"], rows["p"])
    life = Lives(lives["opened_at"], lives["closed_at"], lives["deadline"], lives["y"])
    for name in ("polars", "duckdb", "pandas"):
        what = f"seven figures of each unit by time; theirs: {name}"
        if not _has(name):
            yield what, None, None, ""
            continue
        theirs, total = peers.by_time(name, rows, lives)
        own = unit_scores(forecasts, life)
        assert np.isclose(np.nansum(own.brier), total), "ours and theirs differ"
        ours, medians = _medians(rounds, lambda: unit_scores(forecasts, life), theirs)
        yield what, ours, _first(medians), "≤ 1"


def _draws(n: int, rounds: int) -> Iterator[Row]:
    """Compare drawing, regression, both scores of each draw and the band."""
    del n
    p, y = _rows(1_000)
    draws, looped = 9_999, 100
    for what, loop, goal in (
        ("IsotonicRegression().fit(p, y).predict(p)", peers.isotonic_draws, "≤ 0.02"),
        ("isotonic_regression(y)", peers.isotonic_draws_bare, ""),
    ):
        theirs = [partial(loop, p, looped)] if _has("sklearn") else []
        ours, medians = _medians(rounds, lambda: null_distribution(tally(p, 1, y), draws), *theirs)
        scaled = [median * draws / looped for median in medians]
        named = f"9,999 draws of 1,000 questions; theirs: loop over {what}, 100 draws scaled up"
        yield named, ours, _first(scaled), goal


def _commands(folder: Path, n: int, rounds: int) -> Iterator[Row]:
    for kind in KINDS:
        path = _written(folder, kind, n)
        have = _has("polars") and _has("model_diagnostics")
        theirs = [partial(_run, [*PEER, str(path)])] if have else []
        ours, medians = _medians(rounds, partial(_run, [*FORECAST, str(path)]), *theirs)
        what = f"whole command, CSV, {kind}; theirs: Polars + model-diagnostics script"
        yield what, ours, _first(medians), "≤ 1"


_PROBE = """
import resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
KINDS = ("two decimals", "continuous", "by time")


def _show_size(folder: Path, kind: str, n: int) -> None:
    path = _written(folder, kind, n)
    # By a small process in between: a large one's memory would be counted as its child's.
    probe = [sys.executable, "-c", _PROBE, *FORECAST, str(path)]
    found = subprocess.run(probe, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    took, memory = float(found[0]), int(found[1]) / (1024**2 if sys.platform == "darwin" else 1024)
    per_row = took / (n * np.log2(n)) * 1e9
    print(f"{n:>12,}  {kind:<12}{took:>8.2f}{per_row:>11.1f} ns{memory:>10.0f}", flush=True)
    path.unlink()


def _rows(n: int, decimals: int = 17) -> tuple[Any, Any]:
    draw = np.random.default_rng(1)
    belief = draw.uniform(size=n)
    return np.round(belief, decimals), (draw.uniform(size=n) < belief).astype(np.float64)


def _timed(n: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw n forecasts by 100 forecasters on n / 100 questions, in no order, with updates."""
    draw = np.random.default_rng(2)
    n_questions, n_units = n // 100, n
    opened = DAY * draw.integers(18_993, 19_293, n_questions)
    deadline = opened + DAY * draw.integers(20, 60, n_questions)
    outcome = (draw.uniform(size=n_questions) < 0.3).astype(np.float64)
    share = np.where(outcome == 1, draw.uniform(0.3, 1, n_questions), 1)
    closed = opened + (share * (deadline - opened)).astype(np.int64)
    question = np.arange(n_units) // 100
    unit = draw.integers(0, n_units, n)
    at = opened[question[unit]] + DAY * draw.integers(0, 60, n) + draw.integers(0, DAY, n)
    rows = {"unit": unit, "made_at": at, "p": np.round(draw.uniform(0.01, 0.99, n), 2)}
    lives = {"opened_at": opened, "closed_at": closed, "deadline": deadline, "y": outcome}
    return rows, {name: values[question] for name, values in lives.items()}


def _written(folder: Path, kind: str, n: int) -> Path:
    """Write a table, by DuckDB, which every user of ours has."""
    path = folder / f"{kind}-{n}.csv".replace(" ", "-")
    if path.exists():
        return path
    with duckdb.connect() as connection:
        if kind == "by time":
            rows, lives = _timed(n)
            rows = {**rows, **{name: values[rows["unit"]] for name, values in lives.items()}}
            connection.register("v", rows)
            instants = ", ".join(
                f"strftime(make_timestamp({name}), '%Y-%m-%dT%H:%M:%SZ') AS {name}"
                for name in ("made_at", "opened_at", "closed_at", "deadline")
            )
            select = (
                "SELECT 'question-' || (unit // 100) AS question, 'forecaster-' || (unit % 100) "
                f"AS forecaster, {instants}, p AS probability, y::INTEGER AS outcome FROM v"
            )
        else:
            p, y = _rows(n, 2 if kind == "two decimals" else 17)
            connection.register("v", {"probability": p, "outcome": y})
            select = "SELECT probability, outcome::INTEGER AS outcome FROM v"
        connection.execute(f"COPY ({select}) TO '{path}'")
    return path


def _medians(rounds: int, *calls: Callable[[], object]) -> tuple[float, list[float]]:
    """Time each call once a round, in turn, after a round that does not count."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds + 1):
        for taken, call in zip(times, calls, strict=True):
            begun = time.perf_counter()
            call()
            taken.append(time.perf_counter() - begun)
    medians = [statistics.median(taken[1:]) for taken in times]
    return medians[0], medians[1:]


def _show(what: str, ours: float | None, theirs: float | None, goal: str) -> None:
    ratio = f"{ours / theirs:.3f}" if ours and theirs else "–"
    taken = [f"{value:.4f}" if value else "–" for value in (ours, theirs)]
    missing = "" if theirs else " (not installed)"
    print(f"{ratio:>8}{goal:>10}{taken[0]:>10}{taken[1]:>10}  {what}{missing}", flush=True)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _first(values: list[float]) -> float | None:
    return values[0] if values else None


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text().splitlines() if found.exists() else []
    named = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


if __name__ == "__main__":
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # read when NumPy is imported
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    main()
