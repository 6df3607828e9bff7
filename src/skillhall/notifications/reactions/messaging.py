"""What people are told of messages: one notice for each conversation, until it is read."""

from datetime import timedelta
from typing import Final

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging import events
from skillhall.messaging.api import find_facts, present, standing_of
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.commands.read import mark_read
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.queries.told import Told, last_told
from skillhall.notifications.reactions.connections import profile_name
from skillhall.notifications.reactions.telling import hears
from skillhall.notifications.store.inbox import lock_inboxes

CODE: Final = "messaging.message_received"
WHILE_THEY_LOOK: Final = timedelta(seconds=15)


async def tell_message(event: events.MessageSent, tx: Tx) -> None:
    """Tell who has not muted the conversation, has not read the message and has no notice of it to read yet.

    Who is online gets the message live, and the notice only when it is still unread a little later. Of two messages told at once the
    second waits for the inbox and finds the notice of the first.
    """
    about = await find_facts(tx, event.conversation_id)
    if about is None:
        return
    standings = await standing_of(tx, event.conversation_id, event.recipient_ids)
    waiting = {
        account_id: standing.last_read
        for account_id, standing in standings.items()
        if not (standing.is_muted or standing.has_left) and standing.last_read < event.sequence
    }
    if not waiting:
        return
    await lock_inboxes(tx, list(waiting))
    told = await last_told(tx, CODE, event.conversation_id, list(waiting))
    readers = [account_id for account_id, last_read in waiting.items() if not await _knows(tx, told.get(account_id), last_read)]
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


async def _knows(tx: Tx, told: Told | None, last_read: int) -> bool:
    """Return whether a notice waits to be read; one about messages that have been read meanwhile is done with."""
    if told is None or not told.is_open:
        return False
    if _sequence(told) > last_read:
        return True
    await mark_read(tx, told.account_id, [told.id])
    return False


def _sequence(told: Told) -> int:
    sequence = told.data.get("sequence")
    return sequence if isinstance(sequence, int) else 0


REACTIONS = hears(tell_message, events.MessageSent)
