"""Makes docs/validation.md: our figures beside everybody's, and how well the tests keep their word.

    python docs/validation.py            all of it, some minutes
    python docs/validation.py --quick    a tenth of the simulations, to see that it works

The figures are those of the tests in tests/scoring: the same functions compute them. Reference
data are needed beside the checkout; without them the page cannot be made.
"""

import argparse
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "scoring"))

HONEST = ("static", "first forecasts", "early held back")
EVENTS = ("events, one-sided", "events, copies", "events, exclusive")
#: Of fewer simulated intervals a coverage would say nothing.
FEW = 50
SPREADS = ((0.5, 0.5), (1.0, 1.0), (2.0, 2.0), (1.0, 4.0), (0.1, 0.9))


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the simulations")
    quick = parser.parse_args().quick
    import validation_rows
    from validation_platforms import platform_rows

    if not validation_rows.available():
        sys.exit("no reference data beside this checkout: nothing written")
    trackers = 200 if quick else 2_000
    parts = [
        _head(trackers),
        _agreement([*validation_rows.rows(), *platform_rows()]),
        _drawn(),
        _sizes(trackers),
        _pooling(trackers // 2),
        _words(trackers),
        _coverage(trackers),
    ]
    (REPOSITORY / "docs" / "validation.md").write_text("\n".join(parts), "utf-8")


def _head(trackers: int) -> str:
    import numpy
    import scipy

    today = datetime.now(UTC).date().isoformat()
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    libraries = f"NumPy {numpy.__version__}, SciPy {scipy.__version__}"
    return f"""# Validation

Every figure here was computed by `python docs/validation.py` on {today} ({machine}, {libraries};
{trackers} simulated forecasters a row). The tests compute the same: `pytest tests/scoring` holds
the agreement and short forms of the simulations, `pytest -m slow tests/scoring` the long ones.
"""


def _agreement(rows: list[Any]) -> str:
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        if not row.fault:
            groups.setdefault((row.reference, row.case), []).append(row)
    table = []
    for (reference, case), found in groups.items():
        worst = max(found, key=_difference)
        table.append(
            [
                reference,
                case,
                str(len(found)),
                worst.quantity,
                f"{worst.theirs:.10g}",
                f"{worst.ours:.10g}",
                f"{_difference(worst):.1e}",
            ]
        )
    faults = {}
    for row in rows:
        if row.fault:
            faults.setdefault((row.reference, row.fault), row)
    wrong = [
        [reference, row.case, row.quantity, f"{row.theirs:.6g}", f"{row.ours:.6g}", fault]
        for (reference, fault), row in faults.items()
    ]
    n_sound = sum(len(found) for found in groups.values())
    return f"""## Agreement with references

{n_sound} figures of other programs and published tables, each computed anew. Of each reference and
case the row shows how many, and the one where we differ most; published figures have few digits.

{_table(["reference", "case", "figures", "largest difference in", "theirs", "ours", "by"], table)}

Where a reference is the one that is wrong, or means something else:

{_table(["reference", "case", "figure", "theirs", "ours", "why"], wrong)}
"""


def _drawn() -> str:
    from test_vectors_calibration import P_VALUES, WITH_DATA, known, report

    table = []
    for case in WITH_DATA:
        there, here = known()[case], report(case)
        figures = {
            "Cox, p": (there["cox_mc_p"], P_VALUES["cox_mc_p"](here)),
            "Spiegelhalter, p": (
                there["spiegelhalter_mc_p"],
                P_VALUES["spiegelhalter_mc_p"](here),
            ),
            "miscalibration, p": (there["MCB_mc_p"], P_VALUES["MCB_mc_p"](here)),
            "miscalibration by chance": (
                there["MCB_expected_if_calibrated"],
                here.miscalibration_expected,
            ),
            "its 95th percentile": (there["MCB_p95_if_calibrated"], here.miscalibration_p95),
        }
        table += [
            [case, name, f"{theirs:.4f}", f"{ours:.4f}"] for name, (theirs, ours) in figures.items()
        ]
    return f"""## Drawn figures

Computed apart with 4,000 draws, and by us with 9,999: p-values may differ by about 0.02 by chance.

{_table(["case", "figure", "4,000 draws", "ours"], table)}
"""


def _sizes(trackers: int) -> str:
    from simulated import sizes

    table = []
    for population in HONEST:
        for n in (10, 30, 100):
            rows = {row["test"]: row["rejected"] for row in sizes(population, n, trackers)}
            table.append([population, str(n), *map(_percent, rows.values())])
    head = ["honest forecasters", "questions", "Cox", "Spiegelhalter", "miscalibration"]
    return f"""## How often honest forecasters are rejected, at a nominal 5 %

*static*: forecasts that are never updated. *first forecasts*: "will it happen by" questions of a
constant hazard, updated and closed early, looked at by first forecasts. *early held back*: the same
seen in the middle, early closers held back until their deadline. With few questions outcomes make
steps, and a test may only be stricter than its word.

{_table(head, table)}
"""


def _pooling(trackers: int) -> str:
    from simulated import sizes

    names = ("first forecasts", "early held back", "early included", "spells pooled", "days pooled")
    table = []
    for population in names:
        rows = {row["test"]: row["rejected"] for row in sizes(population, 100, trackers, seed=4)}
        table.append([population, *map(_percent, rows.values())])
    head = ["what the test looks at", "Cox", "Spiegelhalter", "miscalibration"]
    return f"""## Why first forecasts: what pooling would do

{trackers} honest forecasters of 100 such questions each, at a nominal 5 %.

{_table(head, table)}
"""


def _words(trackers: int) -> str:
    from simulated import words

    table = []
    for population in (*HONEST, *EVENTS):
        row = words(population, 100, trackers)
        table.append([population, _percent(row["blamed"]), _percent(row["too few"])])
    head = ["honest forecasters of 100 questions", "blamed in words", "too few to tell"]
    return f"""## How often honest forecasters are blamed

"Signs of" or "plainly", 9,999 draws. In events, the answers of two or three questions hang
together: all one-sided, copies of each other, or excluding each other.

{_table(head, table)}
"""


def _coverage(trackers: int) -> str:
    from simulated import coverage

    table = []
    for spread in SPREADS:
        for n, size in ((10, 1), (30, 1), (100, 1), (100, 3), (100, 10)):
            row = coverage(n, trackers, spread=spread, size=size)
            n_given = round(row["given"] * trackers)
            held = _percent(row["coverage"]) if n_given >= FEW else f"{n_given} given, too few"
            table.append([row["spread"], str(n), str(size), _percent(row["given"]), held])
    head = ["forecasts", "questions", "per event", "given", "holds the truth"]
    return f"""## How often a 95 % interval that is given holds the true mean score

Forecasts drawn from a beta distribution; beta(0.1, 0.9) is a sharp record of unlikely things.
Questions of one event have one answer, the hardest case.

{_table(head, table)}
"""


def _difference(row: Any) -> float:
    return 0.0 if row.theirs == row.ours else abs(row.theirs - row.ours)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    main()
