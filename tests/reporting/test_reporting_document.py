"""The document: whatever the record, nothing fails, and nothing stands in it that is no word."""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import DEADLINE, NOW, START, ask, full, reported, say

from forecast.cli.output import _plain
from forecast.reporting import shapes
from forecast.reporting.document import Chapter, Document, document
from forecast.reporting.markdown import markdown_text
from forecast.reporting.terminal import report_text
from forecast.store.connection import open_store

PROBABILITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 1e-9]), st.floats(0, 1))
QUESTIONS = st.lists(
    st.tuples(
        st.sampled_from("yn-"),
        st.one_of(st.none(), st.lists(st.one_of(st.none(), PROBABILITIES), max_size=3).map(tuple)),
        st.one_of(st.none(), PROBABILITIES),
    ),
    max_size=14,
)
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "before_deadline": st.sampled_from([timedelta(days=1), timedelta(days=300)]),
        "weighting": st.sampled_from(["time", "planned", "first", "final"]),
        "forecaster": st.sampled_from(["ann", "Bob", "nobody"]),
        "include_early": st.booleans(),
        "cluster": st.sampled_from(["event", "none"]),
    },
)


def texts(value):
    """Every text of a document, the figures behind it aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            if not (isinstance(value, Chapter) and field.name == "standing"):
                yield from texts(getattr(value, field.name))


@settings(max_examples=40, deadline=None)
@given(QUESTIONS, CHOICES, st.sampled_from(["", "tag", "year", "horizon", "forecaster"]))
def test_any_small_record_has_a_report(record, chosen, only):
    """No nan, None or inf gets into words; JSON is JSON; every form can be laid out."""
    with TemporaryDirectory() as folder:
        db = open_store(Path(folder) / "tracker.db", create=True)
        event = ("", "storm")
        ask(db, "".join(row[0] for row in record), event=lambda number: event[number % 2])
        say(db, [row[1] or None for row in record])
        say(db, [row[2] for row in record], "Bob")
        figures = reported(db, **chosen)
        db.close()
    laid_out = document(figures, 2, only=only)
    for text in texts(laid_out):
        assert not re.search(r"\b(nan|None|inf)\b", text), text
        assert "-0.000" not in text
    json.dumps(shapes.report(figures, "half"), allow_nan=False, default=_plain)
    assert markdown_text(laid_out).startswith("# ")
    assert report_text(laid_out, everything=True, axis="log-odds")


def keys(chapter):
    return [section.key for section in chapter.sections]


def test_sections_come_in_the_order_of_what_one_asks(db):
    """Of a full record: scores, calibration, divisions, calls."""
    full(db)
    report = document(reported(db))
    assert isinstance(report, Document)
    expected = ["scores", "calibration", "reliability", "bins", "course", "tags"]
    for chapter in report.chapters:
        assert expected == keys(chapter)[:6]
        assert len(keys(chapter)) == len(set(keys(chapter)))


def test_grids_are_whole(db):
    """A cell for each column, and the questions behind a row as many as it says."""
    full(db)
    for chapter in document(reported(db, now=NOW + timedelta(days=2000))).chapters:
        for section in chapter.sections:
            for grid in section.grids:
                assert {len(grid.head)} == {len(row) for row in grid.rows}
                assert len(grid.ids) in (0, len(grid.rows))
                if "n" in grid.head and grid.ids:
                    at = grid.head.index("n")
                    assert [int(row[at]) for row in grid.rows] == [len(ids) for ids in grid.ids]


@pytest.mark.parametrize("n", [9, 10])
def test_short_records_have_counts_and_questions(db, n):
    """Below ten questions: no rates, and all of it in a line."""
    ask(db, "yn" * 5)
    say(db, [0.3] * n)
    (chapter,) = document(reported(db)).chapters
    assert (n < 10) == bool(chapter.brief) == (keys(chapter) == ["scores", "questions"])
    assert chapter.provisional


def test_calibration_where_nothing_stood(db):
    """Three hundred days before the deadline no question was open: no diagram, and a word."""
    ask(db, "yn" * 6)
    say(db, [0.3] * 12)
    report = document(reported(db, before_deadline=timedelta(days=300)))
    (chapter,) = report.chapters
    expected = "Forecasts standing 300 days before the deadline: there are none"
    assert chapter.verdict.startswith(expected)
    assert set() == {"calibration", "reliability", "bins"} & set(keys(chapter))
    assert "expected to come true" not in " ".join(texts(report))


def test_infinite_is_a_word(db):
    """The logarithmic score of what was ruled out."""
    ask(db, "yn" * 6)
    say(db, [0.0] + [0.3] * 11)
    report = document(reported(db))
    assert "infinite" in report.overview.rows[0]
    (scores,) = [part for part in report.chapters[0].sections if part.key == "scores"]
    (row,) = [row for row in scores.grids[0].rows if row[0] == "logarithmic"]
    assert ("infinite", "what was said to be impossible happened on 1 question") == row[1:]


def test_what_came_early_is_held_back_with_its_score(db):
    """Until the day after the deadline, in the question's zone."""
    deadline = START + timedelta(days=364, hours=15) - timedelta(microseconds=1)
    ask(
        db,
        "y" + "yn" * 6,
        known=START + timedelta(days=50),
        deadline=lambda number: DEADLINE if number else deadline,
        timezone=lambda number: "UTC" if number else "Asia/Tokyo",
    )
    say(db, [0.9] + [0.5] * 12)
    (one,) = reported(db).standings
    assert (12, 1) == (one.summary.n_questions, one.n_early)
    told = " ".join(texts(document(reported(db))))
    assert "1 came early and enters on 2027-01-01; with it 0.232." in told
    assert 13 == reported(db, include_early=True).standings[0].summary.n_questions
    shaped = shapes.report(reported(db), "half")
    assert (1, deadline) == (shaped["held_back"], shaped["held_back_until"])


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ""),
        ({"tags": frozenset("ba")}, "Chosen: tagged a, b."),
        (
            {"since": START, "until": DEADLINE},
            "Chosen: due since 2026-01-01; due until 2026-04-11.",
        ),
        (
            {"include_early": True, "backdated": False, "weighting": "final"},
            "Chosen: early answers included; backdated forecasts left out; weighted by final.",
        ),
        ({"cluster": "article"}, "Chosen: questions of one article count once."),
        ({"cluster": "none"}, "Chosen: each question counts, whatever it hangs on."),
    ],
)
def test_what_was_chosen_is_said(db, chosen, expected):
    """A report that leaves something out says so."""
    assert expected == document(reported(db, **chosen)).asked_for


def test_points_open_to_every_question(db):
    """Each forecast looked at belongs to a point of the curve and to a bin."""
    full(db)
    for chapter in document(reported(db, now=NOW + timedelta(days=2000))).chapters:
        n = chapter.standing.calibration.n
        for key in ("reliability", "bins"):
            (grid,) = next(part for part in chapter.sections if part.key == key).grids
            assert n == len({id_ for ids in grid.ids for id_ in ids})
