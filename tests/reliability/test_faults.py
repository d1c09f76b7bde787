"""Full disks, failing writes, files that cannot be written: said in a line, and nothing is lost.

The short form; `python docs/campaigns.py --only faults` is the full one.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from harming import FAULTS, count_calls, every_scene, fill_up, sample, small_disk, spoil
from processes import Processes
from scenes import NOW, Backup, Load, Migration, Redact, Scene, content_of, make_tracker, say

from forecast.store.connection import StoreError, open_store

NAMES = [scene.name for scene in every_scene(Path())]
#: Root may write everywhere: what is forbidden is forbidden to somebody else.
SOMEBODY = 65534 if hasattr(os, "geteuid") and os.geteuid() == 0 else None


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_call_that_fails(faults: Processes, folder: Path, number: int) -> None:
    """No room, from then on or once; I/O errors; half a write: an error that says so, or none.

    Half a write with room for the rest is made good, so that nobody notices.
    """
    with every_scene(folder)[number].open(faults) as scene:
        for kind in FAULTS:
            there = count_calls(faults, scene, kind)
            wanted = 2 if kind in ("full", "broken", "torn") else 1
            calls = sample(f"{scene.name} {kind}", there, wanted)
            tally = spoil(faults, scene, kind, calls)
            assert len(calls) == tally.runs
            if kind == "short":
                assert 0 == tally.refused


def test_a_copy_that_could_not_be_completed_is_none(faults: Processes, folder: Path) -> None:
    """Where the room ends just as the old file's copy is done: SQLite does not say so by itself."""
    with Migration(folder, 1).open(faults) as scene:
        assert 7 == spoil(faults, scene, "torn", range(40, 47)).runs


@pytest.mark.parametrize("of", [Scene, Load, Backup, Redact], ids=lambda of: of.__name__.lower())
def test_a_disk_that_is_full(processes: Processes, folder: Path, of: type[Scene]) -> None:
    """A real one, small, with less and less room: with room again, everything just works."""
    with small_disk(folder / "disk") as disk:
        if disk is None:
            pytest.skip("mounting a small tmpfs is not permitted here")
        scene = of(folder / "scene")
        scene.work = disk / "here"
        with scene.open(processes):
            tally = fill_up(processes, scene, disk, [0, 30, 150, 2000])
        assert (4, 1) == (tally.runs, min(tally.unharmed, 1))
        assert tally.refused >= 1


@pytest.fixture
def common() -> Iterator[Path]:
    """A folder that others can reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="forecast-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def as_somebody(processes: Processes, folder: Path, *arguments: str) -> Any:
    """Run a command as somebody who is not root."""
    env = {
        "FORECAST_DB": str(folder / "t.db"),
        "FORECAST_NOW": NOW.isoformat(),
        "FORECAST_AS": "ann",
        "HOME": str(folder),
        "TZ": "UTC",
    }
    return processes.run([arguments], env, user=SOMEBODY)


def give(folder: Path, file_mode: int, folder_mode: int) -> None:
    """Give a folder and all in it to somebody, who may do as much with it as the modes say."""
    for one in folder.iterdir():
        one.chmod(file_mode)
        if SOMEBODY is not None:
            os.chown(one, SOMEBODY, SOMEBODY)
    if SOMEBODY is not None:
        os.chown(folder, SOMEBODY, SOMEBODY)
    folder.chmod(folder_mode)


WRITING = [
    ("predict", "rain", "40%"),
    ("resolve", "rain", "no"),
    ("check",),
    ("redact", "rain", "forecast", "2", "--yes"),
    ("seal",),
]


@pytest.mark.parametrize("command", WRITING, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("file_mode", "folder_mode"), [(0o400, 0o755), (0o600, 0o555)], ids=["file", "folder"]
)
def test_what_may_only_be_read_is_not_written(
    processes: Processes,
    common: Path,
    command: tuple[str, ...],
    file_mode: int,
    folder_mode: int,
) -> None:
    """A read-only file, or folder: one line says so, and the record is as it was."""
    make_tracker(common / "t.db")
    before = (common / "t.db").read_bytes()
    give(common, file_mode, folder_mode)
    ended = as_somebody(processes, common, *command)
    assert (1, "") == (ended.status, ended.out)
    assert 1 == len(ended.err.splitlines())
    assert ended.err.startswith("Error: ")
    assert "t.db" in ended.err
    assert before == (common / "t.db").read_bytes()


def test_a_backup_on_a_read_only_disk_can_be_looked_at(processes: Processes, common: Path) -> None:
    """It needs no log, so it is read, verified and restored from where nothing can be written."""
    (common / "disk").mkdir()
    make_tracker(common / "t.db")
    with closing(open_store(common / "t.db", create=False)) as tracker:
        from forecast.store.backups import back_up

        back_up(tracker, common / "t.db", common / "disk" / "b.db")
    give(common, 0o600, 0o755)
    give(common / "disk", 0o400, 0o555)
    for command in (("verify",), ("list",), ("show", "rain"), ("dump",), ("report",)):
        ended = as_somebody(processes, common, *command, "--db", str(common / "disk" / "b.db"))
        assert (0, "") == (ended.status, ended.err)
    ended = as_somebody(processes, common, "restore", str(common / "disk" / "b.db"))
    assert (0, "") == (ended.status, ended.err)


def test_a_backup_to_where_nothing_may_be_written(processes: Processes, common: Path) -> None:
    """It is said of the target, not of the tracker."""
    (common / "disk").mkdir()
    make_tracker(common / "t.db")
    give(common, 0o600, 0o755)
    give(common / "disk", 0o400, 0o555)
    ended = as_somebody(processes, common, "backup", str(common / "disk" / "b.db"))
    said = f"Error: {common / 'disk' / 'b.db'} cannot be written: Permission denied\n"
    assert (1, "", said) == (ended.status, ended.out, ended.err)


@pytest.mark.parametrize("command", [*WRITING, ("list",), ("backup", "b.db"), ("add", "Snow?")])
def test_a_folder_that_is_gone(
    processes: Processes, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """It is not made anew, and where something is to be written it is said to be missing."""
    gone = tmp_path / "gone"
    ended = as_somebody(processes, gone, *command)
    if ended.status:
        assert 1 == len(ended.err.splitlines())
        assert ended.err.startswith("Error: ")
    assert not gone.exists()


def remove(path: Path) -> None:
    """Remove the tracker."""
    path.unlink()


def remove_the_folder(path: Path) -> None:
    """Remove everything."""
    shutil.rmtree(path.parent)


def replace(path: Path) -> None:
    """Put another file in its place."""
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


@pytest.mark.parametrize("go", [remove, remove_the_folder, replace])
def test_a_file_that_goes_while_it_is_open(tmp_path: Path, go: Any) -> None:
    """A write into what nobody will find again is refused, not acknowledged."""
    path = tmp_path / "folder" / "t.db"
    make_tracker(path)
    with closing(open_store(path, create=False)) as tracker:
        say(tracker, 0.5)
        go(path)
        with pytest.raises((StoreError, sqlite3.Error)):
            say(tracker, 0.6)


def test_a_write_that_was_refused_is_not_in_the_file(tmp_path: Path) -> None:
    """The one that came before is."""
    path = tmp_path / "t.db"
    make_tracker(path)
    with closing(open_store(path, create=False)) as tracker:
        before = content_of(path)
        away = path.rename(tmp_path / "away")
        with pytest.raises(StoreError, match="was removed or replaced meanwhile"):
            say(tracker, 0.6)
        away.rename(path)
        assert before == content_of(path)
        say(tracker, 0.6)
    assert content_of(path) > before
