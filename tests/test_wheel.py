"""Installed from a wheel the program is the same as from a checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, unpacked as an installer would."""
    pytest.importorskip("hatchling", reason="hatchling, of the extra test, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_question_files_travel_in_the_wheel(unpacked: Path) -> None:
    """Every file of `questions/` is in the package, to the byte."""
    here = {path.name: path.read_bytes() for path in (REPOSITORY / "questions").glob("*.toml")}
    there = {path.name: path.read_bytes() for path in unpacked.glob("forecast/questions/*.toml")}
    assert here == there


def test_demo_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    """`forecast demo` finds its question file, and its own code, in the package."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "forecast", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    assert "Loaded 17 questions" in done.stdout
