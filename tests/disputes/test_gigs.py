"""Disputes about projects and bookings: the same case, another payment."""

from typing import Any

import msgspec

from skillhall.disputes.commands.decide import propose, resolve
from skillhall.disputes.commands.open_dispute import open_dispute
from skillhall.disputes.commands.respond import accept, withdraw
from skillhall.disputes.commands.say import say
from skillhall.disputes.model import refusals as no
from skillhall.disputes.model.bodies import Message, OpenDispute
from skillhall.disputes.queries import papers
from skillhall.gigs.api import NotDisputable
from skillhall.gigs.commands.accept_bid import AcceptBid, BookedView, BookWorker, accept_bid, book_worker
from skillhall.gigs.commands.agree import Sign, sign_agreement
from skillhall.gigs.commands.deliver import Deliver, deliver_booking
from skillhall.gigs.commands.escrow import complete_booking, fund_milestone
from skillhall.gigs.commands.pass_time import release_due
from skillhall.gigs.commands.place_bid import PlaceBid, place_bid
from skillhall.gigs.commands.run_booking import confirm_booking, start_booking
from skillhall.gigs.queries.engagement_views import AgreementView
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from tests.disputes.builders import MEDIATOR, RULER, Court, verdict
from tests.disputes.test_cases import refuses
from tests.gigs.builders import Studio
from tests.learning.builders import DAY, outcome

PRICE = 333
ESCROW = "SELECT state FROM gigs.escrow WHERE id = $1"


async def a_bid(court: Court) -> tuple[Actor, Actor, Any]:
    """Return client, worker, and the worker's bid of 333 credits."""
    studio = Studio(court.hall)
    client, worker = await studio.person(wallet=PRICE, name="Clara Client"), await studio.host("Walt Worker")
    project = await studio.project(client, currency="CREDIT")
    bid = await court.hall.run(place_bid, worker, project.id, PlaceBid(amount=Money(PRICE, "CREDIT"), delivery_days=7))
    return client, worker, bid


async def a_booking(court: Court) -> tuple[Actor, Actor, BookedView]:
    """Return client, worker, and a booking of theirs that has been delivered."""
    client, worker, bid = await a_bid(court)
    body = BookWorker(project_id=bid.project_id, worker_id=worker.account_id, agreed_amount=Money(PRICE, "CREDIT"))
    booked = await court.hall.run(book_worker, client, body)
    await court.hall.run(confirm_booking, worker, booked.booking.id)
    await court.hall.run(start_booking, worker, booked.booking.id)
    await court.hall.run(deliver_booking, worker, booked.booking.id, Deliver(notes="The part, as agreed."))
    return client, worker, booked


async def two_milestones(court: Court) -> tuple[Actor, Actor, AgreementView]:
    """Return client, worker, and their agreement on two milestones, both paid in."""
    client, worker, bid = await a_bid(court)
    parts = [{"title": f"Part {index}", "amount": {"amount": amount, "currency": "CREDIT"}} for index, amount in ((1, 133), (2, 200))]
    agreement = await court.hall.run(accept_bid, client, bid.id, msgspec.convert({"milestones": parts}, AcceptBid))
    for side in (client, worker):
        agreement = await court.hall.run(sign_agreement, side, agreement.id, Sign(version=agreement.version))
    for milestone in agreement.milestones:
        await court.hall.run(fund_milestone, client, milestone.id)
    return client, worker, agreement


async def test_a_booking_is_split_sixty_to_forty(court: Court) -> None:
    hall, (client, worker, booked) = court.hall, await a_booking(court)
    dispute = await hall.run(open_dispute, client, OpenDispute(booking_id=booked.booking.id, reason="Half of it is missing."))
    assert (dispute.kind, dispute.amount, dispute.payer_id, dispute.payee_id) == (
        "booking", Money(PRICE, "CREDIT"), client.account_id, worker.account_id,
    )  # fmt: skip
    assert await hall.pool.fetchval(ESCROW, dispute.escrow_id) == "frozen"
    await hall.verify()
    await hall.advance(20 * DAY)
    assert await court.people.held(client) == PRICE
    await hall.run(resolve, RULER, dispute.id, verdict(6_000))
    await hall.advance(4 * DAY)
    assert await hall.pool.fetchval(ESCROW, dispute.escrow_id) == "split"
    assert (await court.people.spendable(client), await court.people.earned(worker)) == (134, 180)
    bundle = await papers.bundle(await hall.read(), worker, dispute.id)
    assert len(bundle.facts["deliveries"]) == 1
    await refuses(NotDisputable, hall.run, open_dispute, worker, OpenDispute(booking_id=booked.booking.id, reason="Unfair."))
    await hall.verify()


async def test_of_two_milestones_one_is_named(court: Court) -> None:
    hall, (client, worker, agreement) = court.hall, await two_milestones(court)
    await refuses(no.PaymentUnnamed, hall.run, open_dispute, client, OpenDispute(project_id=agreement.project_id, reason="Too late."))
    holds = await hall.pool.fetch("SELECT id FROM gigs.escrow WHERE state = 'held' ORDER BY amount")
    dispute = await hall.run(open_dispute, worker, OpenDispute(escrow_id=holds[0]["id"], reason="Not answered."))
    assert (dispute.kind, dispute.opener_id, dispute.amount.amount) == ("milestone", worker.account_id, 133)
    assert [await hall.pool.fetchval(ESCROW, hold["id"]) for hold in holds] == ["frozen", "held"]
    await hall.run(propose, MEDIATOR, dispute.id, verdict(0))
    for side in (client, worker):
        await hall.run(accept, side, dispute.id)
    assert [await hall.pool.fetchval(ESCROW, hold["id"]) for hold in holds] == ["refunded", "held"]
    other = await hall.run(open_dispute, client, OpenDispute(project_id=agreement.project_id, reason="Too late."))
    assert other.escrow_id == holds[1]["id"]
    await hall.run(withdraw, client, other.id)
    assert await hall.pool.fetchval(ESCROW, holds[1]["id"]) == "held"
    await hall.verify()


async def test_a_booking_is_released_or_disputed(court: Court) -> None:
    hall = court.hall
    for _ in range(3):
        client, worker, booked = await a_booking(court)
        body = OpenDispute(booking_id=booked.booking.id, reason="Half of it is missing.")

        async def sweep(tx: Tx, booked: BookedView = booked) -> None:
            await release_due(booked.escrow.id, tx)

        calls = [
            *(outcome(hall.run, complete_booking, client, booked.booking.id) for _ in range(6)),
            *(outcome(hall.work, sweep) for _ in range(2)),
            *(outcome(hall.run, open_dispute, who, body) for who in (client, worker) * 4),
        ]
        answers = await hall.race(*calls[::2], *calls[1::2])
        state = await hall.pool.fetchval(ESCROW, booked.escrow.id)
        assert state in {"released", "frozen"}
        assert await hall.pool.fetchval("SELECT count(*) FROM disputes.case WHERE hold_id = $1", booked.escrow.id) == (state == "frozen")
        assert "ok" in answers
        assert await court.people.earned(worker) == (300 if state == "released" else 0)
        await hall.verify()


async def test_rulings_on_a_booking_are_made_once(court: Court) -> None:
    hall, (client, worker, booked) = court.hall, await a_booking(court)
    dispute = await hall.run(open_dispute, client, OpenDispute(escrow_id=booked.escrow.id, reason="Half of it is missing."))
    await hall.run(say, worker, dispute.id, Message(text="It is all there."))
    await hall.run(resolve, RULER, dispute.id, verdict(10_000))
    answers = await hall.race(*(outcome(hall.run, accept, who, dispute.id) for who in (client, worker) * 8))
    assert set(answers) == {"ok"}
    assert await court.people.earned(worker) == 300
    await hall.verify()
