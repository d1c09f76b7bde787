"""`list`, `show`, `check` and the dashboard, as text and as JSON."""

import os
from pathlib import Path

import pytest

QUESTION_KEYS = {
    *("id", "title", "type", "status", "opened_at", "deadline", "known_by", "closed_at", "tags"),
    *("event", "criteria", "probability", "outcome", "known_at"),
}
FORECAST_KEYS = {
    "forecaster",
    "made_at",
    "recorded_at",
    "probability",
    "words",
    "note",
    "counts",
}
SCORE_KEYS = {
    *("forecaster", "brier", "brier_planned", "brier_first", "brier_final", "log_score"),
    *("coverage", "n_forecasts"),
}


@pytest.fixture
def tracked(forecast):
    """Five questions on 20 May 2026: due, awaiting, closing, stale, resolved."""
    ask = ("add", "--tag", "w", "--timezone", "UTC")
    forecast(*ask, "Due?", "--by", "2026-05-10", "--id", "due", "-p", "10%", "--event", "e")
    forecast(*ask, "Wait?", "--by", "2026-05-12", "--known-by", "2026-06-12", "--id", "wait")
    forecast(*ask, "Close?", "--by", "2026-05-22", "--id", "close", "--tag", "x", "-p", "30%")
    forecast(*ask, "Old?", "--by", "2026-06-10", "--id", "old", "--criteria", "Snow falls.")
    forecast(*ask, "Done?", "--by", "2026-05-08", "--id", "done", "-p", "20%")
    forecast("resolve", "done", "no", now="2026-05-09")
    forecast("predict", "close", "40%", now="2026-05-20")


def ids(found):
    return [one["id"] for one in found]


def test_list_text_is_a_row_per_question_by_closing_day(forecast, tracked):
    """Piped, a row is a line: id, status or answer, day, your forecast, title."""
    expected = (
        "done   no        2026-05-08  20 %  Done?\n"
        "due    due       2026-05-10  10 %  Due?\n"
        "wait   awaiting  2026-05-12        Wait?\n"
        "close  open      2026-05-22  40 %  Close?\n"
        "old    open      2026-06-10        Old?\n"
    )
    assert expected == forecast("list").out


def test_list_json_has_the_keys_that_scripts_rely_on(forecast, tracked):
    """The keys of the design, for every question."""
    found = forecast("list", "--json").json
    assert [set()] * 5 == [QUESTION_KEYS - one.keys() for one in found]
    done = found[0]
    expected = ("resolved", "no", "2026-05-09T00:00:00.000000Z", ["w"], None, 0.2)
    assert expected == tuple(
        done[key] for key in ("status", "outcome", "known_at", "tags", "event", "probability")
    )


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--status", "open"), ["close", "old"]),
        (("--status", "due", "--status", "awaiting"), ["due", "wait"]),
        (("--status", "resolved"), ["done"]),
        (("--tag", "x"), ["close"]),
        (("--tag", "x", "--tag", "w"), ["close"]),
        (("--tag", "nowhere"), []),
        (("--event", "e"), ["due"]),
        (("--search", "SNOW"), ["old"]),
        (("--search", "snow falls", "--status", "due"), []),
    ],
)
def test_list_filters(forecast, tracked, options, found):
    """Statuses add up, everything else narrows down."""
    assert found == ids(forecast("list", *options, "--json").json)


def test_list_says_why_it_is_empty(forecast):
    """An empty tracker and a filter that fits nothing are two things."""
    assert "No question yet: forecast add, or forecast load.\n" == forecast("list").out
    assert "No question fits.\n" == forecast("list", "--tag", "x").out
    assert [] == forecast("list", "--json").json


def test_show_text(forecast, tracked):
    """Everything that is known, in sections."""
    out = forecast("show", "clo").out
    expected = (
        "close: Close?\n"
        "  status    open\n"
        "  opened    2026-05-04 12:00 UTC\n"
        "  deadline  2026-05-22 23:59 UTC\n"
        "  tags      w, x\n"
        "\n"
        "Forecasts\n"
        "  #1 2026-05-04 12:00 UTC ann: 30 %\n"
        "  #2 2026-05-20 00:00 UTC ann: 40 %\n"
    )
    assert expected == out


def test_show_json_has_the_keys_that_scripts_rely_on(forecast, tracked):
    """A question's, its forecasts' and its scores'."""
    shown = forecast("show", "DONE", "--json").json
    assert set() == QUESTION_KEYS - shown.keys()
    assert [set()] == [FORECAST_KEYS - one.keys() for one in shown["forecasts"]]
    assert [set()] == [SCORE_KEYS - one.keys() for one in shown["scores"]]
    assert (0.2, True, "20%") == tuple(
        shown["forecasts"][0][key] for key in ("probability", "counts", "words")
    )


def test_exact_id_beats_a_prefix(forecast):
    """`rain` is a question although `rain-2` begins so, too."""
    for _ in range(2):
        forecast("add", "Rain?", "--by", "+3d")
    assert "rain" == forecast("show", "rain", "--json").json["id"]
    assert "rain-2" == forecast("show", "Rain-", "--json").json["id"]


def test_check_text(forecast, tracked):
    """What needs a person first, each under its heading."""
    expected = (
        "Due (1): settle with forecast resolve ID OUTCOME\n"
        "due  due  2026-05-10  10 %  Due?\n"
        "\n"
        "Closing within 7 days (1)\n"
        "close  open  2026-05-22  40 %  Close?\n"
        "\n"
        "Open, and long without an update (1)\n"
        "old  open  2026-06-10    Old?\n"
        "\n"
        "Past the deadline, the answer not expected yet (1)\n"
        "wait  awaiting  2026-05-12    Wait?\n"
    )
    checked = forecast("check")
    assert (0, expected) == (checked.status, checked.out)


def test_check_json_and_exit_code(forecast, tracked):
    """The keys of the design; 3 only where asked for, and something is due."""
    checked = forecast("check", "--exit-code", "--json")
    expected = {
        "due": ["due"],
        "awaiting": ["wait"],
        "closing": ["close"],
        "stale": ["old"],
        "proposed": [],
        "again": [],
        "resolved": [],
        "errors": [],
    }
    assert (3, expected) == (checked.status, {k: ids(v) for k, v in checked.json.items()})
    assert set() == QUESTION_KEYS - checked.json["due"][0].keys()
    forecast("resolve", "due", "no")
    assert 0 == forecast("check", "--exit-code").status


def test_check_of_an_empty_tracker(forecast):
    """Nothing needs anybody: a scheduler would mail it; and looking makes no file."""
    assert (0, "", "") == tuple(vars(forecast("check")).values())
    assert not Path(os.environ["FORECAST_DB"]).exists()


def test_dashboard(forecast, tracked):
    """Without a command: what is due, what closes next, how you are doing."""
    expected = (
        "Due\n"
        "due  due  2026-05-10  10 %  Due?\n"
        "\n"
        "Closes next\n"
        "close  open  2026-05-22  40 %  Close?\n"
        "old    open  2026-06-10        Old?\n"
        "\n"
        "Your score so far\n"
        "1 question, Brier 0.040; too few to tell skill from luck.\n"
    )
    assert expected == forecast().out
    assert "Bob's score\nNone: no question" in forecast("--as", "Bob").out


def test_dashboard_json(forecast, tracked):
    """What `check` finds, and your row of the report."""
    shown = forecast("--json").json
    assert (["due"], ["close"]) == (ids(shown["due"]), ids(shown["closing"]))
    assert pytest.approx(0.04) == shown["score"]["brier"]
    assert forecast("--as", "Bob", "--json").json["score"] is None


def test_dashboard_of_an_empty_tracker_says_what_to_do(forecast):
    """A newcomer gets two commands to try."""
    out = forecast().out
    assert (True, True) == ("forecast add '" in out, "forecast demo" in out)


def test_dashboard_names_a_few_of_many(forecast):
    """The rest is counted, with the command that lists it."""
    for number in range(7):
        forecast("add", f"Rain {number}?", "--by", "+3d")
    assert "and 2 more: forecast list --status open\n" in forecast().out
