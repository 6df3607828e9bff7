"""Sending to members: one, some, or an audience; in chunks, each a transaction of its own that goes on where the last one ended."""

from uuid import UUID

import msgspec

from skillhall.identity.api import AccountNotFound, people
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify, tell
from skillhall.notifications.model.audience import Audience, check_named
from skillhall.notifications.model.batch import (
    AT_ONCE,
    CHUNK,
    Batch,
    BatchView,
    FanOut,
    Send,
    Sending,
    SendMany,
    SendOne,
    Withdraw,
    Wording,
    batch_view,
    checked,
)
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.model.refusals import BatchEnded
from skillhall.notifications.model.views import NoticeView
from skillhall.notifications.queries.audience import members
from skillhall.notifications.queries.inbox import sent_view
from skillhall.notifications.store import batches as store
from skillhall.notifications.store import notices
from skillhall.notifications.store.inbox import change, lock_inboxes
from skillhall.notifications.words import language_of


async def send_one(tx: Tx, by: Actor, command: SendOne) -> NoticeView:
    """Tell one member something; it waits when it is for later."""
    person = (await people(tx, [command.user_id])).get(command.user_id)
    if person is None or not person.is_active:
        raise AccountNotFound
    kind, channels = checked(command, tx.now)
    words = command.translations.get(language_of(person.locale), Wording(title=command.title, message=command.message))
    one = Notice(
        account_id=person.id,
        type=kind.code,
        about=Subject("account", person.id),
        facts={"title": words.title.strip(), "text": words.message.strip()},
        path=command.link or "",
        why="recipient",
        key=str(ids.new()),
        at=command.scheduled_for,
        expires_at=command.expires_at,
        data=command.data,
        priority=command.priority,
        channels=channels,
    )
    tx.audit("notifications.send", Subject("account", person.id), None, {"type": kind.code, "by": str(by.account_id)})
    (row,) = await tell(tx, [one])
    return await sent_view(tx, row.id)


async def send(tx: Tx, by: Actor, command: Send) -> BatchView:
    """Tell some members, or an audience."""
    why = "recipient" if command.audience is None else "audience"
    return batch_view(await _begin(tx, by, command, command.whom(), why))


async def send_many(tx: Tx, by: Actor, command: SendMany) -> BatchView:
    """Tell an audience; the answer does not wait until all are told."""
    check_named(command.audience)
    return batch_view(await _begin(tx, by, command, command.audience, "audience"))


async def start_batch(batch_id: UUID, tx: Tx) -> None:
    """Begin a batch whose time has come; does nothing when it was cancelled or begun meanwhile."""
    batch = await store.lock_batch(tx, batch_id)
    if batch.state == "scheduled" and batch.at <= tx.now:
        await store.update(tx, msgspec.structs.replace(batch, state="running", started_at=tx.now))
        tx.enqueue(FanOut(batch_id=batch.id))


async def fan_out(task: FanOut, tx: Tx) -> None:
    """Tell the next members; ends with the last of them, or when the batch was cancelled."""
    batch = await store.lock_batch(tx, task.batch_id)
    if batch.state == "running":
        await _tell(tx, batch, CHUNK, "audience")


async def cancel_batch(tx: Tx, by: Actor, batch_id: UUID) -> BatchView:
    """Stop a batch: nobody else is told, and what was not read yet is taken back."""
    batch = await store.lock_batch(tx, batch_id)
    if batch.state == "cancelled":
        raise BatchEnded(status=batch.state)
    after = msgspec.structs.replace(batch, state="cancelled", finished_at=tx.now)
    await store.update(tx, after)
    if batch.state != "scheduled":
        tx.enqueue(Withdraw(batch_id=batch.id))
    tx.audit(
        "notifications.cancel_batch", Subject("batch", batch.id), {"state": batch.state}, {"state": "cancelled", "by": str(by.account_id)}
    )
    return batch_view(after)


async def withdraw(task: Withdraw, tx: Tx) -> None:
    """Take the next unread notices of a cancelled batch out of their inboxes."""
    batch = await store.lock_batch(tx, task.batch_id)
    accounts = await store.told(tx, batch.id, task.after, CHUNK)
    if not accounts:
        return
    before = await lock_inboxes(tx, accounts)
    count, counted = await notices.withdraw(tx, accounts, batch.id)
    after = {who: msgspec.structs.replace(inbox, unread=inbox.unread - counted.get(who, 0)) for who, inbox in before.items()}
    await change(tx, before, after)
    await store.update(tx, msgspec.structs.replace(batch, withdrawn=batch.withdrawn + count))
    if len(accounts) == CHUNK:
        tx.enqueue(Withdraw(batch_id=batch.id, after=accounts[-1]))


async def _begin(tx: Tx, by: Actor, command: Sending, audience: Audience, why: str) -> Batch:
    kind, channels = checked(command, tx.now)
    at = max(command.scheduled_for or tx.now, tx.now)
    batch = Batch(
        id=ids.new(),
        type=kind.code,
        audience=audience,
        words={"": Wording(title=command.title.strip(), message=command.message.strip()), **command.translations},
        path=(command.link or "").lstrip("/"),
        priority=command.priority or kind.priority,
        channels=channels,
        data=command.data,
        state="scheduled" if at > tx.now else "running",
        at=at,
        expires_at=command.expires_at,
        created_by=by.account_id,
        created_at=tx.now,
        started_at=None if at > tx.now else tx.now,
    )
    await store.insert(tx, batch)
    tx.audit("notifications.send", Subject("batch", batch.id), None, {"type": batch.type, "audience": msgspec.to_builtins(audience)})
    if batch.state == "scheduled":
        return batch
    if audience.account_ids is not None and len(audience.account_ids) <= AT_ONCE:
        return await _tell(tx, batch, AT_ONCE + 1, why)
    tx.enqueue(FanOut(batch_id=batch.id))
    return batch


async def _tell(tx: Tx, batch: Batch, limit: int, why: str) -> Batch:
    """Tell the next members of a batch that nobody else goes on with, and note how far it has come."""
    readers = await members(tx, batch.audience, batch.last_account_id, batch.started_at or tx.now, limit)
    known = await people(tx, readers)
    told = [
        Notice(
            account_id=reader,
            type=batch.type,
            about=Subject("batch", batch.id),
            facts=batch.facts(known[reader].locale),
            path=batch.path,
            why=why,
            key=str(batch.id),
            expires_at=batch.expires_at,
            data=batch.data,
            priority=batch.priority,
            batch_id=batch.id,
            channels=batch.channels,
        )
        for reader in readers
    ]
    sent = await notify(tx, *told)
    is_last = len(readers) < limit
    after = msgspec.structs.replace(
        batch,
        last_account_id=readers[-1] if readers else batch.last_account_id,
        reached=batch.reached + len(readers),
        sent=batch.sent + sent,
        state="done" if is_last else "running",
        finished_at=tx.now if is_last else None,
    )
    await store.update(tx, after)
    if not is_last:
        tx.enqueue(FanOut(batch_id=batch.id))
    return after
