"""What the hall says in conversations, in the transaction of what it speaks of.

A refusal there takes the message with it, so a conversation never contradicts what has happened. Two at once in one conversation wait for
each other at its row; the sequence has no gap because it is counted there and rolled back with everything else.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging import events
from skillhall.messaging.commands.telling import expel, tell_new
from skillhall.messaging.model.conversation import LONGEST_TITLE, Conversation, Member, MessagingRules, Say
from skillhall.messaging.model.message import LONGEST_TEXT, fingerprint_of
from skillhall.messaging.store import conversations, messages, participants
from skillhall.messaging.store.conversations import Advance
from skillhall.messaging.store.messages import Part, Spoken


async def say(tx: Tx, *says: Say) -> None:
    """Put system messages into their subjects' conversations, which are made when there are none; blocks do not stop them.

    Two statements for all of them, none for none. Messages to one conversation keep their order. Locks at 60.1: call it before
    `check_active`, `reserve` and `post`. Who acts (`tx.actor`) has read them; the others are told by hints after the commit.
    """
    if not says:
        return
    rooms: dict[UUID, list[Say]] = {}
    for one in says:
        rooms.setdefault(one.key, []).append(one)
    new = {key: ids.new() for key in rooms}
    found = await conversations.lock_and_advance(tx, [_advance(key, new[key], rooms[key]) for key in sorted(rooms)], tx.now)
    parts: list[Part] = []
    spoken: list[Spoken] = []
    for key, told in rooms.items():
        conversation_id, last = found[key]
        first = last - len(told) + 1
        is_direct = told[0].kind == "direct"
        present, gone = _people(told)
        parts += [_part(one, conversation_id, first, last, is_direct=is_direct) for one in present]
        parts += [_part(one, conversation_id, first, last, is_direct=is_direct, has_left=True) for one in gone]
        spoken += [_spoken(one, conversation_id, first + number) for number, one in enumerate(told)]
        if conversation_id == new[key]:
            tx.publish(_opened(conversation_id, told[0], present))
    await messages.speak(tx, parts, spoken)
    most = tx.setting(MessagingRules).told
    for message in spoken:
        accounts = [part.account_id for part in parts if part.conversation_id == message.conversation_id][:most]
        tell_new(tx, message.conversation_id, message.id, message.sequence, accounts)
    for part in parts:
        if part.has_left:
            expel(tx, part.conversation_id, part.account_id)


async def append(tx: Tx, conversation: Conversation, code: str, params: dict[str, str | int], text: str, tell: Iterable[UUID]) -> UUID:
    """Say something about a conversation in it, under its lock; `tell` are the accounts to hint. Return the message's id."""
    sequence = await conversations.advance(tx, conversation.id, tx.now)
    subject = Subject("conversation", conversation.id)
    message = Spoken(
        id=ids.new(), conversation_id=conversation.id, sequence=sequence, fingerprint=fingerprint_of(subject, code, text), text=text,
        code=code, params=params, subject_kind=None, subject_id=None,
    )  # fmt: skip
    await messages.speak(tx, (), [message])
    await participants.follow_own(tx, conversation.id, tx.actor.account_id, sequence)
    tell_new(tx, conversation.id, message.id, sequence, list(tell)[: tx.setting(MessagingRules).told])
    return message.id


def _advance(key: UUID, new_id: UUID, told: Sequence[Say]) -> Advance:
    last = told[-1]
    is_direct = last.kind == "direct"
    return Advance(
        id=new_id,
        kind=last.kind,
        key=key,
        subject_kind=None if is_direct else last.subject.kind,
        subject_id=None if is_direct else last.subject.id,
        title=None if is_direct else last.title[:LONGEST_TITLE],
        messages=len(told),
    )


def _people(told: Sequence[Say]) -> tuple[list[Member], list[Member]]:
    """Return who is in a conversation after these messages, and who has left by them; the last word about an account counts."""
    present: dict[UUID, Member] = {}
    gone: dict[UUID, Member] = {}
    for one in told:
        for member in one.members:
            present[member.account_id] = member
            gone.pop(member.account_id, None)
        for member in one.left:
            gone[member.account_id] = member
            present.pop(member.account_id, None)
    return list(present.values()), list(gone.values())


def _part(member: Member, conversation_id: UUID, first: int, last: int, *, is_direct: bool, has_left: bool = False) -> Part:
    return Part(
        conversation_id=conversation_id,
        profile_id=member.profile_id,
        account_id=member.account_id,
        has_left=has_left and not is_direct,
        first=first,
        last=last,
    )


def _spoken(one: Say, conversation_id: UUID, sequence: int) -> Spoken:
    text = one.text[:LONGEST_TEXT]
    return Spoken(
        id=ids.new(), conversation_id=conversation_id, sequence=sequence, fingerprint=fingerprint_of(one.subject, one.code, text),
        text=text, code=one.code, params=one.params, subject_kind=one.subject.kind, subject_id=one.subject.id,
    )  # fmt: skip


def _opened(conversation_id: UUID, one: Say, present: Sequence[Member]) -> events.ConversationOpened:
    members = [member.account_id for member in present]
    return events.ConversationOpened(
        conversation_id=conversation_id, kind=one.kind, opener_id=None, opener_profile_id=None, member_ids=members
    )
