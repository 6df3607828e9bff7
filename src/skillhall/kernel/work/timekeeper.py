"""The timekeeper: sweeps (business time) and schedules (wall time), by one worker among many.

Whoever holds a session advisory lock on a connection of its own keeps time; when that process dies the lock is free at once.
A sweep item that fails becomes a delivery of its own, so that it is retried with backoff, ends as a dead letter an operator
sees, and does not hold up the others.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog

from skillhall.kernel import ids
from skillhall.kernel.db.pool import TROUBLE, Connection, open_connection
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Facts, Tx
from skillhall.kernel.work.declared import Schedule, Sweep, actor_of

BATCH = 200
CONCURRENCY = 8
MAX_ROUNDS = 50
TICK_SECONDS = 1.0
TRY_LEAD = sql("SELECT pg_try_advisory_lock(hashtextextended('skillhall.time', 0))")
DUE_SCHEDULE = sql("""
INSERT INTO kernel.schedule AS s (name, next_at) VALUES ($1, now() + make_interval(secs => $2))
ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE s.next_at <= now()
RETURNING name
""")
SET_ASIDE = sql("SELECT receiver, key FROM kernel.delivery WHERE receiver = ANY($1) AND key IS NOT NULL")
ASIDE = sql("""
INSERT INTO kernel.delivery (id, receiver, payload, key, due_at, retry_at, attempts, last_error)
VALUES ($1, $2, jsonb_build_object('id', $3::text), $3, $4, now() + interval '2 seconds', 1, $5) ON CONFLICT DO NOTHING
""")
log = structlog.get_logger("skillhall.timekeeper")


class Timekeeper:
    """Runs its sweeps and schedules while it leads."""

    def __init__(self, runner: Runner, sweeps: Iterable[Sweep], schedules: Iterable[Schedule], dsn: str) -> None:
        """Know the work; lead nothing yet."""
        self.runner = runner
        self.sweeps = list(sweeps)
        self.schedules = list(schedules)
        self._dsn = dsn
        self._stopped = asyncio.Event()
        each = (f"(SELECT '{sweep.name}' AS sweep, s.id, s.due_at FROM ({sweep.due}) s)" for sweep in self.sweeps)  # noqa: S608 - ours
        self._due_of_all = " UNION ALL ".join(each) + " ORDER BY due_at"
        nexts = ", ".join(f"(({sweep.next_due}))" for sweep in self.sweeps)
        self._next_of_all = f"SELECT n.at FROM (VALUES {nexts}) AS n (at) WHERE n.at > $1"  # noqa: S608 - ours

    async def run(self) -> None:
        """Keep time while leading, try to lead otherwise, until stopped."""
        leader: Connection | None = None
        while not self._stopped.is_set():
            try:
                if leader is None or leader.is_closed():
                    leader = await open_connection(self._dsn, statement_timeout="0", idle_in_transaction_session_timeout="0")
                if await leader.fetchval(TRY_LEAD):  # re-entrant: the leader takes it again at no cost
                    await self.tick()
            except TROUBLE as error:
                log.warning("database_unreachable", error=repr(error))
                if leader is not None:
                    leader.terminate()  # with it goes the lead, so that anybody can take it
                leader = None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), TICK_SECONDS)
        if leader is not None:
            await leader.close()

    def stop(self) -> None:
        """Keep time no longer."""
        self._stopped.set()

    async def tick(self) -> None:
        """Run every sweep and every due schedule once."""
        await self.sweep()
        for schedule in self.schedules:
            if await self.runner.pool.fetchval(DUE_SCHEDULE, schedule.name, schedule.every_seconds):
                try:
                    await self.runner.run(schedule.run, actor=actor_of(schedule.name))
                except Exception:
                    log.exception("schedule_failed", schedule=schedule.name)

    async def sweep(self) -> int:
        """Act on every row that is due by business time, each in its own transaction; return how many."""
        await self.runner.refresh_clock()
        count = 0
        for _round in range(MAX_ROUNDS if self.sweeps else 0):
            rows = await self._due()
            for sweep in self.sweeps:
                due = rows[sweep.name]
                for start in range(0, len(due), CONCURRENCY):
                    await asyncio.gather(*(self._act(sweep, row_id) for row_id in due[start : start + CONCURRENCY]))
            count += sum(map(len, rows.values()))
            if all(len(due) < BATCH for due in rows.values()):
                break
        return count

    async def due_times(self, after: datetime) -> list[datetime]:
        """Return for each sweep the earliest business time later than `after` at which a row is due, if there is one."""
        return [row["at"] for row in await self.runner.pool.fetch(self._next_of_all, after)] if self.sweeps else []

    async def _due(self) -> dict[str, list[UUID]]:
        """Return by sweep what is due and not set aside, earliest first, at most `BATCH` each; one statement asks for all."""
        aside = {(row["receiver"], row["key"]) for row in await self.runner.pool.fetch(SET_ASIDE, [sweep.name for sweep in self.sweeps])}
        due: dict[str, list[UUID]] = {sweep.name: [] for sweep in self.sweeps}
        for row in await self.runner.pool.fetch(self._due_of_all, self.runner.house.clock.business(), BATCH + len(aside)):
            if (row["sweep"], str(row["id"])) not in aside and len(due[row["sweep"]]) < BATCH:
                due[row["sweep"]].append(row["id"])
        return due

    async def _act(self, sweep: Sweep, row_id: UUID) -> None:

        async def act(tx: Tx) -> None:
            await sweep.run(row_id, tx)

        try:
            await self.runner.run(act, actor=actor_of(sweep.name), facts=Facts(operation=sweep.name))
        except Exception as error:
            log.exception("sweep_failed", sweep=sweep.name, id=str(row_id))
            now = self.runner.house.clock.business()
            await self.runner.pool.execute(ASIDE, ids.new(), sweep.name, str(row_id), now, f"{type(error).__name__}: {error}"[:2000])
