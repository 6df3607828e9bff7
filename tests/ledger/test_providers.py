"""Money that comes and goes through a provider: what a member has, what the platform has, and what is owed after each movement."""

from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.ledger import api as ledger
from skillhall.ledger.model.transfer import Mode
from tests.ledger.builders import a_member, has, in_mode, platform, posting

CARD = "provider:sandbox"


async def a_buyer(tx: Tx, bought: int = 150, paid: int = 2499, fee: int = 102) -> UUID:
    """Return somebody who has bought credits."""
    buyer = await a_member(tx, granted=10)
    await posting(tx, "buy", ledger.buy(buyer, bought, paid, asset="USD", provider=CARD, provider_fee=fee))
    return buyer


async def test_credits_are_bought_and_part_of_them_goes_back(tx: Tx) -> None:
    buyer, hold_id = await a_buyer(tx), ids.new()
    assert (await has(tx, buyer)) == {"grant": 10, "wallet": 150}
    await posting(tx, "refund_open", ledger.set_aside(hold_id, buyer, 110, "refund", ids.NIL, asset="CREDIT", account="wallet"))
    assert (await has(tx, buyer)) == {"grant": 10, "wallet": 40, "held": 110}
    await posting(tx, "refund_done", ledger.unbought(hold_id, 110, 1832, asset="USD", provider=CARD))
    assert (await has(tx, buyer)) == {"grant": 10, "wallet": 40}
    left = {CARD: -(2499 - 102 - 1832), "provider_fee": -102, "sold": 2499 - 1832}
    assert {kind: amount for kind, amount in (await platform(tx)).items() if kind in left} == left


async def test_a_refund_takes_no_granted_and_no_spent_credits(tx: Tx) -> None:
    buyer = await a_buyer(tx)
    with pytest.raises(ledger.Insufficient):
        await posting(tx, "refund_open", ledger.set_aside(ids.new(), buyer, 151, "refund", ids.NIL, asset="CREDIT", account="wallet"))
    assert (await has(tx, buyer)) == {"grant": 10, "wallet": 150}


async def test_free_credits_need_no_money(tx: Tx) -> None:
    buyer = await a_buyer(tx, 50, 0, 0)
    assert (await has(tx, buyer)) == {"grant": 10, "wallet": 50}


async def test_what_the_buyer_no_longer_has_is_owed_and_paid_off_by_what_comes_in(tx: Tx) -> None:
    buyer, hold_id, host = await a_buyer(tx), ids.new(), ids.new()
    await posting(tx, "hold", ledger.hold(hold_id, buyer, 140, "test", ids.NIL))
    await posting(tx, "settle", ledger.settle(hold_id, host, 140, fee=14))
    clawed = ids.new()
    await posting(tx, "chargeback", ledger.clawed_credits(buyer, 150, 2499, asset="USD", provider=CARD), transfer_id=clawed)
    assert (await has(tx, buyer)) == {"debt": -130}
    balance = await ledger.balance(tx, buyer, "CREDIT")
    assert (balance.debt, balance.available, balance.bought) == (130, 0, 0)
    with pytest.raises(ledger.Indebted):
        await posting(tx, "hold", ledger.hold(ids.new(), buyer, 1, "test", ids.NIL))
    await posting(tx, "buy", ledger.buy(buyer, 50, 999, asset="USD", provider=CARD))
    assert (await has(tx, buyer)) == {"debt": -80}
    _, legs = await ledger.legs(tx, clawed)
    await posting(tx, "chargeback_won", ledger.reinstated(legs))
    assert (await has(tx, buyer)) == {"wallet": 70}


@pytest.mark.parametrize("mode", ["points", "voucher", "per_booking", "licensed"])
async def test_a_sale_comes_goes_back_fails_to_and_is_clawed(tx: Tx, mode: Mode) -> None:
    in_mode(tx, mode)
    buyer, hold_id = ids.new(), ids.new()
    await posting(tx, "sale", ledger.sale(2379, 380, asset="EUR", provider=CARD, provider_fee=99))
    assert await platform(tx) == {CARD: -2280, "provider_fee": -99, "sales": 1999, "tax": 380}
    await posting(tx, "refund_open", ledger.unsold(hold_id, buyer, 1190, 190, ids.NIL, asset="EUR"))
    assert (await has(tx, buyer), (await platform(tx))["sales"]) == ({"held": 1190}, 999)
    await posting(tx, "refund_undone", ledger.resold(hold_id, 1190, 190))
    assert (await has(tx, buyer), (await platform(tx))["sales"]) == ({}, 1999)
    await posting(tx, "chargeback", ledger.clawed_sale(2379, 380, asset="EUR", provider=CARD))
    await posting(tx, "provider_fee", ledger.provider_charged(1500, asset="EUR", provider=CARD))
    assert await platform(tx) == {CARD: 1599, "provider_fee": -1599}


@pytest.mark.parametrize("mode", ["voucher", "per_booking", "licensed"])
async def test_the_payers_part_of_a_hold_waits_for_its_refund(tx: Tx, mode: Mode) -> None:
    in_mode(tx, mode)
    payer, payee, hold_id, into, whole = (ids.new() for _ in range(5))
    await posting(tx, "fund", ledger.fund(hold_id, payer, 333, "gig", ids.NIL, asset="EUR", provider=CARD, provider_fee=40))
    lines = (*ledger.settle(hold_id, payee, 199, fee=19), *ledger.moved(hold_id, into, payer, 134, ids.NIL, asset="EUR"))
    await posting(tx, "settle", lines)
    assert (await has(tx, payer), await has(tx, payee)) == ({"held": 134}, {"earnings": 180})
    await posting(tx, "refund_done", ledger.refund(into, CARD))
    await posting(tx, "refund_open", ledger.unearned(whole, payer, payee, 100, 10, ids.NIL, asset="EUR"))
    assert (await has(tx, payer), await has(tx, payee), (await platform(tx))["platform_fee"]) == ({"held": 100}, {"earnings": 90}, 9)
    await posting(tx, "settle", ledger.settle(whole, payee, 100, fee=10))
    assert await has(tx, payee) == {"earnings": 180}


async def test_a_hold_moves_whole_and_only_what_is_in_it(tx: Tx) -> None:
    payer, hold_id, into = ids.new(), ids.new(), ids.new()
    await posting(tx, "fund", ledger.fund(hold_id, payer, 100, "gig", ids.NIL, asset="EUR", provider=CARD))
    with pytest.raises(ledger.HoldShort):
        await posting(tx, "refund_open", ledger.moved(hold_id, into, payer, 101, ids.NIL, asset="EUR"))
    await posting(tx, "refund_open", ledger.moved(hold_id, into, payer, 100, ids.NIL, asset="EUR"))
    assert await has(tx, payer) == {"held": 100}
    with pytest.raises(ledger.HoldClosed):
        await posting(tx, "refund_open", ledger.moved(hold_id, ids.new(), payer, 1, ids.NIL, asset="EUR"))


async def test_a_chargeback_of_work_falls_on_the_payee_then_on_us_and_comes_back_when_won(tx: Tx) -> None:
    payer, payee, hold_id = ids.new(), ids.new(), ids.new()
    await posting(tx, "fund", ledger.fund(hold_id, payer, 1000, "gig", ids.NIL, asset="EUR", provider=CARD))
    await posting(tx, "settle", ledger.settle(hold_id, payee, 1000, fee=100))
    payout = ids.new()
    await posting(tx, "payout_open", ledger.set_aside(payout, payee, 700, "payout", ids.NIL, asset="EUR", account="earnings"))
    await posting(tx, "payout_done", ledger.refund(payout, CARD))
    clawed = ids.new()
    await posting(tx, "chargeback", ledger.clawed_work(payee, 1000, 100, asset="EUR", provider=CARD), transfer_id=clawed)
    assert (await has(tx, payee), await platform(tx)) == ({}, {CARD: 700, "loss": -700})
    _, legs = await ledger.legs(tx, clawed)
    await posting(tx, "chargeback_won", ledger.reinstated(legs))
    assert (await has(tx, payee), await platform(tx)) == ({"earnings": 200}, {CARD: -300, "platform_fee": 100})


async def test_a_chargeback_of_what_is_held_and_of_a_payout_that_waits(tx: Tx) -> None:
    payer, payee, hold_id, payout = ids.new(), ids.new(), ids.new(), ids.new()
    await posting(tx, "fund", ledger.fund(hold_id, payer, 1000, "gig", ids.NIL, asset="EUR", provider=CARD))
    clawed = ids.new()
    await posting(tx, "chargeback", ledger.clawed_hold(hold_id, 1000, CARD), transfer_id=clawed)
    assert (await has(tx, payer), await platform(tx)) == ({}, {})
    _, legs = await ledger.legs(tx, clawed)
    with pytest.raises(ValueError, match="somebody"):
        ledger.reinstated(legs)
    await posting(tx, "chargeback_won", ledger.reinstated(legs, held_to=(payee, 100)))
    assert (await has(tx, payee), await platform(tx)) == ({"earnings": 900}, {CARD: -1000, "platform_fee": 100})
    await posting(tx, "payout_open", ledger.set_aside(payout, payee, 900, "payout", ids.NIL, asset="EUR", account="earnings"))
    called_back = (*ledger.clawed_hold(payout, 500, CARD), *ledger.settle(payout, payee, 400))
    await posting(tx, "chargeback", called_back)
    assert await has(tx, payee) == {"earnings": 400}


async def test_a_payout_comes_back_after_it_was_paid(tx: Tx) -> None:
    payee, payout = ids.new(), ids.new()
    await posting(tx, "fund", ledger.fund(payout, payee, 500, "gig", ids.NIL, asset="EUR", provider=CARD))
    await posting(tx, "payout_done", ledger.refund(payout, CARD))
    await posting(tx, "payout_returned", ledger.repaid(payee, 500, asset="EUR", provider=CARD))
    assert (await has(tx, payee), await platform(tx)) == ({"earnings": 500}, {CARD: -500})


async def test_earned_credits_are_redeemed_spent_again_and_debts_collected_or_written_off(tx: Tx) -> None:
    buyer = await a_buyer(tx)
    host = await a_member(tx, earnings=100)
    await posting(tx, "redeem", ledger.redeemed(host, 60, 600, asset="USD"))
    await posting(tx, "reuse", ledger.reused(host, 15))
    assert (await ledger.balance(tx, host, "CREDIT")).earnings == 25
    assert (await ledger.balance(tx, host, "USD")).earnings == 600
    await posting(tx, "clawback", ledger.clawed_credits(buyer, 200, 999, asset="USD", provider=CARD))
    assert (await has(tx, buyer)) == {"debt": -40}
    await posting(tx, "write_off", ledger.written_off(buyer, 30, asset="CREDIT"))
    assert (await has(tx, buyer)) == {"debt": -10}


async def test_unknown_money_waits_in_suspense(tx: Tx) -> None:
    await posting(tx, "suspend", ledger.suspended(777, asset="EUR", provider=CARD))
    assert await platform(tx) == {CARD: -777, "suspense": 777}
    await posting(tx, "resolve", ledger.resolved(777, asset="EUR", provider=CARD))
    assert await platform(tx) == {}
    await posting(tx, "resolve", ledger.resolved(1, asset="EUR", provider=CARD))  # what went out without us is booked, and to be explained
    assert await platform(tx) == {CARD: 1, "suspense": -1}


@pytest.mark.parametrize("kind", ["refund_done", "payout_done"])
async def test_we_send_no_more_out_than_is_there(tx: Tx, kind: str) -> None:
    hold_id = ids.new()
    await posting(tx, "fund", ledger.fund(hold_id, ids.new(), 100, "gig", ids.NIL, asset="EUR", provider=CARD, provider_fee=33))
    with pytest.raises(ledger.ProviderShort):
        await posting(tx, kind, ledger.refund(hold_id, CARD))


async def test_a_fee_may_be_above_a_very_small_price(tx: Tx) -> None:
    payer = ids.new()
    await posting(tx, "fund", ledger.fund(ids.new(), payer, 31, "gig", ids.NIL, asset="EUR", provider=CARD, provider_fee=75))
    assert (await has(tx, payer), await platform(tx)) == ({"held": 31}, {CARD: 44, "provider_fee": -75})
