"""A value that cannot be, and a text that is no question file: one line, with the place."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.questionfile import QuestionFileError, read

Spoil = Callable[..., tuple[str, int]]
Problem = Callable[[str | bytes], str]

RIGHT = Path(__file__).with_name("right.toml").read_text()


@pytest.mark.parametrize(
    ("line", "wrong", "hint"),
    [
        ('id = "rain"', 'id = "Rain"', "id: 'Rain' is not an id"),
        ('id = "rain"', 'id = ""', "id: '' is not an id"),
        ('id = "rain"', 'id = "a\\nb\\u001b[2J"', "id: 'a b\N{REPLACEMENT CHARACTER}[2J'"),
        ('id = "rain"', f'id = "{"a" * 9999}"', "id: 'aaa"),
        ('title = "Will', 'title = " "', "title: is empty"),
        ('title = "Will', 'title = "a\\u0000b"', "title: holds a NUL"),
        ('title = "Will', 'title = "a\\nb"', "title: is more than one line"),
        ('type = "binary"', 'type = "binry"', "'binry' is none of binary, choice, number, date"),
        ("opened = 2026-05-01", 'opened = "2026-05-01"', "a date without quotes, opened = 2022"),
        ("deadline = 2026-06", "deadline = 2026-04-01", "is not after the question opens"),
        ("deadline = 2026-06", 'deadline = "2026-06-01"', "is text: write a date without quotes"),
        ("deadline = 2026-06", "deadline = 12:30:00", "is a time of day: write a date"),
        ("deadline = 2026-06", "deadline = 9999-12-31", "is after the year 9998"),
        ("deadline = 2026-06", "deadline = 9998-12-31T23:00:00-05:00", "9998"),
        ("deadline = 2026-06", "deadline = 2026-10-25T02:30:00", "happens twice in Europe/Berlin"),
        ("deadline = 2026-06", "deadline = 2027-03-28 02:30:00", "does not exist in Europe/Berlin"),
        ("opened = 2026-05-01", "opened = 0001-01-01T00:00:00+23:00", "outside the years 1 to"),
        ("known_by", "known_by = 2026-05-31", "known_by: is before the deadline"),
        ("timezone", 'timezone = "Europe/Berln"', "did you mean Europe/Berlin?"),
        ("timezone", 'timezone = "../etc/passwd"', "is not a time zone"),
        ("deadline_from", 'deadline_from = "guess"', "'guess' is none of stated"),
        ("tags", 'tags = ["a,b"]', "tags: a tag cannot hold a comma"),
        ("tags", 'tags = ["a", "a "]', "tags: names one thing twice"),
        ("tags", 'options = ["a", "b"]', "options: only a choice has them"),
        ("published", "published = 2026-04-30T10:00:00Z", "published is a day"),
        ("probability", 'probability = "150%"', "is above 100%"),
        ("probability", "probability = 150", "is above 100%"),
        ("probability", "probability = -0.1", "is below 0%"),
        ("probability", "probability = nan", "is not between 0% and 100%"),
        ("probability", "probability = 0", "is ambiguous"),
        ("probability", "probability = 1", "is ambiguous"),
        ("probability", "probability = 0.0", "is ambiguous"),
        ("probability", "probability = true", "probability is true or false"),
        ("probability", 'probability = "banana"', "'banana' is not a probability"),
        ("probability", 'probability = ""', "nothing was written"),
        ("probability", 'probability = "likely"', "beside words write the number"),
        ("probability", f"probability = 0x{'f' * 4000}", "is too large a number"),
        ("probability", f"probability = {'9' * 5000}", "holds too large a number"),
        ("range", "range = [0.05]", "range is two probabilities"),
        ("range", "range = [0.05, 2]", "range: 2.0 is not between 0 and 1"),
        ("range", "range = [-1, 0.5]", "range: -1.0 is not between 0 and 1"),
        ("outcome", 'outcome = "maybe"', "outcome: 'maybe' is none of yes, no, annulled"),
        ("outcome", "outcome = 1", "outcome: '1' is none of yes, no, annulled"),
        ("evidence", 'reason = "void"', "reason: only an annulment has one"),
        ("text", 'text = " "', "text: is empty"),
        ("unit", "unit = 3", "unit is a number: write text in quotes"),
        ("bounds", "bounds = [100, 0]", "bounds: the lower is not below the upper"),
        ("bounds", "bounds = [0, 50, 100]", "bounds are two"),
        ("bounds", "bounds = [2026-01-01, 2026-02-01]", "holds a date: write bounds = [0, 100]"),
        ("bounds", f"bounds = [0, 0x{'f' * 4000}]", "bounds holds too large a number"),
        ("distribution", "distribution = { 0.1 = 5 }", "distribution holds a table"),
        ("distribution", 'distribution = { "5" = 5 }', "'5' is not a quantile level"),
        ("distribution", 'distribution = { "0.1" = inf }', "finite"),
        ("distribution", 'distribution = { "0.1" = true }', "holds true or false"),
        ("distribution", "probability = 0.5", "a number question takes a distribution"),
        ("withdrawn", 'words = "likely"', "words stands beside a probability, and has none"),
    ],
)
def test_a_wrong_value_is_an_error_in_its_line(
    spoil: Spoil, problem: Problem, line: str, wrong: str, hint: str
) -> None:
    """Whatever the model, the dates and the probabilities refuse, with file and line."""
    text, at = spoil(line, wrong)
    message = problem(text)
    assert message.startswith(f"{at}: ")
    assert hint in message


@pytest.mark.parametrize(
    ("line", "wrong", "up", "hint"),
    [
        ("type = ", 'type = "choice"', 3, "options: a choice needs two or more"),
        ("outcome", 'outcome = "annulled"', 1, "reason: an annulment needs one of"),
    ],
)
def test_a_key_that_another_one_asks_for_is_missed_in_its_table(
    spoil: Spoil, problem: Problem, line: str, wrong: str, up: int, hint: str
) -> None:
    """What stands nowhere has its table's line."""
    text, at = spoil(line, wrong)
    message = problem(text)
    assert message.startswith(f"{at - up}: ")
    assert hint in message


def test_a_withdrawal_says_no_probability(spoil: Spoil, problem: Problem) -> None:
    """One or the other."""
    text, at = spoil("withdrawn", 'distribution = { "0.5" = 5 }', "withdrawn = true")
    assert problem(text).startswith(f"{at + 1}: a withdrawal has no probability")


def test_a_file_without_questions_says_how_they_begin(problem: Problem) -> None:
    """Empty, comments only, or an article alone."""
    for text in (
        "",
        "# nothing\n",
        '[article]\ntitle = "Clouds"\n',
        "question = []",
        b"\xef\xbb\xbf",
    ):
        assert problem(text).endswith(": holds no question: each begins with [[question]]")
        assert problem(text).startswith("1:")


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ("deadline = 01/06/2026", 13),
        ("deadline = 2026-02-30", 12),
        ('id = "again"', 13),
        ("deadline =", 11),
        ("deadline 2026-06-01", 10),
        ('"deadline = 2026-06-01', 23),
        ("deadline = 2026-06-01 \x1b", 23),
    ],
)
def test_what_is_not_toml_is_an_error_in_its_line(
    spoil: Spoil, problem: Problem, wrong: str, column: int
) -> None:
    """Line and column as `tomllib` knows them, in one form with all other errors."""
    text, at = spoil("deadline = 2026-06", wrong)
    assert problem(text).startswith(f"{at}: is not TOML: ")
    assert problem(text).endswith(f"(column {column})")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('# one\nnote = """\nnever closed\n', "3: is not TOML: Unterminated string"),
        (b"# fine\n# \xff\n", "2: is not UTF-8 text: save it as UTF-8"),
        ("# é\r\nx".encode("utf-16"), "1: is not UTF-8 text"),
        (b"a = 1\r\n\x00", "2: is not TOML: "),
        ("a = 1\nb = " + "[" * 5000, "2: is not TOML that people write"),
        ("a = 1\nb = " + "{c=" * 5000, "2: is not TOML that people write"),
        ("a = 1\n" + "b." * 100_000 + "c = 1", "2: is not TOML that people write"),
        ("[a]\n[" + '"b" . ' * 100_000 + "c]", "2: is not TOML that people write"),
    ],
)
def test_what_cannot_be_a_question_file_is_told_so_at_once(
    problem: Problem, text: str | bytes, start: str
) -> None:
    """Also TOML that is made to let a reader run out of stack or time."""
    started = time.monotonic()
    assert problem(text).startswith(start)
    assert time.monotonic() - started < 5


def test_many_dots_in_texts_are_no_nesting(spoil: Spoil) -> None:
    """A table of contents in a note is only a text."""
    from forecast.questionfile import parse

    text, _ = spoil("note =", f'note = "{"a." * 5000}"')
    note = parse(text.encode(), "f.toml")[0].forecasts[0].note
    assert "a." * 5000 == note


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    """A folder and a missing file name themselves."""
    for path, why in ((tmp_path, "is a folder"), (tmp_path / "none.toml", "cannot be read")):
        with pytest.raises(QuestionFileError, match=why) as caught:
            read(path)
        assert str(caught.value).startswith(str(path))


def test_a_large_file_is_read_in_good_time(problem: Problem) -> None:
    """Five megabytes with the error at the end: seconds, not minutes."""
    question = RIGHT[RIGHT.index("[[question]]") : RIGHT.index('[[question]]\nid = "snow"')]
    # Long texts, as files of that size have them.
    question = question.replace("A guess.", "A guess. " * 300)
    many = "".join(
        question.replace('"rain"', f'"rain-{n}"') for n in range(5_000_000 // len(question))
    )
    started = time.monotonic()
    message = problem(f"{many}[[question]]\nidd = 1\n")
    line = many.count("\n") + 2
    assert f"{line}: unknown key 'idd': did you mean 'id'?" == message
    assert time.monotonic() - started < 20
