"""Sending, editing, deleting and reading messages: what is let, what is refused, and that a refusal leaves nothing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import Subject
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.leave import leave_conversation
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.events import MessageSent
from skillhall.messaging.model import refusals as no
from skillhall.messaging.model.conversation import OpenConversation, ReadUpTo, ReadView
from skillhall.messaging.model.message import MOST_EDITS, EditMessage, MessageSubject, MessageView, NewAttachment, NewMessage
from skillhall.messaging.queries.conversations import conversation_view, unread_view
from skillhall.messaging.queries.messages import MessageQuery, message_view, messages_page, seen_view
from skillhall.profiles.api import ProfileNotFound
from tests.connections.builders import people
from tests.messaging.talks import a_direct_talk, a_group, acting, hinted, write
from tests.messaging.test_say import a_say, told
from tests.profiles.builders import BLOCK, SUSPEND

FLAG = sql("UPDATE messaging.conversation SET flagged_at = now(), flagged_reason = 'Spam', flagged_by = $2 WHERE id = $1")
COUNT = sql("SELECT last_sequence FROM messaging.conversation WHERE id = $1")
KEPT = sql("SELECT version, text FROM messaging.message_edit WHERE message_id = $1 ORDER BY version")


async def talk(tx: Tx) -> tuple[Actor, Actor, UUID]:
    """Return two people and their conversation."""
    ada, ben = await people(tx, "Ada", "Ben")
    return ada, ben, (await a_direct_talk(tx, ada, ben)).id


async def edit(tx: Tx, by: Actor, message_id: UUID, text: str) -> MessageView:
    return await edit_message(acting(tx, by), by, message_id, EditMessage(content=text))


async def read(tx: Tx, by: Actor, conversation_id: UUID, up_to: int | None = None) -> ReadView:
    return await read_up_to(acting(tx, by), by, conversation_id, ReadUpTo(up_to_sequence=up_to))


async def seen(tx: Tx, by: Actor, conversation_id: UUID, **query: Any) -> list[int]:
    """Return the sequences on a page of somebody's."""
    return [one.sequence for one in (await messages_page(tx, by, conversation_id, MessageQuery(**query))).items]


async def test_edits_end_with_a_block_and_after_fifty(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    sent = await write(tx, ada, room, "0")
    for number in range(1, MOST_EDITS + 1):
        await edit(tx, ada, sent.id, f"{number}")
    with pytest.raises(no.TooManyEdits):
        await edit(tx, ada, sent.id, "Once more")
    other = await write(tx, ada, room, "Before the block")
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    with pytest.raises(no.MessageNotFound):
        await edit(tx, ada, other.id, "Behind it")
    assert (await delete_message(acting(tx, ada), ada, other.id)).deleted


async def test_a_message_is_answered_told_and_counted(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    hinted(tx, "")
    sent = await write(tx, ada, room, " Hello! ", client_id="a-1", type="TEXT")
    assert sent == await message_view(tx, sent.id)
    assert (sent.content, sent.sequence, sent.client_id, sent.type) == ("Hello!", 1, "a-1", "text")
    assert (sent.sender and sent.sender.display_name, sent.sender and sent.sender.id) == ("Ada", ada.account_id)
    assert [(hint.room.partition(":")[0], hint.name) for hint in tx.hints] == [
        ("conversation", "message:new"),
        ("user", "conversation:updated"),
        ("user", "conversation:updated"),
    ]
    (event,) = [event for event in tx.events if isinstance(event, MessageSent)]
    assert (event.message_id, event.sequence, event.recipient_ids) == (sent.id, 1, [ben.account_id])
    await write(tx, ben, room, "Hello yourself", reply_to_id=sent.id)
    assert (await unread_view(tx, ada)).count == 1
    assert (await unread_view(tx, ben)).count == 0
    assert (await conversation_view(tx, ada, room)).participants[0].last_read == 2


async def test_a_resend_is_the_same_message(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    first = await write(tx, ada, room, "Hello", client_id="a-1")
    await edit(tx, ada, first.id, "Good day")
    events = len(tx.events)
    again = await write(tx, ada, room, "Hello ", client_id="a-1")
    assert (again.id, again.sequence, again.content, len(tx.events)) == (first.id, 1, "Good day", events)
    for by, text in ((ada, "Something else"), (ben, "Hello")):
        with pytest.raises(no.OtherContent):
            await write(tx, by, room, text, client_id="a-1")
    await tx.run(FLAG, room, ben.account_id)
    assert (await write(tx, ada, room, "Hello", client_id="a-1")).id == first.id
    with pytest.raises(no.ReadOnly):
        await write(tx, ada, room, "Hello", client_id="a-2")
    assert (await write_count(tx, room)) == 1


async def write_count(tx: Tx, room: UUID) -> int:
    """Return how many messages a conversation counts."""
    count: int = await tx.value(COUNT, room)
    return count


async def test_where_nothing_can_be_written(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    (eve,) = await people(tx, "Eve")
    for conversation_id in (room, ids.new()):
        with pytest.raises(no.ConversationNotFound):
            await write(tx, eve, conversation_id, "Hello")
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    for by in (ada, ben):
        with pytest.raises(ProfileNotFound):
            await write(tx, by, room, "Hello")
    group = await a_group(tx, ada, eve)
    await leave_conversation(acting(tx, eve), eve, group.id)
    with pytest.raises(no.HasLeft):
        await write(tx, eve, group.id, "And another thing")
    for reference, refusal in (({"reply_to_id": ids.new()}, no.MessageNotFound), ({"subject": a_subject()}, no.SubjectUnknown)):
        with pytest.raises(refusal):
            async with tx.savepoint():
                await write(tx, ada, group.id, "About that", **reference)
    await tx.run(SUSPEND, ada.account_id)
    with pytest.raises(AccountNotActive):
        await write(tx, ada, group.id, "Hello")
    assert (await write_count(tx, room), await write_count(tx, group.id)) == (0, 1)


def a_subject() -> MessageSubject:
    return MessageSubject(kind="session", id=ids.new())


async def test_a_message_about_what_the_hall_has_spoken_of(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    about = Subject("session", ids.new())
    await told(tx, ben, a_say(about, ada, ben, kind="direct"))
    sent = await write(tx, ada, room, "I may be late.", subject=MessageSubject(kind=about.kind, id=about.id))
    assert sent.subject is not None
    assert (sent.subject.kind, sent.subject.id) == ("session", about.id)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"content": "  "}, ["content"]),
        ({"content": "x", "type": "system"}, ["type"]),
        ({"type": "poem", "attachments": (NewAttachment(file_id=ids.NIL), NewAttachment(file_id=ids.NIL))}, ["type", "attachments"]),
    ],
)
def test_what_is_no_message(body: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        NewMessage(**body)
    assert [error.field for error in refused.value.errors] == fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["profileId"]),
        ({"type": "project", "profile_id": ids.NIL}, ["type"]),
        ({"type": "GROUP", "profile_id": ids.NIL}, ["title"]),
        ({"profile_ids": (ids.NIL,), "user_id": ids.new()}, ["title"]),
        ({"type": "direct", "participant_ids": (ids.NIL, ids.new())}, ["type"]),
    ],
)
def test_what_opens_no_conversation(body: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        OpenConversation(**body)
    assert [error.field for error in refused.value.errors] == fields


async def test_edits_are_kept_and_catch_up(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    first, second = await write(tx, ada, room, "One"), await write(tx, ada, room, "Two")
    assert (await edit(tx, ada, first.id, "Uno")).revision == 1
    await edit(tx, ada, first.id, "Eins")
    assert (await edit(tx, ada, first.id, " Eins ")).revision == 2
    assert (await edit(tx, ada, second.id, "Zwei")).revision == 3
    changed = (await messages_page(tx, ben, room, MessageQuery(changed_after=1))).items
    assert [(one.content, one.revision, one.is_edited) for one in changed] == [("Eins", 2, True), ("Zwei", 3, True)]
    assert (await conversation_view(tx, ben, room)).last_revision == 3
    kept = await tx.rows(KEPT, first.id)
    assert [tuple(row) for row in kept] == [(1, "One"), (2, "Uno")]
    with pytest.raises(no.SenderOnly):
        await edit(tx, ben, first.id, "Mine now")
    with pytest.raises(no.MessageNotFound):
        await edit(tx, ada, ids.new(), "Nothing")
    tx.now += timedelta(hours=25)
    with pytest.raises(no.TooLateToEdit):
        await edit(tx, ada, first.id, "Too late")
    with pytest.raises(Invalid):
        await messages_page(tx, ada, room, MessageQuery(after=1, changed_after=1))


async def test_a_deleted_message_keeps_its_place(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    await write(tx, ada, room, "One")
    sent = await write(tx, ada, room, "Two")
    assert (await conversation_view(tx, ben, room)).unread_count == 2
    with pytest.raises(no.SenderOnly):
        await delete_message(acting(tx, ben), ben, sent.id)
    for _ in range(2):
        await delete_message(acting(tx, ada), ada, sent.id)
    found = await conversation_view(tx, ben, room)
    assert (found.unread_count, found.last_sequence, found.last_revision, found.last_message and found.last_message.content) == (
        1,
        2,
        1,
        "",
    )
    gone = await seen_view(tx, ben, sent.id)
    assert (gone.is_deleted, gone.content, gone.sequence, (await unread_view(tx, ben)).count) == (True, "", 2, 1)
    with pytest.raises(no.MessageDeleted):
        await edit(tx, ada, sent.id, "Three")
    with pytest.raises(no.MessageNotFound):
        await write(tx, ben, room, "To that", reply_to_id=sent.id)


async def test_reading_only_rises(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    for number in range(5):
        await write(tx, ada, room, f"{number}")
    hinted(tx, "")
    assert (await read(tx, ben, room, 3)).unread_count == 2
    assert hinted(tx, "message:read")[0][1]["up_to"] == "3"
    assert [(one.up_to_sequence, one.unread_count) for one in [await read(tx, ben, room, up_to) for up_to in (2, 99, None, 1)]] == [
        (3, 2),
        (5, 0),
        (5, 0),
        (5, 0),
    ]
    assert len(hinted(tx, "message:read")) == 1
    with pytest.raises(no.ConversationNotFound):
        await read(tx, ben, ids.new())


async def test_pages_go_back_and_catch_up(tx: Tx) -> None:
    ada, ben, room = await talk(tx)
    for number in range(6):
        await write(tx, ada if number % 2 else ben, room, f"{number}")
    assert await seen(tx, ada, room, limit=3) == [6, 5, 4]
    assert await seen(tx, ada, room, before=4) == [3, 2, 1]
    assert await seen(tx, ada, room, after=4) == [5, 6]
    assert await seen(tx, ada, room, sort="createdAt", limit=2) == [1, 2]
    page = await messages_page(tx, ada, room, MessageQuery(after=0, limit=4))
    assert (page.total, page.has_next) == (None, True)
    assert await seen(tx, ada, room, after=0, limit=4, cursor=page.next_cursor) == [5, 6]
    assert (await messages_page(tx, ada, room, MessageQuery(limit=4))).total == 6
