"""A whole run against servers that misbehave: it ends in its time, and loses nobody's result."""

import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

#: Path -> what the error must say; the good one is named last.
BAD = {
    "drip": "took longer than 20 s",
    "endless": "more than 5 MB",
    "bomb": "more than 5 MB",
    "loop": "redirects more than 5 times",
    "metadata": "169.254.169.254",
    "broken": "answered 500 three times",
    "cut": "cut",
    "latin": "UTF-8",
}
FILE = """
[[question]]
id = "{name}"
title = "Will figure {name} reach 5?"
opened = 2026-05-01
deadline = 2026-05-31
[question.resolver]
type = "json"
url = "http://{host}:{port}/{name}"
path = "$.value"
as_of = "$.date"
compare = ">= 5"
"""


class Misbehaving(BaseHTTPRequestHandler):
    """Answers well at /good, and badly everywhere else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        try:
            getattr(self, self.path.strip("/"))()
        except OSError:  # they have had enough of it
            self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self) -> None:
        self.answer(json.dumps({"value": 3, "date": "2026-06-01"}).encode())

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b" ")
            time.sleep(1)

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65536)

    def bomb(self) -> None:
        self.answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")

    def loop(self) -> None:
        self.answer(b"", 302, Location="/loop")

    def metadata(self) -> None:
        self.answer(b"", 302, Location="http://169.254.169.254/latest/meta-data")

    def broken(self) -> None:
        self.answer(b"", 500)

    def cut(self) -> None:
        self.answer(b"{}", Content_Length="100")
        self.close_connection = True

    def latin(self) -> None:
        self.answer('{"value": "é"}'.encode("latin-1"))

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.slow
def test_a_run_among_misbehaving_servers(forecast, tmp_path):
    """Each failure is one clear line, the others' results are kept, and it ends in a minute."""
    server = ThreadingHTTPServer(("0.0.0.0", 0), Misbehaving)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    names = [*BAD, "good"]
    path = tmp_path / "q.toml"
    path.write_text(
        "".join(
            FILE.format(name=name, host=f"127.0.0.{number}", port=server.server_port)
            for number, name in enumerate(names, start=1)
        )
    )
    try:
        assert "" == forecast("load", str(path), now="2026-05-01").err
        begun = time.perf_counter()
        ran = forecast("check", "--allow-private", "--json", "--exit-code", now="2026-06-03T06:00Z")
        assert time.perf_counter() - begun < 60
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert 4 == ran.status
    assert ["good"] == [one["id"] for one in ran.json["proposed"]]
    # The metadata address is a private one, which --allow-private lifts; nothing answers there.
    errors = {one["id"]: one["error"] for one in ran.json["errors"]}
    assert set(BAD) == set(errors)
    for name, expected in BAD.items():
        assert expected in errors[name], errors[name]
        assert 1 == len(errors[name].splitlines())
