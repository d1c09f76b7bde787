"""Good questions are left in peace: a finding that is wrong costs more than one that is missed."""

from pathlib import Path

import pytest

from forecast.drafting.lint.engine import lint, sheet_of
from forecast.questionfile import read

HERE = Path(__file__).parent
OURS = sorted((HERE.parents[2] / "questions").glob("*.toml"))
GOOD = HERE / "good_questions.toml"


def found_in(path: Path) -> list[str]:
    """What lint says of a file, shortened."""
    findings = lint([sheet_of(path.read_bytes(), path.name, lambda question: None)])
    return [f"{one.id}: {one.code} {one.message}" for one in findings]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_the_questions_that_ship_pass_without_ignores(path: Path) -> None:
    """The project's own are the worked example."""
    assert [] == found_in(path)
    assert "lint:" not in path.read_text("utf-8")


def test_good_questions_are_left_in_peace() -> None:
    """On several subjects, in several manners, types, zones and languages; none is flagged."""
    assert [] == found_in(GOOD)
    assert 30 <= len(read(GOOD))
