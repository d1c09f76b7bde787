"""Doing many things at once, and one at a time for each host."""

import collections
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from forecast.model import ForecastError
from forecast.resolving.fetching.troubles import shortened
from forecast.resolving.sources.contract import SourceError

T = TypeVar("T")

#: So many hosts are asked at once.
AT_ONCE = 8


def in_parallel(
    tasks: Iterable[tuple[str, Callable[[], T]]], at_once: int = AT_ONCE
) -> Iterator[tuple[int, T | SourceError]]:
    """Do tasks, those of one host one after the other and in order.

    Each result comes when it is there, while others are still being worked for; a task that fails
    takes no other with it. Where the results are no longer asked for, no further task is begun.

    Parameters
    ----------
    tasks : iterable of (host, callable)
    at_once : int
        Of how many hosts tasks are done at the same time.

    Yields
    ------
    int
        The task, by its place.
    T or SourceError
        What it gave, or why it did not.
    """
    by_host: dict[str, list[tuple[int, Callable[[], T]]]] = {}
    number = 0
    for place, (host, task) in enumerate(tasks):
        by_host.setdefault(host, []).append((place, task))
        number += 1
    # The longest first: the last one to begin should not be the one that takes longest.
    waiting = collections.deque(sorted(by_host.values(), key=len, reverse=True))
    # Not more results than are being written down: each may hold megabytes.
    results: queue.Queue[tuple[int, T | SourceError]] = queue.Queue(at_once)
    abandoned = threading.Event()

    def work() -> None:
        while True:
            try:
                group = waiting.popleft()
            except IndexError:
                return
            for place, task in group:
                if abandoned.is_set():
                    return
                _put(results, (place, _outcome(task)), abandoned)

    # Daemons: who breaks off a run does not wait for those that are still at it.
    for _ in range(min(at_once, len(by_host))):
        threading.Thread(target=work, daemon=True, name="look-ups").start()
    try:
        for _ in range(number):
            yield results.get()
    finally:
        abandoned.set()


def _outcome(task: Callable[[], T]) -> T | SourceError:
    try:
        return task()
    except SourceError as error:
        return type(error)(*error.args)  # without its frames, and what they hold
    except ForecastError as error:
        return SourceError(str(error))
    except BaseException as error:  # somebody else's source: its fault is no reason to stop
        return SourceError(shortened(f"a fault in the source: {type(error).__name__}: {error}"))


def _put(
    results: "queue.Queue[tuple[int, T | SourceError]]",
    result: tuple[int, T | SourceError],
    abandoned: threading.Event,
) -> None:
    while not abandoned.is_set():
        try:
            results.put(result, timeout=0.2)
        except queue.Full:
            continue
        return
