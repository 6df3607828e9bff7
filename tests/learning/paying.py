"""Lessons priced in money, and a bank of our own that is told when to charge, for the tests of learning."""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Refusal
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.create_offer import CreateOffer, create_offer
from skillhall.learning.model.states import Kind
from skillhall.learning.queries.views import OfferView, SessionView
from skillhall.payments.api import Providers
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.open_intent import OpenIntent, open_intent
from skillhall.payments.flows.attempt import carry_out
from skillhall.payments.ports import ChargebackFacts, ChargebackState
from tests.learning.builders import People
from tests.payments.party import Party
from tests.support.hall import TestHall

PRICE = 2500
FUNDED = "SELECT count(*) FROM ledger.transfer WHERE kind = 'fund'"
REFUNDS = "SELECT why, amount, state FROM payments.refund ORDER BY created_at, id"
MONEY = """
SELECT coalesce(sum(e.amount), 0)::int FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
WHERE a.owner = $1 AND a.kind = $2 AND a.asset = 'EUR'
"""
HOUSE = UUID(int=0)


class Running:
    """Runs what a flow around the bank runs."""

    def __init__(self, hall: TestHall) -> None:
        self.hall, self.house = hall, hall.runner.house

    async def run(self, work: Any) -> Any:
        return await self.hall.work(work)


class Payers(People):
    """One hall's people, and how they pay."""

    def __init__(self, hall: TestHall) -> None:
        super().__init__(hall)
        self.bank = Party()
        cast("dict[Any, Any]", hall.runner.house.ports)[Providers] = (Providers(self.bank),)

    async def priced(self, host: Actor, price: int = PRICE, **rest: Any) -> OfferView:
        """Return an offer priced in money."""
        body = CreateOffer(
            skill_id=await self.skill(), title="Guitar for beginners", duration_minutes=60, price=Money(price, "EUR"), **rest
        )  # fmt: skip
        return await self.hall.run(create_offer, host, body)

    async def asked(self, host: Actor, learner: Actor, days: int = 7, hour: int = 12, **rest: Any) -> SessionView:
        """Return a lesson that its learner has yet to pay."""
        offer = await self.priced(host, **rest)
        return await self.hall.run(book, learner, Book(offer_id=offer.id, starts_at=await self.start_in(days, hour)))

    async def group_for_money(self, host: Actor, seats: int = 2, price: int = PRICE, days: int = 7) -> SessionView:
        """Return a group whose seats cost money."""
        offer = await self.priced(host, price)
        body = Book(kind=Kind.GROUP, offer_id=offer.id, starts_at=await self.start_in(days), seats=seats)
        return await self.hall.run(book, host, body)

    async def intent(self, who: Actor, session_id: UUID) -> UUID:
        """Open a payment of somebody's seat, at the bank too."""
        opened = await self.hall.run(open_intent, who, OpenIntent(session_id=session_id))
        await carry_out(Running(self.hall), opened.attempt_id)
        return opened.id

    async def charged(self, payment_id: UUID) -> None:
        """Let the bank say that it has taken the money."""
        ref = next(facts.ref for facts in self.bank.charges.values() if facts.payment_id == payment_id)
        await self.hall.work(apply_payment, "sandbox", self.bank.pay(ref))

    async def pay(self, who: Actor, session_id: UUID) -> UUID:
        """Pay for somebody's seat."""
        payment = await self.intent(who, session_id)
        await self.charged(payment)
        return payment

    async def charge_back(self, payment_id: UUID, amount: int = PRICE, state: ChargebackState = "open") -> None:
        """Let the payer's bank take the money back."""
        facts = ChargebackFacts(ref=f"cb_{payment_id.hex}", state=state, amount=amount, asset="EUR", payment_id=payment_id, reason="fraud")
        await self.hall.work(apply_chargeback, "sandbox", facts)

    async def money(self, who: Actor | None, kind: str) -> int:
        """Return what is in a money account of somebody, or of the house."""
        return await self.hall.pool.fetchval(MONEY, who.account_id if who else HOUSE, kind)

    async def refunds(self) -> list[tuple[str, int, str]]:
        """Return what goes back, once everything that is due was done."""
        await self.hall.drain()
        return [tuple(row) for row in await self.hall.pool.fetch(REFUNDS)]

    async def funded(self) -> int:
        """Return how often money was set aside for seats, or to go back."""
        return await self.hall.pool.fetchval(FUNDED)


def outcome_of(work: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[str]]:
    """Return a call that answers "ok", or the code of its refusal."""

    async def call() -> str:
        try:
            await work()
        except Refusal as refused:
            return refused.code
        return "ok"

    return call
