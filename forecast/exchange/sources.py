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
_COMPRESSED = (".gz", ".zst")


class TableError(ForecastError):
    """A table cannot be read, or a row of it holds what it may not."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name for people, its path, and its kind (csv, json or parquet)."""

    name: str
    path: Path
    kind: str

    @property
    def has_texts(self) -> bool:
        """Whether every value is a text, because the format has no types of its own."""
        return self.kind != "parquet"

    def scan(self, *, rejects: bool = False) -> str:
        """Give the SQL that scans the file; `rejects` notes broken lines, instead of failing."""
        path = "'" + str(self.path).replace("'", "''") + "'"
        if self.kind == "parquet":
            return f"read_parquet({path})"
        if self.kind == "json":
            return f"read_json({path}, format = 'newline_delimited', maximum_depth = 1)"
        options = ", store_rejects = true" if rejects else ""
        return f"read_csv({path}, all_varchar = true, header = true{options})"

    def text(self, column: str) -> str:
        """Give the SQL for a column's value, for JSON taken out of its quotes."""
        name = '"' + column.replace('"', '""') + '"'
        return f"json_extract_string({name}, '$')" if self.kind == "json" else name


def find_sources(files: Sequence[str], folder: Path, stdin: IO[bytes]) -> list[Source]:
    """Find the files that names stand for.

    Parameters
    ----------
    files : sequence of str
        Paths, globs, or `-`.
    folder : Path
        Where standard input may be put.
    stdin : binary file

    Returns
    -------
    list of Source

    Raises
    ------
    TableError
        If a name stands for nothing.
    """
    return [source for file in files for source in _find(file, folder, stdin)]


def _find(file: str, folder: Path, stdin: IO[bytes]) -> list[Source]:
    if file == "-":
        return [_spooled(folder, stdin)]
    path = Path(file)
    if path.is_dir():
        raise TableError(f"{file} is a folder: name the files in it, as in '{file}/*.csv'")
    if path.exists():
        return [Source(file, path, _kind(path))]
    if any(mark in file for mark in "*?["):
        root = Path(path.anchor)
        found = sorted(one for one in root.glob(str(path.relative_to(root))) if one.is_file())
        if found:
            return [Source(str(one), one, _kind(one)) for one in found]
    raise TableError(f"there is no file {file}")


def _spooled(folder: Path, stdin: IO[bytes]) -> Source:
    """Put standard input into a file: a table is looked at more than once."""
    path = folder / "stdin"
    with path.open("wb") as copy:
        shutil.copyfileobj(stdin, copy)
    with path.open("rb") as copy:
        start = copy.read(64)
    compressed = {b"\x1f\x8b": ".gz", b"\x28\xb5": ".zst"}.get(start[:2], "")
    kind = "csv" if compressed else _kind_of(start)
    return Source("standard input", path.rename(f"{path}.{kind}{compressed}"), kind)


def _kind(path: Path) -> str:
    name = path.name.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    suffix = name.rpartition(".")[2]
    for kind, endings in _ENDINGS.items():
        if suffix in endings:
            return kind
    with path.open("rb") as file:
        return _kind_of(file.read(64))


def _kind_of(start: bytes) -> str:
    if start.startswith(b"PAR1"):
        return "parquet"
    return "json" if start.lstrip()[:1] == b"{" else "csv"
