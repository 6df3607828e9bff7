"""A booking paid through Stripe, over HTTP at both ends: the hall, and a server that speaks Stripe's API."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import stripe

from skillhall.kernel import ids
from tests.journeys.cast import a_key
from tests.journeys.test_payments import a_booking
from tests.support import database, fake_stripe, localstripe
from tests.support.server import Served, one
from tests.support.stand_in import stand_in

Pays = Callable[[Served, str], Awaitable[Any]]
HOLDER = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}


@asynccontextmanager
async def our_fake() -> AsyncGenerator[tuple[str, Pays]]:
    """Our fake: the payer pays in the browser, and Stripe tells the hall by a webhook."""
    async with stand_in("fake_stripe") as base, aiohttp.ClientSession() as browser:

        async def pays(served: Served, intent: str) -> None:
            hook = {"url": f"{served.base}/api/payments/webhook"}
            for verb, body in (("webhook", hook), ("pay", {"ref": intent}), ("flush", {})):
                async with browser.post(f"{base}/_fake/{verb}", json=body) as answer:
                    assert answer.status == 200
                    assert verb != "flush" or (await answer.json()) == {"failing": 0}

        yield base, pays


@asynccontextmanager
async def theirs() -> AsyncGenerator[tuple[str, Pays]]:
    """Localstripe: the payer's browser attaches a card to the intent and confirms it; only asking shows it."""
    async with localstripe.localstripe() as base:
        http = stripe.AIOHTTPClient()
        addresses: Any = {"api": base}
        api = stripe.StripeClient(localstripe.KEY, http_client=http, base_addresses=addresses).v1

        async def pays(_served: Served, intent: str) -> None:
            card: Any = {"type": "card", "card": HOLDER}
            method = await api.payment_methods.create_async(card)
            await api.payment_intents.update_async(intent, {"payment_method": method.id})
            await api.payment_intents.confirm_async(intent)

        yield base, pays
        await http.close_async()


@pytest.mark.slow
@pytest.mark.parametrize("theirs_or_ours", [theirs, our_fake], ids=["localstripe", "fake"])
async def test_a_booking_is_paid_by_card(server: str, template: str, theirs_or_ours: Any):
    settings = {"stripe_publishable_key": "pk_test", "stripe_webhook_secret": fake_stripe.SECRET, "payment_provider": "stripe"}
    async with theirs_or_ours() as (base, pays), database.database(server, template) as dsn:
        key = localstripe.KEY if theirs_or_ours is theirs else fake_stripe.KEY
        async with one(dsn, stripe_secret_key=key, stripe_api_url=base, **settings) as served:
            client, worker, booking = await a_booking(served)
            opened = (await client.post("/payments/intent", {"bookingId": booking}, expect=201)).data
            assert (opened["provider"], opened["publishableKey"], opened["status"]) == ("stripe", "pk_test", "created")
            assert opened["clientSecret"].startswith(opened["paymentIntentId"])
            await pays(served, opened["paymentIntentId"])
            path = f"/payments/{opened['id']}"
            if theirs_or_ours is theirs:
                await client.post(f"{path}/confirm", {}, expect=200)
            assert (await worker.get(path)).data["status"] == "succeeded"
            assert (await client.post("/payments/methods", {"provider": "stripe", "token": "pm_card_visa"}, expect=201, key=a_key())).data
            forged = {"Stripe-Signature": "t=1,v1=00"}
            body = {"id": f"evt_{ids.new()}", "type": "payment_intent.succeeded"}
            assert (await served.stranger().post("/payments/webhook", body, headers=forged)).reason == "payments.signature_invalid"
            if theirs_or_ours is our_fake:  # the other one books everything, but cannot be asked by day
                operator = await served.operator()
                compared = (await operator.post("/payments/reconciliations", {"provider": "stripe"}, expect=200)).data
                assert (compared["isClean"], compared["movements"]) == (True, 1)
            await served.check()
