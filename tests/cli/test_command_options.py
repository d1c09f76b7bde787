"""What every command shares: --db, --as, --json, the environment, config, and help."""

import getpass
import os
import sys
from pathlib import Path

import click
import pytest
from tzlocal import reload_localzone

from forecast.cli import SECTIONS, cli

COMMANDS = [name for section in SECTIONS.values() for name in section]


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write the user's config file."""
    if sys.platform == "darwin":
        pytest.skip("there the folder does not follow XDG_CONFIG_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config" / "forecast" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def said_by(forecast):
    """Who a forecast is recorded for."""
    forecast("add", "Rain?", "--by", "+3d", "--id", "rain")
    return forecast("predict", "rain", "7%", "--json").json["forecaster"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--db", "{b}", "--as", "Bob", "--json", "list"),
        ("list", "--db", "{b}", "--as", "Bob", "--json"),
        ("--db", "{a}", "--as", "Al", "list", "--db", "{b}", "--as", "Bob", "--json"),
        ("list", "--db", "{a}", "--as", "Al", "--json", "--as", "Bob", "--db", "{b}"),
    ],
)
def test_options_work_before_and_after_and_the_later_wins(forecast, tmp_path, arguments):
    """So that they can be appended to any line, or put into an alias."""
    paths = {"a": str(tmp_path / "a.db"), "b": str(tmp_path / "b.db")}
    forecast("add", "B?", "--by", "+3d", "-p", "7%", "--db", paths["b"], "--as", "Bob")
    found = forecast(*(word.format(**paths) for word in arguments)).json
    assert [("b", 0.07)] == [(one["id"], one["probability"]) for one in found]


def test_group_in_group_takes_the_options_in_every_place(forecast, tmp_path):
    """`forecaster list`, too."""
    db = ("--db", str(tmp_path / "x.db"))
    for command in (
        (*db, "--json", "forecaster", "list"),
        ("forecaster", *db, "--json", "list"),
        ("forecaster", "list", *db, "--json"),
    ):
        assert [] == forecast(*command).json


def test_forecaster_falls_back_step_by_step(forecast, config, monkeypatch):
    """--as, else FORECAST_AS, else config, else the login name."""
    config.write_text('forecaster = " Carl "\n')
    assert "ann" == said_by(forecast)
    monkeypatch.setenv("FORECAST_AS", " ")
    assert "Carl" == said_by(forecast)
    config.unlink()
    assert getpass.getuser() == said_by(forecast)


def test_database_falls_back_to_the_data_folder(forecast, tmp_path, monkeypatch):
    """It is made on the first write, for nobody else to read, and not on a look."""
    monkeypatch.delenv("FORECAST_DB")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    forecast("list")
    assert [] == list(tmp_path.rglob("forecast.db"))
    forecast("add", "Rain?", "--by", "+3d")
    (path,) = tmp_path.rglob("forecast.db")
    assert (0o700, 0o600) == (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777)


def test_tilde_in_db(forecast):
    """`--db=~/x.db`: the shell leaves the tilde to us."""
    home = Path(os.environ["HOME"])
    home.mkdir()
    forecast("add", "Rain?", "--by", "+3d", "--db=~/x.db")
    assert (home / "x.db").exists()


def test_zone_of_the_config(forecast, config):
    """A date on the command line is the user's day."""
    config.write_text('timezone = "Asia/Tokyo"\n')
    added = forecast("add", "Rain?", "--by", "2026-06-01", "--json").json
    assert "2026-06-01T14:59:59.999999Z" == added["deadline"]


def test_zone_of_the_machine(forecast, config, monkeypatch):
    """Without a config it is the machine's zone."""
    monkeypatch.setenv("TZ", "America/New_York")
    reload_localzone()  # it keeps the zone for the life of a process
    added = forecast("add", "Rain?", "--by", "2026-06-01", "--json").json
    monkeypatch.setenv("TZ", "UTC")
    reload_localzone()
    assert "2026-06-02T03:59:59.999999Z" == added["deadline"]


@pytest.mark.parametrize(
    "text",
    [
        "forecaster = ",
        "forecaster = 3",
        "forcaster = 'x'",
        "timezone = 'Mars/Base'",
        b"forecaster = '\xff'",
    ],
)
def test_broken_config_is_one_line(forecast, config, monkeypatch, text):
    """With the file's name, before anything is recorded."""
    monkeypatch.delenv("FORECAST_AS")
    config.write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = forecast("add", "Rain?", "--by", "+3d", "-p", "7%")
    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert (True, True) == (ran.err.startswith("Error: "), "config.toml: " in ran.err)
    assert [] == forecast("list", "--json", "--as", "x").json


def test_config_that_is_a_folder(forecast, config, monkeypatch):
    """Even that is one line."""
    monkeypatch.delenv("FORECAST_AS")
    config.mkdir()
    ran = forecast("list")
    assert (1, 1, True) == (ran.status, ran.err.count("\n"), "cannot be read" in ran.err)


@pytest.mark.parametrize("name", ["", *COMMANDS, "forecaster rename", "forecaster merge"])
def test_help_of_every_command(forecast, name):
    """It fits 80 columns, explains every option, and says -h itself."""
    helped = forecast(*name.split(), "-h")
    assert (0, "") == (helped.status, helped.err)
    assert ("Usage: forecast", []) == (
        helped.out[:15],
        [line for line in helped.out.splitlines() if len(line) > 80],
    )
    command = cli
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    unexplained = [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert [] == unexplained


def test_help_has_one_whole_line_per_command(forecast):
    """The first sentence is short enough that none is cut or folded."""
    out = forecast("--help").out.partition("\n")[2]
    lines = [line for line in out.splitlines() if line.startswith("  ") and line.split()]
    assert len(COMMANDS) == len([line for line in lines if line.split()[0] in COMMANDS])
    assert "..." not in out
    folded = [line for line in lines if line.startswith(" " * 8)]
    assert [] == folded


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_the_command_says(name):
    """`--help` is quick because it imports no command; what it says must stay true."""
    (says,) = [part[name][1] for part in SECTIONS.values() if name in part]
    command = cli.get_command(click.Context(cli), name)
    assert says == command.get_short_help_str(limit=1000)


def test_version(forecast):
    """For bug reports."""
    from forecast import __version__

    assert f"forecast, version {__version__}\n" == forecast("--version").out
