"""`feed`: an entry of a feed (RSS, Atom) in which given words appear."""

import io
from calendar import timegm
from datetime import UTC, datetime, tzinfo
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from forecast.model import ForecastError, InvalidField, Question
from forecast.reading.instants import LAST_YEAR, show_day, show_instant
from forecast.reading.quoting import quoted
from forecast.resolving.sources import asking
from forecast.resolving.sources.comparing import Words
from forecast.resolving.sources.contract import Document, Found, Means, Source, SourceError
from forecast.resolving.sources.judging import judge
from forecast.resolving.sources.observing import Observation
from forecast.resolving.sources.pages import text_of
from forecast.resolving.sources.reach import Span, read_span
from forecast.resolving.sources.rules import ANSWER_KEYS, lint_answers, rule_of, zone_of
from forecast.resolving.sources.settings import Key, Settings, lint
from forecast.resolving.sources.texts import header, shortened

_MOST_ENTRIES = 20_000
#: What is not well-formed goes to a parser that forgives, and takes seconds for each megabyte …
_MOST_BROKEN = 1_000_000
#: … and more for a tag of thousands of attributes.
_LONGEST_TAG = 10_000
#: The text of an entry may be a whole article.
_LONGEST_TEXT = 100_000

_NO_DATE = "the entry has no date"


def _check_words(_: Question, words: tuple[str, ...]) -> None:
    if any(not any(c.isalnum() for c in word) for word in words):
        raise ForecastError("holds a word without a letter")


_KEYS = {
    **asking.KEYS,
    "words": Key(
        kind="texts", example='words = ["Senate", "ratifies"]', required=True, check=_check_words
    ),
    **ANSWER_KEYS,
}


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    if question.type == "number":
        raise InvalidField("resolver.type", "a feed answers no number: use json, csv or html")
    lint(question, _KEYS)
    settings = Settings(question)
    if question.type == "choice" and "then" not in settings:
        problem = "is missing: write the option that it is where the words appear"
        raise InvalidField("resolver.then", problem)
    lint_answers(question, settings)


def find(question: Question, means: Means) -> Found:
    """Say what the entries answer."""
    document = asking.ask(question, means)
    feed = read_feed(document)
    zone = zone_of(question)
    observations = [_observation(entry, zone) for entry in feed.entries]
    rule = rule_of(question, Words(Settings(question).texts("words")))
    spans = [one.span for one in observations if one.span is not None]
    return judge(
        question,
        observations,
        document,
        as_of=_as_of(feed.feed, spans, zone, document.fetched_at),
        rule=rule,
        gap=_gap(spans, rule.since, zone),
    )


def read_feed(document: Document) -> Any:
    """Read a feed of any kind that there is.

    Parameters
    ----------
    document : Document

    Returns
    -------
    feedparser.FeedParserDict

    Raises
    ------
    SourceError
        If it is none.
    """
    import feedparser

    body = document.body
    if not body.strip():
        raise SourceError("it sent nothing")
    _refuse_slow(body)
    headers = {"content-type": header(document, "content-type")}
    try:
        # A stream: what is no stream may be taken for an address or the name of a file.
        feed = feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # on what is no feed it stumbles in many ways
        problem = quoted(f"{type(error).__name__}: {error}")[1:-1]
        raise SourceError(f"what it sent cannot be read as a feed: {problem}") from None
    if not feed.entries and not feed.get("version"):
        raise SourceError("what it sent is no feed, neither RSS nor Atom")
    if len(feed.entries) > _MOST_ENTRIES:
        raise SourceError(f"its feed has more than {_MOST_ENTRIES:,} entries")
    return feed


def _refuse_slow(body: bytes) -> None:
    """Refuse what the parser for broken feeds would take long for."""
    tags = (part.rpartition(b"<") for part in body.split(b">"))
    if any(start and len(tag) > _LONGEST_TAG for _, start, tag in tags):
        raise SourceError("its feed has a tag that is too long to be one")
    if len(body) <= _MOST_BROKEN:
        return
    parser = ParserCreate()
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(body, True)
    except (ExpatError, ValueError) as error:
        raise SourceError(f"its feed is not XML, and too long to be mended: {error}") from None


def _refuse_entity(*_: object) -> None:
    raise ValueError("it declares entities")


def _observation(entry: Any, zone: tzinfo) -> Observation:
    title, summary = (text_of(_text(entry, key)[:_LONGEST_TEXT]) for key in ("title", "summary"))
    spans = [span for key in ("published", "updated") if (span := _span(entry, key, zone))]
    line = shortened(f"{title or summary}", 200)
    if not spans:
        return Observation(value=f"{title} {summary}", excerpt=line, caveat=_NO_DATE)
    # Of an entry that was changed later nobody knows which words it had before.
    span = Span(min(one.begins for one in spans), max(one.ends for one in spans))
    dated = f"{line} ({show_instant(span.ends, zone)})"
    return Observation(
        value=f"{title} {summary}",
        span=span,
        excerpt=f"{dated}: {shortened(summary, 300)}" if title and summary else dated,
    )


def _as_of(feed: Any, spans: list[Span], zone: tzinfo, now: datetime) -> Span | None:
    """Give when the feed was updated, where that is later than its newest entry."""
    updated = _span(feed, "updated", zone)
    if updated is None or updated.begins > now:
        return None
    newest = max((span.ends for span in spans if span.ends <= now), default=None)
    return updated if newest is None or updated.ends > newest else None


def _gap(spans: list[Span], since: datetime, zone: tzinfo) -> str:
    """Say so where entries of the question's time may have dropped out of the feed."""
    oldest = min((span.begins for span in spans), default=None)
    if oldest is None or oldest <= since:
        return ""
    return f"the feed's oldest entry is of {show_day(oldest, zone)}: earlier ones have dropped out"


def _span(entry: Any, key: str, zone: tzinfo) -> Span | None:
    try:
        return read_span(_text(entry, key), zone)
    except SourceError:
        pass
    parsed = dict.get(entry, f"{key}_parsed")  # in UTC
    try:
        instant = datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None
    return Span(instant, instant) if instant and instant.year <= LAST_YEAR else None


def _text(entry: Any, key: str) -> str:
    # Not entry.get: it takes `published` for a missing `updated`, and warns.
    value = dict.get(entry, key)
    return value if isinstance(value, str) else ""


SOURCE = Source(check=check, find=find)
