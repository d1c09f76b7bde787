"""`schedule`: on every kind of machine, made up; the real ones are in test_schedule_real."""

import dataclasses
import json
import os
import plistlib
import sys
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from forecast.cli.scheduling import KIND_NAMES
from forecast.resolving.schedules import system as seam
from forecast.resolving.schedules.job import name_of
from forecast.resolving.schedules.planning import KINDS
from forecast.resolving.schedules.system import Ran, System, this_machine
from forecast.store import runs

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Machine(System):
    """A machine with these programs, whose schedulers remember what they are told."""

    programs: set = dataclasses.field(default_factory=set)
    crontab: list = dataclasses.field(default_factory=list)
    running: set = dataclasses.field(default_factory=set)
    tasks: dict = dataclasses.field(default_factory=dict)
    ran: list = dataclasses.field(default_factory=list)
    #: Command -> what it answers instead.
    answers: dict = dataclasses.field(default_factory=dict)

    def find(self, program):
        return f"/usr/bin/{program}" if program in self.programs else None

    def run(self, command, given=b""):
        """Answer as the real ones do."""
        command = tuple(command)
        self.ran.append(command)
        for beginning, answer in self.answers.items():
            if command[: len(beginning)] == beginning:
                return answer
        match command:
            case (self.python, *_):
                return Ran(0, b"forecast, version 1\n", b"")
            case ("crontab", "-l"):
                return Ran(0, self.crontab[-1], b"") if self.crontab else Ran(1, b"", NO_CRONTAB)
            case ("crontab", "-"):
                self.crontab.append(given)
            case ("systemctl", "--user", "enable", "--now", name):
                self.running.add(name)
            case ("systemctl", "--user", "disable", "--now", name):
                self.running.discard(name)
            case ("systemctl", "--user", "is-active", name):
                return Ran(0 if name in self.running else 3, b"", b"")
            case ("launchctl", "bootstrap", _, path):
                self.running.add(plistlib.loads(Path(path).read_bytes())["Label"])
            case ("launchctl", "bootout" | "print" as verb, target):
                label = target.rpartition("/")[2]
                there = label in self.running
                if verb == "bootout":
                    self.running.discard(label)
                return Ran(0 if there else 113, b"", b"" if there else b"not found")
            case ("schtasks", "/Create", "/TN", name, "/XML", path, "/F"):
                self.tasks[name] = Path(path).read_bytes()
            case ("schtasks", "/Query", "/FO", *_):
                rows = [f'"\\{name}","N/A","Ready"\r\n' for name in ("Other", *self.tasks)]
                return Ran(0, "".join(rows).encode(), b"")
            case ("schtasks", "/Query", "/TN", name, *_):
                return Ran(0, self.tasks[name], b"") if name in self.tasks else Ran(1, b"", b"no")
            case ("schtasks", "/Delete", "/TN", name, "/F"):
                del self.tasks[name]
        return Ran(0, b"", b"")


NO_CRONTAB = b"no crontab for ann\n"
#: Kind -> what a machine has that has nothing better.
MACHINES = {
    "cron": {"platform": "linux", "programs": {"crontab"}},
    "systemd": {"platform": "linux", "programs": {"crontab", "systemctl"}},
    "launchd": {"platform": "darwin", "programs": {"crontab"}},
    "windows": {"platform": "win32", "programs": set()},
}


@pytest.fixture
def a_machine(tmp_path, monkeypatch):
    """Make the machine that commands run on: `a_machine("cron", …)`."""

    def make(kind=None, **traits):
        home = tmp_path / "home"
        traits = {"platform": "linux", **MACHINES.get(kind, {}), **traits}
        machine = Machine(
            **{
                "home": home,
                "config": home / ".config",
                "folder": tmp_path,
                "temporary": tmp_path,
                "user_id": 501,
                "python": sys.executable,
                "zone": UTC,
                "now": NOW,
                **traits,
            }
        )
        monkeypatch.setattr(seam, "this_machine", lambda now: machine)
        return machine

    return make


@pytest.fixture
def tracker(forecast, tmp_path):
    """A tracker that is there, and its path."""
    forecast("add", "Rain?", "--by", "+3d", "--id", "rain")
    return str(tmp_path / "tracker.db")


def state(machine):
    """Everything a machine keeps: files, crontab, running timers, tasks."""
    files = {
        str(path.relative_to(machine.home)): path.read_bytes()
        for path in machine.home.rglob("*")
        if path.is_file()
    }
    return files, machine.crontab[-1:], set(machine.running), dict(machine.tasks)


@pytest.mark.parametrize("kind", MACHINES)
def test_takes_what_the_machine_has(forecast, a_machine, tracker, kind):
    """The best there is, without being told."""
    machine = a_machine(kind)
    before = state(machine)
    ran = forecast("schedule", "install", "--json")
    assert (0, kind, "07:00", []) == (
        ran.status,
        ran.json["kind"],
        ran.json["at"],
        ran.json["problems"],
    )
    assert before != state(machine)


@pytest.mark.parametrize("kind", MACHINES)
def test_status_says_what_was_installed(forecast, a_machine, tracker, kind):
    """With its time, its next run, and the paths it names."""
    a_machine(kind)
    forecast("schedule", "install", "--at", "18:30")
    read = forecast("schedule", "status", "--json").json
    (job,) = read["jobs"]
    del job["where"]
    assert {
        "kind": kind,
        "name": name_of(tracker),
        "database": tracker,
        "python": sys.executable,
        "at": "18:30",
        "clock": "machine",
        "next_run": "2026-05-04T18:30:00.000000Z",
        "last_run": None,
        "problems": [],
    } == job
    assert (True, {}) == (read["installed"], read["errors"])


@pytest.mark.parametrize("kind", MACHINES)
def test_twice_is_once(forecast, a_machine, tracker, kind):
    """The second time nothing changes."""
    machine = a_machine(kind)
    forecast("schedule", "install")
    once = state(machine)
    assert 0 == forecast("schedule", "install").status
    assert once == state(machine)


@pytest.mark.parametrize("kind", MACHINES)
def test_another_time_replaces(forecast, a_machine, tracker, kind):
    """One job a tracker, at the time that was said last."""
    a_machine(kind)
    forecast("schedule", "install")
    forecast("schedule", "install", "--at", "19:45")
    jobs = forecast("schedule", "status", "--json").json["jobs"]
    assert ["19:45"] == [job["at"] for job in jobs]


@pytest.mark.parametrize("kind", MACHINES)
def test_remove_leaves_nothing(forecast, a_machine, tracker, kind):
    """And says what it did; a second time there is nothing to do."""
    machine = a_machine(kind)
    forecast("schedule", "install")
    removed = forecast("schedule", "remove")
    assert (0, True) == (removed.status, removed.out.startswith("check runs no more by "))
    assert ({}, set(), {}) == (state(machine)[0], machine.running, machine.tasks)
    assert not any(machine.crontab[-1:])
    again = forecast("schedule", "remove")
    assert (0, f"Nothing is scheduled for {tracker}.\n") == (again.status, again.out)


@pytest.mark.parametrize("kind", MACHINES)
def test_two_trackers_are_two_jobs(forecast, a_machine, tracker, tmp_path, kind):
    """Each is removed by itself; `status` shows the other, too."""
    a_machine(kind)
    other = str(tmp_path / "other.db")
    forecast("schedule", "install")
    forecast("--db", other, "schedule", "install", "--at", "8:00")
    read = forecast("schedule", "status", "--json").json
    assert [tracker, other] == [job["database"] for job in read["jobs"]]
    forecast("schedule", "remove")
    read = forecast("schedule", "status", "--json").json
    assert (False, [other]) == (read["installed"], [job["database"] for job in read["jobs"]])


@pytest.mark.parametrize("kind", MACHINES)
def test_dry_run_does_what_install_would_and_does_nothing(forecast, a_machine, tracker, kind):
    """The same steps, on any machine."""
    machine = a_machine(kind)
    dry = forecast("schedule", "install", "--dry-run", "--json").json
    assert (({}, [], set(), {}), True) == (state(machine), dry["dry_run"])
    real = forecast("schedule", "install", "--json").json
    assert real["steps"] == dry["steps"]
    before = state(machine)
    assert forecast("schedule", "remove", "--dry-run", "--json").json["steps"]
    assert before == state(machine)


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_dry_run_shows_any_kind_anywhere(forecast, a_machine, tmp_path, kind):
    """So that one can see what another scheduler would have to run."""
    (tmp_path / ".git").mkdir()
    machine = a_machine()
    ran = forecast("schedule", "install", "--with", kind, "--dry-run")
    assert (0, "") == (ran.status, ran.err)
    assert "tracker.db" in ran.out
    assert ({}, [], set(), {}) == state(machine)


def test_kinds_are_those_there_are():
    """`--help` names them without importing them."""
    assert sorted(KINDS) == sorted(KIND_NAMES)


def test_machine_with_nothing(forecast, a_machine):
    """One line that names the ways out."""
    a_machine()
    ran = forecast("schedule", "install")
    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert ("--with github" in ran.err, "--dry-run" in ran.err) == (True, True)


@pytest.mark.parametrize("kind", MACHINES)
def test_kind_that_the_machine_lacks(forecast, a_machine, kind):
    """It is refused before anything is written."""
    machine = a_machine(platform="plan9")
    ran = forecast("schedule", "install", "--with", kind)
    assert (1, f"Error: --with {kind}: {KINDS[kind].lacking}\n") == (ran.status, ran.err)
    assert ({}, [], set(), {}) == state(machine)


def test_systemd_that_does_not_answer(forecast, a_machine, tracker):
    """In a container it is there, and nobody at home: cron it is."""
    no_bus = Ran(1, b"", b"Failed to connect to bus: No medium found\n")
    a_machine("systemd", answers={("systemctl",): no_bus})
    assert "cron" == forecast("schedule", "install", "--json").json["kind"]


def test_what_it_says(forecast, a_machine, tracker):
    """When, by whom, when next, and where to hear of it."""
    a_machine("systemd")
    assert (
        "check runs every day at 07:00, by systemd; next on 2026-05-05 07:00 UTC.\n"
        f"What check says: journalctl --user --unit {name_of(tracker)}; --notify URL tells you.\n"
    ) == forecast("schedule", "install").out
    assert (
        "By systemd, every day at 07:00; next on 2026-05-05 07:00 UTC\n"
        f"  tracker   {tracker}\n"
        f"  where     {os.environ['HOME']}/.config/systemd/user/{name_of(tracker)}.timer\n"
        "  last run  check has not run yet\n"
    ) == forecast("schedule", "status").out


def test_what_it_says_of_nothing(forecast, a_machine, tracker):
    """And what to do."""
    a_machine("cron")
    expected = f"Nothing is scheduled for {tracker}: forecast schedule install does it.\n"
    assert expected == forecast("schedule", "status").out


def test_linger(forecast, a_machine, tracker):
    """A timer of a user who is not logged in does not run, unless they linger."""
    told = "The timer runs only while you are logged in; loginctl enable-linger changes that.\n"
    for answer, expected in ((b"Linger=no\n", True), (b"Linger=yes\n", False), (b"", False)):
        a_machine("systemd", answers={("loginctl",): Ran(0, answer, b"")})
        assert expected == (told in forecast("schedule", "install").out)


def test_cron_that_nobody_runs(forecast, a_machine, tracker):
    """A crontab without a daemon is a plan that nobody reads."""
    programs = {"crontab", "pgrep"}
    a_machine("cron", programs=programs, answers={("pgrep",): Ran(1, b"", b"")})
    assert "No cron daemon seems to run here" in forecast("schedule", "install").out
    a_machine("cron", programs=programs)
    assert "No cron daemon" not in forecast("schedule", "install").out


def test_next_run_is_told_in_the_users_zone(forecast, a_machine, tracker, monkeypatch, tmp_path):
    """The time is the machine's; what that means for the user is said."""
    if sys.platform == "darwin":
        pytest.skip("there the config does not follow XDG_CONFIG_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    config = tmp_path / "config" / "forecast" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('timezone = "Asia/Tokyo"\n')
    machine = a_machine("cron")
    out = forecast("schedule", "install", "--at", "22:00").out
    assert "at 22:00, by cron; next on 2026-05-05 07:00 JST." in out
    assert f" XDG_CONFIG_HOME={tmp_path}/config " in machine.crontab[-1].decode()


def test_job_carries_who_and_which_but_not_the_clock(forecast, a_machine, tracker, monkeypatch):
    """`FORECAST_NOW` would stop the job's time; the rest it could not know."""
    monkeypatch.setenv("FORECAST_AS", "Ann O'Hara")
    machine = a_machine("cron")
    pytest.importorskip("apprise", reason="apprise, of the extra notify, is not installed")
    told = ("--notify", "json://host/a?b=%25", "--ping", "https://p", "--allow-private")
    assert 0 == forecast("schedule", "install", *told).status
    (line,) = [line for line in machine.crontab[-1].decode().splitlines() if line[0] != "#"]
    assert (
        f"0 7 * * * {sys.executable} -P -m forecast --db {tracker} --as 'Ann O'\"'\"Hara "
        "check --notify 'json://host/a?b='\\%25 --ping https://p --allow-private"
    ) == line


def test_relative_path_becomes_absolute(forecast, a_machine, tracker, tmp_path, monkeypatch):
    """cron starts it in another folder."""
    monkeypatch.chdir(tmp_path)
    a_machine("cron")
    assert (
        tracker == forecast("--db", "tracker.db", "schedule", "install", "--json").json["database"]
    )


def test_another_scheduler_takes_over(forecast, a_machine, tracker):
    """A tracker is not checked twice; the other's crontab is what it was."""
    machine = a_machine("systemd")
    machine.crontab.append(b"0 1 * * * mine\n")
    forecast("schedule", "install", "--with", "cron")
    out = forecast("schedule", "install", "--with", "systemd").out
    assert "cron runs it no more." in out
    assert b"0 1 * * * mine\n" == machine.crontab[-1]
    jobs = forecast("schedule", "status", "--json").json["jobs"]
    assert ["systemd"] == [job["kind"] for job in jobs]


def test_install_again_stays_with_its_scheduler(forecast, a_machine, tracker):
    """Who chose cron once need not say so again to change the time."""
    a_machine("systemd")
    forecast("schedule", "install", "--with", "cron")
    assert "cron" == forecast("schedule", "install", "--at", "8:00", "--json").json["kind"]


def test_what_is_broken_is_said(forecast, a_machine, tracker, tmp_path):
    """A python that was upgraded away, a tracker that was moved: with what to do."""
    python = tmp_path / "python"
    python.touch()
    machine = a_machine("cron", python=str(python))
    forecast("schedule", "install")
    python.unlink()
    Path(tracker).rename(tmp_path / "moved.db")
    out = forecast("schedule", "status").out
    assert [
        f"  BROKEN    the python it names is gone: {python}",
        f"  BROKEN    there is no tracker at {tracker}",
        f"  To mend it: forecast --db {tracker} schedule install, or remove.",
    ] == out.splitlines()[-3:]
    assert machine.ran


def test_tracker_that_is_not_there_yet(forecast, a_machine, tmp_path):
    """A slip in --db is told at once, not never."""
    a_machine("cron")
    out = forecast("schedule", "install").out
    assert out.endswith(f"But there is no tracker at {tmp_path}/tracker.db.\n")


def test_python_that_has_no_forecast(forecast, a_machine, tracker):
    """Run from a checkout, it works here and would fail every morning elsewhere."""
    a_machine("cron", answers={(sys.executable,): Ran(1, b"", b"No module named forecast")})
    assert f"But {sys.executable} does not have forecast" in forecast("schedule", "install").out


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ((b"\n0 7 * * *", b"\n#0 7 * * *"), "its line in the crontab is commented out"),
        ((b"\n0 7 * * *", b"\n* * * * *"), "it runs at '* * * * *', not once a day"),
        ((b"\n0 7 * * *", b"\n99 7 * * *"), "it runs at '99 7 * * *', not once a day"),
        ((b"\n0 7 * * *", b"\n@daily"), "it runs at '@daily', not once a day"),
        ((b" -P ", b" 'P "), "its line in the crontab cannot be read"),
        ((b"\n0 7 * * *", b"\n0 7 "), "it runs at"),
    ],
)
def test_crontab_that_was_changed_by_hand(forecast, a_machine, tracker, damage, problem):
    """It is said, and install mends it."""
    machine = a_machine("cron")
    forecast("schedule", "install")
    whole = machine.crontab[-1]
    machine.crontab.append(whole.replace(*damage))
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert (1, True, tracker) == (
        len(job["problems"]),
        job["problems"][0].startswith(problem),
        job["database"],
    )
    forecast("schedule", "install")
    assert whole == machine.crontab[-1]


def test_crontab_that_may_not_be_used(forecast, a_machine, tracker):
    """crontab's own words; not taken for an empty one, which would erase the user's."""
    refused = Ran(1, b"", b"You (ann) are not allowed to use this program (crontab)\n")
    machine = a_machine("cron", answers={("crontab",): refused})
    ran = forecast("schedule", "install")
    assert (1, True) == (ran.status, "not allowed to use this program" in ran.err)
    assert ("crontab", "-") not in machine.ran
    read = forecast("schedule", "status", "--json").json
    assert ["cron"] == list(read["errors"])
    assert "cron could not be looked at: crontab -l failed" in forecast("schedule", "status").out


def test_block_that_is_damaged(forecast, a_machine, tracker):
    """Neither install nor remove touches it."""
    machine = a_machine("cron")
    forecast("schedule", "install")
    machine.crontab.append(machine.crontab[-1].replace(b"# END", b"# FIN"))
    before = list(machine.crontab)
    for command in ("install", "remove"):
        ran = forecast("schedule", command)
        assert (1, True) == (ran.status, "damaged" in ran.err)
    assert before == machine.crontab


def test_damage_in_one_scheduler_keeps_no_other_from_removal(forecast, a_machine, tracker):
    """What can go goes; what cannot is an error."""
    machine = a_machine("systemd")
    forecast("schedule", "install")
    machine.crontab.append(f"# BEGIN forecast check {tracker}\n".encode())
    assert 1 == forecast("schedule", "remove").status
    assert ({}, set()) == (state(machine)[0], machine.running)


def test_foreign_file_is_refused(forecast, a_machine, tracker):
    """A unit of that name without our mark was written by somebody else."""
    for kind, name in (
        ("systemd", f".config/systemd/user/{name_of(tracker)}.service"),
        ("launchd", f"Library/LaunchAgents/{name_of(tracker)}.plist"),
    ):
        machine = a_machine(kind)
        path = machine.home / name
        path.parent.mkdir(parents=True)
        path.write_text("mine")
        ran = forecast("schedule", "install")
        assert (1, True) == (ran.status, f"{path} was not written by forecast" in ran.err)
        assert "mine" == path.read_text()
        path.unlink()


def test_own_file_that_was_changed_is_replaced(forecast, a_machine, tracker):
    """Whatever somebody did to it; a timer that was stopped runs again."""
    machine = a_machine("systemd")
    forecast("schedule", "install")
    before = state(machine)
    path = machine.config / "systemd" / "user" / f"{name_of(tracker)}.timer"
    path.write_text(path.read_text().replace("07:00:00", "hourly"))
    machine.running.clear()
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert [f"{path} names no time of day", "its timer is not running"] == job["problems"]
    forecast("schedule", "install")
    assert before == state(machine)


def test_files_are_private(forecast, a_machine, tracker):
    """Addresses to notify hold passwords."""
    for kind in ("systemd", "launchd"):
        machine = a_machine(kind)
        forecast("schedule", "install")
        modes = {path.stat().st_mode & 0o777 for path in machine.home.rglob("*") if path.is_file()}
        assert {0o600} == modes
        forecast("schedule", "remove")


def test_program_that_fails(forecast, a_machine, tracker):
    """Its own words, in one line."""
    failed = Ran(1, b"", b"Failed to enable unit:\nno such file\n")
    a_machine("systemd", answers={("systemctl", "--user", "enable"): failed})
    ran = forecast("schedule", "install")
    name = name_of(tracker)
    expected = f"Error: systemctl --user enable --now {name}.timer failed: Failed to enable unit: "
    assert (1, f"{expected}no such file\n") == (ran.status, ran.err)


def test_agent_that_is_not_loaded(forecast, a_machine, tracker):
    """launchd forgets what was unloaded by hand; install loads it again."""
    machine = a_machine("launchd")
    forecast("schedule", "install")
    machine.running.clear()
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert ["launchd has not loaded it"] == job["problems"]
    forecast("schedule", "install")
    assert {name_of(tracker)} == machine.running


def test_agent_that_was_garbled(forecast, a_machine, tracker):
    """It is said, and `status` says the rest."""
    machine = a_machine("launchd")
    forecast("schedule", "install")
    (path,) = machine.home.rglob("*.plist")
    path.write_text(path.read_text().replace("<dict>", "<dic>"))
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert ([f"{path} cannot be read"], None) == (job["problems"], job["at"])


def test_task_in_the_consoles_letters(forecast, a_machine, tracker):
    """schtasks prints UTF-16 that it has made something else of."""
    machine = a_machine("windows")
    forecast("schedule", "install")
    (name,) = machine.tasks
    machine.tasks[name] = machine.tasks[name].decode("utf-16").encode()
    assert "UTF-16" in machine.tasks[name].decode()
    ElementTree.fromstring(machine.tasks[name].decode().partition("?>")[2])
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert (tracker, []) == (job["database"], job["problems"])
    machine.tasks[name] = b"ERROR"
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert ["the task cannot be read"] == job["problems"]


def test_last_run(forecast, a_machine, tracker, monkeypatch):
    """When `check` ran last, and that it has not for days."""
    a_machine("cron")
    forecast("schedule", "install")
    for started_at, problems in (
        (datetime(2026, 5, 4, 7, tzinfo=UTC), []),
        (datetime(2026, 4, 30, 7, tzinfo=UTC), ["check has not run for 4 days"]),
    ):
        run = SimpleNamespace(started_at=started_at)
        monkeypatch.setattr(runs, "last", lambda connection, run=run: run)
        read = forecast("schedule", "status", "--json").json
        assert [read["last_run"]] == [job["last_run"] for job in read["jobs"]]
        assert (f"{started_at:%Y-%m-%d}", problems) == (
            read["last_run"][:10],
            read["jobs"][0]["problems"],
        )


def test_last_run_is_what_check_recorded(forecast, a_machine, tracker):
    """The real record of runs."""
    a_machine("cron")
    forecast("check", now="2026-05-04T07:00Z")
    read = forecast("schedule", "status", "--json", now="2026-05-04T12:00Z").json
    assert "2026-05-04T07:00:00.000000Z" == read["last_run"]


def test_job_of_what_is_no_tracker(forecast, a_machine, tracker, tmp_path):
    """`status` says so, and goes on."""
    a_machine("cron")
    other = tmp_path / "other.db"
    forecast("--db", str(other), "schedule", "install")
    other.write_text("no database, but long enough to be looked at" * 100)
    read = forecast("schedule", "status", "--json")
    assert (0, 1) == (read.status, len(read.json["jobs"][0]["problems"]))


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--at", "7am"), 2, "write 07:00"),
        (("--ping", "mailto:me"), 2, "--ping"),
        (("--notify", " "), 2, "--notify: is empty"),
        (("--notify", "json://host"), 1, "pip install 'forecast-tracker[notify]'"),
        (("--as", "a\nb"), 1, "b' holds a line break"),
        (("--ping", "https://hook\nx"), 1, "an address holds a line break"),
    ],
)
def test_what_would_fail_every_morning_is_refused(
    forecast, a_machine, tracker, monkeypatch, arguments, status, said
):
    """Today, where somebody sees it."""
    monkeypatch.setitem(sys.modules, "apprise", None)  # as if it were not installed
    machine = a_machine("cron")
    ran = forecast("schedule", "install", *arguments)
    assert (status, True, False) == (ran.status, said in ran.err, "hook" in ran.err)
    assert [] == machine.crontab


@pytest.fixture
def repository(tmp_path):
    """A git work tree around the tracker."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep" / "down").mkdir(parents=True)
    return tmp_path


def test_workflow_is_written_into_the_work_tree(forecast, a_machine, tracker, repository):
    """At its root, wherever in it one stands; nothing is run, and what to do is said."""
    machine = a_machine(folder=repository / "deep" / "down")
    out = forecast("schedule", "install", "--with", "github", "--notify", "a://b").out
    path = repository / ".github" / "workflows" / "forecast-check.yml"
    assert f"Written for GitHub Actions: {path}\nCommit it and push it" in out
    assert "the secret FORECAST_NOTIFY (gh secret set NAME)" in out
    assert ([], True) == (machine.ran, '"tracker.db"' in path.read_text())
    (job,) = forecast("schedule", "status", "--json").json["jobs"]
    assert ("github", tracker, "07:00", None, []) == (
        job["kind"],
        job["database"],
        job["at"],
        job["python"],
        job["problems"],
    )
    assert "every day at 07:00 UTC" in forecast("schedule", "status").out
    assert "Commit that and push it." in forecast("schedule", "remove").out
    assert not path.exists()


def test_workflow_needs_the_tracker_in_the_repository(forecast, a_machine, tracker, repository):
    """GitHub sees nothing else."""
    (repository / "deep" / ".git").mkdir()
    a_machine(folder=repository / "deep")
    ran = forecast("schedule", "install", "--with", "github")
    assert (1, True) == (ran.status, f"{tracker} lies outside {repository}/deep" in ran.err)
    a_machine(folder=Path("/"))
    ran = forecast("schedule", "install", "--with", "github", "--dry-run")
    assert (1, True) == (ran.status, "in no git work tree" in ran.err)


def test_workflow_of_somebody_else(forecast, a_machine, tracker, repository):
    """Neither replaced nor removed; nor that of another tracker."""
    a_machine()
    path = repository / ".github" / "workflows" / "forecast-check.yml"
    path.parent.mkdir(parents=True)
    path.write_text("name: mine\n")
    assert 1 == forecast("schedule", "install", "--with", "github").status
    assert "Nothing is scheduled" in forecast("schedule", "remove").out
    assert [] == forecast("schedule", "status", "--json").json["jobs"]
    path.unlink()
    forecast("schedule", "install", "--with", "github", "--db", str(repository / "other.db"))
    ran = forecast("schedule", "install", "--with", "github")
    assert (1, True) == (ran.status, "is for another tracker" in ran.err)
    assert "Nothing is scheduled" in forecast("schedule", "remove").out
    assert path.exists()


def test_json_of_remove(forecast, a_machine, tracker):
    """Scripts learn what went."""
    a_machine("cron")
    forecast("schedule", "install")
    removed = forecast("schedule", "remove", "--json").json
    assert {
        "database": tracker,
        "removed": ["cron"],
        "dry_run": False,
        "steps": [{"run": ["crontab", "-"], "given": ""}],
        "notes": [],
    } == removed
    assert [] == json.loads(forecast("schedule", "remove", "--json").out)["removed"]


def test_this_machine():
    """What the seam says of the machine the tests run on."""
    machine = this_machine(NOW)
    assert (sys.platform, sys.executable, NOW) == (machine.platform, machine.python, machine.now)
    assert machine.zone.utcoffset(NOW) is not None
    assert (0, b"in") == (machine.run(("cat",), b"in").status, machine.run(("cat",), b"in").out)
    assert 127 == machine.run(("no-such-program-anywhere",)).status
    assert None is machine.find("no-such-program-anywhere")


@pytest.mark.parametrize("name", ["install", "status", "remove"])
def test_help(forecast, name):
    """It fits 80 columns."""
    helped = forecast("schedule", name, "-h")
    assert (0, []) == (helped.status, [line for line in helped.out.splitlines() if len(line) > 80])
