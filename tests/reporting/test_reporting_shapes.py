"""The JSON shapes: a null has a reason beside it, and no figure is nan or infinite."""

import json
from datetime import UTC, datetime

import numpy as np

from forecast.model import Entry, Forecast, Question
from forecast.reporting import record, shapes
from forecast.reporting.choice import Choice
from forecast.reporting.document import document
from forecast.reporting.report import report
from forecast.reporting.terminal import report_text
from forecast.store import append, queries
from forecast.store.rows import Recording

START = datetime(2026, 5, 1, tzinfo=UTC)
DEADLINE = datetime(2026, 5, 3, tzinfo=UTC)
LATER = datetime(2026, 5, 4, tzinfo=UTC)


def settled(db, probabilities, outcome="no", name="ann"):
    """Ask, forecast and resolve a question for each probability."""
    for number, probability in enumerate(probabilities):
        question = Question(id=f"{name}-{number}", title="Q?", opened_at=START, deadline=DEADLINE)
        said = Forecast(
            question=question.id, forecaster=name, made_at=START, probability=probability
        )
        append.add_question(db, question, Recording(at=START, by="login"), forecast=said)
        then = Recording(at=LATER, by="login")
        append.resolve(db, question.id, outcome, then, known_at=DEADLINE)


def reported(db):
    """Give the report on everything."""
    return report(record.gather(db, LATER, Choice()), LATER, Choice())


def test_infinite_log_score_is_null_with_a_reason_and_a_count(db):
    """JSON knows no infinity."""
    settled(db, [0.0, 0.5], outcome="yes")
    (row,) = shapes.report(reported(db), "half")["forecasters"]
    assert (None, 1) == (row["log_score"], row["n_infinite"])
    assert "infinite" in row["log_score_reason"]
    scored = record.score(db, queries.listing(db, LATER))
    sure, even = (shapes.unit_score(scored, unit) for unit in scored.with_score)
    assert (None, float(np.log(2))) == (sure["log_score"], even["log_score"])
    assert (True, None) == ("infinite" in sure["log_score_reason"], even["log_score_reason"])


def test_every_null_has_its_reason(db):
    """One question bears neither an interval nor a skill."""
    settled(db, [0.2])
    (row,) = shapes.report(reported(db), "half")["forecasters"]
    assert (None, None) == (row["brier_interval"], row["skill"])
    assert (True, True) == (bool(row["brier_reason"]), bool(row["skill_reason"]))
    json.dumps(row, allow_nan=False, default=str)


def test_question_without_extras_has_nulls_and_its_deadline_as_known_by(db):
    """`known_by` is the deadline unless said."""
    settled(db, [0.2])
    shaped = shapes.question(queries.get(db, "ann-0"), LATER, None)
    expected = {"event": None, "probability": None, "known_by": DEADLINE, "outcome": "no"}
    assert expected == {key: shaped[key] for key in expected}


def test_entry_leaves_out_what_says_nothing():
    """As a question file does; a probability of 0 and a false do say something."""
    question = Question(id="q", title="Q?", opened_at=START, deadline=DEADLINE)
    said = Forecast(question="q", forecaster="ann", made_at=START, probability=0.0)
    shaped = shapes.entry(Entry(question=question, forecasts=(said,)))
    assert {"question", "forecasts"} == shaped.keys()
    assert 0.0 == shaped["forecasts"][0]["probability"]
    assert "tags" not in shaped["question"]


def test_report_text_piped_has_a_row_per_forecaster(db):
    """However long the names are, and without trailing styles."""
    names = ["A" * 60, "B" * 5]
    for name in names:
        settled_as(db, name)
    rows = [line.split() for line in report_text(document(reported(db))).splitlines()]
    assert [[name, "1"] for name in names] == [
        row[:2] for row in rows if row[:1] in ([names[0]], [names[1]])
    ]


def settled_as(db, name):
    question = Question(id=name.lower()[:9], title="Q?", opened_at=START, deadline=DEADLINE)
    said = Forecast(question=question.id, forecaster=name, made_at=START, probability=0.3)
    append.add_question(db, question, Recording(at=START, by="login"), forecast=said)
    append.resolve(db, question.id, "no", Recording(at=LATER, by="login"), known_at=DEADLINE)
