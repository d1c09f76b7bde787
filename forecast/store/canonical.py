"""The one spelling of a row that digests are taken of; docs/record-format.md says it for others.

A row is spelt in two parts. Its facts (ids, times, probabilities, outcomes) are what scores rest
on; its texts (notes, titles, remarks) are what a person may have to take back. Each part has a
salt and a digest of its own, so that a text can go and the facts beside it still be proved.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from typing import Any

#: Columns of numbers with a point.
_REAL = ("probability", "low", "high")
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
    text = json.dumps(
        spelt(row, columns), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def spelt(row: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Give columns of a row as the JSON values that `canonical` writes."""
    return {name: _value(name, row.get(name)) for name in columns}


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


def _value(name: str, value: Any) -> Any:
    if isinstance(value, float) or (value is not None and name in _REAL):  # SQLite stores 1 as 1.0
        return {"real": struct.pack(">d", float(value)).hex()}
    if isinstance(value, bytes):
        return {"bytes": hashlib.sha256(value).hexdigest()}
    return value
