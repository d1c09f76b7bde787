"""The report: every figure computed once, for whatever form it is shown in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from forecast.model import ANNULMENTS, SCORED_TYPES
from forecast.reading.durations import show_duration
from forecast.reporting import calls, rereading, slices
from forecast.reporting.calls import Advice, Call, Comparison
from forecast.reporting.choice import Choice
from forecast.reporting.record import (
    BoolArray,
    FloatArray,
    Gathered,
    IntArray,
    Scored,
    enters_at,
)
from forecast.reporting.rereading import Hanging, Reread
from forecast.reporting.slices import CoursePoint, Habits, Slice
from forecast.scoring.calibration import Calibration, calibrations_of
from forecast.scoring.inference import Interval, mean_interval
from forecast.scoring.summary import Summary, summarise

#: Other forecasters a forecaster is set beside, those with most questions in common.
OTHERS = 5


@dataclass(frozen=True, slots=True)
class Funnel:
    """From what was asked to what is scored, and what is missing on the way.

    Parameters
    ----------
    asked : int
        Mistakes aside.
    forecast : int
        With a forecast of those reported, be it that counts or not.
    due : int
        Whose answer is expected by now, or is there.
    resolved, scored : int
        `scored` are those in the scores of this report.
    open, awaiting, overdue : int
        Not yet closed; closed and not expected yet; expected and not there.
    annulled : dict of str to int
        By reason.
    held_back : int
        Resolved before their deadline, which has not passed: in no score, unless asked for.
    held_back_until : datetime or None
        The last of their deadlines.
    enter_at : tuple of datetime
        When they enter, first and last; empty where none is held back.
    unscored_type : int
        Resolved, of a type without scores yet.
    """

    asked: int
    forecast: int
    due: int
    resolved: int
    scored: int
    open: int
    awaiting: int
    overdue: int
    annulled: dict[str, int]
    held_back: int
    held_back_until: datetime | None
    enter_at: tuple[datetime, ...]
    unscored_type: int


@dataclass(frozen=True, slots=True)
class Looked:
    """The forecast calibration looks at, of one question."""

    id: str
    probability: float
    came_true: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One forecaster's part of a report.

    Parameters
    ----------
    forecaster : str
    summary : Summary
    interval : Interval
        Of the mean Brier score, by the weighting of the report.
    n_early, brier_with_early : int, float or None
        Questions held back, and the mean score with them.
    enter_at : tuple of datetime
        When those enter, first and last; empty where none is held back.
    n_backdated, n_retrospective : int
        Forecasts that count but were recorded more than a day after they were made, and after
        the answer was known.
    calibration : Calibration
    looked : list of Looked
        What it looks at, by probability.
    others : list of Comparison
    tags, years, horizons, words : list of Slice
    course : list of CoursePoint
    habits : Habits
    calls : list of Call
        Every one, best first.
    advice : list of Advice
    lexicon : Hanging or None
        How the score hangs on the lexicon that words are read by; None where none are in words.
    """

    forecaster: str
    summary: Summary
    interval: Interval
    n_early: int
    brier_with_early: float | None
    enter_at: tuple[datetime, ...]
    n_backdated: int
    n_retrospective: int
    calibration: Calibration
    looked: list[Looked]
    others: list[Comparison]
    tags: list[Slice]
    years: list[Slice]
    horizons: list[Slice]
    words: list[Slice]
    course: list[CoursePoint]
    habits: Habits
    calls: list[Call]
    advice: list[Advice]
    lexicon: Hanging | None = None

    @property
    def expected(self) -> float:
        """How many the forecasts looked at let expect to come true."""
        return sum(one.probability for one in self.looked)

    @property
    def came_true(self) -> int:
        """How many of them did."""
        return sum(one.came_true for one in self.looked)


@dataclass(frozen=True, slots=True)
class Report:
    """All the figures of a report. Brier scores are from 0 to 1; a form may double them."""

    now: datetime
    choice: Choice
    funnel: Funnel
    #: Ids of scored questions whose meaning was changed after people had forecast.
    changed_meaning: list[str]
    standings: list[Standing]
    #: Titles of the questions in it, by id.
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the parts of a report share: units by forecaster, labels, the forecasts looked at."""

    scored: Scored
    #: With words as they were read when recorded, and as each lexicon reads them.
    recorded: Scored
    read: dict[str, Reread]
    choice: Choice
    #: Units in the scores; and those together with the ones held back.
    counting: dict[str, IntArray]
    with_early: dict[str, IntArray]
    labels: IntArray
    looked_at: FloatArray
    at: str


def report(gathered: Gathered, now: datetime, choice: Choice) -> Report:
    """Compute a report.

    Parameters
    ----------
    gathered : Gathered
        By `record.gather`, with the same `now` and `choice`.
    now : datetime
    choice : Choice

    Returns
    -------
    Report
    """
    read = rereading.rereadings(gathered.scored)
    scored = read[choice.lexicon].scored if choice.lexicon in read else gathered.scored
    early = {one.question.id for one in gathered.held_back}
    taken = np.array(
        [choice.include_early or one.question.id not in early for one in scored.questions],
        dtype=np.bool_,
    )
    basis = replace(_basis(scored, taken, choice), recorded=gathered.scored, read=read)
    names = [name for name in _wanted(scored, choice) if basis.counting[name].size]
    units = np.concatenate([basis.counting[name] for name in names] or [np.empty(0, np.int64)])
    counted = [scored.questions[index] for index in np.unique(scored.question_of[units])]
    return Report(
        now=now,
        choice=choice,
        funnel=_funnel(gathered, now, len(counted), choice),
        changed_meaning=[one.question.id for one in counted if one.changed_meaning],
        standings=_standings(basis, names),
        titles={one.question.id: one.question.title for one in scored.questions},
    )


def _funnel(gathered: Gathered, now: datetime, n_scored: int, choice: Choice) -> Funnel:
    asked = [one for one in gathered.every if not one.is_mistake]
    statuses = Counter(one.status(now) for one in asked)
    reasons = Counter(one.resolution.reason for one in gathered.every if one.resolution)
    resolved = [one for one in asked if one.status(now) == "resolved"]
    held_back = [] if choice.include_early else gathered.held_back
    return Funnel(
        asked=len(asked),
        forecast=sum(one.question.id in gathered.forecast_upon for one in asked),
        due=statuses["due"] + statuses["resolved"],
        resolved=statuses["resolved"],
        scored=n_scored,
        open=statuses["open"],
        awaiting=statuses["awaiting"],
        overdue=statuses["due"],
        annulled={reason: reasons[reason] for reason in ANNULMENTS},
        held_back=len(held_back),
        held_back_until=max((one.question.deadline for one in held_back), default=None),
        enter_at=_ends(enters_at(one) for one in held_back),
        unscored_type=sum(one.question.type not in SCORED_TYPES for one in resolved),
    )


def _wanted(scored: Scored, choice: Choice) -> list[str]:
    """Name those to report, of those who have forecast."""
    named = [choice.forecaster, choice.against] if choice.forecaster else scored.forecasters
    return [name for name in dict.fromkeys(named) if name in scored.forecasters]


def _basis(scored: Scored, taken: BoolArray, choice: Choice) -> _Basis:
    with_early = {name: scored.units_of(name) for name in scored.forecasters}
    if choice.against:  # side by side only on what both have forecast
        mine, theirs = (scored.units_of(name) for name in (choice.forecaster, choice.against))
        shared = np.intersect1d(scored.question_of[mine], scored.question_of[theirs])
        with_early = {
            name: units[np.isin(scored.question_of[units], shared)]
            for name, units in with_early.items()
        }
    looked_at, at = scored.scores.first, "first"
    if choice.before_deadline is not None:
        looked_at = scored.standing_before(choice.before_deadline)
        at = show_duration(choice.before_deadline)
    return _Basis(
        scored=scored,
        recorded=scored,
        read={},
        choice=choice,
        counting={name: u[taken[scored.question_of[u]]] for name, u in with_early.items()},
        with_early=with_early,
        labels=scored.clusters(choice.cluster),
        looked_at=looked_at,
        at=at,
    )


def _standings(basis: _Basis, names: list[str]) -> list[Standing]:
    """Give the parts of a report; together, since several verdicts are adjusted to be several."""
    looked_at, outcome = basis.looked_at, basis.scored.lives.outcome
    seen = [units[~np.isnan(looked_at[units])] for units in (basis.counting[n] for n in names)]
    records = [(looked_at[units], outcome[units], basis.labels[units]) for units in seen]
    calibrations = calibrations_of(records, at=basis.at)
    return [
        _standing(basis, name, calibration, units)
        for name, calibration, units in zip(names, calibrations, seen, strict=True)
    ]


def _standing(basis: _Basis, name: str, calibration: Calibration, seen: IntArray) -> Standing:
    scored, units, every = basis.scored, basis.counting[name], basis.with_early[name]
    brier = weighted_brier(scored, basis.choice.weighting)
    yes = int(scored.lives.outcome[units].sum())
    rows = scored.rows_of(units)
    early = np.setdiff1d(every, units)
    return Standing(
        forecaster=name,
        summary=summarise(scored.scores, scored.lives.outcome, units),
        interval=mean_interval(
            brier[units],
            clusters=basis.labels[units],
            rare_outcomes=min(yes, units.size - yes),
            probability=scored.scores.first[units],
        ),
        n_early=int(early.size),
        brier_with_early=float(brier[every].mean()) if early.size else None,
        enter_at=_ends(enters_at(scored.questions[at]) for at in scored.question_of[early]),
        n_backdated=int(scored.backdated[rows].sum()),
        n_retrospective=int(scored.retrospective[rows].sum()),
        calibration=calibration,
        looked=_looked(scored, seen, basis.looked_at),
        others=_others(basis, name),
        tags=slices.by_tag(scored, units, brier),
        years=slices.by_year(scored, units, brier),
        horizons=slices.by_horizon(scored, units),
        words=slices.by_words(scored, units),
        course=slices.course(scored, units, brier),
        habits=slices.habits(scored, units),
        calls=calls.calls(scored, units, brier),
        advice=calls.advice(calibration),
        lexicon=rereading.hanging(
            basis.recorded,
            basis.read,
            basis.choice.lexicon,
            units,
            lambda one: weighted_brier(one, basis.choice.weighting),
        ),
    )


def weighted_brier(scored: Scored, weighting: str) -> FloatArray:
    """Give each unit's Brier score by a weighting."""
    scores = scored.scores
    by = {
        "time": scores.brier,
        "planned": scores.brier_planned,
        "first": scores.brier_first,
        "final": scores.brier_final,
    }
    return by[weighting]


def _others(basis: _Basis, name: str) -> list[Comparison]:
    choice, counting = basis.choice, basis.counting
    names: Iterable[str] = [choice.forecaster, choice.against] if choice.against else counting
    found = [
        calls.compare(basis.scored, counting[name], counting[other], other, basis.labels)
        for other in names
        if other != name and other in counting
    ]
    shared = sorted((one for one in found if one), key=lambda one: (-one.n, one.other))
    return shared[:OTHERS]


def _looked(scored: Scored, units: IntArray, looked_at: FloatArray) -> list[Looked]:
    order = units[np.argsort(looked_at[units], kind="stable")]
    columns = (
        [scored.questions[index].question.id for index in scored.question_of[order].tolist()],
        looked_at[order].tolist(),
        (scored.lives.outcome[order] == 1).tolist(),
    )
    return [Looked(*row) for row in zip(*columns, strict=True)]


def _ends(instants: Iterable[datetime]) -> tuple[datetime, ...]:
    """Give the first and the last; nothing of nothing."""
    ordered = sorted(instants)
    return (ordered[0], ordered[-1]) if ordered else ()
