"""What a kind of schedule is, what it plans, and how a plan is carried out.

Whatever changes the machine is planned first, as steps; `--dry-run` shows those very steps.
"""

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time, tzinfo
from pathlib import Path
from typing import Any

from forecast.model import ForecastError
from forecast.resolving.files import write_atomically
from forecast.resolving.schedules.job import Job
from forecast.resolving.schedules.system import Ran, System

#: In the first lines of every file of ours; a file without it is somebody else's.
MARK = "Written by forecast schedule"


@dataclass(frozen=True, slots=True)
class Write:
    """Write a file; the folders it stands in are made."""

    path: Path
    text: bytes
    mode: int = 0o600  # addresses to notify hold passwords


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a file of ours."""

    path: Path


@dataclass(frozen=True, slots=True)
class Run:
    """Run a program, and give it something to read."""

    command: tuple[str, ...]
    given: bytes | None = None
    #: Whether it only makes way: it fails where there is nothing in the way.
    may_fail: bool = False


Step = Write | Delete | Run


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and what the user should know."""

    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A job of ours that was found.

    Parameters
    ----------
    kind, name : str
    where : str
        What holds it: a file, a crontab.
    database, python : str or None
        What it names; None where it cannot be read, or is not on this machine.
    at : datetime.time or None
        None where somebody wrote something other than a time of day.
    zone : tzinfo
        Of the clock that `at` is meant by.
    problems : tuple of str
    """

    kind: str
    name: str
    where: str
    database: str | None
    python: str | None
    at: time | None
    zone: tzinfo
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of schedule.

    Parameters
    ----------
    name : str
        As `--with` has it.
    title : str
        In a sentence.
    lacking : str
        What to say where the machine does not have it.
    is_here : callable
        Whether the machine has it.
    found : callable
        Gives the jobs of ours that it has, of all trackers.
    install : callable
        Plans a job; raises `ForecastError` where that would harm what others wrote.
    remove : callable
        Plans the removal of a tracker's job; no steps where there is none.
    """

    name: str
    title: str
    lacking: str
    is_here: Callable[[System], bool]
    found: Callable[[System], list[Installed]]
    install: Callable[[System, Job], Plan]
    remove: Callable[[System, str], Plan]


def carry_out(system: System, steps: Iterable[Step]) -> None:
    """Do what was planned.

    Raises
    ------
    ForecastError
        At the first program that fails; to do it all again is safe.
    """
    for step in steps:
        match step:
            case Write(path, text, mode):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, text, mode)
            case Delete(path):
                path.unlink(missing_ok=True)
            case Run(command, given, may_fail):
                ran = system.run(command, given or b"")
                if ran.status and not may_fail:
                    raise failed(command, ran)


def failed(command: Iterable[str], ran: Ran) -> ForecastError:
    """Make the error of a program that failed: its own words say best what is wrong."""
    said = (ran.err.strip() or ran.out.strip()).decode("utf-8", "replace")
    return ForecastError(f"{shlex.join(command)} failed: {said or f'exit status {ran.status}'}")


def shown(step: Step) -> str:
    """Show a step to a person, with the whole text."""
    match step:
        case Write(path, text):
            return f"write {path}\n{_indented(text)}"
        case Delete(path):
            return f"delete {path}"
        case Run(command, None):
            return f"run {shlex.join(command)}"
        case Run(command, given):
            return f"run {shlex.join(command)} with the input\n{_indented(given or b'')}"


def shape(step: Step) -> dict[str, Any]:
    """Show a step to a program."""
    match step:
        case Write(path, text):
            return {"write": str(path), "text": _text(text)}
        case Delete(path):
            return {"delete": str(path)}
        case Run(command, given):
            return {"run": list(command), "given": None if given is None else _text(given)}


def read_ours(path: Path) -> str | None:
    """Read a file of ours; None where there is none.

    Raises
    ------
    ForecastError
        If somebody else wrote it, or it cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ForecastError(f"{path} cannot be read: {error.strerror}") from None
    if MARK.encode() not in data[:1000]:
        raise ForecastError(f"{path} was not written by forecast: move it out of the way first")
    return data.decode("utf-8", "replace")


def _indented(text: bytes) -> str:
    return "\n".join(f"    {line}".rstrip() for line in _text(text).splitlines())


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return data.decode(encoding, "backslashreplace" if encoding == "utf-8" else "replace")
