"""Reading the record: today's state of questions, and the history of one."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forecast.model import (
    Comment,
    Entry,
    Forecast,
    ForecastError,
    Question,
    Resolution,
    closed_at,
    status_at,
)
from forecast.reading.instants import read_stamp
from forecast.store import forecasters
from forecast.store.rows import (
    FORECAST_COLUMNS,
    RESOLUTION_COLUMNS,
    REVISION_COLUMNS,
    comment_from,
    forecast_from,
    question_from,
    resolution_from,
)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A question as it stands today."""

    question: Question
    resolution: Resolution | None
    n_revisions: int = 1
    #: Whether a revision changed the meaning after people had forecast.
    changed_meaning: bool = False

    def status(self, now: datetime) -> str:
        """Derive the status at `now`."""
        return status_at(now, self.question, self.resolution)

    @property
    def is_mistake(self) -> bool:
        """Whether it should not have been asked, and is hidden from listings."""
        return self.resolution is not None and self.resolution.reason == "mistake"

    @property
    def closed_at(self) -> datetime:
        """When forecasting ended or will end, as far as is known."""
        return closed_at(self.question, self.resolution)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A forecast or withdrawal in the record, with what became of it."""

    row_id: int
    #: 1, 2, … in the order of recording on its question: never renumbered.
    number: int
    forecast: Forecast
    retracted_at: datetime | None
    #: Retracted within a day and before the answer was known.
    never_counts: bool
    clock: str


class ScoringRow(NamedTuple):
    """A forecast or withdrawal on a binary question; the instants as the store's text."""

    question_id: str
    forecaster: str
    made_at: str
    #: None for a withdrawal.
    probability: float | None
    #: When it was retracted, too late to never count.
    retracted_at: str | None
    recorded_at: str
    words: str
    #: Empty where the words were a number.
    lexicon: str
    note: str
    #: What the words cover; None where they were a number.
    low: float | None
    high: float | None


def find_id(connection: sqlite3.Connection, text: str) -> str:
    """Complete an id from any unambiguous prefix; an exact id beats a prefix.

    Raises
    ------
    ForecastError
        If none begins so (with the nearest ids), or several do (with their ids).
    """
    wanted = text.strip().lower()
    if not wanted:  # an unset variable in a script must not hit the only question there is
        raise ForecastError("no id was given: see forecast list")
    # Ids are ASCII; what a terminal made of other bytes cannot even be asked for.
    ids = ids_beginning(connection, wanted) if wanted.isascii() else []
    if wanted in ids:
        return wanted
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise ForecastError(_unknown_id(connection, text, wanted))
    shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
    raise ForecastError(f"'{text}' could be {len(ids)} questions: {shown}")


def ids_beginning(connection: sqlite3.Connection, prefix: str) -> list[str]:
    """List the ids that begin with `prefix`, in order."""
    return [
        id_
        for (id_,) in connection.execute(
            "SELECT id FROM questions WHERE substr(id, 1, ?) = ? ORDER BY id",
            (len(prefix), prefix),
        )
    ]


def get(connection: sqlite3.Connection, question_id: str) -> Tracked:
    """Give one question as it stands today.

    Raises
    ------
    ForecastError
        If there is none of that id.
    """
    found = _tracked(connection, "WHERE q.question_id = ?", (question_id,))
    if not found:
        raise ForecastError(f"there is no question '{question_id}': see forecast list")
    return found[0]


def listing(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    statuses: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    event: str = "",
    search: str = "",
) -> list[Tracked]:
    """List questions by deadline; what should not have been asked only when asked for.

    Parameters
    ----------
    statuses, tags : tuple of str
        Keep those with any of the statuses, and all of the tags.
    event : str
    search : str
        Words, each of which stands in the id, title, criteria, tags or event.
    """
    wanted = [word.casefold() for word in search.split()]
    return [
        tracked
        for tracked in _tracked(connection, "", ())
        if ("annulled" in statuses or not tracked.is_mistake)
        and (not statuses or tracked.status(now) in statuses)
        and set(tags) <= set(tracked.question.tags)
        and (not event or tracked.question.event == event)
        and _matches(tracked.question, wanted)
    ]


def forecasts(connection: sqlite3.Connection, question_id: str) -> list[Recorded]:
    """Give every forecast and withdrawal on a question, in the order of recording."""
    rows = connection.execute(
        f"SELECT {FORECAST_COLUMNS}, id, retracted_at, never_counts, clock "
        "FROM forecast_record WHERE question_id = ? ORDER BY id",
        (question_id,),
    )
    return [
        Recorded(
            row_id=row[-4],
            number=number,
            forecast=forecast_from(row[:-4]),
            retracted_at=row[-3] and read_stamp(row[-3]),
            never_counts=bool(row[-2]),
            clock=row[-1],
        )
        for number, row in enumerate(rows, start=1)
    ]


def standing(connection: sqlite3.Connection, question_id: str, forecaster: str) -> Forecast | None:
    """Give the forecast a forecaster has on a question now, if any."""
    name = forecasters.present_name(connection, forecaster)
    at_instant = [
        (one.forecast.made_at, one.row_id, one)
        for one in forecasts(connection, question_id)
        if one.forecast.forecaster == name and not one.never_counts
    ]
    if not at_instant:
        return None
    newest = max(at_instant)[2]
    if newest.retracted_at is not None or newest.forecast.is_withdrawal:
        return None
    return newest.forecast


def standing_probabilities(connection: sqlite3.Connection, forecaster: str) -> dict[str, float]:
    """Give the probability a forecaster has on each question now, where there is one."""
    name = forecasters.present_name(connection, forecaster)
    return dict(
        connection.execute(
            "SELECT question_id, probability FROM current_forecasts "
            "WHERE forecaster = ? AND probability IS NOT NULL",
            (name,),
        ).fetchall()
    )


def resolutions(connection: sqlite3.Connection, question_id: str) -> list[Resolution]:
    """Give every resolution a question has had, the present one last."""
    rows = connection.execute(
        f"SELECT {RESOLUTION_COLUMNS} FROM resolutions WHERE question_id = ? ORDER BY id",
        (question_id,),
    )
    return [resolution_from(row) for row in rows]


def comments(connection: sqlite3.Connection, question_id: str) -> list[Comment]:
    """Give the remarks on a question, in the order of recording."""
    rows = connection.execute(
        "SELECT c.question_id, n.name, c.text, c.made_at, c.recorded_at, c.recorded_by "
        "FROM comments c JOIN forecaster_names n ON n.id = c.forecaster_id "
        "WHERE c.question_id = ? ORDER BY c.id",
        (question_id,),
    )
    return [comment_from(row) for row in rows]


def revisions(connection: sqlite3.Connection, question_id: str) -> list[Question]:
    """Give every revision of a question, the present one last."""
    rows = connection.execute(
        f"SELECT {REVISION_COLUMNS} FROM revisions WHERE question_id = ? ORDER BY number",
        (question_id,),
    )
    return [question_from(row) for row in rows]


def entry(connection: sqlite3.Connection, question_id: str) -> Entry:
    """Give today's state of a question as a question file holds it.

    A private forecast is left out until the question is settled.
    A slip that never counts is left out; one retracted too late for that is followed by the
    withdrawal it acts as, unless another forecast had replaced it by then.
    """
    tracked = get(connection, question_id)
    said: list[Forecast] = []
    history = forecasts(connection, question_id)
    for one in history:
        if one.never_counts or (one.forecast.private and tracked.resolution is None):
            continue
        said.append(one.forecast)
        withdrawal = _withdrawal_by_retraction(history, one)
        if withdrawal is not None:
            said.append(withdrawal)
    # The order of recording decides only between forecasts of one instant, and stays for those.
    said.sort(key=lambda forecast: forecast.made_at)
    return Entry(
        question=tracked.question,
        forecasts=tuple(said),
        resolution=tracked.resolution,
        comments=tuple(comments(connection, question_id)),
    )


def withdrawals_by_retraction(history: list[Recorded]) -> list[Forecast]:
    """Give the withdrawals that retractions too late for more act as."""
    found = [_withdrawal_by_retraction(history, one) for one in history if not one.never_counts]
    return [one for one in found if one is not None]


def row_ids(connection: sqlite3.Connection, table: str, question_id: str) -> list[str]:
    """Give the ids of a table's rows on a question, in the order in which `show` numbers them."""
    kinds = " AND kind <> 'retraction'" if table == "forecasts" else ""
    rows = connection.execute(
        f"SELECT id FROM {table} WHERE question_id = ?{kinds} ORDER BY id", (question_id,)
    )
    return [str(id_) for (id_,) in rows]


def last_made_at(connection: sqlite3.Connection) -> dict[str, datetime]:
    """Give when each question was last forecast upon, by anybody."""
    rows = connection.execute("SELECT question_id, max(made_at) FROM forecasts GROUP BY 1")
    return {question_id: read_stamp(made_at) for question_id, made_at in rows}


def revised_at(connection: sqlite3.Connection) -> dict[str, datetime]:
    """Give when the newest revision of each question was recorded, for calendars."""
    rows = connection.execute("SELECT question_id, recorded_at FROM current_revisions")
    return {question_id: read_stamp(recorded_at) for question_id, recorded_at in rows}


def forecast_upon(connection: sqlite3.Connection, forecaster: str = "") -> set[str]:
    """Give the ids of questions with a forecast, counting or not: anybody's, or one person's."""
    rows = connection.execute(
        "SELECT DISTINCT f.question_id FROM forecasts f "
        "JOIN forecaster_names n ON n.id = f.forecaster_id "
        "WHERE f.kind = 'forecast' AND (? = '' OR n.name = ?)",
        (forecaster, forecaster),
    )
    return {question_id for (question_id,) in rows}


def _tracked(
    connection: sqlite3.Connection, where: str, parameters: tuple[str, ...]
) -> list[Tracked]:
    question_columns = ", ".join(f"q.{name}" for name in REVISION_COLUMNS.split(", "))
    resolution_columns = ", ".join(f"s.{name}" for name in RESOLUTION_COLUMNS.split(", "))
    rows = connection.execute(
        f"SELECT {question_columns}, {resolution_columns}, q.number, "
        "(SELECT max(changed_meaning) FROM revisions WHERE question_id = q.question_id) "
        "FROM current_revisions q "
        "LEFT JOIN current_resolutions s ON s.question_id = q.question_id "
        f"{where} ORDER BY q.deadline, q.question_id",
        parameters,
    )
    width = len(REVISION_COLUMNS.split(", "))
    return [
        Tracked(
            question=question_from(row[:width]),
            resolution=resolution_from(row[width:-2]) if row[width] is not None else None,
            n_revisions=row[-2],
            changed_meaning=bool(row[-1]),
        )
        for row in rows
    ]


def _withdrawal_by_retraction(history: list[Recorded], slip: Recorded) -> Forecast | None:
    """Give the withdrawal a late retraction acts as; None where the slip was replaced before."""
    if slip.retracted_at is None:
        return None
    said = slip.forecast
    replaced = any(
        other.forecast.forecaster == said.forecaster
        and not other.never_counts
        and (other.forecast.made_at, other.row_id) > (said.made_at, slip.row_id)
        and other.forecast.made_at <= slip.retracted_at
        for other in history
    )
    if replaced:
        return None
    return Forecast(
        question=said.question,
        forecaster=said.forecaster,
        made_at=max(slip.retracted_at, said.made_at),
    )


def _matches(question: Question, wanted: list[str]) -> bool:
    if not wanted:
        return True
    words = (question.id, question.title, question.criteria, question.event, *question.tags)
    text = "\n".join(words).casefold()
    return all(word in text for word in wanted)


def _unknown_id(connection: sqlite3.Connection, text: str, wanted: str) -> str:
    import difflib

    near = difflib.get_close_matches(wanted, ids_beginning(connection, ""), n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "see forecast list"
    return f"no question's id begins with '{text[:80]}': {hint}"


def scoring_rows(connection: sqlite3.Connection, question_ids: list[str]) -> list[ScoringRow]:
    """Give what scores and reports need of the forecasts and withdrawals on binary questions.

    In the order of recording; slips that never count are left out.
    """
    rows = connection.execute(
        "SELECT question_id, forecaster, made_at, probability, retracted_at, recorded_at, "
        "words, lexicon, note, low, high FROM forecast_record "
        "WHERE NOT never_counts AND question_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(question_ids),),
    )
    return list(map(ScoringRow._make, rows))
