"""Which addresses may be asked: by their networks, and by what may be wrapped in them."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.resolving.fetching.addresses import why_refused

INNER_4 = [
    IPv4Network(network)
    for network in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
        "169.254.169.254/32",
    ]
]
INNER_6 = [
    IPv6Network(network)
    for network in [
        "::/128",
        "::1/128",
        "64:ff9b:1::/48",
        "100::/64",
        "2001:2::/48",
        "2001:10::/28",
        "2001:20::/28",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fd00:ec2::254/128",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "4000::/3",
        "8000::/1",
    ]
]


def embeddings(address: IPv4Address) -> list[IPv6Address]:
    """Wrap an IPv4 address in every way in which IPv6 does."""
    number = int(address)
    return [
        IPv6Address(number),  # IPv4-compatible
        IPv6Address(f"::ffff:{address}"),
        IPv6Address(f"::ffff:0:{address}"),
        IPv6Address(f"64:ff9b::{address}"),
        IPv6Address(0x2002 << 112 | number << 80 | 1),  # 6to4
        IPv6Address(0x20010000 << 96 | number << 64 | 0xFFFF_FFFF ^ 0x0808_0808),  # its server
        IPv6Address(0x20010000 << 96 | 0x0808_0808 << 64 | 0xFFFF_FFFF ^ number),  # its client
        IPv6Address(0x2A00_1450 << 96 | 0x0200_5EFE << 32 | number),  # ISATAP
    ]


def within(networks: list[IPv4Network] | list[IPv6Network]) -> st.SearchStrategy[object]:
    """Draw an address of one of the networks, its ends more often."""

    def address(network: IPv4Network | IPv6Network) -> st.SearchStrategy[object]:
        first, last = int(network[0]), int(network[-1])
        numbers = st.sampled_from([first, last]) | st.integers(first, last)
        return numbers.map(type(network[0]))

    return st.sampled_from(networks).flatmap(address)


def outside(address: IPv4Address) -> bool:
    """Whether an address is in none of the inner networks."""
    return not any(address in network for network in INNER_4)


@given(within(INNER_4))
def test_inner_addresses_are_refused_however_they_are_wrapped(address: IPv4Address) -> None:
    """No inner IPv4 address may be asked, nor any IPv6 address a packet to which ends there."""
    assert [] == [str(one) for one in (address, *embeddings(address)) if not why_refused(str(one))]


@given(within(INNER_6))
def test_inner_addresses_of_ipv6_are_refused(address: IPv6Address) -> None:
    """No IPv6 address may be asked that is not a public one."""
    assert None is not why_refused(str(address))


@given(st.integers(0, 2**32 - 1).map(IPv4Address).filter(outside))
def test_public_addresses_are_allowed(address: IPv4Address) -> None:
    """All others may, and the wrappings in which a network without IPv4 reaches them, too."""
    wrapped = embeddings(address)
    if address in IPv4Network("8.8.8.8/32"):  # itself a half of the Teredo addresses above
        wrapped = wrapped[:5]
    allowed = [address, *(one for one in wrapped if int(one) > 1)]
    assert [] == [str(one) for one in allowed if why_refused(str(one))]


@pytest.mark.parametrize("address", ["2a00:1450:4001:81c::200e", "2606:4700::1111", "2620:fe::fe"])
def test_public_addresses_of_ipv6_are_allowed(address: str) -> None:
    """The IPv6 addresses of known public services may be asked."""
    assert None is why_refused(address)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("169.254.169.254", "a cloud's metadata address"),
        ("::ffff:169.254.169.254", "a cloud's metadata address"),
        ("fd00:ec2::254", "a cloud's metadata address"),
        ("168.63.129.16", "a cloud's metadata address"),
        ("169.254.1.1", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("::1", "a loopback address"),
        ("127.255.0.1", "a loopback address"),
        ("64:ff9b::10.0.0.1", "a private address"),
        ("100.64.0.1", "an address behind a carrier's NAT"),
        ("239.1.1.1", "a multicast address"),
        ("fec0::1", "a site-local address"),
        ("0.0.0.0", "an unspecified address"),
        ("::", "an unspecified address"),
        ("255.255.255.255", "a reserved address"),
    ],
)
def test_it_is_said_what_an_address_is(address: str, reason: str) -> None:
    """Who is refused is told why."""
    assert reason == why_refused(address)
