"""No room left: it is said, nothing is half done, and with room again the tracker goes on."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from forecast.model import Comment, Entry
from forecast.store import append, queries
from forecast.store.connection import explain, open_store
from forecast.store.load import load


def longwinded(question: str) -> Comment:
    """Make a comment that takes more room than there is."""
    made_at = datetime(2026, 5, 2, tzinfo=UTC)
    return Comment(question=question, author="ann", text="x" * 400_000, made_at=made_at)


def fill_up(tracker: sqlite3.Connection) -> None:
    """Leave the file no page to grow by."""
    (pages,) = tracker.execute("PRAGMA page_count").fetchone()
    tracker.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_said_and_nothing_is_half_done(db: Any, rain: Any, told: Any) -> None:
    """The write that did not fit left nothing, and the connection works on."""
    append.add_question(db, rain, told())
    fill_up(db)
    before = list(db.iterdump())
    with pytest.raises(sqlite3.OperationalError) as caught:
        append.comment(db, longwinded("rain"), told())
    assert "no room left to write t.db" in explain(caught.value, Path("t.db"))
    assert not db.in_transaction
    assert before == list(db.iterdump())
    assert ["rain"] == [one.question.id for one in queries.listing(db, told().at)]
    db.execute("PRAGMA max_page_count = 1000000")
    append.comment(db, longwinded("rain"), told())
    assert [400_000] == [len(one.text) for one in queries.comments(db, "rain")]


def test_a_load_that_does_not_fit_is_none(db: Any, rain: Any, told: Any) -> None:
    """Whole or not at all, also where the room ends in the middle."""
    append.add_question(db, rain, told())
    fill_up(db)
    before = list(db.iterdump())
    entries = [
        Entry(
            question=replace(rain, id=f"q-{n}"),
            comments=(longwinded(f"q-{n}"),) if n == 20 else (),
        )
        for n in range(40)
    ]
    with pytest.raises(sqlite3.OperationalError):
        load(db, entries, told())
    assert before == list(db.iterdump())
    db.execute("PRAGMA max_page_count = 1000000")
    assert 40 == load(db, entries, told()).questions


LIMITED = """
import resource, signal, sqlite3, sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from forecast.model import Comment, Question
from forecast.store import append, queries
from forecast.store.connection import StoreError, explain, open_store
from forecast.store.rows import Recording

path, limit, room = Path(sys.argv[1]), int(sys.argv[2]), resource.RLIM_INFINITY
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
now = datetime(2026, 5, 4, tzinfo=UTC)
told = Recording(at=now, by="login")

def write():
    with closing(open_store(path, create=True)) as tracker:
        for n in range(20):
            question = Question(
                id=f"q-{n}", title="?", opened_at=now, deadline=now + timedelta(days=1)
            )
            append.add_question(tracker, question, told)
            print("recorded", n)
            remark = Comment(question=f"q-{n}", author="ann", text="x" * 9000, made_at=now)
            append.comment(tracker, remark, told)

resource.setrlimit(resource.RLIMIT_FSIZE, (limit, room))
try:
    write()
    print("said nothing")
except StoreError as error:
    print("said", error)
except sqlite3.Error as error:
    print("said", explain(error, path))
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
"""


@pytest.mark.parametrize("kilobytes", [0, 1, 30, 60, 100, 150, 300])
def test_writes_that_fail_at_any_stage(tmp_path: Path, kilobytes: int) -> None:
    """From the first byte of a new file on: a line says so, and what was acknowledged is there."""
    path = tmp_path / "t.db"
    command = [sys.executable, "-c", LIMITED, str(path), str(1024 * kilobytes)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "" == ran.stderr
    *acknowledged, said = ran.stdout.splitlines()
    assert "nothing was recorded" in said
    assert str(path) in said
    with closing(open_store(path, create=True)) as tracker:
        there = len(queries.ids_beginning(tracker, ""))
        # Recorded but not acknowledged cannot happen either: the error came before or in it.
        assert len(acknowledged) == there
        assert [("ok",)] == tracker.execute("PRAGMA integrity_check").fetchall()
        question = queries.listing(tracker, datetime(2026, 5, 4, tzinfo=UTC))
        assert there == len(question)
