"""What is wrong with a table is said in one line: file, row, column, value, and what to do."""

import gzip
import io
import os
import random

import pytest

from forecast.exchange.lives import questions_of
from forecast.exchange.sources import TableError
from forecast.exchange.tables import Wanted, open_table

HEADER = "probability,outcome,weight,question,made_at,opened_at,closed_at"
GOOD = "0.5,1,2,q,2022-01-02,2022-01-01,2022-01-05"
MEND = ": mend it, or leave such rows out with --skip-bad"


@pytest.fixture
def write(tmp_path):
    def write_(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write_


def read(*files, stdin=b"", timed=False, **wanted):
    with open_table(files, Wanted(**wanted), io.BytesIO(stdin)) as table:
        if timed:
            questions_of(table)
        return table.n, table.n_bad


def problem(*files, **options):
    """The message, without the folder."""
    with pytest.raises(TableError) as raised:
        read(*files, **options)
    message = str(raised.value)
    assert "\n" not in message
    assert len(message) < 400
    for file in files:
        message = message.replace(file, file.rpartition(os.sep)[2])
    return message


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("probability", "high", "'high' is not a probability from 0 to 1"),
        ("probability", "1.01", "'1.01' is not a probability from 0 to 1"),
        ("probability", "-0.1", "'-0.1' is not a probability from 0 to 1"),
        ("probability", "7%", "'7%' is not a probability from 0 to 1"),
        ("probability", '"0,5"', "'0,5' is not a probability from 0 to 1"),
        ("probability", "nan", "'nan' is not a probability from 0 to 1"),
        ("probability", "inf", "'inf' is not a probability from 0 to 1"),
        ("probability", "1e999", "'1e999' is not a probability from 0 to 1"),
        ("probability", "true", "'true' is not a probability from 0 to 1"),
        ("probability", "", "the value is missing"),
        ("outcome", "2", "'2' is not an outcome, 0 or 1"),
        ("outcome", "0.5", "'0.5' is not an outcome, 0 or 1"),
        ("outcome", "-1", "'-1' is not an outcome, 0 or 1"),
        ("outcome", "nan", "'nan' is not an outcome, 0 or 1"),
        ("outcome", "maybe", "'maybe' is not an outcome, 0 or 1"),
        ("outcome", "", "the value is missing"),
        ("weight", "0", "'0' is not a weight above 0"),
        ("weight", "-2", "'-2' is not a weight above 0"),
        ("weight", "inf", "'inf' is not a weight above 0"),
        ("weight", "", "the value is missing"),
        ("question", "", "the value is missing"),
        ("question", '""', "the value is missing"),
        *(
            ("made_at", bad, f"'{bad}' is not a time such as 2026-12-31 or 2026-12-31T10:00Z")
            for bad in ("yesterday", "01/02/2023", "2022-02-30", "2022", "infinity", "290000-01-01")
        ),
        ("made_at", "", "the value is missing"),
        (
            "made_at",
            "1640995200",
            "'1640995200' is not a time such as 2026-12-31 or 2026-12-31T10:00Z",
        ),
        ("closed_at", "x", "'x' is not a time such as 2026-12-31 or 2026-12-31T10:00Z"),
        (
            "closed_at",
            "2022-01-01",
            "'2022-01-01' is not after opened_at, so that the question was never open",
        ),
    ],
)
def test_bad_value(write, column, value, expected):
    """File, row (counted from 1, without the header), column and value; or it is left out."""
    fields = GOOD.split(",")
    fields[HEADER.split(",").index(column)] = value
    file = write("\n".join([HEADER, GOOD, ",".join(fields), GOOD]))
    assert f"t.csv, row 2, column {column}: {expected}{MEND}" == problem(file)
    assert (2, 1) == read(file, skip_bad=True)


def test_first_of_several(write):
    """The first is named, the others are counted; rows are counted in each file anew."""
    one, two = write("p,y\n0.5,1\n0.5,0\n", "1.csv"), write("p,y\n\n0.5,1\n7,1\n8,1\n", "2.csv")
    names = {"probability": "p", "outcome": "y"}
    expected = (
        "2.csv, row 2, column p: '7' is not a probability from 0 to 1 "
        f"(1 more row is bad, too){MEND}"
    )
    assert expected == problem(one, two, **names)
    assert (3, 2) == read(one, two, skip_bad=True, **names)


def test_long_values_are_cut(write):
    """Sixty letters tell enough; a line break in a value stays in the value."""
    assert f"'{'x' * 60}' is not" in problem(write(f"probability,outcome\n{'x' * 99},1\n"))


def test_bad_value_in_json_and_parquet(write, tmp_path):
    """As in CSV: null is missing, other things are shown."""
    file = write(
        '{"probability": 0.5, "outcome": 1}\n{"probability": [1], "outcome": 1}\n', "t.jsonl"
    )
    assert "t.jsonl, row 2, column probability: '[1]' is not a prob" in problem(file)
    file = write('{"probability": 0.5, "outcome": null}\n', "t.jsonl")
    assert "t.jsonl, row 1, column outcome: the value is missing" in problem(file)
    import duckdb

    for column, value, shown in (
        ("outcome", "'NaN'::DOUBLE", "'nan' is not an outcome"),
        ("probability", "true", "'true' is not a probability"),
        ("probability", "[1.5]", "'[1.5]' is not a probability"),
        ("made_at", "1640995200", "'1640995200' is not a time"),
        ("made_at", "'infinity'::TIMESTAMP", "'infinity' is not a time"),
        ("made_at", "TIME '10:00'", "'10:00:00' is not a time"),
    ):
        values = {"probability": "0.5", "outcome": "1", column: value}
        select = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
        path = tmp_path / "t.parquet"
        duckdb.sql(f"COPY (SELECT {select}) TO '{path}'")
        assert f"t.parquet, row 1, column {column}: {shown}" in problem(str(path))


def test_missing_column(write):
    """The message says which there are, and the nearest."""
    file = write("proba,outcom,q\n0.5,1,x\n")
    expected = (
        "t.csv has no column 'probability', but 'proba' (of proba, outcom, q): "
        "name yours with --probability"
    )
    assert expected == problem(file)
    assert "no column 'outcome', but 'outcom'" in problem(file, probability="proba")
    good = {"probability": "proba", "outcome": "outcom"}
    assert "no column 'zzz' (of proba, outcom, q): name yours with --by" in problem(
        file, by=["zzz"], **good
    )
    assert "name yours with --cluster" in problem(file, cluster="zzz", **good)
    assert "t.csv has two columns called 'outcome'" == problem(
        write("probability,outcome,outcome\n1,1,0\n")
    )
    other = write("proba,outcom\n0.5,1\n", "u.csv")
    assert "" != problem(file, other, by=["q"], **good)
    timed = write("proba,outcom,weight\n0.5,1,1\n", "v.csv")
    assert "some of the files have a column weight and some have not" == problem(
        other, timed, **good
    )


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("", "t.csv", "t.csv is empty"),
        ("\n \n", "t.csv", "t.csv is empty"),
        ("", "t.parquet", "t.parquet is empty"),
        ("probability,outcome\n", "t.csv", "t.csv: no row, so there is nothing to score"),
        ("probability,outcome", "t.csv", "t.csv: no row, so there is nothing to score"),
        ("\n", "t.jsonl", "t.jsonl is empty"),
        ("[]", "t.json", "t.json holds no forecast: each line is to be an object, {…}"),
        ("[1, 2]", "t.json", "t.json holds no forecast: each line is to be an object, {…}"),
        ('{"probability": 0.5, "outc', "t.jsonl", "t.jsonl: "),
        ("PAR1", "t.parquet", "t.parquet: "),
        ("PAR1 and no more of it PAR1", "t.csv", "t.csv: "),
        ("no parquet", "t.parquet", "t.parquet: "),
        (gzip.compress(b"probability,outcome\n0.5,1\n" * 9, mtime=0)[:-15], "t.csv.gz", "t.csv.gz"),
        (gzip.compress(b"", mtime=0), "t.csv.gz", "t.csv.gz is empty"),
        (b"\x1f\x8bnothing", "t.csv.gz", "t.csv.gz"),
        (b"\x28\xb5\x2f\xfdnothing", "t.csv.zst", "t.csv.zst"),
        ("probability,outcome\n0.5,1\n".encode("utf-16"), "t.csv", "t.csv"),
        ("probability,outcome\r\n0.5,1\n0.5,1\r\n", "t.csv", "t.csv: its lines end in diff"),
        (random.Random(1).randbytes(3000), "t.csv", "t.csv"),
        (random.Random(2).randbytes(3000), "t.jsonl", "t.jsonl"),
        (random.Random(3).randbytes(3000), "t.parquet", "t.parquet: "),
        ("{" * 5000, "t.jsonl", "t.jsonl: "),
    ],
)
def test_no_table(write, content, name, expected):
    """Empty, cut off, or something else: one line that begins with the file's name."""
    assert expected == problem(write(content, name))[: len(expected)]
    problem(write(content, name), skip_bad=True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0.5", "too few values: '0.5'"),
        ("0.5,1,1", "too many values: '0.5,1,1'"),
        ('"0.5"x,1', "a quote that does not end where the value does: "),
        (b"0.5\xe9,1", "it is not in UTF-8: "),
    ],
)
def test_broken_lines(write, line, expected):
    """Lines that are no rows are named by line, or counted with --skip-bad."""
    raw = line if isinstance(line, bytes) else line.encode()
    file = write(b"probability,outcome\n0.5,1\n" + raw + b"\n0.5,0\n")
    assert f"t.csv, line 3: {expected}" in problem(file)
    assert (2, 1) == read(file, skip_bad=True)


def test_open_quote(write):
    """It takes in the rows that follow, nobody knows how many: so they are not skipped."""
    file = write('probability,outcome\n0.5,1\n"0.5,1\n0.5,0\n')
    expected = (
        "t.csv, line 3: a quote that does not end where the value does: '\"0.5,1 0.5,0': mend it"
    )
    assert expected == problem(file, skip_bad=True)


def test_broken_json_line(write):
    """Likewise; what is no object is a row without values."""
    file = write('{"probability": 0.5, "outcome": 1}\n{"probability": \n3\n', "t.jsonl")
    assert "t.jsonl" in problem(file)
    assert (1, 2) == read(file, skip_bad=True)


def test_all_rows_bad(write):
    """There is nothing to score then."""
    file = write("probability,outcome\n7,1\n0.5\n")
    assert "t.csv: no good row: all 2 are bad, so there is nothing to score" == problem(
        file, skip_bad=True
    )


def test_missing_group_is_a_group(write):
    """A missing event is an error; a missing value of --by is the empty one."""
    file = write("probability,outcome,model,event\n0.5,1,,\n0.5,1,b,e\n")
    assert (2, 0) == read(file, by=["model"])
    assert f"t.csv, row 1, column event: the value is missing{MEND}" == problem(
        file, cluster="event"
    )


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("outcome", "0", "outcome, 1 and 0"),
        ("weight", "3", "weight, 2.0 and 3.0"),
        ("opened_at", "2021-01-01", "opened_at, 2022-01-01T00:00:00Z and 2021-01-01T00:00:00Z"),
        ("closed_at", "2022-02-01", "closed_at, 2022-01-05T00:00:00Z and 2022-02-01T00:00:00Z"),
    ],
)
def test_question_that_contradicts_itself(write, column, value, expected):
    """Both rows are named."""
    fields = GOOD.split(",")
    fields[HEADER.split(",").index(column)] = value
    file = write("\n".join([HEADER, GOOD, GOOD, ",".join(fields)]))
    message = (
        f"t.csv, row 3: question 'q' has two values of {expected}; "
        "t.csv, row 1 says another: they must be the same"
    )
    assert message == problem(file, timed=True)


def test_event_and_deadline_that_contradict_themselves(write):
    """Events and deadlines belong to questions, too."""
    head, row = "probability,outcome,question,made_at,deadline,event\n", "0.5,1,q,2022-01-01,"
    file = write(f"{head}{row}2022-02-01,a\n{row}2022-02-01,b\n")
    assert "question 'q' has two values of event;" in problem(file, timed=True, cluster="event")
    file = write(f"{head}{row}2022-02-01,a\n{row}2022-02-02,a\n")
    assert "question 'q' has two values of deadline, 2022-02-01T" in problem(file, timed=True)


def test_end_is_not_known(write):
    """Without closed_at and deadline the message says what to do."""
    file = write("probability,outcome,question,made_at\n0.5,1,q,2022-01-01\n")
    assert "add a column closed_at, or deadline; or leave made_at out" in problem(file, timed=True)
