"""The lexicons say what their sources published; what was added here does not change that."""

import csv
import json
from pathlib import Path
from statistics import quantiles

import pytest

from forecast.model import NotReadable
from forecast.reading.lexicon import (
    DEFAULT,
    ICD203,
    LEXICON_KEYS,
    LEXICONS,
    find_lexicon,
    load,
    read_words,
    table,
)

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
every_lexicon = pytest.mark.parametrize("key", LEXICON_KEYS)
every_table = pytest.mark.parametrize("key", [*LEXICON_KEYS, "phrases", "modals"])

#: As published: phrase to low, high and, where there is one, the point. In percent.
PUBLISHED = {
    # Intelligence Community Directive 203 (2015), D.6.e(2)(a).
    "icd203": {
        "almost no chance": (1, 5),
        "remote": (1, 5),
        "very unlikely": (5, 20),
        "highly improbable": (5, 20),
        "unlikely": (20, 45),
        "improbable": (20, 45),
        "improbably": (20, 45),
        "roughly even chance": (45, 55),
        "roughly even odds": (45, 55),
        "likely": (55, 80),
        "probable": (55, 80),
        "probably": (55, 80),
        "very likely": (80, 95),
        "highly probable": (80, 95),
        "almost certain": (95, 99),
        "almost certainly": (95, 99),
        "nearly certain": (95, 99),
    },
    # The Probability Yardstick.
    "phia": {
        "remote chance": (0, 5),
        "highly unlikely": (10, 20),
        "unlikely": (25, 35),
        "realistic possibility": (40, 50),
        "likely": (55, 75),
        "probable": (55, 75),
        "highly likely": (80, 90),
        "almost certain": (95, 100),
    },
    # Mastrandrea and others (2010), Table 1 and its footnote.
    "ipcc": {
        "virtually certain": (99, 100),
        "extremely likely": (95, 100),
        "very likely": (90, 100),
        "likely": (66, 100),
        "more likely than not": (50, 100),
        "about as likely as not": (33, 66),
        "unlikely": (0, 33),
        "very unlikely": (0, 10),
        "extremely unlikely": (0, 5),
        "exceptionally unlikely": (0, 1),
    },
    # Kent (1964): 93 % give or take about 6 %, and so on.
    "kent": {
        "certain": (100, 100, 100),
        "almost certain": (93 - 6, 93 + 6, 93),
        "probable": (75 - 12, 75 + 12, 75),
        "chances about even": (50 - 10, 50 + 10, 50),
        "probably not": (30 - 10, 30 + 10, 30),
        "almost certainly not": (7 - 5, 7 + 5, 7),
        "impossible": (0, 0, 0),
    },
    # Quartiles and medians of the 46 answers.
    "survey": {
        "almost certainly": (90, 97.75, 95),
        "highly likely": (84.25, 95, 90),
        "very good chance": (75, 85, 80),
        "probable": (65, 78.75, 70),
        "likely": (65, 75, 70),
        "probably": (65, 80, 75),
        "we believe": (60, 80, 70),
        "better than even": (55, 60, 60),
        "about even": (50, 50, 50),
        "we doubt": (15, 33, 25),
        "improbable": (7, 28, 15),
        "unlikely": (10, 28.75, 20),
        "probably not": (20, 38.75, 26.5),
        "little chance": (10, 20, 15),
        "almost no chance": (1, 5, 2),
        "highly unlikely": (5, 10, 5),
        "chances are slight": (10, 15, 10),
    },
}


@every_lexicon
def test_every_published_value(key: str) -> None:
    """Each phrase that was published, with its numbers, and no other as published."""
    found = {
        phrase: (one.low, one.high) if key in ("icd203", "phia", "ipcc")
        # What the source publishes besides the range.
        else (one.low, one.high, one.point)
        for one in load(key).entries
        for phrase in one.phrases
    }  # fmt: skip
    assert PUBLISHED[key] == found


@pytest.mark.parametrize("key", ["icd203", "phia", "ipcc"])
def test_points_are_the_middle_where_none_was_published(key: str) -> None:
    """To the last bit, in percent and as a probability."""
    for one in load(key).entries:
        assert (one.low + one.high) / 2 == one.point
        found = read_words(one.phrases[0], load(key))
        assert ((one.low + one.high) / 200, one.low / 100, one.high / 100) == found


@pytest.mark.skipif(not VECTORS.exists(), reason="the reference data are not here")
@pytest.mark.parametrize(
    ("key", "theirs"),
    [("phia", "phia"), ("ipcc", "ipcc_ar5"), ("kent", "kent1964")],
)
def test_values_are_those_of_the_reference_data(key: str, theirs: str) -> None:
    """Collected by somebody else, from other copies."""
    entries = json.loads((VECTORS / "lexicons.json").read_text("utf-8"))[theirs]["entries"]
    for entry in entries:
        found = read_words(entry["term"], load(key))
        assert (entry["lo"] / 100, entry["hi"] / 100) == (found or ())[1:]


@pytest.mark.skipif(not VECTORS.exists(), reason="the reference data are not here")
def test_survey_is_what_its_answers_come_to() -> None:
    """Median and quartiles of each column, interpolated as most programs do."""
    path = VECTORS / "survey_probly_zonination.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert 46 == len(rows)
    assert len(rows[0]) == sum(len(one.phrases) for one in load("survey").entries)
    for name in rows[0]:
        answers = [float(row[name]) for row in rows]
        low, median, high = quantiles(answers, n=4, method="inclusive")
        one = load("survey").by_phrase[name.lower()]
        assert (low, median, high) == (one.low, one.point, one.high)


@every_table
def test_tables_are_well_formed(key: str) -> None:
    """Phrases as they are looked up, none twice; point within range; least likely first."""
    lexicon = load(key)
    phrases = [phrase for one in lexicon.entries for phrase in (*one.phrases, *one.also)]
    assert sorted(phrases) == sorted(lexicon.by_phrase)
    for phrase in phrases:
        assert " ".join(phrase.lower().split()) == phrase
    for one in lexicon.entries:
        assert 0 <= one.low <= one.point <= one.high <= 100
    points = [one.point for one in lexicon.entries]
    assert sorted(points) == points


@every_table
def test_tables_name_their_source(key: str) -> None:
    """Author, title, year and place; a row of ours says where it comes from, or 'assumed'."""
    lexicon = load(key)
    assert key == lexicon.key
    assert str(lexicon.year) in lexicon.name
    assert all((lexicon.author, lexicon.title, lexicon.where, lexicon.points, lexicon.note))
    if key in LEXICON_KEYS:
        assert lexicon.url.startswith("https://")
    else:
        assert all(one.source for one in lexicon.entries)


def test_rules_name_their_source() -> None:
    """Each way of taking a phrase apart is a row with its rule and where that comes from."""
    rules = table("rules")
    rows = [rules["antonyms"], rules["doubled"], *rules["degree"]]
    assert all(row["rule"] and row["source"] for row in rows)


def test_labels_tell_lexicons_and_versions_apart() -> None:
    """A record keeps the label: it names one lexicon, and one version of it."""
    labels = [lexicon.label for lexicon in LEXICONS.values()]
    assert len(LEXICON_KEYS) == len(set(labels))
    for label in labels:
        assert label == find_lexicon(label.upper()).label
        assert LEXICONS[label] is find_lexicon(label)
    from dataclasses import replace

    assert "ICD 203 (2015) version 2" == replace(ICD203, version=2).label
    assert "ICD 203 (2015)" == ICD203.label


def test_default_is_icd203() -> None:
    """Which it was before there were others, with the same label."""
    assert (ICD203, "ICD 203 (2015)") == (load(DEFAULT), LEXICONS["icd203"].label)


@pytest.mark.parametrize("name", ["", "icd", "kent 1964", "phrases", "../icd203"])
def test_unknown_lexicon(name: str) -> None:
    """An error names the ones there are."""
    with pytest.raises(NotReadable, match="known are icd203, phia, ipcc, kent, survey"):
        find_lexicon(name)
    with pytest.raises(KeyError):
        LEXICONS[name]


@every_lexicon
@pytest.mark.parametrize(
    "phrase", ["unlikely", "probably not", "even chance", "probable", "very likely"]
)
def test_plain_words_are_in_every_lexicon(key: str, phrase: str) -> None:
    """So that a record in plain words can be read again by each of them."""
    from forecast.reading.probabilities import read_probability

    assert read_probability(phrase, load(key)).lexicon
