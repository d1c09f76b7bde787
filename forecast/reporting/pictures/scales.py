"""Where a probability stands on an axis: in percent, or on log odds for those near 0 and 1."""

import math
from dataclasses import dataclass

from forecast.model import NotReadable

AXES = ("linear", "log-odds")
#: On log odds; each is as far from its neighbour as evidence for it is.
_TICKS = (0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9)
#: In log odds: the last place for what is not certain, and the place of what is.
_FARTHEST, _CERTAIN = 7.3, 8.25


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of probabilities.

    Parameters
    ----------
    name : {"linear", "log-odds"}
    low, high : float
        Its ends.
    ticks : tuple of (float, str)
        Places, and what stands there: percentages.
    step : float
        So far apart are the bars of a distribution.
    last_low : float
        Below it lies only what has no place of its own.
    """

    name: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    step: float
    last_low: float

    def place(self, probability: float) -> float:
        """Give the place of a probability.

        On log odds 0 and 1 are infinitely far away: they stand at the edge, beyond everything
        else. Below 0.07 % and above 99.93 % there is one place for all.

        Examples
        --------
        >>> scale("linear").place(0.5), scale("log-odds").place(0.5)
        (50.0, 0.0)
        """
        if self.name == "linear":
            return probability * 100
        if self.is_edge(probability):
            return _CERTAIN if probability else -_CERTAIN
        odds = math.log(probability) - math.log1p(-probability)
        return min(max(odds, -_FARTHEST), _FARTHEST)

    def is_edge(self, probability: float) -> bool:
        """Whether a probability stands at the edge because its own place is infinitely far."""
        return self.name == "log-odds" and probability in (0.0, 1.0)

    def cell(self, probability: float) -> float:
        """Give the place of the bar a probability belongs to.

        Examples
        --------
        >>> scale("linear").cell(0.124)
        12.0
        """
        place = self.place(probability)
        return place if self.is_edge(probability) else round(place / self.step) * self.step


def scale(name: str) -> Scale:
    """Give an axis by its name.

    Raises
    ------
    NotReadable
        If there is no such axis.
    """
    if name == "linear":
        ticks = tuple((float(at), str(at)) for at in range(0, 101, 10))
        return Scale(name, -2.5, 102.5, ticks, 1.0, -2.5)
    if name != "log-odds":
        raise NotReadable(f"no axis '{name}': choose one of {', '.join(AXES)}")
    odds = [(math.log(at / (100 - at)), f"{at:g}") for at in _TICKS]
    ticks = ((-_CERTAIN, "0"), *odds, (_CERTAIN, "100"))
    return Scale(name, -_CERTAIN - 0.2, _CERTAIN + 0.2, ticks, 0.15, -(_FARTHEST + _CERTAIN) / 2)
