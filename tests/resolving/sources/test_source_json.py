"""`json`: values at a path, their dates at another."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import LATER, TICK, URL, World, ask, end, find, is_answered

from forecast.model import InvalidField, NotReadable
from forecast.resolving.sources import json_source
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.paths import read_path
from forecast.resolving.sources.registry import check

#: As FRED answers `series/observations`: values are text, a dot is none, `realtime_end` is today.
FRED = {
    "realtime_start": "2027-03-01",
    "realtime_end": "2027-03-01",
    "units": "lin",
    "count": 4,
    "observations": [
        {"realtime_start": "2027-03-01", "date": "2026-10-01", "value": "188.1"},
        {"realtime_start": "2027-03-01", "date": "2026-11-01", "value": "."},
        {"realtime_start": "2027-03-01", "date": "2026-12-01", "value": "190.4"},
        {"realtime_start": "2027-03-01", "date": "2027-01-01", "value": "191.0"},
    ],
}
SERIES = {
    "path": "$.observations[*].value",
    "dates": "$.observations[*].date",
    "compare": ">= 190",
}


def test_a_series_of_fred() -> None:
    """The first value that passes, with its date and its place."""
    found = find(ask("json", SERIES), json.dumps(FRED))
    assert ("yes", end("2026-12-01"), "") == (found.outcome, found.known_at, found.caveat)
    assert end("2027-01-01") == found.as_of
    assert "$['observations'][2]['value'] = 190.4 (2026-12-01)" == found.excerpt


def test_a_series_that_does_not_get_there() -> None:
    """January's value shows that December's is in."""
    found = find(ask("json", {**SERIES, "compare": "> 200"}), json.dumps(FRED))
    assert ("no", end("2026-12-31"), "") == (found.outcome, found.known_at, found.caveat)


def test_today_is_not_how_far_the_values_reach() -> None:
    """FRED's `realtime_end` is always today: a no that rests on it has a caveat."""
    short = {**FRED, "observations": FRED["observations"][:2]}  # type: ignore[index]
    short["observations"].insert(  # type: ignore[attr-defined]
        0, {"date": "2026-09-01", "value": "187"}
    )
    settings = {**SERIES, "as_of": "$.realtime_end"}
    found = find(ask("json", settings), json.dumps(short))
    assert "no" == found.outcome
    assert "is there none after that?" in found.caveat


def test_one_value_and_its_date() -> None:
    """As a statistical office's headline figure."""
    body = '{"gdp": {"value": 3.1, "period": "2026-Q4"}, "updated": "2027-01-30T09:30:00Z"}'
    settings = {"path": "$.gdp.value", "dates": "$.gdp.period", "compare": "> 3"}
    assert "yes" == find(ask("json", settings), body).outcome


def test_a_value_with_a_reach() -> None:
    """The document says as of when its value is."""
    settings = {"path": "$.status", "compare": "== signed", "as_of": "$.as_of"}
    early = find(
        ask("json", settings),
        '{"status": "Draft", "as_of": "2026-12-30"}',
        fetched_at=datetime(2027, 1, 5, tzinfo=UTC),
    )
    assert (None, end("2026-12-30")) == (early.outcome, early.as_of)
    there = find(ask("json", settings), '{"status": "Draft", "as_of": "2026-12-31"}')
    assert ("no", "") == (there.outcome, there.caveat)
    signed = find(ask("json", settings), '{"status": "SIGNED", "as_of": 1798711200}')
    assert ("yes", "") == (signed.outcome, signed.caveat)


@pytest.mark.parametrize(("now", "outcome"), [(end("2026-12-31") - TICK, None), (LATER, "no")])
def test_a_live_source_reaches_to_now(now: datetime, outcome: str | None) -> None:
    """Then a no comes right after the deadline."""
    settings = {"path": "$.open", "compare": "== true", "as_of": "fetched"}
    assert outcome == find(ask("json", settings), '{"open": false}', fetched_at=now).outcome


def test_the_latest_of_several_dates_is_the_reach() -> None:
    """Such as when each of many parts was updated."""
    settings = {"path": "$.n", "compare": "> 5", "as_of": "$.parts[*].updated"}
    body = '{"n": 1, "parts": [{"updated": "2026-12-31"}, {"updated": "2026-12-30"}]}'
    assert "no" == find(ask("json", settings), body).outcome


def test_values_are_paired_with_their_own_dates() -> None:
    """A value that is missing, or its date, does not shift the others."""
    rows = [{"d": "2026-01-05", "v": 1}, {"d": "2026-02-05"}, {"d": "2026-03-05", "v": 200}]
    settings = {"path": "$[*].v", "dates": "$[*].d", "compare": ">= 190"}
    assert end("2026-03-05") == find(ask("json", settings), json.dumps(rows)).known_at
    del rows[0]["d"]
    with pytest.raises(SourceError, match=r"the value at \$\[0\]\['v'\] has no date"):
        find(ask("json", settings), json.dumps(rows))


def test_lists_side_by_side_must_be_as_long() -> None:
    """Else nobody knows which value is of which date."""
    settings = {"path": "$.v[*]", "dates": "$.d[*]", "compare": ">= 190"}
    good = '{"v": [1, 195], "d": ["2026-01", "2026-02"]}'
    assert end("2026-02-28") == find(ask("json", settings), good).known_at
    with pytest.raises(
        SourceError, match=r"2 values at .* and 1 dates at .*: they must be as many"
    ):
        find(ask("json", settings), '{"v": [1, 195], "d": ["2026-01"]}')


def test_a_filter_chooses() -> None:
    """By what stands beside the value."""
    body = '[{"c": "DEU", "v": 1}, {"c": "FRA", "v": 195}]'
    settings = {"path": "$[?@.c == 'FRA'].v", "compare": ">= 190", "as_of": "fetched"}
    assert "yes" == find(ask("json", settings), body).outcome


def test_a_daily_series_of_sixty_years_takes_no_time() -> None:
    """Fifteen thousand values with their dates."""
    days = [
        {"date": datetime.fromordinal(724_000 + day).date().isoformat(), "value": "1"}
        for day in range(15_000)
    ]
    began = time.perf_counter()
    find(ask("json", SERIES), json.dumps({"observations": days}))
    assert time.perf_counter() - began < 5


def test_headers_go_out() -> None:
    """Those of the settings, by name; the environment's values are put in later."""
    question = ask("json", {**SERIES, "headers.Accept": "text/x", "headers.X-Key": "${KEY}"})
    world = World(json.dumps(FRED).encode())
    check(question)
    json_source.find(question, world)
    assert [(URL, {"Accept": "text/x", "X-Key": "${KEY}"})] == world.asked


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "not JSON: Expecting value (line 1, column 1)"),
        ("<html>Down</html>", "(line 1, column 1); it begins with '<html>Down</html>'"),
        ('{"a": 1,\n "b" 2}', "line 2, column 6"),
        (b"\xff\xfe", "not UTF-8 text (byte 1)"),
        ('{"observations": NaN}', "it holds NaN, which is not a number"),
        ('{"observations": -Infinity}', "it holds -Infinity"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": ' * 50_000, "nested too deep"),
        ("[" + "9" * 5000 + "]", "thousands of digits"),
        ("{}", "nothing at $.observations[*].value: has the source changed?"),
        ('{"observations": [{"value": {}, "date": "2026"}]}', "an object is at $['observations']"),
        ('{"observations": [{"value": [], "date": "2026"}]}', "a list is at"),
        ('{"observations": [{"value": "x", "date": "2026-01-01"}]}', "'x' is not a number"),
        ('{"observations": [{"value": 1, "date": "1/2/2026"}]}', "more than one way"),
        ('{"observations": [{"value": 1, "date": {}}]}', "'an object' is not a date"),
        ('{"observations": [{"value": 1e999, "date": "2026-01-01"}]}', "is not a number"),
        ('{"observations": [{"value": "\\ud800", "date": "2026-01-01"}]}', "'�' is not a number"),
    ],
)
def test_what_is_not_as_described_is_one_clear_line(body: str | bytes, message: str) -> None:
    """Said what, and where."""
    with pytest.raises(SourceError) as caught:
        find(ask("json", SERIES), body)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


def test_a_reach_that_is_not_there_is_an_error() -> None:
    """Else a no would be proposed on the wrong ground."""
    settings = {"path": "$.a", "compare": "> 1", "as_of": "$.updated"}
    with pytest.raises(SourceError, match=r"nothing at \$\.updated"):
        find(ask("json", settings), '{"a": 1}')


def test_a_byte_order_mark_is_fine() -> None:
    """Some servers send one."""
    settings = {"path": "$.a", "compare": "> 0", "as_of": "fetched"}
    assert "yes" == find(ask("json", settings), b'\xef\xbb\xbf{"a": 1}').outcome


@pytest.mark.parametrize(
    "path",
    [
        *("", "a", "$[", "$.a b", "$..a..b", "$['a','b']", "$[0,1]", "$[?@.*]", "$[?@..a]"),
        *("$[?match(@.a, 'x')]", "$[?search(@.a, '(a+)+$')]", "$[?count(@.*) > 1]"),
        *("$[?@.a[?@.b]]", "$" + ".a" * 200, "$[?" + "&&".join(["@.a"] * 20) + "]"),
        *("$[" + "(" * 200, "$[?" + "!" * 200 + "@.a]", "$[99999999999999999999]"),
    ],
)
def test_paths_that_are_none_or_may_take_long_are_refused(path: str) -> None:
    """At load."""
    with pytest.raises(NotReadable):
        read_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "$",
        "$.a",
        "$['a b'][0]",
        "$[-1]",
        "$..a[*].b",
        "$[1:5:2]",
        "$[?@.a == 'x' && !(@.n < $.m)].v",
    ],
)
def test_usual_paths_pass(path: str) -> None:
    """Names, indexes, slices, wildcards, one descent, filters."""
    read_path(path)


def test_more_values_than_anybody_publishes_are_an_error() -> None:
    """A hundred thousand is enough."""
    with pytest.raises(SourceError, match="more than 100,000 values"):
        find(ask("json", {"path": "$[*]", "compare": "> 1"}), "[" + "1," * 100_000 + "1]")


@pytest.mark.parametrize(
    "path", ["$..[?@.a == $.b].c", "$..[?@ == $]", "$..a", "$..*", "$[*][*][*][*].x"]
)
def test_five_megabytes_take_seconds(path: str) -> None:
    """Of whatever, along whatever path."""
    body = "[" + ",".join(['{"a":[1,{"b":2}]}'] * 260_000) + "]"
    began = time.perf_counter()
    with pytest.raises(SourceError):
        find(ask("json", {"path": path, "compare": "> 1"}), body)
    assert time.perf_counter() - began < 30


def test_a_deep_document_under_a_descent_is_an_error() -> None:
    """The path says what it looks for at any depth, but not at any."""
    with pytest.raises(SourceError, match=r"too deep for the path's '..'"):
        find(ask("json", {"path": "$..a", "compare": "> 1"}), '{"b":' * 500 + "1" + "}" * 500)


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)


@given(
    st.binary(max_size=60) | st.builds(lambda value: json.dumps(value).encode(), json_values),
    st.sampled_from(["$", "$.a", "$..a", "$[*]", "$.a[*].b", "$.*"]),
    st.sampled_from(["", "$.b", "$..c", "$.a[*].c"]),
    st.sampled_from(["", "$.c", "fetched"]),
)
def test_whatever_comes_is_an_answer_or_an_error(
    body: bytes, path: str, dates: str, as_of: str
) -> None:
    """A `SourceError`, and no other."""
    given_ = {"path": path, "dates": dates, "as_of": as_of, "compare": ">= 1"}
    question = ask("json", {key: value for key, value in given_.items() if value})
    is_answered(question, body)


@given(st.text(max_size=40) | st.from_regex(r"\$([.\[][a-z*?@'\]]{0,4}){0,5}", fullmatch=True))
def test_any_path_is_fine_or_refused(path: str) -> None:
    """At load nothing else happens."""
    with suppress(InvalidField):
        check(ask("json", {"path": path.strip() or "$", "compare": "> 1"}))
