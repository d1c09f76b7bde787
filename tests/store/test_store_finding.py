"""Finding a question by the beginning of its id."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forecast.model import ForecastError
from forecast.store.connection import open_store
from forecast.store.queries import find_id, ids_beginning

# Few letters, so that prefixes meet.
IDS = st.from_regex(r"[ab1](?:[ab1-]{0,4}[ab1])?", fullmatch=True)


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    """An empty tracker in memory, put back after each use."""
    with closing(open_store(Path("no such file"), create=False)) as tracker:
        yield tracker


def with_ids(tracker: sqlite3.Connection, ids: list[str]) -> sqlite3.Connection:
    """Begin a write with these ids; roll it back afterwards."""
    recorded = "2026-05-04T12:00:00.000000Z"
    if tracker.in_transaction:
        tracker.execute("ROLLBACK")
    tracker.execute("BEGIN")
    rows = [(id_, recorded, "login", "system") for id_ in ids]
    tracker.executemany("INSERT INTO questions VALUES (?, ?, ?, ?)", rows)
    return tracker


@given(ids=st.lists(IDS, unique=True, min_size=1, max_size=12), typed=IDS)
def test_a_prefix_finds_what_alone_begins_so(empty: Any, ids: list[str], typed: str) -> None:
    """An exact id is itself; one candidate is found; several are listed; none is an error."""
    tracker = with_ids(empty, ids)
    candidates = sorted(id_ for id_ in ids if id_.startswith(typed))
    assert candidates == ids_beginning(tracker, typed)
    if typed in ids:
        assert typed == find_id(tracker, typed)
    elif len(candidates) == 1:
        assert candidates[0] == find_id(tracker, typed)
    else:
        problem = f"could be {len(candidates)} questions" if candidates else "no question's id"
        with pytest.raises(ForecastError, match=problem) as caught:
            find_id(tracker, typed)
        assert all(id_ in str(caught.value) for id_ in candidates[:5])


@given(ids=st.lists(IDS, unique=True, min_size=1, max_size=12), data=st.data())
def test_every_unambiguous_prefix_of_an_id_finds_it(
    empty: Any, ids: list[str], data: st.DataObject
) -> None:
    """In any case of letters, with blanks around it."""
    wanted = data.draw(st.sampled_from(ids))
    prefix = wanted[: data.draw(st.integers(1, len(wanted)))]
    assume(prefix == wanted or sum(id_.startswith(prefix) for id_ in ids) == 1)
    assert wanted == find_id(with_ids(empty, ids), f" {prefix.upper()}\n")


@given(typed=st.text())
def test_whatever_is_typed_finds_an_id_or_says_why_not(empty: Any, typed: str) -> None:
    """Patterns of SQL, other scripts, NUL, half a surrogate: an answer or a ForecastError."""
    tracker = with_ids(empty, ["a", "b-1"])
    try:
        assert find_id(tracker, typed) in ("a", "b-1")
    except ForecastError:
        assert typed.strip().lower() not in ("a", "b-1")


def test_bytes_that_are_no_text(empty: Any) -> None:
    """A terminal's stray bytes come as lone surrogates, which SQLite would choke on."""
    with pytest.raises(ForecastError, match="no question's id begins with"):
        find_id(with_ids(empty, ["a"]), "a\udcff")


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_nothing_is_no_id(empty: Any, nothing: str) -> None:
    """An unset variable in a script does not hit the only question there is."""
    with pytest.raises(ForecastError, match="no id was given"):
        find_id(with_ids(empty, ["a"]), nothing)


def test_patterns_mean_nothing(empty: Any) -> None:
    """`%`, `_`, `*` and `?` are letters like any, and begin no id."""
    tracker = with_ids(empty, ["rain", "snow"])
    for typed in ("%", "_ain", "r*", "?ain", "r%"):
        with pytest.raises(ForecastError, match="no question's id begins with"):
            find_id(tracker, typed)


def test_the_nearest_are_suggested(empty: Any) -> None:
    """A slip of the finger is answered with what was meant; nonsense with where to look."""
    tracker = with_ids(empty, ["china-aid-2022", "russia-gas-2022"])
    with pytest.raises(ForecastError, match="did you mean china-aid-2022"):
        find_id(tracker, "chian-aid-2022")
    with pytest.raises(ForecastError, match="see forecast list"):
        find_id(tracker, "zzz")


def test_many_candidates_are_not_all_listed(empty: Any) -> None:
    """Five, and how many more there are."""
    tracker = with_ids(empty, [f"q-{n}" for n in range(8)])
    with pytest.raises(
        ForecastError, match="'q' could be 8 questions: q-0, q-1, q-2, q-3, q-4 and 3 more"
    ):
        find_id(tracker, "q")


def test_a_year_is_enough_to_tell(empty: Any) -> None:
    """One id may begin another: typed in full it is exact, one letter more is the other."""
    tracker = with_ids(empty, ["aid", "aid-2022"])
    assert ["aid", "aid-2022"] == [find_id(tracker, "aid"), find_id(tracker, "aid-")]
