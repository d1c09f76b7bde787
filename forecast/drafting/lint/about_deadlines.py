"""Q2, first half: the deadline, and whether title, criteria and file mean the same day."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.rule import (
    ANATOMY,
    CREATORS,
    METACULUS,
    MONTH,
    Edit,
    Example,
    Note,
    Rule,
)
from forecast.drafting.lint.times import Mention, spelled

#: Any of these places a question in time, if only by an event.
#: Any of these places a question in time, if only by an event.
_SOME_TIME = re.compile(
    r"\b(?:19|20|21)[0-9]{2}\b|\b[0-9]{4}-[0-9]{2}|\bQ[1-4]\b|\b[0-9]+-[a-z]+\b"
    r"|\b(?:before|until|during|when|while|by|within|ever|season|edition|elections?|term|weeks?"
    r"|months?|quarter|years?|days?|decade|century|summer|autumn|winter|spring|today|tonight"
    r"|tomorrow|next|upcoming|first|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
    r"|semester)\b",
    re.IGNORECASE,
)
_EDITION = re.compile(r"\b[IVXL]{2,}\b|#[0-9]|\b[0-9]+(?:st|nd|rd|th)\b")


def _no_deadline(asked: Asked) -> Iterator[Note]:
    if ("deadline",) in asked.open:
        yield Note(
            ("deadline",), 'the deadline is still open ("?"): write the last day that counts'
        )


def _against_title(asked: Asked) -> Iterator[Note]:
    bounds = [one for one in asked.title_times if one.bounds]
    if not bounds or any(_fits(one, asked) for one in bounds):
        return
    worst = bounds[-1]
    if worst.has_year and worst.last < asked.first_day:
        return  # Q210 says more
    message = f"the title says '{worst.text}', the deadline is {asked.last_day}: make them one"
    yield Note(("title",), message, worst.text)


def _against_criteria(asked: Asked) -> Iterator[Note]:
    days = {asked.last_day}
    if asked.question.known_by:
        days.add(
            (asked.question.known_by - timedelta(microseconds=1)).astimezone(asked.zone).date()
        )
    times = asked.criteria_times
    if any(one.allows(day, _slack(asked)) or _covers(one, day) for one in times for day in days):
        return
    if any(one.last_days[0] in days or _is_eve(asked.last_day, one) for one in times):
        return
    bounds = [
        one
        for one in times
        if one.bounds and one.has_year and one.last >= asked.first_day and _in_yes(one, asked)
    ]
    if bounds:
        worst = bounds[0]
        message = (
            f"the criteria say '{worst.text}', the deadline is {asked.last_day}: make them one"
        )
        yield Note(("criteria",), message, worst.text)


def _title_without_time(asked: Asked) -> Iterator[Note]:
    timed = _SOME_TIME.search(asked.title) or _EDITION.search(asked.title)
    if asked.question.type != "date" and asked.is_english and not timed:
        message = f"the title says no time: say by when, '… by {spelled(asked.last_day)}?'"
        yield Note(("title",), message)


def _ambiguous_by(asked: Asked) -> Iterator[Note]:
    for one in asked.title_times:
        if not one.is_ambiguous:
            continue
        period = one.text.split(maxsplit=1)[1]
        if asked.last_day == one.last:
            better = f"by the end of {period}"
        elif asked.last_day == one.first - timedelta(days=1):
            better = f"before {period}"
        else:
            continue  # Q202 says more
        title = f"{asked.title[: one.start]}{better}{asked.title[one.end :]}"
        message = f"'{one.text}' may be read with or without {period}: write '{better}'"
        yield Note(("title",), message, one.text, Edit(("title",), title))


def _fits(one: Mention, asked: Asked) -> bool:
    return one.allows(asked.last_day, _slack(asked))


def _slack(asked: Asked) -> int:
    return 0 if asked.ends_with_a_day else 1


def _is_eve(day: date, one: Mention) -> bool:
    """Tell whether "by 1 January" is said of a year that ends on the day before, as many do."""
    return one.unit == "day" and one.first.day == 1 and day == one.first - timedelta(days=1)


def _covers(one: Mention, day: date) -> bool:
    """Tell whether a period that bounds nothing has that day in it, as "in 2026" has."""
    return one.has_year and not one.bounds and one.unit != "day" and one.first <= day <= one.last


def _in_yes(one: Mention, asked: Asked) -> bool:
    return any(one.text in sentence for sentence in asked.yes_sentences)


RULES = (
    Rule(
        code="Q201",
        name="no-deadline",
        what='The deadline is still "?".',
        why="Without a last day nothing is ever wrong: the clairvoyant could not answer.",
        bad=Example('deadline = "?"'),
        good=Example("deadline = 2027-06-30"),
        find=_no_deadline,
        guides=(METACULUS, ANATOMY),
    ),
    Rule(
        code="Q202",
        name="deadline-against-title",
        what="The title says by when, and the deadline is another day.",
        why="People forecast what the title says; the tracker goes by the deadline. What is "
        "asked of before 1 July ends on 30 June.",
        bad=Example("""\
title = "Will Norway's parliament approve the High Seas Treaty by 30 June 2027?"
deadline = 2027-12-31
criteria = \"\"\"
Yes if the Storting consents to its ratification before 2028. No otherwise; a vote in a committee
does not count. The Storting's record of the vote decides.\"\"\"
"""),
        good=Example("""\
title = "Will Norway's parliament approve the High Seas Treaty by the end of 2027?"
deadline = 2027-12-31
criteria = \"\"\"
Yes if the Storting consents to its ratification before 2028. No otherwise; a vote in a committee
does not count. The Storting's record of the vote decides.\"\"\"
"""),
        find=_against_title,
        needs=("title", "deadline", "opened"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q203",
        name="deadline-against-criteria",
        what="The criteria say by when, and the deadline is another day.",
        why="The day between the two belongs to nobody, and that is the day on which it happens.",
        bad=Example("""\
criteria = \"\"\"
Yes if the Storting consents to its ratification by 31 July 2027. No otherwise; a vote in a
committee does not count. The Storting's record of the vote decides.\"\"\"
"""),
        good=Example("""\
criteria = \"\"\"
Yes if the Storting consents to its ratification by 30 June 2027. No otherwise; a vote in a
committee does not count. The Storting's record of the vote decides.\"\"\"
"""),
        find=_against_criteria,
        needs=("criteria", "deadline", "opened"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q204",
        name="title-without-time",
        what="The title names no time at all.",
        why='In a list the title is all that people see, and "will it happen" is another question '
        'than "will it happen by June".',
        bad=Example('title = "Will Norway\'s parliament approve the High Seas Treaty?"'),
        good=Example(
            'title = "Will Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"'
        ),
        find=_title_without_time,
        needs=("title", "deadline"),
        guides=(METACULUS, CREATORS),
    ),
    Rule(
        code="Q207",
        name="ambiguous-by",
        what='"By 2027" or "by June 2027": is that period in, or out?',
        why="Half of the readers take it for the end of the period, half for its beginning.",
        bad=Example(
            'title = "Will Norway\'s parliament approve the High Seas Treaty by June 2027?"'
        ),
        good=Example(
            'title = "Will Norway\'s parliament approve the treaty by the end of June 2027?"'
        ),
        find=_ambiguous_by,
        needs=("title", "deadline"),
        fix='writes "by the end of" or "before", whichever the deadline is',
        guides=(MONTH,),
    ),
)
