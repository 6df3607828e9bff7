"""Deliveries as an operator sees them: what waits, what was given up, trying again, delivering the past."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.pool import Pool
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

LIST = sql("""
SELECT id, receiver, attempts, due_at, last_error,
    CASE WHEN state = 'waiting' AND lease_until > now() THEN 'running' ELSE state END AS state
FROM kernel.delivery WHERE NOT $1 OR state = 'dead' ORDER BY due_at, id LIMIT 500
""")
RETRY = sql("""
WITH again AS (
    UPDATE kernel.delivery SET state = 'waiting', attempts = 0, retry_at = now() WHERE state = 'dead' AND ($1::uuid IS NULL OR id = $1)
    RETURNING 1
) SELECT count(*) FROM again
""")
REPLAY = sql("""
WITH again AS (
    INSERT INTO kernel.delivery (id, receiver, event_position, ordered_by, due_at)
    SELECT gen_random_uuid(), s.receiver, e.position, CASE WHEN s.ordered THEN e.subject_id END, now()
    FROM kernel.event e JOIN kernel.subscription s ON s.event_type = e.type AND s.receiver = $1
    WHERE e.recorded_at >= $2
    RETURNING 1
) SELECT count(*) FROM again
""")


BURY = sql("""
UPDATE kernel.delivery SET state = 'dead', lease_id = NULL, lease_until = NULL, last_error = 'each worker that ran it died'
WHERE state = 'waiting' AND attempts >= $1 AND lease_until < now()
""")
FORGET = sql("""
DELETE FROM kernel.event WHERE position IN (
    SELECT e.position FROM kernel.event e
    WHERE e.recorded_at < now() - make_interval(days => $1)
      AND NOT EXISTS (SELECT 1 FROM kernel.delivery d WHERE d.event_position = e.position)
      AND NOT EXISTS (SELECT 1 FROM kernel.relay r WHERE NOT pg_visible_in_snapshot(e.txid, r.seen))
    ORDER BY e.position LIMIT 10000)
""")
MAX_ATTEMPTS = 8
KEPT_DAYS = 180


class Waiting(Struct, frozen=True, kw_only=True, rename="camel"):
    """One delivery: state is waiting, running or dead."""

    id: UUID
    receiver: str
    state: str
    attempts: int
    due_at: datetime
    last_error: str | None


async def waiting(pool: Pool, *, dead: bool = False) -> list[Waiting]:
    """Return up to 500 deliveries, the earliest due first; only given-up ones when `dead`."""
    return [Waiting(**row) for row in await pool.fetch(LIST, dead)]


async def retry(pool: Pool, delivery: str | None) -> int:
    """Make one given-up delivery (or all) run again now; return how many."""
    try:
        chosen = UUID(delivery) if delivery else None
    except ValueError:
        return 0
    return int(await pool.fetchval(RETRY, chosen))


async def replay(pool: Pool, receiver: str, since: datetime, known: list[str]) -> int | None:
    """Deliver the events recorded since then once more to this receiver; nothing when nobody has that name."""
    return int(await pool.fetchval(REPLAY, receiver, since)) if receiver in known else None


async def bury_killers(tx: Tx) -> None:
    """Give up deliveries whose every worker died: a failure nobody could catch must end as a dead letter too."""
    await tx.run(BURY, MAX_ATTEMPTS)


async def forget_events(tx: Tx) -> None:
    """Drop events older than `KEPT_DAYS` that every subscriber and every relay has."""
    await tx.run(FORGET, KEPT_DAYS)
