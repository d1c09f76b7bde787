"""Eight processes at once: on a file that is not there yet, loading, reading, writing."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from forecast.store import queries
from forecast.store.connection import open_store

CROWD = 8

#: A process that does one job for each line `JOB PATH` it is given, and answers each with a line.
WORKER = """
import sys, traceback
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from forecast.model import Comment, Entry, Forecast, Question, Resolution
from forecast.store import append, forecasters, queries, schema
from forecast.store.connection import open_store
from forecast.store.load import load
from forecast.store.rows import Recording
import filelock

me = sys.argv[1]
now = datetime(2026, 5, 4, tzinfo=UTC)
told = Recording(at=now, by=me)

def question(id_):
    return Question(id=id_, title="?", opened_at=now, deadline=now + timedelta(days=9))

def forecast(id_, who, n):
    return Forecast(question=id_, forecaster=who, made_at=now, probability=n / 100)

def write(tracker):
    append.add_question(tracker, question(f"q-{me}"), told)
    for n in range(25):
        append.record_forecast(tracker, forecast(f"q-{me}", "everybody", n), told)

def mix(tracker):
    entries = [
        Entry(
            question=question(f"q-{n}"),
            forecasts=(forecast(f"q-{n}", f"person {n}", n), forecast(f"q-{n}", "both", n)),
            resolution=Resolution(question=f"q-{n}", outcome="no", known_at=now),
        )
        for n in range(30)
    ]
    for turn in range(4):
        load(tracker, entries, told)
        listed = [one.question.id for one in queries.listing(tracker, now)]
        assert len(listed) == 30, listed
        append.record_forecast(tracker, forecast(f"q-{turn}", f"writer {me}", turn), told)
        assert queries.standing(tracker, f"q-{turn}", f"writer {me}")
        assert len(queries.entry(tracker, "q-29").forecasts) == 2

print("ready", flush=True)
for line in sys.stdin:
    job, path = line.split()
    try:
        with closing(open_store(Path(path), create=True)) as tracker:
            {"write": write, "mix": mix}[job](tracker)
        print("done", flush=True)
    except BaseException:
        print("failed", " / ".join(traceback.format_exc().split()), flush=True)
"""


@pytest.fixture(scope="module")
def crowd() -> Iterator[list[Any]]:
    """Eight processes that have started and wait for a line."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(CROWD)
    ]
    try:
        assert ["ready\n"] * CROWD == [worker.stdout.readline() for worker in workers]  # type: ignore[union-attr]
        yield workers
    finally:
        for worker in workers:
            worker.communicate(timeout=30)


def all_at_once(workers: list[Any], job: str, path: Path) -> list[str]:
    """Give all of them the same job at the same moment; gives their answers."""
    for worker in workers:
        worker.stdin.write(f"{job} {path}\n")
        worker.stdin.flush()
    return [worker.stdout.readline().strip() for worker in workers]


def test_a_new_file_is_opened_by_eight_at_once(crowd: list[Any], tmp_path: Path) -> None:
    """Each writes a question and 25 forecasts: all are there, and nobody met an error."""
    for turn in range(3):
        path = tmp_path / f"{turn}.db"
        assert ["done"] * CROWD == all_at_once(crowd, "write", path)
        with closing(open_store(path, create=False)) as tracker:
            for number in range(CROWD):
                said = queries.forecasts(tracker, f"q-{number}")
                assert [n / 100 for n in range(25)] == [one.forecast.probability for one in said]
            assert [("everybody",)] == tracker.execute("SELECT name FROM forecasters").fetchall()
            assert [("ok",)] == tracker.execute("PRAGMA integrity_check").fetchall()
        assert {f"{turn}.db", f"{turn}.db.lock"} == {
            one.name for one in tmp_path.iterdir() if one.name.startswith(str(turn))
        }


def test_eight_load_read_and_write_together(crowd: list[Any], tmp_path: Path) -> None:
    """One file loaded by all of them is there once, and every reader sees whole loads only."""
    path = tmp_path / "mixed.db"
    assert ["done"] * CROWD == all_at_once(crowd, "mix", path)
    with closing(open_store(path, create=False)) as tracker:
        counts = tracker.execute(
            "SELECT (SELECT count(*) FROM questions), (SELECT count(*) FROM revisions), "
            "(SELECT count(*) FROM forecasts), (SELECT count(*) FROM resolutions)"
        ).fetchone()
        assert (30, 30, 60 + 4 * CROWD, 30) == counts
