"""What disputes say where their sides talk, and that what was said there is evidence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from skillhall.disputes.commands.decide import resolve
from skillhall.disputes.commands.open_dispute import open_dispute
from skillhall.disputes.commands.respond import withdraw
from skillhall.disputes.model.bodies import OpenDispute
from skillhall.disputes.queries import papers
from skillhall.learning.commands.end import end
from skillhall.learning.commands.join import join
from skillhall.learning.commands.start import start
from skillhall.messaging.commands.delete import delete_message
from skillhall.messaging.commands.edit import edit_message
from skillhall.messaging.commands.send import send
from skillhall.messaging.model.message import EditMessage, NewMessage
from tests.disputes.builders import RULER, Court, verdict
from tests.disputes.test_gigs import a_booking
from tests.learning.builders import DAY, MINUTE

SAID = """
SELECT c.kind, m.code FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
WHERE m.params ->> 'disputeId' = $1::text ORDER BY m.sequence
"""
ROOM = "SELECT conversation_id FROM messaging.message WHERE subject_id = $1 ORDER BY sequence LIMIT 1"


async def said(court: Court, dispute_id: UUID) -> list[tuple[str, str]]:
    rows = await court.hall.pool.fetch(SAID, str(dispute_id))
    return [(row["kind"], row["code"].removeprefix("disputes.")) for row in rows]


async def test_it_is_said_between_the_two_and_what_was_said_is_evidence(court: Court) -> None:
    hall = court.hall
    host, learner, session = await court.lesson()
    room_id = await hall.pool.fetchval(ROOM, session.id)
    for text in ("I heard you.", "No sound at all!"):
        message = await hall.run(send, learner, room_id, NewMessage(content=text))
    await hall.run(edit_message, learner, message.id, EditMessage(content="No sound."))
    await hall.run(delete_message, learner, message.id)
    dispute = await court.open(learner, session.id)
    await hall.run(withdraw, learner, dispute.id)
    assert await said(court, dispute.id) == [("direct", "opened"), ("direct", "withdrawn")]
    for by in (host, learner, RULER):
        facts: Any = (await papers.bundle(await hall.read(), by, dispute.id)).facts
        texts = [one for one in facts["messages"] if one["type"] == "text"]
        assert [(one["text"], [old["text"] for old in one["earlier"]], bool(one["deletedAt"])) for one in texts] == [
            ("I heard you.", [], False), ("No sound.", ["No sound at all!"], True),
        ]  # fmt: skip
        assert [one["code"] for one in facts["messages"] if one["type"] == "system"][-2:] == ["disputes.opened", "disputes.withdrawn"]
    await hall.verify()


async def test_the_others_of_a_group_hear_nothing_of_it(court: Court) -> None:
    hall, people = court.hall, court.people
    host = await people.host()
    session, learners = await people.filled(host, 3)
    await people.until(datetime.fromisoformat(session.starts_at))
    for learner in learners:
        await hall.run(join, learner, session.id)
    await hall.run(start, host, session.id)
    await hall.run(end, host, session.id)
    await court.report(learners[0], session.id)
    dispute_id = await hall.pool.fetchval("SELECT id FROM disputes.case")
    assert await said(court, dispute_id) == [("direct", "opened")]


async def test_of_work_it_is_said_in_the_project(court: Court) -> None:
    hall, (client, _worker, booked) = court.hall, await a_booking(court)
    dispute = await hall.run(open_dispute, client, OpenDispute(booking_id=booked.booking.id, reason="It is out of tune."))
    await hall.advance(3 * DAY + MINUTE)
    await hall.run(resolve, RULER, dispute.id, verdict(6_000))
    await hall.advance(8 * DAY)
    assert await said(court, dispute.id) == [("project", what) for what in ("opened", "under_review", "ruled", "resolved")]
    codes = await hall.pool.fetch("SELECT code FROM messaging.message WHERE subject_id = $1 ORDER BY sequence", booked.agreement.project_id)
    assert [row["code"] for row in codes][-3:] == ["gigs.booking_completed", "gigs.escrow_split", "disputes.resolved"]
    await hall.verify()
