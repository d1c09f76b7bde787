"""The server of quick processes, one for all tests of a worker."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Processes, build_shim


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Commands in processes that start quickly; with faults where there is a compiler."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("processes are killed to the millisecond by what only Linux has")
    with Processes(build_shim(tmp_path_factory.mktemp("shim"))) as server:
        yield server


@pytest.fixture
def faults(processes: Processes) -> Processes:
    """The same, where calls can be made to fail."""
    if not processes.has_faults:
        pytest.skip("there is no compiler of C for faulty.c: apt-get install gcc libc6-dev")
    return processes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for scenes."""
    return tmp_path / "scenes"
