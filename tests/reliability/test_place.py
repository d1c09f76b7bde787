"""Who else on the machine can change the tracker is pointed out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forecast.store.place import another_owner, exposure, place_layer

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")

SOMEBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A tracker's file in a folder of one's own."""
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    file = folder / "t.db"
    file.touch(0o600)
    return file


def test_a_file_of_ones_own_is_nobody_elses(path: Path) -> None:
    """Also where others may look into the folder, or at the file."""
    path.chmod(0o644)
    assert "" == exposure(path)
    assert "" == another_owner(path)
    assert ("place", "pass", "") == (lambda one: (one.name, one.state, one.detail))(
        place_layer(path)
    )


@pytest.mark.parametrize("levels", [1, 2])
def test_a_folder_that_everybody_may_write_to(path: Path, levels: int) -> None:
    """Whoever can rename the file, or a folder above it, can put another in its place."""
    folder = path.parents[levels - 1]
    folder.chmod(0o777)
    assert f"everybody may put another in its place: chmod o-w {folder}" == exposure(path)
    assert "fail" == place_layer(path).state
    folder.chmod(0o1777)  # as /tmp is
    assert "" == exposure(path)
    assert "pass" == place_layer(path).state


def test_a_link_hides_nothing(path: Path, tmp_path: Path) -> None:
    """It is the file's own folder that counts."""
    (tmp_path / "link").symlink_to(path)
    path.parent.chmod(0o777)
    assert str(path.parent) in exposure(tmp_path / "link")


def test_a_file_that_everybody_may_write_to(path: Path) -> None:
    """However it came by that."""
    path.chmod(0o666)
    assert f"everybody may write to it: chmod 600 {path}" == exposure(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_somebody_elses(path: Path) -> None:
    """It is said whose; a team's tracker is one person's file, so this alone is no failure."""
    os.chown(path, SOMEBODY, -1)
    assert another_owner(path).startswith("it belongs to ")
    assert ("pass", another_owner(path)) == (place_layer(path).state, place_layer(path).detail)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_log_that_somebody_else_put_there(path: Path, suffix: str) -> None:
    """SQLite would read it into the tracker, whoever wrote it: in /tmp everybody can."""
    log = path.with_name(path.name + suffix)
    log.touch()
    assert "" == exposure(path)
    os.chown(log, SOMEBODY, -1)
    assert exposure(path).startswith(f"{log} is ")
    assert "fail" == place_layer(path).state


def test_verify_and_the_dashboard_say_so(
    forecast: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify` fails; what needs no opening prints one line on stderr, and none into JSON."""
    folder = tmp_path / "open"
    folder.mkdir()
    monkeypatch.setenv("FORECAST_DB", str(folder / "t.db"))
    forecast("add", "Will it rain?", "--by", "+3d")
    assert "" == forecast().err
    ran = forecast("verify", "--json")
    assert (0, {"layer": "place", "state": "pass", "detail": ""}) == (
        ran.status,
        ran.json["layers"][-1],
    )
    folder.chmod(0o777)
    told = f"everybody may put another in its place: chmod o-w {folder}"
    ran = forecast("verify", "--json")
    assert (1, False, told) == (ran.status, ran.json["verified"], ran.json["layers"][-1]["detail"])
    assert f"Note: {folder / 't.db'}: {told}\n" == forecast().err
    assert "" == forecast("--json").err
    assert "" == forecast("check").err
