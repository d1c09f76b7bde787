"""Sentences: pure functions of figures, the same wherever they are shown."""

from typing import TYPE_CHECKING

from forecast.model import Forecast, Question
from forecast.reading.probabilities import percent

if TYPE_CHECKING:  # these bring NumPy, which quick commands cannot wait for
    from forecast.reporting.record import Report, Scored, Standing
    from forecast.scoring.calibration import Calibration
    from forecast.scoring.summary import Bin


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
    if first == final and brier == brier_final:
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


def is_short(one: "Standing") -> bool:
    """Whether a record is so short that the scores of it say next to nothing."""
    from forecast.scoring.inference import MIN_QUESTIONS

    return one.summary.n_questions < MIN_QUESTIONS


def standing_sentences(one: "Standing", factor: int = 1) -> list[str]:
    """Say how a forecaster did, and what to know of the forecasts this rests on."""
    return [standing_sentence(one, factor), *_late_sentences(one)]


def calibration_sentences(calibration: "Calibration", factor: int = 1) -> list[str]:
    """Say what the first forecasts (or those of another moment) show of calibration."""
    found = [f"{_moment(calibration)}, {verdict_sentence(calibration)}"]
    chance = calibration.miscalibration_expected
    if chance is not None and calibration.miscalibration is not None:
        assert calibration.miscalibration_p95 is not None
        assert calibration.discrimination is not None
        assert calibration.uncertainty is not None
        found.append(
            f"Miscalibration {calibration.miscalibration * factor:.3f}, where chance alone gives "
            f"{chance * factor:.3f} and up to {calibration.miscalibration_p95 * factor:.3f}; "
            f"discrimination {calibration.discrimination * factor:.3f} of an uncertainty of "
            f"{calibration.uncertainty * factor:.3f}."
        )
    return found


def verdict_sentence(calibration: "Calibration") -> str:
    """Say the verdict with its sample, and why it is none.

    The words are `verdict_of`'s; the figures are those it was reached by.
    """
    n, worth = calibration.n, f"{calibration.n_effective:.1f}".removesuffix(".0")
    sample = f"{n} question{'' if n == 1 else 's'}"
    if worth != str(n):
        sample += f", effectively {worth}"
    found = [calibration.verdict]
    if calibration.slope is not None:
        found.append(f"slope {calibration.slope:.2f}")
    p_value = calibration.p_value_holm
    if p_value is not None:
        found.append(f"p = {p_value:.4f}" if p_value < 0.01 else f"p = {p_value:.2f}")
    reasons = f" ({'; '.join(calibration.reasons)})" if calibration.reasons else ""
    return f"{sample}: {', '.join(found)}{reasons}."


def _moment(calibration: "Calibration") -> str:
    named = {"first": "First forecasts", "rows": "Calibration"}
    if calibration.at in named:
        return named[calibration.at]
    return f"Forecasts standing {calibration.at} before the deadline"


def standing_sentence(one: "Standing", factor: int = 1) -> str:
    """Say how a forecaster did, and how far the record lets one say so.

    The Brier score is set beside that of a saying that needs no skill: the base rate of the same
    questions.
    """
    summary, interval = one.summary, one.interval
    assert summary.brier is not None
    brier = f"Brier {summary.brier * factor:.3f}"
    if interval.low is not None and interval.high is not None:
        brier += f" (95 % interval {interval.low * factor:.3f} to {interval.high * factor:.3f})"
    n, short = summary.n_questions, is_short(one)
    parts = [f"{n} question{'' if n == 1 else 's'}, {brier}"]
    if summary.skill is not None or not short:
        parts.append(_beside_base_rate(one, factor))
    if short:
        parts.append("too few to tell skill from luck")
    elif interval.reason:
        parts.append(f"too few to say how sure that is: {interval.reason}")
    return "; ".join(parts) + "."


def _late_sentences(one: "Standing") -> list[str]:
    """Say how many of the forecasts were recorded late, if any."""
    n, found = one.summary.n_forecasts, []
    noun, verb = ("forecast", "was") if n == 1 else ("forecasts", "were")
    if one.n_retrospective:
        before = n - one.n_retrospective
        found.append(f"{before} of {n} {noun} {verb} recorded before the answer was known.")
    if one.n_backdated > one.n_retrospective:
        late = one.n_backdated
        found.append(f"{late} of {n} {noun} {verb} recorded more than a day after the date given.")
    return found


def scale_sentence(factor: int = 1) -> str:
    """Say how to read the scores."""
    return (
        f"n: resolved questions with a forecast. Brier from 0 (perfect) to {factor}; "
        f"always saying 50 % gives {factor / 4}."
    )


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


def bin_range(row: "Bin") -> str:
    """Name a bin's range.

    Examples
    --------
    >>> from forecast.scoring.summary import Bin
    >>> bin_range(Bin(0.01, 0.03, 5, 0.02, 0.0))
    '1-3 %'
    """
    low, high = (percent(end).removesuffix(" %") for end in (row.low, row.high))
    return f"{low}-{high} %"


def bin_frequency(row: "Bin") -> str:
    """Say how many of a bin came true.

    Examples
    --------
    >>> from forecast.scoring.summary import Bin
    >>> bin_frequency(Bin(0.01, 0.03, 5, 0.02, 0.2))
    '1 of 5'
    """
    return f"{round(row.frequency * row.n)} of {row.n}"


def basis_sentences(figures: "Report") -> list[str]:
    """Say which questions the scores rest on, and which are missing from them or marked."""
    changed = ", ".join(figures.changed_meaning)
    sentences = (
        funnel_sentence(figures),
        held_back_sentence(figures),
        f"The meaning was changed after people had forecast: {changed}." if changed else "",
    )
    return [sentence for sentence in sentences if sentence]


def funnel_sentence(figures: "Report") -> str:
    """Say which questions the scores rest on, and which are missing from them."""
    parts = [f"{figures.asked} asked, {figures.resolved} resolved"]
    annulled = [f"{n} {reason}" for reason, n in figures.annulled.items() if n]
    if annulled:
        parts.append(f"annulled: {', '.join(annulled)}")
    if figures.due_unresolved:
        parts.append(f"{figures.due_unresolved} due and unresolved, which tend to be noes")
    if figures.unscored:
        parts.append(f"{figures.unscored} of types not yet scored")
    return "; ".join(parts) + "."


def held_back_sentence(figures: "Report") -> str:
    """Say what was held back, and until when; empty where nothing was."""
    held = figures.held_back
    if not held:
        return ""
    until = max(one.question.deadline for one in held).date().isoformat()
    if len(held) == 1:
        return (
            f"1 question came early and will count after its deadline, {until} "
            "(--include-early counts it now)."
        )
    return (
        f"{len(held)} questions came early and will count after their deadlines, the last on "
        f"{until} (--include-early counts them now)."
    )


def _beside_base_rate(one: "Standing", factor: int) -> str:
    rate, skill = one.summary.base_rate, one.summary.skill
    if rate is None or skill is None:
        return f"no skill figure: {one.summary.skill_reason}"
    reference = rate * (1 - rate) * factor
    verb = "better than" if skill > 0 else "worse than" if skill < 0 else "the same as"
    return f"{verb} always saying the base rate, {percent(rate)}, which gives {reference:.3f}"


def _compact(text: str) -> str:
    return "".join(text.split())
