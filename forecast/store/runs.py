"""What `check` remembers of its own work: its runs, and how each source last fared.

Nobody said any of it, so these rows may change.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forecast.model import Resolver
from forecast.reading.instants import read_stamp, stamp
from forecast.store.connection import writing
from forecast.store.rows import Recording, resolver_text


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `check`; without `seconds` it is at work, or was broken off."""

    id: int
    started_at: datetime
    seconds: float | None
    #: What was found: how many were looked up, proposed, resolved, due.
    found: dict[str, int]
    #: What failed: `{"id", "resolver", "error"}` each.
    failed: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """How the source of one question last fared."""

    #: The resolver it was then, spelt as text: with another one everything starts anew.
    resolver: str
    looked_at: datetime
    #: How many times in a row it failed.
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    #: The fingerprint of what was seen, for a source that tells changes.
    seen: str = ""


def begin(connection: sqlite3.Connection, recording: Recording) -> int:
    """Note that a run has begun; gives its number."""
    with writing(connection):
        cursor = connection.execute(
            "INSERT INTO runs (started_at, clock) VALUES (?, ?)",
            (stamp(recording.at), recording.clock),
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end(
    connection: sqlite3.Connection,
    run: int,
    seconds: float,
    found: Mapping[str, int],
    failed: Sequence[Mapping[str, Any]],
) -> None:
    """Note how a run ended."""
    with writing(connection):
        connection.execute(
            "UPDATE runs SET seconds = ?, found = ?, failed = ? WHERE id = ?",
            (seconds, json.dumps(found), json.dumps(failed, ensure_ascii=False), run),
        )


def history(connection: sqlite3.Connection, limit: int) -> list[Run]:
    """Give the latest runs, the newest first."""
    rows = connection.execute(
        "SELECT id, started_at, seconds, coalesce(found, '{}'), coalesce(failed, '[]') "
        "FROM runs ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [
        Run(id_, read_stamp(started_at), seconds, json.loads(found), json.loads(failed))
        for id_, started_at, seconds, found, failed in rows
    ]


def last(connection: sqlite3.Connection) -> Run | None:
    """Give the latest run, if there was one."""
    return next(iter(history(connection, 1)), None)


def lookups(connection: sqlite3.Connection, question_id: str = "") -> dict[str, Lookup]:
    """Give how each question's source last fared, by the question's id; or that of one alone."""
    rows = connection.execute(
        "SELECT question_id, resolver, looked_at, failures, failing_since, error, seen "
        "FROM lookups WHERE ? IN ('', question_id)",
        (question_id,),
    )
    return {
        id_: Lookup(
            resolver,
            read_stamp(looked_at),
            failures,
            since and read_stamp(since),
            error,
            seen,
        )
        for id_, resolver, looked_at, failures, since, error, seen in rows
    }


def note_lookup(connection: sqlite3.Connection, question_id: str, lookup: Lookup) -> None:
    """Put down how a source fared, inside the caller's write."""
    connection.execute(
        "INSERT OR REPLACE INTO lookups VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            question_id,
            lookup.resolver,
            stamp(lookup.looked_at),
            lookup.failures,
            lookup.failing_since and stamp(lookup.failing_since),
            lookup.error,
            lookup.seen,
        ),
    )


def fresh(resolver: Resolver, looked_at: datetime) -> Lookup:
    """Make the note of a source that was never looked at before."""
    return Lookup(resolver_text(resolver), looked_at)


def forgive(connection: sqlite3.Connection, question_ids: list[str]) -> None:
    """Forget that the sources of these questions failed: what was wrong with them is mended."""
    with writing(connection):
        connection.execute(
            "UPDATE lookups SET failures = 0, failing_since = NULL, error = '' "
            "WHERE question_id IN (SELECT value FROM json_each(?))",
            (json.dumps(question_ids),),
        )
