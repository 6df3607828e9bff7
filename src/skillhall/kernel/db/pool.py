"""The connection pool: time outs of rules.md, JSON by msgspec, and no reset query on release (it costs 0.15 ms a request)."""

from typing import Any, TypeAlias

import asyncpg
import msgspec

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# What a loop survives: the database is away, restarts, cuts a connection. asyncpg raises its own internal error for some cuts.
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

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


async def open_pool(dsn: str, *, size: int = 16, application: str = "skillhall", **settings: str) -> Pool:
    """Open a pool of at most `size` connections; further keywords are PostgreSQL settings of each session."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_keep,
        statement_cache_size=1000,
        max_inactive_connection_lifetime=300,
        server_settings={**SESSION_SETTINGS, "application_name": application, **settings},
    )


async def open_connection(dsn: str, **settings: str) -> Connection:
    """Open one connection outside the pool, for listeners, migrations and advisory locks."""
    connection: Connection = await asyncpg.connect(dsn, server_settings={**SESSION_SETTINGS, **settings})
    await _prepare(connection)
    return connection
