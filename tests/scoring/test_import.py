"""What the package offers, and what importing it costs."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

from forecast import scoring

HEAVY = ("numpy", "scipy", "sqlite3", "click", "sqlite_utils")


def run(code: str) -> str:
    """Run code in a fresh interpreter and give what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_is_cheap() -> None:
    """Nothing heavy comes with it before a name is used."""
    code = f"import forecast.scoring, sys; print([m for m in {HEAVY} if m in sys.modules])"
    assert "[]" == run(code)


def test_scores_need_no_scipy_and_nothing_of_ours_above() -> None:
    """NumPy is all that scores use; no store, no command line."""
    code = (
        "from forecast.scoring import *; import sys; "
        f"print([m for m in {HEAVY[1:]} if m in sys.modules])"
    )
    assert "[]" == run(code)


@pytest.mark.parametrize("name", scoring.__all__)
def test_every_name_is_there_and_stays(name: str) -> None:
    """Names load from their module, and none is hidden by a module of the same name."""
    modules = {module.name for module in pkgutil.iter_modules(scoring.__path__)}
    for module in modules:
        importlib.import_module(f"forecast.scoring.{module}")
    assert name in dir(scoring)
    assert name not in modules
    assert getattr(scoring, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="has no attribute 'brier_scor'"):
        _ = scoring.brier_scor
