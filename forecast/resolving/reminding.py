"""Whom to tell what, and not again: which reminders a run sends. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from forecast.resolving.due import Attention
from forecast.store.queries import Tracked
from forecast.store.reminders import Reminder

#: A question that is due is spoken of when it becomes so, and after so many days.
STAGES = (0, 5, 10, 20)


def due_at(tracked: Tracked) -> datetime:
    """Say after which instant a question is due, unless it is settled by then."""
    return tracked.question.known_by or tracked.question.deadline


def reminders(
    due: Iterable[Tracked], now: datetime, sent: Mapping[tuple[str, datetime], int]
) -> list[Reminder]:
    """Choose the reminders to send now.

    Parameters
    ----------
    due : iterable of Tracked
        The questions that are due, as `due.sort_out` finds them.
    now : datetime
    sent : mapping of (str, datetime) to int
        The last stage sent, by question and when it became due: `store.reminders.sent`.

    Returns
    -------
    list of Reminder
        At most one a question: of stages missed while the machine was off, only the last. In the
        order of the questions.
    """
    found = []
    for tracked in due:
        key = (tracked.question.id, due_at(tracked))
        reached = [stage for stage in STAGES if now - key[1] >= timedelta(days=stage)]
        if reached and reached[-1] > sent.get(key, -1):
            found.append(Reminder(*key, reached[-1]))
    return found


def news(
    attention: Attention, now: datetime, sent: Mapping[tuple[str, datetime], int]
) -> tuple[Attention, list[Reminder]]:
    """Choose of what needs a person what a message should say now.

    Parameters
    ----------
    attention : Attention
    now : datetime
    sent : mapping of (str, datetime) to int

    Returns
    -------
    Attention
        What is due and to be reminded of, and proposals not told of before.
    list of Reminder
        To be noted once the message is sent.
    """
    due = reminders(attention.due, now, sent)
    reminded = {one.question_id for one in due}
    told = Attention(due=[one for one in attention.due if one.question.id in reminded])
    noted = list(due)
    for asked, telling in ((attention.proposed, told.proposed), (attention.again, told.again)):
        for tracked, proposal in asked:
            assert proposal.recorded_at is not None
            if (tracked.question.id, proposal.recorded_at) not in sent:
                telling.append((tracked, proposal))
                noted.append(Reminder(tracked.question.id, proposal.recorded_at, 0))
    return told, noted
