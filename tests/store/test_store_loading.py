"""Loading question files: whole or not at all, and the second time changes nothing."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forecast.model import Comment, Entry, Forecast, ForecastError, Question, Resolution
from forecast.reading.instants import end_of
from forecast.store import append, forecasters, queries
from forecast.store.load import Loaded, load
from forecast.store.rows import Recording

OPENED = datetime(2026, 5, 1, tzinfo=UTC)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = Loaded()


def at(now: datetime = NOON) -> Recording:
    """Tell the tracker something at a time."""
    return Recording(at=now, by="login")


def forecast(probability: float | None = 0.1, who: str = "ann", day: int = 2) -> Forecast:
    """Make a forecast on the one question, on a day of May."""
    made_at = datetime(2026, 5, day, tzinfo=UTC)
    return Forecast(question="rain", forecaster=who, made_at=made_at, probability=probability)


@pytest.fixture
def entry(rain: Question) -> Entry:
    """What a file holds of the one question."""
    known_at = datetime(2026, 5, 3, tzinfo=UTC)
    return Entry(
        question=rain,
        forecasts=(forecast(), forecast(0.3, "bob"), forecast(None, day=3)),
        resolution=Resolution(question="rain", outcome="no", known_at=known_at),
        comments=(Comment(question="rain", author="eve", text="hm", made_at=known_at),),
    )


def content(tracker: sqlite3.Connection) -> str:
    """Give all that is in the database."""
    return "\n".join(tracker.iterdump())


def test_the_second_time_changes_nothing(db: Any, entry: Entry) -> None:
    """What was added is counted; loading again adds nothing, to the byte."""
    once = Loaded(questions=1, forecasts=3, resolutions=1, comments=1)
    assert once == load(db, [entry], at())
    before = content(db)
    assert NOTHING == load(db, [entry], at(NOON + DAY))
    assert before == content(db)


def test_only_what_is_new_is_added(db: Any, entry: Entry) -> None:
    """A file that grew adds what it grew by."""
    load(db, [entry], at())
    more = replace(
        entry,
        question=replace(entry.question, tags=("wet",)),
        forecasts=(*entry.forecasts, forecast(0.7, "carl")),
    )
    assert Loaded(revisions=1, forecasts=1) == load(db, [more], at())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"forecasts": (forecast(day=9),)}, "question 'snow': at: 2026-05-09.* in the future"),
        ({"forecasts": (forecast(who="x"), forecast(day=9))}, "in the future"),
        ({"zone": "Mars"}, "question 'snow': 'Mars' is not a time zone"),
        ({"known": NOON + 5 * DAY}, "question 'snow': known: .*in the future"),
        ({"known": OPENED - DAY}, "known: 2026-04-30.* is before 'snow' opened"),
        ({"outcome": "maybe"}, "question 'snow': outcome: 'maybe' is none of"),
        ({"remark": NOON + DAY}, "comment of 'snow' is from the future"),
    ],
)
def test_an_error_in_the_last_entry_loads_nothing(
    db: Any, entry: Entry, change: dict[str, Any], problem: str
) -> None:
    """Not a byte of the dump differs, and the error names the question."""
    load(db, [entry], at())
    before = content(db)
    settled = Resolution(
        question="snow",
        outcome=change.get("outcome", "no"),
        known_at=change.get("known", NOON),
    )
    remark = Comment(question="snow", author="eve", text="hm", made_at=change.get("remark", NOON))
    bad = Entry(
        question=replace(entry.question, id="snow", timezone=change.get("zone", "UTC")),
        forecasts=tuple(replace(one, question="snow") for one in change.get("forecasts", ())),
        resolution=settled,
        comments=(remark,),
    )
    good = replace(entry, question=replace(entry.question, id="hail"), forecasts=())
    good = replace(good, resolution=None, comments=())
    with pytest.raises(ForecastError, match=problem):
        load(db, [good, bad], at())
    assert before == content(db)


def test_a_correction_by_day_is_not_undone_at_night(db: Any, entry: Entry) -> None:
    """What was superseded since is not said again; the question is named as outdated."""
    load(db, [entry], at())
    append.resolve(db, "rain", "yes", at(), known_at=OPENED + DAY)
    assert Loaded(outdated=("rain",)) == load(db, [entry], at())
    append.revise(db, replace(entry.question, title="Will it pour?"), at())
    append.retract(db, "rain", "bob", None, at(NOON + DAY / 2))
    before = content(db)
    assert Loaded(outdated=("rain",)) == load(db, [entry], at(NOON + DAY))
    assert before == content(db)
    assert "yes" == getattr(queries.get(db, "rain").resolution, "outcome", None)


def test_an_answer_given_again_by_hand_is_not_outdated(db: Any, entry: Entry) -> None:
    """No, yes, and the same no once more: the file and the tracker agree again."""
    load(db, [entry], at())
    assert entry.resolution is not None
    for outcome in ("yes", "no"):
        append.resolve(db, "rain", outcome, at(), known_at=entry.resolution.known_at)
    assert NOTHING == load(db, [entry], at())


def test_a_change_of_meaning_is_asked_for(db: Any, entry: Entry) -> None:
    """As with `edit`: refused with the id, and loaded with --change-meaning."""
    load(db, [entry], at())
    changed = replace(entry, question=replace(entry.question, criteria="Any drop"))
    with pytest.raises(ForecastError, match="'rain' has forecasts, and a new criteria"):
        load(db, [changed], at())
    assert Loaded(revisions=1) == load(db, [changed], at(), change_meaning=True)
    assert queries.get(db, "rain").changed_meaning


def test_what_is_said_twice_is_recorded_twice(db: Any, entry: Entry) -> None:
    """As often as the file says it, and no more often when loaded again."""
    twice = replace(
        entry, forecasts=(forecast(), forecast(), forecast(0.2)), comments=entry.comments * 2
    )
    assert Loaded(questions=1, forecasts=3, resolutions=1, comments=2) == load(db, [twice], at())
    assert NOTHING == load(db, [twice], at())
    thrice = replace(twice, forecasts=(forecast(), *twice.forecasts))
    assert Loaded(forecasts=1) == load(db, [thrice], at())


def test_renamed_and_merged_forecasters_are_the_same_people(db: Any, entry: Entry) -> None:
    """A file with the old names adds nothing after a rename or merge."""
    load(db, [entry], at())
    forecasters.rename(db, "ann", "Ann Smith")
    forecasters.merge(db, "bob", "ann")
    forecasters.rename(db, "eve", "Eve Jones")
    assert NOTHING == load(db, [entry], at())
    assert NOTHING == load(db, [queries.entry(db, "rain")], at())


def test_known_today_is_the_same_today_and_tomorrow(db: Any, entry: Entry) -> None:
    """A day not yet over was taken as the moment of recording; later loads see it was."""
    today = Resolution(question="rain", outcome="no", known_at=end_of(date(2026, 5, 4), UTC))
    file = replace(entry, resolution=today)
    load(db, [file], at())
    assert NOON == getattr(queries.get(db, "rain").resolution, "known_at", None)
    before = content(db)
    for later in (timedelta(hours=1), DAY, 30 * DAY):
        assert NOTHING == load(db, [file], at(NOON + later))
    assert before == content(db)


def test_a_day_by_its_date_survives_a_moved_opening(db: Any, entry: Entry) -> None:
    """A forecast clipped to the opening of then is not another when the opening moves."""
    morning = replace(entry.question, opened_at=OPENED + DAY / 2)
    file = Entry(question=morning, forecasts=(forecast(day=1), forecast(day=1)))
    assert Loaded(questions=1, forecasts=2) == load(db, [file], at())
    earlier = replace(file, question=replace(morning, opened_at=OPENED + DAY / 4))
    assert Loaded(revisions=1) == load(db, [earlier], at(), change_meaning=True)
    assert NOTHING == load(db, [earlier], at())


def test_its_own_dump_adds_nothing(db: Any, entry: Entry) -> None:
    """Not even where a late retraction is dumped as the withdrawal it acts as."""
    load(db, [replace(entry, resolution=None)], at())
    append.retract(db, "rain", "bob", None, at(NOON + 2 * DAY))
    own = queries.entry(db, "rain")
    assert NOON + 2 * DAY == own.forecasts[-1].made_at
    before = content(db)
    assert NOTHING == load(db, [own], at(NOON + 3 * DAY))
    assert before == content(db)


def test_types_without_a_score_are_kept_and_named(db: Any, rain: Question) -> None:
    """Choices, numbers and dates load with their forecasts and come back as they were."""
    entries = [
        Entry(
            question=replace(rain, id="c", type="choice", options=("a", "b")),
            forecasts=(_spread("c", ("a", 0.4), ("b", 0.6)),),
        ),
        Entry(
            question=replace(rain, id="n", type="number", unit="mm", bounds=(0, 10)),
            forecasts=(_spread("n", ("0.1", 1), ("0.9", 2)),),
        ),
        Entry(
            question=replace(rain, id="d", type="date", bounds=(OPENED, NOON)),
            forecasts=(_spread("d", ("0.5", 1.7e9)),),
        ),
    ]
    assert ("c", "n", "d") == load(db, entries, at()).unscored
    assert NOTHING.forecasts == load(db, [queries.entry(db, "c")], at()).forecasts
    for one in entries:
        back = queries.entry(db, one.question.id)
        assert one.question == back.question
        assert one.forecasts[0].distribution == back.forecasts[0].distribution


def _spread(question: str, *pairs: tuple[str, float]) -> Forecast:
    return Forecast(question=question, forecaster="ann", made_at=OPENED, distribution=pairs)


def test_loading_many_takes_work_in_proportion(db: Any, rain: Question) -> None:
    """Of 500 questions by 500 people each costs what each of 50 costs, and a little for the depth.

    Work is what SQLite's virtual machine counts, so that a busy machine does not disturb.
    """

    def work(numbers: range) -> int:
        entries = [
            Entry(
                question=replace(rain, id=f"q-{n}"),
                forecasts=(replace(forecast(who=f"person {n}"), question=f"q-{n}"),),
            )
            for n in numbers
        ]
        counted = [0]

        def count() -> int:
            counted[0] += 1
            return 0

        db.set_progress_handler(count, 100)
        load(db, entries, at())
        db.set_progress_handler(None, 0)
        return counted[0]

    few = work(range(50))
    assert work(range(100, 600)) < 12 * few
