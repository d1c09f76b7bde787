"""Opening the database: who may, which version, and how a write is whole or not at all."""

import contextlib
import itertools
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from forecast.model import ForecastError

APPLICATION_ID = 0x46435354  # "FCST", in the file's header
SCHEMA_VERSION = 3  # as many as schema.py has migrations; a test holds it
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
        If it cannot be opened, the file is no tracker, or a newer program wrote it.
    """
    _check_sqlite()
    # Whatever link leads to it, a file has one lock, and its WAL beside it.
    path = Path(os.path.realpath(path))
    if not _is_there(path):
        if not create:
            return _empty_in_memory()
        _make_private_file(path)
    try:
        connection = sqlite3.connect(
            path, timeout=TIMEOUT_SECONDS, isolation_level=None, factory=_Tracker
        )
        try:
            connection.file = path, path.stat().st_ino
            connection.execute("PRAGMA foreign_keys = ON")
            # A tracker may come from somebody else: its views and triggers call nothing odd.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            # What was acknowledged survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            if format_of(connection, path) < SCHEMA_VERSION:
                _bring_up_to_date(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise StoreError(explain(error, path)) from error
    except OSError as error:  # it was removed just now
        raise _unusable(path, error) from error
    return connection


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Do what is inside as one write: all of it, or none.

    The lock is taken at the start (`BEGIN IMMEDIATE`): a transaction that reads first and asks
    for the lock later fails at once when another process wrote in between.
    """
    if connection.execute("PRAGMA journal_mode").fetchone() == ("delete",):
        # A backup that was put in place by hand: else whoever looks at it holds up the writers.
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
    _take_the_lock(connection)
    try:
        yield
        _check_still_there(connection)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already; what went wrong first is what to tell.
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def _take_the_lock(connection: sqlite3.Connection) -> None:
    """Begin to write, asking for the lock at an even pace while others have it.

    SQLite asks ever more seldom the longer one waits, so that in a crowd those who come last are
    served first, and some not within half a minute.
    """
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        until = time.monotonic() + patience / 1000
        for pause in itertools.chain((0.001, 0.002), itertools.repeat(0.005)):
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if _kind(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(pause)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


class _Tracker(sqlite3.Connection):
    """A connection that knows its file: path and number."""

    file: tuple[Path, int]


def _check_still_there(connection: sqlite3.Connection) -> None:
    """Refuse to write what would be gone with the last program that has the file open."""
    if not isinstance(connection, _Tracker):
        return
    path, number = connection.file
    try:
        there = path.stat().st_ino == number
    except OSError:
        there = False
    if not there:
        raise StoreError(
            f"{path} was removed or replaced meanwhile: nothing was recorded; look for it, or "
            "put a copy back with forecast restore"
        )


def explain(error: sqlite3.Error, path: Path) -> str:
    """Say in one line what SQLite's error means for the person who met it."""
    text = str(error)
    code = _kind(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} has been in use by another program for {TIMEOUT_SECONDS} s: try again"
    if code == sqlite3.SQLITE_FULL:
        return f"no room left to write {path}: nothing was recorded; make room and try again"
    if code == sqlite3.SQLITE_READONLY:
        return f"{path} or its folder is read-only: nothing was recorded"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"{path} cannot be opened: check that you may read and write it and its folder"
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return f"{path} is not a tracker or is damaged ({text}): name another with --db"
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"{path} could not be read or written ({text}): nothing was recorded; see whether "
            "its disk is full, over its quota or failing"
        )
    return f"{path}: {text}"


def _kind(error: sqlite3.Error) -> int:
    # The low byte is the kind, the rest which of the kind; errors of Python's own have none.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: {wanted} or newer is needed")


def _is_there(path: Path) -> bool:
    """Whether there is a file; refuse what is there and cannot be a database."""
    try:
        if path.is_dir():
            raise StoreError(f"{path} is a folder, not a database: name a file with --db")
        if path.exists() and not path.is_file():  # to open a pipe would wait for ever
            raise StoreError(f"{path} is not a file: name another with --db")
        return path.exists()
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path} cannot be used ({error.strerror}): name another with --db")


def _make_private_file(path: Path) -> None:
    """Make the file before SQLite does, so that nobody else can read it, its WAL included."""
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}: make it, or name another with --db")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:  # another process was faster
        pass
    except OSError as error:
        raise _unusable(path, error) from error


def format_of(connection: sqlite3.Connection, path: Path) -> int:
    """Give a file's format, 0 for a new file; refuse what is not ours or is newer."""
    # One transaction, so that it sees either nothing or the whole of a schema that another
    # process is making meanwhile.
    connection.execute("BEGIN")
    try:
        (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.execute("ROLLBACK")
    if (objects, application, version) == (0, 0, 0):
        return 0
    if application != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program: name another with --db")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer forecast (format {version}, this one knows "
            f"{SCHEMA_VERSION}): upgrade with pip install -U forecast-tracker"
        )
    return int(version)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Make or migrate the schema, one process at a time, an old file's copy put beside it."""
    with lock_of(path):
        version = format_of(connection, path)  # another process may have been first
        if version == SCHEMA_VERSION:
            return
        if version:
            _copy_beside(connection, path, version)
        connection.execute("PRAGMA journal_mode = WAL")
        lay_out(connection, path)


def lay_out(connection: sqlite3.Connection, path: Path) -> None:
    """Make or migrate the tables and say which format they have now: all of it, or nothing.

    `path` is what to call the file in an error.
    """
    # Here, because most commands do not need sqlite-utils.
    from sqlite_utils.db import AlterError, InvalidColumns, NoTable, TransformError

    from forecast.store import schema

    # Outside the write, where alone SQLite changes it; off, because transform() drops the table
    # it has copied, which others point at.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with writing(connection):
            schema.migrate(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except (AlterError, InvalidColumns, NoTable, TransformError) as error:
        raise StoreError(
            f"{path} cannot be brought to today's format: its tables are not what they were "
            f"({error})"
        ) from error
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def be_one_file(copy: sqlite3.Connection) -> None:
    """Have a copy need no log beside it, as the file has that it was taken of."""
    if copy.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
        # SQLite says nothing of it where there was no room.
        raise sqlite3.OperationalError("the copy could not be completed")


@contextlib.contextmanager
def lock_of(path: Path) -> Iterator[None]:
    """Hold what making, migrating and restoring a tracker hold: one process at a time."""
    from filelock import FileLock, Timeout

    lock = FileLock(f"{path}.lock", timeout=2 * TIMEOUT_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError(f"another forecast is at work on {path}: try again later") from error
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _copy_beside(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Keep an old file as it is: all of it, or nothing, and once if this is broken off."""
    import filecmp

    making = path.with_name(f".{path.name}.format-{version}.new")
    leftovers = [
        making.with_name(making.name + suffix) for suffix in ("", "-journal", "-wal", "-shm")
    ]
    try:
        for left in leftovers:
            left.unlink(missing_ok=True)
        _make_private_file(making)
        with contextlib.closing(sqlite3.connect(making)) as target:
            connection.backup(target)
            be_one_file(target)
        for attempt in range(1000):
            suffix = f"-{attempt}" if attempt else ""
            copy = path.with_name(f"{path.name}.format-{version}{suffix}")
            if not copy.exists():
                making.rename(copy)
                return
            if filecmp.cmp(making, copy, shallow=False):
                return
        raise StoreError(f"there are too many {path.name}.format-{version}-N: remove some")
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        for left in leftovers:
            with contextlib.suppress(OSError):
                left.unlink()


def _empty_in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    lay_out(connection, Path(":memory:"))
    return connection
