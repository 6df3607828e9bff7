"""What engagements say in the conversation of their project, and who may look on live."""

from typing import Any, cast
from uuid import UUID

import pytest

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.deliver import approve_milestone
from skillhall.gigs.commands.escrow import Grounds, freeze_escrow, unfreeze_escrow
from skillhall.gigs.commands.run_team import InviteCollaborator, invite_collaborator, join_team
from skillhall.gigs.queries.contests import evidence
from skillhall.gigs.sockets import ProjectRoom
from skillhall.kernel import ids
from skillhall.kernel.events import Hint
from skillhall.kernel.refusals import Invalid
from skillhall.messaging.commands.send import send
from skillhall.messaging.model.message import NewMessage
from tests.gigs.engaging import STAFF, Deals
from tests.gigs.test_weeks import monday

SAID = "SELECT code FROM messaging.message WHERE subject_id = $1 AND kind = 'system' ORDER BY sequence"
PRESENT = """
SELECT p.account_id FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
WHERE c.subject_id = $1 AND p.left_at IS NULL
"""
ROOM = "SELECT id FROM messaging.conversation WHERE subject_id = $1"


async def said(deals: Deals, project_id: UUID) -> list[str]:
    return [row["code"].removeprefix("gigs.") for row in await deals.hall.pool.fetch(SAID, project_id)]


async def present(deals: Deals, project_id: UUID) -> set[UUID]:
    return {row["account_id"] for row in await deals.hall.pool.fetch(PRESENT, project_id)}


async def test_from_the_bid_to_the_pay_and_what_is_evidence(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair()
    made = await deals.handed_over(client, worker, 100)
    project_id, (milestone,) = made.project_id, made.milestones
    room_id = await hall.pool.fetchval(ROOM, project_id)
    await hall.run(send, worker, room_id, NewMessage(content="It is all there."))
    for verb in (freeze_escrow, unfreeze_escrow):
        await hall.run(verb, STAFF, milestone.escrow.id, Grounds(reason="Both were heard."))
    await hall.run(approve_milestone, client, milestone.id)
    assert await said(deals, project_id) == [
        "agreement_made", "agreement_signed", "agreement_activated", "escrow_funded", "work_started", "work_delivered",
        "agreement_completed", "escrow_released",
    ]  # fmt: skip
    assert await present(deals, project_id) == {client.account_id, worker.account_id}
    known: Any = (await evidence(await hall.read(), milestone.escrow.id))["messages"]
    assert [(one["by"], one["text"]) for one in known if one["type"] == "text"] == [(str(worker.account_id), "It is all there.")]
    assert len(known) == 9
    await hall.verify()


async def test_another_worker_reads_nothing_of_the_one_before(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair()
    first = await deals.active(client, worker, 100)
    project_id = first.project_id
    room_id = await hall.pool.fetchval(ROOM, project_id)
    await hall.run(send, client, room_id, NewMessage(content="For the first one alone."))
    await deals.funded(client, first.milestones[0])
    heard: list[Hint] = []
    hall.runner.on_hints = heard.extend
    await hall.run(cancel_agreement, client, first.id, CallOff(reason="a secret"))
    assert {hint.ids["account_id"] for hint in heard if (hint.room, hint.name) == (f"project:{project_id}", "room:expel")} == {
        str(worker.account_id)
    }
    assert await present(deals, project_id) == {client.account_id}
    other = await deals.person(name="Olga Other")
    bid = await deals.bid(other, project_id, amount=90)
    second = await hall.run(accept_bid, client, bid.id, AcceptBid())
    second = await deals.signed(client, other, second)
    await deals.funded(client, second.milestones[0])
    assert await present(deals, project_id) == {client.account_id, other.account_id}
    read = await hall.read()
    for agreement, texts in ((first, ["For the first one alone."]), (second, [])):
        known: Any = (await evidence(read, agreement.milestones[0].escrow.id))["messages"]
        assert [one["text"] for one in known if one["type"] == "text"] == texts
        assert {one["params"]["agreementId"] for one in known if one["params"]} == {str(agreement.id)}
    assert not await hall.pool.fetchval("SELECT count(*) FROM messaging.message WHERE text LIKE '%secret%'")
    await hall.verify()


async def test_money_that_is_not_there_is_not_spoken_of(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair(wallet=0)
    short = await deals.hired(client, worker, 100)
    assert await said(deals, short.agreement.project_id) == ["booking_made"]
    await deals.give(client, 10_000)
    hourly = await deals.hourly(client, worker)
    assert (await said(deals, hourly.project_id))[-2:] == ["week_opened", "escrow_funded"]
    before = len(await said(deals, hourly.project_id))
    await hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", worker.account_id)
    await monday(deals)
    later = (await said(deals, hourly.project_id))[before:]
    assert "week_opened" in later
    assert "escrow_funded" not in later
    await hall.verify()


async def test_the_owner_the_worker_and_the_team_look_on(deals: Deals) -> None:
    hall, (client, worker) = deals.hall, await deals.pair()
    made = await deals.active(client, worker, 100)
    member, stranger = await deals.person(), await deals.person()
    await hall.run(invite_collaborator, client, made.project_id, InviteCollaborator(user_id=member.account_id))
    room, none = ProjectRoom(), cast("Any", None)
    everybody = (client, worker, member, stranger)
    assert [who for who in everybody if await room.may_enter(await hall.read(), who, made.project_id)] == [client, worker]
    await hall.run(join_team, member, made.project_id)
    assert [who for who in everybody if await room.may_enter(await hall.read(), who, made.project_id)] == [client, worker, member]
    assert not await room.may_enter(await hall.read(), client, ids.new())
    assert await room.shown(await hall.read(), Hint("project:x", "agreement:status", {"agreement_id": "y", "status": "active"})) is None
    with pytest.raises(Invalid):
        await room.heard(none, client, made.project_id, "message:send", {})
