"""Razorpay as it answers: orders, tries to pay them, refunds, recurring charges, payouts, disputes, signed events.

The payer acts through `/_fake/pay`: `how` is captured, authorized or failed. Tokens: `token_ok`, `token_declined` of any customer.
Fund accounts: `fa_ok`, `fa_closed`, `fa_slow`. Only payouts and refunds know a key; an order is made anew each time, as there.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from aiohttp import web

from tests.support.fake_party import FakeParty, Refuse

SECRET = "razorpay-webhook-secret"
KEY_ID, KEY_SECRET = "rzp_test_fake", "razorpay-key-secret"
ACCOUNT = "7878780080316316"


def refusal(code: str, status: int = 400) -> Refuse:
    return Refuse(status, {"error": {"code": "BAD_REQUEST_ERROR", "description": "No.", "reason": code}})


class FakeRazorpay(FakeParty):
    key_headers = ("X-Payout-Idempotency", "X-Refund-Idempotency")

    def __init__(self) -> None:
        super().__init__()
        add = self.app.router.add_route
        add("POST", "/v1/orders", self.order)
        add("GET", "/v1/orders", self.listed("order"))
        add("GET", "/v1/orders/{id}", self.one)
        add("GET", "/v1/orders/{id}/payments", self.tries)
        add("POST", "/v1/payments/create/recurring", self.recurring)
        add("GET", "/v1/payments", self.listed("payment"))
        add("GET", "/v1/payments/{id}", self.one)
        add("POST", "/v1/payments/{id}/capture", self.capture)
        add("POST", "/v1/payments/{id}/refund", self.refund)
        add("GET", "/v1/payments/{id}/refunds", self.refunds)
        add("GET", "/v1/refunds", self.listed("refund"))
        add("GET", "/v1/refunds/{id}", self.one)
        add("GET", "/v1/disputes", self.listed("dispute"))
        add("POST", "/v1/customers", self.new_customer)
        add("GET", "/v1/customers/{id}", self.customer)
        add("GET", "/v1/customers/{id}/tokens/{token}", self.token)
        add("DELETE", "/v1/customers/{id}/tokens/{token}", self.token)
        add("POST", "/v1/payouts", self.payout)
        add("GET", "/v1/payouts", self.listed("payout"))
        add("GET", "/v1/payouts/{id}", self.one)
        add("POST", "/_fake/pay", self.pay)
        add("POST", "/_fake/happen", self.happen)

    def open_books(self) -> None:
        self.things: dict[str, dict[str, Any]] = {}

    def add(self, kind: str, prefix: str, **fields: Any) -> dict[str, Any]:
        thing = {"id": self.new(prefix), "entity": kind, "created_at": self.now(), **fields}
        self.things[thing["id"]] = thing
        return thing

    def find(self, name: str) -> dict[str, Any]:
        if name not in self.things:
            raise refusal("not_found", 404)
        return self.things[name]

    def check(self, request: web.Request) -> None:
        expected = base64.b64encode(f"{KEY_ID}:{KEY_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            raise refusal("authentication_failed", 401)

    def event(self, kind: str, **things: dict[str, Any]) -> None:
        payload = {name: {"entity": thing} for name, thing in things.items()}
        body = {"entity": "event", "event": kind, "contains": list(things), "payload": payload, "created_at": self.now()}

        def signed(raw: bytes) -> dict[str, str]:
            return {"X-Razorpay-Signature": hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()}

        self.tell(json.loads(json.dumps(body)), {"x-razorpay-event-id": self.new("rzp_ev_")}, signed)

    async def order(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        order = self.add(
            "order", "order_", amount=data["amount"], amount_paid=0, currency=data["currency"], receipt=data["receipt"],
            notes=data.get("notes") or [], status="created", capture=data["payment"]["capture"], customer_id=data.get("customer_id"),
            token=data.get("token"),
        )  # fmt: skip
        return web.json_response(order)

    def take(self, order: dict[str, Any], payment: dict[str, Any]) -> None:
        payment |= {"status": "captured", "captured": True, "fee": payment["amount"] * 2 // 100, "tax": 0}
        order |= {"status": "paid", "amount_paid": payment["amount"]}
        self.event("payment.captured", payment=payment)
        self.event("order.paid", payment=payment, order=order)

    def attempt(self, order: dict[str, Any], how: str) -> dict[str, Any]:
        payment = self.add(
            "payment", "pay_", amount=order["amount"], currency=order["currency"], status="created", order_id=order["id"], captured=False,
            notes=[], method="card", customer_id=order["customer_id"] or "cust_1", token_id="token_ok", fee=None, error_code=None,
            error_reason=None,
        )  # fmt: skip
        order["status"] = "attempted"
        if how == "failed":
            payment |= {"status": "failed", "error_code": "BAD_REQUEST_ERROR", "error_reason": "payment_failed"}
            self.event("payment.failed", payment=payment)
        elif how == "authorized" or order["capture"] == "manual":
            payment["status"] = "authorized"
            self.event("payment.authorized", payment=payment)
        else:
            self.take(order, payment)
        return payment

    async def recurring(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        order = self.find(data["order_id"])
        if order["status"] == "paid":
            raise refusal("order_already_paid")
        payment = self.attempt(order, "failed" if data["token"] == "token_declined" else "captured")
        return web.json_response({"razorpay_payment_id": payment["id"], "razorpay_order_id": order["id"]})

    async def pay(self, request: web.Request) -> web.Response:
        data = await request.json()
        return web.json_response(self.attempt(self.find(data["ref"]), data.get("how", "captured")))

    async def tries(self, request: web.Request) -> web.Response:
        self.check(request)
        return self.items([thing for thing in self.things.values() if thing.get("order_id") == request.match_info["id"]])

    async def capture(self, request: web.Request) -> web.Response:
        self.check(request)
        payment = self.find(request.match_info["id"])
        if payment["status"] != "authorized":
            raise refusal("already_captured")
        self.take(self.find(payment["order_id"]), payment)
        return web.json_response(payment)

    def give_back(self, payment: dict[str, Any], amount: int, notes: Any) -> dict[str, Any]:
        before = sum(
            refund["amount"]
            for refund in self.things.values()
            if refund.get("payment_id") == payment["id"] and refund["entity"] == "refund"
        )
        if amount > payment["amount"] - before:
            raise refusal("refund_amount_too_large")
        refund = self.add("refund", "rfnd_", amount=amount, currency=payment["currency"], status="processed", payment_id=payment["id"])
        refund["notes"] = notes
        self.event("refund.processed", refund=refund, payment=payment)
        return refund

    async def refund(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        return web.json_response(self.give_back(self.find(request.match_info["id"]), data["amount"], data["notes"]))

    async def refunds(self, request: web.Request) -> web.Response:
        self.check(request)
        wanted = request.match_info["id"]
        return self.items([thing for thing in self.things.values() if thing["entity"] == "refund" and thing["payment_id"] == wanted])

    async def new_customer(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        known = (thing for thing in self.things.values() if thing["entity"] == "customer" and thing["email"] == data["email"])
        found = next(known, None)
        if found is not None and data.get("fail_existing") != "0":
            raise refusal("customer_exists")
        return web.json_response(found or self.add("customer", "cust_", email=data["email"], contact=None, notes=data.get("notes") or []))

    async def customer(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response({"id": request.match_info["id"], "email": "member@example.org", "contact": "+919876543210"})

    async def token(self, request: web.Request) -> web.Response:
        self.check(request)
        if request.match_info["token"] not in {"token_ok", "token_declined"}:
            raise refusal("not_found", 404)
        card = {"network": "Visa", "last4": "1111", "expiry_month": 12, "expiry_year": 2040}
        return web.json_response({"id": request.match_info["token"], "entity": "token", "method": "card", "card": card})

    async def payout(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        if data["fund_account_id"] == "fa_closed":
            raise refusal("fund_account_closed")
        payout = self.add(
            "payout", "pout_", amount=data["amount"], currency=data["currency"], reference_id=data["reference_id"], fees=590, tax=90,
            fund_account_id=data["fund_account_id"], status="processing" if data["fund_account_id"] == "fa_slow" else "processed",
            account_number=data["account_number"],
        )  # fmt: skip
        self.event(f"payout.{payout['status']}", payout=payout)
        return web.json_response(payout)

    async def one(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response(self.find(request.match_info["id"]))

    def listed(self, kind: str) -> Any:
        async def answer(request: web.Request) -> web.Response:
            self.check(request)
            query = request.query
            since, until = int(query.get("from", 0)), int(query.get("to", 1 << 40))
            wanted = {name: query[name] for name in ("receipt", "reference_id", "account_number") if name in query}
            found = [
                thing for thing in self.things.values()
                if thing["entity"] == kind and since <= thing["created_at"] <= until
                and all(thing.get(name) == value for name, value in wanted.items())
            ]  # fmt: skip
            skip = int(query.get("skip", 0))
            return self.items(found[skip : skip + int(query.get("count", 10))])

        return answer

    @staticmethod
    def items(found: list[dict[str, Any]]) -> web.Response:
        return web.json_response({"entity": "collection", "count": len(found), "items": found})

    async def happen(self, request: web.Request) -> web.Response:
        """What we did not ask for: a refund at the dashboard, a dispute and its loss, a payout that ends or comes back."""
        data = await request.json()
        thing = self.find(data["ref"])
        match data["event"]:
            case "refund":
                made = self.give_back(thing, data["amount"], [])
            case "dispute":
                made = self.add("dispute", "disp_", payment_id=thing["id"], amount=data["amount"], currency=thing["currency"])
                made |= {"amount_deducted": 0, "status": "open", "phase": "chargeback", "reason_code": "chargeback"}
                self.event("payment.dispute.created", payment=thing, dispute=made)
            case "lost":
                made = thing
                made |= {"amount_deducted": thing["amount"], "status": "lost"}
                self.event("payment.dispute.lost", payment=self.find(thing["payment_id"]), dispute=made)
            case status:
                made = thing
                made["status"] = status
                self.event(f"payout.{status}", payout=made)
        return web.json_response(made)


if __name__ == "__main__":
    FakeRazorpay().run()
