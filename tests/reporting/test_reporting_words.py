"""Sentences about forecasts and dates, at their borders."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from forecast.model import Forecast, Question
from forecast.reporting import words

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def said(probability, **more):
    return Forecast(question="q", forecaster="ann", made_at=NOW, probability=probability, **more)


RANGE = {"low": 0.55, "high": 0.8, "lexicon": "ICD 203 (2015)"}


@pytest.mark.parametrize(
    ("forecast", "before", "who", "expected"),
    [
        (said(0.07), None, "You", "You say 7 %."),
        (said(0.07), None, "Bob", "Bob says 7 %."),
        (said(0.07, words="7%"), None, "You", "You say 7 %."),
        (said(0.07, words="7  %"), None, "You", "You say 7 %."),
        (said(1 / 14, words="1:13"), None, "You", "You say 7.14 %, read from '1:13'."),
        (said(0), None, "You", "You say 0 %."),
        (said(1), None, "You", "You say 100 %."),
        (said(1e-9), None, "You", "You say 1e-7 %."),
        (said(0.99999), None, "You", "You say 99.999 %."),
        (said(0.4), said(0.3), "You", "You say 40 %; it was 30 %."),
        (said(0.4), said(None), "You", "You say 40 %."),
        (
            said(0.675, words="likely", **RANGE),
            said(1),
            "You",
            "You say 67.5 %, read from 'likely' (55 % to 80 %, ICD 203 (2015)); it was 100 %.",
        ),
    ],
)
def test_forecast_sentence(forecast, before, who, expected):
    """A percentage, what it was read from where that differs, and what stood before."""
    assert expected == words.forecast_sentence(forecast, before, who)


@pytest.mark.parametrize(
    ("timezone", "known_by", "expected"),
    [
        ("UTC", None, "Closes 2026-06-01 10:00 UTC."),
        ("Asia/Tokyo", None, "Closes 2026-06-01 19:00 JST (2026-06-01T10:00:00.000000Z)."),
        (
            "UTC",
            datetime(2026, 7, 1, tzinfo=UTC),
            "Closes 2026-06-01 10:00 UTC; the answer is expected by 2026-07-01 00:00 UTC.",
        ),
    ],
)
def test_when_sentence(timezone, known_by, expected):
    """The question's clock, beside the instant where that is another."""
    deadline = datetime(2026, 6, 1, 10, tzinfo=UTC)
    question = Question(
        **{"id": "q", "title": "Q?", "opened_at": NOW, "deadline": deadline},
        timezone=timezone,
        known_by=known_by,
    )
    assert expected == words.when_sentence(question)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("yes", "it happened"), ("no", "it did not happen"), ("Left", "it was Left")],
)
def test_happened(outcome, expected):
    """In words that fit a sentence."""
    assert expected == words.happened(outcome)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((0.12, 0.12, "no", 0.0144, 0.0144), "You said 12 %, it did not happen: Brier 0.0144"),
        ((1, 1, "yes", 0, 0), "You said 100 %, it happened: Brier 0.0000"),
        ((0, 0, "yes", 1, 1), "You said 0 %, it happened: Brier 1.0000"),
        (
            (0.5, 0.5, "no", 0.3, 0.25),
            "You went from 50 % to 50 %, it did not happen: Brier 0.3000 over time, "
            "0.2500 at the end",
        ),
    ],
)
def test_how_it_did(figures, expected):
    """One forecast has one score; several have one over time and one at the end."""
    assert expected == words.how_it_did("You", *figures)


def test_how_they_did_of_nobody():
    """A question without scores has no sentences."""
    nobody = SimpleNamespace(forecasters=[], forecaster_of=[], with_score=[], scores=None)
    assert [] == words.how_they_did(nobody, "ann")


def test_one_forecast_went_nowhere():
    """The score over time is an integral, and off by a rounding error: that is no change."""
    sentence = words.how_it_did("You", 0.12, 0.12, "no", 0.014400000000000001, 0.0144)
    assert "You said 12 %, it did not happen: Brier 0.0144" == sentence
