"""Q5: probabilities of one person that do not fit each other."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.rule import Example, Note, Rule
from forecast.drafting.lint.series import (
    Said,
    but_for_amount,
    but_for_deadline,
    but_for_winner,
    said_together,
)
from forecast.drafting.lint.times import spelled
from forecast.reading.probabilities import percent

#: How far two that are to add up to one may be off: people round.
_ROUNDING = 0.02
_TINY = 1e-9

Found = Iterator[tuple[Asked, Note]]
Key = TypeVar("Key", bound=Hashable)


def _nested_deadlines(asked: Sequence[Asked]) -> Found:
    keyed = ((parts[0], one) for one in asked if (parts := but_for_deadline(one)))
    for group in _groups(keyed):
        group.sort(key=lambda one: one.question.deadline)
        for n, early in enumerate(group):
            for late in group[n + 1 :]:
                # What happened before the later one opened counts for the earlier alone.
                if (
                    early.last_day < late.last_day
                    and late.question.opened_at <= early.question.opened_at
                ):
                    yield from _too_high(
                        early, late, f"by {spelled(early.last_day)}", f"by {spelled(late.last_day)}"
                    )


def _nested_thresholds(asked: Sequence[Asked]) -> Found:
    parted = [(parts, one) for one in asked if (parts := but_for_amount(one))]
    amount = {id(one): parts[1] for parts, one in parted}
    keyed = ((_threshold_key(one, parts[0], parts[1].side), one) for parts, one in parted)
    for group in _groups(keyed):
        up = amount[id(group[0])].side == "up"
        # The harder threshold first.
        group.sort(key=lambda one: amount[id(one)].value * (-1 if up else 1))
        for n, hard in enumerate(group):
            for easy in group[n + 1 :]:
                first, second = amount[id(hard)], amount[id(easy)]
                if first.unit == second.unit and first.value != second.value:
                    yield from _too_high(hard, easy, f"'{first.text}'", f"'{second.text}'")


def _complements(asked: Sequence[Asked]) -> Found:
    parted = [(parts, one) for one in asked if (parts := but_for_amount(one))]
    amount = {id(one): parts[1] for parts, one in parted}
    keyed = ((_threshold_key(one, parts[0], ""), one) for parts, one in parted)
    for group in _groups(keyed):
        for n, one in enumerate(group):
            for other in group[n + 1 :]:
                first, second = amount[id(one)], amount[id(other)]
                same = first.value == second.value and first.unit == second.unit
                if same and first.side != second.side and first.strict != second.strict:
                    yield from _not_one(one, other)


def _exclusive(asked: Sequence[Asked]) -> Found:
    parted = [(parts, one) for one in asked if (parts := but_for_winner(one))]
    who = {id(one): parts[1] for parts, one in parted}
    for group in _groups(((parts[0], one.last_day), one) for parts, one in parted):
        distinct = list({who[id(one)]: one for one in reversed(group)}.values())
        told: set[str] = set()
        for standing in said_together(distinct):
            total = sum(said.low for said in standing)
            name = standing[0].forecast.forecaster
            if total > 1 + _TINY and name not in told:
                told.add(name)
                last = standing[-1]
                ids = ", ".join(sorted(said.asked.id for said in standing))
                message = (
                    f"{name} gives {ids} together {total * 100:.0f} %, and only one of them can be"
                )
                yield last.asked, Note(_place(last), message)


def _certainty(asked: Asked) -> Iterator[Note]:
    for index, forecast in enumerate(asked.entry.forecasts):
        if forecast.probability in (0, 1):
            message = (
                f"{forecast.forecaster} says {percent(forecast.probability)}: certainty costs "
                "everything when it is wrong; write what you would bet on"
            )
            yield Note(("forecast", index, "probability"), message)


def _too_high(hard: Asked, easy: Asked, hard_words: str, easy_words: str) -> Found:
    for standing in said_together([hard, easy]):
        by_id = {said.asked.id: said for said in standing}
        first, second = by_id[hard.id], by_id[easy.id]
        if first.low > second.high + _TINY:
            message = (
                f"{first.forecast.forecaster} says {percent(first.chance)} for {hard_words} and "
                f"{percent(second.chance)} for {easy_words} ({easy.id}), which it is part of"
            )
            yield hard, Note(_place(first), message)
            return


def _not_one(one: Asked, other: Asked) -> Found:
    for standing in said_together([one, other]):
        low, high = sum(said.low for said in standing), sum(said.high for said in standing)
        if low > 1 + _ROUNDING or high < 1 - _ROUNDING:
            last = max(standing, key=lambda said: said.asked is other)
            first = min(standing, key=lambda said: said.asked is other)
            message = (
                f"{last.forecast.forecaster} says {percent(last.chance)} here and "
                f"{percent(first.chance)} for the opposite ({one.id}): together they are one"
            )
            yield other, Note(_place(last), message)
            return


def _threshold_key(asked: Asked, stems: Hashable, side: str) -> Hashable:
    return stems, side, asked.last_day


def _groups(keyed: Iterable[tuple[Key, Asked]]) -> Iterator[list[Asked]]:
    found: dict[Key, list[Asked]] = defaultdict(list)
    for key, asked in keyed:
        found[key].append(asked)
    for group in found.values():
        if len(group) > 1:
            yield group


def _place(said: Said) -> tuple[str | int, ...]:
    return ("forecast", said.index, "probability")


def _pair(first: tuple[str, str], second: tuple[str, str]) -> Example:
    """Make an example of two questions, each a part of a file and a probability."""
    return Example(
        "\n".join(
            f"""\
[[question]]
{text}

[[question.forecast]]
forecaster = "ann"
at = 2027-01-10
probability = "{chance}"
"""
            for text, chance in (first, second)
        )
    )


def _until(last: str, deadline: str) -> str:
    return f"""\
title = "Will Norway's parliament approve the High Seas Treaty by {last}?"
deadline = {deadline}
criteria = \"\"\"
Yes if the Storting consents to its ratification by {last}. No otherwise; a vote in a committee
does not count. The Storting's record of the vote decides.\"\"\""""


def _prices(side: str, number: int) -> str:
    return f"""\
title = "Will Norway's consumer price index of May 2027 be {side} {number}% above that of May 2026?"
criteria = \"\"\"
Yes if the index for May 2027 that Statistics Norway publishes by 30 June 2027 is {side} {number}
% above that of May 2026. No otherwise.\"\"\""""


def _race(who: str) -> str:
    return f"""\
title = "Will {who} win the 2027 Norwegian football cup?"
criteria = \"\"\"
Yes if the Football Association of Norway lists {who} as the winner of the cup of 2027. No
otherwise. Annulled as void if no final is played by 30 June 2027.\"\"\""""


RULES = (
    Rule(
        code="Q501",
        name="nested-deadlines",
        what="Somebody gives an earlier deadline a higher probability than a later one.",
        why="What happens by June has happened by December. Ranges of words are given their "
        "benefit.",
        bad=_pair(
            (_until("30 June 2027", "2027-06-30"), "60%"),
            (_until("31 December 2027", "2027-12-31"), "40%"),
        ),
        good=_pair(
            (_until("30 June 2027", "2027-06-30"), "40%"),
            (_until("31 December 2027", "2027-12-31"), "60%"),
        ),
        compare=_nested_deadlines,
        needs=("title", "deadline", "opened"),
    ),
    Rule(
        code="Q502",
        name="nested-thresholds",
        what="Somebody gives a harder threshold a higher probability than an easier one.",
        why="What is at least 5 % is at least 3 %, too.",
        bad=_pair((_prices("at least", 5), "50%"), (_prices("at least", 3), "30%")),
        good=_pair((_prices("at least", 5), "30%"), (_prices("at least", 3), "50%")),
        compare=_nested_thresholds,
        needs=("title", "deadline"),
    ),
    Rule(
        code="Q503",
        name="exclusive-above-one",
        what="Only one of several can win, and somebody's probabilities of them sum to more than "
        "one.",
        why="At least one of them is too high.",
        bad=_pair((_race("Bodø/Glimt"), "60%"), (_race("Rosenborg"), "60%")),
        good=_pair((_race("Bodø/Glimt"), "60%"), (_race("Rosenborg"), "30%")),
        compare=_exclusive,
        needs=("title", "deadline"),
    ),
    Rule(
        code="Q504",
        name="complements",
        what="Of two opposites, such as at least 3 % and below 3 %, somebody's do not sum to one.",
        why="One of the two comes true, and never both.",
        bad=_pair((_prices("at least", 3), "50%"), (_prices("less than", 3), "30%")),
        good=_pair((_prices("at least", 3), "60%"), (_prices("less than", 3), "40%")),
        compare=_complements,
        needs=("title", "deadline"),
    ),
    Rule(
        code="Q505",
        name="certainty",
        what="A forecast of exactly 0 % or 100 %.",
        why="The log score of one such forecast that is wrong is infinite, and the verdict calls "
        "it plainly impossible, whatever else was said.",
        bad=Example("""\
[[question.forecast]]
forecaster = "ann"
at = 2027-01-10
probability = "100%"
"""),
        good=Example("""\
[[question.forecast]]
forecaster = "ann"
at = 2027-01-10
probability = "99%"
"""),
        find=_certainty,
    ),
)
