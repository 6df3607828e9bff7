"""The sandbox provider: our own bank, deterministic, for development, demonstrations and tests.

It is asked as any party is, outside our transactions; what its tokens do, `model/sandbox.py` says.
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Tx
from skillhall.payments.model.sandbox import CARDS, NAME, Charge, NotAtTheBank, card, charge_facts, customer_of, payout_facts, refund_facts
from skillhall.payments.outside.bank import Bank
from skillhall.payments.outside.reading import header
from skillhall.payments.ports import (
    ChargebackFacts,
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
from skillhall.payments.store import sandbox as books

T = TypeVar("T")
HEADER: Final = "x-skillhall-sandbox-signature"
SIGNATURE: Final = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
TOLERANCE_SECONDS: Final = 300
BANK: Final = Actor.of("payments", "the sandbox bank")
KINDS: Final[Mapping[str, type[Facts]]] = MappingProxyType(
    {"payment": PaymentFacts, "refund": RefundFacts, "chargeback": ChargebackFacts, "payout": PayoutFacts}
)
SET_UP: Final = "sbx_seti_"
LOSES_ANSWER: Final = frozenset({"tok_timeout", "tok_late"})


class Told(Struct, frozen=True):
    """One event as the bank writes it."""

    id: str
    kind: str
    at: datetime
    facts: dict[str, Any]


class Thing(Struct, frozen=True, kw_only=True):
    """A thing at the bank by its own name, or by ours for it."""

    ref: str | None = None
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    payout_id: UUID | None = None


class Sandbox:
    """Fills `Provider`."""

    name = NAME
    publishable_key = "pk_sandbox"
    safe_seconds = 24 * 3600
    takes_tokens = finds_unnamed = True
    pays_out = frozenset({"bank_transfer", "paypal"})

    def __init__(self, config: Config, runner: Runner) -> None:
        """Keep what the bank needs to keep its books."""
        self._secret = tokens.derive(config.secret, "the sandbox bank's webhooks").encode()
        self._runner = runner

    def step(self, asset: str) -> int:
        """Return 1: this bank charges every amount."""
        del asset
        return 1

    async def create(self, order: Order) -> PaymentFacts:
        """Open a charge; off-session with a method it is charged at once."""
        if order.method is None or not order.is_off_session:
            return await self._asked(lambda bank: bank.open(order))
        return await self._charged(order, lambda bank: bank.open(order))

    async def confirm(self, order: Order) -> PaymentFacts:
        """Charge a method; without one, say what the payer has done on the pay page."""
        if order.method is None:
            return await self.retrieve(order.payment_id, order.ref) or PaymentFacts(ref=order.ref or "", state="unknown")
        return await self._charged(order, lambda bank: bank.charge(order.ref or ""))

    async def capture(self, order: Order) -> PaymentFacts:
        """Take the money of a charge that was only authorized."""

        async def capture(bank: Bank) -> Charge:
            charge = await bank.charge(order.ref or "")
            return await bank.take(charge) if charge.state == "processing" else charge

        return await self._asked(capture)

    async def cancel(self, order: Order) -> PaymentFacts:
        """Give a charge up unless the money is taken."""

        async def give_up(bank: Bank) -> Charge:
            return await bank.give_up(await bank.charge(order.ref or ""))

        return await self._asked(give_up)

    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        """Return what became of a charge, or nothing."""
        read = await self._runner.read()
        name = ref or await books.find_ref(read, payment_id=payment_id)
        charge = None if name is None else await books.find_charge(read, name)
        return None if charge is None else self._facts(charge)

    async def refund(self, order: RefundOrder) -> RefundFacts:
        """Send money back."""

        async def send(bank: Bank) -> RefundFacts:
            charge = await bank.charge(order.ref)
            facts = refund_facts(await bank.refund(charge, order.amount, order.key), charge)
            if charge.behaves != "tok_refund_timeout":
                return facts
            return RefundFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, refund_id=order.key)

        return await self._run(send)

    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None:
        """Return what became of a refund, or nothing."""
        read = await self._runner.read()
        found = await books.find_refund(read, ref=ref, key=order.key)
        charge = None if found is None else await books.find_charge(read, found.charge_ref)
        return None if found is None or charge is None else refund_facts(found, charge)

    async def payout(self, order: PayoutOrder) -> PayoutFacts:
        """Send money to a destination."""
        lost = PayoutFacts(ref="", state="unknown", amount=order.amount, asset=order.asset, payout_id=order.key)
        if order.destination == "ba_lost":
            return lost
        facts = payout_facts(await self._run(lambda bank: bank.pay_out(order)))
        return lost if order.destination == "ba_timeout" else facts

    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None:
        """Return what became of a payout, or nothing."""
        found = await books.find_payout(await self._runner.read(), ref=ref, key=payout_id)
        return None if found is None else payout_facts(found)

    async def setup(self, order: SetupOrder) -> SetupFacts:
        """Set a card up that works, at once and without a page."""
        ref = f"{SET_UP}{order.account_id.hex}_{order.key.hex}"
        customer = order.customer or customer_of(order.account_id)
        return SetupFacts(token=ref, customer=customer, client_secret=f"{ref}_secret")

    async def attach(self, account_id: UUID, customer: str | None, token: str) -> MethodFacts:
        """Keep one of the documented tokens as a method of this member, or the card that this member has set up."""
        is_set_up = token.startswith(f"{SET_UP}{account_id.hex}_")
        behaves = "tok_ok" if is_set_up else token
        if behaves not in CARDS:
            raise MethodNotAccepted(provider=self.name)
        owner = customer or customer_of(account_id)
        kept = f"sbx_pm_{(ids.derived(token, account_id) if is_set_up else ids.new()).hex}"
        await self._run(lambda bank: books.insert_method(bank.tx, kept, owner, behaves))
        return card(kept, behaves, owner)

    async def detach(self, token: str) -> None:
        """Let a method be charged no more."""
        await self._run(lambda bank: books.detach_method(bank.tx, token))

    async def statement(self, day: date) -> Sequence[Movement]:
        """Return every movement of this UTC day, by the bank's own clock."""
        since = datetime.combine(day, time(), UTC)
        return await books.movements(await self._runner.read(), since, since + timedelta(days=1))

    def signed(self, body: bytes, wall: datetime) -> dict[str, str]:
        """Return the headers the bank sends with an event: `t=<seconds>,v1=<HMAC-SHA-256 of "t.body">`."""
        stamp = str(int(wall.timestamp()))
        return {HEADER: f"t={stamp},v1={self._mac(stamp, body)}"}

    async def news(self, headers: Mapping[str, str], body: bytes, wall: datetime) -> Sequence[News]:
        """Check the bank's signature, at most five minutes old, and return what it says."""
        claimed = SIGNATURE.fullmatch(header(headers, HEADER))
        if claimed is None or not hmac.compare_digest(self._mac(claimed[1], body), claimed[2]):
            raise SignatureInvalid
        if abs(wall.timestamp() - int(claimed[1])) > TOLERANCE_SECONDS:
            raise SignatureInvalid
        told = msgspec.json.decode(body, type=Told)
        facts = msgspec.convert(told.facts, KINDS[told.kind.partition(".")[0]])
        return [News(id=told.id, kind=told.kind, at=told.at, facts=facts)]

    async def act(self, work: Callable[[Bank], Awaitable[T]], *, times: int = 1) -> T:
        """Let something happen at the bank, as on the pay page or at its desk; each event of it arrives so many times."""

        async def acted(bank: Bank) -> T:
            outcome = await work(bank)
            bank.tell_more(times - 1)
            return outcome

        return await self._run(acted)

    async def name_of(self, thing: Thing) -> str:
        """Return the bank's name of a thing, or refuse."""
        read = await self._runner.read()
        found = thing.ref
        if thing.payment_id is not None:
            found = await books.find_ref(read, payment_id=thing.payment_id)
        elif thing.refund_id is not None and (refund := await books.find_refund(read, key=thing.refund_id)) is not None:
            found = refund.ref
        elif thing.payout_id is not None and (payout := await books.find_payout(read, key=thing.payout_id)) is not None:
            found = payout.ref
        if found is None:
            raise NotAtTheBank
        return found

    async def told(self, event_id: str) -> bytes:
        """Return the body of an event, or refuse."""
        body = await books.find_event(await self._runner.read(), event_id)
        if body is None:
            raise NotAtTheBank
        return body

    async def find(self, ref: str) -> Charge | None:
        """Return a charge for the pay page, or nothing."""
        return await books.find_charge(await self._runner.read(), ref)

    async def _charged(self, order: Order, found: Callable[[Bank], Awaitable[Charge]]) -> PaymentFacts:
        """Charge `order.method` and return what the caller learns of it."""
        method = order.method or ""
        behaves = method if method in CARDS else await books.find_behavior(await self._runner.read(), method)
        if behaves == "tok_lost":
            return PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id)

        async def pay(bank: Bank) -> Charge:
            charge = await found(bank)
            if behaves is None:
                return await bank.decline(charge, "method_detached")
            return await bank.pay(charge, behaves, None if method in CARDS else method)

        facts = await self._asked(pay)
        return PaymentFacts(ref=order.ref or "", state="unknown", payment_id=order.payment_id) if behaves in LOSES_ANSWER else facts

    async def _asked(self, work: Callable[[Bank], Awaitable[Charge]]) -> PaymentFacts:
        return self._facts(await self._run(work))

    async def _run(self, work: Callable[[Bank], Awaitable[T]]) -> T:
        async def run(tx: Tx) -> T:
            return await work(Bank(tx))

        return await self._runner.run(run, actor=BANK)

    def _facts(self, charge: Charge) -> PaymentFacts:
        return charge_facts(charge, f"{self._runner.house.config.base_url}/dev/pay/{charge.ref}")

    def _mac(self, stamp: str, body: bytes) -> str:
        return hmac.new(self._secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
