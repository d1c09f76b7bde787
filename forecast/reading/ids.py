"""Ids for people: a few words of the title, in letters any keyboard has."""

import re
import unicodedata

_LONGEST = 40
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
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    telling = [word for word in words if word not in _FILLERS] or words
    if not telling:
        return "question"
    # A year at the end tells questions of one kind apart: keep it when cutting.
    last = telling[-1] if re.fullmatch(r"(?:19|20)[0-9]{2}", telling[-1]) else ""
    kept: list[str] = []
    for word in telling[:-1] if last else telling:
        if len("-".join([*kept, word, last])) > _LONGEST:
            break
        kept.append(word)
    if last:
        kept.append(last)
    return "-".join(kept) or telling[0][:_LONGEST]
