"""A crowd on one tracker: many write, others report, check and back up meanwhile.

    python tests/reliability/crowding.py crowd WRITERS WRITES

makes a crowd and prints as JSON how long a write took it, in milliseconds.

    python tests/reliability/crowding.py JOB PATH ME WRITES

is one of the crowd: it runs commands one after another, each opening the tracker anew as a user's
would, and prints a line of JSON for each: how long it took, and what went wrong, if anything did.
"""

import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

QUESTIONS = 8


@dataclass
class Crowd:
    """What a crowd did."""

    writes: int
    seconds: float
    #: Milliseconds a write took, each.
    took: list[float]
    #: How often the others could do their work meanwhile.
    turns: dict[str, int] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median of a write, in milliseconds."""
        return statistics.median(self.took)

    @property
    def slow(self) -> float:
        """The 99th percentile of a write, in milliseconds."""
        return sorted(self.took)[int(0.99 * len(self.took))]


def crowd(folder: Path, writers: int, writes: int) -> Crowd:
    """Let them loose, and hold the law: all that was said is there, and nobody met an error."""
    path = folder / "t.db"
    _prepare(path)
    begun = time.perf_counter()
    others = [_start(job, path, job, 0) for job in ("report", "check", "backup")]
    crowd = [_start("write", path, str(number), writes) for number in range(writers)]
    took: list[float] = []
    for worker in crowd:
        lines = _lines(worker.communicate()[0])
        assert writes == len(lines)
        took += [line["ms"] for line in lines]
    seconds = time.perf_counter() - begun
    turns = {}
    for job, other in zip(("report", "check", "backup"), others, strict=True):
        assert other.stdin is not None
        turns[job] = len(_lines(other.communicate()[0]))
        assert turns[job] > 0, f"{job} never had its turn"
    _hold(path, folder / "b.db", writers, writes)
    return Crowd(writers * writes, seconds, took, turns)


def said_by(me: int, writes: int) -> Iterator[tuple[str, str, float | str | None]]:
    """Give what a writer says, in order: kind, question, probability or text."""
    for number in range(writes):
        question = f"q-{(me + number) % QUESTIONS}"
        if number % 5 == 4:
            yield "comment", question, f"remark {number} of {me}"
        elif number % 10 == 8 and number >= 2 * QUESTIONS:
            yield "withdrawal", question, None
        else:
            yield "forecast", question, round((1 + number % 97) / 100, 2)


def _prepare(path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from forecast.model import Forecast, Question
    from forecast.store import append
    from forecast.store.connection import open_store
    from forecast.store.rows import Recording

    now = datetime.now(UTC)
    told = Recording(at=now, by="crowd")
    with closing(open_store(path, create=True)) as tracker:
        for number in range(QUESTIONS + 3):
            question = Question(
                id=f"q-{number}", title="?", opened_at=now, deadline=now + timedelta(days=9)
            )
            append.add_question(tracker, question, told)
            if number >= QUESTIONS:  # a report has something to report
                said = Forecast(
                    question=question.id, forecaster="ann", made_at=now, probability=0.3
                )
                append.record_forecast(tracker, said, told)


def _start(job: str, path: Path, me: str, writes: int) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("FORECAST_")}
    return subprocess.Popen(
        [sys.executable, __file__, job, str(path), me, str(writes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**env, "FORECAST_DB": str(path), "FORECAST_AS": f"writer {me}"},
    )


def _lines(out: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in out.splitlines()]
    wrong = [line["wrong"] for line in lines if line["wrong"]]
    assert not wrong, f"{len(wrong)} errors reached a user, the first: {wrong[0]}"
    return lines


def _hold(path: Path, backup: Path, writers: int, writes: int) -> None:
    """All is there, in the order in which each said it; both it and its backup verify."""
    from forecast.store.connection import open_store
    from forecast.store.verify import verify

    for file in (path, backup):
        with closing(open_store(file, create=False)) as tracker:
            assert [] == [one for one in verify(tracker) if one.state == "fail"]
    with closing(open_store(path, create=False)) as tracker:
        forecasts = tracker.execute(
            "SELECT p.name, f.kind, f.question_id, f.probability FROM forecasts f "
            "JOIN forecasters p ON p.id = f.forecaster_id ORDER BY f.id"
        ).fetchall()
        comments = tracker.execute(
            "SELECT p.name, 'comment', c.question_id, c.text FROM comments c "
            "JOIN forecasters p ON p.id = c.forecaster_id ORDER BY c.id"
        ).fetchall()
    for me in range(writers):
        wanted = list(said_by(me, writes))
        mine = [row[1:] for row in forecasts if row[0] == f"writer {me}"]
        assert [one for one in wanted if one[0] != "comment"] == mine
        mine = [row[1:] for row in comments if row[0] == f"writer {me}"]
        assert [one for one in wanted if one[0] == "comment"] == mine


# One of the crowd


def _write(me: int, writes: int) -> None:
    for kind, question, value in said_by(me, writes):
        if kind == "comment":
            _run("comment", question, str(value))
        elif kind == "withdrawal":
            _run("withdraw", question)
        else:
            _run("predict", question, str(value))


def _again_and_again(*arguments: str) -> None:
    """Run a command until standard input is closed."""
    import select

    while not select.select([sys.stdin], [], [], 0)[0]:
        _run(*arguments)


def _run(*arguments: str) -> None:
    from forecast.cli import run

    out, err = io.StringIO(), io.StringIO()
    begun = time.perf_counter()
    wrong = ""
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(list(arguments))
        if status or err.getvalue():
            wrong = f"{' '.join(arguments)}: {status} {err.getvalue()}"
    except BaseException as error:
        wrong = f"{' '.join(arguments)}: {error!r}"
    took = 1000 * (time.perf_counter() - begun)
    print(json.dumps({"ms": took, "wrong": wrong}), flush=True)


def main(job: str, path: str, me: str, writes: str = "") -> None:
    """Be one of the crowd, or make one."""
    if job == "crowd":
        with tempfile.TemporaryDirectory(prefix="forecast-crowd-") as folder:
            done = crowd(Path(folder), int(path), int(me))
        print(json.dumps({"median": done.median, "slow": done.slow, "seconds": done.seconds}))
    elif job == "write":
        _write(int(me), int(writes))
    elif job == "backup":
        _again_and_again("backup", str(Path(path).with_name("b.db")), "--keep", "2")
    else:
        _again_and_again(job, "--json")


if __name__ == "__main__":
    main(*sys.argv[1:])
