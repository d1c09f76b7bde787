"""The sentences of a report: pure functions of figures, no word stronger than its figure."""

from typing import TYPE_CHECKING

from forecast.reading.probabilities import percent
from forecast.reporting.phrases import (
    bin_range,
    count,
    days,
    length,
    of_phrase,
    p_phrase,
    share,
    tenths,
)
from forecast.scoring.inference import MIN_QUESTIONS

if TYPE_CHECKING:
    from datetime import datetime

    from forecast.reporting.calls import Advice, Comparison
    from forecast.reporting.choice import Choice
    from forecast.reporting.report import Funnel, Report, Standing
    from forecast.reporting.slices import Habits
    from forecast.scoring.calibration import Calibration


#: Forms and sections find phrases here, too.
__all__ = ["bin_range", "count", "days", "length", "of_phrase", "p_phrase", "share", "tenths"]

#: What it means that figures are marked.
PROVISIONAL = (
    "Provisional: the record is too small for words about calibration, and its figures will move."
)
_MOMENTS = {"first": "first forecasts", "rows": "forecasts"}


def is_short(one: "Standing") -> bool:
    """Whether a record is so short that there are no rates in it, only counts."""
    return one.summary.n_questions < MIN_QUESTIONS


def is_provisional(calibration: "Calibration") -> bool:
    """Whether the record is too small for the words of a verdict, so that figures are marked."""
    from forecast.reporting.calls import below_threshold

    return below_threshold(calibration)


def verdict_sentence(calibration: "Calibration") -> str:
    """Say the verdict with its sample, and why it is none.

    The words are `verdict_of`'s; the figures are those it was reached by.
    """
    n, worth = calibration.n, f"{calibration.n_effective:.1f}".removesuffix(".0")
    sample = count(n, "question")
    if worth != str(n):
        sample += f", effectively {worth}"
    figures = [] if calibration.slope is None else [f"slope {calibration.slope:.2f}"]
    p_value = calibration.p_value_holm
    if p_value is not None:
        figures.append(p_phrase(p_value))
        if p_value != calibration.p_value:
            figures.append("adjusted for several forecasters")
    told = "; ".join(filter(None, (calibration.verdict, ", ".join(figures))))
    reasons = f" ({'; '.join(calibration.reasons)})" if calibration.reasons else ""
    return f"{sample}: {told}{reasons}."


def verdict_line(calibration: "Calibration") -> str:
    """Say which forecasts are judged, and the verdict on them."""
    moment = moment_phrase(calibration)
    moment = f"{moment[0].upper()}{moment[1:]}"
    if not calibration.n and calibration.at not in _MOMENTS:
        return f"{moment}: there are none, so that nothing can be told."
    return f"{moment}, {verdict_sentence(calibration)}"


def moment_phrase(calibration: "Calibration") -> str:
    """Say which forecasts calibration looks at."""
    at = calibration.at
    return _MOMENTS.get(at) or f"forecasts standing {length(at)} before the deadline"


def calibration_sentences(calibration: "Calibration", factor: int = 1) -> list[str]:
    """Say what calibration comes to, in two sentences: for tables of forecasts."""
    found = [verdict_line(calibration)]
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


def tests_sentence(one: "Calibration") -> str:
    """Give the tests that stand beside the verdict's; empty without any."""
    found = []
    if one.spiegelhalter_z is not None:
        z = f"Spiegelhalter's Z is {one.spiegelhalter_z:+.2f}"
        p_value = one.spiegelhalter_p_value
        found.append(z if p_value is None else f"{z}, {p_phrase(p_value)}")
    if one.miscalibration_p_value is not None:
        found.append(f"of so much miscalibration, {p_phrase(one.miscalibration_p_value)}")
    told = "; ".join(found)
    return f"{told[0].upper()}{told[1:]}." if told else ""


def score_sentence(one: "Standing", factor: int = 1) -> str:
    """Say how a forecaster did, and how far the record lets one say so.

    The Brier score is set beside that of a saying that needs no skill: the base rate of the same
    questions. A short record has neither that rate nor an interval.
    """
    interval = one.interval
    assert interval.mean is not None
    brier = f"Brier {interval.mean * factor:.3f}"
    if interval.low is not None and interval.high is not None:
        brier += f" (95 % interval {interval.low * factor:.3f} to {interval.high * factor:.3f})"
    parts = [f"{count(one.summary.n_questions, 'question')}, {brier}"]
    if is_short(one):
        parts.append("too few to tell skill from luck")
    else:
        parts.append(_beside_base_rate(one, factor))
        if interval.reason:
            parts.append(f"no interval: {interval.reason}")
    return "; ".join(parts) + "."


def short_sentence(one: "Standing", factor: int = 1) -> str:
    """Say all there is to say of a short record: its score, and what was ruled out wrongly."""
    found = score_sentence(one, factor)
    impossible = one.calibration.n_impossible
    if impossible:
        found += f" What was said to be impossible happened on {count(impossible, 'question')}."
    return found


def expected_sentence(one: "Standing") -> str:
    """Say how many were expected to come true, and how many did; empty where none was looked at.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> first = SimpleNamespace(at="first")
    >>> expected_sentence(
    ...     SimpleNamespace(expected=7.43, came_true=5, looked=[0] * 20, calibration=first))
    'By first forecasts, 7.4 of 20 were expected to come true; 5 did.'
    """
    if not one.looked:
        return ""
    n = len(one.looked)
    expected = f"{one.expected:.1f} of {n} {'was' if n == 1 else 'were'} expected to come true"
    return f"By {moment_phrase(one.calibration)}, {expected}; {one.came_true or 'none'} did."


def prospective_sentence(one: "Standing") -> str:
    """Say how many forecasts were recorded before the answer was known, and how many late."""
    found = _prospective(one.summary.n_forecasts, one.n_retrospective)
    late = one.n_backdated
    if late:
        verb = "was" if late == 1 else "were"
        found += f"; {late} {verb} recorded more than a day after the date given"
    return f"{found}."


def held_back_sentence(one: "Standing", factor: int = 1) -> str:
    """Say what came early, when it enters, and the score with it; empty where nothing did."""
    if not one.n_early or one.brier_with_early is None:
        return ""
    them = "it" if one.n_early == 1 else "them"
    score = f"{one.brier_with_early * factor:.3f}"
    return f"{_enter_phrase(one.n_early, one.enter_at)}; with {them} {score}."


def lexicon_sentence(one: "Standing", factor: int = 1) -> str:
    """Say how the score hangs on the lexicon; empty where nothing was said in words."""
    hanging = one.lexicon
    if hanging is None:
        return ""
    recorded = f"{hanging.brier_as_recorded * factor:.3f}"
    if hanging.name is None:
        low, high = (f"{end * factor:.3f}" for end in hanging.ends)
        n, every = hanging.n_in_words, count(one.summary.n_forecasts, "forecast")
        spread = f"to {high}" if low != high else "by each of them"
        verb = "is" if n == 1 else "are"
        return f"{n} of {every} {verb} in words; read by other lexicons, Brier {low} {spread}."
    brier = f"{hanging.brier * factor:.3f}"
    sentence = f"Words read by {hanging.name}: Brier {brier}, and {recorded} as recorded; "
    sentence += f"of {count(hanging.n_in_words, 'forecast')} in words it has {hanging.n_reread}"
    if hanging.n_unreadable:
        left = "is as it was" if hanging.n_unreadable == 1 else "are as they were"
        sentence += f", and {hanging.n_unreadable} {left}"
    return f"{sentence}."


def habits_sentence(habits: "Habits") -> str:
    """Say how a forecaster covers questions and changes their mind."""
    found = [
        f"A forecast stood for {share(habits.coverage)} of the open time, "
        f"with {habits.per_question:.1f} forecasts a question"
    ]
    if habits.mean_change is not None and habits.median_days is not None:
        updates = count(habits.n_updates, "update")
        found.append(
            f"{updates}, by {habits.mean_change * 100:.1f} percentage points on average, "
            f"after {days(habits.median_days)} in the median"
        )
    if habits.toward_truth is not None:
        found.append(f"{share(habits.toward_truth)} of changes went toward what happened")
    return "; ".join(found) + "."


def advice_sentence(one: "Advice", who: str = "you") -> str:
    """Say what comes true when so much is said.

    Examples
    --------
    >>> from forecast.reporting.calls import Advice
    >>> row = Advice(said=0.8, n=40, came_true=27, share=0.675, low=0.51, high=0.81)
    >>> advice_sentence(row)
    'When you say 80 %, about 68 % come true (51-81 %): 27 of 40.'
    >>> advice_sentence(row, "Ann")
    'When Ann says 80 %, about 68 % come true (51-81 %): 27 of 40.'
    """
    said = percent(round(one.said, 2)) if 0.005 <= one.said <= 0.995 else percent(one.said)
    says = "say" if who == "you" else "says"
    return (
        f"When {who} {says} {said}, about {share(one.share)} come true "
        f"({one.low * 100:.0f}-{one.high * 100:.0f} %): {one.came_true} of {one.n}."
    )


def comparison_sentence(name: str, one: "Comparison", factor: int = 1) -> str:
    """Say how two forecasters compare on the questions both have forecast."""
    shared = count(one.n, "shared question")
    sentence = (
        f"On {shared}, by planned score: {name} {one.mine * factor:.3f}, "
        f"{one.other} {one.theirs * factor:.3f}; difference {one.difference * factor:+.3f}"
    )
    if one.low is None or one.high is None:
        return f"{sentence}, and no interval: {one.reason}."
    ends = f"{one.low * factor:+.3f} to {one.high * factor:+.3f}"
    if one.low <= 0 <= one.high:
        return f"{sentence} ({ends}): either may be the better one."
    better = name if one.high < 0 else one.other
    return f"{sentence} ({ends}): {better} did better."


def funnel_sentences(figures: "Report") -> list[str]:
    """Say which questions the scores rest on, and which are missing from them or marked."""
    found = [_funnel_sentence(figures.funnel, figures.choice.forecaster)]
    found.append(_held_back(figures))
    if len(figures.standings) > 1:
        late = sum(one.n_retrospective for one in figures.standings)
        said = sum(one.summary.n_forecasts for one in figures.standings)
        found.append(f"{_prospective(said, late)}.")
    changed = ", ".join(figures.changed_meaning)
    if changed:
        found.append(f"The meaning was changed after people had forecast: {changed}.")
    return [sentence for sentence in found if sentence]


def nothing_sentence(choice: "Choice") -> str:
    """Say whose scores are missing, where there are none."""
    if choice.against:
        both = f"both {choice.forecaster} and {choice.against}"
        return f"No question that {both} have forecast has a score yet."
    if choice.forecaster:
        return f"{choice.forecaster} has no score yet: forecast, then resolve."
    return "Nobody has a score yet: forecast, then resolve."


def scale_sentence(factor: int = 1) -> str:
    """Say how to read the scores."""
    return (
        f"n: resolved questions with a forecast. Brier from 0 (perfect) to {factor}; "
        f"always saying 50 % gives {factor / 4}."
    )


def _funnel_sentence(funnel: "Funnel", forecaster: str) -> str:
    by = f" by {forecaster}" if forecaster else ""
    parts = [
        f"{funnel.asked} asked, {funnel.forecast} forecast{by}, {funnel.due} due, "
        f"{funnel.resolved} resolved, {funnel.scored} scored"
    ]
    if funnel.open or funnel.awaiting:
        parts.append(f"{funnel.open + funnel.awaiting} still open or awaited")
    annulled = [f"{n} {reason}" for reason, n in funnel.annulled.items() if n]
    if annulled:
        parts.append(f"annulled: {', '.join(annulled)}")
    if funnel.overdue:
        noes = "which tends to be a no" if funnel.overdue == 1 else "which tend to be noes"
        parts.append(f"{funnel.overdue} due and unresolved, {noes}")
    if funnel.unscored_type:
        parts.append(f"{funnel.unscored_type} of a type not scored yet")
    return "; ".join(parts) + "."


def _held_back(figures: "Report") -> str:
    """Say what was held back, unless the one chapter there is says so, with the score."""
    n = figures.funnel.held_back
    if not n or [n] == [one.n_early for one in figures.standings]:
        return ""
    them = "it" if n == 1 else "them"
    return f"{_enter_phrase(n, figures.funnel.enter_at)} (--include-early counts {them} now)."


def _enter_phrase(n: int, enter_at: "tuple[datetime, ...]") -> str:
    first, last = (instant.date().isoformat() for instant in enter_at)
    verb = "enters" if n == 1 else "enter"
    return f"{n} came early and {verb} {'on' if first == last else 'by'} {last}"


def _prospective(n: int, late: int) -> str:
    verb = "was" if n == 1 else "were"
    return f"{n - late} of {count(n, 'forecast')} {verb} recorded before the answer was known"


def _beside_base_rate(one: "Standing", factor: int) -> str:
    rate, interval = one.summary.base_rate, one.interval
    if rate is None or interval.mean is None or rate in (0.0, 1.0):
        return f"no skill figure: {one.summary.skill_reason}"
    reference = rate * (1 - rate)
    mean, shown = f"{interval.mean * factor:.3f}", f"{reference * factor:.3f}"
    always = f"always saying the base rate, {percent(rate)},"
    if mean == shown:  # no word for a difference that no figure shows
        return f"the same as {always} gives"
    word = "better" if interval.mean < reference else "worse"
    within = ""
    if interval.low is not None and interval.high is not None:
        within = ", within the interval" if interval.low <= reference <= interval.high else ""
    return f"{word} than {always} which gives {shown}{within}"
