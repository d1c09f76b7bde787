"""`# lint: ignore Q301 why` in a question file: of what, and whether it was any use."""

import re
from dataclasses import dataclass, field

from forecast.questionfile.lines import Place, Span, comments, places_of

_IGNORE = re.compile(r"^#+\s*lint:\s*ignore\b[\s:]*(?P<rest>.*)$", re.IGNORECASE)
_CODES = re.compile(r"^(?P<codes>Q[0-9]{3}(?:\s*,\s*Q[0-9]{3})*)\b[\s:,–—-]*(?P<reason>.*)$", re.I)


@dataclass
class Ignore:
    """A comment that hides findings.

    Parameters
    ----------
    line : int
        Its own.
    place : Place or None
        What it is about: a value, a table, or, empty, the file; None where it stands by nothing.
    codes : tuple of str
    reason : str
    used : set of str
        The codes of which it has hidden something.
    """

    line: int
    place: Place | None
    codes: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)

    def hides(self, code: str, place: Place) -> bool:
        """Hide a finding, if it is one of those meant; and remember that."""
        if self.place is None or code not in self.codes or place[: len(self.place)] != self.place:
            return False
        self.used.add(code)
        return True


def ignores_in(text: str) -> list[Ignore]:
    """Find the comments that hide findings.

    Parameters
    ----------
    text : str
        Of a question file.

    Returns
    -------
    list of Ignore
        A comment at the end of a line is about what stands in that line; one alone in its line
        about what follows directly below, a value or a whole table; in the first lines of a file,
        with an empty line or the article below, about the file.
    """
    noted = [(line, match) for line, said in comments(text) if (match := _IGNORE.match(said))]
    if not noted:
        return []
    at, spans = places_of(text)
    lines = text.split("\n")
    found: list[Ignore] = []
    for line, match in noted:
        codes = _CODES.match(match["rest"])
        named = tuple(code.strip().upper() for code in codes["codes"].split(",")) if codes else ()
        reason = codes["reason"].strip() if codes else match["rest"].strip()
        alone = lines[line - 1].lstrip().startswith("#")
        place = _below(line, lines, at) if alone else _beside(line, at, spans)
        found.append(Ignore(line, place, named, reason))
    return found


def _below(line: int, lines: list[str], at: dict[Place, int]) -> Place | None:
    """Find what a comment alone in its line is about; comments may follow it."""
    below = line
    while below < len(lines) and lines[below].lstrip().startswith("#"):
        below += 1
    place = max((one for one, first in at.items() if first == below + 1), key=len, default=None)
    if place == ("article",) or (place is None and line < min(at.values(), default=0)):
        return ()
    return place


def _beside(line: int, at: dict[Place, int], spans: dict[Place, Span]) -> Place | None:
    """Find what a comment at the end of a line is about: the value that begins or ends there."""
    inside = [place for place, span in spans.items() if span.first_line <= line <= span.last_line]
    values = [
        place for place in inside if line in (spans[place].first_line, spans[place].last_line)
    ]
    if values:
        return min(values, key=len)
    headers = [place for place, first in at.items() if first == line]
    return max(headers, key=len, default=None)
