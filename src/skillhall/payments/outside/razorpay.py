"""Razorpay, over REST: orders, the tries to pay them, refunds, recurring charges, and payouts of RazorpayX.

Its own library blocks the thread, so we do not use it. An order cannot be opened twice under one key: after no answer it is looked for
by our id (its receipt), and never sent again.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

import aiohttp
import msgspec
from msgspec.structs import replace

from skillhall.kernel.config import Config
from skillhall.kernel.money import exponent
from skillhall.kernel.outside.http import Caller, PartyUnavailable
from skillhall.payments.outside import razorpay_wire as wire
from skillhall.payments.outside.reading import header, our_id, since_epoch
from skillhall.payments.outside.rest import Declined, Unanswered, asked
from skillhall.payments.ports import (
    MethodFacts,
    MethodNeedsPayment,
    MethodNotAccepted,
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

T = TypeVar("T")
PAGE: Final = 100
AUTOMATIC_MINUTES: Final = 4320
MANUAL_MINUTES: Final = 7200
"""For so long Razorpay takes what is authorized by itself, and lets us take it; then it goes back."""
TOKEN_BOUND: Final = 1_500_000
"""What Indian banks let be charged to a kept card without asking anew: 15,000 rupees."""


class Razorpay:
    """Fills `Provider`."""

    name = "razorpay"
    safe_seconds = 0
    takes_tokens = False
    finds_unnamed = True

    def __init__(self, config: Config, caller: Caller | None = None) -> None:
        """Open nothing yet."""
        self.publishable_key = config.razorpay_key_id
        self.pays_out = frozenset({"bank_transfer"}) if config.razorpay_account_number else frozenset[str]()
        self._account = config.razorpay_account_number
        self._webhook_secret = config.razorpay_webhook_secret.encode()
        self._base = f"{config.razorpay_api_url.rstrip('/')}/v1"
        self._auth = aiohttp.encode_basic_auth(config.razorpay_key_id, config.razorpay_key_secret)
        self._caller = caller or Caller()

    def step(self, asset: str) -> int:
        """Return in which steps Razorpay charges: of three decimals the last is zero."""
        return 10 ** max(0, exponent(asset) - 2)

    async def create(self, order: Order) -> PaymentFacts:
        """Open an order; off-session with a method it is charged at once."""
        capture = {
            "capture": "automatic" if order.is_captured else "manual",
            "capture_options": {
                "automatic_expiry_period": AUTOMATIC_MINUTES, "manual_expiry_period": MANUAL_MINUTES, "refund_speed": "normal",
            },
        }  # fmt: skip
        notes = {
            "payment_id": str(order.payment_id), "attempt_id": str(order.key), wire.OF: str(order.payer_id or ""),
            "title": order.title[:250],
        }  # fmt: skip
        body: dict[str, Any] = {
            "amount": order.amount, "currency": order.asset, "receipt": str(order.payment_id), "notes": notes, "payment": capture,
        }  # fmt: skip
        try:
            body |= await self._keeping(order)
            opened = await self._ask(wire.Order, "POST", "/orders", json=body)
        except Unanswered:
            return PaymentFacts(ref="", state="unknown", payment_id=order.payment_id)
        except Declined as error:
            return PaymentFacts(ref="", state="failed", payment_id=order.payment_id, failure=error.code)
        if order.is_off_session and order.method:
            return await self.confirm(replace(order, ref=opened.id))
        return wire.ordered(opened, ())

    async def confirm(self, order: Order) -> PaymentFacts:
        """Charge a saved method; without one, say what the payer has done in Razorpay's form."""
        unsure = PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
        if order.method is None:
            return await self.retrieve(order.payment_id, order.ref) or unsure
        customer, _, token = order.method.partition("/")
        try:
            person = await self._ask(dict[str, Any], "GET", f"/customers/{customer}")
            body = {
                "email": person.get("email"), "contact": person.get("contact"), "amount": order.amount, "currency": order.asset,
                "order_id": order.ref, "customer_id": customer, "token": token, "recurring": "1", "description": order.title[:250],
            }  # fmt: skip
            await self._ask(dict[str, Any], "POST", "/payments/create/recurring", json=body)
        except Unanswered:
            return unsure
        except Declined as error:
            facts = await self.retrieve(order.payment_id, order.ref) or unsure
            return replace(facts, state="failed", failure=error.code) if facts.state == "created" else facts
        return await self.retrieve(order.payment_id, order.ref) or unsure

    async def capture(self, order: Order) -> PaymentFacts:
        """Take the money of a try that was only authorized."""
        unsure = PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
        try:
            tries = await self._tries(order.ref or "")
            held = next((payment for payment in tries if payment.status == "authorized"), None)
            if held is not None:
                body = {"amount": order.amount, "currency": order.asset}
                await self._ask(wire.Payment, "POST", f"/payments/{held.id}/capture", json=body)
        except Unanswered:
            return unsure
        except Declined as error:
            return replace(await self.retrieve(order.payment_id, order.ref) or unsure, failure=error.code)
        return await self.retrieve(order.payment_id, order.ref) or unsure

    async def cancel(self, order: Order) -> PaymentFacts:
        """Give an order up. Razorpay has no such call: an unpaid order costs nobody anything, and one paid later comes back as too much."""
        facts = await self.retrieve(order.payment_id, order.ref)
        if facts is None or facts.state in {"succeeded", "unknown"}:
            return facts or PaymentFacts(ref=order.ref or "", state="cancelled", payment_id=order.payment_id)
        return replace(facts, state="cancelled")

    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        """Return an order with its tries, found by its receipt where no name is known; of several the paid one."""
        try:
            if ref:
                orders = [await self._ask(wire.Order, "GET", f"/orders/{ref}")]
            else:
                orders = (await self._ask(wire.Orders, "GET", "/orders", params={"receipt": str(payment_id)})).items
            if not orders:
                return None
            order = max(orders, key=lambda order: (order.status == "paid", order.created_at))
            return wire.ordered(order, await self._tries(order.id))
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return PaymentFacts(ref=ref or "", state="unknown", payment_id=payment_id)

    async def refund(self, order: RefundOrder) -> RefundFacts:
        """Send money of the captured try back."""
        unsure = RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payment_ref=order.ref, refund_id=order.key)
        notes = {"refund_id": str(order.key), "payment_id": str(order.payment_id)}
        body = {"amount": order.amount, "speed": "normal", "receipt": str(order.key), "notes": notes}
        try:
            taken = await self._taken(order.ref)
            if taken is None:
                return replace(unsure, state="failed", failure="nothing_captured")
            once = {"X-Refund-Idempotency": str(order.key)}
            return wire.refunded(await self._ask(wire.Refund, "POST", f"/payments/{taken.id}/refund", json=body, headers=once), order.ref)
        except Unanswered:
            return unsure
        except Declined as error:
            return replace(unsure, state="failed", failure=error.code)

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        """Return a refund, found among the try's by our id where no name is known."""
        try:
            if ref:
                return wire.refunded(await self._ask(wire.Refund, "GET", f"/refunds/{ref}"), order.ref)
            taken = await self._taken(order.ref)
            found = [] if taken is None else (await self._ask(wire.Refunds, "GET", f"/payments/{taken.id}/refunds")).items
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return RefundFacts(ref=ref or "", state="unknown", amount=order.amount, asset=order.asset, refund_id=order.key)
        facts = (wire.refunded(refund, order.ref) for refund in found)
        return next((one for one in facts if one.refund_id == order.key), None)

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        """Send money to a fund account; the same key is the same payout for a week."""
        unsure = PayoutFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payout_id=order.key)
        body = {
            "account_number": self._account, "fund_account_id": order.destination, "amount": order.amount, "currency": order.asset,
            "mode": "IMPS", "purpose": "payout", "queue_if_low_balance": False, "reference_id": str(order.key),
        }  # fmt: skip
        try:
            once = {"X-Payout-Idempotency": str(order.key)}
            return wire.paid_out(await self._ask(wire.Payout, "POST", "/payouts", json=body, headers=once))
        except Unanswered:
            return unsure
        except Declined as error:
            return replace(unsure, state="failed", failure=error.code)

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        """Return a payout, found by our reference where no name is known."""
        try:
            if ref:
                return wire.paid_out(await self._ask(wire.Payout, "GET", f"/payouts/{ref}"))
            asking = {"account_number": self._account, "reference_id": str(payout_id)}
            found = (await self._ask(wire.Payouts, "GET", "/payouts", params=asking)).items
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return PayoutFacts(ref=ref or "", state="unknown", payout_id=payout_id)
        return wire.paid_out(found[0]) if found else None

    async def setup(self, order: SetupOrder) -> SetupFacts:
        """Refuse: Razorpay keeps a method with a payment that its form takes, and has no other way."""
        del order
        raise MethodNeedsPayment(provider=self.name)

    async def attach(self, account_id: UUID, customer: str | None, token: str) -> MethodFacts:
        """Keep a method: `token_…` of the member's customer, or `pay_…`, the member's own payment in whose form they saved it."""
        try:
            if token.startswith("pay_"):
                paid = await self._ask(wire.Payment, "GET", f"/payments/{token}")
                customer, token = await self._saved(paid, account_id)
            if not customer or not token.startswith("token_"):
                raise MethodNotAccepted(provider=self.name)
            return wire.shown(await self._ask(wire.Token, "GET", f"/customers/{customer}/tokens/{token}"), customer)
        except Declined as error:
            raise MethodNotAccepted(provider=self.name) from error
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error

    async def detach(self, token: str) -> None:
        """Let Razorpay forget a method; one that it does not know is forgotten."""
        customer, _, name = token.partition("/")
        try:
            await self._ask(dict[str, Any], "DELETE", f"/customers/{customer}/tokens/{name}")
        except Declined:
            return
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error

    async def statement(self, day: date) -> Sequence[Movement]:
        """Return what this UTC day's payments, refunds, lost disputes and payouts have moved, each on the day it was made."""
        since = datetime.combine(day, time(), UTC)
        until = since + timedelta(days=1) - timedelta(seconds=1)
        period = {"from": int(since.timestamp()), "to": int(until.timestamp()), "count": PAGE}
        lists: list[tuple[str, Any, dict[str, Any]]] = [
            ("/payments", wire.Payments, period),
            ("/refunds", wire.Refunds, period),
            ("/disputes", wire.Disputes, period),
        ]
        if self._account:
            lists.append(("/payouts", wire.Payouts, {**period, "account_number": self._account}))
        try:
            found = [movement for path, kind, asking in lists for movement in await self._listed(path, kind, asking)]
        except (Unanswered, Declined) as error:
            raise PartyUnavailable(host=self.name) from error
        return sorted(found, key=lambda movement: (movement.at, movement.id))

    async def news(self, headers: Mapping[str, str], body: bytes, wall: datetime) -> Sequence[News]:
        """Check Razorpay's signature and return what the event says. It has no time in it: an event is known by its id."""
        del wall
        mac = hmac.new(self._webhook_secret, body, hashlib.sha256).hexdigest()
        if not self._webhook_secret or not hmac.compare_digest(mac.encode(), header(headers, "x-razorpay-signature").encode()):
            raise SignatureInvalid
        try:
            event = msgspec.json.decode(body, type=wire.Event)
        except msgspec.DecodeError as error:
            raise SignatureInvalid from error
        event_id = header(headers, "x-razorpay-event-id") or hashlib.sha256(body).hexdigest()
        return [News(id=event_id, kind=event.event, at=since_epoch(event.created_at), facts=wire.told(event))]

    async def close(self) -> None:
        """End the connections."""
        await self._caller.close()

    async def _tries(self, order_id: str) -> list[wire.Payment]:
        return (await self._ask(wire.Payments, "GET", f"/orders/{order_id}/payments")).items

    async def _taken(self, order_id: str) -> wire.Payment | None:
        return next((payment for payment in await self._tries(order_id) if payment.is_taken), None)

    async def _keeping(self, order: Order) -> dict[str, Any]:
        """Return how an order asks to keep its payer's card: for a customer of the payer's own, for charges up to the bank's bound."""
        if not order.keeps_method or order.payer_id is None:
            return {}
        customer = order.customer or await self._customer(order.payer_id, order.payer_email)
        if customer is None:
            return {}
        token = {"max_amount": max(order.amount, TOKEN_BOUND), "frequency": "as_presented"}
        return {"customer_id": customer, "method": "card", "token": token}

    async def _customer(self, account_id: UUID, email: str | None) -> str | None:
        """Return the customer of a member; none where Razorpay knows the address as somebody else's: their cards are kept there."""
        if email is None:
            return None
        body = {"email": email, "fail_existing": "0", "notes": {wire.OF: str(account_id)}}
        found = await self._ask(wire.Customer, "POST", "/customers", json=body)
        return found.id if our_id(wire.note(found.notes, wire.OF)) == account_id else None

    async def _saved(self, paid: wire.Payment, account_id: UUID) -> tuple[str | None, str]:
        """Return the customer and the token of a payment, or nothing when its order is not this member's: anybody may name a payment."""
        if not paid.order_id:
            return None, ""
        order = await self._ask(wire.Order, "GET", f"/orders/{paid.order_id}")
        is_own = our_id(wire.note(order.notes, wire.OF)) == account_id
        return (paid.customer_id, paid.token_id or "") if is_own else (None, "")

    async def _listed(self, path: str, kind: Any, asking: dict[str, Any]) -> list[Movement]:  # noqa: ANN401 - one of four lists
        found: list[Movement] = []
        skip = 0
        while True:
            page = (await self._ask(kind, "GET", path, params={**asking, "skip": skip})).items
            found += [movement for thing in page for movement in wire.movements(thing)]
            if len(page) < PAGE:
                return found
            skip += PAGE

    async def _ask(self, kind: type[T], method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> T:  # noqa: ANN401
        return await asked(
            self._caller, kind, method, self._base + path, headers={"Authorization": self._auth, **(headers or {})}, **options
        )


def make(config: Config) -> Razorpay:
    """Return the adapter of this process."""
    return Razorpay(config)
