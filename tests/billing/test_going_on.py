"""What goes on after all: a subscription that was to end, one whose chargeback was won, a charge that waits for another card."""

from datetime import timedelta
from typing import Any, cast

import pytest

from skillhall.billing.commands.buy import buy_this, change_subscription, pay_subscription
from skillhall.billing.commands.subscribe import cancel_subscription
from skillhall.billing.model.bodies import BoostChoice, BuyThis, ChangePlan, PayRenewal
from skillhall.billing.ports import Boostable
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.payments.commands.open_intent import OpenIntent, open_intent
from tests.billing.shopping import LEARNING, STAFF, Counter
from tests.billing.test_sales import Shown
from tests.notifications.reading import still
from tests.support.hall import TestHall

STATES = "SELECT state FROM payments.payment WHERE payer_id = $1 ORDER BY created_at, id"
USES = "SELECT state FROM billing.coupon_use WHERE purchase_id = $1"


@pytest.fixture
async def counter(hall: TestHall) -> Counter:
    return await Counter(hall).opened()


async def states(counter: Counter, who: Actor) -> list[str]:
    return [row["state"] for row in await counter.hall.pool.fetch(STATES, who.account_id)]


async def won(counter: Counter, payment_id: Any) -> None:
    """Let the payer's bank give the price back."""
    await counter.chargeback(payment_id, "won")
    await counter.hall.drain()


async def test_a_card_that_waits_for_its_owner_makes_way_for_another(counter: Counter):
    renewing, buying = await counter.buyer(), await counter.buyer("tok_action")
    await counter.bought(renewing, plan_code="pro")
    waiting = await counter.card(renewing, "tok_action")
    await counter.bought(buying, plan_code="pro")
    assert await states(counter, buying) == ["requires_action"]
    await counter.reach((await counter.sub(renewing)).current_period_end)
    for card in (waiting, await counter.card(renewing, "tok_ok")):  # with the same card nothing new is charged
        await counter.hall.run(pay_subscription, renewing, PayRenewal(payment_method_id=card))
        await counter.hall.drain()
        assert len(await states(counter, renewing)) == (2 if card == waiting else 3)
    assert (await counter.sub(renewing)).amount_due is None
    card = await counter.card(buying, "tok_ok")
    await counter.hall.run(buy_this, buying, BuyThis(plan_code="pro", payment_method_id=card))
    await counter.hall.drain()
    assert (await counter.sub(buying)).status == "active"
    assert [await states(counter, who) for who in (renewing, buying)] == [
        ["succeeded", "cancelled", "succeeded"],
        ["cancelled", "succeeded"],
    ]
    await counter.hall.verify()


async def test_choosing_a_plan_takes_a_cancellation_back(counter: Counter):
    await counter.plan("team", 4999, trial_days=14)
    paying, trying = await counter.buyer(), await counter.person()
    await counter.bought(paying, plan_code="pro")
    await counter.open(trying, plan_code="team")
    for who in (paying, trying):
        await counter.hall.run(cancel_subscription, who)
    await counter.bought(paying, plan_code="enterprise")
    await counter.hall.run(change_subscription, trying, ChangePlan(plan_code="pro"))
    assert [(await counter.sub(who)).cancel_at_period_end for who in (paying, trying)] == [False, False]
    await counter.hall.run(cancel_subscription, paying)
    await counter.hall.run(change_subscription, paying, ChangePlan(plan_code="pro"))
    assert not (await counter.sub(paying)).cancel_at_period_end
    assert await counter.said("billing.subscription_resumed") == 3


async def test_an_upgrade_whose_price_goes_back_stays_cancelled(counter: Counter):
    who = await counter.buyer()
    await counter.bought(who, plan_code="pro")
    upgrade = await counter.bought(who, plan_code="enterprise")
    await counter.hall.run(cancel_subscription, who)
    await counter.refund(STAFF, cast("Any", upgrade.payment_id))
    sub = await counter.sub(who)
    assert (sub.plan and sub.plan.code, sub.cancel_at_period_end) == ("pro", True)


async def test_a_subscription_whose_chargeback_was_won_goes_on(counter: Counter):
    await counter.coupon("ONCE", 1000, limit=1)
    back, twice, other = [await counter.buyer() for _ in range(3)]
    bought = await counter.bought(back, plan_code="pro", coupon_code="ONCE")
    first, second = await counter.bought(twice, plan_code="pro"), await counter.bought(twice, plan_code="enterprise")
    again = await counter.bought(other, plan_code="pro")
    for one in (bought, first, second, again):
        await counter.chargeback(cast("Any", one.payment_id))
    assert [(await counter.sub(who)).end_reason for who in (back, twice, other)] == ["charged_back"] * 3
    await counter.bought(other, plan_code="pro")
    for one in (bought, first, again):
        await won(counter, one.payment_id)
    assert [(await counter.sub(who)).status for who in (back, twice, other)] == ["active", "ended", "active"]
    assert await counter.said("billing.subscription_restored") == 1
    await won(counter, second.payment_id)
    sub = await counter.sub(twice)
    assert (sub.status, sub.plan and sub.plan.code) == ("active", "enterprise")
    assert await counter.hall.pool.fetchval(USES, bought.id) == "used"
    assert await still(counter.hall, back, "billing.subscription_ended", "billing.subscription_restored") == [False, True]
    await counter.refund(STAFF, cast("Any", bought.payment_id))
    assert (await counter.sub(back)).end_reason == "refunded"
    await counter.reach(sub.current_period_end, past=timedelta(minutes=5))
    assert [(await counter.sub(who)).status for who in (twice, other)] == ["active", "active"]
    await counter.hall.verify()


async def test_what_is_over_does_not_come_back_and_a_coupon_is_not_taken_from_others(counter: Counter):
    await counter.coupon("ONCE", 1000, limit=1)
    over, refunded = await counter.buyer(), await counter.buyer()
    late = await counter.bought(over, plan_code="pro")
    end = (await counter.sub(over)).current_period_end
    part = await counter.bought(refunded, plan_code="pro", coupon_code="ONCE")
    await counter.refund(STAFF, cast("Any", part.payment_id), 1000)
    await counter.chargeback(cast("Any", part.payment_id), amount=500)
    assert (await counter.bought(await counter.buyer(), plan_code="pro", coupon_code="ONCE")).status == "paid"
    await won(counter, part.payment_id)
    assert (await counter.sub(refunded)).status == "active"  # a part of its price is there
    assert await counter.hall.pool.fetchval(USES, part.id) == "given_back"  # somebody else has had the coupon's last use
    await counter.chargeback(cast("Any", late.payment_id))
    await counter.reach(end)
    await won(counter, late.payment_id)
    assert (await counter.sub(over)).end_reason == "charged_back"
    await counter.hall.verify()


async def test_a_boost_whose_chargeback_was_won_is_told(counter: Counter):
    ports = cast("dict[Any, Any]", counter.hall.runner.house.ports)
    ports[Boostable] = (Shown(),)
    who = await counter.buyer()
    bought = await counter.bought(who, boost=BoostChoice(kind="premium", project_id=ids.new()))
    await counter.chargeback(cast("Any", bought.payment_id))
    assert await counter.said("billing.boost_revoked") == 1
    for _ in range(2):
        await won(counter, bought.payment_id)
    assert await counter.said("billing.boost_restored") == 1
    await counter.hall.verify()


async def test_a_coupon_is_the_same_in_every_letter_case_wherever_it_is_given(counter: Counter):
    await counter.coupon("SPRING", 1000, purposes=["credits"], limit=1)
    who = await counter.buyer()
    opened = [
        (await counter.hall.run(open_intent, who, OpenIntent(package_id=LEARNING, coupon_code=code))).id for code in ("spring", "Spring ")
    ]
    bought = await counter.hall.run(buy_this, who, BuyThis(package_id=LEARNING, coupon_code="sPRING"))
    assert {*opened, bought.payment_id} == {opened[0]}
