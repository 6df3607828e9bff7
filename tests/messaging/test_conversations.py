"""Opening, listing, hiding, leaving and ending conversations."""

from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Invalid
from skillhall.messaging.api import find_facts, standing_of
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.leave import leave_conversation
from skillhall.messaging.commands.open_conversation import open_conversation
from skillhall.messaging.commands.rename import rename_group
from skillhall.messaging.events import MessageSent
from skillhall.messaging.model import refusals as no
from skillhall.messaging.model.conversation import ConversationView, MessagingRules, OpenConversation, Rename
from skillhall.messaging.queries.conversations import ConversationQuery, conversation_view, conversations_page
from skillhall.messaging.queries.messages import MessageQuery, messages_page, seen_view
from skillhall.profiles.api import ProfileNotFound
from tests.connections.builders import connect, people, profile_of
from tests.messaging.talks import a_direct_talk, a_group, acting, hinted, write
from tests.profiles.builders import ANY, BLOCK, SUSPEND

COUNT = sql("SELECT count(*) FROM messaging.conversation")
MUTE = sql("UPDATE messaging.participant SET muted_until = 'infinity' WHERE account_id = $1")


async def listed(tx: Tx, by: Actor, **query: Any) -> list[str]:
    """Return the titles of somebody's conversations."""
    return [one.title for one in (await conversations_page(tx, by, ConversationQuery(**query))).items]


async def open_with(tx: Tx, by: Actor, **body: Any) -> ConversationView:
    return await open_conversation(acting(tx, by), by, OpenConversation(**body))


async def test_a_direct_conversation_is_the_only_one_of_two(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    opened = await a_direct_talk(tx, ada, ben)
    assert (opened.type, opened.title, opened.role, opened.last_message, opened.participant_count) == ("direct", "Ben", "owner", None, 2)
    assert (await open_with(tx, ben, user_id=ada.account_id)).id == opened.id
    assert (await open_with(tx, ben, participant_profile_id=profile_of(ada))).title == "Ada"
    assert (await listed(tx, ada), await listed(tx, ben)) == (["Ben"], [])
    await write(tx, ada, opened.id, "Hello")
    assert await listed(tx, ben) == ["Ada"]
    assert [event.name for event in tx.events].count("messaging.conversation_opened") == 1


async def test_with_whom_nobody_can_talk(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    with pytest.raises(no.OneselfMeant):
        await open_with(tx, ada, profile_id=profile_of(ada))
    for body, refusal in (({"profile_id": ids.new()}, ProfileNotFound), ({"user_id": ids.new()}, AccountNotFound)):
        with pytest.raises(refusal):
            await open_with(tx, ada, **body)
    with pytest.raises(ProfileNotFound):
        await open_with(tx, msgspec.structs.replace(ada, profile_id=profile_of(ben)), profile_id=profile_of(cleo))
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    for one, other in ((ada, ben), (ben, ada)):
        with pytest.raises(ProfileNotFound):
            await a_direct_talk(tx, one, other)
    with pytest.raises(ProfileNotFound):
        await a_group(tx, ada, ben, cleo)
    await tx.run(SUSPEND, ada.account_id)
    with pytest.raises(AccountNotActive):
        async with tx.savepoint():
            await a_direct_talk(tx, ada, cleo)
    assert await tx.value(COUNT) == 0


async def test_an_unproven_address_writes_to_connections_only(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    pending = msgspec.structs.replace(ada, email_verified=False)
    with pytest.raises(no.VerifyFirst):
        await a_direct_talk(tx, pending, ben)
    await connect(tx, ada, ben)
    assert (await a_direct_talk(tx, pending, ben)).title == "Ben"
    (cleo,) = await people(tx, "Cleo")
    begun = await a_direct_talk(tx, cleo, ada)
    assert (await a_direct_talk(tx, pending, cleo)).id == begun.id


async def test_a_group_from_its_beginning_to_its_end(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    group = await a_group(tx, ada, ben, cleo)
    assert (group.type, group.title, group.participant_count, [one.display_name for one in group.participants][-1]) == (
        "group", "Quartet", 3, "Ada",
    )  # fmt: skip
    assert await listed(tx, ben, type="GROUP", search="quart") == ["Quartet"]
    assert await listed(tx, ben, search="cleo") == ["Quartet"]
    for by, refusal in ((ben, no.OwnerOnly), (ada, None)):
        if refusal is None:
            assert (await rename_group(acting(tx, by), by, group.id, Rename(title="Trio"), ANY)).title == "Trio"
        else:
            with pytest.raises(refusal):
                await rename_group(acting(tx, by), by, group.id, Rename(title="Trio"), Match(None))
    hinted(tx, "")
    await leave_conversation(acting(tx, ada), ada, group.id)
    assert hinted(tx, "room:expel") == [(f"conversation:{group.id}", {"account_id": str(ada.account_id)})]
    heir = await conversation_view(tx, ben, group.id)
    assert (heir.role, heir.participant_count, heir.last_message and heir.last_message.content) == (
        "owner",
        2,
        "Somebody has left the group.",
    )
    await write(tx, ben, group.id, "She is gone.")
    assert [one.content for one in (await messages_page(tx, ada, group.id, MessageQuery())).items] == ["Somebody has left the group."]
    tx.now += timedelta(minutes=1)
    await rename_group(acting(tx, ben), ben, group.id, Rename(title="Without Ada"), ANY)
    await write(tx, ben, group.id, "Still.")
    kept = await conversation_view(tx, ada, group.id)
    assert (kept.title, kept.participant_count, [one.display_name for one in kept.participants]) == ("Trio", 0, ["Ada"])
    assert kept.updated_at == heir.updated_at
    assert await listed(tx, ada, search="cleo") == await listed(tx, ada, search="without") == []
    assert await listed(tx, ada, search="trio") == ["Trio"]
    await leave_conversation(acting(tx, ada), ada, group.id)
    assert await listed(tx, ada) == []
    with pytest.raises(no.OwnerOnly):
        await leave_conversation(acting(tx, cleo), cleo, group.id, for_all=True)
    hinted(tx, "")
    await leave_conversation(acting(tx, ben), ben, group.id, for_all=True)
    assert Counter(hint.name for hint in tx.hints) == {"room:expel": 3, "conversation:updated": 3}
    assert {ids["change"] for _, ids in hinted(tx, "conversation:updated")} == {"deleted"}
    with pytest.raises(no.ConversationNotFound):
        await conversation_view(tx, cleo, group.id)
    assert await find_facts(tx, group.id) is None
    with pytest.raises(no.ConversationNotFound):
        await leave_conversation(acting(tx, ben), ben, group.id)


async def test_a_hidden_conversation_comes_back_with_its_next_message(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    room = (await a_direct_talk(tx, ada, ben)).id
    old = await write(tx, ada, room, "Old")
    with pytest.raises(no.GroupOnly):
        await leave_conversation(acting(tx, ada), ada, room, for_all=True)
    await leave_conversation(acting(tx, ben), ben, room)
    assert (await listed(tx, ben), await listed(tx, ada)) == ([], ["Ben"])
    with pytest.raises(no.MessageNotFound):
        await seen_view(tx, ben, old.id)
    assert (await conversation_view(tx, ben, room)).last_message is None
    await write(tx, ada, room, "New")
    found = (await conversations_page(tx, ben, ConversationQuery(is_unread=True))).items[0]
    assert (found.unread_count, found.last_sequence) == (1, 2)
    assert [one.content for one in (await messages_page(tx, ben, room, MessageQuery(after=0))).items] == ["New"]


async def test_lists_are_of_the_profile_one_acts_as_newest_first(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    first, second = await a_direct_talk(tx, ada, ben), await a_direct_talk(tx, ada, cleo)
    await write(tx, ada, second.id, "Hello")
    tx.now += timedelta(minutes=1)
    await write(tx, ada, first.id, "Hello")
    assert await listed(tx, ada) == ["Ben", "Cleo"]
    assert await listed(tx, ada, sort="updatedAt") == ["Cleo", "Ben"]
    assert await listed(tx, msgspec.structs.replace(ada, profile_id=ids.new())) == []
    assert await listed(tx, msgspec.structs.replace(ada, profile_id=None), is_unread=True) == []
    with pytest.raises(Invalid):
        await listed(tx, ada, type="poem")
    facts = await find_facts(tx, first.id)
    assert facts is not None
    assert (facts.kind, facts.title, facts.last_sequence) == ("direct", None, 1)
    await tx.run(MUTE, ben.account_id)
    standings = await standing_of(tx, first.id, [ada.account_id, ben.account_id, cleo.account_id])
    assert {(one.last_read, one.is_muted, one.has_left) for one in standings.values()} == {(1, False, False), (0, True, False)}


async def test_unread_are_those_with_something_to_read(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    talk = await a_direct_talk(tx, ada, ben)
    first, second = [await write(tx, ada, talk.id, text) for text in ("Oops", "Hello")]
    for gone, unread in ((first, ["Ada"]), (second, [])):
        await delete_message(acting(tx, ada), ada, gone.id)
        assert await listed(tx, ben, is_unread=True) == unread
    assert await listed(tx, ben, is_unread=False) == await listed(tx, ben) == ["Ada"]
    await write(tx, ada, talk.id, "Once more")
    assert (await listed(tx, ben, is_unread=True), await listed(tx, ada, is_unread=True)) == (["Ada"], [])
    await leave_conversation(acting(tx, ben), ben, talk.id)
    assert await listed(tx, ben, is_unread=True) == []


async def test_everybody_of_a_large_conversation_is_told_of_a_message(tx: Tx) -> None:
    host, *guests = await people(tx, "Host", "Ada", "Ben", "Cleo", "Dora")
    before = tx.house.settings[MessagingRules]
    tx.house.settings[MessagingRules] = MessagingRules(told=3)
    try:
        group = await a_group(tx, host, *guests)
        hinted(tx, "")
        await write(tx, host, group.id, "Hello")
    finally:
        tx.house.settings[MessagingRules] = before
    (sent,) = [event for event in tx.events if isinstance(event, MessageSent)]
    assert sorted(sent.recipient_ids) == sorted(one.account_id for one in guests)
    assert len(hinted(tx, "conversation:updated")) == 3
    assert MessagingRules().told >= MessagingRules().participants


async def test_a_group_has_a_limit(tx: Tx) -> None:
    ada, *others = await people(tx, "Ada", "Ben", "Cleo", "Dora")
    before = tx.house.settings[MessagingRules]
    tx.house.settings[MessagingRules] = MessagingRules(participants=3)
    try:
        with pytest.raises(no.TooManyPeople):
            await a_group(tx, ada, *others)
        assert (await a_group(tx, ada, *others[:2])).participant_count == 3
    finally:
        tx.house.settings[MessagingRules] = before
