"""The one spelling of a row that digests are taken of; docs/record-format.md says it for others.

A row is spelt in two parts. Its facts (ids, times, probabilities, outcomes) are what scores rest
on; its texts (notes, titles, remarks) are what a person may have to take back. Each part has a
salt and a digest of its own, so that a text can go and the facts beside it still be proved.
"""

import hashlib
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from json.encoder import encode_basestring
from typing import Any

#: Columns of numbers with a point.
_REAL = ("probability", "low", "high")
_DOUBLE = struct.Struct(">d")
_RECORDED = ("recorded_at", "recorded_by", "clock")

#: Table -> the columns of its facts, of its texts. The id is no part: the chain names it.
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "questions": (_RECORDED, ()),
    "revisions": (
        (
            *("question_id", "number", "type", "options", "unit", "bounds", "opened_at"),
            *("deadline", "known_by", "timezone", "deadline_from", "tags", "event", "resolver"),
            *("changed_meaning", *_RECORDED),
        ),
        ("title", "criteria", "sources", "article"),
    ),
    "forecasts": (
        (
            *("question_id", "forecaster_id", "kind", "made_at", "probability", "distribution"),
            *("words", "low", "high", "lexicon", "retracts", "private", *_RECORDED),
        ),
        ("note",),
    ),
    "resolutions": (
        ("question_id", "outcome", "reason", "known_at", *_RECORDED),
        ("evidence", "note"),
    ),
    "comments": (("question_id", "forecaster_id", "made_at", *_RECORDED), ("text",)),
    "evidence": (
        ("question_id", "resolver", "fetched_at", "sha256", *_RECORDED),
        ("url", "headers", "excerpt", "body"),
    ),
    "proposals": (
        ("question_id", "outcome", "known_at", "as_of", "evidence_id", *_RECORDED),
        ("caveat",),
    ),
    "decisions": (("proposal_id", "decision", *_RECORDED), ("note",)),
    "redactions": (("table_name", "row_id", "reason", *_RECORDED), ()),
    "adoptions": (("n_rows", *_RECORDED), ()),
    "forecasters": (("merged_into",), ("name", "aliases")),
}

#: What stands in the place of a text that was taken back.
REDACTED: dict[str, Any] = {
    "title": "[redacted]",
    "sources": "[]",
    "article": None,
    "evidence": "[]",
    "headers": "[]",
    "body": b"",
}
_REDACTED_TEXT = "[redacted]"


def redacted(column: str) -> Any:
    """Give what a text column holds once its text was taken back."""
    return REDACTED.get(column, _REDACTED_TEXT)


def canonical(row: Mapping[str, Any], columns: tuple[str, ...]) -> bytes:
    """Spell some columns of a row: JSON as RFC 8785 has it, numbers with a point as their bits.

    Parameters
    ----------
    row : mapping of str to value
        As SQLite gives it; a column that is absent is NULL.
    columns : tuple of str

    Returns
    -------
    bytes
        UTF-8.

    Examples
    --------
    >>> canonical({"note": "hm", "probability": 0.5}, ("probability", "note"))
    b'{"note":"hm","probability":{"real":"3fe0000000000000"}}'
    """
    names = ordered(columns)
    return spell(names, [_stored(name, row.get(name)) for name in names])


@cache
def ordered(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Give columns in the order in which they are spelt."""
    return tuple(sorted(columns))


def spell(names: tuple[str, ...], values: Sequence[Any]) -> bytes:
    """Do `canonical` for columns that are `ordered`, their values being as SQLite gives them."""
    return (_form(names) % tuple([_SPELLERS[type(value)](value) for value in values])).encode()


@cache
def _form(names: tuple[str, ...]) -> str:
    return "{" + ",".join(f'"{name}":%s' for name in names) + "}"


def _real(value: float) -> str:
    return f'{{"real":"{_DOUBLE.pack(value).hex()}"}}'


def _bytes(value: bytes) -> str:
    return f'{{"bytes":"{hashlib.sha256(value).hexdigest()}"}}'


#: What SQLite gives -> how it is spelt.
_SPELLERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: str,
    float: _real,
    bytes: _bytes,
    type(None): lambda _: "null",
}


def _stored(name: str, value: Any) -> Any:
    """Give a value as SQLite will give it back: 1 as 1.0 where that is the column's type."""
    if isinstance(value, float) or (isinstance(value, int) and name in _REAL):
        return float(value) + 0.0  # and never as -0.0
    return int(value) if isinstance(value, int) else value


def digest(salt: bytes, spelt: bytes) -> bytes:
    """Give the salted digest of a part: without the salt nobody can try values against it."""
    return hashlib.sha256(salt + spelt).digest()


def link(
    position: int, before: bytes, table: str, row: str, facts: bytes, texts: bytes | None
) -> bytes:
    """Give the hash of a position of the chain, which rests on all positions before it."""
    lines = (
        "forecast-chain-1",
        str(position),
        before.hex(),
        table,
        row,
        facts.hex(),
        "-" if texts is None else texts.hex(),
        "",
    )
    return hashlib.sha256("\n".join(lines).encode()).digest()
