"""A record in words, read again by other lexicons: by hand, and the same in every form."""

import html
import json
import re

import pytest
from made_records import ask, full, reported, say
from test_reporting_figures import from_document, from_markdown, from_page, from_terminal, shown

from forecast.cli.output import _plain
from forecast.reading.lexicon import LEXICON_KEYS, LEXICONS
from forecast.reading.probabilities import read_probability
from forecast.reporting import shapes
from forecast.reporting.document import document
from forecast.reporting.markdown import markdown_text
from forecast.reporting.page import page_text
from forecast.reporting.terminal import report_text

#: Read by ICD 203, as people type it.
SAID = ("likely", "unlikely", "remote", 0.3)
ANSWERS = "ynnn"
#: What each lexicon has for them; None for what it does not have.
POINTS = {
    "icd203": (0.675, 0.325, 0.03),
    "phia": (0.65, 0.3, 0.025),
    "ipcc": (0.83, 0.165, None),
    "kent": (0.75, 0.3, None),
    "survey": (0.7, 0.2, None),
}


def in_words(db, said, name="ann", times=1):
    """Say these, words as ICD 203 reads them, on the first questions and again on those after."""
    for turn in range(times):
        for number, one in enumerate(said):
            at = turn * len(said) + number
            row = [None] * at
            if isinstance(one, float):
                say(db, [*row, one], name)
                continue
            read = read_probability(one)
            kept = {"words": one, "low": read.low, "high": read.high, "lexicon": read.lexicon}
            say(db, [*row, read.probability], name, **kept)


def by_hand(key):
    """Give the mean Brier score of `SAID`, by a lexicon."""
    pairs = zip(POINTS[key], POINTS["icd203"], strict=True)
    points = [*(own if own is not None else recorded for own, recorded in pairs), 0.3]
    happened = [answer == "y" for answer in ANSWERS]
    errors = [(p - y) ** 2 for p, y in zip(points, happened, strict=True)]
    return sum(errors) / len(errors)


@pytest.fixture
def record(db):
    """Four questions, three of them forecast in words."""
    ask(db, ANSWERS)
    in_words(db, SAID)
    return db


@pytest.fixture
def long_record(db):
    """The same three times over, so that there are rates and tables."""
    ask(db, ANSWERS * 3)
    in_words(db, SAID, times=3)
    return db


def row_of(db, scale="half", **chosen):
    (row,) = shapes.report(reported(db, **chosen), scale)["forecasters"]
    return row


def test_as_recorded_beside_every_lexicon(record):
    """Nothing chosen: the score is the recorded one, and each lexicon's stands beside it."""
    row = row_of(record)
    found = row["lexicon"]
    assert (None, 3, 0, 0) == tuple(
        found[name] for name in ("name", "n_in_words", "n_reread", "n_unreadable")
    )
    assert pytest.approx(by_hand("icd203")) == row["brier"]
    assert row["brier"] == found["brier"] == found["brier_as_recorded"]
    assert list(LEXICON_KEYS) == list(found["by_lexicon"])
    for key, one in found["by_lexicon"].items():
        known = sum(point is not None for point in POINTS[key])
        assert LEXICONS[key].label == one["name"]
        assert pytest.approx(by_hand(key)) == one["brier"]
        assert (known, 3 - known) == (one["n_reread"], one["n_unreadable"])


@pytest.mark.parametrize("key", LEXICON_KEYS)
def test_scored_again_by_a_lexicon(record, key):
    """All of the report is; what the lexicon does not have stays, and is counted."""
    row = row_of(record, lexicon=key)
    found = row["lexicon"]
    known = sum(point is not None for point in POINTS[key])
    assert LEXICONS[key].label == found["name"]
    assert pytest.approx(by_hand(key)) == row["brier"] == found["brier"]
    assert pytest.approx(by_hand("icd203")) == found["brier_as_recorded"]
    assert (known, 3 - known) == (found["n_reread"], found["n_unreadable"])
    points = [*POINTS[key], 0.3]
    recorded = [*POINTS["icd203"], 0.3]
    expected = sum(
        own if own is not None else other for own, other in zip(points, recorded, strict=True)
    )
    assert pytest.approx(expected) == row["expected"]
    for part in row["words"]:
        own = POINTS[key][SAID.index(part["name"])]
        assert pytest.approx(own or 0.03) == part["expected"]


@pytest.mark.parametrize("weighting", ["time", "planned", "first", "final"])
def test_weighted_as_the_headline(record, weighting):
    """The score that moves is the one the report is about."""
    row = row_of(record, weighting=weighting, lexicon="phia")
    assert pytest.approx(row["score"]) == row["lexicon"]["brier"]


def test_the_record_itself_is_not_touched(record):
    """Reading again is a matter of the report."""
    before = row_of(record)
    row_of(record, lexicon="survey")
    assert before == row_of(record)


def test_numbers_hang_on_no_lexicon(db):
    """Where nothing is in words there is neither a figure nor a sentence, whatever is chosen."""
    ask(db, "yn" * 6)
    say(db, [0.3] * 12)
    for chosen in ({}, {"lexicon": "kent"}):
        assert row_of(db, **chosen)["lexicon"] is None
        (chapter,) = document(reported(db, **chosen)).chapters
        assert "lexicons" not in [section.key for section in chapter.sections]
        assert "in words" not in report_text(document(reported(db, **chosen)), everything=True)


def test_words_of_one_s_own_are_left(db):
    """A phrase no lexicon has, beside a number, stays that number."""
    ask(db, "y")
    say(db, [0.4], words="it smells of rain", low=0.1, high=0.6, lexicon="mine")
    found = row_of(db, lexicon="kent")["lexicon"]
    assert (1, 0, 1, pytest.approx(0.36)) == tuple(
        found[name] for name in ("n_in_words", "n_reread", "n_unreadable", "brier")
    )


def test_vague_words_are_read_as_a_draft_read_them(db):
    """They came in by a file, with their table's name; they are known, and do not move."""
    ask(db, "y")
    say(db, [0.4], words="may", low=0.1, high=0.7, lexicon="Vague words (2026)")
    found = row_of(db)["lexicon"]
    for one in found["by_lexicon"].values():
        assert (1, 0, pytest.approx(0.36)) == (one["n_reread"], one["n_unreadable"], one["brier"])


def test_withdrawn_and_late_words_do_not_count(db):
    """Only forecasts that count are counted."""
    ask(db, "y")
    say(db, [(0.675, None)], words="likely", low=0.55, high=0.8, lexicon="ICD 203 (2015)")
    assert 1 == row_of(db)["lexicon"]["n_in_words"]


def test_sentence_as_recorded(long_record):
    """The range of the score over all lexicons, on the first screen."""
    scores = [by_hand(key) for key in LEXICON_KEYS]
    expected = (
        "9 of 12 forecasts are in words; read by other lexicons, "
        f"Brier {min(scores):.3f} to {max(scores):.3f}."
    )
    text = " ".join(report_text(document(reported(long_record))).split())
    assert expected in text


def test_sentence_by_a_lexicon(long_record):
    """How much the score moves, how many words the lexicon has, and how many it has not."""
    expected = (
        f"Words read by Kent (1964): Brier {by_hand('kent'):.3f}, and {by_hand('icd203'):.3f} as "
        "recorded; of 9 forecasts in words it has 6, and 3 are as they were."
    )
    laid_out = document(reported(long_record, lexicon="kent"))
    assert "Chosen: words read by Kent (1964)." == laid_out.asked_for
    assert expected in " ".join(report_text(laid_out).split())


def test_short_records_say_it_too(record):
    """All there is of a short record is a line; that the score hangs on words is in it."""
    (chapter,) = document(reported(record)).chapters
    assert "3 of 4 forecasts are in words; read by other lexicons, Brier" in chapter.brief
    (chapter,) = document(reported(record, lexicon="phia")).chapters
    assert "Words read by PHIA (2025): Brier" in chapter.brief


def test_one_score_by_all_of_them(db):
    """Where the lexicons agree the sentence has one number."""
    ask(db, "y")
    say(db, [0.6], words="about 60%", low=0.55, high=0.65, lexicon="Common phrases (2026)")
    (chapter,) = document(reported(db)).chapters
    expected = "1 of 1 forecast is in words; read by other lexicons, Brier 0.160 by each of them."
    assert expected in chapter.brief


@pytest.mark.parametrize("scale", ["half", "original"])
@pytest.mark.parametrize("lexicon", ["", "ipcc"])
@pytest.mark.parametrize("form", [from_document, from_markdown, from_terminal, from_page])
def test_table_of_every_form_is_the_json(long_record, form, lexicon, scale):
    """As recorded, then each lexicon: score, how many it has, how many it has not."""
    figures = reported(long_record, lexicon=lexicon)
    (row,) = json.loads(json.dumps(shapes.report(figures, scale), default=_plain))["forecasters"]
    found = row["lexicon"]
    expected = [["as recorded", shown(found["brier_as_recorded"]), "–", "–"]] + [
        [one["name"], shown(one["brier"]), str(one["n_reread"]), str(one["n_unreadable"])]
        for one in found["by_lexicon"].values()
    ]
    (tables,) = form(document(figures, shapes.SCALES[scale]))
    rows = [other for other in tables["lexicons"] if other in expected]
    assert expected == rows


@pytest.mark.parametrize("scale", ["half", "original"])
@pytest.mark.parametrize("lexicon", ["", "ipcc"])
def test_sentence_of_every_form_has_the_numbers_of_the_json(long_record, lexicon, scale):
    """On either scale, chosen or not."""
    figures = reported(long_record, lexicon=lexicon)
    found = shapes.report(figures, scale)["forecasters"][0]["lexicon"]
    laid_out = document(figures, shapes.SCALES[scale])
    if lexicon:
        expected = f"Brier {found['brier']:.3f}, and {found['brier_as_recorded']:.3f} as recorded"
    else:
        scores = [one["brier"] for one in found["by_lexicon"].values()]
        expected = f"Brier {min(scores):.3f} to {max(scores):.3f}."
    for text in (
        report_text(laid_out, everything=True),
        re.sub(r"\\(.)", r"\1", html.unescape(markdown_text(laid_out))),
        html.unescape(re.sub(r"<[^>]+>", "", page_text(laid_out))),
    ):
        assert expected in " ".join(text.split())


def test_against_and_divisions_stand_with_a_lexicon(db):
    """Every other choice goes with it, and every form is laid out."""
    full(db)
    for chosen in ({"forecaster": "Cy", "against": "ann"}, {"cluster": "none"}):
        figures = reported(db, lexicon="phia", **chosen)
        assert "PHIA (2025)" in report_text(document(figures), everything=True)
        for only in ("tag", "year", "horizon", "forecaster"):
            assert markdown_text(document(figures, only=only))
