"""What tests and words promise, held by simulated honest forecasters.

The short forms run always, with the seeds fixed and room for chance; the full ones, with the
numbers that are promised, are marked slow and print their tables.
"""

import pytest
from simulated import Row, coverage, sizes, words

HONEST = ("static", "first forecasts", "early held back")
EVENTS = ("events, one-sided", "events, copies", "events, exclusive")
#: Spreads of forecasts from sharp to vague, as parameters of a beta distribution.
SPREADS = ((0.2, 0.2), (0.3, 1.2), (0.5, 0.5), (1.0, 1.0))


def rejected(rows: list[Row], test: str) -> float:
    """Give the rate of one test."""
    (rate,) = [row["rejected"] for row in rows if row["test"] == test]
    return float(rate)


@pytest.mark.parametrize("population", HONEST)
def test_honest_forecasters_are_rejected_as_rarely_as_promised(population: str) -> None:
    """Short form: 200 trackers of 30 questions, at a nominal 5 %."""
    for row in sizes(population, 30, 200):
        assert 0.01 <= row["rejected"] <= 0.1, row


def test_pooled_spells_would_make_the_honest_look_miscalibrated() -> None:
    """Short form of the reason why a question gives one forecast to the test."""
    assert rejected(sizes("days pooled", 100, 40), "cox") > 0.5
    assert rejected(sizes("spells pooled", 100, 60), "cox") > 0.15
    assert rejected(sizes("early included", 100, 60), "cox") > 0.4


@pytest.mark.parametrize("population", EVENTS)
def test_events_do_not_make_the_honest_look_miscalibrated(population: str) -> None:
    """Short form: however the answers of an event depend on each other."""
    found = sizes(population, 60, 100)
    assert rejected(found, "cox") <= 0.12
    assert rejected(found, "spiegelhalter") <= 0.12


def test_words_of_miscalibration_are_rare() -> None:
    """Short form: 100 honest trackers."""
    assert words("first forecasts", 60, 100)["blamed"] <= 0.04


@pytest.mark.parametrize("spread", SPREADS)
def test_given_intervals_cover(spread: tuple[float, float]) -> None:
    """Short form: sharp and vague forecasts, events and none."""
    for n, size in ((30, 1), (60, 1), (100, 4)):
        row = coverage(n, 300, spread=spread, size=size)
        if row["given"] > 0.2:
            assert row["coverage"] >= 0.87, row


@pytest.mark.slow
@pytest.mark.parametrize("population", HONEST)
@pytest.mark.parametrize("n", [10, 30, 100])
def test_sizes_in_full(population: str, n: int) -> None:
    """Of 2,000 at a nominal 5 %: never above 6.5 %, and not under 3 % from 30 questions on."""
    for row in sizes(population, n, 2000):
        print(row)
        assert row["rejected"] <= 0.065, row
        assert n < 30 or row["rejected"] >= 0.03, row


@pytest.mark.slow
def test_first_forecasts_and_pooled_ones_in_full() -> None:
    """1,000 honest trackers of 100 questions: 3 to 6.5 % by first forecasts, most when pooled."""
    rates = {
        population: rejected(sizes(population, 100, 1000), "cox")
        for population in ("first forecasts", "early held back", "spells pooled", "days pooled")
    }
    print(rates)
    assert 0.03 <= rates["first forecasts"] <= 0.065
    assert 0.03 <= rates["early held back"] <= 0.065
    assert rates["spells pooled"] > 0.2
    assert rates["days pooled"] > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("population", [*HONEST, *EVENTS])
def test_words_in_full(population: str) -> None:
    """Of 2,000 honest trackers at most 1.5 % are said to be miscalibrated."""
    row = words(population, 100, 2000)
    print(row)
    assert row["blamed"] <= 0.015


@pytest.mark.slow
@pytest.mark.parametrize("spread", [*SPREADS, (0.1, 0.9), (1.0, 4.0), (2.0, 2.0)])
def test_coverage_in_full(spread: tuple[float, float]) -> None:
    """Wherever a 95 % interval is given to one in twenty or more, at least 90 % hold the mean."""
    for n in (10, 20, 30, 60, 100, 300):
        for size in (1, 2, 5, 10):
            for uneven in (False, True)[: 1 + (size > 1)]:
                row = coverage(n, 4000, spread=spread, size=size, uneven=uneven)
                print(row)
                if row["given"] >= 0.05:
                    assert row["coverage"] >= 0.9, row
