"""`verify` says of every layer what it found, and calls nothing verified that it did not see."""

import json
import sqlite3
import struct
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filled import (
    NOW,
    RAIN,
    SAID,
    TOLD,
    details,
    everything,
    fill,
    old_format,
    states,
    told,
    unguarded,
)
from hypothesis import given
from hypothesis import strategies as st
from tamperings import sql

from forecast.model import Comment, ForecastError
from forecast.reading.instants import stamp
from forecast.store import append, forecasters, layout, schema, seals, walking
from forecast.store.canonical import PARTS, canonical, ordered, redacted, spell
from forecast.store.connection import open_store, writing
from forecast.store.redacting import redact
from forecast.store.verify import against_seal, verify

LAYERS = ["file", "schema", "chain", "clock", "seals"]


@pytest.fixture
def full(db: sqlite3.Connection) -> sqlite3.Connection:
    """A tracker with something of every kind."""
    return fill(db)


def remark(tracker: sqlite3.Connection, hours: float, clock: str = "system") -> None:
    """Say something by some clock."""
    said = Comment(question="rain", author="ann", text="hm", made_at=SAID)
    append.comment(tracker, said, told(hours, clock))


def test_every_kind_of_row_verifies(full: sqlite3.Connection) -> None:
    """All layers pass, and say what there is: positions, redactions, rows of a set clock."""
    assert dict.fromkeys(LAYERS, "pass") == states(full)
    (n,) = full.execute("SELECT count(*) FROM chain").fetchone()
    said = details(full)
    assert said["chain"].startswith(f"{n} positions, head ")
    assert said["chain"].endswith("…; 3 redacted")
    assert "1 row made under FORECAST_NOW" == said["clock"]
    assert "1 made by this tracker" == said["seals"]


def test_a_migrated_record_says_so(tmp_path: Path) -> None:
    """Rows from before the chain are chained as they are found, and that is told."""
    with closing(open_store(everything(tmp_path / "t.db"), create=False)) as tracker:
        assert dict.fromkeys(LAYERS, "pass") == states(tracker)
        ending = "; the first 12 chained by a migration, not as they were said"
        assert details(tracker)["chain"].endswith(ending)


@pytest.mark.parametrize("version", [1, 2])
def test_rows_of_a_migration_are_in_no_order_of_time(tmp_path: Path, version: int) -> None:
    """They are chained table by table; only what comes after the migration has a clock."""
    path = old_format(tmp_path / "t.db", version)
    with closing(open_store(path, create=False)) as tracker:
        assert "pass" == states(tracker)["clock"]
        append.add_question(tracker, RAIN, replace(TOLD, at=SAID - timedelta(days=365_000)))
        assert "fail" == states(tracker)["clock"]


def test_an_old_tracker_without_rows_is_empty(tmp_path: Path) -> None:
    """Nothing was there to be chained, and nothing is said about it."""
    with closing(open_store(tmp_path / "t.db", create=True)) as tracker:
        assert [] == verify(tracker)
        assert [(0,)] == tracker.execute("SELECT count(*) FROM adoptions").fetchall()


def test_an_empty_record_is_nothing_to_verify(db: sqlite3.Connection) -> None:
    """Not even the file is said to pass."""
    assert [] == verify(db)


def test_what_is_not_of_the_record_is_not_verified(full: sqlite3.Connection) -> None:
    """Runs, lookups and reminders may change; people's own tables, views and indexes, too."""
    full.executescript(
        "UPDATE runs SET seconds = 7; DELETE FROM lookups; UPDATE reminders SET stage = 5; "
        "CREATE TABLE mine (a); CREATE VIEW ours AS SELECT * FROM forecasts; "
        "CREATE INDEX mine_too ON forecasts (note); "
        "CREATE TABLE theirs (a REFERENCES mine); PRAGMA foreign_keys = OFF; "
        "INSERT INTO theirs VALUES (7); "
        "CREATE TRIGGER at_mine AFTER INSERT ON mine BEGIN DELETE FROM mine; END"
    )
    assert dict.fromkeys(LAYERS, "pass") == states(full)


def test_it_reads_one_picture(full: sqlite3.Connection, tmp_path: Path) -> None:
    """What others write meanwhile neither breaks the walk nor gets into it."""
    (before,) = full.execute("SELECT count(*) FROM chain").fetchone()
    path = tmp_path / "store.db"
    written = []

    def write() -> None:
        if len(written) < 3:
            written.append(1)
            with closing(open_store(path, create=False)) as other:
                remark(other, 3)

    full.set_progress_handler(write, 1000)
    layers = verify(full)
    full.set_progress_handler(None, 0)
    assert [1, 1, 1] == written
    assert "fail" not in {layer.state for layer in layers}
    assert layers[2].detail.startswith(f"{before} positions")
    assert details(full)["chain"].startswith(f"{before + 3} positions")


def test_a_busy_file_is_no_tampered_one(full: sqlite3.Connection, tmp_path: Path) -> None:
    """That others have locked the file is an error, not a finding."""
    full.execute("PRAGMA journal_mode = DELETE")
    full.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            verify(full)
        other.execute("ROLLBACK")
    assert "pass" == states(full)["chain"]


def test_a_text_that_is_none_is_found(full: sqlite3.Connection) -> None:
    """Bytes that are no UTF-8 are not what was said; they are no reason to give up, either."""
    sql("UPDATE comments SET text = CAST(x'ff' AS TEXT) WHERE id = 2")(full)
    assert "fail" == states(full)["chain"]
    assert "Could not decode" in details(full)["chain"]


# The clock.


@pytest.mark.parametrize(("minutes", "state"), [(-10.1, "fail"), (-9.9, "pass"), (60, "pass")])
def test_rows_come_in_order_of_time(db: sqlite3.Connection, minutes: float, state: str) -> None:
    """A row may be stamped a little before the one that stands before it, and no more."""
    append.add_question(db, RAIN, TOLD)
    remark(db, minutes / 60)
    remark(db, minutes / 60)
    assert state == states(db)["clock"]
    if state == "fail":
        assert details(db)["clock"].startswith("position 4 is stamped 2999-05-04T11:49:54")


def test_a_set_clock_is_counted_and_moves_nothing(db: sqlite3.Connection) -> None:
    """Rows under FORECAST_NOW may be of any time, and do not make others late."""
    append.add_question(db, RAIN, TOLD)
    for hours in (-1000, 1000, 0):
        remark(db, hours, "set")
    remark(db, 0)
    assert "pass" == states(db)["clock"]
    assert "3 rows made under FORECAST_NOW" == details(db)["clock"]


def test_a_stamp_that_is_none_is_out_of_order(db: sqlite3.Connection) -> None:
    """A row chained by another program, with a time that nobody can read, ends nothing."""
    append.add_question(db, RAIN, TOLD)
    for at in ("then", stamp(NOW)):
        row = {"table_name": "comments", "row_id": "1", "reason": "", "recorded_at": at}

        def deed(row: dict[str, str] = row) -> None:
            append.insert(db, "redactions", {**row, "recorded_by": "me", "clock": "system"})

        unguarded(db, deed)
    assert "fail" == states(db)["clock"]
    assert "a row before it then" in walking.walk(db).clock_problem


def test_a_clock_is_proved_like_the_rest(full: sqlite3.Connection) -> None:
    """Nobody gets rid of the mark afterwards."""
    sql("UPDATE comments SET clock = 'system'")(full)
    assert "fail" == states(full)["chain"]
    assert "not checked" == states(full)["clock"]


# Seals.


def test_a_record_extends_its_seals(full: sqlite3.Connection) -> None:
    """Right away by nothing, later by what was said since."""
    seal = seals.make(full, NOW)
    assert "by 0" in against_seal(full, seal, verify(full)).detail
    remark(full, 3)
    assert "by 1" in against_seal(full, seal, verify(full)).detail
    assert "2 made by this tracker" == details(full)["seals"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"positions": 1000}, "some are gone"),
        ({"head": "0" * 64}, "the record was rewritten"),
        ({"counts": (3, 11, 2)}, "the counts"),
    ],
)
def test_a_seal_of_another_record_fails(
    full: sqlite3.Connection, changes: dict[str, Any], says: str
) -> None:
    """Longer, with another head, or with other counts."""
    seal = replace(seals.make(full, NOW), **changes)
    layer = against_seal(full, seal, verify(full))
    assert "fail" == layer.state
    assert says in layer.detail


def test_a_broken_chain_is_not_compared(full: sqlite3.Connection) -> None:
    """That one position is as it was says nothing, where those before it are not."""
    seal = seals.make(full, NOW)
    sql("UPDATE comments SET text = 'changed' WHERE id = 2")(full)
    assert "not checked" == against_seal(full, seal, verify(full)).state


def test_nothing_extends_a_seal_of_something(db: sqlite3.Connection) -> None:
    """An empty record does not pass for one that was sealed."""
    seal = seals.Seal(NOW, 5, "0" * 64, (1, 1, 0))
    assert "fail" == against_seal(db, seal, verify(db)).state


@pytest.mark.parametrize(
    "change",
    ["made_at = '2999-01-01T00:00:00.000000Z'", "positions = 1", "head = 'x'", "text = ''"],
)
def test_own_seals_agree_with_themselves(full: sqlite3.Connection, change: str) -> None:
    """What stands beside a seal is what it says."""
    full.execute(f"UPDATE seals SET {change}")
    assert "fail" == states(full)["seals"]


SEAL = (
    "forecast seal 1\nmade 2026-01-01T00:00:00.000000Z\npositions 7\n"
    f"head {'a' * 64}\nquestions 1\nforecasts 2\nresolutions 0\n"
)


@pytest.mark.parametrize(
    "text",
    [
        SEAL,
        f"Dear Bob,\n\nthis is it:\n{SEAL}\nYours, Ann\n",
        "".join(f"> {line}\n" for line in SEAL.splitlines()),
        "".join(f">> {line}\r\n" for line in SEAL.splitlines()),
        "".join(f"| > {line}  \n" for line in SEAL.splitlines()),
        SEAL + "\n> " + SEAL.replace("\n", "\n> "),
        SEAL.rstrip("\n"),
    ],
)
def test_a_seal_is_read_as_mails_bring_it(text: str) -> None:
    """Quoted, between other lines, twice over, with other line ends."""
    assert SEAL == seals.text(seals.parse(text, "it"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        SEAL.replace("positions 7", "positions 0"),
        SEAL.replace("positions 7", "positions 07"),
        SEAL.replace("positions 7", "positions ٧"),
        SEAL.replace("positions 7", f"positions {10**18}"),
        SEAL.replace("a" * 64, "a" * 63),
        SEAL.replace("a" * 64, "A" * 64),
        SEAL.replace("2026-01-01", "2026-13-01"),
        SEAL.replace("seal 1", "seal 2"),
        SEAL.replace("resolutions 0\n", ""),
        SEAL.replace("forecast seal", "no forecast seal"),
        SEAL + SEAL.replace("positions 7", "positions 8"),
        SEAL.replace("positions 7\n", "positions 7\n\n"),
    ],
)
def test_what_is_no_seal_is_refused(text: str) -> None:
    """Nothing is guessed: neither a broken one, nor which of two is meant."""
    with pytest.raises(ForecastError, match=r"^it"):
        seals.parse(text, "it")


# Tables, triggers and views.


def test_the_layout_is_what_migrations_make() -> None:
    """Tables and indexes are those of a new tracker, letter by letter."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as tracker:
        schema.migrate(tracker)
        made = tracker.execute(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql <> '' "
            "ORDER BY rowid"
        ).fetchall()
        assert "".join(f"{statement};\n" for (statement,) in made) == layout.LAYOUT.lstrip("\n")


def test_every_column_is_a_fact_or_a_text(db: sqlite3.Connection) -> None:
    """No column of the record is left out of its digests, and none is in both."""
    for table, (facts, texts) in PARTS.items():
        columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
        assert sorted(columns) == sorted(["id", *facts, *texts])


def test_every_table_is_of_the_record_or_known_not_to_be(db: sqlite3.Connection) -> None:
    """A new table is not forgotten: it is chained, or a note of the program's own."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    notes = {"_sqlite_migrations", "runs", "lookups", "reminders", "seals", "chain"}
    assert tables == notes | set(PARTS)


def test_the_same_layout_in_other_words_passes_and_is_told(full: sqlite3.Connection) -> None:
    """A file whose tables another version of a library has written is as good."""
    full.execute("PRAGMA writable_schema = ON")
    full.execute("UPDATE sqlite_master SET sql = replace(sql, '\"', '') WHERE name = 'comments'")
    full.execute("PRAGMA writable_schema = RESET")
    assert dict.fromkeys(LAYERS, "pass") == states(full)
    assert details(full)["schema"].endswith("; written otherwise, and the same: comments")


# The spelling.


@given(st.floats(allow_nan=False))
def test_numbers_are_spelt_as_their_bits(number: float) -> None:
    """No number is rounded, none has two spellings."""
    expected = struct.pack(">d", number + 0.0).hex()
    assert f'{{"low":{{"real":"{expected}"}}}}'.encode() == canonical({"low": number}, ("low",))


@given(st.text(), st.text(), st.integers(-(2**63), 2**63 - 1), st.none() | st.binary())
def test_the_spelling_is_json_in_one_way(one: str, two: str, number: int, data: Any) -> None:
    """Sorted keys, no blanks, no needless escapes: as RFC 8785 has it, readable by anybody."""
    columns = ("b", "a", "n", "d")
    row = {"a": one, "b": two, "n": number, "d": data}
    try:
        spelt = canonical(row, columns)
    except UnicodeEncodeError:  # half a character, which SQLite does not take either
        return
    read = json.loads(spelt)
    assert [one, two, number] == [read["a"], read["b"], read["n"]]
    assert ["a", "b", "d", "n"] == list(read)
    again = json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == spelt


@given(
    st.lists(st.sampled_from([None, 0, 1, 0.0, 1.0, "", "0", "null", "a", b"", b"a"]), min_size=4)
)
def test_no_two_rows_are_spelt_alike(values: list[Any]) -> None:
    """Not an empty text and none, a number and its digits, a byte and a letter."""
    pairs = [(value, spell(("a",), [value])) for value in values]
    for one, spelt in pairs:
        for two, other in pairs:
            assert (spelt == other) == (one == two and type(one) is type(two))


@pytest.mark.parametrize("probability", [0, 1, 0.0, -0.0, 1.0, 5e-324])
def test_numbers_are_proved_as_they_are_stored(db: sqlite3.Connection, probability: float) -> None:
    """SQLite gives 1 back as 1.0 and -0.0 as 0.0: the row written is the row verified."""
    append.add_question(db, RAIN, TOLD)
    with writing(db):
        forecasters.ensure(db, "ann")
        append.insert(
            db,
            "forecasts",
            {
                **{"question_id": "rain", "forecaster_id": 1, "kind": "forecast", "words": ""},
                **{"made_at": "2999-05-01T00:00:00.000000Z", "probability": probability},
                **{"lexicon": "", "note": "", "private": False, "low": -0.0, "high": 1},
                **TOLD.columns(),
            },
        )
    assert "pass" == states(db)["chain"]


NASTY = [
    "",
    "\x01\x1f\x7f",
    '"\\/',
    "\u2028\u2029",
    "é",
    "e\u0301",
    "😀",
    "\ufeff",
    "\n\r\t\b\f",
    "%s",
]


@pytest.mark.parametrize("text", NASTY)
def test_any_text_verifies(db: sqlite3.Connection, text: str) -> None:
    """Control characters, letters outside the plane, what looks the same and is not."""
    append.add_question(db, RAIN, TOLD)
    remark(db, 0)
    with writing(db):
        columns = {"question_id": "rain", "forecaster_id": 1, "made_at": stamp(SAID), "text": text}
        append.insert(db, "comments", {**columns, **TOLD.columns()})
    assert "pass" == states(db)["chain"]
    sql(f"UPDATE comments SET text = text || '{chr(0x301)}' WHERE id = 2")(db)
    assert "fail" == states(db)["chain"]


# Redactions, as verify sees them.


def test_redactions_are_counted_and_hold(full: sqlite3.Connection) -> None:
    """One more, one more in the count."""
    redact(full, "comments", ["2"], "", told(3))
    assert "…; 4 redacted" in details(full)["chain"]


@pytest.mark.parametrize("table", [name for name, (_, texts) in PARTS.items() if texts])
def test_what_stands_in_place_of_a_text_fits_its_column(
    full: sqlite3.Connection, table: str
) -> None:
    """It is one that the table takes, and that the program can read."""
    if table == "forecasters":
        return
    (id_,) = full.execute(f"SELECT max(id) FROM {table}").fetchone()
    redact(full, table, [str(id_)], "", told(3))
    columns = PARTS[table][1]
    row = full.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (id_,)).fetchone()
    assert tuple(map(redacted, columns)) == row
    assert dict.fromkeys(LAYERS, "pass") == states(full)


def test_columns_are_spelt_in_order() -> None:
    """By their names, whatever order they are listed in."""
    assert ("a", "b", "c") == ordered(("c", "a", "b"))


def test_nothing_is_left_open(full: sqlite3.Connection) -> None:
    """After a walk that broke off early the next write is free to go."""
    sql("UPDATE comments SET text = 'changed' WHERE id = 2")(full)
    assert "fail" == states(full)["chain"]
    assert not full.in_transaction
    assert walking.walk(full).chain_problem
    remark(full, 3)
