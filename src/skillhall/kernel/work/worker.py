"""The worker: leases due deliveries, runs them, and gives up on the dead; one of many, each safe to kill at any point.

A reaction's or job's effect and its done-mark commit together, so each is effective exactly once. Deliveries become due by
business time, are retried and leased by wall time. A dead worker's leases end within `LEASE_SECONDS`.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
import structlog

from skillhall.kernel import ids
from skillhall.kernel.db.pool import TROUBLE
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Facts, Row, Tx
from skillhall.kernel.failpoints import die_at
from skillhall.kernel.work.declared import OutsideJob, Reaction, Receiver, Sweep, actor_of, name_of
from skillhall.kernel.work.deliveries import MAX_ATTEMPTS
from skillhall.kernel.work.outside import LeaseLostError, MailSender, Outside, mark_done

LEASE_SECONDS = 5
BATCH = 16
CONCURRENCY = 8
POLL_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 3600.0

CLAIM = sql("""
UPDATE kernel.delivery d SET lease_id = $1, lease_until = now() + make_interval(secs => $2), attempts = d.attempts + 1,
    again_at = NULL
FROM (
    SELECT c.id FROM kernel.delivery c
    WHERE c.state = 'waiting' AND c.due_at <= $3 AND c.retry_at <= now() AND (c.lease_until IS NULL OR c.lease_until < now())
      AND c.receiver = ANY($4) AND c.attempts < $6
      AND (c.ordered_by IS NULL OR NOT EXISTS (
          SELECT 1 FROM kernel.delivery b
          WHERE b.receiver = c.receiver AND b.ordered_by = c.ordered_by AND b.event_position < c.event_position))
    ORDER BY c.due_at, c.id LIMIT $5 FOR UPDATE SKIP LOCKED
) due
WHERE d.id = due.id
RETURNING d.id, d.receiver, d.attempts, d.payload::text AS payload, d.event_position
""")
EVENTS = sql("SELECT position, id, data::text AS data, request_id FROM kernel.event WHERE position = ANY($1)")
EXTEND = sql("UPDATE kernel.delivery SET lease_until = now() + make_interval(secs => $2) WHERE lease_id = $1 AND id = ANY($3)")
FAIL = sql("""
UPDATE kernel.delivery SET lease_id = NULL, lease_until = NULL, last_error = $3, retry_at = now() + make_interval(secs => $4),
    state = CASE WHEN attempts >= $5 THEN 'dead' ELSE 'waiting' END
WHERE id = $1 AND lease_id = $2
""")

log = structlog.get_logger("skillhall.worker")


class Worker:
    """Runs the deliveries of some receivers. `run` serves until `stop`; `drain` works off what is due now (tests, clock)."""

    def __init__(self, runner: Runner, receivers: Iterable[Receiver], mail: MailSender) -> None:
        """Run the deliveries of these receivers; of a sweep those of its items that were set aside after a failure."""
        self.runner = runner
        self.mail = mail
        self.receivers = {name_of(receiver): receiver for receiver in receivers}
        self.names = sorted(self.receivers)
        self.wake = asyncio.Event()
        self._lease_id = ids.new()
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._stopping = False

    async def run(self) -> None:
        """Work until stopped; unfinished deliveries are finished first, and what cannot finish in 10 s loses its lease."""
        heart = asyncio.create_task(self._beat())
        try:
            while not self._stopping:
                self.wake.clear()
                if not await self._claim_and_start():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.wake.wait(), POLL_SECONDS)
            if self._running:
                await asyncio.wait(self._running.values(), timeout=10)
        finally:
            heart.cancel()

    def stop(self) -> None:
        """Take no further delivery."""
        self._stopping = True
        self.wake.set()

    async def drain(self) -> int:
        """Run everything due now, also what follows from it; return how many deliveries ran. Failures wait for their retry."""
        heart = asyncio.create_task(self._beat())
        count = 0
        try:
            while rows := await self._claim(BATCH):
                await asyncio.gather(*(self._start(row, event) for row, event in rows))
                count += len(rows)
        finally:
            heart.cancel()
        return count

    async def _claim_and_start(self) -> bool:
        free = CONCURRENCY - len(self._running)
        if free <= 0:
            return False
        try:
            rows = await self._claim(free)
        except TROUBLE as error:
            log.warning("database_unreachable", error=repr(error))
            return False
        for row, data in rows:
            self._start(row, data)
        return bool(rows)

    def _start(self, row: Row, event: Row | None) -> asyncio.Task[None]:
        """Run a leased delivery; while it runs its lease is renewed."""
        task = self._running[row["id"]] = asyncio.create_task(self._deliver(row, event))
        return task

    async def _claim(self, limit: int) -> list[tuple[Row, Row | None]]:
        await self.runner.refresh_clock()
        now = self.runner.house.clock.business()
        rows = await self.runner.pool.fetch(CLAIM, self._lease_id, LEASE_SECONDS, now, self.names, limit, MAX_ATTEMPTS)
        positions = [row["event_position"] for row in rows if row["event_position"] is not None]
        events = {row["position"]: row for row in await self.runner.pool.fetch(EVENTS, positions)} if positions else {}
        return [(row, events.get(row["event_position"])) for row in rows]

    async def _deliver(self, row: Row, event: Row | None) -> None:
        receiver: str = row["receiver"]
        facts = Facts(operation=receiver)
        if event:
            facts = Facts(request_id=event["request_id"], operation=receiver, event_id=event["id"])
        structlog.contextvars.bind_contextvars(request_id=facts.request_id, receiver=receiver, delivery_id=str(row["id"]))
        try:
            await self._effect(self.receivers[receiver], row, event, facts)
        except LeaseLostError:
            log.warning("lease_lost")
        except Exception as error:  # noqa: BLE001 - the worker loop: any failure is retried, then kept as a dead letter
            await self._fail(row, error)
        finally:
            self._running.pop(row["id"], None)
            self.wake.set()
            structlog.contextvars.clear_contextvars()
        die_at(self.runner.house.config, "worker_after_commit", receiver)

    async def _effect(self, receiver: Receiver, row: Row, event: Row | None, facts: Facts) -> None:
        actor = actor_of(row["receiver"])
        delivery_id: UUID = row["id"]
        if isinstance(receiver, Sweep):
            fact = msgspec.json.decode(row["payload"], type=dict[str, UUID])["id"]
        elif isinstance(receiver, Reaction):
            fact = msgspec.json.decode(event["data"] if event else "{}", type=receiver.event)
        else:
            fact = msgspec.json.decode(row["payload"], type=receiver.task)
        if isinstance(receiver, OutsideJob):
            outside = Outside(self.runner, self.mail, delivery_id, self._lease_id, actor, facts)
            await receiver.run(fact, outside)
            if not outside.is_finished:
                await outside.finish(_nothing)
            return

        async def effect(tx: Tx) -> None:
            await receiver.run(fact, tx)
            await mark_done(tx, delivery_id, self._lease_id)
            die_at(self.runner.house.config, "worker_before_commit", row["receiver"])

        await self.runner.run(effect, actor=actor, facts=facts)

    async def _fail(self, row: Row, error: Exception) -> None:
        seconds = min(MAX_BACKOFF_SECONDS, 2.0 ** row["attempts"]) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
        log.error("delivery_failed", exc_info=error, attempts=row["attempts"], retry_in_seconds=round(seconds, 1))
        text = f"{type(error).__name__}: {error}"[:2000]
        with contextlib.suppress(*TROUBLE):
            await self.runner.pool.execute(FAIL, row["id"], self._lease_id, text, seconds, MAX_ATTEMPTS)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 4)
            if self._running:
                with contextlib.suppress(*TROUBLE):
                    await self.runner.pool.execute(EXTEND, self._lease_id, LEASE_SECONDS, list(self._running))


async def _nothing(_tx: Tx) -> Any:  # noqa: ANN401 - there is nothing to answer
    """Mark done without a further effect."""
