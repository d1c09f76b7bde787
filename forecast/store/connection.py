"""Opening the database: who may, which version, and how a write is whole or not at all."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from forecast.model import ForecastError

APPLICATION_ID = 0x46435354  # "FCST", in the file's header
SCHEMA_VERSION = 1  # as many as schema.py has migrations; a test holds it
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
TIMEOUT_SECONDS = 30


class StoreError(ForecastError):
    """The database cannot be opened, read or written."""


def open_store(path: Path, *, create: bool) -> sqlite3.Connection:
    """Open the tracker at `path`, making or migrating it where that is needed.

    Parameters
    ----------
    path : Path
    create : bool
        Whether a missing file is made. Commands that only read pass False and get an empty
        tracker in memory, so that looking never leaves a file behind.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode; write inside `writing`.

    Raises
    ------
    StoreError
        If there is no such folder, the file is no tracker, or a newer program wrote it.
    """
    _check_sqlite()
    path = path.absolute()
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database: name a file with --db")
    if not path.exists():
        if not create:
            return _empty_in_memory()
        _make_private_file(path)
    connection = _connect(path)
    try:
        if _version(connection, path) < SCHEMA_VERSION:
            _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Do what is inside as one write: all of it, or none.

    The lock is taken at the start (`BEGIN IMMEDIATE`): a transaction that reads first and asks
    for the lock later fails at once when another process wrote in between.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("ROLLBACK")
        raise


def explain(error: sqlite3.Error, path: Path) -> str:
    """Say in one line what SQLite's error means for the person who met it."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return f"{path} has been in use by another program for {TIMEOUT_SECONDS} s: try again"
    if "full" in text:
        return f"no room left to write {path}: nothing was recorded; make room and try again"
    if "readonly" in text or "read-only" in text:
        return f"{path} or its folder is read-only: nothing was recorded"
    if "unable to open" in text:
        return f"{path} cannot be opened: check that you may read and write it and its folder"
    if "not a database" in text or "malformed" in text:
        return f"{path} is not a tracker or is damaged ({text}): name another with --db"
    return f"{path}: {text}"


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: {wanted} or newer is needed")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=TIMEOUT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
    return connection


def _make_private_file(path: Path) -> None:
    """Make the file before SQLite does, so that nobody else can read it, its WAL included."""
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}: make it, or name another with --db")
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Give the file's schema version, 0 for a new file; refuse what is not ours or is newer."""
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application == 0 and version == 0 and _holds_nothing(connection):
            return 0
    except sqlite3.DatabaseError as error:
        raise StoreError(explain(error, path)) from error
    if application != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program: name another with --db")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer forecast (format {version}, this one knows "
            f"{SCHEMA_VERSION}): upgrade with pip install -U forecast-tracker"
        )
    return int(version)


def _holds_nothing(connection: sqlite3.Connection) -> bool:
    # One statement, so that it sees either nothing or a whole schema being made meanwhile.
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(tables == 0)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Make or migrate the schema, one process at a time, an old file's copy put beside it."""
    from filelock import FileLock

    from forecast.store import schema

    with FileLock(f"{path}.lock", timeout=2 * TIMEOUT_SECONDS, mode=0o600):
        version = _version(connection, path)  # another process may have been first
        if version == SCHEMA_VERSION:
            return
        if version:
            _copy_beside(connection, path, version)
        # Not inside the transaction: SQLite changes the journal mode only outside of one.
        connection.execute("PRAGMA journal_mode = WAL")
        with writing(connection):
            schema.migrate(connection)


def _copy_beside(connection: sqlite3.Connection, path: Path, version: int) -> None:
    for attempt in range(1000):
        suffix = f"-{attempt}" if attempt else ""
        copy = path.with_name(f"{path.name}.format-{version}{suffix}")
        if not copy.exists():
            break
    _make_private_file(copy)
    with contextlib.closing(sqlite3.connect(copy)) as target:
        connection.backup(target)


def _empty_in_memory() -> sqlite3.Connection:
    from forecast.store import schema

    connection = sqlite3.connect(":memory:", isolation_level=None)
    with writing(connection):
        schema.migrate(connection)
    return connection
