"""Who is who: renaming, merging and forgetting, with the record going by the present name."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from forecast.model import Comment, Forecast, ForecastError, InvalidField, Question
from forecast.store import append, forecasters, queries
from forecast.store.forecasters import merge, rename
from forecast.store.rows import Recording

Say = Callable[[str], None]


@pytest.fixture
def say(db: sqlite3.Connection, rain: Question, told: Any) -> Say:
    """Let somebody forecast: `say("ann")`."""
    append.add_question(db, rain, told())

    def record(who: str) -> None:
        forecast = Forecast(
            question="rain", forecaster=who, made_at=rain.opened_at, probability=0.1
        )
        append.record_forecast(db, forecast, told())

    return record


def people(tracker: sqlite3.Connection) -> dict[str, tuple[tuple[str, ...], int]]:
    """Give everybody's other names and number of forecasts."""
    return {one.name: (one.aliases, one.n_forecasts) for one in forecasters.listing(tracker)}


def test_a_rename_reaches_the_past_and_the_old_name_still_works(db: Any, say: Say) -> None:
    """Forecasts and comments go by the new name; both names find the one person."""
    say("ann")
    told_at = queries.forecasts(db, "rain")[0].forecast.made_at
    append.comment(
        db,
        Comment(question="rain", author="ann", text="hm", made_at=told_at),
        Recording(at=told_at, by="login"),
    )
    rename(db, "ann", "Ann Smith")
    assert "Ann Smith" == queries.forecasts(db, "rain")[0].forecast.forecaster
    assert "Ann Smith" == queries.comments(db, "rain")[0].author
    say("ann")
    say("Ann Smith")
    assert {"Ann Smith": (("ann",), 3)} == people(db)
    assert 0.1 == queries.standing_probabilities(db, "ann")["rain"]


def test_names_in_a_chain_all_lead_to_the_last(db: Any, say: Say) -> None:
    """Renamed and merged several times over, every name ever used finds the one person."""
    for name in ("a", "b", "c", "d"):
        say(name)
    rename(db, "a", "a2")
    merge(db, "a2", "b")
    merge(db, "b", "c")
    rename(db, "c", "c2")
    rename(db, "b", "c3")
    for name in ("a", "a2", "b", "c", "c2", "c3"):
        assert "c3" == forecasters.present_name(db, name)
        say(name)
    assert {"c3": (("a", "a2", "b", "c", "c2"), 9), "d": ((), 1)} == people(db)


def test_back_to_a_former_name(db: Any, say: Say) -> None:
    """A person may take a former name again, a merged one too; no name is lost or shown twice."""
    say("ann")
    rename(db, "ann", "anna")
    rename(db, "anna", "ann")
    assert {"ann": (("anna",), 1)} == people(db)
    say("bob")
    merge(db, "bob", "ann")
    rename(db, "ann", "bob")
    assert {"bob": (("ann", "anna"), 2)} == people(db)
    rename(db, "bob", "anna")
    assert {"anna": (("ann", "bob"), 2)} == people(db)
    rename(db, "bob", "anna")
    assert {"anna": (("ann", "bob"), 2)} == people(db)


def test_forgetting_drops_every_former_name(db: Any, say: Say) -> None:
    """No former name is in the tables any more, nor finds the person, who stays one person."""
    for name in ("Ann Smith", "asmith", "Ann Jones"):
        say(name)
    merge(db, "asmith", "Ann Smith")
    rename(db, "Ann Smith", "ann")
    rename(db, "Ann Jones", "aj")
    merge(db, "aj", "ann")
    rename(db, "ann", "someone", forget=True)
    assert {"someone": ((), 3)} == people(db)
    dump = "\n".join(db.iterdump())
    for name in ("Smith", "asmith", "Jones", "aj"):
        assert name not in dump
    assert "asmith" == forecasters.present_name(db, "asmith")
    say("asmith")
    assert {"someone": ((), 3), "asmith": ((), 1)} == people(db)


def test_forgetting_without_a_new_name(db: Any, say: Say) -> None:
    """To rename somebody to the same name with forget drops the other names alone."""
    say("ann")
    rename(db, "ann", "anna")
    rename(db, "anna", "anna", forget=True)
    assert {"anna": ((), 1)} == people(db)


def test_forgetting_onto_a_merged_name(db: Any, say: Say) -> None:
    """The name of what was merged may be the one that stays."""
    say("ann")
    say("bob")
    merge(db, "bob", "ann")
    rename(db, "ann", "bob", forget=True)
    assert {"bob": ((), 2)} == people(db)


def test_forgotten_numbers_collide_with_nobody(db: Any, say: Say) -> None:
    """Whatever people are called, forgetting somebody works."""
    for name in ("forgotten-2", "forgotten 2", "ann", "bob"):
        say(name)
    merge(db, "forgotten 2", "ann")
    rename(db, "ann", "anna", forget=True)
    assert {"anna", "bob", "forgotten-2"} == set(people(db))


def test_a_name_that_is_somebody_elses_is_refused(db: Any, say: Say) -> None:
    """A present name, a former one, a merged one: the line says to merge, and nothing changes."""
    for name in ("ann", "bob", "carl", "dora"):
        say(name)
    rename(db, "bob", "robert")
    merge(db, "carl", "robert")
    before = people(db)
    for name in ("robert", "bob", "carl"):
        with pytest.raises(ForecastError, match=f"'{name}' is somebody already"):
            rename(db, "ann", name)
    assert before == people(db)


@pytest.mark.parametrize("name", ["", " ", " ann", "two\nlines", "a\0b", "\ud800"])
def test_a_name_no_record_could_hold_is_refused(db: Any, say: Say, name: str) -> None:
    """Else the whole history could no longer be read."""
    say("ann")
    with pytest.raises(InvalidField, match="name: "):
        rename(db, "ann", name)
    assert {"ann": ((), 1)} == people(db)


def test_strangers_and_twins_are_refused(db: Any, say: Say) -> None:
    """Nobody unknown is renamed or merged, and nobody is merged with themself."""
    say("ann")
    rename(db, "ann", "anna")
    nobody = "nobody is called 'eve'"
    with pytest.raises(ForecastError, match=nobody):
        rename(db, "eve", "eva")
    for pair in (("eve", "ann"), ("ann", "eve")):
        with pytest.raises(ForecastError, match=nobody):
            merge(db, *pair)
    with pytest.raises(ForecastError, match="'ann' and 'anna' are one forecaster already"):
        merge(db, "ann", "anna")


def test_merged_forecasters_have_one_standing_forecast(db: Any, say: Say, told: Any) -> None:
    """What either said last stands for both, and either name may withdraw or retract it."""
    say("ann")
    say("bob")
    merge(db, "ann", "bob")
    assert ["bob", "bob"] == [one.forecast.forecaster for one in queries.forecasts(db, "rain")]
    assert 2 == append.retract(db, "rain", "ann", None, told()).number
    assert 0.1 == queries.standing_probabilities(db, "bob")["rain"]
    append.withdraw(db, "rain", "ann", told().at, "", told())
    assert queries.standing(db, "rain", "bob") is None


def test_looking_for_somebody_adds_nobody(db: Any, say: Say) -> None:
    """To ask for the forecasts of an unknown name leaves no trace."""
    say("ann")
    assert queries.standing(db, "rain", "eve") is None
    assert {} == queries.standing_probabilities(db, "eve")
    assert "eve" == forecasters.present_name(db, "eve")
    assert ["ann"] == list(people(db))
