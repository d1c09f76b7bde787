"""Adding to the record. Nothing here changes a row: a correction is one more row.

Every function is one write and checks what a record alone cannot know: that the question exists,
that its type fits, that times are in order.
"""

import itertools
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from forecast.model import (
    ANNULLED,
    SCORED_TYPES,
    Comment,
    Forecast,
    ForecastError,
    InvalidField,
    Question,
    Resolution,
    check_forecast,
    check_outcome,
    differs_in_meaning,
)
from forecast.reading.instants import day_if_end, day_if_start, read_zone, stamp, start_of
from forecast.store import chain, forecasters, queries
from forecast.store.connection import writing
from forecast.store.rows import (
    Recording,
    forecast_columns,
    question_columns,
    resolution_columns,
)


def add_question(
    connection: sqlite3.Connection,
    question: Question,
    recording: Recording,
    *,
    forecast: Forecast | None = None,
    number_on: bool = False,
) -> Question:
    """Ask a question, with a first forecast if there is one; gives it as it was recorded.

    Parameters
    ----------
    number_on : bool
        Whether an id that is taken becomes `id-2`, `id-3` …; for ids made from titles.

    Raises
    ------
    ForecastError
        If its id is taken.
    """
    with writing(connection):
        if number_on:
            question = replace(question, id=_free_id(connection, question.id))
        insert_question(connection, question, recording)
        if forecast is not None:
            about_it = replace(forecast, question=question.id)
            insert_forecast(connection, place_forecast(question, about_it, recording.at), recording)
    return question


def insert_question(
    connection: sqlite3.Connection, question: Question, recording: Recording
) -> None:
    """Do `add_question` inside the caller's write."""
    taken = connection.execute("SELECT 1 FROM questions WHERE id = ?", (question.id,)).fetchone()
    if taken:
        raise ForecastError(f"there is a question '{question.id}' already: choose another --id")
    insert(connection, "questions", {"id": question.id, **recording.columns()})
    _insert_revision(connection, question, 1, False, recording)


def revise(
    connection: sqlite3.Connection,
    question: Question,
    recording: Recording,
    *,
    change_meaning: bool = False,
) -> bool:
    """Give a question a new revision; False where nothing differs.

    Raises
    ------
    ForecastError
        If people have forecast it and the revision makes it another question.
    """
    with writing(connection):
        return insert_revision(connection, question, recording, change_meaning=change_meaning)


def insert_revision(
    connection: sqlite3.Connection,
    question: Question,
    recording: Recording,
    *,
    change_meaning: bool = False,
) -> bool:
    """Do `revise` inside the caller's write."""
    tracked = queries.get(connection, question.id)
    if question == tracked.question:
        return False
    changed = differs_in_meaning(tracked.question, question)
    forecast_upon = connection.execute(
        "SELECT 1 FROM forecasts WHERE question_id = ? LIMIT 1", (question.id,)
    ).fetchone()
    if changed and forecast_upon and not change_meaning:
        raise ForecastError(
            f"'{question.id}' has forecasts, and a new {', '.join(changed)} makes it another "
            "question: add a new one, or --change-meaning if they meant this all along"
        )
    _check_record_fits(connection, question)
    marked = bool(changed and forecast_upon)
    _insert_revision(connection, question, tracked.n_revisions + 1, marked, recording)
    return True


def record_forecast(
    connection: sqlite3.Connection, forecast: Forecast, recording: Recording
) -> Forecast:
    """Record a forecast; gives it as it was recorded.

    Raises
    ------
    ForecastError
        If it does not fit its question, or is from the future or before the question opened.
    """
    with writing(connection):
        tracked = queries.get(connection, forecast.question)
        placed = place_forecast(tracked.question, forecast, recording.at)
        insert_forecast(connection, placed, recording)
    return replace(placed, recorded_at=recording.at, recorded_by=recording.by)


def place_forecast(question: Question, forecast: Forecast, now: datetime) -> Forecast:
    """Check a forecast against its question; one given by its day starts no earlier than that."""
    check_forecast(question, forecast)
    if forecast.made_at > now:
        raise InvalidField("at", f"{stamp(forecast.made_at)} is in the future")
    made_at = placed_at(question, forecast.made_at)
    if made_at > now:
        raise InvalidField("at", f"'{question.id}' opens only on {_day(question)}")
    return forecast if made_at == forecast.made_at else replace(forecast, made_at=made_at)


def placed_at(question: Question, made_at: datetime) -> datetime:
    """Give when a forecast starts: on the day the question opened, not before its opening."""
    if made_at >= question.opened_at:
        return made_at
    zone = read_zone(question.timezone)
    day = day_if_start(made_at, zone)
    if day is None or day != question.opened_at.astimezone(zone).date():
        raise InvalidField(
            "at", f"{stamp(made_at)} is before '{question.id}' opened ({_day(question)})"
        )
    return question.opened_at


def insert_forecast(
    connection: sqlite3.Connection, forecast: Forecast, recording: Recording
) -> None:
    """Append a placed forecast inside the caller's write."""
    person = forecasters.ensure(connection, forecast.forecaster)
    insert(
        connection,
        "forecasts",
        {**forecast_columns(forecast), "forecaster_id": person, **recording.columns()},
    )


def withdraw(
    connection: sqlite3.Connection,
    question_id: str,
    forecaster: str,
    made_at: datetime,
    note: str,
    recording: Recording,
) -> Forecast:
    """Say that from `made_at` on the forecaster has no forecast here; gives what stood.

    Raises
    ------
    ForecastError
        If the forecaster has none standing, or it was made later than that.
    """
    with writing(connection):
        tracked = queries.get(connection, question_id)
        standing = queries.standing(connection, question_id, forecaster)
        if standing is None:
            raise ForecastError(f"{forecaster} has no forecast on '{question_id}' to withdraw")
        withdrawal = Forecast(
            question=question_id, forecaster=forecaster, made_at=made_at, note=note
        )
        placed = place_forecast(tracked.question, withdrawal, recording.at)
        if placed.made_at < standing.made_at:
            raise InvalidField(
                "at",
                f"{stamp(placed.made_at)} is before the forecast on '{question_id}' "
                f"that stands ({stamp(standing.made_at)})",
            )
        insert_forecast(connection, placed, recording)
    return standing


def retract(
    connection: sqlite3.Connection,
    question_id: str,
    forecaster: str,
    number: int | None,
    recording: Recording,
) -> queries.Recorded:
    """Take a slip back: the forecaster's newest forecast, or the one `show` numbers so.

    Within a day of its recording and before the answer was known it never counts; otherwise it
    stands until now, as if withdrawn.

    Returns
    -------
    queries.Recorded
        The forecast as the record has it now.

    Raises
    ------
    ForecastError
        If there is no such forecast of this forecaster, or it was retracted before.
    """
    with writing(connection):
        queries.get(connection, question_id)
        name = forecasters.present_name(connection, forecaster)
        history = queries.forecasts(connection, question_id)
        slip = _slip(history, question_id, name, number)
        insert(
            connection,
            "forecasts",
            {
                "question_id": question_id,
                "forecaster_id": forecasters.ensure(connection, forecaster),
                "kind": "retraction",
                "made_at": stamp(recording.at),
                "words": "",
                "lexicon": "",
                "note": "",
                "private": 0,
                "retracts": slip.row_id,
                **recording.columns(),
            },
        )
        now = queries.forecasts(connection, question_id)
    return next(one for one in now if one.row_id == slip.row_id)


def resolve(
    connection: sqlite3.Connection,
    question_id: str,
    outcome: str,
    recording: Recording,
    *,
    known_at: datetime | None = None,
    reason: str = "",
    evidence: tuple[str, ...] = (),
    note: str = "",
) -> Resolution:
    """Settle a question; a later resolution supersedes an earlier one.

    Parameters
    ----------
    known_at : datetime, optional
        When the answer became known. The end of a day that has begun is taken as now; absent, it
        is now, except for a `yes` after the deadline, where it decides the scores and must be
        said.

    Raises
    ------
    ForecastError
        If the outcome does not fit, or the answer was known before the question opened.
    """
    with writing(connection):
        question = queries.get(connection, question_id).question
        return insert_answer(
            connection,
            question,
            outcome,
            recording,
            known_at=known_at,
            reason=reason,
            evidence=evidence,
            note=note,
        )


def insert_answer(
    connection: sqlite3.Connection,
    question: Question,
    outcome: str,
    recording: Recording,
    *,
    known_at: datetime | None,
    reason: str = "",
    evidence: tuple[str, ...] = (),
    note: str = "",
) -> Resolution:
    """Do `resolve` inside the caller's write."""
    if known_at is None:
        check_outcome(question, outcome)
        if outcome == "yes" and recording.at > question.deadline:
            raise ForecastError(
                f"the deadline of '{question.id}' has passed ({_day(question, 'deadline')}): "
                "say when the yes became known with --known DATE"
            )
        known_at = recording.at
    resolution = Resolution(
        question=question.id,
        outcome=outcome,
        known_at=known_at,
        reason=reason,
        evidence=evidence,
        note=note,
    )
    placed = place_resolution(question, resolution, recording.at)
    insert_resolution(connection, placed, recording)
    return replace(placed, recorded_at=recording.at, recorded_by=recording.by)


def place_resolution(question: Question, resolution: Resolution, now: datetime) -> Resolution:
    """Check a resolution against its question; an answer is never known later than now."""
    check_outcome(question, resolution.outcome)
    known_at = resolution.known_at
    if known_at > now:
        zone = read_zone(question.timezone)
        day = day_if_end(known_at, zone)
        if day is None or start_of(day, zone) > now:
            raise InvalidField("known", f"{stamp(known_at)} is in the future")
        known_at = now
    # A question is annulled because its answer was known before, among other reasons.
    if known_at < question.opened_at and resolution.outcome != ANNULLED:
        raise InvalidField(
            "known",
            f"{stamp(known_at)} is before '{question.id}' opened ({_day(question)}): a question "
            "whose answer was known is annulled with --reason mistake",
        )
    return replace(resolution, known_at=known_at)


def insert_resolution(
    connection: sqlite3.Connection, resolution: Resolution, recording: Recording
) -> None:
    """Append a placed resolution inside the caller's write."""
    insert(connection, "resolutions", {**resolution_columns(resolution), **recording.columns()})


def comment(connection: sqlite3.Connection, remark: Comment, recording: Recording) -> None:
    """Record a remark on a question."""
    with writing(connection):
        queries.get(connection, remark.question)
        insert_comment(connection, remark, recording)


def insert_comment(connection: sqlite3.Connection, remark: Comment, recording: Recording) -> None:
    """Do `comment` inside the caller's write."""
    insert(
        connection,
        "comments",
        {
            "question_id": remark.question,
            "forecaster_id": forecasters.ensure(connection, remark.author),
            "made_at": stamp(remark.made_at),
            "text": remark.text,
            **recording.columns(),
        },
    )


def insert(connection: sqlite3.Connection, table: str, columns: Mapping[str, Any]) -> int:
    """Append one row and chain it; gives its number."""
    names = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    cursor = connection.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values())
    )
    assert cursor.lastrowid is not None
    chain.append(connection, table, columns, str(columns.get("id", cursor.lastrowid)))
    return cursor.lastrowid


def unscored_note(question: Question) -> str:
    """Say that a question's type has no score yet; empty where it has."""
    if question.type in SCORED_TYPES:
        return ""
    return f"questions of type {question.type} are kept and resolved, but not yet scored"


def _free_id(connection: sqlite3.Connection, wanted: str) -> str:
    taken = set(queries.ids_beginning(connection, wanted))
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(id_ for id_ in itertools.chain([wanted], numbered) if id_ not in taken)


def _insert_revision(
    connection: sqlite3.Connection,
    question: Question,
    number: int,
    changed_meaning: bool,
    recording: Recording,
) -> None:
    read_zone(question.timezone)  # an unknown zone must not get in
    insert(
        connection,
        "revisions",
        {
            **question_columns(question),
            "number": number,
            "changed_meaning": int(changed_meaning),
            **recording.columns(),
        },
    )


def _check_record_fits(connection: sqlite3.Connection, question: Question) -> None:
    """Refuse a revision that the forecasts and the answer already recorded would not fit."""
    for recorded in queries.forecasts(connection, question.id):
        if recorded.forecast.made_at < question.opened_at:
            raise InvalidField("opened", f"a forecast on '{question.id}' is older than that")
        check_forecast(question, recorded.forecast)
    resolution = queries.get(connection, question.id).resolution
    if resolution is not None:
        check_outcome(question, resolution.outcome)
        if resolution.known_at < question.opened_at and resolution.outcome != ANNULLED:
            raise InvalidField("opened", f"the answer to '{question.id}' is older than that")


def _slip(
    history: list[queries.Recorded], question_id: str, forecaster: str, number: int | None
) -> queries.Recorded:
    mine = [
        one
        for one in history
        if one.forecast.forecaster == forecaster
        and not one.forecast.is_withdrawal
        and (number is None or one.number == number)
    ]
    if number is None:
        mine = [one for one in mine if one.retracted_at is None]
    if not mine:
        what = f"no forecast {number}" if number is not None else "no forecast"
        raise ForecastError(f"{forecaster} has {what} on '{question_id}' to retract")
    slip = max(mine, key=lambda one: one.row_id)
    if slip.retracted_at is not None:
        raise ForecastError(f"forecast {slip.number} on '{question_id}' was retracted before")
    return slip


def _day(question: Question, field: str = "opened_at") -> str:
    instant: datetime = getattr(question, field)
    return instant.astimezone(read_zone(question.timezone)).date().isoformat()
