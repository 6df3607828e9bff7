"""Many callers at once, on real connections: one sequence without gap or twin, one message per client id, one conversation of two."""

from collections import Counter
from functools import partial
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import Say, say
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.leave import leave_conversation
from skillhall.messaging.commands.open_conversation import open_conversation
from skillhall.messaging.commands.read import read_up_to
from skillhall.messaging.commands.send import send
from skillhall.messaging.model.conversation import OpenConversation, ReadUpTo
from skillhall.messaging.model.message import EditMessage, NewMessage
from tests.connections.builders import people, profile_of
from tests.connections.test_races import Call, raced
from tests.messaging.talks import a_direct_talk, a_group, write
from tests.messaging.test_say import a_say
from tests.support.hall import TestHall, test_hall

SENDERS = 16
SEQUENCES = "SELECT array_agg(sequence ORDER BY sequence) FROM messaging.message WHERE conversation_id = $1"
SAID = "SELECT count(*) FROM kernel.event WHERE type = 'messaging.message_sent'"
OPENED = "SELECT count(*) FROM kernel.event WHERE type = 'messaging.conversation_opened'"


def sending(hall: TestHall, by: Actor, room: UUID, text: str, client_id: str | None = None) -> Call:
    return partial(hall.run, send, by, room, NewMessage(content=text, client_id=client_id))


async def spoken(hall: TestHall, one: Say) -> None:
    await hall.work(say, one)


async def test_sixteen_senders_in_one_conversation(hall: TestHall) -> None:
    crowd = await hall.work(people, *(f"Person {number}" for number in range(SENDERS)))
    room = (await hall.work(a_group, crowd[0], *crowd[1:])).id
    assert await raced(hall, *(sending(hall, by, room, f"{turn}") for turn in range(3) for by in crowd)) == {"yes": 3 * SENDERS}
    assert await hall.pool.fetchval(SEQUENCES, room) == list(range(1, 3 * SENDERS + 1))
    assert await hall.pool.fetchval(SAID) == 3 * SENDERS
    await hall.verify()


async def test_the_same_client_id_at_once_by_two_nodes_is_one_message(hall: TestHall) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    room = (await hall.work(a_direct_talk, ada, ben)).id
    async with test_hall(hall.dsn, pool_size=8) as elsewhere:
        answers = await hall.race(*(sending(node, ada, room, "Hello", "once") for node in (hall, elsewhere) * (SENDERS // 2)))
    assert {(answer.id, answer.sequence) for answer in answers} == {(answers[0].id, 1)}
    mixed = [sending(hall, by, room, "Yes", "same") for by in (ada, ben)] + [sending(hall, ada, room, "No", "same")] * 4
    found = await raced(hall, *mixed)
    assert set(found) == {"yes", "messaging.other_content"}
    assert await hall.pool.fetchval(SEQUENCES, room) == [1, 2]
    assert await hall.pool.fetchval(SAID) == 2
    await hall.verify()


async def test_opened_from_both_sides_at_once_and_spoken_in_is_one(hall: TestHall) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    opening = [
        partial(hall.run, open_conversation, by, OpenConversation(profile_id=profile_of(other)))
        for by, other in ((ada, ben), (ben, ada)) * 6
    ]
    talking = [partial(spoken, hall, a_say(Subject("session", ids.new()), ada, ben, kind="direct")) for _ in range(4)]
    assert await raced(hall, *opening, *talking) == {"yes": SENDERS}
    assert await hall.pool.fetchval("SELECT count(*) FROM messaging.conversation") == 1
    assert await hall.pool.fetchval(OPENED) == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM messaging.message") == 4
    await hall.verify()


async def test_leaving_and_writing_at_once(hall: TestHall) -> None:
    ada, *others = await hall.work(people, *(f"Person {number}" for number in range(8)))
    room = (await hall.work(a_group, ada, *others)).id
    leaving = [partial(hall.run, leave_conversation, by, room) for by in others]
    found = await raced(hall, *leaving, *(sending(hall, by, room, "Still here") for by in others))
    assert set(found) <= {"yes", "messaging.has_left"}
    late = await hall.pool.fetchval(
        "SELECT count(*) FROM messaging.message m JOIN messaging.participant p USING (conversation_id, account_id) "
        "WHERE m.sequence > p.until_sequence"
    )
    assert late == 0
    await hall.verify()


async def test_reading_editing_and_writing_at_once(hall: TestHall) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    room = (await hall.work(a_direct_talk, ada, ben)).id
    first = await hall.work(write, ada, room, "Version 0")
    reading = [partial(hall.run, read_up_to, ben, room, ReadUpTo(up_to_sequence=up_to)) for up_to in (5, 1, 3, None, 2, 4)]
    editing = [partial(hall.run, edit_message, ada, first.id, EditMessage(content=f"Version {number}")) for number in range(1, 7)]
    assert await raced(hall, *reading, *editing, *(sending(hall, ada, room, f"{number}") for number in range(4))) == {"yes": SENDERS}
    kept = await hall.pool.fetch("SELECT version, text FROM messaging.message_edit ORDER BY version")
    assert [row["version"] for row in kept] == [1, 2, 3, 4, 5, 6]
    assert max(Counter(row["text"] for row in kept).values()) == 1
    assert await hall.pool.fetchval("SELECT last_revision FROM messaging.conversation") == 6
    await hall.verify()


async def test_two_lessons_of_the_same_people_spoken_of_crosswise(hall: TestHall) -> None:
    ada, ben, cleo = await hall.work(people, "Ada", "Ben", "Cleo")
    says = [a_say(Subject("session", ids.new()), ada, other, kind="direct") for other in (ben, cleo)]
    forth, back = partial(hall.work, say, *says), partial(hall.work, say, *reversed(says))
    assert await raced(hall, *([forth, back] * (SENDERS // 2))) == {"yes": SENDERS}
    assert await hall.pool.fetchval("SELECT array_agg(last_sequence) FROM messaging.conversation") == [SENDERS, SENDERS]
    await hall.verify()
