"""GitHub Actions: a workflow in the repository that holds the tracker, for who has no machine."""

import json
import re
from datetime import UTC, datetime, time
from pathlib import Path

from forecast.model import ForecastError
from forecast.resolving.schedules.contract import Delete, Installed, Kind, Plan, Write, read_ours
from forecast.resolving.schedules.job import Job, name_of
from forecast.resolving.schedules.system import System
from forecast.resolving.schedules.templating import fill


def workflow(job: Job, database: str, now: datetime) -> bytes:
    """Write the workflow.

    Addresses to notify are passwords, and the file goes into the repository: it takes them from
    the repository's secrets.

    Parameters
    ----------
    job : Job
    database : str
        The tracker's path in the repository.
    now : datetime
        In the zone that `job.at` is meant in.
    """
    local = datetime.combine(now.date(), job.at, now.tzinfo)
    utc = local.astimezone(UTC)
    return fill(
        "forecast-check.yml",
        at=f"{job.at:%H:%M}",
        offset=f"UTC{local.isoformat()[19:]}" if local.utcoffset() else "UTC",
        hour=utc.hour,
        minute=utc.minute,
        database=_quoted(database),
        forecaster=_quoted(job.forecaster),
        package="forecast-tracker[notify]" if job.notify else "forecast-tracker",
        notify=bool(job.notify),
        ping=bool(job.ping),
        options="--allow-private" if job.allow_private else "",
    )


def _quoted(value: str) -> str:
    """Quote a value for YAML, of which JSON is a part, and for GitHub's own `${{ … }}`."""
    return json.dumps(value.replace("${{", "${{ '${{' }}"), ensure_ascii=False)


def _root(system: System) -> Path | None:
    folder = system.folder.resolve()
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _file(root: Path) -> Path:
    return root / ".github" / "workflows" / "forecast-check.yml"


def _is_here(system: System) -> bool:
    return _root(system) is not None


def _install(system: System, job: Job) -> Plan:
    root = _root(system)
    if root is None:
        raise ForecastError(
            f"{system.folder} is in no git work tree: go to the repository that is to run check"
        )
    database = Path(job.database)
    if not database.is_relative_to(root):
        raise ForecastError(
            f"{database} lies outside {root}: GitHub sees only what is in the repository: "
            "put the tracker there, and name it with --db"
        )
    there = _look(system)
    if there is not None and there.database not in (None, job.database):
        raise ForecastError(
            f"{there.where} is for another tracker: remove it first, with "
            f"forecast --db {there.database} schedule remove --with github"
        )
    name = database.relative_to(root).as_posix()
    text = workflow(job, name, system.now.astimezone(system.zone))
    notes = ["Commit it and push it; GitHub runs it from the default branch."]
    notes.append("With the repository goes the tracker, and who may read one may read the other.")
    secrets = [
        name
        for name, is_wanted in (("FORECAST_NOTIFY", job.notify), ("FORECAST_PING", job.ping))
        if is_wanted
    ]
    if secrets:
        notes.append(
            f"Addresses are not in it: put them into the secret{'s'[: len(secrets) - 1]} "
            f"{' and '.join(secrets)} (gh secret set NAME), one address a line."
        )
    return Plan((Write(_file(root), text, 0o644),), tuple(notes))


def _remove(system: System, database: str) -> Plan:
    for there in _found(system):
        if there.name == name_of(database):
            return Plan((Delete(Path(there.where)),), ("Commit that and push it.",))
    return Plan()


def _found(system: System) -> list[Installed]:
    try:
        there = _look(system)
    except ForecastError:
        return []  # somebody else's
    return [] if there is None else [there]


def _look(system: System) -> Installed | None:
    root = _root(system)
    text = None if root is None else read_ours(_file(root))
    if root is None or text is None:
        return None
    database, at = None, None
    when = re.search(r'cron: "([0-9]+) ([0-9]+) \* \* \*"', text)
    named = re.search(r'^ *DATABASE: (".*")$', text, re.MULTILINE)
    try:
        if when and named:
            at = time(int(when[2]), int(when[1]))
            database = str(root / json.loads(named[1]).replace("${{ '${{' }}", "${{"))
    except ValueError:
        pass
    return Installed(
        kind="github",
        name=name_of(database or ""),
        where=str(_file(root)),
        database=database,
        python=None,
        at=at,
        zone=UTC,
        problems=() if database and at else (f"{_file(root)} cannot be read",),
    )


KIND = Kind(
    name="github",
    title="GitHub Actions",
    lacking="this is no git work tree",
    is_here=_is_here,
    found=_found,
    install=_install,
    remove=_remove,
)
