"""The questions that ship are ones a stranger can settle, and say what came of them."""

from collections import Counter
from datetime import UTC, date
from pathlib import Path

import pytest

from forecast.model import Entry
from forecast.questionfile import read
from forecast.reading.instants import end_of, start_of
from forecast.reading.lexicon import ICD203, read_words

FILES = sorted((Path(__file__).parents[1] / "questions").glob("*.toml"))
ENTRIES = {entry.question.id: entry for file in FILES for entry in read(file)}
ARTICLE_DAY = date(2022, 2, 20)

#: What came of the article's predictions: the answer, and the day it was known.
FACTS = {
    "russia-invades-ukraine-2022": ("yes", date(2022, 2, 24)),
    "china-troops-in-ukraine-2022": ("no", date(2022, 12, 31)),
    "china-lethal-aid-2022": ("no", date(2022, 12, 31)),
    "china-council-first-vote-2022": ("no", date(2022, 2, 25)),
    "china-council-veto-2022": ("no", date(2022, 12, 31)),
    "china-assembly-first-vote-2022": ("no", date(2022, 3, 2)),
    "china-assembly-against-2022": ("yes", date(2022, 4, 7)),
    "china-assembly-for-2022": ("no", date(2022, 12, 31)),
    "china-says-invasion-2022": ("no", date(2022, 12, 31)),
    "china-mediates-truce-2022": ("no", date(2022, 12, 31)),
    "china-russia-trade-2022": ("yes", date(2023, 1, 13)),
    "china-sanctions-russia-2022": ("no", date(2022, 12, 31)),
    "china-eases-russian-imports-2022": ("yes", date(2022, 2, 24)),
    "aiib-halts-russia-2022": ("yes", date(2022, 3, 3)),
    "china-firm-entity-list-2022": ("yes", date(2022, 6, 28)),
    "china-bank-sdn-2022": ("no", date(2022, 12, 31)),
    "xi-third-term-2022": ("yes", date(2022, 10, 23)),
}
every_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=list(ENTRIES))


def test_every_file_loads_and_no_id_is_used_twice() -> None:
    """Over all files, not only within each."""
    ids = [entry.question.id for file in FILES for entry in read(file)]
    assert len(ids) == len(ENTRIES)
    assert 14 <= len(ids)


def test_the_answers_are_the_facts() -> None:
    """Outcome and day of each, as the documents named in the facts have them."""
    known = {
        id_: (entry.resolution.outcome, entry.resolution.known_at.date())
        for id_, entry in ENTRIES.items()
        if entry.resolution is not None
    }
    assert FACTS == known


@every_entry
def test_a_stranger_can_settle_it(entry: Entry) -> None:
    """A plain yes-or-no title, criteria for both answers and for none, and where to look."""
    question = entry.question
    assert "binary" == question.type
    assert question.title.endswith("?")
    assert len(question.title) <= 120
    for part in ("Yes if", "No ", "annulled"):
        assert part.lower() in question.criteria.lower()
    assert question.sources
    assert question.tags
    assert question.article is not None
    assert question.deadline_from in ("stated", "phrase", "assumed")
    assert start_of(ARTICLE_DAY, UTC) == question.opened_at


@every_entry
def test_its_answer_has_evidence(entry: Entry) -> None:
    """And was known after the question opened, and not before it could be."""
    resolution = entry.resolution
    assert resolution is not None
    assert resolution.evidence
    assert resolution.note
    assert resolution.known_at > entry.question.opened_at
    last_day = entry.question.known_by or entry.question.deadline
    assert resolution.known_at <= last_day
    if resolution.outcome == "no" and resolution.known_at < entry.question.deadline:
        # Only a question about one vote is a no before its time is up.
        assert "about one vote" in entry.question.criteria


@every_entry
def test_its_deadline_is_named_in_title_and_criteria(entry: Entry) -> None:
    """The date in the file is the one that people read."""
    deadline = entry.question.deadline.date()
    assert end_of(deadline, UTC) == entry.question.deadline
    day = f"{deadline.day} {deadline:%B} {deadline.year}"
    short = "2022" if (deadline.month, deadline.day) == (12, 31) else day
    assert short in entry.question.title
    criteria = " ".join(entry.question.criteria.split())
    assert day in criteria or f"December {deadline.year}" in criteria


@every_entry
def test_its_forecasts_are_words_with_their_range(entry: Entry) -> None:
    """The article has no numbers: its words, and what ICD 203 has them mean, are kept."""
    for forecast in entry.forecasts:
        found = read_words(forecast.words)
        assert start_of(ARTICLE_DAY, UTC) == forecast.made_at
        assert (forecast.probability, forecast.low, forecast.high) == found
        assert ICD203.name == forecast.lexicon
        assert forecast.note


@pytest.mark.parametrize("theme", ["military-aid", "diplomatic-cover", "sanction-softening"])
def test_each_prediction_that_started_the_project_has_several_questions(theme: str) -> None:
    """No military aid, diplomatic cover, a softening of sanctions."""
    tags = Counter(tag for entry in ENTRIES.values() for tag in entry.question.tags)
    assert 3 <= tags[theme]


def test_the_record_is_not_only_of_hits() -> None:
    """Both answers occur, and the article is plainly wrong at least once."""
    scores = [
        (forecast.probability - (entry.resolution.outcome == "yes")) ** 2
        for entry in ENTRIES.values()
        for forecast in entry.forecasts
        if entry.resolution is not None
        and forecast.probability is not None
        and forecast.forecaster == "Washington Institute for Defense & Security"
    ]
    assert {"yes", "no"} == {
        entry.resolution.outcome for entry in ENTRIES.values() if entry.resolution
    }
    assert max(scores) > 0.25


def test_questions_of_one_cause_share_its_event() -> None:
    """All but the one that stands whatever Russia does."""
    without = [id_ for id_, entry in ENTRIES.items() if not entry.question.event]
    assert ["xi-third-term-2022"] == without
