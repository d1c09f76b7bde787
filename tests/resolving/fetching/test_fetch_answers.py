"""What a server may answer, and how much of it is taken."""

import gzip
import random
import socket
import tracemalloc
import zlib

import pytest
from misbehaving_server import NOW, Asked, always, answer, fetcher, name_hosts, serving

from forecast import __version__
from forecast.resolving.sources.contract import SourceError


def failure(behave: object, path: str = "/", reads: bool = True, **limits: object) -> str:
    """Give the line that a fetch fails with; the server's port is left out."""
    with serving(behave, reads=reads) as server, pytest.raises(SourceError) as caught:  # type: ignore[arg-type]
        fetcher(**limits).fetch(server.url(path), {})
    return str(caught.value).replace(f":{server.port}", "")


def test_a_page_comes_as_it_is() -> None:
    """A document has the body, byte by byte, the headers, the address and the time."""
    body = "süß".encode("latin-1") + b"\x00\xff\xfe{"
    with serving(always(answer(body, X_Kind="odd", Content_Type="text/plain"))) as server:
        document = fetcher().fetch(server.url("/a?q=1"), {})
    assert body == document.body  # invalid UTF-8 is the reader's business
    assert server.url("/a?q=1") == document.url
    assert NOW == document.fetched_at
    assert (
        ("content-length", str(len(body))),
        ("x-kind", "odd"),
        ("content-type", "text/plain"),
    ) == document.headers


def test_the_request_says_who_asks() -> None:
    """The User-Agent is clear, nothing is kept open, and a resolver's headers go along."""
    with serving(always(answer())) as server:
        fetcher().fetch(server.url(), {"Accept": "text/csv", "X-Price": "$$5"})
    (asked,) = server.asked
    assert {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"forecast-tracker/{__version__} (+https://pypi.org/project/forecast-tracker/)",
        "accept": "text/csv",
        "x-price": "$5",
        "accept-encoding": "gzip, deflate",
        "connection": "close",
    } == asked.headers


def test_the_machine_s_own_settings_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """No proxy of the environment is asked, no .netrc read, no cookie kept between requests."""
    netrc = tmp_path / "netrc"  # type: ignore[operator]
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with (
        serving(always(answer(b"proxy"))) as proxy,
        serving(always(answer(b"page", Set_Cookie="id=1"))) as server,
    ):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        one = fetcher()
        assert b"page" == one.fetch(server.url("/a"), {}).body
        assert b"page" == one.fetch(server.url("/b"), {}).body
    for asked in server.asked:
        assert set() == {"cookie", "authorization"} & set(asked.headers)


@pytest.mark.parametrize("status", ["204 No Content", "200 OK"])
def test_nothing_is_an_answer(status: str) -> None:
    """An empty body is a document, also one that says it is packed."""
    with serving(always(answer(status=status, Content_Encoding="gzip"))) as server:
        assert b"" == fetcher().fetch(server.url(), {}).body


@pytest.mark.parametrize("status", [304, 400, 401, 403, 404, 410, 418, 451, 501, 599])
def test_other_statuses_are_failures(status: int) -> None:
    """What is no answer is said with its status, and asked for once."""
    with serving(always(answer(b"no", status=f"{status} Sorry"))) as server:
        with pytest.raises(
            SourceError, match=f"^http://127.0.0.1:{server.port}/x answered {status}$"
        ):
            fetcher().fetch(server.url("/x"), {})
        assert ["/x"] == server.paths


# How it is packed


def bare(data: bytes) -> bytes:
    """Pack as some servers understand "deflate", without zlib's frame."""
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(data) + packing.flush()


BODY = b"a table, a row, " * 4000
MIXED = random.Random(1).randbytes(150_000)


@pytest.mark.parametrize("body", [b"x", BODY, MIXED])
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:100]) + gzip.compress(body[100:])),
        ("gzip", lambda body: gzip.compress(body) + bytes(512)),
        ("deflate", zlib.compress),
        ("deflate", bare),
        ("identity", lambda body: body),
    ],
)
def test_bodies_are_unpacked(encoding: str, pack: object, body: bytes) -> None:
    """A document's body is what was packed, in the formats asked for."""
    packed = pack(body)  # type: ignore[operator]
    with serving(always(answer(packed, Content_Encoding=encoding))) as server:
        assert body == fetcher().fetch(server.url(), {}).body


def test_packed_bodies_may_come_in_crumbs() -> None:
    """It makes no difference where a packed body is cut on its way."""

    def crumbs(pack: object) -> object:
        def behave(asked: Asked) -> None:
            packed = pack(BODY)  # type: ignore[operator]
            name = "gzip" if pack is gzip.compress else "deflate"
            asked.say(f"HTTP/1.1 200 OK\r\nContent-Encoding: {name}\r\n".encode())
            asked.say(b"Transfer-Encoding: chunked\r\n\r\n")
            asked.say(b"".join(b"1\r\n%c\r\n" % byte for byte in packed) + b"0\r\n\r\n")

        return behave

    for pack in (gzip.compress, zlib.compress, bare):
        with serving(crumbs(pack)) as server:  # type: ignore[arg-type]
            assert BODY == fetcher().fetch(server.url(), {}).body


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_other_packings_are_refused(encoding: str) -> None:
    """A packing that was not asked for is said to be one."""
    assert (
        f"http://127.0.0.1/ sent its body packed as {encoding}, although only gzip, deflate "
        "were asked for"
    ) == failure(always(answer(b"x", Content_Encoding=encoding)))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_not_packed_is_no_body(encoding: str) -> None:
    """A body that cannot be unpacked is a failure."""
    message = f"http://127.0.0.1/ sent a body that is not valid {encoding}"
    assert message == failure(always(answer(b"\xff\xff\xff\xff<html>", Content_Encoding=encoding)))


def test_half_a_packed_body_is_no_body() -> None:
    """A packed body that is cut off is a failure, although half of it could be read."""
    packed = gzip.compress(BODY)[:-9]
    line = failure(always(answer(packed, Content_Encoding="gzip")))
    assert "http://127.0.0.1/ sent a gzip body that is cut off three times" == line


# How much


def endless(asked: Asked) -> None:
    """Send a body that never ends."""
    asked.say(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        asked.say(bytes(65_536))


def test_an_endless_body_is_cut_at_the_limit() -> None:
    """Of a body, no more than 5 MB are taken, and memory stays in proportion."""
    tracemalloc.start()
    try:
        assert "http://127.0.0.1/ sent more than 5 MB" == failure(endless)
        assert tracemalloc.get_traced_memory()[1] < 15_000_000
    finally:
        tracemalloc.stop()


def test_a_body_of_just_the_limit_is_taken() -> None:
    """The limit itself is allowed; a byte more is not."""
    with serving(always(answer(bytes(1000)))) as server:
        assert 1000 == len(fetcher(max_bytes=1000).fetch(server.url(), {}).body)
    packed = answer(gzip.compress(bytes(1000)), Content_Encoding="gzip")
    with serving(always(packed)) as server:
        assert 1000 == len(fetcher(max_bytes=1000).fetch(server.url(), {}).body)
    for said in (answer(bytes(1001)), answer(gzip.compress(bytes(1001)), Content_Encoding="gzip")):
        assert "http://127.0.0.1/ sent more than 1 kB" == failure(always(said), max_bytes=1000)


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_bomb_does_not_go_off(name: str) -> None:
    """A body that unpacks to gigabytes is stopped at the limit, and memory stays in proportion."""
    packing = zlib.compressobj(9, wbits=31 if name == "gzip" else 15)
    start = packing.compress(bytes(10_000_000)) + packing.flush(zlib.Z_FULL_FLUSH)
    zeros = packing.compress(bytes(10_000_000)) + packing.flush(zlib.Z_FULL_FLUSH)

    def bomb(asked: Asked) -> None:
        asked.say(f"HTTP/1.1 200 OK\r\nContent-Encoding: {name}\r\n\r\n".encode() + start)
        for _ in range(1000):
            asked.say(zeros)

    tracemalloc.start()
    try:
        assert "http://127.0.0.1/ sent more than 5 MB" == failure(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_packed_body_that_unpacks_to_nothing_ends_too() -> None:
    """What comes is counted as well as what it unpacks to."""

    def hollow(asked: Asked) -> None:
        asked.say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        nothing = gzip.compress(b"") * 1000
        while True:
            asked.say(nothing)

    assert "http://127.0.0.1/ sent more than 100 kB" == failure(hollow, max_bytes=100_000)


@pytest.mark.parametrize(
    "start", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK", b"HTTP/1.1 103 Early\r\n\r\n", b""]
)
def test_endless_headers_are_cut_at_the_limit(start: bytes) -> None:
    """Of headers, no more than 64 KiB are taken, also of those before the answer."""

    def behave(asked: Asked) -> None:
        asked.say(start)
        while True:
            asked.say((start if start.endswith(b"\n\r\n") else b"X-Header: again\r\n") * 100)

    line = failure(behave)
    expected = ["sent more than 66 kB of headers", "does not answer as HTTP has it"]
    assert line in [f"http://127.0.0.1/ {one}" for one in (expected if not start else expected[:1])]


# What does not hang together


def test_a_body_that_is_cut_is_no_body() -> None:
    """A body shorter than its length, or without its last chunk, is tried again, and a failure."""
    line = "http://127.0.0.1/ broke off in the middle of its answer three times"
    assert line == failure(always(answer(b"half", length=8)))
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert line == failure(always(chunked + b"4\r\nhalf\r\n"))


def test_a_body_longer_than_its_length_is_no_body() -> None:
    """A length that is too small would cut the body, silently."""
    line = "http://127.0.0.1/ sent more than the 4 bytes it announced"
    assert line == failure(always(answer(b"half and half", length=4)))
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert line == failure(always(early + answer(b"half and half", length=4)))
    with serving(always(early + answer(b"all"))) as server:
        assert b"all" == fetcher().fetch(server.url(), {}).body


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
    ],
)
def test_what_is_not_http_is_no_answer(said: bytes) -> None:
    """Somebody who speaks something else is told from a page."""

    def behave(asked: Asked) -> None:
        asked.say(said)
        asked.connection.recv(1)

    assert "http://127.0.0.1/ does not answer as HTTP has it" == failure(behave)


@pytest.mark.parametrize("reads", [True, False])
def test_a_server_that_hangs_up_is_tried_again(reads: bool) -> None:
    """Closing the connection without a word is a failure, after three attempts."""
    line = "http://127.0.0.1/ closed the connection without an answer three times"
    assert line == failure(lambda asked: None, reads=reads)


def test_a_closed_port_is_tried_again() -> None:
    """So is refusing the connection."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        fetcher().fetch(f"http://127.0.0.1:{port}/", {})
    assert f"http://127.0.0.1:{port}/ refused the connection three times" == str(caught.value)


# Addresses


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("file:///etc/passwd", ": only http:// and https:// addresses are fetched"),
        ("ftp://x.example/", ": only http:// and https:// addresses are fetched"),
        ("gopher://x.example/", ": only http:// and https:// addresses are fetched"),
        ("x.example/a", ": only http:// and https:// addresses are fetched"),
        ("https:///a", ": it names no host"),
        ("http://x.example:0/", ": there is no port 0"),
        ("http://x.example:99999/", ": there is no port 99999"),
        ("http://me:pw@x.example/", ": it holds a user name or a password, which belong into a"),
        ("http://me@x.example/", ": it holds a user name or a password, which belong into a"),
        ("http://x.example/\x1b[31m", "is not an address"),
        ("http://me:pw@x.exa\nmple/", "is not an address"),
        ("http://１２７.0.0.1/", "is not an address"),
        ("http://" + "a." * 200_000, "is not an address"),
    ],
)
def test_only_addresses_of_the_web_are_fetched(url: str, problem: str) -> None:
    """HTTP and HTTPS, a host, no password; the line about it is short and harmless."""
    with pytest.raises(SourceError) as caught:
        fetcher(allow_private=False).fetch(url, {})
    line = str(caught.value)
    assert problem in line
    assert line.isprintable()
    assert "pw" not in line
    assert len(line) < 500


def test_long_addresses_are_cut_in_errors() -> None:
    """An address may be long; the line about it is not."""
    line = failure(always(answer(status="404 No")), path="/" + "a" * 3000)
    assert len(line) < 250
    assert line.endswith("…" + " answered 404")


def test_names_that_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is not there is asked for once; where the network is down, it is tried again."""
    asked = []

    def getaddrinfo(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        if host == "later.example":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if host == "broken.example":
            raise socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    lines = []
    for host in ("x", "later", "broken"):
        with pytest.raises(SourceError) as caught:
            fetcher().fetch(f"https://{host}.example/a", {})
        lines.append(str(caught.value))
    assert [
        "https://x.example/a: there is no host x.example",
        "https://later.example/a: the name later.example could not be looked up three times",
        "https://broken.example/a: the name broken.example could not be looked up "
        "(Non-recoverable failure)",
    ] == lines
    assert ["x.example", *["later.example"] * 3, "broken.example"] == asked


def test_labels_that_are_too_long_name_no_host() -> None:
    """A name that DNS has no form for is no host."""
    host = "a" * 70 + ".example"
    with pytest.raises(SourceError, match=f"there is no host {host}"):
        fetcher().fetch(f"http://{host}/", {})


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a name with several addresses, one that does not answer is no failure."""
    name_hosts(monkeypatch, x=[["127.0.0.2", "127.0.0.1"]])
    with serving(always(answer(b"here"))) as server:
        assert b"here" == fetcher().fetch(server.url(host="x.example"), {}).body
        assert f"x.example:{server.port}" == server.asked[0].headers["host"]
