"""What payments is to the rest of the house: what came elsewhere, what cannot be applied yet, what a person has and leaves."""

from typing import Any, cast
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import Adopted, Options, adopt, charge, default_method, find_paid, open_payment, payment_view
from skillhall.payments.commands.personal_data import PaymentData, PaymentObligations
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.ports import News, PaymentFacts, Providers
from skillhall.payments.store.methods import keep_method
from tests.learning.builders import People, outcome
from tests.payments.party import Party
from tests.payments.stall import thing
from tests.payments.test_charge_crashes import METHOD, Running
from tests.support.hall import TestHall


async def attempt_of(hall: TestHall, payment_id: UUID) -> UUID:
    return await hall.pool.fetchval("SELECT id FROM payments.attempt WHERE payment_id = $1 ORDER BY id DESC LIMIT 1", payment_id)


async def test_what_cannot_be_applied_is_kept_and_tried_again(stall: TestHall, party: Party):
    by = await People(stall).person()
    what = await thing(stall, by)
    payment = await stall.run(open_payment, by, "credits", what, Options())
    await carry_out(Running(stall), await attempt_of(stall, payment.id))
    facts = party.pay(await stall.pool.fetchval("SELECT ref FROM payments.payment"))
    await stall.pool.execute("ALTER TABLE stall RENAME COLUMN state TO mood")
    for _ in range(2):
        await stall.work(receive, "sandbox", News(id="evt_1", kind="payment", facts=facts))
    assert await stall.pool.fetchval("SELECT state FROM payments.inbox WHERE error LIKE 'UndefinedColumn%'") == "pending"
    assert await stall.pool.fetchval("SELECT count(*) FROM kernel.delivery WHERE receiver = 'payments.apply_news'") == 1
    await stall.pool.execute("ALTER TABLE stall RENAME COLUMN mood TO state")
    await stall.drain()
    assert await stall.pool.fetchrow("SELECT state, error FROM payments.inbox") == ("applied", "")
    assert (await payment_view(await stall.read(), payment.id, by)).status == "succeeded"
    await stall.work(receive, "sandbox", News(id="evt_2", kind="account.updated"))
    assert await stall.pool.fetchval("SELECT state FROM payments.inbox WHERE event_id = 'evt_2'") == "ignored"
    await stall.verify()


async def test_a_fee_that_is_known_later_is_booked_once(stall: TestHall, party: Party):
    by = await People(stall).person()
    payment = await stall.run(open_payment, by, "credits", await thing(stall, by), Options())
    facts = PaymentFacts(ref="ch_1", state="succeeded", payment_id=payment.id, captured=2499, asset="EUR")
    for fee in (None, 75, 75):
        known = msgspec.structs.replace(facts, fee=fee)
        await stall.work(receive, "sandbox", News(id=str(ids.new()), kind="payment", facts=known))
    kept = "SELECT sum(amount) FROM ledger.staff_entry WHERE account = $1"
    assert [await stall.pool.fetchval(kept, account) for account in ("provider:sandbox", "provider_fee")] == [-2424, -75]
    await stall.verify()


async def test_payments_of_a_history_and_of_somebody_who_leaves(stall: TestHall, party: Party):
    hold, payment_id = ids.new(), ids.new()
    by, payee = await People(stall).person(), await People(stall).person()
    one = Adopted(
        id=payment_id, payer_id=by.account_id, payee_id=payee.account_id, purpose="booking", subject=Subject("escrow", ids.new()),
        title="A song", amount=7000, asset="EUR", provider="sandbox", ref="old_1", at=(await stall.read()).now, hold_id=hold, fee=700,
    )  # fmt: skip
    await stall.work(adopt, [one])
    found = await find_paid(await stall.read(), hold_id=hold)
    assert found is not None
    assert (found.id, found.captured, found.provider, found.lines[0].net) == (payment_id, 7000, "sandbox", 7000)
    assert await find_paid(await stall.read()) is None

    method = await stall.work(keep_method, by.account_id, "sandbox", METHOD)
    read = await stall.read()
    assert (await PaymentObligations().obligations(read, by.account_id), await default_method(read, by.account_id)) == ([], method.id)
    party.fails["create"] = ["drop"]
    await stall.work(charge, by.account_id, "subscription", await thing(stall, by), Options(), method.id)
    await stall.drain()
    assert [one.count for one in await PaymentObligations().obligations(read, by.account_id)] == [1]
    exported = cast("dict[str, Any]", await PaymentData().export(read, by.account_id))
    assert ([row["state"] for row in exported["payments"]], [row["last4"] for row in exported["methods"]]) == (
        ["succeeded", "unknown"],
        [""],
    )
    assert await stall.work(PaymentData().erase, by.account_id, "Nobody", 100)
    await stall.drain()
    assert (await stall.pool.fetchval("SELECT count(*) FROM payments.method"), ("detach", ids.NIL) in party.calls) == (0, True)
    await stall.verify()


async def test_without_a_provider_only_what_costs_nothing_is_sold(stall: TestHall):
    cast("dict[Any, Any]", stall.runner.house.ports)[Providers] = (Providers(),)
    by = await People(stall).person()
    what = await thing(stall, by)
    assert await outcome(stall.run, open_payment, by, "credits", what, Options())() == "payments.no_provider"
    assert await stall.pool.fetchval("SELECT quotes FROM stall") == 0
    free = await stall.run(open_payment, by, "credits", what, Options(coupon_code="FREE"))
    assert (free.status, free.provider) == ("succeeded", "none")
    stranger = Actor(account_id=ids.new())
    assert await outcome(payment_view, await stall.read(), free.id, stranger)() == "payments.not_found"
    await stall.verify()
