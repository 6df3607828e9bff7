"""A party that moves money in tests, in this process: idempotent by key as a real one, and as unreliable as a test wants it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.payments.ports import (
    MethodFacts,
    Movement,
    News,
    Order,
    PaymentFacts,
    PayoutFacts,
    PayoutOrder,
    RefundFacts,
    RefundOrder,
    SetupFacts,
    SetupOrder,
    SignatureInvalid,
)

FEE = 75


class Killed(BaseException):
    """The process died here."""


class Party:
    """Keeps charges by its own name for them. `fails` maps a verb to what goes wrong the next time it is called.

    drop: the call never arrives; lose: it is done and the answer is lost; die: it is done and our process dies; die_before: it dies
    before the call.
    """

    name = "sandbox"
    publishable_key = "pk_test"
    pays_out: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.safe_seconds = 3600
        self.takes_tokens = self.finds_unnamed = True
        self.steps: dict[str, int] = {}
        self.charges: dict[str, PaymentFacts] = {}
        self.amounts: dict[str, tuple[int, str]] = {}
        self.by_key: dict[UUID, str] = {}
        self.fails: dict[str, list[str]] = {}
        self.calls: list[tuple[str, UUID]] = []
        self.captures: dict[UUID, int] = {}

    def step(self, asset: str) -> int:
        return self.steps.get(asset, 1)

    async def create(self, order: Order) -> PaymentFacts:
        return self._called("create", order, self._create)

    async def confirm(self, order: Order) -> PaymentFacts:
        return self._called("confirm", order, self._confirm)

    async def capture(self, order: Order) -> PaymentFacts:
        raise NotImplementedError

    async def cancel(self, order: Order) -> PaymentFacts:
        found = self.charges[order.ref or ""]
        if found.state != "succeeded":
            self.charges[found.ref] = msgspec.structs.replace(found, state="cancelled")
        return self.charges[found.ref]

    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        if self._failure("retrieve"):
            return PaymentFacts(ref=ref or "", state="unknown", payment_id=payment_id)
        return next((facts for facts in self.charges.values() if facts.payment_id == payment_id), None)

    async def refund(self, order: RefundOrder) -> RefundFacts:
        return RefundFacts(ref=f"re_{order.key.hex}", state="succeeded", amount=order.amount, asset=order.asset, refund_id=order.key)

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        return None

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        raise NotImplementedError

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        raise NotImplementedError

    async def setup(self, order: SetupOrder) -> SetupFacts:
        return SetupFacts(token=f"set_{order.key.hex}", customer=order.customer or f"cu_{order.account_id.hex}")

    async def attach(self, account_id: UUID, customer: str | None, token: str) -> MethodFacts:
        return MethodFacts(token=f"pm_{token}", kind="card", brand="visa", last4="4242", customer=customer or f"cu_{account_id.hex}")

    async def detach(self, token: str) -> None:
        self.calls.append(("detach", ids.NIL))

    async def statement(self, day: date) -> Sequence[Movement]:
        return []

    async def news(self, headers: Mapping[str, str], body: bytes, wall: datetime) -> Sequence[News]:
        if headers.get("x-skillhall-sandbox-signature") != "signed":
            raise SignatureInvalid
        told = msgspec.json.decode(body, type=dict[str, Any])
        return [News(id=told["id"], kind="payment", facts=msgspec.convert(told["facts"], PaymentFacts))]

    def pay(self, ref: str, amount: int | None = None, asset: str | None = None) -> PaymentFacts:
        """Let the payer pay on the party's own page."""
        full, currency = self.amounts[ref]
        facts = msgspec.structs.replace(
            self.charges[ref], state="succeeded", captured=amount or full, asset=asset or currency, fee=FEE, client_secret=None
        )  # fmt: skip
        self.charges[ref] = facts
        self.captures[facts.payment_id or ids.NIL] = self.captures.get(facts.payment_id or ids.NIL, 0) + 1
        return facts

    def _called(self, verb: str, order: Order, act: Any) -> PaymentFacts:
        failure = self._failure(verb)
        if failure == "die_before":
            raise Killed
        if failure == "drop":
            return PaymentFacts(ref=order.ref or "", state="unknown")
        self.calls.append((verb, order.key))
        if order.key not in self.by_key:
            self.by_key[order.key] = act(order)
        if failure == "die":
            raise Killed
        return PaymentFacts(ref=order.ref or "", state="unknown") if failure == "lose" else self.charges[self.by_key[order.key]]

    def _create(self, order: Order) -> str:
        ref = f"ch_{ids.new().hex}"
        self.amounts[ref] = (order.amount, order.asset)
        self.charges[ref] = PaymentFacts(ref=ref, state="created", payment_id=order.payment_id, client_secret=f"{ref}_secret")
        return self._charged(ref, order.method) if order.is_off_session else ref

    def _confirm(self, order: Order) -> str:
        return self._charged(order.ref or "", order.method)

    def _charged(self, ref: str, method: str | None) -> str:
        if method == "pm_decline":
            self.charges[ref] = msgspec.structs.replace(self.charges[ref], state="failed", failure="declined")
        elif method == "pm_action":
            self.charges[ref] = msgspec.structs.replace(self.charges[ref], state="requires_action", action_url="http://bank.example/ask")
        elif self.charges[ref].state != "succeeded":
            self.pay(ref)
        return ref

    def _failure(self, verb: str) -> str | None:
        waiting = self.fails.get(verb)
        return waiting.pop(0) if waiting else None
