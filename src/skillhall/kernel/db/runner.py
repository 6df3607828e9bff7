"""The runner: the only place that opens transactions.

READ COMMITTED; a deadlock or serialization failure reruns the whole command, at most three times, after a short pause. A refusal rolls back
unless it `keeps`. Hints and the wake-up of workers go out after the commit and may be lost without harm.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import uniform
from typing import TypeVar

import asyncpg
from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.idempotency import Claim, Encoded, claim_key, store_answer
from skillhall.kernel.db.outbox import flush
from skillhall.kernel.db.pool import Pool
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Facts, Hint, House, Read, Tx
from skillhall.kernel.failpoints import die_at
from skillhall.kernel.refusals import Refusal

T = TypeVar("T")
Work = Callable[[Tx], Awaitable[T]]
ATTEMPTS = 3
RERUN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""What a rerun of the whole command mends: who catches everything else lets these go on out."""
PAUSE_SECONDS = (0.01, 0.05)
SHIFT = sql("SELECT shift FROM kernel.clock")
NO_FACTS = Facts()


class Runner:
    """Runs commands and reads of one process over its pool."""

    def __init__(self, pool: Pool, house: House) -> None:
        """Keep the pool and the house; `on_hints` and `on_news` are set by whoever listens."""
        self.pool = pool
        self.house = house
        self.on_hints: Callable[[list[Hint]], None] | None = None
        self.on_news: Callable[[], None] | None = None

    async def refresh_clock(self) -> None:
        """Read the business clock's shift; production never moves it and never asks."""
        if self.house.config.is_sandbox:
            self.house.clock.offset = await self.pool.fetchval(SHIFT)

    async def read(self) -> Read:
        """Return a `Read` whose statements run each on its own."""
        await self.refresh_clock()
        return Read(self.pool, self.house)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Read]:
        """Yield a `Read` over one REPEATABLE READ, read-only transaction: all its statements see one moment."""
        async with self.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            yield Read(connection, self.house)

    async def run(self, work: Work[T], *, actor: Actor, facts: Facts = NO_FACTS) -> T:
        """Run `work(tx)` in one transaction and commit it with everything it said; return its answer."""
        await self.refresh_clock()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(work, actor, facts)
            except RERUN:
                if attempt == ATTEMPTS:
                    raise
            await asyncio.sleep(attempt * uniform(*PAUSE_SECONDS))  # noqa: S311 - or the loser takes its lock back before the winner wakes
        raise AssertionError("unreachable")

    async def answer(self, work: Work[Encoded], *, actor: Actor, facts: Facts = NO_FACTS, claim: Claim | None = None) -> Encoded:
        """Run `work` as `run` does, but answer a retry of the same claim with what was stored the first time."""
        if claim is None:
            return await self.run(work, actor=actor, facts=facts)

        async def claimed(tx: Tx) -> Encoded:
            stored = await claim_key(tx, claim)
            if stored is not None:
                return stored
            answer = await work(tx)
            await store_answer(tx, claim, answer)
            return answer

        return await self.run(claimed, actor=actor, facts=facts)

    async def _once(self, work: Work[T], actor: Actor, facts: Facts) -> T:
        async with self.pool.acquire() as connection:
            tx = Tx(connection, self.house, actor, facts)
            async with connection.transaction():
                outcome = await _outcome(work, tx)
                await flush(tx)
                die_at(self.house.config, "before_commit", facts.operation)
        die_at(self.house.config, "after_commit", facts.operation)
        self._tell(tx)
        if isinstance(outcome, Kept):
            raise outcome.refusal
        return outcome

    def _tell(self, tx: Tx) -> None:
        if tx.hints and self.on_hints is not None:
            self.on_hints(tx.hints)
        if self.on_news is not None and (tx.events or tx.queued):
            self.on_news()


class Kept(Struct, frozen=True):
    """A refusal whose writes are committed before it is raised."""

    refusal: Refusal


async def _outcome(work: Work[T], tx: Tx) -> T | Kept:
    try:
        return await work(tx)
    except Refusal as refusal:
        if not refusal.keeps:
            raise
        return Kept(refusal)
