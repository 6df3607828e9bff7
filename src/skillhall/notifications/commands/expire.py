"""What time takes away: notices that have had their days, and the rows of those long gone."""

from typing import Final
from uuid import UUID

import msgspec

from skillhall.kernel.db.tx import Tx
from skillhall.notifications.store import notices as store
from skillhall.notifications.store.inbox import change, lock_inboxes
from skillhall.notifications.tasks import ForgetOld

BATCH: Final = 2000


async def expire(account_id: UUID, tx: Tx) -> None:
    """End every notice of an account whose days are over: its words, which may name others, go, and what was unread counts no more."""
    before = await lock_inboxes(tx, [account_id])
    _, counted = await store.changed(tx, store.EXPIRE, account_id, tx.now)
    inbox = before[account_id]
    await change(tx, before, {account_id: msgspec.structs.replace(inbox, unread=inbox.unread - counted)})


async def forget_old(tx: Tx) -> None:
    """Drop those withdrawn or put away whose days are over, and half a year later the figures of the others; go on while there are more."""
    if await store.forget_old(tx, tx.now, BATCH) == BATCH:
        tx.enqueue(ForgetOld())


async def forget_more(_task: ForgetOld, tx: Tx) -> None:
    """Go on."""
    await forget_old(tx)
