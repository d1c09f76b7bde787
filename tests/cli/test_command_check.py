"""`check`, `proposals`, `accept`, `reject`, `trust`, against a server of this machine's own."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

OPENED = "2026-05-01"
DUE = "2026-06-03T06:00Z"
FILE = """
[[question]]
id = "rain"
title = "Will 5 mm fall in May?"
opened = 2026-05-01
deadline = 2026-05-31
[question.resolver]
type = "json"
url = "{url}/rain"
path = "$[*].mm"
dates = "$[*].day"
compare = ">= 5"
{more}
"""


class Site:
    """A server that answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                answer = site.answers.get(self.path, 404)
                body = b"" if isinstance(answer, int) else json.dumps(answer).encode()
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                site.asked.append(self.rfile.read(size).decode())
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def rains(self, *days: tuple[str, float]) -> None:
        """Say how much fell on which days."""
        self.answers["/rain"] = [{"day": day, "mm": mm} for day, mm in days]


@pytest.fixture
def site() -> Iterator[Site]:
    """A server at work."""
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def loaded(forecast, site, tmp_path):
    """Load the question with its source; gives the file. `loaded(more)` adds to its resolver."""

    def load(more: str = "") -> Path:
        path = tmp_path / "rain.toml"
        path.write_text(FILE.format(url=site.url, more=more))
        assert "" == forecast("load", str(path), now=OPENED).err
        return path

    return load


def check(forecast, *options: str, now: str = DUE):
    """Run `check --json` with the machine's own network allowed."""
    return forecast("check", "--allow-private", "--json", *options, now=now)


def test_a_lagging_source_says_nothing(forecast, site, loaded):
    """A "no" waits until the source's own data reaches the deadline; then it is proposed."""
    loaded()
    site.rains(("2026-05-02", 1.0), ("2026-05-29", 0.0))
    lagging = check(forecast).json
    assert ([], ["rain"]) == (lagging["proposed"], [one["id"] for one in lagging["due"]])
    site.rains(("2026-05-02", 1.0), ("2026-05-31", 0.0))
    (proposed,) = check(forecast, now="2026-06-04T06:00Z").json["proposed"]
    assert ("rain", "no", "json") == tuple(proposed[key] for key in ("id", "outcome", "resolver"))
    assert "2026-05-31T23:59:59.999999Z" == proposed["as_of"]
    assert f"{site.url}/rain" == proposed["evidence"]["url"]


def test_a_yes_is_proposed_with_its_day_and_accepted(forecast, site, loaded):
    """Resolving is one word: the evidence, the day and how you did are there."""
    loaded()
    forecast("predict", "rain", "80%", now="2026-05-01T12:00Z")
    site.rains(("2026-05-02", 1.0), ("2026-05-20", 7.5))
    check(forecast, now="2026-05-21T06:00Z")
    listed = forecast("proposals")
    assert "rain: Will 5 mm fall in May?\n  yes, known 2026-05-20" in listed.out
    accepted = forecast("accept", "rain", now="2026-06-03T06:00Z")
    assert "Resolved yes, known at 2026-05-20 23:59 UTC." in accepted.out
    assert "You said 80 %, it happened" in accepted.out
    (resolution,) = forecast("show", "rain", "--json").json["resolutions"]
    assert f"{site.url}/rain" == resolution["evidence"][0]
    assert "Nothing is proposed.\n" == forecast("proposals").out


def test_a_rejected_proposal_does_not_come_again(forecast, site, loaded):
    """Nor the same one twice; what the source says newly does."""
    loaded()
    site.rains(("2026-05-20", 7.5))
    assert 1 == len(check(forecast, now="2026-05-21T06:00Z").json["proposed"])
    rejected = forecast("reject", "rain", "--note", "another town")
    assert f"Rejected: {site.url}/rain said 'yes'." in rejected.out
    assert [] == check(forecast, now="2026-05-22T06:00Z").json["proposed"]
    assert (1, True) == (
        (again := forecast("accept", "rain")).status,
        again.err.startswith("Error: nothing is proposed for 'rain'"),
    )


def test_exit_codes(forecast, site, loaded):
    """0 nothing, 3 a person, 4 a source failed, whatever else there is; 0 unless asked for."""
    loaded()
    site.rains(("2026-05-02", 1.0))
    assert 0 == check(forecast, "--exit-code", now="2026-05-03").status
    assert 3 == check(forecast, "--exit-code").status
    site.answers["/rain"] = 404
    failed = check(forecast, "--exit-code")
    (error,) = failed.json["errors"]
    assert (4, "rain", "json") == (failed.status, error["id"], error["resolver"])
    assert f"{site.url}/rain answered 404" in error["error"]
    assert 0 == check(forecast).status
    assert f"looked up failing since 2026-06-03 06:00 UTC, 2 times in a row: {site.url}/rain " in (
        forecast("show", "rain").out
    )


def test_ones_own_network_is_not_asked_by_itself(forecast, site, loaded):
    """A file from somebody else must not reach what only this machine can."""
    loaded()
    (error,) = forecast("check", "--json", now=DUE).json["errors"]
    assert "is a loopback address: refused (--allow-private" in error["error"]
    assert [] == site.asked


def test_a_trusted_file_resolves_by_itself(forecast, site, loaded):
    """`auto = true` proposes until the file is trusted; then it resolves, and says so."""
    file = loaded("auto = true")
    site.rains(("2026-05-20", 7.5))
    assert [] == check(forecast, now="2026-05-21").json["resolved"]
    forecast("reject", "rain")
    trusted = forecast("trust", str(file))
    assert trusted.out == f"Trusted as it is now: {file}\n  rain may resolve by itself\n"
    site.rains(("2026-05-19", 7.5))
    (resolved,) = check(forecast, now="2026-05-22").json["resolved"]
    assert ("rain", "yes") == (resolved["id"], resolved["outcome"])
    assert "resolved" == forecast("show", "rain", "--json").json["status"]


def test_a_source_may_contradict_the_answer(forecast, site, loaded):
    """Figures are revised: the question is to be looked at again, and is not overturned."""
    loaded()
    site.rains(("2026-05-20", 7.5), ("2026-05-31", 0.0))
    check(forecast)
    forecast("accept", "rain")
    site.rains(("2026-05-20", 4.9), ("2026-05-31", 0.0))
    (again,) = check(forecast, now="2026-06-11T06:00Z").json["again"]
    assert ("no", "yes") == (again["outcome"], again["resolved"])
    assert "the source now says otherwise" in forecast("check", "--allow-private").out


def test_another_run_is_left_alone(forecast, loaded):
    """One at a time: the second says so, and that is no failure."""
    loaded()
    path = Path(os.environ["FORECAST_DB"])
    with FileLock(f"{path}.check.lock"):
        second = check(forecast)
    assert (0, "") == (second.status, second.out)
    assert "Another check is at work" in second.err


def test_every_run_is_on_record(forecast, site, loaded):
    """When, what was found, what failed; a run that was killed is told as one."""
    loaded()
    assert "No run yet" in forecast("check", "--history").out
    check(forecast, now="2026-05-03T06:00Z")
    with closing(sqlite3.connect(os.environ["FORECAST_DB"])) as plain, plain:
        plain.execute(
            "INSERT INTO runs (started_at, clock) VALUES ('2026-05-04T06:00:00.000000Z', 'set')"
        )
    killed, failed = forecast("check", "--history", "--json").json
    assert (None, {}) == (killed["seconds"], killed["found"])
    assert ("2026-05-03T06:00:00.000000Z", "rain") == (
        failed["started_at"],
        failed["failed"][0]["id"],
    )
    told = forecast("check", "--history").out
    assert "2026-05-04 06:00 UTC  at work, or broken off\n" in told
    assert "1 source, 1 failed\n  rain: " in told


def test_a_run_that_cannot_do_its_work_says_so(forecast, loaded, site, monkeypatch):
    """On stderr, in the history, and to the dead-man's switch."""
    loaded()
    site.answers |= {"/p/start": 200, "/p/fail": 200}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("forecast.resolving.checking.look_up", full)
    ran = check(forecast, "--ping", f"{site.url}/p")
    assert (1, "Error: No space left on device\n") == (ran.status, ran.err)
    assert ["/p/start", "/p/fail"] == site.asked
    (run,) = forecast("check", "--history", "--json").json
    assert "No space left" in run["failed"][0]["error"]


def test_a_dead_mans_switch_hears_of_start_and_end(forecast, loaded, site):
    """A switch that cannot be reached is a note: the check itself was made."""
    loaded()
    site.rains(("2026-05-02", 1.0))
    site.answers |= {"/p/start": 200, "/p": 200}
    assert "" == check(forecast, "--ping", f"{site.url}/p").err
    assert ["/p/start", "/rain", "/p"] == site.asked
    ran = check(forecast, "--ping", f"{site.url}/gone")
    assert (0, True) == (ran.status, ran.err.startswith("Note: --ping http://127.0.0.1/…: "))


def test_one_message_a_run_and_not_every_morning(forecast, loaded, site):
    """At the deadline, then after 5, 10 and 20 days, and proposals once: as the terminal says."""
    pytest.importorskip("apprise")
    loaded()
    site.rains(("2026-05-02", 1.0))
    told = []
    for day in range(1, 30):
        site.asked.clear()
        if day == 7:
            site.rains(("2026-05-02", 1.0), ("2026-06-07", 0.0))
        url = site.url.replace("http", "json")
        ran = check(forecast, "--notify", url, now=f"2026-06-{day:02}T06:00Z")
        assert ("", []) == (ran.err, ran.json["errors"])
        messages = [json.loads(one) for one in site.asked if one.startswith("{")]
        told += [(day, message["title"], message["message"]) for message in messages]
    assert [1, 6, 7, 11, 21] == [day for day, _, _ in told]
    assert ("forecast: due (1)", "forecast: proposed (1)") == (told[0][1], told[2][1])
    first = told[0][2].splitlines()
    assert [
        "Due (1): settle with forecast resolve ID OUTCOME",
        "rain  due  2026-05-31  Will 5 mm fall in May?",
    ] == first


def test_a_message_that_cannot_be_sent_is_an_error(forecast, loaded, site):
    """It is sent by the next run, then; an address nobody knows is refused before anything."""
    pytest.importorskip("apprise")
    loaded()
    site.rains(("2026-05-02", 1.0))
    nowhere = check(forecast, "--exit-code", "--notify", "json://127.0.0.1:9")
    (error,) = nowhere.json["errors"]
    assert (4, None, "notify") == (nowhere.status, error["id"], error["resolver"])
    site.asked.clear()
    assert [] == check(forecast, "--notify", site.url.replace("http", "json")).json["errors"]
    assert 1 == len([one for one in site.asked if one.startswith("{")])
    assert 1 == check(forecast, "--notify", "nonsense").status


@pytest.mark.parametrize(
    ("resolver", "problem"),
    [
        ('type = "jsn"', "type: 'jsn' is no kind of source: did you mean 'json'?"),
        ('type = "json"\nurl = "file:///etc/passwd"\npath = "$"', "url: "),
        ('type = "json"\nurl = "https://a.example"\npath = "$["\ncompare = "> 1"', "path: "),
        ('type = "html"\nurl = "https://a.example"\nselect = "p["\ncompare = "> 1"', "select: "),
    ],
)
def test_a_resolver_that_cannot_work_does_not_load(forecast, tmp_path, resolver, problem):
    """It is linted on load, with file and line; nothing at all is loaded then."""
    path = tmp_path / "bad.toml"
    path.write_text(
        '[[question]]\nid = "q"\ntitle = "Will it?"\nopened = 2026-05-01\n'
        f"deadline = 2026-06-01\n[question.resolver]\n{resolver}\n"
    )
    ran = forecast("load", str(path))
    assert (1, "") == (ran.status, ran.out)
    assert f"Error: {path}:" in ran.err
    assert problem in ran.err
    assert [] == forecast("list", "--json").json


def test_show_and_dump_tell_the_resolver(forecast, loaded, tmp_path):
    """And the dump loads back to the same."""
    loaded('headers = { X-Key = "$KEY" }')
    shown = forecast("show", "rain", "--json").json["resolver"]
    assert ("json", {"X-Key": "$KEY"}) == (shown["type"], shown["headers"])
    assert "resolver  json http://127.0.0.1" in forecast("show", "rain").out
    path = tmp_path / "dumped.toml"
    path.write_text(forecast("dump").out)
    assert "Nothing new" in forecast("load", str(path)).out
