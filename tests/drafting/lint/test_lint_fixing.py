"""`--fix`: the values changed, every other byte as it was."""

import tomllib

import pytest

from forecast.drafting.lint.engine import lint, sheet_of
from forecast.drafting.lint.fixing import fixed
from forecast.drafting.lint.registry import BY_CODE
from forecast.model import ForecastError

FILE = '''\
# A file with everything that a writer of TOML would lose.
[[question]]
id   =   "treaty"   # aligned by hand
title = 'will Norway ratify  it by 2027'  # quotes as they were
opened = 2026-01-10
deadline = 2027-12-31
criteria = """
Yes if the Storting consents before 2028. \\
  No otherwise; its record decides."""
sources = ["www.stortinget.no", # first
    'www.un.org/treaties',]
tags = [ "seas", "Seas", "law",
  "LAW", # twice
]
[question . "article"]
title = "Seas"
'''
ALL = frozenset(BY_CODE)


def fix(text: str, codes: frozenset[str] = ALL) -> str:
    """The text as it should be."""
    data, _ = fixed(text.encode(), "f.toml", codes, lambda question: None)
    return data.decode()


def test_only_the_values_change() -> None:
    """Comments, blanks, quotes and order stay; several fixes of one value follow each other."""
    expected = (
        FILE.replace(
            "'will Norway ratify  it by 2027'", "'Will Norway ratify it by the end of 2027?'"
        )
        .replace('"www.stortinget.no"', '"https://www.stortinget.no"')
        .replace("'www.un.org/treaties'", "'https://www.un.org/treaties'")
        .replace('"seas", "Seas", "law",\n  "LAW", # twice', '"seas", "law", # twice')
    )
    assert expected == fix(FILE)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_fixing_twice_is_fixing_once(newline: str, bom: str) -> None:
    """Whatever its line ends, and with a byte order mark."""
    text = bom + FILE.replace("\n", newline)
    once = fix(text)
    assert once != text
    assert once.startswith(bom)
    assert once == fix(once)
    assert once.count(newline) >= text.count("\n") - 1
    fixable = lint([sheet_of(once.encode(), "f.toml", lambda question: None)])
    assert [] == [one for one in fixable if one.edit]


def test_only_the_wanted_rules_are_mended() -> None:
    """And what a comment hides stays as it is."""
    assert FILE.replace("'www.un.org/treaties'", "'https://www.un.org/treaties'").replace(
        '"www.stortinget.no"', '"https://www.stortinget.no"'
    ) == fix(FILE, frozenset({"Q105"}))
    hidden = FILE.replace("# first", "# lint: ignore Q105 as printed")
    assert hidden == fix(hidden, frozenset({"Q105"}))


def test_every_fix_that_a_rule_promises_mends_its_bad_example() -> None:
    """And nothing is left for it to do."""
    from forecast.drafting.lint.examples import whole_file

    promised = [rule for rule in BY_CODE.values() if rule.fix]
    assert ["Q105", "Q106", "Q207", "Q301", "Q311"] == [rule.code for rule in promised]
    for rule in promised:
        text = whole_file(rule.bad)
        if rule.code == "Q301":  # its example has no question to put a mark to
            text = text.replace("Norway's parliament approves", "Will Norway approve")
        sheet = sheet_of(fix(text).encode(), "f.toml", lambda question: None)
        assert rule.code not in {one.code for one in lint([sheet])}


def test_a_title_with_odd_characters_survives() -> None:
    """Quotes, backslashes and signs are written so that they read back."""
    for title in (
        'Will "x\\y" end  by 30 June 2027',
        "Will 'it' – ünïcode 😀 \U000d8000\u200b  end by 30 June 2027",
    ):
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        after = fix(FILE.replace("'will Norway ratify  it by 2027'", f'"{quoted}"'))
        said = tomllib.loads(after)["question"][0]["title"]
        assert f"{title.replace('  ', ' ')}?" == said


def test_what_cannot_be_read_is_left_alone() -> None:
    """A file that would not load has nothing to mend."""
    broken = FILE.replace("deadline", "deadlin")
    assert broken == fix(broken)


def test_a_fix_that_would_spoil_the_file_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a rule ever propose one."""
    monkeypatch.setattr("forecast.drafting.lint.fixing._quoted", lambda value, quote: '""')
    with pytest.raises(ForecastError, match=r"f.toml: a fix would spoil the file"):
        fix(FILE)


def test_a_link_that_is_there_already_is_not_written_twice() -> None:
    """One thing named twice would not load: that is for a person to put right."""
    text = FILE.replace("'www.un.org/treaties'", '"https://www.stortinget.no"')
    assert text == fix(text, frozenset({"Q105"}))


def test_a_draft_can_be_mended() -> None:
    """What is open stays open."""
    draft = FILE.replace("sources = [", 'event = "x"\nsources = ["?", ').replace(
        '"Seas"\n', '"?"\n'
    )
    assert '["?", "https://www.stortinget.no"' in fix(draft)
