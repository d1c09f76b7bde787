"""Signing a seal with an SSH key, and checking a signature, by ssh-keygen (OpenSSH 8.2 or newer).

People have such keys, and others can look up whose they are: `https://github.com/NAME.keys`.
"""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from forecast.model import ForecastError
from forecast.store.sealing.running import run
from forecast.store.verify import Layer

#: A signature made for something else, a login or a git commit, is not one of a seal.
NAMESPACE = "forecast-seal"
#: What the file of a signature is called, after that of the seal.
ENDING = ".sig"
_KEY = re.compile(r"with (\S+) key (\S+)")


def signed(text: bytes, key: Path, environment: Mapping[str, str], *, terminal: bool) -> bytes:
    """Sign a seal; whoever has it can tell whether it was this key that did.

    Parameters
    ----------
    text : bytes
        The seal's, to the last byte.
    key : Path
        A private key, or the public key of one that an agent holds.
    environment : mapping of str to str
    terminal : bool
        Whether a passphrase can be asked for.

    Returns
    -------
    bytes
        The signature, as `ssh-keygen -Y sign` writes it.

    Raises
    ------
    ForecastError
        If there is no such key, it cannot be unlocked, or there is no ssh-keygen.
    """
    if not key.is_file():
        raise ForecastError(
            f"there is no key {key}: name a private key, or a public one of ssh-add"
        )
    # Beside the seal it would ask whether to overwrite an earlier signature; here there is none.
    with tempfile.TemporaryDirectory(prefix="forecast-seal-") as folder:
        file = Path(folder) / "seal.txt"
        file.write_bytes(text)
        done = run(
            ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)],
            environment,
            terminal=terminal,
        )
        if done.status:
            raise ForecastError(f"{key} cannot sign: {_why_not(done.err, done.complaint)}")
        return file.with_name(file.name + ENDING).read_bytes()


def layer(
    text: bytes,
    signature: Path,
    environment: Mapping[str, str],
    signers: Path | None = None,
    signer: str = "",
) -> Layer | None:
    """Say what the signature beside a seal is worth.

    Parameters
    ----------
    text : bytes
        The file of the seal, to the last byte.
    signature : Path
    environment : mapping of str to str
    signers : Path, optional
        Who has which key, as `man ssh-keygen` has it under ALLOWED SIGNERS.
    signer : str
        Whose it has to be, as that file names them.

    Returns
    -------
    Layer or None
        None where there is no signature and none was wanted. Without `signers` a good signature is
        *not checked*: anybody has some key.

    Raises
    ------
    ForecastError
        If a signer was asked for and there is no way to tell.
    """
    name = "signature"
    if signers is not None and not signers.is_file():
        raise ForecastError(f"there is no file {signers} to say who has which key")
    if not signature.is_file():
        missing = Layer(name, "fail", f"there is no {signature}, which {signer} should have signed")
        return None if signers is None else missing
    common = ["-n", NAMESPACE, "-s", str(signature)]
    try:
        done = run(["ssh-keygen", "-Y", "check-novalidate", *common], environment, given=text)
    except ForecastError as error:
        if signers is not None:
            raise
        return Layer(name, "not checked", str(error))
    key = _key(done.out)
    if done.status or not key:
        return Layer(name, "fail", f"{signature} does not sign this seal: {done.complaint}")
    if signers is None:
        return Layer(
            name, "not checked", f"signed by {key}, whose it is was not checked (--signers)"
        )
    who = ["-f", str(signers), "-I", signer]
    done = run(["ssh-keygen", "-Y", "verify", *who, *common], environment, given=text)
    if done.status or _key(done.out) != key:
        return Layer(
            name, "fail", f"signed by {key}, which by {signers} is not (or no longer) {signer}'s"
        )
    return Layer(name, "pass", f"signed by {signer}, {key}")


def _key(said: bytes) -> str:
    found = _KEY.search(said.decode("utf-8", "replace"))
    return f"{found[1]} key {found[2]}" if found else ""


def _why_not(err: str, complaint: str) -> str:
    if "incorrect passphrase" in err:
        return "its passphrase was not given: unlock it with ssh-add, or run this on a terminal"
    if "are too open" in err:
        return "others may read it: chmod 600"
    return complaint
