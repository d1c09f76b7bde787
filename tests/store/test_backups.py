"""Copies of the tracker: whole or not at all, private, and never in the way of what is there."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from forecast.model import Forecast, ForecastError
from forecast.store import append, backups, schema
from forecast.store.backups import back_up, restore
from forecast.store.connection import APPLICATION_ID, SCHEMA_VERSION, open_store
from forecast.store.rows import Recording
from forecast.store.verify import verify

Say = Callable[..., None]


@pytest.fixture
def say(rain: Any, told: Any) -> Say:
    """Have forecasts recorded at a path: `say(path, 0.1, 0.2)`."""

    def record(path: Path, *probabilities: float) -> None:
        with closing(open_store(path, create=True)) as tracker:
            if not tracker.execute("SELECT 1 FROM questions").fetchone():
                append.add_question(tracker, rain, told())
            for probability in probabilities:
                append.record_forecast(tracker, forecast(probability), told())

    return record


@pytest.fixture
def path(tmp_path: Path, say: Say) -> Path:
    """A tracker with one forecast, of 10 %."""
    say(tmp_path / "t.db", 0.1)
    return tmp_path / "t.db"


def forecast(probability: float) -> Forecast:
    """Make a forecast of ann's."""
    made_at = datetime(2026, 5, 2, tzinfo=UTC)
    return Forecast(question="rain", forecaster="ann", made_at=made_at, probability=probability)


def said(path: Path) -> list[float]:
    """Give what was forecast in a tracker, and fail where it does not verify."""
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        assert [] == [one for one in verify(plain) if one.state == "fail"]
        return [one for (one,) in plain.execute("SELECT probability FROM forecasts ORDER BY id")]


def backed_up(path: Path, target: Path, keep: int = 0) -> list[str]:
    """Back a tracker up; gives the layers that were verified."""
    with closing(open_store(path, create=False)) as tracker:
        return [one.name for one in back_up(tracker, path, target, keep)]


def names(folder: Path) -> set[str]:
    """Name what is in a folder."""
    return {one.name for one in folder.iterdir()}


def mode(path: Path) -> int:
    """Give who may do what with a file."""
    return path.stat().st_mode & 0o777


# Backing up


def test_a_copy_is_whole_verified_and_one_file(path: Path, tmp_path: Path) -> None:
    """What was said is in it, nothing stands beside it, and it needs no log to be read."""
    assert "chain" in backed_up(path, tmp_path / "b.db")
    assert [0.1] == said(tmp_path / "b.db")
    assert {"t.db", "t.db.lock", "b.db"} == names(tmp_path)
    with closing(sqlite3.connect(tmp_path / "b.db")) as plain:
        assert ("delete",) == plain.execute("PRAGMA journal_mode").fetchone()


def test_an_empty_tracker_is_copied(tmp_path: Path) -> None:
    """There is nothing to verify in it; its copy can be put back like any other."""
    open_store(tmp_path / "t.db", create=True).close()
    assert [] == backed_up(tmp_path / "t.db", tmp_path / "b.db")
    assert None is restore(tmp_path / "b.db", tmp_path / "new.db")
    assert [] == said(tmp_path / "new.db")


WRITER = """
import sys, time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from forecast.model import Forecast
from forecast.store import append
from forecast.store.connection import open_store
from forecast.store.rows import Recording

path, seconds = Path(sys.argv[1]), float(sys.argv[2])
now = datetime(2026, 5, 4, 12, tzinfo=UTC)
until = time.monotonic() + seconds
print("ready", flush=True)
n = 0
while time.monotonic() < until:
    try:
        with closing(open_store(path, create=False)) as tracker:
            for _ in range(3):
                n += 1
                said = Forecast(question="rain", forecaster="bob", made_at=now, probability=n / 1e4)
                append.record_forecast(tracker, said, Recording(at=now, by="bob"))
                print(n / 1e4, flush=True)
    except Exception as error:
        print("failed", repr(error), flush=True)
        break
"""


@contextmanager
def writer(path: Path, seconds: float) -> Iterator[Callable[[], list[float]]]:
    """Have another process write meanwhile; gives a function that tells what it had recorded."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()

        def acknowledged() -> list[float]:
            lines = process.communicate(timeout=60)[0].splitlines()
            assert not any("failed" in line for line in lines), lines[-1]
            return [float(line) for line in lines]

        yield acknowledged
    finally:
        process.communicate(timeout=60)


def test_others_may_write_meanwhile(path: Path, tmp_path: Path) -> None:
    """Each copy holds the record as it was at one moment, and the writer meets no error."""
    copies = []
    with writer(path, 1.0) as acknowledged:
        for number in range(8):
            backed_up(path, tmp_path / f"b{number}.db")
            copies.append(said(tmp_path / f"b{number}.db"))
        recorded = acknowledged()
    now = said(path)
    assert [0.1, *recorded] == now
    assert len(copies[-1]) > len(copies[0])
    for copy in copies:
        assert now[: len(copy)] == copy


@pytest.mark.parametrize(
    ("keep", "kept"),
    [(0, {}), (1, {1: 4}), (3, {1: 4, 2: 3, 3: 2})],
    ids=["none", "one", "three"],
)
def test_earlier_copies_stay_as_many_as_asked(
    path: Path, tmp_path: Path, say: Say, keep: int, kept: dict[int, int]
) -> None:
    """`FILE.1` is the one before, `FILE.2` the one before that; no others."""
    target = tmp_path / "copies" / "b.db"
    target.parent.mkdir()
    for _ in range(4):
        backed_up(path, target, keep)
        say(path, 0.2)
    backed_up(path, target, keep)
    assert 5 == len(said(target))
    found = {
        int(one.suffix[1:]): len(said(one)) for one in target.parent.iterdir() if one != target
    }
    assert kept == found


def test_where_there_are_no_links_copies_are_kept_all_the_same(
    path: Path, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory stick's file system cannot have one file under two names."""

    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    backed_up(path, tmp_path / "b.db", 1)
    say(path, 0.2)
    backed_up(path, tmp_path / "b.db", 1)
    assert [0.1] == said(tmp_path / "b.db.1")
    assert [0.1, 0.2] == said(tmp_path / "b.db")
    assert 0o600 == mode(tmp_path / "b.db.1")


def test_a_rotation_that_was_killed_is_not_done_twice(path: Path, tmp_path: Path, say: Say) -> None:
    """Killed between rotating and replacing, the next run drops no copy too early."""
    for probability in (0.2, 0.3):
        backed_up(path, tmp_path / "b.db", 2)
        say(path, probability)
    backups._rotate(tmp_path / "b.db", 2)
    backed_up(path, tmp_path / "b.db", 2)
    copies = [said(tmp_path / name) for name in ("b.db", "b.db.1", "b.db.2")]
    assert [[0.1, 0.2, 0.3], [0.1, 0.2], [0.1]] == copies


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (backups, "_copied"),
        (backups, "_copy"),
        (backups, "verify"),
        (backups, "_rotate"),
        (Path, "replace"),
        (os, "open"),
        (os, "link"),
    ],
    ids=["copying", "reading", "verifying", "rotating", "replacing", "making", "keeping"],
)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_broken_off_at_any_stage_the_earlier_copy_stays(
    path: Path,
    tmp_path: Path,
    say: Say,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    what: str,
    error: BaseException,
) -> None:
    """It is as it was, and nothing half-made is left beside it."""
    backed_up(path, tmp_path / "b.db")
    before = (tmp_path / "b.db").read_bytes()
    say(path, 0.2)

    def fails(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as broken, closing(open_store(path, create=False)) as tracker:
        broken.setattr(where, what, fails)
        # Only the link can be done without.
        if (what, type(error)) == ("link", OSError):
            back_up(tracker, path, tmp_path / "b.db", keep=1)
        else:
            with pytest.raises((ForecastError, KeyboardInterrupt)):
                back_up(tracker, path, tmp_path / "b.db", keep=1)
    copy = tmp_path / ("b.db.1" if (what, type(error)) == ("link", OSError) else "b.db")
    assert before == copy.read_bytes()
    assert [] == [name for name in names(tmp_path) if name.startswith(".")]


def test_all_files_are_private_whatever_the_umask(path: Path, tmp_path: Path, say: Say) -> None:
    """The tracker, its log, its locks, copies and what is kept: nobody else's to read."""
    umask = os.umask(0)
    try:
        other = tmp_path / "other.db"
        say(other, 0.1)
        with closing(open_store(other, create=False)) as tracker:
            tracker.execute("BEGIN IMMEDIATE")
            tracker.execute("ROLLBACK")
            assert {"other.db-wal", "other.db-shm"} <= names(tmp_path)
            assert {0o600} == {mode(one) for one in tmp_path.glob("other*")}
        backed_up(other, tmp_path / "b.db", 1)
        backed_up(other, tmp_path / "b.db", 1)
        restore(tmp_path / "b.db", other)
        restore(tmp_path / "b.db", tmp_path / "new.db")
    finally:
        os.umask(umask)
    every = {one.name: mode(one) for one in tmp_path.iterdir()}
    assert {"b.db", "b.db.1", "new.db", "other.db.before-1", "other.db.lock"} <= set(every)
    assert {0o600} == set(every.values())


def test_a_copy_in_the_place_of_a_public_one_is_private(path: Path, tmp_path: Path) -> None:
    """Whatever the file was that it replaces."""
    backed_up(path, tmp_path / "b.db")
    (tmp_path / "b.db").chmod(0o644)
    backed_up(path, tmp_path / "b.db")
    assert 0o600 == mode(tmp_path / "b.db")


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    """The file it leads to is the one that is replaced."""
    (tmp_path / "far").mkdir()
    (tmp_path / "b.db").symlink_to(tmp_path / "far" / "real.db")
    backed_up(path, tmp_path / "b.db")
    assert (tmp_path / "b.db").is_symlink()
    assert [0.1] == said(tmp_path / "far" / "real.db")


def itself(path: Path) -> Path:
    """Name the tracker."""
    return path


def link_to_it(path: Path) -> Path:
    """Make a link to the tracker."""
    path.with_name("link").symlink_to(path)
    return path.with_name("link")


def second_name(path: Path) -> Path:
    """Give the tracker a second name."""
    os.link(path, path.with_name("second"))
    return path.with_name("second")


def its_log(path: Path) -> Path:
    """Name the log beside the tracker, which is there while somebody writes."""
    return path.with_name("t.db-wal")


def folder(path: Path) -> Path:
    """Name a folder."""
    return path.parent


def in_no_folder(path: Path) -> Path:
    """Name a file in a folder that does not exist."""
    return path.with_name("nowhere") / "b.db"


def in_a_file(path: Path) -> Path:
    """Name a file in a file."""
    return path / "b.db"


def pipe(path: Path) -> Path:
    """Make a pipe, to open which would wait for ever."""
    os.mkfifo(path.with_name("pipe"))
    return path.with_name("pipe")


def thesis(path: Path) -> Path:
    """Make a file of somebody's."""
    path.with_name("thesis.doc").write_bytes(b"five years of work" * 100)
    return path.with_name("thesis.doc")


def others(path: Path) -> Path:
    """Make another program's database."""
    with closing(sqlite3.connect(path.with_name("other.sqlite"))) as plain:
        plain.execute("CREATE TABLE mails (id)")
    return path.with_name("other.sqlite")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (itself, "the tracker itself"),
        (link_to_it, "the tracker itself"),
        (second_name, "the tracker itself"),
        (its_log, "the tracker itself, or its own"),
        (folder, "is a folder"),
        (in_no_folder, "there is no folder"),
        (in_a_file, "there is no folder"),
        (pipe, "is not a file"),
        (thesis, "is there, and no backup"),
        (others, "is there, and no backup"),
    ],
)
def test_what_a_copy_must_not_replace(
    path: Path, make: Callable[[Path], Path], problem: str
) -> None:
    """It says what is wrong with the name, and everything is as it was."""
    target = make(path)
    before = {
        one.name: one.read_bytes()
        for one in path.parent.iterdir()
        if one.is_file() and "-wal" not in one.name
    }
    with pytest.raises(ForecastError, match=problem):
        backed_up(path, target)
    after = {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    assert before == after


def test_a_copy_that_is_used_as_a_tracker_is_not_replaced(
    path: Path, tmp_path: Path, say: Say
) -> None:
    """Its log would be taken for the new copy's, and what was written there be lost."""
    backed_up(path, tmp_path / "b.db")
    say(tmp_path / "b.db", 0.5)
    with closing(open_store(tmp_path / "b.db", create=False)) as tracker:
        append.record_forecast(tracker, forecast(0.6), recording())
        with pytest.raises(ForecastError, match=r"in use as a tracker.*b\.db-wal"):
            backed_up(path, tmp_path / "b.db")
    assert [0.1, 0.5, 0.6] == said(tmp_path / "b.db")
    backed_up(path, tmp_path / "b.db")
    assert [0.1] == said(tmp_path / "b.db")


def recording() -> Recording:
    """Make a recording of 4 May."""
    return Recording(at=datetime(2026, 5, 4, 12, tzinfo=UTC), by="login")


def tear_a_page(path: Path) -> None:
    """Overwrite the last pages of a file with what is no page."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 4096 // 2 * 4096)
        file.write(b"\xa5" * (size - size // 4096 // 2 * 4096))


def tamper(path: Path) -> None:
    """Make a forecast what it never was."""
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("DROP TRIGGER forecasts_no_update")
        plain.execute("UPDATE forecasts SET probability = 0.9")


def cut(path: Path) -> None:
    """Lose the second half of a file."""
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [tear_a_page, tamper, cut])
def test_a_damaged_tracker_does_not_take_the_place_of_a_good_copy(
    path: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """The copy is left as it was, those kept before it too."""
    backed_up(path, tmp_path / "b.db")
    before = (tmp_path / "b.db").read_bytes()
    harm(path)
    with pytest.raises((ForecastError, sqlite3.DatabaseError)):
        backed_up(path, tmp_path / "b.db", keep=3)
    assert before == (tmp_path / "b.db").read_bytes()
    assert {"t.db", "t.db.lock", "b.db"} == names(tmp_path)


def test_a_clock_that_was_put_right_keeps_nobody_from_copying(
    path: Path, tmp_path: Path, rain: Any
) -> None:
    """Rows out of their time's order are a fact about the record, and no damage to it."""
    with closing(open_store(path, create=False)) as tracker:
        early = Recording(at=datetime(2026, 5, 3, tzinfo=UTC), by="login")
        append.record_forecast(tracker, forecast(0.2), early)
        layers = back_up(tracker, path, tmp_path / "b.db")
    assert ["clock"] == [one.name for one in layers if one.state == "fail"]
    restore(tmp_path / "b.db", path)
    with closing(sqlite3.connect(path)) as plain:
        assert (2,) == plain.execute("SELECT count(*) FROM forecasts").fetchone()


def test_what_killed_runs_left_is_swept_up(path: Path, tmp_path: Path) -> None:
    """After hours: a younger one may still be in the making."""
    old, young, own = (tmp_path / f".b.db.{end}" for end in ("1.new", "2.new-journal", "newer.txt"))
    for one in (old, young, own):
        one.write_text("half")
    for one in (old, own):
        os.utime(one, (time.time() - 7 * 3600,) * 2)
    backed_up(path, tmp_path / "b.db")
    assert {"t.db", "t.db.lock", "b.db", young.name, own.name} == names(tmp_path)


@pytest.mark.parametrize("name", ["[b].db", "b*.db", "b ?.db", "ü \u2028.db"])
def test_any_name_will_do(path: Path, tmp_path: Path, name: str) -> None:
    """Also one that would be a pattern: nothing half-made stays beside it."""
    backed_up(path, tmp_path / name)
    restore(tmp_path / name, path)
    assert {"t.db", "t.db.lock", "t.db.before-1", name} == names(tmp_path)


def test_a_lock_is_not_waited_for_for_ever(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the tracker has no log and somebody writes all the time, that is said."""
    monkeypatch.setattr(backups, "TIMEOUT_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        with closing(open_store(path, create=False)) as tracker:
            tracker.execute("PRAGMA busy_timeout = 50")
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(ForecastError, match="another program has been writing"):
                back_up(tracker, path, tmp_path / "b.db")
    assert {"t.db", "t.db.lock"} == names(tmp_path) - {"t.db-journal"}


# Putting back


def test_what_was_there_is_kept(path: Path, tmp_path: Path, say: Say) -> None:
    """The copy is the tracker now, and the one before stands beside it: both verify."""
    backed_up(path, tmp_path / "b.db")
    say(path, 0.2)
    kept = restore(tmp_path / "b.db", path)
    assert tmp_path / "t.db.before-1" == kept
    assert [0.1] == said(path)
    assert [0.1, 0.2] == said(kept)
    assert {0o600} == {mode(path), mode(kept)}
    assert {"t.db", "t.db.lock", "b.db", "t.db.before-1"} == names(tmp_path)


def test_restoring_is_undone_by_restoring(path: Path, tmp_path: Path, say: Say) -> None:
    """Nothing kept is ever overwritten."""
    backed_up(path, tmp_path / "b.db")
    say(path, 0.2)
    restore(tmp_path / "b.db", path)
    restore(tmp_path / "t.db.before-1", path)
    assert [0.1, 0.2] == said(path)
    assert [0.1, 0.2] == said(tmp_path / "t.db.before-1")
    assert [0.1] == said(tmp_path / "t.db.before-2")


def test_a_tracker_that_is_missing_is_made(path: Path, tmp_path: Path) -> None:
    """There is nothing to keep."""
    backed_up(path, tmp_path / "b.db")
    assert None is restore(tmp_path / "b.db", tmp_path / "new.db")
    assert [0.1] == said(tmp_path / "new.db")
    assert 0o600 == mode(tmp_path / "new.db")


def test_an_empty_file_is_no_tracker_to_keep(path: Path, tmp_path: Path) -> None:
    """As a first opening leaves one that was killed at once."""
    backed_up(path, tmp_path / "b.db")
    (tmp_path / "new.db").touch(0o600)
    assert None is restore(tmp_path / "b.db", tmp_path / "new.db")
    assert [0.1] == said(tmp_path / "new.db")


def by_restore(copy: Path, path: Path) -> None:
    """Restore it."""
    restore(copy, path)


def by_hand(copy: Path, path: Path) -> None:
    """Copy it, as people do."""
    shutil.copy(copy, path)


@pytest.mark.parametrize("put", [by_restore, by_hand])
@pytest.mark.parametrize("there", [True, False], ids=["there", "missing"])
def test_readers_do_not_hold_up_writers_of_a_restored_tracker(
    path: Path,
    tmp_path: Path,
    say: Say,
    there: bool,
    put: Callable[[Path, Path], None],
) -> None:
    """It has its log of writes again from the first write on, also if put in place by hand."""
    backed_up(path, tmp_path / "b.db")
    if not there:
        path.unlink()
    put(tmp_path / "b.db", path)
    say(path, 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        assert ("wal",) == reader.execute("PRAGMA journal_mode").fetchone()
        reader.execute("BEGIN")
        assert (2,) == reader.execute("SELECT count(*) FROM forecasts").fetchone()
        say(path, 0.3)
        assert (2,) == reader.execute("SELECT count(*) FROM forecasts").fetchone()
        reader.execute("ROLLBACK")
    assert [0.1, 0.2, 0.3] == said(path)


def leave_a_log(path: Path) -> None:
    """Have a forecast of 90 % in the log only, as a writer leaves it who is killed."""
    aside = path.with_name("aside")
    aside.mkdir()
    with closing(open_store(path, create=False)) as tracker:
        tracker.execute("PRAGMA wal_autocheckpoint = 0")
        append.record_forecast(tracker, forecast(0.9), recording())
        for one in ("t.db", "t.db-wal"):
            shutil.copy2(path.with_name(one), aside)
    for one in aside.iterdir():
        one.replace(path.with_name(one.name))
    aside.rmdir()
    assert path.with_name("t.db-wal").stat().st_size > 0


def test_the_log_of_the_replaced_tracker_does_not_leak(path: Path, tmp_path: Path) -> None:
    """What stands in it belongs to what is kept, and to nothing else."""
    backed_up(path, tmp_path / "b.db")
    leave_a_log(path)
    kept = restore(tmp_path / "b.db", path)
    assert kept is not None
    assert [0.1] == said(path)
    assert [0.1, 0.9] == said(kept)


def test_the_log_of_a_tracker_that_is_gone_does_not_leak(path: Path, tmp_path: Path) -> None:
    """A file whose database was deleted is nobody's."""
    backed_up(path, tmp_path / "b.db")
    leave_a_log(path)
    path.unlink()
    restore(tmp_path / "b.db", path)
    assert [0.1] == said(path)
    assert not (tmp_path / "t.db-wal").exists()


def forget_the_header(path: Path) -> None:
    """Overwrite the beginning of a file."""
    with path.open("r+b") as file:
        file.write(b"\0" * 4096)


@pytest.mark.parametrize("harm", [tear_a_page, cut, forget_the_header, tamper])
def test_a_damaged_tracker_is_replaced_and_kept(
    path: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """That is what backups are for; and what SQLite cannot read another program may."""
    backed_up(path, tmp_path / "b.db")
    harm(path)
    before = path.read_bytes()
    kept = restore(tmp_path / "b.db", path)
    assert kept is not None
    assert [0.1] == said(path)
    # Where SQLite copied it, its counters have gone on.
    assert before[4096:] == kept.read_bytes()[4096:] or harm is cut
    assert 0o600 == mode(kept)


def test_a_damaged_tracker_is_kept_with_its_log(path: Path, tmp_path: Path) -> None:
    """Its last writes may be in there, and the new one must not find them."""
    backed_up(path, tmp_path / "b.db")
    leave_a_log(path)
    log = (tmp_path / "t.db-wal").read_bytes()
    (tmp_path / "t.db").write_bytes(b"nothing that anybody could read" * 1000)
    kept = restore(tmp_path / "b.db", path)
    assert kept is not None
    assert [0.1] == said(path)
    assert {kept.read_bytes()[:31]} == {b"nothing that anybody could read"}
    beside = tmp_path / "t.db.before-1-wal"
    assert not beside.exists() or log == beside.read_bytes()


def text_file(path: Path) -> None:
    """Write a letter."""
    path.write_text("Dear Mrs Example,\n" * 500)


def empty_file(path: Path) -> None:
    """Make it empty, as a copy is that found no room."""
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    """Make it another program's."""
    path.unlink()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE mails (id)")


def newer(path: Path) -> None:
    """Make it a later program's."""
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


def missing(path: Path) -> None:
    """Remove it."""
    path.unlink()


def a_folder(path: Path) -> None:
    """Make it a folder."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (tear_a_page, r"b\.db (does not verify|is not a tracker or is damaged)"),
        (cut, r"b\.db (does not verify|is not a tracker or is damaged)"),
        (tamper, r"b\.db does not verify \(schema"),
        (text_file, r"b\.db is not a tracker or is damaged"),
        (empty_file, r"b\.db is empty"),
        (foreign, r"b\.db is a database of another program"),
        (newer, r"b\.db was written by a newer forecast"),
        (missing, r"there is no file .*b\.db"),
        (a_folder, r"there is no file .*b\.db"),
    ],
)
@pytest.mark.parametrize("there", [True, False], ids=["there", "missing"])
def test_what_is_no_backup_is_not_restored(
    path: Path, tmp_path: Path, harm: Callable[[Path], None], problem: str, there: bool
) -> None:
    """It is said what is wrong with it; the tracker, or that there is none, is as before."""
    backup = tmp_path / "b.db"
    backed_up(path, backup)
    harm(backup)
    source = backup.read_bytes() if backup.is_file() else None
    if not there:
        path.unlink()
    before = path.read_bytes() if there else None
    with pytest.raises(ForecastError, match=problem):
        restore(backup, path)
    assert before == (path.read_bytes() if path.exists() else None)
    assert source == (backup.read_bytes() if backup.is_file() else None)
    expected = {"t.db.lock", *(["t.db"] if there else []), *(["b.db"] if harm != missing else [])}
    assert expected == names(tmp_path)


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_backup_of_an_older_format_is_migrated_on_the_way(
    path: Path, tmp_path: Path, version: int
) -> None:
    """The backup itself is only read: not a byte of it changes, and nothing is put beside it."""
    backup = tmp_path / "far" / "b.db"
    backup.parent.mkdir()
    names_of_migrations = [one.name for one in schema.migrations._migrations]
    with closing(sqlite3.connect(backup, isolation_level=None)) as plain:
        schema.migrations.apply(Database(plain), stop_before=names_of_migrations[version])
        plain.execute("INSERT INTO forecasters (name, aliases) VALUES ('zoe', '[]')")
        plain.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        plain.execute(f"PRAGMA user_version = {version}")
    before = backup.read_bytes()
    restore(backup, path)
    with closing(open_store(path, create=False)) as tracker:
        assert [("zoe",)] == tracker.execute("SELECT name FROM forecasters").fetchall()
        assert [] == [one for one in verify(tracker) if one.state == "fail"]
    assert before == backup.read_bytes()
    assert {"b.db"} == names(backup.parent)
    assert {"t.db", "t.db.lock", "t.db.before-1", "far"} == names(tmp_path)


@pytest.mark.parametrize("doing", ["BEGIN IMMEDIATE", "BEGIN", "SELECT 1 FROM forecasts"])
def test_a_tracker_that_somebody_uses_is_not_replaced(
    path: Path, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    """Whoever has it open, writing, reading or idle: it is said, and nothing changes."""
    monkeypatch.setattr(backups, "_PATIENCE_SECONDS", 0.1)
    backed_up(path, tmp_path / "b.db")
    say(path, 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(doing).fetchall()
        other.execute("SELECT 1 FROM forecasts").fetchall()
        with pytest.raises(ForecastError, match=r"another program is using .*t\.db"):
            restore(tmp_path / "b.db", path)
    assert [0.1, 0.2] == said(path)
    assert {"t.db", "t.db.lock", "b.db"} == names(tmp_path)


def test_nothing_written_meanwhile_is_lost(path: Path, tmp_path: Path) -> None:
    """What a busy writer was told is recorded is in the tracker, or in what was kept."""
    backed_up(path, tmp_path / "b.db")
    kept, refused = [], []
    with writer(path, 1.5) as acknowledged:
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            try:
                kept.append(restore(tmp_path / "b.db", path))
            except ForecastError as error:
                refused.append(str(error))
        recorded = acknowledged()
    assert kept
    assert set() == {one for one in refused if "another program is using" not in one}
    found = [one for file in (*kept, path) if file is not None for one in said(file)[1:]]
    assert sorted(recorded) == sorted(found)


def test_the_tracker_of_another_program_is_not_replaced(path: Path, tmp_path: Path) -> None:
    """A slip in --db must not cost anybody their mail."""
    backed_up(path, tmp_path / "b.db")
    theirs = others(path)
    before = theirs.read_bytes()
    with pytest.raises(ForecastError, match="a database of another program"):
        restore(tmp_path / "b.db", theirs)
    assert before == theirs.read_bytes()


def test_the_tracker_of_a_newer_program_is_not_replaced(path: Path, tmp_path: Path) -> None:
    """That program knows how to put it aside; this one cannot read what it would keep."""
    backed_up(path, tmp_path / "b.db")
    newer(path)
    before = path.read_bytes()
    with pytest.raises(ForecastError, match=r"t\.db was written by a newer forecast"):
        restore(tmp_path / "b.db", path)
    assert before == path.read_bytes()


@pytest.mark.parametrize("table", ["questions", "revisions", "_sqlite_migrations"])
def test_a_damaged_backup_of_an_older_format_is_not_restored(
    path: Path, tmp_path: Path, table: str
) -> None:
    """Where the migration cannot be done on the copy, the tracker is as it was."""
    backup = tmp_path / "b.db"
    with closing(sqlite3.connect(backup, isolation_level=None)) as plain:
        schema.migrations.apply(Database(plain), stop_before="m002_checks")
        plain.execute(f"DROP TABLE {table}")
        plain.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        plain.execute("PRAGMA user_version = 1")
    with pytest.raises(ForecastError, match=r"b\.db"):
        restore(backup, path)
    assert [0.1] == said(path)
    assert {"t.db", "t.db.lock", "b.db"} == names(tmp_path)


def test_the_tracker_itself_is_no_copy(path: Path) -> None:
    """Under whatever name."""
    for source in (path, link_to_it(path), second_name(path)):
        with pytest.raises(ForecastError, match="the tracker itself"):
            restore(source, path)


def test_broken_off_by_a_person_what_was_there_stays_kept(
    path: Path, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """^C may come when the copy is the tracker already, and what is kept is all there is."""
    backed_up(path, tmp_path / "b.db")
    say(path, 0.2)
    copy = backups._copy
    calls = []

    def interrupted(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
        copy(source, target)
        calls.append(target)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(backups, "_copy", interrupted)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "b.db", path)
    assert [0.1] == said(path)
    assert [0.1, 0.2] == said(tmp_path / "t.db.before-1")


def test_no_room_to_restore_changes_nothing(
    path: Path, tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the disk is full only once what was there is kept: that copy goes again."""
    backed_up(path, tmp_path / "b.db")
    say(path, 0.2)
    copy = backups._copy
    calls = []

    def third_fails(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
        calls.append(target)
        if len(calls) == 3:
            raise sqlite3.OperationalError("database or disk is full")
        copy(source, target)

    monkeypatch.setattr(backups, "_copy", third_fails)
    with pytest.raises(ForecastError, match="it is as it was"):
        restore(tmp_path / "b.db", path)
    assert [0.1, 0.2] == said(path)
    assert {"t.db", "t.db.lock", "b.db"} == names(tmp_path)
