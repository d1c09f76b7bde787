"""How words of probability are read: `words`."""

from typing import TYPE_CHECKING, Any

import click

from forecast.cli import typed
from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options
from forecast.model import NotReadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.reading.lexicon import Entry, Lexicon

#: Beside the lexicons: what they do not have, and what only a draft reads.
_BEYOND = ("phrases", "modals")


@click.command("words")
@click.argument("phrase", metavar="[PHRASE]", nargs=-1)
@typed.lexicon_option("This one alone: icd203, phia, ipcc, kent, survey.")
@shared_options
@pass_world
def words_command(world: World, phrase: tuple[str, ...], lexicon: str | None) -> None:
    """Show how words of probability are read, and by whom.

    Without PHRASE: the tables, with their sources. With PHRASE: how each lexicon reads it, by which
    rule, and what is odd about it.
    """
    from forecast.cli.output import say, say_json
    from forecast.reading.lexicon import LEXICON_KEYS, find_lexicon, load

    keys = (lexicon,) if lexicon else LEXICON_KEYS
    if phrase:
        _read(world, " ".join(phrase), keys)
        return
    tables = [load(key) for key in (*keys, *(() if lexicon else _BEYOND))]
    default = find_lexicon(world.lexicon).key
    if world.json:
        say_json(
            {
                "default": default,
                "lexicons": [_shape(one) for one in tables if one.key not in _BEYOND],
                "beyond": [_shape(one) for one in tables if one.key in _BEYOND],
            }
        )
        return
    for number, one in enumerate(tables):
        if number:
            say()
        _table(one, default)


def _table(lexicon: "Lexicon", default: str) -> None:
    from forecast.cli.output import say, say_columns, say_styled
    from forecast.reporting.safely import wrapped

    key = "" if lexicon.key in _BEYOND else f": --lexicon {lexicon.key}"
    unless = ", and where none is named" if lexicon.key == default else ""
    say_styled(f"{lexicon.name}{key}{unless}", bold=True)
    said = [f"{lexicon.source}.", lexicon.url, f"Points: {lexicon.points}.", lexicon.note]
    for line in filter(None, said):
        say(wrapped(line))
    say_columns(
        [
            ("  read as", "covers", "words"),
            *((f"  {_percent(one.point)}", _range(one), _words(one)) for one in lexicon.entries),
        ]
    )


def _words(one: "Entry") -> str:
    """Name the words of a row: as published, then what was added, then the row's own source."""
    found = ", ".join(one.phrases)
    if one.also:
        found += f"; also {', '.join(one.also)}"
    return f"{found} ({one.source})" if one.source else found


def _read(world: World, phrase: str, keys: "Iterable[str]") -> None:
    """Show how each lexicon reads a phrase."""
    from forecast.cli.output import say, say_columns, say_json
    from forecast.reading.lexicon import load

    rows = [_reading(phrase, load(key)) for key in keys]
    if world.json:
        say_json({"phrase": " ".join(phrase.split()), "readings": rows})
        return
    if all(row["probability"] is None for row in rows):
        raise NotReadable(rows[0]["reason"])
    say(f"'{' '.join(phrase.split())}'")
    say_columns([(f"  {row['lexicon']}", *_shown(row)) for row in rows])
    for odd in dict.fromkeys(row["odd"] for row in rows if row["odd"]):
        say(f"Odd: {odd}.")


def _reading(phrase: str, lexicon: "Lexicon") -> dict[str, Any]:
    """Read a phrase by a lexicon: first as any command does, then as a draft does."""
    from forecast.reading.probabilities import read_probability

    found, reason = None, None
    for modals in (False, True):
        try:
            found = read_probability(phrase, lexicon, modals=modals)
            break
        except NotReadable as error:
            reason = reason or str(error)
    return {
        "lexicon": lexicon.key,
        "name": lexicon.name,
        "probability": found.probability if found else None,
        "range": [found.low, found.high] if found and found.low is not None else None,
        "recorded_as": (found.lexicon or None) if found else None,
        "rule": (found.rule or None) if found else None,
        "odd": (found.odd or None) if found else None,
        "draft_only": found is not None and modals,
        "reason": reason,
    }


def _shown(row: dict[str, Any]) -> tuple[str, str, str]:
    from forecast.reading.probabilities import percent

    if row["probability"] is None:
        return "–", "", "not in it"
    covers = "" if row["range"] is None else " to ".join(percent(end) for end in row["range"])
    rule = row["rule"] or "a number"
    return percent(row["probability"]), covers, f"{rule}; a draft only" * row["draft_only"] or rule


def _shape(lexicon: "Lexicon") -> dict[str, Any]:
    """Give a lexicon for JSON; numbers in percent, as published."""
    about = ("key", "name", "version", "author", "title", "year", "where", "url", "points", "note")
    return {name: getattr(lexicon, name) for name in about} | {
        "entries": [
            {
                "phrases": one.phrases,
                "also": one.also,
                "low": one.low,
                "high": one.high,
                "point": one.point,
                "source": one.source or None,
            }
            for one in lexicon.entries
        ]
    }


def _percent(number: float) -> str:
    return f"{number:g} %"


def _range(one: "Entry") -> str:
    return f"{one.low:g} to {one.high:g} %"
