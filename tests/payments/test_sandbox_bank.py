"""The sandbox bank keeps its word: the same key is the same call, each token does what it says, the statement adds up."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.payments.model.sandbox import BankCannot, NotAtTheBank, fee_of
from skillhall.payments.outside.bank import Bank
from skillhall.payments.outside.sandbox import HEADER, Sandbox
from skillhall.payments.ports import MethodNotAccepted, Order, PayoutOrder, Providers, RefundOrder, SignatureInvalid
from skillhall.payments.store import sandbox as books
from tests.support.hall import TestHall


@pytest.fixture
def bank(hall: TestHall) -> Sandbox:
    found = hall.runner.house.ports[Providers][0].by_name["sandbox"]
    assert isinstance(found, Sandbox)
    return found


def order(method: str | None = None, ref: str | None = None, **changes: Any) -> Order:
    facts = {"key": ids.new(), "payment_id": ids.new(), "amount": 2499, "asset": "EUR", "title": "150 credits"}
    return Order(**{**facts, "return_url": "http://localhost/back", "method": method, "ref": ref, **changes})


def off_session(token: str) -> Order:
    return order(token, is_off_session=True)


async def told(hall: TestHall, bank: Sandbox) -> list[Any]:
    """What the bank has said so far, through its own signature."""
    bodies = [row["body"] for row in await hall.pool.fetch("SELECT body FROM payments.sandbox_event ORDER BY at, id")]
    wall = (await hall.read()).wall
    return [(await bank.news(bank.signed(body, wall), body, wall))[0] for body in bodies]


async def test_a_charge_is_made_once_per_key(hall: TestHall, bank: Sandbox):
    asked = order()
    first, again = await bank.create(asked), await bank.create(asked)
    assert first == again
    assert (first.state, first.captured, first.payment_id) == ("created", 0, asked.payment_id)
    assert first.action_url
    method = await bank.attach(ids.new(), None, "tok_ok")
    assert (method.last4, method.brand) == ("4242", "visa")
    paid = await bank.confirm(order(method.token, first.ref))
    assert (paid.state, paid.captured, paid.fee) == ("succeeded", 2499, fee_of(2499))
    assert await bank.confirm(order(method.token, first.ref)) == paid
    assert await bank.confirm(order(None, first.ref)) == paid
    assert await bank.cancel(order(None, first.ref)) == paid
    assert await bank.retrieve(asked.payment_id, None) == paid
    assert await bank.retrieve(ids.new(), None) is None
    everything = await told(hall, bank)
    assert [(news.kind, news.facts) for news in everything] == [("payment.succeeded", paid)]
    await bank.detach(method.token)
    other = await bank.create(order())
    assert (await bank.confirm(order(method.token, other.ref))).failure == "method_detached"
    assert (await bank.cancel(order(None, other.ref))).state == "cancelled"
    with pytest.raises(MethodNotAccepted):
        await bank.attach(ids.new(), None, "tok_unheard_of")


async def test_each_token_does_what_it_says(hall: TestHall, bank: Sandbox):
    answers = {
        token: await bank.create(off_session(token)) for token in ("tok_ok", "tok_decline", "tok_insufficient", "tok_action", "tok_slow")
    }
    assert {token: (facts.state, facts.failure) for token, facts in answers.items()} == {
        "tok_ok": ("succeeded", ""), "tok_decline": ("failed", "card_declined"), "tok_insufficient": ("failed", "insufficient_funds"),
        "tok_action": ("requires_action", ""), "tok_slow": ("processing", ""),
    }  # fmt: skip
    silent, late, lost = off_session("tok_timeout"), off_session("tok_late"), off_session("tok_lost")
    before = len(await told(hall, bank))
    for asked in (silent, late, lost):
        assert (await bank.create(asked)).state == "unknown"
    assert [news.facts.payment_id for news in (await told(hall, bank))[before:]] == [late.payment_id]
    for asked in (silent, late):
        found = await bank.retrieve(asked.payment_id, None)
        assert found is not None
        assert (found.state, found.captured) == ("succeeded", 2499)
    assert await bank.retrieve(lost.payment_id, None) is None
    await bank.create(off_session("tok_dispute"))
    opened = (await told(hall, bank))[-1]
    assert (opened.kind, opened.facts.amount, opened.facts.fee) == ("chargeback.open", 2499, 1500)
    held = await bank.create(order("tok_ok", is_off_session=True, is_captured=False))
    assert (held.state, held.captured) == ("processing", 0)
    assert (await bank.capture(order(None, held.ref))).captured == 2499


async def test_refunds_and_chargebacks_never_exceed_what_came(bank: Sandbox):
    charge = await bank.create(off_session("tok_ok"))
    assert charge.payment_id is not None
    asked = RefundOrder(key=ids.new(), payment_id=charge.payment_id, ref=charge.ref, amount=1000, asset="EUR")
    first = await bank.refund(asked)
    assert await bank.refund(asked) == first == await bank.retrieve_refund(asked, None)
    assert (first.state, first.refund_id) == ("succeeded", asked.key)
    more = RefundOrder(key=ids.new(), payment_id=charge.payment_id, ref=charge.ref, amount=1500, asset="EUR")
    assert (await bank.refund(more)).failure == "amount_too_large"

    async def back(desk: Bank) -> None:
        await desk.charge_back(await desk.charge(charge.ref))

    async def won(desk: Bank) -> None:
        await desk.end_chargeback(await desk.charge(charge.ref), "won")

    with pytest.raises(BankCannot):
        await bank.act(won)
    await bank.act(back)
    with pytest.raises(BankCannot):
        await bank.act(back)
    await bank.act(won)
    with pytest.raises(NotAtTheBank):
        await bank.act(lambda desk: desk.charge("sbx_ch_nobody"))
    lines = await bank.statement((await bank._runner.read()).wall.date())
    assert [(line.kind, line.amount, line.fee) for line in lines] == [
        ("charge", 2499, fee_of(2499)), ("refund", -1000, 0), ("chargeback", -1499, 1500), ("chargeback_won", 1499, 0),
    ]  # fmt: skip
    assert await bank.statement((await bank._runner.read()).wall.date() - timedelta(days=2)) == []
    for token, state, known in (("tok_refund_fail", "failed", "failed"), ("tok_refund_timeout", "unknown", "succeeded")):
        other = await bank.create(off_session(token))
        assert other.payment_id is not None
        asked = RefundOrder(key=ids.new(), payment_id=other.payment_id, ref=other.ref, amount=2499, asset="EUR")
        assert (await bank.refund(asked)).state == state
        found = await bank.retrieve_refund(asked, None)
        assert found is not None
        assert found.state == known


async def test_each_destination_does_what_it_says(hall: TestHall, bank: Sandbox):
    def payout(destination: str) -> PayoutOrder:
        return PayoutOrder(key=ids.new(), amount=5000, asset="EUR", kind="bank_transfer", destination=destination)

    paid = payout("ba_ok")
    assert await bank.payout(paid) == await bank.payout(paid) == await bank.retrieve_payout(paid.key, None)
    assert (await bank.payout(payout("ba_fail"))).failure == "account_closed"
    assert (await bank.payout(payout("ba_short"))).failure == "balance_insufficient"
    back, silent, lost, slow = (payout(f"ba_{name}") for name in ("return", "timeout", "lost", "slow"))
    assert (await bank.payout(back)).state == "paid"
    assert [(await bank.payout(asked)).state for asked in (silent, lost, slow)] == ["unknown", "unknown", "processing"]
    states = {asked.destination: await bank.retrieve_payout(asked.key, None) for asked in (back, silent, slow)}
    assert [facts and facts.state for facts in states.values()] == ["returned", "paid", "processing"]
    assert await bank.retrieve_payout(lost.key, None) is None
    found = states["ba_slow"]
    assert found is not None
    await bank.act(lambda desk: desk.end_payout(found.ref, "paid"))
    with pytest.raises(BankCannot):
        await bank.act(lambda desk: desk.end_payout(found.ref, "failed"))
    kinds = [line.kind for line in await bank.statement((await hall.read()).wall.date())]
    assert sorted(kinds) == ["payout", "payout", "payout", "payout", "payout_returned"]


async def test_news_is_believed_only_when_signed(hall: TestHall, bank: Sandbox):
    await bank.create(off_session("tok_ok"))
    wall = (await hall.read()).wall
    body = bytes(await hall.pool.fetchval("SELECT body FROM payments.sandbox_event"))
    signed = bank.signed(body, wall)
    [news] = await bank.news({HEADER.title(): signed[HEADER]}, body, wall)
    assert isinstance(news.facts.payment_id if news.facts else None, UUID)  # pyright: ignore[reportAttributeAccessIssue]
    bad = ({}, {HEADER: "t=1"}, {HEADER: signed[HEADER][:-1] + "x"}, bank.signed(body + b" ", wall))
    for headers in bad:
        with pytest.raises(SignatureInvalid):
            await bank.news(headers, body, wall)
    with pytest.raises(SignatureInvalid):
        await bank.news(signed, body, wall + timedelta(minutes=6))


async def test_two_charges_of_one_key_at_once_are_one(hall: TestHall, bank: Sandbox):
    asked = off_session("tok_ok")
    first, *others = await hall.race(*[lambda: bank.create(asked) for _ in range(6)])
    assert all(other == first for other in others)
    assert len(await books.movements(await hall.read(), (await hall.read()).wall - timedelta(hours=1), (await hall.read()).wall)) == 1
