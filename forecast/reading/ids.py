"""Ids for people: a few words of the title, in letters any keyboard has."""

import re
import unicodedata

_LONGEST = 40
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
#: Letters of Latin alphabets that do not come apart into a plain one and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
#: Words that say nothing of what is asked.
_FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "as",
        "at",
        "be",
        "been",
        "before",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "end",
        "for",
        "from",
        "has",
        "have",
        "how",
        "if",
        "in",
        "is",
        "it",
        "its",
        "least",
        "more",
        "no",
        "of",
        "on",
        "or",
        "than",
        "that",
        "the",
        "their",
        "there",
        "this",
        "to",
        "was",
        "were",
        "what",
        "when",
        "which",
        "will",
        "with",
        "would",
    ]
)


def id_from_title(title: str) -> str:
    """Make an id of a title's telling words.

    Parameters
    ----------
    title : str

    Returns
    -------
    str
        Lower-case letters, digits and hyphens, at most 40; `question` where the title has none.

    Examples
    --------
    >>> id_from_title("Will China supply Russia with lethal military aid by the end of 2022?")
    'china-supply-russia-lethal-military-2022'
    """
    apart = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    plain = "".join(c for c in apart if not unicodedata.combining(c) and c not in _APOSTROPHES)
    words = re.findall(r"[a-z0-9]+", plain.lower())
    telling = [word for word in words if word not in _FILLERS] or words
    if not telling:
        return "question"
    # A year at the end tells questions of one kind apart: keep it when cutting.
    last = f"-{telling.pop()}" if re.fullmatch(r"(?:19|20)[0-9]{2}", telling[-1]) else ""
    room = _LONGEST - len(last)
    kept = "-".join(telling)
    if len(kept) > room:
        # Whole words, unless the first alone is too long.
        kept = kept[: room + 1].rpartition("-")[0] or kept[:room]
    return f"{kept}{last}".strip("-")
