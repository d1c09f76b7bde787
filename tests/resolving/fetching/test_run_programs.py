"""Running somebody's own program: alone, for so long, and for what it prints."""

import os
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from misbehaving_server import NOW

from forecast.resolving.fetching.limits import Limits
from forecast.resolving.fetching.programs import run_program
from forecast.resolving.sources.contract import Document, SourceError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="programs here are shell scripts")

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "WHO": "me"}


def run(folder: Path, *command: str, seconds: float = 5, max_bytes: int = 1000) -> Document:
    """Run a program with small limits."""
    limits = Limits(total_seconds=seconds, max_bytes=max_bytes)
    return run_program(command, folder, ENVIRONMENT, limits, now=lambda: NOW)


def failure(folder: Path, *command: str, **limits: float) -> str:
    """Give the line that a program fails with."""
    with pytest.raises(SourceError) as caught:
        run(folder, *command, **limits)  # type: ignore[arg-type]
    return str(caught.value)


def script(folder: Path, text: str, name: str = "ask") -> str:
    """Write a program, and say how to call it from its folder."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return f"./{name}"


def test_what_it_prints_is_the_document(tmp_path: Path) -> None:
    """Standard output, byte by byte; what it says on the side is nobody's business."""
    program = script(tmp_path, "#!/bin/sh\necho aside >&2\nprintf 'a\\377b'\n")
    document = run(tmp_path, program)
    assert Document(url="./ask", fetched_at=NOW, body=b"a\xffb") == document


def test_it_gets_what_it_is_given(tmp_path: Path) -> None:
    """Its folder, its arguments as they are, the environment handed in, and nothing to read."""
    program = script(tmp_path, '#!/bin/sh\npwd\necho "$1" "$WHO" "${HOME-none}"\ncat\n')
    assert (
        f"{tmp_path.resolve()}\n$(id) * me none\n".encode()
        == run(tmp_path, program, "$(id) *").body
    )


def test_there_is_nothing_to_read(tmp_path: Path) -> None:
    """What is typed is not for a program that nobody sees."""
    reading, writing = os.pipe()
    own = os.dup(0)
    os.write(writing, b"typed\n")
    os.close(writing)
    os.dup2(reading, 0)
    try:
        assert b"" == run(tmp_path, "cat").body
    finally:
        os.dup2(own, 0)
        os.close(own)
        os.close(reading)


def test_programs_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a slash from the folder on, without one by the PATH of the environment."""
    monkeypatch.setenv("PATH", str(tmp_path))  # not this one
    (tmp_path / "inner").mkdir()
    script(tmp_path / "inner", "#!/bin/sh\necho inner\n")
    script(tmp_path, "#!/bin/sh\necho outer\n")
    assert b"inner\n" == run(tmp_path, "inner/ask").body
    assert b"outer\n" == run(tmp_path / "inner", "../ask").body
    assert b"outer\n" == run(tmp_path, str(tmp_path / "ask")).body
    assert b"hello\n" == run(tmp_path, "echo", "hello").body
    assert "ask is no program that the PATH leads to" == failure(tmp_path, "ask")
    assert f"./none is not there: {tmp_path / 'none'}" == failure(tmp_path, "./none")


def test_programs_that_cannot_be_run(tmp_path: Path) -> None:
    """It is said what is wrong with a program, or with its folder."""
    (tmp_path / "text").write_text("no program")
    assert "./text may not be run: is it executable?" == failure(tmp_path, "./text")
    program = script(tmp_path, "#!/no/such/interpreter\n")
    assert "./ask cannot be run: No such file or directory" == failure(tmp_path, program)
    line = "echo cannot be run: there is a character in the command that may not be"
    assert line == failure(tmp_path, "echo", "a\0b")
    line = f"echo cannot be run: there is no folder {tmp_path / 'gone'}"
    assert line == failure(tmp_path / "gone", "echo")
    assert "the resolver's command names no program" == failure(tmp_path)


def test_the_status_counts(tmp_path: Path) -> None:
    """A program that ends badly is a failure, whatever it printed; its last words are told."""
    shell = ("sh", "-c")
    line = failure(
        tmp_path, *shell, "echo fine; printf 'first\\nno \\033[31mdata\\n\\n' >&2; exit 3"
    )
    assert "sh ended with status 3: no \\x1b[31mdata" == line
    assert "sh ended with status 1 and said nothing" == failure(tmp_path, *shell, "exit 1")
    line = failure(tmp_path, *shell, "kill -TERM $$")
    assert "sh was ended by SIGTERM and said nothing" == line


def test_complaints_are_kept_from_the_end(tmp_path: Path) -> None:
    """However much a program complains, memory stays small."""
    tracemalloc.start()
    try:
        line = failure(tmp_path, "sh", "-c", "yes complaint | head -c 20000000 >&2; exit 1")
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert "sh ended with status 1: complaint" == line


def test_it_prints_no_more_than_the_limit(tmp_path: Path) -> None:
    """The limit is allowed; a byte more ends the program, at once."""
    assert 1000 == len(run(tmp_path, "head", "-c", "1000", "/dev/zero").body)
    assert "head printed more than 1 kB" == failure(tmp_path, "head", "-c", "1001", "/dev/zero")
    began = time.monotonic()
    assert "yes printed more than 1 kB" == failure(tmp_path, "yes")
    assert time.monotonic() - began < 2


def is_alive(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.parametrize(
    "text",
    [
        "sleep 60 & echo $! > pid; wait",  # takes its time, and its children with it
        "sleep 60 & echo $! > pid; exit 0",  # ends, but leaves somebody with its output
        "exec >&-; sleep 60 & echo $! > pid; wait",  # ends its output, but not itself
        "trap '' TERM INT HUP; sleep 60 & echo $! > pid; wait; wait",
    ],
)
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look in")
def test_it_ends_in_its_time(tmp_path: Path, text: str) -> None:
    """After its time it is killed, and with it all it has started."""
    program = script(tmp_path, f"#!/bin/sh\n{text}\n")
    began = time.monotonic()
    assert "./ask took longer than 0.5 s" == failure(tmp_path, program, seconds=0.5)
    assert time.monotonic() - began < 2
    pid = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not is_alive(pid):
            break
        time.sleep(0.02)
    assert not is_alive(pid)


def test_complaints_are_not_waited_for(tmp_path: Path) -> None:
    """Somebody left behind with the program's complaints does not hold its answer up for long."""
    program = script(tmp_path, "#!/bin/sh\necho answer\nsleep 4 >/dev/null & exit 0\n")
    began = time.monotonic()
    assert b"answer\n" == run(tmp_path, program).body
    assert time.monotonic() - began < 3


def test_python_programs_print_quickly(tmp_path: Path) -> None:
    """A program of the user's own in Python works as it does for them."""
    program = script(tmp_path, f"#!{sys.executable}\nimport json; print(json.dumps([1]))\n")
    assert b"[1]\n" == run(tmp_path, program).body
