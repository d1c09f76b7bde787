"""Findings for other programs: SARIF 2.1.0 and GitHub's annotations."""

import re

from forecast.drafting.lint.engine import Finding, lint, sheet_of
from forecast.drafting.lint.formats import annotations, finding_shape, rule_shape, sarif
from forecast.drafting.lint.registry import RULES

FILE = '[[question]]\nid = "a"\ntitle = "Will it?"\nopened = 2027-01-10\ndeadline = 2027-06-30\n'
FINDINGS = lint([sheet_of(FILE.encode(), "my files/100%.toml", lambda question: None)])


def test_sarif_has_what_the_standard_asks_for() -> None:
    """Required properties, indices that fit, lines from 1, addresses that are ones.

    The log was checked once against OASIS' schema, which is not shipped.
    """
    log = sarif(FINDINGS, "1.0")
    assert {"$schema", "version", "runs"} == set(log)
    assert "2.1.0" == log["version"]
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule.code for rule in RULES] == [rule["id"] for rule in rules]
    for rule in rules:
        assert re.fullmatch(r"([A-Z][a-z]*)+", rule["name"])
        assert {"text"} == set(rule["shortDescription"]) == set(rule["help"])
    assert FINDINGS
    assert len(FINDINGS) == len(run["results"])
    for result, one in zip(run["results"], FINDINGS, strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == one.code
        assert {"text": one.message} == result["message"]
        assert result["level"] in ("none", "note", "warning", "error")
        (location,) = result["locations"]
        where = location["physicalLocation"]
        assert "my%20files/100%25.toml" == where["artifactLocation"]["uri"]
        assert one.line == where["region"]["startLine"] >= 1


def test_sarif_of_other_places() -> None:
    """A file named in full is an address; a question of a tracker a logical location."""
    findings = [
        Finding("/tmp/a.toml", 3, "a", "Q101", "no source"),
        Finding("C:\\a\\b.toml", None, "a", "Q101", "no source"),
        Finding("", None, "a", "Q101", "no source"),
    ]
    first, second, third = (
        result["locations"][0] for result in sarif(findings, "1")["runs"][0]["results"]
    )
    assert "file:///tmp/a.toml" == first["physicalLocation"]["artifactLocation"]["uri"]
    assert "file:///C:/a/b.toml" == second["physicalLocation"]["artifactLocation"]["uri"]
    assert {"startLine": 1} == second["physicalLocation"]["region"]
    assert [{"fullyQualifiedName": "a", "kind": "object"}] == third["logicalLocations"]


def test_annotations_are_escaped() -> None:
    """As GitHub's own toolkit does: properties more than messages."""
    findings = [
        Finding("a,b:c.toml", 3, "a", "Q101", "50% of\r\nit: yes, no"),
        Finding("", None, "a", "Q301", "no question"),
    ]
    assert [
        "::warning file=a%2Cb%3Ac.toml,line=3,title=Q101 no-source::50%25 of%0D%0Ait: yes, no",
        "::warning title=Q301 no-question::a: no question",
    ] == annotations(findings)


def test_json_says_where_and_what() -> None:
    """Null for what a question of a tracker has not."""
    assert {
        "file": None,
        "line": None,
        "id": "a",
        "code": "Q101",
        "name": "no-source",
        "message": "no source",
        "fixable": False,
    } == finding_shape(Finding("", None, "a", "Q101", "no source"))
    for rule in RULES:
        assert {"code", "name", "what", "why", "bad", "good", "fix", "guides"} == set(
            rule_shape(rule)
        )
