"""Running a program of the user's own that prints an answer."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from forecast.resolving.fetching.limits import USUAL, Deadline, Limits, size
from forecast.resolving.fetching.troubles import Failed, shortened
from forecast.resolving.sources.contract import Document, SourceError

#: Of what a program complains about, the end is kept.
_COMPLAINTS = 4096
#: For what was printed before the program ended to be read.
_GRACE = 1.0
#: A session of its own keeps Ctrl-C from a program, so that we end it.
_running: set["subprocess.Popen[bytes]"] = set()


def run_program(
    command: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits = USUAL,
    *,
    now: Callable[[], datetime],
) -> Document:
    """Run a program; what it prints is the document.

    There is no shell, and nothing to read on its standard input. When it takes too long or prints
    too much, it is killed with all it has started; on Windows, it alone.

    Parameters
    ----------
    command : tuple of str
        The program and its arguments. A program with a slash in it is looked for from the folder
        on, another one in the environment's PATH.
    folder : Path
        Where it runs.
    environment : mapping of str to str
        All that it gets.
    limits : Limits
    now : callable
        Gives the time the document is fetched at.

    Raises
    ------
    SourceError
    """
    if not command or not command[0]:
        raise SourceError("the resolver's command names no program")
    name = shortened(command[0])
    try:
        body = _run(command, folder, environment, limits)
    except Failed as failed:
        raise SourceError(f"{name} {failed.problem}") from None
    return Document(url=command[0], fetched_at=now(), body=body)


def _run(
    command: tuple[str, ...], folder: Path, environment: Mapping[str, str], limits: Limits
) -> bytes:
    deadline = Deadline(limits.total_seconds)
    process = _start(command, folder, environment)
    assert process.stdout is not None
    assert process.stderr is not None
    _running.add(process)
    printed, complaints = _Reader(process.stdout, limits.max_bytes), _Reader(process.stderr, None)
    try:
        printed.join(deadline.left())
        if printed.is_too_much:
            raise Failed(f"printed more than {size(limits.max_bytes)}")
        status = process.wait(deadline.left())
    except subprocess.TimeoutExpired:
        raise deadline.passed() from None
    finally:
        # As long as nobody has waited for the process, its number is nobody else's.
        if process.returncode is None:
            _kill(process)
        _running.discard(process)
    complaints.join(_GRACE)
    if status:
        last = complaints.last_line()
        raise Failed(f"{_ended(status)}{': ' if last else ' and said nothing'}{last}")
    return printed.data


def _start(
    command: tuple[str, ...], folder: Path, environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    if not folder.is_dir():
        raise Failed(f"cannot be run: there is no folder {shortened(str(folder))}")
    program = _found(command[0], folder, environment)
    try:
        return subprocess.Popen(  # noqa: S603 (its person trusts it)
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
    except PermissionError:
        raise Failed("may not be run: is it executable?") from None
    except OSError as error:
        raise Failed(f"cannot be run: {error.strerror}") from None
    except ValueError:  # a NUL
        raise Failed("cannot be run: there is a character in the command that may not be") from None


def _found(name: str, folder: Path, environment: Mapping[str, str]) -> str:
    if "/" in name or (os.altsep and os.sep in name):  # a backslash, on Windows
        program = (folder / name).absolute()
        if not program.exists():
            raise Failed(f"is not there: {shortened(str(program))}")
        return str(program)
    found = shutil.which(name, path=environment.get("PATH", os.defpath))
    if found is None:
        raise Failed("is no program that the PATH leads to")
    return str(Path(found).absolute())


class _Reader:
    """Reads what a program prints, in a thread that is left behind where the end never comes.

    Without a limit, the end is kept and the rest forgotten.
    """

    def __init__(self, stream: IO[bytes], limit: int | None) -> None:
        self._stream = stream
        self._limit = limit
        self._data = bytearray()
        self.is_too_much = False
        self._thread = threading.Thread(target=self._read, daemon=True, name="program")
        self._thread.start()

    @property
    def data(self) -> bytes:
        """What it printed."""
        return bytes(self._data)

    def join(self, seconds: float) -> None:
        """Wait for the end, or until there is too much."""
        self._thread.join(seconds)

    def last_line(self) -> str:
        """Give the last line that says something."""
        lines = bytes(self._data).decode("utf-8", "replace").split("\n")
        return shortened(next((line.strip() for line in reversed(lines) if line.strip()), ""))

    def _read(self) -> None:
        with self._stream, contextlib.suppress(OSError, ValueError):
            while chunk := self._stream.read(65_536):
                self._data += chunk
                if self._limit is None:
                    del self._data[:-_COMPLAINTS]
                elif len(self._data) > self._limit:
                    self.is_too_much = True
                    return


def _ended(status: int) -> str:
    if status > 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):  # one that runs as somebody else
        process.wait(_GRACE)


@atexit.register
def _end_all() -> None:
    for process in list(_running):
        if process.returncode is None:
            _kill(process)
