"""What one learns of others: nothing of how a conversation goes on without one, no receipts across a block, no presence of strangers."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import ListQuery
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.manage_participants import remove_participant
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.model.conversation import ConversationView, ReadUpTo
from skillhall.messaging.model.message import EditMessage, MessageView
from skillhall.messaging.queries.chat_users import chat_users
from skillhall.messaging.queries.conversations import conversation_view
from skillhall.messaging.queries.messages import MessageQuery, messages_page, seen_view
from skillhall.messaging.queries.participants import participants_page
from skillhall.messaging.queries.search import MessageSearch, found_messages
from tests.connections.builders import connect
from tests.messaging.talks import a_direct_talk, a_group, acting, hinted, write
from tests.messaging.test_presence import arrive, online, told
from tests.profiles.builders import BLOCK, a_person


async def edit(tx: Tx, by: Actor, message_id: UUID, text: str) -> MessageView:
    return await edit_message(acting(tx, by), by, message_id, EditMessage(content=text))


async def test_what_is_edited_later_is_not_for_who_has_left(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    group = await a_group(tx, ada, ben, cleo)
    first, second, third = [await write(tx, ada, group.id, text) for text in ("Meet at six", "Meet at ten", "Bring tea")]
    before = await edit(tx, ada, second.id, "Meet at nine")
    await remove_participant(acting(tx, ada), ada, group.id, ben.account_id)
    for text in ("Not with Ben", "The vault is 1234"):
        for message in (first, second, third):
            await edit(tx, ada, message.id, text)
    await delete_message(acting(tx, ada), ada, third.id)
    seen = (await messages_page(tx, ben, group.id, MessageQuery(after=0, limit=3))).items
    assert [(one.content, one.is_edited, one.edited_at) for one in seen] == [
        ("Meet at six", False, None),
        ("Meet at nine", True, before.edited_at),
        ("", True, seen[2].edited_at),
    ]
    assert (await seen_view(tx, ben, first.id)).content == "Meet at six"
    last = (await conversation_view(tx, ben, group.id)).last_message
    assert last is not None
    assert last.code == "messaging.member_removed"  # whoever leaves sees that last, which nobody edits
    assert (await seen_view(tx, cleo, first.id)).content == "The vault is 1234"
    for who, words in ((ben, ()), (cleo, ("The vault is 1234",) * 2)):
        found = (await found_messages(tx, MessageSearch(search="vault"), who)).items
        assert [one.message.content for one in found] == list(words)


async def test_nobody_sees_across_a_block_how_far_one_has_read(tx: Tx) -> None:
    ada, ben = [await a_person(tx, name) for name in ("Ada", "Ben")]
    room = (await a_direct_talk(tx, ada, ben)).id
    await write(tx, ada, room, "Hello")
    await write(tx, ben, room, "Hi")
    await write(tx, ada, room, "Are you there?")

    async def receipt() -> tuple[int, int]:
        """Return how far Ben has read, as Ada sees it by both doors."""
        both = (await conversation_view(tx, ada, room)).participants, (await participants_page(tx, ListQuery(), ada, room)).items
        one, other = (next(person.last_read for person in people if person.id == ben.account_id) for people in both)
        return one, other

    assert await receipt() == (2, 2)
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    hinted(tx, "")
    read = await read_up_to(acting(tx, ben), ben, room, ReadUpTo())
    assert (read.up_to_sequence, [(hint.room, hint.name) for hint in tx.hints]) == (3, [(f"user:{ben.account_id}", "conversation:updated")])
    assert await receipt() == (0, 0)
    assert (await conversation_view(tx, ben, room)).last_read == 3
    assert [one.last_read for one in (await conversation_view(tx, ben, room)).participants] == [0, 3]


@pytest.mark.parametrize("opened", [a_group, a_direct_talk])
async def test_a_stranger_is_not_seen_before_they_write(tx: Tx, opened: Callable[..., Awaitable[ConversationView]]) -> None:
    ada, ben = [await a_person(tx, name) for name in ("Ada", "Ben")]
    await arrive(tx, ada)
    room = (await opened(tx, ada, ben)).id
    await write(tx, ada, room, "Hello?")
    told(tx)
    await arrive(tx, ben)
    assert (told(tx), await online(tx, ada), await online(tx, ben)) == ([], set(), {ada.account_id})
    assert [one.is_online for one in (await chat_users(tx, ListQuery(), ada)).items] == [False]
    await write(tx, ben, room, "Hi")
    assert await online(tx, ada) == {ben.account_id}
    assert [one.is_online for one in (await chat_users(tx, ListQuery(), ada)).items] == [True]


async def test_who_is_connected_sees_the_other_without_a_word(tx: Tx) -> None:
    ada, ben, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Eve")]
    await connect(acting(tx, ada), ada, ben)
    for who in (ada, eve):
        await arrive(tx, who)
    told(tx)
    await arrive(tx, ben)
    assert told(tx) == [(f"user:{ada.account_id}", str(ben.account_id), "1")]
    assert (await online(tx, ada), await online(tx, ada, ben, eve), await online(tx, eve)) == ({ben.account_id}, {ben.account_id}, set())
