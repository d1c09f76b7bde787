"""The seam to the machine: everything schedules know of it, and all they do to it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

#: Schedulers answer at once, or hang.
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it said."""

    status: int
    out: bytes
    err: bytes


@dataclass(frozen=True, kw_only=True)
class System:
    """A machine, as far as schedules are concerned; tests make up their own.

    Parameters
    ----------
    platform : str
        As `sys.platform` has it.
    home, config, folder, temporary : Path
        The user's home, where units are kept (`XDG_CONFIG_HOME`), where the user stands, and a
        place for files that are read once.
    user_id : int
    python : str
        The interpreter that runs this.
    zone : tzinfo
        Of the clock that its schedulers go by.
    now : datetime
    """

    platform: str
    home: Path
    config: Path
    folder: Path
    temporary: Path
    user_id: int
    python: str
    zone: tzinfo
    now: datetime

    def run(self, command: Sequence[str], given: bytes = b"") -> Ran:
        """Run a program; one that is missing or hangs ends like one that failed."""
        import subprocess

        try:
            done = subprocess.run(  # noqa: S603 -- our own words, and no shell
                list(command),
                input=given,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except OSError as error:
            return Ran(127, b"", f"{error.strerror}".encode())
        except subprocess.TimeoutExpired:
            return Ran(124, b"", f"no answer within {TIMEOUT_SECONDS} seconds".encode())
        return Ran(done.returncode, done.stdout, done.stderr)

    def find(self, program: str) -> str | None:
        """Find a program on the search path."""
        import shutil

        return shutil.which(program)


def this_machine(now: datetime) -> System:
    """Describe the machine this runs on."""
    import os
    import tempfile

    from platformdirs import user_config_path

    return System(
        platform=sys.platform,
        home=Path.home(),
        config=user_config_path(),
        folder=Path.cwd(),
        temporary=Path(tempfile.gettempdir()),
        user_id=os.getuid() if sys.platform != "win32" else 0,
        python=sys.executable,
        zone=_zone_of_the_clock(),
        now=now,
    )


def _zone_of_the_clock() -> tzinfo:
    """Give the machine's zone; not that of `TZ`, which schedulers do not see."""
    if sys.platform == "win32":
        from tzlocal import get_localzone

        return get_localzone()
    from zoneinfo import ZoneInfo

    try:
        with Path("/etc/localtime").open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):  # without that file, Unix means UTC
        return UTC
