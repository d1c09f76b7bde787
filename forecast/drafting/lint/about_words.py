"""Q3, second half: words that two readers understand in two ways."""

import re
from collections.abc import Iterator

from forecast.drafting.lint.amounts import amounts
from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.known_names import ABBREVIATIONS
from forecast.drafting.lint.rule import (
    CHECKLIST,
    CREATORS,
    FAILURES,
    METACULUS,
    VERBIAGE,
    Example,
    Note,
    Rule,
)
from forecast.drafting.lint.verbs import CLEAR_VERBS, VERBS_OR_NOUNS

#: Words of degree that have no threshold of their own.
_VAGUE = (
    r"significant(?:ly)?|substantial(?:ly)?|considerabl[ey]|meaningful(?:ly)?|notabl[ey]|major"
    r"|serious(?:ly)?|dramatic(?:ally)?|drastic(?:ally)?|sharp(?:ly)?|severe(?:ly)?|massive(?:ly)?"
    r"|widespread|large-scale|rapid(?:ly)?|tensions?|(?:de-?)?escalat(?:e|es|ed|ion)|deteriorat(?:e|es"
    r"|ed|ion)|improve(?:s|d|ment)?|worsen(?:s|ed)?|successful(?:ly)?|stable|stabili[sz]e[sd]?"
    r"|(?:in)?stability|crisis|chaos|turmoil|normali[sz](?:e|es|ed|ation)|soon|shortly|eventually"
    r"|(?<![Hh]ow\ )many|several|a\ lot|the\ (?:near|foreseeable)\ future"
)
_VAGUE_IN_TITLE = re.compile(rf"\b(?:{_VAGUE})\b", re.VERBOSE)  # a capital makes it a name
_VAGUE_IN_CRITERIA = re.compile(
    r"\b(?:significant(?:ly)?|substantial(?:ly)?|considerabl[ey]|meaningful(?:ly)?|dramatic(?:ally)?"
    r"|drastic(?:ally)?|sharply|widespread|large-scale|tensions|(?:de-?)?escalat(?:e|es|ed|ion)"
    r"|deteriorat(?:e|es|ed|ion)|improve(?:s|d)?|worsen(?:s|ed)?|soon|a\ lot|several"
    r"|the\ (?:near|foreseeable)\ future)\b",
    re.VERBOSE,
)
#: With these, criteria say what a word is to mean.
_DEFINING = re.compile(
    r"\b(?:means?|meaning|meant|defined|definition|(?:for|in) (?:the )?(?:purposes?|sense)"
    r"|counts? (?:as|if|only)|counted|(?:do|does) not count|considered|qualif(?:y|ies)|at least"
    r"|any of|one of|such as"
    r"|includes?|including|must|understood|refers? to)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“][^\"”]{1,200}[\"”]")
_EITHER = re.compile(
    r"\b(?:both|either|neither|each|only one|one of (?:the )?(?:two|them)|any of|all of|whichever"
    r"|one is enough|one (?:alone|without)|for any reason|whatever the reason|ceases? to"
    r"|any way)\b",
    re.IGNORECASE,
)
_OBJECT = r"(?:the|a|an|its|his|her|their|below|above)\b"
#: With "or" a question mostly has one event with two names, unless each has an object of its own.
_JOINED = re.compile(
    rf"\band,?\s+(?:then\s+|also\s+|subsequently\s+)?(?:will\s+)?"
    rf"(?:(?:{CLEAR_VERBS})\b|(?:{VERBS_OR_NOUNS})\s+{_OBJECT})"
    rf"|\bor,?\s+(?:will\s+)?(?:{CLEAR_VERBS}|{VERBS_OR_NOUNS})\s+(?:{_OBJECT}|[A-Z])"
)
#: Before "and" a verb, after it another doer with another verb: "pass and Biden sign".
_TWO_DOERS = re.compile(
    rf"\b(?:{CLEAR_VERBS}|pass|sign)\b[^,;?]*?\band\s+(?:will\s+)?(?:the\s+)?[A-Z][\w'’-]+"
    rf"(?:\s+[A-Z][\w'’-]+)*\s+(?:{CLEAR_VERBS}|pass|sign|veto)\b"
)
_AND_OR = re.compile(r"\band/or\b", re.IGNORECASE)
_TWO_QUESTIONS = re.compile(r"\?\s+\w")
_PRONOUN = re.compile(
    r"^(?:Will|Does|Do|Did|Is|Are|Has|Have)\s+(it|they|he|she|this|these|those|that)\b"
)
_WEATHER = re.compile(
    r"^\w+\s+it\s+(?:\w+\s+)?(?:rain|snow|hail|freeze|thunder|storm|drizzle|sleet)|^\w+\s+it\s+"
    r"(?:be|take|become|cost|still|ever|remain)\b.*\b(?:to|that|for|than|hot|cold|warm|sunny|above|below|for)\b"
)
_SOMEBODY = re.compile(
    r"\bthe (?:government|president|prime minister|chancellor|company|bank|country|ministry"
    r"|authorities|opposition|court|minister|party|parliament|senate|army|military|king|queen|mayor|governor"
    r"|regime|union|team|club|administration|central bank|police)\b(?!['’]| of\b| in\b)"
    r"|^(?:Will|Do|Did|Have|Are) (?:any |some )?(?:officials|experts|analysts|policymakers"
    r"|authorities|insiders|critics)\b"
)
_NAME = re.compile(r"\b[A-Z][\w'’.-]*")
_NO_NAMES = re.compile(
    r"^(?:I|Will|Would|Do|Does|Did|Is|Are|Was|Were|Has|Have|Had|Can|Could|Should|Who|What|Which|When|Where"
    r"|How|The|A|An|In|By|At|On|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Q[1-4]|UTC|GMT)$"
)
#: What has a name of its own, and no other, is written so, too: these are short for something.
_CAPITALS = re.compile(
    r"(?<=\bthe )([A-Z]{3,5})(?![\w&.-])(?!\s+(?:of\s+)?[A-Z(])"
    r"|(?<![\w$&.-])([A-Z]{3,5})(?= (?:treaty|agreement|convention|bill|act|summit|list|index"
    r"|program|programme|deal|pact|protocol|framework|directive|regulation|rate|standard|visits|scheme)\b)"
)
_MEASURE = re.compile(
    r"\b(?:prices?|rates?|index|GDP|inflation|sales|exports?|imports?|trade|output|production|population"
    r"|temperatures?|approval|shares?|stocks?|yields?|unemployment|emissions|revenues?|profits?|earnings"
    r"|wages|spending|deficit|debt|turnout|deaths|cases)\b",
    re.IGNORECASE,
)
_DIRECTION = re.compile(
    r"\b(?:rise|increase|grow|climb|fall|drop|decline|decrease|shrink|exceed|surpass|go up|go down"
    r"|higher|lower)\b"
)


def _vague(asked: Asked) -> Iterator[Note]:
    criteria = asked.criteria
    found = _VAGUE_IN_TITLE.search(_QUOTED.sub("", asked.title))
    defined = amounts(asked.title) or amounts(criteria) or _DEFINING.search(criteria)
    if found and not defined:
        message = f"'{found[0]}' has no threshold: say how much, or which events count"
        yield Note(("title",), message, found[0])
        return
    for sentence in asked.yes_sentences:
        word = _VAGUE_IN_CRITERIA.search(_QUOTED.sub("", sentence))
        if word and not amounts(sentence) and not _is_defined(word[0], criteria):
            message = (
                f"'{word[0]}' in the criteria has no threshold: say how much, or which events count"
            )
            yield Note(("criteria",), message, word[0])
            return


def _is_defined(word: str, criteria: str) -> bool:
    named = rf"\b{re.escape(word)}\b"
    nearby = rf"{named}[^.]{{0,60}}\b(?:means?|(?:is|are) defined|counts?|refers? to|here)\b"
    return bool(
        re.search(nearby, criteria, re.IGNORECASE)
        or re.search(rf"{named}[^.(]{{0,30}}\(", criteria, re.IGNORECASE)
        or re.search(rf"[\"“]{re.escape(word)}", criteria, re.IGNORECASE)
    )


def _two_events(asked: Asked) -> Iterator[Note]:
    title = _QUOTED.sub("", asked.title)
    both = _AND_OR.search(title) or _TWO_QUESTIONS.search(title)
    asks_of_one = title.startswith(("Will ", "Does ", "Do ", "Did ", "Has ", "Have "))
    if both is None and asks_of_one and not _EITHER.search(asked.criteria):
        both = _JOINED.search(title) or _TWO_DOERS.search(title)
    if both:
        words = both[0].strip()
        message = (
            f"two events in one ('{words}'): ask two questions, or say in the criteria what holds "
            "if only one of them happens"
        )
        yield Note(("title",), message, words)


def _nameless(asked: Asked) -> Iterator[Note]:
    title = asked.title
    pronoun = _PRONOUN.match(title)
    if pronoun and not _WEATHER.match(title):
        yield Note(("title",), f"who is '{pronoun[1]}'? Name them", pronoun[1])
        return
    found = _SOMEBODY.search(title)
    if found and not _has_name(title):
        who = found[0].split(maxsplit=1)[1] if found[0][0].isupper() else found[0]
        yield Note(("title",), f"'{who}': which, or whose? Name them", who)


def _has_name(title: str) -> bool:
    return any(not _NO_NAMES.match(name.strip("'’.-")) for name in _NAME.findall(title))


def _abbreviation(asked: Asked) -> Iterator[Note]:
    question = asked.question
    if not asked.is_english:
        return
    around = " ".join([asked.title, asked.criteria, *question.sources])
    for found in _CAPITALS.finditer(asked.title):
        short = found[0]
        if short in ABBREVIATIONS or asked.title.isupper() or _is_spelled_out(short, around):
            continue
        message = f"'{short}' is nowhere spelled out: write it in full once, in the criteria"
        yield Note(("title",), message, short)
        return


def _is_spelled_out(short: str, text: str) -> bool:
    if re.search(rf"\({short}\)|\b{short}(?:,| \(| is\b| stands)", text):
        return True
    initials = [word[0].upper() for word in re.findall(r"[A-Za-z][\w'’-]*", text) if word != short]
    capital = [w[0] for w in re.findall(r"\b[A-Z][\w'’-]*", text) if w != short]
    return short in "".join(initials) or short in "".join(capital)


def _without_threshold(asked: Asked) -> Iterator[Note]:
    found = _DIRECTION.search(_QUOTED.sub("", asked.title))
    if (
        not found
        or not _MEASURE.search(asked.title)
        or amounts(asked.title)
        or re.search(r"\bthan\b|\brecord\b", asked.title)
    ):
        return
    for sentence in asked.yes_sentences:
        for amount in amounts(sentence):
            if amount.side and (amount.unit or amount.value > 12):
                message = (
                    f"the title says '{found[0]}', the criteria ask for '{amount.text}': "
                    "say so in the title"
                )
                yield Note(("title",), message, found[0])
                return


_PLAIN = 'title = "Will Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"'

RULES = (
    Rule(
        code="Q302",
        name="vague-word",
        what='A word of degree without a threshold: "significant", "tensions", "improve", "soon".',
        why="Two honest readers settle it in two ways. Metaculus asks for Tetlock's clairvoyance "
        "test: somebody who sees the future must be able to answer without asking back.",
        bad=Example("""\
title = "Will tensions between Norway and Sweden escalate by 30 June 2027?"
criteria = \"\"\"
Yes if relations become markedly tenser by 30 June 2027, as both foreign ministries see it in
their published statements. No otherwise.\"\"\"
"""),
        good=Example("""\
title = "Will Norway or Sweden recall its ambassador to the other by 30 June 2027?"
criteria = \"\"\"
Yes if at least one of the two foreign ministries announces by 30 June 2027 that it recalls its
ambassador to the other. No otherwise.\"\"\"
"""),
        find=_vague,
        needs=("title",),
        guides=(METACULUS, FAILURES, VERBIAGE),
    ),
    Rule(
        code="Q303",
        name="two-events",
        what='Two events in one title, joined by "and" or "or", and no word on only one happening.',
        why="People forecast the one they think of. Two questions also tell more than one.",
        bad=Example("""\
title = "Will Norway's parliament approve the treaty and reject the whaling bill by 30 June 2027?"
"""),
        good=Example(_PLAIN),
        find=_two_events,
        needs=("title",),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q304",
        name="nameless-actor",
        what='Who acts is not named: "they", "officials", "the government".',
        why="In a list of questions nobody knows which government is meant.",
        bad=Example('title = "Will the government approve the treaty by 30 June 2027?"'),
        good=Example('title = "Will Norway\'s government approve the treaty by 30 June 2027?"'),
        find=_nameless,
        needs=("title",),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q307",
        name="undefined-abbreviation",
        what="An abbreviation that few know, and that is nowhere spelled out.",
        why="Others read the question later, and abbreviations have many meanings.",
        bad=Example('title = "Will Norway\'s parliament approve the BBNJ treaty by 30 June 2027?"'),
        good=Example("""\
title = "Will Norway's parliament approve the BBNJ treaty by 30 June 2027?"
criteria = \"\"\"
Yes if the Storting consents by 30 June 2027 to the ratification of the treaty on Biodiversity
Beyond National Jurisdiction (BBNJ). No otherwise. The Storting's record of the vote decides.\"\"\"
"""),
        find=_abbreviation,
        needs=("title", "criteria"),
        guides=(METACULUS,),
    ),
    Rule(
        code="Q308",
        name="title-without-threshold",
        what="The criteria ask for more than a number; the title only says that it rises or falls.",
        why="The title must not claim more, or less, than the criteria: most people read only it.",
        bad=Example("""\
title = "Will Norway's consumer prices rise by 30 June 2027?"
criteria = \"\"\"
Yes if a consumer price index published by 30 June 2027 is at least 4 % above that of a year
before. No otherwise. Statistics Norway decides.\"\"\"
"""),
        good=Example("""\
title = "Will Norway's consumer prices rise by at least 4% in a year by 30 June 2027?"
criteria = \"\"\"
Yes if a consumer price index published by 30 June 2027 is at least 4 % above that of a year
before. No otherwise. Statistics Norway decides.\"\"\"
"""),
        find=_without_threshold,
        needs=("title", "criteria"),
        guides=(METACULUS, CHECKLIST, CREATORS),
    ),
)
