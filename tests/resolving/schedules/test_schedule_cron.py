"""The crontab: what we write there, and that nothing else changes."""

import dataclasses
import os
import re
import subprocess
from datetime import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecast.model import ForecastError
from forecast.resolving.schedules.cron import block, with_block, without_block, word
from forecast.resolving.schedules.job import Job

JOB = Job(python="/venv/bin/python", database="/x.db", forecaster="ann", at=time(7))
NASTY = '/tmp/it\'s 100% "sure" \\% \\\\ $HOME `id` ~ ä 日本 !*;&|<>(){}[]#.db'

#: What a path may hold: anything that is no control character.
VALUES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
    min_size=1,
) | st.text(st.sampled_from("%'\\ \"ab$"), min_size=1)


def as_cron_reads(line, two_make_one):
    r"""Give the command of a line as cron hands it on: `\%` is `%`, a bare `%` ends it.

    Some crons (FreeBSD's, macOS's) make one backslash of two as well.
    """
    escapes = r"\\([%\\])" if two_make_one else r"\\(%)"
    pattern = rf"{escapes}|(\\.)|(%.*)|([^\\%])"
    parts = re.findall(pattern, line, re.DOTALL)
    return "".join(escaped or pair or plain for escaped, pair, _, plain in parts)


READINGS = {
    "vixie": lambda line: as_cron_reads(line, two_make_one=False),
    "freebsd": lambda line: as_cron_reads(line, two_make_one=True),
    "busybox": lambda line: line,
}


def through_the_shell(command):
    """Give the words that `sh` makes of a command's words."""
    ran = subprocess.run(
        ["sh", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True, cwd="/"
    )
    return os.fsdecode(ran.stdout).split("\0")[:-1]


@pytest.mark.parametrize("reading", READINGS)
@given(st.lists(VALUES, min_size=1, max_size=3))
@example([NASTY, "100%", "a\\%b", "\\", "\\\\", "%", "'", "\\'"])
def test_any_word_survives_cron_and_the_shell(reading, values):
    """Blanks, quotes, percent signs, backslashes and all letters, in every cron there is."""
    line = " ".join(word(value) for value in values)
    assert values == through_the_shell(READINGS[reading](line))


def test_block_of_a_job():
    """A marked block of four lines that says how to be rid of it."""
    assert (
        "# BEGIN forecast check /x.db\n"
        "# Written by forecast schedule; to change it, run forecast schedule install again, "
        "or remove.\n"
        "0 7 * * * /venv/bin/python -P -m forecast --db /x.db --as ann check\n"
        "# END forecast check /x.db\n"
    ) == block(JOB).decode()


def test_environment_is_carried():
    """Where the config lies, if it is not where everybody has it."""
    job = dataclasses.replace(JOB, environment=(("XDG_CONFIG_HOME", "/a b"),))
    assert "0 7 * * * XDG_CONFIG_HOME='/a b' /venv" in block(job).decode()


@given(st.binary() | st.text(st.sampled_from("# *\n\r\tabé")).map(str.encode))
@example(b"")
@example(b"0 1 * * * x")
@example(b"\n")
@example(b"MAILTO=me\n0 1 * * * x\n\n\n")
def test_install_then_remove_gives_back_every_byte(others):
    """Whatever stands in the crontab, with or without a last line break."""
    installed = with_block(others, JOB)
    assert others == without_block(installed, JOB.database)
    assert installed == with_block(installed, JOB)


@given(st.binary(), st.binary(), st.booleans())
def test_two_trackers_do_not_meet(before, after, second_first):
    """Each takes its own block and leaves the other's."""
    other = dataclasses.replace(JOB, database="/y.db", at=time(8))
    crontab = with_block(before, JOB) + after
    both = with_block(crontab, other)
    first, second = (other, JOB) if second_first else (JOB, other)
    without = without_block(without_block(both, first.database), second.database)
    # A line break stays where something follows it.
    assert without in (before + after, before + b"\n" + after)
    assert crontab == without_block(both, other.database)


def test_new_time_replaces_the_old_in_its_place():
    """What the user wrote below stays below."""
    crontab = with_block(b"A=1\n", JOB) + b"B=2\n"
    changed = with_block(crontab, dataclasses.replace(JOB, at=time(18, 30)))
    assert crontab.replace(b"0 7 * * *", b"30 18 * * *") == changed


def test_line_break_that_was_added_stays_where_lines_follow():
    """Else the user's next line would join the one before."""
    crontab = with_block(b"0 1 * * * x", JOB) + b"0 2 * * * y\n"
    assert b"0 1 * * * x\n0 2 * * * y\n" == without_block(crontab, JOB.database)


def test_block_without_its_job_is_ours_still():
    """Somebody commented it out, or deleted the line: it is replaced."""
    whole = with_block(b"", JOB)
    for damaged in (whole.replace(b"\n0 7", b"\n#0 7"), re.sub(rb"\n0 7.*", b"", whole)):
        assert whole == with_block(damaged, JOB)
        assert b"" == without_block(damaged, JOB.database)


BLOCK = block(JOB)
BEGIN, HOW, LINE, END = BLOCK.splitlines(keepends=True)


@pytest.mark.parametrize(
    "crontab",
    [
        BEGIN + HOW + LINE,
        HOW + LINE + END,
        BEGIN + b"0 1 * * * mine\n",
        END + BEGIN,
        BLOCK + BLOCK,
        BEGIN + LINE + b"0 1 * * * mine\n" + END,
        BEGIN + LINE + b"MAILTO=me\n" + END,
        BEGIN + b"0 1 * * * mine\n" + END,
        BEGIN + LINE + LINE + END,
        BEGIN + block(dataclasses.replace(JOB, database="/y.db")) + END,
        BEGIN + BLOCK,
    ],
)
def test_damaged_block_is_refused(crontab):
    """Rather than eat what others may have written into it."""
    for change in (
        lambda: with_block(b"A=1\n" + crontab, JOB),
        lambda: without_block(b"A=1\n" + crontab, JOB.database),
    ):
        with pytest.raises(ForecastError, match=r"damaged.*crontab -e"):
            change()
