"""The program as the shell runs it: terminals, pipes, colour, Ctrl-C."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FULL = Path("/dev/full")
PROGRAM = (sys.executable, "-m", "forecast")


def on_terminal(*arguments, typed="", columns=80, **environment):
    """Run the program on a terminal of its own; give exit status and what the terminal got."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    # COLUMNS would say more than the terminal itself.
    inherited = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        env={**inherited, "TERM": "xterm-256color", **environment},
    )
    os.close(theirs)
    got, lines, last = b"", typed.splitlines(keepends=True), b""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not select.select([ours], [], [], 1)[0]:
            # Ctrl-C just before input() waits is lost on Python: a person presses it again.
            os.write(ours, last if last in (b"\x03", b"\x04") else b"")
            continue
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        got += part
        if lines and got.endswith(b": "):
            last = lines.pop(0).encode()
            os.write(ours, last)
    os.close(ours)
    return process.wait(10), got.decode().replace("\r\n", "\n")


@pytest.fixture
def tracker(forecast):
    """A question in 20 years' rain, open, and one resolved."""
    title = "Will it rain in a place whose name is so long that it fills a line of a terminal?"
    forecast("add", title, "--by", "2026-06-01", "--id", "rain", "-p", "30%")
    forecast("add", "Snow?", "--by", "2026-05-05", "--id", "snow", "-p", "30%", "--as", "C" * 40)
    forecast("resolve", "snow", "no", now="2026-05-06")


def test_colour_on_a_terminal_only(tracker):
    """Bold headings there; with NO_COLOR and in pipes not one escape."""
    bold = "\x1b[1m"
    assert bold in on_terminal("show", "rain")[1]
    for command in (("show", "rain"), ("report",), ()):
        assert "\x1b" not in on_terminal(*command, NO_COLOR="1")[1]
        piped = subprocess.run([*PROGRAM, *command], capture_output=True, text=True)
        assert (0, False) == (piped.returncode, "\x1b" in piped.stdout + piped.stderr)


def test_long_titles_fold_on_a_narrow_terminal(tracker):
    """Below their row, within its width; a wide one has a line per question."""
    narrow, wide = on_terminal("list")[1], on_terminal("list", columns=200)[1]
    assert "rain  open  2026-06-01  30 %\n    Will it rain in a place" in narrow
    assert "rain  open  2026-06-01  30 %  Will it rain in a place" in wide
    for command in (("list",), ("report",)):
        lines = re.sub("\x1b[^m]*m", "", on_terminal(*command)[1]).splitlines()
        assert [] == [line for line in lines if len(line) > 80]


def test_add_without_a_title_asks(tracker):
    """And asks again after an answer it cannot read; what was given is not asked."""
    typed = "\nWill it hail?\nmay\n2020-01-01\n+30d\n\na, b,a\nbanana\nlikely\nclouds\n"
    status, out = on_terminal("add", "--criteria", "Ice falls.", typed=typed)
    assert 0 == status, out
    for complaint in ("needs an answer", "'may' is not one day", "has passed", "'banana' is not"):
        assert complaint in out
    assert "What counts" not in out
    shown = subprocess.run([*PROGRAM, "show", "hail"], capture_output=True, text=True).stdout
    assert "  tags      a, b\n" in shown
    assert "ann: 67.5 % ('likely') — clouds\n" in shown
    assert "\nhail: Will it hail?\nCloses 2026-06-05 23:59 UTC.\nYou say 67.5 %" in out


def test_interrupted_question_records_nothing(tracker):
    """Ctrl-C, or the end of input, is one line and exit 1."""
    for key in ("\x03", "\x04"):
        status, out = on_terminal("add", typed=key)
        (line,) = [line for line in out.splitlines() if line.startswith("Error: ")]
        assert (1, "Error: broken off: nothing more was recorded") == (status, line)
    assert 2 == len(subprocess.run([*PROGRAM, "list"], capture_output=True).stdout.splitlines())


def test_interrupted_command(tracker):
    """A command that waits is broken off by Ctrl-C without a traceback."""
    process = subprocess.Popen(
        [*PROGRAM, "load", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert (1, "Error: broken off: nothing more was recorded") == (process.returncode, err.rstrip())


def test_closed_pipe_is_quiet(forecast):
    """`forecast list | head -1` is no failure, however much there is to list."""
    forecast("load", "china-russia-2022")
    for command in (["list"], ["dump"], ["report"], ["list", "--json"], ["show", "china-lethal"]):
        reader, writer = os.pipe()
        os.close(reader)
        ran = subprocess.run([*PROGRAM, *command], stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        assert (0, b"") == (ran.returncode, ran.stderr)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_full_disk_behind_standard_output(tracker):
    """It is one line, not a complaint of the interpreter's at its end."""
    for command in (["list"], ["dump"], ["report"]):
        with FULL.open("w") as full:
            ran = subprocess.run([*PROGRAM, *command], stdout=full, stderr=subprocess.PIPE)
        assert (1, b"Error: No space left on device\n") == (ran.returncode, ran.stderr)


def test_letters_that_the_output_cannot_write(tracker):
    """An old terminal's encoding gets escapes, not a traceback."""
    ran = subprocess.run(
        [*PROGRAM, "comment", "rain", "雨…"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        text=True,
    )
    assert (0, "") == (ran.returncode, ran.stderr)
    assert "ann: \\u96e8\\u2026\n" in ran.stdout
