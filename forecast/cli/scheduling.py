"""Running `check` every day: `schedule install|status|remove`."""

import shlex
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options

if TYPE_CHECKING:
    from forecast.resolving.schedules.contract import Installed, Plan, Step
    from forecast.resolving.schedules.job import Job
    from forecast.resolving.schedules.system import System

#: As `planning.KINDS` has them, which `--help` need not import; a test holds that.
KIND_NAMES = ("cron", "systemd", "launchd", "windows", "github")

#: Where config and trusted files lie; a scheduler does not know what the user's shell says of it.
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME")

_with_option = click.option(
    "--with", "with_", type=click.Choice(KIND_NAMES), help="The scheduler; else the best there is."
)
_dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print what would be written and run; do nothing."
)


@click.group("schedule", no_args_is_help=False)
@shared_options
def schedule_command() -> None:
    """Have check run every day: install, status, remove."""


@schedule_command.command("install")
@_with_option
@click.option(
    "--at", default="07:00", show_default=True, metavar="TIME", help="By the machine's clock."
)
@_dry_run_option
@click.option("--notify", multiple=True, metavar="URL", help="Passed on to check; repeatable.")
@click.option("--ping", metavar="URL", help="Passed on to check.")
@click.option("--allow-private", is_flag=True, help="Passed on to check.")
@shared_options
@pass_world
def install(
    world: World,
    with_: str | None,
    at: str,
    dry_run: bool,
    notify: tuple[str, ...],
    ping: str | None,
    allow_private: bool,
) -> None:
    """Have check run every day for this tracker; again, to change how."""
    from forecast.cli.output import say, say_json
    from forecast.resolving.schedules import planning
    from forecast.resolving.schedules.contract import carry_out, shape
    from forecast.resolving.schedules.job import Job, next_run, read_at

    system = _system(world)
    job = Job(
        python=_python(system),
        database=str(world.path.resolve()),
        forecaster=world.forecaster,
        at=read_at(at),
        notify=tuple(url.strip() for url in notify),
        ping=ping and ping.strip(),
        allow_private=allow_private,
        environment=tuple(
            (name, world.environment[name]) for name in _FOLDERS if world.environment.get(name)
        ),
    )
    kind = planning.choose(system, job.database, with_, dry_run=dry_run)
    _check_options(job, kind.name)
    plan = planning.plan_install(system, job, kind)
    if not dry_run:
        carry_out(system, plan.steps)
    python = None if kind.name == "github" else job.python
    problems = planning.problems_of(system, python, job.database, None)
    next_at = next_run(job.at, system.zone, system.now)
    if world.json:
        say_json(
            {
                "kind": kind.name,
                "database": job.database,
                "at": f"{job.at:%H:%M}",
                "next_run": next_at,
                "command": job.command,
                "dry_run": dry_run,
                "steps": [shape(step) for step in plan.steps],
                "notes": plan.notes,
                "problems": problems,
            }
        )
    elif dry_run:
        _say_steps(plan.steps)
    else:
        if kind.name == "github":
            say(f"Written for {kind.title}: {_written(plan)}")
        else:
            say(
                f"check runs every day at {job.at:%H:%M}, by {kind.title}; "
                f"next on {_shown(world, next_at)}."
            )
        _say_rest(plan.notes, problems)


@schedule_command.command("status")
@shared_options
@pass_world
def status(world: World) -> None:
    """Say what is scheduled, when it runs next, and what is broken."""
    from forecast.cli.output import say, say_json
    from forecast.resolving.schedules import planning

    system = _system(world)
    database = str(world.path.resolve())
    look = planning.look(system)
    ours = look.of(database)
    # Those of other trackers, too: who moved a tracker would else never hear of its old job.
    jobs = [
        _described(world, system, one)
        for one in (*ours, *(other for other in look.installed if other not in ours))
    ]
    last_run, _ = _last_run(database)
    if world.json:
        say_json(
            {
                "database": database,
                "installed": bool(ours),
                "last_run": last_run,
                "jobs": jobs,
                "errors": look.errors,
            }
        )
        return
    if not ours:
        say(f"Nothing is scheduled for {database}: forecast schedule install does it.")
    for job in jobs:
        _say_job(world, job)
    for kind, error in look.errors.items():
        say(f"{kind} could not be looked at: {error}")


@schedule_command.command("remove")
@_with_option
@_dry_run_option
@shared_options
@pass_world
def remove(world: World, with_: str | None, dry_run: bool) -> None:
    """Have check run no more for this tracker; the tracker stays."""
    from forecast.cli.output import say, say_json
    from forecast.resolving.schedules import planning
    from forecast.resolving.schedules.contract import carry_out, shape

    system = _system(world)
    database = str(world.path.resolve())
    plans, errors = planning.plan_remove(system, database, with_)
    steps = [step for plan in plans.values() for step in plan.steps]
    if not dry_run:
        carry_out(system, steps)
    if errors:
        raise errors[0]
    if world.json:
        say_json(
            {
                "database": database,
                "removed": list(plans),
                "dry_run": dry_run,
                "steps": [shape(step) for step in steps],
                "notes": [note for plan in plans.values() for note in plan.notes],
            }
        )
    elif not plans:
        say(f"Nothing is scheduled for {database}.")
    elif dry_run:
        _say_steps(steps)
    else:
        for name, plan in plans.items():
            say(f"check runs no more by {planning.KINDS[name].title} for {database}.")
            _say_rest(plan.notes, [])


def _system(world: World) -> "System":
    from forecast.resolving.schedules import system

    return system.this_machine(world.now)


def _python(system: "System") -> str:
    from forecast.model import ForecastError

    if not system.python:
        raise ForecastError("it cannot be told which python runs this: call forecast from a venv")
    return system.python


def _check_options(job: "Job", kind: str) -> None:
    """Refuse today what would fail every morning, unseen."""
    from forecast.model import NotReadable
    from forecast.resolving.notifying import check_urls

    if not all(job.notify):
        raise NotReadable("--notify: is empty")  # an unset variable in a script
    if job.ping is not None and not job.ping.startswith(("http://", "https://")):
        raise NotReadable("--ping: not an address: write https://hc-ping.com/… or the like")
    # On GitHub the addresses are secrets, and Apprise is what the workflow installs.
    if job.notify and kind != "github":
        check_urls(job.notify)


def _last_run(database: str | None) -> tuple[datetime | None, str | None]:
    """Ask a tracker when `check` ran last; it need not be one of ours, nor of this version."""
    import sqlite3
    from pathlib import Path

    from forecast.model import ForecastError
    from forecast.store import runs
    from forecast.store.connection import open_store

    if database is None or not Path(database).exists():
        return None, None
    try:
        with closing(open_store(Path(database), create=False)) as connection:
            run = runs.last(connection)
    except (ForecastError, sqlite3.Error) as error:
        return None, f"{database}: {error}"
    return (run.started_at if run else None), None


def _described(world: World, system: "System", one: "Installed") -> dict[str, Any]:
    from forecast.resolving.schedules import planning
    from forecast.resolving.schedules.job import next_run

    last_run, unreadable = _last_run(one.database)
    found = planning.problems_of(system, one.python, one.database, last_run)
    return {
        "kind": one.kind,
        "name": one.name,
        "where": one.where,
        "database": one.database,
        "python": one.python,
        "at": f"{one.at:%H:%M}" if one.at else None,
        "clock": "UTC" if one.kind == "github" else "machine",
        "next_run": next_run(one.at, one.zone, world.now) if one.at else None,
        "last_run": last_run,
        "problems": [*one.problems, *found, *([unreadable] if unreadable else [])],
    }


def _say_job(world: World, job: dict[str, Any]) -> None:
    from forecast.cli.output import say
    from forecast.resolving.schedules.planning import KINDS

    when = "at no time that can be read"
    if job["at"]:
        clock = " UTC" if job["clock"] == "UTC" else ""
        when = f"every day at {job['at']}{clock}; next on {_shown(world, job['next_run'])}"
    say(f"By {KINDS[job['kind']].title}, {when}")
    last = _shown(world, job["last_run"]) if job["last_run"] else "check has not run yet"
    say(f"  tracker   {job['database'] or 'cannot be read'}")
    say(f"  where     {job['where']}")
    say(f"  last run  {last}")
    if job["problems"]:
        for problem in job["problems"]:
            say(f"  BROKEN    {problem}")
        named = f"--db {shlex.quote(job['database'])} " if job["database"] else ""
        say(f"  To mend it: forecast {named}schedule install, or remove.")


def _say_steps(steps: Iterable["Step"]) -> None:
    from forecast.reporting.safely import clean
    from forecast.resolving.schedules.contract import shown

    for step in steps:
        click.echo(clean(shown(step), keep="\n\t"))  # a crontab has tabs


def _say_rest(notes: Iterable[str], problems: Iterable[str]) -> None:
    from forecast.cli.output import say

    for line in (*notes, *(f"But {problem}." for problem in problems)):
        say(line)


def _written(plan: "Plan") -> str:
    from forecast.resolving.schedules.contract import Write

    return ", ".join(str(step.path) for step in plan.steps if isinstance(step, Write))


def _shown(world: World, instant: datetime) -> str:
    from forecast.reading.instants import show_instant

    return show_instant(instant, world.zone)
