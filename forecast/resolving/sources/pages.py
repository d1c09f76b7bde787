"""HTML pages: parsed, and looked into by CSS selectors that take no time to speak of."""

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from forecast.model import NotReadable
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import Document, SourceError
from forecast.resolving.sources.texts import collapse, decoded, header
from forecast.resolving.sources.tidying import BREAK, tidied

_LONGEST = 300
_META = re.compile(r"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.I | re.A)
_MARKUP = re.compile(r"[<&]")

# Each blank of a selector multiplies the ways up the tree, each ~ those along it.
_MOST_BLANKS = 2
_ESCAPED = re.compile(r"\\(?:[0-9a-f]{1,6}[ \n]?|.)", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_COUNTING = re.compile(r"\(\s*(?:odd|even|[0-9n+\s-]+)\s*\)", re.IGNORECASE)
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_CONTAINS_END = re.compile(r"\s+i\s*$", re.IGNORECASE)
_AROUND = re.compile(r"\s*([,>+~])\s*")


def parse(document: Document) -> LexborHTMLParser:
    """Parse a page; scripts and styles are left out.

    Parameters
    ----------
    document : Document

    Returns
    -------
    LexborHTMLParser

    Raises
    ------
    SourceError
        If it is no text, or too much of it.
    """
    return _parsed(markup_of(document))


def markup_of(document: Document) -> str:
    """Read a page as text, in the charset that it or its header names.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
    """
    start = document.body[:4096].decode("latin-1")
    said = _META.search(start)
    try:
        return decoded(document, said[1] if said else "windows-1252")
    except SourceError:  # browsers take it for this, too; what cannot be read is not found
        return document.body.decode("windows-1252", "replace")


def is_page(document: Document) -> bool:
    """Whether a document is HTML, by what it says it is or by its start.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bool
    """
    said = header(document, "content-type").lower()
    if said:
        return "html" in said
    start = document.body[:1000].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


def text_of(markup: str) -> str:
    """Give the text of a piece of HTML on one line.

    Parameters
    ----------
    markup : str

    Returns
    -------
    str

    Examples
    --------
    >>> text_of("<p>Signed <b>today</b>,<br>they say")
    'Signed today, they say'
    """
    if not _MARKUP.search(markup):
        return collapse(markup)
    return node_text(_parsed(markup).body)


def node_text(node: LexborNode | None) -> str:
    """Give the text of an element on one line.

    Parameters
    ----------
    node : LexborNode, optional

    Returns
    -------
    str
    """
    return collapse(node.text()) if node is not None else ""


def node_value(node: LexborNode) -> str:
    """Give the text of an element as a value: lines stay apart, so that two make no number.

    Parameters
    ----------
    node : LexborNode

    Returns
    -------
    str
    """
    return BREAK.join(filter(None, map(collapse, node.text().split(BREAK))))


def select(page: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Give what a selector leads to, in the order of the page.

    Parameters
    ----------
    page : LexborHTMLParser
    selector : str
        Checked by `check_selector`.

    Returns
    -------
    list of LexborNode

    Raises
    ------
    SourceError
        If nothing is there.
    """
    try:
        found = page.css(selector)
    except SelectolaxError as error:
        raise SourceError(f"{quoted(selector)}: {error}") from None
    if not found:
        raise SourceError(f"nothing at {quoted(selector)}: has the page changed?")
    return found


@lru_cache(maxsize=256)
def check_selector(selector: str) -> None:
    """Refuse a selector that is none, or that might take long.

    Parameters
    ----------
    selector : str

    Raises
    ------
    NotReadable
    """
    said = quoted(selector)
    if len(selector) > _LONGEST:
        raise NotReadable(f"{said} is longer than {_LONGEST} characters")
    try:
        LexborHTMLParser("<p>").css(selector)
    except (SelectolaxError, ValueError):
        raise NotReadable(f"{said} is no CSS selector") from None
    plain = _BRACKETS.sub("[]", _QUOTED.sub("Q", _ESCAPED.sub("x", selector)))
    if "/*" in plain or any(one in plain for one in "\"'\\"):
        raise NotReadable(f"{said} is no CSS selector that can be read here: simplify it")
    lowered = plain.lower()
    for pseudo, most in ((":nth-", 2), (":has(", 1), (":lexbor-contains(", 2)):
        if lowered.count(pseudo) > most:
            raise NotReadable(f"{said} has more than {most} of {pseudo}…), which may take long")
    plain = _without_parentheses(plain, said)
    steps = _AROUND.sub(r"\1", plain.strip())
    if steps.count(" ") > _MOST_BLANKS:
        raise NotReadable(
            f"{said} has more than {_MOST_BLANKS} steps of any depth, which may take long: "
            "write > for a step to a child"
        )
    if steps.count("~") > 1 or ("~" in steps and " " in steps):
        raise NotReadable(f"{said} has ~ beside other steps, which may take long: write > and +")


def _without_parentheses(plain: str, said: str) -> str:
    plain = _COUNTING.sub("", plain)
    while match := _PARENTHESES.search(plain):
        inner = _AROUND.sub(r"\1", _CONTAINS_END.sub("", match[1]).strip())
        if re.search(r"[\s~+>]", inner.removeprefix(">")):
            raise NotReadable(f"{said} has steps within parentheses, which may take long")
        plain = plain[: match.start()] + plain[match.end() :]
    return plain


def _parsed(markup: str) -> LexborHTMLParser:
    return LexborHTMLParser(tidied(markup))
