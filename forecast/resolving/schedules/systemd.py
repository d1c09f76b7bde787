"""systemd: a timer and a service of the user's own."""

import re
from datetime import time
from pathlib import Path

from forecast.model import ForecastError
from forecast.resolving.schedules.contract import (
    Delete,
    Installed,
    Kind,
    Plan,
    Run,
    Write,
    read_ours,
)
from forecast.resolving.schedules.job import Job, database_in, name_of
from forecast.resolving.schedules.system import System
from forecast.resolving.schedules.templating import fill

_CTL = ("systemctl", "--user")
_PLAIN = r"[A-Za-z0-9_@+=:,./-]+"


def service(job: Job) -> bytes:
    """Write the unit that runs `check`."""
    # In arguments `$` is doubled, but not in the program's path: there a colon says that no `$`
    # means anything. It is written only where it is needed; systemd before 244 does not know it.
    colon = "$" in job.python
    program, *arguments = job.command
    words = [word(value) if colon else word(value).replace("$", "$$") for value in arguments]
    return fill(
        "forecast-check.service",
        # In brackets, because a backslash at the end would draw in the next line.
        description=f"forecast check ({job.database.replace('%', '%%')})",
        environment=[word(f"{name}={value}") for name, value in job.environment],
        command=" ".join([word(":" * colon + program), *words]),
    )


def timer(job: Job) -> bytes:
    """Write the unit that starts it every day."""
    return fill(
        "forecast-check.timer",
        description=f"forecast check every day at {job.at:%H:%M}",
        at=f"{job.at:%H:%M}",
    )


def word(value: str) -> str:
    r"""Quote a word for a unit file, where `%` begins a specifier; `$` is the caller's.

    Examples
    --------
    >>> print(word('100% "sure"'))
    "100%% \"sure\""
    """
    if re.fullmatch(_PLAIN, value):
        return value
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        value = value.replace(character, written)
    return f'"{value}"'


def words(line: str) -> list[str]:
    """Read a command line of ours back.

    Examples
    --------
    >>> words(word('100% "sure"') + " check")
    ['100% "sure"', 'check']
    """
    found = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)', line):
        found.append(re.sub(r"\\(.)", r"\1", quoted or bare).replace("%%", "%"))
    if found and found[0].startswith(":"):
        return [found[0][1:], *found[1:]]
    return [one.replace("$$", "$") for one in found]


def _folder(system: System) -> Path:
    return system.config / "systemd" / "user"


def _files(system: System, name: str) -> tuple[Path, Path]:
    return _folder(system) / f"{name}.service", _folder(system) / f"{name}.timer"


def _is_here(system: System) -> bool:
    if not system.find("systemctl"):
        return False
    # It may be installed and nobody at home: in a container, under su, over a bare ssh.
    return system.run((*_CTL, "show", "--property=Version")).status == 0


def _install(system: System, job: Job) -> Plan:
    service_file, timer_file = _files(system, job.name)
    for path in (service_file, timer_file):
        read_ours(path)
    notes = []
    if _lingers(system) is False:
        notes.append(
            "The timer runs only while you are logged in; loginctl enable-linger changes that."
        )
    if not job.notify:
        notes.append(
            f"What check says: journalctl --user --unit {job.name}; --notify URL tells you."
        )
    steps = (
        Write(service_file, service(job)),
        Write(timer_file, timer(job)),
        # With it a timer that is running already goes by its new time.
        Run((*_CTL, "daemon-reload")),
        Run((*_CTL, "enable", "--now", timer_file.name)),
    )
    return Plan(steps, tuple(notes))


def _remove(system: System, database: str) -> Plan:
    service_file, timer_file = _files(system, name_of(database))
    steps: list[Run | Delete] = []
    if read_ours(timer_file) is not None:
        steps += [Run((*_CTL, "disable", "--now", timer_file.name)), Delete(timer_file)]
    if read_ours(service_file) is not None:
        steps.append(Delete(service_file))
    if steps:
        steps.append(Run((*_CTL, "daemon-reload")))
    return Plan(tuple(steps))


def _found(system: System) -> list[Installed]:
    installed = []
    for path in sorted(_folder(system).glob("forecast-check-*.timer")):
        try:
            timer_text = read_ours(path)
            service_text = read_ours(path.with_suffix(".service"))
        except ForecastError:
            continue  # somebody else's
        if timer_text is not None:
            installed.append(_describe(system, path, timer_text, service_text or ""))
    return installed


def _describe(system: System, path: Path, timer_text: str, service_text: str) -> Installed:
    when = re.search(r"^OnCalendar=\*-\*-\* ([0-9]{2}):([0-9]{2}):00$", timer_text, re.MULTILINE)
    line = re.search(r"^ExecStart=(.+)$", service_text, re.MULTILINE)
    command = words(line[1]) if line else []
    problems = []
    if not command:
        problems.append(f"{path.with_suffix('.service')} is missing or cannot be read")
    if not when:
        problems.append(f"{path} names no time of day")
    if system.run((*_CTL, "is-active", path.name)).status:
        problems.append("its timer is not running")
    return Installed(
        kind="systemd",
        name=path.stem,
        where=str(path),
        database=database_in(command),
        python=command[0] if command else None,
        at=time(int(when[1]), int(when[2])) if when else None,
        zone=system.zone,
        problems=tuple(problems),
    )


def _lingers(system: System) -> bool | None:
    ran = system.run(("loginctl", "show-user", str(system.user_id), "--property=Linger"))
    answer = ran.out.strip().removeprefix(b"Linger=")
    return {b"yes": True, b"no": False}.get(answer)


KIND = Kind(
    name="systemd",
    title="systemd",
    lacking="systemctl --user does not answer here",
    is_here=_is_here,
    found=_found,
    install=_install,
    remove=_remove,
)
