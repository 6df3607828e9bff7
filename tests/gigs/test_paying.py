"""Work paid for by card: quoted, paid once, given back, taken back; whoever is faster."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from skillhall.gigs.commands.accept_bid import PlannedMilestone
from skillhall.gigs.commands.agree import CallOff, ChangeTerms, cancel_agreement, change_terms
from skillhall.gigs.commands.cancel_project import delete_project
from skillhall.gigs.commands.contest import freeze, rule
from skillhall.gigs.commands.escrow import Release, fund_milestone, release_escrow
from skillhall.gigs.commands.run_booking import cancel_booking, confirm_booking
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, opening, post
from skillhall.payments.api import Options, open_payment, pay_at_sandbox
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.refund import RefundPayment, refund_payment
from skillhall.payments.outside import desk
from skillhall.payments.ports import PaymentFacts
from skillhall.payments.queries.refunds import RefundView
from skillhall.payments.store.methods import keep_method
from tests.gigs.engaging import STAFF
from tests.gigs.paying import Paying
from tests.gigs.test_engagement_seams import restore, suspend
from tests.gigs.test_weeks import monday, weeks
from tests.learning.builders import HOUR, outcome
from tests.support.hall import TestHall
from tests.support.hall import test_hall as open_hall

ALL, MANY = Release(), 16
EUROS: dict[str, Any] = {"budget": None, "currency": "EUR"}


@pytest.fixture
def work(hall: TestHall) -> Paying:
    """The people of a hall of its own, whose work costs euros."""
    return Paying(hall)


async def give_back(tx: Tx, by: Actor, payment_id: Any, amount: Money | None = None) -> RefundView:
    """Ask for a refund as a client that sends its keys."""
    return await refund_payment(tx, by, payment_id, RefundPayment(amount=amount), has_key=True)


async def test_who_may_pay_for_what(work: Paying, database_dsn: str) -> None:
    client, worker = await work.pair(wallet=100)
    made = await work.accepted(client, worker, 40, budget=None, currency="EUR")
    first = made.milestones[0]

    async def quoted(who: Actor, kind: str, thing: UUID, coupon: str | None = None) -> str:
        return await work.refused(open_payment, who, kind, Subject(kind, thing), Options(coupon_code=coupon))

    assert await quoted(client, "milestone", first.id) == "gigs.agreement_moved"
    await work.signed(client, worker, made)
    assert await quoted(worker, "milestone", first.id) == "gigs.client_only"
    assert await quoted(await work.person(), "milestone", first.id) == "gigs.milestone_not_found"
    assert await quoted(client, "milestone", ids.new()) == "gigs.milestone_not_found"
    assert await quoted(client, "booking", first.id) == "gigs.booking_not_found"
    assert await quoted(client, "milestone", first.id, "SPRING") == "gigs.no_coupon"
    credit = await work.active(client, worker, 40)
    assert await quoted(client, "milestone", credit.milestones[0].id) == "gigs.paid_in_credits"
    booked = await work.hired(client, worker, 70, EUROS)
    assert await quoted(await work.person(), "booking", booked.id) == "gigs.booking_not_found"
    await suspend(work, worker)
    assert await quoted(client, "milestone", first.id) == "identity.account_not_active"
    await restore(work, worker)
    payment = await work.paid(client, first)
    assert (payment.amount.amount, payment.fee.amount, payment.payee_id) == (4000, 400, worker.account_id)
    assert await quoted(client, "milestone", first.id) == "gigs.escrow_moved"
    assert await work.status(first.escrow.id) == ("held", 4000, 0)
    await work.hall.verify()
    async with open_hall(database_dsn, ledger_mode="points") as hall:
        credits_only = Paying(hall)
        client, worker = await credits_only.pair()
        other = await credits_only.in_euros(client, worker, 40)
        asked = Subject("milestone", other.milestones[0].id)
        assert await credits_only.refused(open_payment, client, "milestone", asked, Options()) == "ledger.not_in_mode"


async def test_a_week_is_paid_by_card(work: Paying) -> None:
    client, worker = await work.pair()
    made = await work.hourly(client, worker, rate=30, weekly=600, currency="EUR")
    week = made.weeks[0]
    assert week.status == "pending_funding"
    await pay_at_sandbox(work.hall.runner, client.account_id, "milestone", Subject("milestone", week.id))
    assert await weeks(work, made) == [("open", "held")]
    await work.hall.run(release_escrow, client, week.escrow.id, ALL)
    assert await work.earned(worker) == 27_000
    bank = desk.sandbox(await work.hall.read())
    await work.hall.work(keep_method, client.account_id, "sandbox", await bank.attach(client.account_id, None, "tok_ok"))
    await monday(work)
    assert await weeks(work, made) == [("released", "released"), ("open", "held")]
    assert await work.entered("platform_fee") == 3000
    settled = await work.hall.pool.fetch("SELECT host_id, gross, fee FROM billing.settlement")
    assert [tuple(row) for row in settled] == [(worker.account_id, 30_000, 3000)]
    await work.hall.verify()


async def test_money_that_nobody_waits_for_any_more_goes_back(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    start = await work.start_in(90)
    terms, off = await work.in_euros(client, worker, 40, 60), await work.in_euros(client, worker, 50)
    booked = await work.hired(client, worker, 70, EUROS, starts_at=start, ends_at=start + HOUR)
    asked = [await work.asked(client, one.id) for one in (*terms.milestones, *off.milestones)]
    asked.append(await work.asked(client, booked.id, "booking"))
    for payment in asked:
        await work.at_bank(payment.id, "succeed", is_heard=False)
    plan = [PlannedMilestone(title="Part 1", amount=Decimal(90)), PlannedMilestone(title="Part 2", amount=Decimal(10))]
    await hall.run(change_terms, client, terms.id, ChangeTerms(milestones=plan), Match(None).check)
    await hall.run(cancel_agreement, client, off.id, CallOff())
    await hall.run(cancel_booking, worker, booked.id, CallOff())
    assert {(await work.payment(one.id)).status for one in asked} == {"cancelled"}
    await hall.drain()
    views = [await work.payment(one.id) for one in asked]
    assert {(one.status, one.is_surplus) for one in views} == {("refunded", True)}
    assert (await work.held(client), await work.earned(worker), await work.busy(worker)) == (0, 0, 0)
    await hall.verify()


async def test_terms_nobody_has_signed_yet_are_not_paid(work: Paying) -> None:
    client, worker = await work.pair()
    made = await work.in_euros(client, worker, 40)
    payment = await work.asked(client, made.milestones[0].id)
    await work.at_bank(payment.id, "succeed", is_heard=False)
    changed = await work.hall.run(change_terms, client, made.id, ChangeTerms(scope="More."), Match(None).check)
    assert changed.milestones[0].id == made.milestones[0].id
    await work.hall.drain()
    assert (await work.payment(payment.id)).is_surplus
    await work.signed(client, worker, changed)
    await work.paid(client, made.milestones[0])
    assert await work.status(made.milestones[0].escrow.id) == ("held", 4000, 0)
    await work.hall.verify()


async def test_who_pays_from_the_wallet_is_not_charged_too(database_dsn: str) -> None:
    async with open_hall(database_dsn, ledger_mode="licensed") as hall:
        work = Paying(hall)
        client, worker = await work.pair(wallet=0)
        lines = opening(client.account_id, wallet=9000, asset="EUR")
        await hall.work(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", ids.new()), lines=lines))
        first = (await work.in_euros(client, worker, 40)).milestones[0]
        payment = await work.asked(client, first.id)
        await work.at_bank(payment.id, "succeed", is_heard=False)
        assert (await hall.run(fund_milestone, client, first.id)).escrow.status == "held"
        await hall.drain()
        assert [(await work.payment(payment.id)).status, (await work.escrow(first.escrow.id)).funded_from] == ["refunded", "wallet"]
        await hall.verify()


async def test_money_for_who_is_suspended_meanwhile_is_kept(work: Paying) -> None:
    client, worker = await work.pair()
    first = (await work.in_euros(client, worker, 40)).milestones[0]
    payment = await work.asked(client, first.id)
    await work.at_bank(payment.id, "succeed", is_heard=False)
    await work.hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", worker.account_id)
    await work.hall.drain()
    assert (await work.escrow(first.escrow.id)).frozen_by == f"suspension:{worker.account_id}"
    assert await work.refused(release_escrow, client, first.escrow.id, ALL) == "gigs.escrow_moved"
    await restore(work, worker)
    assert await work.status(first.escrow.id) == ("held", 4000, 0)
    await work.hall.verify()


async def test_a_dispute_about_card_money(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    made = await work.in_euros(client, worker, 40, 60)
    first, second = made.milestones
    payment = await work.paid(client, first)
    await work.paid(client, second)
    case = Subject("dispute", ids.new())
    await hall.run(freeze, client, first.escrow.id, case)
    await hall.run(rule, STAFF, first.escrow.id, case, 7500)
    await hall.drain()
    view = await work.payment(payment.id)
    assert (view.status, view.refunded.amount, await work.earned(worker)) == ("partially_refunded", 1000, 2700)
    assert await work.status(first.escrow.id) == ("split", 0, 2700)
    assert await work.refused(give_back, client, payment.id) == "gigs.worker_only"
    back = await hall.run(give_back, worker, payment.id)
    await hall.drain()
    assert (back.amount.amount, (await work.payment(payment.id)).status, await work.earned(worker)) == (3000, "refunded", 0)
    assert await work.entered("platform_fee") == 0
    await hall.verify()


async def test_the_worker_gives_back_a_part(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    first = (await work.in_euros(client, worker, 40)).milestones[0]
    payment = await work.paid(client, first)
    assert await work.refused(give_back, worker, payment.id) == "gigs.still_held"
    assert await work.refused(give_back, client, payment.id) == "gigs.worker_only"
    await hall.run(release_escrow, client, first.escrow.id, ALL)
    await hall.run(give_back, worker, payment.id, Money(1000, "EUR"))
    await hall.drain()
    assert (await work.earned(worker), await work.entered("platform_fee")) == (2700, 300)
    await work.at_bank(payment.id, "chargeback", 3000)
    assert (await work.earned(worker), await work.entered("platform_fee"), await work.entered("loss")) == (0, 0, 0)
    settled = await hall.pool.fetch("SELECT gross, fee FROM billing.settlement ORDER BY at, gross DESC")
    assert [tuple(row) for row in settled] == [(4000, 400), (-1000, -100), (-3000, -300)]
    await hall.verify()


async def test_the_clients_bank_takes_what_is_held(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    first, second, third = (await work.in_euros(client, worker, 40, 60, 80)).milestones
    payments = [await work.paid(client, one) for one in (first, second, third)]
    case = Subject("dispute", ids.new())
    for one in (second, third):
        await hall.run(freeze, worker, one.escrow.id, case)
    await work.at_bank(payments[0].id, "chargeback", 1000)
    await work.at_bank(payments[1].id, "chargeback")
    await work.at_bank(payments[2].id, "chargeback", 3000)
    assert [await work.status(one.escrow.id) for one in (first, second, third)] == [
        ("held", 3000, 0),
        ("refunded", 0, 0),
        ("frozen", 5000, 0),
    ]
    assert (await hall.run(rule, STAFF, second.escrow.id, case, 5000)).state == "refunded"
    await hall.run(rule, STAFF, third.escrow.id, case, 5000)
    await hall.run(release_escrow, client, first.escrow.id, ALL)
    await hall.drain()
    assert [await work.status(one.escrow.id) for one in (first, third)] == [("released", 0, 2700), ("split", 0, 2250)]
    assert (await work.held(client), await work.entered("loss"), await work.earned(worker)) == (0, 0, 4950)
    await work.at_bank(payments[1].id, "chargeback_won")
    assert await work.earned(worker) == 4950 + 5400
    await hall.verify()


async def test_a_booking_whose_money_is_taken_back_is_over(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    start = await work.start_in(90)
    booked = await work.hired(client, worker, 70, EUROS, starts_at=start, ends_at=start + HOUR)
    assert await work.refused(confirm_booking, worker, booked.id) == "gigs.not_funded"
    payment = await pay_at_sandbox(hall.runner, client.account_id, "booking", Subject("booking", booked.id))
    await hall.run(confirm_booking, worker, booked.id)
    assert await work.busy(worker) == 1
    await work.at_bank(payment.id, "chargeback")
    assert (await work.states(booked.agreement.id), await work.busy(worker)) == (("cancelled", "cancelled"), 0)
    await hall.verify()


async def test_a_deleted_project_does_not_keep_a_chargeback_out(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    made = await work.in_euros(client, worker, 40)
    payment = await work.paid(client, made.milestones[0])
    await hall.run(release_escrow, client, made.milestones[0].escrow.id, ALL)
    await hall.run(delete_project, client, made.project_id)
    await work.at_bank(payment.id, "chargeback")
    assert (await work.earned(worker), (await work.payment(payment.id)).status) == (0, "disputed")
    await hall.verify()


async def test_sixteen_tabs_pay_once(work: Paying) -> None:
    hall, (client, worker) = work.hall, await work.pair()
    first = (await work.in_euros(client, worker, 40)).milestones[0]
    asked = Subject("milestone", first.id)
    answers = await hall.race(
        *(outcome(pay_at_sandbox, hall.runner, client.account_id, "milestone", asked) for _ in range(MANY // 2)),
        *(outcome(hall.run, open_payment, client, "milestone", asked, Options()) for _ in range(MANY // 2)),
    )
    assert set(answers) <= {"ok", "payments.moved", "payments.outcome_unknown", "gigs.escrow_moved"}
    await hall.drain()
    assert await work.status(first.escrow.id) == ("held", 4000, 0)
    assert await hall.pool.fetchval("SELECT count(*) FROM payments.payment WHERE captured > 0") == 1
    await hall.verify()


async def test_news_of_the_money_against_every_way_to_give_the_work_up(work: Paying) -> None:
    hall = work.hall
    client, worker = await work.pair()
    for number in range(4):
        made = await work.in_euros(client, worker, 40)
        payment = await work.asked(client, made.milestones[0].id)
        await work.at_bank(payment.id, "succeed", is_heard=False)
        facts = PaymentFacts(
            ref=payment.payment_intent_id or "", state="succeeded", payment_id=payment.id, captured=4000, asset="EUR", fee=146
        )
        news = [outcome(hall.work, apply_payment, "sandbox", facts) for _ in range(MANY // 2)]
        ends = [outcome(hall.run, cancel_agreement, (client, worker)[number % 2], made.id, CallOff()) for _ in range(MANY // 2)]
        answers = await hall.race(*(call for pair in zip(news, ends, strict=True) for call in pair))
        assert set(answers) <= {"ok"}
        await hall.drain()
        assert (await work.payment(payment.id)).status == "refunded"
        assert (await work.held(client), (await work.states(made.id))[0]) == (0, "cancelled")
        await hall.verify()
