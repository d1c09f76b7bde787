"""Fetching a page for a question file that nobody vouches for."""

import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import httpx
import stamina
import stamina.instrumentation

from forecast.resolving.fetching.asking import Answer, ask
from forecast.resolving.fetching.guard import Guard
from forecast.resolving.fetching.headers import Secrets, filled
from forecast.resolving.fetching.limits import USUAL, Deadline, Limits
from forecast.resolving.fetching.once import Once
from forecast.resolving.fetching.troubles import Failed, NotAsked, lasting, shortened, times
from forecast.resolving.sources.contract import Document, SourceError

# stamina would log every retry, and without a logger that ends on the terminal.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(slots=True)
class _Host:
    """What a run knows of a host."""

    name: str
    #: Held while it is asked: one request at a time.
    turn: threading.Lock = field(default_factory=threading.Lock)
    #: How often it was dead in a row.
    failures: int = 0
    #: What the look-ups that began with it have taken.
    seconds: float = 0


class Fetcher:
    """Fetches pages during one run, from many threads if need be.

    Parameters
    ----------
    now : callable
        Gives the time a document is fetched at.
    allow_private : bool
        Whether addresses of one's own network may be asked.
    environment : mapping of str to str
        For `$NAME` in headers.
    limits : Limits
    ssl_context : ssl.SSLContext, optional
        Whom TLS trusts; the certificate authorities that browsers trust, and those of
        SSL_CERT_FILE in the environment, unless given.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        allow_private: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
        limits: Limits = USUAL,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._now = now
        self._allow_private = allow_private
        self._environment = environment
        self._limits = limits
        self._ssl_context = ssl_context
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._once = Once(limits.remembered_bytes)

    def fetch(self, url: str, headers: Mapping[str, str], trusted: bool = False) -> Document:
        """Fetch a page; the same one is fetched once in a run.

        Parameters
        ----------
        url : str
        headers : mapping of str to str
            `$NAME` in a value is taken from the environment.
        trusted : bool
            Whether the file that asks may read the environment.

        Raises
        ------
        SourceError
            In one line; `NotAsked` where its host was given up before.
        """
        trusted = trusted and any("$" in value for value in headers.values())
        key = (url, tuple(sorted(headers.items())), trusted)
        return self._once.get(key, lambda: self._fetch(url, headers, trusted))

    def close(self) -> None:
        """Let go of what was fetched."""
        self._once.forget()

    def _fetch(self, url: str, headers: Mapping[str, str], trusted: bool) -> Document:
        sent, secrets = filled(headers, self._environment, trusted)
        start = _checked(url)
        host = self._host(start)
        patience = _Patience(self._limits)
        began = time.monotonic()
        try:
            for attempt in stamina.retry_context(
                patience,
                attempts=self._limits.attempts,
                timeout=None,
                wait_initial=self._limits.backoff,
                wait_jitter=self._limits.backoff,
                wait_max=self._limits.waiting_seconds,
            ):
                with attempt:
                    return self._attempt(start, sent, secrets)
        except Failed as failed:
            if failed.dead:
                with self._lock:
                    self._host(httpx.URL(failed.at)).failures += 1
            kind = NotAsked if failed.skipped else SourceError
            raise kind(_told(str(start), failed, patience, secrets)) from None
        finally:
            with self._lock:
                host.seconds += time.monotonic() - began
        raise AssertionError("an attempt returns or raises")

    def _attempt(self, start: httpx.URL, sent: Mapping[str, str], secrets: Secrets) -> Document:
        url, deadline = start, Deadline(self._limits.total_seconds)
        try:
            for _ in range(self._limits.redirects + 1):
                answer = self._ask(url, sent, deadline)
                if answer.location is None:
                    return self._document(url, answer, secrets)
                following = _following(url, answer.location)
                if _origin(following) != _origin(url):
                    sent = {}  # what was meant for one is nobody else's business
                url = following
        except Failed as failed:
            failed.at = str(url)
            raise
        raise Failed(f"redirects more than {times(self._limits.redirects)}")

    def _ask(self, url: httpx.URL, sent: Mapping[str, str], deadline: Deadline) -> Answer:
        host = self._host(url)
        self._check(host)
        began = time.monotonic()
        with host.turn:
            deadline.extend(time.monotonic() - began)
            self._check(host)
            guard = Guard(deadline, self._limits.header_bytes, self._allow_private)
            tls = self._tls() if url.scheme == "https" else None
            try:
                answer = ask(url, sent, guard, self._limits, tls, self._now())
            except Failed as failed:
                if guard.answering and not failed.dead:
                    host.failures = 0
                raise
            host.failures = 0
            return answer

    def _document(self, url: httpx.URL, answer: Answer, secrets: Secrets) -> Document:
        return Document(
            url=secrets.out_of_text(str(url)),
            fetched_at=self._now(),
            body=secrets.out_of(answer.body),
            headers=tuple(
                (secrets.out_of_text(name), secrets.out_of_text(value))
                for name, value in answer.headers
            ),
        )

    def _check(self, host: _Host) -> None:
        """See that a host has not been given up."""
        limits = self._limits
        if host.failures >= limits.host_failures:
            why = f"{host.failures} failures"
        elif host.seconds >= limits.host_seconds:
            why = lasting(limits.host_seconds)
        else:
            return
        raise Failed(f": {host.name} is not asked again in this run, after {why}", skipped=True)

    def _host(self, url: httpx.URL) -> _Host:
        name = url.raw_host.decode("ascii").rstrip(".")
        return self._hosts.setdefault(name, _Host(name))  # atomic

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._ssl_context is None:
                context = httpx.create_ssl_context(trust_env=False)
                more = self._environment.get("SSL_CERT_FILE")
                try:
                    if more:
                        context.load_verify_locations(more)
                except OSError as error:
                    no_certificates = isinstance(error, ssl.SSLError)
                    why = "no certificates in it" if no_certificates else error.strerror
                    raise Failed(f": SSL_CERT_FILE, {more}, cannot be read ({why})") from None
                self._ssl_context = context
            return self._ssl_context


class _Patience:
    """Whether, and when, to try again; stamina asks after each failure."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waited = 0.0
        self.problems: list[str] = []

    def __call__(self, error: Exception) -> bool | float:
        """Say whether to try again: after stamina's own pause, or after so many seconds."""
        if not isinstance(error, Failed) or not error.again:
            return False
        self.problems.append(error.problem)
        backoff = self._limits.backoff * (2 ** (len(self.problems) - 1) + 1)  # with all its jitter
        self._waited += error.come_back or backoff
        if self._waited > self._limits.waiting_seconds:
            return False
        return error.come_back or True


def _checked(text: str) -> httpx.URL:
    """Read an address that a question file gives."""
    try:
        url = httpx.URL(text)
        problem = _problem(url)
    except httpx.InvalidURL as error:
        text = re.sub("//[^/]*@", "//", text)
        raise SourceError(f"{shortened(text)} is not an address: {shortened(str(error))}") from None
    if problem:
        raise SourceError(f"{shortened(str(url.copy_with(userinfo=b'')))}{problem}")
    return url


def _following(url: httpx.URL, location: str) -> httpx.URL:
    """Read an address that a server redirects to."""
    try:
        following = url.join(location)
        problem = _problem(following)
    except httpx.InvalidURL:
        raise Failed(f"redirects to {location}, which is not an address") from None
    if problem:
        raise Failed(f"redirects to {following.copy_with(userinfo=b'')}{problem}")
    return following


def _problem(url: httpx.URL) -> str:
    if url.scheme not in ("http", "https"):
        return ": only http:// and https:// addresses are fetched"
    if not url.host:
        return ": it names no host"
    if url.userinfo:
        return ": it holds a user name or a password, which belong into a header"
    if url.port is not None and not 0 < url.port < 65_536:
        return f": there is no port {url.port}"
    return ""


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


def _told(start: str, failed: Failed, patience: _Patience, secrets: Secrets) -> str:
    """Say in one line what went wrong, and where."""

    def shown(text: str, longest: int = 200) -> str:
        return shortened(secrets.out_of_text(text), longest)

    problem = failed.problem
    if (number := len(patience.problems)) > 1 and failed.again:
        same = set(patience.problems) == {problem}
        problem += f" {times(number)}" if same else f", at the last of {number} attempts"
    if failed.come_back:
        problem += f", and wants to be asked again in {lasting(failed.come_back)}"
    glue = "" if problem.startswith(":") else " "
    line = shown(start)
    if failed.at and failed.at != start:
        line += f" redirects to {shown(failed.at)}"
        glue = glue and ", which "
    return f"{line}{glue}{shown(problem, 300)}"
