"""The record as text, for others to check: docs/record-format.md describes it."""

import json
import sqlite3
from collections.abc import Generator
from datetime import datetime
from typing import Any

from forecast.model import ForecastError
from forecast.reading.instants import stamp
from forecast.store import chain
from forecast.store.canonical import PARTS, canonical
from forecast.store.layout import compare

FORMAT = "forecast record 1"


def record_lines(connection: sqlite3.Connection, now: datetime) -> Generator[str, None, None]:
    """Write the whole chain with its rows, a line of JSON for each position, a header first.

    What was redacted, and private forecasts on questions that are not settled, are there as
    digests alone: without content, and without the salt by which one could guess it. Close it
    before the connection where it is not read to its end.

    Raises
    ------
    ForecastError
        If a row is gone, which would look like one that is kept back, or the tables are others.
    """
    connection.execute("BEGIN")  # one picture, whatever others write meanwhile
    try:
        problem = compare(connection).tables
        if problem:
            raise ForecastError(f"{problem}: see forecast verify")
        positions, head = chain.head(connection)
        header = {"format": FORMAT, "made": stamp(now), "positions": positions, "head": head.hex()}
        yield json.dumps(header)
        hidden = _hidden(connection)
        present = dict(
            connection.execute(
                "SELECT row_id, max(position) FROM chain "
                "WHERE table_name = 'forecasters' GROUP BY row_id"
            )
        )
        for position, table, row_id, *digests in connection.execute(
            "SELECT position, table_name, row_id, salt, digest, text_salt, text_digest, hash "
            "FROM chain ORDER BY position"
        ):
            if table not in PARTS:
                raise ForecastError(
                    f"position {position} names no table of ours ({table}): see forecast verify"
                )
            named = table == "forecasters" and present[row_id] != position
            told = not named and (table, row_id) not in hidden
            row = chain.row(connection, table, row_id) if told else None
            if told and (row is None or digests[0] is None):
                raise ForecastError(
                    f"position {position} names {table} {row_id}, and its row or salt is gone: "
                    "see forecast verify"
                )
            yield json.dumps(_shape(position, table, row_id, digests, row), ensure_ascii=False)
    finally:
        connection.execute("ROLLBACK")


def _hidden(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Name the private forecasts whose questions are not settled."""
    rows = connection.execute(
        "SELECT id FROM forecasts WHERE private = 1 "
        "AND question_id NOT IN (SELECT question_id FROM resolutions)"
    )
    return {("forecasts", str(id_)) for (id_,) in rows}


def _shape(
    position: int, table: str, row_id: str, digests: list[Any], row: dict[str, Any] | None
) -> dict[str, Any]:
    salt, digest, text_salt, text_digest, hash_ = digests
    fact_columns, text_columns = PARTS[table]
    shape: dict[str, Any] = {"position": position, "table": table, "row": row_id}
    if row is not None:
        shape |= {"facts": json.loads(canonical(row, fact_columns)), "salt": salt.hex()}
    shape["digest"] = digest.hex()
    if row is not None and text_salt is not None:
        shape |= {"texts": json.loads(canonical(row, text_columns)), "text_salt": text_salt.hex()}
    if text_digest is not None:
        shape["text_digest"] = text_digest.hex()
    return {**shape, "hash": hash_.hex()}
