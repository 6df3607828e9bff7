"""A chargeback at each stage of the money it takes back; and what a statement says while everybody else says it too."""

from collections.abc import AsyncGenerator

import pytest

from skillhall.ledger.api import settle
from tests.learning.builders import outcome
from tests.payments.purse import WEEK, Purse, open_purse
from tests.support.hall import TestHall


@pytest.fixture
async def purse(hall: TestHall) -> AsyncGenerator[Purse]:
    async with open_purse(hall) as opened:
        yield opened


@pytest.mark.parametrize("stage", ["held", "settled", "pending", "paid", "returned"])
async def test_a_chargeback_at_every_stage(purse: Purse, stage: str):
    payee = await purse.person()
    payer, payment = await purse.paid("booking", 1000, payee)
    if stage != "held":
        await purse.post("settle", settle(payment.paid_id, payee.account_id, 1000, fee=100))
        await purse.destination(payee)
        await purse.hall.advance(WEEK)
    if stage in {"pending", "paid", "returned"}:
        made = await purse.ask(payee)
        if stage != "pending":
            await purse.hall.drain()
        if stage == "returned":
            await purse.told_payout(purse.bank.ends(made.id, "returned"))
    for _ in range(2):
        await purse.chargeback(payment)
    purse.bank.move("chargeback", -1000, ref=f"cb_{payment.id.hex}", our_id=payment.id)
    await purse.hall.drain()
    lost = 900 if stage == "paid" else 0
    assert (await purse.has(payer), await purse.has(payee), (await purse.sums(payment))[2]) == ({}, {}, 1000)
    assert (await purse.house()).get("loss", 0) == -lost
    found = await purse.reconciled()
    assert found.is_clean
    await purse.chargeback(payment, state="won")
    purse.bank.move("chargeback_won", 1000, ref=f"cb_{payment.id.hex}", our_id=payment.id)
    assert (await purse.has(payee), (await purse.house()).get("loss", 0)) == ({} if lost else {"earnings": 900}, 0)
    assert (await purse.reconciled()).is_clean
    await purse.hall.verify()


async def test_confirm_webhook_and_the_statement_at_once(purse: Purse):
    for _ in range(3):
        payer, payment = await purse.opened("credits", 2499)
        purse.bank.move("charge", 2499, fee=102, ref=f"ch_{payment.id.hex}", our_id=payment.id)
        calls = [outcome(purse.reconciled), outcome(super(Purse, purse).come, payment), outcome(super(Purse, purse).come, payment)] * 3
        assert set(await purse.hall.race(*calls)) == {"ok"}
        assert (await purse.has(payer), (await purse.reconciled()).is_clean) == ({"wallet credits": 150}, True)
    await purse.hall.verify()
