"""Whatever a question says, lint ends and says lines that exist; a mended file loads."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.drafting.lint.engine import lint, sheet_of
from forecast.drafting.lint.fixing import fixed
from forecast.drafting.lint.registry import BY_CODE
from forecast.model import Entry, Forecast, Question
from forecast.questionfile import dump

PIECES = [
    *(
        "Will ",
        "the government ",
        "not ",
        "fail to ",
        "and ",
        "or ",
        "approve ",
        "by 2027",
        "?",
        " ",
    ),
    *("by June", "29 February 2027", "before 1 July 2026 ", "at least 10% ", "$5 million ", "if "),
    *("etc. ", "Yes if ", "No otherwise. ", "significant ", "this year ", "4 pm ", "01/02/2026 "),
    *(
        "Q3 2026 ",
        "between 3 ",
        "and 5 May 2026 ",
        "BBNJ ",
        "“quoted” ",
        "\\",
        '"',
        "'",
        "é",
        "中文",
        "😀",
    ),
]
pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), min_size=1, max_size=12).map(
    "".join
)
lines = pieces.map(lambda text: " ".join(text.replace("\0", "").split())).filter(bool)
day = datetime(2026, 5, 1, tzinfo=UTC)


@st.composite
def entries(draw: Any, id_: str) -> Entry:
    """A question with anything in its texts, and forecasts."""
    question = Question(
        id=id_,
        title=draw(lines),
        opened_at=day,
        deadline=day + timedelta(days=draw(st.integers(1, 900))),
        criteria=draw(st.just("") | lines),
        sources=tuple(draw(st.lists(lines, max_size=2, unique=True))),
        tags=("a", "A") if draw(st.booleans()) else (),
        timezone=draw(st.sampled_from(["UTC", "Asia/Kathmandu"])),
    )
    chances = draw(st.lists(st.floats(0, 1), max_size=2))
    forecasts = tuple(
        Forecast(question=id_, forecaster="ann", made_at=day + timedelta(days=n), probability=p)
        for n, p in enumerate(chances)
    )
    return Entry(question=question, forecasts=forecasts)


@settings(max_examples=150)
@given(entries("a"), entries("b"))
def test_lint_takes_anything(one: Entry, other: Entry) -> None:
    """Its own messages are single lines; mending twice is mending once."""
    data = dump([one, other]).encode()
    findings = lint([sheet_of(data, "f.toml", lambda question: None)])
    n_lines = data.count(b"\n")
    for found in findings:
        assert 1 <= (found.line or 0) <= n_lines
        assert len(found.message.splitlines()) == 1
    after, _ = fixed(data, "f.toml", frozenset(BY_CODE), lambda question: None)
    again, mended = fixed(after, "f.toml", frozenset(BY_CODE), lambda question: None)
    assert (after, []) == (again, mended)
