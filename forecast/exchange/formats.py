"""CSV, JSON lines and Parquet: which columns a file has, and the SQL that reads them.

Nothing about a CSV file is left to guessing by a sample of its rows, as a guess may take bad rows
for a preamble and leave them out: the header alone decides.
"""

import csv
from dataclasses import dataclass, replace

import duckdb

from forecast.exchange.sources import File, TableError, kind_of_text

_DELIMITERS = (",", ";", "\t", "|")
#: Stands in no text, so that a line is read as one field.
_NO_DELIMITER = "\x01"
#: No table has so many empty lines before its header.
_FIRST_LINES = 100

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_TIMES = ("TIMESTAMP", "DATE")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: the SQL for its value, and DuckDB's name of its type."""

    sql: str
    type: str = "VARCHAR"

    @property
    def text(self) -> str:
        """The SQL for the value as text."""
        return self.sql if self.type == "VARCHAR" else f"CAST({self.sql} AS VARCHAR)"

    @property
    def number(self) -> str:
        """The SQL for the value as a number, NULL where it is none."""
        whole = self.type.startswith((*_NUMBERS, "U"))
        return f"TRY_CAST({self.sql if whole else self.text} AS DOUBLE)"

    @property
    def outcome(self) -> str:
        """The SQL for 0 or 1, which may also be written as false and true, or no and yes."""
        word = f"lower(trim({self.text}))"
        return (
            f"coalesce({self.number}, CASE WHEN {word} IN ('true', 'yes') THEN 1.0 "
            f"WHEN {word} IN ('false', 'no') THEN 0.0 END)"
        )

    @property
    def instant(self) -> str:
        """The SQL for a time in microseconds since 1970; in UTC, unless it has an offset."""
        if self.type.startswith(_TIMES):
            return f"epoch_us(TRY_CAST({self.sql} AS TIMESTAMPTZ))"
        stripped = f"TRY_CAST(trim({self.text}) AS TIMESTAMPTZ)"
        return f"epoch_us(coalesce(TRY_CAST({self.text} AS TIMESTAMPTZ), {stripped}))"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: its name for people, the SQL that scans it, its columns."""

    name: str
    path: str
    scan: str
    columns: dict[str, Column]

    def column(self, name: str) -> Column | None:
        """Find a column; where none is called just so, the one that differs only in case."""
        if name in self.columns:
            return self.columns[name]
        alike = [one for one in self.columns if one.strip().casefold() == name.casefold()]
        return self.columns[alike[0]] if len(alike) == 1 else None


def opened(
    connection: duckdb.DuckDBPyConnection, file: File, probability: str, *, skip_bad: bool
) -> Source:
    """Look into a file.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    file : File
    probability : str
        A column that a table should have; it tells which sign divides columns.
    skip_bad : bool
        Whether lines that are no JSON are to be rows without values, instead of an error.

    Returns
    -------
    Source

    Raises
    ------
    TableError
        If it cannot be read as what it seems to be.
    """
    if not file.kind:
        start = _first_lines(connection, file)[:1]
        file = replace(file, kind=kind_of_text(start[0].encode() if start else b""))
    if file.kind == "parquet":
        return _parquet(connection, file)
    if file.kind == "json":
        return _json(connection, file, skip_bad)
    return _csv(connection, file, probability)


def quoted(text: str) -> str:
    """Write a text in SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _parquet(connection: duckdb.DuckDBPyConnection, file: File) -> Source:
    scan = f"read_parquet({quoted(str(file.path))}, hive_partitioning = false)"
    found = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    columns = {str(name): Column(_identifier(name), str(type_)) for name, type_, *_ in found}
    return Source(file.name, str(file.path), scan, columns)


def _json(connection: duckdb.DuckDBPyConnection, file: File, skip_bad: bool) -> Source:
    errors = ", ignore_errors = true" if skip_bad else ""
    format_ = "newline_delimited" if skip_bad else "auto"
    scan = (
        f"read_json_objects({quoted(str(file.path))}, format = '{format_}', "
        f"compression = '{file.compression}', hive_partitioning = false{errors})"
    )
    # All rows are asked: a key may be missing in as many of the first ones as it pleases.
    keys = "CASE WHEN json_type(json) = 'OBJECT' THEN json_keys(json) END"
    found = connection.execute(f"SELECT DISTINCT unnest({keys}) FROM {scan} ORDER BY 1").fetchall()
    columns = {}
    for (name,) in found:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        columns[name] = Column(f"json_extract_string(json, {quoted(pointer)})")
    if not columns:
        raise TableError(f"{file.name} holds no forecast: each line is to be an object, {{…}}")
    return Source(file.name, str(file.path), scan, columns)


def _csv(connection: duckdb.DuckDBPyConnection, file: File, probability: str) -> Source:
    lines = _first_lines(connection, file)
    header = next((line for line in lines if line.strip()), "")
    if not header:
        raise TableError(f"{file.name} is empty")
    named = {sign: _fields(header, sign) for sign in _DELIMITERS}
    likely = [sign for sign in _DELIMITERS if probability in named[sign]] or list(_DELIMITERS)
    delimiter = max(likely, key=lambda sign: len(named[sign]))
    names = named[delimiter]
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise TableError(f"{file.name} has two columns called '{twice[0]}'")
    types = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(names)))
    scan = (
        f"read_csv({quoted(str(file.path))}, auto_detect = false, header = true, "
        f"skip = {lines.index(header)}, delim = {quoted(delimiter)}, quote = '\"', escape = '\"', "
        f"comment = '', columns = {{{types}}}, compression = '{file.compression}', "
        "hive_partitioning = false, store_rejects = true)"
    )
    columns = {name: Column(f"c{number}") for number, name in enumerate(names)}
    return Source(file.name, str(file.path), scan, columns)


def _first_lines(connection: duckdb.DuckDBPyConnection, file: File) -> list[str]:
    found = connection.execute(
        f"SELECT line FROM read_csv({quoted(str(file.path))}, auto_detect = false, "
        f"delim = '{_NO_DELIMITER}', quote = '', escape = '', header = false, comment = '', "
        f"columns = {{'line': 'VARCHAR'}}, compression = '{file.compression}', "
        f"hive_partitioning = false, ignore_errors = true) LIMIT {_FIRST_LINES}"
    ).fetchall()
    return [line or "" for (line,) in found]


def _fields(header: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
