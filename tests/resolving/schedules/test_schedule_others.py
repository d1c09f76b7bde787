"""launchd, Windows and GitHub: texts that are checked here by what else reads them."""

import codecs
import dataclasses
import plistlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecast.resolving.schedules.github import workflow
from forecast.resolving.schedules.job import Job
from forecast.resolving.schedules.launchd import agent
from forecast.resolving.schedules.windows import task, words

NASTY = '/tmp/it\'s 100% "sure" \\ <&> $HOME ${{ x }} ä 日本.db'
JOB = Job(
    python="/a b/python", database=NASTY, forecaster="Ann O'Hara", at=time(7, 5), ping="https://p"
)
SUMMER = datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2)))


def test_agent_says_what_to_run_and_when():
    """launchd takes words as they are."""
    settings = plistlib.loads(agent(JOB, Path("/log")))
    assert (list(JOB.command), {"Hour": 7, "Minute": 5}, JOB.name) == (
        settings["ProgramArguments"],
        settings["StartCalendarInterval"],
        settings["Label"],
    )
    assert ("/log", "/log") == (settings["StandardOutPath"], settings["StandardErrorPath"])
    assert "EnvironmentVariables" not in settings


def test_agent_carries_the_environment():
    """Where config and trusted files lie."""
    job = dataclasses.replace(JOB, environment=(("XDG_DATA_HOME", "/a b"),))
    settings = plistlib.loads(agent(job, Path("/log")))
    assert {"XDG_DATA_HOME": "/a b"} == settings["EnvironmentVariables"]


def test_task_says_what_to_run_and_when():
    """Daily, catching up, as the user."""
    data = task(JOB)
    assert codecs.BOM_UTF16_LE == data[:2]
    root = ElementTree.fromstring(data)
    names = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    found = {
        tag: root.findtext(f".//t:{tag}", None, names)
        for tag in ("Command", "Arguments", "StartBoundary", "DaysInterval", "StartWhenAvailable")
    }
    assert {
        "Command": "/a b/python",
        "Arguments": subprocess.list2cmdline(JOB.command[1:]),
        "StartBoundary": "2024-01-01T07:05:00",
        "DaysInterval": "1",
        "StartWhenAvailable": "true",
    } == found
    assert list(JOB.command[1:]) == words(found["Arguments"])


@given(st.lists(st.text(st.sampled_from('ab \\"ä\t'))))
@example(["a b\\", '\\"', "", '"'])
def test_words_of_windows_are_read_back(values):
    """As every C program there splits them."""
    assert values == words(subprocess.list2cmdline(values))


def loaded(text):
    yaml = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml comes with check-jsonschema")
    return yaml.YAML(typ="safe").load(text.decode())


JOBS = {
    "plain": dataclasses.replace(JOB, ping=None),
    "told": dataclasses.replace(JOB, notify=("a://secret",), allow_private=True),
}


@pytest.mark.parametrize("name", JOBS)
def test_workflow_passes_the_schema(tmp_path, name):
    """GitHub's own, as check-jsonschema ships it."""
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    file = tmp_path / "forecast-check.yml"
    file.write_bytes(workflow(JOBS[name], "a b/%x.db", SUMMER))
    schema = ["--builtin-schema", "vendor.github-workflows"]
    ran = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, str(file)],
        capture_output=True,
        text=True,
    )
    assert 0 == ran.returncode, ran.stdout + ran.stderr


def test_workflow_goes_by_utc_and_says_so():
    """GitHub's clock knows no other zone."""
    text = workflow(JOB, "x.db", SUMMER).decode()
    assert '- cron: "5 5 * * *"' in text
    assert "# 07:05 at UTC+02:00; GitHub's" in text


def test_workflow_may_write_and_runs_alone():
    """It pushes the tracker; two at once would push over each other."""
    read = loaded(workflow(JOB, "x.db", SUMMER))
    assert ({"contents": "write"}, "forecast-check") == (
        read["permissions"],
        read["concurrency"]["group"],
    )


def test_workflow_holds_no_address():
    """What is in a repository, others read: addresses come from its secrets."""
    text = workflow(JOBS["told"], "x.db", SUMMER).decode()
    assert (False, False) == ("a://secret" in text, "https://p" in text)
    assert "${{ secrets.FORECAST_NOTIFY }}" in text


def test_workflow_keeps_names_from_being_programs():
    """GitHub would fill in `${{ … }}` before anybody quotes it."""
    read = loaded(workflow(JOB, NASTY, SUMMER))
    told = read["jobs"]["check"]["env"]["DATABASE"]
    assert NASTY == told.replace("${{ '${{' }}", "${{")
    assert "${{ x" not in told


@pytest.fixture
def stubs(tmp_path, monkeypatch):
    """Programs that note how they were called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("python", "git"):
        (folder / name).write_text(
            f'#!/bin/sh\nprintf "%s|" {name} "$@" >> {tmp_path}/calls; echo >> {tmp_path}/calls\n'
            'case "$*" in *--quiet*) exit 1;; esac\n'
        )
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    return tmp_path / "calls"


@pytest.mark.skipif(sys.platform == "win32", reason="GitHub runs it in bash on Linux")
def test_steps_do_what_they_should(stubs, monkeypatch):
    """Its lines of bash, run here: each address an option, and only the tracker committed."""
    steps = loaded(workflow(JOBS["told"], "a b.db", SUMMER))["jobs"]["check"]["steps"]
    secrets = {"NOTIFY": "a://b?c=d e\n\nf://g\n", "PING": "https://p"}
    environment = {"DATABASE": "a b.db", "FORECASTER": "Ann O'Hara", **secrets}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for step in steps:
        if "run" in step:
            subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], check=True)
    assert [
        "python|-m|pip|install|forecast-tracker[notify]|",
        "python|-P|-m|forecast|--db|a b.db|--as|Ann O'Hara|check|--allow-private|"
        "--notify|a://b?c=d e|--notify|f://g|--ping|https://p|",
        "git|--literal-pathspecs|add|--force|--|a b.db|",
        "git|diff|--cached|--quiet|",
        "git|-c|user.name=forecast check|-c|"
        "user.email=41898282+github-actions[bot]@users.noreply.github.com|"
        "commit|--message|forecast check|",
        "git|push|",
    ] == stubs.read_text().splitlines()
