"""The headers a resolver asks for, and the secrets of the environment in them."""

import json
import re
from collections.abc import Mapping
from html.entities import codepoint2name
from string import Template

from forecast.resolving.sources.contract import SourceError

#: Shorter values are not looked for in what comes back: they are everywhere.
SHORTEST_SECRET = 4
#: Servers take no more, and it goes out in one piece.
MOST_BYTES = 16_384
REPLACEMENT = b"[secret]"
#: These are the transport's.
_OURS = {"accept-encoding", "connection", "content-length", "expect", "host", "keep-alive"}
_OURS |= {
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Secrets:
    """Values from the environment that were sent, and must not come back.

    They are looked for as they are and in the forms a server may echo them in: in an address, in
    JSON, in a page.
    """

    def __init__(self, values: set[str]) -> None:
        sought = {one for value in values if len(one := value.strip()) >= SHORTEST_SECRET}
        patterns = [_pattern(one) for one in sorted(sought, key=lambda one: (-len(one), one))]
        # The case as well may have changed on the way: that of a host's name does.
        self._pattern = re.compile(b"|".join(patterns), re.IGNORECASE) if patterns else None

    def out_of(self, data: bytes) -> bytes:
        """Replace every secret in a body."""
        return self._pattern.sub(REPLACEMENT, data) if self._pattern else data

    def out_of_text(self, text: str) -> str:
        """Replace every secret in text."""
        if not self._pattern:
            return text
        return self.out_of(text.encode("utf-8", "surrogateescape")).decode("utf-8", "replace")


def filled(
    headers: Mapping[str, str], environment: Mapping[str, str], trusted: bool
) -> tuple[dict[str, str], Secrets]:
    """Put the values of the environment where headers name them.

    Parameters
    ----------
    headers : mapping of str to str
        With `$NAME` or `${NAME}` for a value of the environment, `$$` for a dollar.
    environment : mapping of str to str
    trusted : bool
        Whether the file they are from may read the environment.

    Returns
    -------
    dict
        The headers to send; names in lower case.
    Secrets
        What was taken from the environment.

    Raises
    ------
    SourceError
        If a header cannot be sent. Its value is never in the message.
    """
    values: set[str] = set()
    sent: dict[str, str] = {}
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise SourceError(f"the resolver's header {name!r} has no name that HTTP knows")
        if name.lower() in _OURS:
            raise SourceError(f"the resolver sets the header {name}, which is not for it to set")
        template = Template(value)
        if not template.is_valid():
            raise SourceError(
                f"the resolver's header {name} has a $ that no name follows: "
                "write $NAME, or $$ for a dollar"
            )
        needed = set(template.get_identifiers())
        if needed and not trusted:
            (first, *_) = sorted(needed)
            raise SourceError(
                f"a header takes ${first} from the environment, which a file may do only once "
                "trusted: forecast trust FILE"
            )
        taken = {one: _value(one, environment) for one in sorted(needed)}
        values |= set(taken.values())
        sent[name.lower()] = text = template.substitute(taken).strip()
        if any(not one.isprintable() and one != "\t" for one in text):
            raise SourceError(f"the resolver's header {name} has a control character in it")
    if sum(len(f"{name}: {text}\r\n".encode()) for name, text in sent.items()) > MOST_BYTES:
        raise SourceError(f"the resolver's headers have more than {MOST_BYTES} bytes")
    return sent, Secrets(values)


def _value(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name)
    if not value:
        raise SourceError(f"the environment has no {name}, which a header of the resolver needs")
    if not value.isprintable():
        raise SourceError(
            f"the environment's {name}, which a header of the resolver needs, has a line break or "
            "another control character in it"
        )
    return value


def _pattern(value: str) -> bytes:
    """Match a secret in whatever form, or mixture of forms, a server may send it back."""
    anyhow = b"".join(_character(one) for one in value)
    wide = [re.escape(value.encode(encoding)) for encoding in ("utf-16-le", "utf-16-be")]
    return b"|".join([anyhow, *wide])


def _character(one: str) -> bytes:
    """Match a character as it is, and as it is written in an address, in JSON and in a page."""
    number, in_utf_8 = ord(one), one.encode()
    forms = [re.escape(in_utf_8), b"".join(b"%%%02x" % byte for byte in in_utf_8)]
    forms += [b"&#0*%d;" % number, b"&#x0*%x;" % number]
    forms += [re.escape(json.dumps(one)[1:-1].encode()), rb"\\u%04x" % number]
    if 0x80 <= number < 0x100:
        forms.append(re.escape(one.encode("latin-1")))
    if named := codepoint2name.get(number):
        forms.append(b"&%s;" % named.encode())
    forms += {" ": [rb"\+"], "/": [rb"\\/"], "'": [b"&apos;"]}.get(one, [])
    return b"(?:%s)" % b"|".join(dict.fromkeys(forms))
