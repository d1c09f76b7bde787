"""Q3, first half: is the title one plain question, and easy to read?"""

import re
from collections.abc import Iterator

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.english import listed
from forecast.drafting.lint.rule import (
    CHECKLIST,
    CONFIDO,
    METACULUS,
    Edit,
    Example,
    Note,
    Rule,
)
from forecast.drafting.lint.verbs import CLEAR_VERBS, VERBS_OR_NOUNS

_LONGEST = 200
_MARKS = "?？؟;⁇"
_ASKING = listed("""
    will would who whom whose which what when where how is are was were does do did has have had
    can could should may might shall must
""")
_QUOTED = re.compile(r"[\"“‘«][^\"”’»]{1,200}[\"”’»]")
#: Of the event, not of something in it: "a film not in English".
_NOT = re.compile(
    rf"\b(?:not|never)\s+(?:yet\s+|even\s+)?(?:{CLEAR_VERBS}|{VERBS_OR_NOUNS})\b"
    r"|^\w+n['’]t\b"
)
_NO_NEGATION = re.compile(
    r"\b(?:whether or not|not[- ]for[- ]profit|or not|if not)\b", re.IGNORECASE
)
#: Verbs and adverbs that turn around what follows them.
_TURNING = re.compile(
    r"\b(?:not|never|cannot|\w+n['’]t|fails? to|failing to|refuses? to|declines? to|avoids?"
    r"|prevents?|unlikely|neither)\b",
    re.IGNORECASE,
)
_POSSIBILITY = re.compile(r"^(could|might|may|can|should|ought|must|would)\b", re.IGNORECASE)
_LOADED = re.compile(
    r"\b(finally|actually|really|truly|inevitably|obviously|surely|of course|at last|dares? to"
    r"|bother to|disastrous|shameful|so-called)\b",
    re.IGNORECASE,
)


def _no_question(asked: Asked) -> Iterator[Note]:
    title = asked.title
    if title.rstrip("\"”')»")[-1:] in (*_MARKS,):
        return
    if title.split()[0].lower().strip("'’") in _ASKING:
        better = title.rstrip(" .!…") + "?"
        yield Note(("title",), "the title lacks its question mark", "", Edit(("title",), better))
    else:
        yield Note(("title",), "the title is no question: ask 'Will … by …?'")


def _negated(asked: Asked) -> Iterator[Note]:
    plain = _NO_NEGATION.sub("", _QUOTED.sub("", asked.title))
    found = _NOT.search(plain)
    if found and len(_TURNING.findall(plain)) == 1:
        message = f"'{found[0]}': yes would mean that it does not happen; ask whether it does"
        yield Note(("title",), message, found[0])


def _twice_negated(asked: Asked) -> Iterator[Note]:
    plain = _NO_NEGATION.sub("", _QUOTED.sub("", asked.title))
    found = _TURNING.findall(plain)
    if len(found) > 1:
        message = f"'{found[0]}' and '{found[1]}' turn each other around: say what happens"
        yield Note(("title",), message, found[0])


def _possibility(asked: Asked) -> Iterator[Note]:
    found = _POSSIBILITY.match(asked.title)
    if found and asked.is_english:
        message = (
            f"'{found[0]}' asks what is possible or right, which is never settled: ask 'Will …'"
        )
        yield Note(("title",), message, found[0])


def _loaded(asked: Asked) -> Iterator[Note]:
    found = _LOADED.search(_QUOTED.sub("", asked.title))
    if found:
        message = f"'{found[0]}' tells the reader what to think: leave it out"
        yield Note(("title",), message, found[0])


def _untidy(asked: Asked) -> Iterator[Note]:
    title = asked.title
    better = " ".join(title.split())
    if asked.is_english:  # the French put a blank there
        better = re.sub(r"\s+([?,;:])", r"\1", better)
    better = re.sub(r"[?!.]*\?[?!.]+$", "?", better)
    first = better.split(maxsplit=1)[0]
    if first in _ASKING:
        better = better[0].upper() + better[1:]
    if better != title:
        yield Note(("title",), f"untidy title: write '{better}'", "", Edit(("title",), better))


def _long(asked: Asked) -> Iterator[Note]:
    if len(asked.title) > _LONGEST:
        message = (
            f"the title has {len(asked.title)} characters: leave to the criteria what is above "
            f"{_LONGEST}"
        )
        yield Note(("title",), message)


_PLAIN = 'title = "Will Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"'

RULES = (
    Rule(
        code="Q301",
        name="no-question",
        what="The title is no question.",
        why='"Yes" must be an answer to it.',
        bad=Example('title = "Norway\'s parliament approves the High Seas Treaty by 30 June 2027"'),
        good=Example(_PLAIN),
        find=_no_question,
        needs=("title",),
        fix='adds the question mark where the title begins like a question: "Will …", "Who …"',
        guides=(METACULUS,),
    ),
    Rule(
        code="Q305",
        name="negated-title",
        what='"Not" or "never" in the title.',
        why='A yes that means "it did not happen" is entered the wrong way round sooner or later.',
        bad=Example(
            'title = "Will Norway\'s parliament not vote on the High Seas Treaty by 30 June 2027?"'
        ),
        good=Example(
            'title = "Will Norway\'s parliament vote on the High Seas Treaty by 30 June 2027?"'
        ),
        find=_negated,
        needs=("title",),
        guides=(CONFIDO,),
    ),
    Rule(
        code="Q306",
        name="double-negation",
        what='Two negations in the title: "not fail to", "refuse to avoid".',
        why="Each reader works it out anew, and every tenth gets it wrong.",
        bad=Example(
            'title = "Will Norway\'s parliament not fail to pass the treaty by 30 June 2027?"'
        ),
        good=Example(
            'title = "Will Norway\'s parliament fail to pass the treaty by 30 June 2027?"'
        ),
        find=_twice_negated,
        needs=("title",),
    ),
    Rule(
        code="Q309",
        name="possibility-not-event",
        what='The title asks what could, might or should be: "Could China invade …?"',
        why="What is possible stays possible when it does not happen, and what should be is an "
        "opinion.",
        bad=Example(
            'title = "Could Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"'
        ),
        good=Example(_PLAIN),
        find=_possibility,
        needs=("title",),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q310",
        name="loaded-word",
        what='A word takes sides: "finally", "actually", "dare to".',
        why="It tells the reader which answer is expected, and ages badly.",
        bad=Example(
            'title = "Will Norway\'s parliament finally approve the treaty by 30 June 2027?"'
        ),
        good=Example(_PLAIN),
        find=_loaded,
        needs=("title",),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q311",
        name="untidy-title",
        what="Doubled blanks or marks, a blank before the question mark, a small first letter.",
        why="Searches, lists and duplicates go by the title.",
        bad=Example(
            'title = "will Norway\'s parliament  approve the High Seas Treaty by 30 June 2027 ??"'
        ),
        good=Example(_PLAIN),
        find=_untidy,
        needs=("title",),
        fix="tidies it",
    ),
    Rule(
        code="Q312",
        name="long-title",
        what=f"The title has more than {_LONGEST} characters.",
        why="It is read in lists, in calendars, on phones. Details belong into the criteria.",
        bad=Example(
            "title = \"Will Norway's parliament, the Storting, or a successor of it with the same "
            "rights, approve in a vote of its plenary, and by whatever majority its rules of "
            'procedure ask for, the treaty on the biodiversity of the high seas by 30 June 2027?"'
        ),
        good=Example(_PLAIN),
        find=_long,
        needs=("title",),
        guides=(CHECKLIST,),
    ),
)
