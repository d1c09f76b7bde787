"""Whoever changes the file is found out: by `verify`, by SQLite, or by who kept a seal.

    python tests/store/test_tampering.py [SEED]

prints how each change of a byte was found: every byte of a small tracker with every bit of it
changed in turn, then bytes of a large one at random. The tests do fewer of the same.
"""

import os
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filled import NOW, SAID, everything, exported, fill, states, told
from tamperings import CHAIN, CHANGED, GONE, LAYOUT, UNSEEN, WHOLE, Deed, sql, tail

from forecast.model import Comment, Forecast, ForecastError
from forecast.store import append, seals
from forecast.store.canonical import PARTS
from forecast.store.connection import open_store, writing
from forecast.store.verify import against_seal, verify

#: What the program notes for itself: no part of the record, and free to change.
NOTES = {"_sqlite_migrations", "runs", "lookups", "reminders", "seals"}
#: What may become of a file with a changed byte, and who tells.
OUTCOMES = ("verify", "sqlite", "unused", "notes", "respelt")
SMALL_PAGES = 512
PARTS_OF_A_CAMPAIGN = 40
#: Where there is one, a folder that needs no disk.
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

Content = dict[str, list[Any]]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small tracker with rows in every table, as a file."""
    return small(tmp_path_factory.mktemp("original"))


@pytest.fixture
def tracker(original: bytes, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The small tracker, open."""
    path = tmp_path / "t.db"
    path.write_bytes(original)
    with closing(open_store(path, create=False)) as connection:
        yield connection


def small(folder: Path) -> bytes:
    """Make a tracker with rows in every table and little unused space."""
    path = everything(folder / "t.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA page_size = {SMALL_PAGES}")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")
    return path.read_bytes()


def large(folder: Path, n: int) -> bytes:
    """Make a tracker with `n` remarks besides."""
    path = folder / "t.db"
    with closing(open_store(path, create=True)) as connection:
        fill(connection)
        remark = Comment(question="rain", author="eve", text="drip", made_at=NOW)
        with writing(connection):
            for _ in range(n):
                append.insert_comment(connection, remark, told(3))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def content(connection: sqlite3.Connection) -> Content:
    """Give everything that is in a file: its layout, and each table's rows."""
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    layout = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    tables = [name for kind, name, *_ in layout if kind == "table"]
    rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    return {"layout": sorted(layout, key=str), **rows}


def outcome(path: Path, before: Content) -> str:
    """Open a file and verify it; gives who tells that it was changed, or in what it passes."""
    try:
        with closing(open_store(path, create=False)) as connection:
            layers = verify(connection)
            if any(layer.state == "fail" for layer in layers):
                return "verify"
            now = content(connection)
    except (ForecastError, sqlite3.Error, UnicodeDecodeError):  # the last of SQLite's own words
        return "sqlite"
    if not layers:
        return "WRONG: it passes as empty"
    differs = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    if not differs:
        return "unused"
    if differs <= NOTES:
        return "notes"
    (schema,) = [layer.detail for layer in layers if layer.name == "schema"]
    if differs == {"layout"} and "written otherwise, and the same" in schema:
        return "respelt"
    return f"WRONG: it passes, and these differ: {sorted(differs)}"


def put(path: Path, data: bytes) -> Path:
    """Write a database file, alone."""
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(data)
    return path


def content_of(path: Path) -> Content:
    """Give the content of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return content(connection)


def campaign(original: bytes, changes: Iterable[tuple[int, int]]) -> Counter[str]:
    """Change a byte at a time; counts the outcomes.

    Parameters
    ----------
    original : bytes
        The file.
    changes : iterable of (int, int)
        Where, and which bits of the byte.
    """
    figures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="forecast-tamper-", dir=IN_MEMORY) as folder:
        path = Path(folder) / "t.db"
        before = content_of(put(path, original))
        changed = bytearray(original)
        for at, bits in changes:
            changed[at] ^= bits
            found = outcome(put(path, changed), before)
            figures[found if found in OUTCOMES else f"byte {at}, bits {bits}: {found}"] += 1
            changed[at] ^= bits
    return figures


def accused(figures: Counter[str]) -> list[str]:
    """Give the changes that nobody told of."""
    return [said for said in figures if said not in OUTCOMES]


def figures_of(original: bytes, changes: Sequence[tuple[int, int]]) -> Counter[str]:
    """Run a campaign on all cores, saying on stderr how far it is."""
    parts = [changes[number::PARTS_OF_A_CAMPAIGN] for number in range(PARTS_OF_A_CAMPAIGN)]
    figures: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for number, part in enumerate(pool.map(partial(campaign, original), parts), start=1):
            figures += part
            print(f"{number} of {len(parts)} parts done", file=sys.stderr, flush=True)
    return figures


@pytest.mark.parametrize("part", range(4))
def test_a_changed_byte_is_found(original: bytes, part: int) -> None:
    """Whichever byte of the file is changed, what passes has the same content to the last one."""
    stride = 61
    changes = [(at, 1 << (at % 8)) for at in range(part, len(original), 4 * stride)]
    changes += [(at, 0xFF) for at in range(part + 2, len(original), 4 * stride)]
    figures = campaign(original, changes)
    assert [] == accused(figures)
    assert figures["verify"]
    assert figures["sqlite"]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_every_changed_byte_is_found(original: bytes, part: int) -> None:
    """Every byte in turn, one bit of it changed, then all of them."""
    changes = [(at, bits) for at in range(part, len(original), 8) for bits in (1 << part, 0xFF)]
    assert [] == accused(campaign(original, changes))


@pytest.mark.slow
def test_changed_bytes_of_a_large_file_are_found(tmp_path: Path) -> None:
    """In a large file, too, at random."""
    file = large(tmp_path, 10_000)
    chance = random.Random(7)
    changes = [(chance.randrange(len(file)), chance.randrange(1, 256)) for _ in range(300)]
    assert [] == accused(campaign(file, changes))


def test_the_header_is_told_from_the_content(original: bytes) -> None:
    """Every byte of the file's header, changed in four ways: the same law."""
    changes = [(at, 1 << bit) for at in range(100) for bit in (0, 3, 6, 7)]
    assert [] == accused(campaign(original, changes))


def test_a_file_cut_short_is_found(original: bytes, tmp_path: Path) -> None:
    """Whatever length is left, whole pages or not, nothing passes; less than one is no file."""
    path = tmp_path / "t.db"
    before = content_of(put(path, original))
    pages = range(SMALL_PAGES, len(original), SMALL_PAGES)
    for length in (*pages, SMALL_PAGES + 1, len(original) - 1):
        assert outcome(put(path, original[:length]), before) in ("verify", "sqlite"), length
    with closing(open_store(put(path, b""), create=False)) as connection:
        assert [] == verify(connection)


def test_pages_swapped_doubled_or_wiped_are_found(original: bytes, tmp_path: Path) -> None:
    """A page in another's place is found, even where both are well formed."""
    path = tmp_path / "t.db"
    before = content_of(put(path, original))
    pages = [original[at : at + SMALL_PAGES] for at in range(0, len(original), SMALL_PAGES)]
    chance = random.Random(7)
    for _ in range(60):
        one, other = chance.sample(range(len(pages)), 2)
        for changed in ({one: pages[other], other: pages[one]}, {one: pages[other]}, {one: b""}):
            file = b"".join(
                changed.get(number, page).ljust(SMALL_PAGES, b"\0")
                for number, page in enumerate(pages)
            )
            assert outcome(put(path, file), before) in OUTCOMES, (one, other)


@pytest.fixture
def logged(original: bytes, tmp_path: Path) -> tuple[bytes, bytes, list[Content], str]:
    """A file, the log of five writes beside it, the content after each, and a last seal."""
    path = put(tmp_path / "t.db", original)
    with closing(open_store(path, create=False)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        acknowledged = [content_of(path)]
        for probability in (0.1, 0.2, 0.3, 0.4, 0.5):
            said = Forecast(
                question="rain", forecaster="eve", made_at=SAID, probability=probability
            )
            append.record_forecast(connection, said, told(3))
            acknowledged.append(content_of(path))
        seal = seals.text(seals.taken(connection, NOW))
        log = path.with_name("t.db-wal").read_bytes()
        return path.read_bytes(), log, acknowledged, seal


def opened(path: Path, file: bytes, log: bytes, seal: str) -> tuple[Content, bool]:
    """Give what a file and its log come to, and whether it extends a seal; both being verified."""
    put(path, file)
    path.with_name(path.name + "-wal").write_bytes(log)
    with closing(open_store(path, create=False)) as connection:
        layers = verify(connection)
        assert "fail" not in {layer.state for layer in layers}
        kept = against_seal(connection, seals.parse(seal, "it"), layers)
        return content(connection), kept.state == "pass"


def test_a_log_cut_short_loses_whole_writes(logged: Any, tmp_path: Path) -> None:
    """What is left is what stood after one of the writes, never a half; a seal tells which."""
    file, log, acknowledged, seal = logged
    seen = set()
    for length in (*range(0, len(log), 197), *range(len(log) - 3, len(log) + 1)):
        now, extends = opened(tmp_path / "cut.db", file, log[:length], seal)
        seen.add(acknowledged.index(now))
        assert (now == acknowledged[-1]) == extends
    assert set(range(6)) == seen


def test_a_log_changed_loses_whole_writes(logged: Any, tmp_path: Path) -> None:
    """A changed byte of the log ends it there: SQLite's sums tell, and then the seal does."""
    file, log, acknowledged, seal = logged
    for at in range(0, len(log), 149):
        changed = bytearray(log)
        changed[at] ^= 1 << (at % 8)
        now, extends = opened(tmp_path / "changed.db", file, bytes(changed), seal)
        assert now in acknowledged
        assert (now == acknowledged[-1]) == extends


@pytest.mark.parametrize(
    ("deed", "layers"),
    [
        *((deed, {"chain"}) for deed in (CHANGED | CHAIN | UNSEEN).values()),
        *((deed, {"chain", "file"}) for deed in GONE.values()),
        *((deed, {"schema"}) for deed in LAYOUT.values()),
    ],
    ids=[*CHANGED, *CHAIN, *UNSEEN, *GONE, *LAYOUT],
)
def test_what_sql_can_do_is_found(
    tracker: sqlite3.Connection, deed: Deed, layers: set[str]
) -> None:
    """Rows and positions changed, dropped, swapped, slipped in; triggers and tables replaced."""
    assert "fail" not in states(tracker).values()
    deed(tracker)
    failed = {name for name, state in states(tracker).items() if state == "fail"}
    assert failed & layers


COLUMNS = [(table, column) for table, (facts, texts) in PARTS.items() for column in facts + texts]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_column_may_change(tracker: sqlite3.Connection, table: str, column: str) -> None:
    """Each column of each table is proved, of the last row as of the first."""
    for row in ("min", "max"):
        unredacted = "id NOT IN (SELECT row_id FROM redactions WHERE table_name = ?)"
        (id_,) = tracker.execute(
            f"SELECT {row}(id) FROM {table} WHERE {unredacted}", (table,)
        ).fetchone()
        (value,) = tracker.execute(f"SELECT {column} FROM {table} WHERE id = ?", (id_,)).fetchone()
        tracker.execute("PRAGMA foreign_keys = OFF")
        tracker.execute("SAVEPOINT before")
        sql(f"UPDATE {table} SET {column} = {other(column, value)} WHERE id = '{id_}'")(tracker)
        chain = _chain_of(tracker)
        tracker.execute("ROLLBACK TO before")
        tracker.execute("RELEASE before")
        assert "" != chain


def other(column: str, value: object) -> str:
    """Give another value that the column may hold, as SQL."""
    if column == "merged_into" or column == "retracts":
        return "NULL" if value else "1"
    if column == "forecaster_id":
        return "2" if value == 1 else "1"
    if column == "question_id":
        return "'another'"
    if column == "evidence_id":
        return "2" if value == 1 else "1"
    if column == "proposal_id":
        return "2"
    if column in ("probability", "low", "high"):
        return "0.875"
    if isinstance(value, int):
        return str(value + 1)
    if isinstance(value, bytes):
        return "x'00'"
    return "'' || 'changed'"


def _chain_of(tracker: sqlite3.Connection) -> str:
    from forecast.store.walking import walk

    return walk(tracker).chain_problem


@pytest.mark.parametrize("deed", WHOLE.values(), ids=WHOLE)
def test_who_kept_a_seal_finds_the_rest(tracker: sqlite3.Connection, deed: Deed) -> None:
    """A record written anew, or with its end cut off, holds by itself, and not against a seal."""
    tail(tracker)
    seal = seals.taken(tracker, NOW)
    assert "pass" == against_seal(tracker, seal, verify(tracker)).state
    deed(tracker)
    layers = verify(tracker)
    assert "fail" not in {layer.state for layer in layers}
    assert "fail" == against_seal(tracker, seal, layers).state


def test_all_dropped_is_not_an_empty_record(tracker: sqlite3.Connection) -> None:
    """A seal of a record that is gone fails; nothing at all is nothing to verify."""
    tables = ("chain", *PARTS, "lookups", "reminders")
    sql(*(f"DELETE FROM {table}" for table in tables))(tracker)
    assert "fail" == states(tracker)["seals"]
    sql("DELETE FROM seals")(tracker)
    assert {} == states(tracker)


@pytest.mark.parametrize("version", [0, 1, 2, 4, 255])
def test_another_format_number_changes_nothing(
    original: bytes, tmp_path: Path, version: int
) -> None:
    """A lower one is put right on opening; a higher one is not ours to open."""
    path = put(tmp_path / "t.db", original)
    before = content_of(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {version}")
    assert ("sqlite" if version > 3 else "unused") == outcome(path, before)


def test_guards_taken_away_come_back_with_an_old_number(original: bytes, tmp_path: Path) -> None:
    """To pass for an older file does not help to get rid of the triggers."""
    path = put(tmp_path / "t.db", original)
    before = content_of(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("DROP TRIGGER forecasts_no_update")
        plain.execute("PRAGMA user_version = 2")
    assert "unused" == outcome(path, before)


def test_our_tables_have_no_counters(tracker: sqlite3.Connection) -> None:
    """There is no sqlite_sequence to tamper with."""
    names = {name for (name,) in tracker.execute("SELECT name FROM sqlite_master")}
    assert "sqlite_sequence" not in names


def test_the_journal_of_another_does_no_harm(original: bytes, tmp_path: Path) -> None:
    """A rollback journal laid beside the file, as one left by a crash, is found or passed over."""
    path = put(tmp_path / "t.db", original)
    before = content_of(path)
    with closing(open_store(path, create=False)) as connection:
        exported(connection, tmp_path / "before.jsonl")
    magic = bytes.fromhex("d9d505f920a163d7")
    header = magic + b"".join(
        number.to_bytes(4, "big") for number in (1, 0, len(original) // 512, 512, 512)
    )
    page = (2).to_bytes(4, "big") + bytes(512) + (0).to_bytes(4, "big")
    put(path, original).with_name("t.db-journal").write_bytes(header.ljust(512, b"\0") + page)
    assert outcome(path, before) in OUTCOMES


def main(seed: int = 7) -> None:
    """Run the whole campaign and print its figures."""
    with tempfile.TemporaryDirectory(prefix="forecast-tamper-") as folder:
        (Path(folder) / "small").mkdir()
        (Path(folder) / "large").mkdir()
        file = small(Path(folder) / "small")
        print(f"a file of {len(file):,} bytes, each with each of its 8 bits changed:", flush=True)
        show(figures_of(file, [(at, 1 << bit) for at in range(len(file)) for bit in range(8)]))
        chance = random.Random(seed)
        file = large(Path(folder) / "large", 10_000)
        changes = [(chance.randrange(len(file)), chance.randrange(1, 256)) for _ in range(2000)]
        print(f"a file of {len(file):,} bytes, {len(changes):,} of them changed:", flush=True)
        show(figures_of(file, changes))


def show(figures: Counter[str]) -> None:
    """Print figures; ends the program where a change was not found."""
    says = {
        "verify": "found by verify",
        "sqlite": "refused by SQLite, or on opening",
        "unused": "in unused space: it passes, and the content is the same to the last byte",
        "notes": "in what the program notes for itself (runs, lookups, reminders, own seals)",
        "respelt": "in the spelling of a table's layout, and said so",
    }
    for name in OUTCOMES:
        print(f"{figures[name]:>10,}  {says[name]}")
    wrong = accused(figures)
    print(f"{len(wrong):>10,}  passed with other content")
    if wrong:
        sys.exit("\n".join(wrong[:20]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
