"""Stripe as it answers: intents, methods, refunds, disputes, transfers, balance transactions, signed events, idempotency by key.

Methods do what their names say, as Stripe's own test methods do: `pm_card_visa`, `pm_card_visa_chargeDeclined`,
`pm_card_authenticationRequired`, `pm_card_createDispute`. Destinations: `acct_ok`, `acct_closed`. An idempotency key is good for one body.
"""

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.support.fake_party import FakeParty, Refuse

SECRET = "whsec_fake"
KEY = "sk_test_fake"
CARD = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2040}


def unfolded(text: str) -> dict[str, Any]:
    """Return nested fields of a form: `metadata[payment_id]`, `expand[0]`."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text):
        path = re.findall(r"[^\[\]]+", name)
        place = found
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return found


class FakeStripe(FakeParty):
    key_headers = ("Idempotency-Key",)

    def __init__(self) -> None:
        super().__init__()
        add = self.app.router.add_route
        add("POST", "/v1/payment_intents", self.create)
        add("GET", "/v1/payment_intents", self.listed("payment_intent"))
        add("GET", "/v1/payment_intents/{id}", self.one)
        add("POST", "/v1/payment_intents/{id}/confirm", self.confirm)
        add("POST", "/v1/payment_intents/{id}/capture", self.capture)
        add("POST", "/v1/payment_intents/{id}/cancel", self.cancel)
        add("POST", "/v1/customers", self.customer)
        add("POST", "/v1/setup_intents", self.set_up)
        add("GET", "/v1/setup_intents/{id}", self.one)
        add("POST", "/v1/payment_methods/{id}/attach", self.attach)
        add("POST", "/v1/payment_methods/{id}/detach", self.detach)
        add("POST", "/v1/refunds", self.refund)
        add("GET", "/v1/refunds", self.listed("refund"))
        add("GET", "/v1/refunds/{id}", self.one)
        add("POST", "/v1/transfers", self.transfer)
        add("GET", "/v1/transfers", self.listed("transfer"))
        add("GET", "/v1/transfers/{id}", self.one)
        add("GET", "/v1/balance_transactions", self.balance)
        add("POST", "/_fake/pay", self.pay)
        add("POST", "/_fake/happen", self.happen)

    def open_books(self) -> None:
        self.things: dict[str, dict[str, Any]] = {}
        self.lines: list[dict[str, Any]] = []

    def other_body(self) -> Any:
        return {"error": {"type": "idempotency_error", "message": "Keys can only be used with the same parameters."}}

    def add(self, kind: str, prefix: str, **fields: Any) -> dict[str, Any]:
        thing = {"id": self.new(prefix), "object": kind, "created": self.now(), "livemode": False, **fields}
        self.things[thing["id"]] = thing
        return thing

    def find(self, name: str) -> dict[str, Any]:
        if name not in self.things:
            raise Refuse(404, {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": f"No such thing: {name}"}})
        return self.things[name]

    def declined(self, intent: dict[str, Any], code: str, decline_code: str | None = None) -> Refuse:
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": "Declined."}
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        self.event("payment_intent.payment_failed", intent)
        return Refuse(402, {"error": {**error, "payment_intent": intent}})

    def event(self, kind: str, thing: dict[str, Any]) -> None:
        body = {"id": self.new("evt_"), "object": "event", "type": kind, "created": self.now(), "data": {"object": thing}}
        self.tell(json.loads(json.dumps(body)), {}, self.signed)

    def signed(self, raw: bytes) -> dict[str, str]:
        stamp = str(self.now())
        mac = hmac.new(SECRET.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={stamp},v1={mac}"}

    def book(self, kind: str, amount: int, source: dict[str, Any], *, fee: int = 0, category: str = "") -> dict[str, Any]:
        line = {
            "id": self.new("txn_"), "object": "balance_transaction", "amount": amount, "currency": source["currency"], "fee": fee,
            "net": amount - fee, "created": self.now(), "type": kind, "reporting_category": category or kind, "source": source["id"],
        }  # fmt: skip
        self.lines.append(line)
        return line

    def take(self, intent: dict[str, Any]) -> None:
        fee = intent["amount"] * 29 // 1000 + 30
        charge = self.add("charge", "ch_", amount=intent["amount"], currency=intent["currency"], metadata=intent["metadata"])
        charge |= {"payment_intent": intent["id"], "payment_method": intent["payment_method"]}
        charge["payment_method_details"] = {"type": "card", "card": CARD}
        charge["balance_transaction"] = self.book("charge", intent["amount"], charge, fee=fee)
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge, "last_payment_error": None}
        self.event("payment_intent.succeeded", {**intent, "latest_charge": charge["id"]})
        if intent["payment_method"] == "pm_card_createDispute":
            self.dispute(intent, intent["amount"])

    def try_method(self, intent: dict[str, Any], *, off_session: bool) -> None:
        method = intent["payment_method"] or ""
        if method == "pm_card_visa_chargeDeclined":
            raise self.declined(intent, "card_declined", "generic_decline")
        if method == "pm_card_authenticationRequired":
            if off_session:
                raise self.declined(intent, "authentication_required", "authentication_required")
            url = f"{self.address[0]}/_fake/three_d_secure/{intent['id']}"
            intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": {"url": url}}}
            self.event("payment_intent.requires_action", intent)
        elif intent["capture_method"] == "manual":
            intent["status"] = "requires_capture"
        else:
            self.take(intent)

    def dispute(self, intent: dict[str, Any], amount: int) -> dict[str, Any]:
        dispute = self.add(
            "dispute", "dp_", amount=amount, currency=intent["currency"], status="needs_response", reason="fraudulent",
            payment_intent=intent["id"], charge=intent["latest_charge"]["id"], evidence_details={"due_by": self.now() + 7 * 86400},
        )  # fmt: skip
        dispute["balance_transactions"] = [self.book("adjustment", -amount, dispute, fee=1500, category="dispute")]
        self.event("charge.dispute.created", dispute)
        return dispute

    async def fields(self, request: web.Request) -> dict[str, Any]:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            raise Refuse(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided."}})
        return unfolded((await request.read()).decode())

    async def create(self, request: web.Request) -> web.Response:
        data = await self.fields(request)
        intent = self.add(
            "payment_intent", "pi_", amount=int(data["amount"]), currency=data["currency"], status="requires_payment_method",
            amount_received=0, capture_method=data.get("capture_method", "automatic"), customer=data.get("customer"),
            payment_method=data.get("payment_method"), metadata=data.get("metadata", {}), latest_charge=None, next_action=None,
            last_payment_error=None, setup_future_usage=data.get("setup_future_usage"),
        )  # fmt: skip
        if intent["setup_future_usage"] and not intent["customer"]:
            raise Refuse(400, {"error": {"type": "invalid_request_error", "code": "parameter_missing", "message": "For whom?"}})
        intent["client_secret"] = f"{intent['id']}_secret"
        if intent["payment_method"]:
            intent["status"] = "requires_confirmation"
        if data.get("confirm") == "true":
            self.try_method(intent, off_session=data.get("off_session") == "true")
        return web.json_response(intent)

    async def confirm(self, request: web.Request) -> web.Response:
        data, intent = await self.fields(request), self.find(request.match_info["id"])
        if intent["status"] not in {"requires_payment_method", "requires_confirmation", "requires_action"}:
            error = {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": intent}
            raise Refuse(400, {"error": error})
        intent["payment_method"] = data.get("payment_method", intent["payment_method"])
        self.try_method(intent, off_session=False)
        return web.json_response(intent)

    async def capture(self, request: web.Request) -> web.Response:
        await self.fields(request)
        intent = self.find(request.match_info["id"])
        if intent["status"] != "requires_capture":
            raise Refuse(
                400, {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": intent}}
            )
        self.take(intent)
        return web.json_response(intent)

    async def cancel(self, request: web.Request) -> web.Response:
        await self.fields(request)
        intent = self.find(request.match_info["id"])
        if intent["status"] in {"succeeded", "canceled"}:
            raise Refuse(
                400, {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": intent}}
            )
        intent["status"] = "canceled"
        self.event("payment_intent.canceled", intent)
        return web.json_response(intent)

    async def customer(self, request: web.Request) -> web.Response:
        return web.json_response(self.add("customer", "cus_", metadata=(await self.fields(request)).get("metadata", {})))

    async def attach(self, request: web.Request) -> web.Response:
        data, name = await self.fields(request), request.match_info["id"]
        if not name.startswith("pm_card"):
            self.find(name)
        return web.json_response({"id": name, "object": "payment_method", "type": "card", "card": CARD, "customer": data["customer"]})

    async def set_up(self, request: web.Request) -> web.Response:
        data = await self.fields(request)
        made = self.add(
            "setup_intent", "seti_", status="requires_payment_method", customer=self.find(data["customer"])["id"], usage=data["usage"],
            payment_method=None, metadata=data.get("metadata", {}),
        )  # fmt: skip
        return web.json_response(made | {"client_secret": f"{made['id']}_secret"})

    async def detach(self, request: web.Request) -> web.Response:
        await self.fields(request)
        return web.json_response({"id": request.match_info["id"], "object": "payment_method", "type": "card", "customer": None})

    def give_back(self, intent: dict[str, Any], amount: int, metadata: dict[str, str]) -> dict[str, Any]:
        before = sum(
            thing["amount"] for thing in self.things.values() if thing.get("payment_intent") == intent["id"] and thing["object"] == "refund"
        )
        if amount > intent["amount_received"] - before:
            raise Refuse(400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded", "message": "Too much."}})
        refund = self.add("refund", "re_", amount=amount, currency=intent["currency"], status="succeeded", payment_intent=intent["id"])
        refund["metadata"] = metadata
        self.book("refund", -amount, refund)
        self.event("refund.created", refund)
        return refund

    async def refund(self, request: web.Request) -> web.Response:
        data = await self.fields(request)
        return web.json_response(self.give_back(self.find(data["payment_intent"]), int(data["amount"]), data.get("metadata", {})))

    async def transfer(self, request: web.Request) -> web.Response:
        data = await self.fields(request)
        if data["destination"] == "acct_closed":
            raise Refuse(400, {"error": {"type": "invalid_request_error", "code": "account_closed", "message": "Closed."}})
        transfer = self.add(
            "transfer", "tr_", amount=int(data["amount"]), currency=data["currency"], destination=data["destination"], reversed=False,
            transfer_group=data["transfer_group"], metadata=data.get("metadata", {}),
        )  # fmt: skip
        self.book("transfer", -transfer["amount"], transfer)
        self.event("transfer.created", transfer)
        return web.json_response(transfer)

    async def one(self, request: web.Request) -> web.Response:
        await self.fields(request)
        return web.json_response(self.find(request.match_info["id"]))

    def listed(self, kind: str) -> Any:
        async def answer(request: web.Request) -> web.Response:
            await self.fields(request)
            query = unfolded(request.query_string)
            since = int(query.get("created", {}).get("gte", 0))
            wanted = {name: query[name] for name in ("payment_intent", "transfer_group") if name in query}
            found = [
                thing for thing in reversed(self.things.values())
                if thing["object"] == kind and thing["created"] >= since and all(thing.get(name) == value for name, value in wanted.items())
            ]  # fmt: skip
            return self.page(found, query)

        return answer

    def page(self, found: list[dict[str, Any]], query: dict[str, Any]) -> web.Response:
        begin = next((number + 1 for number, thing in enumerate(found) if thing["id"] == query.get("starting_after")), 0)
        limit = int(query.get("limit", 10))
        return web.json_response({"object": "list", "data": found[begin : begin + limit], "has_more": len(found) > begin + limit})

    async def balance(self, request: web.Request) -> web.Response:
        await self.fields(request)
        query = unfolded(request.query_string)
        since, until = (int(query.get("created", {}).get(name, default)) for name, default in (("gte", 0), ("lt", 1 << 40)))
        found = [
            {**line, "source": {**self.things[line["source"]], "balance_transaction": None}}
            for line in reversed(self.lines) if since <= line["created"] < until
        ]  # fmt: skip
        return self.page(found, query)

    async def pay(self, request: web.Request) -> web.Response:
        """The payer pays or sets a card up in the browser: `ref`, and `method`; or answers the bank's question with `yes`."""
        data = await request.json()
        intent = self.find(data["ref"])
        if intent["object"] == "setup_intent":
            method = {"id": "pm_card_visa", "object": "payment_method", "type": "card", "card": CARD, "customer": intent["customer"]}
            intent |= {"status": "succeeded", "payment_method": method}
            return web.json_response(intent)
        intent |= {"payment_method": data.get("method", "pm_card_visa"), "next_action": None}
        try:
            self.try_method(intent, off_session=False)
        except Refuse:
            return web.json_response(intent)
        return web.json_response(intent)

    async def happen(self, request: web.Request) -> web.Response:
        """What we did not ask for: a refund at the dashboard, a dispute and its end, a transfer that comes back."""
        data = await request.json()
        thing = self.find(data["ref"])
        match data["event"]:
            case "refund":
                made = self.give_back(thing, data["amount"], {})
            case "dispute":
                made = self.dispute(thing, data["amount"])
            case "won" | "lost":
                thing["status"] = data["event"]
                if data["event"] == "won":
                    line = self.book("adjustment", thing["amount"], thing, category="dispute_reversal")
                    thing["balance_transactions"].append(line)
                self.event("charge.dispute.closed", thing)
                made = thing
            case _:
                thing["reversed"] = True
                back = self.add("transfer_reversal", "trr_", amount=thing["amount"], currency=thing["currency"], transfer=thing["id"])
                self.book("transfer_refund", thing["amount"], back)
                self.event("transfer.reversed", thing)
                made = thing
        return web.json_response(made)


if __name__ == "__main__":
    FakeStripe().run()
