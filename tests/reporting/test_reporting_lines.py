"""Lines about one question, and text made fit for a terminal."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import Article, Comment, Question, Resolution
from forecast.reporting import lines, safely
from forecast.store.queries import Tracked

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
QUESTION = Question(
    id="q",
    title="Q?",
    opened_at=datetime(2026, 5, 1, tzinfo=UTC),
    deadline=datetime(2026, 6, 1, 23, 59, 59, 999999, tzinfo=UTC),
)


def resolution(outcome="no", **more):
    return Resolution(question="q", outcome=outcome, known_at=NOW, **more)


@pytest.mark.parametrize(
    ("settled", "expected"),
    [
        (None, ("q", "open", "2026-06-01", "7 %", "Q?")),
        (resolution("no"), ("q", "no", "2026-05-04", "7 %", "Q?")),
        (
            resolution("annulled", reason="void"),
            ("q", "annulled (void)", "2026-05-04", "7 %", "Q?"),
        ),
    ],
)
def test_question_row(settled, expected):
    """A settled question says how, and the day on which it closed."""
    assert expected == lines.question_row(Tracked(QUESTION, settled), NOW, 0.07)


def test_question_row_without_a_forecast_of_yours():
    """Nothing stands where nothing was said, not a zero."""
    assert "" == lines.question_row(Tracked(QUESTION, None), NOW, None)[3]
    assert "0 %" == lines.question_row(Tracked(QUESTION, None), NOW, 0.0)[3]


def test_question_row_has_the_day_of_its_zone():
    """The deadline is a day where the question is about."""
    tokyo = replace(
        QUESTION, timezone="Asia/Tokyo", deadline=datetime(2026, 6, 1, 14, 59, tzinfo=UTC)
    )
    late = replace(tokyo, deadline=datetime(2026, 6, 1, 15, 1, tzinfo=UTC))
    days = [lines.question_row(Tracked(one, None), NOW, None)[2] for one in (tokyo, late)]
    assert ["2026-06-01", "2026-06-02"] == days


def test_facts_of_a_bare_question():
    """Only what there is to say."""
    expected = [
        "status    open",
        "opened    2026-05-01 00:00 UTC",
        "deadline  2026-06-01 23:59 UTC",
    ]
    assert expected == lines.facts(Tracked(QUESTION, None), NOW)


def test_facts_of_a_full_question():
    """Each field in its line, sources each in one."""
    full = replace(
        QUESTION,
        type="choice",
        options=("a", "b"),
        known_by=datetime(2026, 7, 1, tzinfo=UTC),
        deadline_from="assumed",
        tags=("x", "y"),
        event="e",
        sources=("s", "t"),
        article=Article(title="T", publisher="P", published=date(2026, 1, 2)),
    )
    expected = [
        "deadline  2026-06-01 23:59 UTC, assumed",
        "known by  2026-07-01 00:00 UTC",
        "type      choice: a, b",
        "tags      x, y",
        "event     e",
        "source    s",
        "source    t",
        "article   T, P, 2026-01-02",
        "Note: its meaning was changed after people had forecast it.",
    ]
    assert expected == lines.facts(Tracked(full, None, 2, True), NOW)[2:]


def test_answer_lines_have_the_present_one_first():
    """What was superseded is marked."""
    answers = [resolution("no", evidence=("e", "f"), note="n"), resolution("yes")]
    expected = [
        "yes, known at 2026-05-04 12:00 UTC",
        "(superseded) no, known at 2026-05-04 12:00 UTC: e; f; n",
    ]
    assert expected == lines.answer_lines(answers, Tracked(QUESTION, answers[-1]))
    assert [] == lines.answer_lines([], Tracked(QUESTION, None))


def test_comment_lines():
    """When, who, what."""
    remark = Comment(question="q", author="ann", text="Hm.", made_at=NOW)
    expected = ["2026-05-04 12:00 UTC ann: Hm."]
    assert expected == lines.comment_lines([remark], Tracked(QUESTION, None))


@given(st.text())
def test_clean_text_is_printable_or_a_line_end(text):
    """No control character gets through, whatever is typed, and nothing breaks in UTF-8."""
    cleaned = safely.clean(text)
    cleaned.encode()
    codes = [ord(character) for character in cleaned if character != "\n"]
    assert [] == [code for code in codes if code < 0x20 or 0x7F <= code < 0xA0]
    assert cleaned == safely.clean(cleaned)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_clean_leaves_letters_alone(text):
    """In any script."""
    assert text == safely.clean(text)


def test_clean_shows_what_it_takes_away():
    """As an escape, so that it can be seen and found."""
    assert "a\\x1b[0m\\u202eb\\udcff" == safely.clean("a\x1b[0m\u202eb\udcff")
    assert ("a\\nb", "a\nb") == (safely.clean("a\nb", keep=""), safely.clean("a\nb"))


def test_wrapped_keeps_paragraphs_and_breaks_neither_links_nor_ids(monkeypatch):
    """What is copied from a terminal has to be whole."""
    monkeypatch.setenv("COLUMNS", "20")
    link = "https://example.org/a-very-long-link/indeed"
    expected = f"  one two three four\n    five\n    {link}\n\n  six"
    assert expected == safely.wrapped(f"one two\nthree four five {link}\n\nsix", "  ", "  ")


def test_wrapped_is_no_wider_than_prose_can_be_read(monkeypatch):
    """On the widest terminal, too."""
    monkeypatch.setenv("COLUMNS", "500")
    assert 100 >= max(map(len, safely.wrapped("word " * 100).splitlines()))
