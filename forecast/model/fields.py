"""What a field of a record may hold: each function refuses the rest, or puts it in order."""

import re
from datetime import UTC, datetime
from typing import Any

from forecast.model.errors import InvalidField

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_ID_LENGTH = 80
_LAST_YEAR = 9998  # so that the day after the last one can still be written


def identifier(field: str, value: str) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value) or len(value) > _ID_LENGTH:
        problem = f"'{value}' is not an id: lower-case letters, digits and hyphens, at most 80"
        raise InvalidField(field, problem)


def one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidField(field, f"'{value}' is none of {', '.join(allowed)}")


def text(field: str, value: str) -> None:
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


def optional_line(field: str, value: str) -> None:
    text(field, value)
    if len(value.splitlines()) > 1:
        raise InvalidField(field, "is more than one line")


def one_line(field: str, value: str) -> None:
    optional_line(field, value)
    if not value:
        raise InvalidField(field, "is empty")


def lines(field: str, values: tuple[str, ...]) -> None:
    if not isinstance(values, tuple):  # a text would be taken for the tuple of its letters
        raise InvalidField(field, "is not a tuple of texts")
    for value in values:
        one_line(field, value)
    if len(set(values)) < len(values):
        raise InvalidField(field, "names one thing twice")


def instant(record: Any, field: str) -> None:
    object.__setattr__(record, field, in_utc(field, getattr(record, field)))


def optional_instant(record: Any, field: str) -> None:
    if getattr(record, field) is not None:
        instant(record, field)


def in_utc(field: str, value: Any) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise InvalidField(field, "is not an instant (a date and time with its zone)")
    try:
        in_utc = value.astimezone(UTC)
    except OverflowError:
        in_utc = None
    if in_utc is None or in_utc.year > _LAST_YEAR:
        raise InvalidField(field, f"is not within the years 1 to {_LAST_YEAR}")
    return in_utc


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
