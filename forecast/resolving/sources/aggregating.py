"""What some values amount to, if they are all."""

from dataclasses import dataclass
from decimal import Context, Decimal

from forecast.model import Question
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.numbers import Value, as_text, plain, read_number
from forecast.resolving.sources.observing import Counted
from forecast.resolving.sources.rules import Rule

#: Sums are exact for whatever a source may publish.
_EXACT = Context(prec=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """What some values amount to.

    Parameters
    ----------
    outcome : str
        Empty for none.
    passed : bool
        Whether they passed the test, if there is one.
    rests_on : tuple of Counted
    """

    outcome: str
    passed: bool
    rests_on: tuple[Counted, ...]


def aggregate(question: Question, rule: Rule, counted: tuple[Counted, ...]) -> Aggregate | None:
    """Say what values amount to if they are all.

    Parameters
    ----------
    question : Question
    rule : Rule
    counted : tuple of Counted

    Returns
    -------
    Aggregate, optional
        None where there is nothing to go by.

    Raises
    ------
    SourceError
        If a value is needed that is an option, and it is none.
    """
    taken, rests_on = _taken(rule, counted)
    if taken is None and rule.take != "any":
        return None
    if question.type == "number":
        number = taken if isinstance(taken, Decimal) else read_number(taken)
        return Aggregate(outcome=plain(number), passed=True, rests_on=rests_on)
    if rule.test is None:
        if taken is None:
            return None
        option = option_of(question, taken if not isinstance(taken, Decimal) else None)
        if option is None:
            raise SourceError(f"{quoted(str(taken))} is none of the question's options")
        return Aggregate(outcome=option, passed=True, rests_on=rests_on)
    if taken is None:  # any: those that pass were looked for before
        return Aggregate(outcome=rule.otherwise, passed=False, rests_on=rests_on)
    passed = rule.test.holds(taken)
    outcome = rule.then if passed else rule.otherwise
    return Aggregate(outcome=outcome, passed=passed, rests_on=rests_on)


def _taken(rule: Rule, counted: tuple[Counted, ...]) -> tuple[Value | Decimal, tuple[Counted, ...]]:
    """Take the value that is put to the test, and what it rests on."""
    if rule.take == "any":
        return None, counted[-1:]
    if rule.take == "count":
        return Decimal(len(counted)), counted
    if not counted:
        return None, ()
    if rule.take in ("first", "last"):
        one = counted[0] if rule.take == "first" else counted[-1]
        return one.value, (one,)
    numbers = [read_number(one.value) for one in counted]
    if rule.take == "sum":
        total = Decimal(0)
        for number in numbers:
            total = _EXACT.add(total, number)
        return total, counted
    best = max(numbers) if rule.take == "max" else min(numbers)
    return best, (counted[numbers.index(best)],)


def option_of(question: Question, value: Value) -> str | None:
    """Give the option that a value names, in whatever case.

    Parameters
    ----------
    question : Question
    value : str, int, float, bool or None

    Returns
    -------
    str, optional
    """
    said = as_text(value).casefold()
    return next((one for one in question.options if one.casefold() == said), None)
