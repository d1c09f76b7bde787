"""Honest forecasters, simulated: what the promises of tests and intervals are held against.

Everything gives tables (lists of rows with names), so that documents can be made from them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.scoring.calibration import Calibration, calibration_of
from forecast.scoring.inference import mean_interval

FloatArray = npt.NDArray[np.float64]
Row = dict[str, Any]
#: One forecaster's (probability, outcome, clusters).
Tracker = tuple[FloatArray, FloatArray, npt.NDArray[np.int64] | None]
Population = Callable[[np.random.Generator, int], Tracker]

TESTS = ("cox", "spiegelhalter", "miscalibration")
REVIEWS = np.array([0.0, 0.25, 0.5, 0.75])  # when forecasts are updated, of a question's life
DAYS = np.arange(20) / 20  # when a day starts, of a question's life


def static(rng: np.random.Generator, n: int) -> Tracker:
    """Forecasts in whole percents that are never updated, and come true as often as they say."""
    p = np.round(1 / (1 + np.exp(-1.5 * rng.standard_normal(n))), 2)
    return p, (rng.random(n) < p).astype(np.float64), None


def dependent(rng: np.random.Generator, n: int, size: int = 3) -> Tracker:
    """As `static`, in events of `size` whose answers hang on one number: as one-sided as can be."""
    event = np.arange(n) // size
    p = np.round(1 / (1 + np.exp(-1.5 * rng.standard_normal(n))), 2)
    return p, (rng.random(n)[event] < p).astype(np.float64), event


def copied(rng: np.random.Generator, n: int, size: int = 3) -> Tracker:
    """As `static`, but each question is asked `size` times over."""
    p, y, _ = static(rng, -(-n // size))
    event = np.arange(n) // size
    return p[event], y[event], event


def exclusive(rng: np.random.Generator, n: int, size: int = 2) -> Tracker:
    """Events of two answers that exclude each other: one comes true where the other does not."""
    p, y, _ = static(rng, n // size)
    both = np.stack([p, 1 - p], axis=1).ravel(), np.stack([y, 1 - y], axis=1).ravel()
    return *both, np.arange(both[0].size) // size


@dataclass(frozen=True)
class Hazards:
    """One forecaster's questions "will it happen by", with a constant hazard that they know."""

    hazard: FloatArray
    opened: FloatArray
    happens: FloatArray  # after the opening; the deadline is at 1
    now: float

    def said(self, at: FloatArray | float) -> FloatArray:
        """Give the honest probability this long after the opening, if it did not happen yet."""
        return 1 - np.exp(-self.hazard * (1 - at))

    @property
    def ripe(self) -> npt.NDArray[np.bool_]:
        """Whose deadline has passed."""
        return self.opened + 1 <= self.now

    @property
    def early(self) -> npt.NDArray[np.bool_]:
        """Which have happened, while siblings still have time to become a no."""
        return ~self.ripe & (self.opened + self.happens <= self.now)


def hazards(rng: np.random.Generator, n: int, now: float = np.inf) -> Hazards:
    """Questions opened from 0 to 1, seen at `now`: forever after, unless given."""
    hazard = np.exp(rng.normal(-0.7, 1.0, n))
    return Hazards(hazard, rng.random(n), rng.exponential(1 / hazard), now)


def first_forecasts(rng: np.random.Generator, n: int) -> Tracker:
    """First forecasts on `n` questions that are over: what the calibration test takes."""
    q = hazards(rng, n)
    return q.said(0.0), (q.happens <= 1).astype(np.float64), None


def held_back(rng: np.random.Generator, n: int) -> Tracker:
    """First forecasts in the midst of it: half of twice `n` are ripe, early closers held back."""
    q = hazards(rng, 2 * n, now=1.5)
    return q.said(0.0)[q.ripe], (q.happens <= 1).astype(np.float64)[q.ripe], None


def early_included(rng: np.random.Generator, n: int) -> Tracker:
    """The same with early closers counted, which are all of them a yes."""
    q = hazards(rng, 2 * n, now=1.5)
    seen = q.ripe | q.early
    return q.said(0.0)[seen], (q.happens <= 1).astype(np.float64)[seen], None


def pooled_spells(rng: np.random.Generator, n: int) -> Tracker:
    """Every update as a row of its own, for as long as the question was open."""
    return _pooled(hazards(rng, n), REVIEWS, REVIEWS)


def pooled_days(rng: np.random.Generator, n: int) -> Tracker:
    """Every day as a row of its own, with the forecast that stood: pooled by time."""
    return _pooled(hazards(rng, n), DAYS, REVIEWS[np.searchsorted(REVIEWS, DAYS, "right") - 1])


def _pooled(q: Hazards, times: FloatArray, reviewed: FloatArray) -> Tracker:
    open_ = times < q.happens[:, None]
    p = 1 - np.exp(-q.hazard[:, None] * (1 - reviewed))
    y = np.broadcast_to((q.happens <= 1)[:, None], p.shape).astype(np.float64)
    return p[open_], y[open_], None


POPULATIONS: dict[str, Population] = {
    "static": static,
    "first forecasts": first_forecasts,
    "early held back": held_back,
    "early included": early_included,
    "spells pooled": pooled_spells,
    "days pooled": pooled_days,
    "events, one-sided": dependent,
    "events, copies": copied,
    "events, exclusive": exclusive,
}


def reports(
    population: str, n: int, trackers: int, *, draws: int = 999, seed: int = 1, events: bool = True
) -> Iterator[Calibration]:
    """Report on simulated trackers; `events=False` hides which questions hang together."""
    rng = np.random.default_rng([seed, n, *population.encode()])
    for _ in range(trackers):
        p, y, clusters = POPULATIONS[population](rng, n)
        yield calibration_of(p, y, clusters if events else None, draws=draws)


def sizes(
    population: str, n: int, trackers: int, *, seed: int = 1, events: bool = True
) -> list[Row]:
    """Give how often each test rejects honest trackers at a nominal 5 %."""
    found = list(reports(population, n, trackers, seed=seed, events=events))
    p_values = {
        "cox": [c.p_value for c in found],
        "spiegelhalter": [c.spiegelhalter_p_value for c in found],
        "miscalibration": [c.miscalibration_p_value for c in found],
    }
    return [
        {
            "population": population if events else f"{population}, unknown",
            "n": n,
            "trackers": trackers,
            "test": test,
            "rejected": float(np.mean([p is not None and p <= 0.05 for p in p_values[test]])),
        }
        for test in TESTS
    ]


def words(population: str, n: int, trackers: int, *, seed: int = 2, events: bool = True) -> Row:
    """Give how often honest trackers are said to be miscalibrated, and how often too few."""
    verdicts = [
        c.verdict for c in reports(population, n, trackers, draws=9_999, seed=seed, events=events)
    ]
    blamed = [v.startswith(("plainly", "signs")) for v in verdicts]
    return {
        "population": population if events else f"{population}, unknown",
        "n": n,
        "trackers": trackers,
        "blamed": float(np.mean(blamed)),
        "too few": float(np.mean([v == "too few to tell" for v in verdicts])),
    }


def coverage(
    n: int,
    records: int,
    *,
    spread: tuple[float, float] = (0.5, 0.5),
    size: int = 1,
    uneven: bool = False,
    sharpness: bool = True,
    seed: int = 3,
) -> Row:
    """Give how often a given 95 % interval of the mean Brier score holds the true one.

    Forecasts are drawn from a beta distribution of these parameters and come true as often as
    they say; those of an event are the same, and so are their answers: the hardest case.
    `sharpness=False` leaves out the rule about sharp records.
    """
    rng = np.random.default_rng([seed, n, size])
    a, b = spread
    truth = a * b / ((a + b) * (a + b + 1))  # E p (1 - p)
    given = held = 0
    for _ in range(records):
        event = np.arange(n) // size
        if uneven:
            event = np.minimum(event, rng.integers(n, size=n) // size)
        p = rng.beta(a, b, n)[event]
        y = rng.random(n)[event] < p
        rare = int(min(y.sum(), (~y).sum()))
        interval = mean_interval(
            (p - y) ** 2, event, rare_outcomes=rare, probability=p if sharpness else None
        )
        if interval.low is not None and interval.high is not None:
            given += 1
            held += interval.low <= truth <= interval.high
    return {
        "n": n,
        "spread": f"beta({a}, {b})",
        "event size": f"{size}{' and uneven' if uneven else ''}",
        "given": given / records,
        "coverage": held / given if given else None,
    }
