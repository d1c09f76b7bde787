"""`verify`, `redact` and `export record`: what is said, what a script gets, how it ends."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

CHECKER = Path(__file__).parents[2] / "docs" / "verify_record.py"
LATER = "2026-05-05T12:00Z"
HEAD = "a" * 64


@pytest.fixture
def rain(forecast):
    """A question of a month with a forecast and two remarks."""
    forecast("add", "Will it rain?", "--by", "2026-06-01", "--id", "rain", "-p", "7%")
    forecast("comment", "rain", "Ann's uncle is ill")
    forecast("comment", "rain", "clouds")


@pytest.fixture
def database():
    """The file that commands work on."""
    return Path(os.environ["FORECAST_DB"])


def tamper(path, *statements):
    """Change the file behind the program's back, its guards gone for a moment."""
    with closing(sqlite3.connect(path, isolation_level=None)) as tracker:
        guards = tracker.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = guards.fetchall()
        for statement in (*(f"DROP TRIGGER {name}" for name, _ in guards), *statements):
            tracker.execute(statement)
        for _, statement in guards:
            tracker.execute(statement)


def layers_of(ran):
    """Give the state of each layer from a command's JSON."""
    return {one["layer"]: one["state"] for one in ran.json["layers"]}


def lines_of(ran):
    """Give what is said of each layer: `chain: pass: 6 positions …`."""
    said, _, _ = ran.out.partition("\n\n")
    return [": ".join(re.split(r"  +", line.rstrip())) for line in said.splitlines()]


# verify


def test_verify_says_layer_by_layer(forecast, rain):
    """What passes, what was not checked, and what all of it does not prove."""
    verified = forecast("verify")
    assert (0, "") == (verified.status, verified.err)
    lines = lines_of(verified)
    assert "file: pass: SQLite finds no damage" in lines
    assert any(line.startswith("schema: pass: ") for line in lines)
    assert any(line.startswith("chain: pass: 6 positions, head ") for line in lines)
    assert "clock: pass: 5 rows made under FORECAST_NOW" in lines
    assert "seals: not checked: none was made: forecast seal" in lines
    _, _, after = verified.out.partition("\n\n")
    assert " ".join(after.split()).startswith("Not proved: that nothing was made up or left out by")


def test_verify_json(forecast, rain):
    """One object; a failure is a state, and the exit status."""
    verified = forecast("verify", "--json")
    assert 0 == verified.status
    assert verified.json["verified"] is True
    assert {"layer", "state", "detail"} == set(verified.json["layers"][0])
    expected = {"file": "pass", "schema": "pass", "chain": "pass", "seals": "not checked"}
    assert expected.items() <= layers_of(verified).items()


@pytest.mark.parametrize("made", [False, True])
def test_an_empty_record_is_never_called_verified(forecast, database, made):
    """Nothing to verify is what it is, in words and for scripts; no file is made to say so."""
    if made:
        forecast("add", "Will it snow?", "--by", "2026-01-01")  # fails, and may leave a file
        with closing(sqlite3.connect(database)):
            pass
    verified = forecast("verify")
    assert (0, "Nothing to verify: the record is empty.\n", "") == (
        verified.status,
        verified.out,
        verified.err,
    )
    expected = {"verified": False, "layers": []}
    assert expected == forecast("verify", "--json").json
    assert made == database.exists()


def test_verify_names_the_first_bad_position(forecast, rain, database):
    """The exit status is 1, there is one line for the failure, and no word of what holds."""
    tamper(database, "UPDATE forecasts SET probability = 0.93")
    verified = forecast("verify")
    assert (1, "") == (verified.status, verified.err)
    line = "chain: fail: position 4: the facts of forecasts 1 are not what was recorded"
    assert line in lines_of(verified)
    assert "Not proved" not in verified.out
    verified = forecast("verify", "--json")
    assert (1, False) == (verified.status, verified.json["verified"])
    assert {"chain": "fail", "clock": "not checked"}.items() <= layers_of(verified).items()


def test_verify_names_the_missing_guard(forecast, rain, database):
    """Rows that hold are no reason to pass a file that anybody may write to from now on."""
    with closing(sqlite3.connect(database)) as tracker:
        tracker.execute("DROP TRIGGER forecasts_no_update")
    verified = forecast("verify")
    assert 1 == verified.status
    assert "schema: fail: forecasts_no_update is missing" in lines_of(verified)
    assert "pass" == layers_of(forecast("verify", "--json"))["chain"]


def test_verify_of_a_damaged_file(forecast, rain, database):
    """Damage that SQLite finds is told, and nothing that the file says is believed."""
    with closing(sqlite3.connect(database)) as tracker:
        tracker.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = tracker.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'idx_forecasts_forecaster_id'"
        ).fetchone()
    data = bytearray(database.read_bytes())
    data[(page - 1) * 4096] ^= 0xFF
    database.write_bytes(data)
    verified = forecast("verify")
    assert 1 == verified.status
    assert lines_of(verified)[0].startswith("file: fail: ")
    assert "chain: not checked: the file is damaged" in lines_of(verified)


# verify --against


def quoted(text):
    """Quote as a mail does."""
    return "On Monday Ann wrote:\r\n" + "".join(f"> {line}\r\n" for line in text.splitlines())


@pytest.mark.parametrize("form", [str, quoted])
def test_verify_against_a_kept_seal(forecast, rain, tmp_path, form):
    """As it was given away, or as a mail brought it back; later the record is longer."""
    kept = tmp_path / "kept.txt"
    kept.write_text(form(forecast("seal").out))
    verified = forecast("verify", "--against", str(kept))
    assert 0 == verified.status
    line = "against: pass: it extends the seal of 2026-05-04T12:00:00.000000Z by 0"
    assert line in lines_of(verified)
    forecast("predict", "rain", "9%", now=LATER)
    verified = forecast("verify", "--against", str(kept))
    assert line.replace("by 0", "by 1") in lines_of(verified)


def test_verify_against_a_longer_record(forecast, rain, database, tmp_path):
    """The end cut off, own seals and all, is found by who kept one."""
    kept = tmp_path / "kept.txt"
    kept.write_text(forecast("seal").out)
    tamper(
        database,
        "DELETE FROM seals",
        "DELETE FROM comments WHERE id = 2",
        "DELETE FROM chain WHERE position = 6",
    )
    assert 0 == forecast("verify").status
    verified = forecast("verify", "--against", str(kept))
    assert 1 == verified.status
    assert "the record has 5 positions, the seal 6: some are gone" in verified.out
    assert "fail" == layers_of(forecast("verify", "--against", str(kept), "--json"))["against"]


def test_nothing_is_verified_against_a_seal(forecast, tmp_path):
    """An empty record is not the one that somebody sealed."""
    kept = tmp_path / "kept.txt"
    counts = "questions 1\nforecasts 2\nresolutions 0\n"
    made = "made 2026-05-04T12:00:00.000000Z"
    kept.write_text(f"forecast seal 1\n{made}\npositions 7\nhead {HEAD}\n{counts}")
    verified = forecast("verify", "--against", str(kept))
    assert 1 == verified.status
    assert "some are gone" in verified.out


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "holds no seal: give the text that forecast seal wrote"),
        (b"\xff\xfe\x00", "holds no seal"),
        (b"forecast seal 1\n", "holds no seal"),
    ],
)
def test_a_seal_that_cannot_be_read(forecast, rain, tmp_path, content, problem):
    """One line that names the file; nothing is said of the record."""
    kept = tmp_path / "kept.txt"
    if content is not None:
        kept.write_bytes(content)
    verified = forecast("verify", "--against", str(kept))
    assert (1, "") == (verified.status, verified.out)
    assert verified.err.startswith(f"Error: {kept} {problem}")
    assert 1 == len(verified.err.splitlines())


def test_a_folder_is_no_seal(forecast, rain, tmp_path):
    """Nor anything else that has no text."""
    verified = forecast("verify", "--against", str(tmp_path))
    assert 1 == verified.status
    assert f"Error: {tmp_path} cannot be read: Is a directory\n" == verified.err


# redact


def test_redact_asks_where_somebody_can_answer(forecast, rain):
    """Without a terminal it wants to be told so; nothing is taken back before."""
    refused = forecast("redact", "rain", "comment", "1")
    assert (1, "") == (refused.status, refused.out)
    expected = "Error: this cannot be undone: add --yes where nobody can be asked\n"
    assert expected == refused.err
    assert "Ann's uncle is ill" in forecast("show", "rain").out


def test_redact_takes_a_text_back(forecast, rain, database):
    """What it says, what show says then, that verify holds and counts, that the bytes are gone."""
    done = forecast("redact", "rain", "comment", "1", "--reason", " asked to ", "--yes")
    assert (0, "") == (done.status, done.err)
    assert (
        "rain: Will it rain?\nTaken back: 1 text. Backups and seals made before are as they were.\n"
    ) == done.out
    shown = forecast("show", "rain").out
    assert "uncle" not in shown
    assert "clouds" in shown
    verified = forecast("verify")
    assert 0 == verified.status
    assert "…; 1 redacted\n" in verified.out
    assert b"uncle" not in database.read_bytes()
    with closing(sqlite3.connect(database)) as tracker:
        assert [("comments", "1", "asked to")] == tracker.execute(
            "SELECT table_name, row_id, reason FROM redactions"
        ).fetchall()


def test_redact_json_and_twice(forecast, rain):
    """The second time nothing is left to take back, which is no failure."""
    command = ("redact", "rain", "comment", "1", "--yes", "--json")
    assert {"id": "rain", "what": "comment", "redacted": 1} == forecast(*command).json
    again = forecast(*command)
    assert (0, {"id": "rain", "what": "comment", "redacted": 0}) == (again.status, again.json)


def test_redacted_facts_stay_scored(forecast, rain):
    """Every figure of the question is what it was: only words are gone."""
    forecast("predict", "rain", "9%", "--note", "Ann told me", now=LATER)
    forecast("resolve", "rain", "no", "--note", "says Ann", now="2026-05-09T12:00Z")
    before = forecast("show", "rain", "--json").json
    reported = forecast("report", "--json").json
    for what in (("forecast", "2"), ("answer",), ("comment", "1"), ("question",)):
        assert 0 == forecast("redact", "rain", *what, "--yes").status
    after = forecast("show", "rain", "--json").json
    assert before["scores"] == after["scores"]
    assert "[redacted]" == after["title"]
    assert before["outcome"] == after["outcome"]
    assert reported == forecast("report", "--json").json
    kept = [(one["made_at"], one["probability"]) for one in before["forecasts"]]
    assert kept == [(one["made_at"], one["probability"]) for one in after["forecasts"]]
    assert "Ann" not in json.dumps(after)
    assert "4 redacted" in forecast("verify").out


def test_a_question_taken_back_is_not_named_again(forecast, rain):
    """Its title was what had to go, and does not stand in the answer."""
    done = forecast("redact", "rain", "question", "--yes")
    assert "Taken back: 1 text. Backups and seals made before are as they were.\n" == done.out


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("rain", "comment"), 1, "'rain' has 2 of them: say which, forecast redact rain comment N"),
        (("rain", "comment", "3"), 1, "'rain' has no comment 3: see forecast show rain"),
        (("rain", "comment", "0"), 2, "0 is not in the range x>=1"),
        (("rain", "answer"), 1, "'rain' has no answer to take back"),
        (("rain", "evidence"), 1, "'rain' has no evidence to take back"),
        (("rain", "probability"), 2, "'probability' is not one of 'forecast', 'comment'"),
        (("snow", "comment"), 1, "no question's id begins with 'snow'"),
        (("rain",), 2, "missing argument 'WHAT'"),
    ],
)
def test_what_cannot_be_taken_back(forecast, rain, arguments, status, problem):
    """One line says what is wrong, and nothing is changed."""
    before = forecast("show", "rain").out
    refused = forecast("redact", *arguments, "--yes")
    assert (status, "") == (refused.status, refused.out)
    assert problem in refused.err
    assert 1 == len(refused.err.splitlines())
    assert before == forecast("show", "rain").out


def test_redact_beside_a_reader(forecast, rain, database, monkeypatch):
    """The text is out of the record, and the error says what is left to do, and does it."""
    monkeypatch.setattr("forecast.store.connection.TIMEOUT_SECONDS", 0.05)
    command = ("redact", "rain", "comment", "1", "--yes")
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM comments").fetchone()
        busy = forecast(*command)
        assert 1 == busy.status
        assert "run the same command again once that is done" in busy.err
        assert "uncle" not in forecast("show", "rain").out
    done = forecast(*command)
    assert (0, "") == (done.status, done.err)
    assert b"uncle" not in database.read_bytes()


def test_redact_on_a_terminal(forecast, rain, database):
    """It asks, names what it is about to do, and no is no."""
    pexpect = pytest.importorskip("pexpect")
    command = ["-m", "forecast", "redact", "rain", "comment", "1"]
    for answer, gone in (("n", False), ("y", True)):
        asked = pexpect.spawn(sys.executable, command, env=dict(os.environ), timeout=20)
        asked.expect(r"Take back comment of rain: Will it rain\?, for good\? \[y/N\]")
        asked.sendline(answer)
        asked.expect(pexpect.EOF)
        asked.close()
        assert (0 if gone else 1) == asked.exitstatus
        assert gone == ("uncle" not in forecast("show", "rain").out)


# export record


def test_export_is_lines_that_anybody_can_check(forecast, rain, tmp_path):
    """To standard output or a file of one's own; the checker that needs nothing of ours passes."""
    path = tmp_path / "record.jsonl"
    written = forecast("export", "record", "-o", str(path))
    assert (0, f"Wrote 6 positions to {path}.\n") == (written.status, written.out)
    assert 0o600 == path.stat().st_mode & 0o777
    assert path.read_text("utf-8") == forecast("export", "record").out
    seal = tmp_path / "seal.txt"
    seal.write_text(forecast("seal").out)
    checked = subprocess.run(
        [sys.executable, "-I", CHECKER, path, seal], capture_output=True, text=True, check=False
    )
    assert (0, "6 positions hold, 0 of them hidden, 0 redacted\n") == (
        checked.returncode,
        checked.stdout,
    )


def test_export_json(forecast, rain, tmp_path):
    """What was written, for scripts."""
    path = tmp_path / "record.jsonl"
    exported = forecast("export", "record", "-o", str(path), "--json")
    assert {"file": str(path), "positions": 6} == exported.json


def test_export_that_cannot_be_written(forecast, rain, tmp_path):
    """One line, and no half of a file."""
    refused = forecast("export", "record", "-o", str(tmp_path / "none" / "record.jsonl"))
    assert 1 == refused.status
    assert 1 == len(refused.err.splitlines())
    assert "No such file or directory" in refused.err


def test_export_of_a_record_with_a_hole(forecast, rain, database, tmp_path):
    """A row that is gone would look like one that is kept back: there is no export of that."""
    tamper(database, "DELETE FROM comments WHERE id = 2")
    path = tmp_path / "record.jsonl"
    refused = forecast("export", "record", "-o", str(path))
    assert 1 == refused.status
    assert "comments 2, and its row or salt is gone: see forecast verify" in refused.err
    assert not path.exists()


def test_export_into_a_pipe_that_closes(forecast, rain):
    """As head does it: that is no failure, and nobody complains."""
    for _ in range(200):
        forecast("comment", "rain", "drip " * 200 + "drop")
    done = subprocess.run(
        [
            "/bin/bash",
            "-c",
            f"set -o pipefail; {sys.executable} -m forecast export record | head -c 10",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, '{"format":'[:10], "") == (done.returncode, done.stdout, done.stderr)


# Private forecasts


def test_a_private_forecast_is_kept_back_until_the_answer(forecast, rain, tmp_path):
    """Left out of question files, a digest in exports; then revealed, and it was the same."""
    made = forecast("predict", "rain", "73.7%", "--note", "seen the maps", "--private")
    assert made.out.endswith(
        "Private: only its digest leaves this tracker until the question is settled.\n"
    )
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    dumped = forecast("dump").out
    forecast("export", "record", "-o", str(before))
    hidden = before.read_text().splitlines()[-1]
    for text in (dumped, before.read_text()):
        assert "seen the maps" not in text
        assert "73.7" not in text
    assert {"position", "table", "row", "digest", "text_digest", "hash"} == set(json.loads(hidden))
    assert "73.7 %" in forecast("show", "rain").out

    forecast("resolve", "rain", "yes", now="2026-05-09T12:00Z")
    dumped = forecast("dump").out
    assert '"73.7%"' in dumped
    assert "seen the maps" in dumped
    forecast("export", "record", "-o", str(after))
    revealed = json.loads(after.read_text().splitlines()[7])
    assert json.loads(hidden).items() <= revealed.items()
    assert {"note": "seen the maps"} == revealed["texts"]
    checked = subprocess.run(
        [sys.executable, "-I", CHECKER, after, "--extends", before], check=False
    )
    assert 0 == checked.returncode
    assert 0 == forecast("verify").status


def test_private_is_said_in_json(forecast, rain):
    """For scripts, when it is made and when it is looked at."""
    assert forecast("predict", "rain", "7%", "--private", "--json").json["private"] is True
    shown = forecast("show", "rain", "--json").json["forecasts"]
    assert [False, True] == [one["private"] for one in shown]
