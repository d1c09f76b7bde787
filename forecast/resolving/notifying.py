"""Telling the world outside: a message to people, a sign of life to a dead-man's switch.

Where such things go to is a secret (whoever knows the address can write there), so no error says
more of it than what kind of place it is.
"""

import contextlib
import logging
import re
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit, urlunsplit

from forecast.model import ForecastError

if TYPE_CHECKING:  # an extra, and slow to load
    from apprise import Apprise
    from apprise.result import AppriseResult

Stage = Literal["start", "success", "failure"]

#: What is put behind the address of a dead-man's switch, as healthchecks.io has it.
_SUFFIX: dict[Stage, str] = {"start": "/start", "success": "", "failure": "/fail"}
_TRIES = 2
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SCHEME = re.compile("([a-z][a-z0-9+.-]{1,15})://", re.IGNORECASE)


class NotSent(ForecastError):
    """A message did not reach everybody.

    Attributes
    ----------
    n_sent : int
        How many of the addresses it did reach.
    """

    def __init__(self, message: str, n_sent: int = 0) -> None:
        super().__init__(message)
        self.n_sent = n_sent


def check_urls(urls: Sequence[str]) -> None:
    """Refuse addresses that no message can be sent to, before there is one to send.

    Raises
    ------
    ForecastError
        If Apprise is missing or does not know an address, which is not printed.
    """
    with _quiet():
        invalid = [_named(url, "is no address that Apprise knows") for url in urls if not _at(url)]
    if invalid:
        raise NotSent(_one_line(invalid))


def notify(urls: Sequence[str], title: str, body: str, timeout: float = 30) -> None:
    """Send one message to every address.

    Parameters
    ----------
    urls : sequence of str
        As Apprise spells them: https://appriseit.com/services/.
    title, body : str
        Plain text; each service gets it escaped as it needs, cut where it is too long for it.
    timeout : float
        Seconds, for each address.

    Raises
    ------
    ForecastError
        If Apprise is missing; as `NotSent` if the message did not get everywhere. All addresses
        are tried, whatever becomes of the others.
    """
    failed = []
    with _quiet():
        for url in urls:
            service = _at(url)
            if service is None:
                failed.append(_named(url, "is no address that Apprise knows"))
                continue
            reason = _send(service, _clean(title), _clean(body), timeout)
            if reason:
                failed.append(_named(url, reason))
    if failed:
        raise NotSent(_one_line(failed), n_sent=len(urls) - len(failed))


def ping(url: str, stage: Stage, timeout: float = 10, pause: float = 1) -> None:
    """Tell a dead-man's switch that a run begins, has ended well, or has failed.

    Parameters
    ----------
    url : str
        As healthchecks.io gives it; `/start` and `/fail` are put behind its path.
    stage : {"start", "success", "failure"}
    timeout : float
        Seconds, for connecting and for answering.
    pause : float
        Seconds before the second try, and last.

    Raises
    ------
    ForecastError
        If it could not be told, and nothing else; without the address's path.
    """
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        known = None
    if not known:
        raise ForecastError("--ping: not an address: write https://hc-ping.com/… or the like")
    path = parts.path.rstrip("/") + _SUFFIX[stage] if _SUFFIX[stage] else parts.path
    target = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    reason = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(pause)
        reason, again = _get(target, timeout)
        if not reason:
            return
        if not again:
            break
    raise ForecastError(f"--ping {parts.scheme}://{parts.hostname}/…: {reason}")


def _get(url: str, timeout: float) -> tuple[str, bool]:
    """Ask for a page; say what went wrong, if anything, and whether to try again."""
    import httpx

    from forecast import __version__

    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=5) as client,
            # Of the answer only its status is of interest: the body may never end.
            client.stream(
                "GET", url, headers={"User-Agent": f"forecast-tracker/{__version__}"}
            ) as response,
        ):
            status = response.status_code
    except httpx.TimeoutException:
        return f"no answer within {timeout:g} s", True
    except httpx.ConnectError as error:
        return f"cannot be reached: {_one_line([str(error)])}", True
    # Whatever it is, a run must not fail because of it, nor print what it may quote.
    except Exception as error:
        return f"could not be asked ({type(error).__name__})", isinstance(error, httpx.HTTPError)
    if httpx.codes.is_success(status):
        return "", False
    return f"answered {status}", status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Apprise from logging, which quotes addresses, and from warnings while it loads."""
    logger = logging.getLogger("apprise")
    propagates, logger.propagate = logger.propagate, False
    silent = logging.NullHandler()  # else what has no handler goes to stderr
    logger.addHandler(silent)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = propagates


def _at(url: str) -> "Apprise | None":
    """Give what sends to an address, or None where there is no such thing."""
    try:
        from apprise import Apprise, OverflowMode
        from apprise.plugins.base import NotifyBase
    except ImportError:
        raise ForecastError(
            "apprise is needed for --notify: pip install 'forecast-tracker[notify]'"
        ) from None
    try:
        services = Apprise()
        if not services.add(url):
            return None
        if "overflow=" not in url:
            # Else most services refuse a text that is too long for them: better part of it.
            for service in services:
                if isinstance(service, NotifyBase):
                    service.overflow_mode = OverflowMode.TRUNCATE
    except Exception:  # of a hundred plugins, one chokes on what it was given
        return None
    return services


def _send(services: "Apprise", title: str, body: str, timeout: float) -> str:
    """Send a message; say what went wrong, if anything."""
    from apprise import NotifyFormat

    try:
        result = services.notify(
            body, title=title, body_format=NotifyFormat.TEXT.value, timeout=timeout
        )
    except Exception as error:  # see ping
        return f"could not be sent to ({type(error).__name__})"
    return "" if result else _why(result)


def _why(result: "AppriseResult") -> str:
    """Find the status of an HTTP answer in what was logged, the rest of which is secret."""
    from apprise.result import AppriseResultStatus

    for entry in result.logs():
        found = re.search(r"\berror=([1-5][0-9]{2})\b", entry.message)
        if found:
            return f"answered {found[1]}"
    if any(one.status == AppriseResultStatus.TIMEOUT for one in result):
        return "did not answer in time"
    return "could not be reached, or refused the message"


def _named(url: str, what: str) -> str:
    found = _SCHEME.match(url.strip())
    return f"--notify {found[1]}://… {what}" if found else f"--notify … {what}"


def _one_line(parts: Sequence[str]) -> str:
    return "; ".join(" ".join(part.split()) for part in parts)


def _clean(text: str) -> str:
    """Take out what would steer the terminal of whoever reads the message in one."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
