"""A process that has imported all of `forecast` and forks a child for each job it is given.

    python tests/reliability/serving.py        jobs and answers are lines of JSON

So a command is a process of its own, which can be killed by SIGKILL and be given the faults of
`faulty.c`, and yet begins within milliseconds: what is killed is the command and not the start of
an interpreter. A job holds:

- commands: lists of arguments, run one after another until one fails,
- env: what the environment is to hold besides,
- kill_after: seconds after which the child is killed, or null,
- fault: {"kind", "at", "under"} for `faulty.c`, or null,
- user: the number of the user the child is to be, or null,
- umask: of the child,
- code: a program in Python that the child runs first, for what no command does.

The answer holds `status` (-9: killed), `done` (how many commands ended with 0), `out`, `err`,
`seconds`, `seen` (calls that the fault counted) and `hits` (calls that it spoilt).
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

KINDS = ("none", "no room", "full", "broken", "short", "torn", "kill", "kill midway", "unreadable")


def main() -> None:
    """Answer jobs until there are no more."""
    _import_everything()
    shim = _shim()
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory(prefix="forecast-served-") as name:
        for line in sys.stdin:
            print(json.dumps(_answer(json.loads(line), Path(name), shim)), flush=True)


def _import_everything() -> None:
    import forecast

    for module in pkgutil.walk_packages(forecast.__path__, "forecast."):
        # Reading tables brings DuckDB and pandas, and a large process takes longer to fork.
        if not any(name in module.name for name in ("__main__", ".exchange", ".tablescores")):
            with contextlib.suppress(ImportError):  # the command that needs it will say so
                importlib.import_module(module.name)
    for name in ("filelock", "platformdirs", "tzlocal"):
        importlib.import_module(name)


def _shim() -> Any:
    """Find the functions of `faulty.c`, where that is preloaded."""
    if "faulty" not in os.environ.get("LD_PRELOAD", ""):
        return None
    library = ctypes.CDLL(None)
    library.faulty_arm.argtypes = (ctypes.c_int, ctypes.c_long, ctypes.c_char_p)
    library.faulty_arm.restype = None
    library.faulty_seen.restype = library.faulty_hits.restype = ctypes.c_long
    return library


def _answer(job: dict[str, Any], folder: Path, shim: Any) -> dict[str, Any]:
    out, err, done = (folder / name for name in ("out", "err", "done"))
    for path in (out, err, done):
        path.write_bytes(b"")
        path.chmod(0o666)
    if shim:
        shim.faulty_arm(KINDS.index("none"), 0, b"")
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        _be_the_child(job, out, err, done, shim)
    handle = os.pidfd_open(child)
    try:
        wait = job["kill_after"]
        if wait is not None:
            left = max(0.0, wait - (time.perf_counter() - begun))
            if not select.select([handle], [], [], left)[0]:
                os.kill(child, signal.SIGKILL)
        elif not select.select([handle], [], [], 120)[0]:
            os.kill(child, signal.SIGKILL)
            err.write_text("it hung\n")
    finally:
        os.close(handle)
    _, status = os.waitpid(child, 0)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "done": len(done.read_bytes()),
        "out": out.read_text("utf-8", errors="replace"),
        "err": err.read_text("utf-8", errors="replace"),
        "seconds": time.perf_counter() - begun,
        "seen": shim.faulty_seen() if shim else 0,
        "hits": shim.faulty_hits() if shim else 0,
    }


def _be_the_child(job: dict[str, Any], out: Path, err: Path, done: Path, shim: Any) -> None:
    """Run the commands and leave; what a command could not catch is told as Python tells it."""
    status = 1
    try:
        for number, path in ((0, Path(os.devnull)), (1, out), (2, err)):
            handle = os.open(path, os.O_RDWR)
            os.dup2(handle, number)
            os.close(handle)
        count = os.open(done, os.O_WRONLY)
        os.environ.update(job["env"])
        time.tzset()
        os.umask(job["umask"])
        if job["user"] is not None:
            os.setgroups([])
            os.setgid(job["user"])
            os.setuid(job["user"])
        exec(job["code"], {})
        fault = job["fault"]
        if fault is not None:
            shim.faulty_arm(KINDS.index(fault["kind"]), fault["at"], fault["under"].encode())
        status = _run(job["commands"], count)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _run(commands: list[list[str]], count: int) -> int:
    from forecast.cli import run

    for arguments in commands:
        status = run(arguments)
        if status:
            return status
        sys.stdout.flush()
        os.write(count, b".")
    return 0


if __name__ == "__main__":
    main()
