"""Days and instants are read as written, in the zone that is meant, or refused."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from forecast.model import NotReadable
from forecast.reading.dates import read_when
from forecast.reading.instants import (
    day_if_end,
    day_if_start,
    end_of,
    read_stamp,
    read_zone,
    show_day,
    show_instant,
    stamp,
    start_of,
)

NOW = datetime(2026, 5, 6, 22, 30, tzinfo=UTC)  # a Wednesday; Thursday already in Tokyo
BERLIN = read_zone("Europe/Berlin")
TOKYO = read_zone("Asia/Tokyo")
ZONES = [
    "UTC",
    "America/Havana",
    "America/Juneau",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Toronto",
    "Asia/Kathmandu",
    "Asia/Manila",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
]
#: Days a zone's clocks never showed.
SKIPPED = [
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
]

#: What dates are made of.
PIECES = (
    "+ - 3 30 9999999999 2026 31 01 0 12 / : T z d w mo m y h min days ago in end of this "
    "next week month quarter year q2 march may Dec , . 9999 0000 02 friday now"
)

zones = st.sampled_from(ZONES).map(read_zone)
days = st.dates(date(1, 1, 3), date(9998, 12, 28)) | st.dates(date(1840, 1, 1), date(2040, 1, 1))
instants = st.datetimes(
    datetime(1, 1, 3), datetime(9998, 12, 28), timezones=st.just(UTC), allow_imaginary=False
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("  2026-12-31\n", date(2026, 12, 31)),
        ("0001-01-01", date(1, 1, 1)),
        ("9998-12-31", date(9998, 12, 31)),
        ("today", date(2026, 5, 6)),
        ("Tomorrow", date(2026, 5, 7)),
        ("yesterday", date(2026, 5, 5)),
        ("+30d", date(2026, 6, 5)),
        ("-2d", date(2026, 5, 4)),
        ("\N{MINUS SIGN}2d", date(2026, 5, 4)),
        ("+6w", date(2026, 6, 17)),
        ("+3mo", date(2026, 8, 6)),
        ("+1Y", date(2027, 5, 6)),
        ("+ 2 months", date(2026, 7, 6)),
        ("+0d", date(2026, 5, 6)),
        ("in 30 days", date(2026, 6, 5)),
        ("in 1 year", date(2027, 5, 6)),
        ("3 weeks ago", date(2026, 4, 15)),
        ("1 day ago", date(2026, 5, 5)),
        ("2 years ago", date(2024, 5, 6)),
        ("end of 2026", date(2026, 12, 31)),
        ("end of March 2027", date(2027, 3, 31)),
        ("end of feb 2028", date(2028, 2, 29)),
        ("end of Q2 2027", date(2027, 6, 30)),
        ("end of q4 2027", date(2027, 12, 31)),
        ("end of this week", date(2026, 5, 10)),
        ("end of next week", date(2026, 5, 17)),
        ("end of this month", date(2026, 5, 31)),
        ("end of next month", date(2026, 6, 30)),
        ("end of this quarter", date(2026, 6, 30)),
        ("end of next quarter", date(2026, 9, 30)),
        ("end of this year", date(2026, 12, 31)),
        ("END  OF next year", date(2027, 12, 31)),
        ("31 December 2026", date(2026, 12, 31)),
        ("31 Dec 2026", date(2026, 12, 31)),
        ("1 sept 2026", date(2026, 9, 1)),
        ("December 31, 2026", date(2026, 12, 31)),
        ("december 31,2026", date(2026, 12, 31)),
        ("Dec 31 2026", date(2026, 12, 31)),
        ("May 4, 2026", date(2026, 5, 4)),
    ],
)
def test_reads_days(typed: str, expected: date) -> None:
    """A day is read as a plain date."""
    actual = read_when(typed, NOW, UTC)
    assert expected == actual
    assert type(actual) is date


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("now", NOW),
        ("+36h", NOW + timedelta(hours=36)),
        ("-36 hours", NOW - timedelta(hours=36)),
        ("+90min", NOW + timedelta(minutes=90)),
        ("in 2 hours", NOW + timedelta(hours=2)),
        ("1 hour ago", NOW - timedelta(hours=1)),
        ("2026-12-31T10:00", datetime(2026, 12, 31, 9, tzinfo=UTC)),
        ("2026-07-31 10:00", datetime(2026, 7, 31, 8, tzinfo=UTC)),
        ("2026-12-31T10:00:30", datetime(2026, 12, 31, 9, 0, 30, tzinfo=UTC)),
        ("2026-12-31t10:00:30.5z", datetime(2026, 12, 31, 10, 0, 30, 500000, tzinfo=UTC)),
        ("2026-12-31 10:00 Z", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("2026-12-31 10:00 UTC", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("2026-12-31T10:00+05:45", datetime(2026, 12, 31, 4, 15, tzinfo=UTC)),
        ("2026-12-31T10:00\N{MINUS SIGN}05:00", datetime(2026, 12, 31, 15, tzinfo=UTC)),
    ],
)
def test_reads_instants(typed: str, expected: datetime) -> None:
    """An instant is read as an aware datetime in UTC; without an offset it is local time."""
    actual = read_when(typed, NOW, BERLIN)
    assert expected == actual
    assert isinstance(actual, datetime)
    assert UTC is actual.tzinfo


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("today", date(2026, 5, 7)),
        ("tomorrow", date(2026, 5, 8)),
        ("+1mo", date(2026, 6, 7)),
        ("2 days ago", date(2026, 5, 5)),
    ],
)
def test_today_is_the_zones(typed: str, expected: date) -> None:
    """Days are counted from today as the zone's calendar has it, not as UTC has it."""
    assert expected == read_when(typed, NOW, TOKYO)


@pytest.mark.parametrize(
    ("today", "typed", "expected"),
    [
        (date(2026, 1, 31), "+1mo", date(2026, 2, 28)),
        (date(2024, 2, 29), "+1y", date(2025, 2, 28)),
        (date(2026, 1, 31), "end of next month", date(2026, 2, 28)),
        (date(2026, 12, 31), "end of next quarter", date(2027, 3, 31)),
        (date(2026, 12, 31), "end of next month", date(2027, 1, 31)),
        (date(2026, 5, 10), "end of this week", date(2026, 5, 10)),
        (date(2026, 5, 11), "end of this week", date(2026, 5, 17)),
    ],
)
def test_calendar_arithmetic(today: date, typed: str, expected: date) -> None:
    """Months that are too short end the count on their last day; weeks end on Sunday."""
    assert expected == read_when(typed, start_of(today, UTC), UTC)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "nothing was written"),
        ("  ", "nothing was written"),
        ("01/02/2023", "1 February or 2 January: write 2023-02-01 or 2023-01-02"),
        ("31/12/2026", "write 2026-12-31"),
        ("31.12.2026", "write 2026-12-31"),
        ("2026/12/31", "write 2026-12-31"),
        ("01/01/2023", "write 2023-01-01"),
        ("45/45/2026", "not a date"),
        ("1/2/23", "not a date"),
        ("2026", "write 2026-12-31 or 'end of 2026'"),
        ("2026-12", "'end of December 2026'"),
        ("end of 2026-11", "'end of November 2026'"),
        ("may", "'end of December 2026'"),
        ("next march", "'end of December 2026'"),
        ("end of march", "'end of December 2026'"),
        ("March 2027", "'end of December 2026'"),
        ("31 December", "lacks its year"),
        ("Dec 31", "lacks its year"),
        ("end of month", "'end of this month' or 'end of next month'"),
        ("friday", "which week"),
        ("next Friday", "which week"),
        ("fri", "which week"),
        ("+3m", "write +3mo or +3min"),
        ("20261231", "write 2026-12-31"),
        ("2026-02-30", "does not exist"),
        ("30 February 2026", "does not exist"),
        ("2026-12-31T24:00", "does not exist"),
        ("2026-12-31T23:59:60Z", "does not exist"),
        ("2026-12-31T10:00+24:00", "does not exist"),
        ("0000-01-01", "does not exist"),
        ("end of 0000", "does not exist"),
        ("9999-01-01", "years 1 to 9998"),
        ("end of 9999", "years 1 to 9998"),
        ("10000-01-01", "not a date"),
        ("9999-12-31T23:00-05:00", "years 1 to 9998"),
        ("9998-12-31T23:00-05:00", "years 1 to 9998"),
        ("0001-01-01T00:00+05:00", "years 1 to 9998"),
        ("+9000y", "years 1 to 9998"),
        ("-9000y", "years 1 to 9998"),
        ("+99999999d", "years 1 to 9998"),
        ("-99999999mo", "years 1 to 9998"),
        ("+" + "9" * 90 + "h", "years 1 to 9998"),
        ("+" + "9" * 90 + "y", "years 1 to 9998"),
        ("3 fortnights ago", "not a date"),
        ("banana", "write 2026-12-31"),
        ("2026-12-31T10", "not a date"),
        ("2026-12-31T10:00:00.1234567Z", "not a date"),
        ("2026-W52-4", "not a date"),
        ("\N{FULLWIDTH DIGIT TWO}026-12-31", "not a date"),
        ("1" * 101, "too long"),
        ("a" * 10_000_000, "too long"),
    ],
)
def test_refuses(typed: str, hint: str) -> None:
    """What is no day, or could be two, is refused in one line that says what to write."""
    with pytest.raises(NotReadable) as error:
        read_when(typed, NOW, UTC)
    message = str(error.value)
    assert hint in message
    assert len(message.splitlines()) == 1
    assert len(message) < 200


@pytest.mark.parametrize(
    ("typed", "zone", "ways"),
    [
        ("2026-10-25T02:30", "Europe/Berlin", ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"]),
        ("2026-03-29 02:30", "Europe/Berlin", ["2026-03-29T02:30+01:00", "2026-03-29T02:30+02:00"]),
        (
            "2026-04-05T01:45:30",
            "Australia/Lord_Howe",
            ["2026-04-05T01:45:30+11:00", "2026-04-05T01:45:30+10:30"],
        ),
        ("2011-12-30T12:00", "Pacific/Apia", ["2011-12-30T12:00-10:00", "2011-12-30T12:00+14:00"]),
        # Local mean time has seconds; the offset offered must still be one we read.
        ("1893-04-01T00:03", "Europe/Berlin", ["1893-04-01T00:03+00:53:28"]),
    ],
)
def test_summer_time(typed: str, zone: str, ways: list[str]) -> None:
    """A local time that happens twice or never is refused; the spellings offered are readable."""
    with pytest.raises(NotReadable) as error:
        read_when(typed, NOW, read_zone(zone))
    for way in ways:
        assert way in str(error.value)
        assert datetime.fromisoformat(way) == read_when(way, NOW, UTC)


@given(st.text(max_size=120), zones)
@example("may", UTC)
def test_reads_or_refuses(text: str, zone: tzinfo) -> None:
    """Any text at all is a day or an instant, or is refused in one line."""
    _reads_or_refuses(text, zone)


@given(
    st.lists(
        st.sampled_from(PIECES.split()),
        max_size=9,
    ),
    st.sampled_from(["", " "]),
    zones,
    instants,
)
def test_reads_or_refuses_what_looks_like_dates(
    parts: list[str], glue: str, zone: tzinfo, now: datetime
) -> None:
    """The pieces dates are made of, in any order and at any time, are read or refused."""
    _reads_or_refuses(glue.join(parts), zone, now)


def _reads_or_refuses(text: str, zone: tzinfo, now: datetime = NOW) -> None:
    try:
        when = read_when(text, now, zone)
    except NotReadable as error:
        message = str(error)
        assert len(message.splitlines()) == 1
        return
    assert 1 <= when.year <= 9998
    assert not isinstance(when, datetime) or when.tzinfo is UTC


@pytest.mark.parametrize("now", [datetime.min, datetime.max])
@pytest.mark.parametrize("typed", ["today", "yesterday", "+1d", "-1mo", "end of next year"])
def test_clock_at_the_ends_of_time(now: datetime, typed: str) -> None:
    """A clock set to the ends of the calendar gives a refusal, not a traceback."""
    for zone in (TOKYO, read_zone("America/New_York")):
        _reads_or_refuses(typed, zone, now.replace(tzinfo=UTC))


@given(instants, zones)
def test_iso_reads_back(instant: datetime, zone: tzinfo) -> None:
    """An instant written with its offset, whatever the zone, reads back as itself."""
    assert instant == read_when(instant.astimezone(zone).isoformat(), NOW, BERLIN)
    assert instant == read_when(stamp(instant), NOW, BERLIN)


@given(st.dates(date(1, 1, 1), date(9998, 12, 31)))
def test_days_read_back(day: date) -> None:
    """A day written as ISO, or with its month's name, reads back as itself."""
    months = "January February March April May June July August September October November December"
    month = months.split()[day.month - 1]
    for written in (
        day.isoformat(),
        f"{day.day} {month} {day.year:04d}",
        f"{month[:3]} {day.day}, {day.year:04d}",
    ):
        assert day == read_when(written, NOW, UTC)


@given(instants)
def test_stamp_round_trip(instant: datetime) -> None:
    """A stamp has 27 characters and reads back as the same instant."""
    written = stamp(instant)
    assert len(written) == 27
    assert instant == read_stamp(written)


@given(instants, instants)
def test_stamps_sort(one: datetime, other: datetime) -> None:
    """The text order of stamps is the order of time."""
    assert (one < other) == (stamp(one) < stamp(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022-12-31",
        "2022-12-31T23:59:59Z",
        "2022-12-31T23:59:59.999999+00:00",
        "2022-12-31 23:59:59.999999Z",
        "2022-W52-6T23:59:59.999999Z",
        "2022-02-30T23:59:59.999999Z",
        "2022-12-31T23:59:59.999999Z\n",
    ],
)
def test_only_stamps_are_read_as_stamps(text: str) -> None:
    """Nothing but what `stamp` writes passes for a stamp."""
    with pytest.raises(NotReadable, match="not an instant as the tracker writes it"):
        read_stamp(text)


@given(days, zones)
@example(date(2018, 11, 3), read_zone("America/Sao_Paulo"))  # midnight of the 4th is missing
@example(date(1919, 3, 30), read_zone("America/Toronto"))  # the gap starts before midnight
@example(date(2011, 12, 29), read_zone("Pacific/Apia"))  # the 30th is missing
@example(date(2006, 10, 28), read_zone("America/St_Johns"))  # midnight happens twice
@example(date(1867, 10, 18), read_zone("America/Juneau"))  # the day happens twice
def test_days_abut(day: date, zone: tzinfo) -> None:
    """A day ends one microsecond before the next day that exists starts."""
    assume((str(zone), day) not in SKIPPED)
    following = day + timedelta(days=1)
    if (str(zone), following) in SKIPPED:
        following += timedelta(days=1)
    assert start_of(following, zone) - end_of(day, zone) == timedelta(microseconds=1)
    assert start_of(day, zone) < end_of(day, zone)


@given(days, zones)
@example(date(2018, 11, 4), read_zone("America/Sao_Paulo"))
@example(date(1919, 3, 31), read_zone("America/Toronto"))
@example(date(2006, 10, 29), read_zone("America/St_Johns"))
@example(date(1867, 10, 18), read_zone("America/Juneau"))
def test_day_of_its_edges(day: date, zone: tzinfo) -> None:
    """The start and the end of a day are recognised as that day's; other instants are not."""
    assume((str(zone), day) not in SKIPPED)
    start, end = start_of(day, zone), end_of(day, zone)
    assert day == day_if_start(start, zone)
    assert day == day_if_end(end, zone)
    assert day_if_end(start, zone) is None
    assert day_if_start(end, zone) is None
    assert str(day) == show_day(start, zone)
    assert day_if_start(start + timedelta(seconds=1), zone) is None


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 1, 1), "Asia/Kathmandu", "2025-12-31T18:15:00.000000Z"),
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00.000000Z"),
        (date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30:00.000000Z"),
        (date(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00:00.000000Z"),
        (date(2025, 11, 2), "America/Havana", "2025-11-02T04:00:00.000000Z"),
    ],
)
def test_first_instant(day: date, zone: str, start: str) -> None:
    """A day starts with the first instant its zone's clocks show, midnight or not."""
    assert start == stamp(start_of(day, read_zone(zone)))


@pytest.mark.parametrize(("name", "day"), SKIPPED)
def test_skipped_days(name: str, day: date) -> None:
    """A day the zone's clocks never showed has neither start nor end."""
    for edge in (start_of, end_of):
        with pytest.raises(NotReadable, match="the zone skipped it"):
            edge(day, read_zone(name))


@given(instants, zones)
def test_instants_are_their_own_edges(instant: datetime, zone: tzinfo) -> None:
    """A datetime is a date to Python; here it stays the instant it is, in UTC."""
    local = instant.astimezone(zone)
    for edge in (start_of, end_of):
        assert instant == edge(local, zone)
        assert UTC is edge(local, zone).tzinfo


@pytest.mark.parametrize(
    ("day", "zone"),
    [
        (date.max, "UTC"),
        (date.max, "America/New_York"),
        (date(9999, 1, 1), "UTC"),
        (date.min, "Asia/Tokyo"),
    ],
)
def test_edges_outside_the_calendar(day: date, zone: str) -> None:
    """Days whose edges cannot be written are refused."""
    for edge in (start_of, end_of):
        with pytest.raises(NotReadable, match="years 1 to 9998"):
            edge(day, read_zone(zone))


@pytest.mark.parametrize("instant", [datetime.min, datetime.max])
def test_showing_the_ends_of_time(instant: datetime) -> None:
    """Whatever can be stored can be shown, and asking for its day gives no traceback."""
    for zone in (UTC, TOKYO, read_zone("America/New_York")):
        aware = instant.replace(tzinfo=UTC)
        assert show_instant(aware, zone)
        assert show_day(aware, zone)
        assert day_if_start(aware, zone) in (None, date.min)
        assert day_if_end(aware, zone) is None


def test_naive_instants_are_refused() -> None:
    """A time without a zone is never taken for the machine's own."""
    naive = datetime(2026, 1, 1)
    for use in (stamp, lambda when: start_of(when, UTC), lambda when: show_day(when, UTC)):
        with pytest.raises(TypeError, match="has no zone"):
            use(naive)


@pytest.mark.parametrize(
    ("instant", "zone", "shown"),
    [
        ("2022-12-31T23:59:59.999999Z", "UTC", "2022-12-31 23:59 UTC"),
        ("2022-12-31T23:59:00.000000Z", "UTC", "2022-12-31 23:59 UTC"),
        ("2022-12-31T23:59:07.500000Z", "UTC", "2022-12-31 23:59:07 UTC"),
        ("2022-12-31T23:59:59.000000Z", "UTC", "2022-12-31 23:59:59 UTC"),
        ("2022-07-01T10:00:00.000000Z", "Europe/Berlin", "2022-07-01 12:00 CEST"),
        ("2022-07-01T10:00:00.000000Z", "Asia/Kathmandu", "2022-07-01 15:45 +0545"),
        ("0800-12-25T10:00:00.000000Z", "UTC", "0800-12-25 10:00 UTC"),
    ],
)
def test_show_instant(instant: str, zone: str, shown: str) -> None:
    """People see minutes, the zone's name, and seconds only where there are some."""
    assert shown == show_instant(read_stamp(instant), read_zone(zone))


def test_show_day() -> None:
    """The day shown is the one the zone's calendar has."""
    expected = "2026-05-07"
    assert expected == show_day(NOW, TOKYO)


def test_any_tzinfo_will_do() -> None:
    """A fixed offset is a zone like any other."""
    zone = timezone(timedelta(hours=3))
    assert datetime(2026, 5, 5, 21, tzinfo=UTC) == start_of(date(2026, 5, 6), zone)
    assert datetime(2026, 5, 6, 7, tzinfo=UTC) == read_when("2026-05-06T10:00", NOW, zone)


@pytest.mark.parametrize("name", ZONES)
def test_zones(name: str) -> None:
    """A zone is known by its name, and found once."""
    assert name == str(read_zone(name))
    assert read_zone(name) is read_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "America",
        "Mars/Olympus",
        "../UTC",
        "America/../UTC",
        "/etc/passwd",
        "/usr/share/zoneinfo/UTC",
        "UTC\0",
        "UTC\n",
        "Europe/Berlin/",
        "right/UTC",
        "posix/UTC",
        "localtime",
        "posixrules",
        "zone.tab",
        "leapseconds",
        "tzdata.zi",
        "\udc80",
        "a" * 100_000,
        "a/" * 50_000 + "a",
        "+05:45",
    ],
)
def test_unknown_zones(name: str) -> None:
    """What is no zone of the database is refused in one line, wherever it points."""
    with pytest.raises(NotReadable, match="is not a time zone") as error:
        read_zone(name)
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 160


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("america/new_york", "America/New_York"),
        ("new york", "America/New_York"),
        ("Kathmandu", "Asia/Kathmandu"),
        ("utc", "UTC"),
    ],
)
def test_nearest_zone(typed: str, nearest: str) -> None:
    """A misspelt zone or a city's name is answered with the zone that was meant."""
    with pytest.raises(NotReadable, match=f"did you mean {nearest}"):
        read_zone(typed)


@given(st.text(max_size=80))
def test_zone_is_read_or_refused(name: str) -> None:
    """Any text at all is a zone or is refused."""
    try:
        assert isinstance(read_zone(name), tzinfo)
    except NotReadable as error:
        message = str(error)
        assert len(message.splitlines()) == 1
