"""What was said about a subject, for disputes; and what a person takes along or lets be forgotten."""

from datetime import timedelta

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import readable
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import evidence
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.personal_data import MessagingData
from skillhall.messaging.model.message import FileEvidence, MessageSubject, NewAttachment
from skillhall.messaging.queries import evidence as of_evidence
from skillhall.messaging.queries.conversations import conversation_view
from skillhall.messaging.queries.messages import MessageQuery, messages_page
from tests.connections.builders import people
from tests.messaging.talks import a_direct_talk, a_group, acting, write
from tests.messaging.test_say import a_say, only, told
from tests.messaging.test_sending import edit
from tests.profiles.builders import a_file

EDITS = sql("SELECT count(*) FROM messaging.message_edit")
ATTACHED = sql("SELECT count(*) FROM messaging.attachment")


async def test_a_lesson_in_a_direct_conversation(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    room = (await a_direct_talk(tx, ada, ben)).id
    about, other = Subject("session", ids.new()), Subject("session", ids.new())
    await write(tx, ada, room, "Before it.")
    await told(tx, ada, a_say(about, ada, ben, kind="direct", text="Booked."))
    promised = await write(tx, ben, room, "I will be there.")
    await told(tx, ada, a_say(other, ada, ben, kind="direct", text="Another one."))
    await write(tx, ben, room, "About the other.", subject=MessageSubject(kind="session", id=other.id))
    taken_back = await write(tx, ben, room, "I was there.")
    tx.now += timedelta(minutes=1)
    await edit(tx, ben, promised.id, "I may be there.")
    await delete_message(acting(tx, ben), ben, taken_back.id)
    found = await evidence(tx, about, [ada.account_id, ben.account_id])
    assert [(one.text, one.by) for one in found] == [
        ("Booked.", None),
        ("I may be there.", ben.account_id),
        ("I was there.", ben.account_id),
    ]
    assert [(version.text, version.at) for version in found[1].earlier] == [("I will be there.", promised.created_at)]
    assert (found[1].edited_at is not None, found[2].deleted_at is not None, found[0].code) == (True, True, "learning.session_scheduled")
    score = await a_file(acting(tx, ben), ben)
    await write(tx, ben, room, "", attachments=[NewAttachment(file_id=score, name="Score.pdf")])
    assert (await evidence(tx, about, [ada.account_id, ben.account_id]))[-1].files == [FileEvidence(file_id=score, name="Score.pdf")]
    staff = Actor(account_id=ids.new(), permissions=frozenset({"case.mediate"}))
    assert (await readable(tx, staff, score))["id"] == score
    assert await evidence(tx, about, [ada.account_id]) == []
    assert await evidence(tx, Subject("session", ids.new()), [ada.account_id, ben.account_id]) == []


async def test_a_conversation_of_its_own(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    host, ada, eve = await people(tx, "Host", "Ada", "Eve")
    about = Subject("project", ids.new())
    await told(tx, host, a_say(about, host, ada, eve, kind="project", text="Begun."))
    room = (await only(tx, ada)).id
    for by in (ada, eve, host):
        await write(tx, by, room, "I say so.")
    both = [host.account_id, ada.account_id]
    found = await evidence(tx, about, both)
    assert [one.by for one in found] == [None, ada.account_id, host.account_id]
    began_at = tx.now
    tx.now += timedelta(minutes=1)
    monkeypatch.setattr(of_evidence, "MOST_OF_ONE", 2)
    for number in range(3):
        await write(tx, ada, room, f"{number}")
    assert [one.text for one in await evidence(tx, about, both)] == ["Begun.", "I say so.", "1", "2"]
    assert [one.text for one in await evidence(tx, about, both, since=began_at + timedelta(seconds=30))] == ["1", "2"]
    assert [one.text for one in await evidence(tx, about, both, until=began_at)] == ["Begun.", "I say so.", "I say so."]


async def test_a_person_is_forgotten_and_nobody_misses_a_message(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    room, group = (await a_direct_talk(tx, ada, ben)).id, (await a_group(tx, ada, ben, cleo)).id
    await a_group(tx, ada, cleo, title="Duo")
    sent = [await write(tx, ada, room, f"{number}") for number in range(3)]
    await edit(tx, ada, sent[0].id, "Edited")
    await write(tx, ben, room, "Mine")
    taken = await MessagingData().export(tx, ada.account_id)
    assert {name: len(rows) for name, rows in taken.items() if isinstance(rows, list)} == {
        "conversations": 3,
        "messages": 3,
        "reactions": 0,
    }
    before = (await conversation_view(tx, ben, room)).last_revision
    steps = 0
    while not await MessagingData().erase(acting(tx, ben), ada.account_id, "Former member", 2):
        steps += 1
    assert steps == 4
    changed = (await messages_page(tx, ben, room, MessageQuery(changed_after=before))).items
    assert [one.revision for one in changed] == [before + place for place in (1, 2, 3)]
    assert {one.sequence for one in changed} == {1, 2, 3}
    assert (await conversation_view(tx, ben, room)).last_revision == before + 3
    texts = [(one.content, one.is_deleted) for one in (await messages_page(tx, ben, room, MessageQuery(after=0))).items]
    assert texts == [("", True)] * 3 + [("Mine", False)]
    assert await tx.value(EDITS) == 0
    left = await conversation_view(tx, ben, group)
    assert (left.role, left.participant_count, left.last_message and left.last_message.content) == (
        "owner",
        2,
        "Somebody has left the group.",
    )


async def test_files_of_a_deleted_message_go_with_their_person(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    room = (await a_direct_talk(tx, ada, ben)).id
    score = await a_file(acting(tx, ada), ada)
    sent = await write(tx, ada, room, "", attachments=[NewAttachment(file_id=score)])
    await delete_message(acting(tx, ada), ada, sent.id)
    while not await MessagingData().erase(acting(tx, ben), ada.account_id, "Former member", 2):
        pass
    assert await tx.value(ATTACHED) == 0
