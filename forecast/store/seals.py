"""Seals: a few lines that tell the whole record as it is now, for somebody else to keep."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from forecast.model import ForecastError
from forecast.reading.instants import read_stamp, stamp
from forecast.store import chain
from forecast.store.connection import writing

if TYPE_CHECKING:  # it asks us
    from forecast.store.verify import State

#: Tables a seal counts, for people; the head alone proves.
COUNTED = ("questions", "forecasts", "resolutions")
_FORM = re.compile(
    r"^forecast seal 1\nmade ([0-9TZ:.-]{27})\npositions ([1-9][0-9]{0,17})\nhead ([0-9a-f]{64})\n"
    + "".join(rf"{table} (0|[1-9][0-9]{{0,17}})\n" for table in COUNTED),
    re.MULTILINE,
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A seal that this tracker remembers.

    Parameters
    ----------
    id : int
    text : str
        As it was given away.
    stamp : bytes or None
        What a time-stamping authority answered.
    stamp_url : str or None
        The authority that was asked; without a stamp, its answer is still to come.
    """

    id: int
    text: str
    stamp: bytes | None
    stamp_url: str | None

    @property
    def is_pending(self) -> bool:
        """Whether a time stamp was wanted and could not be had."""
        return self.stamp is None and self.stamp_url is not None


def make(connection: sqlite3.Connection, now: datetime) -> Seal:
    """Seal the record as it is now, and remember the seal.

    Raises
    ------
    ForecastError
        If the record is empty.
    """
    seal = taken(connection, now)
    keep(connection, seal)
    return seal


def taken(connection: sqlite3.Connection, now: datetime) -> Seal:
    """Seal the record as it is now; nothing is written.

    Raises
    ------
    ForecastError
        If the record is empty.
    """
    connection.execute("BEGIN")  # one picture, whatever others write meanwhile
    try:
        positions, head = chain.head(connection)
        if not positions:
            raise ForecastError("the record is empty: there is nothing to seal")
        (counts,) = _counts(connection, [positions])
        return Seal(now, positions, head.hex(), counts)
    finally:
        connection.execute("ROLLBACK")


def keep(connection: sqlite3.Connection, seal: Seal, stamp_url: str | None = None) -> Kept:
    """Remember a seal, once.

    Parameters
    ----------
    connection : sqlite3.Connection
    seal : Seal
    stamp_url : str, optional
        The authority whose time stamp it is to have.
    """
    with writing(connection):
        known = [one for one in kept(connection) if one.text == text(seal)]
        if not known:
            connection.execute(
                "INSERT INTO seals (made_at, positions, head, text, stamp_url) "
                "VALUES (?, ?, ?, ?, ?)",
                (stamp(seal.made_at), seal.positions, seal.head, text(seal), stamp_url),
            )
        elif known[-1].stamp is None and stamp_url is not None:
            connection.execute(
                "UPDATE seals SET stamp_url = ? WHERE id = ?", (stamp_url, known[-1].id)
            )
        return next(one for one in reversed(kept(connection)) if one.text == text(seal))


def forget(connection: sqlite3.Connection, id_: int) -> None:
    """Forget a seal that did not get out after all."""
    with writing(connection):
        connection.execute("DELETE FROM seals WHERE id = ?", (id_,))


def add_stamp(connection: sqlite3.Connection, id_: int, token: bytes) -> None:
    """Keep the time stamp of a seal; one that is there stays."""
    with writing(connection):
        connection.execute(
            "UPDATE seals SET stamp = ? WHERE id = ? AND stamp IS NULL", (token, id_)
        )


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
        Lines before and after the seal, of a mail say, are passed over, and marks of quoting
        before its lines.
    name : str
        What to call it in errors.

    Raises
    ------
    ForecastError
        If there is no seal in it, or more than one.
    """
    plain = "".join(f"{_unquoted(line)}\n" for line in said.splitlines())
    found = set(_FORM.findall(plain))  # an answer to a mail may quote it once more
    if len(found) != 1:
        what = "no seal" if not found else "more than one seal"
        raise ForecastError(f"{name} holds {what}: give the text that forecast seal wrote")
    made_at, positions, head, *counts = found.pop()
    try:
        instant = read_stamp(made_at)
    except ValueError:
        raise ForecastError(f"{name}: {made_at} is no instant") from None
    return Seal(instant, int(positions), head, tuple(map(int, counts)))


def _unquoted(line: str) -> str:
    return re.sub(r"^[>|\s]+", "", line).rstrip()


def problem(connection: sqlite3.Connection, seal: Seal) -> str:
    """Say why the record does not extend a seal; nothing where it does.

    The chain itself must be verified besides: this compares one position.
    """
    return _problems(connection, [seal])[0]


def kept(connection: sqlite3.Connection) -> list[Kept]:
    """Give the seals this tracker remembers, the first one first."""
    rows = connection.execute("SELECT id, text, stamp, stamp_url FROM seals ORDER BY id")
    return [Kept(*row) for row in rows]


def judge(connection: sqlite3.Connection) -> "tuple[State, str]":
    """Compare the record with the seals this tracker has made, and those with their time stamps.

    They are only as good as the file itself: who rewrites the record can rewrite its seals.
    """
    remembered = kept(connection)
    if not remembered:
        return "not checked", "none was made: forecast seal"
    try:
        made = [parse(one.text, "a seal of this tracker") for one in remembered]
    except ForecastError as error:
        return "fail", str(error)
    columns = connection.execute("SELECT made_at, positions, head, text FROM seals ORDER BY id")
    if columns.fetchall() != [(stamp(s.made_at), s.positions, s.head, text(s)) for s in made]:
        return "fail", "a seal's text is not what stands beside it"
    for seal, problem in zip(made, _problems(connection, made), strict=True):
        if problem:
            return "fail", f"the seal of {stamp(seal.made_at)}: {problem}"
    notes = [f"{len(made):,} made by this tracker"]
    try:
        notes += _stamps(remembered)
    except ForecastError as error:
        return "fail", str(error)
    pending = [seal for seal, one in zip(made, remembered, strict=True) if one.is_pending]
    if pending:
        first = f"the time stamp of the seal of {stamp(pending[0].made_at)} is pending"
        more = f", and {len(pending) - 1:,} more" if len(pending) > 1 else ""
        return "pending", "; ".join([*notes, f"{first}{more}: forecast seal --pending"])
    return "pass", "; ".join(notes)


def _stamps(remembered: list[Kept]) -> list[str]:
    """Say what the time stamps of seals say.

    Raises
    ------
    ForecastError
        If one is no stamp of its seal.
    """
    stamps = [(one.text, one.stamp) for one in remembered if one.stamp is not None]
    if not stamps:
        return []
    from forecast.store.sealing import stamping

    said = ""
    for sealed, token in stamps:
        try:
            last = stamping.read(token, sealed)
        except stamping.NotInstalled as error:
            return [f"{len(stamps):,} with a time stamp, which was not looked at: {error}"]
        except stamping.NoStamp as error:
            made_at = stamp(parse(sealed, "a seal of this tracker").made_at)
            raise ForecastError(f"the time stamp of the seal of {made_at}: {error}") from None
        said = f"{last}, {stamping.NOT_CHECKED}"
    return [said if len(stamps) == 1 else f"{len(stamps):,} with a time stamp, the last {said}"]


def _problems(connection: sqlite3.Connection, seals: Sequence[Seal]) -> list[str]:
    """Say why the record does not extend each of the seals; '' where it does."""
    counts = _counts(connection, [seal.positions for seal in seals])
    problems = []
    for seal, counted in zip(seals, counts, strict=True):
        row = connection.execute(
            "SELECT hash FROM chain WHERE position = ?", (seal.positions,)
        ).fetchone()
        if row is None:
            positions, _ = chain.head(connection)
            problems.append(
                f"the record has {positions} positions, the seal {seal.positions}: some are gone"
            )
        elif row[0].hex() != seal.head:
            problems.append(
                f"position {seal.positions} is not what was sealed: the record was rewritten"
            )
        elif counted != seal.counts:
            problems.append("the counts are not those of the record then: the seal was changed")
        else:
            problems.append("")
    return problems


def _counts(connection: sqlite3.Connection, positions: Sequence[int]) -> list[tuple[int, ...]]:
    """Count the rows of each table up to some positions, going along the chain but once."""
    found: dict[int, tuple[int, ...]] = {}
    counts = dict.fromkeys(COUNTED, 0)
    before = 0
    for position in sorted(set(positions)):
        for table, n in connection.execute(
            "SELECT table_name, count(*) FROM chain WHERE position > ? AND position <= ? "
            "GROUP BY table_name",
            (before, position),
        ):
            if table in counts:
                counts[table] += n
        found[position] = tuple(counts.values())
        before = position
    return [found[position] for position in positions]
