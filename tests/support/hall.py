"""A hall for tests: a cloned database with the real runner, worker and timekeeper of all contexts, and a clock that can be moved."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import asyncpg
import msgspec

from skillhall.deploy.hall import Hall, open_hall
from skillhall.deploy.modules import ALL
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db import runner as runners
from skillhall.kernel.db.tx import Facts, Read, Tx
from skillhall.kernel.verify import Report, checks_of, run_checks
from skillhall.kernel.work.advance import advance, settle

T = TypeVar("T")
CONFIG = Config(mode="sandbox", secret="a-secret-for-tests-only-a-secret-for-tests-only", pool_size=24)
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


class TestHall:
    """The handle tests hold."""

    __test__ = False

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.runner = hall.runner
        self.pool = hall.pool
        self.dsn = hall.dsn
        self.config = hall.config

    async def run(self, command: Callable[..., Awaitable[T]], by: Actor, *args: Any) -> T:
        """Run `command(tx, by, *args)` as the edge would."""

        async def work(tx: Tx) -> T:
            return await command(tx, by, *args)

        return await self.runner.run(work, actor=by, facts=Facts(request_id="test", operation=command.__name__))

    async def work(self, function: Callable[..., Awaitable[T]], *args: Any) -> T:
        """Run `function(tx, *args)` in a transaction, by a context of our own."""

        async def work(tx: Tx) -> T:
            return await function(tx, *args)

        return await self.runner.run(work, actor=Actor.of("test", "a test"))

    async def read(self) -> Read:
        return await self.runner.read()

    async def drain(self) -> None:
        """Run every sweep and delivery that is due now."""
        await settle(self.hall.worker, self.hall.timekeeper)

    async def advance(self, by: timedelta) -> datetime:
        """Move business time, working everything off on the way."""
        return await advance(self.hall.worker, self.hall.timekeeper, by)

    async def race(self, *calls: Callable[[], Awaitable[Any]]) -> list[Any]:
        """Run all calls at once; return answers and exceptions in order, and assert that there was no deadlock.

        Nothing is rerun meanwhile, so that a deadlock comes out as the exception it is; PostgreSQL's own count may lag by a second.
        """
        before, attempts = await self.deadlocks(), runners.ATTEMPTS
        runners.ATTEMPTS = 1
        try:
            answers = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
        finally:
            runners.ATTEMPTS = attempts
        assert not [answer for answer in answers if isinstance(answer, asyncpg.DeadlockDetectedError)]
        assert await self.deadlocks() == before
        return answers

    async def deadlocks(self) -> int:
        """Return how many deadlocks this database has counted."""
        await self.pool.execute("SELECT pg_stat_clear_snapshot()")
        return int(await self.pool.fetchval(DEADLOCKS))

    async def verify(self) -> Report:
        """Run all checks; assert that the books and everything else are right."""
        async with self.runner.snapshot() as snapshot:
            report = await run_checks(snapshot, checks_of(self.hall.modules))
        assert report.is_clean, report.findings
        return report


@asynccontextmanager
async def test_hall(dsn: str, **overrides: Any) -> AsyncGenerator[TestHall]:
    """Open a hall over a migrated database."""
    async with open_hall(msgspec.structs.replace(CONFIG, **overrides), dsn, ALL) as hall:
        yield TestHall(hall)


test_hall.__test__ = False  # pyright: ignore[reportFunctionMemberAccess] - not a test, whatever pytest thinks of its name
