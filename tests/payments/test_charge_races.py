"""Everything at once on one payment: one payment, one charge, one posting, nobody waits in a circle."""

from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import balance
from skillhall.payments.api import cancel_open, charge
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.attempt import answer
from skillhall.payments.commands.cancel import cancel_payment, expire
from skillhall.payments.commands.confirm import Confirm, confirm
from skillhall.payments.commands.open_intent import OpenIntent, open_intent
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.ports import News, Options, PaymentFacts
from skillhall.payments.store.attempts import find_attempt
from skillhall.payments.store.methods import keep_method, make_default, remove
from tests.learning.builders import People, outcome
from tests.payments.party import Party
from tests.payments.stall import lock_thing, thing
from tests.payments.test_charge_crashes import METHOD, Running
from tests.support.hall import TestHall

MANY = 6


async def credits_of(hall: TestHall, account_id: UUID) -> int:
    return (await balance(await hall.read(), account_id, "CREDIT")).bought


async def test_six_intents_are_one_payment_sent_once(stall: TestHall, party: Party):
    by = await People(stall).person()
    for coupon in (None, "FREE"):
        what = await thing(stall, by)
        wish = OpenIntent(package_id=what.id, coupon_code=coupon)
        answers = await stall.race(*(partial(stall.run, open_intent, by, wish) for _ in range(MANY)))
        assert len({one.id for one in answers if not isinstance(one, BaseException)}) == 1, answers
        kinds = Counter("ok" if not isinstance(one, BaseException) else getattr(one, "code", repr(one)) for one in answers)
        assert set(kinds) <= {"ok", "test.sold_out"}, kinds
        assert await stall.pool.fetchval("SELECT count(*) FROM payments.payment WHERE subject_id = $1", what.id) == 1
        assert await stall.pool.fetchval("SELECT quotes FROM stall WHERE id = $1", what.id) == 1
        if coupon is None:
            running = Running(stall)
            await stall.race(*(partial(carry_out, running, answers[0].attempt_id) for _ in range(MANY)))
    assert (len(party.calls), await credits_of(stall, by.account_id)) == (1, 100)
    await stall.verify()


async def test_six_confirmations_charge_once(stall: TestHall, party: Party):
    by = await People(stall).person()
    what = await thing(stall, by)
    opened = await stall.run(open_intent, by, OpenIntent(package_id=what.id))
    await carry_out(Running(stall), opened.attempt_id)
    body = Confirm(payment_method_id="pm_ok")
    answers = await stall.race(*(lambda: stall.run(confirm, by, opened.id, body) for _ in range(MANY)))
    attempts = {one.attempt_id for one in answers}
    assert len(attempts) == 1
    running = Running(stall)
    (attempt_id,) = attempts
    await stall.race(*(lambda: carry_out(running, attempt_id) for _ in range(MANY)))
    assert (set(party.captures.values()), await credits_of(stall, by.account_id)) == ({1}, 100)
    await stall.verify()


async def test_confirm_webhook_and_reconciliation_grant_once(stall: TestHall, party: Party):
    by = await People(stall).person()
    for round_ in range(3):
        what = await thing(stall, by)
        opened = await stall.run(open_intent, by, OpenIntent(package_id=what.id))
        await carry_out(Running(stall), opened.attempt_id)
        ref = await stall.pool.fetchval("SELECT ref FROM payments.payment WHERE id = $1", opened.id)
        paid = party.pay(ref)
        failed = PaymentFacts(ref=ref, state="failed", payment_id=opened.id, failure="declined")
        assert opened.attempt_id is not None
        attempt = await find_attempt(await stall.read(), opened.attempt_id)
        assert attempt is not None
        calls: list[Any] = []
        for number in range(4):
            calls += [
                outcome(stall.work, receive, "sandbox", News(id=f"evt_{round_}_{number % 2}", kind="paid", facts=paid)),
                outcome(stall.work, receive, "sandbox", News(id=str(ids.new()), kind="failed", facts=failed)),
                outcome(stall.work, answer, attempt, "sandbox", paid),
                outcome(stall.work, apply_payment, "sandbox", paid),
            ]
        assert set(await stall.race(*calls)) == {"ok"}
        assert await credits_of(stall, by.account_id) == 100 * (round_ + 1)
    assert await stall.pool.fetchval("SELECT count(*) FROM payments.inbox WHERE state = 'pending'") == 0
    await stall.verify()


async def test_the_webhook_against_the_owner_who_gives_up(stall: TestHall, party: Party):
    by = await People(stall).person()
    ended = Counter[str]()
    for _ in range(4):
        what = await thing(stall, by, purpose="booking")
        opened = await stall.run(open_intent, by, OpenIntent(booking_id=what.id))
        await carry_out(Running(stall), opened.attempt_id)
        paid = party.pay(await stall.pool.fetchval("SELECT ref FROM payments.payment WHERE id = $1", opened.id))
        news = [outcome(stall.work, receive, "sandbox", News(id=str(ids.new()), kind="paid", facts=paid)) for _ in range(3)]
        ways = [
            outcome(stall.work, _gives_up, what.id),
            outcome(stall.run, cancel_payment, by, opened.id),
            outcome(stall.work, _expires, opened.id),
        ]
        answers = await stall.race(*(call for pair in zip(news, ways, strict=True) for call in pair))
        assert set(answers) <= {"ok", "payments.moved"}
        row = await stall.pool.fetchrow("SELECT state, captured, surplus_reason FROM payments.payment WHERE id = $1", opened.id)
        assert row is not None
        assert (row["state"], row["captured"]) == ("succeeded", 2499)
        thing_state = await stall.pool.fetchval("SELECT state FROM stall WHERE id = $1", what.id)
        assert (row["surplus_reason"] is None) == (thing_state == "paid")
        ended[thing_state] += 1
        await stall.drain()
        await stall.verify()
    assert sum(ended.values()) == 4


async def test_charges_of_one_thing_and_methods_in_many_tabs(stall: TestHall, party: Party):
    by = await People(stall).person()
    kept = await stall.work(keep_method, by.account_id, "sandbox", METHOD)
    other = await stall.work(keep_method, by.account_id, "sandbox", type(METHOD)(token="pm_2", kind="card", customer="cu_1"))
    what = await thing(stall, by)
    charges = [outcome(stall.work, charge, by.account_id, "subscription", what, Options(), kept.id) for _ in range(MANY)]
    assert set(await stall.race(*charges)) == {"ok"}
    await stall.drain()
    assert (set(party.captures.values()), await credits_of(stall, by.account_id)) == ({1}, 100)
    tabs = [outcome(stall.work, make_default, one) for one in (kept, other) for _ in range(3)] + [outcome(stall.work, remove, kept)] * 2
    assert set(await stall.race(*tabs)) <= {"ok", "payments.method_not_found"}
    assert await stall.pool.fetch("SELECT id FROM payments.method WHERE is_default") == [(other.id,)]
    await stall.verify()


async def _gives_up(tx: Any, thing_id: UUID) -> None:
    if await lock_thing(tx, thing_id) == "open":
        await tx.run("UPDATE stall SET state = 'gone' WHERE id = $1", thing_id)
        await cancel_open(tx, Subject("stall", thing_id), "gone")


async def _expires(tx: Any, payment_id: UUID) -> None:
    await expire(payment_id, tx)
