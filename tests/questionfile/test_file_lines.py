"""The line of a place is found, whatever the way its TOML is written."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.questionfile.lines import Place, line_of, overdone_line

TEXT = Path(__file__).with_name("places.toml").read_text()


@pytest.mark.parametrize(
    ("place", "starts"),
    [
        (("top",), "top ="),
        (("quoted key",), '"quoted'),
        (("its",), "'its'"),
        (("deadline",), '"dead'),
        (("article",), "article.title"),
        (("article", "title"), "article.title"),
        (("article", "publisher"), "article . publisher"),
        (("question",), '[[question]]\nid = "a"'),
        (("question", 0), '[[question]]\nid = "a"'),
        (("question", 0, "id"), 'id = "a"'),
        (("question", 0, "criteria"), "criteria ="),
        (("question", 0, "tags", 1), '    "[[question]]"'),
        (("question", 0, "tags", 2, 1, "id"), "    [1, {"),
        (("question", 0, "tags", 2, 1, "deep", "deeper"), "    [1, {"),
        (("question", 0, "tags", 3), '    "y ='),
        (("question", 0, "note"), "note ="),
        (("question", 0, "forecast"), "[[ question"),
        (("question", 0, "forecast", 0), "[[ question"),
        (("question", 0, "forecast", 0, "value"), "value = 1.5"),
        (("question", 0, "forecast", 1, "at"), "at = 2"),
        (("question", 0, "resolution"), "[question."),
        (("question", 0, "resolution", "outcome"), "outcome ="),
        (("question", 1), '[[question]]\nid = "b"'),
        (("question", 1, "id"), 'id = "b"'),
        (("question", 1, "text"), "text ="),
        (("question", 1, "last"), "last ="),
        (("question", 1, "forecast", 0, "at"), "at = 3"),
        # What stands nowhere: the nearest above.
        (("question", 1, "title"), '[[question]]\nid = "b"'),
        (("question", 0, "forecast", 0, "forecaster"), "[[ question"),
    ],
)
def test_each_place_is_found_where_it_stands(place: Place, starts: str) -> None:
    """Nothing that only looks like a header or a key leads astray."""
    for newline in ("\n", "\r\n"):
        text = TEXT.replace("\n", newline)
        tomllib.loads(text)
        before = TEXT.split("\n" + starts)[0]
        assert before.count("\n") + 2 == line_of(text, place)


def test_what_stands_nowhere_at_all_is_the_files() -> None:
    """Line 1, where an editor opens a file anyway."""
    assert 1 == line_of("\n\na = 1\n", ("b",))
    assert 1 == line_of("", ())


@pytest.mark.parametrize("quotes", ['"""', "'''"])
@pytest.mark.parametrize("inside", ["", "\n", "a", '"', "''", "a\n[b]\nc = 1\n", "# ", "\\\\"])
def test_a_long_text_hides_what_it_holds(quotes: str, inside: str) -> None:
    """Its end is found also where quotes stand before it."""
    if inside.endswith(quotes[0]) and len(inside) > 2:
        return
    text = f"a = {quotes}{inside}{quotes} # c\nlast = 1\n"
    tomllib.loads(text)
    assert text.count("\n") == line_of(text, ("last",))


values = st.recursive(
    st.text(max_size=8) | st.integers(-9, 9) | st.booleans() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def places(content: Any, place: Place = ()) -> list[Place]:
    """Every place in what `tomllib` read."""
    if isinstance(content, dict):
        keys: list[Any] = list(content)
    elif isinstance(content, list):
        keys = list(range(len(content)))
    else:
        return []
    below = [(*place, key) for key in keys]
    return below + [deep for one in below for deep in places(content[one[-1]], one)]


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_every_place_is_found_in_whatever_toml_can_say(content: dict[str, Any]) -> None:
    """The walk ends up knowing exactly the keys that `tomllib` knows, in lines that hold them."""
    from forecast.questionfile.lines import _Walk

    text = tomlkit.dumps(content)
    assert set(places(tomllib.loads(text))) == set(_Walk(text).found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("a = [[1], [2]]\nb.c.d = 1", None),
        ('a = "' + "." * 999 + "[" * 999 + '"', None),
        ("a = 1\nb = " + "[" * 101, 2),
        ("a = 1\n\n" + "b." * 101 + "c = 1", 3),
        ('a = """\n\n', None),
    ],
)
def test_nesting_and_dots_beyond_reason_are_found(text: str, line: int | None) -> None:
    """Outside of texts and comments."""
    assert line == overdone_line(text)
