"""Places of a question file that are still to be filled in: those that say `"?"`.

A draft leaves open what only a person can decide. Such a file does not load; `lint` reads it all
the same, with something in each place that the model takes.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from forecast.questionfile.lines import Place, places_of
from forecast.questionfile.tables import QuestionFileError, Source

#: What marks a place as open. Content that is a question mark and no more is written `"? "`.
OPEN = "?"
_CONTENT = "? "

#: Where a question mark means that, by the names of the tables that lead there.
_KEYS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("article",): ("title", "publisher", "published", "url"),
    ("question",): (
        *("id", "title", "options", "unit", "opened", "deadline", "known_by"),
        *("criteria", "sources"),
    ),
    ("question", "article"): ("title", "publisher", "published", "url"),
    ("question", "forecast"): ("forecaster", "at", "probability"),
}
_FIRST_DAY, _LAST_DAY = date(1, 1, 2), date(9998, 12, 30)


def open_places(content: dict[str, Any]) -> list[Place]:
    """Find what is still open in what `tomllib` read.

    Parameters
    ----------
    content : dict
        Of a whole file, whatever is in it.

    Returns
    -------
    list of Place
        In the order of the file's tables.

    Examples
    --------
    >>> open_places({"question": [{"criteria": "?", "sources": ["UN", "?"]}]})
    [('question', 0, 'criteria'), ('question', 0, 'sources', 1)]
    """
    found: list[Place] = []
    for names, keys in _KEYS.items():
        for place, table in _tables(content, names):
            for key in keys:
                value = table.get(key)
                if _is_open(value):
                    found.append((*place, key))
                elif isinstance(value, list):
                    found += [(*place, key, n) for n, one in enumerate(value) if _is_open(one)]
    return sorted(found, key=lambda place: [str(part).zfill(9) for part in place[:2]])


def refusal(places: list[Place], file: Source) -> QuestionFileError:
    """Refuse a file with open places: list them all, by key and line."""
    line_at, _ = places_of(file.text)
    lines: dict[str, list[int]] = {}
    for place in places:
        key = next(part for part in reversed(place) if isinstance(part, str))
        lines.setdefault(key, []).append(line_at[place])
    listed = "; ".join(
        f"{key} in line{'s' * (len(set(found)) > 1)} {', '.join(map(str, sorted(set(found))))}"
        for key, found in lines.items()
    )
    many = f"{len(places)} places say" if len(places) > 1 else "one place says"
    # Not cut to a length as other errors are: what is listed are lines, and all are wanted.
    problem = f'{many} "?" and must be filled in before it loads: {listed}'
    first = min(min(found) for found in lines.values())
    return QuestionFileError(f"{file.name}:{first}: {problem}", first, problem)


def kept(value: Any) -> Any:
    """Write content that is a question mark so that it is not taken for an open place."""
    if isinstance(value, list):
        return [kept(one) for one in value]
    return _CONTENT if value == OPEN else value


def stand_in(content: dict[str, Any], places: list[Place]) -> None:
    """Put into every open place something that the model takes, in what `tomllib` read."""
    for place in places:
        *above, key = place
        table: Any = content
        for part in above:
            table = table[part]
        if isinstance(key, int):  # nothing is taken out of a list: the others keep their places
            table[key] = f"{OPEN} {key + 1}"
        elif key in ("known_by", "published", "publisher", "url", "unit"):
            table.pop(key, None)
        elif key == "criteria":
            table[key] = ""
        elif key == "id":
            table[key] = f"open-{above[-1]}"
        elif key == "opened":
            table[key] = _FIRST_DAY
        elif key == "deadline":
            table[key] = _LAST_DAY
            table.pop("known_by", None)
        elif key == "at":
            table[key] = _FIRST_DAY
        elif key == "probability":
            table[key] = 0.5


def _tables(table: Any, names: tuple[str, ...], at: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(table, list):
        for index, one in enumerate(table):
            yield from _tables(one, names, (*at, index))
    elif isinstance(table, dict):
        if not names:
            yield at, table
        elif names[0] in table:
            yield from _tables(table[names[0]], names[1:], (*at, names[0]))


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value != _CONTENT and value.strip() == OPEN
