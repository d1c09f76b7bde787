"""Running the rules over questions, and saying where in their file they find something."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from forecast.drafting.lint.about_itself import (
    IGNORES_NOTHING,
    NO_REASON,
    STILL_OPEN,
    UNREADABLE,
)
from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.ignores import Ignore, ignores_in
from forecast.drafting.lint.registry import BY_CODE, RULES
from forecast.drafting.lint.rule import Edit, Note, Rule
from forecast.model import Entry, Question
from forecast.questionfile import Draft, QuestionFileError, parse_draft
from forecast.questionfile.lines import Place, Span, places_of

#: Open places that have a rule of their own.
_OWN_RULE = ("criteria", "deadline", "sources")
#: Patterns are for titles that people wrote.
_TOO_LONG_TO_READ = 2000
_WHAT_IT_NEEDS = {
    "title": "ask one plain question",
    "forecaster": "name who says it",
    "probability": "write the probability, or the words",
    "at": "write when it was said",
    "opened": "write the day from which it can be forecast",
    "known_by": "write when the answer is expected, or take it out",
    "id": "give it a short id",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, and where.

    Parameters
    ----------
    file : str
        Its name; empty for a question of a tracker.
    line : int or None
        None for a question of a tracker.
    id : str
        The question's; empty where it is about the file.
    code, message : str
    place : Place
        In the file.
    edit : Edit, optional
        What `--fix` would do, with its place in the file.
    """

    file: str
    line: int | None
    id: str
    code: str
    message: str
    place: Place = ()
    edit: Edit | None = None

    @property
    def rule(self) -> Rule:
        """Whose finding it is."""
        return BY_CODE[self.code]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Questions of one file, or of a tracker.

    Parameters
    ----------
    name : str
        Of the file; empty for a tracker.
    asked : list of Asked
    text : str
        Of the file.
    problem : Finding, optional
        What keeps it from being read; then it has no questions.
    """

    name: str
    asked: list[Asked]
    text: str = ""
    problem: Finding | None = None
    open: list[Place] = field(default_factory=list)


def sheet_of(data: bytes, name: str, check: Callable[[Question], None]) -> Sheet:
    """Read a question file, drafts included.

    Parameters
    ----------
    data : bytes
    name : str
    check : callable
        As for `questionfile.parse`.

    Returns
    -------
    Sheet
        With a problem in place of questions where the file would not load.
    """
    try:
        draft = parse_draft(data, name, check)
    except QuestionFileError as error:
        return Sheet(name, [], problem=Finding(name, error.line, "", UNREADABLE, error.problem))
    return Sheet(name, _asked(draft), draft.text, open=draft.open)


def sheet_of_entries(entries: Iterable[Entry]) -> Sheet:
    """Take questions of a tracker."""
    return Sheet("", [Asked(entry) for entry in entries])


def lint(sheets: Sequence[Sheet], codes: frozenset[str] = frozenset(BY_CODE)) -> list[Finding]:
    """Look for what makes questions hard to settle.

    Parameters
    ----------
    sheets : sequence of Sheet
        Questions are compared over all of them.
    codes : frozenset of str
        Of the rules whose findings are wanted.

    Returns
    -------
    list of Finding
        By file and line.
    """
    home = {id(one): index for index, sheet in enumerate(sheets) for one in sheet.asked}
    everything = [one for sheet in sheets for one in sheet.asked]
    notes: list[list[tuple[Rule, Asked, Note]]] = [[] for _ in sheets]
    # All rules run, whichever are wanted: else an ignore would seem to be of no use.
    for rule in RULES:
        for asked, note in _notes_of(rule, everything):
            notes[home[id(asked)]].append((rule, asked, note))
    found: list[Finding] = []
    for sheet, of_sheet in zip(sheets, notes, strict=True):
        found += _placed(sheet, of_sheet)
    return [one for one in found if one.code in codes]


def _notes_of(rule: Rule, everything: list[Asked]) -> Iterator[tuple[Asked, Note]]:
    ready = [one for one in everything if not _lacks(one, rule)]
    if rule.compare is not None:
        yield from rule.compare(ready)
    elif rule.find is not None:
        for asked in ready:
            for note in rule.find(asked):
                yield asked, note


def _lacks(asked: Asked, rule: Rule) -> bool:
    if "title" in rule.needs and len(asked.title) > _TOO_LONG_TO_READ and rule.code != "Q312":
        return True
    return any(key[0] in rule.needs for key in asked.open)


def _placed(sheet: Sheet, notes: list[tuple[Rule, Asked, Note]]) -> list[Finding]:
    """Give the findings of one file, those that are ignored left out."""
    if sheet.problem is not None:
        return [sheet.problem]
    if not sheet.name:
        return [Finding("", None, asked.id, rule.code, note.message) for rule, asked, note in notes]
    at, spans = places_of(sheet.text)
    where = _Where(sheet.text, at, spans)
    ignores = ignores_in(sheet.text)
    found = [*_open_findings(sheet, where)]
    for rule, asked, note in notes:
        place = (*asked.place, *note.key)
        edit = note.edit and Edit((*asked.place, *note.edit.key), note.edit.new)
        line = where.line(place, note.words)
        found.append(Finding(sheet.name, line, asked.id, rule.code, note.message, place, edit))
    kept = [one for one in found if not any(_each(ignores, one))]
    kept += _about_ignores(sheet.name, ignores)
    return sorted(kept, key=lambda one: (one.line or 0, one.code))


def _each(ignores: list[Ignore], finding: Finding) -> list[bool]:
    # A list, not a generator: each of them is to know that it was of use.
    return [one.hides(finding.code, finding.place) for one in ignores]


def _about_ignores(name: str, ignores: list[Ignore]) -> Iterator[Finding]:
    for one in ignores:
        if not one.codes:
            message = "names no rule: write # lint: ignore Q101 and the reason"
            yield Finding(name, one.line, "", NO_REASON, message)
        elif not one.reason:
            message = f"gives no reason: write # lint: ignore {', '.join(one.codes)} and why"
            yield Finding(name, one.line, "", NO_REASON, message)
        # What is compared with questions of other files may be found when they are looked at, too.
        useless = [code for code in one.codes if code not in one.used and not _compares(code)]
        if useless:
            unknown = [code for code in useless if code not in BY_CODE]
            what = f"there is no {unknown[0]}" if unknown else f"finds no {', '.join(useless)} here"
            yield Finding(name, one.line, "", IGNORES_NOTHING, f"{what}: take it out")


def _compares(code: str) -> bool:
    return code in BY_CODE and BY_CODE[code].compare is not None


def _open_findings(sheet: Sheet, where: "_Where") -> Iterator[Finding]:
    ids = {one.place: one.id for one in sheet.asked}
    for place in sheet.open:
        key = next(part for part in reversed(place) if isinstance(part, str))
        if key in _OWN_RULE:
            continue
        what = "article." * ("article" in place) + key
        needs = _WHAT_IT_NEEDS.get(what, "fill it in, or take it out")
        message = f'{what} is still open ("?"): {needs}'
        id_ = ids.get(place[:2], "")
        yield Finding(sheet.name, where.line(place, ""), id_, STILL_OPEN, message, place)


def _asked(draft: Draft) -> list[Asked]:
    found = []
    for index, entry in enumerate(draft.entries):
        place = ("question", index)
        inside = frozenset(one[2:] for one in draft.open if one[:2] == place)
        found.append(Asked(entry, place, inside))
    return found


class _Where:
    """Where in a text a place stands, or words of it."""

    def __init__(self, text: str, at: dict[Place, int], spans: dict[Place, Span]) -> None:
        self._text = text
        self._at = at
        self._spans = spans

    def line(self, place: Place, words: str) -> int:
        """Give the line of the words, else of the place, else of what it would stand in."""
        span = self._spans.get(place)
        if span and words:
            pattern = r"\s+".join(map(re.escape, words.split()))
            found = re.compile(pattern).search(self._text, span.start, span.end)
            if found:
                return self._text.count("\n", 0, found.start()) + 1
        return next(
            (self._at[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self._at), 1
        )
