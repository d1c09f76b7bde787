"""The parts of a report about a whole record: scores, calibration, calls, advice."""

from forecast.reading.probabilities import percent
from forecast.reporting import sentences as say
from forecast.reporting.calls import Call, best_and_worst
from forecast.reporting.choice import Choice
from forecast.reporting.parts import NONE, Grid, Section, figure
from forecast.reporting.report import Standing
from forecast.scoring.calibration import Calibration

#: Ids that a row of a table names; a page opens to all of them.
SHOWN_IDS = 3

_MEANING = {
    "time": "over the time each forecast stood",
    "planned": "over the time to the deadline; it compares forecasters",
    "first": "of the first forecast on each question",
    "final": "of the last forecast on each question",
}


def short_scores(one: Standing, factor: int) -> Section:
    """Give what is said of a record too short for rates."""
    found = (
        say.expected_sentence(one),
        say.held_back_sentence(one, factor),
        say.prospective_sentence(one),
    )
    return Section("scores", "Score", tuple(filter(None, found)), first=True)


def questions(one: Standing, factor: int) -> Section:
    """List the questions of a record, best first."""
    head = ("question", "first", "final", "answer", "Brier", "title")
    rows = tuple((*_call(call, factor), call.title) for call in one.calls)
    ids = tuple((call.id,) for call in one.calls)
    return Section("questions", "Questions", grids=(Grid(head, rows, ids, frozenset({0, 3, 5})),))


def scores(one: Standing, choice: Choice, factor: int) -> Section:
    """Give the scores beside what they compare with, on the very same questions."""
    summary = one.summary
    values = (summary.brier, summary.brier_planned, summary.brier_first, summary.brier_final)
    rows = [
        (
            f"Brier, {name}" + (" (headline)" if name == choice.weighting else ""),
            figure(value, factor),
            meaning,
        )
        for (name, meaning), value in zip(_MEANING.items(), values, strict=True)
    ]
    log = "infinite" if summary.n_infinite else figure(summary.log_score)
    log_reason = (summary.log_score_reason or "").removeprefix("infinite: ")
    rows.append(("logarithmic", log, log_reason or "in nats, over the time each forecast stood"))
    skill = "of Brier, time: 1 is perfect, 0 always saying the base rate, below 0 worse than that"
    rows.append(("skill", figure(summary.skill), summary.skill_reason or skill))
    said = (
        say.score_sentence(one, factor),
        say.lexicon_sentence(one, factor),
        say.expected_sentence(one),
        say.held_back_sentence(one, factor),
        say.prospective_sentence(one),
    )
    rows += _references(one, factor)
    return Section(
        "scores",
        "Scores",
        tuple(filter(None, said)),
        (Grid(("score", "value", "what it is"), tuple(rows), texts=frozenset({0, 2})),),
        explanation="Lower is better, except for skill. The interval is of the headline score.",
        first=True,
    )


def _references(one: Standing, factor: int) -> list[tuple[str, str, str]]:
    """Give the scores on the same questions of who knows nothing, and of other forecasters."""
    rate = one.summary.base_rate
    rows = [("for comparison", figure(0.25, factor), "always saying 50 %")]
    if rate is not None:
        always = f"always saying the base rate, {percent(rate)}, of the same questions"
        rows.append(("for comparison", figure(rate * (1 - rate), factor), always))
    for other in one.others:
        mine = figure(other.mine, factor)
        shared = say.count(other.n, "shared question")
        told = f"{other.other}, planned, on {shared}, where {one.forecaster} has {mine}"
        rows.append(("for comparison", figure(other.theirs, factor), told))
    return rows


def comparisons(one: Standing, choice: Choice, factor: int) -> Section | None:
    """Set the forecaster beside the one named by `--against`."""
    if not choice.against or not one.others or one.forecaster == choice.against:
        return None
    found = tuple(say.comparison_sentence(one.forecaster, other, factor) for other in one.others)
    return Section("against", f"Beside {choice.against}", found, first=True)


def calibration(one: Calibration, factor: int) -> Section | None:
    """Give the decomposition of the Brier score, beside what chance alone would give."""
    if not one.n:
        return None
    rows = (
        (
            "Brier",
            figure(one.brier, factor),
            figure(one.brier_expected, factor),
            figure(one.brier_p95, factor),
            "of these forecasts; by chance: what a calibrated forecaster with them would expect",
        ),
        (
            "miscalibration",
            figure(one.miscalibration, factor),
            figure(one.miscalibration_expected, factor),
            figure(one.miscalibration_p95, factor),
            "what recalibration would gain; chance alone gives some, the more the fewer questions",
        ),
        (
            "discrimination",
            figure(one.discrimination, factor),
            NONE,
            NONE,
            "how far the forecasts tell what happens from what does not; more is better",
        ),
        (
            "uncertainty",
            figure(one.uncertainty, factor),
            NONE,
            NONE,
            "the score of always saying the base rate: a matter of the questions",
        ),
    )
    head = ("figure", "value", "by chance", "up to", "what it means")
    told = say.tests_sentence(one)
    return Section(
        "calibration",
        "Calibration",
        (told,) if told else (),
        (Grid(head, rows, texts=frozenset({0, 4})),),
        explanation=(
            "Brier = miscalibration - discrimination + uncertainty. Of calibrated forecasters, one "
            "in twenty would have more than 'up to'."
        ),
    )


def reliability(one: Standing) -> Section | None:
    """Give the curve: how often things came true that were said to be so likely."""
    if not one.calibration.n:
        return None
    ids = _ids_by_forecast(one)
    rows, opened = [], []
    for point in one.calibration.curve:
        rows.append(
            (
                percent(point.probability),
                str(point.n),
                say.tenths(point.recalibrated),
                say.tenths(point.band_low),
                say.tenths(point.band_high),
            )
        )
        opened.append(ids.get(point.probability, ()))
    head = ("said", "n", "recalibrated", "band from", "to")
    return Section(
        "reliability",
        "Reliability",
        grids=(Grid(head, tuple(rows), tuple(opened), frozenset()),),
        chart="reliability",
        explanation=(
            "The line shows how often things came true that were said to be so likely; on the "
            "diagonal both agree. At each point, nine in ten calibrated forecasters with these "
            "forecasts would lie within the band. Bars: how often what was said."
        ),
        first=True,
    )


def bins(one: Standing) -> Section | None:
    """Count what came true, by bins of what was said."""
    if not one.calibration.bins:
        return None
    rows, opened = [], []
    for row in one.calibration.bins:
        lowest = -1.0 if row.low == 0 else row.low  # the first holds its left end, too
        ids = tuple(seen.id for seen in one.looked if lowest < seen.probability <= row.high)
        rows.append(
            (
                say.bin_range(row),
                percent(row.mean_probability),
                say.of_phrase(round(row.frequency * row.n), row.n),
                _some(ids),
            )
        )
        opened.append(ids)
    head = ("said", "on average", "came true", "questions")
    grid = Grid(head, tuple(rows), tuple(opened), frozenset({3}))
    return Section("bins", "By what was said", grids=(grid,))


def lexicons(one: Standing, factor: int) -> Section | None:
    """Give the score with what was said in words read again, by one lexicon after another."""
    hanging = one.lexicon
    if hanging is None:
        return None
    rows = [("as recorded", figure(hanging.brier_as_recorded, factor), NONE, NONE)]
    rows += [
        (found.name, figure(found.brier, factor), str(found.n_reread), str(found.n_unreadable))
        for found in hanging.by_lexicon.values()
    ]
    return Section(
        "lexicons",
        "By lexicon",
        grids=(Grid(("words read by", "Brier", "read", "left"), tuple(rows)),),
        explanation=(
            "The score with what was said in words read again by each lexicon; what it does not "
            "have is left as it was. A score that hangs on the lexicon says little of a forecaster."
        ),
    )


def habits(one: Standing) -> Section:
    """Say how a forecaster covers questions and changes their mind."""
    return Section("habits", "Habits", (say.habits_sentence(one.habits),))


def extremes(one: Standing, factor: int) -> Section:
    """Give the best and the worst calls, with the note of the forecast that stood."""
    best, worst = best_and_worst(one.calls)
    shown = [("best", call) for call in best] + [("worst", call) for call in worst]
    rows = tuple((kind, *_call(call, factor), call.note) for kind, call in shown)
    head = ("", "question", "first", "final", "answer", "Brier", "note")
    ids = tuple((call.id,) for _, call in shown)
    grid = Grid(head, rows, ids, frozenset({0, 1, 4, 6}))
    return Section("calls", "Best and worst calls", grids=(grid,))


def advice(one: Standing, choice: Choice) -> Section | None:
    """Say what to make of it, where the record carries that."""
    who = "you" if one.forecaster == choice.you else one.forecaster
    found = tuple(say.advice_sentence(row, who) for row in one.advice)
    return Section("advice", "What to make of it", found, first=True) if found else None


def _call(call: Call, factor: int) -> tuple[str, ...]:
    ends = (percent(call.first), percent(call.final))
    return (call.id, *ends, call.outcome, figure(call.brier, factor))


def _ids_by_forecast(one: Standing) -> dict[float, tuple[str, ...]]:
    """Sort the questions to the curve's points, which may stand for forecasts very near them."""
    points = [point.probability for point in one.calibration.curve]
    found: dict[float, list[str]] = {}
    for seen in one.looked:
        found.setdefault(seen.probability, []).append(seen.id)
    if not found.keys() <= set(points):
        found = _to_nearest(found, points)
    return {probability: tuple(ids) for probability, ids in found.items()}


def _to_nearest(found: dict[float, list[str]], points: list[float]) -> dict[float, list[str]]:
    from bisect import bisect_left

    moved: dict[float, list[str]] = {}
    for probability, ids in found.items():
        at = bisect_left(points, probability)
        near = min(points[max(at - 1, 0) : at + 1], key=lambda point: abs(point - probability))
        moved.setdefault(near, []).extend(ids)
    return moved


def _some(ids: tuple[str, ...]) -> str:
    shown = ", ".join(ids[:SHOWN_IDS])
    return f"{shown} and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else shown
