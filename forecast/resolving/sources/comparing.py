"""What a value must be for a question to come true: `>= 190`, `== Signed`, `contains lethal`."""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from forecast.model import NotReadable
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.numbers import Value, as_text, read_number

_EXAMPLES = '">= 190", "== Signed" or "contains lethal"'
_LONGEST = 200
_COMPARISON = re.compile(r"(>=|<=|==|!=|>|<|contains\b) ?(.*)", re.IGNORECASE)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


class Test(Protocol):
    """What a value is put to."""

    @property
    def is_numeric(self) -> bool:
        """Whether it takes numbers alone."""
        ...

    @property
    def direction(self) -> int:
        """1 where a larger number holds if a smaller one does, -1 the other way round, else 0."""
        ...

    def holds(self, value: Value | Decimal) -> bool:
        """Whether a value passes."""
        ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with a number, or with text.

    Parameters
    ----------
    operator : {">=", "<=", ">", "<", "==", "!=", "contains"}
    text : str
        The right side, in lower case.
    number : Decimal, optional
        The right side, where it is a number and to be compared as one.
    """

    operator: str
    text: str
    number: Decimal | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether it takes numbers alone."""
        return self.number is not None

    @property
    def direction(self) -> int:
        """1 where a larger number holds if a smaller one does, -1 the other way round, else 0."""
        return {">": 1, ">=": 1, "<": -1, "<=": -1}.get(self.operator, 0)

    def holds(self, value: Value | Decimal) -> bool:
        """Whether a value passes.

        Raises
        ------
        SourceError
            If it is not a number and must be one.
        """
        if self.number is not None:
            number = value if isinstance(value, Decimal) else read_number(value)
            return _OPERATORS[self.operator](number, self.number)
        said = str(value) if isinstance(value, Decimal) else as_text(value)
        if self.operator == "contains":
            return self.text in said.casefold()
        return _OPERATORS[self.operator](said.casefold(), self.text)


def read_comparison(text: str) -> Comparison:
    """Read a comparison as people write it.

    Parameters
    ----------
    text : str
        An operator, and a number or text. Text is compared in lower case, blanks collapsed.

    Returns
    -------
    Comparison

    Raises
    ------
    NotReadable
        If it is anything else, or an order of text, which nobody means.

    Examples
    --------
    >>> read_comparison(">= 1,900").number, read_comparison("== Signed").text
    (Decimal('1900'), 'signed')
    """
    typed = " ".join(text[: 2 * _LONGEST].split())
    if len(text) > _LONGEST:
        raise NotReadable(f"{quoted(text)} is longer than {_LONGEST} characters")
    match = _COMPARISON.fullmatch(typed)
    if not match:
        raise NotReadable(f"{quoted(typed)} is no comparison: write {_EXAMPLES}")
    operator_, right = match[1].lower(), match[2].strip()
    if not right:
        raise NotReadable(f"{quoted(typed)} compares with nothing: write {_EXAMPLES}")
    if right[0] in "=<>":
        raise NotReadable(f"{quoted(typed)} has an unknown operator: write {_EXAMPLES}")
    if operator_ == "contains":
        return Comparison(operator_, right.casefold())
    try:
        return Comparison(operator_, right.casefold(), read_number(right))
    except SourceError:
        if operator_ in ("==", "!="):
            return Comparison(operator_, right.casefold())
        raise NotReadable(
            f"{quoted(right)} is not a number: write such as {operator_} 190"
        ) from None


class Words:
    """Words and phrases that must all appear, as whole words, in whatever case.

    Parameters
    ----------
    words : iterable of str
    """

    is_numeric = False
    direction = 0

    def __init__(self, words: Iterable[str]) -> None:
        # A boundary that also works for words that begin or end with a sign, such as C++.
        self._patterns = [
            re.compile(rf"(?<!\w){re.escape(' '.join(one.casefold().split()))}(?!\w)")
            for one in words
        ]

    def holds(self, value: Value | Decimal) -> bool:
        """Whether all of them appear in a text."""
        text = " ".join(str(value).casefold().split())
        return all(pattern.search(text) for pattern in self._patterns)
