"""Sentences at their borders: none, one and two of everything, with and without a figure."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from forecast.model import Forecast, Question, Resolution
from forecast.reporting import words
from forecast.reporting.record import Report, Standing
from forecast.scoring.calibration import calibration_of
from forecast.scoring.inference import Interval
from forecast.scoring.summary import Bin, Summary
from forecast.store.queries import Tracked

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


CALIBRATION = calibration_of([0.1] * 40 + [0.9] * 40, [0] * 36 + [1] * 40 + [0] * 4)


def said(probability, **more):
    return Forecast(question="q", forecaster="ann", made_at=NOW, probability=probability, **more)


def standing(n=20, brier=0.2, low=0.15, high=0.25, rate=0.5, skill=0.2, reason=None, **more):
    figures = {
        **dict.fromkeys(("brier_planned", "brier_first", "brier_final"), 0.1),
        **{"n_forecasts": n, "log_score": 0.5, "log_score_reason": None, "n_infinite": 0},
    }
    summary = Summary(
        n_questions=n,
        brier=brier,
        base_rate=rate,
        skill=skill,
        skill_reason=None if skill is not None else "all outcomes are no",
        coverage=1.0,
        **{**figures, **more},
    )
    interval = Interval(brier, low, high, n, float(n), reason)
    return Standing("ann", summary, interval, 0, 0, CALIBRATION)


def report(**more):
    none = dict.fromkeys(("ambiguous", "void", "unresolvable", "mistake"), 0)
    empty = {
        **{"now": NOW, "asked": 0, "resolved": 0, "annulled": none, "due_unresolved": 0},
        **{"held_back": [], "unscored": 0, "changed_meaning": [], "standings": []},
    }
    return Report(**{**empty, **more})


def early(day):
    deadline = datetime(2026, 6, day, 23, 59, 59, 999999, tzinfo=UTC)
    question = Question(id="q", title="Q?", opened_at=NOW, deadline=deadline)
    return Tracked(question, Resolution(question="q", outcome="yes", known_at=NOW))


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


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            standing(),
            "20 questions, Brier 0.200 (95 % interval 0.150 to 0.250); better than always saying "
            "the base rate, 50 %, which gives 0.250.",
        ),
        (
            standing(skill=-0.1, low=None, high=None, reason="2 of the rarer outcome"),
            "20 questions, Brier 0.200; worse than always saying the base rate, 50 %, which gives "
            "0.250; too few to say how sure that is: 2 of the rarer outcome.",
        ),
        (
            standing(skill=0.0),
            "20 questions, Brier 0.200 (95 % interval 0.150 to 0.250); the same as always saying "
            "the base rate, 50 %, which gives 0.250.",
        ),
        (
            standing(skill=None, rate=0.0, low=None, high=None, reason="none of the rarer"),
            "20 questions, Brier 0.200; no skill figure: all outcomes are no; too few to say how "
            "sure that is: none of the rarer.",
        ),
        (
            standing(n=9, low=None, high=None, reason="9 questions, where an interval needs 10"),
            "9 questions, Brier 0.200; better than always saying the base rate, 50 %, which gives "
            "0.250; too few to tell skill from luck.",
        ),
        (
            standing(n=1, skill=None, rate=0.0, low=None, high=None, reason="1 question"),
            "1 question, Brier 0.200; too few to tell skill from luck.",
        ),
    ],
)
def test_standing_sentence(one, expected):
    """As much as the record bears: below ten questions that is little."""
    assert expected == words.standing_sentence(one)


def test_standing_sentence_on_the_original_scale():
    """Every figure of the sentence doubles."""
    expected = (
        "20 questions, Brier 0.400 (95 % interval 0.300 to 0.500); better than always saying the "
        "base rate, 50 %, which gives 0.500."
    )
    assert expected == words.standing_sentence(standing(), 2)


@pytest.mark.parametrize(
    ("n", "late", "expected"),
    [
        (12, 0, []),
        (12, 1, ["11 of 12 forecasts were recorded before the answer was known."]),
        (12, 12, ["0 of 12 forecasts were recorded before the answer was known."]),
        (1, 1, ["0 of 1 forecast was recorded before the answer was known."]),
    ],
)
def test_standing_sentences_name_retrospective_forecasts(n, late, expected):
    """Hindsight is told where there is some."""
    one = replace(standing(n_forecasts=n), n_retrospective=late)
    assert expected == words.standing_sentences(one)[1:]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 0.01, "0-1 %"), (0.01, 0.03, "1-3 %"), (0.95, 0.97, "95-97 %"), (0.99, 1, "99-100 %")],
)
def test_bin_range(low, high, expected):
    """Whole percentages, one sign."""
    assert expected == words.bin_range(Bin(low, high, 1, low, 0.0))


@pytest.mark.parametrize(
    ("n", "frequency", "expected"),
    [(1, 0.0, "0 of 1"), (1, 1.0, "1 of 1"), (3, 1 / 3, "1 of 3"), (7, 6 / 7, "6 of 7")],
)
def test_bin_frequency(n, frequency, expected):
    """Counts, not shares: a share of three questions looks like more than it is."""
    assert expected == words.bin_frequency(Bin(0, 1, n, 0.5, frequency))


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, "0 asked, 0 resolved."),
        ({"asked": 3, "resolved": 2}, "3 asked, 2 resolved."),
        (
            {"annulled": {"ambiguous": 1, "void": 0, "unresolvable": 2, "mistake": 0}},
            "0 asked, 0 resolved; annulled: 1 ambiguous, 2 unresolvable.",
        ),
        (
            {"due_unresolved": 1, "unscored": 2},
            "0 asked, 0 resolved; 1 due and unresolved, which tend to be noes; 2 of types not yet "
            "scored.",
        ),
    ],
)
def test_funnel_sentence(figures, expected):
    """What is missing is named, what is not is not."""
    assert expected == words.funnel_sentence(report(**figures))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), ""),
        (
            (3,),
            "1 question came early and will count after its deadline, 2026-06-03 "
            "(--include-early counts it now).",
        ),
        (
            (9, 3),
            "2 questions came early and will count after their deadlines, the last on 2026-06-09 "
            "(--include-early counts them now).",
        ),
    ],
)
def test_held_back_sentence(days, expected):
    """How many, until when, and how to count them now."""
    assert expected == words.held_back_sentence(report(held_back=[early(day) for day in days]))


def test_basis_sentences():
    """Only those that have something to say, changed meanings included."""
    assert ["0 asked, 0 resolved."] == words.basis_sentences(report())
    sentences = words.basis_sentences(report(held_back=[early(3)], changed_meaning=["a", "b"]))
    assert "The meaning was changed after people had forecast: a, b." == sentences[2]


@pytest.mark.parametrize(("factor", "ends"), [(1, ("to 1;", "0.25.")), (2, ("to 2;", "0.5."))])
def test_scale_sentence(factor, ends):
    """Every report says the scale, and what no skill gets."""
    sentence = words.scale_sentence(factor)
    assert (True, True) == (ends[0] in sentence, sentence.endswith(ends[1]))


def test_how_they_did_of_nobody():
    """A question without scores has no sentences."""
    nobody = SimpleNamespace(forecasters=[], forecaster_of=[], with_score=[], scores=None)
    assert [] == words.how_they_did(nobody, "ann")


@pytest.mark.parametrize(
    ("probability", "outcome", "expected"),
    [
        ([], [], "0 questions: too few to tell"),
        ([0.3], [0], "1 question: too few to tell"),
        ([0.3] * 40, [1] * 12 + [0] * 28, "40 questions: no sign of miscalibration"),
        ([0.1] * 40 + [0.9] * 40, [0] * 28 + [1] * 40 + [0] * 12, "80 questions: plainly over"),
        ([0.0] * 10 + [0.4] * 10, [1] + [0] * 19, "20 questions: plainly impossible"),
    ],
)
def test_verdict_sentence_says_no_more_than_the_verdict(probability, outcome, expected):
    """The sample, the words of the verdict, and why it is none."""
    sentence = words.verdict_sentence(calibration_of(probability, outcome))
    assert expected == sentence[: len(expected)]
    assert "well calibrated" not in sentence


def test_verdict_sentence_says_what_the_questions_are_worth():
    """Where events are shared, the number of questions is not the sample."""
    one = calibration_of([0.3] * 40, [1] * 12 + [0] * 28, [0] * 20 + list(range(20)))
    assert "40 questions, effectively 3.5: too few to tell" in words.verdict_sentence(one)


def test_calibration_sentences_double_with_the_scale():
    """Every figure on the scale of the Brier score, and no other."""
    half, original = (words.calibration_sentences(CALIBRATION, factor) for factor in (1, 2))
    assert half[0] == original[0]
    assert f"Miscalibration {CALIBRATION.miscalibration:.3f}" in half[1]
    assert f"discrimination {2 * CALIBRATION.discrimination:.3f}" in original[1]
    assert [] == words.calibration_sentences(calibration_of([], []))[1:]
