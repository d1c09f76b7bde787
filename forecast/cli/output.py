"""Printing: nothing that people typed reaches a terminal as anything but text."""

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click

from forecast.reading.instants import stamp
from forecast.reporting.safely import clean, terminal_width, wrapped

#: Longer JSON is for programs alone, and indenting it takes longer than all the rest.
_MOST_INDENTED = 1_000_000


def say(text: str = "") -> None:
    """Print lines of text."""
    click.echo(clean(text))


def say_styled(text: str, **style: Any) -> None:
    """Print a line in colour or bold, where the terminal takes it."""
    click.echo(click.style(clean(text), **style))


def say_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the last of which is a text of any length.

    Piped, a row is a line, for grep. On a terminal too narrow for the text it goes below.
    """
    if not rows:
        return
    cleaned = [[clean(cell, keep="") for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cleaned) for column in range(len(rows[0]) - 1)]
    left = sum(widths) + 2 * len(widths)
    longest = max(len(row[-1]) for row in cleaned)
    below = sys.stdout.isatty() and left + longest > terminal_width()
    for row in cleaned:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        if below:
            click.echo("  ".join(cells).rstrip())
            click.echo(wrapped(row[-1], "    "))
        else:
            click.echo("  ".join([*cells, row[-1]]).rstrip())


def say_json(value: Any) -> None:
    """Print a value as JSON, in ASCII: it may pass through a terminal, too."""
    text = json.dumps(value, default=_plain, allow_nan=False)
    if len(text) < _MOST_INDENTED:
        text = json.dumps(value, indent=2, default=_plain, allow_nan=False)
    click.echo(text.replace("\x7f", "\\u007f"))  # the one control character that json leaves raw


def titled(id_: str, title: str) -> str:
    """Name a question in full, as every write echoes it."""
    return f"{id_}: {title}"


def join(parts: Sequence[str], empty: str = "") -> str:
    """Put parts into one phrase: `a, b and c`."""
    if len(parts) < 2:
        return parts[0] if parts else empty
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
