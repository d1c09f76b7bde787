"""What every source that is fetched takes: an address, headers, and how often."""

import re
from string import Template
from urllib.parse import urlsplit

from forecast.model import ForecastError, Question
from forecast.reading.durations import read_duration
from forecast.reading.quoting import quoted
from forecast.resolving.sources.contract import Document, Means
from forecast.resolving.sources.settings import Key, Settings

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: These are the transport's own, or would change what it sends.
_NOT_YOURS = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive"),
        *("proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding"),
        "upgrade",
    }
)


def _check_url(_: Question, url: str) -> None:
    if any(not "!" <= one <= "~" for one in url) or "\\" in url:
        raise ForecastError(
            f"{quoted(url)} holds a blank or another character that stands in no address: "
            "write it as %20 and the like"
        )
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ForecastError(f"{quoted(url)} is no address: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise ForecastError(f"{quoted(url)} does not begin with https:// or http://")
    if "@" in parts.netloc:
        raise ForecastError("holds a name or a password: send it as a header instead")
    if not host or not host.strip("."):
        raise ForecastError(f"{quoted(url)} names no host")


def _check_headers(_: Question, headers: dict[str, str]) -> None:
    seen = set()
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise ForecastError(f"{quoted(name)} is not the name of a header")
        if name.lower() in _NOT_YOURS:
            raise ForecastError(f"{name} is not for a question to set")
        if name.lower() in seen:
            raise ForecastError(f"has {name} twice")
        seen.add(name.lower())
        if not value.isascii():
            raise ForecastError(f"{name} holds a character that stands in no header")
        if not Template(value).is_valid():
            raise ForecastError(
                f"{name} has a $ that no name follows: write $NAME for a value of the "
                "environment, $$ for a dollar"
            )


def _check_every(_: Question, every: str) -> None:
    read_duration(every)


#: The settings of a source that is fetched.
KEYS = {
    "url": Key(kind="text", example='url = "https://…"', required=True, check=_check_url),
    "headers": Key(kind="table", example='headers = { Accept = "text/csv" }', check=_check_headers),
    "every": Key(kind="text", example='every = "7d"', check=_check_every),
}


def ask(question: Question, means: Means) -> Document:
    """Fetch a question's source.

    Parameters
    ----------
    question : Question
    means : Means

    Returns
    -------
    Document

    Raises
    ------
    SourceError
    """
    settings = Settings(question)
    return means.fetch(settings.text("url"), settings.table("headers"))
