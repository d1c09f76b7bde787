"""`html`: values at a CSS selector of a page, with their dates at another."""

from datetime import tzinfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from forecast.model import Question
from forecast.reading.quoting import quoted
from forecast.resolving.sources import asking
from forecast.resolving.sources.contract import Document, Found, Means, Source, SourceError
from forecast.resolving.sources.judging import judge
from forecast.resolving.sources.numbers import is_blank
from forecast.resolving.sources.observing import Observation
from forecast.resolving.sources.pages import check_selector, node_text, node_value, parse, select
from forecast.resolving.sources.reach import Span, read_span
from forecast.resolving.sources.rules import FETCHED, lint_values, zone_of
from forecast.resolving.sources.settings import Key, Settings
from forecast.resolving.sources.texts import collapse, shortened


def _check_selector(_: Question, selector: str) -> None:
    check_selector(selector)


def _check_as_of(_: Question, as_of: str) -> None:
    if as_of != FETCHED:
        check_selector(as_of)


_KEYS = {
    **asking.KEYS,
    "select": Key(kind="text", example='select = "#total"', required=True, check=_check_selector),
    "attribute": Key(kind="text", example='attribute = "data-value"'),
    "dates": Key(kind="text", example='dates = "tr > td.date"', check=_check_selector),
    "as_of": Key(kind="text", example='as_of = "#updated"', check=_check_as_of),
}


def check(question: Question) -> None:
    """Refuse settings that would not work."""
    lint_values(question, _KEYS)


def find(question: Question, means: Means) -> Found:
    """Say what the page answers."""
    document = asking.ask(question, means)
    page = parse(document)
    settings, zone = Settings(question), zone_of(question)
    as_of, note = _as_of(settings, zone, page, document)
    observations = _observations(settings, zone, page)
    return judge(question, observations, document, as_of=as_of, note=note)


def _observations(settings: Settings, zone: tzinfo, page: LexborHTMLParser) -> list[Observation]:
    nodes = select(page, settings.text("select"))
    if "dates" not in settings:
        return [
            Observation(value=value, excerpt=_line(settings, value))
            for value in (_value(settings, node) for node in nodes)
        ]
    dates = select(page, settings.text("dates"))
    if len(nodes) != len(dates):
        raise SourceError(
            f"{len(nodes)} values at {quoted(settings.text('select'))} and {len(dates)} dates at "
            f"{quoted(settings.text('dates'))}: they must be as many"
        )
    _check_rows(nodes, dates)
    found = []
    for node, date in zip(nodes, dates, strict=True):
        value, written = _value(settings, node), _date(date)
        line = f"{_line(settings, value)} ({written})"
        if is_blank(value) and not written:
            found.append(Observation(value=value, excerpt=line))
            continue
        span = read_span(written, zone, settings.text("date_format"))
        found.append(Observation(value=value, span=span, excerpt=line))
    return found


def _check_rows(nodes: list[LexborNode], dates: list[LexborNode]) -> None:
    """Refuse values and dates of which some stand in the same row, but not each with its own.

    Where one row lacks its value and another its date, there are as many, and all between would be
    paired wrongly.
    """
    rows = [_row(one) for one in nodes]
    shared = set(rows) & {_row(one) for one in dates} - {None}
    for node, date, row in zip(nodes, dates, rows, strict=True):
        if row != _row(date) and shared:
            where = quoted(node_text(node))
            raise SourceError(f"the value {where} and its date stand in different rows")


def _row(node: LexborNode) -> int | None:
    above: LexborNode | None = node
    while above is not None:
        if above.tag in ("tr", "li"):
            return above.mem_id
        above = above.parent
    return None


def _value(settings: Settings, node: LexborNode) -> str:
    attribute = settings.text("attribute").lower()
    if not attribute:
        return node_value(node)
    if attribute not in node.attributes:
        raise SourceError(
            f"what is at {quoted(settings.text('select'))} has no attribute {quoted(attribute)}"
        )
    return collapse(node.attributes[attribute] or "")


def _date(node: LexborNode) -> str:
    """Give a date as it is written for machines where it is."""
    return collapse(node.attributes.get("datetime") or "") or node_text(node)


def _as_of(
    settings: Settings, zone: tzinfo, page: LexborHTMLParser, document: Document
) -> tuple[Span | None, str]:
    said = settings.text("as_of")
    if not said:
        return None, ""
    if said == FETCHED:
        return Span(document.fetched_at, document.fetched_at), ""
    written = _date(select(page, said)[0])
    return read_span(written, zone, settings.text("date_format")), f"as of {written}"


def _line(settings: Settings, value: str) -> str:
    return f"{settings.text('select')}: {shortened(collapse(value), 300)}"


SOURCE = Source(check=check, find=find)
