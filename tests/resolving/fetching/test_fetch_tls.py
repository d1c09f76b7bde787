"""Talking to the host that was meant, and to nobody in between."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from misbehaving_server import (
    PUBLIC,
    Asked,
    always,
    answer,
    catch_connections,
    fetcher,
    name_hosts,
    serving,
)

from forecast.resolving.sources.contract import SourceError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of good.example and 127.0.0.1, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    command += " -subj /CN=good.example -addext subjectAltName=DNS:good.example,IP:127.0.0.1"
    command += " -addext keyUsage=digitalSignature,keyCertSign"
    made = subprocess.run(
        [*command.split(), "-keyout", str(path), "-out", str(path.with_suffix(".crt"))],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"openssl makes no such certificate: {made.stderr.decode()[-200:]}")
    with path.open("ab") as both:
        both.write(path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def server_side(certificate: Path) -> ssl.SSLContext:
    """What a server with this certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_side(certificate: Path) -> ssl.SSLContext:
    """What a client needs who trusts this certificate."""
    return ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))


def test_a_valid_certificate_will_do(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name stays, for the certificate, SNI and Host; the connection goes to the address."""
    asked_for = []
    server_side.sni_callback = lambda _, name, __: asked_for.append(name)
    with serving(always(answer(b"safe")), tls=server_side) as server:
        name_hosts(monkeypatch, good=[[PUBLIC]])
        connected = catch_connections(monkeypatch, server)
        one = fetcher(allow_private=False, ssl_context=client_side)
        document = one.fetch("https://good.example/a", {})
    assert (b"safe", "https://good.example/a") == (document.body, document.url)
    assert ["good.example"] == asked_for
    assert "good.example" == server.asked[0].headers["host"]
    assert [PUBLIC] == connected


def test_addresses_have_certificates_too(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext
) -> None:
    """A certificate for an address is checked against it."""
    with serving(always(answer(b"safe")), tls=server_side) as server:
        assert b"safe" == fetcher(ssl_context=client_side).fetch(server.url(), {}).body


def test_one_s_own_authority_is_named_by_the_environment(
    server_side: ssl.SSLContext, certificate: Path, tmp_path: Path
) -> None:
    """SSL_CERT_FILE of the given environment names further authorities; a bad one is said to be."""
    mine = {"SSL_CERT_FILE": str(certificate.with_suffix(".crt"))}
    with serving(always(answer(b"safe")), tls=server_side) as server:
        assert b"safe" == fetcher(environment=mine).fetch(server.url(), {}).body
        (tmp_path / "empty").touch()
        for name, why in (("missing", "No such file or directory"), ("empty", "no certificates")):
            bad = {"SSL_CERT_FILE": str(tmp_path / name)}
            with pytest.raises(SourceError, match=f"SSL_CERT_FILE, .*, cannot be read \\({why}"):
                fetcher(environment=bad).fetch(server.url(), {})


def test_invalid_certificates_are_refused(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent to somebody whose certificate nobody vouches for, or who is somebody else."""
    name_hosts(monkeypatch, good=[["127.0.0.1"]], bad=[["127.0.0.1"]])
    with serving(always(answer(b"no")), tls=server_side) as server:
        lines = []
        for host, context in (("good.example", None), ("bad.example", client_side)):
            with pytest.raises(SourceError) as caught:
                fetcher(ssl_context=context).fetch(server.url("/a", host), {})
            lines.append(str(caught.value))
        assert [] == server.asked
    start = server.url("/a", "good.example") + " has a certificate that is not valid: "
    assert lines[0].startswith(start)
    assert "self" in lines[0]
    start = server.url("/a", "bad.example") + " has a certificate that is not valid: Hostname"
    assert lines[1].startswith(start)


def test_tls_that_fails_is_said_to(client_side: ssl.SSLContext) -> None:
    """Somebody who speaks plain HTTP, hangs up or says nothing on a TLS port is told apart."""
    said: dict[str, object] = {
        "cannot be asked over TLS": lambda asked: asked.say(answer(b"plain")),
        "closed the connection without an answer three times": lambda asked: None,
        "took longer than 0.4 s": lambda asked: asked.connection.recv(1) and drip(asked),
    }

    def drip(asked: Asked) -> None:
        asked.say(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        asked.drip(b"\x00")

    for problem, behave in said.items():
        with serving(behave, reads=False) as server:  # type: ignore[arg-type]
            url = server.url().replace("http:", "https:")
            with pytest.raises(SourceError, match=f"^{url} {problem}"):
                fetcher(ssl_context=client_side, total_seconds=0.4).fetch(url, {})


def test_redirects_to_plain_http_take_nothing_along(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext
) -> None:
    """HTTP and HTTPS of one host are two origins."""
    with (
        serving(always(answer(b"end"))) as plain,
        serving(always(answer(status="302 So", Location=plain.url())), tls=server_side) as safe,
    ):
        one = fetcher(ssl_context=client_side, environment={"TOKEN": "hunter2"})
        assert b"end" == one.fetch(safe.url(), {"Authorization": "$TOKEN"}, trusted=True).body
    assert "hunter2" == safe.asked[0].headers["authorization"]
    assert "authorization" not in plain.asked[0].headers
