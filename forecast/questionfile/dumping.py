"""From entries to TOML, made to be read, diffed and reviewed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from forecast.model import Entry, Forecast, ForecastError, Question
from forecast.reading.dates import day_if_end, day_if_start, read_zone
from forecast.reading.probabilities import canonical_probability, read_probability


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
    return "".join(_escaped(character) for character in tomlkit.dumps(document))


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
    _fill_tables(
        table, "forecast", [_forecast_fields(one, question, zone) for one in entry.forecasts]
    )
    if entry.resolution is not None:
        resolution = entry.resolution
        _fill_table(
            table,
            "resolution",
            {
                "outcome": resolution.outcome,
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
            key: datetime.fromtimestamp(value, UTC) if question.type == "date" else value
            for key, value in forecast.distribution
        }
    return {**fields, "note": forecast.note}


def _probability_fields(forecast: Forecast) -> dict[str, Any]:
    """Write the words where they read as the same number today, else number and words apart."""
    assert forecast.probability is not None
    kept = (forecast.probability, forecast.words, forecast.low, forecast.high, forecast.lexicon)
    number = canonical_probability(forecast.probability)
    for text in (forecast.words, number):
        try:
            reading = read_probability(text)
        except ForecastError:
            continue
        read = (reading.probability, reading.words, reading.low, reading.high, reading.lexicon)
        if read == kept:
            in_quotes = bool(forecast.words) or number.endswith("%")
            return {"probability": text if in_quotes else forecast.probability}
    fields: dict[str, Any] = {"probability": number}
    if forecast.low is not None:
        fields["range"] = [forecast.low, forecast.high]
    return {**fields, "words": forecast.words, "lexicon": forecast.lexicon}


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

    for key, value in fields.items():
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, str) and "\n" in value and "\r" not in value:
            table.add(key, tomlkit.string(value, multiline=True))
        elif isinstance(value, dict):
            inline = tomlkit.inline_table()
            inline.update(value)
            table.add(key, inline)
        else:
            table.add(key, value)


def _bounds_value(question: Question, zone: tzinfo) -> list[Any] | None:
    if question.bounds is None:
        return None
    low, high = question.bounds
    if isinstance(low, datetime) and isinstance(high, datetime):
        return [_start_value(low, zone), _end_value(high, zone)]
    return [low, high]


def _start_value(instant: datetime, zone: tzinfo) -> date:
    return day_if_start(instant, zone) or instant


def _end_value(instant: datetime, zone: tzinfo) -> date:
    return day_if_end(instant, zone) or instant


def _escaped(character: str) -> str:
    """Keep what could steer a terminal or turn text around from being written raw.

    TOML itself escapes only the ASCII control characters; every string `dump` writes is a basic
    one, in which this escape means the character.
    """
    code = ord(character)
    steers = 0x7F <= code < 0xA0 or 0x200E <= code <= 0x200F or 0x202A <= code <= 0x202E
    if steers or 0x2066 <= code <= 0x2069 or code in (0x61C, 0x2028, 0x2029):
        return f"\\u{code:04x}"
    return character
