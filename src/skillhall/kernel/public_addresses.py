"""Which addresses are on the internet: where a hall may call to when a member says where. Pure."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
NAT64: Final = ip_network("64:ff9b::/96")
LOCAL_ENDINGS: Final = (".localhost", ".local", ".internal")


class NotPublicError(OSError):
    """A name that leads to a private address."""


def may_be_public(host: str, *, may_be_here: bool) -> bool:
    """Return whether a host may be called as far as its text tells; what a name leads to is judged when it is resolved.

    `may_be_here` lets this machine itself pass.
    """
    try:
        return is_public(ip_address(host.partition("%")[0]), may_be_here=may_be_here)
    except ValueError:
        name = host.lower().rstrip(".")
        return may_be_here or not (name == "localhost" or name.endswith(LOCAL_ENDINGS))


def is_public(address: Address, *, may_be_here: bool) -> bool:
    """Return whether an address is on the internet: not private, not of this machine or link, nor leading to such through a tunnel."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None)
        if inner is not None:
            return is_public(inner, may_be_here=may_be_here)
        if address.teredo is not None or address.is_site_local:
            return False
    if address.is_loopback:
        return may_be_here
    return address.is_global and not address.is_multicast
