"""PayPal as it answers: tokens, orders, captures, refunds, the vault, payouts, disputes, the account, events signed with a certificate.

The payer approves orders and setup tokens through `/_fake/pay`. Vaulted methods: `vault-ok`, `vault-declined`; `MEMBER` has approved the
setup tokens `setup-ok` and `setup-declined`. What an order is paid with is vaulted at once, or `late`, when the back door says so.
Receivers: `nobody@…` is refused, others are paid when the back door says so.
"""

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.fake_party import FakeParty, Refuse

CLIENT, SECRET = "paypal-client", "paypal-secret"
WEBHOOK_ID = "8PT597110X687430LKGECATA"
MEMBER = UUID("018f0000-0000-7000-8000-00000000000a")
CUSTOMER = {"id": "customer_4029352050"}


def refusal(issue: str, status: int = 422) -> Refuse:
    details = [{"issue": issue, "description": "No."}]
    return Refuse(status, {"name": "UNPROCESSABLE_ENTITY", "message": "No.", "details": details})


def money(currency: str, value: Decimal) -> dict[str, str]:
    return {"currency_code": currency, "value": f"{value:.2f}"}


class FakePayPal(FakeParty):
    key_headers = ("PayPal-Request-Id",)

    def __init__(self) -> None:
        super().__init__()
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "messageverificationcerts.paypal.com")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
        self.certificate = made.sign(self.key, SHA256()).public_bytes(Encoding.PEM).decode()
        add = self.app.router.add_route
        add("POST", "/v1/oauth2/token", self.token)
        add("GET", "/v1/notifications/certs/CERT-1", self.cert)
        add("POST", "/v2/checkout/orders", self.create)
        add("GET", "/v2/checkout/orders/{id}", self.order)
        add("POST", "/v2/checkout/orders/{id}/capture", self.capture)
        add("POST", "/v2/checkout/orders/{id}/authorize", self.authorize)
        add("POST", "/v2/payments/authorizations/{id}/{verb:capture|void}", self.end_authorization)
        add("GET", "/v2/payments/captures/{id}", self.one_capture)
        add("POST", "/v2/payments/captures/{id}/refund", self.refund)
        add("GET", "/v2/payments/refunds/{id}", self.one_refund)
        add("POST", "/v3/vault/setup-tokens", self.set_up)
        add("GET", "/v3/vault/setup-tokens/{id}", self.one_setup)
        add("POST", "/v3/vault/payment-tokens", self.vault)
        add("DELETE", "/v3/vault/payment-tokens/{id}", self.unvault)
        add("POST", "/v1/payments/payouts", self.payout)
        add("GET", "/v1/payments/payouts/{id}", self.batch)
        add("GET", "/v1/reporting/transactions", self.report)
        add("POST", "/_fake/pay", self.pay)
        add("POST", "/_fake/happen", self.happen)

    def open_books(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.captures: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.lines: list[dict[str, Any]] = []
        whose = {**CUSTOMER, "merchant_customer_id": str(MEMBER)}
        self.setups = {name: {"id": name, "status": "APPROVED", "customer": whose} for name in ("setup-ok", "setup-declined")}

    def check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != "Bearer A21AAfake":
            raise Refuse(401, {"error": "invalid_token", "error_description": "Token signature verification failed"})

    def event(self, kind: str, resource: dict[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        body = {"id": self.new("WH-"), "event_version": "1.0", "create_time": at, "event_type": kind, "resource": resource}
        number = self.new("transmission-")
        headers = {
            "Paypal-Transmission-Id": number, "Paypal-Transmission-Time": at, "Paypal-Auth-Algo": "SHA256withRSA",
            "Paypal-Cert-Url": f"{self.address[0]}/v1/notifications/certs/CERT-1",
        }  # fmt: skip

        def signed(raw: bytes) -> dict[str, str]:
            text = f"{number}|{at}|{WEBHOOK_ID}|{zlib.crc32(raw)}".encode()
            return {"Paypal-Transmission-Sig": base64.b64encode(self.key.sign(text, PKCS1v15(), SHA256())).decode()}

        self.tell(json.loads(json.dumps(body)), headers, signed)

    def book(
        self, code: str, amount: Decimal, currency: str, name: str, *, ours: str = "", of: str = "", fee: Decimal | None = None
    ) -> None:
        line = {
            "transaction_id": name, "transaction_event_code": code, "transaction_status": "S", "custom_field": ours or None,
            "transaction_initiation_date": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "transaction_amount": money(currency, amount), "fee_amount": money(currency, -fee) if fee else None,
            "paypal_reference_id": of or None,
        }  # fmt: skip
        self.lines.append(line)

    async def token(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}":
            raise Refuse(401, {"error": "invalid_client", "error_description": "Client Authentication failed"})
        return web.json_response({"access_token": "A21AAfake", "token_type": "Bearer", "expires_in": 32400})

    async def cert(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.certificate)

    def found(self, things: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        if name not in things:
            raise Refuse(404, {"name": "RESOURCE_NOT_FOUND", "details": [{"issue": "INVALID_RESOURCE_ID"}]})
        return things[name]

    def take(self, order: dict[str, Any]) -> dict[str, Any]:
        [unit] = order["purchase_units"]
        currency, amount = unit["amount"]["currency_code"], Decimal(unit["amount"]["value"])
        fee = (amount * Decimal("0.0349") + Decimal("0.49")).quantize(Decimal("0.01"))
        capture: dict[str, Any] = {
            "id": self.new("CAP"), "status": "COMPLETED", "amount": unit["amount"], "custom_id": unit["custom_id"],
            "seller_receivable_breakdown": {
                "gross_amount": unit["amount"], "paypal_fee": money(currency, fee), "net_amount": money(currency, amount - fee),
            },
            "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        }  # fmt: skip
        self.captures[capture["id"]] = capture
        unit["payments"]["captures"].append(capture)
        order["status"] = "COMPLETED"
        for paid in order.get("payment_source", {}).values():
            paid["attributes"]["vault"] |= {"status": "APPROVED"} if order.get("late") else {"id": "vault-ok", "status": "VAULTED"}
        self.book("T0006", amount, currency, capture["id"], ours=unit["custom_id"], of=order["id"], fee=fee)
        self.event("PAYMENT.CAPTURE.COMPLETED", capture)
        return capture

    async def create(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        [unit] = data["purchase_units"]
        name = self.new("ORD")
        page = f"{self.address[0]}/checkoutnow?token={name}"
        order: dict[str, Any] = {
            "id": name, "intent": data["intent"], "status": "PAYER_ACTION_REQUIRED", "links": [{"rel": "payer-action", "href": page}],
            "purchase_units": [{**unit, "payments": {"captures": [], "authorizations": [], "refunds": []}}],
        }  # fmt: skip
        self.orders[name] = order
        vaulted = data["payment_source"]["paypal"].get("vault_id")
        if vaulted == "vault-declined":
            raise refusal("INSTRUMENT_DECLINED")
        if vaulted:
            self.take(order)
        attributes = data["payment_source"]["paypal"].get("attributes", {})
        if attributes.get("vault", {}).get("store_in_vault") == "ON_SUCCESS":
            order["payment_source"] = {"paypal": {"attributes": {"vault": {"status": "WANTED", "customer": CUSTOMER}}}}
        return web.json_response(order)

    async def order(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response(self.found(self.orders, request.match_info["id"]))

    async def capture(self, request: web.Request) -> web.Response:
        self.check(request)
        order = self.found(self.orders, request.match_info["id"])
        if order["status"] == "COMPLETED":
            raise refusal("ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise refusal("ORDER_NOT_APPROVED")
        if order.get("declines"):
            raise refusal("INSTRUMENT_DECLINED")
        self.take(order)
        return web.json_response(order)

    async def authorize(self, request: web.Request) -> web.Response:
        self.check(request)
        order = self.found(self.orders, request.match_info["id"])
        if order["status"] != "APPROVED":
            raise refusal("ORDER_NOT_APPROVED")
        order["status"] = "COMPLETED"
        order["purchase_units"][0]["payments"]["authorizations"].append({"id": self.new("AUTH"), "status": "CREATED"})
        return web.json_response(order)

    async def end_authorization(self, request: web.Request) -> web.Response:
        self.check(request)
        for order in self.orders.values():
            for held in order["purchase_units"][0]["payments"]["authorizations"]:
                if held["id"] == request.match_info["id"] and held["status"] == "CREATED":
                    is_taken = request.match_info["verb"] == "capture"
                    held["status"] = "CAPTURED" if is_taken else "VOIDED"
                    return web.json_response(self.take(order) if is_taken else {})
        raise refusal("AUTHORIZATION_ALREADY_CAPTURED")

    async def one_capture(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response(self.found(self.captures, request.match_info["id"]))

    def give_back(self, capture: dict[str, Any], amount: dict[str, str], custom: str | None) -> dict[str, Any]:
        order = self.orders[capture["supplementary_data"]["related_ids"]["order_id"]]
        payments = order["purchase_units"][0]["payments"]
        before = sum((Decimal(refund["amount"]["value"]) for refund in payments["refunds"]), Decimal(0))
        if Decimal(amount["value"]) > Decimal(capture["amount"]["value"]) - before:
            raise refusal("REFUND_AMOUNT_EXCEEDED")
        up = {"rel": "up", "href": f"{self.address[0]}/v2/payments/captures/{capture['id']}"}
        refund = {
            "id": self.new("REF"),
            "status": "COMPLETED",
            "amount": amount,
            "custom_id": custom or capture["custom_id"],
            "links": [up],
        }
        self.refunds[refund["id"]] = refund
        payments["refunds"].append(refund)
        capture["status"] = "PARTIALLY_REFUNDED"
        self.book("T1107", -Decimal(amount["value"]), amount["currency_code"], refund["id"], ours=refund["custom_id"], of=capture["id"])
        self.event("PAYMENT.CAPTURE.REFUNDED", refund)
        return refund

    async def refund(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        return web.json_response(self.give_back(self.found(self.captures, request.match_info["id"]), data["amount"], data["custom_id"]))

    async def one_refund(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response(self.found(self.refunds, request.match_info["id"]))

    async def vault(self, request: web.Request) -> web.Response:
        self.check(request)
        token = (await request.json())["payment_source"]["token"]["id"]
        setup = self.setups.get(token, {})
        if setup.get("status") != "APPROVED":
            raise refusal("TOKEN_NOT_APPROVED")
        source = {"paypal": {"email_address": "payer@example.org"}}
        return web.json_response({"id": token.replace("setup", "vault"), "customer": setup["customer"], "payment_source": source})

    async def set_up(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        context = data["payment_source"]["paypal"]["experience_context"]
        assert context["return_url"]
        assert context["cancel_url"]
        name = self.new("setup-")
        page = f"{self.address[0]}/agreements/approve?approval_session_id={name}"
        setup = {
            "id": name, "status": "PAYER_ACTION_REQUIRED", "customer": {**CUSTOMER, **data["customer"]},
            "links": [{"rel": "approve", "href": page}],
        }  # fmt: skip
        self.setups[name] = setup
        return web.json_response(setup)

    async def one_setup(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response(self.found(self.setups, request.match_info["id"]))

    async def unvault(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response({})

    async def payout(self, request: web.Request) -> web.Response:
        self.check(request)
        data = await request.json()
        name, [item] = data["sender_batch_header"]["sender_batch_id"], data["items"]
        for batch_id, batch in self.batches.items():
            if batch["items"][0]["payout_item"]["sender_item_id"] == name:
                link = {"href": f"{self.address[0]}/v1/payments/payouts/{batch_id}", "rel": "self", "method": "GET"}
                detail = {"field": "SENDER_BATCH_ID", "issue": "Batch with given sender_batch_id already exists", "link": [link]}
                raise Refuse(400, {"name": "USER_BUSINESS_ERROR", "details": [detail]})
        if item["receiver"].startswith("nobody@"):
            raise Refuse(422, {"name": "RECEIVER_UNREGISTERED", "message": "No such receiver."})
        amount = {"currency_code": item["amount"]["currency"], "value": item["amount"]["value"]}
        body = {"sender_item_id": item["sender_item_id"], "amount": amount}
        batch_id = self.new("BATCH")
        one = {"transaction_status": "PENDING", "payout_batch_id": batch_id, "payout_item": body, "payout_item_fee": None}
        self.batches[batch_id] = {"batch_header": {"payout_batch_id": batch_id, "batch_status": "PENDING"}, "items": [one]}
        return web.json_response({"batch_header": self.batches[batch_id]["batch_header"]}, status=201)

    async def batch(self, request: web.Request) -> web.Response:
        self.check(request)
        return web.json_response(self.found(self.batches, request.match_info["id"]))

    async def report(self, request: web.Request) -> web.Response:
        self.check(request)
        since, until = request.query["start_date"], request.query["end_date"]
        found = [{"transaction_info": line} for line in self.lines if since <= line["transaction_initiation_date"] <= until]
        return web.json_response({"transaction_details": found, "total_pages": 1, "page": 1})

    async def pay(self, request: web.Request) -> web.Response:
        """The payer approves an order or a setup token: `ref`; with `declines` the bank says no when we capture it."""
        data = await request.json()
        if data["ref"] in self.setups:
            self.setups[data["ref"]]["status"] = "APPROVED"
            return web.json_response({})
        order = self.found(self.orders, data["ref"])
        order |= {"status": "APPROVED", "declines": data.get("declines", False), "late": data.get("late", False)}
        self.event("CHECKOUT.ORDER.APPROVED", order)
        return web.json_response(order)

    async def happen(self, request: web.Request) -> web.Response:
        """What we did not ask for: a refund at PayPal's desk, a dispute and its end, a payout that ends or comes back."""
        data = await request.json()
        match data["event"]:
            case "refund":
                return web.json_response(self.give_back(self._taken(data["ref"]), data["amount"], None))
            case "dispute" | "won" | "lost":
                return web.json_response(self._dispute(self._taken(data["ref"]), data["event"]))
            case "vaulted":
                self.orders[data["ref"]]["payment_source"]["paypal"]["attributes"]["vault"] |= {"id": "vault-ok", "status": "VAULTED"}
                self.event("VAULT.PAYMENT-TOKEN.CREATED", {"id": "vault-ok", "metadata": {"order_id": data["ref"]}, "customer": CUSTOMER})
                return web.json_response({})
            case status:
                [item] = self.found(self.batches, data["ref"])["items"]
                item |= {
                    "transaction_status": status,
                    "payout_item_fee": money(item["payout_item"]["amount"]["currency_code"], Decimal("0.25")),
                }
                amount, name = item["payout_item"]["amount"], item["payout_item"]["sender_item_id"]
                sign, code = (1, "T1115") if status == "RETURNED" else (-1, "T0001")
                self.book(code, sign * Decimal(amount["value"]), amount["currency_code"], self.new("TXN"), ours=name, fee=Decimal("0.25"))
                self.event("PAYMENT.PAYOUTS-ITEM.SUCCEEDED", item)
                return web.json_response(item)

    def _taken(self, order_id: str) -> dict[str, Any]:
        return self.found(self.orders, order_id)["purchase_units"][0]["payments"]["captures"][0]

    def _dispute(self, capture: dict[str, Any], event: str) -> dict[str, Any]:
        codes = {"won": "RESOLVED_SELLER_FAVOUR", "lost": "RESOLVED_BUYER_FAVOUR"}
        dispute = {
            "dispute_id": f"PP-D-{capture['id']}", "status": "OPEN" if event == "dispute" else "RESOLVED", "reason": "UNAUTHORISED",
            "dispute_amount": capture["amount"], "disputed_transactions": [{"seller_transaction_id": capture["id"]}],
            "dispute_outcome": {"outcome_code": codes[event]} if event in codes else None,
        }  # fmt: skip
        value, currency = Decimal(capture["amount"]["value"]), capture["amount"]["currency_code"]
        if event != "lost":
            self.book("T1110" if event == "dispute" else "T1111", -value if event == "dispute" else value, currency, self.new("TXN"))
        self.event("CUSTOMER.DISPUTE.CREATED" if event == "dispute" else "CUSTOMER.DISPUTE.RESOLVED", dispute)
        return dispute


if __name__ == "__main__":
    FakePayPal().run()
