"""What somebody with the file could do to the record of `filled.everything`, by name."""

import sqlite3
from collections.abc import Callable

from filled import SAID, told, unguarded

from forecast.model import Comment
from forecast.store import append, chain
from forecast.store.canonical import PARTS, canonical, digest, link
from forecast.store.connection import writing

Deed = Callable[[sqlite3.Connection], object]


def sql(*statements: str) -> Deed:
    """Run statements with triggers and foreign keys out of the way, and put those back."""

    def deed(tracker: sqlite3.Connection) -> None:
        tracker.execute("PRAGMA foreign_keys = OFF")
        tracker.execute("SAVEPOINT deed")
        unguarded(tracker, lambda: [tracker.execute(one) for one in statements])
        tracker.execute("RELEASE deed")
        tracker.execute("PRAGMA foreign_keys = ON")

    return deed


def appended(table: str, **columns: object) -> Deed:
    """Append a row as the program does, position and all."""

    def deed(tracker: sqlite3.Connection) -> None:
        with writing(tracker):
            append.insert(tracker, table, {**columns, **told(3).columns()})

    return deed


def rechained(*statements: str) -> Deed:
    """Run statements, then work out every digest and hash anew, and forget the seals."""

    def deed(tracker: sqlite3.Connection) -> None:
        sql("DELETE FROM seals", *statements)(tracker)
        before = chain.START
        updates = []
        for position, table, row_id, salt, facts, text_salt, texts in tracker.execute(
            "SELECT position, table_name, row_id, salt, digest, text_salt, text_digest "
            "FROM chain ORDER BY position"
        ).fetchall():
            row = chain.row(tracker, table, row_id)
            assert row is not None
            if salt is not None:
                facts = digest(salt, canonical(row, PARTS[table][0]))
            if text_salt is not None:
                texts = digest(text_salt, canonical(row, PARTS[table][1]))
            before = link(position, before, table, row_id, facts, texts)
            updates.append(
                f"UPDATE chain SET digest = {_blob(facts)}, text_digest = {_blob(texts)}, "
                f"hash = {_blob(before)} WHERE position = {position}"
            )
        sql(*updates)(tracker)

    return deed


def _blob(data: bytes | None) -> str:
    return "NULL" if data is None else f"x'{data.hex()}'"


def dropped(n: int) -> Deed:
    """Drop the last positions, the rows they name, and the seals."""

    def deed(tracker: sqlite3.Connection) -> None:
        for position, table, row_id in tracker.execute(
            "SELECT position, table_name, row_id FROM chain ORDER BY position DESC LIMIT ?", (n,)
        ).fetchall():
            sql(
                "DELETE FROM seals",
                f"DELETE FROM {table} WHERE id = '{row_id}'",
                f"DELETE FROM chain WHERE position = {position}",
            )(tracker)

    return deed


MIDDLE = "(SELECT min(id) FROM forecasts WHERE probability = 0.125)"
LAST = "(SELECT max(id) FROM forecasts WHERE kind = 'forecast')"  # nothing points at it
SECRET = "(SELECT id FROM forecasts WHERE private AND question_id = 'rain')"
REVEALED = "(SELECT id FROM forecasts WHERE private AND question_id = 'snow')"


def at(table: str, row: str) -> str:
    """Give the SQL for the last position of a row."""
    return (
        f"(SELECT max(position) FROM chain WHERE table_name = '{table}' "
        f"AND row_id = CAST({row} AS TEXT))"
    )


#: Rows changed: found in the chain, and by others in the record that is exported.
CHANGED: dict[str, Deed] = {
    "a probability": sql(f"UPDATE forecasts SET probability = 0.9 WHERE id = {MIDDLE}"),
    "a probability's last bit": sql(
        f"UPDATE forecasts SET probability = 0.12500000000000003 WHERE id = {MIDDLE}"
    ),
    "when a forecast was made": sql(
        f"UPDATE forecasts SET made_at = '2999-05-01T00:00:00.000000Z' WHERE id = {MIDDLE}"
    ),
    "whose a forecast is": sql(f"UPDATE forecasts SET forecaster_id = 1 WHERE id = {MIDDLE}"),
    "a forecast's question": sql(f"UPDATE forecasts SET question_id = 'old' WHERE id = {MIDDLE}"),
    "a forecast to a withdrawal": sql(
        f"UPDATE forecasts SET kind = 'withdrawal', probability = NULL WHERE id = {MIDDLE}"
    ),
    "a retraction to a withdrawal": sql(
        "UPDATE forecasts SET kind = 'withdrawal', retracts = NULL WHERE kind = 'retraction'"
    ),
    "an option's probability": sql(
        "UPDATE forecasts SET distribution = replace(distribution, '0.25', '0.45')"
    ),
    "a revealed probability": sql(f"UPDATE forecasts SET probability = 0.1 WHERE id = {REVEALED}"),
    "a note": sql(f"UPDATE forecasts SET note = 'I said so' WHERE id = {LAST}"),
    "a title": sql("UPDATE revisions SET title = 'Will it shine?' WHERE title = 'What?'"),
    "a deadline": sql(
        "UPDATE revisions SET deadline = '2999-07-01T00:00:00.000000Z' WHERE question_id = 'snow'"
    ),
    "an outcome": sql("UPDATE resolutions SET outcome = 'yes' WHERE question_id = 'snow'"),
    "a remark": sql("UPDATE comments SET text = 'Hm!' WHERE id = (SELECT max(id) FROM comments)"),
    "which clock": sql("UPDATE comments SET clock = 'system' WHERE clock = 'set'"),
    "who recorded it": sql("UPDATE questions SET recorded_by = 'me' WHERE id = 'rain'"),
    "a body": sql("UPDATE evidence SET body = x'1f8b' WHERE id = 1"),
    "a proposal": sql("UPDATE proposals SET outcome = 'yes' WHERE id = 1"),
    "a decision": sql("UPDATE decisions SET decision = 'accepted'"),
    "why something was redacted": sql("UPDATE redactions SET reason = 'a joke' WHERE id = 1"),
    "what was migrated": sql("UPDATE adoptions SET n_rows = 3"),
    "a name": sql("UPDATE forecasters SET name = 'Zoe' WHERE name = 'eve'"),
    "two names": sql(
        "UPDATE forecasters SET name = 'x' WHERE name = 'Ann Smith'",
        "UPDATE forecasters SET name = 'Ann Smith' WHERE name = 'eve'",
        "UPDATE forecasters SET name = 'eve' WHERE name = 'x'",
    ),
    "an alias": sql("UPDATE forecasters SET aliases = '[\"Zoe\"]' WHERE name = 'eve'"),
    "a merger undone": sql("UPDATE forecasters SET merged_into = NULL WHERE name = 'bob'"),
    "a merger made up": sql("UPDATE forecasters SET merged_into = 1 WHERE name = 'C'"),
    "two ids": sql(
        "CREATE TEMP TABLE two AS SELECT id FROM forecasts ORDER BY id DESC LIMIT 2",
        "UPDATE forecasts SET id = -id WHERE id IN (SELECT id FROM two)",
        "UPDATE forecasts SET id = id + (SELECT sum(id) FROM two) WHERE id < 0",
        "DROP TABLE two",
    ),
    "a row replaced": sql(
        "INSERT OR REPLACE INTO resolutions SELECT id, question_id, 'yes', reason, known_at, "
        "evidence, note, recorded_at, recorded_by, clock FROM resolutions"
    ),
}

#: Positions changed: found in the chain, and by others in the export, where one can be made.
CHAIN: dict[str, Deed] = {
    "a hash": sql("UPDATE chain SET hash = zeroblob(32) WHERE position = 9"),
    "the last hash": sql(
        "UPDATE chain SET hash = zeroblob(32) WHERE hash = (SELECT hash FROM "
        "chain ORDER BY position DESC LIMIT 1)"
    ),
    "a digest": sql(
        f"UPDATE chain SET digest = zeroblob(32) WHERE position = {at('forecasts', MIDDLE)}"
    ),
    "a hidden digest": sql(
        f"UPDATE chain SET digest = zeroblob(32) WHERE position = {at('forecasts', SECRET)}"
    ),
    "a text's digest": sql("UPDATE chain SET text_digest = zeroblob(32) WHERE position = 9"),
    "a salt": sql("UPDATE chain SET salt = zeroblob(16) WHERE position = 9"),
    "a longer salt": sql("UPDATE chain SET salt = zeroblob(17) WHERE position = 9"),
    "a text's salt": sql("UPDATE chain SET text_salt = zeroblob(16) WHERE position = 9"),
    "no salt": sql("UPDATE chain SET salt = NULL WHERE position = 9"),
    "no text salt, and no redaction": sql("UPDATE chain SET text_salt = NULL WHERE position = 9"),
    "no text salt, and an empty text": sql(
        "UPDATE forecasts SET note = '[redacted]' WHERE id = 2",
        f"UPDATE chain SET text_salt = NULL WHERE position = {at('forecasts', '2')}",
    ),
    "another table": sql("UPDATE chain SET table_name = 'comments' WHERE position = 9"),
    "a table of nobody": sql("UPDATE chain SET table_name = 'runs' WHERE position = 9"),
    "another row": sql("UPDATE chain SET row_id = '2' WHERE position = 9"),
    "a position moved": sql("UPDATE chain SET position = 1000 WHERE position = 9"),
    "a position and its row dropped": sql(
        f"DELETE FROM chain WHERE position = {at('forecasts', LAST)}",
        f"DELETE FROM forecasts WHERE id = {LAST}",
    ),
    "the first position dropped": sql("DELETE FROM chain WHERE position = 1"),
    "two positions swapped": sql(
        "UPDATE chain SET position = -1 WHERE position = 9",
        "UPDATE chain SET position = 9 WHERE position = 10",
        "UPDATE chain SET position = 10 WHERE position = -1",
    ),
    "a redaction of what is there": appended(
        "redactions", table_name="forecasts", row_id="2", reason=""
    ),
    "a redaction of what never was": appended(
        "redactions", table_name="forecasts", row_id="99", reason=""
    ),
    "a redaction of facts": appended(
        "redactions", table_name="questions", row_id="rain", reason=""
    ),
    "a second redaction": appended("redactions", table_name="comments", row_id="1", reason=""),
}

#: Rows gone: found in the chain, and nothing is exported, where they would look as if hidden.
GONE: dict[str, Deed] = {
    "the last forecast": sql(f"DELETE FROM forecasts WHERE id = {LAST}"),
    "a forecast in the middle": sql(f"DELETE FROM forecasts WHERE id = {MIDDLE}"),
    "a revealed forecast": sql(f"DELETE FROM forecasts WHERE id = {REVEALED}"),
    "a resolution": sql("DELETE FROM resolutions WHERE question_id = 'old'"),
    "a remark": sql("DELETE FROM comments WHERE clock = 'set'"),
    "a forecaster": sql("DELETE FROM forecasters WHERE name = 'eve'"),
    "everything but the chain": sql(*(f"DELETE FROM {table}" for table in PARTS)),
}

#: What an export does not show, being as it was: `verify` finds it all the same.
UNSEEN: dict[str, Deed] = {
    "a forecast slipped in": sql(
        "INSERT INTO forecasts SELECT max(id) + 1, question_id, forecaster_id, kind, made_at, 0.9, "
        "distribution, words, low, high, lexicon, note, retracts, recorded_at, recorded_by, clock, "
        f"private FROM forecasts WHERE id = {LAST}"
    ),
    "a forecast slipped in before": sql(
        "INSERT INTO forecasts SELECT -1, question_id, forecaster_id, kind, made_at, 0.9, "
        "distribution, words, low, high, lexicon, note, retracts, recorded_at, recorded_by, clock, "
        f"private FROM forecasts WHERE id = {LAST}"
    ),
    "a question slipped in": sql(
        "INSERT INTO questions SELECT 'more', recorded_at, recorded_by, "
        "clock FROM questions WHERE id = 'rain'"
    ),
    "a forecaster slipped in": sql("INSERT INTO forecasters VALUES (99, 'Zoe', '[]', NULL)"),
    "a redaction slipped in": sql(
        "INSERT INTO redactions SELECT 99, 'forecasts', '2', '', recorded_at, recorded_by, clock "
        "FROM redactions WHERE id = 1"
    ),
    "a hidden probability": sql(f"UPDATE forecasts SET probability = 0.9 WHERE id = {SECRET}"),
    "a hidden forecast gone": sql(f"UPDATE forecasts SET id = 99 WHERE id = {SECRET}"),
    "a redacted text made up": sql(
        "UPDATE comments SET text = 'I said so' "
        "WHERE id = (SELECT row_id FROM redactions WHERE table_name = 'comments')"
    ),
    "a former name's salt": sql(
        "UPDATE chain SET text_salt = zeroblob(16) WHERE position = (SELECT min(position) FROM "
        "chain WHERE table_name = 'forecasters' AND text_salt IS NULL)"
    ),
}

#: The tables, triggers and views changed, and not a row.
LAYOUT: dict[str, Deed] = {
    "a trigger dropped": lambda tracker: tracker.execute("DROP TRIGGER forecasts_no_update"),
    "all triggers dropped": lambda tracker: [
        tracker.execute(f"DROP TRIGGER {name}")
        for (name,) in tracker.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
    ],
    "a trigger weakened": lambda tracker: tracker.executescript(
        "DROP TRIGGER forecasts_no_update; CREATE TRIGGER forecasts_no_update BEFORE UPDATE ON "
        "forecasts WHEN OLD.id < 0 BEGIN SELECT RAISE(ABORT, 'forecasts is append-only'); END"
    ),
    "a trigger added": lambda tracker: tracker.execute(
        "CREATE TRIGGER mine AFTER INSERT ON forecasts BEGIN "
        "UPDATE forecasters SET name = name; END"
    ),
    "a trigger on the chain": lambda tracker: tracker.execute(
        "CREATE TRIGGER mine AFTER INSERT ON chain BEGIN SELECT 1; END"
    ),
    "a view redefined": lambda tracker: tracker.executescript(
        "DROP VIEW current_resolutions; CREATE VIEW current_resolutions AS "
        "SELECT * FROM resolutions r WHERE outcome = 'yes'"
    ),
    "a view made a table": lambda tracker: tracker.executescript(
        "PRAGMA legacy_alter_table = ON; "
        "CREATE TABLE mine AS SELECT * FROM current_resolutions; DROP VIEW current_resolutions; "
        "ALTER TABLE mine RENAME TO current_resolutions"
    ),
    "a view dropped": lambda tracker: tracker.execute("DROP VIEW current_questions"),
    "a column added": lambda tracker: tracker.execute(
        "ALTER TABLE forecasts ADD COLUMN stake INTEGER"
    ),
    "a computed column added": lambda tracker: tracker.execute(
        "ALTER TABLE forecasts ADD COLUMN sure INTEGER AS (probability > 0.5)"
    ),
    "a column renamed": lambda tracker: tracker.execute(
        "ALTER TABLE comments RENAME COLUMN text TO remark"
    ),
    "a table renamed": lambda tracker: tracker.execute("ALTER TABLE seals RENAME TO sealed"),
    "an index dropped": lambda tracker: tracker.execute("DROP INDEX idx_forecasts_retracts"),
    "an index made another": lambda tracker: tracker.executescript(
        "DROP INDEX idx_comments_question_id; "
        "CREATE INDEX idx_comments_question_id ON comments (made_at)"
    ),
    "a table made loose": lambda tracker: _rewritten(tracker, "comments", ") STRICT", ")"),
    "a column made optional": lambda tracker: _rewritten(
        tracker, "comments", '"text" TEXT NOT NULL', '"text" TEXT'
    ),
    "a table made a view": lambda tracker: tracker.executescript(
        "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; "
        "ALTER TABLE comments RENAME TO kept; CREATE VIEW comments AS SELECT * FROM kept"
    ),
}


def tail(tracker: sqlite3.Connection) -> None:
    """Say some more, at the end."""
    for text in ("one", "two", "three", "four", "five"):
        remark = Comment(question="rain", author="eve", text=text, made_at=SAID)
        append.comment(tracker, remark, told(4))


#: The whole written anew after a `tail`: it holds by itself, and only who kept a seal can tell.
WHOLE: dict[str, Deed] = {
    "a probability": rechained(f"UPDATE forecasts SET probability = 0.9 WHERE id = {MIDDLE}"),
    "a remark in the tail": rechained("UPDATE comments SET text = 'six' WHERE text = 'five'"),
    "two names": rechained(
        "UPDATE forecasters SET name = 'x' WHERE name = 'Ann Smith'",
        "UPDATE forecasters SET name = 'Ann Smith' WHERE name = 'eve'",
        "UPDATE forecasters SET name = 'eve' WHERE name = 'x'",
    ),
    "the last position": dropped(1),
    "the last five positions": dropped(5),
}


def _rewritten(tracker: sqlite3.Connection, table: str, old: str, new: str) -> None:
    """Edit the text by which SQLite knows a table."""
    tracker.execute("PRAGMA writable_schema = ON")
    tracker.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (old, new, table),
    )
    tracker.execute("PRAGMA writable_schema = RESET")
