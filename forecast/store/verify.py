"""Whether the record is what was written: layer by layer, and what that does not prove."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from forecast.reading.instants import stamp
from forecast.store import chain, seals
from forecast.store.canonical import PARTS
from forecast.store.layout import Difference, compare
from forecast.store.walking import Walk, walk

#: What goes wrong with a file that is as it should be.
_NOT_DAMAGE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
)

State = Literal["pass", "fail", "pending", "not checked"]


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer of the record says of itself."""

    name: str
    state: State
    #: What was found: of a failure, the first place and what differs there.
    detail: str = ""


def verify(connection: sqlite3.Connection) -> list[Layer]:
    """Walk the whole record, reading it in one piece while others may write.

    Returns
    -------
    list of Layer
        Empty for an empty record: there is nothing to verify.
    """
    connection.execute("BEGIN")
    try:
        return list(_layers(connection))
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _layers(connection: sqlite3.Connection) -> Iterator[Layer]:
    damage = _damage(connection)
    if damage:  # what a damaged file says of itself is worth nothing
        yield Layer("file", "fail", damage)
        yield from _unchecked("the file is damaged", "schema", "chain", "clock", "seals")
        return
    difference = compare(connection)
    if not difference.tables and _is_empty(connection):
        return
    yield Layer("file", "pass", "SQLite finds no damage")
    yield _schema_layer(difference)
    if difference.tables:
        yield from _unchecked("the tables are not ours", "chain", "clock", "seals")
        return
    yield from _walk_layers(walk(connection))
    yield _seals_layer(connection)


def _unchecked(why: str, *names: str) -> Iterator[Layer]:
    for name in names:
        yield Layer(name, "not checked", why)


def against_seal(connection: sqlite3.Connection, seal: seals.Seal, layers: list[Layer]) -> Layer:
    """Say whether the record extends a seal that somebody else kept.

    Parameters
    ----------
    connection : sqlite3.Connection
    seal : Seal
    layers : list of Layer
        What `verify` said: where the chain is broken, a comparison is worth nothing.
    """
    name = "against"
    problem = seals.problem(connection, seal)
    if problem:
        return Layer(name, "fail", problem)
    if any(one.name == "chain" and one.state != "pass" for one in layers):
        return Layer(name, "not checked", "the chain is broken")
    positions, _ = chain.head(connection)
    later = positions - seal.positions
    return Layer(name, "pass", f"it extends the seal of {stamp(seal.made_at)} by {later:,}")


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there is nothing to verify; a seal without its record is something."""
    return not any(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        for table in ("chain", "seals", *PARTS)
    )


def _damage(connection: sqlite3.Connection) -> str:
    """Ask SQLite itself: pages, indexes, and rows that point at others."""
    try:
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            return " ".join(str(said).split())
        for table in (*PARTS, "lookups", "reminders"):  # people's own tables are their own affair
            for _, row, parent, _ in connection.execute(f"PRAGMA foreign_key_check({table})"):
                return f"row {row} of {table} points at a row of {parent} that does not exist"
        connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter of SQLite's own words
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_DAMAGE:
            raise
        return str(error)
    return ""


def _schema_layer(difference: Difference) -> Layer:
    """Say whether tables, triggers and views are those of this program."""
    problem = difference.tables or difference.others
    if problem:
        return Layer("schema", "fail", problem)
    notes = [f"{difference.n_objects} tables, indexes, triggers and views"]
    if difference.respelt:
        notes.append(f"written otherwise, and the same: {', '.join(difference.respelt)}")
    return Layer("schema", "pass", "; ".join(notes))


def _seals_layer(connection: sqlite3.Connection) -> Layer:
    return Layer("seals", *seals.judge(connection))


def _walk_layers(seen: Walk) -> Iterator[Layer]:
    notes = [f"{seen.n_positions:,} positions, head {seen.head.hex()[:16]}…"]
    if seen.n_redacted:
        notes.append(f"{seen.n_redacted:,} redacted")
    if seen.n_adopted:
        notes.append(f"the first {seen.n_adopted:,} chained by a migration, not as they were said")
    if seen.chain_problem:
        yield Layer("chain", "fail", seen.chain_problem)
    else:
        yield Layer("chain", "pass", "; ".join(notes))
    rows = "row" if seen.n_set_clock == 1 else "rows"
    set_clock = f"{seen.n_set_clock:,} {rows} made under FORECAST_NOW" if seen.n_set_clock else ""
    if seen.clock_problem:
        yield Layer("clock", "fail", seen.clock_problem)
    elif seen.chain_problem:
        yield Layer("clock", "not checked", "the chain is broken")
    else:
        yield Layer("clock", "pass", set_clock)
