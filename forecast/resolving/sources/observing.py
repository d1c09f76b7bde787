"""What a source says, and which of it lies within a question's time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from forecast.model import Question
from forecast.reading.instants import show_day, show_instant
from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.numbers import Value, is_blank
from forecast.resolving.sources.reach import Span
from forecast.resolving.sources.rules import Rule, zone_of

#: Sources have days of other zones: what is dated a little ahead is not a figure for the future.
_DAY = timedelta(days=1)
#: So many of the latest values show how often they come.
_RECENT = 13

NO_DATE = "the source does not say of when this is"
NO_TIME = "the source does not say since when: it may have come true only after the deadline"
FUTURE = "the source has figures for times to come, too: this one may be an estimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A value that a source gives.

    Parameters
    ----------
    value : str, int, float, bool or None
        As it came; blanks (`is_blank`) count as not given.
    span : Span, optional
        The time it is of; None where the source does not say.
    excerpt : str
        Where it stands and what it says.
    caveat : str
        Why to look before believing it.
    """

    value: Value
    span: Span | None = None
    excerpt: str = ""
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An observation that may count.

    Parameters
    ----------
    observation : Observation
    begins, at : datetime
        The time it is of.
    by_deadline : bool
        Whether that ends by the deadline.
    inside : bool
        Whether all of it is within the question's time.
    caveat : str
        Why to look before believing that it counts.
    """

    observation: Observation
    begins: datetime
    at: datetime
    by_deadline: bool
    inside: bool
    caveat: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether the source says of when it is."""
        return self.observation.span is not None

    @property
    def value(self) -> Value:
        """What the source says."""
        return self.observation.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a source says of the time of a question.

    Parameters
    ----------
    reached : datetime, optional
        How far the source's data reaches; None where it does not say.
    counted : tuple of Counted
        By date.
    gaps : tuple of str
        Why the values may not be all there were.
    has_future : bool
        Whether the source has figures for times to come.
    """

    reached: datetime | None
    counted: tuple[Counted, ...]
    gaps: tuple[str, ...] = ()
    has_future: bool = False


def survey(
    question: Question,
    rule: Rule,
    observations: Iterable[Observation],
    as_of: Span | None,
    now: datetime,
) -> Survey:
    """Find how far a source's data reaches, and which of it counts.

    Parameters
    ----------
    question : Question
    rule : Rule
    observations : iterable of Observation
    as_of : Span, optional
        How far the source says its data reaches; else the latest date of a value.
    now : datetime
        When it was fetched.

    Returns
    -------
    Survey

    Raises
    ------
    SourceError
        If the data is said to reach into the future.
    """
    every = list(observations)
    given = [one for one in every if not is_blank(one.value)]
    spans = [one.span for one in given if one.span is not None]
    reached = _said(as_of, now) if as_of else _latest(spans, now)
    all_undated = not spans
    counted = []
    for one in given:
        found = (
            _dated(question, rule, one, one.span, reached or now)
            if one.span is not None
            else _undated(question, rule, one, reached, now)
        )
        if found is not None:
            if found.observation.span is None and not all_undated:
                found = _with_caveat(found, NO_DATE)
            counted.append(found)
    return Survey(
        reached=reached,
        counted=tuple(sorted(counted, key=lambda one: one.at)),
        gaps=(
            *_blank_end(question, rule, every),
            *(_silence(question, spans) if as_of and reached else ()),
        ),
        # Where it says where its data ends, what lies beyond was not counted.
        has_future=(as_of is None or as_of.ends >= now)
        and any(span.begins > now + _DAY for span in spans),
    )


def _said(as_of: Span, now: datetime) -> datetime:
    if as_of.begins > now + _DAY:
        day = as_of.begins.date().isoformat()
        raise SourceError(f"it says that its data reaches to {day}, which is still to come")
    return _reach(as_of, now)


def _latest(spans: list[Span], now: datetime) -> datetime | None:
    return max((_reach(span, now) for span in spans if span.begins <= now), default=None)


def _reach(span: Span, now: datetime) -> datetime:
    """Say how far data of a time reaches for certain: of a time that is not over, to its start."""
    return span.ends if span.ends <= now else min(span.begins, now)


def _dated(
    question: Question, rule: Rule, one: Observation, span: Span, limit: datetime
) -> Counted | None:
    if span.begins > limit or span.ends <= rule.since or span.begins > question.deadline:
        return None  # not yet so, or not within the question's time
    zone = zone_of(question)
    caveats = [one.caveat]
    shown = _shown(span, zone)
    if span.ends > question.deadline:
        caveats.append(f"it is of {shown}, and may have come true only after the deadline")
    elif span.ends > limit:
        caveats.append(f"it is of {shown}, which is not over: it may change")
    if span.begins < rule.since:
        caveats.append(f"it is of {shown}, and may have come true before {_since(rule, zone)}")
    return Counted(
        observation=one,
        begins=span.begins,
        at=span.ends,
        by_deadline=span.ends <= question.deadline,
        inside=span.begins >= rule.since and span.ends <= question.deadline,
        caveat="; ".join(filter(None, caveats)),
    )


def _undated(
    question: Question, rule: Rule, one: Observation, reached: datetime | None, now: datetime
) -> Counted | None:
    at = now if reached is None else reached
    if at <= rule.since:
        return None
    late = at > question.deadline
    caveat = NO_TIME if late else "" if reached is not None else NO_DATE
    return Counted(
        observation=one,
        begins=at,
        at=at,
        by_deadline=not late,
        inside=not late,
        caveat="; ".join(filter(None, (one.caveat, caveat))),
    )


def _with_caveat(counted: Counted, caveat: str) -> Counted:
    if caveat in counted.caveat:
        return counted
    return replace(counted, caveat="; ".join(filter(None, (counted.caveat, caveat))))


def _blank_end(question: Question, rule: Rule, every: list[Observation]) -> tuple[str, ...]:
    """Say so where the last value before the deadline is missing: the rest may not be all."""
    within = [
        (one.span.ends, not is_blank(one.value), one.span)
        for one in every
        if one.span is not None and rule.since < one.span.ends <= question.deadline
    ]
    if not within:
        return ()
    _, is_given, span = max(within, key=lambda one: one[:2])
    if is_given:
        return ()
    return (f"the source has no value for {_shown(span, zone_of(question))}",)


def _silence(question: Question, spans: list[Span]) -> tuple[str, ...]:
    """Say so where no value has come for longer than usual before the deadline.

    A source that says when it was updated last does not say by that how far its values reach.
    """
    ends = sorted({span.ends for span in spans if span.ends <= question.deadline})
    recent = ends[-_RECENT:]
    if len(recent) < 2:
        return ()
    longest = max(later - earlier for earlier, later in pairwise(recent))
    if question.deadline - recent[-1] < longest:
        return ()
    day = show_day(recent[-1], zone_of(question))
    return (f"its latest value before the deadline is of {day}: is there none after that?",)


def _shown(span: Span, zone: tzinfo) -> str:
    if span.begins == span.ends:
        return show_instant(span.ends, zone)
    first, last = show_day(span.begins, zone), show_day(span.ends, zone)
    return first if first == last else f"{first} to {last}"


def _since(rule: Rule, zone: tzinfo) -> str:
    return f"{show_instant(rule.since, zone)}, from when on values count (see since)"
