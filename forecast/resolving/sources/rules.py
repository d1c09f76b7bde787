"""How a question's answer follows from values: the settings of every source that judges."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from forecast.model import ANNULLED, ForecastError, InvalidField, Question, check_outcome
from forecast.reading.instants import read_zone
from forecast.reading.quoting import quoted
from forecast.resolving.sources.comparing import Test, read_comparison
from forecast.resolving.sources.reach import check_date_format, read_span
from forecast.resolving.sources.settings import Key, Settings, lint, refuse

TAKES = ("any", "last", "first", "max", "min", "sum", "count")
_ARITHMETIC = ("max", "min", "sum")
NOTHING = "nothing"
FETCHED = "fetched"
_OPPOSITE = {"yes": "no", "no": "yes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How an answer follows from values and their dates.

    Parameters
    ----------
    test : Test, optional
        What a value must pass; None where the value is the answer.
    take : str
        Which value is put to it: one of `TAKES`.
    then : str
        The answer where it passes; empty where the value, or its date, is the answer.
    otherwise : str
        The answer where it does not; empty for none.
    wait : bool
        Whether no answer comes before the data reaches the deadline.
    since : datetime
        From when on values count.
    """

    test: Test | None
    take: str
    then: str
    otherwise: str
    wait: bool
    since: datetime

    @property
    def is_numeric(self) -> bool:
        """Whether values must be numbers."""
        return self.take in _ARITHMETIC or (
            self.take != "count" and self.test is not None and self.test.is_numeric
        )

    @property
    def stands_once_met(self) -> bool:
        """Whether one value that passes decides, whatever comes later."""
        direction = {"max": 1, "min": -1}.get(self.take)
        return self.take == "any" or (
            direction is not None and self.test is not None and self.test.direction == direction
        )


def zone_of(question: Question) -> tzinfo:
    """Give the zone of a question's days.

    Parameters
    ----------
    question : Question

    Returns
    -------
    tzinfo
    """
    return read_zone(question.timezone)


def _check_compare(_: Question, text: str) -> None:
    read_comparison(text)


def _check_take(question: Question, take: str) -> None:
    if take not in TAKES:
        raise ForecastError(f"{quoted(take)} is none of {', '.join(TAKES)}")
    if question.type == "number" and take == "any":
        raise ForecastError("any is no number: write which, such as last, max or sum")
    if question.type == "date" and take != "any":
        raise ForecastError("a date question takes the first value that passes: take it out")


def _check_then(question: Question, outcome: str) -> None:
    if question.type in ("number", "date"):
        raise ForecastError(f"a {question.type} question's answer is in the source: take it out")
    _check_answer(question, outcome)


def _check_otherwise(question: Question, outcome: str) -> None:
    if outcome == NOTHING:
        return
    if question.type in ("number", "date"):
        raise ForecastError(f"a {question.type} question has no other answer: take it out")
    _check_answer(question, outcome)


def _check_answer(question: Question, outcome: str) -> None:
    if outcome == ANNULLED:
        raise ForecastError("a source annuls no question: that needs a person, and a reason")
    check_outcome(question, outcome)


def _check_since(question: Question, since: str) -> None:
    begins = read_span(since, zone_of(question)).begins
    if begins >= question.deadline:
        raise ForecastError(f"{quoted(since)} is not before the deadline")


def _check_date_format(_: Question, date_format: str) -> None:
    check_date_format(date_format)


_COMPARE = {
    "compare": Key(kind="text", example='compare = ">= 190"', check=_check_compare),
    "take": Key(kind="text", example='take = "last"', check=_check_take),
}
#: The settings of a source that tells by itself whether something came true.
ANSWER_KEYS = {
    "then": Key(kind="text", example='then = "yes"', check=_check_then),
    "otherwise": Key(kind="text", example='otherwise = "no"', check=_check_otherwise),
    "wait": Key(kind="flag", example="wait = true"),
    "since": Key(kind="text", example='since = "2026-01-01"', check=_check_since),
}
DATE_FORMAT = {
    "date_format": Key(kind="text", example='date_format = "%d/%m/%Y"', check=_check_date_format),
}
#: The settings of a source that gives values.
VALUE_KEYS = {**_COMPARE, **ANSWER_KEYS, **DATE_FORMAT}


def lint_values(question: Question, keys: Mapping[str, Key]) -> None:
    """Refuse a resolver that gives values where its settings do not add up to a rule.

    Parameters
    ----------
    question : Question
    keys : mapping of str to Key
        Those of its own, beside `VALUE_KEYS`.

    Raises
    ------
    InvalidField
    """
    lint(question, {**keys, **VALUE_KEYS})
    settings = Settings(question)
    _lint_compare(question, settings)
    if question.type == "number":
        return
    lint_answers(question, settings)
    take = _take(question, settings)
    if not settings.text("compare"):
        if take in (*_ARITHMETIC, "count"):
            refuse("take", _takes_no_number, question, take)
        return
    test = read_comparison(settings.text("compare"))
    if take in (*_ARITHMETIC, "count") and not test.is_numeric:
        problem = f"{take} is a number, and {quoted(settings.text('compare'))} compares text"
        raise InvalidField("resolver.take", problem)


def lint_answers(question: Question, settings: Settings) -> None:
    """Refuse answers that could not be told apart.

    Parameters
    ----------
    question : Question
    settings : Settings

    Raises
    ------
    InvalidField
    """
    then, otherwise = _answers(question, settings)
    if then and then == otherwise:
        raise InvalidField("resolver.otherwise", f"is '{then}', and so is then")


def rule_of(question: Question, test: Test | None = None) -> Rule:
    """Give the rule of a question whose settings have been checked.

    Parameters
    ----------
    question : Question
    test : Test, optional
        For a source that has a test of its own; that nothing passes it then proves nothing,
        unless the settings say so.

    Returns
    -------
    Rule
    """
    settings = Settings(question)
    compare, since = settings.text("compare"), settings.text("since")
    then, otherwise = _answers(question, settings)
    if test is not None and "otherwise" not in settings:
        otherwise = ""
    return Rule(
        test=test or (read_comparison(compare) if compare else None),
        take="any" if test else _take(question, settings),
        then=then,
        otherwise=otherwise,
        wait=settings.flag("wait"),
        since=read_span(since, zone_of(question)).begins if since else question.opened_at,
    )


def _lint_compare(question: Question, settings: Settings) -> None:
    has = "compare" in settings
    if question.type in ("binary", "date") and not has:
        raise InvalidField("resolver.compare", f"is missing: write {_COMPARE['compare'].example}")
    if question.type == "number" and has:
        raise InvalidField("resolver.compare", "a number question takes the value: take it out")
    if question.type != "choice":
        return
    if has and "then" not in settings:
        problem = "is missing: write the option that it is where the comparison holds"
        raise InvalidField("resolver.then", problem)
    for name in ("then", "otherwise"):
        if not has and settings.text(name, NOTHING) != NOTHING:
            problem = "without compare the value names the option: take it out"
            raise InvalidField(f"resolver.{name}", problem)


def _takes_no_number(_: Question, take: str) -> None:
    raise ForecastError(f"{take} gives no option: write last, first or any")


def _take(question: Question, settings: Settings) -> str:
    usual = "any" if "compare" in settings else "last"
    return settings.text("take", usual)


def _answers(question: Question, settings: Settings) -> tuple[str, str]:
    """Give what it is where the test is passed, and where it is not; empty for neither."""
    if question.type == "binary":
        then = settings.text("then", "yes")
        otherwise = settings.text("otherwise", _OPPOSITE[then])
    else:
        then, otherwise = settings.text("then"), settings.text("otherwise", NOTHING)
    return then, "" if otherwise == NOTHING else otherwise
