"""Sending a message: the hot path. One statement locks and looks, one writes.

Two senders wait for each other at the conversation's row, so sequences have no gap and no twin. The same client id twice, at once or
after a lost answer, at whatever process: the unique index lets one in, and both get that message.
"""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import instant
from skillhall.messaging import events
from skillhall.messaging.commands.telling import tell_new
from skillhall.messaging.model.conversation import MessagingRules
from skillhall.messaging.model.message import AttachmentView, MessageView, NewMessage, SenderView, subject_view
from skillhall.messaging.model.refusals import HasLeft, MessageNotFound, OtherContent, ReadOnly, SubjectUnknown
from skillhall.messaging.queries.messages import message_view
from skillhall.messaging.store import messages
from skillhall.messaging.store.attachments import attach_files
from skillhall.messaging.store.messages import Desk
from skillhall.profiles.api import ProfileNotFound


async def send(tx: Tx, by: Actor, conversation_id: UUID, command: NewMessage) -> MessageView:
    """Write into a conversation one takes part in; a resend (same client id, same content) answers the message there is."""
    desk = await messages.lock_desk(tx, conversation_id, by.account_id, tx.setting(MessagingRules).told)
    message_id = ids.new()
    client_id = command.client_id or str(message_id)
    refusal = _refusal(desk, by)
    if refusal is not None or not await _insert(tx, by, desk, conversation_id, message_id, client_id, command):
        return await _resent(tx, by, conversation_id, client_id, command, refusal)
    await _check_references(tx, conversation_id, command)
    attachments = await attach_files(tx, message_id, command.attachments) if command.attachments else []
    sequence = desk.last_sequence + 1
    tx.publish(
        events.MessageSent(
            conversation_id=conversation_id, message_id=message_id, sequence=sequence, kind=command.kind, sender_id=by.account_id,
            sender_profile_id=desk.profile_id, recipient_ids=desk.recipient_ids,
        )
    )  # fmt: skip
    tell_new(tx, conversation_id, message_id, sequence, desk.told_ids)
    return _view(tx, by, desk, conversation_id, message_id, client_id, command, attachments)


def _refusal(desk: Desk, by: Actor) -> Refusal | None:
    """Return why nothing can be written here by this account."""
    if desk.has_left:
        return HasLeft()
    if desk.out_of_reach_id is not None:
        return ProfileNotFound(profile_id=desk.out_of_reach_id)
    if desk.is_flagged:
        return ReadOnly()
    return None if desk.is_active else AccountNotActive(account_id=by.account_id)


async def _insert(tx: Tx, by: Actor, desk: Desk, conversation_id: UUID, message_id: UUID, client_id: str, command: NewMessage) -> bool:
    subject = command.subject
    return await messages.insert_message(
        tx, message_id, conversation_id, desk.last_sequence + 1, client_id, command.fingerprint(by.account_id), command.kind,
        desk.profile_id, by.account_id, command.text, subject and subject.kind, subject and subject.id, command.reply_to_id, tx.now,
    )  # fmt: skip


async def _resent(
    tx: Tx, by: Actor, conversation_id: UUID, client_id: str, command: NewMessage, refusal: Refusal | None
) -> MessageView:  # fmt: skip
    sent = await messages.find_sent(tx, conversation_id, client_id)
    if sent is None:
        raise refusal or AssertionError("unreachable: nothing was inserted because it is there")
    if sent["fingerprint"] != command.fingerprint(by.account_id):
        raise refusal or OtherContent(client_id=client_id)
    return await message_view(tx, sent["id"])


async def _check_references(tx: Tx, conversation_id: UUID, command: NewMessage) -> None:
    """Refuse to answer a message that is not here, and to speak of what the hall has not spoken of here."""
    if command.reply_to_id is not None and await messages.find_sequence(tx, command.reply_to_id, conversation_id) is None:
        raise MessageNotFound(message_id=command.reply_to_id)
    subject = command.subject
    if subject is not None and not await messages.is_spoken_of(tx, conversation_id, subject.kind, subject.id):
        raise SubjectUnknown(kind=subject.kind, id=subject.id)


def _view(
    tx: Tx, by: Actor, desk: Desk, conversation_id: UUID, message_id: UUID, client_id: str, command: NewMessage,
    attachments: list[AttachmentView],
) -> MessageView:  # fmt: skip
    """Return what was just written, without reading it again."""
    subject = command.subject
    return MessageView(
        id=message_id,
        conversation_id=conversation_id,
        sequence=desk.last_sequence + 1,
        client_id=client_id,
        type=command.kind,
        content=command.text,
        code=None,
        params=None,
        sender=SenderView(
            id=by.account_id, profile_id=desk.profile_id, display_name=desk.display_name, username=desk.username, avatar_url=desk.avatar_url
        ),
        subject=subject_view(subject and subject.kind, subject and subject.id),
        reply_to_id=command.reply_to_id,
        attachments=attachments,
        reactions=[],
        is_edited=False,
        is_deleted=False,
        revision=None,
        created_at=instant(tx.now),
        edited_at=None,
    )
