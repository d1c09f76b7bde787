"""A file's tables, from which known keys are taken with their place in mind for errors."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from forecast.model import ForecastError, InvalidField
from forecast.questionfile.lines import Place, line_of
from forecast.reading.dates import LAST_YEAR, end_of, read_when, start_of

#: What a field of a record is called in a file, where that differs.
_FILE_WORDS = {"opened_at": "opened", "made_at": "at", "known_at": "known", "low": "range"}


#: By the names of the tables that lead there.
KEYS: dict[tuple[str, ...], tuple[str, ...]] = {
    (): ("article", "question"),
    ("article",): ("title", "publisher", "published", "url"),
    ("question",): (
        *("id", "title", "type", "options", "unit", "bounds", "opened", "deadline", "known_by"),
        *("timezone", "deadline_from", "criteria", "sources", "tags", "event"),
        *("article", "forecast", "resolution", "comment"),
    ),
    ("question", "article"): ("title", "publisher", "published", "url"),
    ("question", "forecast"): (
        *("forecaster", "at", "probability", "distribution", "withdrawn"),
        *("words", "range", "lexicon", "note"),
    ),
    ("question", "resolution"): ("outcome", "known", "reason", "evidence", "note"),
    ("question", "comment"): ("author", "at", "text"),
}

Edge = Callable[[date, tzinfo], datetime]


class QuestionFileError(ForecastError):
    """A question file says something that cannot be taken in."""


class Source:
    """A file's name and text, for saying where something is wrong."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def error(self, place: Place, problem: str) -> QuestionFileError:
        return QuestionFileError(f"{self.name}:{line_of(self.text, place)}: {problem}")


class Table:
    """A table of the file, from which known keys are taken; what is left over is an error."""

    def __init__(self, content: dict[str, Any], place: Place, file: Source) -> None:
        self.content = content
        self.place = place
        self.file = file
        self.known: list[str] = []

    def error(self, key: str, problem: str) -> QuestionFileError:
        return self.file.error((*self.place, key), problem)

    def take(self, key: str, kinds: tuple[type, ...], what: str) -> Any:
        """Take a key's value; None where it is absent, an error where its type is wrong."""
        self.known.append(key)
        value = self.content.get(key)
        right = isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)
        if value is not None and not right:
            raise self.error(key, f"{key} is {kind_of(value)}: write {what}")
        return value

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.take(key, (str,), 'text in quotes, "…"')
        if value is None:
            if required:
                self.finish()  # a misspelt key is the likelier mistake
                raise self.file.error(self.place, f"{key} is missing")
            return ""
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, (list,), 'a list of texts, ["…", "…"]') or []
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, f'{key} holds something else than texts: write ["…", "…"]')
        return tuple(value.strip() for value in values)

    def when(self, key: str, zone: tzinfo, *, required: bool = False) -> date | datetime | None:
        what = f"a date without quotes, {key} = 2022-12-31"
        value = self.take(key, (date,), what)
        if value is None:
            if required:
                self.finish()
                raise self.file.error(self.place, f"{key} is missing: write {what}")
            return None
        return self.placed(key, value, zone)

    def placed(self, key: str, value: date, zone: tzinfo) -> date | datetime:
        """Check a date or date-time; one without offset is the zone's local time."""
        if value.year > LAST_YEAR:
            raise self.error(key, f"{key} is after the year {LAST_YEAR}")
        if not isinstance(value, datetime):
            return value
        try:
            if value.tzinfo is not None:
                return value.astimezone(UTC)
            return read_when(value.isoformat(), datetime.now(UTC), zone)
        except OverflowError:
            raise self.error(key, f"{key} is outside the years 1 to {LAST_YEAR}") from None
        except ForecastError as error:
            raise self.error(key, f"{key}: {error}") from None

    def start(self, key: str, zone: tzinfo) -> datetime:
        when = self.when(key, zone, required=True)
        assert when is not None
        return self.instant(key, when, zone, start_of)

    def end(self, key: str, zone: tzinfo, *, required: bool = False) -> datetime | None:
        when = self.when(key, zone, required=required)
        return None if when is None else self.instant(key, when, zone, end_of)

    def instant(self, key: str, when: date, zone: tzinfo, edge: Edge) -> datetime:
        try:
            return edge(when, zone)
        except ForecastError as error:
            raise self.error(key, f"{key}: {error}") from None

    def table(self, key: str) -> "Table | None":
        value = self.take(key, (dict,), f"a table, [{'.'.join((*self._names(), key))}]")
        return None if value is None else Table(value, (*self.place, key), self.file)

    def tables(self, key: str) -> list["Table"]:
        what = f"[[{'.'.join((*self._names(), key))}]]"
        values = self.take(key, (list,), what) or []
        if not all(isinstance(value, dict) for value in values):
            raise self.error(key, f"{key} is not a list of tables: write {what}")
        return [
            Table(value, (*self.place, key, index), self.file) for index, value in enumerate(values)
        ]

    def finish(self) -> None:
        """Refuse keys nobody took, with the nearest one that exists."""
        known = KEYS.get(self._names(), tuple(self.known))
        for key in self.content:
            if key not in known:
                raise self.error(key, f"unknown key '{key[:60]}'{_nearest(key, known)}")

    def build(self, record: Any, **fields: Any) -> Any:
        """Make a record; what its door refuses is an error of this table's key."""
        try:
            return record(**fields)
        except InvalidField as error:
            raise self.refused(error) from None

    def refused(self, error: InvalidField) -> QuestionFileError:
        key = error.field.rpartition(".")[2]
        key = _FILE_WORDS.get(key, key)
        return self.error(key, f"{key}: {error.problem}")

    def _names(self) -> tuple[str, ...]:
        return tuple(part for part in self.place if isinstance(part, str))


def kind_of(value: Any) -> str:
    kinds = (
        (bool, "true or false"),
        (str, "text"),
        (int, "a number"),
        (float, "a number"),
        (datetime, "a date and time"),
        (date, "a date"),
        (time, "a time of day"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next(word for kind, word in kinds if isinstance(value, kind))


def _nearest(key: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return f": did you mean '{near[0]}'?" if near else f": known are {', '.join(known)}"
