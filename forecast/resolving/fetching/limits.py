"""How much of anybody's time, memory and patience a look-up may take."""

import time
from dataclasses import dataclass

from forecast.resolving.fetching.troubles import Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may take.

    Parameters
    ----------
    total_seconds : float
        For one attempt from the look-up of the name to the last byte, redirects included; waiting
        for one's turn at a host is not counted. For a program, until it has ended.
    max_bytes : int
        Of a body, as it comes and unpacked; of a program's output.
    header_bytes : int
        Of an answer's status line and headers.
    redirects : int
    attempts : int
    backoff : float
        Seconds before the second attempt, at least, and twice that at most; doubles each time.
    waiting_seconds : float
        Between the attempts of one look-up, in all.
    host_failures : int
        A host that was dead so many times in a row is not asked again.
    host_seconds : float
        Nor one whose look-ups have taken so long in all.
    remembered_bytes : int
        Of bodies kept for the next question that has the same source.
    """

    total_seconds: float = 20
    max_bytes: int = 5_000_000
    header_bytes: int = 65_536
    redirects: int = 5
    attempts: int = 3
    backoff: float = 1
    waiting_seconds: float = 30
    host_failures: int = 2
    host_seconds: float = 600
    remembered_bytes: int = 50_000_000


#: What holds for everybody.
USUAL = Limits()


class Deadline:
    """The moment by which an attempt must be done, by the wall clock."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Give the seconds left, always more than none.

        Raises
        ------
        Failed
            If the moment has passed.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> Failed:
        """Say that it took too long."""
        return Failed(f"took longer than {self._seconds:g} s", dead=True)

    def extend(self, seconds: float) -> None:
        """Move it: time was spent that is not the host's fault."""
        self._ends += seconds


def size(n_bytes: int) -> str:
    """Say how much a limit is.

    Examples
    --------
    >>> size(5_000_000), size(65_536)
    ('5 MB', '66 kB')
    """
    return f"{n_bytes / 1e6:g} MB" if n_bytes >= 1_000_000 else f"{n_bytes / 1e3:.0f} kB"
