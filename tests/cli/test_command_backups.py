"""`backup` and `restore` as they are typed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Forecast = Callable[..., Any]


@pytest.fixture
def asked(forecast: Forecast) -> None:
    """A tracker with a question and a forecast of 20 %."""
    forecast("add", "Will it rain?", "--by", "+30d", "--id", "rain", "-p", "20%")


def standing(forecast: Forecast) -> float:
    """Give the latest forecast of the tracker."""
    said: float = forecast("show", "rain", "--json").json["forecasts"][-1]["probability"]
    return said


@pytest.mark.usefixtures("asked")
def test_backup_and_restore_say_what_they_did(forecast: Forecast, tmp_path: Path) -> None:
    """Where the copy is, that it was verified, and where what was there is kept."""
    copy, tracker = tmp_path / "b.db", tmp_path / "tracker.db"
    ran = forecast("backup", str(copy))
    assert (0, f"Backed up to {copy}, and verified.\n", "") == (ran.status, ran.out, ran.err)
    forecast("predict", "rain", "90%")
    ran = forecast("restore", str(copy))
    said = f"Restored {tracker} from {copy}.\nWhat was there is kept as {tracker}.before-1.\n"
    assert (0, said, "") == (ran.status, ran.out, ran.err)
    assert 0.2 == standing(forecast)
    ran = forecast("restore", f"{tracker}.before-1")
    assert 0 == ran.status
    assert 0.9 == standing(forecast)


@pytest.mark.usefixtures("asked")
def test_what_they_say_to_programs(forecast: Forecast, tmp_path: Path) -> None:
    """The files, the size, and whether it was verified."""
    copy, tracker = tmp_path / "b.db", tmp_path / "tracker.db"
    said = forecast("backup", str(copy), "--json").json
    assert {"file": str(copy), "bytes": copy.stat().st_size, "verified": True} == said
    said = forecast("restore", str(copy), "--json").json
    kept = f"{tracker}.before-1"
    assert {"file": str(tracker), "from": str(copy), "kept": kept} == said
    tracker.unlink()
    assert None is forecast("restore", str(copy), "--json").json["kept"]


@pytest.mark.usefixtures("asked")
def test_keep_counts_the_earlier_copies(forecast: Forecast, tmp_path: Path) -> None:
    """As many as it says, under the names it says."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for _ in range(4):
        assert 0 == forecast("backup", str(folder / "b.db"), "--keep", "2").status
    assert {"b.db", "b.db.1", "b.db.2"} == {one.name for one in folder.iterdir()}
    assert 2 == forecast("backup", str(folder / "b.db"), "--keep", "-1").status


def test_an_empty_record_is_said_to_be_empty(forecast: Forecast, tmp_path: Path) -> None:
    """Nothing was verified, for there is nothing."""
    forecast("load", "-", "--json")
    from forecast.store.connection import open_store

    open_store(tmp_path / "tracker.db", create=True).close()
    ran = forecast("backup", str(tmp_path / "b.db"))
    assert f"Backed up to {tmp_path / 'b.db'}, an empty record.\n" == ran.out
    assert False is forecast("backup", str(tmp_path / "b.db"), "--json").json["verified"]


@pytest.mark.parametrize("arguments", [("backup", "b.db"), ("restore", "b.db")])
def test_where_there_is_nothing_nothing_is_made(
    forecast: Forecast, tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what is missing, and no file comes into being."""
    monkeypatch.chdir(tmp_path)
    ran = forecast(*arguments)
    assert (1, "") == (ran.status, ran.out)
    assert ran.err.startswith("Error: there is no ")
    assert 1 == len(ran.err.splitlines())
    assert [] == [one.name for one in tmp_path.iterdir() if one.is_file()]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("command", "file", "problem"),
    [
        ("backup", "tracker.db", "the tracker itself"),
        ("backup", "nowhere/b.db", "there is no folder"),
        ("backup", ".", "is a folder"),
        ("backup", "letter.txt", "is there, and no backup"),
        ("restore", "tracker.db", "the tracker itself"),
        ("restore", "nowhere.db", "there is no file"),
        ("restore", "letter.txt", "is not a tracker or is damaged"),
        ("restore", "mails.sqlite", "is a database of another program"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    forecast: Forecast, tmp_path: Path, command: str, file: str, problem: str
) -> None:
    """It ends with 1, and everything is as it was."""
    (tmp_path / "letter.txt").write_text("Dear Mrs Example,\n" * 100)
    with closing(sqlite3.connect(tmp_path / "mails.sqlite")) as plain:
        plain.execute("CREATE TABLE mails (id)")
    before = {one: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}
    ran = forecast(command, str(tmp_path / file))
    assert (1, "") == (ran.status, ran.out)
    assert ran.err.startswith("Error: ")
    assert problem in ran.err
    assert 1 == len(ran.err.splitlines())
    assert before == {one: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}


@pytest.mark.usefixtures("asked")
def test_a_new_machine_has_no_data_folder_yet(
    forecast: Forecast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restoring the default tracker makes it, for oneself alone."""
    forecast("backup", str(tmp_path / "b.db"))
    monkeypatch.delenv("FORECAST_DB")
    ran = forecast("restore", str(tmp_path / "b.db"))
    assert (0, "") == (ran.status, ran.err)
    assert 0.2 == standing(forecast)
    (made,) = (tmp_path / "home").rglob("forecast.db")
    assert 0o700 == made.parent.stat().st_mode & 0o777


@pytest.mark.usefixtures("asked")
def test_a_home_folder_may_be_written_short(forecast: Forecast, tmp_path: Path) -> None:
    """`--db=~/x` and a quoted `~` are left by a shell as they are."""
    (tmp_path / "home").mkdir(exist_ok=True)
    assert 0 == forecast("backup", "~/b.db").status
    assert 0 == forecast("restore", "~/b.db").status
    assert (tmp_path / "home" / "b.db").exists()
