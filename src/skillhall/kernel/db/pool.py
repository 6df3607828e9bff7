"""The connection pool: time outs, JSON by msgspec, and no reset query on release (it costs 0.15 ms a request)."""

from typing import Any, Final, TypeAlias

import asyncpg
import msgspec
from asyncpg.pool import PoolAcquireContext

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# What a loop survives: the database is away, restarts, cuts a connection. asyncpg raises its own internal error for some cuts.
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

ACQUIRE_SECONDS: Final = 10.0
SESSION_SETTINGS = {
    "application_name": "skillhall",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
    "statement_timeout": "30s",
    "timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",  # on solid state disks and in memory; with the default of 4 small tables are scanned for one person's rows
}


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_encode, decoder=msgspec.json.decode, format="text")


async def _keep(_connection: Any) -> None:  # noqa: ANN401 - asyncpg passes its own proxy
    """Leave the connection as it is: no statement of ours sets session state or takes session locks on a pooled one."""


class PatientPool(asyncpg.Pool):
    """A pool whose callers wait at most `ACQUIRE_SECONDS` for a connection; then comes a `TimeoutError`, at the edge a 503."""

    def acquire(self, *, timeout: float | None = None) -> PoolAcquireContext:
        """Take a connection. A timer costs 30 µs, so only those get one who may have to wait."""
        if timeout is None and not self.get_idle_size():
            timeout = ACQUIRE_SECONDS
        return super().acquire(timeout=timeout)


async def open_pool(dsn: str, *, size: int = 16, application: str = "skillhall", **settings: str) -> Pool:
    """Open a pool of at most `size` connections; further keywords are PostgreSQL settings of each session."""
    return await PatientPool(
        dsn,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        min_size=1,
        max_size=size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300,
        connect=None,
        setup=None,
        init=_prepare,
        reset=_keep,
        loop=None,
        statement_cache_size=1000,
        server_settings={**SESSION_SETTINGS, "application_name": application, **settings},
    )


async def open_connection(dsn: str, **settings: str) -> Connection:
    """Open one connection outside the pool, for listeners, migrations and advisory locks."""
    connection: Connection = await asyncpg.connect(dsn, server_settings={**SESSION_SETTINGS, **settings})
    await _prepare(connection)
    return connection
