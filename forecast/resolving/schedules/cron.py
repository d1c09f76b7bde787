"""cron: a marked block in the user's crontab. All that others wrote there stays, to the byte."""

import re
import shlex
from datetime import time

from forecast.model import ForecastError
from forecast.resolving.schedules.contract import MARK, Installed, Kind, Plan, Run, failed
from forecast.resolving.schedules.job import Job, database_in, name_of
from forecast.resolving.schedules.system import System

BEGIN, END = b"# BEGIN forecast check ", b"# END forecast check "
_HOW = f"# {MARK}; to change it, run forecast schedule install again, or remove.".encode()
#: Stands in the block where the crontab did not end with a line break, so that removal knows.
_JOINED = b"# The line before this block had no line break."


def block(job: Job) -> bytes:
    """Write a job's block."""
    database = job.database.encode()
    words = [f"{name}={word(value)}" for name, value in job.environment]
    words += [word(part) for part in job.command]
    line = f"{job.at.minute} {job.at.hour} * * * {' '.join(words)}".encode()
    return b"\n".join([BEGIN + database, _HOW, line, END + database, b""])


def word(value: str) -> str:
    r"""Quote a word so that cron, and the shell after it, leave it alone.

    cron ends a command at `%` and takes `\%` for one; some crons make one backslash of two, and
    busybox's does none of this. So `\%` stands outside the quotes, where a shell reads it the same
    way, and a backslash ends its quotes, so that none meets another.

    Examples
    --------
    >>> print(word("it's 100% a\\b"))
    it"'"'s 100'\%' a\'b
    """
    if not value:
        return "''"
    special = {"%": "\\%", "'": '"\'"'}
    parts = re.findall(r"[%']|[^%'\\]*\\|[^%'\\]+", value)
    return "".join(special.get(part) or shlex.quote(part) for part in parts)


def with_block(crontab: bytes, job: Job) -> bytes:
    """Put a job's block into a crontab, in the place of the one it had or else at the end.

    The end, because what the user sets above it (MAILTO, PATH, a source's secret) is to hold for
    it, too.

    Raises
    ------
    ForecastError
        If the block it had is damaged.
    """
    lines = _lines(crontab)
    place = _find(lines, job.database)
    if place is None:
        joined = bool(lines) and not lines[-1].endswith(b"\n")
        place = slice(len(lines), len(lines))
        if joined:
            lines[-1] += b"\n"
    else:
        joined = _is_joined(lines[place])
    new = block(job)
    if joined:
        new = new.replace(_HOW, _HOW + b"\n" + _JOINED, 1)
    return b"".join([*lines[: place.start], new, *lines[place.stop :]])


def without_block(crontab: bytes, database: str) -> bytes:
    """Take a tracker's block out of a crontab, and nothing else.

    Raises
    ------
    ForecastError
        If the block is damaged.
    """
    lines = _lines(crontab)
    place = _find(lines, database)
    if place is None:
        return crontab
    before, after = b"".join(lines[: place.start]), b"".join(lines[place.stop :])
    if _is_joined(lines[place]) and not after:
        before = before.removesuffix(b"\n")
    return before + after


def _lines(crontab: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", crontab)


def _is_joined(lines: list[bytes]) -> bool:
    return _JOINED + b"\n" in lines


def _find(lines: list[bytes], database: str) -> slice | None:
    """Find a tracker's block; refuse to touch one that may hold what others wrote."""
    name = database.encode("utf-8", "surrogateescape")
    bare = [line.rstrip(b"\n") for line in lines]
    begins = [number for number, line in enumerate(bare) if line == BEGIN + name]
    ends = [number for number, line in enumerate(bare) if line == END + name]
    if not begins and not ends:
        return None
    if len(begins) != 1 or len(ends) != 1 or begins > ends:
        at = ", ".join(str(number + 1) for number in sorted(begins + ends))
        raise _damaged(f"lines {at} should be one BEGIN and one END of {database}")
    (begin,), (end,) = begins, ends
    inside = [line for line in bare[begin + 1 : end] if line.strip()]
    jobs = [line for line in inside if not line.startswith(b"#")]
    ours = [line for line in jobs if b" -m forecast " in line]
    if len(ours) > 1 or jobs != ours or any(line.startswith((BEGIN, END)) for line in inside):
        raise _damaged(f"between lines {begin + 1} and {end + 1} stand lines that are not ours")
    return slice(begin, end + 1)


def _damaged(how: str) -> ForecastError:
    return ForecastError(
        f"the crontab's block of forecast is damaged: {how}: mend it with crontab -e"
    )


def _read(system: System) -> bytes:
    command = ("crontab", "-l")
    ran = system.run(command)
    if not ran.status:
        return ran.out
    # "no crontab for ann"; busybox: "can't open 'ann': No such file or directory".
    if re.search(rb"no crontab|can't open .*no such file", ran.err, re.IGNORECASE):
        return b""
    raise failed(command, ran)


def _found(system: System) -> list[Installed]:
    if not _is_here(system):
        return []
    lines = _lines(_read(system))
    names = [line.rstrip(b"\n").removeprefix(BEGIN) for line in lines if line.startswith(BEGIN)]
    installed = []
    for name in dict.fromkeys(names):
        database = name.decode("utf-8", "surrogateescape")
        place = _find(lines, database)
        assert place is not None
        installed.append(_describe(system, database, lines[place]))
    return installed


def _describe(system: System, database: str, lines: list[bytes]) -> Installed:
    when, problems = "", []
    command: list[str] = []
    jobs = [line for line in lines if line.strip() and not line.startswith(b"#")]
    if not jobs:
        problems.append("its line in the crontab is commented out")
    else:
        when, command = _read_line(jobs[0])
        if not command:
            problems.append("its line in the crontab cannot be read")
        elif _time_of(when) is None:
            problems.append(f"it runs at '{when}', not once a day")
    while command and re.match(r"[A-Z_]+=", command[0]):
        del command[0]
    return Installed(
        kind="cron",
        name=name_of(database),
        where="the crontab",
        database=database_in(command) or database,
        python=command[0] if command else None,
        at=_time_of(when),
        zone=system.zone,
        problems=tuple(problems),
    )


def _read_line(line: bytes) -> tuple[str, list[str]]:
    """Read a line of ours back: when, and the words of the command, none where it is garbled."""
    text = line.decode("utf-8", "surrogateescape").strip()
    # A name for a time, or five fields; then the command.
    match = re.fullmatch(r"(@\w+|(?:\S+\s+){4}\S+)\s+(.+)", text)
    try:
        return (match[1], shlex.split(match[2].replace("\\%", "%"))) if match else ("", [])
    except ValueError:  # a quotation without an end
        return match[1] if match else "", []


def _time_of(when: str) -> time | None:
    match = re.fullmatch(r"([0-9]+)\s+([0-9]+)(?:\s+\*){3}", when)
    try:
        return time(int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _install(system: System, job: Job) -> Plan:
    crontab = _read(system) if _is_here(system) else b""  # a dry run may be anywhere
    notes = []
    # A container or WSL often has a crontab that nobody looks at.
    if system.find("pgrep") and system.run(("pgrep", "-x", "crond?")).status == 1:
        notes.append("No cron daemon seems to run here: nothing will happen until one does.")
    if not job.notify:
        notes.append("cron mails what check says, if the machine can mail; --notify URL tells you.")
    step = Run(("crontab", "-"), with_block(crontab, job))
    return Plan((step,), tuple(notes))


def _remove(system: System, database: str) -> Plan:
    if not _is_here(system):
        return Plan()
    crontab = _read(system)
    rest = without_block(crontab, database)
    return Plan((Run(("crontab", "-"), rest),) if rest != crontab else ())


def _is_here(system: System) -> bool:
    return system.platform != "win32" and system.find("crontab") is not None


KIND = Kind(
    name="cron",
    title="cron",
    lacking="there is no crontab here",
    is_here=_is_here,
    found=_found,
    install=_install,
    remove=_remove,
)
