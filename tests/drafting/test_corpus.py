"""The annotated corpus is what its README promises; else a figure measured on it means nothing."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parent / "corpus"
HALVES = ("dev", "held")
FILES = [file for half in HALVES for file in sorted((CORPUS / half).glob("*.toml"))]
TEXTS = {file: file.with_suffix(".txt").read_text(encoding="utf-8") for file in FILES}
NOTES = {file: tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES}

CLASSES = {
    "prediction",
    "conditional",
    "past",
    "norm",
    "intention",
    "report",
    "vague",
    "known",
}
ALWAYS = {"text", "class", "candidate", "speaker", "polarity"}
SOMETIMES = {"deadline", "deadline_from", "condition", "note"}

every_text = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def _sentences(half: str | None = None) -> list[dict[str, Any]]:
    wanted = [file for file in FILES if half in (None, file.parent.name)]
    return [sentence for file in wanted for sentence in NOTES[file]["sentence"]]


def test_every_text_has_its_annotation_and_every_annotation_its_text() -> None:
    """Nothing else lies in the halves, and no name is used in both."""
    found = {path for half in HALVES for path in (CORPUS / half).iterdir()}
    assert {file.with_suffix(end) for file in FILES for end in (".toml", ".txt")} == found
    assert len(FILES) == len({file.stem for file in FILES})


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 14 texts, 260 sentences and 110 candidates, 55 of them set aside."""
    assert len(FILES) >= 14
    assert len(_sentences()) >= 260
    assert sum(sentence["candidate"] for sentence in _sentences()) >= 110
    assert sum(sentence["candidate"] for sentence in _sentences("held")) >= 55


@pytest.mark.parametrize("half", HALVES)
def test_each_half_is_varied(half: str) -> None:
    """At least six kinds of text, every class, both polarities and both sources of deadlines."""
    kinds = {NOTES[file]["kind"] for file in FILES if file.parent.name == half}
    assert len(kinds) >= 6
    sentences = _sentences(half)
    assert CLASSES == {sentence["class"] for sentence in sentences}
    candidates = [sentence for sentence in sentences if sentence["candidate"]]
    assert {"yes", "no"} == {sentence["polarity"] for sentence in candidates}
    origins = {sentence.get("deadline_from") for sentence in candidates}
    assert {"stated", "phrase", None} == origins


def test_no_sentence_is_in_both_halves() -> None:
    """Blanks, case and punctuation aside: what rules were written on says nothing of the rest."""
    words = {
        half: {" ".join(re.findall(r"\w+", s["text"].lower())) for s in _sentences(half)}
        for half in HALVES
    }
    assert set() == words["dev"] & words["held"]


@every_text
def test_the_head_says_what_the_text_is(file: Path) -> None:
    """Kind, title, publisher, day and origin, and nothing that nobody reads."""
    head = NOTES[file]
    assert {"kind", "title", "publisher", "published", "origin", "sentence"} == set(head)
    assert date is type(head["published"])
    assert all(head[key].strip() for key in ("kind", "title", "publisher", "origin"))


@every_text
def test_the_text_is_plain(file: Path) -> None:
    """250 to 700 words; a paragraph is one line, with a blank line after it and no stray blanks."""
    text = TEXTS[file]
    assert 250 <= len(text.split()) <= 700
    paragraphs = text.removesuffix("\n").split("\n\n")
    assert [" ".join(paragraph.split()) for paragraph in paragraphs] == paragraphs


@every_text
def test_each_sentence_is_in_the_text_once_and_in_order(file: Path) -> None:
    """Verbatim, and no two overlap."""
    end = 0
    for sentence in NOTES[file]["sentence"]:
        assert TEXTS[file].count(sentence["text"]) == 1, sentence["text"]
        start = TEXTS[file].index(sentence["text"])
        assert end <= start, sentence["text"]
        end = start + len(sentence["text"])


@every_text
def test_each_sentence_has_valid_fields(file: Path) -> None:
    """Known keys and values; conditions for conditionals alone, deadlines for candidates alone."""
    for sentence in NOTES[file]["sentence"]:
        keys = set(sentence)
        assert ALWAYS <= keys <= ALWAYS | SOMETIMES, sentence["text"]
        assert sentence["class"] in CLASSES
        assert sentence["polarity"] in ("yes", "no")
        assert isinstance(sentence["candidate"], bool)
        assert (sentence["class"] == "conditional") == ("condition" in keys), sentence["text"]
        assert ("deadline" in keys) == ("deadline_from" in keys), sentence["text"]
        assert sentence["candidate"] or "deadline" not in keys, sentence["text"]
        assert sentence.get("deadline_from", "stated") in ("stated", "phrase")


@every_text
def test_candidates_are_predictions(file: Path) -> None:
    """Every prediction is one; a conditional may be; nothing else is."""
    for sentence in NOTES[file]["sentence"]:
        if sentence["class"] != "conditional":
            assert (sentence["class"] == "prediction") == sentence["candidate"], sentence["text"]


@every_text
def test_no_deadline_is_before_publication(file: Path) -> None:
    """And each is a day, not an instant."""
    for sentence in NOTES[file]["sentence"]:
        if "deadline" in sentence:
            assert date is type(sentence["deadline"])
            assert NOTES[file]["published"] <= sentence["deadline"], sentence["text"]


@every_text
def test_speakers_and_conditions_are_words_of_the_text(file: Path) -> None:
    """A speaker in any case; a condition as it stands, in the sentence or before it."""
    for sentence in NOTES[file]["sentence"]:
        assert sentence["speaker"].lower() in TEXTS[file].lower(), sentence["text"]
        if "condition" in sentence:
            before = TEXTS[file].index(sentence["text"]) + len(sentence["text"])
            assert sentence["condition"] in TEXTS[file][:before], sentence["text"]
