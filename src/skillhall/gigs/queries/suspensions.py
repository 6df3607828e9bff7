"""What reactions need to know: an account's payments, and the jobs somebody has done."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject

OPEN_PAYMENTS = sql("SELECT id FROM gigs.escrow WHERE state = 'held' AND (client_id = $1 OR worker_id = $1) ORDER BY id")
FROZEN_FOR = sql("SELECT id FROM gigs.escrow WHERE frozen_by = $1 AND state = 'frozen' AND (client_id = $2 OR worker_id = $2) ORDER BY id")
JOBS_DONE = sql("SELECT count(*) FROM gigs.agreement WHERE worker_id = $1 AND state = 'completed'")


async def open_payments(read: Read, account_id: UUID) -> list[UUID]:
    """Return what is held from or for this account."""
    return [row["id"] for row in await read.rows(OPEN_PAYMENTS, account_id)]


async def frozen_for(read: Read, case: Subject) -> list[UUID]:
    """Return what the suspension of an account keeps."""
    return [row["id"] for row in await read.rows(FROZEN_FOR, str(case), case.id)]


async def jobs_done(read: Read, account_id: UUID) -> int:
    """Return how many agreements this worker has completed."""
    return await read.value(JOBS_DONE, account_id)
