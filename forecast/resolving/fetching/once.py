"""Doing the same thing once in a run, whoever asks for it and however many at a time."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from forecast.resolving.sources.contract import Document, SourceError


class Once:
    """Documents of this run, and failures, by what was asked.

    Parameters
    ----------
    most_bytes : int
        Of bodies kept; the oldest go first, and would be fetched again.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._n_bytes = 0
        self._lock = threading.Lock()
        self._asked: dict[Hashable, Future[Document | SourceError]] = {}

    def get(self, key: Hashable, make: Callable[[], Document]) -> Document:
        """Give what was made for this key before, or is being made; else make it.

        Raises
        ------
        SourceError
            If making it failed, now or before.
        """
        with self._lock:
            future = self._asked.get(key)
            is_mine = future is None
            if future is None:
                future = self._asked[key] = Future()
        if is_mine:
            self._make(key, future, make)
        result = future.result()
        if isinstance(result, SourceError):
            # A fresh one: an error that was raised keeps its frames, and all they hold.
            raise type(result)(*result.args)
        return result

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._asked.clear()
            self._n_bytes = 0

    def _make(
        self,
        key: Hashable,
        future: Future[Document | SourceError],
        make: Callable[[], Document],
    ) -> None:
        try:
            document = make()
        except SourceError as error:
            future.set_result(type(error)(*error.args))
        except BaseException as error:  # whoever waits must not wait for ever
            with self._lock:
                self._asked.pop(key, None)
            future.set_exception(error)
        else:
            future.set_result(document)
            self._make_room(len(document.body))

    def _make_room(self, n_bytes: int) -> None:
        with self._lock:
            self._n_bytes += n_bytes
            if self._n_bytes <= self._most_bytes:
                return
            for key, future in list(self._asked.items()):
                if self._n_bytes <= self._most_bytes:
                    return
                if future.done() and isinstance(document := future.result(), Document):
                    self._n_bytes -= len(document.body)
                    del self._asked[key]
