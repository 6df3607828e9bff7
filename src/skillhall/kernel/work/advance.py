"""Moving the business clock: step to each due moment, work it off, go on; so a reminder comes before its no-show.

Sandbox mode only, forward only. Other workers may run beside: what they have leased is waited for.
"""

import asyncio
from datetime import datetime, timedelta

from skillhall.kernel.db.statement import sql
from skillhall.kernel.work.timekeeper import Timekeeper
from skillhall.kernel.work.worker import Worker

SHIFT_TO = sql("UPDATE kernel.clock SET shift = greatest(shift, $1 - clock_timestamp())")
NEXT_TASK = sql("SELECT min(due_at) FROM kernel.delivery WHERE state = 'waiting' AND due_at > $1")
IS_BUSY = sql("SELECT EXISTS (SELECT 1 FROM kernel.delivery WHERE state = 'waiting' AND due_at <= $1 AND retry_at <= now())")
MAX_ROUNDS = 500


async def advance(worker: Worker, timekeeper: Timekeeper, by: timedelta) -> datetime:
    """Move business time forward by `by` (> 0), working off everything on the way; return the new business time."""
    clock, pool = worker.runner.house.clock, worker.runner.pool
    await settle(worker, timekeeper)
    target = clock.business() + by
    while clock.business() < target:
        now = clock.business()
        times = [*await timekeeper.due_times(now), await pool.fetchval(NEXT_TASK, now)]
        step = min((at for at in times if at is not None), default=target)
        await pool.execute(SHIFT_TO, min(step, target))
        await settle(worker, timekeeper)
    return clock.business()


async def settle(worker: Worker, timekeeper: Timekeeper) -> None:
    """Run sweeps and deliveries until nothing is due: each may make work for the other."""
    drained = 1
    for _round in range(MAX_ROUNDS):
        swept = await timekeeper.sweep()
        if swept or drained:  # a drain ends when nothing is left: only what a sweep has done since needs another
            drained = await worker.drain()
            if swept or drained:
                continue
        if not await worker.runner.pool.fetchval(IS_BUSY, worker.runner.house.clock.business()):
            return
        drained = 1
        await asyncio.sleep(0.02)
