"""Which reminders were sent, so that nobody is told the same every morning.

Nobody said any of it: the program notes it for itself.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from forecast.reading.instants import read_stamp, stamp
from forecast.store.connection import writing


class Reminder(NamedTuple):
    """That a question is due, said once it has been so for a number of days."""

    question_id: str
    #: When it became due; where a revision moves that, reminders start anew.
    due_at: datetime
    #: In days since then.
    stage: int


def sent(connection: sqlite3.Connection) -> dict[tuple[str, datetime], int]:
    """Give the last stage that was sent, by question and when it became due."""
    rows = connection.execute(
        "SELECT question_id, due_at, max(stage) FROM reminders GROUP BY question_id, due_at"
    )
    return {(question_id, read_stamp(due_at)): stage for question_id, due_at, stage in rows}


def record(
    connection: sqlite3.Connection, reminders: Iterable[Reminder], sent_at: datetime
) -> None:
    """Note that reminders were sent: all of them in one write, and twice is once."""
    with writing(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO reminders (question_id, due_at, stage, sent_at) "
            "VALUES (?, ?, ?, ?)",
            [(one.question_id, stamp(one.due_at), one.stage, stamp(sent_at)) for one in reminders],
        )
