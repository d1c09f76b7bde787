"""Made questions, and a made world that answers what it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forecast.model import Question, Resolver, Setting
from forecast.reading.instants import end_of, read_zone, start_of
from forecast.resolving.sources.contract import Document, Found, SourceError
from forecast.resolving.sources.reach import Span, read_span
from forecast.resolving.sources.registry import check, source_of

TICK = timedelta(microseconds=1)
URL = "https://example.org/data"
#: Long after the deadline of the questions made here.
LATER = datetime(2027, 3, 1, 12, tzinfo=UTC)


def end(day: str, zone: str = "UTC") -> datetime:
    """The last instant of a day."""
    return end_of(date.fromisoformat(day), read_zone(zone))


def span(written: str, zone: str = "UTC") -> Span:
    """The time that a date covers."""
    return read_span(written, read_zone(zone))


def ask(
    type_: str = "json",
    settings: Mapping[str, Setting] | None = None,
    opened: str = "2026-01-01",
    deadline: str | datetime = "2026-12-31",
    **fields: Any,
) -> Question:
    """A question of the year 2026 with a resolver; `settings` beside the address."""
    zone = read_zone(fields.get("timezone", "UTC"))
    own: dict[str, Setting] = {} if type_ in ("manual", "command") else {"url": URL}
    given = tuple(sorted({**own, **(settings or {})}.items()))
    if isinstance(deadline, str):
        deadline = end_of(date.fromisoformat(deadline), zone)
    return Question(
        id="exports",
        title="Will exports reach 190?",
        opened_at=start_of(date.fromisoformat(opened), zone),
        deadline=deadline,
        resolver=Resolver(type=type_, settings=given),
        **fields,
    )


@dataclass
class World:
    """Gives one document to whoever asks, and remembers what was asked for."""

    body: bytes
    fetched_at: datetime = LATER
    content_type: str = ""
    asked: list[Any] = field(default_factory=list)

    def fetch(self, url: str, headers: Mapping[str, str]) -> Document:
        """Give the document."""
        self.asked.append((url, dict(headers)))
        return self._document(url)

    def run(self, command: tuple[str, ...]) -> Document:
        """Give the document."""
        self.asked.append(command)
        return self._document(command[0])

    def _document(self, url: str) -> Document:
        headers = (("content-type", self.content_type),) if self.content_type else ()
        return Document(url=url, fetched_at=self.fetched_at, body=self.body, headers=headers)


def find(question: Question, body: bytes | str, **world: Any) -> Found:
    """Check a question, then look it up in a world of this one document."""
    check(question)
    assert question.resolver is not None
    source = source_of(question.resolver.type)
    assert source.find is not None
    return source.find(question, World(body.encode() if isinstance(body, str) else body, **world))


def is_answered(question: Question, body: bytes | str, **world: Any) -> bool:
    """Whether a look-up finds something; where it fails, see that it fails in one plain line."""
    try:
        return isinstance(find(question, body, **world), Found)
    except SourceError as error:
        problem = str(error)
    assert problem.isprintable()
    return False
