"""HTML rewritten so that no page, however hostile, takes long to parse.

HTML's own rules make some pages grow without bound: a hundred thousand nested elements, or as many
attributes, take the parser minutes; formatting that is never closed is opened anew in every
paragraph. So what the parser is given is written here, piece by piece: every element that is opened
is closed, none is nested too deep, scripts and styles are left out. Pages that keep to the rules
mean the same before and after.
"""

import re
from collections import Counter
from functools import cache

from forecast.resolving.sources.contract import SourceError

#: Stands where a line ends: a blank to everybody, but not to a number's thousands.
BREAK = "\N{LINE SEPARATOR}"
MOST_ELEMENTS = 200_000
DEEPEST = 150
#: Children of one element: what CSS counts, it counts anew for each of them.
MOST_CHILDREN = 40_000
#: The sum over elements of how deep they are, squared: the ways up that a selector may try.
_MOST_WAYS = 200_000_000
_MOST_ATTRIBUTES = 60
#: Formatting elements within each other.
_MOST_FORMATTING = 10

_TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))
    |<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)
      (?P<attributes>(?:[^>"'=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?|["'])*+)(?:>|\Z)
    |<[!?/][^>]*+(?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(
    r"""([^\s/>="'<]++)(?:\s*+=\s*+("[^"]*+"?|'[^']*+'?|[^\s>]*+))?""", re.DOTALL | re.ASCII
)
_NAME = re.compile(r"[a-z][a-z0-9:_-]{0,40}")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _names(
    "area base basefont bgsound br col embed hr image img input keygen link meta param source "
    "track wbr"
)
#: Left out with all that is in them.
_HIDDEN = _names("iframe noembed noframes script style xmp")
#: Left out, but not what is in them.
_IGNORED = _names("frame frameset plaintext")
#: What is in them is text, whatever it looks like.
_TEXT = _names("textarea title")
_TOP = _names("html head body")
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_CELLS = _names("td th")
_GROUPS = _names("tbody thead tfoot")
_TABLE = _CELLS | _GROUPS | _names("tr table caption colgroup")
_CLOSE_PARAGRAPH = _names(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary "
    "table ul dd dt li"
)
_BLOCKS = _CLOSE_PARAGRAPH | _names("br option optgroup select button textarea svg math")
#: Not glued to the text around: lines, and what is no digit of a number, such as a footnote's.
_APART = _BLOCKS | _names("sup sub del ins s strike")
#: An end tag of an inline element does not close these.
_SPECIAL = _BLOCKS | _TABLE | _names("object template noscript applet marquee")
#: An end tag outside does not reach in.
_WALLS = _CELLS | _names("caption table template object marquee applet button svg math")
#: What the start of an element ends, up to what.
_ENDED_BY = {
    "li": (_names("li"), _names("ul ol menu dir") | _WALLS),
    "dt": (_names("dt dd"), _names("dl") | _WALLS),
    "dd": (_names("dt dd"), _names("dl") | _WALLS),
    "option": (_names("option"), _names("select datalist optgroup") | _WALLS),
    "optgroup": (_names("option optgroup"), _names("select") | _WALLS),
    "td": (_CELLS, _names("table tr template")),
    "th": (_CELLS, _names("table tr template")),
    "tr": (_CELLS | {"tr", "caption", "colgroup"}, _GROUPS | _names("table template")),
    **dict.fromkeys(
        _GROUPS,
        (_CELLS | _GROUPS | {"tr", "caption", "colgroup"}, _names("table template")),
    ),
}
_PARAGRAPH = _names("p")
_ROOTS = _names("table template")
_FOREIGN = ("svg", "math")


def tidied(markup: str) -> str:
    """Rewrite HTML so that it parses in time proportional to its length.

    Parameters
    ----------
    markup : str

    Returns
    -------
    str

    Raises
    ------
    SourceError
        If it has too many elements, or nested too deep.
    """
    return _Tidier(markup).run()


class _Tidier:
    """Writes the pieces, and knows what is open."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._pieces = ["<!DOCTYPE html>"]
        self._open: list[str] = []
        self._children = [0]
        self._n_open: Counter[str] = Counter()
        #: Start tags left out, whose end tags are to be left out as well.
        self._skipped: Counter[str] = Counter()
        self._seen_top: set[str] = set()
        self._n_elements = 0
        self._n_ways = 0

    def run(self) -> str:
        """Go through the markup from start to end."""
        position, end = 0, len(self._markup)
        while position < end:
            match = _TOKEN.search(self._markup, position)
            if match is None:
                break
            self._text(position, match.start())
            position = match.end()
            if not match["name"]:
                continue
            name = match["name"].lower()
            if not _NAME.fullmatch(name) or name in _IGNORED:
                continue
            if match["end"]:
                self._end(name)
            elif name in _HIDDEN or name in _TEXT:
                position = self._verbatim(name, match["attributes"], position)
            else:
                self._start(name, match["attributes"])
        self._text(position, end)
        while self._open:
            self._close()
        return "".join(self._pieces)

    def _text(self, start: int, end: int) -> None:
        if start < end:
            self._pieces.append(self._markup[start:end].replace("<", "&lt;"))

    def _verbatim(self, name: str, attributes: str, position: int) -> int:
        """Take what is in an element up to its end tag; give where that ends."""
        match = _end_tag(name).search(self._markup, position)
        start, end = match.span() if match else (len(self._markup), len(self._markup))
        if name in _TEXT:
            self._start(name, attributes)
            self._text(position, start)
            self._close()
        return end

    def _start(self, name: str, attributes: str) -> None:
        if name in _TOP:
            if name not in self._seen_top:
                self._seen_top.add(name)
                self._pieces.append(f"<{name}{_attributes(attributes)}>")
            return
        if name in _CLOSE_PARAGRAPH and self._n_open["p"]:
            self._close_any(_PARAGRAPH, _WALLS)
        if name in _ENDED_BY:
            self._close_any(*_ENDED_BY[name])
        if name in _FORMATTING:
            if sum(self._n_open[one] for one in _FORMATTING) >= _MOST_FORMATTING:
                self._skipped[name] += 1
                return
            if name == "a" and self._n_open["a"]:  # a link in a link ends it
                self._close_any(_names("a"), _WALLS)
        self._count()
        tag = f"<{name}{_attributes(attributes)}>"
        if name in _APART:
            tag = BREAK + tag
        elif name in _CELLS or name == "caption":  # around them, no text may stand
            tag += BREAK
        self._pieces.append(tag)
        if name in _VOID:
            return
        self._open.append(name)
        self._children.append(0)
        self._n_open[name] += 1
        if attributes.endswith("/") and any(self._n_open[one] for one in _FOREIGN):
            self._close()

    def _count(self) -> None:
        self._n_elements += 1
        self._children[-1] += 1
        if self._n_elements > MOST_ELEMENTS:
            raise SourceError(f"the page has more than {MOST_ELEMENTS:,} elements")
        if self._children[-1] > MOST_CHILDREN:
            raise SourceError(f"the page has more than {MOST_CHILDREN:,} elements side by side")
        self._n_ways += len(self._open) ** 2
        if len(self._open) >= DEEPEST or self._n_ways > _MOST_WAYS:
            raise SourceError("the page has too many elements nested too deep")

    def _end(self, name: str) -> None:
        if self._skipped[name]:
            self._skipped[name] -= 1
            return
        if name == "head" and "head" in self._seen_top and "body" not in self._seen_top:
            self._pieces.append("</head>")
        if not self._n_open[name]:
            return
        if name in _TABLE:
            self._close_any(frozenset({name}), _names("template") if name == "table" else _ROOTS)
        elif name in _SPECIAL:
            self._close_any(frozenset({name}), _WALLS - {name})
        else:
            self._close_any(frozenset({name}), _SPECIAL)

    def _close_any(self, names: frozenset[str], walls: frozenset[str]) -> None:
        """Close all down to the lowest element of these names this side of a wall."""
        lowest = None
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] in names:
                lowest = index
                if len(names) == 1:
                    break
            elif self._open[index] in walls:
                break
        while lowest is not None and len(self._open) > lowest:
            self._close()

    def _close(self) -> None:
        name = self._open.pop()
        self._children.pop()
        self._n_open[name] -= 1
        self._pieces.append(f"</{name}>{BREAK if name in _APART else ''}")


@cache
def _end_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE | re.ASCII)


def _attributes(text: str) -> str:
    if not text.strip(" /"):
        return ""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        name, value = match[1].lower(), match[2]
        if len(found) >= _MOST_ATTRIBUTES or not (name.isascii() and name.isprintable()):
            continue
        if value is None:
            found.setdefault(name, f" {name}")
            continue
        if value[:1] in ("'", '"'):
            value = value[1:].removesuffix(value[0])
        found.setdefault(name, f' {name}="{value.replace(chr(34), "&quot;")}"')
    return "".join(found.values())
