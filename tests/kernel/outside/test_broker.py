"""The relay to a real RabbitMQ: nothing lost, whatever commits late, dies or is away."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aio_pika
import msgspec
import pytest
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

from skillhall.kernel import ids
from skillhall.kernel.outside import broker
from skillhall.kernel.outside.broker import EventRelay, channel, declare
from tests.kernel.conftest import KernelHall
from tests.support.services import AMQP_URL, needs_rabbitmq

pytestmark = needs_rabbitmq
ALIASES = {"sample.happened": "thing.happened"}
SAY = """
INSERT INTO kernel.event (id, type, subject_kind, subject_id, occurred_at, data, public)
VALUES ($1, $2, 'thing', $3, $4, $5, $6) RETURNING id
"""
SUBJECT = UUID(int=7)
AT = datetime(2026, 11, 20, 10, 30, 0, 123456, tzinfo=UTC)


class Wire:
    """One test's exchange, with a queue that hears everything."""

    def __init__(self, on: AbstractChannel, exchange: AbstractExchange, queue: AbstractQueue) -> None:
        self.on = on
        self.exchange = exchange
        self.queue = queue

    async def arrived(self) -> list[aio_pika.abc.AbstractIncomingMessage]:
        """Everything that lies in the queue."""
        found: list[aio_pika.abc.AbstractIncomingMessage] = []
        while (message := await self.queue.get(no_ack=True, fail=False)) is not None:
            found.append(message)
        return found

    async def ids(self) -> list[str]:
        return [str(message.message_id) for message in await self.arrived()]


@pytest.fixture
async def wire() -> AsyncGenerator[Wire]:
    name = f"test.{ids.new()}"
    async with await aio_pika.connect(AMQP_URL) as connection:
        on = await channel(connection)
        exchange = await declare(on, name)
        queue = await on.declare_queue(f"{name}.all", exclusive=True)
        await queue.bind(exchange, "#")
        yield Wire(on, exchange, queue)
        await on.queue_delete(f"{name}.unrouted")
        await on.exchange_delete(name)
        await on.exchange_delete(f"{name}.unrouted")


def relay(kernel: KernelHall, wire: Wire, **more: Any) -> EventRelay:
    return EventRelay(kernel.pool, AMQP_URL, {}, exchange=wire.exchange.name, **more)


async def say(executor: Any, number: int = 0, *, name: str = "sample.happened", public: bool = True) -> str:
    return str(await executor.fetchval(SAY, ids.new(), name, SUBJECT, AT, {"number": number}, public))


async def all_of(one: EventRelay, wire: Wire) -> int:
    """Relay until nothing is left."""
    await one.step(wire.exchange)  # the first step of all makes the row
    total, idle = 0, 0
    while idle < 2:
        count = await one.step(wire.exchange)
        total += count
        idle = 0 if count else idle + 1
    return total


async def test_an_event_goes_out_under_both_names_and_a_private_one_stays(kernel: KernelHall, wire: Wire) -> None:
    event_id = await say(kernel.pool, 3)
    await say(kernel.pool, public=False)
    await all_of(EventRelay(kernel.pool, AMQP_URL, ALIASES, exchange=wire.exchange.name), wire)
    own, other = sorted(await wire.arrived(), key=lambda message: str(message.routing_key))
    assert (own.routing_key, other.routing_key) == ("sample.happened", "thing.happened")
    for message in (own, other):
        assert (message.message_id, message.type, message.content_type) == (event_id, message.routing_key, "application/json")
        assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
        body = msgspec.json.decode(message.body)
        assert body == {
            "id": event_id,
            "type": message.routing_key,
            "occurredAt": "2026-11-20T10:30:00.123Z",
            "subject": {"type": "thing", "id": str(SUBJECT)},
            "sequence": body["sequence"],
            "data": {"number": 3},
        }


async def test_what_is_sent_is_not_sent_again(kernel: KernelHall, wire: Wire) -> None:
    one = relay(kernel, wire)
    first = await say(kernel.pool)
    await all_of(one, wire)
    assert await wire.ids() == [first]
    second = await say(kernel.pool)
    await all_of(one, wire)
    assert await wire.ids() == [second]


@pytest.mark.parametrize("is_earlier_transaction", [True, False])
async def test_an_event_that_commits_late_is_not_lost(kernel: KernelHall, wire: Wire, is_earlier_transaction: bool) -> None:
    """Lower position, later commit: with the lower transaction id, and with the higher one."""
    one = relay(kernel, wire)
    await all_of(one, wire)
    async with kernel.pool.acquire() as slow, kernel.pool.acquire() as quick:
        late, soon = slow.transaction(), quick.transaction()
        await late.start()
        await soon.start()
        for connection in (slow, quick) if is_earlier_transaction else (quick, slow):
            await connection.fetchval("SELECT pg_current_xact_id()::text")
        late_id = await say(slow)
        soon_id = await say(quick)
        await soon.commit()
        await all_of(one, wire)
        assert await wire.ids() == [soon_id]
        await late.commit()
    await all_of(one, wire)
    assert await wire.ids() == [late_id]


async def test_while_many_write_out_of_order_each_event_goes_out_once(
    kernel: KernelHall, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "BATCH", 7)
    one, said, dice = relay(kernel, wire), list[str](), random.Random(11)

    async def writer() -> None:
        for _ in range(15):
            async with kernel.pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                mine = [await say(connection) for _ in range(dice.randint(1, 3))]
                await asyncio.sleep(dice.random() / 50)
                if dice.random() < 0.2:
                    await transaction.rollback()
                else:
                    await transaction.commit()
                    said.extend(mine)

    writers = asyncio.gather(*(writer() for _ in range(8)))
    while not writers.done():
        await one.step(wire.exchange)
        await asyncio.sleep(0)
    await writers
    await all_of(one, wire)
    got = await wire.ids()
    assert sorted(got) == sorted(said)


async def test_events_of_one_subject_keep_their_order(kernel: KernelHall, wire: Wire) -> None:
    """A transaction that began first and waited for the row of another goes out after it."""
    await kernel.pool.execute("INSERT INTO kernel.schedule (name, next_at) VALUES ('subject', now())")
    one = relay(kernel, wire)
    await all_of(one, wire)
    async with kernel.pool.acquire() as first, kernel.pool.acquire() as second, second.transaction():
        await second.fetchval("SELECT pg_current_xact_id()::text")  # the lower id, but it comes second
        async with first.transaction():
            await first.execute("SELECT 1 FROM kernel.schedule WHERE name = 'subject' FOR UPDATE")
            one_id = await say(first)
        await second.execute("SELECT 1 FROM kernel.schedule WHERE name = 'subject' FOR UPDATE")
        two_id = await say(second)
    await all_of(one, wire)
    assert await wire.ids() == [one_id, two_id]


async def first_of(queue: AbstractQueue) -> aio_pika.abc.AbstractIncomingMessage:
    """Wait for a message."""
    async with asyncio.timeout(20), queue.iterator(no_ack=True) as messages:
        return await anext(messages)


class Dying:
    """An exchange that publishes some for real, and then the process dies."""

    def __init__(self, exchange: AbstractExchange, after: int) -> None:
        self._exchange = exchange
        self._left = after

    async def publish(self, *args: Any, **named: Any) -> object:
        if self._left == 0:
            raise ConnectionResetError("dead")
        self._left -= 1
        return await self._exchange.publish(*args, **named)


@pytest.mark.parametrize("after", [0, 3, 9])
async def test_dying_half_way_repeats_and_loses_nothing(kernel: KernelHall, wire: Wire, after: int) -> None:
    one = relay(kernel, wire)
    await all_of(one, wire)
    said = [await say(kernel.pool, number) for number in range(10)]
    dying: Any = Dying(wire.exchange, after)
    with pytest.raises(ConnectionResetError):
        await one.step(dying)
    await asyncio.sleep(0.05)
    await all_of(relay(kernel, wire), wire)
    got = await wire.ids()
    assert set(got) == set(said)
    assert len(got) == 10 + after


async def test_of_two_relays_one_works_at_a_time(kernel: KernelHall, wire: Wire) -> None:
    both = [relay(kernel, wire), relay(kernel, wire)]
    await both[0].step(wire.exchange)
    said = [await say(kernel.pool, number) for number in range(300)]
    for _ in range(4):
        await asyncio.gather(*(one.step(wire.exchange) for one in both))
    await all_of(both[1], wire)
    assert sorted(await wire.ids()) == sorted(said)


async def test_without_a_listener_an_event_is_kept_and_without_that_it_is_tried_again(kernel: KernelHall, wire: Wire) -> None:
    await wire.queue.unbind(wire.exchange, "#")
    one = relay(kernel, wire)
    await all_of(one, wire)
    kept = await say(kernel.pool)
    await all_of(one, wire)
    unrouted = await wire.on.get_queue(f"{wire.exchange.name}.unrouted")
    message = await unrouted.get(timeout=5)
    assert message is not None
    assert message.message_id == kept
    await message.ack()
    await unrouted.unbind(f"{wire.exchange.name}.unrouted")
    again = await say(kernel.pool)
    with pytest.raises(aio_pika.exceptions.DeliveryError):
        await one.step(wire.exchange)
    await wire.queue.bind(wire.exchange, "#")
    await all_of(one, wire)
    assert await wire.ids() == [again]


async def test_an_absent_broker_is_waited_for_and_events_wait_too(kernel: KernelHall, wire: Wire) -> None:
    away = EventRelay(kernel.pool, "amqp://guest:guest@127.0.0.1:1/", {}, exchange=wire.exchange.name)
    task = asyncio.create_task(away.run())
    said = await say(kernel.pool)
    await asyncio.sleep(0.3)
    assert not task.done()
    assert await away.check() == "absent"
    await ended(task)
    here = relay(kernel, wire)
    task = asyncio.create_task(here.run())
    message = await first_of(wire.queue)
    assert message.message_id == said
    assert await here.check() is None
    await ended(task)
    assert await here.check() == "absent"


async def test_a_backup_restored_elsewhere_sends_what_was_unsent_and_nothing_twice(kernel: KernelHall, wire: Wire) -> None:
    one = relay(kernel, wire)
    await all_of(one, wire)
    await say(kernel.pool, 1)
    await all_of(one, wire)
    await wire.ids()
    unsent = await say(kernel.pool, 2)
    # As it looks in a cluster whose transaction ids are far behind those of the cluster the backup came from.
    await kernel.pool.execute("UPDATE kernel.event SET txid = (txid::text::bigint + 1000000)::text::xid8")
    await kernel.pool.execute(
        "UPDATE kernel.relay SET (seen, upto) = (s.moved, s.moved)"
        " FROM (SELECT format('%s:%s:', x + 1000000, x + 1000000)::pg_snapshot AS moved"
        " FROM (SELECT max(txid::text::bigint) - 1000000 AS x FROM kernel.event) m) s"
    )
    assert await all_of(one, wire) >= 1
    assert await wire.ids() == [unsent]
    later = await say(kernel.pool, 3)
    await all_of(one, wire)
    assert await wire.ids() == [later]


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
