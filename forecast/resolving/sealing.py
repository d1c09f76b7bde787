"""Making a seal and giving it away: signed, committed, time-stamped, written; all that or nothing.

All but the time stamp: an authority that cannot be reached does not keep a record from being
sealed, and is asked again later.
"""

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forecast.model import ForecastError
from forecast.resolving.files import write_atomically
from forecast.store import seals
from forecast.store.sealing import signing, stamping
from forecast.store.sealing.committing import FOLDER, Repository
from forecast.store.sealing.kept import beside
from forecast.store.sealing.stamping import Stamp
from forecast.store.seals import Kept, Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to become of a seal.

    Parameters
    ----------
    file : Path, optional
        Where it is written.
    key : Path, optional
        What signs it.
    repository : Repository, optional
        Where it is committed.
    address : str, optional
        The authority that is to stamp it, as `posting.checked` has it.
    environment : mapping of str to str
        For the programs that are run.
    terminal : bool
        Whether they may ask for a passphrase.
    """

    file: Path | None = None
    key: Path | None = None
    repository: Repository | None = None
    address: str | None = None
    environment: Mapping[str, str]
    terminal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What became of it.

    Parameters
    ----------
    seal : Seal
    committed : Path or None
        Its file in the repository.
    commit : str or None
        The commit's name; None where the repository had all of it before.
    stamp : Stamp or None
    problem : str
        Why there is no stamp yet, where one was wanted.
    n_completed : int
        Stamps that earlier seals were waiting for and have now.
    """

    seal: Seal
    committed: Path | None = None
    commit: str | None = None
    stamp: Stamp | None = None
    problem: str = ""
    n_completed: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a time stamp that was pending."""

    kept: Kept
    seal: Seal
    stamp: Stamp | None
    problem: str = ""


def seal(connection: sqlite3.Connection, now: datetime, wanted: Wanted) -> Sealed:
    """Seal the record, and give the seal away as is wanted.

    Raises
    ------
    ForecastError
        Then nothing is left of it: no file, no signature, no commit.
    """
    if wanted.repository is not None:
        wanted.repository.check()
    if wanted.address is not None:
        stamping.need()
    if wanted.file is not None:
        _check_beside(wanted.file, wanted)
    made = _made(connection, now, wanted.repository)
    text = seals.text(made)
    signature = _signature(text, name_of(made), wanted)
    known = any(one.text == text for one in seals.kept(connection))
    kept = seals.keep(connection, made, wanted.address)
    commit = None
    try:
        token, stamp, problem = _stamp(connection, kept, wanted.address)
        endings = {"": text.encode(), signing.ENDING: signature, stamping.ENDING: token}
        files = {ending: data for ending, data in endings.items() if data is not None}
        if wanted.repository is not None:
            named = {f"{name_of(made)}{ending}": data for ending, data in files.items()}
            message = f"Seal the forecast record at position {made.positions}"
            commit = wanted.repository.commit(named, message)
        if wanted.file is not None:
            _write(wanted.file, files)
    except BaseException:
        if not known and commit is None:
            with contextlib.suppress(sqlite3.Error):
                seals.forget(connection, kept.id)
        raise
    n_completed = 0
    if stamp is not None and wanted.address is not None:
        others = [one for one in seals.kept(connection) if one.stamp_url == wanted.address]
        done = _ask_all(connection, others, allow_private=True)
        n_completed = sum(one.stamp is not None for one in done)
    return Sealed(
        seal=made,
        committed=None if wanted.repository is None else wanted.repository.path(name_of(made)),
        commit=commit,
        stamp=stamp,
        problem=problem,
        n_completed=n_completed,
    )


def complete(
    connection: sqlite3.Connection, wanted: Wanted, *, allow_private: bool
) -> tuple[list[Asked], str | None]:
    """Get the time stamps that are still to come, each from the authority that was to make it.

    Parameters
    ----------
    connection : sqlite3.Connection
    wanted : Wanted
        Its file is a seal that was written before and is to have its stamp beside it, its
        repository one that has seals.
    allow_private : bool
        Whether an authority may be in one's own network. It is the tracker that names it, and the
        tracker may have come from somebody else.

    Returns
    -------
    list of Asked
    str or None
        The commit by which stamps came into the repository.

    Raises
    ------
    ForecastError
    """
    if wanted.repository is not None:
        wanted.repository.check()
    asked = _ask_all(connection, seals.kept(connection), allow_private)
    with_stamp = {one.text: one.stamp for one in seals.kept(connection) if one.stamp is not None}
    if wanted.file is not None:
        text = seals.text(seals.parse(_read(wanted.file), str(wanted.file)))
        if text not in {one.text for one in seals.kept(connection)}:
            raise ForecastError(f"{wanted.file} is no seal that this tracker remembers")
        if text in with_stamp:
            _write(wanted.file, {stamping.ENDING: with_stamp[text]})
    commit = None
    if wanted.repository is not None:
        files = {}
        for text, token in with_stamp.items():
            name = name_of(seals.parse(text, "a seal of this tracker"))
            if wanted.repository.committed(name) == text.encode():
                files[f"{name}{stamping.ENDING}"] = token
        commit = wanted.repository.commit(files, "Add time stamps to seals of the forecast record")
    return asked, commit


def name_of(made: Seal) -> str:
    """Say what a seal's file is called in a repository: one name for one state of the record."""
    return f"seal-{made.positions}-{made.head[:8]}.txt"


def _made(connection: sqlite3.Connection, now: datetime, repository: Repository | None) -> Seal:
    """Seal the record; where the repository has a seal of this very state, that is the one."""
    made = seals.taken(connection, now)
    data = None if repository is None else repository.committed(name_of(made))
    if data is None:
        return made
    name = f"{FOLDER}/{name_of(made)}"
    there = seals.parse(data.decode("utf-8", "replace"), name)
    if problem := seals.problem(connection, there):
        raise ForecastError(f"the repository's {name} is no seal of this record: {problem}")
    return there


def _signature(text: str, name: str, wanted: Wanted) -> bytes | None:
    if wanted.key is None:
        return None
    there = wanted.repository and wanted.repository.committed(f"{name}{signing.ENDING}")
    if there and wanted.file is None:
        return None
    return signing.signed(text.encode(), wanted.key, wanted.environment, terminal=wanted.terminal)


def _stamp(
    connection: sqlite3.Connection, kept: Kept, address: str | None
) -> tuple[bytes | None, Stamp | None, str]:
    """Get the stamp of a seal, if one is wanted; without one, say why."""
    if address is None:
        return None, None, ""
    if kept.stamp is not None:
        return kept.stamp, stamping.read(kept.stamp, kept.text), ""
    try:
        token, stamp = _ask(address, kept.text, allow_private=True)
    except ForecastError as error:
        return None, None, str(error)
    seals.add_stamp(connection, kept.id, token)
    return token, stamp, ""


def _ask_all(
    connection: sqlite3.Connection, remembered: list[Kept], allow_private: bool
) -> list[Asked]:
    asked = []
    dead: dict[str, str] = {}
    for one in remembered:
        if one.stamp_url is None or not one.is_pending:
            continue
        stamp, problem = None, dead.get(one.stamp_url, "")
        if not problem:
            try:
                token, stamp = _ask(one.stamp_url, one.text, allow_private)
                seals.add_stamp(connection, one.id, token)
            except ForecastError as error:
                dead[one.stamp_url] = problem = str(error)
        asked.append(Asked(one, seals.parse(one.text, "a seal of this tracker"), stamp, problem))
    return asked


def _ask(address: str, text: str, allow_private: bool) -> tuple[bytes, Stamp]:
    """Ask an authority for the stamp of a seal."""
    from forecast.resolving.posting import checked, post  # it brings httpx

    request, nonce = stamping.request(text)
    token = post(
        checked(address),
        request,
        "application/timestamp-query",
        most_bytes=stamping.MOST_BYTES,
        allow_private=allow_private,
    )
    try:
        return token, stamping.received(token, text, nonce)
    except stamping.NoStamp as error:
        raise stamping.NoStamp(f"{address}: {error}") from None


def _check_beside(file: Path, wanted: Wanted) -> None:
    """Refuse to leave beside a new seal what belongs to an old one: it would speak against it."""
    if file.is_dir():
        raise ForecastError(f"{file} is a folder: name a file in it")
    for ending, replaced in (
        (signing.ENDING, wanted.key is not None),
        (stamping.ENDING, wanted.address is not None),
    ):
        path = beside(file, ending)
        if path.exists() and not (replaced and path.is_file()):
            raise ForecastError(f"{path} is of an earlier seal: remove it, or name another file")


def _write(file: Path, files: Mapping[str, bytes]) -> None:
    """Write a seal and what is beside it; where one cannot be written, none is new."""
    new: list[Path] = []
    try:
        if "" in files and stamping.ENDING not in files:
            beside(file, stamping.ENDING).unlink(missing_ok=True)  # of the earlier seal
        for ending, data in files.items():
            path = beside(file, ending)
            if not path.exists():
                new.append(path)
            write_atomically(path, data)
    except OSError as error:
        for path in new:
            with contextlib.suppress(OSError):
                path.unlink()
        raise ForecastError(f"{file} cannot be written: {error.strerror}") from None


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError as error:
        raise ForecastError(f"{file} cannot be read: {error.strerror}") from None
