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
#: What is on the scale of the Brier score, wherever it stands.
DOUBLED = {
    *(*BRIER, "brier_interval", "score", "score_with_held_back", *CALIBRATION_BRIER),
    *("cumulative", "rolling", "mine", "theirs", "difference"),
}


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
        log = "infinite" if one["n_infinite"] else figure(one["log_score"])
        short = one["n_questions"] < 10
        expected = [
            one["forecaster"],
            str(one["n_questions"]),
            *(figure(one[key]) for key in BRIER),
            log,
            "–" if short else figure(one["skill"]),
            *("over 99 %" if 0.995 < one["coverage"] < 1 else f"{one['coverage']:.0%}").split(),
        ]
        expected = " ".join(expected).replace("%", " %").replace("  ", " ").split()
        assert expected == row(out, one["forecaster"])
    ann = report["forecasters"][1]
    low, high = ann["brier_interval"]
    sentence = f"12 questions, Brier {ann['brier']:.3f} (95 % interval {low:.3f} to {high:.3f})"
    assert sentence in " ".join(out.split())


def doubled(value, name=""):
    """A report with every Brier figure twice what it was."""
    if isinstance(value, dict):
        if "difference" in value:  # its ends are called as those of bins, which stay
            value = {**value, **{end: value[end] and 2 * value[end] for end in ("low", "high")}}
        return {key: doubled(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [doubled(one, name) for one in value]
    return 2 * value if name in DOUBLED and value is not None else value


def test_original_scale_is_twice_that(forecast, resolved):
    """Every Brier figure doubles, and nothing else; the report says the scale."""
    half, original = (
        forecast("report", "--scale", scale, "--json").json for scale in ("half", "original")
    )
    assert ("0-1", "0-2") == (half["scale"], original["scale"])
    for one, two in zip(half["forecasters"], original["forecasters"], strict=True):
        assert doubled(one) == two
    out = forecast("report", "--scale", "original").out
    assert "Brier from 0 (perfect) to 2; always saying 50 % gives 0.5." in " ".join(out.split())


def test_as_reports_one_alone(forecast, resolved):
    """With --as, before or after the command, there is one row."""
    for command in (("--as", "Bob", "report"), ("report", "--as", "Bob")):
        report = forecast(*command, "--json").json
        assert ["Bob"] == [one["forecaster"] for one in report["forecasters"]]
    out = forecast("report", "--as", "Bob").out
    assert "\nann " not in out
    assert out.startswith("Bob\n2 questions, Brier 0.500; too few to tell skill from luck.")


@pytest.mark.parametrize("option", ["--as", "--against"])
def test_nobody_of_that_name_is_an_error(forecast, resolved, option):
    """It names the nearest; somebody without a score is none."""
    ran = forecast("report", option, "Bbo")
    assert (1, "") == (ran.status, ran.out)
    assert "Error: nobody is called 'Bbo': did you mean Bob?\n" == ran.err
    assert "forecaster list" in forecast("report", option, "Xerxes").err
    forecast("predict", "open", "30%", "--as", "Eve", now="2026-05-12")
    assert "Eve has no score yet" in forecast("report", "--as", "Eve").out
    assert [] == forecast("report", "--as", "Eve", "--json").json["forecasters"]


def test_against_sets_two_beside_each_other_on_shared_questions(forecast, resolved):
    """Both on the two questions that both have forecast, with the paired difference."""
    report = forecast("report", "--as", "Bob", "--against", "ann", "--json").json
    assert [("Bob", 2), ("ann", 2)] == [
        (one["forecaster"], one["n_questions"]) for one in report["forecasters"]
    ]
    bob, ann = (one["others"][0] for one in report["forecasters"])
    assert (bob["mine"], bob["theirs"]) == (ann["theirs"], ann["mine"])
    assert bob["difference"] == pytest.approx(bob["mine"] - bob["theirs"])
    out = " ".join(forecast("report", "--against", "Bob").out.split())
    assert "Chosen: ann and Bob, on the questions both have forecast." in out
    told = f"ann {ann['mine']:.3f}, Bob {ann['theirs']:.3f}; difference {ann['difference']:+.3f}"
    assert f"On 2 shared questions, by planned score: {told}, and no interval" in out
    assert 2 == forecast("report", "--as", "Bob", "--against", "Bob").status


def test_dates_are_those_of_the_user(forecast, resolved, monkeypatch, tmp_path):
    """A day begins and ends on the user's clock, and is shown as it was typed."""
    config = tmp_path / "config" / "forecast" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('timezone = "Pacific/Auckland"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for option, n in (("--since", 13), ("--until", 0)):  # deadlines end with the tenth, in UTC
        report = forecast("report", option, "2026-05-10", "--json").json
        assert (n > 0) == (report["n_due"] > 0)
        told = {"--since": "due since", "--until": "due until"}[option]
        assert f"Chosen: {told} 2026-05-10." in forecast("report", option, "2026-05-10").out
    assert 2 == forecast("report", "--since", "2026-05-10", "--until", "2026-05-09").status


def test_questions_are_chosen_by_prefix_and_tag(forecast, resolved):
    """An ambiguous prefix is an error; a tag nobody gave has no questions."""
    assert 1 == forecast("report", "--question", "q11", "--json").json["n_asked"]
    assert 1 == forecast("report", "--question", "q").status
    assert 0 == forecast("report", "--tag", "none", "--json").json["n_asked"]
    assert "Chosen: 2 named questions." in (
        forecast("report", "--question", "q2", "--question", "q3").out
    )


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("tag", "There is nothing to divide."),
        ("year", "\n2026  12 "),
        ("horizon", "There is nothing to divide."),
    ],
)
def test_by_divides_and_shows_that_alone(forecast, resolved, by, told):
    """A short record is not divided; `--by forecaster` is the table alone."""
    out = forecast("report", "--by", by).out
    assert told in out
    assert "Bob: 2 questions: too few to divide." in out
    assert "Reliability" not in out
    assert told.strip().split()[0] in forecast("report", "--by", by, "--markdown").out
    assert "\nann\n" not in forecast("report", "--by", "forecaster").out


def test_funnel_says_what_is_missing(forecast, resolved):
    """Asked, resolved, annulled, due: the scores rest on what is left."""
    forecast("resolve", "due", "annulled", "--reason", "ambiguous")
    expected = (
        "14 asked, 12 forecast, 12 due, 12 resolved, 12 scored; 1 still open or awaited; annulled: "
        "1 ambiguous."
    )
    assert expected in " ".join(forecast("report", now="2026-05-12").out.split())
    assert "2 forecast by Bob, 12 due, 12 resolved, 2 scored" in (
        " ".join(forecast("report", "--as", "Bob").out.split())
    )


def test_due_questions_stand_beside_the_scores(forecast, resolved):
    """They are mostly lapsed noes."""
    assert "1 due and unresolved" in forecast("report").out


def test_few_questions_get_a_short_sentence_among_others(forecast, resolved):
    """And their list of questions only where they are reported alone, or with --all."""
    together, alone = forecast("report").out, forecast("report", "--as", "Bob").out
    assert "Bob: 2 questions, Brier 0.500; too few to tell skill from luck." in together
    listed = [out.count("q11 ") for out in (together, alone, forecast("report", "--all").out)]
    assert [0, 1] == listed[:2]
    assert listed[2] > 0


def test_empty(forecast):
    """A tracker without answers says what to do."""
    expected = (
        "0 asked, 0 forecast, 0 due, 0 resolved, 0 scored.\n"
        "Nobody has a score yet: forecast, then resolve.\n"
    )
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
    assert "recorded more than a day after" in " ".join(forecast("report").out.split())


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
