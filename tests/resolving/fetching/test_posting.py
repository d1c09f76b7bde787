"""Sending something: it ends in time, goes nowhere else, and what is kept holds no password."""

import time

import pytest
from misbehaving_server import always, answer, serving

from forecast.model import NotReadable
from forecast.resolving.posting import NotPosted, checked, post

TIME = 0.4


def posted(url, **how):
    """Send a word."""
    how = {"most_bytes": 1000, "allow_private": True, "seconds": 5, **how}
    return post(url, b"please", "application/x-word", **how)


def test_what_is_sent_and_what_comes_back():
    """The word, and what it is; the answer to its last byte."""
    with serving(always(answer(b"here you are"))) as server:
        assert b"here you are" == posted(server.url("/stamp?of=a"))
        (asked,) = server.asked
    assert ("/stamp?of=a", "application/x-word", "6") == (
        asked.path,
        asked.headers["content-type"],
        asked.headers["content-length"],
    )
    assert asked.headers["user-agent"].startswith("forecast-tracker/")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (answer(b"x" * 1001), "sent more than 1 kB"),
        (answer(b"no", status="500 Oh"), "answered 500"),
        (answer(status="302 Found", Location="/there"), "answered 302"),
        (answer(b"short", length=10), "broke off in the middle of its answer"),
        (b"", "closed the connection without an answer"),
        (b"hello\r\n\r\n", "does not answer as HTTP has it"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, "sent more than 66 kB of headers"),
    ],
)
def test_answers_that_are_none(said, problem):
    """Each in one line that names the address; a redirect is not followed."""
    with serving(always(said)) as server, pytest.raises(NotPosted) as caught:
        posted(server.url())
    assert f"{server.url()} {problem}" == str(caught.value)
    assert ["/"] == server.paths


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_answer_that_drips(part):
    """All of it ends by one deadline, however often something comes."""

    def drip(asked):
        if part == "body":
            asked.say(b"HTTP/1.1 200 OK\r\n\r\n")
        asked.drip(b"HTTP/1.1 200 OK and more")

    began = time.monotonic()
    with serving(drip) as server, pytest.raises(NotPosted, match=f"took longer than {TIME} s"):
        posted(server.url(), seconds=TIME)
    assert TIME * 0.9 <= time.monotonic() - began < 20


def test_ones_own_network_is_asked_only_where_that_is_allowed():
    """An address that somebody else chose does not lead there."""
    with serving(always(answer(b"secret"))) as server:
        with pytest.raises(NotPosted, match=r"is a loopback address: refused \(--allow-private"):
            posted(server.url(), allow_private=False)
        assert [] == server.paths


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" https://tsa.example/ ", "https://tsa.example/"),
        ("http://tsa.example:80/a?b", "http://tsa.example/a?b"),
        ("https://müller.example", "https://xn--mller-kva.example"),
    ],
)
def test_addresses(written, read):
    """As people write them."""
    assert read == checked(written).rstrip("/") if read[-1] != "/" else read == checked(written)


@pytest.mark.parametrize(
    "written",
    ["", "tsa.example", "ftp://tsa.example", "https://", "https://a:0/", "https://[::", "a\x00b"],
)
def test_what_is_no_address(written):
    """It is refused before anything is made."""
    with pytest.raises(NotReadable):
        checked(written)


def test_a_password_in_an_address():
    """It would stand in the tracker, and is not printed either."""
    with pytest.raises(NotReadable, match="would be kept: refused") as caught:
        checked("https://ann:hunter2@tsa.example/")
    assert "hunter2" not in str(caught.value)
