"""Rate limits: the general ones in process memory, the named strict ones behind a port."""

import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from msgspec import Struct

from skillhall.kernel.http.envelope import Header
from skillhall.kernel.refusals import TooMany

ANONYMOUS, SIGNED_IN, WINDOW = 100, 600, 60


class RateLimited(TooMany):
    """Too many requests in too short a time."""

    code = "http.rate_limited"
    message = "Too many requests. Try again in {retry_after} seconds."


class Verdict(Struct, frozen=True):
    """What a limit says to one more request: whether it may pass, and how much is left until the reset."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int
    window_seconds: int = WINDOW


class StrictLimits(Protocol):
    """Named limits that count over all processes; filled by PostgreSQL or Redis."""

    async def hit(self, name: str, key: str) -> Verdict:
        """Count one request of `key` against the limit `name`."""
        ...


class Windows:
    """A sliding window per key: the current minute's count, and the last one's share of it. Forgets keys after two minutes."""

    def __init__(self, limit: float) -> None:
        """Allow `limit` requests per key and minute."""
        self.limit = max(1, int(limit))
        self._window = 0
        self._now: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def hit(self, key: str) -> Verdict:
        """Count one request of this key."""
        at = time.monotonic()
        window = int(at // WINDOW)
        if window != self._window:
            self._before = self._now if window == self._window + 1 else {}
            self._now, self._window = {}, window
        passed = at % WINDOW
        count = self._now.get(key, 0) + 1
        weighed = count + self._before.get(key, 0) * (1 - passed / WINDOW)
        reset = int(WINDOW - passed) + 1
        if weighed > self.limit:
            return Verdict(allowed=False, limit=self.limit, remaining=0, reset_seconds=reset)
        self._now[key] = count
        return Verdict(allowed=True, limit=self.limit, remaining=int(self.limit - weighed), reset_seconds=reset)


def checked(name: str, verdict: Verdict) -> tuple[Header, ...]:
    """Return the headers that tell the client where it stands, or refuse."""
    if not verdict.allowed:
        raise RateLimited(limit=name, retry_after=verdict.reset_seconds)
    return limit_headers(name, verdict)


def limit_headers(name: str, verdict: Verdict) -> tuple[Header, ...]:
    """Return `RateLimit-Policy` and `RateLimit` as the IETF draft writes them."""
    return (
        (b"ratelimit-policy", f'"{name}";q={verdict.limit};w={verdict.window_seconds}'.encode()),
        (b"ratelimit", f'"{name}";r={verdict.remaining};t={verdict.reset_seconds}'.encode()),
    )


def address_key(address: str) -> str:
    """Return what an address counts as: itself, or its /64 for IPv6 (one household owns at least that)."""
    if ":" not in address:
        return address
    try:
        whole = ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return address
    if isinstance(whole, IPv6Address):
        return str(whole.ipv4_mapped) if whole.ipv4_mapped else str(ip_network((int(whole) >> 64 << 64, 64)))
    return address
