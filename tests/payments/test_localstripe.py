"""The Stripe adapter against localstripe, a server of Stripe's API that others wrote: what it can, our fake need not prove."""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.payments.outside import stripe_wire as wire
from skillhall.payments.outside.stripe import Stripe
from skillhall.payments.ports import MethodNotAccepted, Order, RefundOrder
from tests.support.localstripe import KEY, localstripe


@pytest.fixture
async def party() -> AsyncGenerator[Stripe]:
    async with localstripe() as base:
        adapter = Stripe(Config(mode="sandbox", stripe_secret_key=KEY, stripe_api_url=base))
        yield adapter
        await adapter.close()


def order(**changes: Any) -> Order:
    facts = {"key": ids.new(), "payment_id": ids.new(), "amount": 2499, "asset": "EUR", "title": "150 credits", "return_url": ""}
    return Order(**{**facts, **changes})


async def a_card(party: Stripe, number: str) -> str:
    card = {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    return (await party._api.payment_methods.create_async(card)).id  # type: ignore[arg-type]


async def test_a_customers_card_is_charged_refunded_and_found_in_the_account(party: Stripe):
    account = ids.new()
    method = await party.attach(account, None, await a_card(party, "4242424242424242"))
    assert (method.kind, method.brand, method.last4, method.exp_year) == ("card", "visa", "4242", 2040)
    again = await party.attach(account, method.customer, await a_card(party, "4000000000000341"))
    assert again.customer == method.customer
    with pytest.raises(MethodNotAccepted):
        await party.attach(account, method.customer, await a_card(party, "4000000000000002"))
    with pytest.raises(MethodNotAccepted):
        await party.attach(account, method.customer, "pm_unheard_of")

    asked = order(customer=method.customer, method=method.token)
    opened = await party.create(asked)
    assert (opened.state, opened.captured, opened.payment_id) == ("created", 0, asked.payment_id)
    assert opened.client_secret
    paid = await party.confirm(order(ref=opened.ref))
    assert (paid.state, paid.captured, paid.asset, paid.fee) == ("succeeded", 2499, "EUR", 0)
    assert await party.retrieve(asked.payment_id, paid.ref) == paid

    back = RefundOrder(key=ids.new(), payment_id=asked.payment_id, ref=paid.ref, amount=1000, asset="EUR")
    sent = await party.refund(back)
    assert (sent.state, sent.amount, sent.refund_id, sent.payment_ref) == ("succeeded", 1000, back.key, paid.ref)
    assert await party.retrieve_refund(back, sent.ref) == sent == await party.retrieve_refund(back, None)
    lines = [wire.moved(msgspec.convert(item, wire.Balance)) async for item in party._pages(party._api.balance_transactions.list_async, {})]
    assert sorted((line.kind, line.amount, line.fee) for line in lines) == [("charge", 2499, 0), ("refund", -1000, 0)]

    bare = await party.create(order())
    assert bare.state == "created"
    assert (await party.cancel(order(ref=bare.ref))).state == "cancelled"
    assert (await party.cancel(order(ref=paid.ref))).state == "succeeded"
    await party.detach(method.token)


async def test_off_session_and_by_hand(party: Stripe):
    method = await party.attach(ids.new(), None, await a_card(party, "4242424242424242"))
    charged = await party.create(order(customer=method.customer, method=method.token, is_off_session=True))
    assert (charged.state, charged.captured) == ("succeeded", 2499)
    yen = await party.create(order(customer=method.customer, method=method.token, is_off_session=True, amount=500, asset="JPY"))
    assert (yen.captured, yen.asset) == (500, "JPY")

    held = await party.create(order(customer=method.customer, method=method.token, is_off_session=True, is_captured=False))
    assert (held.state, held.captured) == ("processing", 0)
    taken = await party.capture(order(ref=held.ref))
    assert (taken.state, taken.captured) == ("succeeded", 2499)

    declining = await party.attach(ids.new(), method.customer, await a_card(party, "4000000000000341"))
    declined = await party.create(order(customer=method.customer, method=declining.token, is_off_session=True))
    assert (declined.state, declined.failure) == ("failed", "card_declined")

    asking = await party.attach(ids.new(), method.customer, await a_card(party, "4000002760003184"))
    waiting = await party.create(order(customer=method.customer, method=asking.token, is_off_session=True))
    assert (waiting.state, waiting.captured) == ("requires_action", 0)
    assert waiting.client_secret


async def test_amounts_cross_in_stripes_smallest_unit():
    assert [wire.to_stripe(1250, asset) for asset in ("EUR", "JPY", "KWD", "ISK", "UGX")] == [1250, 1250, 1250, 125000, 125000]
    assert [wire.from_stripe(amount, asset) for amount, asset in ((125000, "isk"), (1250, "kwd"), (12, "mga"))] == [1250, 1250, 1200]
