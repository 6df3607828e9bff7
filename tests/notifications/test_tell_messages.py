"""What people are told of messages: one notice of each conversation, until it is read."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.events import MessageSent
from skillhall.notifications.reactions.messaging import WHILE_THEY_LOOK, tell_message
from tests.learning.builders import People
from tests.notifications.stage import Stage, told
from tests.support.hall import TestHall

CONVERSATION = """
INSERT INTO messaging.conversation (id, kind, key, title, last_sequence, last_message_at, created_at)
VALUES ($1, $2, CASE WHEN $2 = 'direct' THEN $1::uuid END, $3, 9, now(), now())
"""
PARTICIPANT = "INSERT INTO messaging.participant (conversation_id, profile_id, account_id, joined_at) VALUES ($1, $2, $3, now())"
READ = "UPDATE messaging.participant SET last_read = $3 WHERE conversation_id = $1 AND account_id = $2"
MUTE = "UPDATE messaging.participant SET muted_until = now() + interval '1 day' WHERE conversation_id = $1 AND account_id = $2"
LEAVE = "UPDATE messaging.participant SET left_at = now(), until_sequence = 1 WHERE conversation_id = $1 AND account_id = $2"
DEVICE = "INSERT INTO messaging.device (id, account_id, seen_at) VALUES ($1, $2, now())"
UNREAD = "SELECT count(*) FROM notifications.notice WHERE account_id = $1 AND read_at IS NULL"
COUNTED = "SELECT unread FROM notifications.inbox WHERE account_id = $1"


async def a_talk(execute: Callable[..., Awaitable[Any]], *people: Actor, title: str | None = None) -> UUID:
    """Return a conversation of these people."""
    talk_id = ids.new()
    await execute(CONVERSATION, talk_id, "direct" if title is None else "group", title)
    for one in people:
        await execute(PARTICIPANT, talk_id, one.profile_id, one.account_id)
    return talk_id


def sent(talk_id: UUID, sequence: int, by: Actor, *to: Actor) -> MessageSent:
    """Return the news of a message."""
    assert by.profile_id
    return MessageSent(
        conversation_id=talk_id,
        message_id=ids.new(),
        sequence=sequence,
        kind="text",
        sender_id=by.account_id,
        sender_profile_id=by.profile_id,
        recipient_ids=[one.account_id for one in to],
    )


async def test_one_notice_until_it_is_read(stage: Stage) -> None:
    ada, bob = await stage.person("Ada Example"), await stage.person("Bob Builder", locale="de")
    talk = await a_talk(stage.execute, ada, bob)
    (first,) = await stage.hear(sent(talk, 1, ada, bob))
    assert (first.title, first.path, first.data["sequence"]) == ("Neue Nachricht von Ada Example", f"conversations/{talk}", 1)
    assert await stage.hear(sent(talk, 2, ada, bob)) == []
    assert await stage.is_still(first)
    await stage.execute(READ, talk, bob.account_id, 2)
    assert not await stage.is_still(first)
    (third,) = await stage.hear(sent(talk, 3, ada, bob))
    assert third.id != first.id
    assert (await stage.value(UNREAD, bob.account_id), await stage.value(COUNTED, bob.account_id)) == (1, 1)
    await stage.execute("UPDATE notifications.notice SET read_at = now() WHERE id = $1", third.id)
    (fourth,) = await stage.hear(sent(talk, 4, ada, bob))
    assert await stage.is_still(fourth)
    await stage.execute(
        "INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())", bob.account_id, ada.account_id
    )
    assert not await stage.is_still(fourth)
    await stage.execute("DELETE FROM identity.block WHERE account_id = $1", bob.account_id)
    await stage.execute("UPDATE messaging.conversation SET deleted_at = now() WHERE id = $1", talk)
    assert not await stage.is_still(fourth)
    assert await stage.hear(sent(talk, 5, ada, bob)) == []


async def test_who_does_not_want_to_hear_and_who_looks_on(stage: Stage) -> None:
    ada, *others = [await stage.person(name) for name in ("Ada Example", "Mute", "Gone", "Reader", "Here", "There")]
    mute, gone, reader, here, there = others
    talk = await a_talk(stage.execute, ada, *others, title="Band")
    for statement, who in ((MUTE, mute), (LEAVE, gone)):
        await stage.execute(statement, talk, who.account_id)
    await stage.execute(READ, talk, reader.account_id, 7)
    await stage.execute(DEVICE, ids.new(), here.account_id)
    heard = await stage.hear(sent(talk, 7, ada, *others))
    assert told(heard) == dict.fromkeys([here.account_id, there.account_id], "New message in “Band”")
    at = {one.account_id: one.at - one.created_at for one in heard}
    assert (at[here.account_id], at[there.account_id].total_seconds()) == (WHILE_THEY_LOOK, 0)
    for statement, one in zip((MUTE, LEAVE), heard, strict=True):
        assert await stage.is_still(one)
        await stage.execute(statement, talk, one.account_id)
        assert not await stage.is_still(one)


async def test_two_messages_told_at_once_are_one_notice(hall: TestHall) -> None:
    people = People(hall)
    ada, bob = await people.person(), await people.person()
    talk = await a_talk(hall.pool.execute, ada, bob)

    async def tell(sequence: int) -> None:
        async def work(tx: Tx) -> None:
            await tell_message(sent(talk, sequence, ada, bob), tx)

        await hall.work(work)

    answers = await hall.race(*(partial(tell, sequence) for sequence in range(1, 7)))
    assert answers == [None] * 6
    assert await hall.pool.fetchval(UNREAD, bob.account_id) == 1
