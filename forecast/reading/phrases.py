"""Phrases beyond the bare entries of a lexicon: negation, degree, and what is said about them.

Each rule is a row of `lexicons/rules.toml`, with its source; common phrases and modal verbs are
tables as the lexicons are.
"""

import re
from dataclasses import replace

from forecast.model import NotReadable
from forecast.reading.lexicon import (
    Lexicon,
    Sense,
    entry_sense,
    load,
    look_up,
    table,
    two_ways,
)

#: Beside a phrase of probability these say nothing more.
_STRONG = ("will", "would", "shall", "going to")


def interpret(text: str, lexicon: Lexicon, *, modals: bool = False) -> Sense | None:
    """Find what a phrase means, and by which rule.

    Parameters
    ----------
    text : str
        In lower case, with single blanks.
    lexicon : Lexicon
    modals : bool
        Whether to take modal verbs, words of possibility, and a `not` that can be read in two
        ways, with the wide range that they have: as a draft does of an article.

    Returns
    -------
    Sense or None
        None where neither the lexicon nor a common phrase is in it.

    Raises
    ------
    NotReadable
        If it can be read in two ways, and that is not asked for.

    Examples
    --------
    >>> from forecast.reading.lexicon import ICD203
    >>> interpret("somewhat unlikely", ICD203).point
    41.25
    >>> odd = interpret("almost probably not", ICD203)
    >>> odd.point, odd.low, odd.high, bool(odd.odd)
    (32.5, 1, 45, True)
    """
    for words in dict.fromkeys((text, plain(text), framed(plain(text)))):
        found = _phrase(words, lexicon, modals) or (_modal(words, lexicon) if modals else None)
        if found is not None:
            return found
    return None


def is_modal(text: str, lexicon: Lexicon) -> bool:
    """Whether a phrase is read only where modal verbs are asked for."""
    try:
        if interpret(text, lexicon) is not None:
            return False
        return interpret(text, lexicon, modals=True) is not None
    except NotReadable:
        return False


def known_phrases(lexicon: Lexicon, *, modals: bool = False) -> list[str]:
    """List what to look for in a text, the longest first, without words of degree and `not`.

    Parameters
    ----------
    lexicon : Lexicon
    modals : bool
        Whether to list modal verbs and words of possibility, too.

    Examples
    --------
    >>> from forecast.reading.lexicon import ICD203
    >>> known_phrases(ICD203)[:2]
    ['better than even chance', 'about as likely as not']
    """
    tables = [lexicon, load("phrases"), *([load("modals")] if modals else [])]
    found = {phrase for one in tables for phrase in one.by_phrase}
    return sorted(found, key=lambda phrase: (-len(phrase), phrase))


def plain(words: str) -> str:
    """Write contractions out.

    Examples
    --------
    >>> plain("won't"), plain("isn’t likely")
    ('will not', 'is not likely')
    """
    words = words.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for short, long in table("rules")["contractions"].items():
        start = "" if short.startswith(("'", "n'")) else r"\b"
        words = re.sub(rf"{start}{short}\b", long, words)
    return words


def framed(words: str) -> str:
    """Take off the words around a phrase that say nothing of how likely.

    Examples
    --------
    >>> framed("it is not likely that"), framed("is unlikely to"), framed("a coin toss")
    ('not likely', 'unlikely', 'coin toss')
    """
    frames = table("rules")["frames"]
    before, after = ("|".join(frames[side]) for side in ("before", "after"))
    words = re.sub(rf"^(?:(?:{before}) )+", "", words)
    return re.sub(rf"(?: (?:{after}))+$", "", words)


def _phrase(words: str, lexicon: Lexicon, loose: bool) -> Sense | None:
    """Find a phrase of probability: an entry, a common phrase, with `not` or a word of degree."""
    common = load("phrases")
    if words not in lexicon.by_phrase and words in common.by_phrase:
        return look_up(words, common)
    try:
        found = look_up(words, lexicon)
    except NotReadable:
        return _both_ways(words, lexicon, loose)
    if found is not None:
        return found
    for row in table("rules")["degree"]:
        for degree in row["words"]:
            if words.startswith(f"{degree} "):
                return _in_degree(row["move"], degree, words.removeprefix(f"{degree} "), lexicon)
    rest = words.removeprefix("not ")
    if rest != words and _phrase(rest, lexicon, loose=False) is not None:
        return _both_ways(words, lexicon, loose)
    return None


def _in_degree(move: str, degree: str, rest: str, lexicon: Lexicon) -> Sense | None:
    """Read a phrase with a word of degree before it, as the row of `rules.toml` has it."""
    if move == "far out":
        found = _phrase(f"very {rest}", lexicon, loose=False)
        return found and _out(found, f"'{degree}' goes half the way out")
    found = _phrase(rest, lexicon, loose=False)
    if found is None or found.point in (0, 50, 100):  # "very certain", "quite an even chance"
        return None
    if move == "odd":
        return _almost(degree, rest, found, lexicon)
    if move == "out":
        return _out(found, f"'{degree}' goes half the way out")
    inner = _toward(found, 50)
    if move == "in":
        above = found.point > 50
        low, high = (50, max(found.high, 50)) if above else (min(found.low, 50), 50)
        rule = f"{found.rule}; '{degree}' goes half the way to even"
        return replace(found, point=inner.point, low=low, high=high, rule=rule)
    outer = _toward(found, _end(found))
    low, high = min(inner.low, outer.low), max(inner.high, outer.high)
    return replace(found, low=low, high=high, rule=f"{found.rule}; '{degree}' widens the range")


def _almost(degree: str, rest: str, found: Sense, lexicon: Lexicon) -> Sense:
    """Read `almost probably`: as the word of degree, and perhaps as near certain."""
    certain = look_up("almost certainly" if found.point > 50 else "almost certainly not", lexicon)
    low, high = (certain.low, certain.high) if certain else (_end(found), _end(found))
    odd = (
        f"'{degree}' goes with certainty, not with '{rest}': either 'almost certainly' or "
        f"'{rest}' was meant"
    )
    rule = f"{found.rule}; '{degree}' widens the range to near certainty"
    return replace(
        found, low=min(low, found.low), high=max(high, found.high), rule=rule, odd=found.odd or odd
    )


def _both_ways(words: str, lexicon: Lexicon, loose: bool) -> Sense | None:
    """Refuse a `not` that people read in two ways, or cover both where that is asked for."""
    if not loose:
        raise two_ways(words)
    vague = _bare_modal(words)
    if vague is not None:  # "not certain"
        return vague
    rest = words.removeprefix("not ")
    last = rest.rpartition(" ")[2]
    one = None
    if rest != words and last in ("likely", "probable", "probably"):
        # "not very likely": unlikely, or very unlikely.
        one, other = look_up(f"{rest} not", lexicon), look_up(f"not {last}", lexicon)
    elif rest != words and last in ("unlikely", "improbable", "improbably"):
        # "not unlikely": likely, or even.
        found = look_up(rest, lexicon)
        one = found and found.mirrored("")
        other = one and replace(one, point=50, low=50, high=50)
    if one is None or other is None:
        raise two_ways(words)
    return Sense(
        (one.point + other.point) / 2,
        min(one.low, other.low),
        max(one.high, other.high),
        lexicon.label,
        f"'{words}' covers both ways of reading it",
        f"'{words}' is read in two ways",
    )


def _modal(words: str, lexicon: Lexicon) -> Sense | None:
    """Find a modal verb or a word of possibility, alone, with `not`, or beside a phrase."""
    found = _bare_modal(words)
    if found is not None:
        return found
    for phrase in sorted(load("modals").by_phrase, key=len, reverse=True):
        rest = words.removeprefix(f"{phrase} ") if words.startswith(f"{phrase} ") else ""
        if not rest:
            continue
        found = _beside(phrase, rest, lexicon)
        if found is not None:
            return found
    return None


def _bare_modal(words: str) -> Sense | None:
    """Find a modal verb alone, or with `not`; `is expected` as well as `is expected to`."""
    modals = load("modals")
    said = framed(words)
    for form in (words, said, f"{said} to"):
        negated = re.sub(r"^not (.+)$|^(.+?) not( .+)?$", r"\1\2\3", form)
        if form in modals.by_phrase:
            return entry_sense(form, modals)
        if negated != form and negated in modals.by_phrase:
            mirror = f"'not' mirrors '{negated}' in {modals.label}"
            return entry_sense(negated, modals).mirrored(mirror)
    return None


def _beside(phrase: str, rest: str, lexicon: Lexicon) -> Sense | None:
    """Read a modal verb with more behind it: `will probably`, `may possibly`, `may likely`."""
    first = _bare_modal(phrase)
    rest = framed(rest)
    second = _phrase(rest, lexicon, loose=True)
    if first is not None and second is not None:
        if phrase in _STRONG:
            return replace(second, rule=f"{second.rule}; '{phrase}' adds nothing")
        point = (first.point + second.point) / 2
        return _joined(first, second, point, phrase, rest, lexicon.label)
    second = _bare_modal(rest)
    if first is None or second is None:
        return None
    if phrase in _STRONG:
        return replace(second, rule=f"{second.rule}; '{phrase}' adds nothing")
    weaker = min(first, second, key=lambda one: one.point)
    joined = _joined(first, second, weaker.point, phrase, rest, weaker.lexicon)
    return replace(joined, low=joined.low / 2)


def _joined(first: Sense, second: Sense, point: float, phrase: str, rest: str, label: str) -> Sense:
    return Sense(
        point,
        min(first.low, second.low),
        max(first.high, second.high),
        label,
        f"'{phrase}' and '{rest}': the range covers both",
        f"'{phrase}' and '{rest}' hedge one thing twice",
    )


def _out(found: Sense, rule: str) -> Sense | None:
    """Go half the way to the nearer end; nothing of what is at the end, or in the middle."""
    if found.point in (0, 50, 100):
        return None
    return replace(_toward(found, _end(found)), rule=f"{found.rule}; {rule}")


def _end(found: Sense) -> float:
    return 100 if found.point > 50 else 0


def _toward(found: Sense, end: float) -> Sense:
    return replace(
        found,
        point=(found.point + end) / 2,
        low=(found.low + end) / 2,
        high=(found.high + end) / 2,
    )
