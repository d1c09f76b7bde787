"""What people typed never reaches a terminal as anything but text."""

import json
import unicodedata

import pytest

#: An escape sequence, a C1 control, marks that turn text around, and one that is invisible.
EVIL = "a\x1b[31mb\x9bc\u202ed\u2066e\u200ff\u061cg\x07h\x7fi"


def raw(text):
    """The characters of a text that a terminal would act upon."""
    return {
        character
        for character in text
        if character != "\n"
        and (
            unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in BIDI
        )
    }


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.fixture
def evil(forecast, monkeypatch):
    """A tracker in which every text steers a terminal."""
    monkeypatch.setenv("FORECAST_AS", EVIL)
    described = ("--criteria", f"{EVIL}\n\n{EVIL}", "--source", EVIL, "--tag", EVIL)
    ask = ("add", EVIL, "--event", EVIL, *described)
    forecast(*ask, "--by", "2026-05-05", "--id", "due", "-p", "7%", "--note", EVIL)
    forecast(*ask, "--by", "2026-05-05", "--id", "done", "-p", "7%")
    kind = ("--type", "choice", "--option", EVIL, "--option", "b")
    forecast(*ask, "--by", "2026-06-09", "--id", "pick", *kind)
    forecast(*ask, "--by", "2026-06-09", "--id", "open", "-p", "7%")
    forecast("comment", "due", f"{EVIL}\n{EVIL}")
    forecast("resolve", "done", "no", "--evidence", EVIL, "--note", EVIL, now="2026-05-06T12:00Z")


COMMANDS = [
    (),
    ("list",),
    ("show", "due"),
    ("show", "done"),
    ("show", "pick"),
    ("check",),
    ("report",),
    ("dump",),
    ("forecaster", "list"),
    ("add", EVIL, "--by", "+3d"),
    ("add", EVIL, "--by", "+3d", "-p", "7%", "--as", EVIL),
    ("edit", "due", "--title", EVIL + "!"),
    ("comment", "due", EVIL),
    ("predict", "open", "8%", "--as", EVIL + "2"),
    ("withdraw", "open"),
    ("retract", "open"),
    ("resolve", "due", "no"),
    ("resolve", "done", "annulled", "--reason", "void", "--note", EVIL),
    ("resolve", "pick", EVIL),
    ("forecaster", "rename", EVIL, EVIL + "2"),
]
ERRORS = [
    (EVIL,),
    ("list", f"--{EVIL}"),
    ("list", EVIL),
    ("list", "--status", EVIL),
    ("show", EVIL),
    ("dump", EVIL),
    ("load", EVIL),
    ("predict", "open", EVIL),
    ("predict", "open", "7%", "--at", EVIL),
    ("predict", "open", f"--{EVIL}"),
    ("resolve", "due", EVIL),
    ("withdraw", "pick", "--as", EVIL + "3"),
    ("add", "X", "--by", EVIL),
    ("add", "X", "--by", "+3d", "--id", EVIL),
    ("add", "X", "--by", "+3d", "--timezone", EVIL),
    ("forecaster", "rename", EVIL + "3", "x"),
    ("forecaster", "merge", EVIL + "3", "x"),
    ("add", "X", "--by", "+3d", "--db", f"/{EVIL}/x.db"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[:1])
def test_no_command_prints_it_raw(forecast, evil, command):
    """Neither as text nor, escaped by JSON to plain ASCII, as data."""
    ran = forecast(*command)
    assert (0, "", set()) == (ran.status, ran.err, raw(ran.out))
    if command[:1] not in (("retract",), ("withdraw",), ("forecaster",)):
        said = forecast(*command, "--json")
        assert (True, set()) == (said.out.isascii(), raw(said.out))
        json.loads(said.out)


@pytest.mark.parametrize("command", ERRORS, ids=lambda command: command[:1])
def test_no_error_prints_it_raw(forecast, evil, command):
    """An error is one line of plain text, whatever it quotes."""
    ran = forecast(*command)
    assert (True, "", 1, set()) == (
        ran.status in (1, 2),
        ran.out,
        ran.err.count("\n"),
        raw(ran.err),
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x85", "\x0b"])
def test_a_title_is_one_line(forecast, end):
    """A line end in a title becomes a blank, as one pasted from a page does."""
    forecast("add", f"Will it{end}rain?", "--by", "+3d", "--id", "r")
    assert "Will it rain?" == forecast("show", "r", "--json").json["title"]
    assert 2 == forecast("edit", "r", "--title", f"a{end}b").status
