"""Q2, second half: days and times that can be read in two ways, or come too early or too late."""

import re
from collections.abc import Iterator
from datetime import timedelta

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.rule import CHECKLIST, METACULUS, MONTH, Example, Note, Rule

_LONG = timedelta(days=31)

_SPAN = (
    r"(?:week|weekend|month|quarter|year|season|semester|decade|winter|spring|summer|autumn|fall)"
)
_SPANS = r"(?:days|weeks|months|years|week|month|year|decade)"
_COUNT = r"(?:[0-9]+|few|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_RELATIVE = re.compile(
    rf"\b(?:(?:this|next|last|the\ coming|the\ current)\ {_SPAN}(?!\ of\b)"
    rf"|(?:in|over|within|during)\ the\ (?:next|coming)\ (?:{_COUNT}\ )?{_SPANS}"
    rf"|by\ (?:the\ )?(?:end\ of\ the\ )?(?:year[ -]end|{_SPAN})(?=[?.,;]|$)"
    r"|(?-i:today|tonight|tomorrow)|from\ now)\b",
    re.IGNORECASE | re.VERBOSE,
)
#: In criteria these may be counted from something that they name.
_RELATIVE_IN_TITLE = re.compile(
    rf"\b(?:(?:within|in)\ (?:a\ )?{_COUNT}\ {_SPANS}(?=\?)"
    r"|currently|nowadays|at\ the\ moment|right\ now)",
    re.IGNORECASE | re.VERBOSE,
)
_QUOTED = re.compile(r"[\"“][^\"”]{1,200}[\"”]")
_CLOCK = re.compile(
    r"\b(?:(?:at|by|before|until|after)\s+[0-9]{1,2}:[0-9]{2}\b(?:\s?[ap]\.?m\b)?"
    r"|[0-9]{1,2}(?::[0-9]{2})?\s?(?:am|pm|a\.m\.|p\.m\.)"
    r"|(?:at|by|before|until)\s+(?:noon|midnight))",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\b(?:UTC|GMT|Z|[A-Z]{1,3}[SD]?T|CES?T|Eastern|Central|Pacific|Mountain|local|Zulu)\b"
    r"|[+-][0-9]{2}:?[0-9]{2}\b|\btime\b",
)
_SLASHED = re.compile(r"(?<![\w/.-])([0-9]{1,2})([/.])([0-9]{1,2})\2((?:19|20)?[0-9]{2})(?![\w/-])")
_FIGURES = re.compile(
    r"\b(?:(?<!of )(?<!of its )(?<!of their )GDP|inflation|CPI|HICP|unemployment|jobless|trade"
    r"|exports?|imports?|sales|revenues?|earnings|profits?|deliveries|emissions|output|production"
    r"|turnover|deficit|surplus|payrolls?)\b",
    re.IGNORECASE,
)


def _relative_time(asked: Asked) -> Iterator[Note]:
    for key, text in (("title", asked.title), ("criteria", asked.criteria)):
        plain = _QUOTED.sub(lambda match: "_" * len(match[0]), text)
        found = _RELATIVE.search(plain)
        if found is None and key == "title":
            found = _RELATIVE_IN_TITLE.search(plain)
        if found and not _anchored(text, found):
            words = text[found.start() : found.end()]
            yield Note((key,), f"'{words}' moves with its reader: write the date", words)


def _without_year(asked: Asked) -> Iterator[Note]:
    times = asked.title_times
    if any(one.has_year for one in times) or re.search(r"\b(?:19|20|21)[0-9]{2}\b", asked.title):
        return
    for one in times:
        if one.kind:
            yield Note(("title",), f"'{one.text}' is of no year: write the year", one.text)
            return


def _far_from_article(asked: Asked) -> Iterator[Note]:
    article = asked.question.article
    if article is None or article.published is None:
        return
    opened, published = asked.first_day, article.published
    if opened - published > _LONG:
        days = (opened - published).days
        message = (
            f"opened {days} days after the article: its forecasts were made before, and much was "
            f"known by then; open it on {published}"
        )
        yield Note(("opened",), message)
    elif published - opened > timedelta(days=1):
        message = f"opened {opened}, before its article was published ({published}): check both"
        yield Note(("opened",), message)


def _no_known_by(asked: Asked) -> Iterator[Note]:
    if asked.question.known_by or not _FIGURES.search(asked.title) or asked.question.resolver:
        return
    for one in asked.title_times:
        # "By" a day is about an event; "in" a period about the figure for it.
        if one.kind == "in" and one.unit != "day" and one.last == asked.last_day and one.has_year:
            message = (
                f"figures for '{one.text}' come out after its end: say when with known_by, or it "
                "is called due at once"
            )
            yield Note(("deadline",), message)
            return


def _already_known(asked: Asked) -> Iterator[Note]:
    resolution = asked.entry.resolution
    if resolution and resolution.known_at <= asked.question.opened_at:
        yield Note(("resolution", "known"), "the answer was known when the question opened")
        return
    bounds = [one for one in asked.title_times if one.bounds and one.has_year]
    if bounds and all(one.last < asked.first_day for one in bounds):
        message = f"'{bounds[-1].text}' was over when the question opened ({asked.first_day})"
        yield Note(("title",), message, bounds[-1].text)


def _clock_without_zone(asked: Asked) -> Iterator[Note]:
    if asked.question.timezone != "UTC":
        return
    for key, text in (("title", asked.title), ("criteria", asked.criteria)):
        found = _CLOCK.search(text)
        if found and not _ZONE.search(f"{asked.title} {asked.criteria}"):
            yield Note((key,), f"'{found[0]}' is of no time zone: write it, as in UTC", found[0])
            return


def _slashed_date(asked: Asked) -> Iterator[Note]:
    for key, text in (("title", asked.title), ("criteria", asked.criteria)):
        for found in _SLASHED.finditer(text):
            first, second = int(found[1]), int(found[3])
            if first != second and 1 <= first <= 12 and 1 <= second <= 12:
                message = f"'{found[0]}' is two different days in two countries: name the month"
                yield Note((key,), message, found[0])
                return


def _anchored(text: str, found: re.Match[str]) -> bool:
    """Tell whether a date beside it says what it is relative to."""
    return bool(
        re.match(r"\s*(?:\(|of\b|after\b|from\b|following\b|,? that is)", text[found.end() :])
    )


RULES = (
    Rule(
        code="Q205",
        name="relative-time",
        what='A time that moves with its reader: "this year", "in the next months", "tomorrow".',
        why="Read a year later it means another year. Good Judgment tells how two people argued on "
        "the air about the past month: each had another one in mind.",
        bad=Example('title = "Will Norway\'s parliament approve the High Seas Treaty this year?"'),
        good=Example(
            'title = "Will Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"'
        ),
        find=_relative_time,
        needs=("title",),
        guides=(CHECKLIST, MONTH),
    ),
    Rule(
        code="Q206",
        name="date-without-year",
        what='The title names a day or a month, and no year: "by June".',
        why="There is one every year.",
        bad=Example('title = "Will Norway\'s parliament approve the High Seas Treaty by 30 June?"'),
        good=Example(
            'title = "Will Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"'
        ),
        find=_without_year,
        needs=("title",),
        guides=(METACULUS, CHECKLIST),
    ),
    Rule(
        code="Q208",
        name="opened-far-from-article",
        what="The question opens long after its article was published, or before.",
        why="The article's forecasts would stand before the question opened, and whoever opened it "
        "knew by then how things were going.",
        bad=Example("""\
opened = 2027-05-02

[question.article]
title = "The treaty's long way"
published = 2027-01-10
"""),
        good=Example("""\
opened = 2027-01-10

[question.article]
title = "The treaty's long way"
published = 2027-01-10
"""),
        find=_far_from_article,
        needs=("opened",),
    ),
    Rule(
        code="Q209",
        name="no-known-by",
        what="It is about figures of a period that ends with the deadline, and `known_by` is "
        "missing.",
        why="Figures come out weeks after their period. Without `known_by` the question is called "
        "due, and the lapsed question a slip of yours, on the day after.",
        bad=Example("""\
title = "Will Norway's exports of goods exceed 150 billion kroner in June 2027?"
criteria = \"\"\"
Yes if Statistics Norway's first figure for June 2027 is above 150 billion kroner. No otherwise;
later revisions do not count.\"\"\"
"""),
        good=Example("""\
title = "Will Norway's exports of goods exceed 150 billion kroner in June 2027?"
known_by = 2027-07-31
criteria = \"\"\"
Yes if Statistics Norway's first figure for June 2027 is above 150 billion kroner. No otherwise;
later revisions do not count.\"\"\"
"""),
        find=_no_known_by,
        needs=("title", "deadline"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q210",
        name="already-known",
        what="The answer was known, or the title's time was over, when the question opened.",
        why="That is no forecast. Questions from old articles open on the day of the article.",
        bad=Example("""\
[question.resolution]
outcome = "yes"
known = 2027-01-08
"""),
        good=Example("""\
[question.resolution]
outcome = "yes"
known = 2027-05-08
"""),
        find=_already_known,
        needs=("title", "opened"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q211",
        name="clock-without-zone",
        what="A time of day without its time zone.",
        why="Markets close, and days end, at 24 different times. A `timezone` of the question "
        "will do.",
        bad=Example("""\
criteria = \"\"\"
Yes if the Storting consents to its ratification before 4 pm on 30 June 2027. No otherwise; a vote
in a committee does not count. The Storting's record of the vote decides.\"\"\"
"""),
        good=Example("""\
criteria = \"\"\"
Yes if the Storting consents to its ratification before 4 pm in Oslo (14:00 UTC) on 30 June 2027.
No otherwise; a vote in a committee does not count. The Storting's record of the vote decides.\"\"\"
"""),
        find=_clock_without_zone,
        guides=(METACULUS,),
    ),
    Rule(
        code="Q212",
        name="slashed-date",
        what='A date such as "03/06/2027", which is 3 June here and 6 March there.',
        why="Name the month, or write 2027-06-03.",
        bad=Example("""\
criteria = \"\"\"
Yes if the Storting consents to its ratification by 30 June 2027, in the session that begins on
03/06/2027 or before. No otherwise. The Storting's record of the vote decides.\"\"\"
"""),
        good=Example("""\
criteria = \"\"\"
Yes if the Storting consents to its ratification by 30 June 2027, in the session that begins on 3
June 2027 or before. No otherwise. The Storting's record of the vote decides.\"\"\"
"""),
        find=_slashed_date,
        guides=(CHECKLIST,),
    ),
)
