"""Which question files may run programs, read secrets and resolve by themselves.

As direnv does it: a person trusts a file as it is now, by the hash of its content; a file that has
changed since is no longer trusted. What was trusted is kept in a file of the user's own, not in
the tracker: a tracker, too, may come from somebody else.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forecast.model import Entry, ForecastError, Question
from forecast.store.rows import resolver_text


@dataclass(slots=True)
class Trust:
    """What the user has trusted.

    Parameters
    ----------
    path : Path
        Where it is kept.
    """

    path: Path
    #: Absolute path of a question file -> its hash, and the recipe of each question in it.
    _files: dict[str, dict[str, Any]] | None = None
    #: What was found out of each file in this run.
    _states: dict[str, str] = field(default_factory=dict)

    def add(self, file: Path, data: bytes, entries: Iterable[Entry]) -> None:
        """Trust a question file as it is now."""
        recipes = {
            entry.question.id: _digest(resolver_text(entry.question.resolver).encode())
            for entry in entries
            if entry.question.resolver is not None
        }
        self._known()[str(file)] = {"sha256": _digest(data), "questions": recipes}
        self._write()

    def remove(self, file: Path) -> bool:
        """Trust a question file no more; False where it was not trusted."""
        if self._known().pop(str(file), None) is None:
            return False
        self._write()
        return True

    def folder_for(self, question: Question) -> Path:
        """Give the folder of the trusted file that holds this very recipe for the question.

        Raises
        ------
        ForecastError
            Saying why it is not trusted, and what to do.
        """
        assert question.resolver is not None
        recipe = _digest(resolver_text(question.resolver).encode())
        problem = "its question file is not trusted: read it, then forecast trust FILE"
        for name, known in self._known().items():
            if known["questions"].get(question.id) != recipe:
                continue
            state = self._state(name, known["sha256"])
            if not state:
                return Path(name).parent
            problem = state
        raise ForecastError(problem)

    def _state(self, name: str, sha256: str) -> str:
        """Say what is wrong with a file that was trusted; nothing where it is still the same."""
        if name not in self._states:
            try:
                same = _digest(Path(name).read_bytes()) == sha256
                problem = "" if same else f"{name} has changed since it was trusted"
            except OSError as error:
                problem = f"{name}, which was trusted, cannot be read ({error.strerror})"
            todo = f": read it, then forecast trust {name}"
            self._states[name] = problem and problem + todo
        return self._states[name]

    def _known(self) -> dict[str, dict[str, Any]]:
        if self._files is None:
            self._files = _read(self.path)
        return self._files

    def _write(self) -> None:
        from forecast.resolving.files import write_atomically

        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps(self._files, indent=2, ensure_ascii=False) + "\n"
        write_atomically(self.path, text.encode(), mode=0o600)


def permissions(entry: Entry) -> list[str]:
    """Say what trusting a question file would allow for one of its questions."""
    resolver = entry.question.resolver
    if resolver is None:
        return []
    allowed = []
    settings = dict(resolver.settings)
    if resolver.type == "command":
        command = settings.get("command", ())
        allowed.append(f"run {' '.join(command) if isinstance(command, tuple) else command}")
    secrets = [
        f"{key.partition('.')[2]}: {value}"
        for key, value in settings.items()
        if key.startswith("headers.") and "$" in str(value)
    ]
    if secrets:
        allowed.append(f"send {', '.join(secrets)} to {settings.get('url', '')}")
    if resolver.auto:
        allowed.append("resolve by itself")
    return allowed


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(path.read_bytes())
        for known in content.values():
            known["sha256"], known["questions"].items()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ForecastError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ForecastError(
            f"{path}, which says whom you trust, is damaged: remove it, and trust your files again"
        ) from None
    return dict(content)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
