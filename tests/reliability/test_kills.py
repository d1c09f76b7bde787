"""SIGKILL at any moment: nothing acknowledged is lost, nothing half done, nothing to mend by hand.

The short form; `python docs/campaigns.py --only kills` is the full one.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harming import KILLS, count_calls, every_scene, kill_at_events, kill_at_random, sample, spoil
from processes import KILLED, Ended, Processes
from scenes import Load, Scene

NAMES = [scene.name for scene in every_scene(Path()) if scene.writes]
every = pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)


@every
def test_killed_at_random_moments(processes: Processes, folder: Path, number: int) -> None:
    """Each time the next command finds all that was there or acknowledged, and just works."""
    with every_scene(folder, questions=100)[number].open(processes) as scene:
        assert 4 == kill_at_random(processes, scene, 4, seed=1).runs


@every
def test_killed_at_a_call(faults: Processes, folder: Path, number: int) -> None:
    """Before a write, a rename, a truncation …, and with half of a write done."""
    with every_scene(folder)[number].open(faults) as scene:
        for kind, wanted in zip(KILLS, (3, 2), strict=True):
            calls = sample(f"{scene.name} {kind}", count_calls(faults, scene, kind), wanted)
            tally = spoil(faults, scene, kind, calls)
            assert (len(calls), len(calls)) == (tally.runs, tally.killed)


@pytest.mark.parametrize("name", ["migration of format 1", "backup", "restore"])
def test_killed_at_a_step(processes: Processes, folder: Path, name: str) -> None:
    """At each thing that is done with files by name: never is there no tracker and no copy."""
    (found,) = (one for one in every_scene(folder) if one.name == name)
    with found.open(processes) as scene:
        tally = kill_at_events(processes, scene, itertools.count(1, 3))
        assert tally.killed >= 3
        assert 1 == tally.unharmed


def test_a_whole_program_killed(processes: Processes, folder: Path) -> None:
    """The same holds of `python -m forecast` as a user starts it, imports and all."""
    with Load(folder, questions=300).open(processes) as scene:
        command = [sys.executable, "-m", "forecast", "load", str(scene.here / "q.toml")]
        env = {**os.environ, "FORECAST_DB": str(scene.path), "FORECAST_NOW": "2026-06-03T06:00Z"}
        scene.lay()
        begun = time.perf_counter()
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - begun
        for share in (0.6, 0.8, 0.9):
            scene.lay()
            process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
            time.sleep(share * took)
            process.send_signal(signal.SIGKILL)
            out = process.communicate()[0]
            status = KILLED if process.returncode == -signal.SIGKILL else process.returncode
            scene.judge(processes, Ended(status, int(status == 0), out, "", 0.0, 0, 0))


def test_a_broken_law_is_seen(processes: Processes, folder: Path) -> None:
    """A tracker that lost, doubled or half did something does not pass: the judge can say no."""
    with Scene(folder).open(processes) as scene:
        scene.lay()
        ended = Ended(0, 1, "", "", 0.0, 0, 0)
        with pytest.raises(AssertionError, match="something acknowledged is gone"):
            scene.judge(processes, ended)
        scene.lay()
        scene.run(processes)
        scene.run(processes)
        with pytest.raises(AssertionError, match="something is there twice"):
            scene.judge(processes, Ended(KILLED, 0, "", "", 0.0, 0, 0))
        scene.lay()
        scene.path.unlink()
        with pytest.raises(AssertionError, match="something that was there is gone"):
            scene.judge(processes, Ended(KILLED, 0, "", "", 0.0, 0, 0))
        scene.lay()
        scene.path.chmod(0o644)
        with pytest.raises(AssertionError):
            scene.judge(processes, Ended(KILLED, 0, "", "", 0.0, 0, 0))
