"""Time stamps (RFC 3161): an authority signs the digest of a seal and when it was shown it.

The library of the extra `stamp` builds requests, reads and verifies what comes back; nothing is
sent from here. What an authority is to be believed, the reader says, with its certificates.
"""

import contextlib
import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.model import ForecastError
from forecast.reading.instants import stamp as stamped
from forecast.store.verify import Layer

if TYPE_CHECKING:  # an extra
    from cryptography.x509 import Certificate, Name
    from rfc3161_client import TimeStampResponse

#: What the file of a time stamp is called, after that of the seal.
ENDING = ".tsr"
#: No authority's answer is longer.
MOST_BYTES = 1_000_000
NOT_CHECKED = "whose authority was not checked"
_MISSING = "rfc3161-client is needed for time stamps: pip install 'forecast-tracker[stamp]'"
#: Digests that an authority may have signed -> how to take them.
_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_STATUS = {
    2: "it was refused",
    3: "it was put off",
    4: "its certificate is about to be revoked",
    5: "its certificate is revoked",
}
_LONGEST_NAME = 100


class NoStamp(ForecastError):
    """What came is no time stamp of this seal."""


class NotInstalled(ForecastError):
    """The library is missing."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time stamp says.

    Parameters
    ----------
    at : datetime
        When the authority saw the seal.
    by : str
        What its certificate calls it.
    """

    at: datetime
    by: str

    def __str__(self) -> str:
        return f"stamped at {stamped(self.at)} by {self.by}"


def need() -> None:
    """See that the library is there.

    Raises
    ------
    NotInstalled
    """
    try:
        import rfc3161_client  # noqa: F401
    except ImportError:
        raise NotInstalled(_MISSING) from None


def request(text: str) -> tuple[bytes, int]:
    """Make the request for a stamp of a seal.

    Returns
    -------
    bytes
        To be sent as `application/timestamp-query`; it holds a digest, and nothing of the seal.
    int
        What the answer must repeat.
    """
    need()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    made = builder.build()
    assert made.nonce is not None
    return made.as_bytes(), made.nonce


def received(reply: bytes, text: str, nonce: int) -> Stamp:
    """Read what an authority answered to a request.

    Raises
    ------
    NoStamp
        If it refused, or the answer is not one to this request.
    """
    stamp = read(reply, text)
    with _reading():
        if _decoded(reply).tst_info.nonce != nonce:
            raise NoStamp("the answer is one to another request")
    return stamp


def read(token: bytes, text: str) -> Stamp:
    """Read a stamp, and see that it is one of this seal; who made it is taken on trust.

    Parameters
    ----------
    token : bytes
        The authority's answer, as it came.
    text : str
        The seal's.

    Raises
    ------
    NoStamp
    NotInstalled
    """
    need()
    with _reading():
        answer = _decoded(token)
        if answer.status:
            said = "; ".join([_STATUS.get(answer.status, "it was changed"), *answer.status_string])
            raise NoStamp(f"no stamp was given: {_short(said)}")
        imprint = answer.tst_info.message_imprint
        how = _DIGESTS.get(imprint.hash_algorithm.dotted_string)
        if how is None:
            raise NoStamp(f"it is over a digest that is not known: {imprint.hash_algorithm}")
        if hashlib.new(how, text.encode()).digest() != imprint.message:
            raise NoStamp("it is a time stamp of something else")
        return Stamp(answer.tst_info.gen_time, _authority(answer))


def vouched_for(token: bytes, text: str, authorities: Path) -> Stamp:
    """Read a stamp that was signed by somebody for whom one of these certificates vouches.

    Parameters
    ----------
    token : bytes
    text : str
    authorities : Path
        Certificates in PEM: the authority's root, and what is between, where that is not sent.

    Raises
    ------
    NoStamp
    ForecastError
        If the certificates cannot be read, or the library is missing.
    """
    stamp = read(token, text)
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder()
    for certificate in _certificates(authorities):
        builder = builder.add_root_certificate(certificate)
    with _reading():
        try:
            builder.build().verify_message(_decoded(token), text.encode())
        except VerificationError as error:
            raise NoStamp(f"{authorities} does not vouch for it ({_why(str(error))})") from None
    return stamp


def layer(text: str, token: Path, authorities: Path | None = None) -> Layer | None:
    """Say what the time stamp beside a seal is worth.

    Parameters
    ----------
    text : str
        The seal's.
    token : Path
    authorities : Path, optional
        See `vouched_for`.

    Returns
    -------
    Layer or None
        None where there is no stamp and none was wanted. Without `authorities` a stamp of this
        very seal is *not checked*: anybody can play the authority.

    Raises
    ------
    ForecastError
        If it was to be checked and there is no way to.
    """
    name = "stamp"
    if not token.is_file():
        wanted = authorities is not None
        return Layer(name, "fail", f"there is no {token}") if wanted else None
    data = _data(token)
    try:
        if authorities is not None:
            stamp = vouched_for(data, text, authorities)
            return Layer(name, "pass", f"{stamp}, for whom {authorities} vouches")
        return Layer(name, "not checked", f"{read(data, text)}, {NOT_CHECKED} (--tsa-ca)")
    except NoStamp as error:
        return Layer(name, "fail", f"{token}: {error}")
    except NotInstalled as error:
        if authorities is not None:
            raise
        return Layer(name, "not checked", str(error))


def _decoded(token: bytes) -> "TimeStampResponse":
    from rfc3161_client import decode_timestamp_response

    return decode_timestamp_response(token)


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Have the library read what somebody sent: it stumbles in many ways, and warns of some."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except ForecastError:
            raise
        except Exception:  # ValueError, mostly; KeyError over a type of text it does not know
            raise NoStamp("it is no time stamp that can be read") from None


def _authority(answer: "TimeStampResponse") -> str:
    """Name the authority by the certificate that signed; by its issuer where that is not sent."""
    from cryptography.x509 import load_der_x509_certificate

    (signer,) = answer.signed_data.signer_infos
    for data in answer.signed_data.certificates:
        certificate = load_der_x509_certificate(data)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            return _name(certificate.subject)
    return f"somebody certified by {_name(signer.issuer)}"


def _name(name: "Name") -> str:
    from cryptography.x509.oid import NameOID

    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            return _short(str(attribute.value))
    return _short(name.rfc4514_string())


def _certificates(path: Path) -> "list[Certificate]":
    from cryptography.x509 import load_pem_x509_certificates

    try:
        found = load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise ForecastError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ForecastError(f"{path} holds no certificates: give them in PEM") from None
    return list(dict.fromkeys(found))


def _data(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ForecastError(f"{path} cannot be read: {error.strerror}") from None


def _why(said: str) -> str:
    """Take OpenSSL's reason out of a line that names its source files."""
    _, found, reason = said.partition("Verify error: ")
    return _short(reason.split('"')[0] if found else said)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
