"""Money that goes back because somebody asks, because it was released, or by itself: once, and never more than there was."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery, Subject
from skillhall.ledger.api import Insufficient, Transfer, post, set_aside, settle
from skillhall.payments.api import PaymentView, find_paid, give_back, refunded_of
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_refund import apply_refund
from skillhall.payments.commands.refund import RefundPayment, refund_payment, retry_refund
from skillhall.payments.commands.resolve_suspense import Resolution, resolve_suspense
from skillhall.payments.jobs.refunds import chase_refunds
from skillhall.payments.model import refund_refusals as no
from skillhall.payments.model.refund import TooEarlyError, WrongNewsError
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.ports import PaymentFacts, RefundFacts
from skillhall.payments.queries.refunds import refunds_of
from tests.notifications.reading import told
from tests.payments.shop import Till, open_till
from tests.support.hall import TestHall

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def till(hall: TestHall) -> AsyncGenerator[Till]:
    async with open_till(hall) as opened:
        yield opened


async def hours_pass(till: Till, hours: int = 2) -> None:
    """Let the provider have been silent for a while, and ask after it."""
    past = "UPDATE payments.refund SET sent_at = sent_at - make_interval(hours => $1), asked_at = asked_at - make_interval(hours => $1)"
    await till.hall.pool.execute(past, hours)
    await till.hall.work(chase_refunds)
    await till.hall.drain()


async def released(till: Till, payment: PaymentView, amount: int, payee: Actor, paid: int = 0) -> None:
    """Have the owner of a hold give part of it back, and settle the rest, in one posting."""

    async def rule(tx: Tx) -> None:
        lines = await give_back(tx, payment.paid_id, amount, "ruled")
        given = settle(payment.paid_id, payee.account_id, paid, fee=paid // 10) if paid else ()
        await post(tx, Transfer(id=ids.new(), kind="settle", subject=Subject("test", ids.new()), lines=(*given, *lines)))

    await till.hall.work(rule)


async def test_of_a_package_what_is_not_spent_goes_back(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    await till.spend(buyer, 40)
    asked = await till.refund(buyer, payment)
    assert (asked.amount, asked.credits, asked.status, asked.why) == (Money(1832, "USD"), Money(110, "CREDIT"), "processing", "asked")
    assert (await till.has(buyer), await till.sums(payment)) == ({"held credits": 110}, (2499, 0, 0, 0))
    assert await refunded_of(await till.hall.read(), payment.id) == 1832
    again = await till.refund(buyer, payment)  # the rest, once more: the same refund
    assert again.id == asked.id
    await till.hall.drain()
    assert (await till.has(buyer), await till.sums(payment)) == ({}, (2499, 1832, 0, 0))
    assert await till.house() == {"provider:sandbox": -667, "sold": 667}
    assert len(till.desk.sent) == 1
    page = await refunds_of(await till.hall.read(), buyer, payment.id, ListQuery())
    assert [(one.id, one.status) for one in page.items] == [(asked.id, "succeeded")]
    with pytest.raises(no.NotRefundable):
        await till.refund(buyer, payment, Decimal("0.01"))
    await till.hall.verify()


async def test_what_may_not_be_asked_for(till: Till) -> None:
    hall = till.hall
    buyer, payment = await till.paid("credits")
    stranger = await till.person()
    for refusal, by, amount in (
        (PaymentNotFound, stranger, None),
        (no.OtherCurrency, buyer, Money(5, "EUR")),
        (Invalid, buyer, Decimal("1.005")),
        (Invalid, buyer, Decimal(0)),
    ):
        with pytest.raises(refusal):
            await till.refund(by, payment, amount)
    with pytest.raises(no.RefundTooMuch) as too_much:
        await till.refund(buyer, payment, Money(2500, "USD"))
    assert too_much.value.sentence == f"At most {too_much.value.params['most']} of this payment can be refunded."
    assert too_much.value.params["most"] == payment.amount
    with pytest.raises(PaymentNotFound):
        await refunds_of(await hall.read(), stranger, payment.id, ListQuery())

    async def without_key(tx: Tx, by: Actor) -> None:
        await refund_payment(tx, by, payment.id, RefundPayment(amount=Decimal(1)), has_key=False)

    with pytest.raises(Invalid):
        await hall.run(without_key, buyer)
    _, unpaid = await till.opened("credits")
    with pytest.raises(no.NotRefundable):
        await till.refund(till.staff, unpaid)
    with pytest.raises(no.RefundNotFound):
        await hall.run(retry_refund, till.staff, ids.new())
    await hall.advance(timedelta(days=30))
    with pytest.raises(no.RefundTooLate):
        await till.refund(buyer, payment)
    await hall.verify()


async def test_the_payee_gives_earnings_back_with_the_fee_on_them(till: Till) -> None:
    payer, payee, payment = await till.settled(999)
    assert await till.has(payee) == {"earnings": 900}
    with pytest.raises(no.NotRefundable):
        await till.refund(payer, payment)
    await till.refund(payee, payment, Decimal("3.33"))
    assert (await till.has(payee), await till.has(payer)) == ({"earnings": 900 - 300}, {"held": 333})
    await till.hall.drain()
    assert await till.house() == {"provider:sandbox": -666, "platform_fee": 99 - 33}
    await till.post("payout_open", set_aside(ids.new(), payee.account_id, 500, "payout", ids.NIL, asset="USD", account="earnings"))
    with pytest.raises(Insufficient):
        await till.refund(payee, payment, Decimal("3.33"))
    assert await till.sums(payment) == (999, 333, 0, 0)


async def test_a_refund_that_fails_is_undone(till: Till) -> None:
    buyer, package = await till.paid("credits")
    subscriber, plan = await till.paid("subscription")
    _, payee, work = await till.settled(1000)
    before = await till.house()
    till.desk.says = ["failed"] * 3
    asked = await till.refund(buyer, package)
    await till.refund(subscriber, plan, Decimal(10))
    await till.refund(payee, work)
    await till.hall.drain()
    assert (await till.has(buyer), await till.has(subscriber), await till.has(payee)) == ({"wallet credits": 150}, {}, {"earnings": 900})
    assert await till.house() == before
    assert "payments.refund_failed" in await told(till.hall, buyer)
    assert [await till.states(one) for one in (package, plan, work)] == [
        [("asked", "failed", 2499)], [("asked", "failed", 1000)], [("asked", "failed", 1000)],
    ]  # fmt: skip
    with pytest.raises(no.RefundMoved):  # its money is no longer aside
        await till.hall.run(retry_refund, till.staff, asked.id)
    again = await till.refund(buyer, package)
    await till.hall.drain()
    assert (again.id != asked.id, await till.sums(package)) == (True, (2499, 2499, 0, 0))
    await till.hall.verify()


async def test_released_money_that_cannot_be_sent_waits_for_staff(till: Till) -> None:
    payee = await till.person()
    payer, payment = await till.paid("booking", 333, payee, fee=40)
    till.desk.says = ["failed", "failed"]
    await released(till, payment, 134, payee, paid=199)
    await till.hall.drain()
    assert (await till.has(payer), await till.has(payee), await till.sums(payment)) == ({"held": 134}, {"earnings": 180}, (333, 0, 0, 0))
    assert await refunded_of(await till.hall.read(), payment.id) == 134
    (failed,) = (await refunds_of(await till.hall.read(), till.staff, payment.id, ListQuery())).items
    assert (failed.status, failed.failure) == ("failed", "card_closed")
    await till.hall.verify()
    second = await till.hall.run(retry_refund, till.staff, failed.id)
    assert (await till.hall.run(retry_refund, till.staff, failed.id)).id == second.id
    await till.hall.drain()
    await till.hall.run(retry_refund, till.staff, second.id)
    await till.hall.drain()
    assert (await till.has(payer), await till.sums(payment)) == ({}, (333, 134, 0, 0))
    assert await till.states(payment) == [("released", "failed", 134), ("released", "failed", 134), ("released", "succeeded", 134)]
    assert len(set(till.desk.sent)) == 3  # another key each time
    with pytest.raises(no.RefundMoved):
        await till.hall.run(retry_refund, till.staff, (await till.hall.pool.fetchval("SELECT max(id::text)::uuid FROM payments.refund")))
    await till.hall.verify()


async def test_what_became_of_a_refund_is_asked_until_it_is_known(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    till.desk.says = ["drop", "lose"]
    first = await till.refund(buyer, payment, Decimal(10))
    await till.hall.drain()
    assert (await till.states(payment), await till.sums(payment)) == ([("asked", "unknown", 1000)], (2499, 0, 0, 0))
    await till.hall.work(chase_refunds)  # too early to ask
    await till.hall.drain()
    assert len(till.desk.sent) == 1
    await hours_pass(till, 0)
    till.desk.safe_seconds = 86_400
    await hours_pass(till)  # it never arrived: sent again with the same key, and that answer is lost
    assert (till.desk.sent, await till.sums(payment)) == ([first.id, first.id], (2499, 0, 0, 0))
    await hours_pass(till)
    assert (len(till.desk.sent), await till.states(payment), await till.sums(payment)) == (
        2,
        [("asked", "succeeded", 1000)],
        (2499, 1000, 0, 0),
    )
    till.desk.says = ["drop"]
    await till.refund(buyer, payment, Decimal(1))
    await till.hall.drain()
    till.desk.safe_seconds = 3600
    await hours_pass(till)  # never arrived, and too late to send the same call again
    assert (await till.states(payment))[-1] == ("asked", "failed", 100)
    assert (await till.has(buyer))["wallet credits"] == 150 - 61
    await till.hall.verify()


async def test_the_same_news_of_a_refund_counts_once_whoever_brings_it(till: Till) -> None:
    payer, payment = await till.paid("subscription")
    till.desk.says = ["lose"]
    asked = await till.refund(payer, payment, Decimal(10))
    await till.hall.drain()
    ref = f"re_{asked.id.hex}"
    await till.told(payment, 1000, ref)  # the webhook has the party's name alone: it is the refund that has none yet
    await till.told(payment, 1000, ref, refund_id=asked.id)
    await till.told(payment, 1000, ref, "processing")
    await hours_pass(till)
    assert (await till.states(payment), await till.sums(payment)) == ([("asked", "succeeded", 1000)], (2499, 1000, 0, 0))
    till.desk.says = ["lose"]
    ours = await till.refund(payer, payment, Decimal(2))
    await till.hall.drain()
    await till.told(payment, 200, "re_desk")  # made in the dashboard at the same time, and as high
    await till.told(payment, 200, f"re_{ours.id.hex}", refund_id=ours.id)
    await till.told(payment, 200, f"re_{ours.id.hex}")
    await till.told(payment, 200, "re_desk")  # told again, now that ours has its own name
    assert await till.states(payment) == [("asked", "succeeded", 1000), ("asked", "succeeded", 200), ("dashboard", "succeeded", 200)]
    assert await till.sums(payment) == (2499, 1400, 0, 0)
    await till.hall.verify()


async def test_a_refund_made_in_the_dashboard_is_booked_and_the_shortage_owed(till: Till) -> None:
    buyer, payment = await till.paid("credits", fee=103)
    await till.spend(buyer, 140)
    assert await till.told(payment, 2499, "re_1", "processing") == payment.id
    assert await till.sums(payment) == (2499, 0, 0, 0)
    for _ in range(2):
        await till.told(payment, 2499, "re_1")
    assert (await till.has(buyer), await till.sums(payment)) == ({"debt credits": -140}, (2499, 2499, 0, 0))
    assert await till.states(payment) == [("dashboard", "succeeded", 2499)]
    assert await till.house() == {"provider:sandbox": 103, "provider_fee": -103}
    with pytest.raises(WrongNewsError):
        await till.told(payment, 1, "re_2")
    with pytest.raises(no.NotRefundable):
        await till.refund(buyer, payment)
    await till.told(payment, 2499, "re_1", "failed")  # it comes back to us, and is still the payer's
    assert (await till.states(payment), await till.sums(payment)) == ([("released", "failed", 2499)], (2499, 0, 0, 0))
    refund_id = (await refunds_of(await till.hall.read(), till.staff, payment.id, ListQuery())).items[0].id
    await till.hall.run(retry_refund, till.staff, refund_id)
    await till.hall.drain()
    assert await till.sums(payment) == (2499, 2499, 0, 0)
    await till.hall.verify()


async def test_a_dashboard_refund_takes_what_waits_after_a_failure_first(till: Till) -> None:
    payee = await till.person()
    payer, payment = await till.paid("booking", 1000, payee)
    till.desk.says = ["failed"]
    await released(till, payment, 400, payee, paid=600)
    await till.hall.drain()
    await till.told(payment, 100, "re_a")
    await till.told(payment, 500, "re_b")
    assert (await till.has(payer), await till.has(payee)) == ({}, {"earnings": 540 - 180})
    assert await till.states(payment) == [("released", "cancelled", 300), ("dashboard", "succeeded", 100), ("dashboard", "succeeded", 500)]
    assert await till.sums(payment) == (1000, 600, 0, 0)
    await till.hall.verify()


@pytest.mark.parametrize("purpose", ["credits", "subscription", "booking"])
async def test_a_refund_that_fails_after_it_had_gone(till: Till, purpose: str) -> None:
    payee = await till.person()
    payer, payment = await till.paid(purpose, 2499, payee if purpose == "booking" else None)
    before = await till.house()
    if purpose == "booking":
        await released(till, payment, 2499, payee)
    else:
        await till.refund(payer, payment)
    await till.hall.drain()
    assert await till.sums(payment) == (2499, 2499, 0, 0)
    refund_id = till.desk.sent[0]
    ref = f"re_{refund_id.hex}"
    for _ in range(2):
        await till.told(payment, 2499, ref, "failed")
    assert (await till.sums(payment), await till.house()) == ((2499, 0, 0, 0), before)
    assert await till.has(payer) == {"credits": {"wallet credits": 150}, "subscription": {}, "booking": {"held": 2499}}[purpose]
    await till.hall.verify()
    await till.told(payment, 2499, ref)  # "succeeded", late: the party is asked how it stands
    await till.hall.drain()
    assert await till.sums(payment) == (2499, 2499, 0, 0)
    assert await till.house() == {}
    await till.hall.verify()


async def test_a_surplus_goes_back_whole(till: Till) -> None:
    payer, payment = await till.opened("booking", 700, await till.person())
    await till.hall.pool.execute("UPDATE shop SET state = 'expired'")
    await till.come(payment, fee=50)
    assert (await till.states(payment), await till.has(payer)) == ([("surplus", "pending", 700)], {"held": 700})
    with pytest.raises(no.NotRefundable):
        await till.refund(till.staff, payment)
    await till.hall.drain()
    assert (await till.has(payer), await till.sums(payment)) == ({}, (700, 700, 0, 0))
    assert await till.house() == {"provider:sandbox": 50, "provider_fee": -50}  # the party keeps its fee
    paid = await find_paid(await till.hall.read(), payment_id=payment.id)
    assert paid is not None
    assert paid.is_surplus
    assert {*await told(till.hall, payer)} == {"payments.not_kept", "payments.refunded"}
    await till.hall.verify()


async def test_news_that_comes_too_early_waits(till: Till) -> None:
    _, payment = await till.opened("credits")
    await till.hall.pool.execute("UPDATE payments.payment SET ref = 'ch_' || replace($1::uuid::text, '-', '') WHERE id = $1", payment.id)
    with pytest.raises(TooEarlyError):
        await till.told(payment, 2499, "re_1")
    await till.come(payment)
    await till.told(payment, 2499, "re_1")
    assert await till.sums(payment) == (2499, 2499, 0, 0)
    assert await till.told(msgspec.structs.replace(payment, id=ids.new()), 1, "re_2") is None
    buyer, other = await till.paid("credits")
    asked = await till.refund(buyer, other)
    with pytest.raises(WrongNewsError):
        await till.told(other, 1, "re_3", refund_id=asked.id)


def another_charge(payment: PaymentView, amount: int = 0) -> PaymentFacts:
    """Return the news that the same payment was paid once more, by another charge."""
    captured = amount or payment.amount.amount
    return PaymentFacts(ref=f"again_{payment.id.hex}", state="succeeded", payment_id=payment.id, captured=captured, asset="USD")


async def test_of_a_payment_that_came_twice_the_second_goes_back_and_the_first_is_kept(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    again = another_charge(payment)
    await till.hall.work(apply_payment, "sandbox", again)
    told = RefundFacts(ref="re_2", state="succeeded", amount=2499, asset="USD", payment_ref=again.ref, payment_id=payment.id)
    for _ in range(2):
        assert await till.hall.work(apply_refund, "sandbox", told) == payment.id
    assert (await till.has(buyer), await till.sums(payment)) == ({"wallet credits": 150}, (2499, 0, 0, 0))
    assert await till.house() == {"provider:sandbox": -2499, "sold": 2499}
    await till.hall.verify()


async def test_what_staff_has_resolved_before_its_news_came_is_booked_once(till: Till) -> None:
    _, payment = await till.opened("credits")
    wrong = another_charge(payment, 500)
    await till.hall.work(apply_payment, "sandbox", wrong)
    suspense_id = await till.hall.pool.fetchval("SELECT id FROM payments.suspense")
    await till.hall.run(resolve_suspense, await till.person(), suspense_id, Resolution(evidence="re_1"))
    told = RefundFacts(ref="re_1", state="succeeded", amount=500, asset="USD", payment_ref=wrong.ref, payment_id=payment.id)
    assert await till.hall.work(apply_refund, "sandbox", told) == payment.id
    assert await till.house() == {}
    await till.hall.verify()
