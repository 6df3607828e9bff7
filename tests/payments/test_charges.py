"""A charge from the wish to the books, over HTTP, with a party that answers, fails, loses and is told about."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import balance
from skillhall.payments.api import charge, default_method, find_paid
from skillhall.payments.commands.decide import Decide, decide_payment
from skillhall.payments.jobs.charges import ask_after_the_slow, ask_after_the_stale
from skillhall.payments.module import MODULE
from skillhall.payments.ports import News, Options, Order, PaymentFacts, Providers
from tests.kernel.serving import Answered, Site, serving
from tests.learning.builders import People, outcome
from tests.notifications.reading import still, told
from tests.payments.party import FEE, Party
from tests.payments.stall import MINUTES, thing
from tests.support.hall import TestHall

SIGNED = {"x-skillhall-sandbox-signature": "signed"}


async def intent(site: Site, by: Actor, what: Subject, **more: Any) -> Answered:
    name = "bookingId" if what.kind == "booking" else "packageId"
    return await site.post("/api/v1/payments/intent", by.account_id, json={name: str(what.id), **more})


async def tell(site: Site, facts: PaymentFacts, event_id: str = "", path: str = "") -> Answered:
    news = News(id=event_id or str(ids.new()), kind="payment", facts=facts)
    return await site.post(f"/api/v1/payments/webhook{path}", data=msgspec.json.encode(news), headers=SIGNED)


async def wallet(hall: TestHall, by: Actor) -> int:
    return (await balance(await hall.read(), by.account_id, "CREDIT")).bought


async def state(hall: TestHall, payment_id: Any) -> str:
    return await hall.pool.fetchval("SELECT state FROM payments.payment WHERE id = $1", UUID(str(payment_id)))


async def test_a_thing_is_bought_on_the_providers_page_and_told_twice(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    what = await thing(stall, by)
    tabs = await asyncio.gather(*(intent(site, by, what) for _ in range(6)))
    assert {(tab.status, tab.data["id"], tab.data["clientSecret"] is None) for tab in tabs} == {(201, tabs[0].data["id"], False)}
    made, view = tabs[0], tabs[0].data
    assert made.headers["location"] == f"/api/v1/payments/{view['id']}"
    assert view["clientSecret"] == f"{view['paymentIntentId']}_secret"
    assert (view["status"], view["provider"], view["publishableKey"], view["amount"]) == (
        "created", "sandbox", "pk_test", {"amount": 2499, "currency": "EUR"},
    )  # fmt: skip
    again = (await intent(site, by, what)).data
    assert (again["id"], again["clientSecret"]) == (view["id"], view["clientSecret"])
    assert [verb for verb, _ in party.calls] == ["create"]

    paid = party.pay(view["paymentIntentId"])
    for path in ("", "/sandbox", ""):
        told = await tell(site, paid, "evt_1", path)
        assert (told.data, "RateLimit" in told.headers) == ({"received": True}, False)
    await tell(site, msgspec.structs.replace(paid, state="failed", captured=0), "evt_2")
    confirmed = await site.post(f"/api/v1/payments/{view['id']}/confirm", by.account_id, json={})
    assert (confirmed.data["status"], confirmed.data["legacyStatus"], confirmed.data["clientSecret"]) == ("succeeded", "completed", None)
    assert await wallet(stall, by) == 100
    found = await find_paid(await stall.read(), payment_id=UUID(view["id"]))
    assert found is not None
    assert (found.captured, found.state, found.subject.kind) == (2499, "succeeded", "stall")
    assert await stall.pool.fetchval("SELECT provider_fee FROM payments.payment") == FEE
    assert await stall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = 'payments.succeeded'") == 1
    listed = await site.get("/api/v1/payments?status=completed&role=payer", by.account_id)
    assert [one["id"] for one in listed.data] == [view["id"]]
    sums = (await site.get("/api/v1/payments/statistics", by.account_id)).data["currencies"]
    assert [(one["currency"], one["paid"]["amount"], one["succeeded"]) for one in sums] == [("EUR", 2499, 1)]
    audited = "SELECT DISTINCT address FROM kernel.audit WHERE action = 'payments.open' AND account_id = $1"
    assert await stall.pool.fetchval(audited, by.account_id) == "127.0.0.1"
    stranger = await People(stall).person()
    assert (await site.get(f"/api/v1/payments/{view['id']}", stranger.account_id)).reason == "payments.not_found"
    await stall.drain()
    await stall.verify()


async def test_a_method_is_kept_declined_and_charged_with(stall: TestHall, party: Party, site: Site):
    by, other = await People(stall).person(), await People(stall).person()
    url = "/api/v1/payments/methods"
    assert (await site.post(url, by.account_id, json={"token": "4242 4242 4242 4242"})).reason == "payments.card_number"
    assert (await site.post(url, by.account_id, json={"token": "ok", "provider": "nobody"})).reason == "payments.no_provider"
    first = (await site.post(url, by.account_id, json={"token": "decline"}, headers={"Idempotency-Key": "a-key-of-mine"})).data
    again = (await site.post(url, by.account_id, json={"token": "decline"})).data
    second = (await site.post(url, by.account_id, json={"token": "ok", "provider": "sandbox"})).data
    assert (first["id"], first["isDefault"], second["isDefault"], first["last4"]) == (again["id"], True, False, "4242")
    assert (await site.send("PUT", f"{url}/{second['id']}/default", other.account_id)).reason == "payments.method_not_found"
    assert (await site.send("PUT", f"{url}/{second['id']}/default", by.account_id)).data["isDefault"]
    assert await default_method(await stall.read(), by.account_id) == UUID(second["id"])

    what = await thing(stall, by)
    payment = (await intent(site, by, what)).data["id"]
    confirm = f"/api/v1/payments/{payment}/confirm"
    assert (await site.post(confirm, by.account_id, json={"paymentMethodId": "4242424242424242"})).reason == "payments.card_number"
    assert (await site.post(confirm, other.account_id, json={})).reason == "payments.not_found"
    assert (await site.post(confirm, by.account_id, json={"paymentMethodId": str(ids.new())})).reason == "payments.method_not_found"
    declined = (await site.post(confirm, by.account_id, json={"paymentMethodId": first["id"]})).data
    assert (declined["status"], declined["failure"]) == ("failed", "declined")
    assert (await intent(site, by, what)).data["id"] == payment
    asked = (await site.post(confirm, by.account_id, json={"paymentMethodId": "pm_action"})).data
    assert (asked["status"], asked["nextAction"]) == ("requires_action", {"type": "redirect", "url": "http://bank.example/ask"})
    paid = (await site.post(confirm, by.account_id, json={"paymentMethodId": second["id"]})).data
    assert paid["status"] == "succeeded"
    assert (await site.post(confirm, by.account_id, json={"paymentMethodId": second["id"]})).data["status"] == "succeeded"
    assert (await wallet(stall, by), set(party.captures.values())) == (100, {1})
    assert (await site.post(f"/api/v1/payments/{payment}/cancel", by.account_id)).reason == "payments.moved"

    assert (await site.send("DELETE", f"{url}/{second['id']}", by.account_id)).data["deleted"]
    assert (await site.send("DELETE", f"{url}/{second['id']}", by.account_id)).reason == "payments.method_not_found"
    assert [(one["id"], one["isDefault"]) for one in (await site.get(url, by.account_id)).data] == [(first["id"], True)]
    await stall.drain()
    assert ("detach", ids.NIL) in party.calls
    assert [one["name"] for one in (await site.get("/api/v1/payments/providers")).data["providers"]] == ["sandbox"]
    await stall.verify()


async def test_what_does_not_agree_is_refused(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    what = await thing(stall, by)
    wrong: list[dict[str, Any]] = [{"amount": {"amount": 1, "currency": "EUR"}}, {"amount": 24.98}, {"currency": "USD"}]
    for more in (*wrong, {"payeeId": str(by.account_id)}, {"amount": 24.99, "currency": "USD"}):
        assert (await intent(site, by, what, **more)).reason == "payments.amount_mismatch"
    assert await stall.pool.fetchval("SELECT count(*) FROM payments.payment") == 0
    assert party.calls == []
    for more in ({"amount": 24.99}, {"amount": "24.99", "currency": "EUR"}, {"amount": {"amount": 2499, "currency": "EUR"}}):
        assert (await intent(site, by, what, **more)).status == 201
    assert (await intent(site, by, what, couponCode="SPRING")).reason == "payments.already_open"
    assert (await intent(site, by, what, provider="stripe")).reason == "payments.already_open"
    assert (await intent(site, by, await thing(stall, by), provider="stripe")).reason == "payments.no_provider"
    assert (await intent(site, by, what, bookingId=str(ids.new()))).status == 400
    party.steps = {"EUR": 100}
    odd = await intent(site, by, await thing(stall, by))
    assert (odd.reason, odd.status) == ("payments.amount_not_taken", 422)
    party.steps = {}
    boost = {"boost": {"projectId": str(ids.new()), "kind": "premium"}}
    assert (await site.post("/api/v1/payments/intent", by.account_id, json=boost)).reason == "payments.not_payable"
    url = "/api/v1/payments/webhook"
    assert (await site.post(url, data=b"{}")).reason == "payments.webhook_ambiguous"
    assert (await site.post(url, data=b"{}", headers={**SIGNED, "stripe-signature": "x"})).reason == "payments.webhook_ambiguous"
    assert (await site.post(url, data=b"{}", headers={"stripe-signature": "x"})).reason == "payments.provider_not_found"
    assert (await site.post(f"{url}/nobody", data=b"{}")).reason == "payments.provider_not_found"
    assert (await site.post(f"{url}/sandbox", data=b"{}")).reason == "payments.signature_invalid"
    trio = {"razorpay_order_id": "order_1", "razorpay_payment_id": "pay_1", "razorpay_signature": "x"}
    assert (await site.post("/api/v1/payments/verify", by.account_id, json=trio)).reason == "payments.not_found"
    await stall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", by.account_id)
    assert (await intent(site, by, await thing(stall, by))).reason == "identity.account_not_active"


async def test_what_costs_nothing_needs_no_provider(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    made = (await intent(site, by, await thing(stall, by), couponCode="FREE")).data
    assert (made["status"], made["provider"], made["amount"]["amount"], made["nextAction"]) == ("succeeded", "none", 0, None)
    assert (await wallet(stall, by), party.calls) == (100, [])
    await stall.verify()


async def test_a_wrong_amount_is_kept_apart_once_and_the_right_one_counts(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    view = (await intent(site, by, await thing(stall, by))).data
    ref = view["paymentIntentId"]
    for amount, asset in ((2498, "EUR"), (2498, "EUR"), (2499, "USD")):
        assert (await tell(site, party.pay(ref, amount, asset))).status == 200
    assert (await state(stall, view["id"]), await wallet(stall, by)) == ("created", 0)
    assert await stall.pool.fetch("SELECT amount, asset, reason FROM payments.suspense") == [(2498, "EUR", "2498 EUR for 2499 EUR")]
    await stall.verify()
    await tell(site, party.pay(ref))
    assert (await state(stall, view["id"]), await wallet(stall, by)) == ("succeeded", 100)
    unknown = msgspec.structs.replace(party.charges[ref], payment_id=ids.new(), ref="ch_other")
    await tell(site, unknown)
    assert await stall.pool.fetchval("SELECT count(*) FROM payments.inbox WHERE state = 'ignored'") == 1
    await stall.verify()


async def test_time_cancels_and_late_money_goes_back(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    what = await thing(stall, by, purpose="booking")
    what = Subject("booking", what.id)
    view = (await intent(site, by, what)).data
    cancelled = (await site.post(f"/api/v1/payments/{view['id']}/cancel", by.account_id)).data
    assert cancelled["status"] == (await site.post(f"/api/v1/payments/{view['id']}/cancel", by.account_id)).data["status"] == "cancelled"
    confirm = await site.post(f"/api/v1/payments/{view['id']}/confirm", by.account_id, json={})
    assert confirm.reason == "payments.moved"
    await stall.drain()
    assert party.charges[view["paymentIntentId"]].state == "cancelled"

    second = (await intent(site, by, what)).data
    assert second["id"] != view["id"]
    await stall.advance(timedelta(minutes=MINUTES + 1))
    assert await state(stall, second["id"]) == "cancelled"
    failures = [(await site.get(f"/api/v1/payments/{one['id']}", by.account_id)).data["failure"] for one in (view, second)]
    assert failures == [None, "expired"]
    third = (await intent(site, by, what)).data
    await tell(site, party.pay(third["paymentIntentId"]))
    hold = "SELECT remaining FROM ledger.public_hold WHERE subject_id = $1"
    assert await stall.pool.fetchval(hold, what.id) == 2499
    assert (await find_paid(await stall.read(), hold_id=what.id)) is not None
    late = party.pay(second["paymentIntentId"])
    for _ in range(2):
        await tell(site, late)
    surplus = (await site.get(f"/api/v1/payments/{second['id']}", by.account_id)).data
    assert (surplus["status"], surplus["isSurplus"]) == ("succeeded", True)
    assert await stall.pool.fetchval("SELECT unpaid FROM stall WHERE id = $1", what.id) == ["cancelled", "expired"]
    refunds = await stall.pool.fetch("SELECT payment_id, amount, why, state FROM payments.refund")
    assert [(str(row["payment_id"]), row["amount"], row["why"]) for row in refunds] == [(second["id"], 2499, "surplus")]
    await stall.drain()
    assert (await site.get(f"/api/v1/payments/{second['id']}", by.account_id)).data["status"] == "refunded"
    await stall.verify()


async def test_a_stored_method_is_charged_without_the_payer(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person(name="Mira")
    methods = {}
    for token in ("ok", "decline", "action"):
        kept = await site.post("/api/v1/payments/methods", by.account_id, json={"token": token})
        methods[token] = UUID(kept.data["id"])

    async def charged(what: Subject, token: str) -> UUID:
        payment = await stall.work(charge, by.account_id, "subscription", what, Options(), methods[token])
        await stall.drain()
        return payment

    what = await thing(stall, by)
    declined = await charged(what, "decline")
    assert await state(stall, declined) == "failed"
    assert await stall.pool.fetchval("SELECT unpaid FROM stall WHERE id = $1", what.id) == ["failed"]
    again = await charged(what, "decline")
    assert again != declined
    asked = await charged(what, "action")
    assert await state(stall, asked) == "requires_action"
    assert await charged(what, "action") == asked
    mail = await stall.pool.fetchrow("SELECT subject, text FROM kernel.mail WHERE subject LIKE 'Please approve%'")
    assert mail is not None
    assert "http://bank.example/ask" in mail["text"]
    assert "payments.failed" not in await told(stall, by)  # of a renewal that fails billing tells
    assert await still(stall, by, "payments.action_required") == [True]
    other = await thing(stall, by)
    paid = await charged(other, "ok")
    assert (await state(stall, paid), await state(stall, asked), await wallet(stall, by)) == ("succeeded", "requires_action", 100)
    assert await stall.pool.fetchval("SELECT count(*) FROM payments.payment WHERE state = 'cancelled'") == 2
    instead = await charged(what, "ok")
    assert (await state(stall, instead), await state(stall, asked), await wallet(stall, by)) == ("succeeded", "cancelled", 200)
    await stall.verify()


async def test_no_answer_is_asked_after_and_decided_by_two(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    what = await thing(stall, by)
    party.fails["create"] = ["drop"]
    first = (await intent(site, by, what)).data
    assert (first["status"], first["nextAction"]) == ("unknown", {"type": "wait", "url": None})
    second = (await intent(site, by, what)).data
    assert (second["id"], second["status"]) == (first["id"], "created")
    assert len(party.calls) == 1

    confirm, body = f"/api/v1/payments/{first['id']}/confirm", {"paymentMethodId": "pm_ok"}
    party.fails["confirm"], party.fails["retrieve"] = ["lose"], ["down"]
    assert (await site.post(confirm, by.account_id, json=body)).data["status"] == "unknown"
    assert (await site.post(confirm, by.account_id, json={"paymentMethodId": "pm_2"})).reason == "payments.outcome_unknown"
    assert await state(stall, first["id"]) == "unknown"
    staff = [Actor(account_id=(await People(stall).person()).account_id, permissions=frozenset({"payout.decide"})) for _ in range(3)]
    payment_id, proof = UUID(first["id"]), Decide(outcome="failed", evidence="The bank's letter.")
    decide = partial(outcome, stall.run, decide_payment)
    assert await decide(by, payment_id, proof)() == "payments.own_payment"
    assert await decide(staff[0], payment_id, proof)() == "payments.not_undecided"
    await stall.pool.execute("UPDATE payments.attempt SET sent_at = sent_at - interval '73 hours' WHERE state = 'unknown'")
    assert [await decide(by, payment_id, proof)() for by in (staff[0], staff[0])] == ["ok", "payments.other_operator_needed"]
    assert await state(stall, payment_id) == "unknown"
    differs = Decide(outcome="succeeded", evidence="The statement.")
    assert await decide(staff[1], payment_id, differs)() == "payments.decision_differs"
    assert await decide(staff[0], payment_id, differs)() == "ok"
    assert await decide(staff[1], payment_id, differs)() == "ok"
    assert (await state(stall, payment_id), await wallet(stall, by)) == ("succeeded", 100)
    await stall.work(ask_after_the_stale)
    await stall.drain()
    assert set(party.captures.values()) == {1}
    assert (
        await site.post(f"/api/v1/payments/{payment_id}/decide", by.account_id, json={"outcome": "failed", "evidence": "x"})
    ).status == 403
    await stall.verify()


async def test_what_is_decided_about_one_try_counts_for_no_other(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    staff = [Actor(account_id=(await People(stall).person()).account_id, permissions=frozenset({"payout.decide"})) for _ in range(2)]
    view = (await intent(site, by, await thing(stall, by))).data
    await stall.pool.execute("UPDATE payments.payment SET expires_at = expires_at + interval '30 days'")
    payment_id = UUID(view["id"])

    async def lost() -> None:
        party.fails = {"confirm": ["drop"], "retrieve": ["down"] * 9}
        tried = await site.post(f"/api/v1/payments/{payment_id}/confirm", by.account_id, json={"paymentMethodId": "pm_ok"})
        assert tried.data["status"] == "unknown"
        await stall.pool.execute("UPDATE payments.attempt SET sent_at = sent_at - interval '73 hours' WHERE state = 'unknown'")
        await stall.pool.execute("UPDATE payments.decision SET decided_at = decided_at - interval '74 hours'")

    async def decide(who: Actor, outcome: Any) -> str:
        await stall.run(decide_payment, who, payment_id, Decide(outcome=outcome, evidence="The statement."))
        return await state(stall, payment_id)

    await lost()
    assert [await decide(who, "failed") for who in staff] == ["unknown", "failed"]
    await lost()
    assert await decide(staff[0], "failed") == "unknown"  # one alone decides nothing
    assert [await decide(who, "succeeded") for who in staff] == ["unknown", "succeeded"]
    await stall.verify()


async def test_a_charge_that_took_another_amount_has_failed(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    view = (await intent(site, by, await thing(stall, by))).data
    party.amounts[view["paymentIntentId"]] = (2498, "EUR")
    url = f"/api/v1/payments/{view['id']}"
    tried = (await site.post(f"{url}/confirm", by.account_id, json={"paymentMethodId": "pm_ok"})).data
    assert (tried["status"], tried["failure"], await wallet(stall, by)) == ("failed", "other_amount", 0)
    assert await stall.pool.fetchval("SELECT amount FROM payments.suspense") == 2498
    await stall.advance(timedelta(minutes=MINUTES))
    assert await state(stall, view["id"]) == "cancelled"
    await stall.verify()


async def test_a_charge_the_provider_is_at_for_long_is_asked_after(stall: TestHall, party: Party, site: Site):
    by = await People(stall).person()
    view = (await intent(site, by, await thing(stall, by))).data
    ref = view["paymentIntentId"]
    await tell(site, msgspec.structs.replace(party.charges[ref], state="processing"))
    party.charges[ref] = msgspec.structs.replace(party.charges[ref], state="failed", failure="declined")  # and its news is lost
    await stall.work(ask_after_the_slow)
    await stall.drain()
    assert await state(stall, view["id"]) == "processing"
    await stall.advance(timedelta(hours=2))
    await stall.work(ask_after_the_slow)
    await stall.drain()
    assert await state(stall, view["id"]) != "processing"
    await stall.verify()


class Approving(Party):
    """A party whose payers agree on its page, and whose money is taken by our call afterwards, as PayPal's."""

    async def confirm(self, order: Order) -> PaymentFacts:
        found = self.charges[order.ref or ""]
        return found if order.method is None and not found.is_approved else await super().confirm(order)

    def approve(self, ref: str) -> PaymentFacts:
        facts = self.charges[ref] = msgspec.structs.replace(self.charges[ref], is_approved=True)
        return facts


@pytest.mark.parametrize("is_back", [True, False])
async def test_what_the_payer_has_approved_is_taken_once(stall: TestHall, is_back: bool):
    party = Approving()
    cast("dict[Any, Any]", stall.runner.house.ports)[Providers] = (Providers(party),)
    async with serving(stall.runner, MODULE.endpoints) as site:
        by = await People(stall).person()
        view = (await intent(site, by, await thing(stall, by))).data
        confirm = f"/api/v1/payments/{view['id']}/confirm"
        assert (await site.post(confirm, by.account_id, json={})).data["status"] == "created"
        told = party.approve(view["paymentIntentId"])
        if is_back:
            assert (await site.post(confirm, by.account_id, json={})).data["status"] == "succeeded"
        for _ in range(2):
            assert (await tell(site, told)).status == 200
        await stall.drain()
        assert (await state(stall, view["id"]), await wallet(stall, by), set(party.captures.values())) == ("succeeded", 100, {1})
        await stall.verify()
