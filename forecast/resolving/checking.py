"""One run of `check`: look answers up, propose, resolve what may resolve itself, remember.

Each source's result is one write, as it comes: a run that is killed has lost nothing it had, and
the next one finds everything else as if it had not been.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from forecast.model import ANNULLED, ForecastError, InvalidField, Resolution, Resolver
from forecast.reading.durations import read_duration
from forecast.resolving.fetching.troubles import NotAsked
from forecast.resolving.sources.contract import Found, SourceError
from forecast.resolving.sources.registry import source_of
from forecast.store import proposals, queries, runs
from forecast.store.connection import writing
from forecast.store.proposals import Evidence, Proposal
from forecast.store.queries import Tracked
from forecast.store.rows import Recording, resolver_text

#: A source that failed so many times in a row is broken …
BROKEN_AFTER = 5
#: … and is then tried, and spoken of, only so often.
BROKEN_EVERY = timedelta(days=7)
#: A settled question's source is looked at so often, for so long: figures are revised.
AGAIN_EVERY = timedelta(days=7)
AGAIN_FOR = timedelta(days=180)
#: Schedulers are not exact to the minute: a day is over a little before it is.
_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that did not answer, or could not be read."""

    question: str
    resolver: str
    error: str
    #: How many times in a row.
    failures: int = 1

    @property
    def is_broken(self) -> bool:
        """Whether it has failed so often that somebody must mend it."""
        return self.failures >= BROKEN_AFTER


@dataclass(slots=True)
class Lookedup:
    """What came of a run's look-ups."""

    n_looked_up: int = 0
    #: New in this run.
    proposed: list[Proposal] = field(default_factory=list)
    #: Questions that resolved by themselves in this run.
    resolved: list[Resolution] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def wanted(
    questions: Iterable[Tracked], looked_up: dict[str, runs.Lookup], now: datetime
) -> list[Tracked]:
    """Choose the questions whose sources are to be looked at in this run.

    Those open, awaited or due with a source to look at; those settled by an answer lately, since a
    source may be revised. Not those whose source was looked at too short a while ago: by its own
    `every`, because it is broken, or because the question is settled.
    """
    chosen = [one for one in questions if _is_wanted(one, looked_up.get(one.question.id), now)]
    # Who has waited longest comes first: a host that does not answer is not asked for ever.
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(
        chosen,
        key=lambda one: (
            looked_up[one.question.id].looked_at if one.question.id in looked_up else never
        ),
    )


def _is_wanted(tracked: Tracked, last: runs.Lookup | None, now: datetime) -> bool:
    question, resolver, answer = tracked.question, tracked.question.resolver, tracked.resolution
    if resolver is None or question.opened_at > now or _only_a_person(resolver):
        return False
    pauses = []
    every = dict(resolver.settings).get("every")
    if isinstance(every, str):
        pauses.append(read_duration(every))
    if answer is not None:
        recorded_at = answer.recorded_at or answer.known_at
        if answer.outcome == ANNULLED or now - recorded_at > AGAIN_FOR:
            return False
        pauses.append(AGAIN_EVERY)
    if last is None or last.resolver != resolver_text(resolver):
        return True
    if last.failures >= BROKEN_AFTER:
        pauses.append(BROKEN_EVERY)
    return not pauses or now - last.looked_at >= max(pauses) - _SLACK


def _only_a_person(resolver: Resolver) -> bool:
    try:
        return source_of(resolver.type).find is None
    except InvalidField:  # its package is gone, which is a failure to tell
        return False


def look_up(
    connection: sqlite3.Connection,
    questions: list[Tracked],
    looked_up: dict[str, runs.Lookup],
    results: Iterator[tuple[Tracked, Found | SourceError]],
    may_resolve: Callable[[Tracked], bool],
    recording: Recording,
) -> Lookedup:
    """Write down what comes of look-ups, each result as it comes.

    Parameters
    ----------
    connection : sqlite3.Connection
    questions : list of Tracked
    looked_up : dict
        How each source fared before.
    results : iterator of (Tracked, Found or SourceError)
    may_resolve : callable
        Whether a question's resolver may resolve it by itself: it says so, in a trusted file.
    recording : Recording
    """
    done = Lookedup(n_looked_up=len(questions))
    for tracked, result in results:
        resolver = tracked.question.resolver
        assert resolver is not None
        last = looked_up.get(tracked.question.id)
        if last is None or last.resolver != resolver_text(resolver):
            last = runs.fresh(resolver, recording.at)
        with writing(connection):
            if isinstance(result, NotAsked):  # for another's failure, which is not its own
                done.failed.append(
                    Failure(tracked.question.id, resolver.type, str(result), last.failures)
                )
                continue
            if isinstance(result, SourceError):
                lookup = replace(
                    last,
                    looked_at=recording.at,
                    failures=last.failures + 1,
                    failing_since=last.failing_since or recording.at,
                    error=str(result),
                )
                done.failed.append(
                    Failure(tracked.question.id, resolver.type, str(result), lookup.failures)
                )
            else:
                _take(connection, tracked, result, last.seen, may_resolve, recording, done)
                lookup = replace(
                    last,
                    looked_at=recording.at,
                    failures=0,
                    failing_since=None,
                    error="",
                    seen=result.fingerprint or last.seen,
                )
            runs.note_lookup(connection, tracked.question.id, lookup)
    return done


def _take(
    connection: sqlite3.Connection,
    tracked: Tracked,
    found: Found,
    seen: str,
    may_resolve: Callable[[Tracked], bool],
    recording: Recording,
    done: Lookedup,
) -> None:
    """Propose what a source says, where that is news; resolve by it where that is allowed."""
    # Somebody may have settled the question while its source was looked at.
    tracked = queries.get(connection, tracked.question.id)
    if not _is_news(connection, tracked, found, seen):
        return
    proposal = proposals.insert_proposal(connection, _proposal(tracked, found), recording)
    if tracked.resolution is None and not found.caveat and found.outcome and may_resolve(tracked):
        question = tracked.question
        note = f"Resolved by itself: {found.document.url} says so"
        try:
            done.resolved.append(proposals.settle(connection, question, proposal, recording, note))
        except ForecastError:  # when it became known is not said, say: a person must decide
            done.proposed.append(proposal)
    else:
        done.proposed.append(proposal)


def _is_news(connection: sqlite3.Connection, tracked: Tracked, found: Found, seen: str) -> bool:
    answer = tracked.resolution
    if found.outcome is None:
        # What was there at the first look is what later looks are compared with.
        return bool(found.fingerprint and seen and found.fingerprint != seen and answer is None)
    if answer is not None and answer.outcome in (found.outcome, ANNULLED):
        return False
    last = proposals.newest(connection, tracked.question.id)
    return last is None or last != _key(found)


def _key(found: Found) -> tuple[str | None, str]:
    from forecast.reading.instants import stamp

    return found.outcome, stamp(found.known_at) if found.known_at else ""


def _proposal(tracked: Tracked, found: Found) -> Proposal:
    resolver, document = tracked.question.resolver, found.document
    assert resolver is not None
    return Proposal(
        question=tracked.question.id,
        outcome=found.outcome,
        known_at=found.known_at,
        as_of=found.as_of,
        caveat=found.caveat,
        evidence=Evidence(
            resolver=resolver.type,
            url=document.url,
            fetched_at=document.fetched_at,
            headers=document.headers,
            sha256=sha256(document.body).hexdigest(),
            excerpt=found.excerpt,
            body=document.body,
        ),
    )
