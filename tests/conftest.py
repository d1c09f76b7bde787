"""What tests share: a clock, a throw-away tracker, and the command line run in this process."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from forecast.cli import run as run_cli
from forecast.model import Question
from forecast.store.connection import open_store
from forecast.store.rows import Recording

# No deadline: how long an example takes is the machine's business. In CI, the same examples.
settings.register_profile("forecast", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("forecast")


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every test away from the user's database, config, clock and zone."""
    for name in [name for name in os.environ if name.startswith(("FORECAST_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FORECAST_NOW", "2026-05-04T12:00Z")
    monkeypatch.setenv("FORECAST_AS", "ann")
    monkeypatch.setenv("FORECAST_DB", str(tmp_path / "tracker.db"))
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def forecast(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run a command in this process: `forecast("add", "Will it rain?", "--by", "+3d")`.

    `now=` sets the clock for this command.
    """

    def run(*arguments: str, now: str | None = None) -> Ran:
        if now is not None:
            monkeypatch.setenv("FORECAST_NOW", now)
        status = run_cli(list(arguments))
        out, err = capfd.readouterr()
        return Ran(status, out, err)

    return run


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Any]:
    """An empty tracker, open for writing."""
    connection = open_store(tmp_path / "store.db", create=True)
    yield connection
    connection.close()


@pytest.fixture
def told() -> Callable[..., Recording]:
    """Make a `Recording`: `told()` is now, `told("2026-05-05")` another day."""

    def recording(day: str = "2026-05-04T12:00", by: str = "login") -> Recording:
        return Recording(at=datetime.fromisoformat(day).replace(tzinfo=UTC), by=by)

    return recording


@pytest.fixture
def rain() -> Question:
    """A binary question, open from 1 May to 1 June 2026."""
    return Question(
        id="rain",
        title="Will it rain?",
        opened_at=datetime(2026, 5, 1, tzinfo=UTC),
        deadline=datetime(2026, 6, 1, tzinfo=UTC),
    )
