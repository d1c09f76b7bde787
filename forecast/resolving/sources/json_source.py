"""`json`: values at a JSONPath, with their dates at another."""

import json
from datetime import tzinfo
from typing import Any, NoReturn

from jsonpath_rfc9535 import JSONPathNode

from forecast.model import Question
from forecast.reading.quoting import quoted
from forecast.resolving.sources import asking
from forecast.resolving.sources.contract import Document, Found, Means, Source, SourceError
from forecast.resolving.sources.judging import judge
from forecast.resolving.sources.numbers import Value, as_shown, is_blank
from forecast.resolving.sources.observing import Observation
from forecast.resolving.sources.paths import pairs, read_path, select
from forecast.resolving.sources.reach import Span, read_span
from forecast.resolving.sources.rules import FETCHED, lint_values, zone_of
from forecast.resolving.sources.settings import Key, Settings
from forecast.resolving.sources.texts import shortened


def _check_path(_: Question, path: str) -> None:
    read_path(path)


def _check_as_of(_: Question, as_of: str) -> None:
    if as_of != FETCHED:
        read_path(as_of)


_KEYS = {
    **asking.KEYS,
    "path": Key(
        kind="text", example='path = "$.observations[*].value"', required=True, check=_check_path
    ),
    "dates": Key(kind="text", example='dates = "$.observations[*].date"', check=_check_path),
    "as_of": Key(kind="text", example='as_of = "$.updated"', check=_check_as_of),
}


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    lint_values(question, _KEYS)


def find(question: Question, means: Means) -> Found:
    """Say what the values answer."""
    document = asking.ask(question, means)
    content = read_json(document.body)
    settings, zone = Settings(question), zone_of(question)
    return judge(
        question,
        _observations(settings, zone, content),
        document,
        as_of=_as_of(settings, zone, content, document),
    )


def read_json(body: bytes) -> Any:
    """Read JSON.

    Parameters
    ----------
    body : bytes
        UTF-8.

    Returns
    -------
    object

    Raises
    ------
    SourceError
        If it is not JSON, saying where.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"what it sent is not JSON: not UTF-8 text (byte {error.start + 1})"
        ) from None
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        start = f"; it begins with {quoted(text)}" if text.strip() else ""
        raise SourceError(f"what it sent is not JSON: {error.msg} ({place}){start}") from None
    except RecursionError:
        raise SourceError("its JSON is nested too deep") from None
    except ValueError:  # Python reads no whole number of more than 4300 digits
        raise SourceError("its JSON holds a number of thousands of digits") from None


def _refuse_constant(name: str) -> NoReturn:
    raise SourceError(f"what it sent is not JSON: it holds {name}, which is not a number")


def _observations(settings: Settings, zone: tzinfo, content: Any) -> list[Observation]:
    path = read_path(settings.text("path"))
    dates = read_path(settings.text("dates")) if "dates" in settings else None
    if dates is None:
        found: list[tuple[JSONPathNode, JSONPathNode | None]] = [
            (node, None) for node in select(path, content)
        ]
    else:
        found = pairs(path, dates, content)
    if not found:
        raise _nothing_at(settings.text("path"))
    return [
        _observation(node, date, dates is not None, zone, settings.text("date_format"))
        for node, date in found
    ]


def _observation(
    node: JSONPathNode, date: JSONPathNode | None, dated: bool, zone: tzinfo, date_format: str
) -> Observation:
    value = _value(node)
    line = f"{_place(node)} = {shortened(as_shown(value), 200)}"
    if not dated or (is_blank(value) and (date is None or date.value is None)):
        return Observation(value=value, excerpt=line)
    if date is None:
        raise SourceError(f"the value at {_place(node)} has no date")
    span = read_span(date.value, zone, date_format)
    return Observation(value=value, span=span, excerpt=f"{line} ({_said(date)})")


def _value(node: JSONPathNode) -> Value:
    value = node.value
    if value is not None and not isinstance(value, str | int | float):
        kind = "an object" if isinstance(value, dict) else "a list"
        raise SourceError(f"{kind} is at {_place(node)}, and no value: write the path to its value")
    return value


def _as_of(settings: Settings, zone: tzinfo, content: Any, document: Document) -> Span | None:
    said = settings.text("as_of")
    if not said:
        return None
    if said == FETCHED:
        return Span(document.fetched_at, document.fetched_at)
    nodes = select(read_path(said), content)
    if not nodes:
        raise _nothing_at(said)
    # Of several, such as the dates of a series, the latest.
    spans = [read_span(node.value, zone, settings.text("date_format")) for node in nodes]
    return max(spans, key=lambda span: span.ends)


def _nothing_at(path: str) -> SourceError:
    return SourceError(f"nothing at {quoted(path)[1:-1]}: has the source changed?")


def _place(node: JSONPathNode) -> str:
    return quoted(node.path())[1:-1]


def _said(date: JSONPathNode) -> str:
    return quoted(str(date.value))[1:-1]


SOURCE = Source(check=check, find=find)
