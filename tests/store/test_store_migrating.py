"""From one format of the file to the next: copied first, then whole or not at all."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from forecast.model import Forecast
from forecast.store import append, connection, queries, schema
from forecast.store.connection import SCHEMA_VERSION, StoreError, open_store

Migration = Callable[[Database], None]
NEWER = SCHEMA_VERSION + 1


@pytest.fixture
def old(tmp_path: Path, rain: Any, told: Any) -> Path:
    """A tracker of today's format, with a forecast that was retracted and a view of a person's."""
    path = tmp_path / "t.db"
    with closing(open_store(path, create=True)) as tracker:
        append.add_question(tracker, rain, told())
        for probability in (0.1, 0.2):
            forecast = Forecast(
                question="rain",
                forecaster="ann",
                made_at=datetime(2026, 5, 2, tzinfo=UTC),
                probability=probability,
            )
            append.record_forecast(tracker, forecast, told())
        append.retract(tracker, "rain", "ann", None, told())
        tracker.execute("CREATE VIEW mine AS SELECT id, note FROM forecasts")
        tracker.execute("CREATE VIEW mine_too AS SELECT id FROM current_questions")
    return path


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Migration], None]:
    """Make the program one format newer: `newer(migration)`."""

    def register(migration: Migration) -> None:
        known = list(schema.migrations._migrations)
        monkeypatch.setattr(schema.migrations, "_migrations", known)
        schema.migrations(name="m999_in_a_test")(migration)
        monkeypatch.setattr(connection, "SCHEMA_VERSION", NEWER)

    return register


def rebuild(db: Database) -> None:
    """Rebuild two tables that others point at: what drops triggers and upsets foreign keys."""
    db.table("questions").add_column("colour", str)
    db.table("questions").transform(defaults={"colour": "grey"})
    db.table("forecasts").transform(rename={"note": "note"}, column_order=["id", "note"])


def version_of(path: Path) -> int:
    """Give the format of a file."""
    with closing(sqlite3.connect(path)) as plain:
        return int(plain.execute("PRAGMA user_version").fetchone()[0])


def content(path: Path) -> list[str]:
    """Give a file's whole content."""
    with closing(sqlite3.connect(path)) as plain:
        return list(plain.iterdump())


def test_the_version_is_the_number_of_migrations() -> None:
    """A migration without a new version would never run."""
    with Database(memory=True) as empty:
        assert len(schema.migrations.pending(empty)) == SCHEMA_VERSION


def test_an_older_file_is_migrated_after_a_copy(old: Path, newer: Any) -> None:
    """The copy opens, has the old format and all of the content, and is as private."""
    before = content(old)
    newer(rebuild)
    with closing(open_store(old, create=False)) as tracker:
        assert (NEWER,) == tracker.execute("PRAGMA user_version").fetchone()
    copy = old.with_name(f"t.db.format-{SCHEMA_VERSION}")
    assert SCHEMA_VERSION == version_of(copy)
    assert before == content(copy)
    assert 0o600 == copy.stat().st_mode & 0o777


def test_an_earlier_copy_is_not_overwritten(old: Path, newer: Any) -> None:
    """A copy from another time stays; the new one gets a number."""
    earlier = old.with_name(f"t.db.format-{SCHEMA_VERSION}")
    earlier.write_text("precious")
    newer(rebuild)
    open_store(old, create=False).close()
    assert "precious" == earlier.read_text()
    assert SCHEMA_VERSION == version_of(old.with_name(f"t.db.format-{SCHEMA_VERSION}-1"))


def test_migration_keeps_the_record_and_its_guards(old: Path, newer: Any) -> None:
    """Rows, triggers, our views, a person's own views, foreign keys: all are there afterwards."""
    with closing(open_store(old, create=False)) as tracker:
        entry = queries.entry(tracker, "rain")
        history = queries.forecasts(tracker, "rain")
        objects = tracker.execute("SELECT type, name FROM sqlite_master ORDER BY 1, 2").fetchall()
    newer(rebuild)
    with closing(open_store(old, create=False)) as tracker:
        assert entry == queries.entry(tracker, "rain")
        assert history == queries.forecasts(tracker, "rain")
        now = tracker.execute("SELECT type, name FROM sqlite_master ORDER BY 1, 2").fetchall()
        assert objects == now
        assert [(1, ""), (2, ""), (3, "")] == tracker.execute("SELECT * FROM mine").fetchall()
        assert [("rain",)] == tracker.execute("SELECT * FROM mine_too").fetchall()
        assert (1,) == tracker.execute("PRAGMA foreign_keys").fetchone()
        assert [] == tracker.execute("PRAGMA foreign_key_check").fetchall()
        assert (0,) == tracker.execute("PRAGMA legacy_alter_table").fetchone()
        for statement in ("DELETE FROM forecasts", "UPDATE questions SET colour = 'red'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                tracker.execute(statement)
        with pytest.raises(sqlite3.IntegrityError):
            tracker.execute(
                "INSERT INTO comments VALUES "
                "(9, 'nobody-asked', 1, '', 'x', '2026-01-01T00:00:00.000000Z', '', 'system')"
            )


def break_off(db: Database) -> None:
    """Change much, then fail."""
    rebuild(db)
    db.execute("INSERT INTO no_such_table VALUES (1)")


def orphan(db: Database) -> None:
    """Leave rows that point at one which is gone."""
    db.execute("DELETE FROM forecasters")


@pytest.mark.parametrize("migration", [break_off, orphan])
def test_a_failing_migration_leaves_the_file_unharmed(
    old: Path, newer: Any, migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content stays as it was, guards included, and the older program still opens it."""
    before = content(old)
    with monkeypatch.context() as newer_program:
        known = list(schema.migrations._migrations)
        newer_program.setattr(schema.migrations, "_migrations", known)
        schema.migrations(name="m999_in_a_test")(migration)
        newer_program.setattr(connection, "SCHEMA_VERSION", NEWER)
        with pytest.raises(StoreError, match=r"t\.db: "):
            open_store(old, create=True)
    assert before == content(old)
    with closing(open_store(old, create=False)) as tracker:
        assert ["rain"] == queries.ids_beginning(tracker, "")


def test_a_new_file_is_not_copied(tmp_path: Path) -> None:
    """There is nothing to lose in a tracker just made."""
    open_store(tmp_path / "new.db", create=True).close()
    assert {"new.db", "new.db.lock"} == {one.name for one in tmp_path.iterdir()}


def test_a_first_opening_that_broke_off_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file left empty by a first opening that was killed is made a tracker by the next."""
    path = tmp_path / "t.db"

    def killed(_: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(schema, "migrate", killed)
        with pytest.raises(KeyboardInterrupt):
            open_store(path, create=True)
    with closing(open_store(path, create=True)) as tracker:
        assert [] == queries.ids_beginning(tracker, "")
