"""From entries to TOML, made to be read, diffed and reviewed."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from forecast.model import Entry, Forecast, ForecastError, Question
from forecast.questionfile.recipes import resolver_fields
from forecast.questionfile.unfilled import kept
from forecast.reading.instants import LAST_YEAR, day_if_end, day_if_start, read_zone
from forecast.reading.lexicon import DEFAULT, find_lexicon
from forecast.reading.probabilities import canonical_probability, read_probability

#: What could steer a terminal or turn text around. TOML itself escapes only the ASCII control
#: characters; every string `dump` writes is a basic one, in which `\uXXXX` means the character.
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_WIDTH = 100
_LARGEST_INT = 2**63 - 1  # that TOML promises to carry


def dump(entries: Iterable[Entry]) -> str:
    """Write entries as a question file."""
    import tomlkit

    document = tomlkit.document()
    questions = tomlkit.aot()
    for entry in entries:
        questions.append(_entry_table(entry))
    if not questions:
        return ""
    document.add("question", questions)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", tomlkit.dumps(document))


def _entry_table(entry: Entry) -> Any:
    import tomlkit

    question = entry.question
    zone = read_zone(question.timezone)
    table = tomlkit.table()
    fields: dict[str, Any] = {
        "id": question.id,
        "title": question.title,
        "type": question.type,
        "options": list(question.options),
        "unit": question.unit,
        "bounds": _bounds_value(question, zone),
        "opened": _start_value(question.opened_at, zone),
        "deadline": _end_value(question.deadline, zone),
        "known_by": question.known_by and _end_value(question.known_by, zone),
        "timezone": question.timezone if question.timezone != "UTC" else "",
        "deadline_from": question.deadline_from,
        "criteria": question.criteria,
        "sources": list(question.sources),
        "tags": list(question.tags),
        "event": question.event,
    }
    _fill(table, fields)
    if question.article is not None:
        article = question.article
        _fill_table(
            table,
            "article",
            {
                "title": article.title,
                "publisher": article.publisher,
                "published": article.published,
                "url": article.url,
            },
        )
    if question.resolver is not None:
        _fill_table(table, "resolver", resolver_fields(question.resolver))
    _fill_tables(
        table, "forecast", [_forecast_fields(one, question, zone) for one in entry.forecasts]
    )
    if entry.resolution is not None:
        resolution = entry.resolution
        _fill_table(
            table,
            "resolution",
            {
                "outcome": _outcome_value(resolution.outcome, question.type),
                "known": _end_value(resolution.known_at, zone),
                "reason": resolution.reason,
                "evidence": list(resolution.evidence),
                "note": resolution.note,
            },
        )
    comments = [
        {"author": one.author, "at": _start_value(one.made_at, zone), "text": one.text}
        for one in entry.comments
    ]
    _fill_tables(table, "comment", comments)
    return table


def _forecast_fields(forecast: Forecast, question: Question, zone: tzinfo) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "forecaster": forecast.forecaster,
        "at": _start_value(forecast.made_at, zone),
    }
    if forecast.is_withdrawal:
        fields["withdrawn"] = True
    elif forecast.probability is not None:
        fields |= _probability_fields(forecast)
    else:
        fields["distribution"] = {
            key: _moment_value(value, zone) if question.type == "date" else value
            for key, value in forecast.distribution
        }
    return {**fields, "note": forecast.note}


def _probability_fields(forecast: Forecast) -> dict[str, Any]:
    """Write the words where they read as the same number today, else number and words apart."""
    assert forecast.probability is not None
    number = canonical_probability(forecast.probability)
    bare = number if number.endswith("%") else forecast.probability  # a bare 0 or 1 is refused
    if _reads_as(forecast, forecast.words):
        return {"probability": forecast.words}
    if _reads_as(forecast, number):
        return {"probability": bare}
    if _reads_as(forecast, forecast.words, forecast.lexicon):
        return {"probability": forecast.words, "lexicon": forecast.lexicon}
    return {
        "probability": bare,
        "words": forecast.words,
        "range": None if forecast.low is None else [forecast.low, forecast.high],
        "lexicon": forecast.lexicon,
    }


def _reads_as(forecast: Forecast, text: str, lexicon: str = DEFAULT) -> bool:
    """Whether a text reads, by this lexicon, as all that was recorded."""
    try:
        reading = read_probability(text, lambda: find_lexicon(lexicon))
    except ForecastError:
        return False
    kept = (forecast.probability, forecast.words, forecast.low, forecast.high, forecast.lexicon)
    return kept == (reading.probability, reading.words, reading.low, reading.high, reading.lexicon)


def _fill_table(table: Any, key: str, fields: dict[str, Any]) -> None:
    import tomlkit

    inner = tomlkit.table()
    _fill(inner, fields)
    table.add(key, inner)


def _fill_tables(table: Any, key: str, rows: list[dict[str, Any]]) -> None:
    import tomlkit

    if not rows:
        return
    inner = tomlkit.aot()
    for fields in rows:
        row = tomlkit.table()
        _fill(row, fields)
        inner.append(row)
    table.add(key, inner)


def _fill(table: Any, fields: dict[str, Any]) -> None:
    """Add the fields that say something; long texts over several lines."""
    import tomlkit

    for key, given in fields.items():
        if given is None or given in ("", [], {}):
            continue
        value = kept(given)
        if isinstance(value, str) and "\n" in value and "\r" not in value:
            table.add(key, _long_text(value))
        elif isinstance(value, dict):
            inline = tomlkit.inline_table()
            inline.update(value)
            table.add(key, inline)
        elif isinstance(value, list):
            items = tomlkit.array()
            items.extend(value)
            too_wide = len(f"{key} = {items.as_string()}") > _WIDTH
            table.add(key, items.multiline(too_wide))
        else:
            table.add(key, value)


def _long_text(text: str) -> Any:
    """Begin a text of several lines in a line of its own, at its own left edge."""
    import tomlkit
    from tomlkit.items import String, StringType, Trivia

    inside = tomlkit.string(text, multiline=True).as_string()[3:-3]
    # TOML drops the line end after the opening quotes; tomlkit would put none there.
    return String(StringType.MLB, text, f"\n{inside}", Trivia())


def _bounds_value(question: Question, zone: tzinfo) -> list[Any] | None:
    if question.bounds is None:
        return None
    low, high = question.bounds
    if isinstance(low, datetime) and isinstance(high, datetime):
        return [_start_value(low, zone), _end_value(high, zone)]
    return [low, high]


def _outcome_value(outcome: str, type_: str) -> str | float | date:
    """Write a number or a date as one, where it reads back as the same text."""
    readers: dict[str, tuple[Callable[[str], int | float | date], ...]] = {
        "number": (int, float),
        "date": (date.fromisoformat,),
    }
    for reader in readers.get(type_, ()):
        try:
            value = reader(outcome)
        except ValueError:
            continue
        fits = not isinstance(value, int) or abs(value) <= _LARGEST_INT
        if fits and str(value) == outcome:
            return value
    return outcome


def _moment_value(seconds: float, zone: tzinfo) -> date | float:
    """Write seconds since 1970 as a date, where that reads back as the same number."""
    try:
        instant = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return seconds
    exact = instant.timestamp() == seconds and instant.year <= LAST_YEAR
    return _start_value(instant, zone) if exact else seconds


def _start_value(instant: datetime, zone: tzinfo) -> date:
    return day_if_start(instant, zone) or instant


def _end_value(instant: datetime, zone: tzinfo) -> date:
    return day_if_end(instant, zone) or instant
