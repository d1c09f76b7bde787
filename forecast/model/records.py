"""The records everything else is built from: frozen, validated at the door, no I/O.

Instants are aware `datetime`s in UTC. A record that exists is valid in itself; what depends on
other records (a forecast before its question opened, say) is checked where they meet, in the store.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forecast.model.errors import InvalidField
from forecast.model.fields import (
    identifier,
    in_utc,
    instant,
    is_number,
    lines,
    one_line,
    one_of,
    optional_instant,
    optional_line,
    text,
)

TYPES = ("binary", "choice", "number", "date")
SCORED_TYPES = ("binary",)
STATUSES = ("open", "awaiting", "due", "resolved", "annulled")
ANNULMENTS = ("ambiguous", "void", "unresolvable", "mistake")
DEADLINE_FROM = ("stated", "phrase", "assumed")
ANNULLED = "annulled"
BINARY_OUTCOMES = ("yes", "no")

Bounds = tuple[float, float] | tuple[datetime, datetime]
#: What a resolver's setting may be.
Setting = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Where a question came from."""

    title: str
    publisher: str = ""
    published: date | None = None
    url: str = ""

    def __post_init__(self) -> None:
        one_line("article.title", self.title)
        optional_line("article.publisher", self.publisher)
        optional_line("article.url", self.url)
        if self.published is not None and type(self.published) is not date:
            raise InvalidField("article.published", "is not a day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """The recipe by which a question's answer is looked up.

    Parameters
    ----------
    type : str
        Which kind of source it is: `json`, `csv`, `manual` …
    auto : bool
        Whether it may resolve the question by itself, where its file is trusted.
    settings : tuple of (str, Setting) pairs
        What that kind of source needs to know, by key and in the order of keys; the keys of a
        table are written `table.key`.
    """

    type: str
    auto: bool = False
    settings: tuple[tuple[str, Setting], ...] = ()

    def __post_init__(self) -> None:
        one_line("resolver.type", self.type)
        if not isinstance(self.auto, bool):
            raise InvalidField("resolver.auto", "is neither true nor false")
        for key, value in self.settings:
            one_line(f"resolver.{key}", key)
            if isinstance(value, tuple):
                for one in value:
                    text(f"resolver.{key}", one)
            elif isinstance(value, str):
                text(f"resolver.{key}", value)
            elif not is_number(value) and not isinstance(value, bool):
                raise InvalidField(f"resolver.{key}", "is no setting: write a text or a number")
            elif not math.isfinite(value):
                raise InvalidField(f"resolver.{key}", "is not a finite number")
        keys = [key for key, _ in self.settings]
        if keys != sorted(set(keys)):
            raise InvalidField("resolver", "has its keys out of order, or one twice")


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
    resolver : Resolver, optional
        How `check` looks the answer up.

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
    resolver: Resolver | None = None

    def __post_init__(self) -> None:
        identifier("id", self.id)
        one_line("title", self.title)
        one_of("type", self.type, TYPES)
        instant(self, "opened_at")
        instant(self, "deadline")
        optional_instant(self, "known_by")
        if self.deadline <= self.opened_at:
            raise InvalidField("deadline", "is not after the question opens")
        if self.known_by is not None and self.known_by < self.deadline:
            raise InvalidField("known_by", "is before the deadline")
        one_line("timezone", self.timezone)
        if self.deadline_from != "":
            one_of("deadline_from", self.deadline_from, DEADLINE_FROM)
        lines("sources", self.sources)
        lines("tags", self.tags)
        if any("," in tag for tag in self.tags):
            raise InvalidField("tags", "a tag cannot hold a comma")
        optional_line("event", self.event)
        text("criteria", self.criteria)
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
    private : bool
        Whether it leaves this tracker only as a digest until its question is settled.
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
    private: bool = False
    recorded_at: datetime | None = None
    recorded_by: str = ""

    def __post_init__(self) -> None:
        identifier("question", self.question)
        one_line("forecaster", self.forecaster)
        instant(self, "made_at")
        optional_instant(self, "recorded_at")
        for name in ("probability", "low", "high"):
            value = getattr(self, name)
            if value is None:
                continue
            if not is_number(value) or not 0 <= value <= 1:  # False for nan, too
                raise InvalidField(name, f"{value} is not between 0 and 1")
        if self.probability is not None and self.distribution:
            raise InvalidField("distribution", "a forecast has a probability or a distribution")
        if (self.low is None) != (self.high is None):
            raise InvalidField("low", "a range has both ends")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InvalidField("low", "is above the high end of the range")
        for key, value in self.distribution:
            one_line("distribution", key)
            if not is_number(value):
                raise InvalidField("distribution", f"'{value}' is not a number")
            if not math.isfinite(value):
                raise InvalidField("distribution", "holds a value that is not finite")
        optional_line("words", self.words)
        optional_line("lexicon", self.lexicon)
        text("note", self.note)

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
        identifier("question", self.question)
        one_line("outcome", self.outcome)
        instant(self, "known_at")
        optional_instant(self, "recorded_at")
        if self.outcome == ANNULLED:
            if not self.reason:
                raise InvalidField("reason", f"an annulment needs one of {', '.join(ANNULMENTS)}")
            one_of("reason", self.reason, ANNULMENTS)
        elif self.reason:
            raise InvalidField("reason", "only an annulment has one; use the note")
        lines("evidence", self.evidence)
        text("note", self.note)


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
        identifier("question", self.question)
        one_line("author", self.author)
        text("text", self.text)
        if not self.text.strip():
            raise InvalidField("text", "is empty")
        instant(self, "made_at")
        optional_instant(self, "recorded_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question with what was said of it: what one `[[question]]` of a file holds."""

    question: Question
    forecasts: tuple[Forecast, ...] = ()
    resolution: Resolution | None = None
    comments: tuple[Comment, ...] = ()


def _check_options(question: Question) -> None:
    lines("options", question.options)
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
    optional_line("unit", question.unit)
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
        return in_utc("bounds", end)
    if not is_number(end) or not math.isfinite(end):
        raise InvalidField("bounds", f"'{end}' is not a finite number")
    return float(end)
