"""A key that is unknown, missing or of a wrong type: one line, with the right word."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.questionfile import parse

Spoil = Callable[..., tuple[str, int]]
Problem = Callable[[str | bytes], str]

RIGHT = Path(__file__).with_name("right.toml").read_text().splitlines()
#: Lines that hold a key and its whole value.
PAIRS = [
    line
    for line in RIGHT
    if " = " in line
    and not line.endswith("[")
    and not line.startswith((" ", "criteria", 'id = "not', "deadlin "))
]


def test_the_file_the_tests_spoil_is_right(right: str) -> None:
    """Else they would test nothing."""
    assert ["rain", "snow"] == [entry.question.id for entry in parse(right.encode(), "f.toml")]


@pytest.mark.parametrize(
    ("line", "wrong", "hint"),
    [
        ('title = "Clouds"', 'titel = "Clouds"', "did you mean 'title'?"),
        ('id = "rain"', 'Id = "rain"', "did you mean 'id'?"),
        ("deadline = 2026-06-01", "deadlne = 2026-06-01", "did you mean 'deadline'?"),
        ("deadline = 2026-06-01", '"dead\\u006cin" = 1', "did you mean 'deadline'?"),
        ("deadline_from", 'deadline-from = "stated"', "did you mean 'deadline_from'?"),
        ('title = "More clouds"', 'titel = "More clouds"', "did you mean 'title'?"),
        ("probability", "probabilty = 0.07", "did you mean 'probability'?"),
        ("outcome", 'outcom = "no"', "did you mean 'outcome'?"),
        ("known = ", "knwon = 2026-06-02", "did you mean 'known'?"),
        ("author", 'autor = "ben"', "did you mean 'author'?"),
        ('type = "number"', 'typ = "number"', "did you mean 'type'?"),
        ("at = 2026-05-04", "att = 2026-05-04", "did you mean 'at'?"),
        ("at = 2026-05-04", "zzz = 1", "known are forecaster, at, probability"),
        ("at = 2026-05-04", '"a\\nb\\u001b" = 1', "unknown key 'a b\N{REPLACEMENT CHARACTER}'"),
        ("at = 2026-05-04", '"" = 1', "unknown key ''"),
        ("at = 2026-05-04", f"{'long' * 999} = 1", "…'"),
        ("at = 2026-05-04", 'tags = ["x"]', "in [[question.forecast]]: it belongs in [[question]]"),
        ("[[question.forecast]]", "[[question.forcast]]", "did you mean 'forecast'?"),
        ("[[question.forecast]]", "[[forecast]]", "write [[question.forecast]]"),
        ("[question.resolution]", "[resolution]", "write [question.resolution]"),
        ("[article]", "[[questions]]", "did you mean 'question'?"),
        ("[article]", 'id = "x"', "before the first [[question]]: it belongs in [[question]]"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_right_one(
    spoil: Spoil, problem: Problem, line: str, wrong: str, hint: str
) -> None:
    """At every level, also where a required one is misspelt, or only stands in a wrong place."""
    text, at = spoil(line, wrong)
    message = problem(text)
    assert message.startswith(f"{at}: unknown key '")
    assert hint in message


@pytest.mark.parametrize("line", PAIRS)
@pytest.mark.parametrize(
    ("value", "kind"),
    [("true", "true or false"), ("12:30:00", "a time of day"), ("[{}]", ""), ("{}", "")],
)
def test_a_wrong_type_is_an_error_in_its_line(
    spoil: Spoil, problem: Problem, line: str, value: str, kind: str
) -> None:
    """For every key, saying what it is and what to write; `true` is no number."""
    key = line.split(" = ")[0]
    if f"{key} = {value}" in ("withdrawn = true", "distribution = {}"):
        return  # those are right
    text, at = spoil(line, f"{key} = {value}")
    message = problem(text)
    assert message.startswith(f"{at}: {key} ")
    assert kind in message
    assert "write" in message


@pytest.mark.parametrize("value", ["true", "12:30:00", "{}", "3", "2026-01-01", '"x"', "[3]"])
def test_a_wrong_type_in_place_of_several_lines(spoil: Spoil, problem: Problem, value: str) -> None:
    """A list and a long text are no different."""
    text, at = spoil("event", f"options = {value}")
    assert problem(text).startswith(f"{at}: options ")
    if value != '"x"':
        text = f'[[question]]\nid = "a"\ntitle = "A?"\nopened = 2026-01-01\ncriteria = {value}\n'
        message = problem(text + "deadline = 2026-02-01")
        assert message.startswith("5: criteria is ")
        assert message.endswith(': write text in quotes, criteria = "…"')


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("[article]", "title"),
        ("[[question]]", "id"),
        ("[[question]]", "title"),
        ("[[question]]", "opened"),
        ("[[question]]", "deadline"),
        ("[question.article]", "title"),
        ("[[question.forecast]]", "forecaster"),
        ("[[question.forecast]]", "at"),
        ("[question.resolution]", "outcome"),
        ("[question.resolution]", "known"),
        ("[[question.comment]]", "author"),
        ("[[question.comment]]", "at"),
        ("[[question.comment]]", "text"),
    ],
)
def test_a_missing_key_is_an_error_of_its_table(
    spoil: Spoil, problem: Problem, header: str, key: str
) -> None:
    """In the line of the table's header, with what to write."""
    text, _ = spoil(f"{key} =", after=header)
    assert problem(text).startswith(f"{RIGHT.index(header) + 1}: {key} is missing: write ")


@pytest.mark.parametrize("key", ["id", "title", "opened", "deadline"])
def test_a_missing_key_of_the_second_question(spoil: Spoil, problem: Problem, key: str) -> None:
    """The second question's header, not the first one's."""
    header = RIGHT.index('id = "snow"')
    text, _ = spoil(f"{key} =", after='id = "snow"')
    assert problem(text).startswith(f"{header}: {key} is missing: write ")


@pytest.mark.parametrize(
    ("type_", "hint"),
    [
        ('"binary"', 'probability is missing: write probability = "7%"'),
        ('"choice"\noptions = ["a", "b"]', "distribution = { one = 0.3"),
        ('"number"', 'distribution = { "0.1" = 20'),
        ('"date"', 'distribution = { "0.1" = 2022-06-01'),
    ],
)
def test_a_forecast_that_says_nothing_is_told_what_to_say(
    problem: Problem, type_: str, hint: str
) -> None:
    """A probability or a distribution, by the question's type."""
    question = '[[question]]\nid = "a"\ntitle = "A?"\nopened = 2026-05-01\ndeadline = 2026-06-01\n'
    forecast = '[[question.forecast]]\nforecaster = "ann"\nat = 2026-05-02\n'
    assert hint in problem(f"{question}type = {type_}\n{forecast}")


def test_a_table_in_place_of_a_list_says_the_right_header(spoil: Spoil, problem: Problem) -> None:
    """`[question]` and `[question.forecast]` are what people write first."""
    message = problem('[question]\nid = "a"\n')
    assert "1: question is a table: write a list of tables, [[question]]" == message
    text, at = spoil("[[question.comment]]", "[question.comment]")
    message = problem(text)
    assert f"{at}: comment is a table: write a list of tables, [[question.comment]]" == message
    text, at = spoil("[question.resolution]", "[[question.resolution]]")
    message = problem(text)
    assert f"{at}: resolution is a list: write a table, [question.resolution]" == message
    assert "1: question holds a number: write tables, [[question]]" == problem("question = [3]")


def test_an_id_used_twice_is_named_with_both_lines(spoil: Spoil, problem: Problem) -> None:
    """The second is the error, and says where the first is."""
    text, at = spoil('id = "snow"', 'id = "rain"')
    first = RIGHT.index('id = "rain"') + 1
    assert f"{at}: id 'rain' was used in line {first}: ids are unique" == problem(text)


def test_the_first_error_of_a_file_comes_first(spoil: Spoil, problem: Problem) -> None:
    """Files are put right from top to bottom."""
    text, at = spoil('title = "Will it rain?"', "title = 3")
    assert problem(text + "zzz = 1\n").startswith(f"{at}: title is a number")
