"""Push subscriptions in the database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.notifications.model.push import PushSubscription

# An endpoint is one browser: who signs in there next takes it over.
SUBSCRIBE = sql("""
INSERT INTO notifications.push_subscription AS s (
    id, account_id, login_id, endpoint, p256dh, auth, server_key, user_agent, expires_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (endpoint) DO UPDATE SET account_id = excluded.account_id, login_id = excluded.login_id, p256dh = excluded.p256dh,
    auth = excluded.auth, server_key = excluded.server_key, user_agent = excluded.user_agent, expires_at = excluded.expires_at,
    created_at = CASE WHEN s.account_id = excluded.account_id THEN s.created_at ELSE excluded.created_at END, failed_at = NULL
RETURNING id, created_at
""")
KEEP_NEWEST = sql("""
DELETE FROM notifications.push_subscription WHERE id IN (
    SELECT id FROM notifications.push_subscription WHERE account_id = $1 ORDER BY created_at DESC, id DESC OFFSET $2)
""")
OF_ACCOUNT = sql("""
SELECT id, account_id, endpoint, p256dh, auth, server_key, expires_at FROM notifications.push_subscription WHERE account_id = $1 ORDER BY id
""")
ACCOUNTS = sql("SELECT DISTINCT account_id FROM notifications.push_subscription WHERE account_id = ANY($1)")
DROP = sql("DELETE FROM notifications.push_subscription WHERE account_id = $1 AND endpoint = $2")
DROP_THESE = sql("DELETE FROM notifications.push_subscription WHERE id = ANY($1)")
DROP_OF_LOGIN = sql("DELETE FROM notifications.push_subscription WHERE login_id = $1")
DROP_OF_ACCOUNT = sql("DELETE FROM notifications.push_subscription WHERE account_id = $1")
EXPIRE = sql("DELETE FROM notifications.push_subscription WHERE expires_at <= $1")


async def subscribe(tx: Tx, new: PushSubscription, login_id: UUID | None, user_agent: str) -> tuple[UUID, datetime]:
    """Store a browser, or what is new of it; return its id and since when its account has it."""
    row = await tx.row(
        SUBSCRIBE, ids.new(), new.account_id, login_id, new.endpoint, new.p256dh, new.auth, new.server_key, user_agent, new.expires_at,
        tx.now,
    )  # fmt: skip
    if row is None:
        raise AssertionError("an upsert returns its row")
    return row["id"], row["created_at"]


async def keep_newest(tx: Tx, account_id: UUID, most: int) -> None:
    """Drop all but so many browsers of an account."""
    await tx.run(KEEP_NEWEST, account_id, most)


async def subscriptions(read: Read, account_id: UUID) -> list[PushSubscription]:
    """Return the browsers of an account."""
    return [msgspec.convert(dict(row), PushSubscription) for row in await read.rows(OF_ACCOUNT, account_id)]


async def accounts_with_push(read: Read, account_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these accounts have a browser that takes pushes."""
    return {row["account_id"] for row in await read.rows(ACCOUNTS, list(account_ids))}


async def drop(tx: Tx, account_id: UUID, endpoint: str) -> int:
    """End the subscription of one's own browser; return how many there were."""
    return await tx.run(DROP, account_id, endpoint)


async def drop_these(tx: Tx, subscription_ids: Sequence[UUID]) -> None:
    """End subscriptions that their push service does not know any more."""
    await tx.run(DROP_THESE, list(subscription_ids))


async def drop_of_login(tx: Tx, login_id: UUID) -> int:
    """End the subscriptions made in a login."""
    return await tx.run(DROP_OF_LOGIN, login_id)


async def erase_push(tx: Tx, account_id: UUID) -> None:
    """End all subscriptions of an account."""
    await tx.run(DROP_OF_ACCOUNT, account_id)


async def expire(tx: Tx) -> None:
    """End the subscriptions whose browser has set a date that has come."""
    await tx.run(EXPIRE, tx.wall)
