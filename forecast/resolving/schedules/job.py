"""The job: `check`, once a day, for one tracker. Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise

from forecast.model import ForecastError, NotReadable
from forecast.reading.quoting import quoted

_AT = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
#: What crontab, unit, plist and XML cannot all hold: line ends, controls, what is no text.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a scheduler is to run, and when.

    Parameters
    ----------
    python : str
        Absolute path of the interpreter that has forecast.
    database : str
        Absolute path of the tracker.
    forecaster : str
        Always named: the scheduler may know neither the login name nor the config.
    at : datetime.time
        By the machine's clock.
    notify : tuple of str
    ping : str, optional
    allow_private : bool
    environment : tuple of (str, str) pairs
        Where config and trusted files lie, if not in the usual folders. Never the clock: a job that
        carried `FORECAST_NOW` would live in that moment for ever.

    Raises
    ------
    ForecastError
        If a value cannot be written down for a scheduler.
    """

    python: str
    database: str
    forecaster: str
    at: time
    notify: tuple[str, ...] = ()
    ping: str | None = None
    allow_private: bool = False
    environment: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        addresses = (*self.notify, self.ping or "")
        for value in (*self.command, *(value for _, value in self.environment)):
            if _UNWRITABLE.search(value):
                # An address is a secret.
                what = "an address" if value in addresses else quoted(value)
                raise ForecastError(
                    f"{what} holds a line break or another character that no scheduler takes: "
                    "change it"
                )

    @property
    def name(self) -> str:
        """What the job is called wherever jobs have names: two trackers have two."""
        return name_of(self.database)

    @property
    def command(self) -> tuple[str, ...]:
        """The command line.

        Without `--exit-code`, on purpose: a question that is due is the job's success. With it
        systemd would keep the unit "failed", GitHub would call the run red and not keep what was
        found, and cron and launchd do not look at the status. Who wants to be told has `--notify`
        and `--ping`; a run that could not be done exits with 1 anyway.
        """
        return (
            self.python,
            # Not the folder it is started in: a forecast.py in the home folder is not ours.
            "-P",
            *("-m", "forecast"),
            *("--db", self.database),
            *("--as", self.forecaster),
            "check",
            *(word for url in self.notify for word in ("--notify", url)),
            *(("--ping", self.ping) if self.ping else ()),
            *(("--allow-private",) if self.allow_private else ()),
        )


def name_of(database: str) -> str:
    """Give the name of a tracker's job.

    Examples
    --------
    >>> name_of("/home/ann/forecast.db")
    'forecast-check-47520543'
    """
    # A name that a file system could not decode is refused by `Job`, but may be asked about.
    digest = hashlib.sha256(database.encode("utf-8", "surrogateescape")).hexdigest()
    return f"forecast-check-{digest[:8]}"


def database_in(command: list[str] | tuple[str, ...]) -> str | None:
    """Find the tracker that a job's command line names."""
    for option, value in pairwise(command):
        if option == "--db":
            return value
    return None


def read_at(text: str) -> time:
    """Read a time of day: 24 hours and minutes.

    Raises
    ------
    NotReadable

    Examples
    --------
    >>> read_at("7:05")
    datetime.time(7, 5)
    """
    match = re.fullmatch(_AT, text.strip(), re.ASCII)
    if not match:
        raise NotReadable(f"--at: {quoted(text)} is not a time of day: write 07:00 or 19:30")
    return time(int(match[1]), int(match[2]))


def next_run(at: time, zone: tzinfo, now: datetime) -> datetime:
    """Say when a daily job runs next.

    Parameters
    ----------
    at : datetime.time
    zone : tzinfo
        Of the scheduler's clock.
    now : datetime

    Returns
    -------
    datetime
        In UTC, later than `now`.

    Examples
    --------
    >>> next_run(time(7), UTC, datetime(2026, 5, 4, 7, tzinfo=UTC)).isoformat()
    '2026-05-05T07:00:00+00:00'
    """
    today = now.astimezone(zone).date()
    for days in range(3):  # the clocks may go back over it
        instant = datetime.combine(today + timedelta(days=days), at, zone).astimezone(UTC)
        if instant > now:
            return instant
    raise AssertionError("a day comes after this one")
