"""A draft leaves places open, `"?"`: it does not load, the error lists them, `lint` reads it."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forecast.model import Entry, Question
from forecast.questionfile import QuestionFileError, dump, parse, parse_draft
from forecast.questionfile.lines import comments, line_of, places_of

Spoil = Callable[..., tuple[str, int]]

PLACES = Path(__file__).with_name("places.toml").read_text()
DRAFT = """\
[article]
title = "Clouds"
published = "?"

[[question]]
id = "rain"
title = "Will it rain?"
opened = 2026-05-01
deadline = "?"
criteria = '''
?
'''
sources = [
    "DWD",
    "?",
]

[[question.forecast]]
forecaster = "?"
at = 2026-05-01
probability = "likely"

[[question]]
id = "snow"
title = "?"
opened = "?"
deadline = 2026-12-31
criteria = "?"
"""


def test_a_draft_does_not_load_and_lists_all_that_is_open() -> None:
    """In one error: how many, which keys, in which lines; the first one's line in front."""
    with pytest.raises(QuestionFileError) as caught:
        parse(DRAFT.encode(), "draft.toml")
    assert (
        'draft.toml:3: 8 places say "?" and must be filled in before it loads: '
        "published in line 3; deadline in line 9; "
        "criteria in lines 10, 28; sources in line 15; forecaster in line 19; "
        "title in line 25; opened in line 26"
    ) == str(caught.value)
    assert 3 == caught.value.line


def test_many_open_places_are_all_listed() -> None:
    """Other errors are cut to a length; of these every line is wanted."""
    many = "".join(
        f'[[question]]\nid = "q{n}"\ntitle = "Q?"\nopened = 2026-01-01\ndeadline = 2026-02-01\n'
        'criteria = "?"\n'
        for n in range(200)
    )
    with pytest.raises(QuestionFileError, match="200 places") as caught:
        parse(many.encode(), "draft.toml")
    assert f"criteria in lines {', '.join(str(6 * n + 6) for n in range(200))}" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('id = "rain"', 'id = "?"'),
        ('title = "Will', 'title = "?"'),
        ("opened = 2026-05-01", 'opened = "?"'),
        ("deadline = 2026-06", 'deadline = " ? "'),
        ("known_by", "known_by = '?'"),
        ("criteria", "criteria = '''?\n[[question]]\nid = \"not a key\"\ndeadlin = 1"),
        ("published", 'published = "?"'),
        ("forecaster", 'forecaster = "?"'),
        ("at = 2026", 'at = "?"'),
        ("unit", 'unit = "?"'),
    ],
)
def test_one_open_place_is_enough(spoil: Spoil, line: str, wrong: str) -> None:
    """Whichever it is; but text that only begins so is text."""
    text, _ = spoil(line, wrong)
    if "not a key" in wrong:
        assert parse(text.encode(), "f.toml")
        return
    with pytest.raises(QuestionFileError, match="one place says"):
        parse(text.encode(), "f.toml")


@pytest.mark.parametrize("key", ["note", "event", "outcome"])
def test_elsewhere_a_question_mark_is_text(spoil: Spoil, key: str) -> None:
    """In notes and keys of events; as an outcome it is wrong, and the error says so."""
    text, _ = spoil(f"{key} =", f'{key} = "?"')
    if key == "outcome":
        with pytest.raises(QuestionFileError, match="'\\?' is none of yes, no, annulled"):
            parse(text.encode(), "f.toml")
    else:
        assert parse(text.encode(), "f.toml")


def test_a_draft_can_be_read_with_something_in_its_open_places() -> None:
    """Items of lists keep their places; what is not open is as it was."""
    draft = parse_draft(DRAFT.encode(), "draft.toml")
    assert 8 == len(draft.open)
    assert ("question", 0, "sources", 1) in draft.open
    rain, snow = draft.entries
    assert ("Will it rain?", "", 2) == (
        rain.question.title,
        rain.question.criteria,
        len(rain.question.sources),
    )
    assert "DWD" == rain.question.sources[0]
    assert datetime(2026, 12, 31, tzinfo=UTC).date() == snow.question.deadline.date()
    filled = DRAFT.replace('"?"', '"x"').replace("?\n", "x\n").replace('"x"', "2026-05-01")
    assert tomllib.loads(filled)


def test_a_file_without_open_places_is_read_alike(right: str) -> None:
    """By both."""
    draft = parse_draft(right.encode(), "f.toml")
    assert (right, parse(right.encode(), "f.toml"), []) == (draft.text, draft.entries, draft.open)


def test_content_that_is_a_question_mark_comes_back() -> None:
    """`dump` writes it so that it is not taken for an open place."""
    question = Question(
        id="a",
        title="?",
        opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        deadline=datetime(2026, 2, 1, tzinfo=UTC),
        criteria="?",
        sources=("?", "UN"),
    )
    text = dump([Entry(question=question)])
    assert [Entry(question=question)] == parse(text.encode(), "f.toml")


def test_a_value_is_found_where_it_stands() -> None:
    """To the character: of every kind, in every kind of table."""
    lines, spans = places_of(PLACES)
    content = tomllib.loads(PLACES)
    for place, span in spans.items():
        value = content
        for part in place:
            value = value[part]
        written = PLACES[span.start : span.end]
        assert {"v": value} == tomllib.loads(f"v = {written}"), place
        assert span.last_line == PLACES.count("\n", 0, span.end) + 1
        assert span.first_line == lines[place] == line_of(PLACES, place)
    assert set(spans) <= set(lines)


def test_comments_are_found_outside_of_texts() -> None:
    """With their lines; what looks like one within quotes is none."""
    found = dict(comments(PLACES))
    assert "# [[question]] in a comment, with \"\"\" and ''' in it" == found[2]
    for line, text in found.items():
        assert PLACES.split("\n")[line - 1].endswith(text)
    assert "# no comment" not in "".join(text for _, text in comments("a = '''\n# no comment\n'''"))
