"""Copies of the tracker, made while others write, and putting one back."""

import contextlib
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from forecast.model import ForecastError
from forecast.store.connection import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    TIMEOUT_SECONDS,
    be_one_file,
    explain,
    format_of,
    lay_out,
    lock_of,
)
from forecast.store.verify import Layer, verify

#: What SQLite and this program keep beside a database.
_BESIDE = ("-wal", "-shm", "-journal", ".lock", ".check.lock")
#: Of these SQLite takes the newest state, whatever file stands beside them.
_LOGS = ("-wal", "-journal")
#: How long `restore` waits for others to leave the tracker.
_PATIENCE_SECONDS = 5
#: Older copies in the making were left by a run that was killed.
_LEFT_AFTER_SECONDS = 6 * 3600


def back_up(connection: sqlite3.Connection, path: Path, target: Path, keep: int = 0) -> list[Layer]:
    """Copy the tracker to a file: whole, verified, and only then in its place.

    Parameters
    ----------
    connection : sqlite3.Connection
    path : Path
        The tracker's own file, which a copy must not replace.
    target : Path
        A new file, or an earlier backup.
    keep : int
        How many copies that were there before stay, as `TARGET.1`, the newest, `TARGET.2` …

    Returns
    -------
    list of Layer
        What `verify` says of the copy.

    Raises
    ------
    ForecastError
        If it cannot be written or does not verify; what was there before is left as it was.
    """
    target = Path(os.path.realpath(target))
    try:
        _check_target(Path(os.path.realpath(path)), target)
        with _in_the_making(target) as making:
            layers = _copied(connection, making)
            _refuse_broken(layers, "the copy")
            if keep:
                _rotate(target, keep)
            making.replace(target)
            _sync_folder(target.parent)
    except OSError as error:
        raise ForecastError(f"{target} cannot be written: {error.strerror}") from None
    except sqlite3.Error as error:
        raise ForecastError(_not_copied(error, path, target)) from None
    return layers


def restore(source: Path, path: Path) -> Path | None:
    """Put a copy in the tracker's place; what was there is kept beside it.

    The copy is written into the file by SQLite, as one write: broken off at any moment, the
    tracker is the old one or the new one. Only a file that SQLite cannot open is replaced.

    Parameters
    ----------
    source : Path
        A backup, which is only read; one of an older format is migrated on the way.
    path : Path
        The tracker's file.

    Returns
    -------
    Path or None
        Where what was there is kept; None where there was nothing.

    Raises
    ------
    ForecastError
        If the copy does not verify, or somebody is using the tracker.
    """
    path = Path(os.path.realpath(path))
    _check_source(source, path)
    try:
        with lock_of(path), _in_the_making(path) as making:
            _fetch(source, making)
            kept = _put(path, making)
            _sync_folder(path.parent)
    except OSError as error:
        raise ForecastError(f"{path} cannot be written: {error.strerror}") from None
    return kept


def _check_target(path: Path, target: Path) -> None:
    if target.is_dir():
        raise ForecastError(f"{target} is a folder: name a file in it")
    if not target.parent.is_dir():
        raise ForecastError(f"there is no folder {target.parent}: make it first")
    if target in [path, *(path.with_name(path.name + one) for one in _BESIDE)]:
        raise ForecastError(f"{target} is the tracker itself, or its own: name another file")
    if not target.exists():
        return
    if path.exists() and target.samefile(path):
        raise ForecastError(f"{target} is the tracker itself: name another file")
    if not target.is_file():
        raise ForecastError(f"{target} is not a file: name another")
    if not _is_ours(target):
        raise ForecastError(f"{target} is there, and no backup: name another file, or remove it")
    for log in _logs_of(target):
        # SQLite would take it for the new copy's; and whose it is may be at work.
        raise ForecastError(
            f"{target} is in use as a tracker, or was when that broke off ({log.name}): "
            "name another file"
        )


def _check_source(source: Path, path: Path) -> None:
    if not source.is_file():
        raise ForecastError(f"there is no file {source} to restore from")
    if path.is_dir():
        raise ForecastError(f"{path} is a folder, not a database: name a file with --db")
    if not path.parent.is_dir():
        raise ForecastError(f"there is no folder {path.parent}: make it first")
    if path.exists():
        if path.samefile(source):
            raise ForecastError(f"{source} is the tracker itself: name the copy to restore from")
        if not path.is_file():
            raise ForecastError(f"{path} is not a file: name another with --db")


def _is_ours(file: Path) -> bool:
    """Whether a file is a tracker's, or empty: what a backup may take the place of."""
    header = _header(file)
    return not header or (_is_database(file) and header[68:72] == APPLICATION_ID.to_bytes(4, "big"))


def _is_database(file: Path) -> bool:
    """Whether SQLite would take a file for a database; it makes one of an empty file."""
    header = _header(file)
    return not header or header.startswith(b"SQLite format 3\0")


def _header(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(100)


def _logs_of(file: Path) -> list[Path]:
    logs = [file.with_name(file.name + one) for one in _LOGS]
    return [one for one in logs if one.exists() and one.stat().st_size]


@contextlib.contextmanager
def _in_the_making(target: Path) -> Iterator[Path]:
    """Make a private file beside the target; whatever becomes of it, nothing of it is left."""
    making = target.with_name(f".{target.name}.{os.getpid()}.new")
    _sweep(target)
    _remove(making)
    try:
        os.close(os.open(making, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        yield making
    finally:
        with contextlib.suppress(OSError):
            _remove(making)


def _sweep(target: Path) -> None:
    """Remove copies in the making that runs left which were killed."""
    form = re.compile(rf"\.{re.escape(target.name)}\.\d+\.new(-journal|-wal|-shm)?")
    with contextlib.suppress(OSError):
        for left in target.parent.iterdir():
            is_one = form.fullmatch(left.name)
            if is_one and time.time() - left.lstat().st_mtime > _LEFT_AFTER_SECONDS:
                left.unlink()


def _remove(file: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _copied(connection: sqlite3.Connection, making: Path) -> list[Layer]:
    with contextlib.closing(sqlite3.connect(making, isolation_level=None)) as copy:
        _copy(connection, copy)
        be_one_file(copy)
        return verify(copy)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy page for page, in one read and one write."""
    began = time.monotonic()

    def patience(status: int, *_: int) -> None:
        # Python waits for ever for a lock.
        busy = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if busy and time.monotonic() - began > TIMEOUT_SECONDS:
            raise ForecastError(
                f"another program has been writing for {TIMEOUT_SECONDS} s: try again"
            )

    source.backup(target, progress=patience)


def _refuse_broken(layers: list[Layer], what: str) -> None:
    # That a clock was put right is a fact about the record, no damage to it.
    failed = [one for one in layers if one.state == "fail" and one.name != "clock"]
    if failed:
        problem = f"{failed[0].name}: {failed[0].detail}"
        raise ForecastError(f"{what} does not verify ({problem}): see forecast verify")


def _not_copied(error: sqlite3.Error, path: Path, target: Path) -> str:
    if _is_damage(error):
        return f"{path} is damaged ({error}): nothing was copied; see forecast verify"
    return f"{target} cannot be written ({error}): what was there is as it was"


def _not_restored(error: sqlite3.Error, path: Path) -> str:
    if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another program is using {path}: end it, then restore again"
    return f"{path} cannot be written ({error}): it is as it was"


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _rotate(target: Path, keep: int) -> None:
    """Move TARGET to TARGET.1, that to TARGET.2 and so on; the last one goes."""
    newest = target.with_name(f"{target.name}.1")
    if not target.exists() or (newest.exists() and newest.samefile(target)):
        return  # as a run left it that was killed after this
    for number in range(keep - 1, 0, -1):
        older = target.with_name(f"{target.name}.{number}")
        if older.exists():
            older.replace(target.with_name(f"{target.name}.{number + 1}"))
    # Not moved, so that there is a copy under the name itself at every moment.
    newest.unlink(missing_ok=True)
    _twin(target, newest)


def _twin(file: Path, twin: Path) -> None:
    """Have a file under a second name, one that is free: a link, or a copy where there are none."""
    try:
        os.link(file, twin)
    except FileExistsError:
        raise
    except OSError:  # a memory stick's file system has none
        with _in_the_making(twin) as making:
            shutil.copyfile(file, making)
            with making.open("rb") as copied:
                os.fsync(copied.fileno())
            making.replace(twin)


def _fetch(source: Path, making: Path) -> None:
    """Copy a backup, without writing to it, as a tracker of today's format that verifies."""
    try:
        with contextlib.closing(
            sqlite3.connect(source, timeout=_PATIENCE_SECONDS, isolation_level=None)
        ) as backup:
            if not format_of(backup, source):
                raise ForecastError(f"{source} is empty: name another backup")
            with contextlib.closing(sqlite3.connect(making, isolation_level=None)) as copy:
                _copy(backup, copy)
                be_one_file(copy)
                if format_of(copy, source) < SCHEMA_VERSION:
                    lay_out(copy, source)
                _refuse_broken(verify(copy), str(source))
    except sqlite3.Error as error:
        raise ForecastError(explain(error, source)) from None


def _put(path: Path, making: Path) -> Path | None:
    """Make the copy the tracker, in the one way or the other; gives where the old one is kept."""
    if path.exists() and not _is_database(path):
        # Not even to be opened: SQLite would take the log beside it away.
        return _replace(path, making)
    try:
        return _overwrite(path, making)
    except sqlite3.Error as error:
        if not _is_damage(error):
            raise ForecastError(_not_restored(error, path)) from None
        return _replace(path, making)


def _overwrite(path: Path, making: Path) -> Path | None:
    """Write the copy into the tracker's file, alone with it, once what is there is kept."""
    made = kept = None
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        made = path
    try:
        with contextlib.closing(
            sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        ) as present:
            # Before anything is read: so it lasts to the end, and nobody else has it open.
            present.execute("PRAGMA locking_mode = EXCLUSIVE")
            present.execute("BEGIN EXCLUSIVE")
            present.execute("COMMIT")
            present.execute("PRAGMA synchronous = FULL")
            if format_of(present, path):
                kept = _free_name(path)
                _keep(present, kept)
            with contextlib.closing(sqlite3.connect(making)) as copy:
                _copy(copy, present)
            with contextlib.suppress(sqlite3.Error):  # else the next write sets it
                present.execute("PRAGMA journal_mode = WAL")
    except (sqlite3.Error, OSError, ForecastError):
        # Whatever else breaks it off, ^C say, may come when the copy is the tracker already.
        for useless in (made, kept):
            if useless is not None:
                useless.unlink(missing_ok=True)
        raise
    return kept


def _keep(present: sqlite3.Connection, kept: Path) -> None:
    with _in_the_making(kept) as making:
        with contextlib.closing(sqlite3.connect(making, isolation_level=None)) as copy:
            _copy(present, copy)
            be_one_file(copy)
        making.replace(kept)
    _sync_folder(kept.parent)


def _replace(path: Path, making: Path) -> Path:
    """Put the copy in the place of a file that SQLite cannot open, which is kept with its logs."""
    kept = _free_name(path)
    _twin(path, kept)
    for suffix in (*_LOGS, "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():  # the new file must not find it
            beside.replace(kept.with_name(kept.name + suffix))
    _sync_folder(path.parent)
    making.replace(path)
    return kept


def _free_name(path: Path) -> Path:
    for number in range(1, 10_000):
        kept = path.with_name(f"{path.name}.before-{number}")
        if not kept.exists():
            return kept
    raise ForecastError(f"there are too many {path.name}.before-N beside it: remove some")


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk, too, where the system lets us."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
