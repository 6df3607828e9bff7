"""Reading, putting away, acting on and deleting notices. Each locks the inbox first, so that the unread count is never wrong."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import Statement
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.notifications.model.inbox import Act, ReadMany
from skillhall.notifications.model.refusals import NoticeNotFound
from skillhall.notifications.model.views import ClearedView, NoticeView, UpdatedView
from skillhall.notifications.queries import inbox as queries
from skillhall.notifications.store import notices as store
from skillhall.notifications.store.inbox import change, lock_inboxes


async def read_notice(tx: Tx, by: Actor, notice_id: UUID) -> NoticeView:
    """Note that the caller has read a notice; the first time stays."""
    await mark_read(tx, by.account_id, [notice_id])
    return await queries.view(tx, notice_id, by)


async def read_many(tx: Tx, by: Actor, command: ReadMany) -> UpdatedView:
    """Note that the caller has read these; those of others and unknown ones are left out."""
    return UpdatedView(updated=await mark_read(tx, by.account_id, command.all_ids))


async def read_all(tx: Tx, by: Actor, category: str | None = None) -> UpdatedView:
    """Note that the caller has read everything, or everything of a category, that is in their inbox now."""
    return UpdatedView(updated=len(await _changed(tx, by.account_id, store.READ_ALL, tx.now, category)))


async def mark_read(tx: Tx, account_id: UUID, notice_ids: Sequence[UUID]) -> int:
    """Note that an account has read these notices; return how many it had not."""
    return len(await _changed(tx, account_id, store.READ, list(notice_ids), tx.now))


async def mark_done_with(tx: Tx, account_id: UUID, code: str, subject_id: UUID) -> None:
    """Note that an account need not be told this of this thing any more: it has seen it. What waits for its time does not come."""
    await _changed(tx, account_id, store.DONE_WITH, code, subject_id, tx.now)


async def dismiss(tx: Tx, by: Actor, notice_id: UUID) -> NoticeView:
    """Put a notice away: it is read, and no longer in the list."""
    await _changed(tx, by.account_id, store.DISMISS, [notice_id], tx.now)
    return await queries.view(tx, notice_id, by)


async def act_on(tx: Tx, by: Actor, notice_id: UUID, command: Act) -> NoticeView:
    """Note what the caller did with a notice, which they have therefore read. Refuses what it does not offer."""
    offered = [one.code for one in (await queries.view(tx, notice_id, by)).actions]
    if command.action not in offered:
        choices = f"Must be one of: {', '.join(offered)}." if offered else "This notification offers nothing to do."
        raise Invalid(FieldError("action", "body", "not_an_option", choices))
    await mark_read(tx, by.account_id, [notice_id])
    if not await store.act(tx, by.account_id, notice_id, command.action, tx.now):
        raise NoticeNotFound(notice_id=notice_id)
    return await queries.view(tx, notice_id, by)


async def delete_notice(tx: Tx, by: Actor, notice_id: UUID) -> Deleted:
    """Take a notice out of the caller's inbox for good."""
    await queries.view(tx, notice_id, by)
    await _changed(tx, by.account_id, store.DELETE, [notice_id])
    return Deleted(id=notice_id)


async def delete_all(tx: Tx, by: Actor) -> ClearedView:
    """Empty the caller's inbox."""
    return ClearedView(count=len(await _changed(tx, by.account_id, store.DELETE_ALL)))


async def _changed(tx: Tx, account_id: UUID, statement: Statement, *values: object) -> list[UUID]:
    before = await lock_inboxes(tx, [account_id])
    changed, counted = await store.changed(tx, statement, account_id, *values)
    inbox = before[account_id]
    await change(tx, before, {account_id: msgspec.structs.replace(inbox, unread=inbox.unread - counted)})
    return changed
