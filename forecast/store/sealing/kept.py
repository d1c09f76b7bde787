"""A seal that somebody else kept, and what lies beside it: a signature, a time stamp."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forecast.model import ForecastError
from forecast.store import seals
from forecast.store.sealing import signing, stamping
from forecast.store.seals import Seal
from forecast.store.verify import Layer

#: A seal has 300; a mail around it may be longer.
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class KeptSeal:
    """A seal as it was kept.

    Parameters
    ----------
    path : Path
        `-` for standard input, beside which nothing lies.
    data : bytes
        All that the file holds, which is what was signed.
    seal : Seal
    """

    path: Path
    data: bytes
    seal: Seal


def read(path: Path, stdin: BinaryIO) -> KeptSeal:
    """Read a seal that was kept.

    Raises
    ------
    ForecastError
        If it cannot be read, or is none.
    """
    try:
        if str(path) == "-":
            data = stdin.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ForecastError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise ForecastError(f"{path} is too long to be a seal: over 1 MB")
    return KeptSeal(path, data, seals.parse(data.decode("utf-8", "replace"), str(path)))


def layers(
    kept: KeptSeal,
    environment: Mapping[str, str],
    signers: Path | None,
    signer: str,
    authorities: Path | None,
) -> Iterator[Layer]:
    """Say what the signature and the time stamp beside a seal are worth, where there are any.

    Parameters
    ----------
    kept : KeptSeal
    environment : mapping of str to str
        For ssh-keygen.
    signers, signer
        See `signing.layer`.
    authorities : Path, optional
        See `stamping.layer`.
    """
    found = (
        signing.layer(kept.data, beside(kept.path, signing.ENDING), environment, signers, signer),
        stamping.layer(seals.text(kept.seal), beside(kept.path, stamping.ENDING), authorities),
    )
    yield from (layer for layer in found if layer is not None)


def beside(path: Path, ending: str) -> Path:
    """Name the file beside a seal."""
    return path.with_name(path.name + ending)
