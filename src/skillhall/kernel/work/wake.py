"""Waking workers after a commit, never inside it: a NOTIFY in the transaction cost 25 % of the write throughput.

Many commits within `QUIET_SECONDS` make one NOTIFY. A lost wake-up costs at most one poll interval.
"""

import asyncio
import contextlib

from skillhall.kernel.config import Config
from skillhall.kernel.db.pool import TROUBLE, Connection, Pool, open_connection
from skillhall.kernel.db.statement import sql
from skillhall.kernel.failpoints import die_at

CHANNEL = "skillhall_work"
QUIET_SECONDS = 0.02
NOTIFY = sql("SELECT pg_notify('skillhall_work', '')")


class Waker:
    """Collects the news of one process and passes them on to all workers, its own included."""

    def __init__(self, pool: Pool, config: Config) -> None:
        """Have no news yet."""
        self._pool = pool
        self._config = config
        self._pending: asyncio.Task[None] | None = None

    def __call__(self) -> None:
        """Say that there is work; several calls in a row make one notification."""
        if self._pending is None or self._pending.done():
            self._pending = asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        await asyncio.sleep(QUIET_SECONDS)
        die_at(self._config, "before_wake", "")
        with contextlib.suppress(*TROUBLE):
            await self._pool.execute(NOTIFY)


async def listen(dsn: str, wake: asyncio.Event) -> Connection:
    """Open a connection that sets `wake` on every notification; the caller closes it."""
    connection = await open_connection(dsn, idle_in_transaction_session_timeout="0")

    def heard(_connection: object, _pid: int, _channel: str, _payload: object) -> None:
        wake.set()

    await connection.add_listener(CHANNEL, heard)
    return connection
