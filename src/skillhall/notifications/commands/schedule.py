"""Letting a notice into its inbox when its time has come."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.tx import Tx
from skillhall.notifications.commands.notify import announce
from skillhall.notifications.queries.still import still_true
from skillhall.notifications.store import notices as store
from skillhall.notifications.store.inbox import change, lock_inboxes
from skillhall.notifications.store.preferences import settings


async def release(notice_id: UUID, tx: Tx) -> None:
    """Show a notice whose time has come, or drop one that is no longer so, or over; does nothing when somebody was faster."""
    account_id = await store.find_owner(tx, notice_id)
    if account_id is None:
        return
    before = await lock_inboxes(tx, [account_id])
    chosen = await settings(tx, account_id)
    found = await store.lock_notices(tx, account_id, [notice_id])
    if not found or found[0].state != "scheduled" or found[0].at > tx.now:
        return
    if found[0].is_deleted or found[0].expires_at <= tx.now or not await still_true(tx, found[0]):
        await store.changed(tx, store.CANCEL, account_id, [notice_id])
        return
    inbox = before[account_id]
    row = msgspec.structs.replace(found[0], state="sent", sequence=inbox.last_sequence + 1)
    await store.release(tx, notice_id, inbox.last_sequence + 1)
    unread = inbox.unread + (0 if row.is_silent else 1)
    await change(tx, before, {account_id: msgspec.structs.replace(inbox, last_sequence=inbox.last_sequence + 1, unread=unread)})
    await announce(tx, [row], {account_id: chosen})
