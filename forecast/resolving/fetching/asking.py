"""Asking one address once: a GET, its answer, and what is wrong with it.

httpx reads addresses and joins redirects, but the request is made with httpcore itself: what
`httpx.Client` adds to it (cookies, .netrc, proxies from the environment, redirects, unpacking
without a limit) is what must not happen here. Each request has a connection of its own, so that
nothing of one look-up, neither a deadline nor a checked address, is left for the next.
"""

import email.utils
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore
import httpx

from forecast.resolving.fetching.bodies import ENCODINGS, read_body
from forecast.resolving.fetching.guard import Guard
from forecast.resolving.fetching.limits import Limits
from forecast.resolving.fetching.troubles import Failed

#: The server may well do better a little later.
BUSY = frozenset({429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said.

    Attributes
    ----------
    headers : tuple of (str, str) pairs
        Names in lower case.
    body : bytes
        Unpacked.
    location : str, optional
        Where to go instead; the body is then left unread.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    location: str | None = None


def ask(
    url: httpx.URL,
    headers: Mapping[str, str],
    guard: Guard,
    limits: Limits,
    tls: ssl.SSLContext | None,
    now: datetime,
) -> Answer:
    """Ask for a page.

    Parameters
    ----------
    url : httpx.URL
    headers : mapping of str to str
        Names in lower case; they go before the usual ones.
    guard : Guard
    limits : Limits
    tls : ssl.SSLContext, optional
        Needed for https.
    now : datetime
        By which a date in Retry-After is understood, where the server does not say its own time.

    Raises
    ------
    Failed
    """
    sent = {
        "host": url.netloc.decode("ascii"),
        "user-agent": user_agent(),
        "accept": "*/*",
        **headers,
        "accept-encoding": ENCODINGS,
        "connection": "close",
    }
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    raw = [(name.title().encode(), value.encode()) for name, value in sent.items()]
    try:
        with (
            httpcore.ConnectionPool(tls, network_backend=guard) as pool,
            pool.stream("GET", target, headers=raw) as response,
        ):
            guard.answering = True
            return _answer(response, guard, limits, now)
    except httpcore.RemoteProtocolError:
        if guard.ended:
            raise guard.broken_off() from None
        raise Failed("does not answer as HTTP has it") from None
    except (httpcore.NetworkError, httpcore.TimeoutException):
        raise guard.broken_off() from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        raise Failed("cannot be asked: HTTP has no form for the address or a header") from None


def user_agent() -> str:
    """Say who asks."""
    from forecast import __version__

    return f"forecast-tracker/{__version__} (+https://pypi.org/project/forecast-tracker/)"


def _answer(response: httpcore.Response, guard: Guard, limits: Limits, now: datetime) -> Answer:
    headers = tuple((_text(name).lower(), _text(value)) for name, value in response.headers)
    status = response.status
    if status in REDIRECTS:
        location = _header(headers, "location")
        if not location:
            raise Failed(f"answered {status}, a redirect, without saying where to")
        return Answer(headers, location=location)
    if not 200 <= status < 300:
        come_back = _come_back(headers, now) if status in BUSY else None
        raise Failed(f"answered {status}", again=status in BUSY, come_back=come_back)
    encoding = _header(headers, "content-encoding")
    body = read_body(response.iter_stream(), encoding, limits.max_bytes)
    announced = _header(headers, "content-length").split(",")[0].strip()
    chunked = _header(headers, "transfer-encoding")
    if announced and not chunked and guard.n_bytes_of_body() > int(announced):
        # HTTP would have us take what was announced; but then something is missing.
        raise Failed(f"sent more than the {announced} bytes it announced")
    return Answer(headers, body)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return ", ".join(value for key, value in headers if key == name)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _come_back(headers: tuple[tuple[str, str], ...], now: datetime) -> float | None:
    """Read Retry-After: in how many seconds the server wants to be asked again."""
    text = _header(headers, "retry-after").strip()
    if re.fullmatch("[0-9]{1,10}", text):
        return float(text)
    when = _date(text)
    if when is None:
        return None
    # By the server's own clock, where it shows it: ours may be wrong, or set for a replay.
    since = _date(_header(headers, "date")) or now
    return max(0.0, (when - since).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        read = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
