"""What a command knows of the world: clock, environment, config. Read here and nowhere else."""

import getpass
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `--help` needs none of it, and is to be quick
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from forecast.store.rows import Recording

#: What `config.toml` may hold.
CONFIG_KEYS = ("forecaster", "timezone", "lexicon")


class World:
    """The options every command takes, and what follows from them.

    Filled while the command line is read: the option given last wins.
    """

    def __init__(self) -> None:
        self.db: str | None = None
        self.forecaster_option: str | None = None
        self.json = False

    @cached_property
    def now(self) -> "datetime":
        """The clock: `FORECAST_NOW` where it is set, for tests, demos and replays."""
        from datetime import UTC, datetime

        text = os.environ.get("FORECAST_NOW")
        if not text:
            return datetime.now(UTC)
        from forecast.model import ForecastError
        from forecast.reading.dates import read_when
        from forecast.reading.instants import start_of

        try:
            return start_of(read_when(text, datetime.now(UTC), UTC), UTC)
        except ForecastError as error:
            raise ForecastError(f"FORECAST_NOW: {error}") from None

    @property
    def recording(self) -> "Recording":
        """Who tells the tracker something, and when."""
        from forecast.store.rows import Recording

        clock = "set" if os.environ.get("FORECAST_NOW") else "system"
        return Recording(at=self.now, by=_login(), clock=clock)

    @cached_property
    def forecaster(self) -> str:
        """Whose forecasts these are: `--as`, `FORECAST_AS`, config, login name."""
        named = self.forecaster_option or os.environ.get("FORECAST_AS", "").strip()
        return named or self._config.get("forecaster") or _login()

    @property
    def you(self) -> str:
        """How to address the forecaster: `You`, or nothing where `--as` names somebody else."""
        return "" if self.forecaster_option else "You"

    @cached_property
    def zone_name(self) -> str:
        """The zone in which a date on the command line is meant: config, else the machine's."""
        configured = self._config.get("timezone")
        if configured:
            return configured
        from tzlocal import get_localzone_name

        try:
            name = str(get_localzone_name() or "UTC")
        except Exception:  # a broken TZ or /etc/localtime is no reason to refuse a forecast
            return "UTC"
        return "UTC" if name in ("Etc/UTC", "Etc/UCT", "UCT", "Zulu") else name

    @property
    def lexicon(self) -> str:
        """The lexicon by which words of probability are read: config, else ICD 203."""
        from forecast.reading.lexicon import DEFAULT

        return self._config.get("lexicon") or DEFAULT

    @property
    def zone(self) -> "tzinfo":
        """The zone of `zone_name`."""
        from forecast.reading.instants import read_zone

        return read_zone(self.zone_name)

    @cached_property
    def path(self) -> Path:
        """Where the database is: `--db`, `FORECAST_DB`, the user's data folder."""
        named = self.db or os.environ.get("FORECAST_DB")
        if named:
            return expanded(named)
        from platformdirs import user_data_path

        return user_data_path("forecast", appauthor=False) / "forecast.db"

    @property
    def trust_path(self) -> Path:
        """Where the files the user trusts are kept: not in the tracker, which may be another's."""
        from platformdirs import user_data_path

        return user_data_path("forecast", appauthor=False) / "trusted.json"

    @property
    def environment(self) -> "Mapping[str, str]":
        """The environment, for secrets that a trusted resolver names."""
        return os.environ

    def output(self, path: str) -> Path:
        """Give a file to write to, which must not be the tracker."""
        file = expanded(path)
        if file.exists() and self.path.exists() and file.samefile(self.path):
            from forecast.model import ForecastError

            raise ForecastError(f"{file} is the tracker itself: name another file")
        return file

    def reading(self) -> "sqlite3.Connection":
        """Open the tracker to look: a missing one is empty, and stays missing."""
        from forecast.store.connection import open_store

        return open_store(self.path, create=False)

    def changing(self) -> "sqlite3.Connection":
        """Open the tracker to add to what it has: a missing one has nothing, and stays missing."""
        return self.reading()

    def writing(self) -> "sqlite3.Connection":
        """Open the tracker to add to it, making it where there is none."""
        from forecast.store.connection import open_store

        if not (self.db or os.environ.get("FORECAST_DB")):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open_store(self.path, create=True)

    @property
    def plain(self) -> bool:
        """Whether colour and bold are unwanted even on a terminal (no-color.org)."""
        return bool(os.environ.get("NO_COLOR"))

    @cached_property
    def _config(self) -> dict[str, str]:
        from platformdirs import user_config_path

        path = user_config_path("forecast", appauthor=False) / "config.toml"
        if not path.exists():
            return {}
        import tomllib

        from forecast.model import ForecastError, NotReadable

        try:
            return _checked(tomllib.loads(path.read_text("utf-8")))
        except OSError as error:
            raise ForecastError(f"{path} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, NotReadable) as error:
            raise ForecastError(f"{path}: {error}: mend it or remove it") from None


def expanded(path: str) -> Path:
    """Put the home folder in the place of a leading `~`, which a shell leaves in `--db=~/x`."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # ~nobody-of-that-name/x
        from forecast.model import ForecastError

        raise ForecastError(f"{path}: there is no such home folder: write the path out") from None


def _checked(config: dict[str, Any]) -> dict[str, str]:
    """Refuse what would be ignored in silence, or fail later in another place."""
    from forecast.model import NotReadable
    from forecast.reading.instants import read_zone

    for key, value in config.items():
        if key not in CONFIG_KEYS:
            raise NotReadable(f"unknown key '{key}': known are {', '.join(CONFIG_KEYS)}")
        if not isinstance(value, str):
            raise NotReadable(f'{key} is not text: write {key} = "…"')
    if "timezone" in config:
        read_zone(config["timezone"])
    if "lexicon" in config:
        from forecast.reading.lexicon import find_lexicon

        find_lexicon(config["lexicon"])
    return {key: value.strip() for key, value in config.items()}


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a user database
        return "unknown"
