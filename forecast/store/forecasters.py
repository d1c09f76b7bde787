"""Who is who: the one thing in the record that may change, so that a person can be renamed."""

import json
import sqlite3
from dataclasses import dataclass

from forecast.model import ForecastError, check_name
from forecast.store.connection import writing


@dataclass(frozen=True, slots=True)
class Forecaster:
    """A forecaster as listed: present name, other names, how much was said."""

    name: str
    aliases: tuple[str, ...]
    n_questions: int
    n_forecasts: int


def find(connection: sqlite3.Connection, name: str) -> int | None:
    """Give the id of the person called `name` now or formerly, following merges."""
    row = connection.execute(
        "SELECT coalesce(merged_into, id) FROM forecasters WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT coalesce(f.merged_into, f.id) FROM forecasters f, json_each(f.aliases) a "
            "WHERE f.aliases <> '[]' AND a.value = ?",
            (name,),
        ).fetchone()
    return row and int(row[0])


def ensure(connection: sqlite3.Connection, name: str) -> int:
    """Give the id of the person called `name`, whom this makes known if need be."""
    known = find(connection, name)
    if known is not None:
        return known
    from forecast.store import chain  # whoever only asks for a name does not wait for it

    inserted = connection.execute(
        "INSERT INTO forecasters (name, aliases) VALUES (?, '[]')", (name,)
    )
    assert inserted.lastrowid is not None
    row = {"name": name, "aliases": "[]", "merged_into": None}
    chain.append(connection, "forecasters", row, str(inserted.lastrowid))
    return inserted.lastrowid


def present_name(connection: sqlite3.Connection, name: str) -> str:
    """Give the name a forecaster goes by now; `name` itself where nobody is known by it."""
    known = find(connection, name)
    if known is None:
        return name
    (present,) = connection.execute(
        "SELECT name FROM forecasters WHERE id = ?", (known,)
    ).fetchone()
    return str(present)


def listing(connection: sqlite3.Connection) -> list[Forecaster]:
    """List everybody by present name, with the names they had before."""
    rows = connection.execute(
        """
        SELECT p.name,
          (SELECT json_group_array(other) FROM (
             SELECT a.value AS other FROM forecasters m, json_each(m.aliases) a
             WHERE coalesce(m.merged_into, m.id) = p.id AND a.value <> p.name
             UNION SELECT m.name FROM forecasters m
             WHERE m.merged_into = p.id AND m.name NOT LIKE ' %')),
          count(DISTINCT f.question_id), count(f.id)
        FROM forecasters p
        LEFT JOIN forecaster_names n ON n.person_id = p.id
        LEFT JOIN forecasts f ON f.forecaster_id = n.id AND f.kind = 'forecast'
        WHERE p.merged_into IS NULL GROUP BY p.id ORDER BY p.name
        """
    ).fetchall()
    return [
        Forecaster(name, tuple(json.loads(others)), n_questions, n_forecasts)
        for name, others, n_questions, n_forecasts in rows
    ]


def rename(connection: sqlite3.Connection, old: str, new: str, *, forget: bool = False) -> None:
    """Call a forecaster `new` from now on, everywhere, the past included.

    Parameters
    ----------
    connection : sqlite3.Connection
    old, new : str
    forget : bool
        Whether all former names go, instead of staying as aliases under which files and scripts
        still find the person.

    Raises
    ------
    ForecastError
        If nobody is called `old`, or somebody else is called `new`, or `new` is no name.
    """
    from forecast.store import chain

    check_name("name", new)
    with writing(connection):
        person = _known(connection, old)
        taken = find(connection, new)
        if taken not in (None, person):
            raise ForecastError(f"'{new}' is somebody already: forecaster merge '{old}' '{new}'")
        name, aliases = connection.execute(
            "SELECT name, aliases FROM forecasters WHERE id = ?", (person,)
        ).fetchone()
        if forget:
            _forget_other_names(connection, person)
            kept: list[str] = []
        else:
            kept = [alias for alias in (*json.loads(aliases), name) if alias != new]
        _swap_names(connection, person, new)
        connection.execute(
            "UPDATE forecasters SET name = ?, aliases = ? WHERE id = ?",
            (new, json.dumps(kept, ensure_ascii=False), person),
        )
        chain.renamed(connection, _all_of(connection, person))


def merge(connection: sqlite3.Connection, one: str, into: str) -> None:
    """Say that two names are one person, who goes by `into`.

    Raises
    ------
    ForecastError
        If either is unknown, or they are one person already.
    """
    from forecast.store import chain

    with writing(connection):
        person, target = _known(connection, one), _known(connection, into)
        if person == target:
            raise ForecastError(f"'{one}' and '{into}' are one forecaster already")
        connection.execute(
            "UPDATE forecasters SET merged_into = ? WHERE id = ? OR merged_into = ?",
            (target, person, person),
        )
        chain.renamed(connection, _all_of(connection, target))


def _all_of(connection: sqlite3.Connection, person: int) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM forecasters WHERE id = ? OR merged_into = ? ORDER BY id", (person, person)
    )
    return [id_ for (id_,) in rows]


def _known(connection: sqlite3.Connection, name: str) -> int:
    person = find(connection, name)
    if person is None:
        raise ForecastError(f"nobody is called '{name}': forecaster list shows who is known")
    return person


def _forget_other_names(connection: sqlite3.Connection, person: int) -> None:
    """Blank the names of what was merged into this person; the rows themselves must stay."""
    # Names are unique. Nobody's begins with a blank, so these collide with none and can be told.
    connection.execute(
        "UPDATE forecasters SET name = ' forgotten ' || id, aliases = '[]' WHERE merged_into = ?",
        (person,),
    )


def _swap_names(connection: sqlite3.Connection, person: int, name: str) -> None:
    """Where `name` is what a merged row was called, let that row keep the present name."""
    row = connection.execute(
        "SELECT id FROM forecasters WHERE merged_into = ? AND name = ?", (person, name)
    ).fetchone()
    if row is None:
        return
    (present,) = connection.execute(
        "SELECT name FROM forecasters WHERE id = ?", (person,)
    ).fetchone()
    # Names are unique, so the present one has to be put aside for a moment.
    connection.execute("UPDATE forecasters SET name = '' WHERE id = ?", (person,))
    connection.execute("UPDATE forecasters SET name = ? WHERE id = ?", (present, row[0]))
