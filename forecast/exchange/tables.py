"""Tables of forecasts, read by DuckDB: CSV, Parquet and JSON lines, compressed, globbed, piped.

Every value is checked. A value that is missing or cannot be is named with its file, row and
column; nothing is left out unless that was asked for, and then it is counted.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb

from forecast.exchange.sources import Source, TableError, find_sources

#: Columns with a meaning of their own, besides probability and outcome; they may be absent.
TEXTS = ("question", "forecaster")
INSTANTS = ("made_at", "opened_at", "deadline", "closed_at")
WEIGHT = "weight"

#: DuckDB puts what does not fit on disk.
_MEMORY = "1GB"
#: What the names of values begin with while a file is read.
_INSIDE = "_read_"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read of a table.

    Parameters
    ----------
    probability, outcome : str
        What these columns are called in the table.
    by : sequence of str
        Columns that name the group a row belongs to.
    cluster : str
        Column that names the event a row hangs on; empty for none.
    skip_bad : bool
        Whether rows with a bad value are left out, and counted, instead of being an error.
    """

    probability: str = "probability"
    outcome: str = "outcome"
    by: Sequence[str] = ()
    cluster: str = ""
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that were read and found good, in DuckDB's hands.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds them as the view `good`: `p`, `y`, `w`, `g` (the group), `cluster`, `nr` (the order
        in which they were read), and those of `question`, `forecaster` and the instants (in
        microseconds since 1970) that the table has.
    columns : frozenset of str
        Which of the columns with a meaning of their own the table has.
    has_cluster : bool
        Whether rows name the event they hang on.
    groups : list of tuple of str
        The values of the `by` columns, in order; `g` is an index into it.
    n, n_bad : int
        Good rows, and rows left out for a bad value.
    """

    connection: duckdb.DuckDBPyConnection
    columns: frozenset[str]
    has_cluster: bool
    groups: list[tuple[str, ...]]
    n: int
    n_bad: int

    def fetch(self, query: str) -> dict[str, Any]:
        """Run a query over `good` and give its columns as NumPy arrays."""
        return dict(self.connection.execute(query).fetchnumpy())


@contextlib.contextmanager
def open_table(
    files: Sequence[str], wanted: Wanted, stdin: IO[bytes], *, progress: bool = False
) -> Iterator[Table]:
    """Read tables as one.

    Parameters
    ----------
    files : sequence of str
        Paths, globs, or `-` for standard input.
    wanted : Wanted
    stdin : binary file
    progress : bool
        Whether DuckDB may draw a progress bar on the terminal.

    Yields
    ------
    Table
        For as long as the block lasts.

    Raises
    ------
    TableError
        Naming the file, and the row, column and value that are wrong.
    """
    import tempfile

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="forecast-score-")))
        connection = stack.enter_context(contextlib.closing(duckdb.connect()))
        for setting, value in (
            ("TimeZone", "UTC"),  # what a time without an offset is meant in
            ("memory_limit", _MEMORY),
            ("temp_directory", str(folder / "spill")),
            ("enable_progress_bar", progress),
        ):
            connection.execute(f"SET {setting} = ?", [value])
        sources = find_sources(files, folder, stdin)
        try:
            yield _read(connection, sources, wanted)
        except duckdb.Error as error:
            names = ", ".join(source.name for source in sources)
            raise TableError(f"{names}: {_first_line(error)}") from None


def _read(connection: duckdb.DuckDBPyConnection, sources: list[Source], wanted: Wanted) -> Table:
    columns = _columns(connection, sources, wanted)
    parts = [_checked(source, index, columns, wanted) for index, source in enumerate(sources)]
    connection.execute(f"CREATE TEMP TABLE checked AS {' UNION ALL BY NAME '.join(parts)}")
    n_bad = _broken_lines(connection, sources, wanted) + _bad_values(connection, sources, wanted)
    groups = _groups(connection, wanted)
    (n,) = connection.execute("SELECT count(*) FROM good").fetchone() or (0,)
    if not n:
        raise TableError(f"{sources[0].name} holds no forecast")
    return Table(connection, columns, bool(wanted.cluster), groups, n, n_bad)


def _columns(
    connection: duckdb.DuckDBPyConnection, sources: list[Source], wanted: Wanted
) -> frozenset[str]:
    """Find which columns there are; all files must have those that are needed, and the same."""
    present: list[frozenset[str]] = []
    named = (wanted.probability, wanted.outcome, *wanted.by, *filter(None, [wanted.cluster]))
    for source in sources:
        found = connection.execute(f"DESCRIBE SELECT * FROM {source.scan()}").fetchall()
        names = [str(row[0]) for row in found]
        for name in named:
            if name not in names:
                raise TableError(
                    f"{source.name} has no column '{name}', but {', '.join(names[:12])}: "
                    "name yours with --probability, --outcome, --by or --cluster"
                )
        present.append(frozenset(names) & {*TEXTS, *INSTANTS, WEIGHT})
    if len(set(present)) > 1:
        odd = sorted(frozenset.union(*present) - frozenset.intersection(*present))
        raise TableError(f"some of the files have a column {', '.join(odd)} and some have not")
    return present[0]


def _checked(source: Source, index: int, columns: frozenset[str], wanted: Wanted) -> str:
    """Give the SQL that reads a file, values in their types and the first flaw of each row."""
    text = source.text
    outcome = text(wanted.outcome)
    values = {
        "p": f"TRY_CAST({text(wanted.probability)} AS DOUBLE)",
        # A table may say true and false; DuckDB reads them from text as BOOLEAN only.
        "y": f"coalesce(TRY_CAST({outcome} AS DOUBLE), TRY_CAST(TRY_CAST({outcome} AS BOOLEAN) "
        "AS DOUBLE))"
        if source.has_texts
        else f"TRY_CAST({outcome} AS DOUBLE)",
    }
    laws = {
        wanted.probability: f"{_INSIDE}p BETWEEN 0 AND 1",
        wanted.outcome: f"{_INSIDE}y IN (0, 1)",
    }
    if WEIGHT in columns:
        values["w"] = f"TRY_CAST({text(WEIGHT)} AS DOUBLE)"
        laws[WEIGHT] = f"{_INSIDE}w > 0 AND isfinite({_INSIDE}w)"
    for name in sorted(columns & set(INSTANTS)):
        values[name] = f"epoch_us(TRY_CAST({text(name)} AS TIMESTAMPTZ))"
        laws[name] = f"{_INSIDE}{name} IS NOT NULL"
    for name in sorted(columns & set(TEXTS)):
        values[name] = f"CAST({text(name)} AS VARCHAR)"
        laws[name] = f"{_INSIDE}{name} IS NOT NULL"
    for number, name in enumerate(wanted.by):
        values[f"by{number}"] = f"coalesce(CAST({text(name)} AS VARCHAR), '')"
    if wanted.cluster:
        values["cluster"] = f"CAST({text(wanted.cluster)} AS VARCHAR)"
        laws[wanted.cluster] = f"{_INSIDE}cluster IS NOT NULL"
    law_of = dict(enumerate(laws.items()))
    # Inside, values bear names no column has; a law speaks of them by their own.
    read = ", ".join(f"{sql} AS {_INSIDE}{name}" for name, sql in values.items())
    named = ", ".join(f"{_INSIDE}{name} AS {name}" for name in values)
    flaws = " ".join(f"WHEN ({law}) IS NOT TRUE THEN {n}" for n, (_, law) in law_of.items())
    column = " ".join(f"WHEN {n} THEN {_quoted(name)}" for n, (name, _) in law_of.items())
    raw = " ".join(
        f"WHEN {n} THEN CAST({text(name)} AS VARCHAR)" for n, (name, _) in law_of.items()
    )
    return (
        f"SELECT {index} AS source, {_INSIDE}nr AS nr, {named}, "
        f"CASE {_INSIDE}flaw {column} END AS flaw, CASE {_INSIDE}flaw {raw} END AS raw "
        f"FROM (SELECT *, CASE {flaws} END AS {_INSIDE}flaw FROM "
        f"(SELECT *, {read}, row_number() OVER () AS {_INSIDE}nr "
        f"FROM {source.scan(rejects=True)}))"
    )


def _broken_lines(
    connection: duckdb.DuckDBPyConnection, sources: list[Source], wanted: Wanted
) -> int:
    """Count the lines of CSV files that are no rows; an error unless they may be skipped."""
    if not any(source.kind == "csv" for source in sources):
        return 0
    rejected = connection.execute(
        "SELECT file_path, line, any_value(error_type), any_value(csv_line) FROM reject_errors "
        "JOIN reject_scans USING (scan_id, file_id) GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    if rejected and not wanted.skip_bad:
        path, line, error, text = rejected[0]
        name = next((one.name for one in sources if str(one.path) == path), path)
        raise TableError(
            f"{name}, line {line}: {str(error).lower()} in '{str(text)[:60]}': "
            "mend it, or leave such rows out with --skip-bad"
        )
    return len(rejected)


def _bad_values(
    connection: duckdb.DuckDBPyConnection, sources: list[Source], wanted: Wanted
) -> int:
    """Count rows with a bad value; an error unless they may be skipped."""
    (n_bad,) = connection.execute("SELECT count(flaw) FROM checked").fetchone() or (0,)
    if n_bad and not wanted.skip_bad:
        found = connection.execute(
            "SELECT source, nr, flaw, raw FROM checked WHERE flaw IS NOT NULL "
            "ORDER BY source, nr LIMIT 1"
        ).fetchone()
        assert found is not None
        source, nr, column, raw = found
        where = f"{sources[source].name}, row {nr}, column {column}"
        others = f" ({n_bad - 1} more rows are bad, too)" if n_bad > 1 else ""
        raise TableError(
            f"{where}: {_what_is_wrong(column, raw, wanted)}{others}: "
            "mend it, or leave such rows out with --skip-bad"
        )
    return int(n_bad)


def _what_is_wrong(column: str, raw: str | None, wanted: Wanted) -> str:
    if raw is None:
        return "the value is missing"
    shown = f"'{raw[:60]}'"
    if column == wanted.probability:
        return f"{shown} is not a probability from 0 to 1"
    if column == wanted.outcome:
        return f"{shown} is not an outcome, 0 or 1"
    if column == WEIGHT:
        return f"{shown} is not a weight above 0"
    return f"{shown} is not a time such as 2026-12-31 or 2026-12-31T10:00Z"


def _groups(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> list[tuple[str, ...]]:
    """Number the groups, and make the view of good rows."""
    names = [f"by{number}" for number in range(len(wanted.by))]
    if not names:
        connection.execute(
            "CREATE TEMP VIEW good AS SELECT * EXCLUDE (flaw, raw), 0 AS g FROM checked "
            "WHERE flaw IS NULL"
        )
        return [()]
    listed = ", ".join(names)
    connection.execute(
        f"CREATE TEMP TABLE named AS SELECT {listed}, row_number() OVER (ORDER BY {listed}) - 1 "
        f"AS g FROM (SELECT DISTINCT {listed} FROM checked WHERE flaw IS NULL)"
    )
    connection.execute(
        "CREATE TEMP VIEW good AS SELECT checked.* EXCLUDE (flaw, raw), g FROM checked "
        f"JOIN named USING ({listed}) WHERE flaw IS NULL"
    )
    return [
        tuple(row)
        for row in connection.execute(f"SELECT {listed} FROM named ORDER BY g").fetchall()
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: duckdb.Error) -> str:
    return " ".join(str(error).split("\n", 1)[0].split())
