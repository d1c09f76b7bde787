"""A run of `check` from its beginning to its end: one at a time, and each on record."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forecast.model import ForecastError, Question, Resolution
from forecast.resolving import checking
from forecast.resolving.checking import Failure, Lookedup
from forecast.resolving.due import Attention, sort_out
from forecast.resolving.sources.contract import Document, Found, SourceError
from forecast.resolving.sources.registry import source_of
from forecast.resolving.trust import Trust
from forecast.store import proposals, queries, runs
from forecast.store.queries import Tracked
from forecast.store.rows import Recording

if TYPE_CHECKING:  # it brings httpx, which a run with nothing to fetch does not need
    from forecast.resolving.fetching.client import Fetcher


@dataclass(frozen=True, slots=True)
class Outside:
    """What look-ups may use of the world outside.

    Parameters
    ----------
    trust : Trust
        Whose files may run programs, read secrets and resolve by themselves.
    environment : mapping of str to str
        For the secrets in headers.
    allow_private : bool
        Whether addresses of one's own network may be asked.
    """

    trust: Trust
    environment: Mapping[str, str]
    allow_private: bool = False


@dataclass(slots=True)
class Checked:
    """What a run found."""

    attention: Attention
    lookedup: Lookedup
    #: What resolved by itself, with its question.
    resolved: list[tuple[Tracked, Resolution]] = field(default_factory=list)
    #: Sources that failed and are to be spoken of, and messages that could not be sent.
    failed: list[Failure] = field(default_factory=list)


@contextlib.contextmanager
def only_run(path: Path) -> Iterator[bool]:
    """Hold the lock of a tracker's checks; gives False where another run has it.

    The lock is the operating system's and goes with the process, however that ends.
    """
    if not path.exists():  # nothing to check, and looking leaves nothing behind
        yield True
        return
    from filelock import FileLock, Timeout

    lock = FileLock(f"{path.resolve()}.check.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise ForecastError(f"{lock.lock_file} cannot be used: {error.strerror}") from None
    try:
        yield True
    finally:
        lock.release()


def check(
    connection: sqlite3.Connection,
    recording: Recording,
    outside: Outside,
    tell: Callable[[Checked], list[Failure]],
) -> Checked:
    """Look answers up, propose, and find what needs a person; the run is on record.

    Parameters
    ----------
    connection : sqlite3.Connection
    recording : Recording
    outside : Outside
    tell : callable
        Sends messages about what was found; gives what could not be sent.

    Returns
    -------
    Checked
    """
    began = time.perf_counter()
    run = runs.begin(connection, recording)
    try:
        lookedup = _look_up(connection, recording, outside)
        checked = _found(connection, recording, lookedup)
        checked.failed += tell(checked)
    except BaseException as error:
        failed = [{"id": None, "resolver": "check", "error": str(error) or type(error).__name__}]
        with contextlib.suppress(sqlite3.Error):  # what went wrong first is what to tell
            runs.end(connection, run, time.perf_counter() - began, {}, failed)
        raise
    runs.end(
        connection,
        run,
        time.perf_counter() - began,
        _counts(checked),
        [
            {"id": one.question or None, "resolver": one.resolver, "error": one.error}
            for one in (*lookedup.failed, *(f for f in checked.failed if not f.question))
        ],
    )
    return checked


def _look_up(connection: sqlite3.Connection, recording: Recording, outside: Outside) -> Lookedup:
    looked_up = runs.lookups(connection)
    every = queries.listing(connection, recording.at)
    questions = checking.wanted(every, looked_up, recording.at)
    if not questions:  # the common case, which does not wait for the network's libraries
        return Lookedup()
    from forecast.resolving.fetching.client import Fetcher
    from forecast.resolving.fetching.parallel import in_parallel

    def resolves_itself(tracked: Tracked) -> bool:
        resolver = tracked.question.resolver
        return resolver is not None and resolver.auto and _is_trusted(outside.trust, tracked)

    with contextlib.closing(
        Fetcher(
            allow_private=outside.allow_private,
            environment=outside.environment,
            now=lambda: recording.at,
        )
    ) as fetcher:
        tasks = [
            (_host(one.question), _task(one, fetcher, outside, recording.at)) for one in questions
        ]
        results = ((questions[index], result) for index, result in in_parallel(tasks))
        return checking.look_up(
            connection, questions, looked_up, results, resolves_itself, recording
        )


def _task(
    tracked: Tracked, fetcher: "Fetcher", outside: Outside, now: datetime
) -> Callable[[], Found]:
    question = tracked.question

    def find() -> Found:
        assert question.resolver is not None
        found = source_of(question.resolver.type).find
        assert found is not None
        return found(question, _Means(question, fetcher, outside, now))

    return find


@dataclass(frozen=True, slots=True)
class _Means:
    """What one question's source may use."""

    question: Question
    fetcher: "Fetcher"
    outside: Outside
    now: datetime

    def fetch(self, url: str, headers: Mapping[str, str]) -> Document:
        secrets = any("$" in value for value in headers.values())
        trusted = secrets and self._folder() is not None
        return self.fetcher.fetch(url, headers, trusted=trusted)

    def run(self, command: tuple[str, ...]) -> Document:
        from forecast.resolving.fetching.programs import run_program

        return run_program(command, self._folder(), self.outside.environment, now=lambda: self.now)

    def _folder(self) -> Path:
        try:
            return self.outside.trust.folder_for(self.question)
        except ForecastError as error:
            raise SourceError(str(error)) from None


def _found(connection: sqlite3.Connection, recording: Recording, lookedup: Lookedup) -> Checked:
    attention = survey(connection, recording.at)
    resolved = [(queries.get(connection, one.question), one) for one in lookedup.resolved]
    return Checked(attention, lookedup, resolved, list(lookedup.failed))


def survey(connection: sqlite3.Connection, now: datetime) -> Attention:
    """Find what needs a person, without looking anything up."""
    return sort_out(
        queries.listing(connection, now),
        queries.last_made_at(connection),
        now,
        proposals.standing(connection),
    )


def _counts(checked: Checked) -> dict[str, int]:
    attention = checked.attention
    return {
        "looked_up": checked.lookedup.n_looked_up,
        "new_proposals": len(checked.lookedup.proposed),
        "resolved": len(checked.resolved),
        "due": len(attention.due),
        "proposed": len(attention.proposed) + len(attention.again),
    }


def _host(question: Question) -> str:
    """Name what is asked one thing at a time: a host, or a program."""
    assert question.resolver is not None
    url = dict(question.resolver.settings).get("url")
    with contextlib.suppress(ValueError):
        host = urlsplit(str(url)).hostname if url else None
        if host:
            return host
    return f"{question.resolver.type} {question.id}"


def _is_trusted(trust: Trust, tracked: Tracked) -> bool:
    try:
        trust.folder_for(tracked.question)
    except ForecastError:
        return False
    return True
