"""`report`: the same figures as text and as JSON."""

import re

import pytest

ROW_KEYS = {
    *("forecaster", "n_questions", "n_forecasts", "n_effective", "n_retrospective", "brier"),
    *("brier_interval", "brier_reason", "brier_planned", "brier_first", "brier_final"),
    *("log_score", "log_score_reason", "n_infinite", "base_rate", "skill", "coverage"),
    "calibration",
}
CALIBRATION_KEYS = {
    *("at", "n", "n_effective", "brier", "brier_expected", "brier_p95", "miscalibration"),
    *("miscalibration_expected", "miscalibration_p95", "discrimination", "uncertainty"),
    *("base_rate", "slope", "intercept", "p_value", "spiegelhalter_z", "verdict", "bins", "curve"),
}
CALIBRATION_BRIER = (
    *("brier", "brier_expected", "brier_p95", "miscalibration", "miscalibration_expected"),
    *("miscalibration_p95", "discrimination", "uncertainty"),
)
BRIER = ("brier", "brier_planned", "brier_first", "brier_final")


@pytest.fixture
def resolved(forecast):
    """Twelve questions of ann's, of which five came true; Bob was sure of two, once wrongly."""
    for number in range(12):
        id_, outcome = f"q{number}", "yes" if number < 5 else "no"
        ask = ("add", f"Rain {number}?", "--by", "2026-05-10", "--id", id_)
        forecast(*ask, "-p", f"{7 * number + 3}%", now="2026-05-04")
        if number in (0, 11):
            forecast("predict", id_, "100%", "--as", "Bob")
        forecast("predict", id_, "30%", now="2026-05-07")
        known = ("--known", "2026-05-10") if outcome == "yes" else ()
        forecast("resolve", id_, outcome, *known, now="2026-05-11")
    forecast("add", "Due?", "--by", "2026-05-10", now="2026-05-04")
    forecast("add", "Open?", "--by", "2026-06-10", now="2026-05-11")


def row(out, name):
    """The cells of a forecaster's line in the table of scores."""
    (line,) = [line for line in out.splitlines() if re.match(rf"{name} +[0-9]", line)]
    return line.split()


def figure(value):
    return "–" if value is None else f"{value:.3f}"


def test_json_has_the_keys_that_scripts_rely_on(forecast, resolved):
    """The keys of the design."""
    report = forecast("report", "--json").json
    assert set() == {"scale", "held_back", "n_due_unresolved", "annulled"} - report.keys()
    assert ("0-1", 0, 1) == (report["scale"], report["held_back"], report["n_due_unresolved"])
    assert ["Bob", "ann"] == [one["forecaster"] for one in report["forecasters"]]
    assert [set()] * 2 == [ROW_KEYS - one.keys() for one in report["forecasters"]]
    bob, ann = report["forecasters"]
    assert (2, None, 1) == (bob["n_questions"], bob["log_score"], bob["n_infinite"])
    assert "infinite" in bob["log_score_reason"]
    assert (12, 24, 12.0, 0) == (
        ann["n_questions"],
        ann["n_forecasts"],
        ann["n_effective"],
        ann["n_retrospective"],
    )
    low, high = ann["brier_interval"]
    assert low < ann["brier"] < high


@pytest.mark.parametrize("scale", ["half", "original"])
def test_text_has_the_figures_of_the_json(forecast, resolved, scale):
    """Rounded to three digits, in the table and in the sentence."""
    out = forecast("report", "--scale", scale).out
    report = forecast("report", "--scale", scale, "--json").json
    for one in report["forecasters"]:
        log = "inf" if one["n_infinite"] else figure(one["log_score"])
        expected = [
            one["forecaster"],
            str(one["n_questions"]),
            *(figure(one[key]) for key in BRIER),
            log,
            figure(one["skill"]),
            f"{one['coverage']:.0%}",
        ]
        assert expected == row(out, one["forecaster"])
    ann = report["forecasters"][1]
    low, high = ann["brier_interval"]
    sentence = f"12 questions, Brier {ann['brier']:.3f} (95 % interval {low:.3f} to {high:.3f})"
    assert sentence in " ".join(out.split())
    shown = [re.split("  +", line.strip()) for line in out.splitlines() if re.search(" of ", line)]
    bins = [
        f"{round(one['frequency'] * one['n'])} of {one['n']}" for one in ann["calibration"]["bins"]
    ]
    assert bins == [cells[-1] for cells in shown if len(cells) == 3]


def test_original_scale_is_twice_that(forecast, resolved):
    """Every Brier figure doubles, and nothing else; the report says the scale."""
    half, original = (
        forecast("report", "--scale", scale, "--json").json for scale in ("half", "original")
    )
    assert ("0-1", "0-2") == (half["scale"], original["scale"])
    for one, two in zip(half["forecasters"], original["forecasters"], strict=True):
        doubled = {key: 2 * one[key] for key in BRIER}
        interval = one["brier_interval"] and [2 * end for end in one["brier_interval"]]
        first = one["calibration"]
        calibration = {**first, **{key: first[key] and 2 * first[key] for key in CALIBRATION_BRIER}}
        expected = {**one, **doubled, "brier_interval": interval, "calibration": calibration}
        assert expected == two
    out = forecast("report", "--scale", "original").out
    assert "Brier from 0 (perfect) to 2; always saying 50 % gives 0.5." in " ".join(out.split())


def test_as_reports_one_alone(forecast, resolved):
    """With --as, before or after the command, there is one row; an unknown name has none."""
    for command in (("--as", "Bob", "report"), ("report", "--as", "Bob")):
        report = forecast(*command, "--json").json
        assert ["Bob"] == [one["forecaster"] for one in report["forecasters"]]
    assert "\nann " not in forecast("report", "--as", "Bob").out
    assert "Nobody has a score yet" in forecast("report", "--as", "Eve").out


def test_funnel_says_what_is_missing(forecast, resolved):
    """Asked, resolved, annulled, due: the scores rest on what is left."""
    forecast("resolve", "due", "annulled", "--reason", "ambiguous")
    assert "14 asked, 12 resolved; annulled: 1 ambiguous.\n" in forecast("report").out


def test_due_questions_stand_beside_the_scores(forecast, resolved):
    """They are mostly lapsed noes."""
    assert "1 due and unresolved" in forecast("report").out


def test_few_questions_get_a_short_sentence_among_others(forecast, resolved):
    """And their calibration table only where they are reported alone."""
    together, alone = forecast("report").out, forecast("report", "--as", "Bob").out
    sentence = "Bob: 2 questions, Brier 0.500; worse than always saying the base rate, 50 %,"
    assert sentence in " ".join(together.split())
    assert (1, 1) == (together.count("on average"), alone.count("on average"))


def test_empty(forecast):
    """A tracker without answers says what to do."""
    expected = "0 asked, 0 resolved.\nNobody has a score yet: forecast, then resolve.\n"
    assert expected == forecast("report").out
    assert [] == forecast("report", "--json").json["forecasters"]


def test_calibration_has_the_keys_that_scripts_rely_on(forecast, resolved):
    """The keys of the design, for bins and curve as well; the decomposition adds up."""
    ann = forecast("report", "--as", "ann", "--json").json["forecasters"][0]["calibration"]
    assert set() == CALIBRATION_KEYS - ann.keys()
    assert {"low", "high", "n", "mean_probability", "frequency"} == ann["bins"][0].keys()
    assert {"probability", "recalibrated", "n", "band_low", "band_high"} == ann["curve"][0].keys()
    parts = ann["miscalibration"] - ann["discrimination"] + ann["uncertainty"]
    assert ann["brier"] == pytest.approx(parts, abs=1e-12)
    assert ("first", 12) == (ann["at"], ann["n"])


def test_calibration_looks_at_first_forecasts_or_at_a_moment(forecast, resolved):
    """First forecasts differ by question; three days before the deadline all said 30 %."""
    first = forecast("report", "--as", "ann", "--json").json["forecasters"][0]["calibration"]
    at = forecast("report", "--as", "ann", "--at", "3d", "--json").json["forecasters"][0]
    assert (12, 1) == (len(first["curve"]), len(at["calibration"]["curve"]))
    assert ("3d", 0.3) == (at["calibration"]["at"], at["calibration"]["curve"][0]["probability"])
    assert 2 == forecast("report", "--at", "soon").status


def test_backdated_forecasts_are_counted_and_may_be_left_out(forecast):
    """What was recorded more than a day after it was made, to the second."""
    forecast("add", "Rain?", "--by", "2026-06-01", "--id", "rain", now="2026-05-01")
    forecast("predict", "rain", "60%", "--at", "2026-05-02T09:00Z", now="2026-05-03T09:00:00Z")
    forecast("predict", "rain", "80%", "--at", "2026-05-03T09:00Z", now="2026-05-04T09:00:01Z")
    forecast("resolve", "rain", "no", now="2026-06-02")
    every = forecast("report", "--json").json["forecasters"][0]
    timely = forecast("report", "--no-backdated", "--json").json["forecasters"][0]
    assert (2, 1) == (every["n_forecasts"], every["n_backdated"])
    assert (1, 0) == (timely["n_forecasts"], timely["n_backdated"])
    assert 0.36 == pytest.approx(timely["brier_final"])
    assert "recorded more than a day after" in forecast("report").out


def test_events_count_once_unless_told_otherwise(forecast):
    """Questions that hang on one cause are worth one; `--cluster none` counts each."""
    for number in range(12):
        event = ("--event", "storm") if number < 6 else ()
        id_ = f"q{number}"
        forecast("add", f"Q {number}?", "--by", "2026-06-01", "--id", id_, *event, now="2026-05-01")
        forecast("predict", id_, "30%", now="2026-05-02")
        forecast("resolve", id_, "no", now="2026-06-02")
    by_event, by_none = (
        forecast("report", "--cluster", cluster, "--json").json["forecasters"][0]
        for cluster in ("event", "none")
    )
    assert 144 / 42 == pytest.approx(by_event["n_effective"])
    assert 144 / 42 == pytest.approx(by_event["calibration"]["n_effective"])
    assert 12 == by_none["n_effective"]


def test_words_wait_for_enough_questions(forecast):
    """Twelve questions are too few, and the report says what would be enough."""
    for number in range(12):
        outcome = "yes" if number < 6 else "no"
        forecast(
            "add", f"Q {number}?", "--by", "2026-06-01", "--id", f"q{number}", now="2026-05-01"
        )
        forecast("predict", f"q{number}", "40%", now="2026-05-02")
        forecast("resolve", f"q{number}", outcome, "--known", "2026-06-01", now="2026-06-02")
    out = " ".join(forecast("report").out.split())
    assert "First forecasts, 12 questions: too few to tell" in out
    assert "worth 12 independent questions, where words need 30" in out


def test_what_is_plain_is_said_however_few(forecast, resolved):
    """Twelve questions whose answers went against what was said: no chance, no excuse."""
    out = " ".join(forecast("report", "--as", "ann").out.split())
    assert "First forecasts, 12 questions: plainly" in out
