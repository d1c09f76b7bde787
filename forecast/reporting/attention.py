"""What `check` found: the same text for a terminal and a message, and JSON for programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from forecast.model import Resolution
from forecast.reading.instants import day_if_end, read_zone, show_day, show_instant
from forecast.reporting import shapes
from forecast.reporting.lines import question_row
from forecast.reporting.phrases import count
from forecast.resolving.checking import Failure
from forecast.resolving.due import Attention
from forecast.store.proposals import Proposal
from forecast.store.queries import Tracked
from forecast.store.runs import Run

#: Of an excerpt, in a list of proposals; `proposals ID` and `review` show all of it.
_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with questions in rows of columns, or with lines of text."""

    heading: str
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


def sections(
    found: Attention,
    now: datetime,
    probabilities: Mapping[str, float],
    resolved: Sequence[tuple[Tracked, Resolution]] = (),
    failed: Sequence[Failure] = (),
) -> list[Section]:
    """Say what needs a person, the most pressing first; empty where nothing does.

    Parameters
    ----------
    found : Attention
    now : datetime
    probabilities : mapping of str to float
        The asking forecaster's own.
    resolved : sequence of (Tracked, Resolution)
        What resolved by itself in this run.
    failed : sequence of Failure
        Sources that did not answer in this run.
    """
    # What is proposed is shown with its evidence, and not once more among what is due.
    asked = {tracked.question.id for tracked, _ in found.proposed}

    def listed(heading: str, questions: Sequence[Tracked], advice: str = "") -> Section:
        others = [one for one in questions if one.question.id not in asked]
        return Section(
            f"{heading} ({len(others)}){advice}",
            tuple(question_row(one, now, probabilities.get(one.question.id)) for one in others),
            tuple(filter(None, map(where_to_look, others))) if advice else (),
        )

    def told(heading: str, lines: Iterable[str], number: int, advice: str = "") -> Section:
        return Section(f"{heading} ({number}){advice}", lines=tuple(lines))

    def proposals(pairs: Sequence[tuple[Tracked, Proposal]]) -> Iterator[str]:
        return (line for pair in pairs for line in proposal_lines(*pair))

    every = [
        told("Resolved by itself", (_resolved_line(*one) for one in resolved), len(resolved)),
        told(
            "Proposed",
            proposals(found.proposed),
            len(found.proposed),
            ": forecast accept ID, or reject ID --note WHY",
        ),
        told(
            "Resolved, and the source now says otherwise",
            proposals(found.again),
            len(found.again),
        ),
        listed("Due", found.due, ": settle with forecast resolve ID OUTCOME"),
        listed("Closing within 7 days", found.closing),
        listed("Open, and long without an update", found.stale),
        listed("Past the deadline, the answer not expected yet", found.awaiting),
        told("Sources that failed", map(failure_line, failed), len(failed)),
    ]
    return [one for one in every if one.rows or one.lines]


def message(told: Sequence[Section]) -> tuple[str, str]:
    """Put sections into a message: what it is about, and the text a terminal would show."""
    parts = []
    for section in told:
        rows = ("  ".join(filter(None, row)) for row in section.rows)
        parts.append("\n".join((section.heading, *rows, *section.lines)))
    subjects = ", ".join(section.heading.partition(":")[0].lower() for section in told)
    return f"forecast: {subjects}", "\n\n".join(parts)


def proposal_lines(tracked: Tracked, proposal: Proposal, whole: bool = False) -> list[str]:
    """Give a proposal with its evidence; the whole excerpt where asked for."""
    question, evidence = tracked.question, proposal.evidence
    zone = read_zone(question.timezone)
    known = f", known {_day(proposal.known_at, zone)}" if proposal.known_at else ""
    reach = f", as of {_day(proposal.as_of, zone)}" if proposal.as_of else ""
    says = proposal.outcome or "changed since the last look: is it settled?"
    found = [
        f"{question.id}: {question.title}",
        f"  {says}{known} ({evidence.resolver} {evidence.url}{reach})",
    ]
    if tracked.resolution is not None:
        found.append(f"  It was resolved {tracked.resolution.outcome}.")
    excerpt = evidence.excerpt.strip()
    if whole:
        found += [f"  > {line}" for line in excerpt.splitlines()]
    elif excerpt:
        shown = " ".join(excerpt.split())
        found.append(f"  > {shown[: _EXCERPT - 1]}…" if len(shown) > _EXCERPT else f"  > {shown}")
    if proposal.caveat:
        found.append(f"  Look first: {proposal.caveat}")
    return found


def failure_line(failure: Failure) -> str:
    """Say what failed, in one line; of a broken source, that it must be mended."""
    broken = f"broken, failed {failure.failures} times in a row: " if failure.is_broken else ""
    return f"{failure.question or failure.resolver}: {broken}{failure.error}"


def where_to_look(tracked: Tracked) -> str:
    """Say where a person finds the answer, where the resolver only tells that."""
    resolver = tracked.question.resolver
    where = "" if resolver is None else dict(resolver.settings).get("where", "")
    return f"  {tracked.question.id}: {where}" if isinstance(where, str) and where else ""


def attention(
    found: Attention,
    now: datetime,
    probabilities: Mapping[str, float],
    resolved: Sequence[tuple[Tracked, Resolution]] = (),
    failed: Sequence[Failure] = (),
) -> dict[str, list[Any]]:
    """Give the same as JSON."""

    def questions(listed: Sequence[Tracked]) -> list[Any]:
        return [shapes.question(one, now, probabilities.get(one.question.id)) for one in listed]

    return {
        "due": questions(found.due),
        "awaiting": questions(found.awaiting),
        "closing": questions(found.closing),
        "stale": questions(found.stale),
        "proposed": [shape(*one) for one in found.proposed],
        "again": [shape(*one) for one in found.again],
        "resolved": [
            {"id": tracked.question.id, **shapes.resolution(answer)} for tracked, answer in resolved
        ],
        "errors": [
            {
                "id": one.question or None,
                "resolver": one.resolver,
                "error": one.error,
                "failures": one.failures,
                "broken": one.is_broken,
            }
            for one in failed
        ],
    }


def shape(tracked: Tracked, proposal: Proposal) -> dict[str, Any]:
    """Give a proposal as JSON."""
    evidence = proposal.evidence
    return {
        "id": proposal.question,
        "title": tracked.question.title,
        "outcome": proposal.outcome,
        "known_at": proposal.known_at,
        "as_of": proposal.as_of,
        "resolver": evidence.resolver,
        "caveat": proposal.caveat or None,
        "evidence": {
            "url": evidence.url,
            "fetched_at": evidence.fetched_at,
            "sha256": evidence.sha256,
            "excerpt": evidence.excerpt,
        },
        "proposed_at": proposal.recorded_at,
        "resolved": tracked.resolution.outcome if tracked.resolution else None,
    }


def run_lines(run: Run, zone: tzinfo) -> list[str]:
    """Give one run of `check`: when, how long, what was found, what failed."""
    found = run.found
    if run.seconds is None:
        return [f"{show_instant(run.started_at, zone)}  at work, or broken off"]
    parts = [
        count(found.get("looked_up", 0), "source"),
        *(
            f"{found[key]} {words}"
            for key, words in (
                ("new_proposals", "newly proposed"),
                ("resolved", "resolved by itself"),
                ("proposed", "to decide"),
                ("due", "due"),
            )
            if found.get(key)
        ),
        *([f"{len(run.failed)} failed"] if run.failed else []),
    ]
    return [
        f"{show_instant(run.started_at, zone)}  {run.seconds:.1f} s  {', '.join(parts)}",
        *(f"  {one['id'] or one['resolver']}: {one['error']}" for one in run.failed),
    ]


def run_shape(run: Run) -> dict[str, Any]:
    """Give one run of `check` as JSON."""
    return {
        "started_at": run.started_at,
        "seconds": run.seconds,
        "found": run.found,
        "failed": run.failed,
    }


def _resolved_line(tracked: Tracked, answer: Resolution) -> str:
    question = tracked.question
    known = show_instant(answer.known_at, read_zone(question.timezone))
    source = answer.evidence[0] if answer.evidence else ""
    return f"{question.id}: {answer.outcome}, known at {known} ({source}): {question.title}"


def _day(instant: datetime, zone: tzinfo) -> str:
    return show_day(instant, zone) if day_if_end(instant, zone) else show_instant(instant, zone)
