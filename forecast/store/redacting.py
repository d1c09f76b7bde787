"""Taking a text back: it goes from the file, its digest stays, and the record still holds."""

import json
import sqlite3

from forecast.model import ForecastError
from forecast.store import append
from forecast.store.canonical import PARTS, redacted
from forecast.store.connection import writing
from forecast.store.guards import guards
from forecast.store.rows import Recording


def redact(
    connection: sqlite3.Connection,
    table: str,
    row_ids: list[str],
    reason: str,
    recording: Recording,
) -> int:
    """Take back the texts of rows; their facts (times, probabilities, outcomes) stay proved.

    Parameters
    ----------
    connection : sqlite3.Connection
    table : str
    row_ids : list of str
    reason : str
        Why; it is kept.
    recording : Recording

    Returns
    -------
    int
        How many rows held a text that was not taken back before.

    Raises
    ------
    ForecastError
        If the rows have no text.
    """
    if not PARTS[table][1] or table == "forecasters":
        raise ForecastError(f"{table} hold no text to take back")
    # What SQLite frees it overwrites; what was freed before goes with the VACUUM.
    connection.execute("PRAGMA secure_delete = ON")
    with writing(connection):
        told = _told(connection, table, row_ids)
        guard = f"{table}_no_update"
        connection.execute(f"DROP TRIGGER {guard}")
        for position, row_id in told:
            _redact_one(connection, table, row_id, position, reason, recording)
        (statement,) = (one for one in guards() if one.startswith(f"CREATE TRIGGER {guard} "))
        connection.execute(statement)
    purge(connection)  # also where nothing was left: the last time may have been broken off
    return len(told)


def purge(connection: sqlite3.Connection) -> None:
    """Rewrite the file without its free pages, and empty the log of writes beside it.

    Raises
    ------
    ForecastError
        If somebody is reading or writing just now: the text is gone from the record, but not yet
        from the file.
    """
    connection.execute("PRAGMA secure_delete = ON")
    try:
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ForecastError(
                f"the text is out of the record, but the file could not be rewritten ({error}): "
                "run the same command again once that is mended"
            ) from None
        busy = 1
    if busy:
        raise ForecastError(
            "the text is out of the record, but another program keeps the file from being "
            "rewritten: run the same command again once that is done"
        )


def _told(connection: sqlite3.Connection, table: str, row_ids: list[str]) -> list[tuple[int, str]]:
    """Give the positions and ids of the rows whose texts were not taken back before."""
    return connection.execute(
        "SELECT position, row_id FROM chain WHERE table_name = ? AND text_salt IS NOT NULL "
        "AND row_id IN (SELECT value FROM json_each(?)) ORDER BY position",
        (table, json.dumps(row_ids)),
    ).fetchall()


def _redact_one(
    connection: sqlite3.Connection,
    table: str,
    row_id: str,
    position: int,
    reason: str,
    recording: Recording,
) -> None:
    columns = PARTS[table][1]
    connection.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
        (*map(redacted, columns), row_id),
    )
    connection.execute("UPDATE chain SET text_salt = NULL WHERE position = ?", (position,))
    append.insert(
        connection,
        "redactions",
        {"table_name": table, "row_id": row_id, "reason": reason, **recording.columns()},
    )
