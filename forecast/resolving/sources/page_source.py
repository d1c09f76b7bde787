"""`page`: has it changed? A person is then to look."""

from hashlib import sha256

from forecast.model import Question
from forecast.resolving.sources import asking
from forecast.resolving.sources.contract import Document, Found, Means, Source, SourceError
from forecast.resolving.sources.pages import check_selector, is_page, node_text, parse, select
from forecast.resolving.sources.settings import Key, Settings, lint
from forecast.resolving.sources.texts import collapse, decoded, excerpt


def _check_selector(_: Question, selector: str) -> None:
    check_selector(selector)


_KEYS = {
    **asking.KEYS,
    "select": Key(kind="text", example='select = "main"', check=_check_selector),
}


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    lint(question, _KEYS)


def find(question: Question, means: Means) -> Found:
    """Take the fingerprint of what a reader of the page sees."""
    document = asking.ask(question, means)
    text = _text(document, Settings(question).text("select"))
    seen = document.body if text is None else text.encode("utf-8", "replace")
    return Found(
        document=document,
        excerpt=excerpt(text or f"{len(document.body):,} bytes"),
        fingerprint=sha256(seen).hexdigest(),
    )


def _text(document: Document, selector: str) -> str | None:
    """Give the text; None for what is no text at all."""
    if is_page(document):
        page = parse(document)
        nodes = select(page, selector) if selector else [page.body]
        return "\n".join(node_text(node) for node in nodes)
    if selector:
        raise SourceError("it is no HTML, in which something could be selected")
    try:
        return collapse(decoded(document))
    except SourceError:
        return None


SOURCE = Source(check=check, find=find)
