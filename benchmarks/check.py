"""How long a run of `check` takes, and how much memory, with sources and with none due.

    python benchmarks/check.py [QUESTIONS [SOURCES]]

A tracker with 10,000 questions, of which 500 have a source on a server of this machine's own that
takes 50 ms to answer. `check` asks one host one thing at a time and eight hosts at once, so the
sources lie on eight loopback addresses. Goals: 10 s and 200 MB; with no source due 1 s.
"""

import http.server
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forecast.model import Question, Resolver
from forecast.store import append
from forecast.store.connection import open_store, writing
from forecast.store.rows import Recording

CHECK = [sys.executable, "-m", "forecast", "check", "--allow-private", "--json"]
NOW = datetime(2026, 5, 4, 7, tzinfo=UTC)
ANSWER_AFTER = 0.05
HOSTS = 8


class Answer(http.server.BaseHTTPRequestHandler):
    """Says a number, after a while."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a figure that settles nothing."""
        time.sleep(ANSWER_AFTER)
        body = json.dumps({"value": 3, "date": "2026-05-03", "of": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(questions: int = 10_000, sources: int = 500) -> None:
    """Make the tracker, check it with and without sources due, and print what that took."""
    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="forecast-bench-") as name:
        path = Path(name) / "tracker.db"
        fill(path, questions, sources, server.server_port)
        environment = {**os.environ, "FORECAST_DB": str(path), "FORECAST_NOW": NOW.isoformat()}
        print(f"{questions:,} questions, {sources} sources on {HOSTS} hosts of this machine\n")
        print(f"{'run':<18}{'s':>8}{'goal':>8}{'MB':>8}{'goal':>8}")
        for run, goal in (("sources due", 10), ("none due", 1), ("none due", 1)):
            begun = time.perf_counter()
            ran = subprocess.run(CHECK, env=environment, check=True, stdout=subprocess.PIPE)
            taken = time.perf_counter() - begun
            # Of all children so far: the first run is the largest, and no other runs here.
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{run:<18}{taken:>8.2f}{goal:>8}{peak:>8.0f}{200:>8}")
            errors = json.loads(ran.stdout)["errors"]
            assert not errors, errors[0]
    server.shutdown()


def fill(path: Path, questions: int, sources: int, port: int) -> None:
    """Ask the questions; those with sources are evenly spread among them."""
    recording = Recording(at=NOW - timedelta(days=3), by="benchmark")
    connection = open_store(path, create=True)
    every = questions // sources
    with writing(connection):
        for number in range(questions):
            host = f"127.0.0.{number // every % HOSTS + 1}"
            settings = (
                ("as_of", "$.date"),
                ("compare", ">= 5"),
                ("every", "1d"),
                ("path", "$.value"),
                ("url", f"http://{host}:{port}/{number}"),
            )
            question = Question(
                id=f"question-{number}",
                title=f"Will figure {number} reach 5?",
                opened_at=NOW - timedelta(days=3),
                deadline=NOW + timedelta(days=30 + number % 300),
                resolver=None if number % every else Resolver(type="json", settings=settings),
            )
            append.insert_question(connection, question, recording)
    connection.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
