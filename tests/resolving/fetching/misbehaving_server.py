"""A server on the loopback address that does to a client whatever a test wants done."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from forecast.resolving.fetching.client import Fetcher
from forecast.resolving.fetching.limits import Limits

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
#: A public address, as a test has it: nothing is sent there.
PUBLIC = "93.184.216.34"


@dataclass
class Asked:
    """One request, and the way to answer it."""

    connection: socket.socket
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    #: Called before the first word of the answer.
    answering: Callable[[], None] = lambda: None

    def say(self, data: bytes) -> None:
        """Send all of it."""
        self.answering()
        self.connection.sendall(data)

    def drip(self, data: bytes, pause: float = 0.02) -> None:
        """Send it byte by byte, again and again, until the client has had enough."""
        while True:
            for place in range(len(data)):
                self.connection.sendall(data[place : place + 1])
                time.sleep(pause)


@dataclass
class Server:
    """A running server."""

    port: int
    scheme: str = "http"
    #: What it was asked.
    asked: list[Asked] = field(default_factory=list)
    #: Requests that wait for an answer, and how many there were at once at most. One that is being
    #: answered no longer waits: the client may be done with it before the server knows.
    waiting: set[int] = field(default_factory=set)
    busiest: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Give an address on this server."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths it was asked for, in order."""
        return [one.path for one in self.asked]


@contextlib.contextmanager
def serving(
    behave: Callable[[Asked], None], tls: ssl.SSLContext | None = None, reads: bool = True
) -> Iterator[Server]:
    """Serve; every connection is one request.

    Parameters
    ----------
    behave : callable
        Answers; the connection is closed when it returns.
    tls : ssl.SSLContext, optional
    reads : bool
        Whether the request is read first.
    """
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    server = Server(listening.getsockname()[1], "https" if tls else "http")
    lock, connections, threads = threading.Lock(), set(), []

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(lambda: connection.close())
            if tls:
                connection = tls.wrap_socket(connection, server_side=True)
                with lock:
                    connections.add(connection)
            asked = _read(connection) if reads else Asked(connection)
            with lock:
                server.asked.append(asked)
                server.waiting.add(id(asked))
                server.busiest = max(server.busiest, len(server.waiting))
            asked.answering = lambda: server.waiting.discard(id(asked))
            behave(asked)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with lock:
                    connections.add(connection)
                thread = threading.Thread(target=handle, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join(5)
        for connection in list(connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
        for connection in connections:
            connection.close()


def answer(
    body: bytes = b"", status: str = "200 OK", length: int | None = None, **headers: str
) -> bytes:
    """Make an answer; `content_type="text/plain"` is a header of it."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(data: bytes) -> Callable[[Asked], None]:
    """Answer everybody the same."""
    return lambda asked: asked.say(data)


def in_turn(*answers: bytes) -> Callable[[Asked], None]:
    """Answer the first with the first, and so on; the last stays."""
    left = list(answers)
    return lambda asked: asked.say(left.pop(0) if len(left) > 1 else left[0])


def fetcher(
    allow_private: bool = True,
    environment: dict[str, str] | None = None,
    ssl_context: ssl.SSLContext | None = None,
    **limits: Any,
) -> Fetcher:
    """Make a fetcher that does not wait long between attempts."""
    return Fetcher(
        now=lambda: NOW,
        allow_private=allow_private,
        environment=environment or {},
        limits=Limits(**{"backoff": 0.001, "total_seconds": 5, **limits}),
        ssl_context=ssl_context,
    )


def name_hosts(monkeypatch: pytest.MonkeyPatch, **hosts: list[list[str]]) -> list[str]:
    """Let names lead to addresses: `x=[["10.0.0.1"]]` is x.example's first and every later answer.

    Gives the names that were looked up, as they are.
    """
    looked_up: list[str] = []
    answers = {f"{name}.example": list(lists) for name, lists in hosts.items()}
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        looked_up.append(host)
        if host not in answers:
            return real(host, port, *args, **kwargs)
        left = answers[host]
        found = []
        for address in left.pop(0) if len(left) > 1 else left[0]:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            where = (address, port, 0, 0) if ":" in address else (address, port)
            found.append((family, socket.SOCK_STREAM, 6, "", where))
        return found

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return looked_up


def catch_connections(monkeypatch: pytest.MonkeyPatch, server: Server) -> list[str]:
    """Let every connection end at the server, wherever it was meant to go.

    Gives the addresses they were meant for.
    """
    connected: list[str] = []

    class Caught(socket.socket):
        def connect(self, address: Any) -> None:
            connected.append(address[0])
            super().connect(("127.0.0.1", server.port))

    monkeypatch.setattr(socket, "socket", Caught)
    return connected


def _read(connection: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            raise OSError("no request")
        data += more
    first, *lines = data.decode().split("\r\n\r\n")[0].split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    headers = {name.lower(): value for name, value in pairs}
    return Asked(connection, first.split(" ")[1], headers)
