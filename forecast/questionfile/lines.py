"""In which line of a TOML text something stands: what `tomllib` does not tell."""

import re
import tomllib
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

#: Keys and indices from the top: `("question", 1, "forecast", 0, "probability")`.
Place = tuple[str | int, ...]

#: Deeper nesting and longer dotted keys than people write, and `tomllib` takes quadratic time.
_DEEPEST = 100

# Possessive, so that no text makes it backtrack. What it skips are blanks. In a long string, one
# or two quotes are content unless more follow, and up to two may stand before the closing three.
_PIECE = re.compile(
    r"""
      \#[^\n]*+
    | (?P<line>\n)
    | (?P<text>\"{3}(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}
              |'{3}(?:[^']++|'{1,2}(?!'))*+'{3,5}
              |"(?:[^"\\\n]|\\.)*+"
              |'[^'\n]*+')
    | (?P<sign>[\[\]{}=,.])
    | (?P<word>[^\s\[\]{}=,."'\#]++)
    """,
    re.VERBOSE,
)
_END = ""


class Span(NamedTuple):
    """Where a value stands: lines from 1, that of its key first; characters from 0, end not in."""

    first_line: int
    last_line: int
    start: int
    end: int


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
        From 1; the nearest place above where the place itself stands nowhere.

    Examples
    --------
    >>> line_of('[[question]]\nid = "a"\n\n[[question]]\nid = "b"\n', ("question", 1, "id"))
    5
    """
    lines = _Walk(text).found
    for end in range(len(place), 0, -1):
        if place[:end] in lines:
            return lines[place[:end]]
    return 1


def places_of(text: str) -> tuple[dict[Place, int], dict[Place, Span]]:
    r"""Give the line of every place, and where each value stands.

    Parameters
    ----------
    text : str
        TOML that could be parsed.

    Returns
    -------
    dict of Place to int
        Of keys, items and tables.
    dict of Place to Span
        Of keys and items; tables with a header of their own have none.

    Examples
    --------
    >>> lines, spans = places_of('a = [\n  "x", # y\n]')
    >>> lines["a", 0], spans["a", 0]
    (2, Span(first_line=2, last_line=2, start=8, end=11))
    >>> spans["a",]
    Span(first_line=1, last_line=3, start=4, end=18)
    """
    walk = _Walk(text)
    return walk.found, walk.spans


def overdone_line(text: str) -> int | None:
    r"""Find where brackets are nested, or a dotted key goes on, beyond what people write.

    Parameters
    ----------
    text : str
        TOML, or what was meant as such.

    Returns
    -------
    int or None
        None where it is nowhere so.

    Examples
    --------
    >>> overdone_line("a = [1]") is None, overdone_line("a = 1\n" + "a." * 1000 + "a = 1")
    (True, 2)
    """
    depth = dots = 0
    for kind, piece, line, _ in _pieces(text):
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        if piece == ".":
            dots += 1
        elif kind not in ("text", "word"):
            dots = 0
        if max(depth, dots) > _DEEPEST:
            return line
    return None


class _Walk:
    """One walk through a TOML text, on which the line of every place is noted.

    What `tomllib` has refused already is not looked at again.
    """

    def __init__(self, text: str) -> None:
        self.found: dict[Place, int] = {}
        #: Of values; tables that have a header are none.
        self.spans: dict[Place, Span] = {}
        self._counts: dict[Place, int] = {}  # of the tables in each list of tables
        self._rest = _pieces(text)
        self.kind, self.piece, self.line, self._start = "", "", 1, 0
        self._step()
        table: Place = ()
        while self.piece != _END:
            if self.kind == "line":
                self._step()
            elif self.piece == "[":
                table = self._header()
            else:
                self._pair(table)

    def _step(self) -> None:
        if self.kind != "line":
            #: Where what was taken last ends.
            self._end = self._start + len(self.piece), self.line + self.piece.count("\n")
        self.kind, self.piece, self.line, self._start = next(self._rest, ("end", _END, 0, 0))

    def _note(self, place: Place, line: int) -> Place:
        self.found.setdefault(place, line)
        return place

    def _header(self) -> Place:
        """Take a header; a list of tables counts on, and what lies inside it starts anew."""
        line = self.line
        self._step()
        is_list = self.piece == "["
        names = self._names()
        place: Place = ()
        for name in names[:-1]:
            place = self._note((*place, name), line)
            if place in self._counts:
                place = (*place, self._counts[place])
        place = self._note((*place, *names[-1:]), line)
        if is_list:
            self._counts[place] = self._counts.get(place, -1) + 1
            place = self._note((*place, self._counts[place]), line)
        return place

    def _names(self) -> list[str]:
        """Take the names of a header or a key, with the signs around and after them."""
        names = []
        while self.kind in ("text", "word", "sign") and self.piece != "=":
            if self.kind != "sign":
                names.append(_name(self.piece))
            self._step()
        return names

    def _pair(self, place: Place) -> None:
        line = self.line
        for name in self._names():
            place = self._note((*place, name), line)
        self._step()
        self._value(place, line)

    def _value(self, place: Place, line: int) -> None:
        start = self._start
        self._take(place)
        self.spans.setdefault(place, Span(line, self._end[1], start, self._end[0]))

    def _take(self, place: Place) -> None:
        if self.piece in ("[", "{"):
            closing = "]" if self.piece == "[" else "}"
            self._step()
            for index in count():
                while self.kind == "line" or self.piece == ",":
                    self._step()
                if self.piece in (closing, _END):
                    break
                if closing == "]":
                    self._value(self._note((*place, index), self.line), self.line)
                else:
                    self._pair(place)
            self._step()
        else:
            # A number or a date may be several pieces.
            while self.kind not in ("line", "end") and self.piece not in (",", "]", "}"):
                self._step()


def _name(piece: str) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == '"':
        # Its escapes are TOML's.
        return str(tomllib.loads(f"name = {piece}")["name"])
    return piece


def comments(text: str) -> Iterator[tuple[int, str]]:
    r"""Give the comments of a TOML text, each with its line.

    Parameters
    ----------
    text : str
        TOML that could be parsed.

    Yields
    ------
    tuple of int and str
        What stands within quotes is none.

    Examples
    --------
    >>> list(comments('a = "# no"  # yes\n'))
    [(1, '# yes')]
    """
    for kind, piece, line, _ in _pieces(text, also_comments=True):
        if kind == "comment":
            yield line, piece.rstrip()


def _pieces(text: str, *, also_comments: bool = False) -> Iterator[tuple[str, str, int, int]]:
    """Give each piece's kind, text, line and place in the text; blanks are left out."""
    line = 1
    for match in _PIECE.finditer(text):
        piece = match[0]
        if match.lastgroup is not None:
            yield match.lastgroup, piece, line, match.start()
        elif also_comments:
            yield "comment", piece, line, match.start()
        line += piece.count("\n")
