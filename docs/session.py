"""Runs the sessions in README.md and docs/ again, and writes what they print.

    python docs/session.py            write
    python docs/session.py --check    fail where a page does not show what is printed now

Pages hold the commands in comments that cog executes; `start` and `run` are what they call.
"""

import functools
import http.server
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
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
        XDG_DATA_HOME=folder.name,
    )


def write(name: str, text: str) -> None:
    """Put a file where the commands of the session run."""
    (Path(_folders[-1].name) / name).write_text(text, "utf-8")


def serve(port: int) -> None:
    """Offer the session's folder at a port of this machine, as a page on the web would be."""
    handler = functools.partial(_Quiet, directory=_folders[-1].name)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def table_after(page: str, heading: str) -> None:
    """Show the table that stands below a heading of another page."""
    import cog  # there only while cog runs a page

    below = (REPOSITORY / page).read_text("utf-8").partition(heading)[2]
    rows = [line for line in below.partition("\n## ")[0].splitlines() if line.startswith("|")]
    for row in rows:
        cog.outl(row)


def run(
    *commands: str, now: str = "", keep: tuple[int, int] | None = None, fails: bool = False
) -> None:
    """Show commands as typed, with what they print.

    `keep` shows only these lines of it; `fails` says that an error is what is to be shown.
    """
    import cog  # there only while cog runs a page

    if now:
        _world["FORECAST_NOW"] = now
    cog.outl("```console")
    for command in commands:
        cog.outl(f"$ {command}")
        done = subprocess.run(  # noqa: S603 -- commands from our own pages
            [sys.executable, "-P", "-m", "forecast", *shlex.split(command)[1:]],
            env={**os.environ, **_world, "PYTHONPATH": str(REPOSITORY)},
            cwd=_folders[-1].name,
            capture_output=True,
            text=True,
            check=False,
        )
        if bool(done.returncode) != fails:
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
