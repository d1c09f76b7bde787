"""What the migrations come to: the tables and indexes of a tracker of today's format.

`verify` compares a file with it, without the libraries that the migrations need; a test holds it
to be what they make.
"""

import contextlib
import sqlite3
from dataclasses import dataclass, field
from functools import cache

from forecast.store.guards import guards
from forecast.store.views import VIEWS

#: (type, name) -> (table, SQL), as in sqlite_master.
Objects = dict[tuple[str, str], tuple[str, str | None]]


@dataclass(slots=True)
class Difference:
    """Where a file is laid out otherwise than this program does it."""

    n_objects: int = 0
    #: Of tables, which hold the record: the first one that is another.
    tables: str = ""
    #: Of indexes, triggers and views, which find, guard and show it.
    others: str = ""
    #: Tables and indexes that are the same in other words.
    respelt: list[str] = field(default_factory=list)


def compare(connection: sqlite3.Connection) -> Difference:
    """Compare a file's tables, indexes, triggers and views with what this program makes."""
    wanted = _wanted()
    found = _objects(connection)
    difference = Difference(n_objects=len(wanted))
    for (kind, name), made in wanted.items():
        if (kind, name) not in found:
            problem = f"{name} is missing"
        elif found[kind, name] == made:
            continue
        else:
            problem = f"{name} is not as this program makes it"
            if kind in ("table", "index") and _means_the_same(connection, kind, name):
                difference.respelt.append(name)
                continue
        if kind == "table":
            difference.tables = difference.tables or problem
        else:
            difference.others = difference.others or problem
    ours = {name for kind, name in wanted if kind == "table"}
    for (kind, name), (table, _) in found.items():  # people may add tables and views
        if kind == "trigger" and table in ours and (kind, name) not in wanted:
            problem = f"{table} has a trigger that is not ours: {name}"
            difference.others = difference.others or problem
    return difference


def lay_out() -> sqlite3.Connection:
    """Make an empty tracker in memory, with nothing but its tables, triggers and views."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(LAYOUT)
    for statement in guards():
        connection.execute(statement)
    for name, select in VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS {select}")
    return connection


@cache
def _wanted() -> Objects:
    with contextlib.closing(lay_out()) as model:
        return _objects(model)


def _objects(connection: sqlite3.Connection) -> Objects:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return {(kind, name): (table, sql) for kind, name, table, sql in rows}


def _means_the_same(connection: sqlite3.Connection, kind: str, name: str) -> bool:
    """Compare what SQLite itself understands: another version may have written other words."""
    with contextlib.closing(lay_out()) as model:
        return _understood(connection, kind, name) == _understood(model, kind, name)


def _understood(connection: sqlite3.Connection, kind: str, name: str) -> list[list[tuple[object]]]:
    if kind == "table":
        questions = ("table_list", "table_xinfo", "foreign_key_list")
        return [connection.execute(f"PRAGMA {ask}('{name}')").fetchall() for ask in questions]
    flags = connection.execute(
        'SELECT l."unique", l.origin, l.partial FROM sqlite_master m, '
        "pragma_index_list(m.tbl_name) l WHERE m.type = 'index' AND m.name = ? AND l.name = ?",
        (name, name),
    ).fetchall()
    return [connection.execute(f"PRAGMA index_xinfo('{name}')").fetchall(), flags]


LAYOUT = """
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE "forecasters" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "name" TEXT NOT NULL,
   "aliases" TEXT NOT NULL,
   "merged_into" INTEGER REFERENCES "forecasters"("id")
) STRICT;
CREATE UNIQUE INDEX "idx_forecasters_name"
    ON "forecasters" ("name");
CREATE INDEX idx_forecasters_aliased ON forecasters (id) WHERE aliases <> '[]';
CREATE TABLE "questions" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE TABLE "revisions" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "question_id" TEXT NOT NULL REFERENCES "questions"("id"),
   "number" INTEGER NOT NULL,
   "title" TEXT NOT NULL,
   "type" TEXT NOT NULL,
   "options" TEXT NOT NULL,
   "unit" TEXT NOT NULL,
   "bounds" TEXT,
   "opened_at" TEXT NOT NULL,
   "deadline" TEXT NOT NULL,
   "known_by" TEXT,
   "timezone" TEXT NOT NULL,
   "deadline_from" TEXT NOT NULL,
   "criteria" TEXT NOT NULL,
   "sources" TEXT NOT NULL,
   "tags" TEXT NOT NULL,
   "event" TEXT NOT NULL,
   "article" TEXT,
   "changed_meaning" INTEGER NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
, "resolver" TEXT) STRICT;
CREATE UNIQUE INDEX "idx_revisions_question_id_number"
    ON "revisions" ("question_id", "number");
CREATE TABLE "forecasts" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "question_id" TEXT NOT NULL REFERENCES "questions"("id"),
   "forecaster_id" INTEGER NOT NULL REFERENCES "forecasters"("id"),
   "kind" TEXT NOT NULL,
   "made_at" TEXT NOT NULL,
   "probability" REAL,
   "distribution" TEXT,
   "words" TEXT NOT NULL,
   "low" REAL,
   "high" REAL,
   "lexicon" TEXT NOT NULL,
   "note" TEXT NOT NULL,
   "retracts" INTEGER REFERENCES "forecasts"("id"),
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
, private INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX "idx_forecasts_question_id_made_at"
    ON "forecasts" ("question_id", "made_at");
CREATE INDEX "idx_forecasts_forecaster_id"
    ON "forecasts" ("forecaster_id");
CREATE UNIQUE INDEX "idx_forecasts_retracts"
    ON "forecasts" ("retracts");
CREATE TABLE "resolutions" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "question_id" TEXT NOT NULL REFERENCES "questions"("id"),
   "outcome" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   "known_at" TEXT NOT NULL,
   "evidence" TEXT NOT NULL,
   "note" TEXT NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE INDEX "idx_resolutions_question_id"
    ON "resolutions" ("question_id");
CREATE TABLE "comments" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "question_id" TEXT NOT NULL REFERENCES "questions"("id"),
   "forecaster_id" INTEGER NOT NULL REFERENCES "forecasters"("id"),
   "made_at" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE INDEX "idx_comments_question_id"
    ON "comments" ("question_id");
CREATE TABLE "evidence" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "question_id" TEXT NOT NULL REFERENCES "questions"("id"),
   "resolver" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "fetched_at" TEXT NOT NULL,
   "headers" TEXT NOT NULL,
   "sha256" TEXT NOT NULL,
   "excerpt" TEXT NOT NULL,
   "body" BLOB NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE TABLE "proposals" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "question_id" TEXT NOT NULL REFERENCES "questions"("id"),
   "outcome" TEXT,
   "known_at" TEXT,
   "as_of" TEXT,
   "caveat" TEXT NOT NULL,
   "evidence_id" INTEGER NOT NULL REFERENCES "evidence"("id"),
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE INDEX "idx_proposals_question_id"
    ON "proposals" ("question_id");
CREATE TABLE "decisions" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "proposal_id" INTEGER NOT NULL REFERENCES "proposals"("id"),
   "decision" TEXT NOT NULL,
   "note" TEXT NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx_decisions_proposal_id"
    ON "decisions" ("proposal_id");
CREATE TABLE "runs" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "started_at" TEXT NOT NULL,
   "seconds" REAL,
   "found" TEXT,
   "failed" TEXT,
   "clock" TEXT NOT NULL
) STRICT;
CREATE TABLE "lookups" (
   "question_id" TEXT PRIMARY KEY REFERENCES "questions"("id"),
   "resolver" TEXT NOT NULL,
   "looked_at" TEXT NOT NULL,
   "failures" INTEGER NOT NULL,
   "failing_since" TEXT,
   "error" TEXT NOT NULL,
   "seen" TEXT NOT NULL
) STRICT;
CREATE TABLE "reminders" (
   "question_id" TEXT REFERENCES "questions"("id"),
   "due_at" TEXT,
   "stage" INTEGER,
   "sent_at" TEXT,
   PRIMARY KEY ("question_id", "due_at", "stage")
) STRICT;
CREATE TABLE "chain" (
   "position" INTEGER PRIMARY KEY,
   "table_name" TEXT NOT NULL,
   "row_id" TEXT NOT NULL,
   "salt" BLOB,
   "digest" BLOB NOT NULL,
   "text_salt" BLOB,
   "text_digest" BLOB,
   "hash" BLOB NOT NULL
) STRICT;
CREATE INDEX idx_chain_forecasters ON chain (row_id) WHERE table_name = 'forecasters';
CREATE TABLE "redactions" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "table_name" TEXT NOT NULL,
   "row_id" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE TABLE "adoptions" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "n_rows" INTEGER NOT NULL,
   "recorded_at" TEXT NOT NULL,
   "recorded_by" TEXT NOT NULL,
   "clock" TEXT NOT NULL
) STRICT;
CREATE TABLE "seals" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "made_at" TEXT NOT NULL,
   "positions" INTEGER NOT NULL,
   "head" TEXT NOT NULL,
   "text" TEXT NOT NULL,
   "stamp" BLOB,
   "stamp_url" TEXT
) STRICT;
"""
