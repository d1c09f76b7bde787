"""A text taken back is gone from the file, its digest stays, and nobody can guess what it was."""

import gzip
import hashlib
import json
import random
import signal
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filled import RAIN, SAID, TOLD, details, exported, fill, say, states, told

from forecast.model import Article, Comment, Forecast, ForecastError
from forecast.reading.lexicon import LEXICONS
from forecast.store import append, chain, forecasters, proposals, queries, redacting
from forecast.store.canonical import PARTS, canonical, digest
from forecast.store.connection import open_store, writing
from forecast.store.proposals import Evidence, Proposal
from forecast.store.redacting import purge, redact

SECRET = "Annabel-of-the-hidden-uncle"
PAGE = b"<p>" + b" ".join(b"%d" % random.Random(7).randrange(10**9) for _ in range(3000))


@pytest.fixture
def asked(db: sqlite3.Connection) -> sqlite3.Connection:
    """A tracker with a question, and enough said on it that pages were split and rewritten."""
    append.add_question(db, RAIN, TOLD)
    remark = Comment(question="rain", author="bob", text="drip" * 25, made_at=SAID)
    with writing(db):
        for _ in range(200):
            append.insert_comment(db, remark, TOLD)
    return db


def fill_up(tracker: sqlite3.Connection) -> None:
    """Say some more, which moves what is there."""
    remark = Comment(question="rain", author="bob", text="drip" * 25, made_at=SAID)
    with writing(tracker):
        for _ in range(200):
            append.insert_comment(tracker, remark, TOLD)


def of_forecast(tracker: sqlite3.Connection) -> str:
    """A forecast's note."""
    say(tracker, note=f"so says {SECRET}")
    return "forecasts"


def of_comment(tracker: sqlite3.Connection) -> str:
    """A comment, longer than a page."""
    text = " ".join(f"{SECRET} {number}" for number in range(500))
    append.comment(tracker, Comment(question="rain", author="ann", text=text, made_at=SAID), TOLD)
    return "comments"


def of_answer(tracker: sqlite3.Connection) -> str:
    """An answer's note and evidence."""
    append.resolve(
        tracker, "rain", "yes", TOLD, note=SECRET, evidence=(f"https://a.example/{SECRET}",)
    )
    return "resolutions"


def of_question(tracker: sqlite3.Connection) -> str:
    """A question's own text, article and all."""
    asked = replace(
        RAIN,
        title=f"Will {SECRET} come?",
        criteria=SECRET,
        sources=(f"https://a.example/{SECRET}",),
        article=Article(title=SECRET, publisher=SECRET),
    )
    append.revise(tracker, asked, TOLD)
    return "revisions"


def of_evidence(tracker: sqlite3.Connection) -> str:
    """What a source gave: address, headers, excerpt, body."""
    evidence = Evidence(
        resolver="json",
        url=f"https://a.example/{SECRET}",
        fetched_at=SAID,
        sha256="0" * 64,
        headers=(("etag", SECRET),),
        excerpt=SECRET,
        body=PAGE,
    )
    with writing(tracker):
        proposals.insert_proposal(tracker, Proposal(question="rain", evidence=evidence), TOLD)
    return "evidence"


KINDS = [of_forecast, of_comment, of_answer, of_question, of_evidence]


def newest(tracker: sqlite3.Connection, table: str) -> str:
    """Give the id of the newest row."""
    (id_,) = tracker.execute(f"SELECT max(id) FROM {table}").fetchone()
    return str(id_)


def remains(path: Path, *more: bytes) -> list[str]:
    """Name the files that hold a piece of what was taken back."""
    wanted = (SECRET.encode(), *more)
    files = [one for one in path.parent.glob(f"{path.name}*") if one.is_file()]
    assert path in files
    return [one.name for one in files if any(piece in one.read_bytes() for piece in wanted)]


def pieces(data: bytes) -> list[bytes]:
    """Cut bytes up: pages break them at places one cannot foresee."""
    return [data[at : at + 24] for at in range(0, len(data) - 24, 64)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_gone_from_the_file(
    asked: sqlite3.Connection, tmp_path: Path, kind: Callable[[sqlite3.Connection], str]
) -> None:
    """No byte of it is left: not in the file, its free pages, its log or the index of the log."""
    path = tmp_path / "store.db"
    table = kind(asked)
    id_ = newest(asked, table)
    body = pieces(gzip.compress(PAGE, mtime=0)) if table == "evidence" else []
    fill_up(asked)
    assert [] != remains(path, *body)
    before = details(asked)["chain"]
    assert 1 == redact(asked, table, [id_], "", told(1))
    assert [] == remains(path, *body)
    assert "fail" not in states(asked).values()
    assert "redacted" not in before
    assert details(asked)["chain"].endswith("…; 1 redacted")
    asked.close()
    assert [] == remains(path, *body)


@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_stay(
    asked: sqlite3.Connection, kind: Callable[[sqlite3.Connection], str]
) -> None:
    """Only the texts of the row change, and everything reads as before but for them."""
    table = kind(asked)
    id_ = newest(asked, table)
    before = chain.row(asked, table, id_)
    redact(asked, table, [id_], "", told(1))
    after = chain.row(asked, table, id_)
    assert before is not None
    assert after is not None
    assert set(PARTS[table][1]) >= {name for name in before if before[name] != after[name]}
    assert SECRET not in str(after)
    assert queries.entry(asked, "rain").question.deadline == RAIN.deadline
    assert len(proposals.standing(asked)) == (table == "evidence")


def test_many_at_once_are_each_on_record(db: sqlite3.Connection) -> None:
    """One redaction for every row, with its reason; nothing else is touched."""
    fill(db)
    (before,) = db.execute("SELECT count(*) FROM redactions").fetchone()
    assert 2 == redact(db, "comments", ["2", "3", "1"], "all of it", told(3))
    rows = db.execute(
        "SELECT table_name, row_id, reason FROM redactions WHERE id > ?", (before,)
    ).fetchall()
    assert [("comments", "2", "all of it"), ("comments", "3", "all of it")] == rows
    assert "fail" not in states(db).values()


def test_taken_back_twice_is_taken_back_once(asked: sqlite3.Connection) -> None:
    """The second time there is nothing to do, and nothing is recorded."""
    of_forecast(asked)
    assert 1 == redact(asked, "forecasts", ["1"], "", told(1))
    before = list(asked.iterdump())
    assert 0 == redact(asked, "forecasts", ["1"], "", told(2))
    assert before == list(asked.iterdump())


@pytest.mark.parametrize("table", ["questions", "redactions", "forecasters"])
def test_what_has_no_text_has_nothing_to_take_back(db: sqlite3.Connection, table: str) -> None:
    """Facts stay; names are changed with `forecaster rename --forget`."""
    fill(db)
    before = list(db.iterdump())
    with pytest.raises(ForecastError, match="no text to take back"):
        redact(db, table, ["1"], "", told(3))
    assert before == list(db.iterdump())


def test_the_guards_are_back(asked: sqlite3.Connection) -> None:
    """The one update there is leaves nothing open behind it."""
    of_comment(asked)
    redact(asked, "comments", ["1"], "", told(1))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        asked.execute("UPDATE comments SET text = 'changed'")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        asked.execute("UPDATE chain SET text_salt = zeroblob(16) WHERE text_salt IS NULL")


# A purge that cannot be.


@pytest.fixture
def reader(asked: sqlite3.Connection, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program, in the middle of reading."""
    of_forecast(asked)
    asked.execute("PRAGMA busy_timeout = 50")
    with closing(open_store(tmp_path / "store.db", create=False)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM forecasts").fetchone()
        yield other


def test_a_reader_delays_it_and_the_error_says_so(
    asked: sqlite3.Connection, reader: sqlite3.Connection, tmp_path: Path
) -> None:
    """The record is without the text at once; the same command again cleans the file."""
    with pytest.raises(ForecastError, match=r"another program keeps the file .* run the same"):
        redact(asked, "forecasts", ["1"], "", told(1))
    assert "[redacted]" == queries.forecasts(asked, "rain")[0].forecast.note
    assert "fail" not in states(asked).values()
    assert [] != remains(tmp_path / "store.db")
    with pytest.raises(ForecastError, match="run the same command again"):
        redact(asked, "forecasts", ["1"], "", told(1))
    reader.execute("ROLLBACK")
    assert 0 == redact(asked, "forecasts", ["1"], "", told(1))
    assert [] == remains(tmp_path / "store.db")


def test_a_file_that_cannot_be_rewritten_is_told(asked: sqlite3.Connection) -> None:
    """A full disk, say: it is not blamed on other programs."""
    asked.set_progress_handler(lambda: 1, 500)  # more steps than a PRAGMA has
    with pytest.raises(ForecastError, match=r"could not be rewritten \(interrupted\): run the"):
        purge(asked)
    asked.set_progress_handler(None, 0)
    purge(asked)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from forecast.store import redacting
from forecast.store.connection import open_store
from forecast.store.rows import Recording

def killed(connection):
    os.kill(os.getpid(), signal.SIGKILL)

redacting.purge = killed
told = Recording(at=datetime(2999, 5, 4, 13, tzinfo=UTC), by="login")
redacting.redact(open_store(Path(sys.argv[1]), create=False), "forecasts", ["1"], "", told)
"""


def test_a_crash_before_the_purge_is_made_good(asked: sqlite3.Connection, tmp_path: Path) -> None:
    """Killed between the write and the rewriting of the file: the same again finishes the job."""
    of_forecast(asked)
    asked.close()
    path = tmp_path / "store.db"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert -signal.SIGKILL == done.returncode
    with closing(open_store(path, create=False)) as tracker:
        assert "fail" not in states(tracker).values()
        assert details(tracker)["chain"].endswith("…; 1 redacted")
        assert [] != remains(path)
        assert 0 == redact(tracker, "forecasts", ["1"], "", told(1))
        assert [] == remains(path)


def test_a_write_that_fails_takes_nothing_back(
    asked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it or nothing: with its redaction on record, or not at all, and guarded as before."""
    of_forecast(asked)
    before = list(asked.iterdump())

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(redacting.append, "insert", full)
        with pytest.raises(sqlite3.OperationalError):
            redact(asked, "forecasts", ["1"], "", told(1))
    assert before == list(asked.iterdump())
    assert "fail" not in states(asked).values()


def test_a_forgotten_name_is_gone_once_purged(asked: sqlite3.Connection, tmp_path: Path) -> None:
    """Former names leave no salt, and with the file rewritten no letter."""
    say(asked, "rain", SECRET)
    forecasters.rename(asked, SECRET, "Somebody", forget=True)
    purge(asked)
    assert [] == remains(tmp_path / "store.db")
    assert "fail" not in states(asked).values()
    path = exported(asked, tmp_path / "r.jsonl")
    named = [one for one in read(path)[1:] if one["table"] == "forecasters"]
    assert ["1", "2", "2"] == [one["row"] for one in named]
    assert [True, False, True] == ["facts" in one for one in named]
    assert SECRET not in path.read_text()


# Nothing can be guessed from what stays.


def read(path: Path) -> list[dict[str, Any]]:
    """Read an export."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def words() -> list[str]:
    """Give all the words that any lexicon has for a probability."""
    return sorted({phrase for lexicon in LEXICONS.values() for phrase in lexicon.by_phrase})


def salts(lines: list[dict[str, Any]]) -> list[bytes]:
    """Give what somebody could take for a salt: none, zeros, and all that were ever published."""
    published = {one[key] for one in lines[1:] for key in ("salt", "text_salt") if key in one}
    return [b"", bytes(16), *map(bytes.fromhex, sorted(published))]


def digests(lines: list[dict[str, Any]]) -> set[str]:
    """Give everything that stands for something in an export."""
    return {
        one[key] for one in lines[1:] for key in ("digest", "text_digest", "hash") if key in one
    }


def guesses(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a forecast's facts with every probability it could be, all else being known."""
    for step in range(1, 1000):
        yield row | {"probability": step / 1000}
    for said in words():
        yield row | {"words": said}


def test_a_hidden_probability_cannot_be_guessed(db: sqlite3.Connection, tmp_path: Path) -> None:
    """All 999 of them and all words, by every salt there is: no digest. With its own, at once."""
    append.add_question(db, RAIN, TOLD)
    say(db, "rain", "ann", 0.25)
    say(db, "rain", "ann", 0.737, private=True, note="as I said")
    columns = PARTS["forecasts"][0]
    row = chain.row(db, "forecasts", "2")
    assert row is not None
    lines = read(exported(db, tmp_path / "r.jsonl"))
    known, tried = digests(lines), salts(lines)
    spelt = [canonical(one, columns) for one in guesses(row)]
    assert 1000 < len(spelt)
    found = {
        hashlib.sha256(data).hexdigest()
        for salt in tried
        for one in spelt
        for data in (salt + one, one + salt)
    }
    found |= {hashlib.sha256(struct.pack(">d", step / 1000)).hexdigest() for step in range(1000)}
    assert set() == found & known
    (salt,) = db.execute(
        "SELECT salt FROM chain WHERE table_name = 'forecasts' AND row_id = '2'"
    ).fetchone()
    right = [one for one in guesses(row) if digest(salt, canonical(one, columns)).hex() in known]
    assert [0.737] == [one["probability"] for one in right]


def test_a_redacted_text_cannot_be_guessed(asked: sqlite3.Connection, tmp_path: Path) -> None:
    """A probability said in a note is as safe, also from somebody who has the whole file."""
    say(asked, note="73.7 %")
    columns = PARTS["forecasts"][1]
    (salt,) = asked.execute(
        "SELECT text_salt FROM chain WHERE row_id = '1' AND table_name = 'forecasts'"
    ).fetchone()
    notes = [f"{step / 10:g} %" for step in range(1, 1000)] + words()
    spelt = {note: canonical({"note": note}, columns) for note in notes}
    redact(asked, "forecasts", ["1"], "", told(1))
    lines = read(exported(asked, tmp_path / "r.jsonl"))
    known = digests(lines)
    kept = [one for row in asked.execute("SELECT salt, text_salt FROM chain") for one in row if one]
    tried = [b"", bytes(16), *kept]
    found = {digest(one, text).hex() for one in tried for text in spelt.values()}
    assert set() == found & known
    assert salt not in kept
    assert salt not in (tmp_path / "store.db").read_bytes()
    right = [note for note, text in spelt.items() if digest(salt, text).hex() in known]
    assert ["73.7 %"] == right


def test_a_hidden_forecast_leaves_no_trace_in_an_export(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    """Of what it says, not even its question: digests, a number, whose turn it was."""
    append.add_question(db, RAIN, TOLD)
    append.add_question(db, replace(RAIN, id="snow"), TOLD)
    said = Forecast(
        question="snow",
        forecaster="eve",
        made_at=SAID,
        probability=0.737,
        words="likely",
        note=SECRET,
        private=True,
    )
    append.record_forecast(db, said, TOLD)
    *_, last = read(exported(db, tmp_path / "r.jsonl"))
    assert {"position", "table", "row", "digest", "text_digest", "hash"} == set(last)
    assert ("forecasts", "1") == (last["table"], last["row"])


def test_salts_are_never_used_twice(db: sqlite3.Connection) -> None:
    """Sixteen bytes of chance each, for facts and texts apart."""
    fill(db)
    found = [one for row in db.execute("SELECT salt, text_salt FROM chain") for one in row if one]
    assert len(found) == len(set(found))
    assert {16} == set(map(len, found))
