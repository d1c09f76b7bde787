"""A question file from somebody else must not reach the inner network."""

import socket
from typing import Any

import pytest
from misbehaving_server import (
    PUBLIC,
    always,
    answer,
    catch_connections,
    fetcher,
    in_turn,
    name_hosts,
    serving,
)

from forecast.resolving.sources.contract import SourceError

REFUSED = "refused (--allow-private for your own network)"


def refusal(url: str) -> str:
    """Give the line that a fetch is refused with."""
    with pytest.raises(SourceError) as caught:
        fetcher(allow_private=False).fetch(url, {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("127.0.0.1", "is a loopback address"),
        ("[::1]", "is a loopback address"),
        ("169.254.169.254", "is a cloud's metadata address"),
        ("10.0.0.1", "is a private address"),
        ("[::ffff:192.168.1.1]", "is a private address"),
        ("[fe80::1]", "is a link-local address"),
        ("0.0.0.0", "is an unspecified address"),
        ("2130706433", "is at 127.0.0.1, a loopback address"),
        ("0x7f.1", "is at 127.0.0.1, a loopback address"),
        ("017700000001", "is at 127.0.0.1, a loopback address"),
        ("localhost", "is at"),
    ],
)
def test_inner_addresses_are_refused(host: str, why: str) -> None:
    """Whichever way it is written, an inner address is not asked."""
    with serving(always(answer(b"secret"))) as server:
        line = refusal(server.url(host=host))
    if host != "0.0.0.0":  # some systems look the odd ways of writing up, and find nothing
        assert f"{why}" in line or "there is no host" in line
    assert [] == server.asked
    assert REFUSED in line or "there is no host" in line


def test_own_networks_are_asked_where_that_is_wanted() -> None:
    """With --allow-private, an inner address is as good as any."""
    with serving(always(answer(b"mine"))) as server:
        assert b"mine" == fetcher().fetch(server.url(), {}).body


def test_the_connection_goes_where_was_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads inwards when looked up again gains nothing: it is not looked up again."""
    with serving(always(answer(b"page"))) as server:
        looked_up = name_hosts(monkeypatch, rebound=[[PUBLIC], ["127.0.0.1"]])
        connected = catch_connections(monkeypatch, server)
        document = fetcher(allow_private=False).fetch("http://rebound.example/a", {})
    assert b"page" == document.body
    assert ["rebound.example"] == looked_up
    assert [PUBLIC] == connected
    assert "rebound.example" == server.asked[0].headers["host"]


def test_each_attempt_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was allowed at the first attempt is not thereby allowed at the second."""
    with serving(always(answer(status="503 Busy"))) as server:
        looked_up = name_hosts(monkeypatch, rebound=[[PUBLIC], ["127.0.0.1"]])
        connected = catch_connections(monkeypatch, server)
        line = refusal("http://rebound.example/a")
    assert f"http://rebound.example/a is at 127.0.0.1, a loopback address: {REFUSED}" == line
    assert ["rebound.example"] * 2 == looked_up
    assert [PUBLIC] == connected


@pytest.mark.parametrize(
    "addresses", [[PUBLIC, "10.0.0.5"], ["10.0.0.5", PUBLIC], ["2606:4700::1111", "10.0.0.5"]]
)
def test_names_with_both_kinds_are_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """A name with public and private addresses is not asked at any of them."""
    with serving(always(answer(b"page"))) as server:
        name_hosts(monkeypatch, mixed=[addresses])
        connected = catch_connections(monkeypatch, server)
        line = refusal("http://mixed.example/")
    assert f"http://mixed.example/ is at 10.0.0.5, a private address: {REFUSED}" == line
    assert [] == connected


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.1:1/x", "a loopback address"),
        ("http://169.254.169.254/latest/meta-data", "a cloud's metadata address"),
        ("http://[::1]:1/", "a loopback address"),
        ("http://[::ffff:10.0.0.1]/", "a private address"),
        ("//10.0.0.1/", "a private address"),
    ],
)
def test_redirects_inwards_are_refused(
    monkeypatch: pytest.MonkeyPatch, location: str, why: str
) -> None:
    """A public page that leads to an inner address is followed no further."""
    with serving(always(answer(status="302 Found", Location=location))) as server:
        name_hosts(monkeypatch, outer=[[PUBLIC]])
        connected = catch_connections(monkeypatch, server)
        line = refusal("http://outer.example/a")
    target = location if location.startswith("http") else f"http:{location}"
    assert f"http://outer.example/a redirects to {target}, which is {why}: {REFUSED}" == line
    assert [PUBLIC] == connected


def test_redirects_to_names_that_lead_inwards_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hop is looked up, once, and checked."""
    to_inner = answer(status="301 Moved", Location="http://inner.example/admin")
    with serving(in_turn(to_inner)) as server:
        looked_up = name_hosts(monkeypatch, outer=[[PUBLIC]], inner=[["192.168.0.1"]])
        connected = catch_connections(monkeypatch, server)
        line = refusal("http://outer.example/a")
    assert (
        "http://outer.example/a redirects to http://inner.example/admin, which is at 192.168.0.1, "
        f"a private address: {REFUSED}"
    ) == line
    assert ["outer.example", "inner.example"] == looked_up
    assert [PUBLIC] == connected


def test_refused_addresses_are_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is final, and no word about the host: others on it are looked at as well."""
    looked_up = name_hosts(monkeypatch, inner=[["10.0.0.1"]])
    one = fetcher(allow_private=False)
    for path in "abc":
        with pytest.raises(SourceError, match="a private address"):
            one.fetch(f"http://inner.example/{path}", {})
    assert ["inner.example"] * 3 == looked_up


def test_machines_without_ipv6_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no IPv6, the other address is taken."""
    with serving(always(answer(b"page"))) as server:
        name_hosts(monkeypatch, both=[["2606:4700::1111", PUBLIC]])

        class OnlyFour(socket.socket):
            def __init__(self, family: int = -1, *args: Any, **kwargs: Any) -> None:
                if family == socket.AF_INET6:
                    raise OSError(97, "Address family not supported by protocol")
                super().__init__(family, *args, **kwargs)

            def connect(self, address: Any) -> None:
                super().connect(("127.0.0.1", server.port))

        monkeypatch.setattr(socket, "socket", OnlyFour)
        document = fetcher(allow_private=False).fetch("http://both.example/", {})
    assert b"page" == document.body
