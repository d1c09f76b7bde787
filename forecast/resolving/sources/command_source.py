"""`command`: a program of one's own that prints its answer as JSON."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from forecast.model import ANNULLED, ForecastError, InvalidField, Question, check_outcome
from forecast.reading.instants import show_instant
from forecast.reading.quoting import quoted
from forecast.resolving.sources import asking
from forecast.resolving.sources.contract import Document, Found, Means, Source, SourceError
from forecast.resolving.sources.json_source import read_json
from forecast.resolving.sources.numbers import plain, read_number
from forecast.resolving.sources.reach import read_span
from forecast.resolving.sources.rules import zone_of
from forecast.resolving.sources.settings import Key, Settings, lint, nearest
from forecast.resolving.sources.texts import excerpt

_DAY = timedelta(days=1)
_PRINTED = ("outcome", "as_of", "known", "excerpt", "note")


def _check_command(_: Question, command: tuple[str, ...]) -> None:
    if not command[0]:
        raise ForecastError("names no program")


_KEYS = {
    "command": Key(
        kind="texts",
        example='command = ["./answer.py", "2026"]',
        required=True,
        as_is=True,
        check=_check_command,
    ),
    "every": asking.KEYS["every"],
}


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    lint(question, _KEYS)


def find(question: Question, means: Means) -> Found:
    """Say what the program answers."""
    document = means.run(Settings(question).texts("command"))
    printed = read_json(document.body)
    if not isinstance(printed, dict):
        raise SourceError('it printed no JSON object, such as {"outcome": "yes", "as_of": "…"}')
    for key in printed:
        if key not in _PRINTED:
            raise SourceError(f"it printed an unknown key {quoted(key)}: {nearest(key, _PRINTED)}")
    zone = zone_of(question)
    outcome = _outcome(question, printed)
    as_of = _instant("as_of", printed, zone, document)
    notes = [_text(key, printed) for key in ("excerpt", "note")]
    if outcome is not None and outcome.casefold() == "no":
        # The law of judging.py: a source that lags behind would give a false "no".
        if as_of is None:
            notes.append('it says "no", which does not count without as_of')
            outcome = None
        elif as_of < question.deadline:
            reach = show_instant(as_of, zone)
            notes.append(f'it says "no", but its data reaches only to {reach}')
            outcome = None
    return Found(
        document=document,
        outcome=outcome,
        known_at=_instant("known", printed, zone, document) if outcome is not None else None,
        as_of=as_of,
        excerpt=excerpt(*notes),
    )


def _outcome(question: Question, printed: dict[str, Any]) -> str | None:
    said = printed.get("outcome")
    if said is None:
        return None
    if question.type == "number" and isinstance(said, int | float):
        said = plain(read_number(said))
    if not isinstance(said, str):
        raise SourceError("it printed an outcome that is no text")
    if said == ANNULLED:
        raise SourceError("it printed 'annulled': that needs a person, and a reason")
    try:
        check_outcome(question, said)
    except InvalidField as error:
        raise SourceError(f"it printed an outcome that does not fit: {error.problem}") from None
    return said


def _instant(
    key: str, printed: dict[str, Any], zone: tzinfo, document: Document
) -> datetime | None:
    written = printed.get(key)
    if written is None:
        return None
    try:
        span = read_span(written, zone)
    except SourceError as error:
        raise SourceError(f"it printed {key}: {error}") from None
    now = document.fetched_at
    if span.begins > now + _DAY:
        raise SourceError(f"it printed {key}: {span.begins.date()} is still to come")
    if key == "known":
        return min(span.ends, now)
    # Of a time that is not over, data reaches for certain only to the start.
    return span.ends if span.ends <= now else min(span.begins, now)


def _text(key: str, printed: dict[str, Any]) -> str:
    written = printed.get(key)
    if written is not None and not isinstance(written, str):
        raise SourceError(f"it printed {key}, which is no text")
    return written or ""


SOURCE = Source(check=check, find=find)
