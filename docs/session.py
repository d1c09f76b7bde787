"""Runs the sessions in README.md and docs/ again, and writes what they print.

    python docs/session.py            write
    python docs/session.py --check    fail where a page does not show what is printed now

Pages hold the commands in comments that cog executes; `start` and `run` are what they call.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PAGES = ("README.md", "docs/*.md")

_world: dict[str, str] = {}
_folders: list[tempfile.TemporaryDirectory[str]] = []


def start(now: str, forecaster: str = "ann") -> None:
    """Begin a session with an empty tracker and the clock set."""
    folder = tempfile.TemporaryDirectory(prefix="forecast-docs-")
    _folders.append(folder)  # lives as long as the pages are being made
    _world.clear()
    _world.update(
        FORECAST_DB=str(Path(folder.name) / "forecast.db"),
        FORECAST_NOW=now,
        FORECAST_AS=forecaster,
        TZ="UTC",
        COLUMNS="80",
        XDG_CONFIG_HOME=folder.name,
    )


def run(*commands: str, now: str = "", keep: tuple[int, int] | None = None) -> None:
    """Show commands as typed, with what they print; `keep` shows only these lines of it."""
    import cog  # there only while cog runs a page

    if now:
        _world["FORECAST_NOW"] = now
    cog.outl("```console")
    for command in commands:
        cog.outl(f"$ {command}")
        done = subprocess.run(  # noqa: S603 -- commands from our own pages
            [sys.executable, "-m", "forecast", *shlex.split(command)[1:]],
            env={**os.environ, **_world},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr}")
        lines = (done.stdout + done.stderr).rstrip("\n").split("\n")
        if keep is not None:
            first, last = keep
            lines = [*lines[first:last], "…"]
        for line in lines:
            cog.outl(line.rstrip())
    cog.outl("```")


def main(arguments: list[str]) -> int:
    """Run cog over the pages."""
    from cogapp import Cog

    pages = [str(page) for pattern in PAGES for page in sorted(REPOSITORY.glob(pattern))]
    pages = [page for page in pages if re.search(r"\[\[\[cog", Path(page).read_text("utf-8"))]
    mode = ["--check", "--diff"] if "--check" in arguments else ["-r"]
    status = Cog().main(["cog", *mode, "-I", str(Path(__file__).parent), *pages])
    return int(status or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
