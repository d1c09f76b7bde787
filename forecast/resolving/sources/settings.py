"""The settings of a source: one vocabulary in which each kind of source says what it takes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from forecast.model import ForecastError, InvalidField, Question, Setting
from forecast.reading.quoting import quoted

LONGEST = 2000

#: Refuses a value by a `ForecastError` that says what is wrong with it.
Check = Callable[[Question, Any], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A setting that a source takes.

    Parameters
    ----------
    kind : {"text", "texts", "flag", "table"}
        A table's values are texts.
    example : str
        What to write, as in a file: `path = "$.value"`.
    required : bool
    as_is : bool
        Whether its texts may hold anything, and nothing.
    check : callable, optional
        For what only this key knows; of a table it is given the whole as a dict.
    """

    kind: str
    example: str
    required: bool = False
    as_is: bool = False
    check: Check | None = None


class Settings:
    """The settings of a question's resolver, by key; what is absent is empty.

    Parameters
    ----------
    question : Question
        With a resolver.
    """

    def __init__(self, question: Question) -> None:
        assert question.resolver is not None
        self._values: dict[str, Setting] = dict(question.resolver.settings)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str = "") -> str:
        """Give a text."""
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts."""
        value = self._values.get(key, ())
        return value if isinstance(value, tuple) else ()

    def flag(self, key: str) -> bool:
        """Give true or false."""
        return self._values.get(key) is True

    def table(self, key: str) -> dict[str, str]:
        """Give a table of texts, by its own keys."""
        start = f"{key}."
        return {
            name[len(start) :]: value
            for name, value in self._values.items()
            if name.startswith(start) and isinstance(value, str)
        }


def lint(question: Question, keys: Mapping[str, Key]) -> None:
    """Refuse a resolver whose settings are not those that its source takes.

    Parameters
    ----------
    question : Question
        With a resolver.
    keys : mapping of str to Key

    Raises
    ------
    InvalidField
        Naming `resolver.KEY`.
    """
    assert question.resolver is not None
    given: dict[str, Any] = {}
    for name, value in question.resolver.settings:
        first, dot, inner = name.partition(".")
        key = keys.get(first)
        if key is None:
            raise InvalidField(f"resolver.{first}", _unknown(first, keys))
        if dot and key.kind != "table":
            raise InvalidField(f"resolver.{first}", f"is a table: write {key.example}")
        _check_kind(name, value, key, in_table=bool(dot))
        if dot:
            given.setdefault(first, {})[inner] = value
        else:
            given[first] = value
    # First what is there: a required key that is missing was likely misspelt.
    for name, key in keys.items():
        if key.required and name not in given:
            raise InvalidField(f"resolver.{name}", f"is missing: write {key.example}")
    for name, value in given.items():
        check = keys[name].check
        if check is not None:
            refuse(name, check, question, value)


def refuse(name: str, check: Check, question: Question, value: Any) -> None:
    """Check a setting's value, and name the setting where it is refused.

    Parameters
    ----------
    name : str
    check : callable
    question : Question
    value : object

    Raises
    ------
    InvalidField
    """
    try:
        check(question, value)
    except ForecastError as error:
        problem = error.problem if isinstance(error, InvalidField) else str(error)
        raise InvalidField(f"resolver.{name}", problem) from None


def one_of(allowed: Iterable[str]) -> Check:
    """Make a check for a text that is one of a few.

    Parameters
    ----------
    allowed : iterable of str

    Returns
    -------
    callable
    """
    names = tuple(allowed)

    def check(_: Question, value: str) -> None:
        if value not in names:
            raise ForecastError(f"{quoted(value)} is none of {', '.join(names)}")

    return check


def nearest(name: str, known: Iterable[str]) -> str:
    """Say what a name was likely meant to be, and what there is.

    Parameters
    ----------
    name : str
    known : iterable of str

    Returns
    -------
    str

    Examples
    --------
    >>> nearest("jsn", ["csv", "json"])
    "did you mean 'json'? known are csv, json"
    """
    names = sorted(known)
    near = get_close_matches(name[:100].lower().replace("-", "_"), names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'? " if near else ""
    return f"{hint}known are {', '.join(names)}"


def _unknown(name: str, keys: Mapping[str, Key]) -> str:
    return f"unknown key {quoted(name)}: {nearest(name, keys)}"


def _check_kind(name: str, value: Setting, key: Key, *, in_table: bool) -> None:
    field = f"resolver.{name}"
    wanted: dict[str, type] = {"text": str, "texts": tuple, "flag": bool, "table": str}
    if (key.kind == "table" and not in_table) or not isinstance(value, wanted[key.kind]):
        raise InvalidField(field, f"is {_kind_of(value)}: write {key.example}")
    if key.kind == "texts" and not value:
        raise InvalidField(field, f"is an empty list: write {key.example}")
    if key.as_is:
        return
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, str):
            _check_text(field, text, key)


def _check_text(field: str, text: str, key: Key) -> None:
    if not text:
        raise InvalidField(field, f"is empty: write {key.example}")
    if len(text) > LONGEST:
        raise InvalidField(field, f"has more than {LONGEST} characters")
    if not text.isprintable():
        raise InvalidField(field, "holds a line end or another character that cannot be seen")


def _kind_of(value: Setting) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, tuple) else "a number"
