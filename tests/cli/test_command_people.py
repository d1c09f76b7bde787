"""`forecaster`: who is who."""

import pytest


@pytest.fixture
def people(forecast):
    """Ann and Bob forecast on a question that is resolved."""
    forecast("add", "Rain?", "--by", "2026-05-05", "--id", "rain", "-p", "10%")
    forecast("predict", "rain", "30%", "--as", "Bob")
    forecast("resolve", "rain", "no", now="2026-05-06")


def names(forecast):
    return [one["forecaster"] for one in forecast("report", "--json").json["forecasters"]]


def test_list(forecast, people):
    """Everybody with how much they said."""
    expected = "1 forecast  on 1 question  Bob\n1 forecast  on 1 question  ann\n"
    assert expected == forecast("forecaster", "list").out
    expected = {"forecaster": "Bob", "aliases": [], "n_questions": 1, "n_forecasts": 1}
    assert expected == forecast("forecaster", "list", "--json").json[0]


def test_list_of_nobody(forecast):
    """An empty tracker knows nobody."""
    assert "Nobody yet.\n" == forecast("forecaster", "list").out


def test_rename_goes_for_the_past_too(forecast, people):
    """The old name still finds the person."""
    assert "Bob is Robert from now on.\n" == forecast("forecaster", "rename", "Bob", "Robert").out
    assert ["Robert", "ann"] == names(forecast)
    assert "Robert (also Bob)\n" in forecast("forecaster", "list").out
    assert "Robert" in forecast("report", "--as", "Bob").out
    assert {"forecaster": "Rob", "was": "Robert"} == forecast(
        "forecaster", "rename", "Robert", "Rob", "--json"
    ).json


def test_rename_and_forget(forecast, people):
    """The old name is gone from everything the program says."""
    out = forecast("forecaster", "rename", "Bob", "X", "--forget").out
    assert "Bob is X from now on. The old names are gone.\n" == out
    shown = [forecast(*command).out for command in (("forecaster", "list"), ("dump",), ("report",))]
    assert [False] * 3 == ["Bob" in out for out in shown]


def test_merge_makes_two_names_one_person(forecast, people):
    """What one said counts as the other's."""
    assert "What Bob said counts as ann's.\n" == forecast("forecaster", "merge", "Bob", "ann").out
    assert ["ann"] == names(forecast)
    assert "ann (also Bob)\n" in forecast("forecaster", "list").out
    assert 1 == forecast("forecaster", "merge", "Bob", "ann").status


def test_merge_json(forecast, people):
    """Scripts learn the name that stays."""
    merged = forecast("forecaster", "merge", "Bob", "ann", "--json").json
    assert {"forecaster": "ann", "merged": "Bob"} == merged


def test_rename_to_somebody_else_names_the_way(forecast, people):
    """Two people do not become one by accident."""
    refused = forecast("forecaster", "rename", "Bob", "ann")
    assert (1, True) == (refused.status, "forecaster merge" in refused.err)
