"""Which addresses a question file may send the tracker to: public ones, and no others.

The registries of special addresses (IANA, RFC 6890 and its successors) are written out here and
not taken from `ipaddress.is_global`, which changes its mind between versions of Python, knows
nothing of clouds, and cannot say why.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_METADATA = "a cloud's metadata address"
_PRIVATE = "a private address"
_RESERVED = "a reserved address"
_DOCUMENTATION = "an address for documentation"

#: The first network that holds an address says why it is refused.
_REFUSED_4 = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("169.254.169.254", _METADATA),
        ("169.254.170.2", _METADATA),  # Amazon's, for containers
        ("168.63.129.16", _METADATA),  # Azure's, although it is public
        ("100.100.100.200", _METADATA),  # Alibaba's
        ("0.0.0.0/8", "an unspecified address"),
        ("10.0.0.0/8", _PRIVATE),
        ("172.16.0.0/12", _PRIVATE),
        ("192.168.0.0/16", _PRIVATE),
        ("100.64.0.0/10", "an address behind a carrier's NAT"),
        ("127.0.0.0/8", "a loopback address"),
        ("169.254.0.0/16", "a link-local address"),
        ("192.0.0.0/24", _RESERVED),
        ("192.0.2.0/24", _DOCUMENTATION),
        ("192.88.99.0/24", _RESERVED),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", _DOCUMENTATION),
        ("203.0.113.0/24", _DOCUMENTATION),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", _RESERVED),
    )
)
_REFUSED_6 = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("fd00:ec2::254", _METADATA),
        ("fd20:ce::254", _METADATA),  # Google's
        ("::", "an unspecified address"),
        ("::1", "a loopback address"),
        ("64:ff9b:1::/48", _PRIVATE),
        ("fc00::/7", _PRIVATE),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
        ("2001:db8::/32", _DOCUMENTATION),
        ("3fff::/20", _DOCUMENTATION),
    )
)
#: Of these, and of no others, the last 32 bits are an IPv4 address.
_WRAPPED = tuple(
    IPv6Network(network)
    for network in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
)
_TEREDO = IPv6Network("2001::/32")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_PROTOCOLS = IPv6Network("2001::/23")
_PUBLIC = IPv6Network("2000::/3")
#: What an ISATAP interface's number begins with; the IPv4 address follows.
_ISATAP = (0x00005EFE, 0x02005EFE)


def why_refused(address: str) -> str | None:
    """Say what is wrong with an address; nothing where it is a public one.

    Parameters
    ----------
    address : str
        An IPv4 or IPv6 address in figures, as `getaddrinfo` gives it.

    Returns
    -------
    str or None

    Examples
    --------
    >>> why_refused("10.1.2.3"), why_refused("::ffff:10.1.2.3")
    ('a private address', 'a private address')
    >>> why_refused("8.8.8.8")
    """
    parsed = ip_address(address)
    return _why_refused_4(parsed) if isinstance(parsed, IPv4Address) else _why_refused_6(parsed)


def _why_refused_4(address: IPv4Address) -> str | None:
    return next((reason for network, reason in _REFUSED_4 if address in network), None)


def _why_refused_6(address: IPv6Address) -> str | None:
    plain = IPv6Address(int(address))  # without its zone, which an address of a network lacks
    for network, reason in _REFUSED_6:
        if plain in network:
            return reason
    embedded = list(_embedded(plain))
    for one in embedded:
        if reason_4 := _why_refused_4(one):
            return reason_4
    if plain not in _PUBLIC and not any(plain in network for network in _WRAPPED):
        return _RESERVED
    if plain in _PROTOCOLS and plain not in _TEREDO:
        return _RESERVED
    return None


def _embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """Give the IPv4 addresses that a packet to an IPv6 address may end at."""
    number = int(address)
    last = number & 0xFFFF_FFFF
    if any(address in network for network in _WRAPPED):
        yield IPv4Address(last)
    elif address in _SIX_TO_FOUR:
        yield IPv4Address(number >> 80 & 0xFFFF_FFFF)
    elif address in _TEREDO:
        yield IPv4Address(number >> 64 & 0xFFFF_FFFF)
        yield IPv4Address(last ^ 0xFFFF_FFFF)
    if number >> 32 & 0xFFFF_FFFF in _ISATAP:
        yield IPv4Address(last)
