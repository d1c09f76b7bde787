"""The pages show what is printed now, and the README's commands are the ones that are run."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from forecast.resolving.sources.registry import BUILTIN
from forecast.resolving.sources.rules import VALUE_KEYS

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")


def test_sessions_are_real() -> None:
    """Every session in README.md and docs/ is what its commands print when run again."""
    pytest.importorskip("cogapp", reason="cogapp, of the extra test, is not installed")
    checked = subprocess.run(
        [sys.executable, "docs/session.py", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == checked.returncode, checked.stdout + checked.stderr


@pytest.mark.parametrize("mark", ["demo", "tests"])
def test_marked_commands_stand_alone(mark: str) -> None:
    """Each of the README's two commands is one line, and sets up its own environment."""
    (command,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)\n```", README, flags=re.DOTALL)
    assert 1 == len(command.splitlines())
    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install")


def test_pages_link_to_files_that_exist() -> None:
    """No link between pages is broken."""
    pages = [
        REPOSITORY / "README.md",
        REPOSITORY / "CONTRIBUTING.md",
        *REPOSITORY.glob("docs/*.md"),
    ]
    for page in pages:
        links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
        missing = [link for link in links if not (page.parent / link).exists()]
        assert [] == missing, page


@pytest.mark.parametrize("type_", sorted(BUILTIN))
def test_every_setting_of_a_source_is_explained(type_: str) -> None:
    """docs/checking.md names each kind of source, and each key a resolver of it may have."""
    page = (REPOSITORY / "docs" / "checking.md").read_text("utf-8")
    keys = importlib.import_module(BUILTIN[type_])._KEYS
    named = {type_, *keys}
    assert set() == {name for name in named if not re.search(rf"`{name}\b", page)}


def test_every_setting_of_a_rule_is_explained() -> None:
    """And the keys by which values become an answer."""
    page = (REPOSITORY / "docs" / "checking.md").read_text("utf-8")
    assert set() == {name for name in VALUE_KEYS if not re.search(rf"`{name}\b", page)}
