"""From TOML to entries: what each table of a question file means."""

import tomllib
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

from forecast.model import (
    Article,
    Bounds,
    Comment,
    Entry,
    Forecast,
    ForecastError,
    InvalidField,
    Question,
    Resolution,
    check_forecast,
    check_outcome,
)
from forecast.questionfile.lines import line_of
from forecast.questionfile.tables import QuestionFileError, Source, Table, kind_of
from forecast.reading.dates import end_of, read_zone, start_of
from forecast.reading.probabilities import read_probability


def read(path: Path) -> list[Entry]:
    """Read a question file.

    Raises
    ------
    QuestionFileError
        If it cannot be read as one, saying in which line and why.
    """
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise QuestionFileError(f"{path} is a folder: name the files in it") from None
    except OSError as error:
        raise QuestionFileError(f"{path} cannot be read: {error.strerror}") from None
    return parse(data, str(path))


def parse(data: bytes, name: str) -> list[Entry]:
    """Read the bytes of a question file.

    Parameters
    ----------
    data : bytes
        UTF-8.
    name : str
        What to call it in errors.

    Returns
    -------
    list of Entry

    Raises
    ------
    QuestionFileError
        One line: `name:line: what is wrong`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise QuestionFileError(f"{name}:{line}: is not UTF-8 text: save it as UTF-8") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QuestionFileError(f"{name}: is not TOML: {_one_line(error)}") from None
    except RecursionError:
        raise QuestionFileError(f"{name}: is not TOML that people write: nested too deep") from None
    file = Source(name, text)
    top = Table(content, (), file)
    shorthand = top.table("article")
    article = _article(shorthand) if shorthand else None
    questions = top.tables("question")
    top.finish()
    if not questions:
        raise QuestionFileError(f"{name}: holds no question: each begins with [[question]]")
    entries = [_entry(table, article) for table in questions]
    _refuse_twins(entries, file)
    return entries


def _entry(table: Table, article: Article | None) -> Entry:
    question = _question(table, article)
    zone = read_zone(question.timezone)
    forecasts = tuple(_forecast(one, question, zone) for one in table.tables("forecast"))
    settled = table.table("resolution")
    resolution = _resolution(settled, question, zone) if settled else None
    comments = tuple(_comment(one, question, zone) for one in table.tables("comment"))
    table.finish()
    return Entry(question=question, forecasts=forecasts, resolution=resolution, comments=comments)


def _question(table: Table, article: Article | None) -> Question:
    timezone = table.text("timezone") or "UTC"
    try:
        zone = read_zone(timezone)
    except ForecastError as error:
        raise table.error("timezone", f"timezone: {error}") from None
    own_article = table.table("article")
    type_ = table.text("type") or "binary"
    question: Question = table.build(
        Question,
        id=table.text("id", required=True),
        title=table.text("title", required=True),
        type=type_,
        options=table.texts("options"),
        unit=table.text("unit"),
        bounds=_bounds(table, type_, zone),
        opened_at=table.start("opened", zone),
        deadline=table.end("deadline", zone, required=True),
        known_by=table.end("known_by", zone),
        timezone=timezone,
        deadline_from=table.text("deadline_from"),
        criteria=table.text("criteria"),
        sources=table.texts("sources"),
        tags=table.texts("tags"),
        event=table.text("event"),
        article=_article(own_article) if own_article else article,
    )
    return question


def _bounds(table: Table, type_: str, zone: tzinfo) -> Bounds | None:
    ends = table.take("bounds", (list,), "a list of two, [low, high]")
    if ends is None:
        return None
    if len(ends) != 2:
        raise table.error("bounds", "bounds are two, [low, high]")
    low, high = ends
    if type_ == "date" and all(isinstance(end, date) for end in ends):
        return (
            table.instant("bounds", table.placed("bounds", low, zone), zone, start_of),
            table.instant("bounds", table.placed("bounds", high, zone), zone, end_of),
        )
    if all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
        return (float(low), float(high))
    raise table.error("bounds", "bounds are two numbers, or for a date question two dates")


def _article(table: Table) -> Article:
    published = table.when("published", UTC)
    if isinstance(published, datetime):
        raise table.error("published", "published is a day: write published = 2022-02-20")
    title = table.text("title", required=True)
    article: Article = table.build(
        Article,
        title=title,
        publisher=table.text("publisher"),
        published=published,
        url=table.text("url"),
    )
    table.finish()
    return article


def _forecast(table: Table, question: Question, zone: tzinfo) -> Forecast:
    forecaster = table.text("forecaster", required=True)
    made_at = table.start("at", zone)
    withdrawn = table.take("withdrawn", (bool,), "withdrawn = true")
    said = _probability(table)
    distribution = _distribution(table, question, zone)
    if not withdrawn and not said and not distribution:
        table.finish()
        raise table.file.error(table.place, 'probability is missing: write probability = "7%"')
    if withdrawn and (said or distribution):
        raise table.error("withdrawn", "a withdrawal has no probability")
    forecast: Forecast = table.build(
        Forecast,
        question=question.id,
        forecaster=forecaster,
        made_at=made_at,
        distribution=distribution,
        note=table.text("note"),
        **said,
    )
    table.finish()
    try:
        check_forecast(question, forecast)
    except InvalidField as error:
        raise table.refused(error) from None
    return forecast


def _probability(table: Table) -> dict[str, Any]:
    """Read a probability; number, words, range and lexicon may also be given apart."""
    value = table.take("probability", (str, int, float), '"7%", 0.07 or words of probability')
    words = table.text("words")
    ends = table.take("range", (list,), "a list of two probabilities, [low, high]")
    lexicon = table.text("lexicon")
    if value is None:
        return {}
    try:
        reading = read_probability(value if isinstance(value, str) else repr(value))
    except ForecastError as error:
        raise table.error("probability", f"probability: {error}") from None
    if not (words or ends or lexicon):
        return {
            "probability": reading.probability,
            "words": reading.words,
            "low": reading.low,
            "high": reading.high,
            "lexicon": reading.lexicon,
        }
    low, high = (None, None) if ends is None else _pair(table, ends)
    return {
        "probability": reading.probability,
        "words": words,
        "low": low,
        "high": high,
        "lexicon": lexicon,
    }


def _pair(table: Table, ends: list[Any]) -> tuple[float, float]:
    numbers = [end for end in ends if isinstance(end, int | float) and not isinstance(end, bool)]
    if len(ends) != 2 or len(numbers) != 2:
        raise table.error("range", "range is two probabilities: range = [0.01, 0.05]")
    return float(numbers[0]), float(numbers[1])


def _distribution(table: Table, question: Question, zone: tzinfo) -> tuple[tuple[str, float], ...]:
    pairs = table.take("distribution", (dict,), "a table, { option = 0.3, … }") or {}
    found = []
    for key, value in pairs.items():
        if question.type == "date" and isinstance(value, date):
            when = table.placed("distribution", value, zone)
            seconds = table.instant("distribution", when, zone, start_of).timestamp()
            found.append((key, seconds))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append((key, float(value)))
        else:
            raise table.error("distribution", f"'{key[:60]}' is {kind_of(value)}: write a number")
    return tuple(found)


def _resolution(table: Table, question: Question, zone: tzinfo) -> Resolution:
    outcome = table.take("outcome", (str, int, float, date), '"yes", "no" or "annulled"')
    if outcome is None:
        table.finish()
        raise table.file.error(table.place, 'outcome is missing: write outcome = "yes" or "no"')
    resolution: Resolution = table.build(
        Resolution,
        question=question.id,
        outcome=str(outcome).strip(),
        known_at=table.end("known", zone, required=True),
        reason=table.text("reason"),
        evidence=table.texts("evidence"),
        note=table.text("note"),
    )
    table.finish()
    try:
        check_outcome(question, resolution.outcome)
    except InvalidField as error:
        raise table.refused(error) from None
    return resolution


def _comment(table: Table, question: Question, zone: tzinfo) -> Comment:
    comment: Comment = table.build(
        Comment,
        question=question.id,
        author=table.text("author", required=True),
        made_at=table.start("at", zone),
        text=table.text("text", required=True),
    )
    table.finish()
    return comment


def _refuse_twins(entries: list[Entry], file: Source) -> None:
    seen: dict[str, int] = {}
    for index, entry in enumerate(entries):
        id_ = entry.question.id
        if id_ in seen:
            first = line_of(file.text, ("question", seen[id_], "id"))
            place = ("question", index, "id")
            raise file.error(place, f"id '{id_}' was used in line {first}: ids are unique")
        seen[id_] = index


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
