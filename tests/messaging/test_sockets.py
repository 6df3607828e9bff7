"""The rooms of conversations: who may enter, what is heard in them, what is shown."""

from typing import Any
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.live import SKIP, Shown
from skillhall.kernel.refusals import Invalid
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.flag import flag_conversation, unflag_conversation
from skillhall.messaging.commands.manage_participants import add_participants, remove_participant
from skillhall.messaging.model.message import EditMessage
from skillhall.messaging.model.participation import FlagConversation, NewParticipants
from skillhall.messaging.model.refusals import ConversationNotFound, HasLeft, ReadOnly
from skillhall.messaging.queries import typing
from skillhall.messaging.sockets import ConversationRoom
from tests.connections.builders import profile_of
from tests.messaging.talks import a_direct_talk, a_group, acting, hinted, write
from tests.profiles.builders import BLOCK, a_person

ROOM = ConversationRoom()


async def say(tx: Tx, by: Actor, id: UUID, signal: str, **data: Any) -> Any:  # noqa: A002
    """Let a client send an event."""
    return await ROOM.heard(acting(tx, by), by, id, signal, {"conversationId": str(id), **data})


async def hearers(tx: Tx, name: str) -> list[frozenset[UUID]]:
    """Return who may hear the latest hints of this name."""
    found = [await ROOM.shown(tx, Hint(room, name, told)) for room, told in hinted(tx, name)]
    return [one.accounts for one in found if isinstance(one, Shown)]


async def shown(tx: Tx, name: str) -> list[dict[str, object] | object]:
    """Return what clients get of the latest hints of this name."""
    found = [await ROOM.shown(tx, Hint(room, name, told)) for room, told in hinted(tx, name)]
    return [one.data if isinstance(one, Shown) else one for one in found]


async def test_a_message_is_sent_and_read_by_socket(tx: Tx) -> None:
    ada, ben, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Eve")]
    talk = await a_direct_talk(tx, ada, ben)
    assert [await ROOM.may_enter(tx, who, talk.id) for who in (ada, ben, eve)] == [True, True, False]
    assert not await ROOM.may_enter(tx, ada, ids.new())
    hinted(tx, "")
    sent = await say(tx, ada, talk.id, "message:send", content="Hello", clientId="c-1")
    assert (sent["sequence"], sent["content"], sent["sender"]["id"]) == (1, "Hello", str(ada.account_id))
    assert await shown(tx, "message:new") == [sent]
    assert (await say(tx, ada, talk.id, "message:send", content="Hello", clientId="c-1"))["id"] == sent["id"]
    hinted(tx, "")
    read = await say(tx, ben, talk.id, "message:read", upToSequence=7)
    assert read == {"conversationId": str(talk.id), "upToSequence": 1, "unreadCount": 0}
    expected = {"conversationId": str(talk.id), "profileId": str(ben.profile_id), "upToSequence": 1}
    assert await shown(tx, "message:read") == [expected]
    gone = Hint("conversation:x", "message:changed", {"message_id": str(ids.new())})
    assert await ROOM.shown(tx, gone) is SKIP
    assert await ROOM.shown(tx, Hint("conversation:x", "room:expel", {})) is None
    with pytest.raises(ConversationNotFound):
        await say(tx, eve, talk.id, "message:send", content="Hello")
    with pytest.raises(Invalid) as wrong:
        await say(tx, ada, talk.id, "message:send", content=5, clientId="", color="red")
    assert sorted(error.field for error in wrong.value.details) == ["clientId", "color", "content"]
    for signal, data in (("message:read", {"upToSequence": -1}), ("message:send", {"content": " "}), ("message:sing", {})):
        with pytest.raises(Invalid):
            await say(tx, ada, talk.id, signal, **data)


async def test_a_change_of_an_older_message_tells_newcomers_nothing(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    group = await a_group(tx, ada, ben)
    secret = await write(tx, ada, group.id, "Cleo's present")
    await edit_message(acting(tx, ada), ada, secret.id, EditMessage(content="Cleo's surprise"))
    (told,) = await shown(tx, "message:changed")
    assert isinstance(told, dict)
    assert told["content"] == "Cleo's surprise"
    await add_participants(acting(tx, ada), ada, group.id, NewParticipants(profile_ids=(profile_of(cleo),)))
    await edit_message(acting(tx, ada), ada, secret.id, EditMessage(content="Cleo's cello"))
    assert await shown(tx, "message:changed") == [None]


async def test_messages_are_for_those_who_take_part(tx: Tx) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    group = await a_group(tx, ada, ben, cleo)
    said = await write(tx, ada, group.id, "Meet at six")
    assert await hearers(tx, "message:new") == [{ada.account_id, ben.account_id, cleo.account_id}]
    await remove_participant(acting(tx, ada), ada, group.id, ben.account_id)
    hinted(tx, "")
    await write(tx, ada, group.id, "Meet at seven")
    assert await hearers(tx, "message:new") == [{ada.account_id, cleo.account_id}]
    await edit_message(acting(tx, ada), ada, said.id, EditMessage(content="Meet at eight"))
    assert await hearers(tx, "message:changed") == [{ada.account_id, cleo.account_id}]


async def test_typing_is_told_to_those_who_may_know(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, ben, cleo = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo")]
    group = await a_group(tx, ada, ben, cleo)
    for is_typing in (True, False):
        assert await say(tx, ben, group.id, "conversation:typing", isTyping=is_typing) == {
            "conversationId": str(group.id),
            "isTyping": is_typing,
        }
        assert await shown(tx, "conversation:typing") == [
            {
                "conversationId": str(group.id),
                "profileId": str(ben.profile_id),
                "accountId": str(ben.account_id),
                "isTyping": is_typing,
            }
        ]
    monkeypatch.setattr(typing, "CROWD", 2)
    await say(tx, ben, group.id, "conversation:typing")
    assert hinted(tx, "conversation:typing") == []
    monkeypatch.undo()
    await flag_conversation(acting(tx, cleo), cleo, group.id, FlagConversation(reason="A report."))
    with pytest.raises(ReadOnly):
        await say(tx, ben, group.id, "conversation:typing")
    await unflag_conversation(acting(tx, cleo), cleo, group.id)
    await remove_participant(acting(tx, ada), ada, group.id, ben.account_id)
    assert not await ROOM.may_enter(tx, ben, group.id)
    with pytest.raises(HasLeft):
        await say(tx, ben, group.id, "conversation:typing")
    with pytest.raises(ConversationNotFound):
        await say(tx, await a_person(tx), group.id, "conversation:typing")
    talk = await a_direct_talk(tx, ada, cleo)
    await tx.run(BLOCK, cleo.account_id, ada.account_id)
    hinted(tx, "")
    await say(tx, ada, talk.id, "conversation:typing", isTyping=True)
    assert hinted(tx, "conversation:typing") == []
