"""`predict`, `withdraw` and `retract`: what they echo, and what becomes of it."""

import pytest

LATER = "2026-05-06T12:00Z"


@pytest.fixture
def rain(forecast):
    """A question of a month, on which nobody has forecast."""
    forecast("add", "Will it rain?", "--by", "2026-06-01", "--id", "rain-2026")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("7%",), "You say 7 %."),
        (("70",), "You say 70 %, read from '70'."),
        (("0.07",), "You say 7 %."),
        (("1:13",), "You say 7.14 %, read from '1:13'."),
        (("1 in 14",), "You say 7.14 %, read from '1 in 14'."),
        (("1", "in", "14"), "You say 7.14 %, read from '1 in 14'."),
        (("0%",), "You say 0 %."),
        (
            ("almost", "certainly", "not"),
            "You say 3 %, read from 'almost certainly not' (1 % to 5 %, ICD 203 (2015)).",
        ),
    ],
)
def test_predict_echoes_what_it_read(forecast, rain, typed, said):
    """The number as a percentage, beside what was typed where that is not the number itself."""
    predicted = forecast("predict", "rain", *typed)
    assert (0, f"rain-2026: Will it rain?\n{said}\n") == (predicted.status, predicted.out)


def test_predict_names_what_stood_before(forecast, rain):
    """An update says what it replaces."""
    forecast("predict", "rain", "30%")
    updated = forecast("predict", "RAIN", "40%", now=LATER)
    assert "You say 40 %; it was 30 %.\n" in updated.out


def test_predict_json(forecast, rain):
    """Scripts get what was recorded."""
    expected = {
        "id": "rain-2026",
        "forecaster": "Bob",
        "made_at": "2026-05-04T12:00:00.000000Z",
        "probability": 0.675,
        "words": "likely",
        "private": False,
        "counts": True,
    }
    assert expected == forecast("predict", "rain", "likely", "--as", "Bob", "--json").json


def test_predict_at_an_earlier_time(forecast, rain):
    """A backdated forecast says when it was said, and that a later one stands."""
    forecast("predict", "rain", "30%", now=LATER)
    earlier = forecast("predict", "rain", "20%", "--at", "2026-05-05")
    assert "Said at 2026-05-05 00:00 UTC.\n" in earlier.out
    assert "a forecast made later stands" in earlier.out
    assert 0.3 == forecast("list", "--json").json[0]["probability"]


def test_predict_after_the_answer_says_that_it_will_not_count(forecast, rain):
    """Hindsight is recorded, and told what it is worth."""
    forecast("resolve", "rain", "yes", now=LATER)
    late = forecast("predict", "rain", "99%", now="2026-05-07")
    assert "will not count" in late.out
    assert forecast("predict", "rain", "99%", "--json").json["counts"] is False
    reasons = [one["reason"] for one in forecast("show", "rain", "--json").json["forecasts"]]
    assert ["after the answer", "after the answer"] == reasons


def test_predict_after_the_deadline_says_that_it_will_not_count(forecast, rain):
    """Nor does it count before the answer is known."""
    late = forecast("predict", "rain", "99%", now="2026-06-02")
    assert "will not count" in late.out
    assert "[does not count: after the deadline]" in " ".join(forecast("show", "rain").out.split())


def test_predict_on_another_type_says_how_to_do_it(forecast):
    """A choice takes more than one number."""
    forecast("add", "Who?", "--by", "+3d", "--type", "choice", "--option", "A", "--option", "B")
    refused = forecast("predict", "who", "50%")
    assert (1, True) == (refused.status, "forecast load" in refused.err)


def test_withdraw_echoes_and_ends_the_forecast(forecast, rain):
    """From now on there is none; until now it counts."""
    forecast("predict", "rain", "30%")
    withdrawn = forecast("withdraw", "rain", "--note", "no idea", now=LATER)
    expected = (
        "rain-2026: Will it rain?\n"
        "Withdrawn: the forecast of 30 % stands until now, and counts for that time.\n"
    )
    assert expected == withdrawn.out
    assert forecast("list", "--json").json[0]["probability"] is None
    assert "ann: withdraws — no idea" in forecast("show", "rain").out
    assert 1 == forecast("withdraw", "rain").status


def test_withdraw_as_of_an_earlier_day(forecast, rain):
    """The day is echoed; before what stands there is nothing to withdraw."""
    forecast("predict", "rain", "30%")
    earlier = forecast("withdraw", "rain", "--at", "2026-05-05", now=LATER)
    assert "stands until 2026-05-05 00:00 UTC, and counts" in earlier.out
    forecast("predict", "rain", "40%")
    refused = forecast("withdraw", "rain", "--at", "2026-05-05T01:00Z")
    assert (2, True) == (refused.status, "is before the forecast" in refused.err)
    assert 0.4 == forecast("list", "--json").json[0]["probability"]


def test_withdraw_on_the_opening_day_is_from_the_opening_on(forecast, rain):
    """The JSON has the instant that was recorded."""
    forecast("predict", "rain", "30%")
    withdrawn = forecast("withdraw", "rain", "--at", "2026-05-04", "--json", now=LATER)
    expected = {
        "id": "rain-2026",
        "forecaster": "ann",
        "withdrawn_at": "2026-05-04T12:00:00.000000Z",
    }
    assert expected == withdrawn.json


def test_withdraw_after_the_deadline_says_that_it_changes_nothing(forecast, rain):
    """A withdrawal cannot take back what was scored."""
    forecast("predict", "rain", "30%")
    assert "the scores stay as they are" in forecast("withdraw", "rain", now="2026-06-02").out


def test_retract_of_a_slip_never_counts(forecast, rain):
    """Within a day and before the answer the slip is as if not said."""
    forecast("predict", "rain", "30%")
    forecast("predict", "rain", "4%")
    retracted = forecast("retract", "rain")
    expected = "rain-2026: Will it rain?\nForecast 2, 4 %, is retracted and never counts.\n"
    assert expected == retracted.out
    assert 0.3 == forecast("list", "--json").json[0]["probability"]
    assert "[does not count: retracted]" in forecast("show", "rain").out


def test_retract_too_late_is_a_withdrawal(forecast, rain):
    """A forecast that has stood for days cannot be unsaid."""
    forecast("predict", "rain", "30%")
    late = forecast("retract", "rain", "--n", "1", now=LATER)
    assert "too late to be undone" in late.out
    assert forecast("list", "--json").json[0]["probability"] is None
    assert "[retracted later]" in forecast("show", "rain").out


def test_retract_json(forecast, rain):
    """Scripts learn which one, and whether it counts."""
    forecast("predict", "rain", "30%")
    expected = {"id": "rain-2026", "n": 1, "never_counts": True}
    assert expected == forecast("retract", "rain", "--json").json
