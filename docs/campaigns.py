"""Runs the campaigns of docs/reliability.md at full length, and writes their figures there.

    python docs/campaigns.py                      all of them, an hour or so
    python docs/campaigns.py --only kills crowd   these; the figures of others stay
    python docs/campaigns.py --scale 0.1          a tenth of the runs; the page says so

A law that is broken ends it with the run in which that was seen, and the page stays as it was.
The functions are those of the tests in tests/reliability, which hold the same in short.
"""

import argparse
import contextlib
import itertools
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harming import Tally
    from processes import Processes

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs" / "reliability.md"
sys.path.insert(0, str(REPOSITORY / "tests" / "reliability"))


@dataclass(frozen=True)
class Run:
    """What a campaign is given: a folder of its own, and how long it is to be."""

    folder: Path
    scale: float

    def times(self, full: int) -> int:
        """Give how often to do what the full campaign does so many times."""
        return max(1, round(self.scale * full))

    def numbers(self) -> Iterator[int]:
        """Give 1, 2, 3 …, or with a smaller scale every so-many-th of them."""
        return itertools.count(1, max(1, round(1 / self.scale)))


def kills(run: Run) -> str:
    """SIGKILL at random moments."""
    from harming import Tally, kill_at_random
    from scenes import FirstOpening, Load, Migration, ResolveAndCheck, Scene

    folder = run.folder
    random = {
        "`predict`": [Scene(folder / "predict")],
        "`load` of 2,000 questions": [Load(folder / "load", 2000)],
        "`resolve`, then `check`": [ResolveAndCheck(folder / "check")],
        "first opening, migration of formats 1 and 2": [
            FirstOpening(folder / "first"),
            Migration(folder / "migration-1", 1),
            Migration(folder / "migration-2", 2),
        ],
    }
    rows = []
    with _processes(folder) as processes:
        for name, scenes in random.items():
            tally = Tally()
            for number, scene in enumerate(scenes):
                _tell(f"kills: {name}, {scene.name}")
                share = run.times(1000) * (number + 1) // len(scenes) - (
                    run.times(1000) * number // len(scenes)
                )
                with scene.open(processes):
                    tally += kill_at_random(processes, scene, share, seed=7)
            rows.append([name, *_killed(tally)])
    return _table(["what", "runs", "killed", "of these written", "law broken"], rows)


def calls(run: Run) -> str:
    """SIGKILL at every call that touches a file of the tracker's folder."""
    from harming import KILLS, every_scene, spoil

    rows = []
    with _processes(run.folder) as processes:
        if not processes.has_faults:
            sys.exit("calls: there is no compiler of C")
        for scene in every_scene(run.folder):
            with scene.open(processes):
                row = [f"`{scene.name}`"]
                for kind in KILLS:
                    _tell(f"calls: {kind}, {scene.name}")
                    tally = spoil(processes, scene, kind, run.numbers())
                    row += [f"{tally.killed:,}", f"{tally.recorded:,}"]
            rows.append([*row, "0"])
    head = ["what", "killed before a call", "of these written", "killed with half of a write done"]
    return _table([*head, "of these written", "law broken"], rows)


def faults(run: Run) -> str:
    """Calls that fail, for every n, and disks that are full."""
    from harming import FAULTS, Tally, every_scene, fill_up, small_disk, spoil

    rows = []
    with _processes(run.folder) as processes:
        if not processes.has_faults:
            sys.exit("faults: there is no compiler of C")
        tallies: dict[str, Tally] = {kind: Tally() for kind in FAULTS}
        for scene in every_scene(run.folder / "calls"):
            with scene.open(processes):
                for kind, tally in tallies.items():
                    _tell(f"faults: {kind}, {scene.name}")
                    tally += spoil(processes, scene, kind, run.numbers())
        rows = [[_FAULTS[kind], *_refused(tally)] for kind, tally in tallies.items()]
        tally = Tally()
        with small_disk(run.folder / "disk") as disk:
            for scene in every_scene(run.folder / "full", questions=200) if disk else ():
                _tell(f"faults: full disk, {scene.name}")
                assert disk is not None
                scene.work = disk / "here"
                with scene.open(processes):
                    rooms = range(0, 1200, max(4, round(4 / run.scale)))
                    tally += fill_up(processes, scene, disk, rooms)
        rows.append(["a disk of 4 MB with 0, 4, 8 … 1,196 kB left", *_refused(tally)])
    return _table(["fault", "runs", "an error said so", "nobody noticed", "law broken"], rows)


_FAULTS = {
    "no room": "the n-th call finds no room (ENOSPC)",
    "full": "no room from the n-th call on",
    "broken": "the n-th call fails (EIO), fsync and rename included",
    "short": "the n-th write writes half, and has room for the rest",
    "torn": "the n-th write writes half, and there is no room from then on",
    "unreadable": "the n-th read fails (EIO)",
}


def crowd(run: Run) -> str:
    """Sixteen writers, and others that look and copy."""
    from crowding import crowd

    _tell("crowd")
    writers, writes = 16, run.times(500)
    done = crowd(run.folder, writers, writes)
    turns = ", ".join(f"`{job}` {n:,}" for job, n in done.turns.items())
    row = [
        f"{writers} × {writes} = {done.writes:,}",
        turns,
        "0",
        "0",
        f"{done.median:.0f} ms",
        f"{done.slow:.0f} ms",
        f"{max(done.took):.0f} ms",
        f"{done.writes / done.seconds:.0f}",
    ]
    head = ["writes", "meanwhile", "lost", "errors", "median", "99th percentile", "slowest", "a s"]
    return _table(head, [row])


def cost(run: Run) -> str:
    """What a write costs, as benchmarks/writes.py prints it."""
    _tell("cost")
    program = str(REPOSITORY / "benchmarks" / "writes.py")
    command = [sys.executable, program, str(run.times(1_000_000))]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return f"```text\n{ran.stdout.partition(chr(10))[2].strip()}\n```"


#: Name on the command line and in the page's marks -> the campaign.
CAMPAIGNS: dict[str, Callable[[Run], str]] = {
    "kills": kills,
    "calls": calls,
    "faults": faults,
    "crowd": crowd,
    "cost": cost,
}


def main() -> None:
    """Run what is asked for; each one's figures are written when it has ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--only", nargs="+", choices=CAMPAIGNS, default=list(CAMPAIGNS))
    parser.add_argument("--scale", type=float, default=1.0, help="of the runs, at most 1")
    given = parser.parse_args()
    if not 0 < given.scale <= 1:
        parser.error("--scale is above 0 and at most 1")
    for name in [name for name in os.environ if name.startswith("FORECAST_")]:
        del os.environ[name]
    for name in given.only:
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="forecast-campaign-") as folder:
            figures = CAMPAIGNS[name](Run(Path(folder), given.scale))
        _write(name, f"{_stamp(given.scale, time.perf_counter() - begun)}\n\n{figures}")


def _write(name: str, text: str) -> None:
    """Put figures between their marks in the page."""
    page = PAGE.read_text("utf-8")
    marked = rf"(<!-- figures: {name} -->\n).*?(<!-- end -->)"
    new, n = re.subn(marked, lambda found: f"{found[1]}{text}\n{found[2]}", page, flags=re.DOTALL)
    if n != 1:
        sys.exit(f"{PAGE.name} has no place for the figures of {name}:\n{text}")
    PAGE.write_text(new, "utf-8")


def _stamp(scale: float, seconds: float) -> str:
    length = "in full" if scale == 1 else f"with `--scale {scale:g}`"
    return (
        f"{datetime.now(UTC).date()}, {length}, {seconds / 60:.0f} min: {_processor()}, "
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, in `{tempfile.gettempdir()}`."
    )


@contextlib.contextmanager
def _processes(folder: Path) -> Iterator["Processes"]:
    from processes import Processes, build_shim

    with Processes(build_shim(folder)) as processes:
        yield processes


def _killed(tally: "Tally") -> list[str]:
    return [f"{tally.runs:,}", f"{tally.killed:,}", f"{tally.recorded:,}", "0"]


def _refused(tally: "Tally") -> list[str]:
    return [f"{tally.runs:,}", f"{tally.refused:,}", f"{tally.unharmed:,}", "0"]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tell(what: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {what}\n")
    sys.stderr.flush()


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
