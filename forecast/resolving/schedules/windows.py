"""Windows: a task of the Task Scheduler, handed over as XML, which alone can say "catch up"."""

import codecs
import csv
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from datetime import time
from pathlib import Path

from forecast.resolving.schedules.contract import (
    MARK,
    Delete,
    Installed,
    Kind,
    Plan,
    Run,
    Write,
    failed,
)
from forecast.resolving.schedules.job import Job, database_in, name_of
from forecast.resolving.schedules.system import System

_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_NAMES = {"t": _SPACE}
#: A task has to have begun some day; this one is past, whenever it is installed.
_BEGUN = "2024-01-01"

_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "ExecutionTimeLimit": "PT1H",
}


def task(job: Job) -> bytes:
    """Write the task, in UTF-16: schtasks takes nothing else from everybody."""
    ElementTree.register_namespace("", _SPACE)
    root = ElementTree.Element(f"{{{_SPACE}}}Task", version="1.2")
    _fill(root, "RegistrationInfo", {"Source": MARK, "Description": "forecast check"})
    triggers = _fill(root, "Triggers", {})
    daily = _fill(triggers, "CalendarTrigger", {"StartBoundary": f"{_BEGUN}T{job.at:%H:%M}:00"})
    _fill(daily, "ScheduleByDay", {"DaysInterval": "1"})
    principal = _fill(
        _fill(root, "Principals", {}),
        "Principal",
        # As the user who is logged on: anything else needs a password, or an administrator.
        {"LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"},
    )
    principal.set("id", "Author")
    _fill(root, "Settings", _SETTINGS)
    actions = _fill(root, "Actions", {})
    actions.set("Context", "Author")
    program, *arguments = job.command
    _fill(
        actions,
        "Exec",
        {"Command": program, "Arguments": subprocess.list2cmdline(arguments)},
    )
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return codecs.BOM_UTF16_LE + f'<?xml version="1.0" encoding="UTF-16"?>\n{text}'.encode(
        "utf-16-le"
    )


def words(line: str) -> list[str]:
    r"""Split arguments as Windows programs do, and undo `subprocess.list2cmdline`.

    Examples
    --------
    >>> words(subprocess.list2cmdline(["a b\\", 'say "x"', ""]))
    ['a b\\', 'say "x"', '']
    """
    found, word, is_quoted, is_begun = [], "", False, False
    for backslashes, character in re.findall(r"(\\*)([^\\]|$)", line):
        if character == '"':
            word += backslashes[: len(backslashes) // 2]
            is_begun = True
            if len(backslashes) % 2:
                word += '"'
            else:
                is_quoted = not is_quoted
            continue
        word += backslashes
        is_begun = is_begun or bool(backslashes)
        if character in (" ", "\t", "") and not is_quoted:
            if is_begun:
                found.append(word)
            word, is_begun = "", False
        else:
            word, is_begun = word + character, True
    return found


def _fill(parent: ElementTree.Element, tag: str, children: dict[str, str]) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{_SPACE}}}{tag}")
    for name, text in children.items():
        ElementTree.SubElement(element, f"{{{_SPACE}}}{name}").text = text
    return element


def _is_here(system: System) -> bool:
    return system.platform == "win32"


def _install(system: System, job: Job) -> Plan:
    path = Path(system.temporary) / f"{job.name}.xml"
    steps = (
        Write(path, task(job)),
        Run(("schtasks", "/Create", "/TN", job.name, "/XML", str(path), "/F")),
        Delete(path),
    )
    told = "Windows keeps nothing of what check says; --notify URL tells you."
    return Plan(steps, () if job.notify else (told,))


def _remove(system: System, database: str) -> Plan:
    name = name_of(database)
    if not _is_here(system) or system.run(("schtasks", "/Query", "/TN", name)).status:
        return Plan()
    return Plan((Run(("schtasks", "/Delete", "/TN", name, "/F")),))


def _found(system: System) -> list[Installed]:
    if not _is_here(system):
        return []
    command = ("schtasks", "/Query", "/FO", "CSV", "/NH")
    ran = system.run(command)
    if ran.status:
        raise failed(command, ran)
    names = {row[0].lstrip("\\") for row in csv.reader(_text(ran.out).splitlines()) if row}
    return [
        _describe(system, name)
        for name in sorted(names)
        if re.fullmatch(r"forecast-check-[0-9a-f]{8}", name)
    ]


def _describe(system: System, name: str) -> Installed:
    text = _text(system.run(("schtasks", "/Query", "/TN", name, "/XML")).out)
    command: list[str] = []
    at = None
    try:
        # What it declares is UTF-16, whatever the console made of it.
        root = ElementTree.fromstring(  # noqa: S314 -- the user's own scheduler wrote it
            re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        )
        program = root.findtext(".//t:Exec/t:Command", None, _NAMES)
        arguments = root.findtext(".//t:Exec/t:Arguments", "", _NAMES)
        command = [program, *words(arguments)] if program else []
        begun = root.findtext(".//t:CalendarTrigger/t:StartBoundary", "", _NAMES)
        at = time.fromisoformat(begun.partition("T")[2][:5])
    except (ElementTree.ParseError, ValueError):
        pass
    return Installed(
        kind="windows",
        name=name,
        where=f"task {name}",
        database=database_in(command),
        python=command[0] if command else None,
        at=at,
        zone=system.zone,
        problems=() if command and at else ("the task cannot be read",),
    )


def _text(out: bytes) -> str:
    if out.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return out.decode("utf-16", "replace")
    try:
        return out.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return out.decode("oem")  # what a Windows console speaks; no other system knows it
    except (LookupError, UnicodeDecodeError):
        return out.decode("latin-1")


KIND = Kind(
    name="windows",
    title="the Task Scheduler",
    lacking="this is no Windows",
    is_here=_is_here,
    found=_found,
    install=_install,
    remove=_remove,
)
