"""`check` killed at any moment: nothing lost, nothing doubled, no lock left behind."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

QUESTIONS = 12
FILE = """
[[question]]
id = "q{n}"
title = "Will figure {n} reach 5?"
opened = 2026-05-01
deadline = 2026-05-31
[question.resolver]
type = "json"
url = "{url}/{n}"
path = "$.value"
as_of = "$.date"
compare = ">= 5"
"""


class Figures(BaseHTTPRequestHandler):
    """Says that nothing reached 5."""

    def do_GET(self) -> None:
        body = json.dumps({"value": 3, "date": "2026-06-01"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    "kills", [6, pytest.param(200, marks=pytest.mark.slow)], ids=["short", "campaign"]
)
def test_a_killed_run_loses_and_doubles_nothing(tmp_path: Path, kills: int) -> None:
    """Whatever a run had proposed is there once; the next run proposes the rest, once."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Figures)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    path = tmp_path / "t.db"
    env = {**os.environ, "FORECAST_DB": str(path), "FORECAST_NOW": "2026-06-03T06:00Z"}
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        left = 0
        took = 1.0
        for kill in range(kills):
            if left == 0:  # all proposed: begin anew
                path.unlink(missing_ok=True)
                for more in tmp_path.glob("t.db*"):
                    more.unlink()
                file = tmp_path / "q.toml"
                file.write_text("".join(FILE.format(n=n, url=url) for n in range(QUESTIONS)))
                _forecast(env, "load", str(file))
            took, left = _kill_one(env, path, took, random.Random(kill), left or QUESTIONS)
        checked = _forecast(env, "check", "--allow-private", "--json")
        assert [] == json.loads(checked.stdout)["errors"]
        assert QUESTIONS == len(json.loads(checked.stdout)["proposed"])
        with closing(sqlite3.connect(path)) as plain:
            for table in ("proposals", "evidence", "lookups"):
                assert (QUESTIONS,) == plain.execute(f"SELECT count(*) FROM {table}").fetchone()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _kill_one(
    env: dict[str, str], path: Path, took: float, rng: random.Random, before: int
) -> tuple[float, int]:
    """Kill one run; gives how long a whole one takes, and how many are not proposed yet."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "forecast", "check", "--allow-private", "--json"],
        env=env,
        stdout=subprocess.DEVNULL,
    )
    try:
        process.wait(rng.uniform(0.3, 1.05) * took)
        took = time.perf_counter() - begun
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with closing(sqlite3.connect(path)) as plain:
        assert ("ok",) == plain.execute("PRAGMA integrity_check").fetchone()
        rows: Any = plain.execute(
            "SELECT count(*), count(DISTINCT question_id) FROM proposals"
        ).fetchone()
        assert rows[0] == rows[1]
        # A proposal and the note that its source was looked at are one write.
        assert (rows[0],) == plain.execute("SELECT count(*) FROM lookups").fetchone()
        assert (rows[0],) == plain.execute("SELECT count(*) FROM evidence").fetchone()
    left = QUESTIONS - rows[0]
    assert left <= before
    return took, left


def _forecast(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "forecast", *arguments],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
