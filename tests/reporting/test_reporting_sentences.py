"""The sentences of reports at their borders: none, one and two, with and without a figure."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from forecast.reporting import sentences as say
from forecast.reporting.calls import Advice, Comparison
from forecast.reporting.choice import Choice
from forecast.reporting.report import Funnel
from forecast.reporting.slices import Habits
from forecast.scoring.calibration import calibration_of, calibrations_of
from forecast.scoring.inference import Interval
from forecast.scoring.summary import Bin, Summary

DAYS = tuple(datetime(2027, 1, day, tzinfo=UTC) for day in (1, 2, 3))
CALIBRATION = calibration_of([0.1] * 40 + [0.9] * 40, [0] * 36 + [1] * 40 + [0] * 4)
FUNNEL = Funnel(
    **dict.fromkeys(("asked", "forecast", "due", "resolved", "scored"), 0),
    **dict.fromkeys(("open", "awaiting", "overdue", "held_back", "unscored_type"), 0),
    annulled=dict.fromkeys(("ambiguous", "void", "unresolvable", "mistake"), 0),
    held_back_until=None,
    enter_at=(),
)


def standing(n=20, brier=0.2, low=0.15, high=0.25, rate=0.5, reason=None, **more):
    """As much of a forecaster's part of a report as sentences need."""
    summary = Summary(
        n_questions=n,
        n_forecasts=more.pop("n_forecasts", n),
        **dict.fromkeys(("brier", "brier_planned", "brier_first", "brier_final"), brier),
        log_score=0.5,
        log_score_reason=None,
        n_infinite=0,
        base_rate=rate,
        skill=None,
        skill_reason="all outcomes are no",
        coverage=1.0,
    )
    interval = Interval(brier, low, high, n, float(n), reason)
    none = {"n_early": 0, "brier_with_early": None, "enter_at": ()}
    rest = {**none, "n_backdated": 0, "n_retrospective": 0, "calibration": CALIBRATION, **more}
    return SimpleNamespace(forecaster="ann", summary=summary, interval=interval, **rest)


def report(*standings, choice=None, changed=(), **funnel):
    return SimpleNamespace(
        funnel=replace(FUNNEL, **funnel),
        choice=choice or Choice(),
        standings=list(standings),
        changed_meaning=list(changed),
    )


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            standing(high=0.24),
            "20 questions, Brier 0.200 (95 % interval 0.150 to 0.240); better than always saying "
            "the base rate, 50 %, which gives 0.250.",
        ),
        (
            standing(high=0.25),
            "20 questions, Brier 0.200 (95 % interval 0.150 to 0.250); better than always saying "
            "the base rate, 50 %, which gives 0.250, within the interval.",
        ),
        (
            standing(brier=0.3, low=None, high=None, reason="2 of the rarer outcome"),
            "20 questions, Brier 0.300; worse than always saying the base rate, 50 %, which gives "
            "0.250; no interval: 2 of the rarer outcome.",
        ),
        (
            standing(brier=0.2500001, low=0.2, high=0.3),
            "20 questions, Brier 0.250 (95 % interval 0.200 to 0.300); the same as always saying "
            "the base rate, 50 %, gives.",
        ),
        (
            standing(rate=0.0, low=None, high=None, reason="none of the rarer"),
            "20 questions, Brier 0.200; no skill figure: all outcomes are no; no interval: none "
            "of the rarer.",
        ),
        (
            standing(n=10, low=None, high=None, reason="few"),
            "10 questions, Brier 0.200; better than always saying the base rate, 50 %, which "
            "gives 0.250; no interval: few.",
        ),
        (
            standing(n=9, low=None, high=None, reason="9 questions, where an interval needs 10"),
            "9 questions, Brier 0.200; too few to tell skill from luck.",
        ),
        (
            standing(n=1, low=None, high=None, reason="1 question"),
            "1 question, Brier 0.200; too few to tell skill from luck.",
        ),
    ],
)
def test_score_sentence(one, expected):
    """As much as the record bears: below ten questions neither rate nor interval."""
    assert expected == say.score_sentence(one)


def test_score_sentence_on_the_original_scale():
    """Every figure of the sentence doubles."""
    expected = (
        "20 questions, Brier 0.400 (95 % interval 0.300 to 0.480); better than always saying the "
        "base rate, 50 %, which gives 0.500."
    )
    assert expected == say.score_sentence(standing(high=0.24), 2)


@pytest.mark.parametrize(("n", "told"), [(0, ""), (1, "1 question."), (2, "2 questions.")])
def test_short_sentence_tells_what_was_impossible(n, told):
    """However few: that needs no sample."""
    calibration = calibration_of([0.0] * n + [0.5], [1] * n + [0])
    one = standing(n=3, low=None, high=None, calibration=calibration)
    more = f" What was said to be impossible happened on {told}" if told else ""
    assert f"3 questions, Brier 0.200; too few to tell skill from luck.{more}" == (
        say.short_sentence(one)
    )


@pytest.mark.parametrize(
    ("n", "late", "backdated", "expected"),
    [
        (12, 0, 0, "12 of 12 forecasts were recorded before the answer was known."),
        (12, 1, 0, "11 of 12 forecasts were recorded before the answer was known."),
        (17, 17, 0, "0 of 17 forecasts were recorded before the answer was known."),
        (
            *(1, 1, 1),
            "0 of 1 forecast was recorded before the answer was known; 1 was recorded more than a "
            "day after the date given.",
        ),
        (
            *(3, 0, 2),
            "3 of 3 forecasts were recorded before the answer was known; 2 were recorded more "
            "than a day after the date given.",
        ),
    ],
)
def test_prospective_sentence(n, late, backdated, expected):
    """Hindsight is counted, never hidden."""
    one = standing(n_forecasts=n, n_retrospective=late, n_backdated=backdated)
    assert expected == say.prospective_sentence(one)


@pytest.mark.parametrize(
    ("n", "days", "expected"),
    [
        (0, (), ""),
        (1, DAYS[:1] * 2, "1 came early and enters on 2027-01-01; with it 0.118."),
        (3, DAYS[:1] * 2, "3 came early and enter on 2027-01-01; with them 0.118."),
        (3, DAYS[::2], "3 came early and enter by 2027-01-03; with them 0.118."),
    ],
)
def test_held_back_sentence(n, days, expected):
    """How many, when they enter, and what the score would be."""
    one = standing(n_early=n, brier_with_early=0.1181 if n else None, enter_at=days)
    assert expected == say.held_back_sentence(one)


@pytest.mark.parametrize(
    ("figures", "choice", "expected"),
    [
        ({}, Choice(), ["0 asked, 0 forecast, 0 due, 0 resolved, 0 scored."]),
        (
            {"asked": 5, "forecast": 4, "due": 3, "resolved": 2, "scored": 1, "overdue": 1},
            Choice(forecaster="Bob"),
            [
                "5 asked, 4 forecast by Bob, 3 due, 2 resolved, 1 scored; 1 due and unresolved, "
                "which tends to be a no."
            ],
        ),
        (
            {
                **{"open": 1, "awaiting": 2, "overdue": 2, "unscored_type": 2},
                "annulled": {"ambiguous": 1, "void": 0, "unresolvable": 2, "mistake": 0},
            },
            Choice(),
            [
                "0 asked, 0 forecast, 0 due, 0 resolved, 0 scored; 3 still open or awaited; "
                "annulled: 1 ambiguous, 2 unresolvable; 2 due and unresolved, which tend to be "
                "noes; 2 of a type not scored yet."
            ],
        ),
    ],
)
def test_funnel_sentences(figures, choice, expected):
    """What is missing is named, what is not is not."""
    assert expected == say.funnel_sentences(report(choice=choice, **figures))


def test_funnel_sentences_of_several():
    """What came early, how much was hindsight, and which meaning changed."""
    two = (standing(n_retrospective=1), standing(n=5))
    early = {"held_back": 1, "enter_at": DAYS[:1] * 2}
    expected = [
        "1 came early and enters on 2027-01-01 (--include-early counts it now).",
        "24 of 25 forecasts were recorded before the answer was known.",
        "The meaning was changed after people had forecast: a, b.",
    ]
    assert expected == say.funnel_sentences(report(*two, changed="ab", **early))[1:]


def test_held_back_is_told_once():
    """With its score where there is one forecaster; in the funnel where theirs is less."""
    early = {"held_back": 2, "enter_at": DAYS[:2]}
    told = "2 came early and enter by 2027-01-02 (--include-early counts them now)."
    assert 1 == len(say.funnel_sentences(report(standing(n_early=2), **early)))
    assert told == say.funnel_sentences(report(standing(n_early=1), **early))[1]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), "Nobody has a score yet: forecast, then resolve."),
        (Choice(forecaster="Bob"), "Bob has no score yet: forecast, then resolve."),
        (
            Choice(forecaster="Bob", against="ann"),
            "No question that both Bob and ann have forecast has a score yet.",
        ),
    ],
)
def test_nothing_sentence(choice, expected):
    """Whose scores are missing."""
    assert expected == say.nothing_sentence(choice)


@pytest.mark.parametrize(
    ("looked", "came_true", "expected"),
    [
        ([], 0, ""),
        ([0.3], 0, "By first forecasts, 0.3 of 1 was expected to come true; none did."),
        ([0.5, 0.6], 1, "By first forecasts, 1.1 of 2 were expected to come true; 1 did."),
    ],
)
def test_expected_sentence(looked, came_true, expected):
    """Nothing of nothing."""
    one = standing(looked=looked, expected=sum(looked), came_true=came_true)
    assert expected == say.expected_sentence(one)


@pytest.mark.parametrize(
    ("habits", "expected"),
    [
        (
            Habits(1.0, 1.0, 0, None, None, None),
            "A forecast stood for 100 % of the open time, with 1.0 forecasts a question.",
        ),
        (
            Habits(0.998, 2.0, 1, 0.0, None, 0.01),
            "A forecast stood for over 99 % of the open time, with 2.0 forecasts a question; 1 "
            "update, by 0.0 percentage points on average, after 1 hour in the median.",
        ),
        (
            Habits(0.5, 2.5, 3, 0.123, 2 / 3, 1.2),
            "A forecast stood for 50 % of the open time, with 2.5 forecasts a question; 3 "
            "updates, by 12.3 percentage points on average, after 1 day in the median; 67 % of "
            "changes went toward what happened.",
        ),
    ],
)
def test_habits_sentence(habits, expected):
    """Without updates nothing is said of them."""
    assert expected == say.habits_sentence(habits)


@pytest.mark.parametrize(
    ("said", "who", "expected"),
    [
        (0.8, "you", "When you say 80 %, about 68 % come true (51-81 %): 27 of 40."),
        (0.004, "Bob", "When Bob says 0.4 %, about 68 % come true (51-81 %): 27 of 40."),
        (0.996, "you", "When you say 99.6 %, about 68 % come true (51-81 %): 27 of 40."),
    ],
)
def test_advice_sentence(said, who, expected):
    """Near the ends no digit is lost."""
    assert expected == say.advice_sentence(Advice(said, 40, 27, 0.675, 0.51, 0.81), who)


@pytest.mark.parametrize(
    ("low", "high", "reason", "ends"),
    [
        (None, None, "few", "difference -0.100, and no interval: few."),
        (-0.2, 0.0, None, "(-0.200 to +0.000): either may be the better one."),
        (-0.2, -0.01, None, "(-0.200 to -0.010): ann did better."),
        (0.01, 0.2, None, "(+0.010 to +0.200): Bob did better."),
    ],
)
def test_comparison_sentence(low, high, reason, ends):
    """Nobody is the better one whose interval holds 0."""
    one = Comparison("Bob", 12, 0.1, 0.2, -0.1, low, high, reason)
    sentence = say.comparison_sentence("ann", one)
    assert "On 12 shared questions, by planned score: ann 0.100, Bob 0.200;" in sentence
    assert sentence.endswith(ends)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 0.01, "0-1 %"), (0.01, 0.03, "1-3 %"), (0.95, 0.97, "95-97 %"), (0.99, 1, "99-100 %")],
)
def test_bin_range(low, high, expected):
    """Whole percentages, one sign."""
    assert expected == say.bin_range(Bin(low, high, 1, low, 0.0))


@pytest.mark.parametrize(("factor", "ends"), [(1, ("to 1;", "0.25.")), (2, ("to 2;", "0.5."))])
def test_scale_sentence(factor, ends):
    """Every report says the scale, and what no skill gets."""
    sentence = say.scale_sentence(factor)
    assert (True, True) == (ends[0] in sentence, sentence.endswith(ends[1]))


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
    sentence = say.verdict_sentence(calibration_of(probability, outcome))
    assert expected == sentence[: len(expected)]
    assert "well calibrated" not in sentence


def test_verdict_sentence_says_what_the_questions_are_worth():
    """Where events are shared, the number of questions is not the sample."""
    one = calibration_of([0.3] * 40, [1] * 12 + [0] * 28, [0] * 20 + list(range(20)))
    assert "40 questions, effectively 3.5: too few to tell" in say.verdict_sentence(one)


def test_verdict_sentence_says_that_p_was_adjusted():
    """A p-value is another one beside that of other forecasters."""
    one, _ = calibrations_of([([0.2] * 50, [1] * 17 + [0] * 33, None)] * 2)
    assert f"p = {one.p_value_holm:.2f}, adjusted for several forecasters" in (
        say.verdict_sentence(one)
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("first", "First forecasts, 0 questions: too few"),
        ("30d", "Forecasts standing 30 days before the deadline: there are none"),
        ("1h", "Forecasts standing 1 hour before the deadline: there are none"),
    ],
)
def test_verdict_line_of_nothing(at, expected):
    """Where no forecast stood then, the line says so."""
    assert expected in say.verdict_line(calibration_of([], [], at=at))


@pytest.mark.parametrize(("n", "provisional"), [(29, True), (30, False)])
def test_figures_are_provisional_below_the_threshold_of_words(n, provisional):
    """Thirty independent questions, and the sum of p (1 - p) at least 5."""
    even = calibration_of([0.5] * n, [number % 2 for number in range(n)])
    sharp = calibration_of([0.01] * 400, [0] * 400)
    assert (provisional, True) == (say.is_provisional(even), say.is_provisional(sharp))


def test_calibration_sentences_double_with_the_scale():
    """Every figure on the scale of the Brier score, and no other."""
    half, original = (say.calibration_sentences(CALIBRATION, factor) for factor in (1, 2))
    assert half[0] == original[0]
    assert f"Miscalibration {CALIBRATION.miscalibration:.3f}" in half[1]
    assert f"discrimination {2 * CALIBRATION.discrimination:.3f}" in original[1]
    assert [] == say.calibration_sentences(calibration_of([], []))[1:]


def test_tests_sentence():
    """Z with its sign and p-value; nothing of nothing."""
    told = say.tests_sentence(CALIBRATION)
    assert f"Spiegelhalter's Z is {CALIBRATION.spiegelhalter_z:+.2f}, p = " in told
    assert "" == say.tests_sentence(calibration_of([], []))
