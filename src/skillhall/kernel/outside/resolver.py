"""Resolving names that members gave: what a name leads to is looked up once and judged, and the connection goes to that very address."""

import socket
from ipaddress import ip_address
from typing import Any

import aiohttp

from skillhall.kernel.public_addresses import NotPublicError, is_public


class PublicResolver:
    """Resolves names to addresses on the internet, and to nothing else; what aiohttp asks of a resolver."""

    def __init__(self, *, may_be_here: bool) -> None:
        """Let this machine itself pass when it `may_be_here`."""
        self._resolver = aiohttp.ThreadedResolver()
        self._may_be_here = may_be_here

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> Any:  # noqa: ANN401 - aiohttp's own
        """Return the addresses of a name; raise `NotPublicError` for one that leads to any private one."""
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(ip_address(one["host"].partition("%")[0]), may_be_here=self._may_be_here) for one in found):
            raise NotPublicError(host)
        return found

    async def close(self) -> None:
        """Release what the resolver holds."""
        await self._resolver.close()


def public_connector(*, may_be_here: bool, **options: Any) -> "aiohttp.TCPConnector":  # noqa: ANN401 - aiohttp's own
    """Return a connector that only calls servers on the internet and looks each name up anew."""
    resolver: Any = PublicResolver(may_be_here=may_be_here)  # a base class of aiohttp would load it with this file
    return aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, **options)


def is_not_public(error: BaseException) -> bool:
    """Return whether a call failed because its name led to a private address; aiohttp wraps what a resolver raises."""
    return isinstance(error, NotPublicError) or isinstance(error.__cause__, NotPublicError)
