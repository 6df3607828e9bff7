"""Subscriptions from the first month to the last, with cards that pay, fail and stay silent."""

from collections import Counter as Tally
from datetime import datetime, timedelta
from typing import Any

import pytest

from skillhall.billing.commands.buy import buy_this, change_subscription, pay_subscription
from skillhall.billing.commands.entitle import give_back, reserve, use
from skillhall.billing.commands.sell import change_plan_sold
from skillhall.billing.commands.subscribe import cancel_subscription, resume_subscription
from skillhall.billing.commands.try_coupon import preview_change
from skillhall.billing.model import refusals as no
from skillhall.billing.model.bodies import BuyThis, ChangePlan, EditPlan, PayRenewal, PlanChoice
from skillhall.billing.model.price import plan_id
from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.payments.commands.refund import RefundPayment, refund_payment
from tests.billing.shopping import EUR, STAFF, Counter
from tests.notifications.reading import still, told
from tests.support.hall import TestHall

PAYMENTS = "SELECT count(*) FROM payments.payment WHERE payer_id = $1"
REFUNDS = "SELECT count(*) FROM payments.refund WHERE why = 'surplus' AND state = 'succeeded'"


@pytest.fixture
async def counter(hall: TestHall) -> Counter:
    return await Counter(hall).opened()


async def change(counter: Counter, who: Actor, code: str, **rest: Any) -> Any:
    return await counter.hall.run(change_subscription, who, ChangePlan(plan_code=code, **rest))


async def later(counter: Counter, **span: float) -> None:
    await counter.hall.advance(timedelta(**span))


async def test_a_month_is_paid_and_the_next_one_too(counter: Counter):
    who = await counter.buyer()
    assert (await counter.sub(who)).status == "none"
    bought = await counter.bought(who, plan_code="PRO")
    assert (bought.status, bought.amount.amount) == ("paid", 1999)
    sub = await counter.sub(who)
    assert (sub.status, sub.price, sub.next_payment) == ("active", Money(1999, EUR), Money(1999, EUR))
    dearer = EditPlan(prices=[Money(2999, EUR)])
    await counter.hall.run(change_plan_sold, STAFF, plan_id("pro"), dearer, lambda _version: None)
    await counter.reach(sub.current_period_end)
    renewed = await counter.sub(who)
    assert (renewed.status, renewed.current_period_start, renewed.price) == ("active", sub.current_period_end, Money(1999, EUR))
    assert await counter.said("billing.subscription_renewed") == 1
    for _ in range(2):
        assert (await counter.hall.run(cancel_subscription, who)).cancel_at_period_end
    assert await still(counter.hall, who, "billing.subscription_cancelled", "billing.subscription_started") == [True, True]
    assert not (await counter.hall.run(resume_subscription, who)).cancel_at_period_end
    await counter.hall.run(cancel_subscription, who)
    await counter.reach(renewed.current_period_end)
    ended = await counter.sub(who)
    assert (ended.status, ended.end_reason) == ("ended", "cancelled")
    for verb in (cancel_subscription, resume_subscription):
        with pytest.raises(no.NotSubscribed):
            await counter.hall.run(verb, who)
    assert (await counter.bought(who, plan_code="pro")).amount.amount == 2999
    heard = Tally(await told(counter.hall, who))
    assert heard == {
        "billing.subscription_started": 2, "billing.subscription_renewed": 1, "billing.subscription_cancelled": 2,
        "billing.subscription_resumed": 1, "billing.invoice_issued": 3, "payments.succeeded": 3,
    }  # fmt: skip
    await counter.hall.verify()


async def test_a_card_that_fails_is_tried_for_three_weeks(counter: Counter):
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    end = (await counter.sub(who)).current_period_end
    await counter.card(who, "tok_decline")
    await counter.reach(end)
    sub = await counter.sub(who)
    assert (sub.status, sub.amount_due) == ("past_due", Money(1999, EUR))
    assert datetime.fromisoformat(sub.grace_ends_at or "") - datetime.fromisoformat(end or "") >= timedelta(days=21)
    await counter.hall.work(reserve, who.account_id, "projects", ids.new(), 50)  # the plan stays in grace
    for days, tries in ((2, 2), (5, 3), (7, 4)):
        await later(counter, days=days)
        assert (await counter.sub(who)).status == "past_due"
        assert await counter.hall.pool.fetchval(PAYMENTS, who.account_id) == 1 + tries
    await later(counter, days=7)
    ended = await counter.sub(who)
    assert (ended.status, ended.end_reason) == ("ended", "unpaid")
    assert await counter.hall.pool.fetchval(PAYMENTS, who.account_id) == 6
    assert await counter.said("billing.renewal_failed") == 5
    heard = Tally(await told(counter.hall, who))
    assert (heard["billing.renewal_failed"], heard["billing.subscription_ended"], heard["payments.failed"]) == (5, 1, 0)
    assert await still(counter.hall, who, "billing.renewal_failed", "billing.subscription_started") == [False, False]
    with pytest.raises(no.LimitReached):
        await counter.hall.work(reserve, who.account_id, "projects", ids.new(), 4)
    await counter.hall.verify()


async def test_an_overdue_month_is_paid_with_another_card_or_by_hand(counter: Counter):
    people = [await counter.buyer() for _ in range(3)]
    for who in people:
        await counter.bought(who, plan_code="pro")
        await counter.card(who, "tok_decline")
    retried, paying, buying = people
    end = (await counter.sub(retried)).current_period_end
    await counter.reach(end, past=timedelta(hours=1))
    with pytest.raises(no.RenewalOpen):
        await change(counter, paying, "enterprise")
    with pytest.raises(no.RenewalOpen):
        await counter.hall.run(preview_change, paying, PlanChoice(plan_code="enterprise"))
    card = await counter.card(paying, "tok_ok")
    await counter.hall.run(pay_subscription, paying, PayRenewal(payment_method_id=card))
    opened = await counter.hall.run(buy_this, buying, BuyThis(plan_code="pro"))  # the same as paying what is overdue
    assert opened.payment_id
    await counter.tell(opened.payment_id)
    await counter.hall.drain()
    await counter.card(retried, "tok_ok")
    await later(counter, days=2)
    for who in people:
        sub = await counter.sub(who)
        assert (sub.status, sub.amount_due) == ("active", None)
        assert sub.current_period_start
        assert datetime.fromisoformat(sub.current_period_start) - datetime.fromisoformat(end or "") < timedelta(minutes=1)
    with pytest.raises(no.NothingDue):
        await counter.hall.run(pay_subscription, paying, PayRenewal())
    await counter.hall.verify()


async def test_a_charge_without_an_answer_is_not_made_twice(counter: Counter):
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    await counter.card(who, "tok_timeout")
    await counter.reach((await counter.sub(who)).current_period_end)
    due = (await counter.sub(who)).due_purchase_id
    assert due
    payment = await counter.payment(due)
    assert payment["state"] == "unknown"
    await later(counter, days=8)
    assert (await counter.sub(who)).status == "past_due"
    assert await counter.hall.pool.fetchval(PAYMENTS, who.account_id) == 2
    for _ in range(2):
        await counter.tell(payment["id"])
    sub = await counter.sub(who)
    assert (sub.status, sub.amount_due) == ("active", None)
    assert await counter.said("billing.subscription_renewed") == 1


async def test_cancelled_while_the_renewal_is_on_its_way(counter: Counter):
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    await counter.card(who, "tok_slow")
    await counter.reach((await counter.sub(who)).current_period_end)
    due = (await counter.sub(who)).due_purchase_id
    assert due
    assert (await counter.payment(due))["state"] == "processing"
    assert (await counter.hall.run(cancel_subscription, who)).status == "ended"
    await counter.tell((await counter.payment(due))["id"])
    await counter.hall.drain()
    assert (await counter.sub(who)).end_reason == "cancelled"
    assert await counter.hall.pool.fetchval("SELECT surplus_reason FROM payments.payment WHERE subject_id = $1", due) == "cancelled"
    await counter.hall.verify()


async def test_a_trial_is_for_nothing_and_once(counter: Counter):
    await counter.plan("team", 4999, trial_days=14, limits={"projects": 1})
    await counter.coupon("FIRST", 5000)
    who, poor = await counter.buyer(), await counter.person()
    for one in (who, poor):
        opened = await counter.open(one, plan_code="team", coupon_code="first" if one == who else None)
        assert (opened.status, opened.amount.amount) == ("paid", 0)
        assert (await counter.sub(one)).status == "trialing"
        with pytest.raises(no.AlreadySubscribed):
            await counter.open(one, plan_code="enterprise")
    preview = await counter.hall.run(preview_change, poor, PlanChoice(plan_code="pro"))
    assert (preview.kind, preview.amount_due.amount) == ("switch", 0)
    await change(counter, poor, "pro")
    sub = await counter.sub(poor)
    assert (sub.status, sub.plan and sub.plan.code) == ("trialing", "pro")
    await counter.reach((await counter.sub(who)).current_period_end, past=timedelta(minutes=5))
    assert ((await counter.sub(poor)).status, (await counter.sub(poor)).end_reason) == ("ended", "trial_over")
    paid = await counter.sub(who)
    assert (paid.status, paid.next_payment) == ("active", Money(4999, EUR))
    amounts = await counter.hall.pool.fetch("SELECT amount FROM billing.purchase WHERE account_id = $1 ORDER BY created_at", who.account_id)
    assert [row["amount"] for row in amounts] == [0, 2500]
    assert await told(counter.hall, poor) == [f"billing.subscription_{what}" for what in ("started", "changed", "ended")]
    again = await counter.open(poor, plan_code="team")
    assert (again.status, again.amount.amount) == ("open", 4999)
    await counter.hall.verify()


async def test_a_coupon_for_some_months_and_one_for_all_of_the_price(counter: Counter):
    await counter.coupon("HALF", 5000, periods=2)
    await counter.coupon("WHOLE", 10_000, periods=None)
    half, whole = await counter.buyer(), await counter.person()
    assert (await counter.bought(half, plan_code="pro", coupon_code="half")).amount.amount == 1000
    free = await counter.open(whole, plan_code="pro", coupon_code="WHOLE")
    assert (free.status, free.amount.amount, free.discount.amount) == ("paid", 0, 1999)
    for expected in (1000, 1999):
        await counter.reach((await counter.sub(half)).current_period_end, past=timedelta(minutes=5))
        newest = "SELECT amount FROM billing.purchase WHERE account_id = $1 ORDER BY created_at DESC LIMIT 1"
        assert await counter.hall.pool.fetchval(newest, half.account_id) == expected
        assert (await counter.sub(whole)).status == "active"
    assert await counter.hall.pool.fetchval(PAYMENTS, whole.account_id) == 3
    await counter.hall.verify()


async def test_a_dearer_plan_now_and_a_cheaper_one_later(counter: Counter):
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    end = datetime.fromisoformat((await counter.sub(who)).current_period_end or "")
    await counter.hall.advance((end - await counter.now()) / 2)
    preview = await counter.hall.run(preview_change, who, PlanChoice(plan_code="enterprise"))
    assert preview.kind == "upgrade"
    assert preview.amount_due.amount == pytest.approx(4000, abs=2)
    assert preview.credited.amount == pytest.approx(999, abs=1)
    with pytest.raises(no.CouponNotForThis):
        await counter.open(who, plan_code="enterprise", coupon_code="ANY")
    opened = await change(counter, who, "enterprise")
    assert (await change(counter, who, "enterprise")).purchase_id == opened.purchase_id
    assert (await counter.sub(who)).plan.code == "pro"  # type: ignore[union-attr]
    await counter.tell(opened.payment_id)
    sub = await counter.sub(who)
    assert (sub.plan and sub.plan.code, sub.current_period_end) == ("enterprise", (await counter.sub(who)).current_period_end)
    with pytest.raises(no.SamePlan):
        await change(counter, who, "enterprise")
    with pytest.raises(no.SamePlan):
        await counter.hall.run(preview_change, who, PlanChoice(plan_code="enterprise"))
    with pytest.raises(no.NotAnUpgrade):
        await counter.open(who, plan_code="pro")
    assert (await counter.hall.run(preview_change, who, PlanChoice(plan_code="pro"))).kind == "downgrade"
    assert (await change(counter, who, "pro")).payment_id is None
    assert (await counter.sub(who)).next_plan.code == "pro"  # type: ignore[union-attr]
    await change(counter, who, "enterprise")
    assert (await counter.sub(who)).next_plan is None
    await change(counter, who, "pro")
    await counter.reach(end.isoformat())
    sub = await counter.sub(who)
    assert (sub.plan and sub.plan.code, sub.price, sub.status) == ("pro", Money(1999, EUR), "active")
    assert (await counter.hall.run(preview_change, who, PlanChoice(plan_code="free"))).kind == "cancel"
    await change(counter, who, "free")
    assert (await counter.sub(who)).cancel_at_period_end
    await counter.hall.verify()


async def test_an_upgrade_that_is_paid_too_late_comes_back(counter: Counter):
    who = await counter.buyer()
    await counter.plan("team", 4999)
    await counter.bought(who, plan_code="pro")
    first = await change(counter, who, "enterprise")
    second = await change(counter, who, "team")  # another plan takes the place of the first
    await counter.tell(first.payment_id)
    assert (await counter.sub(who)).plan.code == "pro"  # type: ignore[union-attr]
    await counter.reach((await counter.sub(who)).current_period_end, past=timedelta(minutes=5))
    await counter.tell(second.payment_id)
    await counter.hall.drain()
    sub = await counter.sub(who)
    assert (sub.status, sub.plan and sub.plan.code) == ("active", "pro")
    assert await counter.hall.pool.fetchval("SELECT count(*) FROM payments.payment WHERE surplus_reason IS NOT NULL") == 2
    await counter.hall.verify()


async def test_what_is_refunded_or_charged_back_ends(counter: Counter):
    gone, back, kept = [await counter.buyer() for _ in range(3)]
    await counter.coupon("ONCE", 1000, limit=1)
    bought = await counter.bought(gone, plan_code="pro", coupon_code="ONCE")
    with pytest.raises(no.CouponUsedUp):
        await counter.bought(back, plan_code="pro", coupon_code="ONCE")
    assert bought.payment_id
    with pytest.raises(no.NotRefundable):
        await counter.refund(gone, bought.payment_id)
    await counter.chargeback(bought.payment_id)
    assert (await counter.sub(gone)).end_reason == "charged_back"
    assert (await counter.bought(back, plan_code="pro", coupon_code="ONCE")).status == "paid"
    await counter.refund(STAFF, (await counter.hall.pool.fetchval(
        "SELECT payment_id FROM billing.purchase WHERE account_id = $1", back.account_id)))  # fmt: skip
    assert (await counter.sub(back)).end_reason == "refunded"
    part = await counter.bought(kept, plan_code="pro")
    assert part.payment_id
    await counter.refund(STAFF, part.payment_id, 999)
    assert (await counter.sub(kept)).status == "active"
    upgrade = await change(counter, kept, "enterprise")
    await counter.tell(upgrade.payment_id)
    assert (await counter.sub(kept)).plan.code == "enterprise"  # type: ignore[union-attr]
    await counter.refund(STAFF, upgrade.payment_id)
    assert (await counter.sub(kept)).plan.code == "pro"  # type: ignore[union-attr]
    await counter.chargeback(bought.payment_id, "won")
    await counter.hall.drain()
    assert (await counter.purchase(bought.id)).returned.amount == 0
    await counter.hall.verify()


async def test_what_a_plan_brings_is_counted_by_period(counter: Counter):
    who = await counter.buyer()
    things = [ids.new() for _ in range(4)]
    for thing in things[:3]:
        for _ in range(2):
            await counter.hall.work(reserve, who.account_id, "projects", thing)
    with pytest.raises(no.LimitReached):
        await counter.hall.work(reserve, who.account_id, "projects", things[3])
    for verb in (use, give_back, use):  # the first that comes decides
        await counter.hall.work(verb, things[0])
    for verb in (give_back, use):
        await counter.hall.work(verb, things[1])
    await counter.hall.work(reserve, who.account_id, "projects", things[3])
    with pytest.raises(no.LimitReached):
        await counter.hall.work(reserve, who.account_id, "projects", things[1])
    found = {one.entitlement: (one.used, one.reserved, one.remaining) for one in (await counter.usage(who)).usage}
    assert found == {"ai_credits": (0, 0, 100), "projects": (1, 2, 0), "applications": (0, 0, 10)}
    await counter.reach((await counter.usage(who)).period_end)
    await counter.hall.work(reserve, who.account_id, "projects", things[1])
    await counter.bought(who, plan_code="pro")
    assert [(one.limit, one.used) for one in (await counter.usage(who)).usage] == [(1000, 0), (None, 0), (None, 0)]
    await counter.hall.work(reserve, who.account_id, "ai_credits", things[1], 1000)  # it is kept already: nothing happens
    await counter.hall.work(reserve, who.account_id, "ai_credits", ids.new(), 1000)
    with pytest.raises(no.LimitReached):
        await counter.hall.work(reserve, who.account_id, "ai_credits", ids.new())
    await counter.reach((await counter.sub(who)).current_period_end)
    await counter.hall.work(reserve, who.account_id, "ai_credits", ids.new())
    await counter.hall.verify()


NEWEST = "SELECT amount FROM billing.purchase WHERE account_id = $1 ORDER BY created_at DESC LIMIT 1"


async def test_the_price_of_an_upgrade_goes_back_after_the_month_it_was_for(counter: Counter):
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    end = (await counter.sub(who)).current_period_end
    await counter.hall.advance(datetime.fromisoformat(end or "") - await counter.now() - timedelta(days=3))
    upgrade = await change(counter, who, "enterprise")
    await counter.tell(upgrade.payment_id)
    await counter.reach(end, past=timedelta(minutes=5))
    assert await counter.hall.pool.fetchval(NEWEST, who.account_id) == 9999
    await counter.hall.run(refund_payment_of(upgrade.payment_id), STAFF)
    assert (await counter.sub(who)).plan.code == "enterprise"  # type: ignore[union-attr]


async def test_an_upgrade_from_a_month_with_a_coupon_costs_the_same_again_once_its_price_went_back(counter: Counter):
    await counter.coupon("HALF", 5000, periods=1)
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro", coupon_code="HALF")
    before = (await counter.hall.run(preview_change, who, PlanChoice(plan_code="enterprise"))).amount_due.amount
    upgrade = await change(counter, who, "enterprise")
    await counter.tell(upgrade.payment_id)
    await counter.hall.run(refund_payment_of(upgrade.payment_id), STAFF)
    after = (await counter.hall.run(preview_change, who, PlanChoice(plan_code="enterprise"))).amount_due.amount
    assert after == pytest.approx(before, abs=2)


async def test_a_coupon_for_one_plan_is_not_for_the_plan_changed_to(counter: Counter):
    await counter.plan("team", 4999, trial_days=14)
    await counter.coupon("PROFREE", 10_000, periods=None, items=["pro"])
    await counter.coupon("TEAMFREE", 10_000, periods=None, items=["team"])
    who, trying = await counter.buyer(), await counter.buyer()
    await counter.bought(who, plan_code="pro", coupon_code="PROFREE")
    preview = await counter.hall.run(preview_change, who, PlanChoice(plan_code="enterprise"))
    assert (preview.amount_due.amount, preview.next_payment.amount) == (pytest.approx(9999, abs=2), 9999)
    await counter.open(trying, plan_code="team", coupon_code="TEAMFREE")
    await change(counter, trying, "enterprise")
    await counter.reach((await counter.sub(trying)).current_period_end, past=timedelta(minutes=5))
    assert await counter.hall.pool.fetchval(NEWEST, trying.account_id) == 9999


async def test_a_plan_left_open_in_another_tab_is_an_upgrade_once_there_is_a_subscription(counter: Counter):
    await counter.coupon("TEAR", 1000, limit=1)
    who, other = await counter.buyer(), await counter.buyer()
    first = await counter.open(who, plan_code="enterprise", coupon_code="TEAR")
    await counter.bought(who, plan_code="pro")
    assert (await counter.purchase(first.id)).status == "dead"
    opened = await change(counter, who, "enterprise")
    assert await counter.hall.pool.fetchval("SELECT amount FROM payments.payment WHERE id = $1", opened.payment_id) < 9000
    assert (await counter.bought(other, plan_code="pro", coupon_code="TEAR")).status == "paid"
    await counter.tell((await counter.payment(first.id))["id"])
    assert (await counter.sub(who)).plan.code == "pro"  # type: ignore[union-attr]
    await counter.hall.verify()


async def test_who_is_suspended_buys_nothing_with_a_stored_card_either(counter: Counter):
    who = await counter.buyer()
    card = await counter.hall.pool.fetchval("SELECT id FROM payments.method WHERE account_id = $1", who.account_id)
    await counter.hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", who.account_id)
    for method_id in (None, card):
        with pytest.raises(AccountNotActive):
            await counter.hall.run(buy_this, who, BuyThis(plan_code="pro", payment_method_id=method_id))


def refund_payment_of(payment_id: Any) -> Any:
    """Return the command that sends all of a payment back."""
    return lambda tx, by: refund_payment(tx, by, payment_id, RefundPayment(), has_key=True)
