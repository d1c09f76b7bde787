"""A question file that is right, and how the tests spoil it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.questionfile import QuestionFileError, parse

RIGHT = Path(__file__).with_name("right.toml").read_text()


@pytest.fixture
def right() -> str:
    """The text of a file that is right, with every key in it."""
    return RIGHT


@pytest.fixture
def spoil() -> Callable[..., tuple[str, int]]:
    """Put other lines in place of the one that starts so: `text, line = spoil("id =", "Id = 1")`.

    With `after=`, of the first such line after the one that starts so.
    """

    def spoilt(start: str, *instead: str, after: str = "") -> tuple[str, int]:
        lines = RIGHT.splitlines()
        top = next(n for n, line in enumerate(lines) if line.startswith(after))
        at = next(n for n in range(top, len(lines)) if lines[n].startswith(start))
        return "\n".join([*lines[:at], *instead, *lines[at + 1 :]]) + "\n", at + 1

    return spoilt


@pytest.fixture
def problem() -> Callable[[str | bytes], str]:
    """Read a file that is wrong; give what is said of it, one printable line without its name."""

    def said(text: str | bytes) -> str:
        data = text if isinstance(text, bytes) else text.encode()
        with pytest.raises(QuestionFileError) as caught:
            parse(data, "f.toml")
        message = str(caught.value)
        assert message.isprintable()
        assert len(message) < 450
        name, _, rest = message.partition(":")
        assert "f.toml" == name
        return rest

    return said
