"""The units: what is written, and that systemd takes them."""

import dataclasses
import shutil
import subprocess
import sys
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.resolving.schedules.job import Job
from forecast.resolving.schedules.systemd import service, timer, word, words

JOB = Job(python="/venv/bin/python", database="/x.db", forecaster="ann", at=time(7, 5))
VALUES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
    min_size=1,
) | st.text(st.sampled_from("%'\\ \"ab$;:"), min_size=1)


def lines(text, *keys):
    return [
        line
        for line in text.decode().splitlines()
        if line.partition("=")[0] in keys and "=" in line
    ]


def test_service_runs_check_once():
    """A job that ends, and is not waited for without end."""
    expected = [
        "Type=oneshot",
        "ExecStart=/venv/bin/python -P -m forecast --db /x.db --as ann check",
        "TimeoutStartSec=1h",
    ]
    assert expected == lines(service(JOB), "Type", "ExecStart", "TimeoutStartSec")


def test_timer_is_daily_and_catches_up():
    """At that time, and later where the machine was off."""
    expected = ["OnCalendar=*-*-* 07:05:00", "Persistent=true", "WantedBy=timers.target"]
    assert expected == lines(timer(JOB), "OnCalendar", "Persistent", "WantedBy")


def test_dollar_and_percent_mean_themselves():
    """Doubled in arguments; in the program's path a colon does it."""
    job = dataclasses.replace(JOB, database="/$HOME/%h.db")
    assert '--db "/$$HOME/%%h.db" ' in lines(service(job), "ExecStart")[0]
    job = dataclasses.replace(job, python="/$x/python")
    assert '":/$x/python" -P' in lines(service(job), "ExecStart")[0]
    assert '--db "/$HOME/%%h.db" ' in lines(service(job), "ExecStart")[0]


def test_environment_is_carried():
    """As a setting of the unit."""
    job = dataclasses.replace(JOB, environment=(("XDG_DATA_HOME", "/100% a"),))
    assert ['Environment="XDG_DATA_HOME=/100%% a"'] == lines(service(job), "Environment")


@given(VALUES, st.lists(VALUES))
def test_command_line_is_read_back(program, arguments):
    """`status` sees the paths that `install` wrote."""
    job = dataclasses.replace(JOB, python=f"/{program}", notify=tuple(arguments))
    (line,) = lines(service(job), "ExecStart")
    assert list(job.command) == words(line.partition("=")[2])


@given(VALUES)
def test_word_is_one_word(value):
    """Whatever it holds, it does not become two, nor vanish."""
    assert ["x", value] == words("x " + word(value).replace("$", "$$"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
@pytest.mark.parametrize(
    "database",
    ["/x.db", '/tmp/it\'s 100% "sure" \\ ; $HOME ${HOME} %h ä 日本.db', "/ends/in/backslash\\"],
)
def test_systemd_takes_the_units(tmp_path, monkeypatch, database):
    """Without a word of complaint, nasty paths included; test_schedule_real runs them."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    job = dataclasses.replace(JOB, python=sys.executable, database=database)
    files = [tmp_path / f"{job.name}.service", tmp_path / f"{job.name}.timer"]
    for file, text in zip(files, (service(job), timer(job)), strict=True):
        file.write_bytes(text)
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, files)], capture_output=True, text=True
    )
    assert (0, "") == (ran.returncode, ran.stderr)
