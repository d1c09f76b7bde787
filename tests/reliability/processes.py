"""Commands in processes of their own that start within milliseconds, to be killed or given faults.

Kept apart from pytest, for docs/campaigns.py runs them, too.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent
KILLED = -9


@dataclass(frozen=True)
class Fault:
    """The n-th call on a file under a folder fails; `kind` is one of `serving.KINDS`."""

    kind: str
    at: int
    under: Path


@dataclass(frozen=True)
class Ended:
    """How a job ended: -9 where it was killed; `done` commands had ended with 0 before."""

    status: int
    done: int
    out: str
    err: str
    seconds: float
    #: How many calls the fault counted, and how many of them it spoilt.
    seen: int
    hits: int


def build_shim(folder: Path) -> Path | None:
    """Compile `faulty.c`; None where there is no compiler of C."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = folder / "faulty.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", library, HERE / "faulty.c", "-ldl"]
    subprocess.run(command, check=True)
    return library


class Processes:
    """The server of `serving.py`; a context manager.

    Parameters
    ----------
    shim : Path, optional
        The compiled `faulty.c`; without it jobs can have no faults.
    """

    def __init__(self, shim: Path | None = None) -> None:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FORECAST_", "XDG_", "PYTEST", "COV"))
        }
        if shim is not None:
            inherited["LD_PRELOAD"] = str(shim)
        inherited["OPENBLAS_NUM_THREADS"] = "1"
        self.has_faults = shim is not None
        self._server = subprocess.Popen(
            [sys.executable, str(HERE / "serving.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=inherited,
        )

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.communicate()

    def run(
        self,
        commands: Sequence[Sequence[str]],
        env: Mapping[str, str],
        *,
        kill_after: float | None = None,
        fault: Fault | None = None,
        user: int | None = None,
        umask: int = 0o022,
        code: str = "",
    ) -> Ended:
        """Run commands in one child, and wait for its end."""
        job: dict[str, Any] = {
            "commands": [list(one) for one in commands],
            "env": dict(env),
            "kill_after": kill_after,
            "fault": fault and {"kind": fault.kind, "at": fault.at, "under": str(fault.under)},
            "user": user,
            "umask": umask,
            "code": code,
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(job) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        return Ended(**answer)
