"""Bad input: one line that says what was wrong, and a tracker that is the same to the byte."""

import ctypes
import os
import subprocess
import sys

import pytest

MISSPELT = """\
[[question]]
id = "a"
title = "A?"
opened = 2026-05-01
deadline = 2026-06-01

[[question]]
id = "b"
title = "B?"
opened = 2026-05-01
deadlin = 2026-06-01
"""
TOO_EARLY = """\
[[question]]
id = "c"
title = "C?"
opened = 2026-05-01
deadline = 2026-06-01

[[question.forecast]]
forecaster = "Al"
at = 2026-04-01
probability = "7%"
"""
#: Arguments ({here} is the folder with the files below), exit status, a part of the message.
TABLE = [
    ("predict rain-1 150%", 2, "'150%' is above 100%"),
    ("predict rain-1 -0.1", 2, "'-0.1' is below 0%"),
    ("predict rain-1 nan", 2, "'nan' is not between"),
    ("predict rain-1 banana", 2, "'banana' is not a probability"),
    ("predict rain-1 0", 2, "'0' is ambiguous"),
    ("predict rain-1 1", 2, "'1' is ambiguous"),
    ("predict rain-1 7% --at 2026-05-05", 2, "in the future"),
    ("predict rain-1 7% --at 2026-05-01", 2, "before 'rain-1' opened"),
    ("predict rain-1 7% --at 01/02/2023", 2, "--at: '01/02/2023' could be"),
    ("predict rain-1", 2, "missing argument 'PROB': see forecast predict --help"),
    ("predict rain-1 7% --nte x", 2, "no such option: --nte: see forecast predict --help"),
    ("predict --nte x rain-1 7%", 2, "no such option: --nte"),
    ("predict rain 7%", 1, "'rain' could be 2 questions: rain-1, rain-2"),
    ("predict snow 7%", 1, "no question's id begins with 'snow'"),
    ("predict rain-11 7%", 1, "did you mean rain-1"),
    ("predict @empty 7%", 1, "no id was given"),
    ("show rain", 1, "could be 2 questions"),
    ("dump snow", 1, "no question's id begins with 'snow'"),
    ("add X --by 2026-05-03", 2, "deadline: 2026-05-03 has passed"),
    ("add X --by 01/02/2027", 2, "'01/02/2027' could be"),
    ("add X --by may", 2, "'may' is not one day"),
    ("add X --by 9999-01-01", 2, "9998"),
    ("add X", 2, "a question needs a deadline"),
    ("add", 2, "a question needs a TITLE"),
    ("add @empty --by +3d", 2, "title: is empty"),
    ("add X --by +3d -p -0.1", 2, "'-0.1' is below 0%"),
    ("add X --by +3d --note why", 2, "--note goes with -p"),
    ("add X --by +3d --id Bad_Id", 2, "id: 'Bad_Id' is not an id"),
    ("add X --by +3d --id rain-1", 1, "there is a question 'rain-1' already"),
    ("add X --by +3d --known-by tomorrow", 2, "known_by: is before the deadline"),
    ("add X --by +3d --known-by banana", 2, "--known-by: 'banana'"),
    ("add X --by +3d --timezone Mars/Base", 2, "Mars/Base"),
    ("add X --by +3d --type dream", 2, "dream"),
    ("add X --by +3d --type choice --option A", 2, "options: a choice needs two or more"),
    ("edit rain-1 --by 2026-08-01", 1, "--change-meaning"),
    ("edit rain-1 --opened 2026-07-01 --change-meaning", 2, "deadline"),
    ("resolve rain-1 maybe", 2, "outcome: 'maybe' is none of yes, no, annulled"),
    ("resolve rain-1 annulled", 2, "reason: an annulment needs one of"),
    ("resolve rain-1 no --known 2026-05-05", 2, "in the future"),
    ("resolve rain-1 no --known 2020-01-01", 2, "before 'rain-1' opened"),
    ("resolve rain-1 no --known may", 2, "--known: 'may'"),
    ("resolve rain-1 annulled --reason boredom", 2, "boredom"),
    ("withdraw rain-1 --as Eve", 1, "Eve has no forecast"),
    ("retract rain-1 --n 9", 1, "no forecast 9"),
    ("retract rain-1 --n 0", 2, "0 is not in the range"),
    ("comment rain-1 @empty", 2, "text: is empty"),
    ("forecaster rename Eve Eva", 1, "nobody is called 'Eve'"),
    ("forecaster merge Eve ann", 1, "nobody is called 'Eve'"),
    ("forecaster", 2, "missing command: see forecast forecaster --help"),
    ("lst", 2, "no such command 'lst', did you mean 'list'?"),
    ("--nosuch", 2, "no such option"),
    ("list --tagg x", 2, "no such option"),
    ("list --status gone", 2, "gone"),
    ("list extra", 2, "extra"),
    ("list --as @empty", 2, "'--as': is empty"),
    ("predict rain-1 7% --db @empty", 2, "'--db': is empty"),
    ("demo --json", 2, "no --json"),
    ("demo --keep {here}/junk.db", 1, "exists already"),
    ("load {here}/misspelt.toml", 1, "misspelt.toml:11: unknown key 'deadlin': did you mean"),
    ("load {here}/early.toml", 1, "is before 'c' opened"),
    ("load {here}/latin.toml", 1, "latin.toml:2: is not UTF-8"),
    ("load {here}/empty.toml", 1, "holds no question"),
    ("load {here}", 1, "is a folder"),
    ("load {here}/none.toml", 1, "none.toml cannot be read"),
    ("load", 2, "missing argument 'FILE"),
    ("list --db {here}", 1, "is a folder, not a database"),
    ("list --db {here}/junk.db", 1, "junk.db is not a tracker"),
    ("predict rain-1 7% --db {here}/junk.db", 1, "junk.db is not a tracker"),
    ("add X --by +3d --db {here}/none/x.db", 1, "there is no folder"),
    ("list --db ~nobody-of-that-name/x.db", 1, "no such home folder"),
]


@pytest.fixture
def here(forecast, tmp_path):
    """Two questions in the tracker, and a folder of files that cannot be taken in."""
    for number in (1, 2):
        ask = ("add", f"Rain {number}?", "--by", "2026-06-01", "--id", f"rain-{number}")
        forecast(*ask, "-p", "30%")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "misspelt.toml").write_text(MISSPELT)
    (folder / "early.toml").write_text(TOO_EARLY)
    (folder / "latin.toml").write_bytes(b'[[question]]\nid = "caf\xe9"\n')
    (folder / "empty.toml").write_bytes(b"")
    (folder / "junk.db").write_bytes(b"no database at all, but long enough for a header" * 50)
    return folder


@pytest.mark.parametrize(("line", "status", "part"), TABLE, ids=[row[0] for row in TABLE])
def test_bad_input_is_one_line_and_changes_nothing(forecast, here, line, status, part):
    """Exit 2 for what was typed wrongly, 1 for what could not be done; no traceback."""
    before = forecast("dump").out
    files = sorted(here.iterdir())
    arguments = [
        "" if word == "@empty" else word.replace("{here}", str(here)) for word in line.split()
    ]
    ran = forecast(*arguments)
    assert (status, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert (True, True) == (ran.err.startswith("Error: "), part in ran.err), ran.err
    assert (before, files) == (forecast("dump").out, sorted(here.iterdir()))


@pytest.mark.parametrize("now", ["banana", "01/02/2023", "2026-13-01"])
def test_a_clock_that_cannot_be_read(forecast, now):
    """FORECAST_NOW is named, so that one knows where to look."""
    ran = forecast("list", now=now)
    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert ran.err.startswith("Error: FORECAST_NOW: ")


def test_what_needs_a_question_makes_no_database(forecast, tmp_path):
    """A slip in --db leaves no empty tracker behind."""
    missing = str(tmp_path / "slip.db")
    for command in (
        ("predict", "rain", "7%"),
        ("withdraw", "rain"),
        ("retract", "rain"),
        ("resolve", "rain", "no"),
        ("edit", "rain", "--title", "X"),
        ("comment", "rain", "x"),
        ("forecaster", "rename", "a", "b"),
        ("list",),
        ("check",),
        ("report",),
        ("dump",),
        (),
    ):
        assert forecast("--db", missing, *command).status in (0, 1)
    assert [] == list(tmp_path.glob("slip*"))


def test_read_only_folder(tmp_path):
    """A person without the right to write is told so in one line."""
    if os.geteuid() == 0 and sys.platform != "linux":
        pytest.skip("root may write anywhere, and only Linux lets it give that up")
    tmp_path.chmod(0o555)
    ran = subprocess.run(
        [sys.executable, "-m", "forecast", "add", "X?", "--by", "+3d"],
        text=True,
        capture_output=True,
        preexec_fn=_obey_permissions if os.geteuid() == 0 else None,
    )
    tmp_path.chmod(0o755)
    assert (1, "", 1) == (ran.returncode, ran.stdout, ran.stderr.count("\n")), ran.stderr
    assert (True, True) == (ran.stderr.startswith("Error: "), str(tmp_path) in ran.stderr)


def _obey_permissions():
    """Give up root's right to write where it may not (CAP_DAC_OVERRIDE)."""
    ctypes.CDLL(None).prctl(24, 1)  # PR_CAPBSET_DROP
