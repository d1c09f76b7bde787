"""Putting a seal into a git repository, which others have copies of.

Exactly the files of the seal are committed; whatever else is staged or changed stays as it is.
The repository is the user's own: its hooks run, and its commits are signed where it says so.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forecast.model import ForecastError
from forecast.store.sealing.running import Done, run

#: Where seals are put, in the folder that was named.
FOLDER = "forecast-seals"
#: What a hook that runs this program leaves in the environment, which would have another
#: repository, or another index, be used.
_OF_ANOTHER = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"),
    *("GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree to put seals into.

    Parameters
    ----------
    folder : Path
        The work tree, or a folder in it.
    environment : mapping of str to str
    terminal : bool
        Whether git, or what it runs, may ask something.
    """

    folder: Path
    environment: Mapping[str, str]
    terminal: bool = False

    def check(self) -> None:
        """See that something can be committed.

        Raises
        ------
        ForecastError
        """
        if not self.folder.is_dir():
            raise ForecastError(f"there is no folder {self.folder} to commit to")
        inside = self._git("rev-parse", "--is-inside-work-tree")
        if inside.status:
            raise ForecastError(f"{self.folder} is no git repository: {inside.complaint}")
        if inside.out.strip() != b"true":
            raise ForecastError(f"{self.folder} has no work tree: name a folder of a repository")
        for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
            if self._git("var", who).status:
                raise ForecastError(
                    "git does not know who you are: git config --global user.name NAME, "
                    "and user.email ADDRESS"
                )

    def path(self, name: str) -> Path:
        """Say where a file of a seal is put."""
        return self.folder / FOLDER / name

    def committed(self, name: str) -> bytes | None:
        """Give a file of a seal as it is in the last commit; None where it is not in it."""
        done = self._git("cat-file", "blob", f"HEAD:./{FOLDER}/{name}")
        return None if done.status else done.out

    def commit(self, files: Mapping[str, bytes], message: str) -> str | None:
        """Commit the files of a seal that are not in it yet.

        Parameters
        ----------
        files : mapping of str to bytes
            Name -> content.
        message : str

        Returns
        -------
        str or None
            The commit's name; None where nothing was new.

        Raises
        ------
        ForecastError
            If git would not; then the files are gone again, and what is staged is what was.
        """
        new = {name: data for name, data in files.items() if self.committed(name) is None}
        if not new:
            return None
        made: list[Path] = []
        try:
            self._write(new, made)
            self._commit([f"{FOLDER}/{name}" for name in new], message)
        except BaseException as error:
            # A hook that hangs after the commit is no reason to take files from under it.
            done = made and all(self.committed(name) is not None for name in new)
            if not done:
                self._undo(made)
            if not done or not isinstance(error, ForecastError):
                raise
        return self._git("rev-parse", "HEAD").out.decode().strip()

    def _write(self, files: Mapping[str, bytes], made: list[Path]) -> None:
        """Write files, noting each that was not there before."""
        folder = self.folder / FOLDER
        if folder.is_symlink():
            raise ForecastError(f"{folder} is a link to somewhere else: make it a folder")
        try:
            folder.mkdir(exist_ok=True)
            for name, data in files.items():
                path = folder / name
                try:
                    with path.open("xb") as file:
                        made.append(path)
                        file.write(data)
                except FileExistsError:
                    if path.is_symlink() or path.read_bytes() != data:
                        raise ForecastError(f"{path} is in the way: move it") from None
        except OSError as error:
            raise ForecastError(f"{folder} cannot be written to: {error.strerror}") from None

    def _commit(self, paths: list[str], message: str) -> None:
        added = self._git("add", "--", *paths)
        if added.status:
            raise ForecastError(f"git would not add {paths[0]}: {_first(added)}")
        done = self._git("commit", "--quiet", "-m", message, "--", *paths, terminal=self.terminal)
        if done.status:
            raise ForecastError(f"git would not commit {paths[0]}: {done.complaint}")

    def _undo(self, made: list[Path]) -> None:
        if made:
            paths = [f"{FOLDER}/{path.name}" for path in made]
            with contextlib.suppress(ForecastError):
                self._git("rm", "--quiet", "--cached", "--force", "--ignore-unmatch", "--", *paths)
        with contextlib.suppress(OSError):
            for path in made:
                path.unlink(missing_ok=True)
            (self.folder / FOLDER).rmdir()  # where nothing else is in it

    def _git(self, *arguments: str, terminal: bool = False) -> Done:
        environment = {
            name: value for name, value in self.environment.items() if name not in _OF_ANOTHER
        }
        return run(["git", "-C", str(self.folder), *arguments], environment, terminal=terminal)


def _first(done: Done) -> str:
    """Give what `git add` says of a path it is told to ignore, before it lists them."""
    lines = [line.strip() for line in done.err.splitlines() if line.strip()]
    return done.complaint if not lines or ": " in lines[0] else lines[0].rstrip(":")
