"""How long `verify` takes, as a ratio to SQLite's own integrity check of the same file.

    python benchmarks/verify.py [ROWS]

The rows are written by the store's own functions: a question for each hundred forecasts, a
thousand forecasters. The goal is a ratio of at most 20, and memory that does not grow with ROWS.
"""

import contextlib
import datetime
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from forecast.model import Forecast, Question
from forecast.store import append
from forecast.store.connection import open_store, writing
from forecast.store.rows import Recording

OPENED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DEADLINE = OPENED + datetime.timedelta(days=365)
FORECASTS_PER_QUESTION = 100
N_FORECASTERS = 1000
ROUNDS = 3


def main(n: int = 100_000) -> None:
    """Fill a tracker, then time both checks of it in turn."""
    today = datetime.datetime.now(datetime.UTC).date()
    print(f"{today}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"SQLite {sqlite3.sqlite_version}", flush=True)
    with tempfile.TemporaryDirectory(prefix="forecast-bench-") as folder:
        path = Path(folder) / "t.db"
        # In a process of its own: the memory of ours would count as that of the ones it starts.
        filled, _ = _timed([sys.executable, __file__, "--fill", str(path), str(n)])
        with contextlib.closing(sqlite3.connect(path)) as tracker:
            (positions,) = tracker.execute("SELECT count(*) FROM chain").fetchone()
        size = path.stat().st_size / 1e6
        print(f"{n:,} forecasts, {positions:,} positions, {size:,.0f} MB, filled in {filled:.0f} s")
        theirs, ours, peaks = [], [], []
        for _ in range(ROUNDS):
            theirs.append(_timed(_integrity_check(path))[0])
            seconds, peak = _timed([sys.executable, "-m", "forecast", "--db", str(path), "verify"])
            ours.append(seconds)
            peaks.append(peak)
        one, other = statistics.median(ours), statistics.median(theirs)
        print(f"verify {one:.2f} s, integrity_check {other:.2f} s")
        print(f"ratio {one / other:.1f} (goal 20), peak memory {max(peaks) / 1000:.0f} MB")


def fill(tracker: sqlite3.Connection, n: int) -> None:
    """Record `n` forecasts in one write."""
    recording = Recording(at=OPENED + datetime.timedelta(days=1), by="login")
    with writing(tracker):
        for i in range(n):
            question = f"question-{i // FORECASTS_PER_QUESTION}"
            if i % FORECASTS_PER_QUESTION == 0:
                asked = Question(
                    id=question, title="Will it rain?", opened_at=OPENED, deadline=DEADLINE
                )
                append.insert_question(tracker, asked, recording)
            said = Forecast(
                question=question,
                forecaster=f"forecaster {i % N_FORECASTERS}",
                made_at=OPENED + datetime.timedelta(seconds=i % 86_000),
                probability=(i % 999 + 1) / 1000,
                note="as the barometer has it" if i % 5 == 0 else "",
            )
            append.insert_forecast(tracker, said, recording)


def _integrity_check(path: Path) -> list[str]:
    """Give the command that people would check the file with, or the same from Python."""
    shell = shutil.which("sqlite3")
    if shell:
        return [shell, str(path), "PRAGMA integrity_check"]
    code = f"import sqlite3; sqlite3.connect({str(path)!r}).execute('PRAGMA integrity_check')"
    return [sys.executable, "-c", code]


def _timed(command: list[str]) -> tuple[float, int]:
    """Run a command; gives its seconds and the most memory it took, in kB."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - begun, usage.ru_maxrss


def _fill(path: str, n: str) -> None:
    with contextlib.closing(open_store(Path(path), create=True)) as tracker:
        fill(tracker, int(n))
        tracker.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    if "--fill" in sys.argv:
        _fill(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
