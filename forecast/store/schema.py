"""The tables, and how an older file becomes a newer one.

Migrations are never edited once released, only added. Triggers and views are re-created after
every migration, because `transform()` drops triggers silently.
"""

import json
import sqlite3

from sqlite_utils import Database, Migrations

from forecast.store import chain
from forecast.store.guards import GUARDED, guards
from forecast.store.views import VIEWS

migrations = Migrations("forecast")

_RECORDED = {"recorded_at": str, "recorded_by": str, "clock": str}


@migrations()
def m001_tracker(db: Database) -> None:
    """Lay out the six tables."""
    _create(
        db,
        "forecasters",
        {"id": int, "name": str, "aliases": str, "merged_into": int},
        nullable={"merged_into"},
        foreign_keys=[("merged_into", "forecasters", "id")],
    )
    db.table("forecasters").create_index(["name"], unique=True)
    # Few have other names; an unknown name must not cost a look at everybody.
    db.execute("CREATE INDEX idx_forecasters_aliased ON forecasters (id) WHERE aliases <> '[]'")
    _create(db, "questions", {"id": str, **_RECORDED})
    _create(
        db,
        "revisions",
        {
            "id": int,
            "question_id": str,
            "number": int,
            "title": str,
            "type": str,
            "options": str,
            "unit": str,
            "bounds": str,
            "opened_at": str,
            "deadline": str,
            "known_by": str,
            "timezone": str,
            "deadline_from": str,
            "criteria": str,
            "sources": str,
            "tags": str,
            "event": str,
            "article": str,
            "changed_meaning": int,
            **_RECORDED,
        },
        nullable={"bounds", "known_by", "article"},
        foreign_keys=[("question_id", "questions", "id")],
    )
    db.table("revisions").create_index(["question_id", "number"], unique=True)
    _create(
        db,
        "forecasts",
        {
            "id": int,
            "question_id": str,
            "forecaster_id": int,
            "kind": str,
            "made_at": str,
            "probability": float,
            "distribution": str,
            "words": str,
            "low": float,
            "high": float,
            "lexicon": str,
            "note": str,
            "retracts": int,
            **_RECORDED,
        },
        nullable={"probability", "distribution", "low", "high", "retracts"},
        foreign_keys=[
            ("question_id", "questions", "id"),
            ("forecaster_id", "forecasters", "id"),
            ("retracts", "forecasts", "id"),
        ],
    )
    db.table("forecasts").create_index(["question_id", "made_at"])
    db.table("forecasts").create_index(["forecaster_id"])
    db.table("forecasts").create_index(["retracts"], unique=True)
    _create(
        db,
        "resolutions",
        {
            "id": int,
            "question_id": str,
            "outcome": str,
            "reason": str,
            "known_at": str,
            "evidence": str,
            "note": str,
            **_RECORDED,
        },
        foreign_keys=[("question_id", "questions", "id")],
    )
    db.table("resolutions").create_index(["question_id"])
    _create(
        db,
        "comments",
        {
            "id": int,
            "question_id": str,
            "forecaster_id": int,
            "made_at": str,
            "text": str,
            **_RECORDED,
        },
        foreign_keys=[("question_id", "questions", "id"), ("forecaster_id", "forecasters", "id")],
    )
    db.table("comments").create_index(["question_id"])


@migrations()
def m002_checks(db: Database) -> None:
    """Add resolvers, what they found, and what `check` remembers of its own runs."""
    db.table("revisions").add_column("resolver", str)
    _create(
        db,
        "evidence",
        {
            "id": int,
            "question_id": str,
            "resolver": str,
            "url": str,
            "fetched_at": str,
            "headers": str,
            "sha256": str,
            "excerpt": str,
            "body": bytes,
            **_RECORDED,
        },
        foreign_keys=[("question_id", "questions", "id")],
    )
    _create(
        db,
        "proposals",
        {
            "id": int,
            "question_id": str,
            "outcome": str,
            "known_at": str,
            "as_of": str,
            "caveat": str,
            "evidence_id": int,
            **_RECORDED,
        },
        nullable={"outcome", "known_at", "as_of"},
        foreign_keys=[
            ("question_id", "questions", "id"),
            ("evidence_id", "evidence", "id"),
        ],
    )
    db.table("proposals").create_index(["question_id"])
    _create(
        db,
        "decisions",
        {"id": int, "proposal_id": int, "decision": str, "note": str, **_RECORDED},
        foreign_keys=[("proposal_id", "proposals", "id")],
    )
    db.table("decisions").create_index(["proposal_id"], unique=True)
    # From here on what the program notes for itself: nobody said it, so it may change.
    _create(
        db,
        "runs",
        {
            "id": int,
            "started_at": str,
            "seconds": float,
            "found": str,
            "failed": str,
            "clock": str,
        },
        nullable={"seconds", "found", "failed"},
    )
    db.table("lookups").create(
        {
            "question_id": str,
            "resolver": str,
            "looked_at": str,
            "failures": int,
            "failing_since": str,
            "error": str,
            "seen": str,
        },
        pk="question_id",
        not_null={"resolver", "looked_at", "failures", "error", "seen"},
        foreign_keys=[("question_id", "questions", "id")],
        strict=True,
    )
    db.table("reminders").create(
        {"question_id": str, "due_at": str, "stage": int, "sent_at": str},
        pk=("question_id", "due_at", "stage"),
        foreign_keys=[("question_id", "questions", "id")],
        strict=True,
    )


@migrations()
def m003_chain(db: Database) -> None:
    """Chain the record; what is there already is chained as it is found, and that is said."""
    db.execute("ALTER TABLE forecasts ADD COLUMN private INTEGER NOT NULL DEFAULT 0")
    db.table("chain").create(
        {
            "position": int,
            "table_name": str,
            "row_id": str,
            "salt": bytes,
            "digest": bytes,
            "text_salt": bytes,
            "text_digest": bytes,
            "hash": bytes,
        },
        pk="position",
        not_null={"table_name", "row_id", "digest", "hash"},
        strict=True,
    )
    # Names change; whose they were before must be found, and there are few.
    db.execute(
        "CREATE INDEX idx_chain_forecasters ON chain (row_id) WHERE table_name = 'forecasters'"
    )
    _create(
        db, "redactions", {"id": int, "table_name": str, "row_id": str, "reason": str, **_RECORDED}
    )
    _create(db, "adoptions", {"id": int, "n_rows": int, **_RECORDED})
    _create(
        db,
        "seals",
        {
            "id": int,
            "made_at": str,
            "positions": int,
            "head": str,
            "text": str,
            "stamp": bytes,
            "stamp_url": str,
        },
        nullable={"stamp", "stamp_url"},
    )
    chain.adopt(db.conn)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date inside the caller's transaction, foreign keys being off."""
    db = Database(connection)
    _drop_triggers_and_views(connection)
    # Else renaming a table fails over people's own views on ours, which are gone just now.
    connection.execute("PRAGMA legacy_alter_table = ON")
    try:
        migrations.apply(db)
    finally:
        connection.execute("PRAGMA legacy_alter_table = OFF")
    for statement in guards():
        connection.execute(statement)
    for name, select in VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS {select}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.IntegrityError("a row points at one that does not exist")


def _create(
    db: Database,
    name: str,
    columns: dict[str, type],
    nullable: set[str] | None = None,
    foreign_keys: list[tuple[str, str, str]] | None = None,
) -> None:
    required = set(columns) - (nullable or set())
    db.table(name).create(
        columns, pk="id", not_null=required, foreign_keys=foreign_keys or [], strict=True
    )


def _drop_triggers_and_views(connection: sqlite3.Connection) -> None:
    # All triggers of our tables, since an older version may have had others; of the views only
    # our own, since people add theirs.
    triggers = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' "
        "AND tbl_name IN (SELECT value FROM json_each(?))",
        (json.dumps(GUARDED),),
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    for name in reversed(VIEWS):  # a view may rest on the ones before it
        connection.execute(f"DROP VIEW IF EXISTS {name}")
