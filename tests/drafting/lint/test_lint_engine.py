"""Running the rules: drafts, several files, trackers, and the line a finding stands in."""

from datetime import UTC, datetime

import pytest

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.engine import Sheet, lint, sheet_of, sheet_of_entries
from forecast.drafting.lint.registry import BY_CODE, chosen, named
from forecast.model import Entry, Forecast, NotReadable, Question

QUESTION = '''\
[[question]]
id = "{id}"
title = "Will {who} ratify the treaty by {day} 2027?"
opened = {opened}
deadline = 2027-{month}-30
criteria = """
Yes if {who}'s parliament consents before the title's day is over. No otherwise."""
sources = ["https://example.org/"]
'''
DRAFT = """\
[article]
title = "Seas"
published = "?"

[[question]]
id = "treaty"
title = "?"
opened = 2027-01-10
deadline = "?"
criteria = "?"
sources = ["https://example.org/", "?"]

[[question.forecast]]
forecaster = "?"
at = 2027-01-10
probability = "likely"
"""


def question(
    id_: str = "a", who: str = "Norway", month: str = "06", opened: str = "2027-01-10"
) -> str:
    """A question's text; none of them has anything wrong with it."""
    day = {"06": "30 June", "09": "30 September"}[month]
    return QUESTION.format(id=id_, who=who, month=month, day=day, opened=opened)


def said(p: str, at: str = "2027-02-01", who: str = "ann") -> str:
    """A forecast's text."""
    return f'\n[[question.forecast]]\nforecaster = "{who}"\nat = {at}\nprobability = "{p}"\n\n'


def found(*texts: str) -> list[tuple[str, int | None, str]]:
    """What is found in files: name, line and code."""
    sheets = [sheet_of(text.encode(), f"{n}.toml", _unchecked) for n, text in enumerate(texts)]
    return [(one.file, one.line, one.code) for one in lint(sheets)]


def _unchecked(question: Question) -> None:
    """Take any resolver."""


def test_a_draft_says_all_that_is_open_each_in_its_line() -> None:
    """And nothing else of what is open; what is not open is looked at."""
    expected = [(3, "Q004"), (7, "Q004"), (9, "Q201"), (10, "Q401"), (11, "Q101"), (14, "Q004")]
    assert expected == [(line, code) for _, line, code in found(DRAFT)]
    vague = DRAFT.replace('"https://example.org/"', '"news reports"')
    assert (11, "Q102") in [(line, code) for _, line, code in found(vague)]


@pytest.mark.parametrize("key", ["id", "opened", "known_by", "unit"])
def test_whatever_is_open_is_said(key: str) -> None:
    """Dates and ids, too."""
    text = question().replace(
        "opened = 2027-01-10\n", "opened = 2027-01-10\nknown_by = 2027-08-01\n"
    )
    lines = [line for line in text.split("\n") if not line.startswith(f"{key} =")]
    findings = found("\n".join([*lines[:1], f'{key} = "?"', *lines[1:]]))
    assert [("0.toml", 2, "Q004")] == findings


def test_a_file_that_would_not_load_is_one_finding() -> None:
    """With the line of the error; the other files are looked at all the same."""
    broken = question().replace("deadline", "deadlin")
    assert [("0.toml", 5, "Q003"), ("1.toml", 2, "Q401")] == found(
        broken, f"# a comment\n{question().partition('criteria')[0]}sources = ['https://e.org']\n"
    )


def test_questions_are_compared_over_files() -> None:
    """The later of two twins is the finding; a file given alone has none."""
    assert [("1.toml", 3, "Q601")] == found(question("a"), question("b"))
    assert [] == found(question("b"))


@pytest.mark.parametrize(
    ("one", "other", "twins"),
    [
        (question("a"), question("b", who="Sweden"), False),
        (question("a"), question("b", month="09"), False),
        (question("a", who="Austria"), question("b", who="Australia"), False),
        (question("a").replace("Will", "When will"), question("b"), False),
        (question("a").replace("ratify the", "ratify a"), question("b"), True),
        (
            question("a").replace("ratify", "recognise"),
            question("b").replace("ratify", "recognize"),
            True,
        ),
        (
            question("a").replace("treaty", "agreement"),
            question("b").replace("treaty", "agrement"),
            True,
        ),
        (
            question("a").replace("ratify", "vote for"),
            question("b").replace("ratify", "vote against"),
            False,
        ),
        (
            question("a").replace("Norway ratify the treaty", "Russia invade Ukraine"),
            question("b").replace("Norway ratify the treaty", "Ukraine invade Russia"),
            False,
        ),
    ],
)
def test_twins_differ_in_small_words_and_spelling_only(one: str, other: str, twins: bool) -> None:
    """Not in names, numbers, order, or on which side somebody is."""
    assert twins == (("1.toml", 3, "Q601") in found(one, other))


@pytest.mark.parametrize(
    ("early", "late", "fits"),
    [
        (said("60%"), said("40%"), False),
        (said("40%"), said("60%"), True),
        (said("40%"), said("40%"), True),
        (said("60%"), said("40%", who="ben"), True),
        (said("60%"), said("40%", at="2027-02-05"), True),
        (said("60%"), said("40%", at="2027-02-01T18:00:00Z"), False),
        (said("30%") + said("60%", at="2027-03-01"), said("40%", at="2027-03-01"), False),
        (said("60%") + said("30%", at="2027-03-01"), said("40%", at="2027-03-01"), True),
        (said("likely"), said("roughly even chance"), True),  # 55 to 80 % and 45 to 55 %
        (said("very likely"), said("unlikely"), False),
    ],
)
def test_nested_deadlines_are_compared_as_said_together(early: str, late: str, fits: bool) -> None:
    """By one forecaster within a day; words have the benefit of their ranges."""
    text = f"{question('a')}{early}{question('b', month='09')}{late}"
    assert (not fits) == ("Q501" in {code for _, _, code in found(text)})


def test_a_later_question_that_opened_later_is_not_nested() -> None:
    """What happened before it opened counts for the earlier one alone."""
    late = question("b", month="09", opened="2027-01-20")
    assert [] == found(f"{question('a')}{said('60%')}{late}{said('40%')}")


def test_a_withdrawn_forecast_does_not_stand() -> None:
    """Nothing is compared with it."""
    withdrawn = '\n[[question.forecast]]\nforecaster = "ann"\nat = 2027-02-01\nwithdrawn = true\n\n'
    assert [] == found(f"{question('a')}{said('60%')}{question('b', month='09')}{withdrawn}")


def test_questions_of_a_tracker_have_no_lines() -> None:
    """They are named by id."""
    asked = Question(
        id="rain",
        title="Will it rain?",
        opened_at=datetime(2026, 5, 1, tzinfo=UTC),
        deadline=datetime(2026, 6, 1, tzinfo=UTC),
    )
    forecast = Forecast(
        question="rain", forecaster="ann", made_at=datetime(2026, 5, 2, tzinfo=UTC), probability=1.0
    )
    findings = lint([sheet_of_entries([Entry(question=asked, forecasts=(forecast,))])])
    assert [("", None, "rain")] * 4 == [(one.file, one.line, one.id) for one in findings]
    assert ["Q101", "Q204", "Q401", "Q505"] == sorted(one.code for one in findings)


def test_a_deadline_at_midnight_belongs_to_the_day_before() -> None:
    """In the question's zone, whichever way the end of a day is written."""
    for deadline in ("2027-07-01T00:00:00+02:00", "2027-06-30T23:59:59.999999+02:00", "2027-06-30"):
        text = question().replace("deadline = 2027-06-30", f"deadline = {deadline}")
        assert [] == found(text.replace("sources", 'timezone = "Europe/Oslo"\nsources'))


def test_words_in_a_long_text_are_found_in_their_line() -> None:
    """Also where they are broken over two."""
    text = question().replace("before the title's day", "at my\ndiscretion before the title's day")
    assert [("0.toml", 7, "Q411")] == found(text)


def test_a_book_in_a_title_or_criteria_takes_no_time() -> None:
    """Patterns are for what people write."""
    import time

    started = time.monotonic()
    for text in (
        question().replace("Will Norway", f"Will Norway {'if and become A ' * 50_000}"),
        question().replace("Yes if", f"Yes if {'if etc not be and ' * 50_000}"),
    ):
        found(text)
    assert time.monotonic() - started < 10


def test_rules_are_named_by_code_beginning_or_name() -> None:
    """In any case; several with commas, or one after the other."""
    assert (
        ["Q101"]
        == [rule.code for rule in named("q101")]
        == [rule.code for rule in named("no-source")]
    )
    assert {"Q5"} == {rule.code[:2] for rule in named("Q5")}
    assert set(BY_CODE) == chosen([], [])
    assert {"Q101", "Q601"} == chosen(["Q1,Q6"], ["Q102, Q103", "Q104", "Q105", "tag-twice"])


@pytest.mark.parametrize(
    ("text", "near"), [("Q999", "Q001 to Q601"), ("no-sorce", "no-source"), ("", "rules are")]
)
def test_a_rule_that_there_is_not_names_the_nearest(text: str, near: str) -> None:
    """So that a slip in a workflow does not switch off a rule in silence."""
    with pytest.raises(NotReadable, match=near):
        named(text)


def test_an_asked_question_reads_itself_once() -> None:
    """What rules share is kept."""
    asked = Asked(sheet_of(question().encode(), "f.toml", _unchecked).asked[0].entry)
    assert asked.title_times is asked.title_times
    assert isinstance(sheet_of(b"", "f.toml", _unchecked), Sheet)
