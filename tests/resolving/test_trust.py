"""A file is trusted as it was read: by its content, for its own questions, by this user."""

from pathlib import Path

import pytest

from forecast.model import Entry, ForecastError, Question
from forecast.questionfile import parse
from forecast.resolving.trust import Trust, permissions

FILE = """
[[question]]
id = "rain"
title = "Will it rain?"
opened = 2026-05-01
deadline = 2026-06-01
[question.resolver]
type = "command"
auto = true
command = ["./gauge", "--mm"]
"""


def loaded(text: str = FILE) -> tuple[bytes, list[Entry]]:
    """Give a file's bytes and what they say."""
    return text.encode(), parse(text.encode(), "f.toml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A question file with a program in it."""
    path = tmp_path / "f.toml"
    path.write_bytes(FILE.encode())
    return path


def question(text: str = FILE) -> Question:
    """Give the question of a file's text."""
    return loaded(text)[1][0].question


def problem(trust: Trust, one: Question) -> str:
    """Say why a question is not trusted."""
    with pytest.raises(ForecastError) as caught:
        trust.folder_for(one)
    return str(caught.value)


def test_nothing_is_trusted_at_first(tmp_path: Path) -> None:
    """Without a word of the user, no file may do anything; and asking leaves nothing behind."""
    trust = Trust(tmp_path / "none" / "trusted.json")
    assert "its question file is not trusted" in problem(trust, question())
    assert not (tmp_path / "none").exists()


def test_a_trusted_file_is_trusted_next_time(tmp_path: Path, file: Path) -> None:
    """What was trusted is kept, for the user alone to read, and programs run beside the file."""
    kept = tmp_path / "data" / "trusted.json"
    Trust(kept).add(file, *loaded())
    assert tmp_path == Trust(kept).folder_for(question())
    assert 0o600 == kept.stat().st_mode & 0o777


def test_a_changed_file_asks_again(tmp_path: Path, file: Path) -> None:
    """Be it a comment: whoever may write the file must not gain by it."""
    trust = Trust(tmp_path / "trusted.json")
    trust.add(file, *loaded())
    file.write_text(FILE + "# more\n")
    assert f"{file} has changed since it was trusted" in problem(
        Trust(tmp_path / "trusted.json"), question()
    )
    file.unlink()
    assert "cannot be read" in problem(Trust(tmp_path / "trusted.json"), question())


def test_another_recipe_is_not_covered(tmp_path: Path, file: Path) -> None:
    """A question changed in the tracker, or by another file, does not run under this trust."""
    trust = Trust(tmp_path / "trusted.json")
    trust.add(file, *loaded())
    other = question(FILE.replace("./gauge", "./other"))
    assert "its question file is not trusted" in problem(trust, other)
    namesake = question(FILE.replace('"rain"', '"snow"'))
    assert "its question file is not trusted" in problem(trust, namesake)


def test_trust_may_be_revoked(tmp_path: Path, file: Path) -> None:
    """And what was never trusted says so."""
    trust = Trust(tmp_path / "trusted.json")
    trust.add(file, *loaded())
    assert trust.remove(file)
    assert "its question file is not trusted" in problem(
        Trust(tmp_path / "trusted.json"), question()
    )
    assert not trust.remove(file)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": {"sha256": "x"}}'])
def test_a_damaged_memory_trusts_nobody(tmp_path: Path, text: str) -> None:
    """One line says which file to remove; nothing is guessed."""
    kept = tmp_path / "trusted.json"
    kept.write_text(text)
    assert "is damaged: remove it" in problem(Trust(kept), question())


def test_the_user_is_told_what_trust_allows() -> None:
    """Programs, secrets and resolving by itself are named; harmless resolvers are not."""
    (entry,) = loaded()[1]
    assert ["run ./gauge --mm", "resolve by itself"] == permissions(entry)
    harmless = FILE.replace("auto = true\n", "").replace('"command"', '"json"')
    harmless = harmless.replace('command = ["./gauge", "--mm"]', 'url = "https://a.example"')
    (entry,) = loaded(harmless)[1]
    assert [] == permissions(entry)
    (entry,) = loaded(harmless + 'headers = { X-Key = "$KEY" }\n')[1]
    assert ["send X-Key: $KEY to https://a.example"] == permissions(entry)
