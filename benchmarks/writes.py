"""What a write costs: alone, in a crowd, with and without the chain, and a million at once.

    python benchmarks/writes.py [N] [--only chain|crowd|bulk] [--rounds ROUNDS]

- chain: a `predict` with the chain as a ratio to the same without, as a call of the store and as a
  whole process; the goal is 1.3. The two take turns, and the ratio is of medians.
- crowd: median and 99th percentile of a write through the command line, alone, and in a crowd of
  sixteen while `report`, `check` and `backup` run all the time.
- bulk: N forecasts (100,000; the issue says a million) in one write, chained and checked, as a
  ratio to the slower of `sqlite-utils insert` and sqlite3's `.import` of the same rows, which check
  nothing; the goal is 2.
"""

import argparse
import contextlib
import csv
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forecast.model import Entry, Forecast, Question
from forecast.store import append, chain
from forecast.store.connection import open_store, writing
from forecast.store.load import load
from forecast.store.rows import Recording

REPOSITORY = Path(__file__).parents[1]
NOW = datetime(2026, 5, 4, tzinfo=UTC)
TOLD = Recording(at=NOW + timedelta(days=1), by="benchmark")
PER_QUESTION = 100
FORECASTERS = 1000
WRITERS = 16

#: A whole `predict` without the chain: not even its module is imported.
_WITHOUT = """
import sys, types
without = types.ModuleType("forecast.store.chain")
without.append = lambda *_: None
sys.modules["forecast.store.chain"] = without
"""
_PREDICT = """
from forecast.cli import main
main(["predict", "q-0", "37%"])
"""


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("n", nargs="?", type=int, default=100_000, help="forecasts in bulk")
    parser.add_argument("--only", choices=["chain", "crowd", "bulk"])
    parser.add_argument("--rounds", type=int, default=0, help="fewer, to see that it works")
    given = parser.parse_args()
    print(f"{datetime.now(UTC).date()}, {_processor()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n")
    if given.only in (None, "chain"):
        compare_chain(given.rounds or 25)
    if given.only in (None, "crowd"):
        compare_crowd(given.rounds or 50)
    if given.only in (None, "bulk"):
        compare_bulk(given.n, given.rounds or (3 if given.n <= 100_000 else 1))


# The chain


def compare_chain(rounds: int) -> None:
    """Time a `predict` with and without the chain."""
    print(f"{'predict':<24}{'without':>12}{'with':>12}{'ratio':>8}{'goal':>8}")
    with _folder() as folder:
        for name, measure in (("a call of the store", _calls), ("a whole process", _processes)):
            without, with_chain = measure(folder, rounds)
            ratio = with_chain / without
            print(f"{name:<24}{without:>9.2f} ms{with_chain:>9.2f} ms{ratio:>8.2f}{1.3:>8}")
    print()


def _calls(folder: Path, rounds: int) -> tuple[float, float]:
    """Give the median milliseconds of a recorded forecast, without and with the chain."""
    real = chain.append
    times: dict[bool, list[float]] = {False: [], True: []}
    with contextlib.ExitStack() as stack:
        trackers = {}
        for chained in times:
            tracker = open_store(folder / f"calls-{chained}.db", create=True)
            trackers[chained] = stack.enter_context(contextlib.closing(tracker))
            append.add_question(tracker, _question(0), TOLD)
        try:
            for number in range(20 * rounds):
                for chained, tracker in trackers.items():
                    # mypy: a function may be replaced for once
                    setattr(chain, "append", real if chained else _nothing)  # noqa: B010
                    begun = time.perf_counter()
                    append.record_forecast(tracker, _forecast(0, number), TOLD)
                    times[chained].append(1000 * (time.perf_counter() - begun))
        finally:
            setattr(chain, "append", real)  # noqa: B010
    return statistics.median(times[False]), statistics.median(times[True])


def _nothing(*_: object) -> None:
    """Chain nothing."""


def _processes(folder: Path, rounds: int) -> tuple[float, float]:
    """Give the median milliseconds of a whole `predict`, without and with the chain."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for chained in times:
        with contextlib.closing(open_store(folder / f"{chained}.db", create=True)) as tracker:
            append.add_question(tracker, _question(0), TOLD)
    for _ in range(rounds):
        for chained, taken in times.items():
            environment = {
                **os.environ,
                "FORECAST_DB": str(folder / f"{chained}.db"),
                "FORECAST_NOW": TOLD.at.isoformat(),
                "FORECAST_AS": "ann",
            }
            program = _PREDICT if chained else _WITHOUT + _PREDICT
            taken.append(1000 * _run([sys.executable, "-c", program], environment))
    return statistics.median(times[False]), statistics.median(times[True])


# The crowd


def compare_crowd(writes: int) -> None:
    """Time writes alone and in a crowd; it is the crowd that the tests let loose."""
    print(f"{'a write, ms':<24}{'median':>12}{'99th pct.':>12}{'writes/s':>12}")
    program = REPOSITORY / "tests" / "reliability" / "crowding.py"
    for name, writers in (("one writer", 1), (f"{WRITERS} writers", WRITERS)):
        command = [sys.executable, str(program), "crowd", str(writers), str(writes)]
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(ran.stdout)
        rate = writers * writes / found["seconds"]
        print(f"{name:<24}{found['median']:>12.1f}{found['slow']:>12.1f}{rate:>12.0f}")
    print()


# In bulk


def compare_bulk(n: int, rounds: int) -> None:
    """Time many forecasts in one write, and the same rows through tools that check nothing."""
    entries = [
        Entry(
            question=_question(number),
            forecasts=tuple(
                _forecast(number, other)
                for other in range(min(PER_QUESTION, n - number * PER_QUESTION))
            ),
        )
        for number in range(-(-n // PER_QUESTION))
    ]
    with _folder() as folder:
        rows = folder / "rows.csv"
        ways: dict[str, Callable[[], float]] = {
            "forecast: insert_forecast": lambda: _timed(_inserted, folder, entries),
            "forecast: load": lambda: _timed(_loaded, folder, entries),
            "sqlite-utils insert": lambda: _utils(folder, rows),
        }
        if shutil.which("sqlite3"):
            ways["sqlite3 .import"] = lambda: _imported(folder, rows)
        _write_rows(folder, entries, rows)
        best = {name: min(way() for _ in range(rounds)) for name, way in ways.items()}
    slower = max(best.get("sqlite3 .import", 0.0), best["sqlite-utils insert"])
    print(f"{n:,} forecasts{'':<8}{'s':>12}{'µs each':>12}{'ratio':>8}{'goal':>8}")
    for name, seconds in best.items():
        goal = "2" if name.startswith("forecast") else ""
        each = 1e6 * seconds / n
        print(f"{name:<26}{seconds:>10.2f}{each:>12.1f}{seconds / slower:>8.2f}{goal:>8}")


def _timed(fill: Callable[[Path, list[Entry]], None], folder: Path, entries: list[Entry]) -> float:
    path = folder / "bulk.db"
    begun = time.perf_counter()
    fill(path, entries)
    taken = time.perf_counter() - begun
    _remove(path)
    return taken


def _inserted(path: Path, entries: list[Entry]) -> None:
    """Do what an importer does: one row after another, in one write."""
    with contextlib.closing(open_store(path, create=True)) as tracker, writing(tracker):
        for entry in entries:
            append.insert_question(tracker, entry.question, TOLD)
            for forecast in entry.forecasts:
                append.insert_forecast(tracker, forecast, TOLD)


def _loaded(path: Path, entries: list[Entry]) -> None:
    """Do what `load` does once the file is read: also look for what the record has already."""
    with contextlib.closing(open_store(path, create=True)) as tracker:
        load(tracker, entries, TOLD)


def _write_rows(folder: Path, entries: list[Entry], rows: Path) -> None:
    path = folder / "rows.db"
    _inserted(path, entries)
    with contextlib.closing(sqlite3.connect(path)) as plain, rows.open("w", newline="") as file:
        cursor = plain.execute("SELECT * FROM forecasts")
        writer = csv.writer(file)
        writer.writerow([column[0] for column in cursor.description])
        writer.writerows(cursor)
    _remove(path)


def _utils(folder: Path, rows: Path) -> float:
    path = folder / "utils.db"
    tool = Path(sys.executable).with_name("sqlite-utils")
    taken = _run([str(tool), "insert", str(path), "forecasts", str(rows), "--csv"])
    _remove(path)
    return taken


def _imported(folder: Path, rows: Path) -> float:
    path = folder / "imported.db"
    taken = _run(["sqlite3", str(path), f".import --csv {rows} forecasts"])
    _remove(path)
    return taken


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> float:
    begun = time.perf_counter()
    subprocess.run(
        command,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # sqlite-utils draws a progress bar
    )
    return time.perf_counter() - begun


def _remove(path: Path) -> None:
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="forecast-bench-") as name:
        yield Path(name)


def _question(number: int) -> Question:
    deadline = NOW + timedelta(days=300)
    return Question(id=f"q-{number}", title="?", opened_at=NOW, deadline=deadline)


def _forecast(question: int, number: int) -> Forecast:
    return Forecast(
        question=f"q-{question}",
        forecaster=f"forecaster {(question * 7 + number) % FORECASTERS}",
        made_at=NOW + timedelta(seconds=number),
        probability=(1 + number % 99) / 100,
        note="for the reasons given",
    )


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
