"""System messages: in their subject's conversation, in the caller's transaction, and who is in it from then on."""

import contextlib
from typing import Any
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import Member, Say, say
from skillhall.messaging.model.conversation import ConversationView
from skillhall.messaging.model.refusals import ConversationNotFound
from skillhall.messaging.queries.conversations import ConversationQuery, conversation_view, conversations_page
from skillhall.messaging.queries.messages import MessageQuery, messages_page
from tests.connections.builders import people, profile_of
from tests.messaging.talks import a_direct_talk, acting, hinted, write


def a_member(who: Actor) -> Member:
    return Member(who.account_id, profile_of(who))


def a_say(subject: Subject, *members: Actor, **fields: Any) -> Say:
    """Return something the hall says about a session."""
    left = tuple(a_member(one) for one in fields.pop("left", ()))
    plain = {"title": "Cello", "kind": "session", "code": "learning.session_scheduled", "params": {"n": 1}, "text": "Booked."}
    return Say(**{"subject": subject, "members": tuple(a_member(one) for one in members), "left": left, **plain, **fields})


async def told(tx: Tx, by: Actor, *says: Say) -> None:
    """Say something as this person's doing."""
    await say(acting(tx, by), *says)


async def texts(tx: Tx, by: Actor, conversation_id: UUID) -> list[str]:
    """Return what somebody sees of a conversation, oldest first."""
    return [one.content for one in (await messages_page(tx, by, conversation_id, MessageQuery(after=0))).items]


async def only(tx: Tx, by: Actor) -> ConversationView:
    """Return the one conversation somebody has."""
    (found,) = (await conversations_page(tx, by, ConversationQuery())).items
    return found


async def test_the_two_of_a_lesson_hear_of_it_in_their_direct_conversation(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    await say(tx)
    assert not tx.hints
    one, other = Subject("session", ids.new()), Subject("session", ids.new())
    await told(tx, ada, a_say(one, ada, ben, kind="direct", text="First."), a_say(other, ben, ada, kind="direct", text="Second."))
    assert [room for room, _ in hinted(tx, "conversation:updated")].count(f"user:{ben.account_id}") == 2
    assert [event.name for event in tx.events if event.name.startswith("messaging")] == ["messaging.conversation_opened"]
    found = await only(tx, ben)
    assert (found.type, found.title, found.subject, found.unread_count, found.last_sequence) == ("direct", "Ada", None, 2, 2)
    assert (await only(tx, ada)).unread_count == 0
    assert (await a_direct_talk(tx, ben, ada)).id == found.id
    messages = (await messages_page(tx, ben, found.id, MessageQuery(after=0))).items
    assert [(m.content, m.sequence, m.type, m.code, m.params, m.sender) for m in messages] == [
        ("First.", 1, "system", "learning.session_scheduled", {"n": 1}, None),
        ("Second.", 2, "system", "learning.session_scheduled", {"n": 1}, None),
    ]
    assert [m.subject and m.subject.id for m in messages] == [one.id, other.id]


async def test_a_session_has_its_own_with_people_coming_and_going(tx: Tx) -> None:
    host, ada, ben = await people(tx, "Host", "Ada", "Ben")
    about = Subject("session", ids.new())
    await told(tx, host, a_say(about, host, ada, text="Opened."))
    found = await only(tx, ada)
    assert (found.type, found.title, found.subject and found.subject.id, found.unread_count) == ("session", "Cello", about.id, 1)
    await told(tx, ben, a_say(about, host, ada, ben, text="Ben joins."))
    assert await texts(tx, ben, found.id) == ["Ben joins."]
    assert (await only(tx, ben)).unread_count == 0
    await told(tx, ada, a_say(about, host, ben, left=(ada,), title="Cello II", text="Ada leaves."))
    assert hinted(tx, "room:expel") == [(f"conversation:{found.id}", {"account_id": str(ada.account_id)})]
    await told(tx, host, a_say(about, host, ben, title="Cello II", text="We begin."))
    assert await texts(tx, ada, found.id) == ["Opened.", "Ben joins.", "Ada leaves."]
    gone = await conversation_view(tx, ada, found.id)
    assert (gone.has_left, gone.participant_count, gone.title, gone.last_sequence) == (True, 0, "Cello II", 3)
    await told(tx, ada, a_say(about, host, ada, ben, title="Cello II", text="Ada is back."))
    assert await texts(tx, ada, found.id) == ["Ada is back."]
    assert not (await only(tx, ada)).has_left
    assert (await conversations_page(tx, host, ConversationQuery(subject_id=about.id))).items[0].participant_count == 3


async def test_who_was_never_in_it_leaves_with_the_first_message(tx: Tx) -> None:
    host, ada, eve = await people(tx, "Host", "Ada", "Eve")
    about = Subject("project", ids.new())
    await told(tx, host, a_say(about, host, left=(ada,), kind="project", text="Cancelled."))
    found = await only(tx, ada)
    assert (found.has_left, await texts(tx, ada, found.id)) == (True, ["Cancelled."])
    with pytest.raises(ConversationNotFound):
        await texts(tx, eve, found.id)
    assert (await conversations_page(tx, eve, ConversationQuery())).items == []


async def test_a_refused_command_says_nothing(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    found = await a_direct_talk(tx, ada, ben)
    await write(tx, ada, found.id, "Hello")
    hinted(tx, "")
    with contextlib.suppress(LookupError):
        async with tx.savepoint():
            await told(tx, ada, a_say(Subject("session", ids.new()), ada, ben, kind="direct"))
            raise LookupError
    assert (await conversation_view(tx, ada, found.id)).last_sequence == 1
    assert not tx.hints
    assert (await write(tx, ben, found.id, "Hello yourself")).sequence == 2


async def test_who_reads_behind_stays_behind(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    about = Subject("session", ids.new())
    await told(tx, ada, a_say(about, ada, ben, kind="direct"))
    await told(tx, ben, a_say(about, ada, ben, kind="direct"))
    assert ((await only(tx, ada)).unread_count, (await only(tx, ben)).unread_count) == (1, 2)
    assert len((await messages_page(tx, ada, (await only(tx, ada)).id, MessageQuery(limit=1))).items) == 1
