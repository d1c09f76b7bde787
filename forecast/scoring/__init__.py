"""Scores of probability forecasts: pure NumPy, no database, no files, no clock.

Forecasts become *spells* (the time each one stood), spells become scores of *units* (one
forecaster on one question), units become a *summary*; *tallies* hold all that point scores of a
set of forecasts depend on. Names are loaded when first used (PEP 562), so that importing this
package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecast.scoring.inference import Interval, mean_interval
    from forecast.scoring.rules import brier_score, log_score
    from forecast.scoring.spells import NEVER, Forecasts, Lives, Spells, counted, spells_of
    from forecast.scoring.summary import (
        DEFAULT_EDGES,
        Bin,
        Summary,
        bins_table,
        skill_against_base_rate,
        summarise,
    )
    from forecast.scoring.tallies import (
        Tallies,
        base_rate,
        mean_brier,
        mean_log_score,
        merge,
        tally,
    )
    from forecast.scoring.units import UnitScores, unit_scores

__all__ = [
    "DEFAULT_EDGES",
    "NEVER",
    "Bin",
    "Forecasts",
    "Interval",
    "Lives",
    "Spells",
    "Summary",
    "Tallies",
    "UnitScores",
    "base_rate",
    "bins_table",
    "brier_score",
    "counted",
    "log_score",
    "mean_brier",
    "mean_interval",
    "mean_log_score",
    "merge",
    "skill_against_base_rate",
    "spells_of",
    "summarise",
    "tally",
    "unit_scores",
]

# No name here may also be the name of a module: importing the module would hide the function.
_NAMES_OF_MODULE = {
    "inference": "Interval mean_interval",
    "rules": "brier_score log_score",
    "spells": "NEVER Forecasts Lives Spells counted spells_of",
    "summary": "DEFAULT_EDGES Bin Summary bins_table skill_against_base_rate summarise",
    "tallies": "Tallies base_rate mean_brier mean_log_score merge tally",
    "units": "UnitScores unit_scores",
}
_MODULE_OF = {name: module for module, names in _NAMES_OF_MODULE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
