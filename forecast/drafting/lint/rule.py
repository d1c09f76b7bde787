"""What a rule is: a small function, and what people are told of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from forecast.drafting.lint.asked import Asked
from forecast.questionfile.lines import Place


class Edit(NamedTuple):
    """A change of one value that `--fix` may make."""

    #: Within the question.
    key: Place
    #: The text that takes its place; None takes an item out of its list.
    new: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule has to say of a question.

    Parameters
    ----------
    key : Place
        What it is about, within the question: `("title",)`, `("sources", 0)`; the nearest place
        above is taken where it stands nowhere.
    message : str
        One line: what is wrong, and what to do.
    words : str
        The words it is about, so that their line can be found in a long text.
    edit : Edit, optional
        What `--fix` would do.
    """

    key: Place
    message: str
    words: str = ""
    edit: Edit | None = None


class Guide(NamedTuple):
    """A published guide that a rule follows."""

    title: str
    url: str


class Example(NamedTuple):
    """Part of a question file; what it leaves out is as in a question that is right."""

    text: str
    #: Codes that the same text cannot but give as well.
    also: tuple[str, ...] = ()


Find = Callable[[Asked], Iterator[Note]]
Compare = Callable[[Sequence[Asked]], Iterator[tuple[Asked, Note]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: its code is for good, its words may get better.

    Parameters
    ----------
    code : str
        `Q101`; the first digit is its family.
    name : str
        For people: `no-source`.
    what, why : str
        What it finds, and why that is bad, a sentence or two each.
    bad, good : Example
        What it finds, and what nothing is found in. Tests run both, the page of rules shows both.
    find : callable, optional
        Looks at one question.
    compare : callable, optional
        Looks at all of them together.
    needs : tuple of str
        Keys without which there is nothing to look at: it passes over a draft that has them open.
    fix : str
        What `--fix` does about it; empty where only a person can.
    guides : tuple of Guide
        Who says so, too.
    """

    code: str
    name: str
    what: str
    why: str
    bad: Example
    good: Example
    find: Find | None = None
    compare: Compare | None = None
    needs: tuple[str, ...] = ()
    fix: str = ""
    guides: tuple[Guide, ...] = ()


METACULUS = Guide(
    "Metaculus: question writing and submission guidelines",
    "https://www.metaculus.com/question-writing/",
)
CHECKLIST = Guide(
    "Metaculus: question approval checklist",
    "https://www.metaculus.com/help/question-checklist/",
)
MONTH = Guide(
    "Good Judgment: what's a month? Why question wording must be exact in forecasting",
    "https://goodjudgment.com/tag/superforecasters",
)
VERBIAGE = Guide(
    "Good Judgment: how distinct is a 'distinct possibility'? Vague verbiage in forecasting",
    "https://goodjudgment.com/category/superforecaster-perspectives/page/5",
)
CREATORS = Guide(
    "Manifold: creator guide",
    "https://manifold.markets/community-guidelines/creator-guide",
)
FAILURES = Guide(
    "AI forecasting dictionary: best practices for question writing",
    "https://parallel-forecast.github.io/AI-dict/docs/best-practices",
)
CONFIDO = Guide(
    "Confido Institute: what makes a good forecasting question",
    "https://confido.institute/encyclopedia/what-makes-a-good-forecasting-question.html",
)
ANATOMY = Guide(
    "Cultivate Labs: anatomy of a forecast question",
    "https://cultivatelabs.com/support/forecasts/user-experience/anatomy-of-a-forecast-question",
)
