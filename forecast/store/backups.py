"""Copies of the tracker, made while others write, and putting one back."""

import contextlib
import os
import sqlite3
from pathlib import Path

from forecast.model import ForecastError
from forecast.store.connection import explain, open_store
from forecast.store.verify import Layer, verify


def back_up(connection: sqlite3.Connection, path: Path, target: Path, keep: int = 0) -> list[Layer]:
    """Copy the tracker to a file: whole, verified, and only then in its place.

    Parameters
    ----------
    connection : sqlite3.Connection
    path : Path
        The tracker's own file, which a copy must not replace.
    target : Path
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
    _check_target(path, target)
    making = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        os.close(os.open(making, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
        making.chmod(0o600)
        layers = _copied(connection, making)
        failed = [one for one in layers if one.state == "fail"]
        if failed:
            problem = f"{failed[0].name}: {failed[0].detail}"
            raise ForecastError(f"the copy does not verify ({problem}): see forecast verify")
        if keep:
            _rotate(target, keep)
        making.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise ForecastError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        for left in target.parent.glob(f"{making.name}*"):
            with contextlib.suppress(OSError):
                left.unlink()
    return layers


def restore(source: Path, path: Path) -> Path | None:
    """Put a copy in the tracker's place; what was there is kept beside it.

    Parameters
    ----------
    source : Path
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
    if not source.is_file():
        raise ForecastError(f"there is no file {source} to restore from")
    if path.exists() and path.samefile(source):
        raise ForecastError(f"{source} is the tracker itself: name the copy to restore from")
    with contextlib.closing(open_store(source, create=False)) as connection:
        if not path.exists():
            back_up(connection, source, path)
            return None
        kept = _free_name(path)
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as present:
            try:
                # Alone, and with nothing left in the log beside it.
                present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                present.execute("PRAGMA locking_mode = EXCLUSIVE")
                present.execute("BEGIN EXCLUSIVE")
                present.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise ForecastError(explain(error, path)) from None
        os.link(path, kept)
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + suffix).unlink()
        back_up(connection, source, path)
    return kept


def _check_target(path: Path, target: Path) -> None:
    if target.is_dir():
        raise ForecastError(f"{target} is a folder: name a file in it")
    if not target.parent.is_dir():
        raise ForecastError(f"there is no folder {target.parent}: make it first")
    if target.exists():
        if path.exists() and target.samefile(path):
            raise ForecastError(f"{target} is the tracker itself: name another file")
        if not target.is_file():
            raise ForecastError(f"{target} is not a file: name another")


def _copied(connection: sqlite3.Connection, making: Path) -> list[Layer]:
    with contextlib.closing(sqlite3.connect(making, isolation_level=None)) as copy:
        try:
            connection.backup(copy)
            # One file and nothing beside it, whatever the tracker's own is.
            copy.execute("PRAGMA journal_mode = DELETE")
            return verify(copy)
        except sqlite3.Error as error:
            raise ForecastError(explain(error, making)) from None


def _rotate(target: Path, keep: int) -> None:
    """Move TARGET to TARGET.1, that to TARGET.2 and so on; the last one goes."""
    if not target.exists():
        return
    for number in range(keep - 1, 0, -1):
        older = target.with_name(f"{target.name}.{number}")
        if older.exists():
            older.replace(target.with_name(f"{target.name}.{number + 1}"))
    # A link, so that there is a copy under the name itself at every moment.
    newest = target.with_name(f"{target.name}.1")
    newest.unlink(missing_ok=True)
    os.link(target, newest)


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
