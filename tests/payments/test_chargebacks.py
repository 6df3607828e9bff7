"""The payer's bank takes money back, at every stage; and gives it back, or not."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.ledger import api as ledger
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.events import ChargebackClosed, ChargebackOpened, PayoutCancelled
from skillhall.payments.model import refund_refusals as no
from skillhall.payments.model.payout import Payout
from skillhall.payments.model.refund import TooEarlyError, WrongNewsError
from skillhall.payments.ports import ChargebackFacts, News
from skillhall.payments.queries.chargebacks import ChargebackQuery, chargeback_view, chargebacks
from skillhall.payments.store.payouts import insert_payout
from tests.payments.shop import USD, Till, open_till
from tests.payments.test_refunds import another_charge, released
from tests.support.hall import TestHall

EVENTS = "SELECT name, data FROM kernel.event WHERE name = ANY($1) ORDER BY position"


@pytest.fixture
async def till(hall: TestHall) -> AsyncGenerator[Till]:
    async with open_till(hall) as opened:
        yield opened


async def a_payout(till: Till, payee: Actor, amount: int) -> UUID:
    """Let earnings be on their way out, not sent yet."""
    now = (await till.hall.read()).now
    payout = Payout(
        id=ids.new(), account_id=payee.account_id, amount=amount, asset=USD, kind="bank_transfer", provider="sandbox", destination="ba_ok",
        label="ok", is_automatic=False, requested_at=now, updated_at=now,
    )  # fmt: skip
    await till.hall.work(insert_payout, payout)
    await till.post(
        "payout_open", ledger.set_aside(payout.hold_id, payee.account_id, amount, "payout", payout.id, asset=USD, account="earnings")
    )
    return payout.id


async def said(till: Till, *names: str) -> list[str]:
    rows = await till.hall.pool.fetch("SELECT type FROM kernel.event WHERE type = ANY($1) ORDER BY position", list(names))
    return [row["type"] for row in rows]


async def test_credits_are_taken_wherever_they_are_and_the_rest_is_owed(till: Till) -> None:
    buyer, payment = await till.paid("credits", fee=103)
    await till.spend(buyer, 140)
    for _ in range(2):  # told twice
        assert await till.chargeback(payment) == payment.id
    assert (await till.has(buyer), await till.sums(payment)) == ({"debt credits": -140}, (2499, 0, 2499, 0))
    with pytest.raises(no.PaymentDisputed):
        await till.refund(buyer, payment)
    await till.chargeback(payment, state="under_review")
    await till.chargeback(payment)  # the first news again, late
    seen = (await chargebacks(await till.hall.read(), till.staff, ChargebackQuery())).items
    assert [(one.status, one.amount.amount, one.payee_id) for one in seen] == [("under_review", 2499, None)]
    for _ in range(2):
        await till.chargeback(payment, state="lost")
    await till.chargeback(payment, state="won")  # what the bank has decided stays
    assert (await till.has(buyer), await till.sums(payment)) == ({"debt credits": -140}, (2499, 0, 0, 2499))
    assert await till.house() == {"provider:sandbox": 103, "provider_fee": -103}
    assert await said(till, ChargebackOpened.name, ChargebackClosed.name) == [ChargebackOpened.name, ChargebackClosed.name]
    with pytest.raises(no.NotRefundable):
        await till.refund(buyer, payment)
    await till.hall.verify()


@pytest.mark.parametrize("purpose", ["credits", "subscription"])
async def test_what_is_won_is_as_before(till: Till, purpose: str) -> None:
    payer, payment = await till.paid(purpose)
    had, house = await till.has(payer), await till.house()
    await till.chargeback(payment)
    assert (await till.has(payer), await till.house()) == ({}, {})
    for _ in range(2):
        await till.chargeback(payment, state="won")
    assert (await till.has(payer), await till.house(), await till.sums(payment)) == (had, house, (2499, 0, 0, 0))
    await till.hall.verify()


@pytest.mark.parametrize("is_frozen", [False, True])
async def test_held_work(till: Till, is_frozen: bool) -> None:
    payee = await till.person()
    payer, payment = await till.paid("booking", 1000, payee)
    if is_frozen:
        key = Subject("dispute", ids.new())
        await till.hall.work(ledger.freeze, [payment.paid_id], key)
        await till.hall.pool.execute("UPDATE shop SET freeze_key = $1", str(key.id))
    await till.chargeback(payment)
    assert (await till.has(payer), await till.has(payee), await till.house()) == ({}, {}, {})
    await till.chargeback(payment, state="won")  # the work's money is the payee's then: nothing is held any more
    assert (await till.has(payee), await till.house()) == ({"earnings": 900}, {"provider:sandbox": -1000, "platform_fee": 100})
    seen = (await chargebacks(await till.hall.read(), payee, ChargebackQuery())).items
    assert [(one.status, one.payer_id) for one in seen] == [("won", payer.account_id)]
    with pytest.raises(no.ChargebackNotFound):
        await chargeback_view(await till.hall.read(), seen[0].id, payer)
    await till.hall.verify()


async def test_settled_work(till: Till) -> None:
    _, payee, payment = await till.settled()
    house = await till.house()
    await till.chargeback(payment, 400)
    assert (await till.has(payee), await till.house()) == ({"earnings": 540}, {"provider:sandbox": -600, "platform_fee": 60})
    await till.chargeback(payment, 400, "won")
    assert (await till.has(payee), await till.house(), await till.sums(payment)) == ({"earnings": 900}, house, (1000, 0, 0, 0))
    await till.hall.verify()


async def test_a_payout_that_waits_is_called_back_and_one_that_has_gone_is_our_loss(till: Till) -> None:
    _, payee, payment = await till.settled()
    waiting = await a_payout(till, payee, 500)
    await a_payout(till, payee, 100)
    assert await till.has(payee) == {"earnings": 300, "held": 600}
    await till.chargeback(payment, 800, ref="cb_1")  # 720 of the payee: 300, and the first payout
    state = "SELECT state, why FROM payments.payout WHERE id = $1"
    assert tuple(await till.hall.pool.fetchrow(state, waiting) or ()) == ("cancelled", "chargeback")
    assert await till.has(payee) == {"earnings": 80, "held": 100}
    assert await said(till, PayoutCancelled.name) == [PayoutCancelled.name]
    assert await till.house() == {"provider:sandbox": -200, "platform_fee": 20}
    await till.hall.pool.execute("UPDATE payments.payout SET state = 'processing', sent_at = now() WHERE state = 'pending'")
    await till.chargeback(payment, 200, ref="cb_2")  # 180 of the payee, who has 80: the other payout has gone
    assert (await till.has(payee), await till.house()) == ({"held": 100}, {"loss": -100})
    await till.chargeback(payment, 200, "won", ref="cb_2")
    assert (await till.has(payee), await till.house()) == ({"earnings": 80, "held": 100}, {"provider:sandbox": -200, "platform_fee": 20})
    await till.chargeback(payment, 800, "won", ref="cb_1")
    assert (await till.has(payee), await till.house()) == ({"earnings": 800, "held": 100}, {"provider:sandbox": -1000, "platform_fee": 100})
    assert await till.sums(payment) == (1000, 0, 0, 0)


async def test_one_that_comes_before_the_money_waits_and_one_that_was_won_before_moves_nothing(till: Till) -> None:
    _, payment = await till.opened("credits")
    with pytest.raises(TooEarlyError):
        await till.chargeback(payment)
    await till.come(payment)
    await till.chargeback(payment, state="won")
    await till.chargeback(payment)
    assert (await till.sums(payment), await till.house()) == ((2499, 0, 0, 0), {"provider:sandbox": -2499, "sold": 2499})
    assert await till.chargeback(payment, 100, "lost", ref="cb_lost") == payment.id
    assert await till.sums(payment) == (2499, 0, 0, 100)
    other = ChargebackFacts(ref="cb_eur", state="open", amount=1, asset="EUR", payment_id=payment.id)
    with pytest.raises(WrongNewsError):
        await till.hall.work(apply_chargeback, "sandbox", other)
    assert await till.hall.work(apply_chargeback, "stripe", other) is None  # another provider's payment is not meant
    assert await till.hall.work(apply_chargeback, "sandbox", msgspec.structs.replace(other, payment_id=ids.new())) is None
    await till.hall.verify()


async def test_one_that_meets_a_refund(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    till.desk.says = ["lose"]
    asked = await till.refund(buyer, payment, Decimal(20))
    await till.hall.drain()
    with pytest.raises(TooEarlyError):  # both cannot be: which one has gone?
        await till.chargeback(payment)
    await till.chargeback(payment, 499, ref="cb_part")  # fits beside it
    await till.told(payment, 2000, f"re_{asked.id.hex}", refund_id=asked.id)
    assert (await till.sums(payment), await till.has(buyer)) == ((2499, 2000, 499, 0), {})
    await till.chargeback(payment, 300, ref="cb_more")  # the bank takes what has gone back already: our loss until it is won
    assert (await till.sums(payment), await till.house()) == ((2499, 2000, 499, 0), {"provider:sandbox": 300, "loss": -300})
    await till.chargeback(payment, 300, "lost", ref="cb_more")
    await till.hall.verify()
    payer, other = await till.paid("credits")
    till.desk.says = ["failed"]
    await till.refund(payer, other)
    await till.hall.drain()
    await till.chargeback(other)  # the refund failed and was undone: the credits are there to be taken
    assert (await till.has(payer), await till.sums(other)) == ({}, (2499, 0, 2499, 0))
    await till.hall.verify()


async def test_it_takes_what_waits_for_the_payer_and_gives_it_back_when_won(till: Till) -> None:
    payee = await till.person()
    payer, payment = await till.paid("booking", 1000, payee)
    till.desk.says = ["failed"]
    await released(till, payment, 400, payee, paid=600)
    await till.hall.drain()
    await till.chargeback(payment)
    assert (await till.has(payer), await till.has(payee), await till.house()) == ({}, {}, {})
    assert await till.states(payment) == [("released", "cancelled", 400)]
    await till.hall.verify()
    await till.chargeback(payment, state="won")
    await till.hall.drain()
    assert (await till.has(payer), await till.has(payee)) == ({}, {"earnings": 540})
    assert await till.sums(payment) == (1000, 400, 0, 0)
    assert await till.house() == {"provider:sandbox": -600, "platform_fee": 60}
    await till.hall.verify()


async def test_a_surplus_that_could_not_be_sent_is_what_it_takes(till: Till) -> None:
    payer, payment = await till.opened("booking", 700, await till.person())
    await till.hall.pool.execute("UPDATE shop SET state = 'expired'")
    await till.come(payment)
    with pytest.raises(TooEarlyError):  # it is being sent back
        await till.chargeback(payment)
    till.desk.says = ["failed"]
    await till.hall.drain()
    await till.chargeback(payment)
    await till.chargeback(payment, state="lost")
    assert (await till.has(payer), await till.sums(payment), await till.house()) == ({}, (700, 0, 0, 700), {})
    await till.hall.verify()


async def test_one_that_comes_while_a_refund_is_under_way_for_days_is_booked_afterwards(till: Till) -> None:
    payer, payment = await till.paid("subscription")
    till.desk.says = ["processing"]
    asked = await till.refund(payer, payment, Money(2000, USD))
    await till.hall.drain()
    facts = ChargebackFacts(ref="cb", state="open", amount=2499, asset=USD, payment_id=payment.id)

    async def told(tx: Tx) -> None:
        await receive(tx, "sandbox", News(id="evt", kind="chargeback", facts=facts))

    await till.hall.work(told)
    await till.hall.pool.execute("UPDATE payments.inbox SET received_at = received_at - interval '3 minutes'")
    for _ in range(10):  # more often than a delivery is tried
        await till.hall.pool.execute("UPDATE kernel.delivery SET retry_at = now()")
        await till.hall.drain()
    assert (await till.sums(payment))[2] == 0
    await till.told(payment, 2000, f"re_{asked.id.hex}", refund_id=asked.id)
    await till.hall.advance(timedelta(hours=2))
    assert await till.sums(payment) == (2499, 2000, 499, 0)
    await till.hall.verify()


async def test_of_a_payment_that_came_twice_the_second_is_charged_back(till: Till) -> None:
    buyer, payment = await till.paid("credits")
    again = another_charge(payment)
    await till.hall.work(apply_payment, "sandbox", again)
    facts = ChargebackFacts(ref="cb", state="open", amount=2499, asset=USD, payment_ref=again.ref, payment_id=payment.id)
    await till.hall.work(apply_chargeback, "sandbox", facts)
    assert (await till.has(buyer), await till.sums(payment)) == ({"wallet credits": 150}, (2499, 0, 0, 0))
    await till.hall.verify()
