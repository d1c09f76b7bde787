"""Attacks of docs/security.md that no other test tries, and that the page names what there is."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from forecast.cli import cli
from forecast.cli.options import complete_id

REPOSITORY = Path(__file__).parents[1]
PAGE = (REPOSITORY / "docs" / "security.md").read_text("utf-8")

#: What SQL could do to the machine, were it let.
REACHING = {
    "load_extension": "load_extension('/tmp/evil')",
    "fts3_tokenizer": "fts3_tokenizer('simple', x'4141414141414141')",
    "writefile": "writefile('evil', 'x')",
    "readfile": "readfile('/etc/passwd')",
    "edit": "edit('x', 'touch evil')",
    "attach": "1 FROM pragma_database_list('x'); ATTACH 'evil' AS x; SELECT 1",
}
SECRET = "a secret that is in another file"


@pytest.fixture
def tracker(forecast, tmp_path, monkeypatch):
    """Somebody's tracker: a question, a forecast, and a way to change it by hand."""
    monkeypatch.chdir(tmp_path)
    forecast("add", "Will it rain?", "--by", "2026-06-01", "--id", "rain", "-p", "7%")

    def change(statements):
        with sqlite3.connect(tmp_path / "tracker.db") as connection:
            connection.executescript(statements)
        connection.close()

    return change


@pytest.mark.parametrize("name", REACHING)
def test_a_database_cannot_reach_out(forecast, tracker, tmp_path, name):
    """Its triggers run when something is recorded; none loads code, or reads or writes a file."""
    try:
        tracker(f"CREATE TRIGGER evil AFTER INSERT ON chain BEGIN SELECT {REACHING[name]}; END;")
    except sqlite3.OperationalError:  # SQLite does not take it into a trigger
        return
    ran = forecast("predict", "rain", "9%")
    assert (1, "", 1) == (ran.status, ran.out, len(ran.err.splitlines()))
    assert not (tmp_path / "evil").exists()
    assert "7 %" in forecast("list").out


def test_a_trigger_that_is_not_ours_is_named(forecast, tracker):
    """Whatever else it does in its own file, `verify` says that it is there."""
    tracker(
        "CREATE TRIGGER evil AFTER INSERT ON chain "
        "BEGIN UPDATE forecasters SET name = 'mallory'; END;"
    )
    ran = forecast("verify")
    assert (1, True) == (ran.status, "chain has a trigger that is not ours: evil" in ran.out)


@pytest.mark.parametrize("command", [("list",), ("show", "rain"), ("report",), ("dump",)])
def test_text_that_is_none(forecast, tracker, command):
    """Bytes in a database that are no text are an error in one line."""
    tracker(
        "DROP TRIGGER revisions_no_update; "
        "UPDATE revisions SET title = CAST(x'1b5b33316dff' AS TEXT);"
    )
    ran = forecast(*command)
    assert (1, 1, False) == (ran.status, len(ran.err.splitlines()), "\x1b" in ran.out + ran.err)


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        (
            "t.csv",
            'probability,outcome,"{column}"\n0.5,1,x\n0.2,0,x\n',
            "c0, (SELECT content FROM read_text('secret')) AS y --",
        ),
        (
            "t.jsonl",
            '{{"probability": 0.5, "outcome": 1, "{column}": "x"}}\n',
            "' || (SELECT content FROM read_text('secret')) || '",
        ),
        ("'; SELECT content FROM read_text('secret'); --.csv", "probability,outcome\n0.5,1\n", ""),
        ("{{secret,t}}*[s].csv", "probability,outcome\n0.5,1\n", ""),
    ],
)
def test_a_table_does_not_lead_to_another_file(forecast, tmp_path, monkeypatch, name, text, column):
    """SQL in the name of a file or of a column is a name."""
    monkeypatch.chdir(tmp_path)
    Path("secret").write_text(SECRET)
    Path(name).write_text(text.format(column=column))
    ran = forecast("score", name, *(("--by", column) if column else ()), "--json")
    assert (0, False) == (ran.status, SECRET in ran.out + ran.err)


@pytest.mark.parametrize(
    "name", ["http://127.0.0.1:9/t.csv", "s3://bucket/t.parquet", "file:t.csv"]
)
def test_a_table_is_not_fetched(forecast, tmp_path, monkeypatch, name):
    """What looks like an address is the name of a file that is not there."""
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("probability,outcome\n0.5,1\n")
    ran = forecast("score", name)
    assert (1, f"Error: there is no file {name}\n") == (ran.status, ran.err)


def test_the_page_names_what_there_is():
    """Every test and file by which docs/security.md says that something is held exists."""
    named = set(re.findall(r"`((?:tests|forecast|docs)/[\w/.]+)`", PAGE))
    assert len(named) > 25
    assert [] == sorted(one for one in named if not (REPOSITORY / one).exists())


@pytest.mark.parametrize(
    "command",
    [("export", "record", "-o"), ("report", "--html"), ("report", "--plot"), ("seal", "-o")],
)
def test_nothing_is_written_over_the_tracker(forecast, command):
    """A slip in a file's name must not cost the record."""
    forecast("add", "Will it rain?", "--by", "+3d", "-p", "7%")
    before = Path(os.environ["FORECAST_DB"]).read_bytes()
    ran = forecast(*command, os.environ["FORECAST_DB"])
    assert (1, True) == (ran.status, "is the tracker itself" in ran.err)
    assert before == Path(os.environ["FORECAST_DB"]).read_bytes()


def test_bad_json_in_a_tracker_is_one_line(forecast):
    """What only another program can have written is told, not shown as a traceback."""
    forecast("add", "Will it rain?", "--by", "+3d", "--id", "rain")
    with closing(sqlite3.connect(os.environ["FORECAST_DB"])) as plain, plain:
        plain.execute("DROP TRIGGER revisions_no_update")
        plain.execute("UPDATE revisions SET tags = '{'")
    ran = forecast("list")
    assert (1, 1) == (ran.status, len(ran.err.splitlines()))
    assert "see forecast verify" in ran.err
    assert 1 == forecast("verify").status


def test_completion_offers_only_ids(forecast):
    """The shell would run what a hostile tracker calls an id."""
    forecast("add", "Will it rain?", "--by", "+3d", "--id", "rain")
    with closing(sqlite3.connect(os.environ["FORECAST_DB"])) as plain, plain:
        plain.execute(
            "INSERT INTO questions SELECT '$(touch pwn)', recorded_at, recorded_by, clock "
            "FROM questions"
        )
    context = click.Context(cli)
    assert ["rain"] == complete_id(context, click.Argument(["id"]), "")
