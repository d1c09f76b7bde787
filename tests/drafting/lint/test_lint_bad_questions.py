"""Questions as they are asked in haste: each gives the findings that its tags say, no others."""

from pathlib import Path

import pytest

from forecast.drafting.lint.engine import lint, sheet_of

FILE = Path(__file__).with_name("bad_questions.toml")
SHEET = sheet_of(FILE.read_bytes(), FILE.name, lambda question: None)
FINDINGS = lint([SHEET])
LINES = FILE.read_text("utf-8").split("\n")


@pytest.mark.parametrize("asked", SHEET.asked, ids=lambda asked: asked.id)
def test_a_bad_question_is_found_out(asked) -> None:
    """What its tags name, all of it and nothing else."""
    found = sorted({one.code for one in FINDINGS if one.id == asked.id})
    assert sorted(asked.question.tags) == found


def test_there_are_enough_of_them() -> None:
    """On at least thirty, and most rules that look at one question."""
    assert 30 <= len(SHEET.asked)
    assert 25 <= len({one.code for one in FINDINGS})


def test_findings_stand_in_the_lines_that_they_are_about() -> None:
    """The line of a finding is one of its question, and names what it is about."""
    starts = {asked.id: LINES.index(f'id = "{asked.id}"') for asked in SHEET.asked}
    ends = [*sorted(starts.values()), len(LINES)]
    for one in FINDINGS:
        start = starts[one.id]
        end = ends[ends.index(start) + 1]
        assert start <= one.line <= end, one
        key = str(one.place[2])
        if key not in ("sources", "criteria") or LINES[one.line - 1].startswith(key):
            assert key in LINES[one.line - 1] or key in ("resolution", "forecast"), one
