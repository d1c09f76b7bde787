"""Tables of forecasts, read by DuckDB: CSV, Parquet and JSON lines, compressed, globbed, piped.

Every value is checked. A value that is missing or cannot be is named with its file, row and
column; nothing is left out unless that was asked for, and then it is counted.
"""

import contextlib
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb

from forecast.exchange.formats import Column, Source, opened
from forecast.exchange.sources import TableError, find_files

#: Columns with a meaning of their own, besides probability and outcome; they may be absent.
TEXTS = ("question", "forecaster")
INSTANTS = ("made_at", "opened_at", "deadline", "closed_at")
WEIGHT = "weight"

#: DuckDB puts what does not fit on disk.
_MEMORY = "512MB"
#: From year 1 to the end of 9999, in microseconds since 1970.
_TIMES = "BETWEEN -62135596800000000 AND 253402300799999999"

#: DuckDB's names for lines that are no rows, in words.
_BROKEN = {
    "MISSING COLUMNS": "too few values",
    "TOO MANY COLUMNS": "too many values",
    "UNQUOTED VALUE": "a quote that does not end where the value does",
    "INVALID ENCODING": "it is not in UTF-8",
    "LINE SIZE OVER MAXIMUM": "too long a line",
}
_REMEDY = "mend it, or leave such rows out with --skip-bad"


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
        Holds them as the view `good`: `p`, `y` and `nr` (the order in which they were read); `w`
        (the weight), `g` (the group) and `cluster` (both numbered from 0) where there are any;
        and those of `question`, `forecaster` and the instants (in microseconds since 1970) that
        the table has.
    columns : frozenset of str
        Which of the columns with a meaning of their own the table has.
    has_cluster : bool
        Whether rows name the event they hang on.
    groups : list of tuple of str
        The values of the `by` columns, in order; `g` is an index into it.
    sources : list of Source
    firsts : list of int
        `nr` of the first row of each source.
    n, n_bad : int
        Good rows, and rows left out for a bad value.
    """

    connection: duckdb.DuckDBPyConnection
    columns: frozenset[str]
    has_cluster: bool
    groups: list[tuple[str, ...]]
    sources: list[Source]
    firsts: list[int]
    n: int
    n_bad: int

    def fetch(self, query: str) -> dict[str, Any]:
        """Run a query over `good` and give its columns as NumPy arrays."""
        return dict(self.connection.execute(query).fetchnumpy())

    def place(self, nr: int) -> str:
        """Say where a row stands: `table.csv, row 7`."""
        index = max(i for i, first in enumerate(self.firsts) if first <= nr)
        return f"{self.sources[index].name}, row {nr - self.firsts[index] + 1}"


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
        Whether DuckDB may draw a progress bar on standard output.

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
            ("autoinstall_known_extensions", False),  # nothing is fetched from anywhere
        ):
            connection.execute(f"SET {setting} = ?", [value])
        sources = []
        for file in find_files(files, folder / "files", stdin):
            with _naming(file.name):
                sources.append(
                    opened(connection, file, wanted.probability, skip_bad=wanted.skip_bad)
                )
        table = _read(connection, sources, wanted)
        with _naming(", ".join(source.name for source in sources)):
            yield table


def _read(connection: duckdb.DuckDBPyConnection, sources: list[Source], wanted: Wanted) -> Table:
    columns = _columns(sources, wanted)
    firsts: list[int] = []
    n_broken = 0
    for source in sources:
        select = _checked(source, columns, wanted)
        with _naming(source.name):
            command = "INSERT INTO checked" if firsts else "CREATE TEMP TABLE checked AS"
            firsts.append(_count(connection, "SELECT count(*) FROM checked") if firsts else 0)
            connection.execute(f"{command} {select}")
            n_broken += _broken_lines(connection, source, wanted)
    n_bad = _bad_values(connection, sources, firsts, columns, wanted)
    n = _count(connection, "SELECT count(*) FROM checked") - n_bad
    if not n:
        names = ", ".join(source.name for source in sources)
        problem = f"no good row: all {n_bad + n_broken} are bad" if n_bad + n_broken else "no row"
        raise TableError(f"{names}: {problem}, so there is nothing to score")
    groups = _good(connection, wanted, only_some=n_bad > 0)
    has_cluster = bool(wanted.cluster)
    return Table(connection, columns, has_cluster, groups, sources, firsts, n, n_bad + n_broken)


def _columns(sources: list[Source], wanted: Wanted) -> frozenset[str]:
    """Find which columns there are; all files must have those that are needed, and the same."""
    present: list[frozenset[str]] = []
    needed = {
        "probability": [wanted.probability],
        "outcome": [wanted.outcome],
        "by": wanted.by,
        "cluster": [wanted.cluster] if wanted.cluster else [],
    }
    for source in sources:
        for option, names in needed.items():
            for name in names:
                if not source.column(name):
                    raise TableError(_missing(source, name, option))
        special = (*TEXTS, *INSTANTS, WEIGHT)
        present.append(frozenset(name for name in special if source.column(name)))
    if len(set(present)) > 1:
        odd = sorted(frozenset.union(*present) - frozenset.intersection(*present))
        raise TableError(f"some of the files have a column {', '.join(odd)} and some have not")
    return present[0]


def _missing(source: Source, name: str, option: str) -> str:
    names = list(source.columns)
    near = difflib.get_close_matches(name, names, 1, 0.6)
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    near_by = f", but '{near[0]}'" if near else ""
    return (
        f"{source.name} has no column '{name}'{near_by} (of {listed}): name yours with --{option}"
    )


def _laws(columns: frozenset[str], wanted: Wanted) -> list[tuple[str, str, str]]:
    """Give what must hold of each row: the column that is to blame, the law, what is wrong."""
    laws = [
        (wanted.probability, "p BETWEEN 0 AND 1", "is not a probability from 0 to 1"),
        (wanted.outcome, "y IN (0, 1)", "is not an outcome, 0 or 1"),
    ]
    if WEIGHT in columns:
        laws.append((WEIGHT, "w > 0 AND isfinite(w)", "is not a weight above 0"))
    when = "is not a time such as 2026-12-31 or 2026-12-31T10:00Z"
    laws += [(name, f"{name} {_TIMES}", when) for name in INSTANTS if name in columns]
    if "opened_at" in columns:
        later = "is not after opened_at, so that the question was never open"
        ends = [name for name in ("deadline", "closed_at") if name in columns]
        laws += [(name, f"{name} > opened_at", later) for name in ends]
    laws += [(name, f"{name} <> ''", "is empty") for name in TEXTS if name in columns]
    if wanted.cluster:
        laws.append((wanted.cluster, "cluster <> ''", "is empty"))
    return laws


def _checked(source: Source, columns: frozenset[str], wanted: Wanted) -> str:
    """Give the SQL that reads a file: values in their types, and the first law a row breaks."""
    values = {
        "p": _column(source, wanted.probability).number,
        "y": _column(source, wanted.outcome).outcome,
    }
    if WEIGHT in columns:
        values["w"] = _column(source, WEIGHT).number
    values |= {name: _column(source, name).instant for name in INSTANTS if name in columns}
    values |= {name: _column(source, name).text for name in TEXTS if name in columns}
    for number, name in enumerate(wanted.by):
        values[f"by{number}"] = f"coalesce({_column(source, name).text}, '')"
    if wanted.cluster:
        values["cluster"] = _column(source, wanted.cluster).text
    laws = enumerate(_laws(columns, wanted))
    flaws = " ".join(f"WHEN ({law}) IS NOT TRUE THEN {n}" for n, (_, law, _) in laws)
    read = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
    # A flaw is a small number, and an outcome a byte: ten million rows are to fit in memory.
    return (
        "SELECT * REPLACE (TRY_CAST(y AS UTINYINT) AS y), "
        f"CAST(CASE {flaws} END AS UTINYINT) AS flaw FROM (SELECT {read} FROM {source.scan})"
    )


def _broken_lines(connection: duckdb.DuckDBPyConnection, source: Source, wanted: Wanted) -> int:
    """Count the lines of a CSV file that are no rows; an error unless they may be skipped."""
    if "store_rejects" not in source.scan:
        return 0
    rejected = connection.execute(
        "SELECT line, any_value(error_type), any_value(csv_line) FROM reject_errors "
        "JOIN reject_scans USING (scan_id, file_id) WHERE file_path = ? GROUP BY 1 ORDER BY 1",
        [source.path],
    ).fetchall()
    for line, error, text in rejected:
        # An open quote takes in all that follows, which are rows that nobody can count.
        is_open = error == "UNQUOTED VALUE" and "\n" in str(text).strip()
        if is_open or not wanted.skip_bad:
            told = _BROKEN.get(str(error), str(error).lower())
            shown = " ".join(str(text).split())[:60]
            remedy = "mend it" if is_open else _REMEDY
            raise TableError(f"{source.name}, line {line}: {told}: '{shown}': {remedy}")
    return len(rejected)


def _bad_values(
    connection: duckdb.DuckDBPyConnection,
    sources: list[Source],
    firsts: list[int],
    columns: frozenset[str],
    wanted: Wanted,
) -> int:
    """Count rows with a bad value; an error unless they may be skipped."""
    n_bad = _count(connection, "SELECT count(flaw) FROM checked")
    if not n_bad or wanted.skip_bad:
        return n_bad
    found = connection.execute(
        "SELECT rowid, flaw FROM checked WHERE flaw IS NOT NULL ORDER BY rowid LIMIT 1"
    ).fetchone()
    assert found is not None
    nr, flaw = found
    index = max(i for i, first in enumerate(firsts) if first <= nr)
    source, row = sources[index], nr - firsts[index] + 1
    name, _, problem = _laws(columns, wanted)[flaw]
    (raw,) = connection.execute(
        f"SELECT raw FROM (SELECT {_column(source, name).text} AS raw, row_number() OVER () AS n "
        f"FROM {source.scan}) WHERE n = {row}"
    ).fetchone() or (None,)
    wrong = "the value is missing" if raw is None else f"'{raw[:60]}' {problem}"
    more = "1 more row is" if n_bad == 2 else f"{n_bad - 1} more rows are"
    others = f" ({more} bad, too)" if n_bad > 1 else ""
    raise TableError(f"{source.name}, row {row}, column {name}: {wrong}{others}: {_REMEDY}")


def _good(
    connection: duckdb.DuckDBPyConnection, wanted: Wanted, *, only_some: bool
) -> list[tuple[str, ...]]:
    """Make the view of good rows, with groups and clusters as numbers; give the groups."""
    kept = "WHERE flaw IS NULL" if only_some else ""
    named = {
        "groups": ("g", [f"by{number}" for number in range(len(wanted.by))]),
        "clusters": ("code", ["cluster"] if wanted.cluster else []),
    }
    joins, numbers = "", "rowid AS nr"
    for table, (number, names) in named.items():
        if not names:
            continue
        listed = ", ".join(names)
        connection.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {listed}, CAST(row_number() OVER "
            f"(ORDER BY {listed}) - 1 AS INTEGER) AS {number} "
            f"FROM (SELECT DISTINCT {listed} FROM checked {kept})"
        )
        joins += f" JOIN {table} USING ({listed})"
        numbers += f", {number}"
    texts = "flaw, cluster" if wanted.cluster else "flaw"
    numbers = numbers.replace("code", "code AS cluster")
    connection.execute(
        f"CREATE TEMP VIEW good AS SELECT checked.* EXCLUDE ({texts}), "
        f"checked.{numbers} FROM checked{joins} {kept}"
    )
    if not wanted.by:
        return [()]
    listed = ", ".join(named["groups"][1])
    found = connection.execute(f"SELECT {listed} FROM groups ORDER BY g").fetchall()
    return [tuple(row) for row in found]


def _column(source: Source, name: str) -> Column:
    column = source.column(name)
    assert column is not None  # `_columns` has looked
    return column


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (n,) = connection.execute(query).fetchone() or (0,)
    return int(n)


@contextlib.contextmanager
def _naming(names: str) -> Iterator[None]:
    """Turn DuckDB's errors into one line that names the file."""
    try:
        yield
    except duckdb.Error as error:
        raise TableError(f"{names}: {_explained(error)}") from None


def _explained(error: duckdb.Error) -> str:
    text = str(error)
    if "invalid state" in text:
        return "its lines end in different ways (CRLF and LF), or it is no text: is it a CSV file?"
    if "not utf-8" in text.lower() or "unicode" in text.lower():
        return "it is not in UTF-8: save it in UTF-8"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "there is not enough memory, or disk for temporary files"
    return " ".join(text.split("\n", 1)[0].split())
