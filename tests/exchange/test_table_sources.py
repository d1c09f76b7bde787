"""Which files a name stands for."""

import contextlib
import io
import os
import threading

import pytest

from forecast.exchange.sources import TableError
from forecast.exchange.tables import Wanted, open_table

TABLE = "probability,outcome\n0.5,1\n"


def n_rows(*files, stdin=b""):
    with open_table([str(file) for file in files], Wanted(), io.BytesIO(stdin)) as table:
        return table.n


def problem(*files, stdin=b""):
    with pytest.raises(TableError) as raised:
        n_rows(*files, stdin=stdin)
    return str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        "it's.csv",
        'a "b" c.csv',
        "with spaces.csv",
        "ünï.csv",
        "[1].csv",
        "a*b.csv",
        "what?.csv",
        "{a,b}.csv",
        "key=1.csv",
        "semi;colon--.csv",
    ],
)
def test_odd_names(tmp_path, name):
    """A file that exists is read, however it is called."""
    path = tmp_path / name
    path.write_text(TABLE)
    assert 1 == n_rows(path)


def test_several_files_are_one_table(tmp_path):
    """Globs, paths and standard input together; a glob takes files only, in order."""
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).write_text(TABLE)
    (tmp_path / "d.csv").mkdir()
    assert 4 == n_rows(tmp_path / "*.csv", tmp_path / "c.txt", "-", stdin=TABLE.encode())
    assert 3 == n_rows(tmp_path / "**" / "[a-c].*")


def test_home(tmp_path, monkeypatch):
    """`~` is the home folder, also in a glob."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "table.csv").write_text(TABLE)
    assert (1, 1) == (n_rows("~/table.csv"), n_rows("~/t*.csv"))


def test_relative_path(tmp_path, monkeypatch):
    """From the folder one is in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text(TABLE)
    (tmp_path / "[x]").mkdir()
    (tmp_path / "[x]" / "table.csv").write_text(TABLE)
    assert (1, 1, 1) == (n_rows("table.csv"), n_rows("*.csv"), n_rows("[x]/table.csv"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_pipe(tmp_path):
    """What can be read but once, such as `<(zcat …)`, is read once."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=[TABLE])
    writer.start()
    assert 1 == n_rows(path)
    writer.join()


def test_what_stands_for_nothing(tmp_path):
    """The message says the name as it was given."""
    assert f"there is no file {tmp_path}/x.csv" == problem(tmp_path / "x.csv")
    assert f"no file is called like {tmp_path}/x*.csv" == problem(tmp_path / "x*.csv")
    assert "is a folder: name the files in it" in problem(tmp_path)
    assert "there is no file http://localhost/x.csv" == problem("http://localhost/x.csv")
    assert "named twice" in problem("-", "-", stdin=TABLE.encode())
    assert "standard input is empty" == problem("-")
    assert "the name of a file is empty" == problem("")
    for name in ("a\0b", "~nobody-of-this-name/x", "***"):
        assert problem(name)


def test_nothing_stays_behind(tmp_path, monkeypatch):
    """All that is written is written into one folder, which is gone at the end, errors or not."""
    for folder in ("tmp", "home", "here"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "[x].csv").write_text(TABLE)
    assert 2 == n_rows(tmp_path / "[x].csv", "-", stdin=TABLE.encode())
    with contextlib.suppress(TableError):
        n_rows("-", stdin=b"nothing,here\n")
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert ["[x].csv", "here", "home", "tmp"] == left
