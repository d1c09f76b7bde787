"""What `dump` writes reads back as the same entries, and is fit to be read by people."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from forecast.model import Article, Comment, Entry, Forecast, Question, Resolution
from forecast.questionfile import dump, parse
from forecast.reading.instants import end_of, read_zone, start_of
from forecast.reading.lexicon import LEXICON_KEYS, LEXICONS
from forecast.reading.probabilities import read_probability

ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia"]
#: What a writer of TOML may stumble over, and what a terminal should never see.
NASTY = "\"'\\\t\r\n\x07\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066\u061c\u200f#[]{}=,.é漢😀 "

#: Numbers, words that every lexicon reads, common phrases and numbers in words.
TYPED = (
    *("7%", "1:13", "0%", "one in five", "about 30 percent", "at least 70%"),
    *("Very likely not", "likely", "very unlikely", "more likely than not"),
    *("almost probably not", "somewhat likely"),
)

characters = st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"])
texts = (
    st.lists(characters | st.sampled_from(['"""', "'''", "\n\n", "\\\n", "[[question]]\n"]))
    .map(lambda parts: "".join(parts).replace("\0", "").strip())
    .filter(lambda text: text == text.strip())
)
lines = texts.map(lambda text: " ".join(text.splitlines()).strip())
full_lines = lines.filter(bool)
line_tuples = st.lists(full_lines, max_size=3, unique=True).map(tuple)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
probabilities = st.sampled_from([0.0, 1.0, 5e-324, 1e-9, 0.07, 1 - 2**-53]) | st.floats(0, 1)


@st.composite
def moments(draw: Any, zone_name: str, edge: Any) -> datetime:
    """An instant, or the start or end of a day in the zone."""
    zone = read_zone(zone_name)
    instant = draw(instants)
    if draw(st.booleans()):
        return instant
    day = instant.astimezone(zone).date()
    assume((zone_name, day) != ("Pacific/Apia", date(2011, 12, 30)))  # was skipped there
    return edge(day, zone)


articles = st.builds(
    Article,
    title=full_lines,
    publisher=lines,
    published=st.none() | st.dates(max_value=date(9998, 12, 31)),
    url=lines,
)


@st.composite
def questions(draw: Any) -> Question:
    zone = draw(st.sampled_from(ZONES))
    opened, deadline = sorted(
        [draw(moments(zone, start_of)), draw(moments(zone, end_of))], key=datetime.timestamp
    )
    assume(opened < deadline)
    known_by = draw(st.none() | moments(zone, end_of))
    type_ = draw(st.sampled_from(["binary", "choice", "number", "date"]))
    bounds: Any = None
    if type_ == "number":
        bounds = draw(st.none() | st.tuples(st.floats(-1e9, 0), st.floats(1, 1e300)))
    elif type_ == "date":
        bounds = draw(st.none() | st.just((opened, deadline)))
    options = full_lines.filter(lambda text: text != "annulled")
    return Question(
        id=draw(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?", fullmatch=True)),
        title=draw(full_lines),
        type=type_,
        options=tuple(draw(st.lists(options, min_size=2, max_size=4, unique=True)))
        if type_ == "choice"
        else (),
        unit=draw(lines) if type_ == "number" else "",
        bounds=bounds,
        opened_at=opened,
        deadline=deadline,
        known_by=known_by if known_by and known_by >= deadline else None,
        timezone=zone,
        deadline_from=draw(st.sampled_from(["", "stated", "phrase", "assumed"])),
        criteria=draw(texts),
        sources=draw(line_tuples),
        tags=tuple(tag for tag in draw(line_tuples) if "," not in tag),
        event=draw(lines),
        article=draw(st.none() | articles),
    )


@st.composite
def said(draw: Any, question: Question) -> dict[str, Any]:
    """What a forecast says: nothing (a withdrawal), a probability or a distribution."""
    if draw(st.integers(0, 4)) == 0:
        return {}
    if question.type == "binary":
        typed = draw(st.sampled_from(["", *TYPED]))
        if typed:
            reading = read_probability(typed, LEXICONS[draw(st.sampled_from(LEXICON_KEYS))])
            names = ("probability", "words", "low", "high", "lexicon")
            return {name: getattr(reading, name) for name in names}
        ends = sorted([draw(probabilities), draw(probabilities)])
        ranged = draw(st.booleans())
        return {
            "probability": draw(probabilities),
            # Words of another lexicon, or of this one before it was changed, are kept.
            "words": draw(lines | st.just("likely")),
            "low": ends[0] if ranged else None,
            "high": ends[1] if ranged else None,
            "lexicon": draw(lines | st.just("ICD 203 (2015)")),
        }
    if question.type == "choice":
        shares = [1.0] + [0.0] * (len(question.options) - 1)
        return {"distribution": tuple(zip(question.options, shares, strict=True))}
    levels = ["0.05", ".5", "0.95"]
    values = st.floats(-1e300, 1e300)
    if question.type == "date":
        values = instants.map(datetime.timestamp) | st.just(question.opened_at.timestamp()) | values
    found = sorted(draw(values) for _ in levels)
    return {"distribution": tuple(zip(levels, found, strict=True))}


@st.composite
def entries(draw: Any) -> Entry:
    question = draw(questions())
    zone = question.timezone
    forecasts = [
        Forecast(
            question=question.id,
            forecaster=draw(full_lines),
            made_at=draw(moments(zone, start_of)),
            note=draw(texts),
            **draw(said(question)),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    answers = {
        "binary": st.sampled_from(["yes", "no"]),
        "choice": st.sampled_from(question.options or ("-",)),
        "number": st.sampled_from(["12", "12.50", "-0.0", "1e+16", "007", "1" * 309]),
        "date": st.sampled_from(["2022-12-31", "0001-01-01"]),
    }
    outcome = draw(st.just("annulled") | answers[question.type])
    resolution = Resolution(
        question=question.id,
        outcome=outcome,
        known_at=draw(moments(zone, end_of)),
        reason="void" if outcome == "annulled" else "",
        evidence=draw(line_tuples),
        note=draw(texts),
    )
    comments = [
        Comment(
            question=question.id,
            author=draw(full_lines),
            text=draw(texts.filter(bool)),
            made_at=draw(moments(zone, start_of)),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Entry(
        question=question,
        forecasts=tuple(forecasts),
        resolution=draw(st.none() | st.just(resolution)),
        comments=tuple(comments),
    )


many = st.lists(entries(), min_size=1, max_size=3, unique_by=lambda entry: entry.question.id)


def one_question(**fields: Any) -> Question:
    given: dict[str, Any] = {
        "id": "rain",
        "title": "Will it rain?",
        "opened_at": start_of(date(2026, 5, 1), UTC),
        "deadline": end_of(date(2026, 6, 1), UTC),
    }
    return Question(**given | fields)


def forecast_of(**fields: Any) -> Forecast:
    given: dict[str, Any] = {
        "question": "rain",
        "forecaster": "ann",
        "made_at": start_of(date(2026, 5, 1), UTC),
    }
    return Forecast(**given | fields)


@settings(max_examples=50, deadline=None)
@given(many)
def test_what_is_written_reads_back_as_the_same(written: list[Entry]) -> None:
    """load -> dump -> load is the identity, and so is dump -> load -> dump, to the byte."""
    text = dump(written)
    read = parse(text.encode(), "file")
    assert written == read
    assert text == dump(read)


@settings(deadline=None)
@given(texts.filter(bool))
@example("a\tb\r\nc\x1b\x7f\x9b\n\u2028\u202e\u2066\u061c\u200f\\\"\"\"d'''")
def test_nothing_that_steers_a_terminal_is_written_raw(text: str) -> None:
    """No control character but the line end, and nothing that turns text around."""
    line = " ".join(text.splitlines()).strip() or "-"
    question = one_question(
        title=line, criteria=text, sources=(line,), type="choice", options=(f"a {line}", "b")
    )
    entry = Entry(
        question=question,
        forecasts=(forecast_of(distribution=((f"a {line}", 1.0), ("b", 0.0)), note=text),),
    )
    text = dump([entry])
    assert [entry] == parse(text.encode(), "file")
    turning = {"RLO", "LRO", "RLE", "LRE", "PDF", "LRI", "RLI", "FSI", "PDI"}
    raw = {
        character
        for character in text
        if character != "\n"
        and (
            unicodedata.category(character) in ("Cc", "Zl", "Zp")
            or unicodedata.bidirectional(character) in turning
            or character in "\u061c\u200e\u200f"
        )
    }
    assert set() == raw


@given(probabilities, st.sampled_from(["", "7%", "likely", "0.5", "0%", "nonsense"]), st.booleans())
@example(0.675, "likely", True)
def test_words_and_range_stay_beside_their_number(p: float, words: str, ranged: bool) -> None:
    """Whatever was recorded as said is kept, also where it reads differently today."""
    forecast = forecast_of(
        probability=p,
        words=words,
        low=0.25 if ranged else None,
        high=0.75 if ranged else None,
        lexicon="Kent (1964)" if ranged else "",
    )
    written = [Entry(question=one_question(), forecasts=(forecast,))]
    assert written == parse(dump(written).encode(), "file")


def test_a_dump_is_made_to_be_read() -> None:
    """Days as days, long texts and lists over several lines, keys in the order people think."""
    berlin = read_zone("Europe/Berlin")
    question = one_question(
        opened_at=start_of(date(2026, 5, 1), berlin),
        deadline=datetime(2026, 6, 1, 10, 30, tzinfo=UTC),
        known_by=end_of(date(2026, 6, 30), berlin),
        timezone="Europe/Berlin",
        criteria='Yes if a "drop" falls.\n\nNo otherwise.',
        sources=("https://example.org/" + "a" * 50, "https://example.org/" + "b" * 50),
        tags=("weather", "home"),
        article=Article(title="Clouds", published=date(2026, 4, 30)),
    )
    forecasts = (
        forecast_of(made_at=start_of(date(2026, 5, 2), berlin), probability=0.07),
        forecast_of(made_at=datetime(2026, 5, 3, tzinfo=UTC)),
    )
    resolution = Resolution(
        question="rain", outcome="no", known_at=end_of(date(2026, 6, 30), berlin), evidence=("DWD",)
    )
    comment = Comment(
        question="rain", author="ben", made_at=start_of(date(2026, 5, 4), berlin), text="Dry here."
    )
    entry = Entry(
        question=question, forecasts=forecasts, resolution=resolution, comments=(comment,)
    )
    assert Path(__file__).with_name("readable.toml").read_text() == dump([entry])


@pytest.mark.parametrize(
    ("type_", "outcome", "written"),
    [
        ("number", "12", "outcome = 12"),
        ("number", "-1.5", "outcome = -1.5"),
        ("number", "12.50", 'outcome = "12.50"'),
        ("date", "2026-05-07", "outcome = 2026-05-07"),
        ("binary", "yes", 'outcome = "yes"'),
    ],
)
def test_an_outcome_is_written_as_what_it_is(type_: str, outcome: str, written: str) -> None:
    """A number as a number and a date as a date, unless that would change what was recorded."""
    question = one_question(type=type_)
    resolution = Resolution(question="rain", outcome=outcome, known_at=question.deadline)
    text = dump([Entry(question=question, resolution=resolution)])
    assert written in text.splitlines()


def test_quantiles_of_a_date_are_written_as_days() -> None:
    """A date question's distribution shows days, in the question's zone, not seconds."""
    zone = read_zone("Asia/Kathmandu")
    day = start_of(date(2026, 5, 7), zone)
    question = one_question(type="date", timezone="Asia/Kathmandu")
    forecast = forecast_of(distribution=(("0.5", day.timestamp()),))
    text = dump([Entry(question=question, forecasts=(forecast,))])
    assert 'distribution = {"0.5" = 2026-05-07}' in text.splitlines()
