"""The chain: every row of the record in one order, each position resting on all before it.

A row is written and chained in one transaction. Who changes, drops, reorders or slips in a row
afterwards must rewrite every position after it, and then the head no longer is the one that
somebody was given in a seal.
"""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from forecast.store.canonical import PARTS, canonical, digest, link

SALT_BYTES = 16
#: What the first position rests on.
START = bytes(32)


def append(
    connection: sqlite3.Connection, table: str, columns: Mapping[str, Any], row_id: str
) -> None:
    """Chain a row inside the write that inserts it.

    Parameters
    ----------
    connection : sqlite3.Connection
    table : str
    columns : mapping of str to value
        The row's, as they are in the database.
    row_id : str
        The row's id, as text.
    """
    position, before = head(connection)
    facts, texts = PARTS[table]
    salt = os.urandom(SALT_BYTES)
    facts_digest = digest(salt, canonical(columns, facts))
    text_salt = text_digest = None
    if texts:
        text_salt = os.urandom(SALT_BYTES)
        text_digest = digest(text_salt, canonical(columns, texts))
    connection.execute(
        "INSERT INTO chain (position, table_name, row_id, salt, digest, text_salt, text_digest, "
        "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            position + 1,
            table,
            row_id,
            salt,
            facts_digest,
            text_salt,
            text_digest,
            link(position + 1, before, table, row_id, facts_digest, text_digest),
        ),
    )


def adopt(connection: sqlite3.Connection) -> None:
    """Chain the rows that were there before there was a chain, and put down how many they were.

    They are safe from then on; that they are what was said before, the chain does not prove.
    """
    n_rows = 0
    for table in PARTS:
        if table in ("redactions", "adoptions"):
            continue
        cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            columns = dict(zip(names, values, strict=True))
            append(connection, table, columns, str(columns["id"]))
            n_rows += 1
    if n_rows:
        (at,) = connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f000Z')").fetchone()
        adopted = {"n_rows": n_rows, "recorded_at": at, "recorded_by": "", "clock": "system"}
        cursor = connection.execute(
            "INSERT INTO adoptions (n_rows, recorded_at, recorded_by, clock) VALUES (?, ?, ?, ?)",
            tuple(adopted.values()),
        )
        append(connection, "adoptions", adopted, str(cursor.lastrowid))


def renamed(connection: sqlite3.Connection, forecaster_ids: Iterable[int]) -> None:
    """Chain the present names of forecasters; of former ones nothing is left that tells them."""
    for id_ in forecaster_ids:
        connection.execute(
            "UPDATE chain SET salt = NULL, text_salt = NULL "
            "WHERE table_name = 'forecasters' AND row_id = ?",
            (str(id_),),
        )
        present = row(connection, "forecasters", str(id_))
        assert present is not None
        append(connection, "forecasters", present, str(id_))


def row(connection: sqlite3.Connection, table: str, row_id: str) -> dict[str, Any] | None:
    """Give the row that a position names; None where it is gone."""
    cursor = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))
    found = cursor.fetchone()
    if found is None:
        return None
    return dict(zip([column[0] for column in cursor.description], found, strict=True))


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Give the last position and its hash; of an empty record 0 and what the first rests on."""
    row = connection.execute(
        "SELECT position, hash FROM chain ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return (0, START) if row is None else (row[0], row[1])
