"""Printing: nothing that people typed reaches a terminal as anything but text."""

import json
import textwrap
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import click

from forecast.reading.dates import stamp

#: Marks that turn text around or hide it; control characters are told by their code.
_STEERING = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x206A))
}


def clean(text: str, keep: str = "\n") -> str:
    r"""Make text safe to print: what could steer a terminal is shown as an escape.

    Examples
    --------
    >>> clean("a\x1b[31mred")
    'a\\x1b[31mred'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if not _steers(character) or character in keep else _shown(character)
        for character in text
    )


def say(text: str = "", *, err: bool = False) -> None:
    """Print lines of text."""
    click.echo(clean(text), err=err)


def say_styled(text: str, **style: Any) -> None:
    """Print a line in colour or bold, where the terminal takes it."""
    click.echo(click.style(clean(text), **style))


def wrapped(text: str, indent: str = "  ", width: int = 0) -> str:
    """Fold long text to the terminal's width, paragraph by paragraph."""
    width = width or min(terminal_width(), 100)
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(
        textwrap.fill(part, width, initial_indent=indent, subsequent_indent=indent)
        for part in paragraphs
    )


def terminal_width() -> int:
    """Give the terminal's width; 80 where there is none."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def one_line(text: str, width: int) -> str:
    """Shorten text to one line of at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: max(width - 1, 1)] + "…"


def say_columns(rows: Sequence[Sequence[str]], last_width: int | None = None) -> None:
    """Print rows in columns, two blanks apart; the last one is cut at the terminal's edge."""
    if not rows:
        return
    cleaned = [[clean(cell, keep="") for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cleaned) for column in range(len(rows[0]) - 1)]
    left = sum(widths) + 2 * len(widths)
    room = last_width or max(terminal_width() - left, 20)
    for row in cleaned:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, one_line(row[-1], room)]).rstrip())


def say_json(value: Any) -> None:
    """Print a value as JSON, in ASCII: it may pass through a terminal, too."""
    click.echo(json.dumps(value, indent=2, default=_plain, allow_nan=False))


def titled(id_: str, title: str) -> str:
    """Name a question in full, as every write echoes it."""
    return f"{id_}: {title}"


def count(number: int, noun: str, plural: str = "") -> str:
    """Say how many: `1 question`, `3 questions`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def join(parts: Sequence[str], empty: str = "") -> str:
    """Put parts into one phrase: `a, b and c`."""
    if len(parts) < 2:
        return parts[0] if parts else empty
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


Formatter = Callable[[Any], str]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _steers(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or character in _STEERING


def _shown(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
