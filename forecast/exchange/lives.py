"""Tables of forecasts that were made at some time: their questions, and rows in order of these."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.exchange.sources import TableError
from forecast.exchange.tables import Table

_INSTANT = "strftime(make_timestamp({}), '%Y-%m-%dT%H:%M:%SZ')"

Columns = dict[str, npt.NDArray[Any]]


def questions_of(table: Table) -> Columns:
    """Number the questions of a table and find their lives, of which every row must say the same.

    Parameters
    ----------
    table : Table
        With columns question and made_at.

    Returns
    -------
    dict of ndarray
        In order of their names: `n` (rows), `y`, `opened`, `closed` and `due` (in microseconds
        since 1970), and `w` and `cluster` where the table has them.

    Raises
    ------
    TableError
        If it is not known when questions ended, or rows contradict each other.
    """
    columns = table.columns
    if not columns & {"closed_at", "deadline"}:
        raise TableError(
            "a score by time needs to know when questions ended: add a column closed_at, or "
            "deadline; or leave made_at out, and each row is a question of its own"
        )
    closed = "closed_at" if "closed_at" in columns else "deadline"
    due = "deadline" if "deadline" in columns else "closed_at"
    opened = "opened_at" if "opened_at" in columns else "made_at"
    optional = {
        "opened_at": "opened_at" in columns,
        "w": "weight" in columns,
        "cluster": table.has_cluster,
    }
    constant = ["y", *{closed, due}, *(name for name, there in optional.items() if there)]
    same = " AND ".join(f"min({name}) = max({name})" for name in constant)
    also = "".join(f", any_value({name}) AS {name}" for name in ("w", "cluster") if optional[name])
    table.connection.execute(
        "CREATE TEMP TABLE asked AS SELECT CAST(row_number() OVER (ORDER BY question) - 1 "
        f"AS INTEGER) AS q, * FROM (SELECT question, count(*) AS n, {same} AS same, "
        f"any_value(y) AS y, min({opened}) AS opened, any_value({due}) AS due, "
        f"least(any_value({closed}), any_value({due})) AS closed{also} "
        "FROM good GROUP BY question)"
    )
    odd = table.connection.execute(
        "SELECT question FROM asked WHERE NOT same ORDER BY q LIMIT 1"
    ).fetchone()
    if odd:
        raise TableError(_contradiction(table, str(odd[0]), constant))
    return table.fetch("SELECT * EXCLUDE (q, question, same) FROM asked ORDER BY q")


def forecasts_of(table: Table, n: npt.NDArray[Any], most: int) -> Iterator[Columns]:
    """Give rows in order of question, forecaster, group, time and place in the table.

    Parameters
    ----------
    table : Table
        After `questions_of`.
    n : ndarray of int
        How many rows each question has.
    most : int
        Rows to give at once, if a single question has no more.

    Yields
    ------
    dict of ndarray
        `q` (the question's number), `f` (the forecaster's) and `g` (the group's) where the table
        has these, `made_at` and `p`; questions are not divided.
    """
    joins, unit = "JOIN asked USING (question)", ["q"]
    if "forecaster" in table.columns:
        table.connection.execute(
            "CREATE TEMP TABLE who AS SELECT forecaster, CAST(row_number() OVER "
            "(ORDER BY forecaster) - 1 AS INTEGER) AS f "
            "FROM (SELECT DISTINCT forecaster FROM good)"
        )
        joins += " JOIN who USING (forecaster)"
        unit.append("f")
    if len(table.groups) > 1:
        unit.append("g")
    listed = ", ".join(unit)
    table.connection.execute(
        f"CREATE TEMP TABLE numbered AS SELECT {listed}, made_at, p, nr FROM good {joins}"
    )
    for first, last in _stretches(n, most):
        yield table.fetch(
            f"SELECT * EXCLUDE (nr) FROM numbered WHERE q BETWEEN {first} AND {last} "
            f"ORDER BY {listed}, made_at, nr"
        )


def _stretches(n: npt.NDArray[Any], most: int) -> Iterator[tuple[int, int]]:
    """Divide questions into stretches, of which the first and the last are given."""
    ends, first = np.cumsum(n), 0
    while first < n.size:
        done = ends[first - 1] if first else 0
        last = max(first, int(np.searchsorted(ends, done + most, side="right")) - 1)
        yield first, last
        first = last + 1


def _contradiction(table: Table, question: str, constant: list[str]) -> str:
    """Say in which rows a question contradicts itself."""
    for name in constant:
        shown = _INSTANT.format(name) if name in ("opened_at", "closed_at", "deadline") else name
        said = table.connection.execute(
            f"SELECT min(nr), CAST({shown} AS VARCHAR) FROM good WHERE question = ? "
            "GROUP BY 2 ORDER BY 1 LIMIT 2",
            [question],
        ).fetchall()
        if len(said) == 2:
            called = {"y": "outcome", "w": "weight", "cluster": "event"}.get(name, name)
            values = "" if name == "cluster" else f", {said[0][1]} and {said[1][1]}"
            return (
                f"{table.place(said[1][0])}: question '{question[:60]}' has two values of "
                f"{called}{values}; {table.place(said[0][0])} says another: they must be the same"
            )
    raise AssertionError("no contradiction found")
