"""Sixteen at once: one gets the last use, nobody gets more than a plan brings, and a renewal is charged once."""

from collections import Counter as Tally
from typing import Any

from skillhall.billing.commands.buy import buy_this, pay_subscription
from skillhall.billing.commands.entitle import give_back, reserve, use
from skillhall.billing.commands.renew import pass_time
from skillhall.billing.commands.sell import create_coupon, create_package
from skillhall.billing.commands.subscribe import cancel_subscription
from skillhall.billing.model.bodies import BuyThis, NewCoupon, NewPackage, PayRenewal
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from tests.billing.shopping import EUR, STAFF, Counter
from tests.learning.builders import outcome
from tests.support.hall import TestHall

MANY = 16
COUNT = "SELECT count(*) FROM billing.purchase"


async def sweep(tx: Tx, subscription_id: Any) -> None:
    await pass_time(subscription_id, tx)


async def test_the_last_use_of_a_coupon(hall: TestHall):
    counter = await Counter(hall).opened()
    await counter.coupon("LAST", 1000, limit=3)
    people = [await counter.person() for _ in range(MANY)]
    body = BuyThis(plan_code="pro", coupon_code="LAST")
    answers = await hall.race(*(outcome(hall.run, buy_this, who, body) for who in people))
    assert Tally(answers) == {"ok": 3, "billing.coupon_used_up": MANY - 3}
    await counter.coupon("EACH", 1000, limit_per_account=1)
    one = people[answers.index("billing.coupon_used_up")]
    bodies = [BuyThis(plan_code=code, coupon_code="EACH") for code in ("pro", "enterprise")] * (MANY // 2)
    answers = await hall.race(*(outcome(hall.run, buy_this, one, body) for body in bodies))
    assert Tally(answers) == {"ok": MANY // 2, "billing.coupon_used_by_you": MANY // 2}
    await hall.verify()


async def test_one_thing_bought_in_sixteen_tabs(hall: TestHall):
    counter = await Counter(hall).opened()
    await counter.plan("team", 4999, trial_days=14)
    await counter.plan("crew", 5999, trial_days=14)
    who, eager = await counter.person(), await counter.person()
    answers = await hall.race(*(outcome(hall.run, buy_this, who, BuyThis(plan_code="pro")) for _ in range(MANY)))
    assert set(answers) == {"ok"}
    assert await hall.pool.fetchval(COUNT) == 1
    bodies = [BuyThis(plan_code=code) for code in ("team", "crew")] * (MANY // 2)
    answers = await hall.race(*(outcome(hall.run, buy_this, eager, body) for body in bodies))
    assert set(answers) <= {"ok", "billing.already_subscribed"}
    assert answers.count("ok") == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM billing.subscription WHERE has_tried") == 1
    await hall.verify()


async def test_a_renewal_is_opened_once_or_the_subscription_ends(hall: TestHall):
    counter = await Counter(hall).opened()
    people: list[Actor] = []
    for _ in range(4):
        people.append(await counter.buyer())
        await counter.bought(people[-1], plan_code="pro")
    shift = "UPDATE billing.subscription SET period_start = period_start - interval '2 months', period_end = now(), due_at = now(), "
    await hall.pool.execute(f"{shift} anchor_at = now() - interval '1 month'")
    for who in people:
        found = (await counter.sub(who)).id
        sweeps = [outcome(hall.work, sweep, found) for _ in range(MANY // 2)]
        cancels = [outcome(hall.run, cancel_subscription, who) for _ in range(MANY // 4)]
        pays = [outcome(hall.run, pay_subscription, who, PayRenewal()) for _ in range(MANY // 4)]
        answers = await hall.race(*(sweeps if who == people[0] else [*sweeps, *cancels, *pays]))
        assert set(answers[: MANY // 2]) == {"ok"}
        assert set(answers) <= {"ok", "billing.not_subscribed", "billing.nothing_due", "payments.moved"}
    assert (
        await hall.pool.fetchval("SELECT max(n) FROM (SELECT count(*) n FROM billing.purchase WHERE kind = 'renewal' GROUP BY account_id)")
        == 1
    )
    await hall.drain()
    states = [(await counter.sub(who)).status for who in people]
    assert states[0] == "active"
    assert set(states) <= {"active", "ended"}
    await hall.verify()


async def test_what_a_plan_brings_is_given_once(hall: TestHall):
    counter = await Counter(hall).opened()
    who, things = await counter.person(), [ids.new() for _ in range(MANY)]
    answers = await hall.race(*(outcome(hall.work, reserve, who.account_id, "projects", thing) for thing in things))
    assert Tally(answers) == {"ok": 3, "billing.limit_reached": MANY - 3}
    got = [thing for thing, answer in zip(things, answers, strict=True) if answer == "ok"]
    calls = [outcome(hall.work, verb, thing) for thing in got for verb in (use, give_back)]
    calls += [outcome(hall.work, reserve, who.account_id, "projects", ids.new()) for _ in range(8)]
    await hall.race(*calls)
    found = next(one for one in (await counter.usage(who)).usage if one.entitlement == "projects")
    assert found.used + found.reserved <= 3
    await hall.verify()


async def test_a_package_and_a_coupon_saved_at_once(hall: TestHall):
    counter = await Counter(hall).opened()
    package = NewPackage(code="edge", name="Edge", credits=100, prices=[Money(1000, EUR)])
    coupon = NewCoupon(code="EDGE", percent_basis_points=1000, purposes=["credits"])
    calls = [outcome(hall.run, create_package, STAFF, package), outcome(hall.run, create_coupon, STAFF, coupon)] * 4
    answers = await hall.race(*calls)
    assert Tally(answers)["ok"] == 1
    assert set(answers) <= {"ok", "billing.price_below_redemption", "billing.code_taken"}
    assert await hall.pool.fetchval("SELECT (SELECT count(*) FROM billing.package) + (SELECT count(*) FROM billing.coupon)") == 5
    assert counter
