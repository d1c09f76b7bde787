"""Words of probability on the command line: `words`, --lexicon, the config, what is refused."""

import sys

import pytest

from forecast.reading.lexicon import LEXICON_KEYS, LEXICONS

QUESTION = """[[question]]
id = "rain"
title = "Will it rain?"
opened = 2026-05-01
deadline = 2026-06-01

[[question.forecast]]
forecaster = "Bob"
at = 2026-05-02
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write the user's config file."""
    if sys.platform == "darwin":
        pytest.skip("there the folder does not follow XDG_CONFIG_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config" / "forecast" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def rain(forecast):
    """Ask a question."""
    assert 0 == forecast("add", "Will it rain?", "--by", "2026-12-31", "--id", "rain").status


def kept(forecast, id_="rain"):
    """What the tracker has of the last forecast."""
    last = forecast("show", id_, "--json").json["forecasts"][-1]
    return [last[name] for name in ("probability", "words", "range", "lexicon")]


def test_words_prints_every_table(forecast):
    """Each lexicon with its source and year, each of its phrases, and what is beyond them."""
    ran = forecast("words")
    assert (0, "") == (ran.status, ran.err)
    squeezed = " ".join(ran.out.split())
    for lexicon in LEXICONS.values():
        assert lexicon.name in ran.out
        assert lexicon.author in squeezed
        assert str(lexicon.year) in ran.out
        assert lexicon.url in ran.out
        for phrase in lexicon.by_phrase:
            assert phrase in ran.out
    assert "ICD 203 (2015): --lexicon icd203, and where none is named" in ran.out
    assert "Common phrases (2026)" in ran.out
    assert "Vague words (2026)" in ran.out


def test_words_of_one_lexicon(forecast):
    """That one alone, by its key or its name."""
    ran = forecast("words", "--lexicon", "kent")
    assert ran.out == forecast("words", "--lexicon", "Kent (1964)").out
    (row,) = [line.partition(";")[0].split() for line in ran.out.splitlines() if "93 %" in line]
    assert ["93", "%", "87", "to", "99", "%", "almost", "certain"] == row
    assert "PHIA" not in ran.out
    assert "Vague" not in ran.out


def test_words_json(forecast):
    """Numbers in percent, as published; how the point was chosen; which is the default."""
    shaped = forecast("words", "--json").json
    assert "icd203" == shaped["default"]
    assert list(LEXICON_KEYS) == [one["key"] for one in shaped["lexicons"]]
    assert ["phrases", "modals"] == [one["key"] for one in shaped["beyond"]]
    (kent,) = forecast("words", "--lexicon", "kent", "--json").json["lexicons"]
    assert (1964, "Sherman Kent", 1) == (kent["year"], kent["author"], kent["version"])
    probable = next(one for one in kent["entries"] if "probable" in one["phrases"])
    assert (63, 87, 75) == (probable["low"], probable["high"], probable["point"])


def test_words_reads_a_phrase_under_each_lexicon(forecast):
    """Side by side, with the rule and what is odd."""
    ran = forecast("words", "almost", "probably", "not")
    lines = ran.out.splitlines()
    assert "'almost probably not'" == lines[0]
    assert list(LEXICON_KEYS) == [line.split()[0] for line in lines[1:6]]
    assert "  icd203  32.5 %  1 % to 45 %  " in lines[1]
    assert all("'almost' widens the range" in line for line in lines[1:6])
    assert lines[6].startswith("Odd: 'almost' goes with certainty")
    assert 7 == len(lines)


def test_words_json_of_a_phrase(forecast):
    """A reading for each lexicon; null with a reason where it has none."""
    shaped = forecast("words", "virtually certain", "--json").json
    assert "virtually certain" == shaped["phrase"]
    by = {row["lexicon"]: row for row in shaped["readings"]}
    assert (0.995, [0.99, 1.0]) == (by["ipcc"]["probability"], by["ipcc"]["range"])
    assert "IPCC AR5 (2010)" == by["ipcc"]["recorded_as"]
    assert by["kent"]["probability"] is None
    assert "in IPCC AR5 (2010) (ipcc)" in by["kent"]["reason"]


def test_words_says_what_a_draft_alone_reads(forecast):
    """`may` is no forecast; a number needs no lexicon."""
    assert forecast("words", "may").out.count("; a draft only") == len(LEXICON_KEYS)
    rows = forecast("words", "may", "--json").json["readings"]
    assert [True] * len(LEXICON_KEYS) == [row["draft_only"] for row in rows]
    assert "a number" in forecast("words", "one in five").out
    assert "not in it" in forecast("words", "virtually certain").out


def test_words_of_nothing_known(forecast):
    """An error of one line, as `predict` has it."""
    ran = forecast("words", "banana")
    assert (2, "") == (ran.status, ran.out)
    assert ran.err.startswith("Error: 'banana' is not a probability")
    ran = forecast("words", "likely", "--lexicon", "webster")
    assert (2, True) == (ran.status, "'webster' is no lexicon: known are icd203" in ran.err)


def test_predict_by_a_lexicon(forecast, rain):
    """The phrase, its range and the lexicon are kept; the echo says which it was."""
    ran = forecast("predict", "rain", "likely", "--lexicon", "phia")
    assert "You say 65 %, read from 'likely' (55 % to 75 %, PHIA (2025))." in ran.out
    assert [0.65, "likely", [0.55, 0.75], "PHIA (2025)"] == kept(forecast)
    forecast("predict", "rain", "likely")
    assert [0.675, "likely", [0.55, 0.8], "ICD 203 (2015)"] == kept(forecast)


def test_add_by_a_lexicon(forecast):
    """The first forecast likewise; the option goes with -p."""
    forecast("add", "Snow?", "--by", "+9d", "--id", "snow", "-p", "certain", "--lexicon", "kent")
    assert [1.0, "certain", [1.0, 1.0], "Kent (1964)"] == kept(forecast, "snow")
    ran = forecast("add", "Hail?", "--by", "+9d", "--lexicon", "kent")
    assert (2, True) == (ran.status, "--lexicon goes with -p" in ran.err)


def test_config_names_the_lexicon(forecast, rain, config):
    """Where no option does; numbers do not care."""
    config.write_text('lexicon = "Survey"\n')
    forecast("predict", "rain", "likely")
    assert [0.7, "likely", [0.65, 0.75], "Perceptions survey (2015)"] == kept(forecast)
    forecast("predict", "rain", "likely", "--lexicon", "icd203")
    assert "ICD 203 (2015)" == kept(forecast)[-1]
    assert "survey" == forecast("words", "--json").json["default"]
    config.write_text('lexicon = "webster"\n')
    assert 0 == forecast("predict", "rain", "7%").status  # reads no config
    ran = forecast("predict", "rain", "likely")
    assert 1 == ran.status
    assert "config.toml: 'webster' is no lexicon: known are icd203" in ran.err


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("may", "'may' does not say how likely"),
        ("will probably", "'will probably' does not say how likely"),
        ("realistic possibility", "not in ICD 203 (2015), but in PHIA (2025) (phia)"),
        ("not very likely", "two ways: write a number"),
        ("certain", "but in Kent (1964) (kent)"),
    ],
)
def test_predict_refuses_what_is_no_forecast(forecast, rain, said, hint):
    """A modal verb must not silently become a number; a phrase of another lexicon is named."""
    ran = forecast("predict", "rain", said)
    assert (2, "") == (ran.status, ran.out)
    assert hint in ran.err
    assert [] == forecast("show", "rain", "--json").json["forecasts"]


def test_predict_notes_what_is_odd(forecast, rain):
    """It is taken, with its range, and the echo says what is odd."""
    ran = forecast("predict", "rain", "almost probably not")
    assert 0 == ran.status
    assert "read from 'almost probably not' (1 % to 45 %, ICD 203 (2015))." in ran.out
    assert "Note: 'almost' goes with certainty" in ran.out
    assert [0.325, "almost probably not", [0.01, 0.45], "ICD 203 (2015)"] == kept(forecast)
    shaped = forecast("predict", "rain", "almost probably not", "--json").json
    assert "'almost' goes with certainty" in shaped["odd"]
    assert "odd" not in forecast("predict", "rain", "likely", "--json").json
    ran = forecast("add", "Hail?", "--by", "+9d", "-p", "almost probably not")
    assert "Note: 'almost' goes with certainty" in ran.out


def test_predict_takes_numbers_in_words(forecast, rain):
    """As they are, and hedged ones with their range."""
    forecast("predict", "rain", "one", "in", "five")
    assert [0.2, "one in five", None, None] == kept(forecast)
    forecast("predict", "rain", "about 30 percent")
    assert [0.3, "about 30 percent", [0.25, 0.35], "Common phrases (2026)"] == kept(forecast)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('probability = "likely"', [0.675, "likely", [0.55, 0.8], "ICD 203 (2015)"]),
        (
            'probability = "likely"\nlexicon = "kent"',
            [0.75, "likely", [0.63, 0.87], "Kent (1964)"],
        ),
        (
            'probability = "likely"\nlexicon = "PHIA (2025)"',
            [0.65, "likely", [0.55, 0.75], "PHIA (2025)"],
        ),
        (
            'probability = 0.4\nwords = "may"\nrange = [0.1, 0.7]\nlexicon = "Vague words (2026)"',
            [0.4, "may", [0.1, 0.7], "Vague words (2026)"],
        ),
    ],
)
def test_a_file_names_its_own_lexicon(forecast, tmp_path, config, lines, expected):
    """Never the config's: a file means the same everywhere; what was loaded dumps as it was."""
    config.write_text('lexicon = "survey"\n')
    path = tmp_path / "rain.toml"
    path.write_text(f"{QUESTION}{lines}\n")
    ran = forecast("load", str(path))
    assert (0, "") == (ran.status, ran.err)
    assert expected == kept(forecast)
    dumped = forecast("dump").out
    again = tmp_path / "again.toml"
    again.write_text(dumped)
    assert "Nothing new" in forecast("load", str(again)).out
    name = "ICD 203 (2015)"
    assert (expected[-1] != name) == (f'lexicon = "{expected[-1]}"' in dumped)


def test_a_file_with_an_unknown_lexicon(forecast, tmp_path):
    """Beside words it has to be known; beside a number it may be anybody's own."""
    path = tmp_path / "rain.toml"
    path.write_text(f'{QUESTION}probability = "likely"\nlexicon = "mine"\n')
    ran = forecast("load", str(path))
    assert 1 == ran.status
    assert "rain.toml:11: lexicon: 'mine' is no lexicon: known are icd203" in ran.err
    path.write_text(f'{QUESTION}probability = 0.6\nwords = "likely"\nlexicon = "mine"\n')
    assert 0 == forecast("load", str(path)).status
    assert [0.6, "likely", None, "mine"] == kept(forecast)


def test_report_by_a_lexicon(forecast, rain):
    """The option reaches the report; a lexicon that is none is refused."""
    forecast("predict", "rain", "likely")
    forecast("resolve", "rain", "no", "--known", "2026-12-31", now="2027-01-02")
    as_recorded = forecast("report", "--json").json
    (row,) = as_recorded["forecasters"]
    assert (None, 0.675**2) == (as_recorded["lexicon"], pytest.approx(row["brier"]))
    by_kent = forecast("report", "--lexicon", "kent", "--json").json
    (row,) = by_kent["forecasters"]
    assert "kent" == by_kent["lexicon"]
    assert pytest.approx(0.75**2) == row["brier"] == row["lexicon"]["brier"]
    assert pytest.approx(0.675**2) == row["lexicon"]["brier_as_recorded"]
    out = " ".join(forecast("report", "--lexicon", "kent").out.split())
    assert "Chosen: words read by Kent (1964)." in out
    assert 2 == forecast("report", "--lexicon", "x").status
