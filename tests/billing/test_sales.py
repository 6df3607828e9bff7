"""Packages, coupons and boosts: bought, paid late, paid twice, given back; and what staff may put on sale."""

from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest

from skillhall.billing.commands import sell
from skillhall.billing.commands.try_coupon import validate_coupon
from skillhall.billing.model import refusals as no
from skillhall.billing.model.bodies import (
    BoostChoice,
    Choice,
    EditCoupon,
    EditPackage,
    EditPlan,
    NewCoupon,
    NewPackage,
    NewPlan,
    TryCoupon,
    check_one_choice,
)
from skillhall.billing.model.price import package_id, plan_id
from skillhall.billing.ports import Boostable
from skillhall.billing.queries.catalogue import packages, plans
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Invalid, Refusal
from skillhall.kernel.shapes import ListQuery, Subject
from skillhall.ledger.api import LedgerRules, Transfer, opening, post, reused
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.cancel import cancel_payment
from skillhall.payments.ports import ChargebackFacts
from tests.billing.shopping import EUR, LEARNING, STAFF, Counter
from tests.notifications.reading import told
from tests.support.hall import TestHall


@pytest.fixture
async def counter(hall: TestHall) -> Counter:
    return await Counter(hall).opened()


def anything(_version: object) -> None:
    """Match every version."""


async def refused(counter: Counter, refusal: type[Refusal], command: Any, *args: Any, by: Actor = STAFF) -> Refusal:
    with pytest.raises(refusal) as caught:
        await counter.hall.run(command, by, *args)
    return caught.value


async def test_forty_of_150_credits_spent(counter: Counter):
    who = await counter.buyer()
    bought = await counter.bought(who, package_id=LEARNING)
    assert (bought.status, bought.amount, bought.credits, await counter.credits(who)) == ("paid", Money(2499, EUR), 150, (150, 0))
    assert bought.payment_id
    await counter.spend(who, 40)
    refund = await counter.refund(who, bought.payment_id)
    assert refund.amount == Money(1832, EUR)
    after = await counter.purchase(bought.id)
    assert (after.returned.amount, after.credits_returned, await counter.credits(who)) == (1832, 110, (0, 0))
    assert (await counter.refund(who, bought.payment_id)).id == refund.id
    await counter.chargeback(bought.payment_id, amount=667)
    after = await counter.purchase(bought.id)
    assert (after.returned.amount, after.credits_returned, await counter.credits(who)) == (2499, 150, (0, 40))
    assert {*await told(counter.hall, who)} == {
        "payments.succeeded", "billing.credits_bought", "billing.invoice_issued", "payments.refunded", "billing.credit_note_issued",
    }  # fmt: skip
    await counter.hall.verify()


async def test_earned_credits_are_not_given_back_at_the_price_of_bought_ones(counter: Counter):
    who = await counter.buyer()
    bought = await counter.bought(who, package_id=LEARNING)
    assert bought.payment_id
    await counter.spend(who, 150)
    subject = Subject("test", ids.new())
    await counter.hall.work(post, Transfer(id=ids.new(), kind="opening", subject=subject, lines=opening(who.account_id, earnings=150)))
    await counter.hall.work(post, Transfer(id=ids.new(), kind="reuse", subject=subject, lines=reused(who.account_id, 150)))
    assert await counter.credits(who) == (150, 0)
    with pytest.raises(Refusal) as caught:
        await counter.refund(who, bought.payment_id)
    assert caught.value.code.startswith("payments.")
    assert await counter.credits(who) == (150, 0)


async def test_a_chargeback_of_spent_credits_is_owed_and_comes_back_when_it_is_won(counter: Counter):
    who = await counter.buyer()
    bought = await counter.bought(who, package_id=LEARNING)
    assert bought.payment_id
    await counter.spend(who, 150)
    await counter.chargeback(bought.payment_id)
    assert await counter.credits(who) == (0, 150)
    await counter.chargeback(bought.payment_id, "won")
    await counter.hall.drain()
    after = await counter.purchase(bought.id)
    assert (after.returned.amount, after.credits_returned) == (0, 0)
    stranger = await counter.person()
    for by in (stranger, who):
        with pytest.raises(Refusal):
            await counter.refund(by, bought.payment_id)
    await counter.hall.verify()


async def test_a_refund_in_parts_and_one_that_fails(counter: Counter):
    who = await counter.buyer("tok_refund_fail")
    bought = await counter.bought(who, package_id=LEARNING)
    assert bought.payment_id
    await counter.refund(who, bought.payment_id, 1000)
    await counter.hall.drain()
    assert await counter.credits(who) == (150, 0)
    assert (await counter.purchase(bought.id)).credits_returned == 0
    other = await counter.buyer()
    bought = await counter.bought(other, package_id=LEARNING)
    assert bought.payment_id
    for amount, left in ((1000, 89), (500, 58), (999, 0)):
        await counter.refund(other, bought.payment_id, amount)
        assert await counter.credits(other) == (left, 0)
    await counter.hall.verify()


async def test_a_quote_stands_for_an_hour_and_late_money_is_still_good(counter: Counter):
    await counter.coupon("LATE", 1000, purposes=["credits"], limit=1)
    who, other = await counter.person(), await counter.person()
    opened = await counter.open(who, package_id=LEARNING, coupon_code="late")
    assert (await counter.open(who, package_id=LEARNING, coupon_code="LATE")).id == opened.id
    payment = await counter.payment(opened.id)
    with pytest.raises(no.CouponUsedUp):
        await counter.open(other, package_id=LEARNING, coupon_code="LATE")
    await counter.hall.advance(timedelta(minutes=61))
    assert (await counter.purchase(opened.id)).status == "dead"
    taken = await counter.open(other, package_id=LEARNING, coupon_code="LATE")
    await counter.tell(payment["id"])  # the coupon is gone: all of it goes back
    assert (await counter.purchase(opened.id)).status == "dead"
    assert await counter.credits(who) == (0, 0)
    await counter.hall.run(cancel_payment, other, (await counter.payment(taken.id))["id"])
    again = await counter.open(who, package_id=LEARNING, coupon_code="LATE")
    late = (await counter.payment(again.id))["id"]
    await counter.hall.advance(timedelta(minutes=61))
    await counter.tell(late)  # it is free again: it still counts
    for _ in range(2):
        await counter.tell(late)
    assert ((await counter.purchase(again.id)).status, await counter.credits(who)) == ("paid", (150, 0))
    await counter.tell((await counter.payment(taken.id))["id"])  # given up by will
    assert await counter.credits(other) == (0, 0)
    await counter.hall.drain()
    assert await counter.hall.pool.fetchval("SELECT count(*) FROM payments.payment WHERE surplus_reason IS NOT NULL") == 2
    await counter.hall.verify()


async def test_what_a_coupon_does_and_why_not(counter: Counter):
    hall, who = counter.hall, await counter.buyer()
    now = await counter.now()
    await counter.coupon("FIVE", None, amounts=[Money(500, EUR)], items=["pro"], limit=1, limit_per_account=1)
    await counter.coupon("SOON", 1000, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))
    shown = await hall.run(validate_coupon, who, TryCoupon(code="five", plan_code="pro"))
    assert (shown.price.amount, shown.discount.amount, shown.amount.amount) == (1999, 500, 1499)
    boost = BoostChoice(kind="premium", project_id=ids.new())
    cases: list[tuple[str, type[Refusal], dict[str, Any]]] = [
        ("FIVE", no.CouponNotForThis, {"plan_code": "enterprise"}),
        ("FIVE", no.CouponNotForThis, {"package_id": LEARNING}),
        ("FIVE", no.CouponNotForThis, {"boost": boost}),
        ("FIVE", no.CouponNotForThis, {"plan_code": "pro", "currency": "USD"}),
        ("SOON", no.CouponNotNow, {"plan_code": "pro"}),
        ("NONE", no.CouponNotFound, {"plan_code": "pro"}),
        ("FIVE", no.PlanIsFree, {"plan_code": "free"}),
        ("FIVE", no.PlanNotFound, {"plan_code": "gold"}),
        ("FIVE", no.NoPrice, {"plan_code": "pro", "currency": "CHF"}),
        ("FIVE", no.PackageNotFound, {"package_id": ids.new()}),
        ("FIVE", Invalid, {}),
    ]
    for code, reason, what in cases:
        await refused(counter, reason, validate_coupon, TryCoupon(code=code, **what), by=who)
    await counter.bought(who, plan_code="pro", coupon_code="FIVE")
    await refused(counter, no.CouponUsedUp, validate_coupon, TryCoupon(code="FIVE", plan_code="pro"), by=who)
    found = await hall.pool.fetchval("SELECT id FROM billing.coupon WHERE code = 'FIVE'")
    await hall.run(sell.change_coupon, STAFF, found, EditCoupon(limit=5), anything)
    await refused(counter, no.CouponUsedByYou, validate_coupon, TryCoupon(code="FIVE", plan_code="pro"), by=who)
    await hall.run(
        sell.change_coupon, STAFF, found, EditCoupon(limit_per_account=None, items=["learning"], purposes=["credits", "boost"]), anything
    )
    other = await counter.person()
    assert (await counter.open(other, package_id=LEARNING, coupon_code="FIVE")).amount.amount == 1999
    await hall.pool.execute("UPDATE payments.payment SET state = 'cancelled' WHERE payer_id = $1", other.account_id)
    with pytest.raises(no.OtherPurchaseOpen):  # the same is asked for without the coupon
        await counter.open(other, package_id=LEARNING)
    await refused(counter, no.CouponUsedMore, sell.change_coupon, found, EditCoupon(limit=1), anything)
    await refused(counter, no.CodeTaken, sell.create_coupon, NewCoupon(code="Five", percent_basis_points=1, purposes=["boost"]))
    await refused(counter, Invalid, sell.create_coupon, NewCoupon(code="TWO", purposes=["boost"]))
    dates: dict[str, Any] = {"starts_at": now, "ends_at": now}
    await refused(counter, Invalid, sell.create_coupon, NewCoupon(code="TWO", percent_basis_points=1, purposes=["boost"], **dates))
    await hall.run(sell.retire_coupon, STAFF, found)
    await refused(counter, no.CouponNotFound, sell.change_coupon, found, EditCoupon(), anything)


async def test_no_credit_is_sold_for_less_than_it_is_redeemed_for(counter: Counter):
    hall = counter.hall
    cheap = NewPackage(code="cheap", name="Cheap", credits=100, prices=[Money(999, EUR)])
    assert (await refused(counter, no.PriceBelowRedemption, sell.create_package, cheap)).params["redeem"] == Money(10, EUR)
    unrated = NewPackage(code="fair", name="Fair", credits=500, prices=[Money(6000, EUR), Money(5000, "TRY")])
    refusal = await refused(counter, no.NoRedeemPrice, sell.create_package, unrated)  # bought for lira, redeemed for euros
    assert refusal.params == {"package": "fair", "currency": "TRY"}
    fair = NewPackage(code="fair", name="Fair", credits=100, prices=[Money(1100, EUR), Money(1000, "GBP")])
    made = await hall.run(sell.create_package, STAFF, fair)
    await refused(counter, no.CodeTaken, sell.create_package, fair)
    await refused(counter, no.PriceBelowRedemption, sell.change_package, made.id, EditPackage(prices=[Money(900, EUR)]), anything)
    await refused(
        counter, no.PriceBelowRedemption, sell.create_coupon, NewCoupon(code="MUCH", percent_basis_points=3000, purposes=["credits"])
    )
    some = NewCoupon(code="SOME", percent_basis_points=3000, purposes=["credits"], items=["Learning"])
    coupon = await hall.run(sell.create_coupon, STAFF, some)
    await refused(counter, no.PriceBelowRedemption, sell.change_coupon, coupon.id, EditCoupon(items=["fair"]), anything)
    fixed = NewCoupon(code="FIX", amounts=[Money(101, EUR)], purposes=["credits"], items=["fair"])
    await refused(counter, no.PriceBelowRedemption, sell.create_coupon, fixed)
    await hall.run(sell.change_coupon, STAFF, coupon.id, EditCoupon(is_active=False, items=[]), anything)
    await hall.run(sell.change_package, STAFF, made.id, EditPackage(prices=[Money(1000, EUR)], name="Fairer"), anything)
    twice = NewPackage(code="twice", name="Twice", credits=1, prices=[Money(99, EUR), Money(98, EUR)])
    credit = NewPackage(code="credit", name="Credit", credits=1, prices=[Money(99, "CREDIT")])
    for body in (twice, credit):
        await refused(counter, Invalid, sell.create_package, body)
    await hall.run(sell.retire_package, STAFF, made.id)
    await refused(counter, no.PackageNotFound, sell.retire_package, made.id)
    settings = cast("dict[Any, Any]", hall.runner.house.settings)
    settings[LedgerRules] = msgspec.structs.replace(settings[LedgerRules], mode="points")
    await refused(counter, no.NoCreditsSold, sell.create_package, fair)
    assert (await packages(await hall.read(), ListQuery())).items == []
    with pytest.raises(no.NoCreditsSold):
        await counter.open(await counter.person(), package_id=LEARNING)


async def test_plans_are_put_on_sale(counter: Counter):
    hall = counter.hall
    found = (await plans(await hall.read(), ListQuery())).items
    assert [(plan.code, plan.price and plan.price.amount, plan.limits["projects"]) for plan in found] == [
        ("free", 0, 3), ("pro", 1999, None), ("enterprise", 9999, None),
    ]  # fmt: skip
    await refused(counter, no.FreePlanExists, sell.create_plan, NewPlan(code="gratis", name="Gratis", prices=[Money(0, EUR)]))
    await refused(counter, no.CodeTaken, sell.create_plan, NewPlan(code="PRO", name="Pro", prices=[Money(1, EUR)]))
    half = NewPlan(code="half", name="Half", prices=[Money(0, EUR), Money(1, "USD")])
    await refused(counter, Invalid, sell.create_plan, half)
    await refused(counter, Invalid, sell.change_plan_sold, plan_id("free"), EditPlan(trial_days=3), anything)
    await refused(counter, no.FreePlanExists, sell.change_plan_sold, plan_id("pro"), EditPlan(prices=[]), anything)
    changed = await hall.run(sell.change_plan_sold, STAFF, plan_id("pro"), EditPlan(trial_days=7, limits={"projects": 9}), anything)
    assert (changed.trial_days, changed.limits["projects"], changed.version) == (7, 9, 2)
    await hall.run(sell.retire_plan, STAFF, plan_id("enterprise"))
    await refused(counter, no.PlanNotFound, sell.retire_plan, plan_id("enterprise"))
    with pytest.raises(no.PlanNotFound):
        await counter.open(await counter.person(), plan_code="enterprise")
    assert package_id("A") == package_id("a")
    with pytest.raises(Invalid) as both:
        check_one_choice(Choice(plan_code="pro", package_id=LEARNING))
    assert [one.message for one in both.value.details] == ["Send exactly one of planCode, packageId, boost."]


class Shown:
    """Shows every project under one title."""

    async def title(self, tx: Any, account_id: Any, project_id: Any) -> str:
        return "A website"


async def test_a_boost_is_paid_and_taken_back(counter: Counter):
    ports = cast("dict[Any, Any]", counter.hall.runner.house.ports)
    who, project = await counter.buyer(), ids.new()
    ports[Boostable] = ()
    with pytest.raises(no.NothingToBoost):
        await counter.open(who, boost=BoostChoice(kind="premium", project_id=project))
    ports[Boostable] = (Shown(),)
    bought = await counter.bought(who, boost=BoostChoice(kind="premium", project_id=project))
    assert (bought.status, bought.amount.amount, bought.bought_id) == ("paid", 1500, project)
    assert await counter.said("billing.boost_paid") == 1
    assert bought.payment_id
    await counter.refund(STAFF, bought.payment_id, 1000)
    assert await counter.said("billing.boost_revoked") == 0
    await counter.refund(STAFF, bought.payment_id)
    assert await counter.said("billing.boost_revoked") == 1
    with pytest.raises(no.PurchaseNotFound):
        await counter.purchase(bought.id, await counter.person())
    await counter.hall.verify()


async def test_of_two_chargebacks_one_is_won(counter: Counter):
    who = await counter.buyer()
    bought = await counter.bought(who, package_id=LEARNING)
    assert bought.payment_id
    ref = await counter.hall.pool.fetchval("SELECT ref FROM payments.payment WHERE id = $1", bought.payment_id)
    news: list[tuple[str, int, Any]] = [("a", 1000, "open"), ("b", 500, "open"), ("a", 1000, "lost"), ("b", 500, "won")]
    for name, amount, state in news:
        facts = ChargebackFacts(ref=name, state=state, amount=amount, asset=EUR, payment_id=bought.payment_id, payment_ref=ref)
        await counter.hall.work(apply_chargeback, "sandbox", facts)
    await counter.hall.drain()
    assert (await counter.purchase(bought.id)).returned.amount == 1000
    await counter.hall.verify()
