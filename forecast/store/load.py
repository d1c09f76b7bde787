"""Taking in question files: whole or not at all, and the second time changes nothing."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from forecast.model import Comment, Entry, Forecast, ForecastError, Question, Resolution
from forecast.store import append, forecasters, queries
from forecast.store.connection import writing
from forecast.store.rows import Recording


@dataclass(slots=True)
class Loaded:
    """What a load added to the record."""

    questions: int = 0
    revisions: int = 0
    forecasts: int = 0
    resolutions: int = 0
    comments: int = 0
    #: Ids of questions whose type has no score yet.
    unscored: tuple[str, ...] = ()
    #: Ids of questions where the tracker has something newer than the file.
    outdated: tuple[str, ...] = ()


def load(
    connection: sqlite3.Connection,
    entries: Iterable[Entry],
    recording: Recording,
    *,
    change_meaning: bool = False,
) -> Loaded:
    """Take in what question files hold, as far as the record does not have it yet.

    What the record has had before, be it superseded since, is not said again: a file loaded every
    night does not undo a correction made by day. Such questions are named in `outdated`.

    Raises
    ------
    ForecastError
        Naming the question; then nothing at all was loaded.
    """
    loaded = Loaded()
    with writing(connection):
        for entry in entries:
            try:
                _load_one(connection, entry, recording, change_meaning, loaded)
            except ForecastError as error:
                if f"'{entry.question.id}'" in str(error):
                    raise
                raise ForecastError(f"question '{entry.question.id}': {error}") from error
    return loaded


def _load_one(
    connection: sqlite3.Connection,
    entry: Entry,
    recording: Recording,
    change_meaning: bool,
    loaded: Loaded,
) -> None:
    question = entry.question
    outdated = False
    earlier = queries.revisions(connection, question.id)
    if not earlier:
        append.insert_question(connection, question, recording)
        loaded.questions += 1
    elif question not in earlier:
        append.insert_revision(connection, question, recording, change_meaning=change_meaning)
        loaded.revisions += 1
    else:
        outdated = question != earlier[-1]
        question = earlier[-1]
    loaded.forecasts += _add_forecasts(connection, entry, (question, *earlier), recording)
    loaded.comments += _add_comments(connection, entry, recording)
    if entry.resolution is not None:
        added, newest = _add_resolution(connection, entry.resolution, recording)
        loaded.resolutions += added
        outdated = outdated or not newest
    if append.unscored_note(question):
        loaded.unscored += (question.id,)
    if outdated:
        loaded.outdated += (question.id,)


def _add_forecasts(
    connection: sqlite3.Connection,
    entry: Entry,
    revisions: tuple[Question, ...],
    recording: Recording,
) -> int:
    """Add the forecasts not had before; `revisions` are the question's, the present one first."""
    history = queries.forecasts(connection, entry.question.id)
    recorded = Counter(_bare(one.forecast) for one in history)
    # What retractions act as is recorded, too, though in no row of its own.
    recorded.update(queries.withdrawals_by_retraction(history))
    added = 0
    for forecast in entry.forecasts:
        name = forecasters.present_name(connection, forecast.forecaster)
        said: Forecast = _bare(forecast)
        if name != said.forecaster:  # of many, each copy would cost as much as its row
            said = replace(said, forecaster=name)
        placed = append.place_forecast(revisions[0], said, recording.at)
        had = next((one for one in (placed, *_placed_then(revisions, said)) if recorded[one]), None)
        if had is not None:
            recorded[had] -= 1  # said twice in the file must be recorded twice
        else:
            append.insert_forecast(connection, placed, recording)
            added += 1
    return added


def _placed_then(revisions: tuple[Question, ...], forecast: Forecast) -> Iterator[Forecast]:
    # A forecast given by its day starts with its question's opening, and that may have moved.
    for opening in {one.opened_at: one for one in revisions[1:]}.values():
        with contextlib.suppress(ForecastError):
            yield replace(forecast, made_at=append.placed_at(opening, forecast.made_at))


def _add_comments(connection: sqlite3.Connection, entry: Entry, recording: Recording) -> int:
    recorded = Counter(_bare(one) for one in queries.comments(connection, entry.question.id))
    added = 0
    for comment in entry.comments:
        name = forecasters.present_name(connection, comment.author)
        remark = replace(comment, author=name)
        if remark.made_at > recording.at:
            raise ForecastError(f"comment of '{entry.question.id}' is from the future")
        if recorded[_bare(remark)]:
            recorded[_bare(remark)] -= 1
        else:
            append.insert_comment(connection, remark, recording)
            added += 1
    return added


def _add_resolution(
    connection: sqlite3.Connection, resolution: Resolution, recording: Recording
) -> tuple[int, bool]:
    """Add a resolution not had before; says how many, and whether it is the present one."""
    question = queries.get(connection, resolution.question).question
    earlier = queries.resolutions(connection, resolution.question)
    for one in reversed(earlier):
        if _says_the_same(question, resolution, one):
            return 0, one is earlier[-1]
    placed = append.place_resolution(question, resolution, recording.at)
    append.insert_resolution(connection, placed, recording)
    return 1, True


def _says_the_same(question: Question, resolution: Resolution, earlier: Resolution) -> bool:
    # "Known today" was taken as the moment of recording then: place it as of then.
    assert earlier.recorded_at is not None
    try:
        as_of_then = append.place_resolution(question, resolution, earlier.recorded_at)
    except ForecastError:  # known only after the earlier one was recorded
        return False
    return bool(_bare(as_of_then) == _bare(earlier))


def _bare(record: Forecast | Comment | Resolution) -> Any:
    """Give a record as it was said, without when and by whom it was recorded."""
    if isinstance(record, Forecast) and record.private:  # a file holds it only once revealed
        record = replace(record, private=False)
    if record.recorded_at is None and not record.recorded_by:
        return record
    return replace(record, recorded_at=None, recorded_by="")
