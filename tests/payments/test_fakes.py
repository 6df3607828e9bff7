"""Each adapter against its fake over TCP: what is said of charges, refunds, disputes, payouts and the account; and ill will."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import stamina
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.kernel.outside.http import Breaker, Caller
from skillhall.payments.outside.paypal import PayPal
from skillhall.payments.outside.razorpay import Razorpay
from skillhall.payments.outside.stripe import Stripe
from skillhall.payments.ports import (
    ChargebackFacts,
    MethodNeedsPayment,
    MethodNotAccepted,
    Order,
    PaymentFacts,
    PayoutOrder,
    RefundOrder,
    SetupOrder,
    SignatureInvalid,
)
from tests.support import fake_paypal, fake_razorpay, fake_stripe
from tests.support.stand_in import stand_in
from tests.support.webhook import Webhook, webhook

Adapter = Stripe | Razorpay | PayPal
NAMES = ("stripe", "razorpay", "paypal")


class Scene:
    """An adapter, its fake, and a webhook that hears the fake."""

    def __init__(self, name: str, base: str, party: Adapter, heard: Webhook, session: aiohttp.ClientSession) -> None:
        self.name = name
        self.base = base
        self.party = party
        self.heard = heard
        self._session = session

    async def fake(self, verb: str, **data: Any) -> Any:
        async with self._session.post(f"{self.base}/_fake/{verb}", json=data) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def news(self, kind: type[Any] = PaymentFacts) -> list[Any]:
        await self.fake("flush")
        return [news.facts for news in await self.heard.news(self.party) if isinstance(news.facts, kind)]


def adapter(name: str, base: str, patience: float) -> Adapter:
    config = Config(
        mode="sandbox", stripe_secret_key=fake_stripe.KEY, stripe_webhook_secret=fake_stripe.SECRET, stripe_api_url=base,
        razorpay_key_id=fake_razorpay.KEY_ID, razorpay_key_secret=fake_razorpay.KEY_SECRET, razorpay_webhook_secret=fake_razorpay.SECRET,
        razorpay_account_number=fake_razorpay.ACCOUNT, razorpay_api_url=base, paypal_client_id=fake_paypal.CLIENT,
        paypal_client_secret=fake_paypal.SECRET, paypal_webhook_id=fake_paypal.WEBHOOK_ID, paypal_api_url=base,
    )  # fmt: skip
    if name == "stripe":
        return Stripe(config, patience)
    caller = Caller(timeout_seconds=patience, new_breaker=lambda: Breaker(failures=10_000))
    return Razorpay(config, caller) if name == "razorpay" else PayPal(config, caller)


@pytest.fixture(scope="module")
async def fakes() -> AsyncGenerator[dict[str, str]]:
    """One fake of each party, for all tests of this file."""
    async with AsyncExitStack() as stack:
        started = await asyncio.gather(*(stack.enter_async_context(stand_in(f"fake_{name}")) for name in NAMES))
        yield dict(zip(NAMES, started, strict=True))


@asynccontextmanager
async def scene(name: str, base: str, patience: float = 10, **fate: Any) -> AsyncGenerator[Scene]:
    async with AsyncExitStack() as stack:
        heard = await stack.enter_async_context(webhook())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        party = adapter(name, base, patience)
        stack.push_async_callback(party.close)
        set_up = Scene(name, base, party, heard, session)
        await set_up.fake("forget")
        await set_up.fake("webhook", url=heard.url)
        await set_up.fake("kind", **fate)
        yield set_up


METHODS = {
    "stripe": ("pm_card_visa", "pm_card_visa_chargeDeclined"),
    "razorpay": ("token_ok", "token_declined"),
    "paypal": ("setup-ok", "setup-declined"),
}
DESTINATIONS = {
    "stripe": ("acct_ok", "acct_closed"),
    "razorpay": ("fa_ok", "fa_closed"),
    "paypal": ("host@example.org", "nobody@example.org"),
}


def order(**changes: Any) -> Order:
    facts = {"key": ids.new(), "payment_id": ids.new(), "amount": 2499, "asset": "USD", "title": "150 credits"}
    return Order(**{**facts, "return_url": "https://hall.example/back", **changes})


def refund_of(facts: PaymentFacts, payment_id: UUID, amount: int) -> RefundOrder:
    return RefundOrder(key=ids.new(), payment_id=payment_id, ref=facts.ref, amount=amount, asset="USD")


@pytest.mark.parametrize("name", NAMES)
async def test_a_payer_pays_in_the_browser(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name]) as here:
        party = here.party
        asked = order()
        opened = await party.create(asked)
        assert opened.state == ("requires_action" if name == "paypal" else "created")
        assert (opened.captured, opened.payment_id) == (0, asked.payment_id)
        assert bool(opened.action_url) is (name == "paypal")
        again = replace(asked, ref=opened.ref)
        assert (await party.confirm(replace(again, key=ids.new()))).captured == 0 if name != "stripe" else True
        await here.fake("pay", ref=opened.ref)
        seen = await party.retrieve(asked.payment_id, opened.ref)
        assert (seen is not None and seen.is_approved) is (name == "paypal")  # its money waits for our call
        paid = (
            await party.confirm(replace(again, key=ids.new())) if name != "stripe" else await party.retrieve(asked.payment_id, opened.ref)
        )
        assert paid is not None
        assert (paid.state, paid.captured, paid.asset, paid.payment_id) == ("succeeded", 2499, "USD", asked.payment_id)
        assert paid.fee
        assert await party.retrieve(asked.payment_id, paid.ref) == paid
        assert await party.retrieve(asked.payment_id, None) == (paid if party.finds_unnamed else None)
        assert party.finds_unnamed is (name != "paypal")
        assert await party.retrieve(ids.new(), None) is None
        assert await party.retrieve(ids.new(), "nothing") is None
        assert (await party.cancel(again)).state == "succeeded"
        told = [facts for facts in await here.news() if facts.captured]
        assert told
        assert {facts.ref for facts in told} == {paid.ref}
        unpaid = await party.create(order())
        assert (await party.cancel(order(ref=unpaid.ref))).state == "cancelled"
        by_hand = order(is_captured=False)
        held = await party.create(by_hand)
        await here.fake("pay", ref=held.ref, **({"how": "authorized"} if name == "razorpay" else {}))
        waiting = (
            await party.confirm(replace(by_hand, key=ids.new(), ref=held.ref))
            if name == "paypal"
            else await party.retrieve(by_hand.payment_id, held.ref)
        )
        assert waiting is not None
        assert (waiting.state, waiting.captured) == ("processing", 0)
        assert (await party.capture(replace(by_hand, key=ids.new(), ref=held.ref))).captured == 2499


@pytest.mark.parametrize("name", NAMES)
async def test_a_kept_method_is_charged_without_the_payer(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name]) as here:
        party, (good, bad) = here.party, METHODS[name]
        customer = "cust_1" if name == "razorpay" else None
        method = await party.attach(fake_paypal.MEMBER, customer, good)
        assert method.customer
        asked = order(method=method.token, customer=method.customer, is_off_session=True)
        paid = await party.create(asked)
        assert (paid.state, paid.captured) == ("succeeded", 2499)
        declining = await party.attach(fake_paypal.MEMBER, method.customer, bad)
        declined = await party.create(order(method=declining.token, customer=method.customer, is_off_session=True))
        assert declined.state == "failed"
        assert declined.failure
        await party.detach(method.token)
        with pytest.raises(MethodNotAccepted):
            await party.attach(fake_paypal.MEMBER, method.customer, "unheard of")
        if name == "stripe":
            asking = order(method="pm_card_authenticationRequired", is_off_session=True)
            assert (await party.create(asking)).state == "requires_action"


@pytest.mark.parametrize("name", NAMES)
async def test_what_a_payer_pays_with_is_kept_where_that_is_asked_for(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name]) as here:
        party, payer = here.party, ids.new()
        for keeps in (False, True):
            asked = order(payer_id=payer, payer_email="pat@example.org", keeps_method=keeps)
            opened = await party.create(asked)
            assert bool(opened.customer) is (keeps and name != "paypal")
            await here.fake("pay", ref=opened.ref, late=True)
            again = replace(asked, key=ids.new(), ref=opened.ref)
            paid = await (party.confirm(again) if name == "paypal" else party.retrieve(asked.payment_id, opened.ref))
            assert paid is not None
            assert paid.captured == 2499
            if name == "paypal" and keeps:  # it takes the money first, and tells later that it keeps the rest
                assert paid.method is None
                await here.fake("happen", ref=opened.ref, event="vaulted")
                paid = [facts for facts in await here.news() if facts.method][-1]
            assert name == "razorpay" or (paid.method is not None) is keeps
        assert paid.method is not None
        assert paid.method.customer
        assert not opened.customer or paid.method.customer == opened.customer
        later = order(method=paid.method.token, customer=paid.method.customer, is_off_session=True)
        assert (await party.create(later)).captured == 2499
        if name == "razorpay":
            assert opened.client_secret == opened.customer  # its form needs it
            other = await party.create(order(payer_id=ids.new(), payer_email="pat@example.org", keeps_method=True))
            assert other.customer is None  # the address was somebody else's before, with their cards


@pytest.mark.parametrize("name", NAMES)
async def test_a_method_is_set_up_without_paying(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name]) as here:
        party, member = here.party, ids.new()
        asked = SetupOrder(key=ids.new(), account_id=member, customer=None, return_url="https://hall.example/back")
        if name == "razorpay":
            with pytest.raises(MethodNeedsPayment):
                await party.setup(asked)
            return
        made = await party.setup(asked)
        assert (bool(made.client_secret), bool(made.url), bool(made.expires_at)) == (name == "stripe", name == "paypal", name == "paypal")
        with pytest.raises(MethodNotAccepted):  # not agreed to yet
            await party.attach(member, made.customer, made.token)
        await here.fake("pay", ref=made.token)
        with pytest.raises(MethodNotAccepted):  # somebody else's
            await party.attach(ids.new(), made.customer, made.token)
        method = await party.attach(member, made.customer, made.token)
        assert method.customer == made.customer
        assert await party.attach(member, made.customer, made.token) == method
        assert (await party.setup(replace(asked, key=ids.new(), customer=made.customer))).customer == made.customer
        with pytest.raises(MethodNotAccepted):
            await party.attach(member, made.customer, "seti_unheard_of" if name == "stripe" else "setup-unheard-of")


async def test_razorpay_keeps_the_card_of_ones_own_payment(fakes: dict[str, str]):
    async with scene("razorpay", fakes["razorpay"]) as here:
        payer, other = ids.new(), ids.new()
        opened = await here.party.create(order(payer_id=payer))
        paid = await here.fake("pay", ref=opened.ref)
        assert (await here.party.attach(payer, None, paid["id"])).token == "cust_1/token_ok"
        for asking, customer in ((other, None), (other, "cust_2")):
            with pytest.raises(MethodNotAccepted):
                await here.party.attach(asking, customer, paid["id"])


@pytest.mark.parametrize("name", NAMES)
async def test_money_goes_back_and_the_account_shows_it(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name]) as here:
        party = here.party
        customer = "cust_1" if name == "razorpay" else None
        method = await party.attach(fake_paypal.MEMBER, customer, METHODS[name][0])
        asked = order(method=method.token, customer=method.customer, is_off_session=True)
        paid = await party.create(asked)
        back = refund_of(paid, asked.payment_id, 1000)
        sent = await party.refund(back)
        assert (sent.state, sent.amount, sent.refund_id, sent.payment_ref) == ("succeeded", 1000, back.key, paid.ref)
        assert await party.retrieve_refund(back, None) == sent == await party.retrieve_refund(back, sent.ref)
        assert (await party.refund(refund_of(paid, asked.payment_id, 9999))).state == "failed"
        assert await party.retrieve_refund(refund_of(paid, asked.payment_id, 1), None) is None
        bank = ("paypal", "paypal") if name == "paypal" else ("bank_transfer", name)
        out = PayoutOrder(key=ids.new(), amount=700, asset="USD", kind=bank[0], destination=DESTINATIONS[name][0])  # type: ignore[arg-type]
        first = await party.payout(out)
        if name == "paypal":
            again = await party.payout(replace(out))
            assert (first.state, again.ref) == ("processing", first.ref)
            await here.fake("happen", ref=first.ref, event="SUCCESS")
        done = await party.retrieve_payout(out.key, first.ref)
        assert done is not None
        assert (done.state, done.payout_id, done.amount) == ("paid", out.key, 700)
        assert (await party.payout(replace(out, key=ids.new(), destination=DESTINATIONS[name][1]))).state == "failed"
        assert await party.retrieve_payout(ids.new(), None) is None
        lines = await party.statement(datetime.now(UTC).date())
        assert sorted((line.kind, line.amount) for line in lines) == [("charge", 2499), ("payout", -700), ("refund", -1000)]
        assert all(line.fee for line in lines if line.kind == "charge")
        assert [line.our_id for line in lines if line.kind == "refund"] == [back.key]
        assert not await party.statement(datetime(2020, 1, 1, tzinfo=UTC).date())


@pytest.mark.parametrize("name", NAMES)
async def test_disputes_and_refunds_that_nobody_here_asked_for(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name]) as here:
        party = here.party
        customer = "cust_1" if name == "razorpay" else None
        method = await party.attach(fake_paypal.MEMBER, customer, METHODS[name][0])
        paid = await party.create(order(method=method.token, customer=method.customer, is_off_session=True))
        thing = paid.ref
        if name == "razorpay":
            thing = (await party._taken(paid.ref)).id  # type: ignore[union-attr]
        amount = {"currency_code": "USD", "value": "5.00"} if name == "paypal" else 500
        await here.fake("happen", ref=thing, event="refund", amount=amount)
        opened = await here.fake("happen", ref=thing, event="dispute", amount=1999)
        for ending in ("lost",) if name == "razorpay" else ("won",):
            await here.fake("happen", ref=thing if name == "paypal" else opened["id"], event=ending)
        told = await here.news(object)
        [desk] = [facts for facts in told if type(facts).__name__ == "RefundFacts"]
        assert (desk.amount, desk.refund_id, desk.payment_ref) == (500, None, paid.ref)
        cases = [facts for facts in told if isinstance(facts, ChargebackFacts)]
        assert [facts.state for facts in cases] == (["lost"] if name == "razorpay" else ["open", "won"])
        assert {facts.payment_ref for facts in cases} == {paid.ref}
        kinds = sorted(line.kind for line in await party.statement(datetime.now(UTC).date()))
        assert kinds == sorted(["charge", "refund", "chargeback", *([] if name == "razorpay" else ["chargeback_won"])])
        headers, body = here.heard.received[0]
        for forged in (body.replace(b"2499", b"9999") + b" ", b"{}"):
            with pytest.raises(SignatureInvalid):
                await party.news(headers, forged, datetime.now(UTC))
        again = {key: f"{value}?again" if key.lower() == "paypal-cert-url" else value for key, value in headers.items()}
        for other in ({}, again) if name == "paypal" else ({},):  # the right certificate, but nobody makes us fetch it ever anew
            with pytest.raises(SignatureInvalid):
                await party.news(other, body, datetime.now(UTC))


async def settled(here: Scene, asked: Order) -> PaymentFacts:
    """Charge as the house does: after no answer it asks; what never arrived is sent again, under the same key where that is the same."""
    second = ids.new()
    facts: PaymentFacts | None = await here.party.create(asked)
    for _attempt in range(60):
        if facts is not None and facts.state not in {"unknown", "created", "processing"}:
            return facts
        if facts is not None and facts.ref and facts.state == "created":
            facts = await here.party.confirm(replace(asked, key=second, ref=facts.ref))
            continue
        found = await here.party.retrieve(asked.payment_id, facts.ref or None if facts else None)
        if found is None:
            asked = asked if here.party.safe_seconds else replace(asked, key=ids.new())
        facts = found if found is not None else await here.party.create(asked)
    raise AssertionError(f"{here.name} never says what became of {asked.payment_id}: {facts}")


@pytest.mark.parametrize(("name", "seed"), [("stripe", 7), ("razorpay", 11), ("paypal", 13)])
async def test_whatever_goes_wrong_each_payment_is_charged_once(name: str, seed: int, fakes: dict[str, str]):
    async with scene(name, fakes[name], seed=seed) as here:
        method = {"stripe": "pm_card_visa", "razorpay": "cust_1/token_ok", "paypal": "vault-ok"}[name]
        orders = [order(method=method, is_off_session=True, amount=1000 + number) for number in range(12)]
        with stamina.set_testing(True, attempts=2, cap=True):
            for asked in orders:
                facts = await settled(here, asked)
                assert (facts.state, facts.captured) == ("succeeded", asked.amount)
        await here.fake("kind")
        told = [facts for facts in await here.news() if facts.captured]
        lines = await here.party.statement(datetime.now(UTC).date())
        assert sorted(line.amount for line in lines) == [asked.amount for asked in orders]
        assert {facts.captured for facts in told} <= {asked.amount for asked in orders}


@pytest.mark.parametrize("name", NAMES)
async def test_who_answers_too_late_has_not_answered(name: str, fakes: dict[str, str]):
    async with scene(name, fakes[name], patience=0.2, hang=0.6) as here:
        facts = await here.party.create(order())
        assert (facts.state, facts.ref) == ("unknown", "")
        out = PayoutOrder(key=ids.new(), amount=700, asset="USD", kind="bank_transfer", destination=DESTINATIONS[name][0])
        assert (await here.party.payout(out)).state == "unknown"
