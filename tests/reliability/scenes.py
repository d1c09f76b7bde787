"""What is killed and spoilt: commands on a small tracker, and the law that must hold afterwards.

A scene prepares a folder, names the commands, and after each run, however it ended, `judge` opens
the tracker as the next program would and compares: everything that was there or acknowledged is
there with its value, nothing is half done, nothing doubled, nothing invented, `verify` passes, the
next command works, and no file can be read by others.
"""

import json
import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from processes import KILLED, Ended, Fault, Processes
from sqlite_utils import Database

from forecast.model import Forecast, Question
from forecast.store import append
from forecast.store.connection import APPLICATION_ID, open_store, writing
from forecast.store.rows import Recording, forecast_columns, question_columns
from forecast.store.verify import verify

Commands = tuple[tuple[str, ...], ...]
#: What a record holds, each row without its times: whose number is counted.
Content = Counter[tuple[object, ...]]

NOW = datetime(2026, 6, 3, 6, tzinfo=UTC)
OPENED = datetime(2026, 5, 1, tzinfo=UTC)
TOLD = Recording(at=datetime(2026, 5, 4, tzinfo=UTC), by="login")
SECRET = "a slip about Mrs Example of Example Street"
_CONTENT = {
    "question": "SELECT id FROM questions",
    "revision": "SELECT question_id, number, title FROM revisions",
    "forecast": "SELECT f.question_id, p.name, f.kind, f.probability, f.note FROM forecasts f "
    "JOIN forecasters p ON p.id = f.forecaster_id",
    "resolution": "SELECT question_id, outcome, note FROM resolutions",
    "comment": "SELECT question_id, text FROM comments",
    "proposal": "SELECT question_id, outcome FROM proposals",
    "evidence": "SELECT question_id, sha256 FROM evidence",
    "lookup": "SELECT question_id, failures FROM lookups",
    "redaction": "SELECT table_name, row_id FROM redactions",
    "seal": "SELECT positions FROM seals",
}


def content_of(path: Path) -> Content:
    """Give what the tracker at a path holds, and fail where `verify` does."""
    with closing(open_store(path, create=False)) as tracker:
        broken = [one for one in verify(tracker) if one.state == "fail"]
        assert [] == broken
        return content(tracker)


def content(tracker: sqlite3.Connection) -> Content:
    """Give what an open tracker holds."""
    return Counter(
        (kind, *row) for kind, select in _CONTENT.items() for row in tracker.execute(select)
    )


class Scene:
    """Commands on a prepared tracker; this one: a forecast is recorded."""

    name = "predict"
    #: `{here}` becomes the folder.
    commands: Commands = (("predict", "rain", "37%", "--json"),)
    #: What must work afterwards.
    next_command: tuple[str, ...] = ("comment", "rain", "the next")

    #: Whether it is to change anything.
    writes = True

    def __init__(self, folder: Path) -> None:
        #: Where the commands run; it may be set to be on another disk.
        self.work = folder / "here"
        self.here = self.work
        self.path = self.here / "t.db"
        self._template = folder / "template"
        self.before: Content = Counter()
        #: What the record holds once so many commands have ended.
        self.steps: list[Content] = []

    @contextmanager
    def open(self, processes: Processes) -> Iterator["Scene"]:
        """Prepare it, and learn from one run without faults what it does."""
        shutil.rmtree(self._template, ignore_errors=True)
        self._template.mkdir(parents=True)
        self.here = self._template
        self.path = self.here / "t.db"
        self.prepare()
        self.here = self.work
        self.path = self.here / "t.db"
        self.lay()
        self.before = self.content_before()
        self.steps = [self.before]
        self.lay()
        for number in range(1, len(self.commands) + 1):
            ended = self.run(processes, self.commands[number - 1 : number])
            assert (0, "") == (ended.status, ended.err)
            self.steps.append(content_of(self.path))
        yield self

    def prepare(self) -> None:
        """Make the files that are there before."""
        make_tracker(self.path)

    def content_before(self) -> Content:
        """Give what the tracker holds before."""
        return content_of(self.path) if self.path.exists() else Counter()

    def lay(self) -> None:
        """Have the folder as it was prepared."""
        shutil.rmtree(self.here, ignore_errors=True)
        shutil.copytree(self._template, self.here)
        (self.here / "tmp").mkdir()

    def run(
        self,
        processes: Processes,
        commands: Commands | None = None,
        *,
        kill_after: float | None = None,
        fault: Fault | None = None,
        code: str = "",
    ) -> Ended:
        """Run the commands in a process of their own, whose umask hides nothing."""
        filled = [
            [one.replace("{here}", str(self.here)) for one in command]
            for command in (self.commands if commands is None else commands)
        ]
        env = {
            "FORECAST_DB": str(self.path),
            "FORECAST_NOW": NOW.isoformat(),
            "FORECAST_AS": "ann",
            "HOME": str(self._template.parent),
            "TZ": "UTC",
            "TMPDIR": str(self.here / "tmp"),
        }
        return processes.run(filled, env, kill_after=kill_after, fault=fault, umask=0, code=code)

    def judge(self, processes: Processes, ended: Ended) -> Content:
        """Hold the law; gives what the record has now."""
        if ended.status != KILLED:
            self.judge_words(ended)
        self.judge_files()
        after = content_of(self.path) if self.path.exists() else Counter()
        assert not self.before - after, "something that was there is gone"
        assert not after - self.steps[-1], "something is there twice, or was never said"
        assert not self.steps[ended.done] - after, "something acknowledged is gone"
        self.judge_whole(after, ended)
        following = self.run(processes, (self.next_command,))
        assert (0, "") == (following.status, following.err), "the next command does not work"
        content_of(self.path)
        left = {one.name for one in self.here.iterdir()} - {"tmp"}
        logs = {name for name in left if name.startswith("t.db-")}
        assert not logs
        return after

    def judge_words(self, ended: Ended) -> None:
        """A command that could not says so in one line, and ends with 1."""
        if ended.status == 0:
            assert "" == ended.err
            return
        assert 1 == ended.status, ended.err
        assert 1 == len(ended.err.splitlines()), ended.err
        assert ended.err.startswith("Error: "), ended.err

    def judge_files(self) -> None:
        """Whatever is there, half-made files too, is nobody else's to read."""
        for one in self.here.iterdir():
            if not any(name in one.name for name in ("tmp", "q.toml", "seal.txt")):
                assert 0o600 == one.stat().st_mode & 0o777, one

    def judge_whole(self, after: Content, ended: Ended) -> None:
        """A write is all there or not at all; what was echoed is there."""
        assert after in (self.before, self.steps[-1])
        if ended.out:
            assert after == self.steps[-1]
        if "nothing was recorded" in ended.err:
            assert after == self.before


class Load(Scene):
    """A question file is taken in, whole or not at all."""

    name = "load"
    commands = (("load", "{here}/q.toml"),)

    def __init__(self, folder: Path, questions: int = 12) -> None:
        super().__init__(folder)
        self.questions = questions
        self.name = f"load of {questions:,}"

    def prepare(self) -> None:
        """Make the tracker and the file."""
        make_tracker(self.path)
        file = "".join(
            f'[[question]]\nid = "q-{n}"\ntitle = "Will number {n} come?"\n'
            "opened = 2026-05-01\ndeadline = 2026-12-31\n[[question.forecast]]\n"
            f'forecaster = "p {n % 7}"\nat = 2026-05-02\nprobability = 0.{n % 90 + 10}\n\n'
            for n in range(self.questions)
        )
        (self.here / "q.toml").write_text(file)


class ResolveAndCheck(Scene):
    """One question is resolved by hand; `check` looks others up and proposes their answers."""

    name = "resolve + check"
    commands = (
        ("resolve", "rain", "yes", "--known", "2026-06-01", "--note", "it did", "--json"),
        ("check", "--allow-private", "--json"),
    )
    LOOKED_UP = 5

    @contextmanager
    def open(self, processes: Processes) -> Iterator[Scene]:
        """Serve figures meanwhile."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Figures)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.port = server.server_port
        try:
            with super().open(processes) as scene:
                yield scene
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def prepare(self) -> None:
        """Add questions whose answers a server knows."""
        make_tracker(self.path)
        from forecast.model import Resolver

        with closing(open_store(self.path, create=False)) as tracker:
            for n in range(self.LOOKED_UP):
                settings = (
                    ("as_of", "$.date"),
                    ("compare", ">= 5"),
                    ("path", "$.value"),
                    ("url", f"http://127.0.0.1:{self.port}/{n}"),
                )
                question = Question(
                    id=f"figure-{n}",
                    title=f"Will figure {n} reach 5?",
                    opened_at=OPENED,
                    deadline=OPENED + timedelta(days=30),
                    resolver=Resolver(type="json", settings=settings),
                )
                append.add_question(tracker, question, TOLD)

    def judge_whole(self, after: Content, ended: Ended) -> None:
        """The answer is one write; so is each proposal with its evidence."""
        kinds = Counter(row[0] for row in after.elements())
        assert kinds["proposal"] == kinds["evidence"] == kinds["lookup"]
        resolved = ("resolution", "rain", "yes", "it did")
        if ended.out:
            assert 1 == after[resolved]
        if kinds["proposal"]:
            assert 1 == after[resolved]


class _Figures(BaseHTTPRequestHandler):
    """Says that nothing reached 5."""

    def do_GET(self) -> None:
        body = json.dumps({"value": 3, "date": "2026-06-01", "of": self.path}).encode()
        with suppress(ConnectionError):  # whoever asked was killed
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class FirstOpening(Scene):
    """A tracker is made by the first question."""

    name = "first opening"
    commands = (("add", "Will it snow?", "--by", "+30d", "--id", "snow", "-p", "20%", "--json"),)
    next_command = ("add", "Will it hail?", "--by", "+30d", "--id", "hail")

    def prepare(self) -> None:
        """There is nothing."""


class Migration(Scene):
    """A file of an older format is migrated by the next command."""

    def __init__(self, folder: Path, version: int) -> None:
        super().__init__(folder)
        self.version = version
        self.name = f"migration of format {version}"

    def prepare(self) -> None:
        """Make the file as the program of then did."""
        make_old_tracker(self.path, self.version)

    def judge_whole(self, after: Content, ended: Ended) -> None:
        """Besides, what stands beside the tracker as a copy is a whole one."""
        super().judge_whole(after, ended)
        copies = [one for one in self.here.glob("t.db.format-*") if one.suffix != ".lock"]
        assert len(copies) <= 1, "the same is kept twice"
        if ended.status != KILLED:
            assert [] == [one.name for one in self.here.iterdir() if one.name.startswith(".")]
        for copy in copies:
            with closing(sqlite3.connect(copy)) as plain:
                assert ("ok",) == plain.execute("PRAGMA integrity_check").fetchone()
                assert (self.version,) == plain.execute("PRAGMA user_version").fetchone()
                assert (3,) == plain.execute("SELECT count(*) FROM forecasts").fetchone()
        with closing(sqlite3.connect(self.path)) as plain:
            (version,) = plain.execute("PRAGMA user_version").fetchone()
            assert version == self.version or copies, "it was migrated without a copy"


class Backup(Scene):
    """A copy takes the place of an earlier one, which is kept."""

    name = "backup"
    commands = (("backup", "{here}/b.db", "--keep", "2"),)

    def prepare(self) -> None:
        """Make an earlier backup, then add to the tracker."""
        from forecast.store.backups import back_up

        make_tracker(self.path, forecasts=2)
        with closing(open_store(self.path, create=False)) as tracker:
            back_up(tracker, self.path, self.here / "b.db")
            say(tracker, 0.5)
        with closing(sqlite3.connect(self.here / "b.db")) as plain:
            self.earlier = content(plain)

    def judge_whole(self, after: Content, ended: Ended) -> None:
        """Under the name is the earlier copy or a whole new one; no copy is lost."""
        assert after == self.before
        copies = [content_of(self.here / name) for name in ("b.db", "b.db.1") if self._is(name)]
        assert copies[0] in (self.earlier, self.before)
        assert self.earlier in copies
        if ended.status == 0:
            assert [self.before, self.earlier] == copies
        left = [one.name for one in self.here.iterdir() if one.name.startswith(".")]
        if ended.status != KILLED:
            assert [] == left

    def _is(self, name: str) -> bool:
        return (self.here / name).exists()


class Restore(Scene):
    """A copy is put in the tracker's place; what was there is kept."""

    name = "restore"
    commands = (("restore", "{here}/b.db"),)

    def prepare(self) -> None:
        """Make a backup, then a tracker that has gone on since, with a log beside it."""
        from forecast.store.backups import back_up

        make_tracker(self.path, forecasts=2)
        aside = self.here / "aside"
        aside.mkdir()
        with closing(open_store(self.path, create=False)) as tracker:
            back_up(tracker, self.path, self.here / "b.db")
            tracker.execute("PRAGMA wal_autocheckpoint = 0")
            for n in range(40):
                say(tracker, n / 100, note="of the time since;" * 40)
            # As a writer leaves it who is killed: what is new is in the log only.
            for name in ("t.db", "t.db-wal"):
                shutil.copy2(self.here / name, aside)
        for one in aside.iterdir():
            one.replace(self.here / one.name)
        aside.rmdir()

    def judge(self, processes: Processes, ended: Ended) -> Content:
        """Either the one or the other is the tracker, and nothing is lost."""
        if ended.status != KILLED:
            self.judge_words(ended)
        self.judge_files()
        assert self.path.exists(), "there is no tracker"
        after = content_of(self.path)
        restored = self.steps[-1]
        assert after in (self.before, restored)
        if ended.status == 0 or ended.out:
            assert after == restored
        kept = list(self.here.glob("t.db.before-*"))
        if after == restored:
            assert [self.before] == [content_of(one) for one in kept if one.suffix != ".lock"]
        elif ended.status != KILLED:
            assert [] == [one.name for one in self.here.iterdir() if one.name.startswith(".")]
        assert content_of(self.here / "b.db") == restored
        following = self.run(processes, (self.next_command,))
        assert (0, "") == (following.status, following.err)
        content_of(self.path)
        return after


class RestoreOverDamage(Restore):
    """A copy is put in the place of a file that SQLite cannot open; it is kept with its log."""

    name = "restore over a damaged file"

    def prepare(self) -> None:
        """Let the file's beginning be overwritten, and its log be that of nothing known."""
        super().prepare()
        with self.path.open("r+b") as file:
            file.write(b"no database " * 500)
        (self.here / "t.db-wal").write_bytes(b"no log " * 500)
        self.damaged = self._logs_and_files()

    def content_before(self) -> Content:
        """Nothing that SQLite could read."""
        return Counter()

    def judge(self, processes: Processes, ended: Ended) -> Content:
        """The damaged file or the copy is the tracker; not a byte of what was there is lost."""
        if ended.status != KILLED:
            self.judge_words(ended)
        self.judge_files()
        assert self.damaged <= self._logs_and_files()
        is_damaged = self.path.read_bytes().startswith(b"no database ")
        if is_damaged:
            assert (ended.status, ended.out) != (0, "")
            following = self.run(processes)  # said again, it does what was broken off
            assert (0, "") == (following.status, following.err)
        assert self.steps[-1] == content_of(self.path)
        assert self.damaged <= self._logs_and_files()
        following = self.run(processes, (self.next_command,))
        assert (0, "") == (following.status, following.err)
        return self.before if is_damaged else self.steps[-1]

    def _logs_and_files(self) -> set[bytes]:
        """Give the damaged bytes, wherever they stand."""
        found = (one.read_bytes() for one in self.here.glob("t.db*") if one.is_file())
        return {content for content in found if content.startswith(b"no ")}


class Seal(Scene):
    """The record is sealed in a file."""

    name = "seal"
    commands = (("seal", "-o", "{here}/seal.txt"),)

    def judge_whole(self, after: Content, ended: Ended) -> None:
        """The file is a whole seal, which the record extends, or is not there."""
        from forecast.store import seals

        assert after in (self.before, self.steps[-1])
        file = self.here / "seal.txt"
        if ended.status == 0:
            assert file.exists()
        if file.exists():
            seal = seals.parse(file.read_text(), file.name)
            with closing(open_store(self.path, create=False)) as tracker:
                assert "" == seals.problem(tracker, seal)
        if ended.status != KILLED:
            assert [] == [one.name for one in self.here.iterdir() if one.name.startswith(".")]


class Redact(Scene):
    """A note is taken back, from the file's free pages too."""

    name = "redact"
    commands = (("redact", "rain", "forecast", "2", "--yes", "--json"),)

    def prepare(self) -> None:
        """Make a tracker whose second forecast has a note to take back."""
        make_tracker(self.path)

    def judge(self, processes: Processes, ended: Ended) -> Content:
        """It is there as before, or wholly taken back; acknowledged, no byte of it is left."""
        if ended.status != KILLED:
            self.judge_words(ended)
        self.judge_files()
        after = content_of(self.path)
        assert after in (self.before, self.steps[-1])
        if ended.done or ended.out:
            assert after == self.steps[-1]
            for one in self.here.glob("t.db*"):
                assert SECRET.encode() not in one.read_bytes(), one
        following = self.run(processes)  # said again, it finishes what was broken off
        assert (0, "") == (following.status, following.err)
        assert content_of(self.path) == self.steps[-1]
        for one in self.here.glob("t.db*"):
            assert SECRET.encode() not in one.read_bytes(), one
        return after


class Verify(Scene):
    """The record is verified."""

    name = "verify"
    writes = False
    commands = (("verify",),)

    def judge_words(self, ended: Ended) -> None:
        """What could not be read is no pass."""
        if "fail" in ended.out:
            assert (1, "") == (ended.status, ended.err)
        else:
            super().judge_words(ended)

    def judge_whole(self, after: Content, ended: Ended) -> None:
        """Nothing changes."""
        assert after == self.before


class Looking(Verify):
    """Questions are listed and shown, reported and written out."""

    name = "list, show, dump"
    commands = (("list", "--json"), ("show", "rain", "--json"), ("dump",))


def make_tracker(path: Path, forecasts: int = 3) -> None:
    """Make a tracker with a question and forecasts, the second one with a note."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(open_store(path, create=True)) as tracker:
        append.add_question(tracker, _question("rain"), TOLD)
        for n in range(forecasts):
            say(tracker, (n + 1) / 10, note=SECRET if n == 1 else "")


def say(tracker: sqlite3.Connection, probability: float, note: str = "") -> None:
    """Record a forecast of ann's."""
    append.record_forecast(tracker, _forecast(probability, note), TOLD)


def make_old_tracker(path: Path, version: int) -> None:
    """Make a tracker of an older format as the program of then did, with three forecasts."""
    from forecast.store.schema import migrations

    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    stop = {1: "m002_checks", 2: "m003_chain"}[version]
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        migrations.apply(Database(plain), stop_before=stop)
        with writing(plain):
            plain.execute("INSERT INTO forecasters (name, aliases) VALUES ('ann', '[]')")
            told = TOLD.columns()
            _insert(plain, "questions", {"id": "rain", **told})
            revision = {**question_columns(_question("rain")), "number": 1, "changed_meaning": 0}
            _insert(plain, "revisions", {**revision, **told})
            for n in range(3):
                said = forecast_columns(_forecast((n + 1) / 10, ""))
                _insert(plain, "forecasts", {**said, "forecaster_id": 1, **told})
            for table in ("questions", "revisions", "forecasts"):
                plain.execute(
                    f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            plain.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            plain.execute(f"PRAGMA user_version = {version}")


def _insert(plain: sqlite3.Connection, table: str, columns: dict[str, object]) -> None:
    """Insert the columns that the table of then had."""
    known = {row[1] for row in plain.execute(f"PRAGMA table_info({table})")}
    kept = {name: value for name, value in columns.items() if name in known}
    marks = ", ".join("?" * len(kept))
    plain.execute(f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks})", tuple(kept.values()))


def _question(id_: str) -> Question:
    deadline = OPENED + timedelta(days=31)
    return Question(id=id_, title="Will it rain?", opened_at=OPENED, deadline=deadline)


def _forecast(probability: float, note: str) -> Forecast:
    return Forecast(
        question="rain",
        forecaster="ann",
        made_at=OPENED + timedelta(days=1),
        probability=probability,
        note=note,
    )
