"""`# lint: ignore Q101 why`: what it hides, where it stands, and when it is a finding itself."""

import pytest

from forecast.drafting.lint.engine import lint, sheet_of

RIGHT = '''\
[[question]]
id = "treaty"
title = "Will Norway's parliament approve the treaty by 30 June 2027?"
opened = 2027-01-10
deadline = 2027-06-30
criteria = """
Yes if the Storting consents by 30 June 2027. No otherwise; its record of the vote decides."""
sources = ["https://www.stortinget.no/"]
'''
WRONG = RIGHT.replace('["https://www.stortinget.no/"]', "[]")


def codes_in(text: str) -> list[tuple[str, int | None]]:
    """Codes and lines of what lint finds."""
    findings = lint([sheet_of(text.encode(), "f.toml", lambda question: None)])
    return [(one.code, one.line) for one in findings]


def test_without_a_comment_it_is_found() -> None:
    """In the line of the key."""
    assert [] == codes_in(RIGHT)
    assert [("Q101", 8)] == codes_in(WRONG)


@pytest.mark.parametrize(
    "text",
    [
        WRONG.replace("sources = []", "sources = []  # lint: ignore Q101 the club tells us"),
        WRONG.replace("sources = []", "#lint:ignore q101: the club tells us\nsources = []"),
        WRONG.replace("sources = []", "# lint: ignore Q101 told us\n# more words\nsources = []"),
        WRONG.replace("sources = []", "sources = [  # lint: ignore Q101 told us\n]"),
        WRONG.replace("sources = []", "sources = [\n]  # lint: ignore Q101 told us"),
        f"# lint: ignore Q101 the club tells us\n{WRONG}",
        WRONG.replace("[[question]]", "[[question]]  # lint: ignore Q101 told us"),
        f"# ours\n# lint: ignore Q101, Q505 told us\n\n{WRONG}\n[[question.forecast]]\n"
        'forecaster = "ann"\nat = 2027-02-01\nprobability = "0%"\n',
        f'# lint: ignore Q101 told us\n[article]\ntitle = "T"\n\n{WRONG}',
    ],
)
def test_a_comment_with_a_reason_hides_it(text: str) -> None:
    """In its line, above it, at its table, at the top of the file."""
    assert [] == codes_in(text)


def test_a_comment_hides_in_its_place_only() -> None:
    """Of two questions, the one below it; of two items, the one beside it."""
    second = WRONG.replace('"treaty"', '"other"').replace("Norway", "Sweden")
    third = second.replace("other", "third").replace("Sweden", "Denmark")
    text = f"{RIGHT}\n# lint: ignore Q101 told us\n{second}\n{third}"
    assert [("Q101", 27)] == codes_in(text)
    items = RIGHT.replace(
        '["https://www.stortinget.no/"]',
        '[\n  "news",  # lint: ignore Q102 nothing better\n  "media",\n]',
    )
    assert [("Q102", 10)] == codes_in(items)


def test_a_long_text_may_have_its_comment_at_its_end() -> None:
    """There is no other place for it."""
    vague = RIGHT.replace("No otherwise", "It is a no, etc., otherwise")
    at_end = (
        'Yes if they consent, accede etc. by 30 June 2027. No otherwise; its record decides."""'
    )
    text = RIGHT.replace(RIGHT.split("\n")[6], at_end)
    assert [("Q412", 7)] == codes_in(text)
    ignored = f"{at_end}  # lint: ignore Q412 so the treaty has it"
    assert [] == codes_in(text.replace(at_end, ignored))
    assert [] == codes_in(vague)


def test_a_comment_within_quotes_is_none() -> None:
    """What looks like one in a text hides nothing."""
    text = WRONG.replace("No otherwise", "# lint: ignore Q101 no comment\nNo otherwise")
    assert [("Q101", 9)] == codes_in(text)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# lint: ignore Q101", [("Q001", 8)]),
        ("# lint: ignore Q101 --", [("Q001", 8)]),
        ("# lint: ignore", [("Q001", 8), ("Q101", 8)]),
        ("# lint: ignore the club tells us", [("Q001", 8), ("Q101", 8)]),
        ("# lint: ignore Q102 it is vague", [("Q002", 8), ("Q101", 8)]),
        ("# lint: ignore Q101, Q102 it is vague", [("Q002", 8)]),
        ("# lint: ignore Q999 it is vague", [("Q002", 8), ("Q101", 8)]),
        ("# lint: ignore Q601 compared elsewhere", [("Q101", 8)]),
    ],
)
def test_a_comment_of_no_use_is_a_finding(comment: str, expected: list[tuple[str, int]]) -> None:
    """Without a rule, without a reason, or of no use; rules that compare are given the doubt."""
    found = codes_in(WRONG.replace("sources = []", f"sources = []  {comment}"))
    assert sorted(expected) == sorted(found)


def test_a_comment_that_stands_by_nothing_hides_nothing() -> None:
    """Below the last key, with an empty line below it."""
    text = f"{WRONG}\n# lint: ignore Q101 where am I\n\n"
    assert [("Q101", 8), ("Q002", 10)] == codes_in(text)


def test_an_ignore_is_of_use_whichever_rules_are_wanted() -> None:
    """With --select, the rules that are not shown run all the same."""
    text = WRONG.replace("sources = []", "sources = []  # lint: ignore Q101 told us")
    sheet = sheet_of(text.encode(), "f.toml", lambda question: None)
    assert [] == lint([sheet], frozenset({"Q002", "Q401"}))
