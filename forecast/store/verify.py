"""Whether the record is what was written: layer by layer, and what that does not prove."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from forecast.model import ForecastError
from forecast.reading.instants import read_stamp, stamp
from forecast.store import chain, seals
from forecast.store.canonical import PARTS, canonical, digest, link, redacted
from forecast.store.chain import START
from forecast.store.guards import guards
from forecast.store.views import VIEWS

#: Processes stamp their rows before they get their turn to write; clocks are put right.
CLOCK_MAY_DIFFER = timedelta(minutes=10)

State = Literal["pass", "fail", "pending", "not checked"]


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer of the record says of itself."""

    name: str
    state: State
    #: What was found: of a failure, the first place and what differs there.
    detail: str = ""


@dataclass(slots=True)
class _Walk:
    """What a walk along the chain has seen."""

    n_positions: int = 0
    head: bytes = START
    n_redacted: int = 0
    n_set_clock: int = 0
    migrated: int = 0
    chain_problem: str = ""
    clock_problem: str = ""


def verify(connection: sqlite3.Connection) -> list[Layer]:
    """Walk the whole record, reading it in one piece while others may write.

    Returns
    -------
    list of Layer
        Empty for an empty record: there is nothing to verify.
    """
    connection.execute("BEGIN")
    try:
        if connection.execute("SELECT 1 FROM chain LIMIT 1").fetchone() is None and _is_empty(
            connection
        ):
            return []
        damage = _damage(connection)
        if damage:  # what a damaged file says of itself is worth nothing
            rest = ("schema", "chain", "clock", "seals")
            return [
                Layer("file", "fail", damage),
                *(Layer(name, "not checked", "the file is damaged") for name in rest),
            ]
        walk = _walk(connection)
        return [
            Layer("file", "pass", "SQLite finds no damage"),
            _schema_layer(connection),
            *_walk_layers(walk),
            _seals_layer(connection),
        ]
    finally:
        connection.execute("ROLLBACK")


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
    return not any(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in PARTS
    )


def _damage(connection: sqlite3.Connection) -> str:
    """Ask SQLite itself: pages, indexes, and rows that point at others."""
    try:
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    if said != "ok":
        return " ".join(str(said).split())
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        return f"row {row} of {table} points at a row of {parent} that does not exist"
    return ""


def _schema_layer(connection: sqlite3.Connection) -> Layer:
    """Compare triggers and views with those this program makes: they guard and show the record."""
    wanted = {_name(statement): statement for statement in guards()}
    wanted |= {name: f"CREATE VIEW {name} AS {select}" for name, select in VIEWS.items()}
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
    )
    found = {name: sql for name, sql in rows if name in wanted}
    for name, statement in wanted.items():
        if name not in found:
            return Layer("schema", "fail", f"{name} is missing")
        if found[name] != statement.strip():
            return Layer("schema", "fail", f"{name} is not as this program makes it")
    foreign = connection.execute(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
        f"({', '.join('?' * len(PARTS))})",
        tuple(PARTS),
    )
    for name, table in foreign:
        if name not in wanted:
            return Layer("schema", "fail", f"{table} has a trigger that is not ours: {name}")
    return Layer("schema", "pass", f"{len(wanted)} triggers and views")


def _name(statement: str) -> str:
    return statement.split(maxsplit=3)[2]


def _walk(connection: sqlite3.Connection) -> _Walk:
    """Follow the chain from its first position to its last, and find what it does not name."""
    walk = _Walk()
    rows = _Rows(connection)
    (walk.migrated,) = connection.execute(
        "SELECT coalesce(sum(n_rows), 0) FROM adoptions"
    ).fetchone()
    latest = ""
    for position in connection.execute(
        "SELECT position, table_name, row_id, salt, digest, text_salt, text_digest, hash "
        "FROM chain ORDER BY position"
    ):
        problem = _check_position(walk, rows, position)
        if problem:
            walk.chain_problem = f"position {position[0]}: {problem}"
            return walk
        latest = _check_clock(walk, rows.row, latest, position[0])
    walk.chain_problem = rows.unchained()
    return walk


def _seals_layer(connection: sqlite3.Connection) -> Layer:
    """Compare the record with the seals it has made; they are only as good as the file itself."""
    try:
        made = seals.kept(connection)
    except ForecastError as error:
        return Layer("seals", "fail", str(error))
    for seal in made:
        problem = seals.problem(connection, seal)
        if problem:
            return Layer("seals", "fail", f"the seal of {stamp(seal.made_at)}: {problem}")
    if not made:
        return Layer("seals", "not checked", "none was made: forecast seal")
    return Layer("seals", "pass", f"{len(made)} made by this tracker")


def _check_position(walk: _Walk, rows: "_Rows", row: Any) -> str:
    """Check one position against the ones before it and the row it names; '' where it is right."""
    position, table, row_id, salt, facts, text_salt, texts, hash_ = row
    walk.n_positions += 1
    if position != walk.n_positions:
        return f"position {walk.n_positions} is missing"
    if table not in PARTS:
        return f"it names a table that is not of the record: {table}"
    if link(position, walk.head, table, row_id, facts, texts) != hash_:
        return "its hash does not follow from what is before it"
    walk.head = hash_
    problem = rows.find(table, row_id, position)
    if problem or rows.row is None:
        return problem
    fact_columns, text_columns = PARTS[table]
    if salt is None or digest(salt, canonical(rows.row, fact_columns)) != facts:
        return f"the facts of {table} {row_id} are not what was recorded"
    if not text_columns:
        return ""
    if text_salt is None:
        walk.n_redacted += 1
        return rows.check_redacted(table, row_id)
    if digest(text_salt, canonical(rows.row, text_columns)) != texts:
        return f"the {', '.join(text_columns)} of {table} {row_id} are not what was recorded"
    return ""


def _check_clock(walk: _Walk, row: Mapping[str, Any] | None, latest: str, position: int) -> str:
    """Note rows of a set clock, and those stamped well before the row recorded before them."""
    if row is None or "recorded_at" not in row:
        return latest
    if row["clock"] == "set":
        walk.n_set_clock += 1
        return latest
    at: str = row["recorded_at"]
    if at < latest and read_stamp(latest) - read_stamp(at) > CLOCK_MAY_DIFFER:
        walk.clock_problem = walk.clock_problem or (
            f"position {position} is stamped {at}, a row before it {latest}"
        )
    return max(at, latest)


class _Rows:
    """The rows the chain names, each looked up once and in the order it was appended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.connection.row_factory = None
        #: The row of the position that is looked at; None where a later position speaks for it.
        self.row: dict[str, Any] | None = None
        self._last_id: dict[str, int] = {}
        self._seen_questions: set[str] = set()
        self._count = dict.fromkeys(PARTS, 0)
        self._names: dict[str, int] = dict(
            connection.execute(
                "SELECT row_id, max(position) FROM chain "
                "WHERE table_name = 'forecasters' GROUP BY row_id"
            )
        )

    def find(self, table: str, row_id: str, position: int) -> str:
        """Look up the row a position names; says what is wrong with there being one."""
        self.row = None
        if table == "forecasters" and self._names[row_id] != position:
            return ""  # a name that has changed since
        problem = self._again(table, row_id)
        if problem:
            return problem
        self._count[table] += 1
        self.row = chain.row(self.connection, table, row_id)
        if self.row is None:
            return f"{table} {row_id} is gone"
        return ""

    def _again(self, table: str, row_id: str) -> str:
        """Refuse a row that two positions name; rows with a number come in its order."""
        if table == "questions":
            again = row_id in self._seen_questions
            self._seen_questions.add(row_id)
        elif table == "forecasters":
            again = False
        else:
            again = not row_id.isdecimal() or int(row_id) <= self._last_id.get(table, 0)
            self._last_id[table] = int(row_id) if row_id.isdecimal() else 0
        return f"{table} {row_id} comes twice, or out of order" if again else ""

    def check_redacted(self, table: str, row_id: str) -> str:
        """Check that a redaction is on record, and that it left nothing of the text."""
        assert self.row is not None
        told = self.connection.execute(
            "SELECT 1 FROM redactions WHERE table_name = ? AND row_id = ?", (table, row_id)
        ).fetchone()
        if told is None:
            return f"the salt of {table} {row_id} is gone, and no redaction says why"
        for column in PARTS[table][1]:
            if self.row[column] != redacted(column):
                return f"{table} {row_id} was redacted, and its {column} is there"
        return ""

    def unchained(self) -> str:
        """Find a row that no position names."""
        for table, n_chained in self._count.items():
            (n_rows,) = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if n_rows != n_chained:
                (row_id,) = self.connection.execute(
                    f"SELECT id FROM {table} WHERE CAST(id AS TEXT) NOT IN "
                    "(SELECT row_id FROM chain WHERE table_name = ?) LIMIT 1",
                    (table,),
                ).fetchone() or ("?",)
                return f"{table} {row_id} is not in the chain: it was slipped in"
        return ""


def _walk_layers(walk: _Walk) -> Iterator[Layer]:
    notes = [f"{walk.n_positions:,} positions, head {walk.head.hex()[:16]}…"]
    if walk.n_redacted:
        notes.append(f"{walk.n_redacted} redacted")
    if walk.migrated:
        notes.append(f"the first {walk.migrated:,} chained by a migration, not as they were said")
    if walk.chain_problem:
        yield Layer("chain", "fail", walk.chain_problem)
    else:
        yield Layer("chain", "pass", "; ".join(notes))
    set_clock = (
        f"{walk.n_set_clock:,} rows were made under FORECAST_NOW" if walk.n_set_clock else ""
    )
    if walk.clock_problem:
        yield Layer("clock", "fail", walk.clock_problem)
    elif walk.chain_problem:
        yield Layer("clock", "not checked", "the chain is broken")
    else:
        yield Layer("clock", "pass", set_clock)
