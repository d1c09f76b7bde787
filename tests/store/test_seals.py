"""Seals: one form, found in whatever is around it; and what a record has to be to extend one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import Forecast, ForecastError
from forecast.store import append, seals
from forecast.store.seals import Seal

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MADE = st.builds(
    Seal,
    st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 10**18 - 1),
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.tuples(*[st.integers(0, 10**18 - 1)] * len(seals.COUNTED)),
)


@pytest.fixture
def record(db, told, rain):
    """A tracker with a question and two forecasts."""
    append.add_question(db, rain, told())
    for probability in (0.1, 0.2):
        append.record_forecast(db, forecast(probability), told())
    return db


def forecast(probability):
    """A forecast of ann's on rain."""
    return Forecast(question="rain", forecaster="ann", made_at=NOW, probability=probability)


@given(MADE, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "Dear all,\n\n"]))
def test_a_seal_reads_as_it_was_written(seal, ending, around):
    """Whatever is around it, however its lines end, and quoted once more in an answer."""
    quoted = "".join(f"> {line}\n" for line in seals.text(seal).splitlines())
    said = (around + seals.text(seal) + around + quoted).replace("\n", ending)
    assert seal == seals.parse(said, "mail")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "holds no seal"),
        ("forecast seal 1\nmade now\n", "holds no seal"),
        (
            "".join(seals.text(Seal(NOW, n, "0" * 64, (0, 0, 0))) for n in (1, 2)),
            "holds more than one seal",
        ),
        (
            seals.text(Seal(NOW, 1, "0" * 64, (0, 0, 0))).replace("05-04", "13-04"),
            "2026-13-04T12:00:00.000000Z is no instant",
        ),
    ],
)
def test_what_is_no_seal(said, problem):
    """It is named, and told what it is instead."""
    with pytest.raises(ForecastError, match=problem) as caught:
        seals.parse(said, "mail.txt")
    assert str(caught.value).startswith("mail.txt")


def test_an_empty_record_has_nothing_to_seal(db):
    """A seal of nothing would prove nothing."""
    with pytest.raises(ForecastError, match="the record is empty"):
        seals.make(db, NOW)
    assert [] == seals.kept(db)


def test_taking_a_seal_writes_nothing(record):
    """It is remembered only when it is kept."""
    before = record.total_changes
    seal = seals.taken(record, NOW)
    assert (before, []) == (record.total_changes, seals.kept(record))
    assert seal == seals.make(record, NOW)
    assert [seals.text(seal)] == [one.text for one in seals.kept(record)]


def test_a_seal_holds_for_whatever_is_added(record, told):
    """A record that goes on extends all its seals."""
    made = []
    for probability in (0.3, 0.4, 0.5):
        made.append(seals.taken(record, NOW))
        append.record_forecast(record, forecast(probability), told())
    assert [""] * 3 == [seals.problem(record, one) for one in made]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"positions": 100}, "some are gone"),
        ({"head": "0" * 64}, "the record was rewritten"),
        ({"counts": (1, 3, 0)}, "the seal was changed"),
    ],
)
def test_what_does_not_extend_a_seal(record, changed, problem):
    """A record that is shorter, one that is another, and a seal that was tampered with."""
    seal = replace(seals.taken(record, NOW), **changed)
    assert problem in seals.problem(record, seal)


def test_many_seals_are_judged_like_each_by_itself(record, told):
    """Going along the chain once for all of them gives what going for each gives."""
    made = []
    for number in range(30):
        made.append(seals.taken(record, NOW))
        if number % 3:
            append.record_forecast(record, forecast(number / 100), told())
    made = [*made[::-1], Seal(NOW, 1, "0" * 64, (1, 1, 1)), Seal(NOW, 999, "0" * 64, (1, 1, 1))]
    assert [seals.problem(record, one) for one in made] == seals._problems(record, made)


def test_a_seal_is_remembered_once(record):
    """Kept again, it may still get an authority to stamp it."""
    seal = seals.taken(record, NOW)
    first = seals.keep(record, seal)
    again = seals.keep(record, seal, "https://tsa.example/")
    assert (first.id, False, True) == (again.id, first.is_pending, again.is_pending)
    assert [again] == seals.kept(record)
    seals.forget(record, again.id)
    assert [] == seals.kept(record)


def test_a_stamp_stays(record):
    """What an authority has said first is not replaced."""
    kept = seals.keep(record, seals.taken(record, NOW), "https://tsa.example/")
    seals.add_stamp(record, kept.id, b"first")
    seals.add_stamp(record, kept.id, b"second")
    (after,) = seals.kept(record)
    assert (b"first", False) == (after.stamp, after.is_pending)


def test_what_the_seals_say_of_the_record(record):
    """None made, some made, a stamp to come, one that is none: each in its words."""
    assert ("not checked", "none was made: forecast seal") == seals.judge(record)
    seals.make(record, NOW)
    assert ("pass", "1 made by this tracker") == seals.judge(record)
    seals.keep(record, seals.taken(record, NOW.replace(hour=13)), "https://tsa.example/")
    assert (
        "pending",
        "2 made by this tracker; the time stamp of the seal of 2026-05-04T13:00:00.000000Z is "
        "pending: forecast seal --pending",
    ) == seals.judge(record)
    seals.keep(record, seals.taken(record, NOW.replace(hour=14)), "https://tsa.example/")
    assert "is pending, and 1 more: forecast seal --pending" in seals.judge(record)[1]
    record.execute("UPDATE seals SET text = replace(text, 'forecasts 2', 'forecasts 3')")
    assert (
        "fail",
        "the seal of 2026-05-04T12:00:00.000000Z: the counts are not those of the record then: "
        "the seal was changed",
    ) == seals.judge(record)
    record.execute("UPDATE seals SET text = 'nothing'")
    assert "fail" == seals.judge(record)[0]
