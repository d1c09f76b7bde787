"""Every rule's examples: the bad one gives exactly that finding, the good one none."""

import re
import tomllib

import pytest

from forecast.drafting.lint.engine import Finding, lint, sheet_of
from forecast.drafting.lint.examples import whole_file
from forecast.drafting.lint.registry import BY_CODE, FAMILIES, RULES
from forecast.drafting.lint.rule import Example

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.name}")


def found_in(example: Example) -> list[Finding]:
    """What lint says of an example, completed to a file."""
    return lint([sheet_of(whole_file(example).encode(), "example.toml", lambda question: None)])


@every_rule
def test_the_bad_example_gives_this_finding(rule) -> None:
    """And no other, but those that it says it cannot avoid."""
    assert {rule.code, *rule.bad.also} == {one.code for one in found_in(rule.bad)}


@every_rule
def test_the_good_example_gives_none(rule) -> None:
    """Of any rule."""
    assert [] == found_in(rule.good)


@every_rule
def test_a_message_is_one_line_that_says_what_to_do(rule) -> None:
    """Not too long for a terminal or an annotation, no full stop, and nothing to be filled in."""
    for one in found_in(rule.bad):
        assert one.message == " ".join(one.message.split())
        assert 15 <= len(one.message) <= 220
        assert not one.message.endswith(".")
        assert "{" not in one.message


@every_rule
def test_a_rule_says_what_and_why(rule) -> None:
    """In sentences; its name is for people, its code of a known family."""
    assert re.fullmatch(r"Q[0-9]{3}", rule.code)
    assert rule.code[:2] in FAMILIES
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    for text in (rule.what, rule.why):
        assert text.endswith((".", "?", "…", '"'))
        assert text == " ".join(text.split())
    assert not rule.fix.endswith(".")


def test_codes_and_names_are_of_one_rule_each() -> None:
    """And a rule looks at one question, or compares them, or is the engine's own."""
    assert len(RULES) == len(BY_CODE) == len({rule.name for rule in RULES})
    for rule in RULES:
        kinds = [rule.find is not None, rule.compare is not None, rule.code.startswith("Q0")]
        assert 1 == sum(kinds), rule.code


def test_codes_are_for_good() -> None:
    """What people have written in their files and settings keeps its meaning: add, never change."""
    assert {
        "Q001": "ignore-without-reason",
        "Q002": "ignore-of-nothing",
        "Q003": "unreadable",
        "Q004": "still-open",
        "Q101": "no-source",
        "Q102": "vague-source",
        "Q103": "article-as-source",
        "Q104": "source-out-of-reach",
        "Q105": "link-without-scheme",
        "Q106": "tag-twice",
        "Q201": "no-deadline",
        "Q202": "deadline-against-title",
        "Q203": "deadline-against-criteria",
        "Q204": "title-without-time",
        "Q205": "relative-time",
        "Q206": "date-without-year",
        "Q207": "ambiguous-by",
        "Q208": "opened-far-from-article",
        "Q209": "no-known-by",
        "Q210": "already-known",
        "Q211": "clock-without-zone",
        "Q212": "slashed-date",
        "Q301": "no-question",
        "Q302": "vague-word",
        "Q303": "two-events",
        "Q304": "nameless-actor",
        "Q305": "negated-title",
        "Q306": "double-negation",
        "Q307": "undefined-abbreviation",
        "Q308": "title-without-threshold",
        "Q309": "possibility-not-event",
        "Q310": "loaded-word",
        "Q311": "untidy-title",
        "Q312": "long-title",
        "Q401": "no-criteria",
        "Q402": "nobody-decides",
        "Q403": "no-rule-for-failed-premise",
        "Q404": "other-number",
        "Q405": "other-unit",
        "Q406": "yes-only",
        "Q407": "options-leave-a-gap",
        "Q408": "options-overlap",
        "Q409": "no-unit",
        "Q410": "criteria-repeat-title",
        "Q411": "at-discretion",
        "Q412": "open-ended-list",
        "Q413": "leans-on-another-market",
        "Q501": "nested-deadlines",
        "Q502": "nested-thresholds",
        "Q503": "exclusive-above-one",
        "Q504": "complements",
        "Q505": "certainty",
        "Q601": "near-duplicate",
    }.items() <= {rule.code: rule.name for rule in RULES}.items()


@pytest.mark.parametrize(
    "text", ["title = 'Will it?'\n", "[question.resolution]\noutcome = 'no'\n"]
)
def test_an_example_is_completed_to_a_file(text: str) -> None:
    """What it says stays, what it leaves out is there; tables come last."""
    (question,) = tomllib.loads(whole_file(Example(text)))["question"]
    assert {"id", "title", "opened", "deadline", "criteria", "sources"} <= set(question)
    own = tomllib.loads(text.replace("[question.resolution]", "[resolution]"))
    assert own.items() <= question.items()
