"""Questions that are one but for a day, a number or a name, and what one person says of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from forecast.drafting.lint.amounts import Amount, amounts
from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.english import content
from forecast.drafting.lint.times import Mention
from forecast.model import Forecast

#: What is said within a day is said together.
_TOGETHER = timedelta(days=1)
_HEADS = "president|prime minister|chancellor|premier|pope|mayor|governor|leader|chair|speaker"
_WINNER = re.compile(
    r"^Will (?:the )?(?P<who>[A-Z][^?]*?) (?P<what>win the (?!nobel\b|most\b)"
    r"|be(?:come)? the next "
    rf"|be (?:re-?)?elected (?:as )?(?:the )?(?:{_HEADS})\b)(?P<rest>[^?]*)",
    re.IGNORECASE,
)

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A forecast with its place: how many-th of its question it is."""

    asked: Asked
    index: int
    forecast: Forecast

    @property
    def low(self) -> float:
        """The least that its words can mean."""
        return _or(self.forecast.low, self.forecast.probability)

    @property
    def high(self) -> float:
        """The most that its words can mean."""
        return _or(self.forecast.high, self.forecast.probability)

    @property
    def chance(self) -> float:
        """Its probability."""
        return _or(self.forecast.probability, None)


def but_for_deadline(asked: Asked) -> tuple[Stems, Mention] | None:
    """Give a title without the day by which it asks, and that day; None where it has not one."""
    bounds = [one for one in asked.title_times if one.bounds and one.has_year]
    if len(bounds) != 1 or asked.question.type != "binary":
        return None
    one = bounds[0]
    return tuple(content(f"{asked.title[: one.start]} {asked.title[one.end :]}")), one


def but_for_amount(asked: Asked) -> tuple[Stems, Amount] | None:
    """Give a title without its threshold, and that; None where it has not one."""
    found = [one for one in amounts(asked.title) if one.side]
    if len(found) != 1 or asked.question.type != "binary":
        return None
    one = found[0]
    return tuple(content(f"{asked.title[: one.start]} {asked.title[one.end :]}")), one


def but_for_winner(asked: Asked) -> tuple[Stems, str] | None:
    """Give what only one can win or become, and who it is in this title."""
    found = _WINNER.match(asked.title)
    if found is None or asked.question.type != "binary":
        return None
    if "elected" in found["what"].lower() and any(one.bounds for one in asked.title_times):
        return None  # by a day, several may be elected one after the other
    return tuple(content(found["what"] + found["rest"])), " ".join(content(found["who"]))


def said_together(group: list[Asked]) -> Iterator[list[Said]]:
    """Give what one forecaster says of several questions at one time: of each the latest."""
    by_forecaster: dict[str, list[Said]] = {}
    for asked in group:
        for index, forecast in enumerate(asked.entry.forecasts):
            said = Said(asked, index, forecast)
            by_forecaster.setdefault(forecast.forecaster, []).append(said)
    for history in by_forecaster.values():
        history.sort(key=lambda said: said.forecast.made_at)
        for moment in dict.fromkeys(said.forecast.made_at for said in history):
            standing = _standing(history, moment)
            if len(standing) > 1:
                yield standing


def _standing(history: list[Said], moment: datetime) -> list[Said]:
    latest: dict[int, Said] = {}
    for said in history:
        if moment - _TOGETHER <= said.forecast.made_at <= moment:
            latest[id(said.asked)] = said
    return [one for one in latest.values() if one.forecast.probability is not None]


def _or(value: float | None, other: float | None) -> float:
    if value is not None:
        return value
    assert other is not None
    return other
