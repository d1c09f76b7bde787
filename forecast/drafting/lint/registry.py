"""Every rule there is, in the order of codes, and how people name them."""

from collections.abc import Iterable
from difflib import get_close_matches

from forecast.drafting.lint import (
    about_amounts,
    about_chances,
    about_criteria,
    about_deadlines,
    about_itself,
    about_sources,
    about_times,
    about_titles,
    about_twins,
    about_words,
)
from forecast.drafting.lint.rule import Rule
from forecast.model import NotReadable
from forecast.reading.quoting import quoted

FAMILIES = {
    "Q0": "the file and its comments",
    "Q1": "what is asked, and its sources",
    "Q2": "time",
    "Q3": "the wording of the title",
    "Q4": "the criteria",
    "Q5": "probabilities that do not fit each other",
    "Q6": "questions asked twice",
}

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *about_itself.RULES,
            *about_sources.RULES,
            *about_deadlines.RULES,
            *about_times.RULES,
            *about_titles.RULES,
            *about_words.RULES,
            *about_criteria.RULES,
            *about_amounts.RULES,
            *about_chances.RULES,
            *about_twins.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
BY_CODE = {rule.code: rule for rule in RULES}


def named(text: str) -> list[Rule]:
    """Find rules by code, beginning of a code, or name.

    Parameters
    ----------
    text : str
        `Q101`, `q1`, `no-source`.

    Returns
    -------
    list of Rule
        At least one.

    Raises
    ------
    NotReadable
        If there is none of that name.

    Examples
    --------
    >>> [rule.name for rule in named("Q601")], [rule.code for rule in named("near-duplicate")]
    (['near-duplicate'], ['Q601'])
    """
    wanted = text.strip()
    found = [rule for rule in RULES if rule.name == wanted.lower()]
    if not found and wanted:
        found = [rule for rule in RULES if rule.code.startswith(wanted.upper())]
    if found:
        return found
    known = [*BY_CODE, *(rule.name for rule in RULES)]
    near = get_close_matches(wanted[:60], known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"rules are {RULES[0].code} to {RULES[-1].code}"
    raise NotReadable(f"there is no rule {quoted(text)}: {hint}")


def chosen(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Give the codes that are wanted.

    Parameters
    ----------
    select, ignore : iterable of str
        Lists of codes, beginnings of codes or names, with commas; nothing selected is all.

    Raises
    ------
    NotReadable
        If one of them is no rule.

    Examples
    --------
    >>> sorted(chosen(["Q60,Q505"], ["q601"]))
    ['Q505']
    """
    wanted = {rule.code for text in _split(select) for rule in named(text)} or set(BY_CODE)
    return frozenset(wanted - {rule.code for text in _split(ignore) for rule in named(text)})


def _split(lists: Iterable[str]) -> list[str]:
    return [one.strip() for text in lists for one in text.split(",") if one.strip()]
