"""What must hold between records, and what follows from them."""

import math
import re
from datetime import date, datetime

from forecast.model.errors import InvalidField
from forecast.model.fields import one_line, one_of
from forecast.model.records import ANNULLED, BINARY_OUTCOMES, Forecast, Question, Resolution

#: Fields of a question whose change makes it another question once somebody has forecast it.
MEANING = ("type", "options", "unit", "bounds", "opened_at", "deadline", "timezone", "criteria")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


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
        one_of("outcome", outcome, (*BINARY_OUTCOMES, ANNULLED))
    elif question.type == "choice":
        one_of("outcome", outcome, (*question.options, ANNULLED))
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
    one_line(field, name)


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
