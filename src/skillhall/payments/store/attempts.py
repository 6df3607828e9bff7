"""Attempts in the database. The lock of the payment guards them."""

from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx
from skillhall.payments.model.attempt import Attempt, AttemptState

INSERT = sql("INSERT INTO payments.attempt (id, payment_id, verb, state, token, is_charging) VALUES ($1, $2, $3, 'prepared', $4, $5)")
ONE = sql("""
SELECT id, payment_id, verb, state, token, is_charging, sent_at, answered_at, next_check_at, checks, error
FROM payments.attempt WHERE id = $1
""")
UNANSWERED = sql("""
SELECT id, payment_id, verb, state, token, is_charging, sent_at, answered_at, next_check_at, checks, error
FROM payments.attempt WHERE payment_id = $1 AND state IN ('prepared', 'sent', 'unknown')
""")
SEND = sql("UPDATE payments.attempt SET state = 'sent', sent_at = $2 WHERE id = $1 AND state = 'prepared'")
WAIT = sql("""
UPDATE payments.attempt SET state = 'unknown', next_check_at = $2, checks = checks + 1, error = $3
WHERE id = $1 AND state IN ('sent', 'unknown')
""")
END = sql("""
UPDATE payments.attempt SET state = $2, answered_at = $3, next_check_at = NULL, error = $4
WHERE id = $1 AND state IN ('prepared', 'sent', 'unknown')
""")
END_ALL = sql("""
UPDATE payments.attempt SET state = CASE WHEN sent_at IS NULL THEN 'failed' ELSE $2 END, answered_at = $3, next_check_at = NULL, error = $4
WHERE payment_id = $1 AND state = ANY($5::text[])
""")
STALE = sql("""
SELECT id FROM payments.attempt WHERE state = 'sent' AND sent_at <= $1 OR state = 'unknown' AND next_check_at <= $2
ORDER BY coalesce(next_check_at, sent_at) LIMIT 500
""")


async def insert_attempt(tx: Tx, one: Attempt) -> None:
    """Note a call that is to be made."""
    await tx.run(INSERT, one.id, one.payment_id, one.verb, one.token, one.is_charging)


async def find_attempt(read: Read, attempt_id: UUID) -> Attempt | None:
    """Return an attempt, or nothing."""
    return _attempt(await read.row(ONE, attempt_id))


async def find_unanswered(read: Read, payment_id: UUID) -> Attempt | None:
    """Return the payment's one attempt without an answer, or nothing."""
    return _attempt(await read.row(UNANSWERED, payment_id))


async def mark_sent(tx: Tx, attempt_id: UUID) -> bool:
    """Note that the call goes out now; False when somebody else has made it."""
    return await tx.run(SEND, attempt_id, tx.wall) == 1


async def mark_unknown(tx: Tx, attempt_id: UUID, next_check_at: datetime, error: str) -> None:
    """Note that no answer came, and when to ask for it."""
    await tx.run(WAIT, attempt_id, next_check_at, error)


async def mark_ended(tx: Tx, attempt_id: UUID, state: AttemptState, error: str) -> None:
    """Note how it ended, unless that is known."""
    await tx.run(END, attempt_id, state, tx.wall, error)


async def end_all(tx: Tx, payment_id: UUID, state: AttemptState, error: str, *, among: tuple[AttemptState, ...]) -> None:
    """Note how every attempt of a payment in one of these states ended; what was never sent has failed."""
    await tx.run(END_ALL, payment_id, state, tx.wall, error, list(among))


async def stale(read: Read, sent_before: datetime) -> list[UUID]:
    """Return attempts that were sent before and have no answer, or whose time to be asked after again has come."""
    return [row["id"] for row in await read.rows(STALE, sent_before, read.wall)]


def _attempt(row: Row | None) -> Attempt | None:
    return None if row is None else msgspec.convert(dict(row), Attempt)
