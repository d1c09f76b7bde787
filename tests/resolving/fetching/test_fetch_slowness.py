"""Whatever a server does, a look-up ends in its time; whoever keeps others waiting is left."""

import socket
import threading
import time
from collections.abc import Callable

import pytest
from misbehaving_server import Asked, always, answer, fetcher, name_hosts, serving

from forecast.resolving.fetching.troubles import NotAsked
from forecast.resolving.sources.contract import SourceError

TIME = 0.4


def late(fetch: Callable[[], object]) -> str:
    """Give the line that a fetch fails with; it took its time, and hardly more."""
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch()
    took = time.monotonic() - began
    assert TIME * 0.9 <= took < TIME + 1
    return str(caught.value)


def head_in_drips(asked: Asked) -> None:
    """Send a status line, and headers byte by byte."""
    asked.say(b"HTTP/1.1 200 OK\r\n")
    asked.drip(b"X-Header: and again\r\n")


def body_in_drips(asked: Asked) -> None:
    """Send a body byte by byte."""
    asked.say(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    asked.drip(b"word ")


def silence(asked: Asked) -> None:
    """Say nothing, and wait until the other side leaves."""
    asked.connection.recv(1)


def on_and_on(asked: Asked) -> None:
    """Redirect, a little later."""
    time.sleep(TIME / 3)
    asked.say(answer(status="302 Found", Location=asked.path + "a"))


@pytest.mark.parametrize("behave", [head_in_drips, body_in_drips, silence, on_and_on])
def test_an_attempt_ends_in_its_time(behave: Callable[[Asked], None]) -> None:
    """Drips, silence and redirects do not add up to more; and are asked for once."""
    with serving(behave) as server:
        line = late(lambda: fetcher(total_seconds=TIME).fetch(server.url("/"), {}))
        assert line.startswith(server.url("/"))
        assert line.endswith(f"took longer than {TIME} s")
        assert 1 == server.paths.count("/")


def test_a_name_that_is_looked_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that hangs counts like a server that does."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10))
    line = late(lambda: fetcher(total_seconds=TIME).fetch("http://x.example/", {}))
    over.set()
    assert f"http://x.example/ took longer than {TIME} s" == line


def test_an_address_that_swallows_packets(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes its share of the time, and the next address is tried with the rest."""
    name_hosts(monkeypatch, x=[["127.0.0.9", "127.0.0.1"]])
    real = socket.socket.connect

    class Swallowed(socket.socket):
        def connect(self, address: object) -> None:
            if address[0] == "127.0.0.9":  # type: ignore[index]
                time.sleep(self.gettimeout() or 0)
                raise TimeoutError("timed out")
            real(self, address)  # type: ignore[arg-type]

    with serving(always(answer(b"here"))) as server:
        monkeypatch.setattr(socket, "socket", Swallowed)
        began = time.monotonic()
        document = fetcher(total_seconds=TIME).fetch(server.url(host="x.example"), {})
        assert b"here" == document.body
        assert TIME * 0.4 < time.monotonic() - began < TIME + 1
        name_hosts(monkeypatch, x=[["127.0.0.9"]])
        line = late(lambda: fetcher(total_seconds=TIME).fetch(server.url(host="x.example"), {}))
        assert line.endswith(f"took longer than {TIME} s")


def test_waiting_for_one_s_turn_does_not_count() -> None:
    """Somebody else's slow page on the same host is not this page's fault."""

    def behave(asked: Asked) -> None:
        time.sleep(TIME * 0.7)
        asked.say(answer(asked.path.encode()))

    one = fetcher(total_seconds=TIME)
    bodies = []
    with serving(behave) as server:
        threads = [
            threading.Thread(target=lambda p=path: bodies.append(one.fetch(server.url(p), {}).body))
            for path in ("/a", "/b", "/c")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 == server.busiest
    assert [b"/a", b"/b", b"/c"] == sorted(bodies)


# Hosts that are given up


def test_a_dead_host_is_given_up() -> None:
    """After a second failure in a row it is asked no more, however many questions it has."""
    one = fetcher(total_seconds=TIME)
    with serving(body_in_drips) as server:
        for path in "ab":
            with pytest.raises(SourceError, match="took longer"):
                one.fetch(server.url(f"/{path}"), {})
        began = time.monotonic()
        for number in range(100):
            with pytest.raises(NotAsked) as caught:
                one.fetch(server.url(f"/{number}"), {})
        assert time.monotonic() - began < 1
        assert 2 == len(server.asked)
    line = ": 127.0.0.1 is not asked again in this run, after 2 failures"
    assert server.url("/99") + line == str(caught.value)


def test_a_failure_is_one_however_often_it_was_tried() -> None:
    """The attempts for one page are one failure."""
    one = fetcher()
    with serving(lambda asked: None) as server:
        for path in "ab":
            with pytest.raises(SourceError, match="closed the connection without an answer three"):
                one.fetch(server.url(f"/{path}"), {})
        with pytest.raises(NotAsked):
            one.fetch(server.url("/c"), {})
        assert 6 == len(server.asked)


def test_only_failures_in_a_row_count() -> None:
    """A host that answers, be it with a 404, is alive."""

    def behave(asked: Asked) -> None:
        if asked.path.startswith("/dead"):
            return
        asked.say(answer(status="404 No") if asked.path == "/no" else answer(b"yes"))

    one = fetcher()
    told = []
    with serving(behave) as server:
        for path in ("/dead1", "/no", "/dead2", "/yes", "/dead3", "/dead4", "/end"):
            try:
                told.append(one.fetch(server.url(path), {}).body.decode())
            except SourceError as error:
                told.append(str(error)[len(server.url(path)) :].strip(" :"))
    dead = "closed the connection without an answer three times"
    given_up = "127.0.0.1 is not asked again in this run, after 2 failures"
    assert [dead, "answered 404", dead, "yes", dead, dead, given_up] == told


def test_a_failure_behind_a_redirect_is_the_other_host_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leads to a dead host is not dead."""
    name_hosts(monkeypatch, alive=[["127.0.0.1"]], dead=[["127.0.0.1"]])

    def behave(asked: Asked) -> None:
        if asked.headers["host"].startswith("alive"):
            ok = asked.path == "/ok"
            to_dead = server.url(asked.path, "dead.example")
            asked.say(answer(b"ok") if ok else answer(status="302 Found", Location=to_dead))

    one = fetcher()
    with serving(behave) as server:
        for path in "ab":
            with pytest.raises(SourceError, match="which closed the connection"):
                one.fetch(server.url(f"/{path}", "alive.example"), {})
        with pytest.raises(NotAsked) as caught:
            one.fetch(server.url("/c", "alive.example"), {})
        assert b"ok" == one.fetch(server.url("/ok", "alive.example"), {}).body
    assert (
        f"{server.url('/c', 'alive.example')} redirects to {server.url('/c', 'dead.example')}: "
        "dead.example is not asked again in this run, after 2 failures"
    ) == str(caught.value)


def test_a_host_has_so_much_time_in_a_run() -> None:
    """A host that answers, but slowly, does not hold a run for ever either."""

    def behave(asked: Asked) -> None:
        time.sleep(0.15)
        asked.say(answer(b"well"))

    one = fetcher(host_seconds=0.25)
    with serving(behave) as server:
        assert b"well" == one.fetch(server.url("/a"), {}).body
        assert b"well" == one.fetch(server.url("/b"), {}).body
        with pytest.raises(NotAsked, match=r"127\.0\.0\.1 is not asked again .*, after 1 s"):
            one.fetch(server.url("/c"), {})
