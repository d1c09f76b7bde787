"""The triggers that keep the record append-only, and every row in order."""

#: What a person said: never updated, never deleted, never replaced.
APPEND_ONLY = (
    *("questions", "revisions", "forecasts", "resolutions", "comments"),
    *("evidence", "proposals", "decisions", "redactions", "adoptions"),
)
#: Every table that has triggers.
GUARDED = (*APPEND_ONLY, "forecasters", "chain")

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
        ("NEW.private IN (0, 1)", "private is 0 or 1"),
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
    "evidence": [(f"NEW.fetched_at {_INSTANT}", "fetched_at is not a UTC instant")],
    "proposals": [
        (f"NEW.known_at IS NULL OR NEW.known_at {_INSTANT}", "known_at is not a UTC instant"),
        (f"NEW.as_of IS NULL OR NEW.as_of {_INSTANT}", "as_of is not a UTC instant"),
        (
            "EXISTS (SELECT 1 FROM evidence WHERE id = NEW.evidence_id "
            "AND question_id = NEW.question_id)",
            "a proposal rests on evidence on its question",
        ),
    ],
    "decisions": [("NEW.decision IN ('accepted', 'rejected')", "unknown decision")],
}


def guards() -> list[str]:
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
    return statements + _chain_guards()


def _chain_guards() -> list[str]:
    """The chain only grows; a salt may go, by which a text is forgotten, and nothing else."""
    same = " AND ".join(
        f"NEW.{name} IS OLD.{name}"
        for name in ("position", "table_name", "row_id", "digest", "text_digest", "hash")
    )
    gone = " AND ".join(
        f"(NEW.{name} IS NULL OR NEW.{name} IS OLD.{name})" for name in ("salt", "text_salt")
    )
    return [
        "CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain "
        "BEGIN SELECT RAISE(ABORT, 'chain is append-only'); END",
        "CREATE TRIGGER chain_keep BEFORE UPDATE ON chain "
        f"WHEN NOT ({same} AND {gone}) "
        "BEGIN SELECT RAISE(ABORT, 'chain is append-only'); END",
        "CREATE TRIGGER chain_order BEFORE INSERT ON chain "
        "WHEN NEW.position <> 1 + (SELECT coalesce(max(position), 0) FROM chain) "
        "BEGIN SELECT RAISE(ABORT, 'chain is append-only: out of order'); END",
    ]


_TAKEN = {
    table: f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    for table in ("resolutions", "comments", "evidence", "proposals", "redactions", "adoptions")
} | {
    # Its id is text, so the row has a number besides, by which it could be replaced, too.
    "questions": "EXISTS (SELECT 1 FROM questions WHERE id = NEW.id OR rowid = NEW.rowid)",
    "revisions": "EXISTS (SELECT 1 FROM revisions WHERE id = NEW.id "
    "OR (question_id = NEW.question_id AND number = NEW.number))",
    "forecasts": "EXISTS (SELECT 1 FROM forecasts WHERE id = NEW.id OR retracts = NEW.retracts)",
    "decisions": "EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id "
    "OR proposal_id = NEW.proposal_id)",
    "forecasters": "EXISTS (SELECT 1 FROM forecasters WHERE id = NEW.id OR name = NEW.name)",
}
