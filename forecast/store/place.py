"""Where the tracker lies: who besides oneself can change it, whatever the program guards."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.store.verify import Layer

#: What SQLite reads into a database that it finds them beside.
_LOGS = ("-wal", "-journal")


def place_layer(path: Path) -> "Layer":
    """Say as a layer of `verify` whether somebody else can change the tracker's file."""
    from forecast.store.verify import Layer

    if not hasattr(os, "geteuid"):
        return Layer("place", "not checked", "this system has no owners and modes of files")
    exposed = exposure(path)
    return Layer("place", "fail" if exposed else "pass", exposed or another_owner(path))


def exposure(path: Path) -> str:
    """Say how anybody on this machine can change the tracker; '' where nobody can.

    A folder that everybody may write to, as /tmp, where each may only remove what is their own,
    is no such way, unless somebody has put a log beside the tracker.
    """
    if not hasattr(os, "geteuid"):
        return ""
    path = Path(os.path.realpath(path))
    try:
        file = path.stat()
        if file.st_mode & stat.S_IWOTH:
            return f"everybody may write to it: chmod 600 {path}"
        for folder in path.parents:
            mode = folder.stat().st_mode
            if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
                return f"everybody may put another in its place: chmod o-w {folder}"
        for log in (path.with_name(path.name + suffix) for suffix in _LOGS):
            if log.exists() and log.stat().st_uid not in (file.st_uid, os.geteuid(), 0):
                return f"{log} is {_name(log.stat().st_uid)}'s, and would be read into it"
    except OSError:  # what cannot be looked at is told by whoever needs it
        return ""
    return ""


def another_owner(path: Path) -> str:
    """Say whose the tracker is, and can be changed by, where it is not one's own; else ''."""
    if not hasattr(os, "geteuid"):
        return ""
    try:
        owner = Path(os.path.realpath(path)).stat().st_uid
    except OSError:
        return ""
    if owner in (os.geteuid(), 0):
        return ""
    return f"it belongs to {_name(owner)}, who can change it"


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
