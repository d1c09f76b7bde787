"""`csv`: a column, its dates, and rows chosen by other columns."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import ask, end, find, is_answered

from forecast.model import InvalidField
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.registry import check

#: As the OECD's data explorer gives a series.
OECD = (
    "STRUCTURE,STRUCTURE_ID,REF_AREA,Reference area,MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS\r\n"
    "DATAFLOW,OECD.SDD.STES:DSD(4.0),DEU,Germany,CLI,2026-10,99.8,A\r\n"
    "DATAFLOW,OECD.SDD.STES:DSD(4.0),DEU,Germany,CLI,2026-12,101.2,A\r\n"
    "DATAFLOW,OECD.SDD.STES:DSD(4.0),DEU,Germany,CLI,2026-11,100.4,A\r\n"
    "DATAFLOW,OECD.SDD.STES:DSD(4.0),DEU,Germany,CLI,2027-01,101.0,A\r\n"
    'DATAFLOW,OECD.SDD.STES:DSD(4.0),KOR,"Korea, Republic of",CLI,2026-02,103.0,A\r\n'
    'DATAFLOW,OECD.SDD.STES:DSD(4.0),KOR,"Korea, Republic of",CLI,2026-12,,M\r\n'
)
GERMANY = {"column": "OBS_VALUE", "date": "TIME_PERIOD", "where.REF_AREA": "DEU"}


def test_a_series_of_the_oecd() -> None:
    """One country's rows, in whatever order, with their months."""
    found = find(ask("csv", {**GERMANY, "compare": "> 100"}), OECD)
    assert ("yes", end("2026-11-30"), "") == (found.outcome, found.known_at, found.caveat)
    assert end("2027-01-31") == found.as_of
    assert "row 4: OBS_VALUE = 100.4 (TIME_PERIOD 2026-11)" == found.excerpt


def test_how_far_each_series_reaches() -> None:
    """Korea's rows end in February: Germany's say nothing of them, nor does a blank."""
    settings = {**GERMANY, "where.REF_AREA": "KOR", "compare": "> 110"}
    found = find(ask("csv", settings), OECD)
    assert (None, end("2026-02-28")) == (found.outcome, found.as_of)
    assert "no" == find(ask("csv", {**GERMANY, "compare": "> 110"}), OECD).outcome


def test_all_of_where_must_fit() -> None:
    """A quoted comma is part of the cell; names may have blanks."""
    settings = {
        "column": "OBS_VALUE",
        "where.Reference area": "Korea, Republic of",
        "where.TIME_PERIOD": "2026-02",
        "compare": "== 103",
        "as_of": "fetched",
    }
    assert "yes" == find(ask("csv", settings), OECD).outcome
    nowhere = {**settings, "where.TIME_PERIOD": "2026-03"}
    with pytest.raises(SourceError, match="no row with Reference area = Korea"):
        find(ask("csv", nowhere), OECD)


def test_a_number_of_a_year() -> None:
    """The last value of the question's time, once January's is there."""
    found = find(ask("csv", GERMANY, type="number"), OECD)
    assert ("101.2", end("2026-12-31"), "") == (found.outcome, found.known_at, found.caveat)


@pytest.mark.parametrize(
    ("body", "settings"),
    [
        ("a;b\n1;2026-02-01\n", {"delimiter": ";"}),
        ("a\tb\n1\t2026-02-01\n", {"delimiter": "tab"}),
        ("a|b\n1|2026-02-01", {"delimiter": "|"}),
        ("\ufeffa,b\n1,2026-02-01\n", {}),
        ("a,b\r\n\r\n1,2026-02-01\r\n", {}),
        ("\n".join(["a,b", "1,2026-02-01", "Source: the office", ""]), {}),
        ("a,b\n1,2026-02-01,,\n", {}),
        (" a , b \n 1 , 2026-02-01 \n", {}),
        ("a,b,c,c\n1,2026-02-01,,\n", {}),
        ("a,b\n1,1.2.2026\n", {"date_format": "%d.%m.%Y"}),
        ("a,b\n,\n.,\n1,2026-02-01\n", {}),
    ],
)
def test_shapes(body: str, settings: dict[str, str]) -> None:
    """Delimiters, marks, blank lines, notes below the table, columns nobody asked for."""
    given_ = {"column": "a", "date": "b", "compare": "> 0", **settings}
    assert end("2026-02-01") == find(ask("csv", given_), body).known_at


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("für,b\n1,2026\n".encode(), ""),
        ("für,b\n1,2026\n".encode("latin-1"), "text/csv; charset=ISO-8859-1"),
        ("für,b\n1,2026\n".encode("cp1252"), 'text/csv; charset="windows-1252"'),
        ("für,b\n1,2026\n".encode("utf-16"), "text/csv"),
        ("für,b\n1,2026\n".encode(), "text/csv; charset=ISO-8859-1"),
    ],
)
def test_charsets(body: bytes, content_type: str) -> None:
    """UTF-8 where it is, else what the mark or the header says."""
    settings = {"column": "für", "date": "b", "compare": "> 0"}
    assert "yes" == find(ask("csv", settings), body, content_type=content_type).outcome


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "it has no column 'a': its columns are (none)"),
        ("x,y\n1,2\n", "it has no column 'a': its columns are x, y"),
        ("a,a,b\n1,2,3\n", "it has 2 columns named 'a'"),
        ("a,b\n", "it has no rows: has the source changed?"),
        ("a,b\n1,2,3\n", "row 2 has 3 columns, and the header 2: is the delimiter right?"),
        ("a,b,c\n1,2\n", "row 2 has 2 columns, and the header 3"),
        ('a,b\n"1,2026\n', "not CSV: row 2: unexpected end of data"),
        ('a,b\n"1"x,2026\n', "not CSV: row 2"),
        ("a,b\n" + "x" * 200_000 + ",2026\n", "field larger than field limit"),
        ("a,b\n1,soon\n", "row 2, column 'b': 'soon' is not a date"),
        ("a,b\nmany,2026-02\n", "'many' is not a number"),
        (b"a,b\n\xff,2026\n", "not UTF-8 text (byte 5)"),
        ("a,b\n.,2026\nNA,2026\n", "all its values are blank"),
        (",".join(f"column{n}" for n in range(1000)) + "\n", "column19 …"),
    ],
)
def test_what_is_not_as_described_is_one_clear_line(body: str | bytes, message: str) -> None:
    """Said what, and where."""
    with pytest.raises(SourceError) as caught:
        find(ask("csv", {"column": "a", "date": "b", "compare": "> 0"}), body)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


def test_five_megabytes_take_seconds() -> None:
    """Of which few rows are asked for."""
    rows = "".join(f"{n % 250},2026-0{n % 9 + 1}-01,DEU\n" for n in range(250_000))
    settings = {"column": "v", "date": "d", "where.v": "7", "compare": "> 300"}
    began = time.perf_counter()
    found = find(
        ask("csv", settings), "v,d,c\n" + rows, fetched_at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert None is found.outcome
    assert time.perf_counter() - began < 15
    every = {"column": "v", "compare": "> 300"}
    with pytest.raises(SourceError, match="more than 100,000 rows: choose fewer by where"):
        find(ask("csv", every), "v,d,c\n" + rows)


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\\", "a", "tabs"])
def test_what_separates_no_columns_is_refused(delimiter: str) -> None:
    """One sign, or the word tab."""
    with pytest.raises(InvalidField, match="delimiter"):
        check(ask("csv", {"column": "a", "compare": "> 0", "delimiter": delimiter}))


@given(
    st.binary(max_size=80)
    | st.text('ab,"\n\r;. 0123456789-', max_size=80).map(lambda rest: b"a,b\n" + rest.encode()),
    st.booleans(),
)
def test_whatever_comes_is_an_answer_or_an_error(body: bytes, dated: bool) -> None:
    """A `SourceError`, and no other."""
    settings = {"column": "a", "compare": ">= 1", **({"date": "b"} if dated else {})}
    is_answered(ask("csv", settings), body)
