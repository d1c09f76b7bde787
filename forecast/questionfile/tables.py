"""A file's tables, from which keys are taken with their place in mind for errors."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from forecast.model import ForecastError, InvalidField
from forecast.questionfile.lines import Place, line_of
from forecast.reading.dates import read_when
from forecast.reading.instants import LAST_YEAR, end_of, start_of
from forecast.reading.quoting import quoted

#: What a field of a record is called in a file, where that differs.
_FILE_WORDS = {
    "opened_at": "opened",
    "made_at": "at",
    "known_at": "known",
    "low": "range",
    "high": "range",
}

Names = tuple[str, ...]

#: By the names of the tables that lead there.
KEYS: dict[Names, tuple[str, ...]] = {
    (): ("article", "question"),
    ("article",): ("title", "publisher", "published", "url"),
    ("question",): (
        *("id", "title", "type", "options", "unit", "bounds", "opened", "deadline", "known_by"),
        *("timezone", "deadline_from", "criteria", "sources", "tags", "event"),
        *("article", "resolver", "forecast", "resolution", "comment"),
    ),
    ("question", "article"): ("title", "publisher", "published", "url"),
    ("question", "forecast"): (
        *("forecaster", "at", "probability", "distribution", "withdrawn"),
        *("words", "range", "lexicon", "note"),
    ),
    ("question", "resolution"): ("outcome", "known", "reason", "evidence", "note"),
    ("question", "comment"): ("author", "at", "text"),
}
#: Those of which there may be many.
_LISTS = ("question", "forecast", "comment")

_LONGEST_PROBLEM = 400
_MOST_BITS = 1000  # of a whole number; a float has room for 1023

Edge = Callable[[date, tzinfo], datetime]


class QuestionFileError(ForecastError):
    """A question file says something that cannot be taken in.

    Attributes
    ----------
    line : int or None
        Where; None where the file as a whole cannot be read.
    problem : str
        What is wrong, without name and line.
    """

    def __init__(self, message: str, line: int | None = None, problem: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.problem = problem or message


class Source:
    """A file's name and text, for saying where something is wrong."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def error(self, place: Place, problem: str) -> QuestionFileError:
        return self.error_in(line_of(self.text, place), problem)

    def error_in(self, line: int, problem: str) -> QuestionFileError:
        # The problem may repeat what the file says, which may hold anything.
        shown = " ".join(problem[: 4 * _LONGEST_PROBLEM].split())
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
        if len(shown) > _LONGEST_PROBLEM:
            shown = shown[: _LONGEST_PROBLEM - 1] + "…"
        return QuestionFileError(f"{self.name}:{line}: {shown}", line, shown)


class Table:
    """A table of the file, from which its keys are taken.

    Raises
    ------
    QuestionFileError
        At once for a key that no such table has: it is likely a required one misspelt, and that
        says more than that the required one is missing.
    """

    def __init__(self, content: dict[str, Any], place: Place, file: Source) -> None:
        self.content = content
        self.place = place
        self.file = file
        self._names: Names = tuple(part for part in place if isinstance(part, str))
        for key in content:
            if key not in KEYS[self._names]:
                raise self.error(key, _unknown(key, self._names))

    def error(self, key: str, problem: str) -> QuestionFileError:
        return self.file.error((*self.place, key), problem)

    def missing(self, key: str, what: str) -> QuestionFileError:
        return self.file.error(self.place, f"{key} is missing: write {what}")

    def take(self, key: str, kinds: tuple[type, ...], what: str) -> Any:
        """Take a key's value; None where it is absent, an error where its type is wrong."""
        value = self.content.get(key)
        # To Python, true is a number and an instant is a date; only the latter is so to people.
        right = isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)
        if value is not None and not right:
            raise self.error(key, f"{key} is {kind_of(value)}: write {what}")
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            raise self.error(key, f"{key} is too large a number: write {what}")
        return value

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.take(key, (str,), f'text in quotes, {key} = "…"')
        if value is None and required:
            raise self.missing(key, f'{key} = "…"')
        return (value or "").strip()

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, (list,), f'a list of texts, {key} = ["…", "…"]') or []
        for value in values:
            if not isinstance(value, str):
                what = f'texts in quotes, {key} = ["…", "…"]'
                raise self.error(key, f"{key} holds {kind_of(value)}: write {what}")
        return tuple(value.strip() for value in values)

    def number(self, key: str, value: Any, what: str) -> float:
        """Check a number that stands in a key's list or table."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"{key} holds {kind_of(value)}: write {what}")
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            raise self.error(key, f"{key} holds too large a number: write {what}")
        return float(value)

    def when(self, key: str, zone: tzinfo) -> date | datetime | None:
        value = self.take(key, (date,), _date_like(key))
        return None if value is None else self.placed(key, value, zone)

    def placed(self, key: str, value: date, zone: tzinfo) -> date | datetime:
        """Check a date or date-time; one without offset is the zone's local time."""
        if value.year > LAST_YEAR:
            raise self.error(key, f"{key} is after the year {LAST_YEAR}")
        if not isinstance(value, datetime):
            return value
        try:
            if value.tzinfo is not None:
                return value.astimezone(UTC)
            # "Now" is asked for and plays no part: the text names its day and its time.
            return read_when(value.isoformat(), value.replace(tzinfo=UTC), zone)
        except OverflowError:
            raise self.error(key, f"{key} is outside the years 1 to {LAST_YEAR}") from None
        except ForecastError as error:
            raise self.error(key, f"{key}: {error}") from None

    def start(self, key: str, zone: tzinfo) -> datetime:
        """Take a required date or date-time as the instant it starts with."""
        when = self.when(key, zone)
        if when is None:
            raise self.missing(key, _date_like(key))
        return self.instant(key, when, zone, start_of)

    def end(self, key: str, zone: tzinfo) -> datetime:
        """Take a required date or date-time as the instant it ends with."""
        instant = self.end_if_any(key, zone)
        if instant is None:
            raise self.missing(key, _date_like(key))
        return instant

    def end_if_any(self, key: str, zone: tzinfo) -> datetime | None:
        when = self.when(key, zone)
        return None if when is None else self.instant(key, when, zone, end_of)

    def instant(self, key: str, when: date, zone: tzinfo, edge: Edge) -> datetime:
        try:
            return edge(when, zone)
        except ForecastError as error:
            raise self.error(key, f"{key}: {error}") from None

    def table(self, key: str) -> "Table | None":
        value = self.take(key, (dict,), f"a table, {_header((*self._names, key))}")
        return None if value is None else Table(value, (*self.place, key), self.file)

    def tables(self, key: str) -> Iterator["Table"]:
        """Take a list of tables one by one, so that the first error of a file comes first."""
        header = _header((*self._names, key))
        for index, value in enumerate(self.take(key, (list,), f"a list of tables, {header}") or []):
            if not isinstance(value, dict):
                raise self.error(key, f"{key} holds {kind_of(value)}: write tables, {header}")
            yield Table(value, (*self.place, key, index), self.file)

    def build(self, record: Callable[..., Any], **fields: Any) -> Any:
        """Make or check a record; what its door refuses is an error of this table's key."""
        try:
            return record(**fields)
        except InvalidField as error:
            names = error.field.split(".")
            inside = names if names[0] in self.content else names[-1:]
            key = _FILE_WORDS.get(names[-1], names[-1])
            place = (*self.place, *inside[:-1], key)
            raise self.file.error(place, f"{key}: {error.problem}") from None


def kind_of(value: Any) -> str:
    """Say what a value is, in the words people have for it."""
    kinds = (
        (bool, "true or false"),  # before the numbers, of which Python counts it as one
        (str, "text"),
        (int | float, "a number"),
        (datetime, "a date and time"),  # before the dates, likewise
        (date, "a date"),
        (time, "a time of day"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "something else")


def _date_like(key: str) -> str:
    return f"a date without quotes, {key} = 2022-12-31"


def _header(names: Names) -> str:
    name = ".".join(names)
    return f"[[{name}]]" if names[-1] in _LISTS else f"[{name}]"


def _unknown(key: str, names: Names) -> str:
    """Say what a key that a table does not have was likely meant to be."""
    from difflib import get_close_matches

    problem = f"unknown key {quoted(key)}"
    inner = (*(names or ("question",)), key)
    if inner in KEYS:
        return f"{problem}: write {_header(inner)}"
    homes = [_header(home) for home, keys in KEYS.items() if home and key in keys]
    if homes:
        # What follows a header belongs to it: keys written after a forecast are the forecast's.
        where = f"in {_header(names)}" if names else "before the first [[question]]"
        return f"{problem} {where}: it belongs in {' or '.join(homes)}"
    near = get_close_matches(key[:100].lower().replace("-", "_"), KEYS[names], n=1, cutoff=0.5)
    if near:
        return f"{problem}: did you mean '{near[0]}'?"
    return f"{problem}: known are {', '.join(KEYS[names])}"
