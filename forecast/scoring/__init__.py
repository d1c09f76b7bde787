"""Scores of probability forecasts: pure NumPy, no database, no files, no clock.

Forecasts become *spells* (the time each one stood), spells become scores of *units* (one
forecaster on one question), units become a *summary*; *tallies* hold all that point scores of a
set of forecasts depend on. Names are loaded when first used (PEP 562), so that importing this
package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecast.scoring.binned import BiasCorrected, BinTable, Murphy, ferro_fricker, murphy
    from forecast.scoring.calibration import (
        Calibration,
        CurvePoint,
        calibration_of,
        calibrations_of,
    )
    from forecast.scoring.decomposition import Decomposition, TwoTerms, corp, corp_log, two_term
    from forecast.scoring.inference import Interval, mean_interval
    from forecast.scoring.isotonic import Blocks, Recalibration, recalibrate
    from forecast.scoring.rules import brier_score, log_score, mean_brier_score
    from forecast.scoring.spells import (
        NEVER,
        Forecasts,
        Lives,
        Spells,
        counted,
        spells_of,
        standing_at,
    )
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
    from forecast.scoring.thresholds import (
        LossByProbability,
        LossByThreshold,
        MurphyDiagram,
        loss_by_probability,
        loss_by_threshold,
        murphy_diagram,
    )
    from forecast.scoring.units import UnitScores, unit_scores
    from forecast.scoring.verdict import holm, verdict_of

__all__ = [
    "DEFAULT_EDGES",
    "NEVER",
    "BiasCorrected",
    "Bin",
    "BinTable",
    "Blocks",
    "Calibration",
    "CurvePoint",
    "Decomposition",
    "Forecasts",
    "Interval",
    "Lives",
    "LossByProbability",
    "LossByThreshold",
    "Murphy",
    "MurphyDiagram",
    "Recalibration",
    "Spells",
    "Summary",
    "Tallies",
    "TwoTerms",
    "UnitScores",
    "base_rate",
    "bins_table",
    "brier_score",
    "calibration_of",
    "calibrations_of",
    "corp",
    "corp_log",
    "counted",
    "ferro_fricker",
    "holm",
    "log_score",
    "loss_by_probability",
    "loss_by_threshold",
    "mean_brier",
    "mean_brier_score",
    "mean_interval",
    "mean_log_score",
    "merge",
    "murphy",
    "murphy_diagram",
    "recalibrate",
    "skill_against_base_rate",
    "spells_of",
    "standing_at",
    "summarise",
    "tally",
    "two_term",
    "unit_scores",
    "verdict_of",
]

# No name here may also be the name of a module: importing the module would hide the function.
_NAMES_OF_MODULE = {
    "binned": "BiasCorrected BinTable Murphy ferro_fricker murphy",
    "calibration": "Calibration CurvePoint calibration_of calibrations_of",
    "decomposition": "Decomposition TwoTerms corp corp_log two_term",
    "inference": "Interval mean_interval",
    "isotonic": "Blocks Recalibration recalibrate",
    "rules": "brier_score log_score mean_brier_score",
    "spells": "NEVER Forecasts Lives Spells counted spells_of standing_at",
    "summary": "DEFAULT_EDGES Bin Summary bins_table skill_against_base_rate summarise",
    "tallies": "Tallies base_rate mean_brier mean_log_score merge tally",
    "thresholds": (
        "LossByProbability LossByThreshold MurphyDiagram loss_by_probability loss_by_threshold "
        "murphy_diagram"
    ),
    "units": "UnitScores unit_scores",
    "verdict": "holm verdict_of",
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
