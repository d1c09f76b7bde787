"""Two checkers, one record: `verify` on the tracker, docs/verify_record.py on what it exports.

The second shares nothing with us but docs/record-format.md. Both must say the same of good and of
bad records, and the second of what an export could say that no tracker does.
"""

import contextlib
import hashlib
import io
import json
import re
import runpy
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filled import NOW, RAIN, TOLD, everything, exported, fill, old_format, say, states
from tamperings import CHAIN, CHANGED, GONE, LAYOUT, UNSEEN, WHOLE, Deed, tail

from forecast.model import Forecast, ForecastError, Question
from forecast.store import append, chain, forecasters, seals
from forecast.store.canonical import PARTS, canonical, ordered
from forecast.store.connection import open_store
from forecast.store.exporting import record_lines
from forecast.store.redacting import redact
from forecast.store.rows import Recording

DOCS = Path(__file__).parents[2] / "docs"
CHECKER = DOCS / "verify_record.py"
PAGE = (DOCS / "record-format.md").read_text("utf-8")

Checked = tuple[int, str]


def check(*arguments: Path | str) -> Checked:
    """Run the independent checker; gives its status and the line that it prints."""
    printed = io.StringIO()
    status = 0
    known, sys.argv = sys.argv, [str(CHECKER), *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(str(CHECKER), run_name="__main__")
    except SystemExit as ended:  # with what to print, as sys.exit has it
        status = 1
        printed.write(str(ended.code))
    finally:
        sys.argv = known
    (line,) = printed.getvalue().splitlines()
    return status, line


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A tracker with rows in every table, as a file."""
    return everything(tmp_path_factory.mktemp("original") / "t.db").read_bytes()


@pytest.fixture
def tracker(original: bytes, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The same, open."""
    path = tmp_path / "t.db"
    path.write_bytes(original)
    with closing(open_store(path, create=False)) as connection:
        yield connection


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Read an export."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(path: Path, lines: list[dict[str, Any]]) -> Path:
    """Write an export."""
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
    path.write_text(text, "utf-8")
    return path


def relinked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Work out positions, digests, hashes and the header anew: what a liar would hand out."""
    before = "0" * 64
    for number, one in enumerate(lines[1:], start=1):
        for part, salt, name in (
            ("facts", "salt", "digest"),
            ("texts", "text_salt", "text_digest"),
        ):
            if part in one:
                spelt = json.dumps(
                    one[part], ensure_ascii=False, sort_keys=True, separators=(",", ":")
                )
                data = bytes.fromhex(one[salt]) + spelt.encode()
                one[name] = hashlib.sha256(data).hexdigest()
        one["position"] = number
        words = (number, before, one["table"], one["row"], one["digest"])
        text = "\n".join(map(str, ("forecast-chain-1", *words, one.get("text_digest", "-"), "")))
        one["hash"] = before = hashlib.sha256(text.encode()).hexdigest()
    lines[0] |= {"positions": len(lines) - 1, "head": before}
    return lines


# Good records: both say so.


def plain(tracker: sqlite3.Connection) -> None:
    """One question, one forecast."""
    append.add_question(tracker, RAIN, TOLD)
    say(tracker)


def kept_back(tracker: sqlite3.Connection) -> None:
    """A private forecast on an open question."""
    plain(tracker)
    say(tracker, private=True, note="hidden")


def revealed(tracker: sqlite3.Connection) -> None:
    """A private forecast on a settled question."""
    kept_back(tracker)
    append.resolve(tracker, "rain", "yes", TOLD)


def taken_back(tracker: sqlite3.Connection) -> None:
    """A redaction, also of a private forecast's note."""
    kept_back(tracker)
    redact(tracker, "forecasts", ["1", "2"], "why not", TOLD)


def renamed(tracker: sqlite3.Connection) -> None:
    """Names that changed, and persons that are one."""
    fill(tracker)
    forecasters.merge(tracker, "eve", "C")
    forecasters.rename(tracker, "C", "bob")
    forecasters.rename(tracker, "bob", "D", forget=True)


GOOD: list[Callable[[sqlite3.Connection], object]] = [
    plain,
    kept_back,
    revealed,
    taken_back,
    renamed,
    fill,
]


@pytest.mark.parametrize("record", GOOD)
def test_both_pass_a_good_record(
    db: sqlite3.Connection, tmp_path: Path, record: Callable[[sqlite3.Connection], object]
) -> None:
    """And count alike: positions, what is hidden, what was redacted."""
    record(db)
    assert "fail" not in states(db).values()
    seal = tmp_path / "seal"
    seal.write_text(seals.text(seals.make(db, NOW)))
    path = exported(db, tmp_path / "r.jsonl")
    (positions, hidden, redacted) = db.execute(
        "SELECT count(*), sum(salt IS NULL) + (SELECT count(*) FROM forecasts WHERE private AND "
        "question_id NOT IN (SELECT question_id FROM resolutions)), "
        "sum(salt IS NOT NULL AND text_digest IS NOT NULL AND text_salt IS NULL AND NOT ("
        "table_name = 'forecasts' AND row_id IN (SELECT id FROM forecasts WHERE private AND "
        "question_id NOT IN (SELECT question_id FROM resolutions)))) FROM chain"
    ).fetchone()
    says = f"{positions} positions hold, {hidden} of them hidden, {redacted} redacted"
    assert (0, says) == check(path, seal, "--extends", path)


@pytest.mark.parametrize("version", [1, 2])
def test_both_pass_a_migrated_record(tmp_path: Path, version: int) -> None:
    """Of either format that had no chain; the adoption tells how many rows are older than it."""
    with closing(open_store(old_format(tmp_path / "t.db", version), create=False)) as tracker:
        assert "fail" not in states(tracker).values()
        path = exported(tracker, tmp_path / "r.jsonl")
        fill(tracker)
        later = exported(tracker, tmp_path / "later.jsonl")
    assert {"n_rows": 12}.items() <= lines_of(path)[-1]["facts"].items()
    assert (0, "13 positions hold, 0 of them hidden, 0 redacted") == check(path)
    assert 0 == check(later, "--extends", path)[0]


def test_an_empty_record_has_no_positions(db: sqlite3.Connection, tmp_path: Path) -> None:
    """It is told as what it is."""
    path = exported(db, tmp_path / "r.jsonl")
    assert (0, "0 positions hold, 0 of them hidden, 0 redacted") == check(path)


def test_an_export_is_the_record(tracker: sqlite3.Connection, tmp_path: Path) -> None:
    """Every row is in it, spelt as the digests have it; the checker is one for any language."""
    for one in lines_of(exported(tracker, tmp_path / "r.jsonl"))[1:]:
        row = chain.row(tracker, one["table"], one["row"])
        assert row is not None
        for part, columns in zip(("facts", "texts"), PARTS[one["table"]], strict=True):
            if part in one:
                assert json.loads(canonical(row, columns)) == one[part]


# Bad ones.

BAD = [
    (f"{name} ({kind})", deed)
    for kind, deeds in [("changed", CHANGED), ("chain", CHAIN)]
    for name, deed in deeds.items()
]


def exported_if_it_can_be(tracker: sqlite3.Connection, path: Path) -> Path | None:
    """Export a record that is bad; None where the program itself says that it is."""
    try:
        return exported(tracker, path)
    except ForecastError as error:
        if "see forecast verify" in str(error):
            return None
        raise


@pytest.mark.parametrize("deed", [deed for _, deed in BAD], ids=[name for name, _ in BAD])
def test_both_find_what_was_changed(
    tracker: sqlite3.Connection, tmp_path: Path, deed: Deed
) -> None:
    """The tracker is found bad; it cannot be exported, or the export is found bad, too."""
    deed(tracker)
    assert "fail" in states(tracker).values()
    path = exported_if_it_can_be(tracker, tmp_path / "r.jsonl")
    if path is None:
        return
    status, says = check(path)
    assert 1 == status
    assert re.fullmatch(rf"{re.escape(str(path))}: position \d+: .+", says)


@pytest.mark.parametrize("deed", GONE.values(), ids=GONE)
def test_what_is_gone_is_not_exported_as_hidden(
    tracker: sqlite3.Connection, tmp_path: Path, deed: Deed
) -> None:
    """A row that is gone looks like one that is kept back: no export is made of it."""
    deed(tracker)
    with pytest.raises(ForecastError, match=r"gone: see forecast verify"):
        exported(tracker, tmp_path / "r.jsonl")


@pytest.mark.parametrize("deed", [*UNSEEN.values(), *LAYOUT.values()], ids=[*UNSEEN, *LAYOUT])
def test_what_an_export_does_not_hold_does_not_change_it(
    tracker: sqlite3.Connection, tmp_path: Path, deed: Deed
) -> None:
    """Rows slipped in beside the chain and changed views never reach others."""
    before = exported(tracker, tmp_path / "before.jsonl").read_text()
    deed(tracker)
    assert "fail" in states(tracker).values()
    path = exported_if_it_can_be(tracker, tmp_path / "r.jsonl")
    assert path is None or before == path.read_text()


@pytest.mark.parametrize("deed", WHOLE.values(), ids=WHOLE)
def test_a_record_made_anew_is_found_by_who_kept_something(
    tracker: sqlite3.Connection, tmp_path: Path, deed: Deed
) -> None:
    """By itself it holds. Against a seal it does not, nor against an export of before."""
    tail(tracker)
    seal, older = tmp_path / "seal", exported(tracker, tmp_path / "older.jsonl")
    seal.write_text(seals.text(seals.taken(tracker, NOW)))
    assert 0 == check(older, seal, "--extends", older)[0]
    deed(tracker)
    path = exported(tracker, tmp_path / "r.jsonl")
    assert 0 == check(path)[0]
    for kept in ([seal], ["--extends", older]):
        status, says = check(path, *kept)
        assert 1 == status
        assert re.search(r"position \d+ (is|was) ", says)


# Private forecasts, from hidden to revealed.


def test_a_reveal_extends_what_was_hidden(db: sqlite3.Connection, tmp_path: Path) -> None:
    """The digest that was in the older export is the one of what is shown now."""
    kept_back(db)
    older = exported(db, tmp_path / "older.jsonl")
    (hidden,) = [one for one in lines_of(older)[1:] if "facts" not in one]
    assert {"position", "table", "row", "digest", "text_digest", "hash"} == set(hidden)
    append.resolve(db, "rain", "yes", TOLD)
    newer = exported(db, tmp_path / "newer.jsonl")
    shown = lines_of(newer)[hidden["position"]]
    assert hidden.items() <= shown.items()
    assert "hidden" == shown["texts"]["note"]
    assert (0, "6 positions hold, 0 of them hidden, 0 redacted") == check(newer, "--extends", older)
    status, says = check(older, "--extends", newer)
    assert (1, f"{newer}: position 6 is gone, or not what it was") == (status, says)


def test_a_reveal_of_something_else_is_found(db: sqlite3.Connection, tmp_path: Path) -> None:
    """Another probability than was hidden needs another digest."""
    kept_back(db)
    older = exported(db, tmp_path / "older.jsonl")
    append.resolve(db, "rain", "yes", TOLD)
    lines = lines_of(exported(db, tmp_path / "newer.jsonl"))
    (secret,) = [one for one in lines[1:] if one.get("texts", {}).get("note") == "hidden"]
    secret["facts"]["probability"] = {"real": "3fefae147ae147ae"}
    lie = write(tmp_path / "lie.jsonl", lines)
    assert "its facts are not what was recorded" in check(lie)[1]
    lie = write(tmp_path / "lie.jsonl", relinked(lines))
    assert 0 == check(lie)[0]
    assert f"position {secret['position']} is gone, or not" in check(lie, "--extends", older)[1]


def test_nothing_stays_hidden_once_all_is_settled(db: sqlite3.Connection, tmp_path: Path) -> None:
    """Who records many private forecasts cannot show the good ones and keep the others back."""
    revealed(db)
    lines = lines_of(exported(db, tmp_path / "r.jsonl"))
    for key in ("facts", "salt", "texts", "text_salt"):
        del lines[5][key]
    assert "forecasts" == lines[5]["table"]
    path = write(tmp_path / "r.jsonl", lines)
    assert (1, f"{path}: position 5: its row is kept back") == check(path)


# What no tracker exports.


def changed(key: str, value: object, position: int = 4) -> Callable[[list[Any]], None]:
    """Put something in a line; `...` takes the key away."""

    def deed(lines: list[Any]) -> None:
        if value is ...:
            del lines[position][key]
        else:
            lines[position][key] = value

    return deed


def inside(part: str, key: str, value: object) -> Callable[[list[Any]], None]:
    """Put something in the facts or texts of a forecast, with digests that fit."""

    def deed(lines: list[Any]) -> None:
        lines[4][part][key] = value
        relinked(lines)

    return deed


FORGED: dict[str, Callable[[list[Any]], object]] = {
    "no header": lambda lines: lines.pop(0),
    "no line": lambda lines: lines.clear(),
    "header alone": lambda lines: lines.__delitem__(slice(1, None)),
    "another format": changed("format", "forecast record 2", 0),
    "a shorter header": changed("head", ..., 0),
    "a longer header": changed("note", "x", 0),
    "another head": changed("head", "0" * 64, 0),
    "a head in capitals": lambda lines: lines[0].update(head=lines[0]["head"].upper()),
    "fewer positions": changed("positions", 3, 0),
    "more positions": changed("positions", 5, 0),
    "a true position": changed("position", True, 1),
    "a position as text": changed("position", "4"),
    "a position with a point": changed("position", 4.0),
    "a huge position": changed("position", 10**4000),
    "a negative position": changed("position", -4),
    "a position twice": lambda lines: lines.insert(4, lines[3]),
    "a position left out": lambda lines: lines.pop(2),
    "the last left out": lambda lines: lines.pop(),
    "one more": lambda lines: lines.append({**lines[-1], "position": 5}),
    "a row told twice": lambda lines: relinked(lines.append(dict(lines[4])) or lines),
    "an array": lambda lines: lines.insert(4, []),
    "a number": lambda lines: lines.insert(4, 7),
    "none": lambda lines: lines.insert(4, None),
    "no digest": changed("digest", ...),
    "no hash": changed("hash", ...),
    "no row": changed("row", ...),
    "no table": changed("table", ...),
    "no salt": changed("salt", ...),
    "no facts": changed("facts", ...),
    "no text salt": changed("text_salt", ...),
    "no texts": changed("texts", ...),
    "no digest of texts": changed("text_digest", ...),
    "digest of texts where there are none": changed("text_digest", "0" * 64, 1),
    "another key": changed("signature", "0" * 64),
    "a table of nobody": changed("table", "runs"),
    "a table in an array": changed("table", ["forecasts"]),
    "a row with a line end": changed("row", "1\n2"),
    "a row in capitals": changed("row", "RAIN"),
    "a row as a number": changed("row", 1),
    "a digest that is no text": changed("digest", 7),
    "a digest that is none": changed("digest", None),
    "a digest with blanks": lambda lines: lines[4].update(digest=" " + lines[4]["digest"][1:]),
    "a digest in capitals": lambda lines: lines[4].update(digest=lines[4]["digest"].upper()),
    "a shorter digest": lambda lines: lines[4].update(digest=lines[4]["digest"][:-1]),
    "a shorter salt": lambda lines: lines[4].update(salt=lines[4]["salt"][:-2]),
    "a salt of other digits": lambda lines: lines[4].update(salt="٣" * 32),
    "facts as an array": changed("facts", []),
    "facts as text": changed("facts", "x"),
    "no facts at all": changed("facts", {}),
    "facts and a number that is none": inside("facts", "probability", float("nan")),
    "facts and a boundless number": inside("facts", "probability", float("inf")),
    "facts and a number with a point": inside("facts", "probability", 0.5),
    "facts and a truth": inside("facts", "private", True),
    "facts and a huge number": inside("facts", "private", 10**30),
    "facts and an array": inside("facts", "private", []),
    "facts and half a real": inside("facts", "probability", {"real": "3f"}),
    "facts and a real and more": inside(
        "facts", "probability", {"real": "3fe0000000000000", "x": 1}
    ),
    "facts and half a character": lambda lines: lines[4]["facts"].update(words="\ud800"),
    "texts of another kind": inside("texts", "note", ["a"]),
    "a deep value": lambda lines: lines[4].update(facts=json.loads("[" * 900 + "]" * 900)),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_what_is_no_record_is_one_line_and_no_pass(
    db: sqlite3.Connection, tmp_path: Path, forge: Callable[[list[Any]], object]
) -> None:
    """Missing, doubled and foreign keys, numbers of other kinds: found, and nothing crashes."""
    plain(db)
    lines = lines_of(exported(db, tmp_path / "good.jsonl"))
    assert 0 == check(write(tmp_path / "same.jsonl", lines))[0]
    forge(lines)
    text = "".join(json.dumps(one) + "\n" for one in lines)
    path = tmp_path / "forged.jsonl"
    path.write_text(text)
    status, says = check(path)
    assert 1 == status
    assert says.startswith(f"{path}: position ")


GARBLED: dict[str, Callable[[bytes], bytes]] = {
    "a key twice": lambda text: text.replace(b'{"position": 4', b'{"position": 9, "position": 4'),
    "a fact twice": lambda text: text.replace(b'"private": 0', b'"private": 1, "private": 0'),
    "a header's key twice": lambda text: text.replace(b'{"format"', b'{"head": "x", "format"'),
    "no end of the last line": lambda text: text[:-1],
    "half a line": lambda text: text[:-40],
    "a blank line": lambda text: text.replace(b"\n", b"\n\n", 1),
    "a blank line at the end": lambda text: text + b"\n",
    "another line end": lambda text: text.replace(b"\n", b"\r\n"),
    "a mark before it": lambda text: b"\xef\xbb\xbf" + text,
    "another coding": lambda text: text.decode().encode("utf-16"),
    "no text at all": lambda text: b"\xff\xfe\x00" + text,
    "other blanks": lambda text: text.replace(b": ", b":"),
    "digits of a number": lambda text: text.replace(b'"position": 4', b'"position": 4e0'),
    "a number of many digits": lambda text: text.replace(
        b'"private": 0', b'"private": ' + b"1" * 5000
    ),
    "not even JSON": lambda text: b"forecast record 1\n",
    "a deep value": lambda text: text.replace(b'"private": 0', b'"private": ' + b"[" * 100_000),
    "a needless escape": lambda text: text.replace(b'"rain"', b'"r\\u0061in"'),
    "NaN": lambda text: text.replace(b'"private": 0', b'"private": NaN'),
    "NaN in the header": lambda text: re.sub(rb'"made": "[^"]+"', b'"made": NaN', text),
    "nothing": lambda text: b"",
    "zeros": lambda text: bytes(1000),
}


@pytest.mark.parametrize("garble", GARBLED.values(), ids=GARBLED)
def test_what_is_spelt_otherwise_is_one_line_and_no_pass(
    db: sqlite3.Connection, tmp_path: Path, garble: Callable[[bytes], bytes]
) -> None:
    """What two readers could read in two ways is not read at all."""
    plain(db)
    good = exported(db, tmp_path / "good.jsonl").read_bytes()
    path = tmp_path / "garbled.jsonl"
    path.write_bytes(garble(good))
    assert good != path.read_bytes()
    status, says = check(path)
    assert 1 == status
    assert says.startswith(f"{path}: position ")


def test_files_that_cannot_be_read_are_named(db: sqlite3.Connection, tmp_path: Path) -> None:
    """A record, a seal or an older export that is not there: one line, and no pass."""
    plain(db)
    good, gone = exported(db, tmp_path / "good.jsonl"), tmp_path / "gone"
    assert check(gone)[1].startswith(f"{gone}: ")
    for arguments in ([gone], [good, gone], [good, "--extends", gone], [tmp_path]):
        assert 1 == check(*arguments)[0]
        assert str(arguments[-1]) in check(*arguments)[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("positions 4", "positions 5"),
        ("positions 4", "positions 3"),
        ("positions 4", "positions 0"),
        ("forecasts 1", "forecasts 2"),
        ("resolutions 0\n", ""),
        ("seal 1", "seal 2"),
        ("head ", "head 0"),
        ("\nquestions", "\nforecast seal 1\nquestions"),
    ],
)
def test_a_seal_of_something_else_is_found(
    db: sqlite3.Connection, tmp_path: Path, old: str, new: str
) -> None:
    """The same that `verify --against` finds."""
    plain(db)
    text = seals.text(seals.taken(db, NOW))
    seal, record = tmp_path / "seal", exported(db, tmp_path / "r.jsonl")
    seal.write_text("> " + text.replace("\n", "\r\n> "))
    assert 0 == check(record, seal)[0]
    assert old in text
    seal.write_text(text.replace(old, new))
    status, says = check(record, seal)
    assert 1 == status
    assert says.startswith(f"{seal}: ")
    seal.write_text(text + text.replace("positions 4", "positions 3"))
    assert 1 == check(record, seal)[0]


# The checker itself, and the page that says what it checks.


def test_the_checker_runs_alone(db: sqlite3.Connection, tmp_path: Path) -> None:
    """In an interpreter that sees nothing of ours, from whatever folder: 0 or 1, and one line."""
    plain(db)
    path = exported(db, tmp_path / "r.jsonl")
    command = [sys.executable, "-I", str(CHECKER), str(path)]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)
    assert (0, b"") == (done.returncode, done.stderr)
    assert b"4 positions hold, 0 of them hidden, 0 redacted\n" == done.stdout
    path.write_bytes(path.read_bytes()[:-1])
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)
    assert (1, b"") == (done.returncode, done.stdout)
    assert b"r.jsonl: position 4: its spelling is off\n" in done.stderr


def test_the_checker_is_small_and_stands_alone() -> None:
    """Under 120 lines, the standard library only, nothing of ours."""
    text = CHECKER.read_text("utf-8")
    assert 120 > len(text.splitlines())
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, flags=re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


def test_the_checker_knows_the_tables() -> None:
    """Which there are, and which of them have texts."""
    known = runpy.run_path(str(CHECKER))
    plain_ones = {table for table, (_, texts) in PARTS.items() if not texts}
    assert plain_ones == set(known["PLAIN"])
    assert set(PARTS) == {*known["PLAIN"], *known["OTHERS"], "forecasters"}
    assert seals.COUNTED == known["COUNTED"]


def blocks(kind: str) -> list[str]:
    """Give the page's blocks of a kind, each without its last line feed."""
    return re.findall(rf"```{kind}\n(.*?)\n```", PAGE, flags=re.DOTALL)


def test_the_page_names_every_column() -> None:
    """What is a fact and what a text, of each table, is what digests are taken of."""
    listed = {
        table: tuple(tuple(re.findall(r"`(\w+)`", cell)) for cell in cells)
        for table, *cells in re.findall(r"^\| `(\w+)` \| (`.*) \| (`.*|–) \|$", PAGE, re.MULTILINE)
        if table in PARTS
    }
    expected = {table: tuple(map(ordered, parts)) for table, parts in PARTS.items()}
    assert expected == listed


def test_the_page_is_about_the_files_there_are(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its record and its seal are those that the program makes, and the checker passes them."""
    (record,) = blocks("json")
    seal, *_ = blocks("text")
    lines = [json.loads(line) for line in record.splitlines()]
    salts = iter(one[key] for one in lines[1:] for key in ("salt", "text_salt") if key in one)
    chance = SimpleNamespace(urandom=lambda n: bytes.fromhex(next(salts, "00" * n)))
    monkeypatch.setattr(chain, "os", chance)
    made = datetime(2026, 5, 4, 12, tzinfo=UTC)
    recording = Recording(at=made, by="ann")
    opened, deadline = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    asked = Question(id="rain", title="Will it rain?", opened_at=opened, deadline=deadline)
    append.add_question(db, asked, recording)
    said = Forecast(
        question="rain", forecaster="ann", made_at=made, probability=0.07, note="dry in May"
    )
    append.record_forecast(db, said, recording)
    assert record.splitlines()[1:5] == list(record_lines(db, made))[1:]
    append.record_forecast(db, replace(said, private=True), recording)
    keys = [set(json.loads(line)) for line in record_lines(db, made)]
    assert keys == [set(one) for one in lines]
    (tmp_path / "r.jsonl").write_text(record + "\n", "utf-8")
    (tmp_path / "seal").write_text(seal)
    says = "5 positions hold, 1 of them hidden, 0 redacted"
    assert (0, says) == check(tmp_path / "r.jsonl", tmp_path / "seal")


def test_the_digests_on_the_page_are_real() -> None:
    """Worked out from its own blocks, as it says: two digests and the hash that rests on them."""
    (record,) = blocks("json")
    third, fourth = (json.loads(record.splitlines()[number]) for number in (3, 4))
    _, facts, texts, linked = blocks("text")
    for text, salt, wanted in (
        (facts, fourth["salt"], fourth["digest"]),
        (texts, fourth["text_salt"], fourth["text_digest"]),
        (linked, "", fourth["hash"]),
    ):
        assert wanted == hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()
        assert f"`{salt}`" in PAGE or not salt
        assert f"`{wanted}`" in PAGE
    assert json.loads(facts) == fourth["facts"]
    assert third["hash"] == linked.splitlines()[2]
