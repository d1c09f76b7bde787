"""A small tracker with rows in every table, and one of an older format, for tests of the record."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from forecast.model import Comment, Forecast, Question, Resolver
from forecast.store import append, forecasters, proposals, reminders, runs, schema, seals
from forecast.store.connection import APPLICATION_ID, open_store, writing
from forecast.store.exporting import record_lines
from forecast.store.proposals import Evidence, Proposal
from forecast.store.redacting import redact
from forecast.store.rows import Recording
from forecast.store.verify import verify

# Later than any machine's clock, by which a migration is stamped.
OPENED = datetime(2999, 5, 1, tzinfo=UTC)
SAID = datetime(2999, 5, 2, tzinfo=UTC)
NOW = datetime(2999, 5, 4, 12, tzinfo=UTC)
TOLD = Recording(at=NOW, by="login")

RAIN = Question(
    id="rain", title="Will it rain?", opened_at=OPENED, deadline=datetime(2999, 6, 1, tzinfo=UTC)
)


def told(hours: float = 0, clock: str = "system") -> Recording:
    """Give a recording some hours after `TOLD`."""
    return Recording(at=NOW + timedelta(hours=hours), by="login", clock=clock)


def say(
    tracker: sqlite3.Connection,
    question: str = "rain",
    forecaster: str = "ann",
    probability: float | None = 0.3,
    **fields: Any,
) -> Forecast:
    """Record a forecast."""
    said = Forecast(
        question=question,
        forecaster=forecaster,
        made_at=SAID,
        probability=probability,
        **fields,
    )
    return append.record_forecast(tracker, said, TOLD)


def fill(tracker: sqlite3.Connection) -> sqlite3.Connection:
    """Say something of every kind: at least one row in every table but `adoptions`.

    `rain` is open and has a private forecast, `snow` is settled and has one, too; a note, a
    comment and a question's text are redacted; there are former names, a forgotten one, a merger.
    """
    for id_ in ("rain", "snow"):
        asked = replace(RAIN, id=id_, criteria='Ünless – "so" they\tsay.', tags=("wet",))
        append.add_question(tracker, asked, TOLD)
        say(tracker, id_, "ann", 0.1, note="the barometer fell")
        say(tracker, id_, "bob", 0.125, words="1 in 8")
        say(tracker, id_, "eve", 0.737, note="I have seen the maps", private=True)
        append.withdraw(tracker, id_, "bob", NOW, "", TOLD)
        append.retract(tracker, id_, "ann", None, TOLD)
        remark = Comment(question=id_, author="cecil", text="Ann's uncle is ill", made_at=SAID)
        append.comment(tracker, remark, TOLD)
        append.comment(tracker, replace(remark, author="ann", text="hm"), TOLD)
    choice = replace(RAIN, id="what", title="What?", type="choice", options=("a", "b"))
    append.add_question(tracker, choice, TOLD)
    say(tracker, "what", "bob", None, distribution=(("a", 0.25), ("b", 0.75)))
    append.revise(tracker, replace(choice, title="What falls?", event="may"), TOLD)
    append.resolve(tracker, "snow", "no", TOLD, evidence=("https://a.example",), note="dry")
    evidence = Evidence(
        **{"resolver": "json", "url": "https://a.example", "fetched_at": SAID, "sha256": "0" * 64},
        **{"headers": (("etag", "1"),), "excerpt": "no rain", "body": b"{}"},
    )
    for outcome in ("no", "yes"):
        with writing(tracker):
            proposal = Proposal(question="rain", outcome=outcome, as_of=SAID, evidence=evidence)
            proposals.insert_proposal(tracker, proposal, TOLD)
        if outcome == "no":
            proposals.reject(tracker, "rain", "too early", TOLD)
    forecasters.rename(tracker, "ann", "Ann Smith")
    forecasters.rename(tracker, "cecil", "C", forget=True)
    forecasters.merge(tracker, "bob", "eve")
    append.comment(tracker, replace(remark, author="C", text="later"), told(1, "set"))
    seals.make(tracker, NOW)
    redact(tracker, "comments", ["1"], "asked to", told(2))
    redact(tracker, "forecasts", [first(tracker, "forecasts")], "", told(2))
    redact(tracker, "revisions", [first(tracker, "revisions")], "", told(2))
    run = runs.begin(tracker, TOLD)
    runs.end(tracker, run, 0.5, {"due": 1}, [])
    with writing(tracker):
        resolver = Resolver(type="json", auto=False, settings=(("url", "https://a.example"),))
        runs.note_lookup(tracker, "rain", runs.fresh(resolver, NOW))
    reminders.record(tracker, [reminders.Reminder("rain", NOW, 0)], NOW)
    return tracker


def first(tracker: sqlite3.Connection, table: str) -> str:
    """Give the id of a table's first row."""
    (id_,) = tracker.execute(f"SELECT min(id) FROM {table}").fetchone()
    return str(id_)


def old_format(path: Path, version: int) -> Path:
    """Make a tracker of format 1 or 2, as a program before the chain left it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as tracker:
        tracker.execute("PRAGMA journal_mode = WAL")
        stop = {1: "m002_checks", 2: "m003_chain"}[version]
        with writing(tracker):
            schema.migrations.apply(Database(tracker), stop_before=stop)
            recorded = "'2026-04-01T00:00:00.000000Z', 'login', 'system'"
            for statement in (
                "INSERT INTO forecasters VALUES (1, 'old', '[\"elder\"]', NULL), "
                "(2, 'older', '[]', 1)",
                f"INSERT INTO questions VALUES ('old', {recorded}), "
                "('hail', '2026-04-05T00:00:00.000000Z', 'login', 'system')",
                "INSERT INTO revisions (id, question_id, number, title, type, options, unit, "
                "opened_at, deadline, timezone, deadline_from, criteria, sources, tags, event, "
                "changed_meaning, recorded_at, recorded_by, clock) SELECT rowid, id, 1, 'Old?', "
                "'binary', '[]', '', '2026-03-01T00:00:00.000000Z', "
                f"'2026-04-01T00:00:00.000000Z', 'UTC', '', '', '[]', '[]', '', 0, {recorded} "
                "FROM questions",
                "INSERT INTO forecasts (question_id, forecaster_id, kind, made_at, probability, "
                "words, lexicon, note, recorded_at, recorded_by, clock) SELECT q.id, f.id, "
                "'forecast', '2026-03-02T00:00:00.000000Z', 1, '', '', 'as ever', "
                f"{recorded} FROM questions q, forecasters f",
                "INSERT INTO resolutions (question_id, outcome, reason, known_at, evidence, note, "
                "recorded_at, recorded_by, clock) VALUES ('old', 'yes', '', "
                f"'2026-03-03T00:00:00.000000Z', '[]', '', {recorded})",
                "INSERT INTO comments (question_id, forecaster_id, made_at, text, recorded_at, "
                f"recorded_by, clock) VALUES ('old', 1, '2026-03-03T00:00:00.000000Z', 'ah', "
                f"{recorded})",
                f"PRAGMA application_id = {APPLICATION_ID}",
                f"PRAGMA user_version = {version}",
            ):
                tracker.execute(statement)
    return path


def everything(path: Path) -> Path:
    """Make a tracker with rows in every table, those before its migration first."""
    with closing(open_store(old_format(path, 2), create=False)) as tracker:
        fill(tracker)
        tracker.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def exported(tracker: sqlite3.Connection, path: Path) -> Path:
    """Export the record to a file."""
    path.write_text("".join(f"{line}\n" for line in record_lines(tracker, NOW)), "utf-8")
    return path


def states(tracker: sqlite3.Connection) -> dict[str, str]:
    """Say what `verify` finds in each layer."""
    return {layer.name: layer.state for layer in verify(tracker)}


def details(tracker: sqlite3.Connection) -> dict[str, str]:
    """Say what `verify` says of each layer."""
    return {layer.name: layer.detail for layer in verify(tracker)}


def unguarded(tracker: sqlite3.Connection, deed: Callable[[], object]) -> None:
    """Do something with all triggers dropped, and put them back as they were."""
    guards = tracker.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, _ in guards:
        tracker.execute(f"DROP TRIGGER {name}")
    try:
        deed()
    finally:
        for _, statement in guards:
            tracker.execute(statement)
