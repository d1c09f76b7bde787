"""Q6: one question asked twice."""

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.english import LITTLE, stem, words
from forecast.drafting.lint.rule import CHECKLIST, Example, Note, Rule

#: How alike two words must be to be one, misspelt.
_MISSPELT = 0.85
_LONG_ENOUGH = 5


#: A stem, and whether the word may be a name.
Token = tuple[str, bool]


def _near_duplicate(asked: Sequence[Asked]) -> Iterator[tuple[Asked, Note]]:
    seen: dict[tuple[date, int], list[tuple[list[Token], Asked]]] = {}
    for one in asked:
        tokens = _tokens(one.title)
        alike = seen.setdefault((one.last_day, len(tokens)), [])
        for other_tokens, other in alike:
            if _same(tokens, other_tokens):
                yield one, Note(("title",), f"asks the same as {other.id}: keep one of them")
                break
        alike.append((tokens, one))


def _tokens(title: str) -> list[Token]:
    return [(stem(word), not word.islower()) for word in words(title) if word.lower() not in LITTLE]


def _same(one: list[Token], other: list[Token]) -> bool:
    """Tell whether two titles differ at most in the spelling of their words, not in their order."""
    return all(a[0] == b[0] or _misspelt(a, b) for a, b in zip(one, other, strict=True))


def _misspelt(one: Token, other: Token) -> bool:
    """Tell whether a word is another one, misspelt; Austria and Australia are none."""
    (first, first_is_name), (second, second_is_name) = one, other
    if first_is_name or second_is_name or first[0] != second[0]:
        return False
    if min(len(first), len(second)) < _LONG_ENOUGH:
        return False
    return SequenceMatcher(None, first, second).ratio() >= _MISSPELT


RULES = (
    Rule(
        code="Q601",
        name="near-duplicate",
        what="Two questions with one deadline have the same title, but for small words and "
        "spelling.",
        why="What is forecast on the one is missing on the other, and a success counts twice.",
        bad=Example("""\
[[question]]
title = "Will Norway's parliament approve the High Seas Treaty by 30 June 2027?"

[[question]]
title = "Will the Norwegian parliament aprove a High Seas treaty by 30 June 2027?"
"""),
        good=Example("""\
[[question]]
title = "Will Norway's parliament approve the High Seas Treaty by 30 June 2027?"

[[question]]
title = "Will Sweden's parliament approve the High Seas Treaty by 30 June 2027?"
criteria = \"\"\"
Yes if the Riksdag consents to its ratification by 30 June 2027. No otherwise; a vote in a
committee does not count. The Riksdag's record of the vote decides.\"\"\"
"""),
        compare=_near_duplicate,
        needs=("title", "deadline"),
        guides=(CHECKLIST,),
    ),
)
