"""launchd: an agent of the user's own. A run that the Mac slept through it makes up for."""

import plistlib
from datetime import time
from pathlib import Path
from typing import Any

from forecast.model import ForecastError
from forecast.resolving.schedules.contract import (
    MARK,
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


def agent(job: Job, log: Path) -> bytes:
    """Write the agent's property list."""
    settings: dict[str, Any] = {
        "Label": job.name,
        "ProgramArguments": list(job.command),
        "StartCalendarInterval": {"Hour": job.at.hour, "Minute": job.at.minute},
        "StandardOutPath": str(log),
        "StandardErrorPath": str(log),
        "ProcessType": "Background",
    }
    if job.environment:
        settings["EnvironmentVariables"] = dict(job.environment)
    text = plistlib.dumps(settings, sort_keys=False)
    return text.replace(b"<plist ", f"<!-- {MARK} -->\n<plist ".encode(), 1)


def _file(system: System, name: str) -> Path:
    return system.home / "Library" / "LaunchAgents" / f"{name}.plist"


def _is_here(system: System) -> bool:
    return system.platform == "darwin"


def _domain(system: System) -> str:
    return f"gui/{system.user_id}"


def _install(system: System, job: Job) -> Plan:
    path = _file(system, job.name)
    log = system.home / "Library" / "Logs" / f"{job.name}.log"
    text = agent(job, log)
    old = read_ours(path)
    notes = () if job.notify else (f"What check says: {log}; --notify URL tells you.",)
    if old == text.decode() and _is_loaded(system, job.name):
        return Plan((), notes)  # unloading and loading at once sometimes fails
    steps = (
        Write(path, text),
        Run(("launchctl", "bootout", f"{_domain(system)}/{job.name}"), may_fail=True),
        Run(("launchctl", "enable", f"{_domain(system)}/{job.name}")),
        Run(("launchctl", "bootstrap", _domain(system), str(path))),
    )
    return Plan(steps, notes)


def _remove(system: System, database: str) -> Plan:
    path = _file(system, name_of(database))
    if read_ours(path) is None:
        return Plan()
    # Whatever was loaded may have been unloaded by hand.
    unload = Run(("launchctl", "bootout", f"{_domain(system)}/{path.stem}"), may_fail=True)
    return Plan((unload, Delete(path)))


def _is_loaded(system: System, name: str) -> bool:
    return system.run(("launchctl", "print", f"{_domain(system)}/{name}")).status == 0


def _found(system: System) -> list[Installed]:
    if not _is_here(system):
        return []
    installed = []
    for path in sorted(_file(system, "x").parent.glob("forecast-check-*.plist")):
        try:
            text = read_ours(path)
        except ForecastError:
            continue  # somebody else's
        if text is not None:
            installed.append(_describe(system, path, text))
    return installed


def _describe(system: System, path: Path, text: str) -> Installed:
    problems = []
    command: list[str] = []
    at = None
    try:
        settings = plistlib.loads(text.encode())
        command = [str(word) for word in settings["ProgramArguments"]]
        when = settings["StartCalendarInterval"]
        at = time(when["Hour"], when["Minute"])
    except Exception:  # expat's errors, a missing key, another type: it was changed by hand
        problems.append(f"{path} cannot be read")
    if not _is_loaded(system, path.stem):
        problems.append("launchd has not loaded it")
    return Installed(
        kind="launchd",
        name=path.stem,
        where=str(path),
        database=database_in(command),
        python=command[0] if command else None,
        at=at,
        zone=system.zone,
        problems=tuple(problems),
    )


KIND = Kind(
    name="launchd",
    title="launchd",
    lacking="this is no Mac",
    is_here=_is_here,
    found=_found,
    install=_install,
    remove=_remove,
)
