"""What `--fix` does: values of a question file changed in their place, and nothing else of it."""

import re
from collections.abc import Callable

from forecast.drafting.lint.engine import Finding, lint, sheet_of
from forecast.drafting.lint.rule import Edit
from forecast.model import ForecastError, Question
from forecast.questionfile.lines import Place, Span, places_of

_MOST_PASSES = 10  # a fix may make another one possible: a title gets its mark, then its year
_BOM = b"\xef\xbb\xbf"
#: Basic strings escape these.
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def fixed(
    data: bytes, name: str, codes: frozenset[str], check: Callable[[Question], None]
) -> tuple[bytes, list[Finding]]:
    """Mend what a program can in a question file.

    Parameters
    ----------
    data : bytes
        Of the file.
    name : str
    codes : frozenset of str
        Of the rules whose findings are to be mended.
    check : callable
        As for `questionfile.parse`.

    Returns
    -------
    tuple of bytes and list of Finding
        The file as it should be, byte for byte as it was but for the values changed, and what was
        mended. What a comment ignores stays as it is.
    """
    mended: list[Finding] = []
    for _ in range(_MOST_PASSES):
        sheet = sheet_of(data, name, check)
        # Of a value that two rules would change, the first takes it, the next its turn.
        todo: dict[Place, Finding] = {}
        for finding in lint([sheet], codes):
            if finding.edit is not None:
                todo.setdefault(finding.edit.key, finding)
        if not todo:
            break
        _, spans = places_of(sheet.text)
        edits = [finding.edit for finding in todo.values() if finding.edit is not None]
        text = _changed(sheet.text, edits, spans)
        after = (_BOM if data.startswith(_BOM) else b"") + text.encode()
        if sheet_of(after, name, check).problem is not None or after == data:
            raise ForecastError(f"{name}: a fix would spoil the file: nothing was written")
        data = after
        mended += todo.values()
    return data, mended


def _changed(text: str, edits: list[Edit], spans: dict[Place, Span]) -> str:
    # From the end, so that the places before stay where they are.
    for edit in sorted(edits, key=lambda one: spans[one.key].start, reverse=True):
        span = spans[edit.key]
        if edit.new is None:
            start, end = _item(text, span)
            text = text[:start] + text[end:]
        else:
            text = text[: span.start] + _quoted(edit.new, text[span.start]) + text[span.end :]
    return text


def _item(text: str, span: Span) -> tuple[int, int]:
    """Give the stretch of an item of a list with the comma that goes with it."""
    after = re.compile(r"\s*,[ \t]*").match(text, span.end)
    before = re.compile(r",\s*$").search(text, 0, span.start)
    if before:  # the comma before it, so that a comment after it keeps its place
        return before.start(), span.end
    return span.start, after.end() if after else span.end


def _quoted(value: str, quote: str) -> str:
    """Write a text of one line with the quotes it had, where they can hold it."""
    if quote == "'" and "'" not in value and value.isprintable():
        return f"'{value}'"
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES or character.isprintable():
        return _ESCAPES.get(character, character)
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
