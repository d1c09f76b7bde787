"""What a person said is never changed: the database itself refuses, whoever asks."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from forecast.model import Comment, Forecast
from forecast.store import append, forecasters, proposals
from forecast.store.connection import writing
from forecast.store.guards import APPEND_ONLY
from forecast.store.proposals import Evidence, Proposal
from forecast.store.redacting import redact

SAID = datetime(2026, 5, 2, tzinfo=UTC)
INSTANT = "2026-05-04T12:00:00.000000Z"


@pytest.fixture
def full(db: sqlite3.Connection, rain: Any, told: Any) -> sqlite3.Connection:
    """A tracker with at least two rows in every table."""
    for id_ in ("rain", "snow"):
        append.add_question(db, replace(rain, id=id_), told())
        for person in ("ann", "bob"):
            forecast = Forecast(question=id_, forecaster=person, made_at=SAID, probability=0.1)
            append.record_forecast(db, forecast, told())
        append.retract(db, id_, "ann", None, told())
        append.resolve(db, id_, "no", told())
        append.comment(db, Comment(question=id_, author="ann", text="hm", made_at=SAID), told())
        evidence = Evidence(resolver="json", url="https://a.example", fetched_at=SAID, sha256="0")
        for outcome in ("no", "yes"):
            with writing(db):
                proposal = Proposal(question=id_, outcome=outcome, evidence=evidence)
                proposals.insert_proposal(db, proposal, told())
            db.execute(
                "INSERT INTO decisions (proposal_id, decision, note, recorded_at, recorded_by, "
                "clock) SELECT max(id), 'rejected', '', ?, 'me', 'system' FROM proposals",
                (INSTANT,),
            )
    with writing(db):  # nobody has decided on this one
        proposals.insert_proposal(db, Proposal(question="snow", evidence=evidence), told())
    for comment_id in ("1", "2"):
        redact(db, "comments", [comment_id], "", told())
        db.execute(*row("adoptions"))
    append.revise(db, replace(rain, title="Will it pour?"), told())
    db.execute("INSERT INTO forecasters (name, aliases) VALUES ('silent', '[]')")
    return db


def content(connection: sqlite3.Connection) -> list[str]:
    """Give all that is in the database."""
    return list(connection.iterdump())


DEEDS = [
    "UPDATE {t} SET recorded_by = 'me'",
    "UPDATE {t} SET id = id",
    "UPDATE OR IGNORE {t} SET recorded_at = '2020-01-01T00:00:00.000000Z'",
    "UPDATE OR REPLACE {t} SET rowid = rowid + 1",
    "DELETE FROM {t}",
    "DELETE FROM {t} WHERE rowid = (SELECT max(rowid) FROM {t})",
    "INSERT INTO {t} SELECT * FROM {t}",
    "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
    "REPLACE INTO {t} SELECT * FROM {t} LIMIT 1",
    "INSERT OR IGNORE INTO {t} SELECT * FROM {t}",
    "INSERT OR FAIL INTO {t} SELECT * FROM {t}",
    "INSERT INTO {t} SELECT * FROM {t} WHERE true ON CONFLICT DO NOTHING",
    "INSERT INTO {t} SELECT * FROM {t} WHERE true ON CONFLICT (id) "
    "DO UPDATE SET recorded_by = 'me'",
]


@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_is_changed_replaced_or_deleted(
    full: sqlite3.Connection, table: str, recursive: str, foreign_keys: str
) -> None:
    """Each way SQL knows is refused on each table, with any setting, and changes nothing."""
    full.execute(f"PRAGMA recursive_triggers = {recursive}")
    full.execute(f"PRAGMA foreign_keys = {foreign_keys}")
    before = content(full)
    for deed in DEEDS:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            full.execute(deed.format(t=table))
        assert before == content(full)


#: A new row that would push an old one out by a unique index, or by its hidden number.
PUSHES = [
    ("revisions", "id = 99, title = 'changed'"),
    ("forecasts", "id = 99, note = 'changed'"),
    ("forecasters", "id = 99"),
    ("questions", "id = 'another'"),
    ("decisions", "id = 99, note = 'changed'"),
]


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(("table", "change"), PUSHES)
def test_no_row_is_pushed_out_by_another_key(
    full: sqlite3.Connection, table: str, change: str, recursive: str, verb: str
) -> None:
    """REPLACE deletes what stands in the way, by whatever unique key: here nothing does."""
    full.execute(f"PRAGMA recursive_triggers = {recursive}")
    full.execute("PRAGMA foreign_keys = OFF")
    full.execute(f"CREATE TEMP TABLE copy AS SELECT *, rowid AS number FROM {table}")
    full.execute(f"UPDATE copy SET {change}")
    if table == "forecasts":
        full.execute("DELETE FROM copy WHERE retracts IS NULL")
    columns = ", ".join(
        name for (name,) in full.execute(f"SELECT name FROM pragma_table_info('{table}')")
    )
    before = content(full)
    rowid = ("rowid, ", "number, ") if table == "questions" else ("", "")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        full.execute(
            f"{verb} INTO {table} ({rowid[0]}{columns}) "
            f"SELECT {rowid[1]}{columns} FROM copy LIMIT 1"
        )
    assert before == content(full)


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM forecasters",
        "DELETE FROM forecasters WHERE name = 'silent'",
        "INSERT OR REPLACE INTO forecasters SELECT * FROM forecasters",
        "INSERT OR REPLACE INTO forecasters (name, aliases) VALUES ('ann', '[]')",
        "INSERT INTO forecasters (name, aliases) VALUES ('ann', '[]') "
        "ON CONFLICT (name) DO UPDATE SET name = 'eve'",
        "UPDATE OR REPLACE forecasters SET name = 'silent' WHERE name = 'ann'",
        "UPDATE OR REPLACE forecasters SET id = 3 WHERE name = 'ann'",
        "UPDATE forecasters SET id = 77 WHERE name = 'silent'",
    ],
)
def test_forecasters_are_never_deleted(full: sqlite3.Connection, deed: str, recursive: str) -> None:
    """A name may change, but nobody vanishes, not even one who never said anything."""
    full.execute(f"PRAGMA recursive_triggers = {recursive}")
    full.execute("PRAGMA foreign_keys = OFF")
    before = content(full)
    with pytest.raises(sqlite3.IntegrityError):
        full.execute(deed)
    assert before == content(full)


def test_forecasters_may_be_renamed(full: sqlite3.Connection) -> None:
    """Their names are the one mutable thing, and the past goes by the new one."""
    forecasters.rename(full, "ann", "Ann Smith")
    names = {name for (name,) in full.execute("SELECT forecaster FROM forecast_record")}
    assert {"Ann Smith", "bob"} == names


def row(table: str, **changes: object) -> tuple[str, tuple[object, ...]]:
    """Give the INSERT of a good row with some columns changed."""
    recorded = {"recorded_at": INSTANT, "recorded_by": "me", "clock": "system"}
    rows: dict[str, dict[str, object]] = {
        "questions": {"id": "new"},
        "revisions": {
            **{"question_id": "rain", "number": 9, "title": "t", "type": "binary"},
            **{"options": "[]", "unit": "", "bounds": None, "timezone": "UTC", "known_by": None},
            **{"opened_at": "2026-05-01T00:00:00.000000Z", "deadline": INSTANT, "event": ""},
            **{"deadline_from": "", "criteria": "", "sources": "[]", "tags": "[]"},
            **{"article": None, "changed_meaning": 0},
        },
        "forecasts": {
            **{"question_id": "rain", "forecaster_id": 1, "kind": "forecast", "made_at": INSTANT},
            **{"probability": 0.5, "words": "", "lexicon": "", "note": ""},
        },
        "resolutions": {
            **{"question_id": "rain", "outcome": "no", "reason": "", "known_at": INSTANT},
            **{"evidence": "[]", "note": ""},
        },
        "comments": {"question_id": "rain", "forecaster_id": 1, "made_at": INSTANT, "text": "t"},
        "evidence": {
            **{"question_id": "rain", "resolver": "json", "url": "u", "fetched_at": INSTANT},
            **{"headers": "[]", "sha256": "0", "excerpt": "", "body": b""},
        },
        "proposals": {
            **{"question_id": "rain", "outcome": "no", "known_at": None, "as_of": INSTANT},
            **{"caveat": "", "evidence_id": 1},
        },
        "decisions": {"proposal_id": 5, "decision": "accepted", "note": ""},
        "redactions": {"table_name": "comments", "row_id": "1", "reason": ""},
        "adoptions": {"n_rows": 1},
    }
    columns = {**rows[table], **recorded, **changes}
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    return statement, tuple(columns.values())


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_good_row_may_be_appended(full: sqlite3.Connection, table: str) -> None:
    """The rows that the next test spoils are good ones."""
    full.execute(*row(table))


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "changes",
    [
        {"recorded_at": "2026-05-04T12:00:00Z"},
        {"recorded_at": "2026-05-04 12:00:00.000000Z"},
        {"recorded_at": "2026-05-04T12:00:00.00000+Z"},
        {"recorded_at": "ab26-05-04T12:00:00.000000Z"},
        {"recorded_at": "2026-05-04T12:00:00.000000Z\n"},
        {"recorded_at": None},
        {"recorded_at": 1777896000},
        {"clock": "sundial"},
        {"recorded_by": b"bytes"},
    ],
)
def test_every_row_says_when_and_by_whom(
    full: sqlite3.Connection, table: str, changes: dict[str, object]
) -> None:
    """An instant has 27 characters in the one spelling, a clock is one of two, types are strict."""
    with pytest.raises(sqlite3.IntegrityError):
        full.execute(*row(table, **changes))


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("questions", {"id": None}),
        ("revisions", {"type": "essay"}),
        ("revisions", {"opened_at": "2026-05-01"}),
        ("revisions", {"deadline": "2026-05-01T00:00:00.000000Z"}),
        ("revisions", {"known_by": "soon"}),
        ("revisions", {"changed_meaning": 2}),
        ("revisions", {"number": "first"}),
        ("revisions", {"question_id": "unknown"}),
        ("revisions", {"title": None}),
        ("forecasts", {"kind": "guess"}),
        ("forecasts", {"made_at": "2026-05-01"}),
        ("forecasts", {"probability": 1.5}),
        ("forecasts", {"probability": -0.1}),
        ("forecasts", {"probability": float("inf")}),
        ("forecasts", {"probability": "likely"}),
        ("forecasts", {"probability": None}),
        ("forecasts", {"distribution": '[["a", 1]]'}),
        ("forecasts", {"kind": "withdrawal"}),
        ("forecasts", {"retracts": 1}),
        ("forecasts", {"kind": "retraction", "probability": None}),
        ("forecasts", {"kind": "retraction", "probability": None, "retracts": 99}),
        ("forecasts", {"kind": "retraction", "probability": None, "retracts": 5}),
        ("forecasts", {"question_id": "unknown"}),
        ("forecasts", {"forecaster_id": 99}),
        ("resolutions", {"known_at": "2026-05-01"}),
        ("resolutions", {"outcome": "annulled"}),
        ("resolutions", {"outcome": "annulled", "reason": "boredom"}),
        ("resolutions", {"reason": "mistake"}),
        ("resolutions", {"question_id": "unknown"}),
        ("comments", {"text": None}),
        ("comments", {"made_at": "2026-05-01"}),
        ("comments", {"forecaster_id": 99}),
        ("evidence", {"fetched_at": "2026-05-01"}),
        ("evidence", {"body": "text"}),
        ("evidence", {"question_id": "unknown"}),
        ("proposals", {"as_of": "2026-05-01"}),
        ("proposals", {"known_at": "soon"}),
        ("proposals", {"evidence_id": 99}),
        ("proposals", {"question_id": "snow"}),
        ("decisions", {"decision": "maybe"}),
        ("decisions", {"proposal_id": 99}),
        ("decisions", {"proposal_id": 1}),
    ],
)
def test_a_senseless_row_is_refused(
    full: sqlite3.Connection, table: str, changes: dict[str, object]
) -> None:
    """What no program of ours would write does not get in by another."""
    with pytest.raises(sqlite3.IntegrityError):
        full.execute(*row(table, **changes))
