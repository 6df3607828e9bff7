"""Groups: who adds and removes whom, what newcomers see, and how many there may be."""

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import ListQuery
from skillhall.messaging.commands.flag import flag_conversation
from skillhall.messaging.commands.manage_participants import add_participants, remove_participant
from skillhall.messaging.model.conversation import MessagingRules
from skillhall.messaging.model.participation import FlagConversation, NewParticipants, ParticipantNotFound
from skillhall.messaging.model.refusals import ConversationNotFound, GroupOnly, HasLeft, OwnerOnly, ReadOnly, TooManyPeople
from skillhall.messaging.queries.conversations import conversation_view, takes_part
from skillhall.messaging.queries.messages import MessageQuery, messages_page
from skillhall.messaging.queries.participants import participants_page
from skillhall.profiles.api import ProfileNotFound
from tests.connections.builders import profile_of
from tests.messaging.talks import a_direct_talk, a_group, acting, hinted, write
from tests.profiles.builders import BLOCK, a_person
from tests.support.hall import TestHall

LIST = ListQuery()


async def test_the_owner_adds_and_removes(tx: Tx) -> None:
    ada, ben, cleo, dan = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo", "Dan")]
    group = await a_group(tx, ada, ben)
    await write(tx, ada, group.id, "Before Cleo")
    hinted(tx, "")
    both = NewParticipants(profile_ids=(profile_of(cleo),), user_ids=(dan.account_id, cleo.account_id, ben.account_id))
    there = await add_participants(acting(tx, ada), ada, group.id, both)
    assert next((one.display_name, one.role) for one in there.participants) == ("Ada", "owner")
    assert {one.id for one in there.participants} == {one.account_id for one in (ada, ben, cleo, dan)}
    rooms = {room for room, _ in hinted(tx, "conversation:updated")}
    assert rooms == {f"user:{one.account_id}" for one in (ada, ben, cleo, dan)}
    again = await add_participants(acting(tx, ada), ada, group.id, both)
    assert (len(again.participants), hinted(tx, "message:new")) == (4, [])
    seen = await messages_page(tx, cleo, group.id, MessageQuery())
    assert [(one.code, one.params and one.params["count"]) for one in seen.items] == [("messaging.members_added", 2)]
    assert (await conversation_view(tx, cleo, group.id)).unread_count == 1
    assert (await conversation_view(tx, ada, group.id)).unread_count == 0

    with pytest.raises(OwnerOnly):
        await remove_participant(acting(tx, ben), ben, group.id, cleo.account_id)
    for nobody in (ids.new(), (await a_person(tx)).account_id):
        with pytest.raises(ParticipantNotFound):
            await remove_participant(acting(tx, ada), ada, group.id, nobody)
    hinted(tx, "")
    assert (await remove_participant(acting(tx, ada), ada, group.id, profile_of(cleo))).deleted
    assert hinted(tx, "room:expel") == [(f"conversation:{group.id}", {"account_id": str(cleo.account_id)})]
    with pytest.raises(ParticipantNotFound):
        await remove_participant(acting(tx, ada), ada, group.id, cleo.account_id)
    await write(tx, ada, group.id, "While Cleo is away")
    seen = await messages_page(tx, cleo, group.id, MessageQuery())
    assert [one.code for one in seen.items] == ["messaging.member_removed", "messaging.members_added"]
    assert not await takes_part(tx, cleo, group.id)
    with pytest.raises(HasLeft):
        await participants_page(tx, LIST, cleo, group.id)
    await add_participants(acting(tx, ada), ada, group.id, NewParticipants(profile_ids=(profile_of(cleo),)))
    seen = await messages_page(tx, cleo, group.id, MessageQuery())
    assert [one.code for one in seen.items] == ["messaging.members_added"]
    assert (await remove_participant(acting(tx, ben), ben, group.id, ben.account_id)).deleted
    names = [one.display_name for one in (await participants_page(tx, LIST, ada, group.id)).items]
    assert sorted(names) == ["Ada", "Cleo", "Dan"]


async def test_who_cannot_add_or_be_added(tx: Tx) -> None:
    ada, ben, cleo, eve = [await a_person(tx, name) for name in ("Ada", "Ben", "Cleo", "Eve")]
    group, talk = await a_group(tx, ada, ben), await a_direct_talk(tx, ada, ben)
    newcomer = NewParticipants(profile_ids=(profile_of(cleo),))
    with pytest.raises(OwnerOnly):
        await add_participants(acting(tx, ben), ben, group.id, newcomer)
    with pytest.raises(GroupOnly):
        await add_participants(acting(tx, ada), ada, talk.id, newcomer)
    with pytest.raises(ConversationNotFound):
        await add_participants(acting(tx, eve), eve, group.id, newcomer)
    await tx.run(BLOCK, cleo.account_id, ada.account_id)
    with pytest.raises(ProfileNotFound):
        await add_participants(acting(tx, ada), ada, group.id, newcomer)
    await flag_conversation(acting(tx, eve), eve, group.id, FlagConversation(reason="A report."))
    with pytest.raises(ReadOnly):
        await add_participants(acting(tx, ada), ada, group.id, NewParticipants(user_ids=(eve.account_id,)))
    assert len((await participants_page(tx, LIST, ben, group.id)).items) == 2


async def test_a_group_never_has_more_people_than_it_may(hall: TestHall) -> None:
    most = hall.runner.house.settings[MessagingRules].participants
    hall.runner.house.settings[MessagingRules] = MessagingRules(participants=4)
    people = [await hall.work(a_person, name) for name in ("Ada", "Ben", "Cleo", "Dan", "Eve", "Fay")]
    ada = people[0]
    group = await hall.work(a_group, ada, people[1])
    calls = [
        lambda who=who: hall.run(add_participants, ada, group.id, NewParticipants(profile_ids=(profile_of(who),))) for who in people[2:]
    ]
    answers = await hall.race(*calls)
    hall.runner.house.settings[MessagingRules] = MessagingRules(participants=most)
    assert sum(isinstance(answer, TooManyPeople) for answer in answers) == 2
    read = await hall.read()
    there = (await participants_page(read, LIST, ada, group.id)).items
    seen = (await messages_page(read, ada, group.id, MessageQuery())).items
    assert (len(there), [one.sequence for one in seen]) == (4, list(range(len(seen), 0, -1)))
