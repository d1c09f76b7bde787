"""`add` without a title, on a terminal: it asks for the question."""

from collections.abc import Callable
from typing import Any

import click

from forecast.cli import typed
from forecast.cli.context import World
from forecast.model import InvalidField, NotReadable


def ask(world: World, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Ask for a title and for what was not given; again after each answer that cannot be read.

    Returns
    -------
    title : str
    given : dict
        With the answers filled in.
    """
    from forecast.reading.instants import read_zone

    zone = read_zone(given["timezone"]) if given["timezone"] else world.zone
    filled = dict(given)

    def fill(key: str, question: str, read: Callable[[str], Any] = str, **kind: bool) -> None:
        if not filled[key]:
            filled[key] = answer(question, read, **kind)

    title = answer("What will happen, as a question", needed=True)
    fill(
        "deadline",
        "By when (2026-12-31, +30d, end of 2026)",
        lambda text: typed.deadline(text, world, zone),
        needed=True,
    )
    fill("criteria", "What counts as yes, what as no (empty for none yet)")
    if not filled["sources"]:
        filled["sources"] = (answer("Where the answer will be looked up (empty for none yet)"),)
    if not filled["tags"]:
        tags = answer("Tags, separated by commas").split(",")
        filled["tags"] = tuple(dict.fromkeys(tag.strip() for tag in tags))
    said = "Your forecast (7%, 1:13, likely; empty for none yet)"
    fill("probability", said, lambda text: typed.reading(world, text))
    filled["probability"] = filled["probability"] or None
    if filled["probability"]:
        fill("note", "Why")
    return title, filled


def answer(question: str, read: Callable[[str], Any] = str, *, needed: bool = False) -> str:
    """Ask for one thing, again until it can be read; what was typed, without blanks around it."""

    def readable(text: str) -> str:
        text = text.strip()
        if needed and not text:
            raise click.UsageError("this one needs an answer (Ctrl-C breaks off)")
        try:
            if text:
                read(text)
        except (NotReadable, InvalidField) as error:
            raise click.UsageError(str(error)) from None
        return text

    # On stderr, so that `--json` on stdout stays JSON.
    answer: str = click.prompt(
        question, default="", show_default=False, value_proc=readable, err=True
    )
    return answer
