"""What a command knows of the world: clock, environment, config. Read here and nowhere else."""

import getpass
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from forecast.model import ForecastError
from forecast.reading.dates import read_when, read_zone, start_of
from forecast.store.connection import open_store
from forecast.store.rows import Recording


@dataclass
class World:
    """The options every command takes, and what follows from them.

    Filled while the command line is read: the option given last wins.
    """

    db: str | None = None
    forecaster_option: str | None = None
    json: bool = False

    @cached_property
    def now(self) -> datetime:
        """The clock: `FORECAST_NOW` where it is set, for tests, demos and replays."""
        text = os.environ.get("FORECAST_NOW")
        if not text:
            return datetime.now(UTC)
        try:
            return start_of(read_when(text, datetime.now(UTC), UTC), UTC)
        except ForecastError as error:
            raise ForecastError(f"FORECAST_NOW: {error}") from None

    @property
    def recording(self) -> Recording:
        """Who tells the tracker something, and when."""
        clock = "set" if os.environ.get("FORECAST_NOW") else "system"
        return Recording(at=self.now, by=_login(), clock=clock)

    @cached_property
    def forecaster(self) -> str:
        """Whose forecasts these are: `--as`, `FORECAST_AS`, config, login name."""
        named = self.forecaster_option or os.environ.get("FORECAST_AS")
        return (named or self._config.get("forecaster") or _login()).strip()

    @property
    def you(self) -> str:
        """How to address the forecaster: `You`, or nothing where `--as` names somebody else."""
        return "" if self.forecaster_option else "You"

    @cached_property
    def zone_name(self) -> str:
        """The zone in which a date on the command line is meant: config, else the machine's."""
        configured = self._config.get("timezone")
        if configured:
            return str(configured)
        from tzlocal import get_localzone_name

        try:
            name = str(get_localzone_name() or "UTC")
        except Exception:  # a broken TZ or /etc/localtime is no reason to refuse a forecast
            return "UTC"
        return "UTC" if name in ("Etc/UTC", "Etc/UCT", "UCT", "Zulu") else name

    @property
    def zone(self) -> tzinfo:
        """The zone of `zone_name`."""
        return read_zone(self.zone_name)

    @cached_property
    def path(self) -> Path:
        """Where the database is: `--db`, `FORECAST_DB`, the user's data folder."""
        named = self.db or os.environ.get("FORECAST_DB")
        if named:
            return Path(named).expanduser()
        from platformdirs import user_data_path

        return user_data_path("forecast", appauthor=False) / "forecast.db"

    def reading(self) -> sqlite3.Connection:
        """Open the tracker to look: a missing one is empty, and stays missing."""
        return open_store(self.path, create=False)

    def writing(self) -> sqlite3.Connection:
        """Open the tracker to add to it, making it where there is none."""
        if not (self.db or os.environ.get("FORECAST_DB")):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open_store(self.path, create=True)

    @cached_property
    def _config(self) -> dict[str, Any]:
        from platformdirs import user_config_path

        path = user_config_path("forecast", appauthor=False) / "config.toml"
        if not path.exists():
            return {}
        import tomllib

        try:
            return tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise ForecastError(f"{path}: {error}: mend it or remove it") from None


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a user database
        return "unknown"
