"""Secrets are sent to whom they are for, and seen nowhere else."""

import html
import json
import traceback
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from misbehaving_server import Asked, always, answer, fetcher, serving

from forecast.resolving.fetching.headers import filled
from forecast.resolving.sources.contract import SourceError

TOKEN = "s3cr3t/+&<\"'\\ \u00fc=="
ENVIRONMENT = {"TOKEN": TOKEN, "SHORT": "abc", "BREAK": "hun\r\nX-Evil: 1", "EMPTY": ""}


def refused(headers: dict[str, str], trusted: bool = True) -> str:
    """Give the line that headers are refused with; there is no server."""
    with pytest.raises(SourceError) as caught:
        fetcher(environment=ENVIRONMENT).fetch("http://127.0.0.1:1/", headers, trusted)
    return str(caught.value)


@pytest.mark.parametrize("value", ["Bearer $TOKEN", "Bearer ${TOKEN}"])
def test_names_are_filled_in(value: str) -> None:
    """A header takes what it names from the environment that was handed in, and nothing else."""
    with serving(always(answer(b"ok"))) as server:
        one = fetcher(environment=ENVIRONMENT)
        headers = {"Authorization": value, "X-Price": "$$TOKEN", "X-Both": "$SHORT-${SHORT}d"}
        one.fetch(server.url(), headers, trusted=True)
    sent = server.asked[0].headers
    assert (f"Bearer {TOKEN}", "$TOKEN", "abc-abcd") == (
        sent["authorization"],
        sent["x-price"],
        sent["x-both"],
    )


def test_the_environment_is_for_trusted_files() -> None:
    """An untrusted file that names a secret is told how to come to be trusted; $$ is no name."""
    assert (
        "a header takes $TOKEN from the environment, which a file may do only once trusted: "
        "forecast trust FILE"
    ) == refused({"X": "Bearer ${TOKEN}"}, trusted=False)
    with serving(always(answer(b"ok"))) as server:
        fetcher(environment=ENVIRONMENT).fetch(server.url(), {"X": "$$TOKEN"})
    assert "$TOKEN" == server.asked[0].headers["x"]


@pytest.mark.parametrize("name", ["MISSING", "EMPTY"])
def test_what_the_environment_has_not_is_said(name: str) -> None:
    """A secret that is missing is named, so that it can be set."""
    line = f"the environment has no {name}, which a header of the resolver needs"
    assert line == refused({"X": f"${name}"})


def test_line_breaks_are_refused_unseen() -> None:
    """A secret that would end its header is not sent, and not shown."""
    line = refused({"X": "Bearer $BREAK"})
    assert (
        "the environment's BREAK, which a header of the resolver needs, has a line break or "
        "another control character in it"
    ) == line


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"X-Key": "5$"}, "the resolver's header X-Key has a $ that no name follows"),
        ({"X-Key": "${TOKEN"}, "the resolver's header X-Key has a $ that no name follows"),
        ({"X Key": "a"}, "the resolver's header 'X Key' has no name that HTTP knows"),
        ({"X\r\nY": "a"}, "the resolver's header 'X\\r\\nY' has no name that HTTP knows"),
        ({"X": "a\r\nY: b"}, "the resolver's header X has a control character in it"),
        ({"Host": "inner"}, "the resolver sets the header Host, which is not for it to set"),
        ({"content-length": "9"}, "the resolver sets the header content-length"),
        ({"Accept-Encoding": "br"}, "the resolver sets the header Accept-Encoding"),
        ({"X": "a" * 20_000}, "the resolver's headers have more than 16384 bytes"),
    ],
)
def test_headers_that_cannot_be_sent_are_refused(headers: dict[str, str], problem: str) -> None:
    """A header is what HTTP allows, and none of those the transport sets."""
    assert refused(headers).startswith(problem)


def echo(asked: Asked) -> None:
    """Send what was sent in every form that comes to mind, in the body and in headers."""
    told = asked.headers.get("x-key", "")
    forms = [told, quote(told), quote(told, safe="").lower(), json.dumps(told), html.escape(told)]
    forms += [json.dumps(told, ensure_ascii=False), json.dumps(told).replace("/", "\\/")]
    forms += ["".join(f"&#{ord(c)};" if n % 2 else quote(c) for n, c in enumerate(told))]
    forms += [told.upper(), "".join(f"&#x{ord(c):04X};" for c in told), told.replace(" ", "+")]
    body = "\n".join(forms).encode() + told.encode("utf-16-le") + told.encode("latin-1")
    if asked.path == "/moved":
        asked.say(answer(status="302 Found", Location=f"/to?key={quote(told, safe='')}"))
    elif asked.path.startswith("/away"):
        asked.say(answer(status="302 Found", Location=f"ftp://x.example{asked.path}{quote(told)}"))
    elif asked.path == "/packed":
        asked.say(answer(b"x", Content_Encoding=told))
    elif asked.path == "/odd":
        asked.say(b"HTTP/1.1 200 OK\r\n" + told.encode() + b"\r\n\r\n")
    elif asked.path.startswith("/to"):
        asked.say(answer(b"x", status="404 No" if "fail" in asked.path else "200 OK"))
    else:
        asked.say(answer(body, X_Echo=told, Content_Type=f"text/{quote(told)}"))


def seen(document: object) -> str:
    """Give everything a document says, as text in which a secret would be found."""
    return repr(document) + document.body.decode("latin-1")  # type: ignore[attr-defined]


def test_secrets_do_not_come_back() -> None:
    """A server that echoes a secret, in whatever form, gives a document without it."""
    with serving(echo) as server:
        one = fetcher(environment=ENVIRONMENT)
        document = one.fetch(server.url(), {"X-Key": "$TOKEN"}, trusted=True)
        moved = one.fetch(server.url("/moved"), {"X-Key": "$TOKEN"}, trusted=True)
    for told in (seen(document), seen(moved)):
        assert "s3cr3t" not in told
        assert "s\x003\x00c\x00r" not in told
    assert 9 <= document.body.count(b"[secret]")
    assert "[secret]" == dict(document.headers)["x-echo"]
    assert server.url("/to?key=[secret]") == moved.url


@pytest.mark.parametrize(
    "path", ["/away", "/packed", "/odd", *("/away" + "a" * number for number in range(255, 266, 3))]
)
def test_secrets_are_not_in_errors(path: str) -> None:
    """Nor is one in the line of a failure, whole or cut, or in the errors it came from."""
    one = fetcher(environment=ENVIRONMENT)
    with serving(echo) as server, pytest.raises(SourceError) as caught:
        one.fetch(server.url(path), {"X-Key": "$TOKEN"}, trusted=True)
    assert "s3c" not in str(caught.value)
    assert "s3c" not in "".join(traceback.format_exception(caught.value))


def test_short_values_stay() -> None:
    """Values of fewer than four characters are everywhere, and no secrets."""
    with serving(echo) as server:
        one = fetcher(environment=ENVIRONMENT)
        document = one.fetch(server.url(), {"X-Key": "$SHORT"}, trusted=True)
    assert b"abc" in document.body


def test_what_was_not_sent_stays() -> None:
    """Only what was taken from the environment is replaced."""
    with serving(always(answer(TOKEN.encode()))) as server:
        document = fetcher(environment=ENVIRONMENT).fetch(server.url(), {"X": "$$"}, trusted=True)
    assert TOKEN.encode() == document.body


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=4), st.binary())
def test_no_secret_survives(secret: str, noise: bytes) -> None:
    """Whatever the secret and whatever is around it, it is gone from bytes and text."""
    if not secret.isprintable() or len(secret.strip()) < 4:
        return
    _, secrets = filled({"X": "$S"}, {"S": secret}, True)
    wanted = secret.strip().encode()
    cleaned = secrets.out_of(noise + wanted + noise)
    assert wanted not in cleaned or wanted in b"[secret]"
    assert secrets.out_of_text(f"a {secret.strip()} b") == "a [secret] b"
