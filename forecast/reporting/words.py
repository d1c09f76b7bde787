"""Sentences: pure functions of figures, the same wherever they are shown."""

import math
from typing import TYPE_CHECKING

from forecast.model import Forecast, Question
from forecast.reading.probabilities import percent

if TYPE_CHECKING:  # these bring NumPy, which quick commands cannot wait for
    from forecast.exchange.tables import Table
    from forecast.reporting.record import Scored
    from forecast.reporting.tablescores import GroupScores


def forecast_sentence(forecast: Forecast, before: Forecast | None, who: str = "You") -> str:
    """Echo a forecast as it was understood.

    Parameters
    ----------
    forecast : Forecast
    before : Forecast or None
        What the forecaster said until then.
    who : str
        `You`, or a name.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> said = Forecast(question="q", forecaster="me", made_at=now, probability=0.03,
    ...     words="almost certainly not", low=0.01, high=0.05, lexicon="ICD 203 (2015)")
    >>> forecast_sentence(said, None)
    "You say 3 %, read from 'almost certainly not' (1 % to 5 %, ICD 203 (2015))."
    """
    assert forecast.probability is not None
    verb = "say" if who == "You" else "says"
    sentence = f"{who} {verb} {percent(forecast.probability)}"
    if forecast.low is not None and forecast.high is not None:
        covers = f"{percent(forecast.low)} to {percent(forecast.high)}, {forecast.lexicon}"
        sentence += f", read from '{forecast.words}' ({covers})"
    elif forecast.words and _compact(forecast.words) != _compact(percent(forecast.probability)):
        sentence += f", read from '{forecast.words}'"
    if before is not None and before.probability is not None:
        sentence += f"; it was {percent(before.probability)}"
    return f"{sentence}."


def when_sentence(question: Question) -> str:
    """Echo what a question's dates were understood as, in its zone and as an instant."""
    from forecast.reading.instants import read_zone, show_instant, stamp

    zone = read_zone(question.timezone)
    instant = "" if question.timezone == "UTC" else f" ({stamp(question.deadline)})"
    sentence = f"Closes {show_instant(question.deadline, zone)}{instant}"
    if question.known_by:
        sentence += f"; the answer is expected by {show_instant(question.known_by, zone)}"
    return f"{sentence}."


def happened(outcome: str) -> str:
    """Say what an outcome means for the event."""
    return {"yes": "it happened", "no": "it did not happen"}.get(outcome, f"it was {outcome}")


def how_it_did(
    who: str, first: float, final: float, outcome: str, brier: float, brier_final: float
) -> str:
    """Say how a forecaster's forecasts on one question did.

    Parameters
    ----------
    who : str
        `You`, or a name.
    first, final : float
        The first and the last forecast that counted.
    outcome : {"yes", "no"}
    brier, brier_final : float
        By time, and of the last forecast; 0 to 1, lower is better.

    Examples
    --------
    >>> how_it_did("You", 0.12, 0.12, "no", 0.0144, 0.0144)
    'You said 12 %, it did not happen: Brier 0.0144'
    >>> how_it_did("You", 0.5, 0.1, "no", 0.13, 0.01)
    'You went from 50 % to 10 %, it did not happen: Brier 0.1300 over time, 0.0100 at the end'
    """
    if first == final and math.isclose(brier, brier_final):  # an integral is not exact
        return f"{who} said {percent(final)}, {happened(outcome)}: Brier {brier:.4f}"
    went = f"{who} went from {percent(first)} to {percent(final)}"
    return f"{went}, {happened(outcome)}: Brier {brier:.4f} over time, {brier_final:.4f} at the end"


def how_they_did(scored: "Scored", you: str) -> list[str]:
    """Say how every forecaster with a score on one question did; `you` comes first."""
    names = [scored.forecasters[index] for index in scored.forecaster_of]
    order = sorted(scored.with_score, key=lambda unit: names[unit] != you)
    scores = scored.scores
    return [
        how_it_did(
            "You" if names[unit] == you else names[unit],
            float(scores.first[unit]),
            float(scores.final[unit]),
            "yes" if scored.lives.outcome[unit] else "no",
            float(scores.brier[unit]),
            float(scores.brier_final[unit]),
        )
        for unit in order
    ]


def weighting_phrase(weighting: str) -> str:
    """Say how a table's scores are weighted.

    Examples
    --------
    >>> weighting_phrase("rows")
    'each row a question of its own'
    """
    return {
        "rows": "each row a question of its own",
        "time": "weighted by the time each forecast stood",
        "planned": "weighted by the time to the deadline",
        "first": "the first forecast on each question",
        "final": "the final forecast on each question",
    }[weighting]


def table_sentences(table: "Table", scores: "list[GroupScores]") -> list[str]:
    """Say what the scores of a table rest on, and what does not count."""
    n_after = sum(one.n_after for one in scores)
    n_without = sum(one.n_without for one in scores)
    skipped = f", {table.n_bad} left out as bad" if table.n_bad else ""
    rows = f"{table.n} row{'' if table.n == 1 else 's'}"
    found = [f"{rows}{skipped}; {weighting_phrase(scores[0].weighting)}."]
    if n_after:
        noun = "forecast does" if n_after == 1 else "forecasts do"
        late = f"{n_after} {noun} not count: made when the question had closed"
        found.append(f"{late}; {n_without} left without a forecast." if n_without else f"{late}.")
    return found


def _compact(text: str) -> str:
    return "".join(text.split())
