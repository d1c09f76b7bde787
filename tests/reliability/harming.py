"""Killing and spoiling scenes again and again: what the tests do in short, and campaigns at length.

Each function runs a scene many times, lets it `judge` each run, and counts. A law that is broken
ends it with an error that says which run it was, so that the same can be run again alone.
"""

import os
import random
import statistics
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import KILLED, Ended, Fault, Processes
from scenes import (
    Backup,
    FirstOpening,
    Load,
    Looking,
    Migration,
    Redact,
    ResolveAndCheck,
    Restore,
    RestoreOverDamage,
    Scene,
    Seal,
    Verify,
)

#: Larger than any number of calls.
NEVER = 10**9
#: How calls fail; `short` writes half and goes on, `torn` writes half and is full from then on.
FAULTS = ("no room", "full", "broken", "short", "torn", "unreadable")
KILLS = ("kill", "kill midway")

#: A program that kills its process at the n-th file that Python opens, renames, links, removes …
#: or at the n-th database: for machines without a compiler.
_KILL_AT_EVENT = """
import os, signal, sys
left = {at}
def hook(event, arguments):
    global left
    if event.startswith(("os.", "sqlite3.", "shutil.", "open")) and "{under}" in repr(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""


@dataclass
class Tally:
    """What became of many runs, in each of which the law held."""

    runs: int = 0
    #: Ended by the kill; the others had ended before.
    killed: int = 0
    #: Killed, and what it was to write was there all the same, or some of it.
    recorded: int = 0
    #: Ended with an error.
    refused: int = 0
    #: Ended well: the fault came where nothing depends on it, or was made good.
    unharmed: int = 0

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def every_scene(folder: Path, questions: int = 12) -> list[Scene]:
    """Give all scenes, each in a folder of its own below one."""
    return [
        Scene(folder / "predict"),
        Load(folder / "load", questions),
        ResolveAndCheck(folder / "check"),
        FirstOpening(folder / "first"),
        Migration(folder / "migration-1", 1),
        Migration(folder / "migration-2", 2),
        Backup(folder / "backup"),
        Restore(folder / "restore"),
        RestoreOverDamage(folder / "damage"),
        Seal(folder / "seal"),
        Redact(folder / "redact"),
        Verify(folder / "verify"),
        Looking(folder / "looking"),
    ]


@contextmanager
def opened(scenes: Iterable[Scene], processes: Processes) -> Iterator[list[Scene]]:
    """Open several scenes."""
    with ExitStack() as stack:
        yield [stack.enter_context(scene.open(processes)) for scene in scenes]


def kill_at_random(processes: Processes, scene: Scene, kills: int, seed: int) -> Tally:
    """Kill at moments that are uniform over the time the commands take, measured now and then."""
    rng = random.Random(f"{scene.name} {seed}")
    tally = Tally()
    took = 0.0
    for number in range(kills):
        if number % 100 == 0:
            took = _median_time(processes, scene, 5 if kills > 10 else 1)
        scene.lay()
        moment = rng.uniform(0, 1.02 * took)
        ended = scene.run(processes, kill_after=moment)
        _judge(tally, processes, scene, ended, f"killed after {moment:.4f} of {took:.4f} s")
    return tally


def kill_at_events(processes: Processes, scene: Scene, numbers: Iterable[int]) -> Tally:
    """Kill at the n-th thing that Python itself does with a file of the scene."""
    tally = Tally()
    for number in numbers:
        scene.lay()
        code = _KILL_AT_EVENT.format(at=number, under=scene.here)
        ended = scene.run(processes, code=code)
        _judge(tally, processes, scene, ended, f"killed at event {number}")
        if ended.status != KILLED:
            break
    return tally


def spoil(processes: Processes, scene: Scene, kind: str, numbers: Iterable[int]) -> Tally:
    """Have the n-th call fail, or kill, for each of some n; ends where there is no such call."""
    tally = Tally()
    for number in numbers:
        scene.lay()
        ended = scene.run(processes, fault=Fault(kind, number, scene.here))
        if not ended.hits:
            break
        _judge(tally, processes, scene, ended, f"{kind} at call {number}")
    return tally


def fill_up(processes: Processes, scene: Scene, disk: Path, rooms: Iterable[int]) -> Tally:
    """Run on a small disk that has so many kilobytes left, and judge once there is room again."""
    tally = Tally()
    filler = disk / "filler"
    for room in rooms:
        scene.lay()
        _leave(disk, filler, room)
        ended = scene.run(processes)
        filler.unlink()
        _judge(tally, processes, scene, ended, f"with {room} kB left")
    return tally


def _leave(disk: Path, filler: Path, kilobytes: int) -> None:
    """Fill a disk up, but for some room."""
    system = os.statvfs(disk)
    filler.write_bytes(b"\0" * max(0, system.f_bavail * system.f_frsize - 1024 * kilobytes))


@contextmanager
def small_disk(folder: Path, megabytes: int = 4) -> Iterator[Path | None]:
    """Mount a disk in memory; gives None where one may not."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def count_calls(processes: Processes, scene: Scene, kind: str) -> int:
    """Count the calls that could fail so."""
    scene.lay()
    return scene.run(processes, fault=Fault(kind, NEVER, scene.here)).seen


def sample(seed: str, n: int, wanted: int) -> list[int]:
    """Choose some of 1 … n, the same each time."""
    return sorted(random.Random(seed).sample(range(1, n + 1), min(n, wanted)))


def _median_time(processes: Processes, scene: Scene, runs: int) -> float:
    times = []
    for _ in range(runs):
        scene.lay()
        ended = scene.run(processes)
        assert ended.status == 0, ended.err
        times.append(ended.seconds)
    return statistics.median(times)


def _judge(tally: Tally, processes: Processes, scene: Scene, ended: Ended, what: str) -> None:
    try:
        after = scene.judge(processes, ended)
    except Exception as error:
        error.add_note(f"{scene.name}, {what}: {ended}")
        raise
    tally.runs += 1
    if ended.status == KILLED:
        tally.killed += 1
        tally.recorded += after != scene.before
    elif ended.status == 0:
        tally.unharmed += 1
    else:
        tally.refused += 1
