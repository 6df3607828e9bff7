"""Strict rate limits: counted for all processes together in fixed wall-clock windows, in PostgreSQL or in Redis.

The looser general limits (per account, per address) are counted in process memory by the HTTP edge.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from types import MappingProxyType
from typing import Final

import structlog
from msgspec import Struct

from skillhall.kernel.clock import Clock
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Executor, Tx
from skillhall.kernel.http.limits import StrictLimits, Verdict
from skillhall.kernel.tokens import digest

log = structlog.get_logger("skillhall.limits")

HIT = sql("""
INSERT INTO kernel.rate AS r (name, key, window_start, hits) VALUES ($1, $2, $3, 1)
ON CONFLICT (name, key, window_start) DO UPDATE SET hits = least(r.hits + 1, 1000000000)
RETURNING hits
""")
FORGET = sql("DELETE FROM kernel.rate WHERE window_start < $1::timestamptz - interval '1 day'")


class Limit(Struct, frozen=True):
    """At most `hits` per `seconds`."""

    hits: int
    seconds: int

    def times(self, factor: float) -> "Limit":
        """Return this limit, looser by `factor`; at least one hit stays."""
        return Limit(max(1, round(self.hits * factor)), self.seconds)

    def window(self, at: datetime) -> tuple[datetime, int]:
        """Return when the window around `at` began, and in how many whole seconds it ends."""
        now = at.timestamp()
        begun = now - now % self.seconds
        return datetime.fromtimestamp(begun, UTC), max(1, ceil(begun + self.seconds - now))


LIMITS: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        "sign_in": Limit(5, 900),
        "code": Limit(3, 3600),
        "register": Limit(3, 3600),
        "refresh": Limit(10, 60),
        "reset": Limit(3, 3600),
        "verify": Limit(20, 900),
        "profile_update": Limit(10, 900),
        "people_search": Limit(30, 60),
        "money": Limit(30, 60),
        "calendar_import": Limit(30, 900),
        "connection_request": Limit(100, 86_400),
        "follow": Limit(400, 86_400),
    }
)


def verdict(limit: Limit, hits: int, reset_seconds: int) -> Verdict:
    """Return what the `hits`-th hit of a window comes to."""
    return Verdict(hits <= limit.hits, limit.hits, max(0, limit.hits - hits), reset_seconds, limit.seconds)


class PostgresLimits:
    """Counts in `kernel.rate`: one statement, so that callers at the same moment are counted one after the other.

    A hit counts at once, also when the request then fails.
    """

    def __init__(self, executor: Executor, clock: Clock, factor: float, limits: Mapping[str, Limit] = LIMITS) -> None:
        """Count through `executor`, which must not be a transaction that a refusal rolls back."""
        self._executor = executor
        self._clock = clock
        self._limits = {name: limit.times(factor) for name, limit in limits.items()}

    async def hit(self, name: str, key: str) -> Verdict:
        """Count one hit; the key is stored as a digest, so that no address rests in the table."""
        limit = self._limits[name]
        begun, reset_seconds = limit.window(self._clock.wall())
        hits = await self._executor.fetchval(HIT, name, digest(key).hex(), begun)
        return verdict(limit, hits, reset_seconds)


class FallbackLimits:
    """Counts in `first`, and in `second` while `first` does not answer: requests go on, and readiness says degraded."""

    def __init__(self, first: StrictLimits, second: StrictLimits, *, pause_seconds: float = 5.0) -> None:
        """After a failure leave `first` alone for `pause_seconds`, so that not every request waits for its time out."""
        self._first = first
        self._second = second
        self._pause_seconds = pause_seconds
        self._down_until: float | None = None

    @property
    def is_degraded(self) -> bool:
        """Whether the last hit that tried `first` failed."""
        return self._down_until is not None

    async def hit(self, name: str, key: str) -> Verdict:
        """Count one hit where it can be counted now. A window begins again when the counter changes."""
        if self._down_until is None or time.monotonic() >= self._down_until:
            try:
                counted = await self._first.hit(name, key)
            except OSError as error:
                if self._down_until is None:
                    log.warning("limits_degraded", error=str(error))
                self._down_until = time.monotonic() + self._pause_seconds
            else:
                self._down_until = None
                return counted
        return await self._second.hit(name, key)


async def forget_rates(tx: Tx) -> None:
    """Drop windows that ended long ago (a schedule)."""
    await tx.run(FORGET, tx.wall)
