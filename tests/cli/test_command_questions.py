"""`add`, `edit` and `comment`: what they echo, and what becomes of it."""

DEADLINE = "2026-06-01T23:59:59.999999Z"


def test_add_echoes_id_title_closing_time_and_forecast(forecast):
    """What was understood is said back, with the id to use from now on."""
    added = forecast("add", "Will it rain in Oslo?", "--by", "2026-06-01", "-p", "1:3")
    expected = (
        "rain-oslo: Will it rain in Oslo?\n"
        "Closes 2026-06-01 23:59 UTC.\n"
        "You say 25 %, read from '1:3'.\n"
    )
    assert (0, expected, "") == (added.status, added.out, added.err)


def test_add_speaks_of_the_forecaster_by_name_with_as(forecast):
    """`--as Bob` has Bob say so, not you."""
    added = forecast("add", "Rain?", "--by", "+3d", "-p", "7%", "--as", "Bob")
    assert "Bob says 7 %.\n" in added.out


def test_add_json(forecast):
    """Scripts get the id that was made, and the deadline as an instant."""
    added = forecast("--json", "add", "Will it rain?", "--by", "2026-06-01", "-p", "likely")
    expected = {"id": "rain", "title": "Will it rain?", "deadline": DEADLINE, "probability": 0.675}
    assert expected == added.json


def test_add_numbers_an_id_that_is_taken(forecast):
    """An id made from a title gives way; one that was asked for is refused."""
    forecast("add", "Will it rain?", "--by", "+3d")
    second = forecast("add", "Will it rain?", "--by", "+3d")
    third = forecast("add", "Will it rain?", "--by", "+3d", "--id", "rain")
    assert second.out.startswith("rain-2: Will it rain?\n")
    assert (1, True) == (third.status, "already" in third.err)


def test_add_keeps_everything_it_was_given(forecast):
    """Every option ends in its own field."""
    forecast(
        *("add", "Which party wins?", "--deadline", "2026-06-01", "--known-by", "2026-06-03"),
        *("--criteria", "The official count.", "--source", "https://a.org", "--source", "radio"),
        *("--tag", "politics", "--tag", "x", "--event", "vote", "--timezone", "Europe/Berlin"),
        *("--type", "choice", "--option", "Left", "--option", "Right", "--id", "vote"),
    )
    shown = forecast("show", "vote", "--json").json
    expected = {
        "title": "Which party wins?",
        "type": "choice",
        "deadline": "2026-06-01T21:59:59.999999Z",
        "known_by": "2026-06-03T21:59:59.999999Z",
        "criteria": "The official count.",
        "sources": ["https://a.org", "radio"],
        "tags": ["politics", "x"],
        "event": "vote",
        "timezone": "Europe/Berlin",
        "options": ["Left", "Right"],
    }
    assert expected == {key: shown[key] for key in expected}


def test_add_in_another_zone_echoes_the_instant(forecast):
    """A day in Berlin ends at another instant than one in UTC: both are shown."""
    added = forecast("add", "Rain?", "--by", "2026-06-01", "--timezone", "Europe/Berlin")
    assert "Closes 2026-06-01 23:59 CEST (2026-06-01T21:59:59.999999Z).\n" in added.out


def test_add_says_that_a_type_is_not_scored_yet(forecast):
    """Nobody should wait in vain for the score of a number."""
    added = forecast("add", "How much rain?", "--by", "+3d", "--type", "number", "--unit", "mm")
    assert "not yet scored" in added.out


def test_add_takes_empty_values_for_not_said(forecast):
    """`--tag ''` from a script's empty variable is no tag."""
    added = forecast("add", "Rain?", "--by", "+3d", "--tag", "", "--source", " ", "--id", "r")
    shown = forecast("show", "r", "--json").json
    assert (0, [], []) == (added.status, shown["tags"], shown["sources"])


def test_edit_makes_a_revision_and_keeps_the_rest(forecast):
    """Only what was given changes; lists are replaced, and emptied by an empty value."""
    forecast("add", "Rain?", "--by", "2026-06-01", "--tag", "a", "--source", "s", "--id", "r")
    edited = forecast("edit", "R", "--title", "Will it rain?", "--tag", "")
    expected = (
        "r: Will it rain?\nRevised; the earlier revision is kept.\nCloses 2026-06-01 23:59 UTC.\n"
    )
    assert expected == edited.out
    shown = forecast("show", "r", "--json").json
    assert ("Will it rain?", [], ["s"], 2) == (
        shown["title"],
        shown["tags"],
        shown["sources"],
        shown["n_revisions"],
    )
    assert "revision  2" in forecast("show", "r").out


def test_edit_without_a_difference_makes_no_revision(forecast):
    """Saying the same again leaves no trace."""
    forecast("add", "Rain?", "--by", "2026-06-01", "--id", "r")
    assert "Nothing differs" in forecast("edit", "r", "--title", "Rain?").out
    assert {"id": "r", "changed": False} == forecast("edit", "r", "--json").json


def test_edit_moves_days_with_a_new_zone(forecast):
    """The deadline was a day, and stays that day where the question is about."""
    forecast("add", "Rain?", "--by", "2026-06-01", "--known-by", "2026-06-02", "--id", "r")
    forecast("edit", "r", "--timezone", "Asia/Tokyo")
    shown = forecast("show", "r", "--json").json
    assert ("2026-06-01T14:59:59.999999Z", "2026-06-02T14:59:59.999999Z") == (
        shown["deadline"],
        shown["known_by"],
    )


def test_edit_takes_known_by_back(forecast):
    """An empty --known-by is no longer said, so that the deadline can move past it."""
    forecast("add", "Rain?", "--by", "2026-06-01", "--known-by", "2026-06-02", "--id", "r")
    edited = forecast("edit", "r", "--known-by", "", "--by", "2026-07-01")
    shown = forecast("show", "r", "--json").json
    assert (0, shown["deadline"]) == (edited.status, shown["known_by"])


def test_edit_of_the_meaning_is_refused_once_there_are_forecasts(forecast):
    """What people forecast must not become another question behind their back."""
    forecast("add", "Rain?", "--by", "2026-06-01", "-p", "50%", "--id", "r")
    refused = forecast("edit", "r", "--by", "2026-07-01")
    assert (1, True) == (refused.status, "--change-meaning" in refused.err)
    assert 0 == forecast("edit", "r", "--by", "2026-07-01", "--change-meaning").status
    assert "its meaning was changed" in forecast("show", "r").out
    forecast("resolve", "r", "no", now="2026-08-01")
    assert "meaning was changed after people had forecast: r." in forecast("report").out
    assert ["r"] == forecast("report", "--json").json["changed_meaning"]


def test_comment_is_echoed_and_shown(forecast):
    """A remark has an author and a time."""
    forecast("add", "Rain?", "--by", "+3d", "--id", "r")
    said = forecast("comment", "r", " Clouds! ", "--as", "Bob")
    assert "r: Rain?\nBob: Clouds!\n" == said.out
    assert "2026-05-04 12:00 UTC Bob: Clouds!" in forecast("show", "r").out
    expected = {"author": "Bob", "made_at": "2026-05-04T12:00:00.000000Z", "text": "Clouds!"}
    assert [expected] == forecast("show", "r", "--json").json["comments"]
    assert "r" == forecast("comment", "r", "More.", "--json").json["id"]
