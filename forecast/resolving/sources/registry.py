"""Which kinds of source there are: those here, and those of other packages."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from forecast.model import InvalidField, Question
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import Source
from forecast.resolving.sources.settings import nearest

#: Imported when first used: some of them bring a library for their format.
BUILTIN = {
    "command": "forecast.resolving.sources.command_source",
    "csv": "forecast.resolving.sources.csv_source",
    "feed": "forecast.resolving.sources.feed_source",
    "html": "forecast.resolving.sources.html_source",
    "json": "forecast.resolving.sources.json_source",
    "manual": "forecast.resolving.sources.manual_source",
    "page": "forecast.resolving.sources.page_source",
}
GROUP = "forecast.sources"


@cache
def source_of(type_: str) -> Source:
    """Find a kind of source by its name.

    Parameters
    ----------
    type_ : str
        As a resolver's `type` has it. Another package's entry point does not replace one of ours.

    Returns
    -------
    Source

    Raises
    ------
    InvalidField
        If there is none, or it cannot be used.
    """
    if type_ in BUILTIN:
        source = import_module(BUILTIN[type_]).SOURCE
        assert isinstance(source, Source)
        return source
    others = entry_points(group=GROUP)
    if type_ not in others.names:
        known = {*BUILTIN, *others.names}
        problem = f"{quoted(type_)} is no kind of source: {nearest(type_, known)}"
        raise InvalidField("resolver.type", problem)
    entry = next(iter(others.select(name=type_)))
    try:
        loaded = entry.load()
    except Exception as error:  # another package's code, which may do anything
        problem = f"{quoted(type_)} comes from {entry.value}, which does not load: {_said(error)}"
        raise InvalidField("resolver.type", problem) from None
    if not isinstance(loaded, Source):
        problem = f"{quoted(type_)} comes from {entry.value}, which is no Source"
        raise InvalidField("resolver.type", problem)
    return loaded


def check(question: Question) -> None:
    """Refuse a question whose resolver would not work; one without a resolver is fine.

    Parameters
    ----------
    question : Question

    Raises
    ------
    InvalidField
        Naming `resolver.KEY`.
    """
    if question.resolver is None:
        return
    type_ = question.resolver.type
    source = source_of(type_)
    try:
        source.check(question)
    except InvalidField:
        raise
    except Exception as error:
        if type_ in BUILTIN:
            raise
        problem = f"the source {quoted(type_)} failed to check it: {_said(error)}"
        raise InvalidField("resolver.type", problem) from None


def _said(error: Exception) -> str:
    return quoted(f"{type(error).__name__}: {error}")[1:-1]
