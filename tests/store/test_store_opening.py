"""Opening a tracker: who may read it, what is refused, and what looking leaves behind."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from forecast.model import ForecastError
from forecast.store import append, connection, queries
from forecast.store.connection import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    StoreError,
    explain,
    open_store,
)


@contextmanager
def opened(path: Path, *, create: bool = True) -> Iterator[sqlite3.Connection]:
    """Open a tracker for the length of a block."""
    with closing(open_store(path, create=create)) as tracker:
        yield tracker


def refusal(path: Path, *, create: bool = True) -> str:
    """Give the one line with which a path is refused."""
    with pytest.raises(StoreError) as caught:
        open_store(path, create=create)
    message = str(caught.value)
    assert [message] == message.splitlines()
    assert str(path.parent) in message
    return message


def run_python(code: str, *arguments: object) -> Any:
    """Run code in an interpreter of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_nobody_else_can_read_a_tracker(tmp_path: Path, rain: Any, told: Any) -> None:
    """The file, its WAL, its shared memory and its lock have the mode 0600 under any umask."""
    before = os.umask(0)
    try:
        with opened(tmp_path / "t.db") as tracker:
            append.add_question(tracker, rain, told())
            modes = {one.name: oct(one.stat().st_mode & 0o777) for one in tmp_path.iterdir()}
    finally:
        os.umask(before)
    names = ("t.db", "t.db-wal", "t.db-shm", "t.db.lock")
    assert dict.fromkeys(names, "0o600") == modes


def test_a_link_to_nowhere_makes_a_private_file(tmp_path: Path) -> None:
    """A file made through a symbolic link is as private as any."""
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    before = os.umask(0)
    try:
        opened(tmp_path / "link.db").__enter__().close()
    finally:
        os.umask(before)
    assert 0o600 == (tmp_path / "real.db").stat().st_mode & 0o777


def test_it_is_set_up_to_survive_crowds_and_power_cuts(db: sqlite3.Connection) -> None:
    """WAL, full synchronisation, foreign keys, a patient lock; strict tables."""
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "application_id")
    assert ["wal", 2, 1, 30_000, APPLICATION_ID] == [
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas
    ]
    strict = db.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'")
    ours = {name: flag for name, flag in strict if not name.startswith(("sqlite_", "_"))}
    assert 16 == len(ours)
    assert {1} == set(ours.values())


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    """To read a tracker that is missing, folder included, gives an empty one and makes no file."""
    with opened(tmp_path / "none.db", create=False) as tracker:
        assert [] == queries.ids_beginning(tracker, "")
    with opened(tmp_path / "no" / "folder.db", create=False) as tracker:
        assert [] == queries.ids_beginning(tracker, "")
    assert [] == list(tmp_path.iterdir())


def test_an_empty_file_becomes_a_tracker(tmp_path: Path, rain: Any, told: Any) -> None:
    """A file of 0 bytes, as mktemp or touch leaves it, is taken as a new tracker."""
    path = tmp_path / "t.db"
    path.touch()
    with opened(path) as tracker:
        append.add_question(tracker, rain, told())
    with opened(path, create=False) as tracker:
        assert ["rain"] == queries.ids_beginning(tracker, "")


def test_a_newer_file_is_refused_unharmed(tmp_path: Path) -> None:
    """A file of a newer program keeps every byte, and the message says what to do."""
    path = tmp_path / "t.db"
    with opened(path) as tracker:
        tracker.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    assert "upgrade with pip" in refusal(path)
    assert before == path.read_bytes()
    assert {"t.db", "t.db.lock"} == {one.name for one in tmp_path.iterdir()}


@pytest.mark.parametrize(
    "setup",
    [
        "CREATE TABLE theirs (x)",
        "PRAGMA user_version = 7",
        f"PRAGMA user_version = {SCHEMA_VERSION}",
        "PRAGMA application_id = 252006673",
    ],
)
def test_another_programs_database_is_refused_unharmed(tmp_path: Path, setup: str) -> None:
    """A table, a version or a mark of another program is enough to keep our hands off."""
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute(setup)
    before = path.read_bytes()
    assert "another program" in refusal(path)
    assert "another program" in refusal(path, create=False)
    assert before == path.read_bytes()
    assert ["theirs.db"] == [one.name for one in tmp_path.iterdir()]


@pytest.mark.parametrize("content", [b"junk\n", b"junk" * 5000, b"SQLite format 3\0" + bytes(84)])
def test_junk_is_refused_unharmed(tmp_path: Path, content: bytes) -> None:
    """A file that is no database, or only begins as one, is refused and keeps its bytes."""
    path = tmp_path / "junk.db"
    path.write_bytes(content)
    assert "not a tracker or is damaged" in refusal(path)
    assert content == path.read_bytes()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a missing folder, a pipe (which would hang), a name too long: each by name."""
    assert "is a folder" in refusal(tmp_path)
    assert f"no folder {tmp_path}/no" in refusal(tmp_path / "no" / "t.db")
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in refusal(tmp_path / "pipe")
    assert "cannot be used" in refusal(tmp_path / ("x" * 300))


READ_ONLY = """
import os, sys
from pathlib import Path
from contextlib import closing
import filelock, forecast.store.schema
from forecast.store.connection import StoreError, open_store
folder = Path(sys.argv[1])
folder.chmod(0o755)
with closing(open_store(folder / "there.db", create=True)): pass
(folder / "closed").mkdir(0o700)
for name in ("empty.db", "there.db"):
    (folder / name).touch()
    (folder / name).chmod(0o444)
folder.chmod(0o555)
if os.geteuid() == 0:
    os.setuid(65534)
else:
    (folder / "closed").chmod(0)
for name in ("new.db", "empty.db", "there.db", "closed/new.db"):
    try:
        connection = open_store(folder / name, create=True)
        connection.execute("SELECT * FROM current_questions").fetchall()
        print(name, "opened")
    except StoreError as error:
        print(name, str(error).replace(str(folder), ""))
"""


def test_a_read_only_folder_is_refused_in_a_line() -> None:
    """Where nothing may be written, each way to meet that is a StoreError that says so."""
    # Not tmp_path, into which only its owner may look: root has to become somebody else here.
    with tempfile.TemporaryDirectory() as folder:
        ran = run_python(READ_ONLY, folder)
    assert "" == ran.stderr
    said = dict(line.split(" ", 1) for line in ran.stdout.splitlines())
    assert "Permission denied" in said["new.db"]
    assert "Permission denied" in said["empty.db"]
    assert "Permission denied" in said["closed/new.db"]
    # A WAL needs a file beside it even to be read, unless this SQLite can do without.
    assert said["there.db"] == "opened" or "read-only" in said["there.db"]


def test_an_old_sqlite_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A SQLite without STRICT tables is named with the version that is needed."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.36.0")
    with pytest.raises(StoreError, match=r"SQLite 3\.36\.0 is too old: 3\.37\.0 or newer"):
        open_store(tmp_path / "t.db", create=True)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (sqlite3.SQLITE_BUSY, "database is locked", "in use by another program for 30 s"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked", "in use by another program"),
        (sqlite3.SQLITE_LOCKED, "database table is locked", "in use by another program"),
        (sqlite3.SQLITE_FULL, "database or disk is full", "no room left"),
        (sqlite3.SQLITE_READONLY, "attempt to write a readonly database", "is read-only"),
        (sqlite3.SQLITE_CANTOPEN, "unable to open database file", "may read and write it"),
        (sqlite3.SQLITE_NOTADB, "file is not a database", "not a tracker or is damaged"),
        (sqlite3.SQLITE_CORRUPT, "database disk image is malformed", "not a tracker or is dam"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk I/O error", "disk is full, over its quota or failing"),
        (sqlite3.SQLITE_CONSTRAINT, "seats: the house is full", "p.db: seats: the house is full"),
        (None, "Cannot operate on a closed database.", "p.db: Cannot operate on a closed"),
    ],
)
def test_each_error_of_sqlite_is_explained(code: int | None, text: str, expected: str) -> None:
    """The kind decides what is said, not a word that happens to be in the text."""
    error = sqlite3.OperationalError(text)
    if code is not None:
        error.sqlite_errorcode = code
    message = explain(error, Path("p.db"))
    assert expected in message
    assert "p.db" in message


def test_real_errors_carry_their_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rain: Any, told: Any
) -> None:
    """A lock held by somebody else is explained as one, and broke nothing."""
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", 0)
    with opened(tmp_path / "t.db") as holder, opened(tmp_path / "t.db") as other:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            append.add_question(other, rain, told())
        assert "in use by another program" in explain(caught.value, tmp_path)
        holder.execute("ROLLBACK")
        append.add_question(other, rain, told())
        assert ["rain"] == queries.ids_beginning(holder, "")


def test_a_write_is_whole_or_nothing(db: sqlite3.Connection, rain: Any, told: Any) -> None:
    """An error or Ctrl-C inside a write takes back all of it, and the next write works."""
    for problem in (KeyboardInterrupt, ForecastError):
        with contextlib.suppress(problem), connection.writing(db):
            append.insert_question(db, rain, told())
            raise problem
        assert [] == queries.ids_beginning(db, "")
        assert not db.in_transaction
    append.add_question(db, rain, told())


QUICK = """
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from forecast.store import append, queries
from forecast.store.connection import open_store
with closing(open_store(Path(sys.argv[1]), create=True)) as tracker:
    queries.listing(tracker, datetime.now(UTC), search="rain")
    queries.standing(tracker, queries.find_id(tracker, "ra"), "ann")
slow = {"numpy", "sqlite_utils", "dateutil", "tzlocal", "filelock", "zoneinfo", "difflib"}
print(sorted(slow & set(sys.modules)))
"""


def test_the_quick_path_imports_nothing_heavy(tmp_path: Path, rain: Any, told: Any) -> None:
    """To list, find and look at what stands takes the standard library alone."""
    with opened(tmp_path / "t.db") as tracker:
        append.add_question(tracker, rain, told())
    ran = run_python(QUICK, tmp_path / "t.db")
    assert ("", "[]\n") == (ran.stderr, ran.stdout)
