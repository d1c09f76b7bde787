"""Sending something to an address that a person named, and reading what comes back.

By the same guarded connections as look-ups have: all of it ends in time, nothing is followed to
another place, and no more is read than is wanted.
"""

import httpcore
import httpx

from forecast.model import ForecastError, NotReadable
from forecast.resolving.fetching.asking import user_agent
from forecast.resolving.fetching.bodies import read_body
from forecast.resolving.fetching.guard import Guard
from forecast.resolving.fetching.limits import USUAL, Deadline
from forecast.resolving.fetching.troubles import Failed, shortened


class NotPosted(ForecastError):
    """It could not be sent, or no answer came."""


def checked(text: str) -> str:
    """Read an address that a person gives.

    Raises
    ------
    NotReadable
        If nothing can be sent there. Names and passwords are refused: the address is kept.
    """
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise NotReadable(f"not an address: {shortened(str(error))}") from None
    if url.userinfo:
        raise NotReadable("an address with a user name or a password in it would be kept: refused")
    port_is_one = url.port is None or 0 < url.port < 65_536
    if url.scheme not in ("http", "https") or not url.host or not port_is_one:
        raise NotReadable(f"{shortened(str(url))} is not an address: write https://…")
    return str(url)


def post(
    address: str,
    body: bytes,
    kind: str,
    *,
    most_bytes: int,
    allow_private: bool,
    seconds: float = USUAL.total_seconds,
) -> bytes:
    """Send something; give what comes back.

    Parameters
    ----------
    address : str
        As `checked` has it.
    body : bytes
    kind : str
        Its media type.
    most_bytes : int
        Of the answer.
    allow_private : bool
        Whether it may be an address of one's own network.
    seconds : float
        For all of it.

    Raises
    ------
    NotPosted
        In one line that names the address.
    """
    url = httpx.URL(address)
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": user_agent(),
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    guard = Guard(Deadline(seconds), USUAL.header_bytes, allow_private)
    try:
        return _sent(target, headers, body, guard, most_bytes)
    except Failed as failed:
        glue = "" if failed.problem.startswith(":") else " "
        raise NotPosted(f"{shortened(address)}{glue}{failed.problem}") from None


def _sent(
    target: httpcore.URL, headers: dict[str, str], body: bytes, guard: Guard, most_bytes: int
) -> bytes:
    try:
        tls = httpx.create_ssl_context() if target.scheme == b"https" else None
    except OSError:  # of SSL_CERT_FILE, whatever is wrong with it
        raise Failed(": the certificates of SSL_CERT_FILE cannot be read") from None
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    try:
        with (
            httpcore.ConnectionPool(tls, network_backend=guard) as pool,
            pool.stream("POST", target, headers=raw, content=body) as response,
        ):
            guard.answering = True
            if response.status != 200:
                raise Failed(f"answered {response.status}")
            packing = dict(response.headers).get(b"content-encoding", b"").decode("latin-1")
            return read_body(response.iter_stream(), packing, most_bytes)
    except httpcore.RemoteProtocolError:
        if guard.ended:
            raise guard.broken_off() from None
        raise Failed("does not answer as HTTP has it") from None
    except (httpcore.NetworkError, httpcore.TimeoutException):
        raise guard.broken_off() from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        raise Failed("cannot be asked: HTTP has no form for the address") from None
