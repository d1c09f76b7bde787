"""`csv`: a column of a table, with a column of dates; rows chosen by what other columns say."""

import csv
import io
from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice

from forecast.model import ForecastError, Question
from forecast.reading.quoting import quoted
from forecast.resolving.sources import asking
from forecast.resolving.sources.contract import Document, Found, Means, Source, SourceError
from forecast.resolving.sources.judging import judge
from forecast.resolving.sources.numbers import is_blank
from forecast.resolving.sources.observing import Observation
from forecast.resolving.sources.reach import Span, read_span
from forecast.resolving.sources.rules import FETCHED, lint_values, zone_of
from forecast.resolving.sources.settings import Key, Settings, one_of
from forecast.resolving.sources.texts import collapse, decoded, shortened

_MOST_ROWS = 100_000
#: A tab by its name: blanks at the ends of a setting are cut off.
_TAB = "tab"
_COLUMNS_SHOWN = 20


def _check_delimiter(_: Question, delimiter: str) -> None:
    if delimiter != _TAB and (len(delimiter) != 1 or delimiter in '"\\' or delimiter.isalnum()):
        raise ForecastError(f'{quoted(delimiter)} separates no columns: write ",", ";" or "tab"')


_KEYS = {
    **asking.KEYS,
    "column": Key(kind="text", example='column = "Value"', required=True),
    "date": Key(kind="text", example='date = "TIME_PERIOD"'),
    "where": Key(kind="table", example='where = { country = "DEU" }'),
    "delimiter": Key(kind="text", example='delimiter = ";"', check=_check_delimiter),
    "as_of": Key(kind="text", example='as_of = "fetched"', check=one_of([FETCHED])),
}

Row = tuple[int, dict[str, str]]


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    lint_values(question, _KEYS)


def find(question: Question, means: Means) -> Found:
    """Say what the column answers."""
    document = asking.ask(question, means)
    settings, zone = Settings(question), zone_of(question)
    as_of = Span(document.fetched_at, document.fetched_at) if "as_of" in settings else None
    return judge(question, _observations(settings, zone, document), document, as_of=as_of)


def _observations(settings: Settings, zone: tzinfo, document: Document) -> list[Observation]:
    where = {collapse(name): collapse(value) for name, value in settings.table("where").items()}
    rows = (
        (number, cells)
        for number, cells in _rows(settings, decoded(document))
        if all(collapse(cells[name]) == value for name, value in where.items())
    )
    chosen = list(islice(rows, _MOST_ROWS + 1))
    if len(chosen) > _MOST_ROWS:
        raise SourceError(f"more than {_MOST_ROWS:,} rows: choose fewer by where")
    if not chosen:
        fits = " and ".join(f"{column} = {value}" for column, value in where.items())
        which = f"no row with {quoted(fits)[1:-1]}" if fits else "no rows"
        raise SourceError(f"it has {which}: has the source changed?")
    return [_observation(settings, zone, *row) for row in chosen]


def _observation(
    settings: Settings, zone: tzinfo, number: int, cells: dict[str, str]
) -> Observation:
    column, date = settings.text("column"), settings.text("date")
    value = cells[collapse(column)]
    line = f"row {number}: {column} = {shortened(value, 200)}"
    if not date:
        return Observation(value=value, excerpt=line)
    written = cells[collapse(date)]
    if is_blank(value) and not written:
        return Observation(value=value, excerpt=line)
    try:
        span = read_span(written, zone, settings.text("date_format"))
    except SourceError as error:
        raise SourceError(f"row {number}, column {quoted(date)}: {error}") from None
    return Observation(value=value, span=span, excerpt=f"{line} ({date} {written})")


def _rows(settings: Settings, text: str) -> Iterator[Row]:
    """Give the rows with the number of the line each ends with, and the cells it needs by name."""
    delimiter = settings.text("delimiter", ",")
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter="\t" if delimiter == _TAB else delimiter,
        strict=True,
    )
    try:
        header = [collapse(name) for name in next(reader, [])]
        places = _places(settings, header)
        for row in reader:
            cells = [cell.strip() for cell in row]
            n_given = sum(map(bool, cells))
            # Below a table stand notes, in the first column; above, they would be the header.
            if n_given == 0 or (n_given == 1 and len(cells) < len(header)):
                continue
            if len(cells) < len(header) or any(cells[len(header) :]):
                raise SourceError(
                    f"row {reader.line_num} has {len(cells)} columns, and the header "
                    f"{len(header)}: is the delimiter right?"
                )
            yield reader.line_num, {name: cells[place] for name, place in places.items()}
    except csv.Error as error:
        raise SourceError(f"what it sent is not CSV: row {reader.line_num}: {error}") from None


def _places(settings: Settings, header: list[str]) -> dict[str, int]:
    names = [settings.text("column"), settings.text("date"), *settings.table("where")]
    places = {}
    for name in dict.fromkeys(collapse(name) for name in names if name):
        count = header.count(name)
        if count != 1:
            what = "no column" if not count else f"{count} columns named"
            known = ", ".join(quoted(one)[1:-1] for one in header[:_COLUMNS_SHOWN] if one)
            more = " …" if len(header) > _COLUMNS_SHOWN else ""
            raise SourceError(
                f"it has {what} {quoted(name)}: its columns are {known or '(none)'}{more}"
            )
        places[name] = header.index(name)
    return places


SOURCE = Source(check=check, find=find)
