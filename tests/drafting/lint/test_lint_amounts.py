"""Numbers with their units, and which side of them is meant."""

import pytest

from forecast.drafting.lint.amounts import amounts


@pytest.mark.parametrize(
    ("text", "value", "unit", "side", "strict"),
    [
        ("at least 10%", 10, "%", "up", False),
        ("at least 10.0 per cent", 10, "%", "up", False),
        ("more than 3 percentage points", 3, "percentage points", "up", True),
        ("exceeds 25 bps", 25, "basis points", "up", True),
        ("above $100", 100, "US dollars", "up", True),
        ("over US$2.5 trillion", 2.5e12, "US dollars", "up", True),
        ("below €1,250.50", 1250.5, "euros", "down", True),
        ("at most £5m", 5e6, "pounds", "down", False),
        ("10 or more", 10, "", "up", False),
        ("100 million dollars or less", 1e8, "US dollars", "down", False),
        ("no more than 1.5 °C", 1.5, "degrees Celsius", "down", False),
        ("≥ 5,000", 5000, "", "up", False),
        ("150k", 150_000, "", "", False),
    ],
)
def test_a_number_is_read_with_unit_and_side(
    text: str, value: float, unit: str, side: str, strict: bool
) -> None:
    """As titles and criteria write them."""
    (one,) = amounts(f"Will it be {text} in June 2026?")
    assert (value, unit, side, strict) == (one.value, one.unit, one.side, one.strict)


@pytest.mark.parametrize(
    "text",
    [
        "by 2026",
        "on 5 May 2026",
        "the 20th congress",
        "GPT-5",
        "COVID-19",
        "at 10:30",
        "S/2022/155",
    ],
)
def test_what_counts_nothing_is_no_amount(text: str) -> None:
    """Dates, ordinals, names, clocks, numbers of documents."""
    assert [] == amounts(text)
