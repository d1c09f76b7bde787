"""Taking a text back: it goes from the file, its digest stays, and the record still holds."""

import contextlib
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
    columns = PARTS[table][1]
    if not columns:
        raise ForecastError(f"{table} hold no text to take back")
    # What SQLite frees it overwrites; what was freed before goes with the VACUUM.
    connection.execute("PRAGMA secure_delete = ON")
    with writing(connection):
        guard = f"{table}_no_update"
        connection.execute(f"DROP TRIGGER {guard}")
        n_redacted = sum(_redact_one(connection, table, id_, reason, recording) for id_ in row_ids)
        (statement,) = (one for one in guards() if one.startswith(f"CREATE TRIGGER {guard} "))
        connection.execute(statement)
    purge(connection)
    return n_redacted


def purge(connection: sqlite3.Connection) -> None:
    """Rewrite the file without its free pages, and empty the log of writes beside it.

    Raises
    ------
    ForecastError
        If somebody is reading or writing just now: the text is gone from the record, but not yet
        from the file.
    """
    connection.execute("PRAGMA secure_delete = ON")
    busy = 1
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise ForecastError(
            "the text is out of the record, but another program keeps the file from being "
            "rewritten: run the same command again once that is done"
        )


def _redact_one(
    connection: sqlite3.Connection, table: str, row_id: str, reason: str, recording: Recording
) -> int:
    known = connection.execute(
        "SELECT text_salt FROM chain WHERE table_name = ? AND row_id = ?", (table, row_id)
    ).fetchone()
    if known is None or known[0] is None:  # it was taken back before
        return 0
    columns = PARTS[table][1]
    connection.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
        (*map(redacted, columns), row_id),
    )
    connection.execute(
        "UPDATE chain SET text_salt = NULL WHERE table_name = ? AND row_id = ?", (table, row_id)
    )
    append.insert(
        connection,
        "redactions",
        {"table_name": table, "row_id": row_id, "reason": reason, **recording.columns()},
    )
    return 1
