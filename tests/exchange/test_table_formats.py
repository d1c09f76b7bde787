"""The same rows, however they are written, are the same table."""

import contextlib
import gzip
import io
import json

import duckdb
import pytest

from forecast.exchange.tables import Wanted, open_table

PLAIN = "probability,outcome\n0.5,1\n0.1,0\n"
ROWS = [(0.5, 1), (0.1, 0)]


def read(*files, stdin=b"", columns="p, y", **wanted):
    """The rows of tables, and what is said of them."""
    with open_table([str(file) for file in files], Wanted(**wanted), io.BytesIO(stdin)) as table:
        rows = table.connection.execute(f"SELECT {columns} FROM good ORDER BY nr").fetchall()
        return rows, table


def rows_of(*files, **wanted):
    return read(*files, **wanted)[0]


def write_sql(path, select, options=""):
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({select}) TO '{path}' {options}")
    return path


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        "\ufeff" + PLAIN,
        "\n\n" + PLAIN,
        PLAIN.replace("0.1", "\n0.1"),
        '"probability","outcome"\n"0.5","1"\n"0.1","0"\n',
        'note,probability,outcome\n"two\nlines; ""and"" , a comma",0.5,1\n#,0.1,0\n',
        "probability,outcome\n 0.5 , 1.0 \n1e-1,0.0\n",
        "probability,outcome\n0.5,true\n.1,False\n",
        "probability,outcome\n0.5,yes\n0.1,NO\n",
        "Probability, OUTCOME\n0.5,1\n0.1,0\n",
        "a;b,c;probability;outcome\n;,,,;0.5;1\n;;0.1;0\n",
        "probability,outcome,Probability \n0.5,1,7\n0.1,0,7\n",
        "c1,c0,probability,outcome,p,y,flaw\nx,x,0.5,1,x,x,x\nx,x,0.1,0,x,x,x\n",
    ],
)
def test_csv(tmp_path, text):
    """Any delimiter, quoting, line end, byte-order mark, order of columns, way to say yes."""
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    assert ROWS == rows_of(path)


@pytest.mark.parametrize("ending", ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "dat", ""])
def test_kinds(tmp_path, ending):
    """The ending tells CSV from JSON; without one, or with an odd one, the first bytes do."""
    path = tmp_path / f"table.{ending}"
    lines = [json.dumps({"probability": p, "outcome": y}) for p, y in ROWS]
    path.write_text("\n".join(lines) if "json" in ending or not ending else PLAIN)
    assert ROWS == rows_of(path)


@pytest.mark.parametrize("how", ["gz", "zst"])
@pytest.mark.parametrize("kind", ["csv", "json", "odd"])
def test_compressed(tmp_path, how, kind):
    """By the first bytes, whatever the ending says; files and standard input alike."""
    path = tmp_path / (f"table.{kind}.{how}" if kind != "odd" else "table")
    text = (
        PLAIN
        if kind != "json"
        else '{"probability": 0.5, "outcome": 1}\n{"probability": 0.1, "outcome": 0}'
    )
    if how == "gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        values = ", ".join(f"('{line}')" for line in text.splitlines())
        options = (
            "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01', COMPRESSION zstd)"
        )
        write_sql(path, f"SELECT * FROM (VALUES {values})", options)
    assert ROWS == rows_of(path)
    assert ROWS == rows_of("-", stdin=path.read_bytes())


def test_json_values(tmp_path):
    """Numbers, texts and booleans; null is missing, as is a key that is not there."""
    path = tmp_path / "table.jsonl"
    path.write_text(
        '{"probability": "0.5", "outcome": true, "a/b~c\\"d": "x", "who": null}\n\n'
        '{"outcome": "0", "probability": 0.1, "who": "B"}\n'
    )
    assert ROWS == rows_of(path)
    assert [("",), ("B",)] == read(path, by=["who"])[1].groups
    assert [("",), ("x",)] == read(path, by=['a/b~c"d'])[1].groups


def test_json_array(tmp_path):
    """One array of objects is as good as a line for each."""
    path = tmp_path / "table.json"
    path.write_text(json.dumps([{"probability": p, "outcome": y} for p, y in ROWS], indent=1))
    assert ROWS == rows_of(path)


def test_json_key_that_comes_late(tmp_path):
    """A column counts however many rows lack it at first; then its value is missing in these."""
    path = tmp_path / "table.jsonl"
    rows = [{"probability": 0.5, "outcome": 1}] * 30_000 + [
        {"probability": 0.5, "outcome": 1, "weight": 2}
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(Exception, match="row 1, column weight: the value is missing"):
        rows_of(path)


@pytest.mark.parametrize("outcome", ["BOOLEAN", "TINYINT", "UBIGINT", "DOUBLE", "VARCHAR"])
@pytest.mark.parametrize("probability", ["DOUBLE", "DECIMAL(4, 2)", "VARCHAR"])
def test_parquet_types(tmp_path, probability, outcome):
    """A value is what it says, whatever its type; a Parquet file needs no ending."""
    rows = ", ".join(f"({p}::{probability}, ({y} = 1)::{outcome})" for p, y in ROWS)
    path = tmp_path / "table"
    write_sql(path, f"FROM (VALUES {rows}) AS t(probability, outcome)", "(FORMAT parquet)")
    assert ROWS == rows_of(path)
    assert ROWS == rows_of("-", stdin=path.read_bytes())


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("TIMESTAMPTZ", "2022-01-02 02:00:00+02"),
        ("TIMESTAMP", "2022-01-02 00:00:00"),
        ("TIMESTAMP_S", "2022-01-02 00:00:00"),
        ("TIMESTAMP_MS", "2022-01-02 00:00:00"),
        ("TIMESTAMP_NS", "2022-01-02 00:00:00"),
        ("DATE", "2022-01-02"),
        ("VARCHAR", "2022-01-02T02:00:00+02:00"),
    ],
)
def test_parquet_times(tmp_path, type_, value):
    """Times of every type are the same instant; without a zone they are in UTC."""
    select = f"SELECT 0.5 AS probability, 1 AS outcome, CAST('{value}' AS {type_}) AS made_at"
    path = write_sql(tmp_path / "table.parquet", select)
    assert [(1_641_081_600_000_000,)] == rows_of(path, columns="made_at")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-01-02", 1_641_081_600_000_000),
        ("2022-01-02T00:00:00Z", 1_641_081_600_000_000),
        ("2022-01-02 00:00:00.000001", 1_641_081_600_000_001),
        ("2022-01-02T00:00:00+02:00", 1_641_074_400_000_000),
        ("2022-01-02T00:00-05:30", 1_641_101_400_000_000),
        (" 2022-01-02 ", 1_641_081_600_000_000),
    ],
)
def test_times(tmp_path, text, expected):
    """ISO 8601, with or without an offset: `2022-01-02T00:00:00+02:00` is 22:00 in UTC."""
    path = tmp_path / "table.csv"
    path.write_text(f"probability,outcome,made_at\n0.5,1,{text}\n")
    assert [(expected,)] == rows_of(path, columns="made_at")


def test_zone_of_the_machine_changes_nothing(tmp_path, monkeypatch):
    """A time without an offset is in UTC everywhere."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    path = tmp_path / "table.csv"
    path.write_text("probability,outcome,made_at\n0.5,1,2022-01-02\n")
    assert [(1_641_081_600_000_000,)] == rows_of(path, columns="made_at")
