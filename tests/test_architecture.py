"""Who may import whom, held by reading the imports of every file."""

import ast
from pathlib import Path

import pytest

import forecast

PACKAGE = Path(forecast.__file__).parent

#: Rows from the top; a room sees the rows below its own, and not its neighbours.
ROWS = (
    ("cli",),
    ("reporting",),
    ("resolving", "drafting", "exchange"),
    ("store", "questionfile"),
    ("scoring", "reading"),
    ("model",),
)
#: What a room must not need: files, databases, terminals and clocks are for the rows above.
FORBIDDEN = {
    "model": {"sqlite3", "click", "numpy", "pathlib", "os", "sys", "io", "time"},
    "scoring": {"sqlite3", "sqlite_utils", "click", "pathlib", "os", "io", "time", "rich"},
    "reading": {"sqlite3", "sqlite_utils", "click", "numpy", "pathlib", "os", "io", "time"},
    "questionfile": {"sqlite3", "sqlite_utils", "click", "numpy"},
    "store": {"click", "numpy", "rich"},
    "resolving": {"click", "numpy", "rich"},
    "drafting": {"click", "numpy", "rich"},
}

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """Give the room a file stands in: its folder, or the file itself at the top."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Name the modules a file imports, wherever in it, type checking included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def row_of(room: str) -> int:
    """Give a room's row, counted from the top; the entry points stand above all."""
    if room in ("__init__", "__main__"):
        return -1
    (row,) = [index for index, rooms in enumerate(ROWS) if room in rooms]
    return row


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    """A file imports from its own room and from rows below, never from beside or above."""
    room = room_of(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("forecast.")}
    known = {one for row in ROWS for one in row}
    above = {one for one in rooms & known - {room} if row_of(one) <= row_of(room)}
    assert set() == above


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_keep_to_their_tools(path: Path) -> None:
    """Scores know nothing of SQLite, files or click; the model does no I/O; and so on."""
    tools = {name.split(".")[0] for name in imported(path)}
    assert set() == tools & FORBIDDEN.get(room_of(path), set())


def test_one_place_joins_store_and_scores() -> None:
    """`reporting/record.py` alone imports both the store and the scores."""
    both = set()
    for path in FILES:
        names = imported(path)
        if all(
            any(n.startswith(f"forecast.{room}.") for n in names) for room in ("store", "scoring")
        ):
            both.add(str(path.relative_to(PACKAGE)))
    # Type hints aside: lines of words name the records of both.
    assert {"reporting/record.py"} == both - {"reporting/words.py", "reporting/shapes.py"}


def test_one_place_reads_the_environment() -> None:
    """The clock, the environment and the config are read in `cli/context.py` only.

    The demo passes the environment on to the commands it runs, and the entry point closes a
    broken pipe; neither reads anything.
    """
    allowed = {"cli/context.py", "cli/demo.py", "cli/__init__.py"}
    readers = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "getuser"):
                readers.add(str(path.relative_to(PACKAGE)))
    assert readers <= allowed


def test_files_can_be_read_in_one_sitting() -> None:
    """No file has more than 500 lines."""
    long = {str(path) for path in FILES if len(path.read_text("utf-8").splitlines()) > 500}
    assert set() == long
