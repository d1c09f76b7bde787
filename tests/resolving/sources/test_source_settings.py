"""Settings are checked when a file is loaded, each by its name, all in one way."""

from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sources import URL, ask

from forecast.model import InvalidField, Question, Resolver, Setting
from forecast.questionfile.parsing import parse
from forecast.questionfile.tables import QuestionFileError
from forecast.resolving.sources import registry
from forecast.resolving.sources.contract import Source
from forecast.resolving.sources.registry import BUILTIN, check, source_of

GOOD: dict[str, dict[str, Setting]] = {
    "json": {"path": "$.a", "compare": "> 1"},
    "csv": {"column": "a", "compare": "> 1"},
    "html": {"select": "p", "compare": "> 1"},
    "feed": {"words": ("a", "b")},
    "page": {},
    "command": {"command": ("./a",)},
    "manual": {"where": "the register of treaties"},
}
CHOICE: dict[str, Any] = {"type": "choice", "options": ("Red", "Blue")}


def refused(
    type_: str, settings: dict[str, Setting], *, without: str = "", **fields: Any
) -> InvalidField:
    """The refusal of good settings with these in their place."""
    given_ = {**GOOD.get(type_, {}), **settings}
    given_.pop(without, None)
    with pytest.raises(InvalidField) as caught:
        check(ask(type_, given_, **fields))
    return caught.value


@pytest.mark.parametrize("type_", sorted(BUILTIN))
def test_good_settings_pass(type_: str) -> None:
    """The least of each kind."""
    check(ask(type_, GOOD[type_]))


def test_every_setting_at_once() -> None:
    """All that values may have."""
    settings: dict[str, Setting] = {
        **GOOD["json"],
        "dates": "$.d",
        "as_of": "$.u",
        "take": "last",
        "then": "no",
        "otherwise": "nothing",
        "wait": True,
        "since": "2025-12-01",
        "date_format": "%d/%m/%Y",
        "every": "7d",
        "headers.Accept": "text/json",
        "headers.Authorization": "Bearer ${TOKEN} $OTHER $$",
    }
    check(ask("json", settings))
    check(ask("csv", {**GOOD["csv"], "date": "d", "where.a": "x", "delimiter": ";"}))
    check(ask("html", {**GOOD["html"], "attribute": "a", "dates": ".d", "as_of": "#u"}))
    check(ask("feed", {**GOOD["feed"], "otherwise": "no", "since": "2026-02", "wait": False}))
    check(ask("page", {"select": "main", "every": "30d"}))
    check(ask("command", {"command": ("sh", "-c", "a\n b", ""), "every": "1d"}))


def test_no_resolver_is_fine() -> None:
    """Most questions have none."""
    question = ask("manual", GOOD["manual"])
    object.__setattr__(question, "resolver", None)
    check(question)


@pytest.mark.parametrize(
    ("type_", "settings", "field", "problem"),
    [
        ("jsn", {}, "type", "'jsn' is no kind of source: did you mean 'json'? known are command,"),
        ("xyz", {}, "type", "'xyz' is no kind of source: known are command, csv, feed, html, json"),
        ("json", {"pth": "$"}, "pth", "unknown key 'pth': did you mean 'path'? known are as_of,"),
        ("csv", {"Colum": "a"}, "Colum", "did you mean 'column'?"),
        ("page", {"compare": "> 1"}, "compare", "unknown key 'compare'"),
        ("manual", {"url": URL}, "url", "unknown key 'url': known are where"),
        ("json", {"path": 5}, "path", "is a number: write path ="),
        ("json", {"path": True}, "path", "is true or false: write"),
        ("json", {"path": ("$",)}, "path", "is a list: write"),
        ("json", {"path.a": "$"}, "path", "is a table: write"),
        ("json", {"path": ""}, "path", "is empty: write"),
        ("json", {"path": "$.a\nb"}, "path", "a line end"),
        ("json", {"path": "$" + "x" * 3000}, "path", "more than 2000 characters"),
        ("json", {"path": "a"}, "path", "'a' is no JSONPath: expected '$'"),
        ("json", {"dates": "$.."}, "dates", "is no JSONPath"),
        ("json", {"as_of": "2026"}, "as_of", "is no JSONPath"),
        ("json", {"wait": "yes"}, "wait", "is text: write wait = true"),
        ("json", {"headers": "a"}, "headers", "is text: write headers ="),
        ("csv", {"where.a": 5}, "where.a", "is a number: write where ="),
        ("csv", {"as_of": "$.a"}, "as_of", "'$.a' is none of fetched"),
        ("html", {"select": "td["}, "select", "'td[' is no CSS selector"),
        ("html", {"as_of": "!"}, "as_of", "is no CSS selector"),
        ("feed", {"words": "a"}, "words", "is text: write words ="),
        ("feed", {"words": ()}, "words", "is an empty list"),
        ("feed", {"words": ("a", "")}, "words", "is empty"),
        ("feed", {"words": ("!?",)}, "words", "a word without a letter"),
        ("feed", {"compare": "> 1"}, "compare", "unknown key"),
        ("command", {"command": ("",)}, "command", "names no program"),
        ("command", {"command": "./a"}, "command", "is text: write command ="),
        ("json", {"url": "ftp://a.org"}, "url", "does not begin with https:// or http://"),
        ("json", {"url": "example.org/x"}, "url", "does not begin with https://"),
        ("json", {"url": "https://"}, "url", "names no host"),
        ("json", {"url": "https:///x"}, "url", "names no host"),
        ("json", {"url": "https://a@b.org"}, "url", "holds a name or a password"),
        ("json", {"url": "https://a:pw@b.org"}, "url", "holds a name or a password"),
        ("json", {"url": "https://a.org/ b"}, "url", "holds a blank"),
        ("json", {"url": "https://a.org/ü"}, "url", "another character"),
        ("json", {"url": "https://a.org\\@b.org"}, "url", "another character"),
        ("json", {"url": "https://a.org:99999/"}, "url", "is no address"),
        ("json", {"url": "https://[::1/"}, "url", "is no address"),
        ("json", {"url": "file:///etc/passwd"}, "url", "does not begin with"),
        ("json", {"headers.A b": "x"}, "headers", "'A b' is not the name of a header"),
        ("json", {"headers.": "x"}, "headers", "'' is not the name of a header"),
        ("json", {"headers.Host": "x"}, "headers", "Host is not for a question to set"),
        ("json", {"headers.content-length": "5"}, "headers", "is not for a question to set"),
        ("json", {"headers.Transfer-Encoding": "x"}, "headers", "is not for a question to set"),
        ("json", {"headers.connection": "x"}, "headers", "is not for a question to set"),
        ("json", {"headers.A": "x", "headers.a": "y"}, "headers", "has a twice"),
        ("json", {"headers.A": "5 $"}, "headers", "A has a $ that no name follows"),
        ("json", {"headers.A": "ü"}, "headers", "A holds a character"),
        ("json", {"headers.A": 5}, "headers.A", "is a number"),
        ("json", {"every": "soon"}, "every", "is not a length of time: write 30d"),
        ("json", {"compare": "190"}, "compare", "'190' is no comparison"),
        ("json", {"take": "mean"}, "take", "'mean' is none of any, last"),
        ("json", {"take": "max", "compare": "== x"}, "take", "max is a number, and '== x' comp"),
        ("json", {"take": "count", "compare": "contains 1"}, "take", "count is a number"),
        ("json", {"then": "maybe"}, "then", "'maybe' is none of yes, no"),
        ("json", {"then": "annulled"}, "then", "a source annuls no question"),
        ("json", {"otherwise": "annulled"}, "otherwise", "a source annuls no question"),
        ("json", {"otherwise": "yes"}, "otherwise", "is 'yes', and so is then"),
        ("json", {"since": "soon"}, "since", "'soon' is not a date"),
        ("json", {"since": "2027-01-01"}, "since", "is not before the deadline"),
        ("json", {"since": "1/2/2026"}, "since", "more than one way"),
        ("json", {"date_format": "%d.%m."}, "date_format", "has no year"),
    ],
)
def test_what_would_not_work_is_refused_by_its_name(
    type_: str, settings: dict[str, Setting], field: str, problem: str
) -> None:
    """And says what to write."""
    error = refused(type_, settings)
    assert f"resolver.{field}" == error.field
    assert problem in error.problem
    assert len(error.problem) < 400


@pytest.mark.parametrize(
    ("type_", "key"),
    [
        *(("json", key) for key in ("url", "path", "compare")),
        *(("csv", key) for key in ("url", "column", "compare")),
        *(("html", key) for key in ("url", "select", "compare")),
        *(("feed", key) for key in ("url", "words")),
        *(("page", "url"), ("command", "command"), ("manual", "where")),
    ],
)
def test_what_is_needed_is_missed(type_: str, key: str) -> None:
    """With what to write."""
    given_ = {"url": URL, **GOOD[type_]}
    del given_[key]
    question = ask(type_, GOOD[type_])
    settings = tuple(sorted(given_.items())) if key != "where" else ()
    if type_ in ("command", "manual"):
        settings = ()
    object.__setattr__(question, "resolver", Resolver(type=type_, settings=settings))
    with pytest.raises(InvalidField, match=f"is missing: write {key} = ") as caught:
        check(question)
    assert f"resolver.{key}" == caught.value.field


@pytest.mark.parametrize(
    ("settings", "fields", "field", "problem"),
    [
        ({}, {"type": "number"}, "compare", "a number question takes the value: take it out"),
        ({"-": ""}, {"type": "number", "take": "any"}, "take", "any is no number"),
        ({"-": "", "then": "5"}, {"type": "number"}, "then", "answer is in the source"),
        ({"-": "", "otherwise": "5"}, {"type": "number"}, "otherwise", "has no other answer"),
        ({"take": "last"}, {"type": "date"}, "take", "takes the first value that passes"),
        ({"then": "2026-01-01"}, {"type": "date"}, "then", "answer is in the source"),
        ({"-": ""}, {"type": "date"}, "compare", "is missing"),
        ({}, CHOICE, "then", "is missing: write the option"),
        ({"then": "Green"}, CHOICE, "then", "'Green' is none of Red, Blue"),
        ({"then": "Red", "otherwise": "Red"}, CHOICE, "otherwise", "and so is then"),
        ({"-": "", "then": "Red"}, CHOICE, "then", "without compare the value names the option"),
        ({"-": "", "otherwise": "Red"}, CHOICE, "otherwise", "without compare"),
        ({"-": "", "take": "max"}, CHOICE, "take", "max gives no option: write last"),
        ({"-": "", "take": "count"}, CHOICE, "take", "count gives no option"),
    ],
)
def test_settings_must_fit_the_kind_of_question(
    settings: dict[str, Setting], fields: dict[str, Any], field: str, problem: str
) -> None:
    """A number is not compared, a date has no no. (`-` leaves the comparison out.)"""
    without = "compare" if "-" in settings else ""
    own = {key: value for key, value in settings.items() if key != "-"}
    fields = dict(fields)
    if "take" in fields:
        own["take"] = fields.pop("take")
    error = refused("json", own, without=without, **fields)
    assert f"resolver.{field}" == error.field
    assert problem in error.problem


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"-": ""}, {"type": "number"}),
        ({"-": "", "take": "sum", "wait": True}, {"type": "number"}),
        ({"-": ""}, CHOICE),
        ({"-": "", "take": "any", "otherwise": "nothing"}, CHOICE),
        ({"then": "Red", "take": "max"}, CHOICE),
        ({"take": "any", "otherwise": "nothing"}, {"type": "date"}),
        ({"take": "count", "compare": ">= 3"}, {}),
        ({"take": "first", "compare": "contains x"}, {}),
        ({"then": "no"}, {}),
    ],
)
def test_settings_that_fit(settings: dict[str, Setting], fields: dict[str, Any]) -> None:
    """For every kind of question."""
    given_ = {**GOOD["json"], **settings}
    if given_.pop("-", None) is not None and "compare" not in settings:
        del given_["compare"]
    check(ask("json", given_, **fields))


def test_a_feed_answers_no_number() -> None:
    """And a choice by `then` alone."""
    assert "a feed answers no number" in refused("feed", {}, type="number").problem
    assert "resolver.then" == refused("feed", {}, **CHOICE).field


def test_a_file_says_in_which_line() -> None:
    """As with everything else in it."""
    text = """
[[question]]
id = "q"
title = "Will it?"
opened = 2026-01-01
deadline = 2026-12-31

[question.resolver]
type = "json"
url = "https://example.org/x"
path = "$.a["
compare = "> 1"
"""
    with pytest.raises(QuestionFileError, match=r"^a\.toml:11: path: '\$\.a\[' is no JSONPath"):
        parse(text.encode(), "a.toml", check)
    (entry,) = parse(text.replace("a[", "a").encode(), "a.toml", check)
    assert entry.question.resolver is not None


# Sources of other packages -------------------------------------------------------------------


def _checked(question: Question) -> None:
    raise InvalidField("resolver.tide", "is too low")


def _stumbles(question: Question) -> None:
    raise KeyError("tide")


OWN = Source(check=_checked, find=None)
STUMBLING = Source(check=_stumbles, find=None)
NO_SOURCE = "tide"


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other packages' sources, one of them named as one of ours."""
    found = EntryPoints(
        EntryPoint(name, value, registry.GROUP)
        for name, value in [
            ("tide", f"{__name__}:OWN"),
            ("json", f"{__name__}:OWN"),
            ("stumbling", f"{__name__}:STUMBLING"),
            ("no-source", f"{__name__}:NO_SOURCE"),
            ("gone", "no_such_package.at_all:SOURCE"),
        ]
    )
    monkeypatch.setattr(registry, "entry_points", lambda group: found.select(group=group))
    source_of.cache_clear()
    yield
    source_of.cache_clear()


@pytest.mark.usefixtures("others")
def test_another_package_adds_a_source() -> None:
    """By an entry point; ours are not replaced."""
    assert source_of("tide") is OWN
    assert source_of("json") is not OWN
    assert "is too low" == refused("tide", {}).problem
    assert "did you mean 'tide'?" in refused("tid", {}).problem


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize(
    ("type_", "problem"),
    [
        ("gone", "'gone' comes from no_such_package.at_all:SOURCE, which does not load: ModuleNot"),
        ("no-source", ":NO_SOURCE, which is no Source"),
        ("stumbling", "the source 'stumbling' failed to check it: KeyError: 'tide'"),
    ],
)
def test_another_packages_fault_is_one_line(type_: str, problem: str) -> None:
    """It names whose it is."""
    error = refused(type_, {})
    assert "resolver.type" == error.field
    assert problem in error.problem


def test_only_what_is_used_is_imported() -> None:
    """A file with `json` alone needs no parser of HTML."""
    import subprocess
    import sys

    program = (
        "import sys; from forecast.resolving.sources.registry import source_of;"
        "source_of('json'); source_of('csv'); source_of('command');"
        "heavy = ('selectolax', 'feedparser', 'httpx', 'numpy');"
        "print([one for one in heavy if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "[]" == done.stdout.strip()


values: Any = (
    st.text(max_size=12).map(str.strip).filter(lambda text: "\0" not in text)
    | st.booleans()
    | st.integers(-5, 5)
    | st.lists(st.sampled_from(["a", "", "b c"]), max_size=2).map(tuple)
    | st.sampled_from(
        [
            "$.a",
            "td",
            "> 1",
            "contains x",
            "yes",
            "no",
            "nothing",
            "Red",
            "max",
            "any",
            "last",
            "count",
            "2026-05",
            "%Y",
            "fetched",
            "7d",
            URL,
            "tab",
            "$X",
            "annulled",
        ]
    )
)
keys = st.sampled_from(
    [
        "url",
        "path",
        "dates",
        "as_of",
        "compare",
        "take",
        "then",
        "otherwise",
        "wait",
        "since",
        "date_format",
        "every",
        "column",
        "date",
        "where.a",
        "where",
        "delimiter",
        "select",
        "attribute",
        "words",
        "command",
        "headers",
        "headers.A",
        "headers.$",
        "x",
        "path.y",
    ]
)


@given(
    st.sampled_from([*sorted(BUILTIN), "jsn"]),
    st.dictionaries(keys, values, max_size=7),
    st.booleans(),
    st.sampled_from([{}, {"type": "number"}, {"type": "date"}, CHOICE]),
)
def test_any_settings_are_fine_or_refused(
    type_: str, settings: dict[str, Setting], good: bool, fields: dict[str, Any]
) -> None:
    """By an `InvalidField` that names one of them, and by no other exception."""
    given_ = {**(GOOD.get(type_, {}) if good else {}), **settings}
    try:
        question = ask(type_, given_, **fields)
    except (InvalidField, ValueError):
        return
    try:
        check(question)
    except InvalidField as error:
        field = error.field
    else:
        return
    assert field.startswith("resolver.")
