"""Searching one's messages: words, whose they are, and what one does not see."""

from typing import Any

import pytest
from msgspec import convert

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.manage_participants import add_participants, remove_participant
from skillhall.messaging.model.message import EditMessage
from skillhall.messaging.model.participation import NewParticipants
from skillhall.messaging.queries.chat_users import chat_users
from skillhall.messaging.queries.search import MessageSearch, found_messages
from tests.connections.builders import connect, profile_of
from tests.messaging.talks import a_direct_talk, a_group, acting, write
from tests.profiles.builders import BLOCK, a_person


async def found(tx: Tx, by: Actor, text: str, **fields: Any) -> list[str]:
    """Return what a search finds."""
    page = await found_messages(tx, convert({"search": text, **fields}, MessageSearch), by)
    return [one.message.content for one in page.items]


async def test_words_are_found_where_one_takes_part(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    talk = await a_direct_talk(tx, ada, ben)
    first = await write(tx, ada, talk.id, "The Café on Saturday?")
    await write(tx, ben, talk.id, "Saturday: yes. 100% & more!")
    other = await a_direct_talk(tx, cleo, ben)
    await write(tx, cleo, other.id, "Saturday without Ada")
    assert await found(tx, ada, "satur cafe") == ["The Café on Saturday?"]
    assert await found(tx, ada, "saturday") == ["Saturday: yes. 100% & more!", "The Café on Saturday?"]
    assert await found(tx, ben, "SATURDAY") == ["Saturday without Ada", "Saturday: yes. 100% & more!", "The Café on Saturday?"]
    assert await found(tx, ben, "saturday", conversationId=str(other.id)) == ["Saturday without Ada"]
    assert await found(tx, ben, "saturday", senderProfileId=str(ben.profile_id)) == ["Saturday: yes. 100% & more!"]
    assert await found(tx, ben, "saturday", to=first.created_at) == await found(tx, ada, "without") == []
    assert await found(tx, ben, "100% (more:* | !x") == []
    assert len(await found(tx, ben, "saturday", limit=2)) == 2
    for nothing in ("&", " !* ", ",", ""):
        with pytest.raises(Invalid):
            await found(tx, ben, nothing)
    await edit_message(acting(tx, ada), ada, first.id, EditMessage(content="The park on Sunday?"))
    assert (await found(tx, ben, "cafe"), await found(tx, ben, "park")) == ([], ["The park on Sunday?"])
    await delete_message(acting(tx, ada), ada, first.id)
    assert await found(tx, ben, "park") == []


async def test_what_one_does_not_see_is_not_found(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    group = await a_group(tx, ada, ben, title="Quartet")
    await write(tx, ada, group.id, "rehearsal one")
    await add_participants(acting(tx, ada), ada, group.id, NewParticipants(profile_ids=(profile_of(cleo),)))
    await write(tx, ada, group.id, "rehearsal two")
    await remove_participant(acting(tx, ada), ada, group.id, cleo.account_id)
    await write(tx, ada, group.id, "rehearsal three")
    assert await found(tx, cleo, "rehearsal") == ["rehearsal two"]
    assert len(await found(tx, ben, "rehearsal")) == 3
    assert await found(tx, ben, "joined group") == []
    (one, *_) = (await found_messages(tx, MessageSearch(search="rehearsal"), ben)).items
    assert (one.conversation_type, one.conversation_title) == ("group", "Quartet")


async def test_whom_one_may_write_to(tx: Tx) -> None:
    ada, ben, cleo, dan, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")]
    await connect(acting(tx, ada), ada, ben)
    await write(tx, ada, (await a_direct_talk(tx, ada, cleo)).id, "Hello")
    await write(tx, dan, (await a_direct_talk(tx, dan, ada)).id, "Hello")
    assert eve not in [one.id for one in (await chat_users(tx, ListQuery(), ada)).items]
    assert [one.display_name for one in (await chat_users(tx, ListQuery(), ada)).items] == ["Ben", "Cleo", "Dan"]
    assert [one.profile_id for one in (await chat_users(tx, ListQuery(search="cle"), ada)).items] == [cleo.profile_id]
    await tx.run(BLOCK, dan.account_id, ada.account_id)
    assert [one.display_name for one in (await chat_users(tx, ListQuery(), ada)).items] == ["Ben", "Cleo"]
