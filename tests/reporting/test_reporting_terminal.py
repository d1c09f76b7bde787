"""The report on terminals of any width and encoding, and through a pipe."""

import io
import re
import sys
from datetime import timedelta

import pytest
from made_records import NOW, ask, full, reported, say
from rich.cells import cell_len

from forecast.reporting.document import document
from forecast.reporting.drawing import reliability_drawing
from forecast.reporting.terminal import report_text

LATER = NOW + timedelta(days=2000)


@pytest.fixture
def one(db):
    """The document on one long record among three."""
    full(db)
    return document(reported(db, now=LATER, forecaster="ann"))


@pytest.fixture
def terminal(monkeypatch):
    """Make standard output a terminal so wide, in an encoding."""

    def make(width, encoding="utf-8"):
        class Terminal(io.TextIOWrapper):
            def isatty(self):
                return True

        monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding=encoding))
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")

    return make


def plain(text):
    """Take colour and bold away."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("axis", ["linear", "log-odds"])
def test_no_line_is_wider_than_the_terminal(one, terminal, width, axis):
    """And no figure is folded: each row of the table of scores has its own, whole."""
    terminal(width)
    text = plain(report_text(one, everything=True, axis=axis))
    assert max(cell_len(line) for line in text.splitlines()) <= width
    scores = next(part for part in one.chapters[0].sections if part.key == "scores").grids[0]
    for row in scores.rows:
        assert re.search(rf"^{re.escape(row[0])} +{re.escape(row[1])}  ", text, re.MULTILINE)


def test_first_screen_is_verdict_funnel_scores_and_diagram(one):
    """In that order, and a word on where the rest is; `--all` has it."""
    text = report_text(one)
    lines = text.splitlines()
    assert "ann" == lines[0]
    assert one.chapters[0].verdict.split(":")[0] in " ".join(lines[1:3])
    places = [text.index(part) for part in ("First forecasts", " asked, ", "\nScores", "came true")]
    assert sorted(places) == places
    assert "Best and worst calls" not in text
    assert "The rest of it: forecast report --all." in text
    assert len(lines) < 55
    assert "Best and worst calls" in report_text(one, everything=True)


def test_several_are_an_overview_and_short_chapters(db):
    """Diagrams are for one; a short record is a line."""
    full(db)
    say(db, [0.4, 0.5], "Di")
    text = report_text(document(reported(db, now=LATER)))
    assert "┤" not in text
    assert "\nDi: 2 questions, Brier " in text
    assert "came true" not in text
    assert "One in full: forecast report --as NAME; all of it: --all." in text


def test_provisional_figures_are_marked(db):
    """Wherever there are some."""
    ask(db, "yn" * 6)
    say(db, [0.4] * 12)
    text = report_text(document(reported(db)), everything=True)
    assert "\nScores (provisional)\n" in text
    assert "\nReliability (provisional)\n" in text
    assert "Provisional: the record is too small" in text


def test_piped_a_row_is_a_line_without_styles_or_blanks_at_its_end(one):
    """For grep."""
    lines = report_text(one, everything=True).splitlines()
    assert [] == [line for line in lines if "\x1b" in line or line != line.rstrip()]
    for row in one.chapters[0].sections[0].grids[0].rows:
        assert any(re.fullmatch(r" +".join(map(re.escape, row)), line) for line in lines)


def test_plain_has_no_styles(one, terminal):
    """NO_COLOR is respected; else headings are set off, and the words are the same."""
    terminal(80)
    styled, unstyled = report_text(one), report_text(one, plain=True)
    assert "\x1b[4mScores" in styled
    assert "\x1b[4mScores" not in unstyled
    assert plain(styled) == plain(unstyled)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_without_the_characters_there_is_a_word(one, terminal, encoding):
    """An old terminal gets no garbage."""
    terminal(80, encoding)
    text = report_text(one)
    assert "This output cannot show the diagram" in " ".join(text.split())
    assert text.encode(encoding)


@pytest.mark.parametrize(
    "hostile", ["\x1b[31mred", "a\u202eb", "[bold]x[/bold]", ":smile:", "x" * 4000, "two\nlines"]
)
def test_hostile_notes_steer_nothing(db, terminal, hostile):
    """Escapes are shown, marks are no markup, and 4 KB do not fill the screen."""
    ask(db, "yn" * 6)
    say(db, [0.4] * 12, note=hostile)
    terminal(80)
    text = report_text(document(reported(db)), everything=True, plain=True)
    assert not re.search(r"\x1b\[3\d|\u202e", text)
    assert len(text.splitlines()) < 250
    if "[" in hostile and "\x1b" not in hostile:
        assert hostile in text


@pytest.mark.parametrize("said", [[0.5], [0.0, 1.0], [1e-9, 0.999999], [0.3, 0.3, 0.7]])
@pytest.mark.parametrize("axis", ["linear", "log-odds"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_drawing_has_a_mark_for_each_forecast(db, said, axis, width):
    """Even where there is one, or all are certain."""
    ask(db, "yn" * 6)
    say(db, said * (12 // len(said)))
    drawn = reliability_drawing(reported(db).standings[0], axis, width)
    assert max(map(len, drawn.splitlines())) <= width
    assert 1 <= drawn.count("o") <= len(set(said))
    assert drawn.splitlines()[-1].endswith("% said")


def test_drawing_is_where_the_figures_are(db):
    """Half came true of what was said to be 50 %: the mark is in the middle."""
    ask(db, "yn" * 6)
    say(db, [0.5] * 12)
    lines = reliability_drawing(reported(db).standings[0]).splitlines()
    (row,) = [line for line in lines if "o" in line]
    assert row.startswith("   50 %┤")
    assert abs(row.index("o") - 8 - 23) <= 1
