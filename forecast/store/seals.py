"""Seals: a few lines that tell the whole record as it is now, for somebody else to keep."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from forecast.model import ForecastError
from forecast.reading.instants import read_stamp, stamp
from forecast.store import chain
from forecast.store.connection import writing

#: Tables a seal counts, for people; the head alone proves.
COUNTED = ("questions", "forecasts", "resolutions")
_FORM = re.compile(
    r"forecast seal 1\nmade ([0-9TZ:.-]{27})\npositions ([0-9]{1,18})\nhead ([0-9a-f]{64})\n"
    + "".join(rf"{table} ([0-9]{{1,18}})\n" for table in COUNTED)
)


@dataclass(frozen=True, slots=True)
class Seal:
    """The record at one moment.

    Parameters
    ----------
    made_at : datetime
    positions : int
        How long the chain was.
    head : str
        The hash of its last position, in hexadecimal digits.
    counts : tuple of int
        How many rows there were of each table of `COUNTED`.
    """

    made_at: datetime
    positions: int
    head: str
    counts: tuple[int, ...]


def make(connection: sqlite3.Connection, now: datetime) -> Seal:
    """Seal the record as it is now, and remember the seal.

    Raises
    ------
    ForecastError
        If the record is empty.
    """
    with writing(connection):
        positions, head = chain.head(connection)
        if not positions:
            raise ForecastError("the record is empty: there is nothing to seal")
        seal = Seal(now, positions, head.hex(), _counts(connection, positions))
        connection.execute(
            "INSERT INTO seals (made_at, positions, head, text) VALUES (?, ?, ?, ?)",
            (stamp(now), positions, seal.head, text(seal)),
        )
    return seal


def text(seal: Seal) -> str:
    """Write a seal as `parse` reads it.

    Examples
    --------
    >>> from datetime import UTC
    >>> print(text(Seal(datetime(2026, 1, 1, tzinfo=UTC), 7, "0" * 64, (1, 2, 0))), end="")
    forecast seal 1
    made 2026-01-01T00:00:00.000000Z
    positions 7
    head 0000000000000000000000000000000000000000000000000000000000000000
    questions 1
    forecasts 2
    resolutions 0
    """
    lines = [
        "forecast seal 1",
        f"made {stamp(seal.made_at)}",
        f"positions {seal.positions}",
        f"head {seal.head}",
        *(f"{table} {n}" for table, n in zip(COUNTED, seal.counts, strict=True)),
    ]
    return "".join(f"{line}\n" for line in lines)


def parse(said: str, name: str) -> Seal:
    """Read a seal.

    Parameters
    ----------
    said : str
        Lines before and after the seal, of a mail say, are passed over.
    name : str
        What to call it in errors.

    Raises
    ------
    ForecastError
        If there is no seal in it, or more than one.
    """
    plain = "".join(f"{line.strip()}\n" for line in said.splitlines())
    found = _FORM.findall(plain)
    if len(found) != 1:
        what = "no seal" if not found else "more than one seal"
        raise ForecastError(f"{name} holds {what}: give the text that forecast seal wrote")
    made_at, positions, head, *counts = found[0]
    try:
        instant = read_stamp(made_at)
    except ValueError:
        raise ForecastError(f"{name}: {made_at} is no instant") from None
    return Seal(instant, int(positions), head, tuple(map(int, counts)))


def problem(connection: sqlite3.Connection, seal: Seal) -> str:
    """Say why the record does not extend a seal; nothing where it does.

    The chain itself must be verified besides: this compares one position.
    """
    row = connection.execute(
        "SELECT hash FROM chain WHERE position = ?", (seal.positions,)
    ).fetchone()
    if row is None:
        positions, _ = chain.head(connection)
        return f"the record has {positions} positions, the seal {seal.positions}: some are gone"
    if row[0].hex() != seal.head:
        return f"position {seal.positions} is not what was sealed: the record was rewritten"
    if _counts(connection, seal.positions) != seal.counts:
        return "the counts are not those of the record then: the seal was changed"
    return ""


def kept(connection: sqlite3.Connection) -> list[Seal]:
    """Give the seals this tracker has made, the first one first."""
    rows = connection.execute("SELECT text FROM seals ORDER BY id")
    return [parse(said, "a seal of this tracker") for (said,) in rows]


def _counts(connection: sqlite3.Connection, positions: int) -> tuple[int, ...]:
    return tuple(
        connection.execute(
            "SELECT count(*) FROM chain WHERE table_name = ? AND position <= ?", (table, positions)
        ).fetchone()[0]
        for table in COUNTED
    )
