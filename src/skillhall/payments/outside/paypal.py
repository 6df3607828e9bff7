"""PayPal, over REST: orders that the payer approves and we capture, refunds, the vault, payouts, disputes.

PayPal has no list of orders: an order that never got a name is made again under the same key, which is the same order.
"""

import base64
import time as clock
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.config import Config
from skillhall.kernel.outside.http import Caller, PartyUnavailable
from skillhall.payments.outside import paypal_vault as vault
from skillhall.payments.outside import paypal_wire as wire
from skillhall.payments.outside.paypal_news import Certificates, Event, signed_text
from skillhall.payments.outside.reading import header, our_id
from skillhall.payments.outside.rest import Declined, Unanswered, asked
from skillhall.payments.ports import (
    Facts,
    MethodFacts,
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
NOT_APPROVED: Final = frozenset({"ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED"})
EARLY_SECONDS: Final = 60
PAGE: Final = 500
MERCHANT: Final = {"usage_type": "MERCHANT", "customer_type": "CONSUMER"}
"""Whom a kept method is for: us alone, of a private person."""
SETUP_LASTS: Final = timedelta(days=3)
"""For so long a setup token may be approved and used."""


class Token(Struct):
    """What lets us in, for so many seconds."""

    access_token: str
    expires_in: int


class PayPal:
    """Fills `Provider`."""

    name = "paypal"
    safe_seconds = 5 * 3600
    takes_tokens = finds_unnamed = False
    pays_out = frozenset({"paypal"})

    def __init__(self, config: Config, caller: Caller | None = None) -> None:
        """Open nothing yet."""
        self.publishable_key = config.paypal_client_id
        self._webhook_id = config.paypal_webhook_id
        self._base = config.paypal_api_url.rstrip("/")
        self._auth = aiohttp.encode_basic_auth(config.paypal_client_id, config.paypal_client_secret)
        self._caller = caller or Caller()
        self._certificates = Certificates(self._caller, self._base)
        self._token = ""
        self._token_until = 0.0

    def step(self, asset: str) -> int:
        """Return in which steps PayPal charges."""
        return wire.step(asset)

    async def create(self, order: Order) -> PaymentFacts:
        """Open an order; off-session with a method PayPal captures it at once."""
        source: dict[str, Any] = {
            "experience_context": {"return_url": order.return_url, "cancel_url": order.return_url, "user_action": "PAY_NOW"},
        }  # fmt: skip
        if order.is_off_session and order.method:
            source = {"vault_id": order.method}
        elif order.keeps_method:
            source["attributes"] = {"vault": {"store_in_vault": "ON_SUCCESS", **MERCHANT}}
            if order.customer:
                source["attributes"]["customer"] = {"id": order.customer}
        try:
            amount = wire.written(order.amount, order.asset)
        except Declined as error:
            return PaymentFacts(ref="", state="failed", payment_id=order.payment_id, failure=error.code)
        unit = {"custom_id": str(order.payment_id), "description": order.title[:127], "amount": amount}
        intent = "CAPTURE" if order.is_captured else "AUTHORIZE"
        body = {"intent": intent, "purchase_units": [unit], "payment_source": {"paypal": source}}
        return await self._charge(order, "/v2/checkout/orders", body)

    async def confirm(self, order: Order) -> PaymentFacts:
        """Take the money of an order that the payer has approved, or of a vaulted method."""
        verb = "capture" if order.is_captured else "authorize"
        body = {"payment_source": {"paypal": {"vault_id": order.method}}} if order.method else {}
        return await self._charge(order, f"/v2/checkout/orders/{order.ref}/{verb}", body)

    async def capture(self, order: Order) -> PaymentFacts:
        """Take the money of an order that was only authorized."""
        unsure = PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
        try:
            found = await self._ask(wire.Order, "GET", f"/v2/checkout/orders/{order.ref}")
            held = [one for unit in found.purchase_units for one in unit.payments.authorizations if one.status == "CREATED"]
            for authorization in held:
                path = f"/v2/payments/authorizations/{authorization.id}/capture"
                await self._ask(wire.Capture, "POST", path, json={"amount": wire.written(order.amount, order.asset)}, key=order.key)
        except Unanswered:
            return unsure
        except Declined as error:
            return replace(await self.retrieve(order.payment_id, order.ref) or unsure, failure=error.code)
        return await self.retrieve(order.payment_id, order.ref) or unsure

    async def cancel(self, order: Order) -> PaymentFacts:
        """Give an order up. PayPal has no such call: what we do not capture is never taken; what was authorized is let go."""
        facts = await self.retrieve(order.payment_id, order.ref)
        if facts is None or facts.state in {"succeeded", "unknown"}:
            return facts or PaymentFacts(ref=order.ref or "", state="cancelled", payment_id=order.payment_id)
        try:
            found = await self._ask(wire.Order, "GET", f"/v2/checkout/orders/{order.ref}")
            for held in (one for unit in found.purchase_units for one in unit.payments.authorizations if one.status == "CREATED"):
                await self._ask(dict[str, Any], "POST", f"/v2/payments/authorizations/{held.id}/void", json={}, key=order.key)
        except (Unanswered, Declined):
            return PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
        return replace(facts, state="cancelled", action_url=None)

    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        """Return an order by its name; without one nothing can be found, and the same call may be made again."""
        if ref is None:
            return None
        try:
            return wire.ordered(await self._ask(wire.Order, "GET", f"/v2/checkout/orders/{ref}"))
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return PaymentFacts(ref=ref, state="unknown", payment_id=payment_id)

    async def refund(self, order: RefundOrder) -> RefundFacts:
        """Send money of the order's capture back."""
        unsure = RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payment_ref=order.ref, refund_id=order.key)
        try:
            taken = (await self._payments(order.ref)).captures
            if not taken:
                return replace(unsure, state="failed", failure="nothing_captured")
            body = {"amount": wire.written(order.amount, order.asset), "custom_id": str(order.key)}
            refund = await self._ask(wire.Refund, "POST", f"/v2/payments/captures/{taken[-1].id}/refund", json=body, key=order.key)
            return wire.refunded(refund, order.ref)
        except Unanswered:
            return unsure
        except Declined as error:
            return replace(unsure, state="failed", failure=error.code)

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        """Return a refund, found among the order's by our id where no name is known."""
        try:
            if ref:
                return wire.refunded(await self._ask(wire.Refund, "GET", f"/v2/payments/refunds/{ref}"), order.ref)
            found = (await self._payments(order.ref)).refunds
            return next((wire.refunded(refund, order.ref) for refund in found if refund.custom_id == str(order.key)), None)
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return RefundFacts(ref=ref or "", state="unknown", amount=order.amount, asset=order.asset, refund_id=order.key)

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        """Send money to an address; a batch of the same name is not made twice, and PayPal says which one it was."""
        unsure = PayoutFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payout_id=order.key)
        kind = "EMAIL" if "@" in order.destination else "PAYPAL_ID"
        item: dict[str, Any] = {"recipient_type": kind, "receiver": order.destination, "sender_item_id": str(order.key)}
        body = {"sender_batch_header": {"sender_batch_id": str(order.key), "email_subject": "You have been paid"}, "items": [item]}
        try:
            item["amount"] = self._plain(order.amount, order.asset)
            batch = await self._ask(wire.Batch, "POST", "/v1/payments/payouts", json=body, key=order.key)
        except Unanswered:
            return unsure
        except Declined as error:
            known = error.link.rstrip("/").rpartition("/")[2]
            if known:
                return await self.retrieve_payout(order.key, known) or unsure
            return replace(unsure, state="failed", failure=error.code)
        return replace(unsure, ref=batch.batch_header.payout_batch_id, state="processing")

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        """Return a payout by the name of its batch; without one the same call may be made again."""
        if ref is None:
            return None
        try:
            batch = await self._ask(wire.Batch, "GET", f"/v1/payments/payouts/{ref}")
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return PayoutFacts(ref=ref, state="unknown", payout_id=payout_id)
        item = batch.items[0] if batch.items else wire.PayoutItem(transaction_status=batch.batch_header.batch_status)
        return replace(wire.paid_out(item, ref), payout_id=payout_id)

    async def setup(self, order: SetupOrder) -> SetupFacts:
        """Open a setup token that the payer approves on PayPal's page; PayPal makes the customer with the first one."""
        context = {"return_url": order.return_url, "cancel_url": order.return_url, "vault_instruction": "ON_CREATE_PAYMENT_TOKENS"}
        customer = {"merchant_customer_id": str(order.account_id)} | ({"id": order.customer} if order.customer else {})
        body = {"payment_source": {"paypal": {**MERCHANT, "experience_context": context}}, "customer": customer}
        made = await self._vault(vault.Setup, "POST", "setup-tokens", json=body, key=order.key)
        return replace(vault.set_up(made), expires_at=datetime.now(UTC) + SETUP_LASTS)

    async def attach(self, account_id: UUID, customer: str | None, token: str) -> MethodFacts:
        """Make a lasting method of a setup token that this member has approved."""
        asked_for = await self._vault(vault.Setup, "GET", f"setup-tokens/{token}")
        if our_id(asked_for.customer.merchant_customer_id) != account_id:
            raise MethodNotAccepted(provider=self.name)
        body = {"payment_source": {"token": {"id": token, "type": "SETUP_TOKEN"}}}
        return vault.shown(await self._vault(vault.Method, "POST", "payment-tokens", json=body), asked_for.customer.id or customer)

    async def detach(self, token: str) -> None:
        """Let PayPal forget a method; one that it does not know is forgotten."""
        try:
            await self._ask(dict[str, Any], "DELETE", f"/v3/vault/payment-tokens/{token}")
        except Declined:
            return
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error

    async def statement(self, day: date) -> Sequence[Movement]:
        """Return what PayPal booked on this UTC day. It may be three hours late with it."""
        since = datetime.combine(day, time(), UTC)
        asking: dict[str, Any] = {
            "start_date": since.isoformat().replace("+00:00", "Z"), "fields": "transaction_info", "page_size": PAGE,
            "end_date": (since + timedelta(days=1, seconds=-1)).isoformat().replace("+00:00", "Z"),
        }  # fmt: skip
        found: list[Movement] = []
        page, pages = 1, 1
        try:
            while page <= pages:
                report = await self._ask(wire.Report, "GET", "/v1/reporting/transactions", params={**asking, "page": page})
                lines = (detail.transaction_info for detail in report.transaction_details)
                found += [wire.moved(line) for line in lines if line.transaction_status in {"S", "V", "F"}]
                page, pages = page + 1, report.total_pages
        except (Unanswered, Declined) as error:
            raise PartyUnavailable(host=self.name) from error
        return found

    async def news(self, headers: Mapping[str, str], body: bytes, wall: datetime) -> Sequence[News]:
        """Check PayPal's signature with the certificate it names, and return what the event says."""
        text = signed_text(headers, self._webhook_id, body)
        try:
            signature = base64.b64decode(header(headers, "paypal-transmission-sig"), validate=True)
            event = msgspec.json.decode(body, type=Event)
        except (ValueError, msgspec.DecodeError) as error:
            raise SignatureInvalid from error
        await self._certificates.check(header(headers, "paypal-cert-url"), text, signature, wall)
        try:
            facts = await self._told(event)
        except (Unanswered, Declined) as error:
            raise PartyUnavailable(host=self.name) from error  # it will be told again
        return [News(id=event.id, kind=event.event_type, at=event.create_time, facts=facts)]

    async def close(self) -> None:
        """End the connections."""
        await self._caller.close()

    async def _told(self, event: Event) -> Facts | None:  # noqa: PLR0911 - one for each kind of news
        """Return what an event says; of a refund or dispute PayPal has to be asked which payment it is about."""
        match event.event_type.split("."):
            case ["CHECKOUT", "ORDER", *_]:
                return wire.ordered(msgspec.convert(event.resource, wire.Order))
            case ["PAYMENT", "CAPTURE", "REFUNDED" | "REVERSED"]:
                refund = msgspec.convert(event.resource, wire.Refund)
                up = next((link.href for link in refund.links if link.rel == "up"), "")
                capture = await self._ask(wire.Capture, "GET", f"/v2/payments/captures/{up.rstrip('/').rpartition('/')[2]}")
                return wire.refunded(refund, capture.supplementary_data.related_ids.order_id, capture)
            case ["PAYMENT", "CAPTURE", *_]:
                return wire.captured(msgspec.convert(event.resource, wire.Capture))
            case ["CUSTOMER", "DISPUTE", *_]:
                dispute = msgspec.convert(event.resource, wire.Dispute)
                name = dispute.disputed_transactions[0].seller_transaction_id
                return wire.disputed(dispute, await self._ask(wire.Capture, "GET", f"/v2/payments/captures/{name}"))
            case ["VAULT", "PAYMENT-TOKEN", "CREATED"]:
                name = msgspec.convert(event.resource, vault.Told).metadata.order_id
                return wire.ordered(await self._ask(wire.Order, "GET", f"/v2/checkout/orders/{name}")) if name else None
            case ["PAYMENT", "PAYOUTS-ITEM", *_]:
                item = msgspec.convert(event.resource, wire.PayoutItem)
                return wire.paid_out(item, item.payout_batch_id)
            case _:
                return None

    async def _charge(self, order: Order, path: str, body: dict[str, Any]) -> PaymentFacts:
        unsure = PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
        try:
            return wire.ordered(await self._ask(wire.Order, "POST", path, json=body, key=order.key))
        except Unanswered:
            return unsure
        except Declined as error:
            facts = await self.retrieve(order.payment_id, order.ref)
            if facts is None:
                return replace(unsure, state="failed", failure=error.code)
            is_refused = facts.state in {"created", "requires_action"} and error.code not in NOT_APPROVED
            return replace(facts, state="failed", failure=error.code) if is_refused else facts

    async def _vault(self, kind: type[T], method: str, path: str, **options: Any) -> T:  # noqa: ANN401 - aiohttp's own
        try:
            return await self._ask(kind, method, f"/v3/vault/{path}", **options)
        except Declined as error:
            raise MethodNotAccepted(provider=self.name) from error
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error

    async def _payments(self, order_id: str) -> wire.Payments:
        order = await self._ask(wire.Order, "GET", f"/v2/checkout/orders/{order_id}")
        return order.purchase_units[0].payments if order.purchase_units else wire.Payments()

    @staticmethod
    def _plain(amount: int, asset: str) -> dict[str, str]:
        money = wire.written(amount, asset)
        return {"currency": money.currency_code, "value": money.value}  # payouts name the field so

    async def _ask(self, kind: type[T], method: str, path: str, *, key: UUID | None = None, **options: Any) -> T:  # noqa: ANN401 - aiohttp's own
        headers = {"Authorization": f"Bearer {await self._access()}", "Prefer": "return=representation"}
        if key is not None:
            headers["PayPal-Request-Id"] = str(key)
        if "json" in options:
            options["data"] = msgspec.json.encode(options.pop("json"))
            headers["Content-Type"] = "application/json"
        return await asked(self._caller, kind, method, self._base + path, headers=headers, **options)

    async def _access(self) -> str:
        """Return what lets us in, asked for anew a minute before it ends."""
        if clock.monotonic() >= self._token_until:
            headers, form = {"Authorization": self._auth}, {"grant_type": "client_credentials"}
            try:
                token = await asked(
                    self._caller, Token, "POST", f"{self._base}/v1/oauth2/token", headers=headers, data=form, idempotent=True
                )
            except Declined as error:
                raise Unanswered from error  # nothing was asked of the charge itself
            self._token, self._token_until = token.access_token, clock.monotonic() + token.expires_in - EARLY_SECONDS
        return self._token


def make(config: Config) -> PayPal:
    """Return the adapter of this process."""
    return PayPal(config)
