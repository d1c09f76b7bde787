"""The tables, and how an older file becomes a newer one.

Migrations are never edited once released, only added. Triggers and views are re-created after
every migration, because `transform()` drops triggers silently.
"""

import sqlite3

from sqlite_utils import Database, Migrations

migrations = Migrations("forecast")

#: What a person said: never updated, never deleted, never replaced.
APPEND_ONLY = ("questions", "revisions", "forecasts", "resolutions", "comments")

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
    for statement in _guards():
        connection.execute(statement)
    for name, select in _VIEWS.items():
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
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (?, ?, ?, ?, ?, ?)",
        (*APPEND_ONLY, "forecasters"),
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    for name in reversed(_VIEWS):  # a view may rest on the ones before it
        connection.execute(f"DROP VIEW IF EXISTS {name}")


#: What an inserted row must satisfy: table -> (law, what to say when it is broken).
_INSTANT = "GLOB '" + "NNNN-NN-NNTNN:NN:NN.NNNNNNZ".replace("N", "[0-9]") + "'"
_CHECKS = {
    "revisions": [
        ("NEW.type IN ('binary', 'choice', 'number', 'date')", "unknown type of question"),
        (f"NEW.opened_at {_INSTANT} AND NEW.deadline {_INSTANT}", "not a UTC instant"),
        (f"NEW.known_by IS NULL OR NEW.known_by {_INSTANT}", "known_by is not a UTC instant"),
        ("NEW.opened_at < NEW.deadline", "deadline before opening"),
        ("NEW.changed_meaning IN (0, 1)", "changed_meaning is 0 or 1"),
    ],
    "forecasts": [
        ("NEW.kind IN ('forecast', 'withdrawal', 'retraction')", "unknown kind of forecast"),
        (f"NEW.made_at {_INSTANT}", "made_at is not a UTC instant"),
        ("NEW.probability IS NULL OR NEW.probability BETWEEN 0 AND 1", "no probability"),
        (
            "(NEW.kind = 'forecast') = "
            "((NEW.probability IS NOT NULL) + (NEW.distribution IS NOT NULL) = 1)",
            "a forecast has a probability or a distribution, anything else neither",
        ),
        ("(NEW.kind = 'retraction') = (NEW.retracts IS NOT NULL)", "a retraction names its slip"),
        (
            "NEW.retracts IS NULL OR EXISTS (SELECT 1 FROM forecasts WHERE id = NEW.retracts "
            "AND question_id = NEW.question_id AND kind = 'forecast')",
            "a retraction takes back a forecast on its question",
        ),
    ],
    "resolutions": [
        (f"NEW.known_at {_INSTANT}", "known_at is not a UTC instant"),
        ("(NEW.outcome = 'annulled') = (NEW.reason <> '')", "an annulment has a reason"),
        (
            "NEW.reason IN ('', 'ambiguous', 'void', 'unresolvable', 'mistake')",
            "unknown reason of an annulment",
        ),
    ],
    "comments": [(f"NEW.made_at {_INSTANT}", "made_at is not a UTC instant")],
}


def _guards() -> list[str]:
    """Triggers that keep the record append-only, `INSERT OR REPLACE` included."""
    statements = []
    for table in (*APPEND_ONLY, "forecasters"):
        for deed in ("UPDATE", "DELETE"):
            if (table, deed) != ("forecasters", "UPDATE"):  # names may change
                statements.append(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        # REPLACE deletes the old row without firing DELETE triggers, but after this one.
        statements.append(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN {_TAKEN[table]} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: the row exists'); END"
        )
        laws = list(_CHECKS.get(table, []))
        if table != "forecasters":
            laws.append((f"NEW.recorded_at {_INSTANT}", "recorded_at is not a UTC instant"))
            laws.append(("NEW.clock IN ('system', 'set')", "clock is system or set"))
        for number, (law, message) in enumerate(laws):
            statements.append(
                f"CREATE TRIGGER {table}_check_{number} BEFORE INSERT ON {table} "
                f"WHEN NOT ({law}) BEGIN SELECT RAISE(ABORT, '{table}: {message}'); END"
            )
    # UPDATE OR REPLACE deletes whatever row has the new name or id.
    statements.append(
        "CREATE TRIGGER forecasters_keep BEFORE UPDATE ON forecasters WHEN NEW.id <> OLD.id "
        "OR EXISTS (SELECT 1 FROM forecasters WHERE name = NEW.name AND id <> OLD.id) "
        "BEGIN SELECT RAISE(ABORT, 'forecasters are renamed, never replaced'); END"
    )
    return statements


_TAKEN = {
    table: f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    for table in ("resolutions", "comments")
} | {
    # Its id is text, so the row has a number besides, by which it could be replaced, too.
    "questions": "EXISTS (SELECT 1 FROM questions WHERE id = NEW.id OR rowid = NEW.rowid)",
    "revisions": "EXISTS (SELECT 1 FROM revisions WHERE id = NEW.id "
    "OR (question_id = NEW.question_id AND number = NEW.number))",
    "forecasts": "EXISTS (SELECT 1 FROM forecasts WHERE id = NEW.id OR retracts = NEW.retracts)",
    "forecasters": "EXISTS (SELECT 1 FROM forecasters WHERE id = NEW.id OR name = NEW.name)",
}

#: For people with Datasette or the sqlite3 shell as much as for our own queries.
_VIEWS = {
    "current_revisions": """
    SELECT r.* FROM revisions r
    WHERE r.number = (SELECT max(number) FROM revisions WHERE question_id = r.question_id)
    """,
    "current_resolutions": """
    SELECT r.* FROM resolutions r
    WHERE r.id = (SELECT max(id) FROM resolutions WHERE question_id = r.question_id)
    """,
    # A merged forecaster speaks under the name of the one it was merged into.
    "forecaster_names": """
    SELECT f.id, coalesce(f.merged_into, f.id) AS person_id, p.name
    FROM forecasters f JOIN forecasters p ON p.id = coalesce(f.merged_into, f.id)
    """,
    # A slip taken back within a day, before the answer was known, never counts; later, the
    # retraction ends it. The day is added to the text's date, to keep the microseconds.
    "forecast_record": """
    SELECT f.id, f.question_id, n.name AS forecaster, f.kind, f.made_at, f.probability,
           f.distribution, f.words, f.low, f.high, f.lexicon, f.note,
           f.recorded_at, f.recorded_by, f.clock, r.recorded_at AS retracted_at,
           r.recorded_at IS NOT NULL
             AND r.recorded_at <= date(f.recorded_at, '+1 day') || substr(f.recorded_at, 11)
             AND (s.known_at IS NULL OR r.recorded_at < s.known_at) AS never_counts
    FROM forecasts f
    JOIN forecaster_names n ON n.id = f.forecaster_id
    LEFT JOIN forecasts r ON r.retracts = f.id
    LEFT JOIN current_resolutions s ON s.question_id = f.question_id
    WHERE f.kind <> 'retraction'
    """,
    "current_forecasts": """
    SELECT question_id, forecaster, made_at, probability, distribution, words, note, recorded_at
    FROM (
      SELECT *, row_number() OVER (
        PARTITION BY question_id, forecaster ORDER BY made_at DESC, id DESC) AS newest
      FROM forecast_record WHERE NOT never_counts)
    WHERE newest = 1 AND kind = 'forecast' AND retracted_at IS NULL
    """,
    "current_questions": """
    SELECT q.question_id AS id, q.title, q.type,
      CASE WHEN s.outcome = 'annulled' THEN 'annulled'
           WHEN s.outcome IS NOT NULL THEN 'resolved'
           WHEN strftime('%Y-%m-%dT%H:%M:%f000Z') <= q.deadline THEN 'open'
           WHEN strftime('%Y-%m-%dT%H:%M:%f000Z') <= coalesce(q.known_by, q.deadline)
             THEN 'awaiting'
           ELSE 'due' END AS status,
      q.opened_at, q.deadline, q.known_by, q.timezone, q.tags, q.event, q.criteria, q.sources,
      q.article, s.outcome, s.reason, s.known_at, s.evidence, s.note AS resolution_note
    FROM current_revisions q LEFT JOIN current_resolutions s ON s.question_id = q.question_id
    """,
}
