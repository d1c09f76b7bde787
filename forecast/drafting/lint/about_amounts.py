"""Q4, second half: numbers, units and options."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise

from forecast.drafting.lint.amounts import ALIKE, Amount, amounts
from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.rule import CREATORS, METACULUS, Example, Note, Rule

_CATCH_ALL = re.compile(
    r"\b(?:other|others|another|none|neither|nobody|no one|nothing|else|not|no|more|less|fewer"
    r"|above|below|over|under|later|earlier|before|after|higher|lower|greater|any|unresolved|draw|tie)\b|[<>≤≥+]",
    re.IGNORECASE,
)
_RULED = re.compile(
    r"\b(?:other|annul|void|none of|neither|any option|not listed|remaining)", re.IGNORECASE
)
_RANGE = re.compile(r"^\D*?(-?[0-9][0-9,.]*)\s*%?\s*(?:-|–|—|to|and)\s*(-?[0-9][0-9,.]*)\D*$")


def _other_number(asked: Asked) -> Iterator[Note]:
    said = amounts(asked.criteria)
    for one in amounts(asked.title):
        if not one.unit:
            continue
        same_unit = [other for other in said if other.unit == one.unit]
        if any(math.isclose(one.value, other.value) for other in same_unit):
            continue
        compared = [other for other in same_unit if other.side and _same_side(one, other)]
        if compared and one.side:
            message = (
                f"the title says '{one.text}', the criteria say '{compared[0].text}': make them one"
            )
            yield Note(("title",), message, one.text)
            return


def _same_side(one: Amount, other: Amount) -> bool:
    return one.side == other.side


def _other_unit(asked: Asked) -> Iterator[Note]:
    said = amounts(asked.criteria)
    for one in amounts(asked.title):
        for group in ALIKE:
            if one.unit not in group:
                continue
            others = [other for other in said if other.unit in group]
            same_number = [other for other in others if math.isclose(one.value, other.value)]
            if same_number and all(other.unit != one.unit for other in others):
                theirs = same_number[0].unit
                message = f"the title counts in {one.unit}, the criteria in {theirs}: make them one"
                yield Note(("title",), message, one.text)
                return


def _no_catch_all(asked: Asked) -> Iterator[Note]:
    question = asked.question
    if question.type != "choice" or len(question.options) < 3 or not asked.is_english:
        return
    if any(_CATCH_ALL.search(option) for option in question.options) or _RULED.search(
        asked.criteria
    ):
        return
    message = (
        "the options leave nothing for the case that none of them comes true: add one, or a rule"
    )
    yield Note(("options",), message)


def _overlap(asked: Asked) -> Iterator[Note]:
    ranges: list[tuple[str, float, float, int, str]] = []
    for index, option in enumerate(asked.question.options):
        found = _RANGE.match(option)
        if found:
            low, high = (_number(text) for text in found.groups())
            if low is not None and high is not None and low < high:
                # "Up 1 to 2" and "down 1 to 2" have words of their own.
                ranges.append((re.sub(r"[0-9.,\s]+", "", option), low, high, index, option))
    ranges.sort()
    for (kind, _, high, _, before), (other, low, _, index, option) in pairwise(ranges):
        if (
            kind == other
            and low <= high
            and not re.search(r"\b(?:inclusive|exclusive|exclud|includ)", asked.criteria)
        ):
            message = f"'{before}' and '{option}' overlap: say to which the number between belongs"
            yield Note(("options", index), message, option)
            return


def _no_unit(asked: Asked) -> Iterator[Note]:
    question = asked.question
    if (
        question.type == "number"
        and not question.unit
        and not re.match(r"how many", asked.title, re.I)
    ):
        yield Note(("unit",), 'no unit: say what the number counts, unit = "…"')


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


_CHOICE = """\
title = "How many seats will Norway's Centre Party win in the election on 13 September 2027?"
type = "choice"
deadline = 2027-09-13
options = [{options}]
criteria = \"\"\"
The Norwegian Directorate of Elections decides, with the seats that it publishes after the
election of 13 September 2027. Seats won in a later recount do not count.\"\"\"
"""

RULES = (
    Rule(
        code="Q404",
        name="other-number",
        what="Title and criteria name two thresholds.",
        why="People forecast the one in the title, and the other one settles it.",
        bad=Example("""\
title = "Will Norway's consumer prices rise by at least 4% in a year by 30 June 2027?"
criteria = \"\"\"
Yes if a consumer price index published by 30 June 2027 is at least 5 % above that of a year
before. No otherwise. Statistics Norway decides.\"\"\"
"""),
        good=Example("""\
title = "Will Norway's consumer prices rise by at least 4% in a year by 30 June 2027?"
criteria = \"\"\"
Yes if a consumer price index published by 30 June 2027 is at least 4.0 % above that of a year
before. No otherwise. Statistics Norway decides.\"\"\"
"""),
        find=_other_number,
        needs=("title", "criteria"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q405",
        name="other-unit",
        what="The same number stands in the title and in the criteria, in two units.",
        why="Per cent and percentage points, dollars and euros are not the same.",
        bad=Example("""\
title = "Will Norway's key policy rate rise by at least 2% by 30 June 2027?"
criteria = \"\"\"
Yes if the rate that Norges Bank publishes is, on a day up to 30 June 2027, at least 2 percentage
points above that of 10 January 2027. No otherwise.\"\"\"
"""),
        good=Example("""\
title = "Will Norway's key policy rate rise by at least 2 percentage points by 30 June 2027?"
criteria = \"\"\"
Yes if the rate that Norges Bank publishes is, on a day up to 30 June 2027, at least 2 percentage
points above that of 10 January 2027. No otherwise.\"\"\"
"""),
        find=_other_unit,
        needs=("title", "criteria"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q407",
        name="options-leave-a-gap",
        what="A choice of three or more has no option for the rest, and no rule for it.",
        why="Something else happens more often than one thinks. With two options nothing is said: "
        "a match has two sides.",
        bad=Example("""\
title = "Who will lead Norway's government on 31 December 2027?"
type = "choice"
deadline = 2027-12-31
options = ["Jonas Gahr Støre", "Sylvi Listhaug", "Ine Eriksen Søreide"]
criteria = \"\"\"
The prime minister of Norway at the end of 31 December 2027, as the government's website names
them.\"\"\"
"""),
        good=Example("""\
title = "Who will lead Norway's government on 31 December 2027?"
type = "choice"
deadline = 2027-12-31
options = ["Jonas Gahr Støre", "Sylvi Listhaug", "Ine Eriksen Søreide", "somebody else"]
criteria = \"\"\"
The prime minister of Norway at the end of 31 December 2027, as the government's website names
them.\"\"\"
"""),
        find=_no_catch_all,
        needs=("options", "criteria"),
        guides=(CREATORS,),
    ),
    Rule(
        code="Q408",
        name="options-overlap",
        what='Two options share a number: "0 to 10" and "10 to 20".',
        why="That number comes.",
        bad=Example(_CHOICE.format(options='"0 to 10", "10 to 20", "more than 20"')),
        good=Example(_CHOICE.format(options='"0 to 10", "11 to 20", "more than 20"')),
        find=_overlap,
        needs=("options",),
        guides=(CREATORS,),
    ),
    Rule(
        code="Q409",
        name="no-unit",
        what="A number has no unit.",
        why="Thousands or millions, dollars or kroner: the record cannot tell.",
        bad=Example("""\
title = "What will Norway's exports of goods be in June 2027?"
type = "number"
known_by = 2027-07-31
criteria = \"\"\"
Statistics Norway's first figure for June 2027, in billions of kroner. Later revisions do not
count.\"\"\"
"""),
        good=Example("""\
title = "What will Norway's exports of goods be in June 2027?"
type = "number"
unit = "billion kroner"
known_by = 2027-07-31
criteria = \"\"\"
Statistics Norway's first figure for June 2027, in billions of kroner. Later revisions do not
count.\"\"\"
"""),
        find=_no_unit,
        needs=("unit", "title"),
        guides=(METACULUS,),
    ),
)
