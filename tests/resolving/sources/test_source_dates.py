"""Dates as sources write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import TICK

from forecast.model import NotReadable
from forecast.reading.instants import read_zone
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.reach import Span, check_date_format, read_span


def utc(*parts: int) -> datetime:
    """An instant."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def covers(first: datetime, after: datetime) -> Span:
    """The time from an instant to just before another."""
    return Span(first, after - TICK)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-12-31", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        ("2028-02-29", covers(utc(2028, 2, 29), utc(2028, 3, 1))),
        (" 2026-12 ", covers(utc(2026, 12, 1), utc(2027, 1, 1))),
        ("2026M02", covers(utc(2026, 2, 1), utc(2026, 3, 1))),
        ("2026-Q4", covers(utc(2026, 10, 1), utc(2027, 1, 1))),
        ("2026Q1", covers(utc(2026, 1, 1), utc(2026, 4, 1))),
        ("2026 q2", covers(utc(2026, 4, 1), utc(2026, 7, 1))),
        ("Q3 2026", covers(utc(2026, 7, 1), utc(2026, 10, 1))),
        ("2026", covers(utc(2026, 1, 1), utc(2027, 1, 1))),
        (2026, covers(utc(2026, 1, 1), utc(2027, 1, 1))),
        ("31 December 2026", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        ("Dec 31, 2026", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        ("December 2026", covers(utc(2026, 12, 1), utc(2027, 1, 1))),
        ("Feb 2028", covers(utc(2028, 2, 1), utc(2028, 3, 1))),
    ],
)
def test_days_and_periods_cover_all_of_their_time(written: str | int, expected: Span) -> None:
    """A day, month, quarter or year reaches from its first to its last microsecond."""
    assert expected == read_span(written, UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-12-31T10:00Z", utc(2026, 12, 31, 10)),
        ("2026-12-31 10:00:30", utc(2026, 12, 31, 10, 0, 30)),
        ("2026-12-31T10:00:30.25+02:00", utc(2026, 12, 31, 8, 0, 30, 250_000)),
        ("2026-12-31T10:00:30.123456789Z", utc(2026, 12, 31, 10, 0, 30, 123_456)),
        ("2026-12-31T10:00:00+0200", utc(2026, 12, 31, 8)),
        ("2026-12-31 10:00 UTC", utc(2026, 12, 31, 10)),
        ("Thu, 31 Dec 2026 10:00:00 GMT", utc(2026, 12, 31, 10)),
        ("Thu, 31 Dec 2026 10:00:00 -0500", utc(2026, 12, 31, 15)),
        ("Thu, 31 Dec 2026 10:00:00 -0000", utc(2026, 12, 31, 10)),
        ("31 Dec 2026 10:00 EST", utc(2026, 12, 31, 15)),
        (1_798_711_200, utc(2026, 12, 31, 10)),
        (1_798_711_200_123, utc(2026, 12, 31, 10, 0, 0, 123_000)),
    ],
)
def test_instants_are_their_own_end(written: str | int, expected: datetime) -> None:
    """An instant is read with its offset; without one by the question's clocks."""
    assert Span(expected, expected) == read_span(written, UTC)


def test_days_are_of_the_zone_of_the_question() -> None:
    """A day in Kathmandu ends at 18:15 UTC."""
    assert covers(utc(2026, 12, 30, 18, 15), utc(2026, 12, 31, 18, 15)) == read_span(
        "2026-12-31", read_zone("Asia/Kathmandu")
    )


def test_the_day_the_clocks_go_back_has_25_hours() -> None:
    """A day is as long as its zone has it."""
    read = read_span("2026-10-25", read_zone("Europe/Berlin"))
    assert timedelta(hours=25) - TICK == read.ends - read.begins


def test_an_hour_that_happens_twice_is_one_of_two() -> None:
    """Without an offset, 02:30 on the day the clocks go back may be either."""
    read = read_span("2026-10-25T02:30", read_zone("Europe/Berlin"))
    assert Span(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)) == read


@pytest.mark.parametrize(
    ("written", "format_", "expected"),
    [
        ("31/12/2026", "%d/%m/%Y", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        ("12/31/26", "%m/%d/%y", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        ("12/2026", "%m/%Y", covers(utc(2026, 12, 1), utc(2027, 1, 1))),
        ("FY2026", "FY%Y", covers(utc(2026, 1, 1), utc(2027, 1, 1))),
        ("2026年12月31日", "%Y年%m月%d日", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        (
            "Updated: 31 December 2026",
            "Updated: %d %B %Y",
            covers(utc(2026, 12, 31), utc(2027, 1, 1)),
        ),
        ("20261231", "%Y%m%d", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
        ("31.12.2026 10:30", "%d.%m.%Y %H:%M", Span(*[utc(2026, 12, 31, 10, 30)] * 2)),
        ("31.12.2026 10:30 +0130", "%d.%m.%Y %H:%M %z", Span(*[utc(2026, 12, 31, 9)] * 2)),
        ("2026-12-31", "%d/%m/%Y", covers(utc(2026, 12, 31), utc(2027, 1, 1))),
    ],
)
def test_odd_dates_by_their_format(written: str, format_: str, expected: Span) -> None:
    """A format says how odd dates are read; the usual ones are read beside it."""
    check_date_format(format_)
    assert expected == read_span(written, UTC, format_)


@pytest.mark.parametrize(
    "written", ["01/02/2026", "1.2.2026", "01-02-2026", "20261231", "26/01/02"]
)
def test_what_could_be_two_dates_asks_for_a_format(written: str) -> None:
    """01/02/2026 is January or February: it is not guessed."""
    with pytest.raises(SourceError, match="more than one way: say how to read it, such as date_f"):
        read_span(written, UTC)


@pytest.mark.parametrize(
    "written",
    [
        *("", "soon", "tomorrow", "+3d", "now", "2026-13-01", "2026-02-30", "2026-00", "2026-Q5"),
        *("0000", "9999", "2026-12-31T25:00Z", "10000-01-01", "31 Foo 2026", "May", "x" * 10_000),
        *(None, True, [], {}, 1.5, 0, 999, 9999, 10**9 - 1, 10**11, 10**14, -5),
        pytest.param(10**5000, id="huge"),
        *("Thu, 31 Dec 2026 10:00:00 MOON", "2026-12-31T10:00:00+99:00", "1798711200"),
    ],
)
def test_what_is_no_date_is_refused(written: object) -> None:
    """In one short line; relative dates are for people, not for sources."""
    with pytest.raises(SourceError, match="is not a date") as caught:
        read_span(written, UTC)
    assert len(str(caught.value)) < 120


def test_a_format_that_does_not_fit_is_named() -> None:
    """So that it can be mended."""
    with pytest.raises(SourceError, match="date_format = '%d/%m/%Y' does not fit it"):
        read_span("31st of May", UTC, "%d/%m/%Y")


@pytest.mark.parametrize(
    "format_", ["%d/%m", "%x %Y", "%Q %Y", "%Y %Y", "%Y %", "x", "%U %Y", "%Z %Y"]
)
def test_formats_that_read_no_date_are_refused(format_: str) -> None:
    """No year, nothing that depends on the machine, nothing unknown."""
    with pytest.raises(NotReadable):
        check_date_format(format_)


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9]{4}[-/ MQ][0-9]{1,2}([-/T ][0-9:Z]{0,9})?"),
    st.sampled_from(["", "%d/%m/%Y", "%Y"]),
)
def test_any_text_is_a_date_or_refused(text: str, format_: str) -> None:
    """Nothing else happens, and no time ends before it begins."""
    with suppress(SourceError):
        read = read_span(text, timezone(timedelta(hours=5)), format_)
        assert read.begins <= read.ends


@given(st.integers() | st.floats() | st.none() | st.booleans())
def test_any_number_is_a_date_or_refused(number: object) -> None:
    """Nothing else happens."""
    with suppress(SourceError):
        read = read_span(number, UTC)
        assert read.begins <= read.ends


@given(st.text(max_size=20))
def test_any_format_is_fine_or_refused(format_: str) -> None:
    """A format that passes reads or refuses; nothing else happens."""
    try:
        check_date_format(format_)
    except NotReadable:
        return
    with suppress(SourceError):
        read_span("31/12/2026", UTC, format_)
