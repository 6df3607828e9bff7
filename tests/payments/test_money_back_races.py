"""Sixteen at once on one payment: nothing goes back twice, nothing is spent and given back, nobody waits in a circle."""

from collections import Counter
from collections.abc import AsyncGenerator
from decimal import Decimal

import pytest

from skillhall.payments.api import PaymentView
from skillhall.payments.commands.refund import retry_refund
from tests.learning.builders import outcome
from tests.payments.shop import Till, open_till
from tests.payments.test_chargebacks import a_payout
from tests.payments.test_refunds import released
from tests.support.hall import TestHall

MANY = 16


@pytest.fixture
async def till(hall: TestHall) -> AsyncGenerator[Till]:
    async with open_till(hall) as opened:
        yield opened


async def test_refunds_at_once(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    answers = await till.hall.race(*(outcome(till.refund, buyer, payment, Decimal(5)) for _ in range(MANY)))
    assert Counter(answers) == {"ok": 4, "payments.refund_too_much": MANY - 4}
    rest = await till.hall.race(*(outcome(till.refund, buyer, payment) for _ in range(MANY)))
    assert set(rest) == {"ok"}  # all of them the same refund
    await till.hall.drain()
    states = await till.states(payment)
    assert (len(states), {state for _, state, _ in states}) == (5, {"succeeded"})
    assert (await till.sums(payment))[1] == sum(amount for _, _, amount in states) <= 2499
    await till.hall.verify()


async def test_a_refund_against_spending(till: Till) -> None:
    for _ in range(3):
        buyer, payment = await till.paid("credits")
        calls = [outcome(till.refund, buyer, payment), *(outcome(till.spend, buyer, 100) for _ in range(3))]
        answers = await till.hall.race(*calls[::2], *calls[1::2])
        await till.hall.drain()
        has, (_, refunded, _, _) = await till.has(buyer), await till.sums(payment)
        assert (has, refunded) in [({}, 2499), ({}, 833), ({"wallet credits": 50}, 0)]
        assert Counter(answers)["ledger.insufficient"] >= 2
        await till.hall.verify()


async def test_the_answer_the_webhook_and_the_chase_of_one_refund(till: Till) -> None:
    payer, payment = await till.paid("subscription")
    till.desk.says = ["lose"]
    asked = await till.refund(payer, payment)
    await till.hall.drain()
    ref = f"re_{asked.id.hex}"
    news = [outcome(till.told, payment, 2499, ref, "succeeded", named) for named in (asked.id, None) * 6]
    late = [outcome(till.told, payment, 2499, ref, "processing", asked.id) for _ in range(4)]
    assert set(await till.hall.race(*news, *late)) == {"ok"}
    assert (await till.states(payment), await till.sums(payment)) == ([("asked", "succeeded", 2499)], (2499, 2499, 0, 0))
    await till.hall.verify()


async def test_a_chargeback_told_many_times_meets_dashboard_refunds(till: Till) -> None:
    for _ in range(3):
        _, payee, payment = await till.settled(1000)
        calls = [outcome(till.chargeback, payment, 600) for _ in range(MANY // 2)]
        calls += [outcome(till.told, payment, 400, "re_desk" + payment.id.hex) for _ in range(MANY // 2)]
        assert set(await till.hall.race(*calls[::2], *calls[1::2])) == {"ok"}
        assert (await till.sums(payment), await till.has(payee)) == ((1000, 400, 600, 0), {})
        await till.hall.verify()


async def test_a_chargeback_against_withdrawing(till: Till) -> None:
    for _ in range(3):
        _, payee, payment = await till.settled(1000)
        await a_payout(till, payee, 500)
        cancel = "UPDATE payments.payout SET state = 'processing', sent_at = now() WHERE state = 'pending' AND account_id = $1"
        calls = [outcome(till.chargeback, payment), outcome(till.hall.pool.execute, cancel, payee.account_id)]
        assert set(await till.hall.race(*calls)) == {"ok"}
        state = await till.hall.pool.fetchval("SELECT state FROM payments.payout WHERE account_id = $1", payee.account_id)
        assert (state, await till.has(payee)) in [("cancelled", {}), ("processing", {"held": 500})]


async def test_releases_of_one_hold_and_retries_of_one_refund(till: Till) -> None:
    payee = await till.person()
    payer, payment = await till.paid("booking", 1000, payee)
    answers = await till.hall.race(*(outcome(released, till, payment, 100, payee) for _ in range(MANY)))
    assert Counter(answers) == {"ok": 10, "ledger.hold_closed": MANY - 10}
    till.desk.says = ["failed"] * 10
    await till.hall.drain()
    assert (await till.has(payer), await till.sums(payment)) == ({"held": 1000}, (1000, 0, 0, 0))
    failed = await _last(till, payment)
    calls = [outcome(till.hall.run, retry_refund, till.staff, failed) for _ in range(MANY - 4)]
    calls += [outcome(till.chargeback, payment, 50) for _ in range(4)]
    assert set(await till.hall.race(*calls[::2], *calls[1::2])) <= {"ok", "payments.refund_moved"}
    await till.hall.drain()
    states = Counter(state for _, state, _ in await till.states(payment))
    assert states["succeeded"] == 1
    assert (await till.has(payer))["held"] == 1000 - 50 - (await till.sums(payment))[1]
    await till.hall.verify()


async def _last(till: Till, payment: PaymentView) -> object:
    return await till.hall.pool.fetchval("SELECT id FROM payments.refund WHERE payment_id = $1 ORDER BY id DESC LIMIT 1", payment.id)
