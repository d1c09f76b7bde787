"""What sources said of questions: the evidence, the proposals that rest on it, the decisions."""

import gzip
import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from forecast.model import ForecastError, Question, Resolution
from forecast.reading.instants import read_stamp, stamp
from forecast.store import append, queries
from forecast.store.connection import writing
from forecast.store.rows import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a source gave, as it came.

    Parameters
    ----------
    resolver : str
        The type of the resolver that asked for it.
    url : str
    fetched_at : datetime
    headers : tuple of (str, str) pairs
    sha256 : str
        Of the body, in hexadecimal digits.
    excerpt : str
        The part that matters.
    body : bytes
    """

    resolver: str
    url: str
    fetched_at: datetime
    sha256: str
    headers: tuple[tuple[str, str], ...] = ()
    excerpt: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a source says the answer is, for a person to accept or reject.

    Parameters
    ----------
    question : str
        The question's id.
    outcome : str, optional
        None where the source only changed: a person is to look.
    known_at : datetime, optional
        When the answer became known, where the source tells.
    as_of : datetime, optional
        How far the source's own data reaches.
    caveat : str
        Why to look before believing it.
    evidence : Evidence
        As read back by `standing` its body is left out.
    id : int
    recorded_at : datetime, optional
        Both filled in by the store.
    """

    question: str
    evidence: Evidence
    outcome: str | None = None
    known_at: datetime | None = None
    as_of: datetime | None = None
    caveat: str = ""
    id: int = 0
    recorded_at: datetime | None = None


def insert_proposal(
    connection: sqlite3.Connection, proposal: Proposal, recording: Recording
) -> Proposal:
    """Append a proposal and its evidence inside the caller's write; gives it as recorded."""
    evidence = proposal.evidence
    evidence_id = append.insert(
        connection,
        "evidence",
        {
            "question_id": proposal.question,
            "resolver": evidence.resolver,
            "url": evidence.url,
            "fetched_at": stamp(evidence.fetched_at),
            "headers": json.dumps(evidence.headers, ensure_ascii=False),
            "sha256": evidence.sha256,
            "excerpt": evidence.excerpt,
            # No time in it: the same body is the same bytes.
            "body": gzip.compress(evidence.body, mtime=0),
            **recording.columns(),
        },
    )
    proposal_id = append.insert(
        connection,
        "proposals",
        {
            "question_id": proposal.question,
            "outcome": proposal.outcome,
            "known_at": proposal.known_at and stamp(proposal.known_at),
            "as_of": proposal.as_of and stamp(proposal.as_of),
            "caveat": proposal.caveat,
            "evidence_id": evidence_id,
            **recording.columns(),
        },
    )
    return replace(proposal, id=proposal_id, recorded_at=recording.at)


def accept(
    connection: sqlite3.Connection,
    question_id: str,
    recording: Recording,
    *,
    outcome: str = "",
    known_at: datetime | None = None,
    note: str = "",
) -> Resolution:
    """Resolve a question as its standing proposal says, with its evidence.

    Parameters
    ----------
    outcome : str
        In place of the proposal's; needed where it has none.
    known_at : datetime, optional
        In place of the proposal's.
    note : str
        Put before what the source said.

    Raises
    ------
    ForecastError
        If nothing is proposed, or the outcome or its time is missing or does not fit.
    """
    with writing(connection):
        tracked = queries.get(connection, question_id)
        proposal = standing_on(connection, tracked)
        if not (outcome or proposal.outcome):
            raise ForecastError(
                f"{proposal.evidence.url} has changed, and does not say the answer to "
                f"'{question_id}': look, and name it: forecast accept {question_id} OUTCOME"
            )
        return settle(
            connection,
            tracked.question,
            replace(
                proposal,
                outcome=outcome or proposal.outcome,
                known_at=known_at or proposal.known_at,
            ),
            recording,
            note,
        )


def settle(
    connection: sqlite3.Connection,
    question: Question,
    proposal: Proposal,
    recording: Recording,
    note: str,
) -> Resolution:
    """Resolve by a proposal inside the caller's write, and note that it was accepted."""
    evidence = proposal.evidence
    assert proposal.outcome is not None
    resolution = append.insert_answer(
        connection,
        question,
        proposal.outcome,
        recording,
        known_at=proposal.known_at and min(proposal.known_at, recording.at),
        evidence=(evidence.url, f"sha256:{evidence.sha256}"),
        note="\n".join(part for part in (note, evidence.excerpt.strip()) if part),
    )
    _decide(connection, proposal.id, "accepted", note, recording)
    return resolution


def reject(
    connection: sqlite3.Connection, question_id: str, note: str, recording: Recording
) -> Proposal:
    """Turn down what is proposed: it is not proposed again while the source says the same.

    Raises
    ------
    ForecastError
        If nothing is proposed.
    """
    with writing(connection):
        proposal = standing_on(connection, queries.get(connection, question_id))
        _decide(connection, proposal.id, "rejected", note, recording)
    return proposal


def standing(connection: sqlite3.Connection) -> dict[str, Proposal]:
    """Give the newest undecided proposal of each question, by its id, settled questions included.

    Which of them still ask for something depends on the answer: see `asks`.
    """
    return {one.question: one for one in _read(connection, "", ())}


def standing_on(connection: sqlite3.Connection, tracked: queries.Tracked) -> Proposal:
    """Give the proposal that stands on a question.

    Raises
    ------
    ForecastError
        If none does.
    """
    id_ = tracked.question.id
    for one in _read(connection, "WHERE question_id = ?", (id_,)):
        if asks(one, tracked):
            return one
    raise ForecastError(f"nothing is proposed for '{id_}': see forecast proposals")


def asks(proposal: Proposal, tracked: queries.Tracked) -> bool:
    """Whether an undecided proposal still wants a person, now that its question may be settled.

    An answer given after it has taken it into account; one given before is contradicted by it.
    """
    answer = tracked.resolution
    if answer is None:
        return True
    if answer.recorded_at is None or proposal.recorded_at is None:
        return False
    return proposal.recorded_at > answer.recorded_at and proposal.outcome != answer.outcome


def newest(connection: sqlite3.Connection, question_id: str) -> tuple[str | None, str] | None:
    """Give the outcome last proposed and when it was known (or ''), decided or not."""
    row = connection.execute(
        "SELECT outcome, coalesce(known_at, '') FROM proposals WHERE question_id = ? "
        "ORDER BY id DESC LIMIT 1",
        (question_id,),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def body(connection: sqlite3.Connection, proposal_id: int) -> bytes:
    """Give the body of the evidence a proposal rests on."""
    (packed,) = connection.execute(
        "SELECT e.body FROM proposals p JOIN evidence e ON e.id = p.evidence_id WHERE p.id = ?",
        (proposal_id,),
    ).fetchone()
    return gzip.decompress(packed)


def _read(
    connection: sqlite3.Connection, where: str, parameters: tuple[Any, ...]
) -> list[Proposal]:
    rows = connection.execute(
        "SELECT id, question_id, outcome, known_at, as_of, caveat, recorded_at, "
        f"resolver, url, fetched_at, sha256, excerpt FROM current_proposals {where} ORDER BY id",
        parameters,
    )
    return [
        Proposal(
            id=id_,
            question=question_id,
            outcome=outcome,
            known_at=known_at and read_stamp(known_at),
            as_of=as_of and read_stamp(as_of),
            caveat=caveat,
            recorded_at=read_stamp(recorded_at),
            evidence=Evidence(
                resolver=resolver,
                url=url,
                fetched_at=read_stamp(fetched_at),
                sha256=sha256,
                excerpt=excerpt,
            ),
        )
        for (
            id_,
            question_id,
            outcome,
            known_at,
            as_of,
            caveat,
            recorded_at,
            resolver,
            url,
            fetched_at,
            sha256,
            excerpt,
        ) in rows
    ]


def _decide(
    connection: sqlite3.Connection,
    proposal_id: int,
    decision: str,
    note: str,
    recording: Recording,
) -> None:
    append.insert(
        connection,
        "decisions",
        {"proposal_id": proposal_id, "decision": decision, "note": note, **recording.columns()},
    )
