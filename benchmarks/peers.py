"""What one would use instead of `forecast.scoring`, written as its makers would.

    python benchmarks/peers.py TABLE.csv

scores a table by Polars and model-diagnostics; the rest is called by benchmarks/scoring.py.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

NAMES = ("polars", "pandas", "scikit-learn", "model-diagnostics")

FIGURES = """
    sum(length * (p - y) ** 2) / sum(length) AS brier,
    sum(length * (p - y) ** 2)
        / (sum(length) + any_value(deadline - closed_at)) AS brier_planned,
    arg_min((p - y) ** 2, start) AS brier_first,
    arg_max((p - y) ** 2, start) AS brier_final,
    sum(length * -ln(1 - abs(p - y))) / sum(length) AS log_score,
    sum(length) / any_value(closed_at - opened_at) AS coverage,
    count(*) AS n_forecasts
"""

Loaded = Callable[[], object]


def decomposed(p: Any, y: Any) -> object:
    """Decompose a Brier score by model-diagnostics."""
    from model_diagnostics import scoring

    return scoring.decompose(y_obs=y, y_pred=p, scoring_function=scoring.SquaredError())


def isotonic_draws(p: Any, draws: int) -> object:
    """Draw outcomes and regress each draw, by a plain loop over scikit-learn's estimator."""
    from sklearn import isotonic

    generator = np.random.default_rng(1)
    curves, scores = [], []
    for _ in range(draws):
        y = (generator.uniform(size=p.size) < p).astype(np.float64)
        curve = isotonic.IsotonicRegression(y_min=0, y_max=1).fit(p, y).predict(p)
        scores.append((((p - y) ** 2).mean(), ((curve - y) ** 2).mean()))
        curves.append(curve)
    return np.quantile(curves, [0.05, 0.95], axis=0), scores


def isotonic_draws_bare(p: Any, draws: int) -> object:
    """Do the same by scikit-learn's bare function, which leaves sorting and checks to the user."""
    from sklearn import isotonic

    generator = np.random.default_rng(1)
    p = np.sort(p)
    curves, scores = [], []
    for _ in range(draws):
        y = (generator.uniform(size=p.size) < p).astype(np.float64)
        curve = isotonic.isotonic_regression(y)
        scores.append((((p - y) ** 2).mean(), ((curve - y) ** 2).mean()))
        curves.append(curve)
    return np.quantile(curves, [0.05, 0.95], axis=0), scores


def by_time(name: str, rows: dict[str, Any], lives: dict[str, Any]) -> tuple[Loaded, float]:
    """Give a call that scores units by time in a library's own frames, and its sum of scores."""
    return {"polars": _polars, "pandas": _pandas, "duckdb": _duckdb}[name](rows, lives)


def _polars(rows: dict[str, Any], lives: dict[str, Any]) -> tuple[Loaded, float]:
    import polars as pl

    made = pl.DataFrame(rows)
    life = pl.DataFrame({"unit": np.arange(lives["y"].size), **lives})

    def scored() -> Any:
        return _polars_scores(made.lazy(), life.lazy()).collect()

    return scored, float(scored()["brier"].sum())


def _polars_scores(made: Any, life: Any) -> Any:
    import polars as pl

    length, error = pl.col("length"), (pl.col("p") - pl.col("y")) ** 2
    after = pl.col("made_at").shift(-1).over("unit")
    return (
        made.join(life, on="unit")
        .filter(pl.col("made_at") < pl.col("closed_at"))
        .sort("unit", "made_at")
        .with_columns(start=pl.max_horizontal("made_at", "opened_at"))
        .with_columns(length=pl.coalesce(after, pl.col("closed_at")) - pl.col("start"))
        .filter(length > 0)
        .group_by("unit")
        .agg(
            brier=(length * error).sum() / length.sum(),
            brier_planned=(length * error).sum()
            / (length.sum() + (pl.col("deadline") - pl.col("closed_at")).first()),
            brier_first=error.first(),
            brier_final=error.last(),
            log_score=(length * -(1 - (pl.col("p") - pl.col("y")).abs()).log()).sum()
            / length.sum(),
            coverage=length.sum() / (pl.col("closed_at") - pl.col("opened_at")).first(),
            n_forecasts=pl.len(),
            first=pl.col("p").first(),
            y=pl.col("y").first(),
        )
    )


def _pandas(rows: dict[str, Any], lives: dict[str, Any]) -> tuple[Loaded, float]:
    import pandas as pd

    made = pd.DataFrame(rows)
    life = pd.DataFrame(lives)

    def scored() -> Any:
        all_ = made.join(life, on="unit")
        all_ = all_[all_.made_at < all_.closed_at].sort_values(["unit", "made_at"])
        start = all_[["made_at", "opened_at"]].max(axis=1)
        after = all_.groupby("unit").made_at.shift(-1, fill_value=-1)
        length = after.where(after >= 0, all_.closed_at) - start
        error = (all_.p - all_.y) ** 2
        columns = {
            "unit": all_.unit,
            "length": length,
            "loss": length * error,
            "log_loss": length * -np.log(1 - (all_.p - all_.y).abs()),
            "error": error,
            "rest": all_.deadline - all_.closed_at,
            "life": all_.closed_at - all_.opened_at,
        }
        found = pd.DataFrame(columns)[length > 0].groupby("unit")
        sums = found[["length", "loss", "log_loss"]].sum()
        firsts = found[["error", "rest", "life"]].first()
        return pd.DataFrame(
            {
                "brier": sums.loss / sums.length,
                "brier_planned": sums.loss / (sums.length + firsts.rest),
                "brier_first": firsts.error,
                "brier_final": found.error.last(),
                "log_score": sums.log_loss / sums.length,
                "coverage": sums.length / firsts.life,
                "n_forecasts": found.size(),
            }
        )

    return scored, float(scored().brier.sum())


def _duckdb(rows: dict[str, Any], lives: dict[str, Any]) -> tuple[Loaded, float]:
    import duckdb

    connection = duckdb.connect()
    life = {"unit": np.arange(lives["y"].size), **lives}
    for name, columns in (("made", rows), ("life", life)):
        connection.register("given", columns)
        connection.execute(f"CREATE TABLE {name} AS FROM given")
        connection.unregister("given")
    query = f"""
        SELECT unit, {FIGURES} FROM (
            SELECT *, lead(made_at, 1, closed_at) OVER (PARTITION BY unit ORDER BY made_at)
                - greatest(made_at, opened_at) AS length, greatest(made_at, opened_at) AS start
            FROM made JOIN life USING (unit) WHERE made_at < closed_at
        ) WHERE length > 0 GROUP BY unit
    """

    def scored() -> dict[str, Any]:
        return dict(connection.execute(query).fetchnumpy())

    return scored, float(scored()["brier"].sum())


def script(path: str) -> None:
    """Score a table: what `forecast score` does, less p-values, bands and checks of each value."""
    import polars as pl

    table = pl.scan_csv(path)
    if "made_at" in table.collect_schema():
        for name in ("made_at", "opened_at", "closed_at", "deadline"):
            instant = pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us")
            table = table.with_columns(instant.dt.epoch("us"))
        table = table.rename({"outcome": "y", "probability": "p"})
        units = ["question", "forecaster"]
        table = _script_by_time(table, units)
        found = table.collect()
        p, y = found["first"].to_numpy(), found["y"].to_numpy()
        print(found.select(pl.col("brier", "log_score").mean()))
    else:
        found = table.collect()
        p, y = found["probability"].to_numpy(), found["outcome"].to_numpy()
        with np.errstate(divide="ignore"):
            print(((p - y) ** 2).mean(), -np.log(np.where(y == 1, p, 1 - p)).mean())
    print(y.mean(), decomposed(p, y))


def _script_by_time(table: Any, units: list[str]) -> Any:
    import polars as pl

    length, error = pl.col("length"), (pl.col("p") - pl.col("y")) ** 2
    after = pl.col("made_at").shift(-1).over(units)
    return (
        table.filter(pl.col("made_at") < pl.col("closed_at"))
        .sort(*units, "made_at")
        .with_columns(start=pl.max_horizontal("made_at", "opened_at"))
        .with_columns(length=pl.coalesce(after, pl.col("closed_at")) - pl.col("start"))
        .filter(length > 0)
        .group_by(units)
        .agg(
            brier=(length * error).sum() / length.sum(),
            log_score=(length * -(1 - (pl.col("p") - pl.col("y")).abs()).log()).sum()
            / length.sum(),
            first=pl.col("p").first(),
            y=pl.col("y").first(),
        )
    )


if __name__ == "__main__":
    script(sys.argv[1])
