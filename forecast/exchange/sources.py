"""Where a table comes from: a path, a glob or standard input, and of what kind it is."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forecast.model import ForecastError

_ENDINGS = {
    "csv": ("csv", "tsv", "tab", "txt", "psv", "dat"),
    "json": ("jsonl", "ndjson", "json"),
    "parquet": ("parquet", "pq"),
}
#: What a compressed file starts with -> how DuckDB calls it, and its ending.
_COMPRESSIONS = {b"\x1f\x8b": ("gzip", ".gz"), b"\x28\xb5\x2f\xfd": ("zstd", ".zst")}
#: What DuckDB would take for a pattern, though a file may be called so.
_PATTERN_MARKS = "*?[{"


class TableError(ForecastError):
    """A table cannot be read, or a row of it holds what it may not."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read.

    Parameters
    ----------
    name : str
        As people call it.
    path : Path
        Where it is, in letters that DuckDB takes as they are.
    compression : {"none", "gzip", "zstd"}
        By its first bytes: an ending may lie.
    kind : {"csv", "json", "parquet", ""}
        By its ending, else by its first bytes; empty where a compressed file does not tell.
    """

    name: str
    path: Path
    compression: str
    kind: str


def find_files(names: Sequence[str], folder: Path, stdin: IO[bytes]) -> list[File]:
    """Find the files that names stand for.

    Parameters
    ----------
    names : sequence of str
        Paths, globs, or `-` for standard input.
    folder : Path
        Where files may be put that are gone once read.
    stdin : binary file

    Returns
    -------
    list of File
        In the order of the names; those of a glob in alphabetical order.

    Raises
    ------
    TableError
        If a name stands for nothing.
    """
    if list(names).count("-") > 1:
        raise TableError("standard input (-) is named twice, but can be read only once")
    found = [one for name in names for one in _paths(name)]
    return [_file(*one, folder / str(number), stdin) for number, one in enumerate(found)]


def _paths(name: str) -> list[tuple[str, Path | None]]:
    """Give the files of a name, as people call them and as paths; no path is standard input."""
    if name == "-":
        return [("standard input", None)]
    if not name:
        raise TableError("the name of a file is empty")
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            raise TableError(f"{name} is a folder: name the files in it, as in '{name}/*.csv'")
        if path.exists():
            return [(name, path)]
        if any(mark in name for mark in "*?["):
            root = Path(path.anchor)
            found = sorted(one for one in root.glob(str(path.relative_to(root))) if one.is_file())
            if found:
                return [(str(one), one) for one in found]
            raise TableError(f"no file is called like {name}")
    except (ValueError, RuntimeError, NotImplementedError) as error:
        raise TableError(f"{name}: {error}") from None
    raise TableError(f"there is no file {name}")


def _file(name: str, path: Path | None, spare: Path, stdin: IO[bytes]) -> File:
    spare.parent.mkdir(exist_ok=True)
    if path is None:
        path = _copied(stdin, spare)
    elif not path.is_file():  # a pipe can be read but once, and a table is looked at more often
        with path.open("rb") as stream:
            path = _copied(stream, spare)
    with path.open("rb") as file:
        start = file.read(64)
    if not start.strip():
        raise TableError(f"{name} is empty")
    compression, kind = "none", _kind_by_ending(path)
    for magic, (how, _) in _COMPRESSIONS.items():
        if start.startswith(magic):
            compression = how
    if start.startswith(b"PAR1"):
        kind = "parquet"
    elif not kind and compression == "none":
        kind = kind_of_text(start)
    path = path.absolute()
    if any(mark in str(path) for mark in _PATTERN_MARKS):
        spare.symlink_to(path)
        path = spare
    return File(name, path, compression, kind)


def _copied(stream: IO[bytes], path: Path) -> Path:
    with path.open("wb") as copy:
        shutil.copyfileobj(stream, copy)
    return path


def kind_of_text(start: bytes) -> str:
    """Tell JSON from CSV by how a file begins.

    >>> kind_of_text(b'{"probability": 0.5}'), kind_of_text(b"probability,outcome")
    ('json', 'csv')
    """
    return "json" if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else "csv"


def _kind_by_ending(path: Path) -> str:
    name = path.name.lower()
    for _, ending in _COMPRESSIONS.values():
        name = name.removesuffix(ending)
    suffix = name.rpartition(".")[2]
    return next((kind for kind, endings in _ENDINGS.items() if suffix in endings), "")
