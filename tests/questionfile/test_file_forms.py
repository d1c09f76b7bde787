"""One question, written in the ways TOML allows; and any bytes at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forecast.model import Article, Entry
from forecast.questionfile import QuestionFileError, dump, parse

SHIPPED = sorted((Path(__file__).parents[2] / "questions").glob("*.toml"))
RIGHT = Path(__file__).with_name("right.toml").read_bytes()

PLAIN = b"""\
[[question]]
id = "a"
title = "A?"
opened = 2026-05-01
deadline = 2026-06-01

[question.article]
title = "Clouds"

[[question.forecast]]
forecaster = "ann"
at = 2026-05-02
probability = 0.07
"""


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        b'[article]\ntitle = "Clouds"\n'
        + PLAIN.replace(b'[question.article]\ntitle = "Clouds"', b""),
        PLAIN + b'[article]\ntitle = "Fog"\n',
        b'question = [{ id = "a", title = "A?", opened = 2026-05-01, deadline = 2026-06-01, '
        b'article = { title = "Clouds" }, '
        b'forecast = [{ forecaster = "ann", at = 2026-05-02, probability = 0.07 }] }]',
        PLAIN.replace(b"[question.article]\n", b"").replace(
            b'title = "Clouds"', b'article.title = "Clouds"'
        ),
        PLAIN.replace(b'"A?"', b"'''\nA?  '''").replace(b'"ann"', b"' ann '"),
        PLAIN.replace(b"at = 2026-05-02", b"at = 2026-05-02T02:00:00+02:00"),
        PLAIN.replace(b"at = 2026-05-02", b"at = 2026-05-02 00:00:00"),
        PLAIN.replace(b"0.07", b'"0.07"'),
        PLAIN.replace(b"opened", b'type = "binary"\ntimezone = "UTC"\nopened'),
    ],
)
def test_ways_to_write_one_question(text: bytes) -> None:
    """The shorthand for the article, inline tables, dotted keys, Windows' line ends and mark."""
    assert parse(PLAIN, "plain") == parse(text, "other")


def test_an_article_of_its_own_wins_over_the_files() -> None:
    """`[article]` is for the questions that name none."""
    bare = PLAIN.split(b"[question.article]")[0].replace(b'"a"', b'"b"')
    entries = parse(b'[article]\ntitle = "Fog"\n' + PLAIN + bare, "file")
    assert [Article(title="Clouds"), Article(title="Fog")] == [
        entry.question.article for entry in entries
    ]


def test_days_are_the_questions_zones() -> None:
    """Opened and at start with the day, deadline and known end with it."""
    entry = parse(RIGHT, "file")[0]
    resolution = entry.resolution
    assert resolution is not None
    assert datetime(2026, 4, 30, 22, tzinfo=UTC) == entry.question.opened_at
    assert datetime(2026, 6, 1, 21, 59, 59, 999999, tzinfo=UTC) == entry.question.deadline
    assert datetime(2026, 5, 1, 22, tzinfo=UTC) == entry.forecasts[0].made_at
    assert datetime(2026, 6, 2, 21, 59, 59, 999999, tzinfo=UTC) == resolution.known_at


@pytest.mark.parametrize(
    ("typed", "probability", "words", "low"),
    [
        ("7", 0.07, "7", None),
        ("0.07", 0.07, "", None),
        ('"7%"', 0.07, "7%", None),
        ('"1:3"', 0.25, "1:3", None),
        ('"Almost  certainly not"', 0.03, "Almost certainly not", 0.01),
        ('"100%"', 1.0, "", None),
        ('"7%"\nrange = [0.05, 0.1]', 0.07, "7%", 0.05),
        ('0.07\nwords = "hardly"', 0.07, "hardly", None),
    ],
)
def test_what_was_typed_is_kept_beside_the_number(
    typed: str, probability: float, words: str, low: float | None
) -> None:
    """Words with the range they cover; a number alone says all there is."""
    text = PLAIN.decode().replace("0.07", typed)
    forecast = parse(text.encode(), "file")[0].forecasts[0]
    assert (probability, words, low) == (forecast.probability, forecast.words, forecast.low)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_reads_back_as_the_same(path: Path) -> None:
    """It survives load -> dump -> load."""
    entries = parse(path.read_bytes(), path.name)
    assert entries == parse(dump(entries).encode(), "dump")


def test_nothing_to_write_is_an_empty_text() -> None:
    """An empty tracker dumps to nothing."""
    assert "" == dump([])


def read_or_refuse(data: bytes) -> list[Entry]:
    """Anything but entries or one line is a bug."""
    try:
        entries = parse(data, "file")
    except QuestionFileError as error:
        message = str(error)
        assert message.isprintable()
        line = int(message.split(":")[1])
        assert 1 <= line <= data.count(b"\n") + 1
        return []
    assert entries == parse(dump(entries).encode(), "dump")
    return entries


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
@example(b'question = [{ id = "\\u0000" }]')
@example(b"question.a = 1")
@example(b"question = [[]]")
@example(b"question = []\narticle = {}")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """In one line, and never otherwise."""
    read_or_refuse(data)


pieces = st.sampled_from(
    [
        *RIGHT.splitlines(keepends=True),
        *(b"'''", b'"""', b'"', b"'", b"[", b"]", b"{", b"}", b"=", b".", b",", b"#", b"\\"),
        *(b"\r", b"\n", b"\xff", b"\xef\xbb\xbf", b"\x00", b"\xc2\x9b", b"\xe2\x80\xae"),
        *(b"true", b"inf", b"nan", b"-1", b"0x" + b"f" * 3000, b"9" * 5000, b"1e400", b"12:30:00"),
        *(b"9999-12-31", b"0001-01-01", b"0001-01-01T00:00:00+23:59", b"2026-03-29T02:30:00"),
        *(b"9998-12-31T23:59:59-23:59", b"{}", b"[]", b"[[]]", b'""', b'"\\u0000"', b"1970-01-01"),
        *(b'type = "date"\n', b'type = "choice"\noptions = ["a", "b"]\n', b"withdrawn = true\n"),
        *(b'timezone = "Pacific/Apia"\n', b"bounds = [nan, inf]\n", b'outcome = "annulled"\n'),
    ]
)
lines = st.integers(0, RIGHT.count(b"\n"))


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(lines, st.sampled_from("idvr"), pieces), min_size=1, max_size=4))
def test_a_spoilt_file_is_read_or_refused(changes: list[tuple[int, str, bytes]]) -> None:
    """Lines put in, taken out, given another value, or another tail."""
    spoilt = RIGHT.splitlines(keepends=True)
    for at, how, piece in changes:
        line = spoilt[min(at, len(spoilt) - 1)]
        new = {
            "i": [line, piece],
            "d": [],
            "v": [line.split(b"=")[0] + b"= " + piece.strip() + b"\n"],
            "r": [line[: len(line) // 2] + piece],
        }[how]
        spoilt[at : at + 1] = new
    read_or_refuse(b"".join(spoilt))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_cut_anywhere_is_read_or_refused(path: Path) -> None:
    """As half a download, and with one byte changed."""
    data = path.read_bytes()
    for at in range(0, 6000, 97):
        read_or_refuse(data[:at])
        read_or_refuse(data[:at] + bytes([data[at] ^ (1 + at % 255)]) + data[at + 1 : 6000])
