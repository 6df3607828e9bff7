"""What people are told of messages: one notice for each conversation, until it is read."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging import events
from skillhall.messaging.api import find_facts, present, standing_of
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.commands.read import mark_done_with
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.queries.told import still_open
from skillhall.notifications.reactions.connections import profile_name
from skillhall.notifications.reactions.telling import hears
from skillhall.notifications.store.inbox import lock_inboxes

CODE: Final = "messaging.message_received"
WHILE_THEY_LOOK: Final = timedelta(seconds=15)


async def tell_message(event: events.MessageSent, tx: Tx) -> None:
    """Tell who has not muted the conversation, has something of it to read, and has no notice of that yet.

    Who is online gets the message live, and the notice only when it is still unread a little later. Of two messages told at once the
    second waits for the inbox and finds the notice of the first; who reads meanwhile has read before this looks, or waits for it.
    """
    about = await find_facts(tx, event.conversation_id)
    if about is None:
        return
    await lock_inboxes(tx, event.recipient_ids)
    waiting = {
        account_id: standing.first_unread
        for account_id, standing in (await standing_of(tx, event.conversation_id, event.recipient_ids)).items()
        if not (standing.is_muted or standing.has_left) and standing.first_unread is not None and standing.first_unread <= event.sequence
    }
    told = await still_open(tx, CODE, event.conversation_id, list(waiting)) if waiting else {}
    readers: list[UUID] = []
    for account_id, first_unread in waiting.items():
        if account_id not in told:
            readers.append(account_id)
        elif first_unread > max(told[account_id], event.sequence - 1):  # what its notice was of has been read without it
            await mark_done_with(tx, account_id, CODE, event.conversation_id)
            readers.append(account_id)
    if not readers:
        return
    here, other = await present(tx, readers), await profile_name(tx, event.sender_profile_id)
    notices = [
        Notice(
            account_id=account_id,
            type=CODE,
            about=Subject("conversation", event.conversation_id),
            facts={"kind": "direct" if about.title is None else "group", "other": other, "title": about.title or ""},
            path=f"conversations/{event.conversation_id}",
            actor_id=event.sender_id,
            why="participant",
            at=tx.now + WHILE_THEY_LOOK if account_id in here else None,
            data={"conversationId": str(event.conversation_id), "messageId": str(event.message_id), "sequence": event.sequence},
        )
        for account_id in readers
    ]
    await notify(tx, *notices)


class SeenMessages:
    """Fills `Reading`: who has read a conversation to its end has read what the inbox says of it."""

    async def has_read(self, tx: Tx, account_id: UUID, conversation_id: UUID) -> None:
        """Read the notice of this conversation, or call off one that waits. Whoever tells the reader now holds the inbox: wait for them."""
        await lock_inboxes(tx, [account_id])
        if not await still_open(tx, CODE, conversation_id, [account_id]):
            return
        standing = (await standing_of(tx, conversation_id, [account_id])).get(account_id)
        if standing is None or standing.first_unread is None:
            await mark_done_with(tx, account_id, CODE, conversation_id)


REACTIONS = hears(tell_message, events.MessageSent)
