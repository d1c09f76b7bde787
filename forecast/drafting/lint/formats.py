"""Findings for other programs: JSON, SARIF 2.1.0, GitHub's annotations."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from forecast.drafting.lint.engine import Finding
from forecast.drafting.lint.registry import RULES
from forecast.drafting.lint.rule import Rule

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_INDEX = {rule.code: index for index, rule in enumerate(RULES)}


def finding_shape(finding: Finding) -> dict[str, Any]:
    """Give a finding as JSON."""
    return {
        "file": finding.file or None,
        "line": finding.line,
        "id": finding.id or None,
        "code": finding.code,
        "name": finding.rule.name,
        "message": finding.message,
        "fixable": finding.edit is not None,
    }


def rule_shape(rule: Rule) -> dict[str, Any]:
    """Give a rule as JSON."""
    return {
        "code": rule.code,
        "name": rule.name,
        "what": rule.what,
        "why": rule.why,
        "bad": rule.bad.text,
        "good": rule.good.text,
        "fix": rule.fix or None,
        "guides": [guide._asdict() for guide in rule.guides],
    }


def sarif(findings: Iterable[Finding], version: str) -> dict[str, Any]:
    """Give findings as a SARIF log.

    Parameters
    ----------
    findings : iterable of Finding
    version : str
        Of this program.

    Returns
    -------
    dict
        Questions of a tracker have no file: they are logical locations.
    """
    driver = {
        "name": "forecast lint",
        "version": version,
        "rules": [_descriptor(rule) for rule in RULES],
    }
    results = [
        {
            "ruleId": finding.code,
            "ruleIndex": _INDEX[finding.code],
            "level": "warning",
            "message": {"text": finding.message},
            "locations": [_location(finding)],
        }
        for finding in findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def annotations(findings: Sequence[Finding]) -> list[str]:
    """Give findings as workflow commands, which GitHub shows beside the lines of a change."""
    lines = []
    for finding in findings:
        properties = {"title": f"{finding.code} {finding.rule.name}"}
        message = finding.message
        if finding.file:
            properties = {"file": finding.file, "line": str(finding.line or 1), **properties}
        else:
            message = f"{finding.id}: {message}"
        listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        lines.append(f"::warning {listed}::{_data(message)}")
    return lines


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {"text": f"Bad:\n{rule.bad.text}\nGood:\n{rule.good.text}"},
        "defaultConfiguration": {"level": "warning"},
    }


def _location(finding: Finding) -> dict[str, Any]:
    if not finding.file:
        return {"logicalLocations": [{"fullyQualifiedName": finding.id, "kind": "object"}]}
    uri = quote(finding.file.replace("\\", "/"), safe="/:~")
    if uri.startswith("/") or uri[1:2] == ":":
        uri = f"file://{'' if uri.startswith('/') else '/'}{uri}"
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": finding.line or 1},
        }
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
