"""Q4, first half: are there criteria, and do they say who decides, what is no, and what if not?"""

import re
from collections.abc import Iterator

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.english import content, listed, stem
from forecast.drafting.lint.rule import (
    CHECKLIST,
    CREATORS,
    FAILURES,
    METACULUS,
    Example,
    Note,
    Rule,
)

#: With one of these, criteria name whose word counts.
_DECIDERS = re.compile(
    r"\b(?:decid(?:es?|ed|ing)|according to|as (?:stated|shown|measured|given)|reports?|reported"
    r"|reporting|publish(?:es|ed)?|publication|announce[sd]?|announcements?|per the|officials?"
    r"|officially|records?|recorded|data|figures?|statements?|states|stated|certif(?:y|ies|ied)"
    r"|confirm(?:s|ed)?|results?|lists?|listed|registers?|registered|transcripts?|communiqu"
    r"|gazette|journal|website|page|table|database|sources?|bulletin|press release|filings?"
    r"|measured by|judged by|verdict|ruling|counted by|tally|scoreboard|standings|declares?"
    r"|declared|rules that|says so)\b|https?://",
    re.IGNORECASE,
)
#: Sources that say something, rather than record it.
_VOICE = re.compile(
    r"\b(?:statements?|announcements?|reports?|reporting|interviews?|press|governments?|ministry"
    r"|ministries|spokes\w+|officials?|news|reuters|apnews|afp|bbc|cnn|nytimes|xinhua|tass|aljazeera"
    r"|bloomberg|guardian|times|post|journal)\b",
    re.IGNORECASE,
)
#: With one of these, criteria say something of what is not yes.
_NO = re.compile(
    r"\b(?:otherwise|no|not|negative(?:ly)?"
    r"|don['’]t|doesn['’]t|isn['’]t|excluded?|excluding|else|neither|nor|if they do"
    r"|if it does|only|nothing|none|never|cannot|fails?|without|ignored?"
    r"|disregarded|regardless|immaterial|irrelevant)\b",
    re.IGNORECASE,
)
#: A title that stands on a condition.
_PREMISE = re.compile(
    r"\bif\b(?! and\b)|\bassuming\b|\bprovided that\b|\bin (?:the )?(?:case|event) (?:of|that)\b"
    r"|\bconditional(?:ly)? on\b|\bgiven that\b"
    r"|\bshould \w+(?: \w+)? (?:win|lose|invade|happen|occur|fail)\b",
    re.IGNORECASE,
)
_FALLBACK = re.compile(
    r"\b(?:annul(?:led|s)?|void|ambiguous(?:ly)?|n/a|cancel(?:s|led|ed)?|invalid|unresolvable"
    r"|not applicable|no resolution|withdrawn)\b"
    r"|\bif\b[^.]*\b(?:not|no|never|does not|do not|has not|have not|fails?)\b",
    re.IGNORECASE,
)
_VIEW = r"(?:discretion|judge?ment|opinion|view)"
_DISCRETION = re.compile(
    rf"\b(?:(?:at|in) my (?:sole |own |full )?{_VIEW}|my (?:best )?judge?ment|as I see (?:fit|it)"
    r"|I (?:will |shall |'ll )?(?:decide|judge|determine)|I reserve the right"
    rf"|(?:at|in) the (?:author|creator|asker|resolver)['’]s (?:sole )?{_VIEW}"
    r"|if it feels|feels like|common sense (?:decides|applies)|obvious(?:ly)? (?:yes|no))\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"\b(?:etc\b\.?|et cetera|and so on|and so forth|or the like|and the like|or whatever)",
    re.IGNORECASE,
)
_OTHER_MARKET = re.compile(
    r"\b(?:metaculus\.com/questions|manifold\.markets|polymarket\.com|kalshi\.com"
    r"|gjopen\.com/questions)/?"
    r"|\b(?:question|market) on (?:Metaculus|Manifold|Polymarket|Kalshi|Good Judgment)\b",
    re.IGNORECASE,
)
_EMPTY_WORDS = frozenset(
    stem(word)
    for word in listed("""
    yes no if else otherwise resolve resolves question than count counts so happen happens occur
    occurs true false case event when positive positively negative negatively this title then
    """)
)


def _no_criteria(asked: Asked) -> Iterator[Note]:
    if ("criteria",) in asked.open:
        message = (
            'the criteria are still open ("?"): say what counts as yes and what as no, who '
            "decides, and when it is annulled"
        )
        yield Note(("criteria",), message)
    elif not asked.criteria:
        message = "no criteria: say what counts as yes and what as no, and who decides"
        yield Note(("criteria",), message)


def _nobody_decides(asked: Asked) -> Iterator[Note]:
    criteria, question = asked.criteria, asked.question
    voices = [source for _, source in asked.sources if _VOICE.search(source)]
    # One source decides by itself, and registers do not quarrel.
    if not criteria or question.resolver or len(voices) < 2 or not asked.is_english:
        return
    if _DECIDERS.search(criteria) or any(_named_in(source, asked) for source in voices):
        return
    both = f"'{voices[0]}' and '{voices[1]}'"
    yield Note(("criteria",), f"{both} may differ, and the criteria do not say which decides")


def _named_in(source: str, asked: Asked) -> bool:
    """Tell whether the criteria name a source, or whom a web address belongs to."""
    criteria, title = asked.criteria.casefold(), asked.title.casefold()
    names = re.findall(r"[\w]{4,}", re.sub(r"^https?://(?:www\.)?", "", source.casefold()))
    return any(name in criteria and name not in title for name in names)


def _no_fallback(asked: Asked) -> Iterator[Note]:
    premise = _PREMISE.search(asked.title)
    if premise and asked.criteria and not _FALLBACK.search(asked.criteria):
        message = (
            f"'{premise[0]}': the criteria do not say what holds if that does not come true; "
            "say when the question is annulled"
        )
        yield Note(("criteria",), message)


def _yes_only(asked: Asked) -> Iterator[Note]:
    if asked.question.type != "binary" or not asked.criteria or not asked.is_english:
        return
    if not _NO.search(asked.criteria):
        yield Note(("criteria",), "only yes is described: say what is no, and what does not count")


def _repeats_title(asked: Asked) -> Iterator[Note]:
    if not asked.criteria or not asked.is_english:
        return
    said = set(content(asked.title)) | _EMPTY_WORDS
    added = [word for word in content(asked.criteria) if word not in said]
    if len(added) < 2:
        message = "the criteria only repeat the title: say what its words mean, and who decides"
        yield Note(("criteria",), message)


def _discretion(asked: Asked) -> Iterator[Note]:
    found = _DISCRETION.search(asked.criteria)
    if found:
        message = f"'{found[0]}': name something that others can look up instead"
        yield Note(("criteria",), message, found[0])


def _open_end(asked: Asked) -> Iterator[Note]:
    for sentence in asked.yes_sentences:
        found = _OPEN_END.search(sentence)
        if found:
            message = f"'{found[0]}': what else counts? Name it, or say 'and nothing else'"
            yield Note(("criteria",), message, found[0])
            return


def _other_market(asked: Asked) -> Iterator[Note]:
    found = _OTHER_MARKET.search(asked.criteria)
    if found:
        message = f"'{found[0]}': its terms are not yours and may change; copy what they ask for"
        yield Note(("criteria",), message, found[0])


def _criteria(text: str) -> Example:
    return Example(f'criteria = """\n{text}"""')


_GOOD = _criteria(
    "Yes if the Storting consents to its ratification by 30 June 2027. No otherwise; a vote in a\n"
    "committee does not count. The Storting's record of the vote decides."
)

RULES = (
    Rule(
        code="Q401",
        name="no-criteria",
        what='A question has no criteria, or they are still "?".',
        why="A title is too short to say what counts. Without criteria, whoever settles it decides "
        "what was asked, after the fact.",
        bad=Example('criteria = ""'),
        good=_GOOD,
        find=_no_criteria,
        guides=(METACULUS, CREATORS),
    ),
    Rule(
        code="Q402",
        name="nobody-decides",
        what="Several sources may contradict each other, and the criteria do not say whose word "
        "counts.",
        why="They do as soon as it matters. One document, body or table settles it.",
        bad=Example("""\
criteria = \"\"\"
Yes if Norway's parliament gives its consent by 30 June 2027. No otherwise; a vote in a committee
does not count.\"\"\"
sources = ["Statements of Norway's government", "Reports of NTB and Reuters"]
"""),
        good=Example("""\
criteria = \"\"\"
Yes if Norway's parliament gives its consent by 30 June 2027. No otherwise; a vote in a committee
does not count. The Storting's record of the vote decides.\"\"\"
sources = ["Statements of Norway's government", "Reports of NTB and Reuters"]
"""),
        find=_nobody_decides,
        needs=("criteria", "sources"),
        guides=(METACULUS, FAILURES),
    ),
    Rule(
        code="Q403",
        name="no-rule-for-failed-premise",
        what='The title stands on a condition ("if …"), and nothing is said of its not coming '
        "true.",
        why="Many conditional questions end so, and a no for a reason nobody had in mind spoils "
        "the record.",
        bad=Example("""\
title = "If Sweden ratifies the High Seas Treaty, will Norway approve it by 30 June 2027?"
"""),
        good=Example("""\
title = "If Sweden ratifies the High Seas Treaty, will Norway approve it by 30 June 2027?"
criteria = \"\"\"
Yes if the Storting consents to its ratification by 30 June 2027. No otherwise; a vote in a
committee does not count. The Storting's record of the vote decides. Annulled as void if Sweden
has not ratified the treaty by 30 June 2027.\"\"\"
"""),
        find=_no_fallback,
        needs=("title", "criteria"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q406",
        name="yes-only",
        what="The criteria say what is yes, and nothing of what is not.",
        why="The near misses are what people argue about: the vote in a committee, the draft, the "
        "denial.",
        bad=_criteria(
            "Yes if the Storting consents to its ratification by 30 June 2027, as its record shows."
        ),
        good=_GOOD,
        find=_yes_only,
        needs=("criteria",),
        guides=(CREATORS, FAILURES),
    ),
    Rule(
        code="Q410",
        name="criteria-repeat-title",
        what="The criteria say no more than the title.",
        why="Then there are none: every word of the title still means what its reader likes.",
        bad=Example(
            'criteria = "Yes if Norway\'s parliament approves it by 30 June 2027, otherwise no."'
        ),
        good=_GOOD,
        find=_repeats_title,
        needs=("title", "criteria"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q411",
        name="at-discretion",
        what='The answer hangs on somebody\'s view: "at my discretion", "in the author\'s '
        'opinion".',
        why="Nobody can forecast your mood, and nobody else can settle it.",
        bad=_criteria(
            "Yes if the Storting consents to its ratification by 30 June 2027, at my discretion.\n"
            "No otherwise. The Storting's record of the vote decides."
        ),
        good=_GOOD,
        find=_discretion,
        guides=(METACULUS, CHECKLIST),
    ),
    Rule(
        code="Q412",
        name="open-ended-list",
        what='What counts as yes ends in "etc." or "and so on".',
        why="The case that comes is the one in the dots.",
        bad=_criteria(
            "Yes if the Storting consents to its ratification, accession etc. by 30 June 2027. No\n"
            "otherwise. The Storting's record of the vote decides."
        ),
        good=_criteria(
            "Yes if the Storting consents to its ratification or accession by 30 June 2027. No\n"
            "otherwise. The Storting's record of the vote decides."
        ),
        find=_open_end,
        needs=("criteria",),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q413",
        name="leans-on-another-market",
        what="The answer is that of a question on another site.",
        why="Its terms are read by other people, change, and may be annulled.",
        bad=_criteria(
            "Yes if the page of the market on Manifold says so by 30 June 2027. No otherwise."
        ),
        good=_GOOD,
        find=_other_market,
        guides=(CHECKLIST,),
    ),
)
