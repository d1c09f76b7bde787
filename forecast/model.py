"""The records everything else is built from: frozen, validated at the door, no I/O.

Instants are aware `datetime`s in UTC. A record that exists is valid in itself; what depends on
other records (a forecast before its question opened, say) is checked where they meet, in the store.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

TYPES = ("binary", "choice", "number", "date")
SCORED_TYPES = ("binary",)
STATUSES = ("open", "awaiting", "due", "resolved", "annulled")
ANNULMENTS = ("ambiguous", "void", "unresolvable", "mistake")
DEADLINE_FROM = ("stated", "phrase", "assumed")
ANNULLED = "annulled"
BINARY_OUTCOMES = ("yes", "no")

#: Fields of a question whose change makes it another question once somebody has forecast it.
MEANING = ("type", "options", "unit", "bounds", "opened_at", "deadline", "timezone", "criteria")

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_ID_LENGTH = 80
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LAST_YEAR = 9998  # so that the day after the last one can still be written

Bounds = tuple[float, float] | tuple[datetime, datetime]


class ForecastError(Exception):
    """Something a person can put right: one line that says what was wrong, where, what to do."""


class NotReadable(ForecastError, ValueError):
    """What was typed cannot be understood, or could be understood in two ways."""


class InvalidField(ForecastError, ValueError):
    """A field of a record holds what it may not.

    Attributes
    ----------
    field : str
        The field's name, as in the record.
    problem : str
        What is wrong with it.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Where a question came from."""

    title: str
    publisher: str = ""
    published: date | None = None
    url: str = ""

    def __post_init__(self) -> None:
        _one_line("article.title", self.title)
        _optional_line("article.publisher", self.publisher)
        _optional_line("article.url", self.url)
        if self.published is not None and type(self.published) is not date:
            raise InvalidField("article.published", "is not a day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that will be settled by a date.

    Parameters
    ----------
    id : str
        For people: lower-case letters, digits and hyphens.
    title : str
        One line.
    type : {"binary", "choice", "number", "date"}
    options : tuple of str
        The possible answers of a `choice`, two or more; empty for every other type.
    unit : str
        What a `number` counts.
    bounds : pair, optional
        The range of a `number` (two floats) or a `date` (two instants).
    opened_at, deadline : datetime
        When forecasting starts; the last instant at which the event can count.
    known_by : datetime, optional
        When the answer is expected to be known, where that is later than the deadline.
    timezone : str
        IANA name of the zone whose days the question speaks of.
    deadline_from : {"", "stated", "phrase", "assumed"}
        Whether the article named the deadline, implied it by a phrase, or we assumed it.
    criteria : str
        What counts as yes, what counts as no, who says so, when it is annulled.
    sources : tuple of str
        Where the answer will be looked up.
    tags : tuple of str
    event : str
        Key shared by questions that hang on the same cause; empty for none.
    article : Article, optional

    Raises
    ------
    InvalidField
        Naming the field that is wrong.
    """

    id: str
    title: str
    opened_at: datetime
    deadline: datetime
    type: str = "binary"
    options: tuple[str, ...] = ()
    unit: str = ""
    bounds: Bounds | None = None
    known_by: datetime | None = None
    timezone: str = "UTC"
    deadline_from: str = ""
    criteria: str = ""
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    event: str = ""
    article: Article | None = None

    def __post_init__(self) -> None:
        _identifier("id", self.id)
        _one_line("title", self.title)
        _one_of("type", self.type, TYPES)
        _instant(self, "opened_at")
        _instant(self, "deadline")
        _optional_instant(self, "known_by")
        if self.deadline <= self.opened_at:
            raise InvalidField("deadline", "is not after the question opens")
        if self.known_by is not None and self.known_by < self.deadline:
            raise InvalidField("known_by", "is before the deadline")
        _one_line("timezone", self.timezone)
        if self.deadline_from != "":
            _one_of("deadline_from", self.deadline_from, DEADLINE_FROM)
        _lines("sources", self.sources)
        _lines("tags", self.tags)
        if any("," in tag for tag in self.tags):
            raise InvalidField("tags", "a tag cannot hold a comma")
        _optional_line("event", self.event)
        _text("criteria", self.criteria)
        _check_options(self)
        _check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one forecaster said of one question at one moment.

    With neither `probability` nor `distribution` it is a withdrawal: from `made_at` on this
    forecaster has no forecast here.

    Parameters
    ----------
    question : str
        The question's id.
    forecaster : str
    made_at : datetime
    probability : float, optional
        Of yes, 0 to 1; `binary` questions only.
    distribution : tuple of (str, float) pairs, optional
        For a `choice` the probability of each option; for a `number` or `date` the value at each
        quantile level (a date as seconds since 1970).
    words : str
        What was typed, where that is not the number itself: `7%`, `almost certainly not`.
    low, high : float, optional
        The range of probabilities the words cover.
    lexicon : str
        Which reading of words was used; empty where the words were a number.
    note : str
    recorded_at, recorded_by
        When, and by whose login, the tracker was told; the store fills them in.
    """

    question: str
    forecaster: str
    made_at: datetime
    probability: float | None = None
    distribution: tuple[tuple[str, float], ...] = ()
    words: str = ""
    low: float | None = None
    high: float | None = None
    lexicon: str = ""
    note: str = ""
    recorded_at: datetime | None = None
    recorded_by: str = ""

    def __post_init__(self) -> None:
        _identifier("question", self.question)
        _one_line("forecaster", self.forecaster)
        _instant(self, "made_at")
        _optional_instant(self, "recorded_at")
        for name in ("probability", "low", "high"):
            value = getattr(self, name)
            if value is None:
                continue
            if not _is_number(value) or not 0 <= value <= 1:  # False for nan, too
                raise InvalidField(name, f"{value} is not between 0 and 1")
        if self.probability is not None and self.distribution:
            raise InvalidField("distribution", "a forecast has a probability or a distribution")
        if (self.low is None) != (self.high is None):
            raise InvalidField("low", "a range has both ends")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InvalidField("low", "is above the high end of the range")
        for key, value in self.distribution:
            _one_line("distribution", key)
            if not _is_number(value):
                raise InvalidField("distribution", f"'{value}' is not a number")
            if not math.isfinite(value):
                raise InvalidField("distribution", "holds a value that is not finite")
        _optional_line("words", self.words)
        _optional_line("lexicon", self.lexicon)
        _text("note", self.note)

    @property
    def is_withdrawal(self) -> bool:
        """Whether this ends the forecaster's forecast instead of giving one."""
        return self.probability is None and not self.distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How a question was settled.

    Parameters
    ----------
    question : str
    outcome : str
        `yes` or `no`, an option, a number, a date, or `annulled`.
    known_at : datetime
        When the answer became known.
    reason : {"", "ambiguous", "void", "unresolvable", "mistake"}
        Why it was annulled.
    evidence : tuple of str
    note : str
    """

    question: str
    outcome: str
    known_at: datetime
    reason: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""
    recorded_at: datetime | None = None
    recorded_by: str = ""

    def __post_init__(self) -> None:
        _identifier("question", self.question)
        _one_line("outcome", self.outcome)
        _instant(self, "known_at")
        _optional_instant(self, "recorded_at")
        if self.outcome == ANNULLED:
            if not self.reason:
                raise InvalidField("reason", f"an annulment needs one of {', '.join(ANNULMENTS)}")
            _one_of("reason", self.reason, ANNULMENTS)
        elif self.reason:
            raise InvalidField("reason", "only an annulment has one; use the note")
        _lines("evidence", self.evidence)
        _text("note", self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A remark on a question that is neither a forecast nor its answer."""

    question: str
    author: str
    text: str
    made_at: datetime
    recorded_at: datetime | None = None
    recorded_by: str = ""

    def __post_init__(self) -> None:
        _identifier("question", self.question)
        _one_line("author", self.author)
        _text("text", self.text)
        if not self.text.strip():
            raise InvalidField("text", "is empty")
        _instant(self, "made_at")
        _optional_instant(self, "recorded_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question with what was said of it: what one `[[question]]` of a file holds."""

    question: Question
    forecasts: tuple[Forecast, ...] = ()
    resolution: Resolution | None = None
    comments: tuple[Comment, ...] = ()


def closed_at(question: Question, resolution: Resolution | None) -> datetime:
    """When forecasting ended: the deadline, or the answer where that was known earlier."""
    if resolution is None:
        return question.deadline
    return min(question.deadline, resolution.known_at)


def status_at(now: datetime, question: Question, resolution: Resolution | None) -> str:
    """Give the status of a question, derived and never stored.

    At the deadline itself the event can still count, so the question is still open; at
    `known_by` itself the answer is still awaited.
    """
    if resolution is not None:
        return "annulled" if resolution.outcome == ANNULLED else "resolved"
    if now <= question.deadline:
        return "open"
    return "due" if now > (question.known_by or question.deadline) else "awaiting"


def check_outcome(question: Question, outcome: str) -> None:
    """Refuse an outcome that is no answer to the question.

    Raises
    ------
    InvalidField
        Naming the answers that would do.
    """
    if outcome == ANNULLED:
        return
    if question.type == "binary":
        _one_of("outcome", outcome, (*BINARY_OUTCOMES, ANNULLED))
    elif question.type == "choice":
        _one_of("outcome", outcome, (*question.options, ANNULLED))
    elif question.type == "number":
        # float() alone would take 1_000, inf and the digits of any script.
        if not _NUMBER.fullmatch(outcome) or not math.isfinite(float(outcome)):
            raise InvalidField("outcome", f"'{outcome}' is not a number")
    else:
        try:
            readable = date.fromisoformat(outcome).isoformat() == outcome  # not 20261231
        except ValueError:
            readable = False
        if not readable:
            raise InvalidField("outcome", f"'{outcome}' is not a date such as 2026-12-31")


def check_forecast(question: Question, forecast: Forecast) -> None:
    """Refuse a forecast whose kind does not fit the question's type."""
    if forecast.is_withdrawal:
        return
    if question.type == "binary":
        if forecast.probability is None:
            raise InvalidField("distribution", "a binary question takes a probability")
        return
    if forecast.probability is not None:
        raise InvalidField("probability", f"a {question.type} question takes a distribution")
    keys = [key for key, _ in forecast.distribution]
    values = [value for _, value in forecast.distribution]
    if question.type == "choice":
        if sorted(keys) != sorted(question.options):
            raise InvalidField("distribution", "needs a probability for each option, once")
        if any(value < 0 for value in values) or abs(sum(values) - 1) > 1e-6:
            raise InvalidField("distribution", "its probabilities do not sum to 1")
        return
    levels = [_quantile_level(key) for key in keys]
    if levels != sorted(set(levels)) or values != sorted(values):
        raise InvalidField("distribution", "its levels or values do not increase")


def check_name(field: str, name: str) -> None:
    """Refuse a forecaster's name that no record could hold."""
    _one_line(field, name)


def differs_in_meaning(old: Question, new: Question) -> tuple[str, ...]:
    """Name the fields that make `new` another question than `old`."""
    return tuple(name for name in MEANING if getattr(old, name) != getattr(new, name))


def _quantile_level(key: str) -> float:
    try:
        level = float(key)
    except ValueError:
        level = math.nan
    if not 0 < level < 1:
        raise InvalidField("distribution", f"'{key}' is not a quantile level between 0 and 1")
    return level


def _check_options(question: Question) -> None:
    _lines("options", question.options)
    if question.type == "choice":
        if len(question.options) < 2:
            raise InvalidField("options", "a choice needs two or more")
        if ANNULLED in question.options:
            raise InvalidField(
                "options", f"'{ANNULLED}' is taken: it is how a question is annulled"
            )
    elif question.options:
        raise InvalidField("options", f"only a choice has them, and this is {question.type}")


def _check_bounds(question: Question) -> None:
    if question.unit and question.type != "number":
        raise InvalidField("unit", f"only a number has one, and this is {question.type}")
    _optional_line("unit", question.unit)
    if question.bounds is None:
        return
    if question.type not in ("number", "date"):
        raise InvalidField("bounds", f"a number or a date has them, and this is {question.type}")
    if not isinstance(question.bounds, tuple) or len(question.bounds) != 2:
        raise InvalidField("bounds", "are two, the lower and the upper")
    low, high = (_bound(question.type, end) for end in question.bounds)
    if not low < high:
        raise InvalidField("bounds", "the lower is not below the upper")
    object.__setattr__(question, "bounds", (low, high))


def _bound(type_: str, end: Any) -> Any:
    if type_ == "date":
        return _in_utc("bounds", end)
    if not _is_number(end) or not math.isfinite(end):
        raise InvalidField("bounds", f"'{end}' is not a finite number")
    return float(end)


def _identifier(field: str, value: str) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value) or len(value) > _ID_LENGTH:
        problem = f"'{value}' is not an id: lower-case letters, digits and hyphens, at most 80"
        raise InvalidField(field, problem)


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidField(field, f"'{value}' is none of {', '.join(allowed)}")


def _text(field: str, value: str) -> None:
    if not isinstance(value, str):
        raise InvalidField(field, "is not text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidField(field, "holds a character that is not Unicode text") from None
    if "\0" in value:
        raise InvalidField(field, "holds a NUL character")
    if value != value.strip():
        raise InvalidField(field, "has blanks at its ends")


def _optional_line(field: str, value: str) -> None:
    _text(field, value)
    if len(value.splitlines()) > 1:
        raise InvalidField(field, "is more than one line")


def _one_line(field: str, value: str) -> None:
    _optional_line(field, value)
    if not value:
        raise InvalidField(field, "is empty")


def _lines(field: str, values: tuple[str, ...]) -> None:
    if not isinstance(values, tuple):  # a text would be taken for the tuple of its letters
        raise InvalidField(field, "is not a tuple of texts")
    for value in values:
        _one_line(field, value)
    if len(set(values)) < len(values):
        raise InvalidField(field, "names one thing twice")


def _instant(record: Any, field: str) -> None:
    object.__setattr__(record, field, _in_utc(field, getattr(record, field)))


def _optional_instant(record: Any, field: str) -> None:
    if getattr(record, field) is not None:
        _instant(record, field)


def _in_utc(field: str, value: Any) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise InvalidField(field, "is not an instant (a date and time with its zone)")
    try:
        in_utc = value.astimezone(UTC)
    except OverflowError:
        in_utc = None
    if in_utc is None or in_utc.year > _LAST_YEAR:
        raise InvalidField(field, f"is not within the years 1 to {_LAST_YEAR}")
    return in_utc


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
