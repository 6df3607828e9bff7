"""Disputes about money that came in by card, and what becomes of them when the payer's bank takes it back."""

from typing import Any

import msgspec
import pytest

from skillhall.disputes.commands.add_evidence import add_evidence
from skillhall.disputes.commands.decide import change_dispute, propose, resolve
from skillhall.disputes.commands.open_dispute import open_dispute
from skillhall.disputes.commands.respond import accept, appeal, decline, withdraw
from skillhall.disputes.commands.say import say
from skillhall.disputes.model import refusals as no
from skillhall.disputes.model.bodies import ChangeDispute, Grounds, Message, OpenDispute, Piece
from skillhall.disputes.queries import papers
from skillhall.disputes.queries.cases import DisputeQuery, DisputeView, dispute_view, disputes
from skillhall.gigs.commands.deliver import Deliver, approve_milestone, deliver_milestone, start_milestone
from skillhall.kernel.money import Money
from tests.disputes.builders import MEDIATOR, RULER, verdict
from tests.disputes.test_cases import refuses
from tests.gigs.paying import Paying
from tests.learning.builders import DAY
from tests.notifications.reading import told
from tests.support.hall import TestHall


@pytest.fixture
def work(hall: TestHall) -> Paying:
    """The people of a hall of its own, whose work costs euros."""
    return Paying(hall)


async def paid(work: Paying) -> tuple[Any, Any, Any, Any]:
    """Return client, worker, a milestone of 40 euros that was paid by card, and its payment."""
    client, worker = await work.pair(wallet=1)
    made = await work.in_euros(client, worker, 40)
    payment = await work.paid(client, made.milestones[0])
    return client, worker, made.milestones[0], payment


async def the_case(work: Paying, **wanted: Any) -> DisputeView:
    (found,) = (await disputes(await work.hall.read(), RULER, DisputeQuery(**wanted))).items
    return found


async def test_the_bank_decides_about_a_chargeback_and_hears_who_was_paid(work: Paying) -> None:
    hall = work.hall
    client, worker, milestone, payment = await paid(work)
    await hall.run(start_milestone, worker, milestone.id)
    await hall.run(deliver_milestone, worker, milestone.id, Deliver(notes="The part, as agreed."))
    await hall.run(approve_milestone, client, milestone.id)
    await work.at_bank(payment.id, "chargeback")
    case = await the_case(work)
    assert (case.kind, case.status, case.subject_id, case.amount) == ("chargeback", "open", payment.id, Money(4000, "EUR"))
    assert (case.payer_id, case.payee_id, case.opener_id) == (client.account_id, worker.account_id, client.account_id)
    assert case.next_step is not None
    assert case.next_step.step == "bank"
    staff = msgspec.structs.replace(await work.person(), permissions=MEDIATOR.permissions)
    for by in (worker, staff):
        await hall.run(add_evidence, by, case.id, Piece(text="It was approved."))
    await refuses(no.PayeeOnly, hall.run, add_evidence, client, case.id, Piece(text="I did not pay."))
    stranger = await work.person()
    await refuses(no.DisputeNotFound, hall.run, add_evidence, stranger, case.id, Piece(text="I saw it."))
    await refuses(no.DisputeNotFound, hall.run, accept, stranger, case.id)
    await hall.run(say, worker, case.id, Message(text="Why?"))
    for verb, by, *body in (
        (propose, MEDIATOR, verdict(5000)), (resolve, RULER, verdict(0)), (accept, worker), (decline, client), (withdraw, client),
        (appeal, worker, Grounds(reason="x")), (change_dispute, RULER, ChangeDispute(status="rejected", reason="x")),
    ):  # fmt: skip
        await refuses(no.BankDecides, hall.run, verb, by, case.id, *body)
    bundle = await papers.bundle(await hall.read(), worker, case.id)
    assert (len(bundle.evidence), set(bundle.facts)) == (2, {"chargeback", "payment", "messages"})
    await hall.verify()
    await hall.advance(30 * DAY)
    assert ((await the_case(work)).status, (await the_case(work)).is_overdue) == ("under_review", False)
    await work.at_bank(payment.id, "chargeback_won")
    case = await dispute_view(await hall.read(), case.id, worker)
    assert (case.status, case.outcome, case.to_payee) == ("resolved", "no_refund", Money(4000, "EUR"))
    await refuses(no.Closed, hall.run, add_evidence, worker, case.id, Piece(text="Thanks."))
    await hall.verify()
    said = await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = ANY($1)", ["disputes.opened", "disputes.resolved"])
    assert said == 2
    heard = [one for one in await told(hall, worker) if one.startswith(("disputes.", "payments."))]
    assert heard == [f"payments.chargeback_{what}" for what in ("opened", "reviewed", "closed")]


async def test_a_dispute_by_payment_ends_when_the_bank_takes_the_money(work: Paying) -> None:
    hall = work.hall
    client, worker, milestone, payment = await paid(work)
    dispute = await hall.run(open_dispute, client, OpenDispute(payment_id=payment.id, reason="Nothing came."))
    assert (dispute.escrow_id, dispute.amount) == (milestone.escrow.id, Money(4000, "EUR"))
    await refuses(no.NothingHeld, hall.run, open_dispute, await work.person(), OpenDispute(payment_id=payment.id, reason="x"))
    await hall.run(propose, MEDIATOR, dispute.id, verdict(5000))
    await work.at_bank(payment.id, "chargeback", 1000)
    assert (await the_case(work, kind="milestone")).amount == Money(3000, "EUR")
    await hall.verify()
    await work.at_bank(payment.id, "chargeback")
    closed = await dispute_view(await hall.read(), dispute.id, client)
    assert (closed.status, closed.decision and closed.decision.status) == ("rejected", "replaced")
    await hall.verify()
    await work.at_bank(payment.id, "chargeback_lost")
    cases = (await disputes(await hall.read(), worker, DisputeQuery(kind="chargeback"))).items
    assert {(one.status, one.amount.amount) for one in cases} == {("open", 3000), ("resolved", 1000)}


async def test_what_nobody_holds_cannot_be_disputed(work: Paying) -> None:
    client, worker = await work.pair(wallet=1)
    made = await work.in_euros(client, worker, 40)
    payment = await work.asked(client, made.milestones[0].id)
    await refuses(no.NothingHeld, work.hall.run, open_dispute, client, OpenDispute(payment_id=payment.id, reason="x"))
