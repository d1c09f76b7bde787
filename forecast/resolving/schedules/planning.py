"""Which scheduler, and what it has: the kinds together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from forecast.model import ForecastError
from forecast.resolving.schedules import cron, github, launchd, systemd, windows
from forecast.resolving.schedules.contract import Installed, Kind, Plan
from forecast.resolving.schedules.job import Job, name_of
from forecast.resolving.schedules.system import System

#: The best first; GitHub is nobody's machine, and never chosen without being asked for.
KINDS = {
    kind.name: kind for kind in (launchd.KIND, windows.KIND, systemd.KIND, cron.KIND, github.KIND)
}
#: A daily job that has not run for this long does not run.
SILENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Look:
    """What the schedulers of a machine have of ours."""

    installed: tuple[Installed, ...]
    #: Kind -> why it could not be looked at.
    errors: dict[str, str]

    def of(self, database: str) -> tuple[Installed, ...]:
        """Give a tracker's jobs."""
        return tuple(one for one in self.installed if one.name == name_of(database))


def look(system: System) -> Look:
    """Look at all kinds the machine has; one that cannot be looked at does not hide the others."""
    installed: list[Installed] = []
    errors = {}
    for kind in KINDS.values():
        try:
            installed += kind.found(system)
        except ForecastError as error:
            errors[kind.name] = str(error)
    return Look(tuple(installed), errors)


def choose(system: System, database: str, name: str | None, *, dry_run: bool) -> Kind:
    """Choose a kind: the one asked for, the one that has the job already, or the best there is.

    Raises
    ------
    ForecastError
        If the machine does not have it; a dry run shows any.
    """
    if name is not None:
        kind = KINDS[name]
        if not dry_run and name != "github" and not kind.is_here(system):
            raise ForecastError(f"--with {name}: {kind.lacking}")
        return kind
    has_it = [one.kind for one in look(system).of(database)]
    local = [kind for kind in KINDS.values() if kind.name != "github"]
    here = (kind for kind in local if kind.is_here(system))
    best = next((kind for kind in local if kind.name in has_it), None) or next(here, None)
    if best is None:
        raise ForecastError(
            "this machine has no scheduler that forecast knows (no user's systemd, no crontab): "
            "let GitHub do it, --with github, or see with --with cron --dry-run what another "
            "scheduler would have to run"
        )
    return best


def plan_install(system: System, job: Job, kind: Kind) -> Plan:
    """Plan a job; one that another scheduler of this machine has for the same tracker goes."""
    plan = kind.install(system, job)
    steps, notes = list(plan.steps), list(plan.notes)
    if kind.name != "github":
        for other in dict.fromkeys(one.kind for one in look(system).of(job.database)):
            if other not in (kind.name, "github"):
                steps += KINDS[other].remove(system, job.database).steps
                notes.append(f"{KINDS[other].title} runs it no more.")
    return Plan(tuple(steps), tuple(notes))


def plan_remove(
    system: System, database: str, name: str | None
) -> tuple[dict[str, Plan], list[ForecastError]]:
    """Plan the removal of a tracker's job, for each kind that has it.

    Returns
    -------
    dict of str to Plan
    list of ForecastError
        From kinds that could not be asked; what the others have can go nevertheless.
    """
    plans, errors = {}, []
    for kind in [KINDS[name]] if name is not None else KINDS.values():
        try:
            plan = kind.remove(system, database)
        except ForecastError as error:
            errors.append(error)
            continue
        if plan.steps:
            plans[kind.name] = plan
    return plans, errors


def problems_of(
    system: System, python: str | None, database: str | None, last_run: datetime | None
) -> list[str]:
    """Say what keeps a job from doing its work.

    Parameters
    ----------
    system : System
    python, database : str or None
        What the job names; None is not looked at.
    last_run : datetime or None

    Returns
    -------
    list of str
    """
    problems = []
    if python is not None and not Path(python).exists():
        problems.append(f"the python it names is gone: {python}")
    elif python is not None:
        # As the scheduler will: not from here, and without PYTHONPATH.
        ran = system.run((python, "-E", "-P", "-m", "forecast", "--version"))
        if ran.status:
            problems.append(f"{python} does not have forecast: pip install forecast-tracker there")
    if database is not None and not Path(database).exists():
        problems.append(f"there is no tracker at {database}")
    if last_run is not None and system.now - last_run > SILENCE:
        days = (system.now - last_run).days
        problems.append(f"check has not run for {days} days")
    return problems
