"""What needs a person, and when. Pure: the questions and the clock are handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forecast.store.proposals import Proposal, asks
from forecast.store.queries import Tracked

#: A question that closes within this time is about to close.
CLOSING = timedelta(days=7)
#: A forecast is stale after a quarter of the time there was left when it was made …
STALE_SHARE = 4
#: … but never sooner than this.
STALE_AT_LEAST = timedelta(days=7)


@dataclass(slots=True)
class Attention:
    """Questions by what they need; a question that needs nothing is in none of the lists."""

    #: The deadline has passed and the answer is expected by now: resolve.
    due: list[Tracked] = field(default_factory=list)
    #: The deadline has passed, the answer is expected later: wait.
    awaiting: list[Tracked] = field(default_factory=list)
    #: Open, and closing within a week: a last look.
    closing: list[Tracked] = field(default_factory=list)
    #: Open, and long without an update: look at it again.
    stale: list[Tracked] = field(default_factory=list)
    #: A source says the answer, or has changed: accept or reject.
    proposed: list[tuple[Tracked, Proposal]] = field(default_factory=list)
    #: Settled, and the source now says otherwise: look at the answer again.
    again: list[tuple[Tracked, Proposal]] = field(default_factory=list)

    @property
    def needs_a_person(self) -> bool:
        """Whether something waits for a decision, not only for a look."""
        return bool(self.due or self.proposed or self.again)


def sort_out(
    questions: Iterable[Tracked],
    updated_at: Mapping[str, datetime],
    now: datetime,
    proposed: Mapping[str, Proposal] | None = None,
) -> Attention:
    """Sort questions by what they need.

    Parameters
    ----------
    questions : iterable of Tracked
    updated_at : mapping of str to datetime
        When each question was last forecast upon; absent where it never was.
    now : datetime
    proposed : mapping of str to Proposal, optional
        The undecided proposal on each question that has one.

    Returns
    -------
    Attention
        Each list by deadline.
    """
    attention = Attention()
    for tracked in sorted(questions, key=lambda one: one.question.deadline):
        question = tracked.question
        status = tracked.status(now)
        proposal = (proposed or {}).get(question.id)
        if proposal is not None and asks(proposal, tracked):
            settled = tracked.resolution is not None
            (attention.again if settled else attention.proposed).append((tracked, proposal))
        if status == "due":
            attention.due.append(tracked)
        elif status == "awaiting":
            attention.awaiting.append(tracked)
        elif status == "open" and question.opened_at <= now:
            if question.deadline - now <= CLOSING:
                attention.closing.append(tracked)
            if now >= stale_from(tracked, updated_at.get(question.id)):
                attention.stale.append(tracked)
    return attention


def stale_from(tracked: Tracked, updated_at: datetime | None) -> datetime:
    """Say from when on an open question has been without an update for too long.

    That is a quarter of the time that was left at its last update, at least a week: a question
    for next year is looked at every few months, one for next month every week.
    """
    question = tracked.question
    since = max(updated_at or question.opened_at, question.opened_at)
    return since + max((question.deadline - since) / STALE_SHARE, STALE_AT_LEAST)
