"""Following the chain from its first position to its last, beside the rows that it names.

Every table is read alongside, in the order in which its rows were chained, so that neither time
per row nor memory grows with the record.
"""

import sqlite3
from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from forecast.model import NotReadable
from forecast.reading.instants import read_stamp
from forecast.store.canonical import PARTS, digest, link, ordered, redacted, spell
from forecast.store.chain import SALT_BYTES, START

#: Processes stamp their rows before they get their turn to write; clocks are put right.
CLOCK_MAY_DIFFER = timedelta(minutes=10)

Row = tuple[Any, ...]


@dataclass(slots=True)
class Walk:
    """What a walk along the chain has seen."""

    n_positions: int = 0
    head: bytes = START
    n_redacted: int = 0
    n_set_clock: int = 0
    #: How many rows were chained by a migration.
    n_adopted: int = 0
    #: The first place where the record is not what was written; where the clock went back.
    chain_problem: str = ""
    clock_problem: str = ""
    #: The latest instant by the system's clock.
    latest: str = ""


def walk(connection: sqlite3.Connection) -> Walk:
    """Follow the whole chain, up to the first position that is wrong."""
    seen = Walk()
    try:
        seen.chain_problem = _walk(connection, seen)
    except sqlite3.Error as error:
        # Python's own, of a text that is none, has no code; others are the disk's or a neighbour's.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        seen.chain_problem = f"position {seen.n_positions}: {error}"
    return seen


def _walk(connection: sqlite3.Connection, seen: Walk) -> str:
    connection.row_factory = None
    (seen.n_adopted,) = connection.execute(
        "SELECT coalesce(max(n_rows), 0) FROM adoptions"
    ).fetchone()
    redactions = _Redactions(connection)
    tables = {name: _table(connection, name, redactions) for name in PARTS}
    try:
        for position, name, row_id, *rest in connection.execute(
            "SELECT position, table_name, row_id, salt, digest, text_salt, text_digest, hash "
            "FROM chain ORDER BY position"
        ):
            seen.n_positions += 1
            if position != seen.n_positions:
                return f"position {seen.n_positions} is missing"
            if name not in tables:
                problem = f"it names a table that is not of the record: {name}"
            else:
                problem = _check_position(seen, tables[name], row_id, rest)
            if problem:
                return f"position {position}: {problem}"
        problems = (table.unchained() for table in tables.values())
        return next(filter(None, problems), "") or redactions.unheeded()
    finally:
        for table in tables.values():
            table.close()


def _check_position(seen: Walk, table: "_Table", row_id: str, rest: list[Any]) -> str:
    """Check a position against the ones before it and the row it names; '' where it is right."""
    salt, facts, text_salt, texts, hash_ = rest
    if link(seen.n_positions, seen.head, table.name, row_id, facts, texts) != hash_:
        return "its hash does not follow from what is before it"
    seen.head = hash_
    if table.is_superseded(row_id, seen.n_positions):
        if salt is not None or text_salt is not None:
            return f"a former name of {table.name} {row_id} can still be told by its salt"
        return ""
    row = table.find(row_id)
    if isinstance(row, str):
        return row
    problem = table.check(row_id, row, salt, facts, text_salt, texts)
    if problem:
        return problem
    seen.n_redacted += bool(table.texts) and text_salt is None
    if table.name == "adoptions" and row[table.at["n_rows"]] != seen.n_positions - 1:
        return f"it says that the first {row[table.at['n_rows']]} rows were there before the chain"
    if "clock" in table.at:
        _check_clock(seen, row[table.at["clock"]], row[table.at["recorded_at"]])
    return ""


def _check_clock(seen: Walk, clock: str, at: str) -> None:
    """Note rows of a set clock, and those stamped well before the row recorded before them."""
    if clock == "set":
        seen.n_set_clock += 1
        return
    if seen.n_positions <= seen.n_adopted:  # table by table, in no order of time
        return
    if at >= seen.latest:
        seen.latest = at
    elif not seen.clock_problem and _is_late(at, seen.latest):
        seen.clock_problem = (
            f"position {seen.n_positions} is stamped {at}, a row before it {seen.latest}"
        )


def _is_late(at: str, latest: str) -> bool:
    try:
        return read_stamp(latest) - read_stamp(at) > CLOCK_MAY_DIFFER
    except NotReadable:  # no program of ours stamps so
        return True


class _Redactions:
    """Which rows' texts were taken back, as the record has it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._open: set[tuple[str, str]] = set()
        self._again = ""
        for table, row_id in connection.execute("SELECT table_name, row_id FROM redactions"):
            if (table, row_id) in self._open:
                self._again = f"{table} {row_id} is said to be redacted twice"
            self._open.add((table, row_id))

    def check(self, table: "_Table", row_id: str, row: Row) -> str:
        """Check that a text without a salt was taken back, and that nothing is left of it."""
        if (table.name, row_id) not in self._open:
            return f"the salt of {table.name} {row_id} is gone, and no redaction says why"
        self._open.remove((table.name, row_id))
        for column in table.texts:
            if row[table.at[column]] != redacted(column):
                return f"{table.name} {row_id} was redacted, and its {column} is there"
        return ""

    def unheeded(self) -> str:
        """Find a redaction of a text that is there."""
        for table, row_id in sorted(self._open):
            return f"{table} {row_id} is said to be redacted, and is not"
        return self._again


class _Table:
    """A table of the record, and how its rows are found and checked."""

    def __init__(self, connection: sqlite3.Connection, name: str, redactions: _Redactions) -> None:
        self.connection = connection
        self.name = name
        self.redactions = redactions
        self.facts, self.texts = map(ordered, PARTS[name])
        columns = ("id", *self.facts, *self.texts)
        #: Where a column stands in a row.
        self.at = {column: index for index, column in enumerate(columns)}
        self.select = f"SELECT {', '.join(columns)} FROM {name}"
        self.n_found = 0

    def is_superseded(self, row_id: str, position: int) -> bool:
        """Whether a later position speaks for the row; only names change."""
        return False

    def find(self, row_id: str) -> Row | str:
        """Give the row that a position names; or say what is wrong."""
        row: Row | None = self.connection.execute(
            f"{self.select} WHERE id = ?", (row_id,)
        ).fetchone()
        if row is None or str(row[0]) != row_id:
            return f"{self.name} {row_id} is gone"
        self.n_found += 1
        return row

    def close(self) -> None:
        """Read no further."""

    def check(
        self,
        row_id: str,
        row: Row,
        salt: bytes | None,
        facts: bytes,
        text_salt: bytes | None,
        texts: bytes | None,
    ) -> str:
        """Check a row against the digests of a position; '' where they are its."""
        begin = 1 + len(self.facts)
        if not _is_digest(facts, salt, self.facts, row[1:begin]):
            return f"the facts of {self.name} {row_id} are not what was recorded"
        if text_salt is None and self.texts and texts is not None:
            return self.redactions.check(self, row_id, row)
        if self.texts:
            if not _is_digest(texts, text_salt, self.texts, row[begin:]):
                columns = ", ".join(self.texts)
                return f"the texts of {self.name} {row_id} ({columns}) are not what was recorded"
        elif texts is not None or text_salt is not None:
            return f"{self.name} {row_id} has no texts, and yet their digest or salt"
        return ""

    def unchained(self) -> str:
        """Find a row that no position names, where no two name the same."""
        (n_rows,) = self.connection.execute(f"SELECT count(*) FROM {self.name}").fetchone()
        if n_rows == self.n_found:
            return ""
        (row_id,) = self.connection.execute(
            f"SELECT min(id) FROM {self.name} WHERE CAST(id AS TEXT) NOT IN "
            "(SELECT row_id FROM chain WHERE table_name = ?)",
            (self.name,),
        ).fetchone()
        return f"{self.name} {row_id} {_SLIPPED_IN}"


class _Questions(_Table):
    """Questions have no number, so each is looked up."""

    def unchained(self) -> str:
        """Find a row that no position names, or that two name."""
        (again,) = self.connection.execute(
            "SELECT max(row_id) FROM (SELECT row_id FROM chain WHERE table_name = 'questions' "
            "GROUP BY row_id HAVING count(*) > 1)"
        ).fetchone()
        return super().unchained() if again is None else f"{self.name} {again} comes twice"


class _Forecasters(_Table):
    """Forecasters are chained anew when their name changes: the last position speaks."""

    def is_superseded(self, row_id: str, position: int) -> bool:
        """Whether the name has changed since."""
        later = self.connection.execute(
            "SELECT 1 FROM chain WHERE table_name = 'forecasters' AND row_id = ? "
            "AND position > ? LIMIT 1",
            (row_id, position),
        ).fetchone()
        return later is not None


class _Numbered(_Table):
    """The rows of all others are chained in the order of their numbers, and read in it."""

    def __init__(self, connection: sqlite3.Connection, name: str, redactions: _Redactions) -> None:
        super().__init__(connection, name, redactions)
        self._rows = self._read()
        self._last: int = 0

    def find(self, row_id: str) -> Row | str:
        """Give the next row, which is the one that a position names; or say what is wrong."""
        row = next(self._rows, None)
        if row is None or str(row[0]) != row_id:
            return self._amiss(row_id, row)
        self._last = row[0]
        return row

    def close(self) -> None:
        """Read no further."""
        self._rows.close()

    def unchained(self) -> str:
        """Find a row that no position names."""
        row = next(self._rows, None)
        return "" if row is None else f"{self.name} {row[0]} {_SLIPPED_IN}"

    def _read(self) -> Generator[Row, None, None]:
        yield from self.connection.execute(f"{self.select} ORDER BY id")

    def _amiss(self, row_id: str, row: Row | None) -> str:
        """Say what is wrong where the next row is not the one that a position names."""
        is_number = row_id.isascii() and row_id.isdecimal() and str(int(row_id)) == row_id
        if is_number and int(row_id) <= self._last:
            return f"{self.name} {row_id} comes twice, or out of order"
        if row is None or (is_number and row[0] > int(row_id)):
            return f"{self.name} {row_id} is gone"
        is_chained = self.connection.execute(
            "SELECT 1 FROM chain WHERE table_name = ? AND row_id = ?", (self.name, str(row[0]))
        ).fetchone()
        if is_chained:
            return f"{self.name} {row_id} comes before {row[0]}: it is out of order"
        return f"{self.name} {row[0]} {_SLIPPED_IN}"


_SLIPPED_IN = "is not in the chain: it was slipped in"
_KINDS: dict[str, type[_Table]] = {"questions": _Questions, "forecasters": _Forecasters}


def _table(connection: sqlite3.Connection, name: str, redactions: _Redactions) -> _Table:
    return _KINDS.get(name, _Numbered)(connection, name, redactions)


def _is_digest(
    wanted: bytes | None, salt: bytes | None, names: tuple[str, ...], values: Row
) -> bool:
    if salt is None or len(salt) != SALT_BYTES:  # of one length, so that no part of it is content
        return False
    return digest(salt, spell(names, values)) == wanted
