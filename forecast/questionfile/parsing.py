"""From TOML to entries: what each table of a question file means."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
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
    Question,
    Resolution,
    check_forecast,
    check_outcome,
)
from forecast.questionfile.chances import probability
from forecast.questionfile.lines import Place, line_of, overdone_line
from forecast.questionfile.recipes import resolver
from forecast.questionfile.tables import QuestionFileError, Source, Table, kind_of
from forecast.questionfile.unfilled import open_places, refusal, stand_in
from forecast.reading.instants import end_of, read_zone, start_of

#: More than people's files have, and too few for `tomllib` to take long over.
_MANY_DOTS = 2000
_EXAMPLES = {
    "choice": "{ one = 0.3, other = 0.7 }",
    "number": '{ "0.1" = 20, "0.5" = 30, "0.9" = 45 }',
    "date": '{ "0.1" = 2022-06-01, "0.9" = 2022-12-31 }',
}
#: Says whether a question's resolver would work: this file knows only its form.
Check = Callable[[Question], None]
_LONG_NUMBER = re.compile("[0-9][0-9_]{3000}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question file that may have open places, which say `"?"`.

    Parameters
    ----------
    text : str
    entries : list of Entry
        With something that the model takes in every open place.
    open : list of Place
    """

    text: str
    entries: list[Entry]
    open: list[Place]


def _unchecked(question: Question) -> None:
    """Take any resolver, for whoever does not mean to use it."""


def read(path: Path, check: Check = _unchecked) -> list[Entry]:
    """Read a question file.

    Parameters
    ----------
    path : Path
    check : callable, optional
        As for `parse`.

    Raises
    ------
    QuestionFileError
        If it cannot be read as one, saying in which line and why.
    """
    return parse(read_bytes(path), str(path), check)


def read_bytes(path: Path) -> bytes:
    """Read a file's bytes.

    Raises
    ------
    QuestionFileError
        If they cannot be read.
    """
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise QuestionFileError(f"{path} is a folder: name the files in it") from None
    except OSError as error:
        raise QuestionFileError(f"{path} cannot be read: {error.strerror}") from None


def parse(data: bytes, name: str, check: Check = _unchecked) -> list[Entry]:
    """Read the bytes of a question file.

    Parameters
    ----------
    data : bytes
        UTF-8.
    name : str
        What to call it in errors.
    check : callable, optional
        Raises `InvalidField` for a question whose resolver would not work.

    Returns
    -------
    list of Entry

    Raises
    ------
    QuestionFileError
        One line: `name:line: what is wrong`. Places still open come first, all of them at once.
    """
    file = _source(data, name)
    content = _content(file)
    places = open_places(content)
    if places:
        raise refusal(places, file)
    return _entries(content, file, check)


def parse_draft(data: bytes, name: str, check: Check = _unchecked) -> Draft:
    """Read the bytes of a question file that may have open places.

    Parameters
    ----------
    data, name, check
        As for `parse`.

    Returns
    -------
    Draft

    Raises
    ------
    QuestionFileError
        As from `parse`, open places aside.
    """
    file = _source(data, name)
    content = _content(file)
    places = open_places(content)
    stand_in(content, places)
    return Draft(file.text, _entries(content, file, check), places)


def _source(data: bytes, name: str) -> Source:
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Source(name, "").error_in(line, "is not UTF-8 text: save it as UTF-8") from None


def _entries(content: dict[str, Any], file: Source, check: Check) -> list[Entry]:
    top = Table(content, (), file)
    shorthand = top.table("article")
    article = _article(shorthand) if shorthand else None
    entries = [_entry(table, article, check) for table in top.tables("question")]
    if not entries:
        raise file.error((), "holds no question: each begins with [[question]]")
    _refuse_twins(entries, file)
    return entries


def _content(file: Source) -> dict[str, Any]:
    """Let `tomllib` read the text, and find the line where it does not say it."""
    overdone = overdone_line(file.text) if file.text.count(".") > _MANY_DOTS else None
    try:
        if overdone is None:
            return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        spot = re.fullmatch(r"line ([0-9]+), (column [0-9]+)\)", place)
        line = int(spot[1]) if spot else file.text.rstrip().count("\n") + 1
        where = spot[2] if spot else "end of the file"
        raise file.error_in(line, f"is not TOML: {message} ({where})") from None
    except RecursionError:
        overdone = overdone_line(file.text)
    except ValueError:  # Python reads no decimal number of more than 4300 digits
        number = _LONG_NUMBER.search(file.text)
        line = file.text.count("\n", 0, number.start()) + 1 if number else 1
        raise file.error_in(line, "holds too large a number") from None
    raise file.error_in(overdone or 1, "is not TOML that people write: nested too deep")


def _entry(table: Table, article: Article | None, check: Check) -> Entry:
    question = _question(table, article)
    if question.resolver is not None:
        table.build(lambda: check(question))
    zone = read_zone(question.timezone)
    forecasts = tuple(_forecast(one, question, zone) for one in table.tables("forecast"))
    settled = table.table("resolution")
    resolution = _resolution(settled, question, zone) if settled else None
    comments = tuple(_comment(one, question, zone) for one in table.tables("comment"))
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
        deadline=table.end("deadline", zone),
        known_by=table.end_if_any("known_by", zone),
        timezone=timezone,
        deadline_from=table.text("deadline_from"),
        criteria=table.text("criteria"),
        sources=table.texts("sources"),
        tags=table.texts("tags"),
        event=table.text("event"),
        article=_article(own_article) if own_article else article,
        resolver=resolver(table),
    )
    return question


def _bounds(table: Table, type_: str, zone: tzinfo) -> Bounds | None:
    dated = type_ == "date"
    what = "bounds = [2022-01-01, 2022-12-31]" if dated else "bounds = [0, 100]"
    ends = table.take("bounds", (list,), f"a list of two, {what}")
    if ends is None:
        return None
    if len(ends) != 2:
        raise table.error("bounds", f"bounds are two: write {what}")
    low, high = ends
    if not dated:
        return table.number("bounds", low, what), table.number("bounds", high, what)
    for end in ends:
        if not isinstance(end, date):
            raise table.error("bounds", f"bounds holds {kind_of(end)}: write {what}")
    return (
        table.instant("bounds", table.placed("bounds", low, zone), zone, start_of),
        table.instant("bounds", table.placed("bounds", high, zone), zone, end_of),
    )


def _article(table: Table) -> Article:
    published = table.when("published", UTC)
    if isinstance(published, datetime):
        raise table.error("published", "published is a day: write published = 2022-02-20")
    article: Article = table.build(
        Article,
        title=table.text("title", required=True),
        publisher=table.text("publisher"),
        published=published,
        url=table.text("url"),
    )
    return article


def _forecast(table: Table, question: Question, zone: tzinfo) -> Forecast:
    forecaster = table.text("forecaster", required=True)
    made_at = table.start("at", zone)
    withdrawn = table.take("withdrawn", (bool,), "withdrawn = true")
    said = probability(table)
    distribution = _distribution(table, question, zone)
    if withdrawn and (said or distribution):
        raise table.error("withdrawn", "a withdrawal has no probability: take one of them out")
    if not (withdrawn or said or distribution):
        if question.type == "binary":
            raise table.missing("probability", 'probability = "7%"')
        raise table.missing("distribution", f"distribution = {_EXAMPLES[question.type]}")
    forecast: Forecast = table.build(
        Forecast,
        question=question.id,
        forecaster=forecaster,
        made_at=made_at,
        distribution=distribution,
        note=table.text("note"),
        **said,
    )
    table.build(check_forecast, question=question, forecast=forecast)
    return forecast


def _distribution(table: Table, question: Question, zone: tzinfo) -> tuple[tuple[str, float], ...]:
    what = f"distribution = {_EXAMPLES.get(question.type, '{ … }')}"
    found = []
    for key, value in (table.take("distribution", (dict,), f"a table, {what}") or {}).items():
        if question.type == "date" and isinstance(value, date):
            when = table.placed("distribution", value, zone)
            seconds = table.instant("distribution", when, zone, start_of).timestamp()
            found.append((key, seconds))
        else:
            found.append((key, table.number("distribution", value, what)))
    return tuple(found)


def _resolution(table: Table, question: Question, zone: tzinfo) -> Resolution:
    answers = {
        "binary": '"yes", "no"',
        "choice": "one of the options",
        "number": "a number",
        "date": "a date, 2022-12-31,",
    }
    what = f'{answers[question.type]} or "annulled"'
    outcome = table.take("outcome", (str, int, float, date), what)
    if outcome is None:
        raise table.missing("outcome", what)
    resolution: Resolution = table.build(
        Resolution,
        question=question.id,
        outcome=str(outcome).strip(),
        known_at=table.end("known", zone),
        reason=table.text("reason"),
        evidence=table.texts("evidence"),
        note=table.text("note"),
    )
    table.build(check_outcome, question=question, outcome=resolution.outcome)
    return resolution


def _comment(table: Table, question: Question, zone: tzinfo) -> Comment:
    comment: Comment = table.build(
        Comment,
        question=question.id,
        author=table.text("author", required=True),
        made_at=table.start("at", zone),
        text=table.text("text", required=True),
    )
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
