"""What lessons say in conversations, and who may look on live: in the lesson's own transaction, once, to its people."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from skillhall.identity.commands.block import block
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.events import Hint
from skillhall.kernel.refusals import Invalid
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel, give_up_seat
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.sockets import SessionRoom
from tests.learning.builders import STAFF, People, outcome

SAID = """
SELECT c.kind, m.code, m.sequence, m.text FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
WHERE m.subject_id = $1 ORDER BY c.kind, m.sequence
"""
PRESENT = """
SELECT p.account_id FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
WHERE c.subject_id = $1 AND p.left_at IS NULL
"""
GAPS = """
SELECT count(*) FROM messaging.conversation c
WHERE c.last_sequence <> (SELECT count(*) FROM messaging.message m WHERE m.conversation_id = c.id)
"""


async def said(people: People, session_id: UUID) -> list[str]:
    return [row["code"].removeprefix("learning.") for row in await people.hall.pool.fetch(SAID, session_id)]


async def present(people: People, session_id: UUID) -> set[UUID]:
    return {row["account_id"] for row in await people.hall.pool.fetch(PRESENT, session_id)}


async def test_lessons_of_two_share_their_conversation_whatever_stands_between_them(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=200)
    first = await people.scheduled(host, learner)
    second = await people.scheduled(host, learner, days=8)
    assert await said(people, first.id) == ["session_requested", "session_scheduled"]
    rows = await hall.pool.fetch("SELECT kind, last_sequence FROM messaging.conversation")
    assert [(row["kind"], row["last_sequence"]) for row in rows] == [("direct", 4)]
    await hall.run(block, learner, host.account_id)
    await hall.run(cancel, host, second.id, Reason(reason="a secret"))
    assert await said(people, second.id) == ["session_requested", "session_scheduled", "session_cancelled"]
    assert not await hall.pool.fetchval("SELECT count(*) FROM messaging.message WHERE text LIKE '%secret%'")
    poor = await people.person()
    assert await outcome(people.booked, host, poor, 31, 9)() == "ledger.insufficient"
    gone = await people.host()
    offer = await people.offer(gone)
    await hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", gone.account_id)
    body = Book(offer_id=offer.id, starts_at=await people.start_in(10))
    assert await outcome(hall.run, book, learner, body)() == "identity.account_not_active"
    assert await hall.pool.fetchval("SELECT count(*) FROM messaging.conversation") == 1
    await hall.verify()


async def test_a_group_comes_and_goes_and_may_look_on_live(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, (one, two, waits) = await people.filled(host, 2, 1)
    assert await said(people, session.id) == ["seat_taken", "seat_taken"]
    assert await present(people, session.id) == {host.account_id, one.account_id, two.account_id}
    room, read, stranger = SessionRoom(), await hall.read(), await people.person()
    allowed = [who for who in (host, one, two, waits, STAFF, stranger) if await room.may_enter(read, who, session.id)]
    assert allowed == [host, one, two, waits, STAFF]
    assert not await room.may_enter(read, host, ids.new())
    heard: list[Hint] = []
    hall.runner.on_hints = heard.extend
    await hall.run(give_up_seat, one, session.id)
    put_out = [hint.ids["account_id"] for hint in heard if (hint.room, hint.name) == (f"session:{session.id}", "room:expel")]
    assert put_out == [str(one.account_id)]
    assert not await room.may_enter(read, one, session.id)
    await hall.drain()
    assert await said(people, session.id) == ["seat_taken", "seat_taken", "seat_left", "seat_taken"]
    assert await present(people, session.id) == {host.account_id, two.account_id, waits.account_id}
    await hall.run(give_up_seat, two, session.id)
    await hall.run(take_seat, one, session.id, TakeSeat())
    assert one.account_id in await present(people, session.id)
    before = await hall.pool.fetchval("SELECT count(*) FROM messaging.message")
    await hall.run(cancel, host, session.id, Reason())
    assert await hall.pool.fetchval("SELECT count(*) FROM messaging.message") == before + 1
    assert (await said(people, session.id))[-1] == "session_cancelled"
    await hall.verify()


async def test_the_room_shows_numbers_and_hears_nothing() -> None:
    room, nobody = SessionRoom(), Actor(account_id=ids.new())
    none: Any = None
    status = Hint("session:x", "session:status", {"session_id": "x", "status": "scheduled", "taken": "2", "waiting": "0"})
    assert await room.shown(none, status) == {"sessionId": "x", "status": "scheduled", "taken": 2, "waiting": 0}
    assert await room.shown(none, Hint("session:x", "another", {})) is None
    with pytest.raises(Invalid):
        await room.heard(none, nobody, ids.new(), "message:send", {})


async def test_many_at_once_leave_no_gap_and_nobody_waits_in_a_circle(people: People) -> None:
    hall, host = people.hall, await people.host()
    group = await people.group(host, 8)
    learners = [await people.person(wallet=200) for _ in range(8)]
    offer, at = await people.offer(host), await people.start_in(20)
    times = [at + timedelta(hours=2 * number) for number in range(8)]
    seats = [outcome(hall.run, take_seat, learner, group.id, TakeSeat()) for learner in learners]
    books = [outcome(hall.run, book, learners[0], Book(offer_id=offer.id, starts_at=start)) for start in times]
    leaving = [outcome(hall.run, give_up_seat, learner, group.id) for learner in learners[:4]]
    answers = await hall.race(*seats, *books, *leaving)
    assert set(answers[:8]) == {"ok"}
    assert answers.count("ok") >= 8 + 6  # one may have too little for all
    assert set(answers) <= {"ok", "ledger.insufficient", "learning.session_not_found", "learning.learner_only"}
    assert await hall.pool.fetchval(GAPS) == 0
    seated = {learner.account_id for learner in learners}
    rows = await hall.pool.fetch("SELECT account_id FROM learning.seat WHERE session_id = $1 AND state = 'confirmed'", group.id)
    assert await present(people, group.id) == {host.account_id, *(row["account_id"] for row in rows)} <= {host.account_id, *seated}
    await hall.verify()
