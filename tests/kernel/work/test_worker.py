"""Deliveries: effective exactly once, retried, kept when dead, in order where asked; sweeps, schedules and the moved clock."""

import asyncio
from datetime import timedelta

from skillhall.deploy.hall import receivers_of
from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.work import deliveries
from skillhall.kernel.work.timekeeper import Timekeeper
from skillhall.kernel.work.worker import Worker
from tests.kernel import sample
from tests.kernel.conftest import KernelHall

OPEN = (
    "INSERT INTO kernel.file (id, account_id, purpose, content_type, size, name, state, recorded_at) VALUES ($1,$1,'','',0,'','stored',$2)"
)


async def _say(kernel: KernelHall, *numbers: int) -> None:
    async def work(tx: Tx) -> None:
        for number in numbers:
            tx.publish(sample.Happened(thing_id=ids.NIL, number=number))

    await kernel.runner.run(work, actor=STRANGER)


async def _put_aside(kernel: KernelHall, *tasks: sample.Note | sample.Call) -> None:
    async def work(tx: Tx) -> None:
        for task in tasks:
            tx.enqueue(task)

    await kernel.runner.run(work, actor=STRANGER)


async def test_a_reaction_runs_once_and_leaves_nothing(kernel: KernelHall) -> None:
    await _say(kernel, 1)
    await kernel.drain()
    await kernel.drain()
    assert await kernel.notes() == ["heard 1"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0


async def test_sixteen_workers_run_each_delivery_once(kernel: KernelHall) -> None:
    await _put_aside(kernel, *(sample.Note(text=f"note {number:03}") for number in range(100)))
    team = [Worker(kernel.runner, receivers_of((sample.SAMPLE,)), kernel.hall.worker.mail) for _ in range(16)]
    await asyncio.gather(*(member.drain() for member in team))
    assert sorted(await kernel.notes()) == [f"note {number:03}" for number in range(100)]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0


async def test_events_of_one_subject_arrive_in_order(kernel: KernelHall) -> None:
    await _say(kernel, *range(10))
    await kernel.drain()
    rows = await kernel.pool.fetch("SELECT name FROM kernel.schedule ORDER BY next_at")
    assert [row["name"] for row in rows] == [f"heard {number}" for number in range(10)]


async def test_a_failure_undoes_its_effect_waits_and_ends_as_a_dead_letter(kernel: KernelHall) -> None:
    await _put_aside(kernel, sample.Note(text="bad", fails=True), sample.Note(text="good"))
    await kernel.drain()
    assert await kernel.notes() == ["good"]
    row = await kernel.pool.fetchrow("SELECT state, attempts, last_error, retry_at > now() AS waits FROM kernel.delivery")
    assert row is not None
    assert tuple(row.values()) == ("waiting", 1, "RuntimeError: as asked", True)
    for _attempt in range(deliveries.MAX_ATTEMPTS):
        await kernel.pool.execute("UPDATE kernel.delivery SET retry_at = now()")
        await kernel.drain()
    assert await kernel.pool.fetchval("SELECT state FROM kernel.delivery") == "dead"
    assert await kernel.notes() == ["good"]


async def test_a_lost_lease_undoes_the_effect(kernel: KernelHall) -> None:
    await _put_aside(kernel, sample.Note(text="late"))
    slow, fast = (Worker(kernel.runner, receivers_of((sample.SAMPLE,)), kernel.hall.worker.mail) for _ in range(2))
    claimed = await slow._claim(1)
    assert await fast.drain() == 0
    await kernel.pool.execute("UPDATE kernel.delivery SET lease_until = now() - interval '1 second'")
    assert await fast.drain() == 1
    await slow._deliver(*claimed[0])
    assert await kernel.notes() == ["late"]


async def test_an_outside_job_finishes_with_its_mark(kernel: KernelHall) -> None:
    await _put_aside(kernel, sample.Call(text="a"))
    await kernel.drain()
    assert await kernel.notes() == ["called a"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0


async def test_the_clock_steps_from_due_to_due(kernel: KernelHall) -> None:
    now = kernel.runner.house.clock.business()
    first, second = ids.new(), ids.new()
    await kernel.pool.execute(OPEN, first, now + timedelta(hours=1))
    await kernel.pool.execute(OPEN, second, now + timedelta(hours=2))
    await kernel.advance(timedelta(hours=3))
    notes = [note.split(" at ")[0] for note in await kernel.notes()]
    assert notes == [f"closed {first}", f"later {first}", f"closed {second}", f"later {second}"]
    assert kernel.runner.house.clock.offset >= timedelta(hours=2, minutes=59)


async def test_a_row_that_fails_hides_nothing_that_is_due_later(kernel: KernelHall) -> None:
    now = kernel.runner.house.clock.business()
    bad, first, second = ids.new(), ids.new(), ids.new()
    for minute in (now, now + timedelta(minutes=1)):
        await kernel.work(sample.note, f"closed {bad} at {minute:%H:%M}")  # the unique name makes its effect fail
    for file_id, hours in ((bad, -1), (first, 1), (second, 2)):
        await kernel.pool.execute(OPEN, file_id, now + timedelta(hours=hours))
    await kernel.advance(timedelta(hours=3))
    notes = [note.split(" at ")[0] for note in await kernel.notes() if str(bad) not in note]
    assert notes == [f"closed {first}", f"later {first}", f"closed {second}", f"later {second}"]


async def test_a_failing_sweep_item_is_set_aside_and_holds_nobody_up(kernel: KernelHall) -> None:
    now = kernel.runner.house.clock.business()
    bad, good = ids.new(), ids.new()
    await kernel.work(sample.note, f"closed {bad} at {now:%H:%M}")  # the unique name makes its effect fail
    await kernel.pool.execute(OPEN, bad, now - timedelta(hours=2))
    await kernel.pool.execute(OPEN, good, now - timedelta(hours=1))
    await kernel.hall.timekeeper.sweep()
    assert any(f"closed {good}" in note for note in await kernel.notes())
    row = await kernel.pool.fetchrow("SELECT receiver, key, attempts FROM kernel.delivery WHERE key IS NOT NULL")
    assert row is not None
    assert tuple(row.values()) == ("sample.close", str(bad), 1)


async def test_one_timekeeper_leads_and_another_takes_over(kernel: KernelHall) -> None:
    first, second = (Timekeeper(kernel.runner, (), sample.SAMPLE.schedules, kernel.dsn) for _ in range(2))
    running = [asyncio.create_task(keeper.run()) for keeper in (first, second)]
    async with asyncio.timeout(30):
        while len(await kernel.notes()) < 2:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.05)
    assert sorted(await kernel.notes()) == ["sample.tidy", "tidied"]
    first.stop()
    second.stop()
    await asyncio.gather(*running)


async def test_a_delivery_that_kills_every_worker_is_given_up(kernel: KernelHall) -> None:
    await _put_aside(kernel, sample.Note(text="poison"))
    worker = Worker(kernel.runner, receivers_of((sample.SAMPLE,)), kernel.hall.worker.mail)
    for _death in range(deliveries.MAX_ATTEMPTS):
        assert len(await worker._claim(1)) == 1  # each stands for a worker that dies with it
        await kernel.pool.execute("UPDATE kernel.delivery SET lease_until = now() - interval '1 second'")
    assert await worker._claim(1) == []
    await kernel.work(deliveries.bury_killers)
    assert [(row.state, row.attempts) for row in await deliveries.waiting(kernel.pool, dead=True)] == [("dead", deliveries.MAX_ATTEMPTS)]
    assert await kernel.notes() == []


async def test_old_events_are_forgotten_once_everybody_has_them(kernel: KernelHall) -> None:
    await _say(kernel, 1)
    await kernel.pool.execute("UPDATE kernel.event SET recorded_at = now() - interval '200 days'")
    await kernel.work(deliveries.forget_events)
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.event") == 1
    await kernel.drain()
    await kernel.work(deliveries.forget_events)
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.event") == 0


async def _ask(kernel: KernelHall, text: str, *, in_minutes: int = 0) -> None:
    async def work(tx: Tx) -> None:
        tx.enqueue(sample.Note(text=text), at=tx.now + timedelta(minutes=in_minutes) if in_minutes else None, key=text)
        tx.enqueue(sample.Note(text=text), key=text)

    await kernel.runner.run(work, actor=STRANGER)


async def test_a_key_waits_once_and_what_came_too_late_for_a_run_gets_another(kernel: KernelHall) -> None:
    await _ask(kernel, "a")
    await _ask(kernel, "a")
    worker = Worker(kernel.runner, receivers_of((sample.SAMPLE,)), kernel.hall.worker.mail)
    (claimed,) = await worker._claim(5)
    for minutes in (9, 5, 7):  # it runs: nobody knows whether it has seen these
        await _ask(kernel, "a", in_minutes=minutes)
    assert await worker._claim(5) == []
    await worker._deliver(*claimed)
    assert await kernel.notes() == ["a"]
    row = await kernel.pool.fetchrow("SELECT count(*), min(attempts), min(due_at) AS due FROM kernel.delivery WHERE lease_id IS NULL")
    now = kernel.runner.house.clock.business()
    assert row is not None
    assert (row["count"], row["min"], round((row["due"] - now) / timedelta(minutes=1))) == (1, 0, 5)
    await kernel.pool.execute("DELETE FROM kernel.schedule")
    await kernel.pool.execute("UPDATE kernel.delivery SET due_at = now()")
    await kernel.drain()
    assert await kernel.notes() == ["a"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0


async def test_a_run_that_failed_sees_what_came_meanwhile_when_it_is_tried_again(kernel: KernelHall) -> None:
    await _put_aside(kernel, sample.Note(text="bad", fails=True))
    await kernel.pool.execute("UPDATE kernel.delivery SET key = 'bad'")
    worker = Worker(kernel.runner, receivers_of((sample.SAMPLE,)), kernel.hall.worker.mail)
    (claimed,) = await worker._claim(5)
    await _ask(kernel, "bad")
    await worker._deliver(*claimed)
    await kernel.pool.execute("UPDATE kernel.delivery SET retry_at = now(), payload = jsonb_set(payload, '{fails}', 'false')")
    await kernel.drain()
    assert await kernel.notes() == ["bad"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0


async def test_what_was_given_up_waits_anew_when_it_is_asked_for_again(kernel: KernelHall) -> None:
    await _ask(kernel, "a")
    await kernel.pool.execute("UPDATE kernel.delivery SET state = 'dead', attempts = 8, retry_at = now()")
    await kernel.drain()
    assert await kernel.notes() == []
    await _ask(kernel, "a")
    await kernel.drain()
    assert await kernel.notes() == ["a"]
    assert await kernel.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 0
