"""Messages and signs of life, against a server on this machine; no error gives a secret away."""

import json
import logging
import socket
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from forecast.model import ForecastError
from forecast.resolving.notifying import NotSent, Stage, check_urls, notify, ping

SECRET = "s3cr3t"


@dataclass
class Server:
    """A server that remembers what it was asked, and answers as it is told."""

    port: int = 0
    #: The status of each answer, and of all after the last.
    statuses: list[int] = field(default_factory=lambda: [200])
    #: Seconds before an answer.
    delay: float = 0
    location: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    @property
    def paths(self) -> list[str]:
        return [path for _, path in self.asked]

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on a free port; no proxy stands between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = Server()
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.command, self.path))
            found.agents.append(self.headers["User-Agent"])
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if body:
                found.bodies.append(json.loads(body))
            done.wait(found.delay)
            try:
                self.send_response(found.status())
                if found.location:
                    self.send_header("Location", found.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:  # whoever asked has gone
                pass

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    yield found
    done.set()
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def dead() -> Iterator[int]:
    """A port on which nobody listens, and nobody else can."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture(autouse=True)
def _silent(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing in this file may print a word, whatever fails."""
    yield
    assert ("", "") == capfd.readouterr()


def mail(server: Server, path: str = "", more: str = "") -> str:
    """Spell the address of a service at the server as Apprise does."""
    return f"json://user:{SECRET}@127.0.0.1:{server.port}/{path}{more}"


def problem_of(caught: pytest.ExceptionInfo[ForecastError]) -> str:
    """Give an error's text, which is one line without the secret."""
    text = str(caught.value)
    assert SECRET not in text
    assert 1 == len(text.splitlines())
    return text


def test_one_message_goes_to_every_address(server: Server) -> None:
    """Title and body as they are: nothing of them is taken for markup."""
    body = "Due:\nrain: <b>Will</b> it *rain*, & when? :smile: \\n שלום 🙂"
    notify([mail(server, "a"), mail(server, "b")], "forecast: 1 due", body)
    assert ["/a", "/b"] == server.paths
    assert [("forecast: 1 due", body)] * 2 == [
        (one["title"], one["message"]) for one in server.bodies
    ]


def test_nobody_to_tell_is_no_error() -> None:
    """Without an address nothing is sent."""
    notify([], "title", "body")
    check_urls([])


def test_control_characters_do_not_reach_whoever_reads_it(server: Server) -> None:
    """Some read their messages in a terminal."""
    notify([mail(server)], "a\x1b[31m", "b\x07\nc\td")
    assert ("a\ufffd[31m", "b\ufffd\nc\td") == (
        server.bodies[0]["title"],
        server.bodies[0]["message"],
    )


def test_what_is_too_long_for_a_service_is_cut(server: Server) -> None:
    """In one message; unless the address says how it is to be done."""
    notify([mail(server)], "title", "word " * 20_000)
    assert [True] == [len(one["message"]) < 40_000 for one in server.bodies]
    notify([mail(server, more="?overflow=split")], "title", "word " * 20_000)
    assert 3 < len(server.bodies)


INVALID = [
    f"nosuch://{SECRET}",
    f"tgram://{SECRET}",
    f"json://:{SECRET}@",
    f"mailto://{SECRET}",
    f"https://example.org/{SECRET}",
    SECRET,
    f"{SECRET} {SECRET}",
    "",
    f"json://[{SECRET}",
    f"json://127.0.0.1:{SECRET}/",
]


@pytest.mark.parametrize("url", INVALID)
def test_an_address_that_is_none_is_not_printed(url: str) -> None:
    """Of a misspelt one no more is said than its scheme; before sending, and when sending."""
    for attempt in (lambda: check_urls([url]), lambda: notify([url], "title", "body")):
        with pytest.raises(NotSent) as caught:
            attempt()
        scheme = f"{url.partition('://')[0]}://" if "://" in url else ""
        assert f"--notify {scheme}… is no address that Apprise knows" == problem_of(caught)


def test_addresses_that_will_do_are_let_through(server: Server) -> None:
    """Checking them sends nothing."""
    check_urls([mail(server), "tgram://123456789:abcdefg_hijklmnop/12315544/", "ntfy://topic"])
    assert [] == server.asked


def test_one_that_fails_does_not_keep_the_others_from_being_told(server: Server, dead: int) -> None:
    """All are tried; the error names those that failed, and how many did not."""
    urls = [f"nosuch://{SECRET}", f"json://u:{SECRET}@127.0.0.1:{dead}/{SECRET}", mail(server)]
    with pytest.raises(NotSent) as caught:
        notify(urls, "title", "body")
    assert 1 == len(server.bodies)
    assert 1 == caught.value.n_sent
    assert (
        "--notify nosuch://… is no address that Apprise knows; "
        "--notify json://… could not be reached, or refused the message"
    ) == problem_of(caught)


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal_says_how_it_was_answered(server: Server, status: int) -> None:
    """A person can look that up."""
    server.statuses = [status]
    with pytest.raises(NotSent) as caught:
        notify([mail(server, SECRET)], "title", "body")
    assert f"--notify json://… answered {status}" == problem_of(caught)
    assert 0 == caught.value.n_sent


def test_a_service_that_does_not_answer_is_given_up(server: Server) -> None:
    """In its time, by the address's own limit or ours."""
    server.delay = 5
    began = time.monotonic()
    with pytest.raises(NotSent) as caught:
        notify([mail(server, more="?rto=0.2")], "title", "body")
    assert "could not be reached" in problem_of(caught)
    with pytest.raises(NotSent) as caught:
        notify([mail(server, more="?rto=0.6")], "title", "body", timeout=0.2)
    assert "--notify json://… did not answer in time" == problem_of(caught)
    assert 2 > time.monotonic() - began


def test_a_plugin_that_breaks_is_one_line(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are more than a hundred; not all are written with care."""
    from apprise import Apprise

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Apprise, "notify", broken)
    with pytest.raises(NotSent) as caught:
        notify([mail(server)], "title", "body")
    assert "--notify json://… could not be sent to (RuntimeError)" == problem_of(caught)
    monkeypatch.setattr(Apprise, "add", broken)
    with pytest.raises(NotSent, match="is no address"):
        notify([mail(server)], "title", "body")


def test_apprise_logs_nowhere(dead: int, caplog: pytest.LogCaptureFixture) -> None:
    """What it logs quotes addresses: not on the terminal, and in no log of the program's."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotSent):
        notify([f"json://u:{SECRET}@127.0.0.1:{dead}/", f"tgram://{SECRET}"], "title", "body")
    assert [] == [one for one in caplog.records if one.name.startswith("apprise")]
    assert logging.getLogger("apprise").propagate


def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ForecastError) as caught:
        notify([f"json://{SECRET}"], "title", "body")
    expected = "apprise is needed for --notify: pip install 'forecast-tracker[notify]'"
    assert expected == problem_of(caught)


@pytest.mark.parametrize(
    ("stage", "suffix"), [("start", "/start"), ("success", ""), ("failure", "/fail")]
)
def test_a_ping_is_as_healthchecks_has_it(server: Server, stage: Stage, suffix: str) -> None:
    """`/start` before, `/fail` after a failure, nothing after a success; a query is kept."""
    ping(server.url(f"/{SECRET}"), stage)
    ping(server.url(f"/ping/{SECRET}/?rid=1&x=a%20b#part"), stage)
    slash = "" if suffix else "/"
    expected = [f"/{SECRET}{suffix}", f"/ping/{SECRET}{slash}{suffix}?rid=1&x=a%20b"]
    assert [("GET", path) for path in expected] == server.asked
    assert all(agent.startswith("forecast-tracker/") for agent in server.agents)


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_ping_is_tried_once_more(server: Server, status: int) -> None:
    """Where trying again may help; then it is done."""
    server.statuses = [status, 200]
    ping(server.url("/x"), "success", pause=0)
    assert ["/x", "/x"] == server.paths


@pytest.mark.parametrize(("status", "times"), [(500, 2), (404, 1), (403, 1), (304, 1)])
def test_a_ping_that_is_refused_is_one_line(server: Server, status: int, times: int) -> None:
    """The server is named and the answer, not the path that is the secret."""
    server.statuses = [status]
    with pytest.raises(ForecastError) as caught:
        ping(server.url(f"/{SECRET}?key={SECRET}"), "start", pause=0)
    assert f"--ping http://127.0.0.1/…: answered {status}" == problem_of(caught)
    assert times == len(server.asked)


def test_a_switch_that_hangs_is_given_up_in_time(server: Server) -> None:
    """Twice its time and no longer."""
    server.delay = 5
    began = time.monotonic()
    with pytest.raises(ForecastError) as caught:
        ping(server.url(f"/{SECRET}"), "success", timeout=0.1, pause=0)
    assert "--ping http://127.0.0.1/…: no answer within 0.1 s" == problem_of(caught)
    assert 2 == len(server.asked)
    assert 1 > time.monotonic() - began


def test_an_answer_without_end_is_not_waited_for(server: Server) -> None:
    """The status is all that counts: a body of which nothing comes does not matter."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nOK")
                connection.settimeout(5)
                connection.recv(1)  # until the other side hangs up

        thread = threading.Thread(target=answer)
        thread.start()
        began = time.monotonic()
        ping(f"http://127.0.0.1:{listening.getsockname()[1]}/x", "success")
        thread.join()
    assert 2 > time.monotonic() - began


def test_nobody_there_is_one_line(dead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens; the name does not exist."""
    monkeypatch.setenv("NO_PROXY", "*")
    with pytest.raises(ForecastError) as caught:
        ping(f"http://user:{SECRET}@127.0.0.1:{dead}/{SECRET}", "success", pause=0)
    text = problem_of(caught)
    assert text.startswith("--ping http://127.0.0.1/…: cannot be reached: ")

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ForecastError, match=r"https://no.invalid/…: cannot be reached: "):
        ping(f"https://no.invalid/{SECRET}", "success", pause=0)


@pytest.mark.parametrize(
    "url", ["", SECRET, f"ftp://example.org/{SECRET}", f"http:///{SECRET}", f"http://[{SECRET}"]
)
def test_what_is_no_address_is_not_printed(url: str) -> None:
    """It may be the secret itself, pasted without what stands before it."""
    with pytest.raises(ForecastError) as caught:
        ping(url, "start")
    assert "--ping: not an address: write https://hc-ping.com/… or the like" == problem_of(caught)


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:{SECRET}/",
        f"http://127.0.0.1:99999/{SECRET}",
        f"http://127.0.0.1/\x01{SECRET}",
        f"http://{'a' * 300}/{SECRET}",
        f"http://\ud800/{SECRET}",
    ],
)
def test_whatever_is_wrong_with_an_address_is_one_line(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run never fails of its dead-man's switch with anything but that."""
    monkeypatch.setenv("NO_PROXY", "*")
    with pytest.raises(ForecastError, match="--ping") as caught:
        ping(url, "success", pause=0)
    problem_of(caught)


def test_redirects_are_followed_but_not_for_ever(server: Server) -> None:
    """From http to https, say."""
    server.statuses, server.location = [301, 200], "/moved"
    ping(server.url("/x"), "success")
    assert ["/x", "/moved"] == server.paths
    server.statuses = [302]
    with pytest.raises(ForecastError, match="TooManyRedirects"):
        ping(server.url(f"/{SECRET}"), "success", pause=0)


def test_warnings_are_as_before(server: Server) -> None:
    """Keeping Apprise quiet keeps nobody else quiet."""
    notify([mail(server)], "title", "body")
    with pytest.warns(UserWarning, match="still heard"):
        warnings.warn("still heard", stacklevel=1)
