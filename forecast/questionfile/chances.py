"""The probability of a forecast in a question file, and the words beside it."""

from collections.abc import Callable
from typing import Any

from forecast.model import ForecastError
from forecast.questionfile.tables import Table
from forecast.reading.lexicon import DEFAULT, Lexicon, find_lexicon, load
from forecast.reading.probabilities import read_probability

_RANGE = "range = [0.01, 0.05]"


def probability(table: Table) -> dict[str, Any]:
    """Read a probability; words, range and lexicon may be given beside a number, too.

    Words are read by the lexicon that is named beside them, else by ICD 203: never by somebody's
    config, so that a file means the same everywhere.
    """
    value = table.take("probability", (str, int, float), '"7%", 0.07 or words of probability')
    words = table.text("words")
    ends = table.take("range", (list,), f"a list of two, {_RANGE}")
    lexicon = table.text("lexicon")
    beside = [key for key in ("words", "range", "lexicon") if key in table.content]
    if value is None:
        if beside:
            raise table.error(beside[0], f"{beside[0]} stands beside a probability, and has none")
        return {}
    chosen, unknown = _lexicon(lexicon)
    try:
        reading = read_probability(value if isinstance(value, str) else repr(value), chosen)
    except ForecastError as error:
        raise table.error("probability", f"probability: {error}") from None
    low, high = reading.low, reading.high
    if reading.lexicon:
        _refuse_beside(table, unknown)
        lexicon = reading.lexicon
    if ends is not None:
        if len(ends) != 2:
            raise table.error("range", f"range is two probabilities: write {_RANGE}")
        low, high = (table.number("range", end, _RANGE) for end in ends)
    return {
        "probability": reading.probability,
        "words": words or reading.words,
        "low": low,
        "high": high,
        "lexicon": lexicon,
    }


def _lexicon(name: str) -> tuple[Callable[[], Lexicon], str]:
    """Give how to get the lexicon that was named, and what is wrong with the name."""
    if not name:
        return (lambda: load(DEFAULT)), ""
    try:
        found = find_lexicon(name)
    except ForecastError as error:  # beside a number a lexicon may be anybody's own
        return (lambda: load(DEFAULT)), str(error)
    return (lambda: found), ""


def _refuse_beside(table: Table, unknown: str) -> None:
    """Refuse what stands beside a probability that is words itself."""
    for key in ("words", "range"):
        if key in table.content:
            problem = f"probability is words: beside {key} write the number they stand for"
            raise table.error("probability", problem)
    if unknown:
        problem = f"{unknown}; beside a lexicon of your own write the number the words stand for"
        raise table.error("lexicon", f"lexicon: {problem}")
