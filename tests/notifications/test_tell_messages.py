"""What people are told of messages: one notice of each conversation, until it is read."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.events import MessageSent
from skillhall.messaging.model.conversation import ReadUpTo
from skillhall.notifications.commands.schedule import release
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.reactions.messaging import WHILE_THEY_LOOK, tell_message
from tests.learning.builders import People
from tests.notifications.stage import Stage, told
from tests.support.hall import TestHall

CONVERSATION = """
INSERT INTO messaging.conversation (id, kind, key, title, last_sequence, last_message_at, created_at)
VALUES ($1, $2, CASE WHEN $2 = 'direct' THEN $1::uuid END, $3, 9, now(), now())
"""
PARTICIPANT = "INSERT INTO messaging.participant (conversation_id, profile_id, account_id, joined_at) VALUES ($1, $2, $3, now())"
MESSAGE = """
INSERT INTO messaging.message (id, conversation_id, sequence, client_id, fingerprint, kind, profile_id, account_id, text, created_at)
VALUES (gen_random_uuid(), $1, $2::bigint, $2::bigint::text, gen_random_uuid(), 'text', $3, $4, 'Hello', now())
"""
TAKE_BACK = "UPDATE messaging.message SET deleted_at = now() WHERE conversation_id = $1 AND sequence = $2"
READ = "UPDATE messaging.participant SET last_read = $3 WHERE conversation_id = $1 AND account_id = $2"
MUTE = "UPDATE messaging.participant SET muted_until = now() + interval '1 day' WHERE conversation_id = $1 AND account_id = $2"
LEAVE = "UPDATE messaging.participant SET left_at = now(), until_sequence = 1 WHERE conversation_id = $1 AND account_id = $2"
DEVICE = "INSERT INTO messaging.device (id, account_id, seen_at) VALUES ($1, $2, now())"
UNREAD = "SELECT count(*) FROM notifications.notice WHERE account_id = $1 AND read_at IS NULL"
DUE = "UPDATE notifications.notice SET at = now() - interval '1 second' WHERE id = $1"
COUNTED = "SELECT unread FROM notifications.inbox WHERE account_id = $1"
STATE = "SELECT state FROM notifications.notice WHERE id = $1"


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


async def says(stage: Stage, talk_id: UUID, sequence: int, by: Actor, *to: Actor) -> list[NoticeRow]:
    """Let somebody write; return what the others are told."""
    await stage.execute(MESSAGE, talk_id, sequence, by.profile_id, by.account_id)
    return await stage.hear(sent(talk_id, sequence, by, *to))


async def reads(stage: Stage, talk_id: UUID, who: Actor, up_to: int) -> None:
    """Let somebody read, as a client does."""
    await read_up_to(stage.tx(), who, talk_id, ReadUpTo(up_to_sequence=up_to))


async def bell(stage: Stage, who: Actor) -> tuple[int, int]:
    """Return how many notices are unread, and how many are counted."""
    return await stage.value(UNREAD, who.account_id), await stage.value(COUNTED, who.account_id)


async def test_one_notice_until_it_is_read(stage: Stage) -> None:
    ada, bob = await stage.person("Ada Example"), await stage.person("Bob Builder", locale="de")
    talk = await a_talk(stage.execute, ada, bob)
    (first,) = await says(stage, talk, 1, ada, bob)
    assert (first.title, first.path, first.data["sequence"]) == ("Neue Nachricht von Ada Example", f"conversations/{talk}", 1)
    assert await says(stage, talk, 2, ada, bob) == []
    assert await stage.is_still(first)
    await stage.execute(READ, talk, bob.account_id, 2)
    assert not await stage.is_still(first)
    (third,) = await says(stage, talk, 3, ada, bob)
    assert third.id != first.id
    assert await bell(stage, bob) == (1, 1)
    await stage.execute("UPDATE notifications.notice SET read_at = now() WHERE id = $1", third.id)
    (fourth,) = await says(stage, talk, 4, ada, bob)
    assert await stage.is_still(fourth)
    await stage.execute(
        "INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())", bob.account_id, ada.account_id
    )
    assert not await stage.is_still(fourth)
    await stage.execute("DELETE FROM identity.block WHERE account_id = $1", bob.account_id)
    await stage.execute("UPDATE messaging.conversation SET deleted_at = now() WHERE id = $1", talk)
    assert not await stage.is_still(fourth)
    assert await says(stage, talk, 5, ada, bob) == []


async def test_who_has_read_a_part_is_still_told_of_the_rest(stage: Stage) -> None:
    ada, bob = await stage.person("Ada Example"), await stage.person("Bob Builder")
    talk = await a_talk(stage.execute, ada, bob)
    (first,) = await says(stage, talk, 1, ada, bob)
    assert await says(stage, talk, 2, ada, bob) == []
    await reads(stage, talk, bob, 1)
    assert await stage.is_still(first)
    assert await says(stage, talk, 3, ada, bob) == []  # the notice that waits is of these, too
    assert await bell(stage, bob) == (1, 1)
    for sequence in (2, 3):
        await stage.execute(TAKE_BACK, talk, sequence)
    assert await says(stage, talk, 4, bob) == []
    assert not await stage.is_still(first)  # what is left to read is his own
    assert len(await says(stage, talk, 5, ada, bob)) == 1
    assert await stage.value(UNREAD, bob.account_id) == 1


async def test_who_is_here_and_reads_a_part_is_told_of_the_rest_a_little_later(stage: Stage) -> None:
    ada, bob = await stage.person("Ada Example"), await stage.person("Bob Builder")
    talk = await a_talk(stage.execute, ada, bob)
    await stage.execute(DEVICE, ids.new(), bob.account_id)
    (first,) = await says(stage, talk, 1, ada, bob)
    assert await says(stage, talk, 2, ada, bob) == []
    await reads(stage, talk, bob, 1)
    await stage.execute(DUE, first.id)
    await release(first.id, stage.tx())
    assert (await stage.value(STATE, first.id), await stage.value(COUNTED, bob.account_id)) == ("sent", 1)


async def test_reading_a_conversation_reads_its_notice(stage: Stage) -> None:
    ada, bob, here = [await stage.person(name) for name in ("Ada Example", "Bob Builder", "Here")]
    talk, other = await a_talk(stage.execute, ada, bob, here, title="Band"), await a_talk(stage.execute, ada, bob)
    await stage.execute(DEVICE, ids.new(), here.account_id)
    waiting = {one.account_id: one for one in await says(stage, talk, 1, ada, bob, here)}[here.account_id]
    await says(stage, other, 1, ada, bob)
    assert await bell(stage, bob) == (2, 2)
    for who in (bob, here):
        await reads(stage, talk, who, 9)
    assert await bell(stage, bob) == (1, 1)
    assert (await stage.value(STATE, waiting.id), await stage.value(COUNTED, here.account_id)) == ("cancelled", 0)
    assert len(await says(stage, talk, 10, ada, bob, here)) == 2


async def test_who_does_not_want_to_hear_and_who_looks_on(stage: Stage) -> None:
    ada, *others = [await stage.person(name) for name in ("Ada Example", "Mute", "Gone", "Reader", "Here", "There")]
    mute, gone, reader, here, there = others
    talk = await a_talk(stage.execute, ada, *others, title="Band")
    for statement, who in ((MUTE, mute), (LEAVE, gone)):
        await stage.execute(statement, talk, who.account_id)
    await stage.execute(READ, talk, reader.account_id, 7)
    await stage.execute(DEVICE, ids.new(), here.account_id)
    heard = await says(stage, talk, 7, ada, *others)
    assert told(heard) == dict.fromkeys([here.account_id, there.account_id], "New message in “Band”")
    at = {one.account_id: one.at - one.created_at for one in heard}
    assert (at[here.account_id], at[there.account_id].total_seconds()) == (WHILE_THEY_LOOK, 0)
    for statement, one in zip((MUTE, LEAVE), heard, strict=True):
        assert await stage.is_still(one)
        await stage.execute(statement, talk, one.account_id)
        assert not await stage.is_still(one)


async def test_telling_twice_at_once_and_telling_while_it_is_read(hall: TestHall) -> None:
    people = People(hall)
    ada, bob = await people.person(), await people.person()
    talk = await a_talk(hall.pool.execute, ada, bob)

    async def tell(sequence: int) -> None:
        async def work(tx: Tx) -> None:
            await tell_message(sent(talk, sequence, ada, bob), tx)

        await hall.work(work)

    async def write(*sequences: int) -> None:
        for sequence in sequences:
            await hall.pool.execute(MESSAGE, talk, sequence, ada.profile_id, ada.account_id)

    async def read(up_to: int) -> None:
        await hall.work(lambda tx: read_up_to(tx, bob, talk, ReadUpTo(up_to_sequence=up_to)))

    await write(1, 2, 3)
    assert await hall.race(*(partial(tell, sequence) for sequence in (1, 2, 3))) == [None] * 3
    assert await hall.pool.fetchval(UNREAD, bob.account_id) == 1
    for sequence in range(4, 9):
        await write(sequence)
        assert await hall.race(partial(tell, sequence), partial(read, sequence)) == [None, None]
        assert await hall.pool.fetchval(COUNTED, bob.account_id) == 0
