"""Ids are made of a title's telling words, and every record takes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecast.model import Question
from forecast.reading.ids import id_from_title


@given(st.text())
@example("")
@example("-" * 90)
@example("Will " + "x" * 90 + " happen by 2022?")
@example("2022")
@example("İ ß ﬁ ½ Ⅷ ２０２２ 𝔘𝔫𝔦 a\u0301")
def test_an_id_is_one_that_every_record_takes(title: str) -> None:
    """Whatever the title, the model's own door lets the id in."""
    made = id_from_title(title)
    start = datetime(2026, 5, 1, tzinfo=UTC)
    Question(id=made, title="T", opened_at=start, deadline=datetime(2026, 6, 1, tzinfo=UTC))
    assert len(made) <= 40


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Will it rain?", "rain"),
        ("Will it rain in Berlin by 1 June 2026?", "rain-berlin-1-june-2026"),
        ("Will China’s exports rise?", "chinas-exports-rise"),
        ("Will China's exports rise?", "chinas-exports-rise"),
        ("Growth 2022–2023 above 5%?", "growth-2022-2023-above-5"),
        ("Wird die Straße in München gesperrt?", "wird-die-strasse-munchen-gesperrt"),
        ("Will Łódź, Tromsø and Århus meet?", "lodz-tromso-arhus-meet"),
        ("Will the U.S. sign?", "u-s-sign"),
        ("Will it be?", "will-it-be"),
        ("Will " + "x" * 50 + " happen by 2022?", "x" * 35 + "-2022"),
        ("x" * 50, "x" * 40),
        ("Будет ли дождь?", "question"),
        ("下雨吗？", "question"),
        ("Будет ли дождь в 2026?", "2026"),
        ("🌧", "question"),
        ("", "question"),
    ],
)
def test_ids_stay_as_they_are(title: str, expected: str) -> None:
    """A year at the end is kept; other alphabets leave what they share with Latin."""
    assert expected == id_from_title(title)
