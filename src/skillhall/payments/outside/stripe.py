"""Stripe, by its official library: intents, methods, refunds, disputes, and transfers to connected accounts.

Amounts cross in Stripe's smallest unit. The library makes each call once; what it does not answer is unknown.
"""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

import aiohttp
import msgspec
import stripe
from msgspec import Struct

from skillhall.kernel.config import Config
from skillhall.kernel.outside.http import PartyUnavailable
from skillhall.payments.outside import stripe_wire as wire
from skillhall.payments.outside.reading import header, made_at, our_id, since_epoch
from skillhall.payments.outside.rest import Declined, Unanswered
from skillhall.payments.ports import (
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

T = TypeVar("T", bound=Struct)
TIMEOUT_SECONDS: Final = 20.0
TOLERANCE_SECONDS: Final = 300
EXPANDED: Final = ["latest_charge.balance_transaction"]
PAGE: Final = 100
MISSING, CONFLICT, TOO_MANY, FAULT = 404, 409, 429, 500


class Event(Struct):
    """A webhook's body."""

    id: str
    type: str
    created: int
    data: dict[str, Any]


class Said(Struct):
    """An error's body."""

    type: str | None = None
    code: str | None = None
    decline_code: str | None = None
    payment_intent: wire.Intent | None = None


class Refusal(Struct):
    """The body of an answer that refuses."""

    error: Said


class Refused(Declined):
    """A definite no; `intent` is how the charge stands now where Stripe says so."""

    def __init__(self, said: Said, *, is_missing: bool) -> None:
        """Keep the reason."""
        super().__init__(said.decline_code or said.code or said.type or "declined", is_missing=is_missing)
        self.intent = said.payment_intent


class Stripe:
    """Fills `Provider`."""

    name = "stripe"
    safe_seconds = 23 * 3600
    takes_tokens = finds_unnamed = True
    pays_out = frozenset({"bank_transfer"})

    def __init__(self, config: Config, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Open nothing yet."""
        self.publishable_key = config.stripe_publishable_key
        self._webhook_secret = config.stripe_webhook_secret
        self._http = stripe.AIOHTTPClient(timeout=timeout_seconds)
        addresses: Any = {"api": config.stripe_api_url.rstrip("/")}
        client = stripe.StripeClient(config.stripe_secret_key, http_client=self._http, base_addresses=addresses, max_network_retries=0)
        self._api = client.v1

    def step(self, asset: str) -> int:
        """Return in which steps Stripe charges."""
        return wire.step(asset)

    async def create(self, order: Order) -> PaymentFacts:
        """Open an intent; off-session with a method it is confirmed at once."""
        asked: dict[str, Any] = {
            "amount": wire.to_stripe(order.amount, order.asset), "currency": order.asset.lower(), "payment_method_types": ["card"],
            "capture_method": "automatic" if order.is_captured else "manual",
            "metadata": {"payment_id": str(order.payment_id), "attempt_id": str(order.key), "title": order.title[:500]},
            "expand": EXPANDED,
        }  # fmt: skip
        asked |= {name: value for name, value in (("customer", order.customer), ("payment_method", order.method)) if value}
        if order.is_off_session and order.method:
            asked |= {"confirm": True, "off_session": True}

        async def opened() -> Any:  # noqa: ANN401 - the library's own
            if order.keeps_method and order.payer_id is not None:
                asked["customer"] = order.customer or await self._customer(order.payer_id)
                asked["setup_future_usage"] = "off_session"
            return await self._api.payment_intents.create_async(_any(asked), _once(order.key))

        return await self._charge(order, opened())

    async def confirm(self, order: Order) -> PaymentFacts:
        """Charge an intent with a method; without one, with the one it has."""
        asked: dict[str, Any] = {"expand": EXPANDED}
        if order.method:
            asked |= {"payment_method": order.method, "return_url": order.return_url}
        return await self._charge(order, self._api.payment_intents.confirm_async(order.ref or "", _any(asked), _once(order.key)))

    async def capture(self, order: Order) -> PaymentFacts:
        """Take the money of an intent that was only authorized."""
        return await self._charge(order, self._api.payment_intents.capture_async(order.ref or "", {"expand": EXPANDED}, _once(order.key)))

    async def cancel(self, order: Order) -> PaymentFacts:
        """Give an intent up; Stripe refuses that for one that is paid."""
        return await self._charge(order, self._api.payment_intents.cancel_async(order.ref or "", {"expand": EXPANDED}, _once(order.key)))

    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        """Return an intent, found in Stripe's list by our id where no name is known: its search lags, its list does not."""
        try:
            if ref:
                return wire.payment(await _read(wire.Intent, self._api.payment_intents.retrieve_async(ref, {"expand": EXPANDED})))
            asked: dict[str, Any] = {"limit": PAGE, "created": {"gte": int(made_at(payment_id).timestamp()) - 60}}
            found: wire.Intent | None = None
            async for item in self._pages(self._api.payment_intents.list_async, asked):
                intent = msgspec.convert(item, wire.Intent)
                if intent.metadata.get("payment_id") == str(payment_id) and (found is None or intent.status == "succeeded"):
                    found = intent
            return None if found is None else await self.retrieve(payment_id, found.id)
        except (Unanswered, Declined) as error:
            if isinstance(error, Declined) and error.is_missing:
                return None
            return PaymentFacts(ref=ref or "", state="unknown", payment_id=payment_id)

    async def refund(self, order: RefundOrder) -> RefundFacts:
        """Send money of an intent back."""
        asked: dict[str, Any] = {
            "payment_intent": order.ref, "amount": wire.to_stripe(order.amount, order.asset),
            "metadata": {"refund_id": str(order.key), "payment_id": str(order.payment_id)},
        }  # fmt: skip
        unsure = RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payment_ref=order.ref, refund_id=order.key)
        try:
            return wire.refunded(await _read(wire.Refund, self._api.refunds.create_async(_any(asked), _once(order.key))))
        except Declined as error:
            return msgspec.structs.replace(unsure, state="failed", failure=error.code)
        except Unanswered:
            return unsure

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        """Return a refund, found among the intent's by our id where no name is known."""
        try:
            if ref:
                return wire.refunded(await _read(wire.Refund, self._api.refunds.retrieve_async(ref)))
            async for item in self._pages(self._api.refunds.list_async, {"limit": PAGE, "payment_intent": order.ref}):
                facts = wire.refunded(msgspec.convert(item, wire.Refund))
                if facts.refund_id == order.key:
                    return facts
        except (Unanswered, Declined) as error:
            if not (isinstance(error, Declined) and error.is_missing):
                return RefundFacts(ref=ref or "", state="unknown", amount=order.amount, asset=order.asset, refund_id=order.key)
        return None

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        """Send money to a connected account; its id is the destination."""
        asked: dict[str, Any] = {
            "amount": wire.to_stripe(order.amount, order.asset), "currency": order.asset.lower(), "destination": order.destination,
            "transfer_group": str(order.key), "metadata": {"payout_id": str(order.key)},
        }  # fmt: skip
        unsure = PayoutFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payout_id=order.key)
        try:
            return wire.transferred(await _read(wire.Transfer, self._api.transfers.create_async(_any(asked), _once(order.key))))
        except Declined as error:
            return msgspec.structs.replace(unsure, state="failed", failure=error.code)
        except Unanswered:
            return unsure

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        """Return a transfer, found by its group where no name is known."""
        try:
            if ref:
                return wire.transferred(await _read(wire.Transfer, self._api.transfers.retrieve_async(ref)))
            async for item in self._pages(self._api.transfers.list_async, {"limit": 1, "transfer_group": str(payout_id)}):
                return wire.transferred(msgspec.convert(item, wire.Transfer))
        except (Unanswered, Declined) as error:
            if not (isinstance(error, Declined) and error.is_missing):
                return PayoutFacts(ref=ref or "", state="unknown", payout_id=payout_id)
        return None

    async def setup(self, order: SetupOrder) -> SetupFacts:
        """Open a setup intent; Stripe's own script confirms it with `client_secret`."""
        try:
            owner = order.customer or await self._customer(order.account_id)
            asked: dict[str, Any] = {
                "customer": owner, "usage": "off_session", "payment_method_types": ["card"],
                "metadata": {"account_id": str(order.account_id)},
            }  # fmt: skip
            made = await _read(wire.Setup, self._api.setup_intents.create_async(_any(asked), _once(order.key)))
        except Declined as error:
            raise MethodNotAccepted(provider=self.name) from error
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error
        return SetupFacts(token=made.id, customer=owner, client_secret=made.client_secret)

    async def attach(self, account_id: UUID, customer: str | None, token: str) -> MethodFacts:
        """Keep a method (`pm_…`) for its customer, whom Stripe gets to know now where it does not; or what was set up (`seti_…`)."""
        try:
            if token.startswith("seti_"):
                return await self._set_up(account_id, token)
            owner = customer or await self._customer(account_id)
            method = await _read(wire.Method, self._api.payment_methods.attach_async(token, {"customer": owner}))
        except Declined as error:
            raise MethodNotAccepted(provider=self.name) from error
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error
        return wire.shown(method)

    async def detach(self, token: str) -> None:
        """Let Stripe forget a method; one that it does not know is forgotten."""
        try:
            await _read(wire.Method, self._api.payment_methods.detach_async(token))
        except Declined:
            return
        except Unanswered as error:
            raise PartyUnavailable(host=self.name) from error

    async def statement(self, day: date) -> Sequence[Movement]:
        """Return the balance transactions that Stripe booked on this UTC day."""
        since = datetime.combine(day, time(), UTC)
        until = since + timedelta(days=1)
        asked: dict[str, Any] = {
            "limit": PAGE, "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}, "expand": ["data.source"],
        }  # fmt: skip
        try:
            lines = self._pages(self._api.balance_transactions.list_async, asked)
            return [wire.moved(msgspec.convert(item, wire.Balance)) async for item in lines]
        except (Unanswered, Declined) as error:
            raise PartyUnavailable(host=self.name) from error

    async def news(self, headers: Mapping[str, str], body: bytes, wall: datetime) -> Sequence[News]:
        """Check Stripe's signature, at most five minutes old, and return what the event says."""
        del wall  # the library reads the clock itself
        try:
            signed = header(headers, "stripe-signature")
            stripe.WebhookSignature.verify_header(  # pyright: ignore[reportUnknownMemberType] - the library leaves one type out
                body, signed, self._webhook_secret, TOLERANCE_SECONDS
            )
            event = msgspec.json.decode(body, type=Event)
        except (stripe.SignatureVerificationError, UnicodeDecodeError, msgspec.DecodeError) as error:
            raise SignatureInvalid from error
        return [News(id=event.id, kind=event.type, at=since_epoch(event.created), facts=wire.told(event.type, event.data.get("object")))]

    async def close(self) -> None:
        """End the connections."""
        await self._http.close_async()

    async def _charge(self, order: Order, call: Awaitable[Any]) -> PaymentFacts:
        try:
            return wire.payment(await _read(wire.Intent, call))
        except Unanswered:
            return PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)
        except Declined as error:
            return await self._refused(order, error)

    async def _refused(self, order: Order, error: Declined) -> PaymentFacts:
        """What is true after a definite no: the charge as it stands, failed where it stands open."""
        if isinstance(error, Refused) and error.intent is not None:
            facts: PaymentFacts | None = wire.payment(error.intent)
        else:
            facts = await self.retrieve(order.payment_id, order.ref) if order.ref else None
        if facts is None:
            return PaymentFacts(ref=order.ref or "", state="failed", payment_id=order.payment_id, failure=error.code)
        return msgspec.structs.replace(facts, state="failed", failure=error.code) if facts.state == "created" else facts

    async def _set_up(self, account_id: UUID, token: str) -> MethodFacts:
        """Return what a member has set up; refuses what somebody else has, or nobody yet."""
        expanded: dict[str, Any] = {"expand": ["payment_method"]}
        found = await _read(wire.Setup, self._api.setup_intents.retrieve_async(token, _any(expanded)))
        is_own = our_id((found.metadata or {}).get("account_id")) == account_id
        if not is_own or found.status != "succeeded" or not isinstance(found.payment_method, wire.Method):
            raise MethodNotAccepted(provider=self.name)
        return wire.shown(found.payment_method)

    async def _customer(self, account_id: UUID) -> str:
        asked: dict[str, Any] = {"metadata": {"account_id": str(account_id)}}
        made = await _answer(self._api.customers.create_async(_any(asked), {"idempotency_key": f"customer-{account_id}"}))
        return str(made["id"])

    async def _pages(self, listing: Any, asked: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:  # noqa: ANN401 - a method of the library
        """Yield every item of a list, page by page."""
        while True:
            page = await _answer(listing(asked))
            for item in page["data"]:
                yield item
            if not page.get("has_more") or not page["data"]:
                return
            asked = {**asked, "starting_after": page["data"][-1]["id"]}


def make(config: Config) -> Stripe:
    """Return the adapter of this process."""
    return Stripe(config)


def _any(asked: dict[str, Any]) -> Any:  # noqa: ANN401 - the library's own types of parameters are closed dicts, ours are built up
    return asked


def _once(key: UUID) -> Any:  # noqa: ANN401 - the library's options
    return {"idempotency_key": str(key)}


async def _read(kind: type[T], call: Awaitable[Any]) -> T:
    return msgspec.convert(await _answer(call), kind)


async def _answer(call: Awaitable[Any]) -> dict[str, Any]:
    """Return the answer of one call, or say whether it is known that nothing was done."""
    try:
        return (await call).to_dict()
    except stripe.StripeError as error:
        status = error.http_status
        is_open = status is None or status >= FAULT or status in {CONFLICT, TOO_MANY} or isinstance(error, stripe.APIConnectionError)
        if is_open:
            raise Unanswered from error
        raise Refused(_said(error), is_missing=status == MISSING) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unanswered from error


def _said(error: stripe.StripeError) -> Said:
    try:
        return msgspec.convert(error.json_body, Refusal).error
    except msgspec.ValidationError:
        return Said(code=error.code)
