"""Running a program that people have: no shell, an end in time, one line where it fails."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.model import ForecastError

#: Without a terminal nobody is asked anything: this is for slow disks and hooks.
SECONDS = 60.0
#: A person looks for the passphrase.
SECONDS_OF_A_PERSON = 300.0
#: For a program to put things right that was told to end.
_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended."""

    status: int
    out: bytes
    err: str

    @property
    def complaint(self) -> str:
        """The line that says what went wrong: the first that claims to, else the last."""
        said = self.err or self.out.decode("utf-8", "replace")
        lines = [line.strip() for line in said.splitlines()]
        lines = [line for line in lines if line and not line.startswith("hint:")]
        for line in lines:
            for mark in ("fatal: ", "error: "):
                if line.startswith(mark):
                    return line.removeprefix(mark)
        return lines[-1] if lines else f"it ended with status {self.status}"


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    given: bytes | None = None,
    terminal: bool = False,
    seconds: float | None = None,
) -> Done:
    """Run a program to its end.

    Parameters
    ----------
    command : sequence of str
        Its name, looked for in the environment's PATH, and its arguments.
    environment : mapping of str to str
        All that it gets; its messages are asked for in English.
    given : bytes, optional
        What it reads on standard input; nothing, unless given.
    terminal : bool
        Whether standard input is a terminal at which it may ask for a passphrase.
    seconds : float, optional
        After which it is told to end, and then ended.

    Raises
    ------
    ForecastError
        If there is no such program, or it takes too long.
    """
    name = command[0]
    program = shutil.which(name, path=environment.get("PATH", os.defpath))
    if program is None:
        raise ForecastError(f"{name} is needed for this and is not there: install it")
    if seconds is None:
        seconds = SECONDS_OF_A_PERSON if terminal else SECONDS
    reads = None if terminal else subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 -- our own words, and no shell
        [program, *command[1:]],
        stdin=reads if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment, "LC_ALL": "C"},
        # Away from the terminal it has a group of its own, so that hooks end with it.
        start_new_session=not terminal,
    )
    with process:
        try:
            out, err = process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process, whole_group=not terminal)
            raise ForecastError(f"{name} took longer than {seconds:g} s and was ended") from None
        except BaseException:
            _end(process, whole_group=not terminal)
            raise
    return Done(process.returncode, out, err.decode("utf-8", "replace"))


def _end(process: "subprocess.Popen[bytes]", *, whole_group: bool) -> None:
    """End a program: first so that it can put its files and the terminal right."""
    group = whole_group and hasattr(os, "killpg")
    for gently in (True, False):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if group:
                os.killpg(process.pid, signal.SIGTERM if gently else signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            process.terminate() if gently else process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            if not group:
                return
