"""In which line of a TOML text something stands: what `tomllib` does not tell."""

import re

#: Keys and indices from the top: `("question", 1, "forecast", 0, "probability")`.
Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")
_QUOTES = re.compile(r'"""|\'\'\'')


def line_of(text: str, place: Place) -> int:
    r"""Give the line of a key, or else of the table it is missing from.

    Parameters
    ----------
    text : str
        TOML that could be parsed.
    place : Place

    Returns
    -------
    int
        From 1; the nearest place above where the key itself stands in no line of its own.

    Examples
    --------
    >>> line_of('[[question]]\nid = "a"\n\n[[question]]\nid = "b"\n', ("question", 1, "id"))
    5
    """
    lines = _lines_by_place(text)
    for end in range(len(place), 0, -1):
        if place[:end] in lines:
            return lines[place[:end]]
    return 1


def _lines_by_place(text: str) -> dict[Place, int]:
    found: dict[Place, int] = {}
    table: Place = ()
    counts: dict[Place, int] = {}
    open_quotes = ""
    for number, line in enumerate(text.split("\n"), start=1):
        inside = open_quotes
        open_quotes = _open_after(line, open_quotes)
        if inside:
            continue
        if header := _HEADER.match(line):
            table = _table_place(header, counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = next(group for group in key.groups() if group is not None)
            found.setdefault((*table, name), number)
    return found


def _table_place(header: re.Match[str], counts: dict[Place, int]) -> Place:
    """Give a header's place; a list of tables counts on, and what lies inside it starts anew."""
    names = [name.strip().strip("\"'") for name in header[2].split(".")]
    place: Place = ()
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place])
    place = (*place, names[-1])
    if header[1] == "[[":
        counts[place] = counts.get(place, -1) + 1
        place = (*place, counts[place])
    return place


def _open_after(line: str, open_quotes: str) -> str:
    """Say which kind of long string is open at a line's end, if any."""
    for quotes in _QUOTES.findall(line):
        if not open_quotes:
            open_quotes = quotes
        elif quotes == open_quotes:
            open_quotes = ""
    return open_quotes
