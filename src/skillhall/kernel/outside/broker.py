"""The relay of public events to RabbitMQ, when configured: at least once, none lost by a crash, through the broker's absence.

Exchange `skillhall.events`: topic, durable. Each event goes out persistent, confirmed and mandatory, with the event's id as message
id, under its own name and under its other name where it has one. What no queue of a consumer takes goes through the alternate
exchange into the quorum queue `skillhall.events.unrouted` and stays there for a week; so a message that comes back unroutable means
that somebody broke this arrangement, and it is tried again. Halls that share a broker each need a virtual host.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Any, Final

import aio_pika
import msgspec
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange

from skillhall.kernel.db.pool import Pool
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row
from skillhall.kernel.events import Envelope
from skillhall.kernel.shapes import instant

log = structlog.get_logger("skillhall.broker")

EXCHANGE: Final = "skillhall.events"
BATCH: Final = 200
POLL_SECONDS: Final = 0.5
PUBLISH_SECONDS: Final = 10.0  # below the 15 s after which PostgreSQL ends a transaction that idles
LONGEST_PAUSE_SECONDS: Final = 30.0
KEPT: Final[dict[str, Any]] = {"x-queue-type": "quorum", "x-message-ttl": 7 * 86_400_000, "x-max-length": 100_000}

BEGIN = sql("INSERT INTO kernel.relay (name, seen, upto, position) VALUES ($1, '1:1:', '1:1:', 0) ON CONFLICT DO NOTHING")
TAKE = sql("""
SELECT seen::text, CASE WHEN seen::text = upto::text THEN pg_current_snapshot() ELSE upto END::text AS upto, position,
    pg_snapshot_xmax(upto) > pg_snapshot_xmax(pg_current_snapshot()) AS is_foreign
FROM kernel.relay WHERE name = $1 FOR NO KEY UPDATE SKIP LOCKED
""")
NEXT = sql("""
SELECT position, id, type, subject_kind, subject_id, occurred_at, data::text AS data FROM kernel.event
WHERE public AND txid >= pg_snapshot_xmin($1::text::pg_snapshot) AND txid < pg_snapshot_xmax($2::text::pg_snapshot)
  AND pg_visible_in_snapshot(txid, $2::text::pg_snapshot) AND NOT pg_visible_in_snapshot(txid, $1::text::pg_snapshot) AND position > $3
ORDER BY position LIMIT $4
""")
MARK = sql("""
UPDATE kernel.relay SET seen = $2::text::pg_snapshot, upto = $3::text::pg_snapshot, position = $4 WHERE name = $1
""")
# A backup restored into another cluster brings transaction ids that mean nothing there: what was sent gets one from before all
# others, the rest that of this transaction.
REBASE = sql("""
WITH sent AS (
    UPDATE kernel.event e SET txid = CASE
        WHEN pg_visible_in_snapshot(e.txid, r.seen) OR (pg_visible_in_snapshot(e.txid, r.upto) AND e.position <= r.position) THEN '3'::xid8
        ELSE pg_current_xact_id() END
    FROM kernel.relay r WHERE r.name = $1 AND e.public
)
UPDATE kernel.relay SET seen = '4:4:', upto = '4:4:', position = 0 WHERE name = $1
""")


class EventRelay:
    """Carries the public events of `kernel.event` to the broker. Many may run; one of them works at a time."""

    def __init__(self, pool: Pool, url: str, aliases: Mapping[str, str], *, name: str = "broker", exchange: str = EXCHANGE) -> None:
        """Keep where to, under which other names, and which row of `kernel.relay` remembers how far."""
        self.is_up = False
        self._pool = pool
        self._url = url
        self._aliases = aliases
        self._name = name
        self._exchange = exchange

    async def run(self) -> None:
        """Relay until canceled; connect again with growing pauses when the broker or the database goes away."""
        pause = 1.0
        while True:
            try:
                async with await connect(self._url) as connection:
                    exchange = await declare(await channel(connection), self._exchange)
                    self.is_up, pause = True, 1.0
                    while not connection.is_closed:
                        if not await self.step(exchange):
                            await asyncio.sleep(POLL_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever fails, events wait in the database and are sent later
                log.warning("broker_down", error=repr(error), retry_in_seconds=pause)
            finally:
                self.is_up = False
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def check(self) -> str | None:
        """Say what is wrong, for readiness."""
        return None if self.is_up else "absent"

    async def step(self, exchange: AbstractExchange) -> int:
        """Relay the next events and return how many; 0 when there are none, or when another process is at it.

        What is sent and not marked, because we die or the broker fails half way, is sent again.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(TAKE, self._name)
            if row is None:
                await connection.execute(BEGIN, self._name)
                return 0
            if row["is_foreign"]:
                log.warning("relay_rebased", relay=self._name)
                await connection.execute(REBASE, self._name)
                return 1
            events = await connection.fetch(NEXT, row["seen"], row["upto"], row["position"], BATCH)
            if not events and row["position"] == 0:
                return 0
            async with asyncio.timeout(PUBLISH_SECONDS):
                await asyncio.gather(*(self._publish(exchange, event, name) for event in events for name in self._names(event["type"])))
            is_drained = len(events) < BATCH
            reached = (row["upto"], row["upto"], 0) if is_drained else (row["seen"], row["upto"], events[-1]["position"])
            await connection.execute(MARK, self._name, *reached)
            return len(events)

    def _names(self, name: str) -> tuple[str, ...]:
        alias = self._aliases.get(name)
        return (name,) if alias is None else (name, alias)

    async def _publish(self, exchange: AbstractExchange, event: Row, name: str) -> None:
        envelope = Envelope(
            id=event["id"],
            type=name,
            occurred_at=instant(event["occurred_at"]),
            subject={"type": event["subject_kind"], "id": str(event["subject_id"])},
            sequence=event["position"],
            data=msgspec.json.decode(event["data"]),
        )
        message = aio_pika.Message(
            msgspec.json.encode(envelope),
            message_id=str(event["id"]),
            type=name,
            timestamp=event["occurred_at"],
            content_type="application/json",
            app_id="skillhall",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await exchange.publish(message, routing_key=name, mandatory=True)


async def connect(url: str) -> AbstractConnection:
    """Return a connection to the broker at `amqp://user:password@host:port/vhost`, or fail within seconds."""
    return await aio_pika.connect(url, timeout=PUBLISH_SECONDS)


async def channel(connection: AbstractConnection) -> AbstractChannel:
    """Return a channel whose publishing waits for the broker's confirmation and fails on a return."""
    return await connection.channel(publisher_confirms=True, on_return_raises=True)


async def declare(on: AbstractChannel, name: str = EXCHANGE) -> AbstractExchange:
    """Declare the exchange, and where that goes which nobody listens to; return the exchange."""
    unrouted = f"{name}.unrouted"
    rest = await on.declare_exchange(unrouted, aio_pika.ExchangeType.FANOUT, durable=True)
    queue = await on.declare_queue(unrouted, durable=True, arguments=KEPT)
    await queue.bind(rest)
    return await on.declare_exchange(name, aio_pika.ExchangeType.TOPIC, durable=True, arguments={"alternate-exchange": unrouted})
