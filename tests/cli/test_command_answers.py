"""`resolve`, and the life of a question from the first forecast to a corrected answer."""

import math

import pytest

#: Ten days: 50 % at the start, 10 % after half of them.
START, HALF, END = "2026-05-04T12:00Z", "2026-05-09T12:00Z", "2026-05-14T12:00Z"
AFTER = "2026-05-15T12:00Z"


@pytest.fixture
def lived(forecast):
    """A question whose whole time has passed, not yet resolved."""
    forecast("add", "Will it rain?", "--by", END, "-p", "50%", "--id", "rain", now=START)
    forecast("predict", "rain", "10%", now=HALF)


def test_life_of_a_question_by_hand(forecast, lived):
    """Half the time at 50 %, half at 10 %, and the answer is no."""
    resolved = forecast("resolve", "rain", "no", now=AFTER)
    went = (
        "You went from 50 % to 10 %, it did not happen: Brier 0.1300 over time, 0.0100 at the end"
    )
    expected = f"rain: Will it rain?\nResolved no, known at 2026-05-15 12:00 UTC.\n  {went}\n"
    assert expected == resolved.out
    (score,) = forecast("show", "rain", "--json").json["scores"]
    assert pytest.approx(0.13) == score["brier"]
    assert pytest.approx(0.01) == score["brier_final"]
    assert pytest.approx(0.25) == score["brier_first"]
    assert pytest.approx(0.5 * math.log(2) - 0.5 * math.log(0.9)) == score["log_score"]
    assert (1.0, 2, "ann") == (score["coverage"], score["n_forecasts"], score["forecaster"])


def test_report_agrees_with_show(forecast, lived):
    """One question has the same figures in both."""
    forecast("resolve", "rain", "no", now=AFTER)
    (score,) = forecast("show", "rain", "--json").json["scores"]
    (row,) = forecast("report", "--json").json["forecasters"]
    assert score == {key: row[key] for key in score}


def test_corrected_answer_changes_scores_and_keeps_history(forecast, lived):
    """A later resolution supersedes; the earlier one stays to be seen."""
    forecast("resolve", "rain", "no", "--evidence", "radio", now=AFTER)
    corrected = forecast("resolve", "rain", "yes", "--known", END, "--note", "it did")
    assert "This supersedes no, known at 2026-05-15 12:00 UTC, which the record keeps." in (
        corrected.out
    )
    shown = forecast("show", "rain", "--json").json
    assert pytest.approx(0.5 * 0.25 + 0.5 * 0.81) == shown["scores"][0]["brier"]
    assert ["no", "yes"] == [one["outcome"] for one in shown["resolutions"]]
    assert ("yes", "resolved") == (shown["outcome"], shown["status"])
    text = forecast("show", "rain").out
    assert "yes, known at 2026-05-14 12:00 UTC: it did" in text
    assert "(superseded) no, known at 2026-05-15 12:00 UTC: radio" in text
    assert pytest.approx(0.53) == forecast("report", "--json").json["forecasters"][0]["brier"]


def test_one_forecast_is_echoed_by_its_own_sentence(forecast):
    """The sentence of the design, to the letter."""
    forecast("add", "Rain?", "--by", END, "-p", "12%", "--id", "r", now=START)
    resolved = forecast("resolve", "r", "no", now=AFTER)
    assert "You said 12 %, it did not happen: Brier 0.0144" in resolved.out
    assert "  You said 12 %, it did not happen: Brier 0.0144\n" in forecast("show", "r").out


def test_others_are_named_after_you(forecast, lived):
    """You come first; with --as nobody is You."""
    forecast("predict", "rain", "20%", "--as", "Al", now=HALF)
    out = forecast("resolve", "rain", "no", now=AFTER).out
    assert out.index("You went from") < out.index("Al said 20 %")
    assert "ann went from" in forecast("show", "rain", "--as", "Al").out


def test_resolve_json(forecast, lived):
    """Scripts get the resolution and everybody's scores."""
    resolved = forecast(
        *("resolve", "rain", "NO", "--evidence", "a", "--evidence", "b", "--note", "dry"),
        "--json",
        now=AFTER,
    ).json
    assert ("rain", "no", None, ["a", "b"], "dry", "2026-05-15T12:00:00.000000Z") == tuple(
        resolved[key] for key in ("id", "outcome", "reason", "evidence", "note", "known_at")
    )
    assert ["ann"] == [one["forecaster"] for one in resolved["scores"]]


def test_yes_after_the_deadline_needs_known(forecast, lived):
    """When a late yes became known decides the scores, so it has to be said."""
    refused = forecast("resolve", "rain", "yes", now=AFTER)
    assert (1, True) == (refused.status, "--known DATE" in refused.err)
    known = forecast("resolve", "rain", "yes", "--known", "2026-05-09T12:00Z")
    assert "Resolved yes, known at 2026-05-09 12:00 UTC.\n" in known.out
    assert pytest.approx(0.25) == forecast("show", "rain", "--json").json["scores"][0]["brier"]


def test_known_on_the_day_itself_is_now_at_the_latest(forecast, lived):
    """The day of --known has not ended yet; the answer is not from the future."""
    resolved = forecast("resolve", "rain", "yes", "--known", "2026-05-15", now=AFTER)
    assert "known at 2026-05-15 12:00 UTC" in resolved.out


def test_annulled_needs_a_reason(forecast, lived):
    """Why nobody is scored is part of the record."""
    assert 2 == forecast("resolve", "rain", "annulled", now=AFTER).status
    annulled = forecast("resolve", "rain", "annulled", "--reason", "void")
    assert "Resolved annulled (void), known at 2026-05-15 12:00 UTC.\n" in annulled.out
    report = forecast("report", "--json").json
    assert ({"ambiguous": 0, "void": 1, "unresolvable": 0, "mistake": 0}, []) == (
        report["annulled"],
        report["forecasters"],
    )
    assert 2 == forecast("resolve", "rain", "no", "--reason", "void").status


def test_mistake_is_hidden_from_listings_and_still_shown(forecast, lived):
    """What should not have been asked is out of the way, not out of the record."""
    forecast("resolve", "rain", "annulled", "--reason", "mistake", now=AFTER)
    assert [] == forecast("list", "--json").json
    assert ["rain"] == [
        one["id"] for one in forecast("list", "--status", "annulled", "--json").json
    ]
    assert "annulled" == forecast("show", "rain", "--json").json["status"]
    assert "annulled: 1 mistake" in forecast("report").out


def test_early_answer_is_held_back_until_the_deadline(forecast, lived):
    """`show` has the score at once; the report once the siblings have had their time."""
    early = forecast("resolve", "rain", "yes", now="2026-05-10T12:00Z")
    assert "It came early: reports leave it out until 2026-05-14 12:00 UTC" in early.out
    assert 1 == len(forecast("show", "rain", "--json").json["scores"])
    report = forecast("report", "--json").json
    assert (1, []) == (report["held_back"], report["forecasters"])
    assert "1 came early and enters on 2026-05-14 (--include-early counts it now)" in (
        forecast("report").out
    )
    counted = forecast("report", "--include-early", "--json").json
    assert (0, 1) == (counted["held_back"], len(counted["forecasters"]))
    later = forecast("report", "--json", now=AFTER).json
    assert (0, 1) == (later["held_back"], len(later["forecasters"]))


def test_retrospective_forecasts_are_counted(forecast, lived):
    """A forecast that counts but was recorded after the answer is told apart."""
    forecast("resolve", "rain", "no", "--known", "2026-05-14", now=AFTER)
    forecast("predict", "rain", "2%", "--at", "2026-05-10", now=AFTER)
    (row,) = forecast("report", "--json").json["forecasters"]
    assert (3, 1) == (row["n_forecasts"], row["n_retrospective"])
    assert "2 of 3 forecasts were recorded before the answer was known" in forecast("report").out


@pytest.mark.parametrize(
    ("options", "outcome", "kept"),
    [
        (("--type", "choice", "--option", "Left", "--option", "Right"), "LEFT", "Left"),
        (("--type", "number"), "-5", "-5"),
        (("--type", "date"), "2026-05-06", "2026-05-06"),
    ],
)
def test_other_types_are_resolved_too(forecast, options, outcome, kept):
    """They have no score yet, but they have answers."""
    forecast("add", "What?", "--by", END, "--id", "what", *options, now=START)
    resolved = forecast("resolve", "what", outcome, now=AFTER)
    assert (0, kept) == (resolved.status, forecast("show", "what", "--json").json["outcome"])
    assert "1 of a type not scored yet" in forecast("report").out
