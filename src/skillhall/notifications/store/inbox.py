"""Inboxes in the database: who is locked here is told, read and tidied by one transaction at a time."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

MEET = sql("""
INSERT INTO notifications.inbox (account_id) SELECT a.id FROM unnest($1::uuid[]) AS a (id) ORDER BY a.id ON CONFLICT DO NOTHING
""")
LOCK = sql("""
SELECT account_id, last_sequence, unread FROM notifications.inbox WHERE account_id = ANY($1) ORDER BY account_id FOR NO KEY UPDATE
""")
CHANGE = sql("""
UPDATE notifications.inbox i SET last_sequence = c.last_sequence, unread = c.unread
FROM unnest($1::uuid[], $2::bigint[], $3::int[]) AS c (account_id, last_sequence, unread)
WHERE i.account_id = c.account_id
""")
REMOVE = sql("DELETE FROM notifications.inbox WHERE account_id = $1")


class Inbox(Struct, frozen=True, kw_only=True):
    """How much an account has been told, and how much of it is unread."""

    account_id: UUID
    last_sequence: int
    unread: int


@locks(97, 0)
async def lock_inboxes(tx: Tx, account_ids: Sequence[UUID]) -> dict[UUID, Inbox]:
    """Lock the inboxes of these accounts in their order, making those that are not there yet."""
    wanted = sorted(set(account_ids))
    rows = await tx.rows(LOCK, wanted)
    if len(rows) < len(wanted):
        await tx.run(MEET, wanted)
        rows = await tx.rows(LOCK, wanted)
    return {row["account_id"]: Inbox(**row) for row in rows}


async def change(tx: Tx, before: Mapping[UUID, Inbox], after: Mapping[UUID, Inbox]) -> None:
    """Write the locked inboxes that have changed, and tell every device of these accounts."""
    changed = [inbox for account_id, inbox in after.items() if inbox != before[account_id]]
    if changed:
        await tx.run(CHANGE, [one.account_id for one in changed], [one.last_sequence for one in changed], [one.unread for one in changed])
    for inbox in changed:
        if inbox.unread != before[inbox.account_id].unread:
            tx.hint(f"user:{inbox.account_id}", "notification:unread-count", count=inbox.unread)


async def remove(tx: Tx, account_id: UUID) -> None:
    """Forget that this account was ever told anything."""
    await tx.run(REMOVE, account_id)
