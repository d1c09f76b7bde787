"""Many write while others report, check and back up: all is there, and nobody meets an error.

The short form; `python docs/campaigns.py --only crowd` is the full one.
"""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from crowding import crowd, said_by

from forecast.store.connection import open_store, writing


def test_a_crowd_loses_nothing(tmp_path: Path) -> None:
    """Each of six says 25 things: every one is there with its value, and the record verifies."""
    done = crowd(tmp_path, writers=6, writes=25)
    assert 150 == done.writes == len(done.took)
    assert {"report", "check", "backup"} == set(done.turns)


def test_the_crowd_says_all_kinds_of_things() -> None:
    """Forecasts, comments and, once there is something to withdraw, withdrawals."""
    assert {"forecast", "comment", "withdrawal"} == {kind for kind, _, _ in said_by(3, 25)}


def test_a_writer_waits_for_its_turn(tmp_path: Path) -> None:
    """It gets the lock soon after it is free, and its patience is what it was."""
    path = tmp_path / "t.db"
    with (
        closing(open_store(path, create=True)) as mine,
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        releasing = threading.Timer(0.2, other.execute, ["ROLLBACK"])
        begun = time.perf_counter()
        releasing.start()
        with writing(mine):
            waited = time.perf_counter() - begun
        releasing.join()
        assert 0.15 < waited < 2
        assert (30_000,) == mine.execute("PRAGMA busy_timeout").fetchone()


def test_a_writer_does_not_wait_for_ever(tmp_path: Path) -> None:
    """Once its patience is at an end it fails as SQLite does, and can try again."""
    path = tmp_path / "t.db"
    with (
        closing(open_store(path, create=True)) as mine,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        mine.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"), writing(mine):
            pass
        assert not mine.in_transaction
        other.execute("ROLLBACK")
        with writing(mine):
            assert mine.in_transaction
