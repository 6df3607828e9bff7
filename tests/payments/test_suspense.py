"""Money that was not asked for is kept apart until it has left: by staff, by the provider itself, in parts, told in any order."""

from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from skillhall.payments.api import PaymentView
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.apply_refund import apply_refund
from skillhall.payments.commands.refund import retry_refund
from skillhall.payments.commands.resolve_suspense import Resolution, resolve_suspense
from skillhall.payments.module import MODULE
from skillhall.payments.ports import ChargebackFacts, PaymentFacts, RefundFacts
from tests.learning.builders import outcome
from tests.notifications.reading import still, told
from tests.payments.shop import USD, Till, open_till
from tests.support.hall import TestHall

WAITS = "payments.money_waits"
SENT = Resolution(evidence="re_1, in the dashboard.")


@pytest.fixture
async def till(hall: TestHall) -> AsyncGenerator[Till]:
    async with open_till(hall) as opened:
        yield opened


async def second(till: Till, payment: PaymentView) -> str:
    """Let the payer be charged again; return the provider's name for that charge."""
    ref = f"ch_2_{payment.id.hex}"
    amount = payment.amount.amount
    facts = PaymentFacts(ref=ref, state="succeeded", payment_id=payment.id, captured=amount, asset=USD)
    await till.hall.work(apply_payment, "sandbox", facts)
    return ref


async def sent_back(till: Till, payment: PaymentView, charge: str, amount: int, ref: str, state: Any = "succeeded") -> Any:
    """Let the provider tell of a refund made in its dashboard."""
    facts = RefundFacts(ref=ref, state=state, amount=amount, asset=USD, payment_ref=charge, payment_id=payment.id)
    return await till.hall.work(apply_refund, "sandbox", facts)


async def taken(till: Till, payment: PaymentView, charge: str, amount: int, state: Any = "open") -> Any:
    """Let the payer's bank say something about a charge."""
    facts = ChargebackFacts(ref="cb_1", state=state, amount=amount, asset=USD, payment_ref=charge)
    return await till.hall.work(apply_chargeback, "sandbox", facts)


async def apart(till: Till) -> int:
    return (await till.house()).get("suspense", 0)


async def test_a_second_charge_leaves_in_parts_and_costs_the_payer_nothing(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    charge = await second(till, payment)
    for _ in range(2):
        assert await sent_back(till, payment, charge, 999, "re_1") == payment.id
    assert await apart(till) == 1500
    for state in ("open", "under_review", "open"):
        assert await taken(till, payment, charge, 1500, state) == payment.id
    assert (await apart(till), await till.sums(payment)) == (0, (2499, 0, 0, 0))
    for _ in range(2):
        await taken(till, payment, charge, 1500, "won")
    assert await apart(till) == 1500
    await sent_back(till, payment, charge, 999, "re_1", "failed")
    assert await apart(till) == 2499
    await till.hall.run(resolve_suspense, till.staff, (await till.hall.pool.fetchval("SELECT id FROM payments.suspense")), SENT)
    assert await sent_back(till, payment, charge, 2499, "re_2") == payment.id  # staff has said so already
    assert (await till.has(buyer), await till.house()) == ({"wallet credits": 150}, {"provider:sandbox": -2499, "sold": 2499})
    await till.hall.verify()


async def test_a_wrong_amount_is_taken_back_and_what_was_won_before_moves_nothing(till: Till) -> None:
    _, payment = await till.opened("credits")
    charge = f"ch_{payment.id.hex}"
    facts = PaymentFacts(ref=charge, state="succeeded", payment_id=payment.id, captured=500, asset=USD)
    await till.hall.work(apply_payment, "sandbox", facts)
    for state in ("won", "open"):
        assert await taken(till, payment, charge, 500, state) == payment.id
    assert await apart(till) == 500
    assert await sent_back(till, payment, charge, 500, "re_1") == payment.id
    assert await till.house() == {}
    await till.hall.verify()


async def test_staff_and_the_provider_at_once(till: Till) -> None:
    for number in range(3):
        _, payment = await till.paid("subscription")
        charge = await second(till, payment)
        suspense_id = await till.hall.pool.fetchval("SELECT id FROM payments.suspense WHERE payment_id = $1", payment.id)
        news = [outcome(sent_back, till, payment, charge, 2499, f"re_{number}") for _ in range(6)]
        staff = [outcome(till.hall.run, resolve_suspense, till.staff, suspense_id, SENT) for _ in range(6)]
        answers = Counter(await till.hall.race(*(call for pair in zip(news, staff, strict=True) for call in pair)))
        assert set(answers) <= {"ok", "payments.suspense_resolved"}
        assert (await apart(till), (await till.sums(payment))[1]) == (0, 0)
        await till.hall.verify()


async def test_money_that_waits_for_staff_is_told_to_those_who_decide_and_counted(till: Till) -> None:
    decider, clerk = await till.person(), await till.person()
    for who, role in ((decider, "super_admin"), (clerk, "admin")):
        await till.hall.pool.execute("UPDATE identity.account SET roles = ARRAY[$2] WHERE id = $1", who.account_id, role)
    _, payment = await till.paid("credits")
    charge = await second(till, payment)
    assert (await told(till.hall, decider), await told(till.hall, clerk)) == ([WAITS], [])
    assert (await still(till.hall, decider, WAITS), await waiting(till)) == ([True], {"suspense": 1, "refunds": 0})
    await sent_back(till, payment, charge, 2499, "re_1")
    assert (await still(till.hall, decider, WAITS), await waiting(till)) == ([False], {"suspense": 0, "refunds": 0})
    await sent_back(till, payment, charge, 2499, "re_1", "failed")
    assert (await told(till.hall, decider), await waiting(till)) == ([WAITS, WAITS], {"suspense": 1, "refunds": 0})

    payer, surplus = await till.opened("credits")
    await till.hall.pool.execute("UPDATE shop SET state = 'gone' WHERE payer = $1", payer.account_id)
    till.desk.says = ["failed"]
    await till.come(surplus)
    assert (await told(till.hall, decider), await waiting(till)) == ([WAITS] * 3, {"suspense": 1, "refunds": 1})
    assert await still(till.hall, decider, WAITS) == [True]
    refund_id = await till.hall.pool.fetchval("SELECT id FROM payments.refund WHERE payment_id = $1", surplus.id)
    await till.hall.run(retry_refund, till.staff, refund_id)
    assert (await still(till.hall, decider, WAITS), await waiting(till)) == ([False], {"suspense": 1, "refunds": 0})
    bought = await till.paid("credits")
    till.desk.says = ["failed"]
    await till.refund(*bought)  # it is the buyer's again: nothing waits
    assert (await told(till.hall, decider), await waiting(till)) == ([WAITS] * 3, {"suspense": 1, "refunds": 0})
    await till.hall.verify()


async def waiting(till: Till) -> dict[str, int]:
    """Return what the figures say of money that waits for staff."""
    names = {"skillhall_open_suspense": "suspense", "skillhall_stuck_refunds": "refunds"}
    read = await till.hall.read()
    return {names[gauge.name]: await read.value(gauge.value) for gauge in MODULE.gauges if gauge.name in names}
