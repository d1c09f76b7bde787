"""English as far as rules need it: sentences, words, their stems. No grammar."""

import re


def listed(text: str) -> tuple[str, ...]:
    """Give the words of a list that is written as a text, for tables of data."""
    return tuple(text.split())


#: Words that texts in English are full of and texts in its neighbours are not.
_COMMON = frozenset(
    listed("""
    the of to in on a and is are be been by if or not with that this it its at as for from on
    will would has have had do does which who whether before after than any between
    """)
)
#: Say little of what a question is about. `for`, `against`, `not` and their like do.
LITTLE = frozenset(
    listed("""
    a an the of in on at by be is are was were been being will would shall do does did has have
    had its it this that these those their his her and or as with from
    """)
)
_ENGLISH_SHARE = 0.2
_ENDS = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z0-9\"“(])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|No|Nos|St|Mr|Mrs|Ms|Dr|vs|e\.g|i\.e|approx|Inc|Corp|Ltd))\.$"
)
_WORD = re.compile(r"[\w$€£%]+(?:['’.,-][\w%]+)*")
_SPELLINGS = (("isation", "ization"), ("ise", "ize"), ("our", "or"), ("ence", "ense"))
_SAME = {
    "us": "america", "usa": "america", "american": "america", "uk": "britain",
    "british": "britain", "eu": "europe", "european": "europe", "%": "percent",
    "cent": "percent", "norwegian": "norway",
    "chinese": "china", "french": "france", "dutch": "netherlands", "swiss": "switzerland",
    "polish": "poland", "spanish": "spain", "german": "germany", "greek": "greece",
    "turkish": "turkey", "danish": "denmark", "swedish": "sweden", "finnish": "finland",
    "japanese": "japan", "iraqi": "iraq", "israeli": "israel", "iranian": "iran",
}  # fmt: skip


def sentences(text: str) -> list[str]:
    """Cut a text into sentences.

    Examples
    --------
    >>> sentences("Yes if it rains. No otherwise (see S. Smith). 3 mm count.")
    ['Yes if it rains.', 'No otherwise (see S. Smith).', '3 mm count.']
    """
    found: list[str] = []
    for piece in _ENDS.split(text):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] += f" {piece}"
        elif piece.strip():
            found.append(piece.strip())
    return found


def words(text: str) -> list[str]:
    """Give a text's words and numbers, in order, as they are written.

    Examples
    --------
    >>> words("Will China's GDP rise by 1,000?")
    ['Will', "China's", 'GDP', 'rise', 'by', '1,000']
    """
    return _WORD.findall(text)


def is_english(text: str) -> bool:
    """Tell whether a text is in English, so far as it is long enough to tell.

    Examples
    --------
    >>> is_english("Will it rain in the city by noon?"), is_english("Wird es bis Mittag regnen?")
    (True, False)
    """
    found = [word.lower() for word in words(text)]
    return bool(found) and sum(word in _COMMON for word in found) / len(found) >= _ENGLISH_SHARE


def stem(word: str) -> str:
    """Cut a word's ending, and spell it one way.

    Examples
    --------
    >>> stem("invades"), stem("invading"), stem("Russian's"), stem("organisation")
    ('invad', 'invad', 'russia', 'organiz')
    """
    low = re.sub(r"['’]s?$", "", word.lower())
    for british, american in _SPELLINGS:
        low = re.sub(f"{british}(?=s?$)", american, low)
    low = _SAME.get(low, low)
    if len(low) > 4 and low.isalpha():
        return re.sub(r"(?:ation|ing|ed|es|s|n|e)$", "", low) or low
    return re.sub(r"(?<=[a-z]{3})(?<!s)s$", "", low)


def content(text: str) -> list[str]:
    """Give the stems of the words that say what a text is about, in order."""
    return [stem(word) for word in words(text) if word.lower() not in LITTLE]
