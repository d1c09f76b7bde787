"""From what a source says to an answer: where in doubt none, or one with a caveat.

The law above all others: "no" is never proposed unless the source's data is known to reach the
deadline, whatever the settings say. A source that lags behind would give a false "no" otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from forecast.model import Question
from forecast.reading.instants import show_day
from forecast.resolving.sources.aggregating import aggregate, option_of
from forecast.resolving.sources.contract import Document, Found, SourceError
from forecast.resolving.sources.numbers import Value, is_blank, read_number
from forecast.resolving.sources.observing import FUTURE, Counted, Observation, Survey, survey
from forecast.resolving.sources.reach import Span
from forecast.resolving.sources.rules import Rule, rule_of, zone_of
from forecast.resolving.sources.texts import excerpt

#: So many of the values that an answer rests on are shown.
_SHOWN = 3
_NO_REACH = "the source does not say how far its data reaches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, and what it rests on.

    Parameters
    ----------
    outcome : str
    known_at : datetime, optional
    caveats : tuple of str
    rests_on : tuple of Counted
    """

    outcome: str
    known_at: datetime | None
    caveats: tuple[str, ...] = ()
    rests_on: tuple[Counted, ...] = ()


def judge(
    question: Question,
    observations: Iterable[Observation],
    document: Document,
    *,
    as_of: Span | None = None,
    rule: Rule | None = None,
    note: str = "",
    gap: str = "",
) -> Found:
    """Say what a source's values answer.

    Parameters
    ----------
    question : Question
        With a resolver whose settings have been checked.
    observations : iterable of Observation
    document : Document
        What they are read from.
    as_of : Span, optional
        How far the source says that its data reaches; where it does not say, as far as the latest
        date of a value.
    rule : Rule, optional
        Else that of the question's settings.
    note : str
        A line for the excerpt.
    gap : str
        Why the values may not be all there were: a caveat where the answer rests on that.

    Returns
    -------
    Found

    Raises
    ------
    SourceError
        If the values are not what the settings say they are.
    """
    rule = rule or rule_of(question)
    every = list(observations)
    seen = survey(question, rule, every, as_of, document.fetched_at)
    if gap:
        seen = replace(seen, gaps=(*seen.gaps, gap))
    needs_numbers = rule.is_numeric or (question.type == "number" and rule.take != "count")
    if needs_numbers:
        _check_numbers(every, seen)
    answer = _answer(question, rule, seen, document.fetched_at)
    if answer and answer.outcome.casefold() == "no" and not _is_final(question, seen):
        answer = None
    if answer is None:
        shown = seen.counted[-1:]
        lines = [one.observation.excerpt for one in shown] or [one.excerpt for one in every[-1:]]
        return Found(document=document, as_of=seen.reached, excerpt=excerpt(*lines, note))
    caveats = [*answer.caveats, FUTURE if seen.has_future else ""]
    return Found(
        document=document,
        outcome=answer.outcome,
        known_at=answer.known_at,
        as_of=seen.reached,
        excerpt=excerpt(*_lines(answer.rests_on), note),
        caveat="; ".join(dict.fromkeys(filter(None, caveats))),
    )


def _check_numbers(every: list[Observation], seen: Survey) -> None:
    for one in seen.counted:
        read_number(one.value)
    if every and all(is_blank(one.value) for one in every):
        raise SourceError("all its values are blank")


def _is_final(question: Question, seen: Survey) -> bool:
    return seen.reached is not None and seen.reached >= question.deadline


def _answer(question: Question, rule: Rule, seen: Survey, now: datetime) -> Answer | None:
    final = _is_final(question, seen)
    # Where the source says nothing of its reach, what it says after the deadline is worth a look.
    late = seen.reached is None and now > question.deadline
    if final or late or not rule.wait:
        proved = _proved(question, rule, seen, now)
        if proved is not None:
            return proved
    if final:
        return _settled(question, rule, seen)
    if late:
        answer = aggregate(question, rule, seen.counted)
        if answer is not None and answer.passed:
            return Answer(
                outcome=answer.outcome,
                known_at=None,
                caveats=(_NO_REACH, *(one.caveat for one in answer.rests_on)),
                rests_on=answer.rests_on,
            )
    return None


# An answer that no later value can undo ----------------------------------------------------------


def _proved(question: Question, rule: Rule, seen: Survey, now: datetime) -> Answer | None:
    if question.type == "number":
        return None
    if rule.take == "count":
        return _counted_up(question, rule, seen, now)
    if not rule.stands_once_met:
        return None
    passing = [one for one in seen.counted if _passes(question, rule, one.value)]
    if not passing:
        return None
    # One without a caveat is worth more than an earlier one with.
    first = next((one for one in passing if not one.caveat), passing[0])
    outcome = _outcome(question, rule, first)
    caveats = [first.caveat, _before(question, first)]
    if _outcome(question, rule, passing[0]) != outcome:
        caveats.append(passing[0].caveat)
    if question.type == "date" and not first.is_dated:
        caveats.append("the source does not say when: it may have been earlier")
    elif question.type == "date" and show_day(first.begins, zone_of(question)) != outcome:
        caveats.append("the source does not say which day")
    return Answer(
        outcome=outcome,
        known_at=_known_at(question, first, now),
        caveats=tuple(caveats),
        rests_on=(first,),
    )


def _counted_up(question: Question, rule: Rule, seen: Survey, now: datetime) -> Answer | None:
    """Find the value with which there were enough."""
    if rule.test is None or rule.test.direction != 1:
        return None
    clean = [one for one in seen.counted if not one.caveat]
    for some in (clean, list(seen.counted)):
        for index, last in enumerate(some):
            if rule.test.holds(Decimal(index + 1)):
                rests_on = tuple(some[: index + 1])
                return Answer(
                    outcome=rule.then,
                    known_at=_known_at(question, last, now),
                    caveats=(*(one.caveat for one in rests_on), _before(question, last)),
                    rests_on=rests_on,
                )
    return None


def _before(question: Question, one: Counted) -> str:
    # Where `since` lets earlier values count.
    return "it came true before the question opened" if one.at <= question.opened_at else ""


def _outcome(question: Question, rule: Rule, one: Counted) -> str:
    if question.type == "date":
        return show_day(one.at, zone_of(question))
    return rule.then if rule.test else option_of(question, one.value) or ""


def _passes(question: Question, rule: Rule, value: Value) -> bool:
    if rule.test is None:
        return option_of(question, value) is not None
    return rule.test.holds(value)


def _known_at(question: Question, one: Counted, now: datetime) -> datetime | None:
    # A date that moves on with every look would be news each time: that of a time that is not
    # over, that of a value without a date as long as the source's data goes on.
    is_past = one.at <= now if one.is_dated else one.at <= question.deadline < now
    return one.at if is_past else None


# An answer that takes all the data ---------------------------------------------------------------


def _settled(question: Question, rule: Rule, seen: Survey) -> Answer | None:
    """Answer by all values by the deadline, now that there will be no more."""
    by_deadline = tuple(one for one in seen.counted if one.by_deadline)
    # Where all the source has is of later, that is worth a look; but not to be counted.
    chosen = by_deadline if rule.take == "count" else by_deadline or seen.counted
    answer = aggregate(question, rule, chosen)
    if answer is None or not answer.outcome:
        return None
    caveats = list(seen.gaps)
    if not by_deadline:
        caveats += [one.caveat for one in seen.counted] or [
            "the source has no value of the question's time"
        ]
    for others in (tuple(one for one in seen.counted if one.inside), seen.counted):
        other = aggregate(question, rule, others)
        if others and (other is None or other.outcome != answer.outcome):
            odd = [one for one in seen.counted if not one.inside]
            caveats += [one.caveat for one in odd]
    if rule.take != "any":
        caveats += [one.caveat for one in answer.rests_on if one.inside]
    return Answer(
        outcome=answer.outcome,
        known_at=question.deadline,
        caveats=tuple(caveats),
        rests_on=answer.rests_on,
    )


def _lines(rests_on: tuple[Counted, ...]) -> list[str]:
    shown = [one.observation.excerpt for one in rests_on[-_SHOWN:]]
    hidden = len(rests_on) - len(shown)
    return [f"{hidden} more before", *shown] if hidden else shown
