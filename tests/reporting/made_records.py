"""Records made up of a few numbers, and the reports on them."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from forecast.model import Forecast, Question, Resolution
from forecast.reporting.choice import Choice
from forecast.reporting.record import gather
from forecast.reporting.report import Report, report
from forecast.store import append
from forecast.store.connection import writing
from forecast.store.rows import Recording

START = datetime(2026, 1, 1, tzinfo=UTC)
DEADLINE = START + timedelta(days=100)
NOW = START + timedelta(days=200)

Said = float | tuple[float | None, ...]


def ask(db: sqlite3.Connection, answers: str, known: datetime | None = None, **fields: Any) -> None:
    """Ask q0, q1 … and answer them: `ask(db, "yn-")` has a yes, a no and an open one."""
    with writing(db):
        for number, answer in enumerate(answers):
            own = {name: of(number) if callable(of) else of for name, of in fields.items()}
            about = {"id": f"q{number}", "title": f"Question {number}?", **own}
            question = Question(**{"opened_at": START, "deadline": DEADLINE, **about})
            append.insert_question(db, question, Recording(at=START, by="login"))
            if answer in "yn":
                at = known or question.deadline
                outcome = {"y": "yes", "n": "no"}[answer]
                settled = Resolution(question=question.id, outcome=outcome, known_at=at)
                append.insert_resolution(db, settled, Recording(at=at, by="login"))


def say(
    db: sqlite3.Connection, said: Sequence[Said | None], name: str = "ann", **more: Any
) -> None:
    """Forecast q0, q1 …: once each, or several times ten days apart; None says nothing."""
    with writing(db):
        for number, mine in enumerate(said):
            for turn, probability in enumerate(mine if isinstance(mine, tuple) else (mine,)):
                if probability is None and not turn:
                    continue
                at = START + timedelta(days=10 * turn)
                forecast = Forecast(
                    question=f"q{number}",
                    forecaster=name,
                    made_at=at,
                    probability=probability,
                    **({} if probability is None else more),
                )
                recorded = Recording(at=at, by="login")
                append.insert_forecast(db, forecast, recorded)


def reported(db: sqlite3.Connection, now: datetime = NOW, **chosen: Any) -> Report:
    """Give the report on what was chosen."""
    choice = Choice(**chosen)
    return report(gather(db, now, choice), now, choice)


def full(db: sqlite3.Connection, n: int = 40) -> None:
    """Fill a tracker with a record that has every section, and another beside it."""
    answers = "".join("yn"[number * 7 % 5 > 1] for number in range(n))
    ask(
        db,
        answers,
        tags=lambda number: (f"t{number % 3}",),
        deadline=lambda number: DEADLINE + timedelta(days=17 * number),
    )
    say(db, [((number * 37 % 97 + 1) / 100, (number * 53 % 95 + 2) / 100) for number in range(n)])
    say(db, [None] + [(number * 29 % 90 + 5) / 100 for number in range(1, n)], "Bob")
    words = {"words": "likely", "low": 0.55, "high": 0.8, "lexicon": "ICD 203 (2015)"}
    say(db, [0.675] * (n // 2), "Cy", **words)
