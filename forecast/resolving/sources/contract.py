"""What a source is: the settings it takes, and how it looks an answer up.

Somebody else's package adds a source by an entry point of the group `forecast.sources`, named as
the resolver's `type`, that leads to a `Source`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forecast.model import ForecastError, Question


class SourceError(ForecastError):
    """A source did not answer, or its answer is not what its resolver describes: one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was fetched, as it came.

    Parameters
    ----------
    url : str
        Where it came from in the end, after redirects; for a program its name.
    fetched_at : datetime
    body : bytes
        Unpacked.
    headers : tuple of (str, str) pairs
        As they came, names in lower case.
    """

    url: str
    fetched_at: datetime
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a source says of a question.

    Parameters
    ----------
    document : Document
        What it is read from.
    outcome : str, optional
        The answer; None where it has none (yet).
    known_at : datetime, optional
        When the answer became known, where the source tells: the day of an observation ends it.
    as_of : datetime, optional
        How far the source's own data reaches.
    excerpt : str
        The part of the document that matters, at most some lines, for a person to judge by.
    caveat : str
        Why a person should look before believing the outcome; such a one never resolves by itself.
    fingerprint : str
        Of what may change: where it is given, a person is to look when it differs from last time.
    """

    document: Document
    outcome: str | None = None
    known_at: datetime | None = None
    as_of: datetime | None = None
    excerpt: str = ""
    caveat: str = ""
    fingerprint: str = ""


class Means(Protocol):
    """What a source may use of the world."""

    def fetch(self, url: str, headers: Mapping[str, str]) -> Document:
        """Fetch a page, within the limits of time, size and address.

        `$NAME` in a header is taken from the environment, where the question's file is trusted.

        Raises
        ------
        SourceError
        """
        ...

    def run(self, command: tuple[str, ...]) -> Document:
        """Run a program that its person trusts; its standard output is the document.

        Raises
        ------
        SourceError
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of source.

    Parameters
    ----------
    check : callable
        Takes a question with such a resolver; raises `InvalidField` naming `resolver.KEY` where
        it would not work. Reads no file and no network.
    find : callable, optional
        Takes the question and the means; gives what the source says. None for a source that only
        tells a person where to look.
    """

    check: Callable[[Question], None]
    find: Callable[[Question, Means], Found] | None
