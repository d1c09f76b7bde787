"""JSONPath, as RFC 9535 has it, without what would let a hostile path take long.

A path may have filters, one `..`, and one selector in each bracket. In a filter stand only paths to
one value, so that what a path takes is about the size of the document, once for each step.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathNode, JSONPathQuery
from jsonpath_rfc9535.exceptions import JSONPathError
from jsonpath_rfc9535.filter_expressions import (
    ComparisonExpression,
    Expression,
    FilterExpression,
    FilterQuery,
    FunctionExtension,
    LogicalExpression,
    PrefixExpression,
)
from jsonpath_rfc9535.function_extensions import Length
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath_rfc9535.selectors import FilterSelector, IndexSelector, NameSelector

from forecast.model import NotReadable
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import SourceError

#: A daily series of a century has 36,525 values.
MOST_NODES = 100_000
_LONGEST = 300
#: A path, a comparison, a literal, an and: each of them is one.
_MOST_FILTER_PARTS = 32


class _Environment(JSONPathEnvironment):
    """JSONPath without functions that run patterns or count whole trees."""

    def setup_function_extensions(self) -> None:
        self.function_extensions["length"] = Length()


@lru_cache(maxsize=256)
def read_path(text: str) -> JSONPathQuery:
    """Read a JSONPath.

    Parameters
    ----------
    text : str

    Returns
    -------
    JSONPathQuery

    Raises
    ------
    NotReadable
        If it is none, or one that might take long.
    """
    if len(text) > _LONGEST:
        raise NotReadable(f"{quoted(text)} is longer than {_LONGEST} characters")
    try:
        query = _Environment().compile(text)
        _check(query)
    except NotReadable:
        raise
    except (JSONPathError, ValueError, RecursionError) as error:
        problem = str(error.args[0]) if error.args else "it cannot be read"
        raise NotReadable(f"{quoted(text)} is no JSONPath: {quoted(problem)[1:-1]}") from None
    return query


def select(query: JSONPathQuery, content: object) -> list[JSONPathNode]:
    """Give what a path leads to.

    Parameters
    ----------
    query : JSONPathQuery
    content : object
        As `json` reads it.

    Returns
    -------
    list of JSONPathNode

    Raises
    ------
    SourceError
        If that is too much, or nested too deep.
    """
    root = JSONPathNode(value=content, location=(), parent=None, root=content)  # type: ignore[arg-type]
    return _follow(query.segments, [root], str(query))


def pairs(
    first: JSONPathQuery, second: JSONPathQuery, content: object
) -> list[tuple[JSONPathNode, JSONPathNode | None]]:
    """Pair what two paths lead to.

    Where they part only after their last wildcard, what has the same parent is a pair: a value
    whose date is missing does not shift all others. Else the nth of one goes with the nth of the
    other, and there must be as many.

    Parameters
    ----------
    first, second : JSONPathQuery
    content : object

    Returns
    -------
    list of (JSONPathNode, JSONPathNode or None)

    Raises
    ------
    SourceError
    """
    common = _common(first, second)
    if all(_is_singular(one) for one in (*first.segments[common:], *second.segments[common:])):
        root = JSONPathNode(value=content, location=(), parent=None, root=content)  # type: ignore[arg-type]
        parents = _follow(first.segments[:common], [root], str(first))
        found = []
        for parent in parents:
            ones = _follow(first.segments[common:], [parent], str(first))
            others = _follow(second.segments[common:], [parent], str(second))
            found += [(one, others[0] if others else None) for one in ones]
        return found
    ones, others = select(first, content), select(second, content)
    if len(ones) != len(others):
        raise SourceError(
            f"{len(ones)} values at {_shown(first)} and {len(others)} dates at {_shown(second)}: "
            "they must be as many"
        )
    return list(zip(ones, others, strict=True))


def _follow(
    segments: tuple[JSONPathSegment, ...], nodes: list[JSONPathNode], path: str
) -> list[JSONPathNode]:
    try:
        for segment in segments:
            nodes = list(islice(segment.resolve(nodes), MOST_NODES + 1))
            if len(nodes) > MOST_NODES:
                raise SourceError(
                    f"more than {MOST_NODES:,} values at {quoted(path)[1:-1]}: narrow it down"
                )
    except (JSONPathError, RecursionError):
        raise SourceError("its JSON is nested too deep for the path's '..'") from None
    return nodes


def _common(first: JSONPathQuery, second: JSONPathQuery) -> int:
    count = 0
    for one, other in zip(first.segments, second.segments, strict=False):
        if type(one) is not type(other) or str(one) != str(other):
            break
        count += 1
    return count


def _is_singular(segment: JSONPathSegment) -> bool:
    return not isinstance(segment, JSONPathRecursiveDescentSegment) and isinstance(
        segment.selectors[0], NameSelector | IndexSelector
    )


def _check(query: JSONPathQuery) -> None:
    segments = query.segments
    if sum(isinstance(one, JSONPathRecursiveDescentSegment) for one in segments) > 1:
        raise NotReadable("has more than one '..', which may take long: name what is between")
    if any(len(one.selectors) != 1 for one in segments):
        raise NotReadable("has more than one selector in a bracket: write [0], ['name'] or [*]")
    filters = [
        one.selectors[0].expression
        for one in segments
        if isinstance(one.selectors[0], FilterSelector)
    ]
    parts = [part for one in filters for part in _parts_of(one)]
    if len(parts) > _MOST_FILTER_PARTS:
        raise NotReadable("has filters of too many parts, which may take long: simplify them")
    if not all(part.query.singular_query() for part in parts if isinstance(part, FilterQuery)):
        raise NotReadable("has a path in a filter that may lead to many values: name one, @.name")


def _parts_of(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, FilterExpression):
        yield from _parts_of(expression.expression)
    elif isinstance(expression, PrefixExpression):
        yield from _parts_of(expression.right)
    elif isinstance(expression, LogicalExpression | ComparisonExpression):
        yield from _parts_of(expression.left)
        yield from _parts_of(expression.right)
    elif isinstance(expression, FunctionExtension):
        for argument in expression.args:
            yield from _parts_of(argument)


def _shown(query: JSONPathQuery) -> str:
    return quoted(str(query))[1:-1]
