"""People who buy of the community, with cards of the sandbox bank, and what staff has put on sale."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from skillhall.billing.commands.buy import buy_this
from skillhall.billing.commands.load_catalogue import load_catalogue
from skillhall.billing.commands.sell import create_coupon, create_plan
from skillhall.billing.model.bodies import BuyThis, NewCoupon, NewPlan
from skillhall.billing.model.price import package_id
from skillhall.billing.queries.membership import SubscriptionView, UsagePeriodView, subscription_view, usage_view
from skillhall.billing.queries.purchases import PurchaseView, purchase_view
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, balance, hold, post, settle
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.refund import RefundPayment, refund_payment
from skillhall.payments.ports import ChargebackFacts, PaymentFacts, Providers
from skillhall.payments.store.methods import keep_method, make_default, method
from tests.learning.builders import People

EUR = "EUR"
STAFF = Actor(account_id=ids.new(), permissions=frozenset({"settings.write", "hold.release", "account.read", "payout.decide"}))
LEARNING = package_id("learning")
SENT = "UPDATE payments.attempt SET state = 'sent', sent_at = now() WHERE payment_id = $1 AND state = 'prepared'"
PAYMENT = "SELECT p.id, p.state, p.amount, p.provider FROM payments.payment p WHERE p.subject_id = $1 ORDER BY p.created_at DESC, p.id DESC"


class Counter(People):
    """Where things are bought."""

    async def opened(self) -> "Counter":
        """Put the shipped plans and packages on sale."""
        await self.hall.work(load_catalogue)
        return self

    async def card(self, who: Actor, kind: str = "tok_ok") -> UUID:
        """Let somebody keep a card, and pay with it where nothing else is said."""
        bank = self.hall.runner.house.ports[Providers][0].by_name["sandbox"]
        facts = await bank.attach(who.account_id, None, kind)
        kept = await self.hall.work(keep_method, who.account_id, "sandbox", facts)
        await self.hall.work(lambda tx: _default(tx, kept.id, who))
        return kept.id

    async def buyer(self, kind: str | None = "tok_ok") -> Actor:
        """Return a member with a card."""
        who = await self.person()
        if kind:
            await self.card(who, kind)
        return who

    async def coupon(self, code: str, bp: int | None = 1000, **rest: Any) -> UUID:
        """Give out a coupon for everything but credits."""
        body = {"purposes": ["subscription", "boost"], **rest}
        view = await self.hall.run(create_coupon, STAFF, NewCoupon(code=code, percent_basis_points=bp, **body))
        return view.id

    async def plan(self, code: str, price: int, **rest: Any) -> UUID:
        """Put a plan on sale."""
        body = NewPlan(code=code, name=code.title(), prices=[Money(price, EUR)], **rest)
        return (await self.hall.run(create_plan, STAFF, body)).id

    async def open(self, who: Actor, **body: Any) -> PurchaseView:
        """Begin to buy; with a stored method the bank is asked at once."""
        opened = await self.hall.run(buy_this, who, BuyThis(**body))
        assert opened.purchase_id
        await self.hall.drain()
        return await self.purchase(opened.purchase_id, who)

    async def bought(self, who: Actor, **body: Any) -> PurchaseView:
        """Buy with the default card."""
        card = await self.hall.pool.fetchval("SELECT id FROM payments.method WHERE account_id = $1 AND is_default", who.account_id)
        return await self.open(who, payment_method_id=card, **body)

    async def purchase(self, purchase_id: UUID, who: Actor = STAFF) -> PurchaseView:
        return await purchase_view(await self.hall.read(), purchase_id, who)

    async def payment(self, purchase_id: UUID) -> Any:
        """Return the latest payment of a purchase."""
        return await self.hall.pool.fetchrow(PAYMENT, purchase_id)

    async def tell(self, payment_id: UUID, state: Any = "succeeded") -> None:
        """Let the bank say what became of a payment."""
        await self.hall.pool.execute(SENT, payment_id)
        row = await self.hall.pool.fetchrow("SELECT amount, asset, ref FROM payments.payment WHERE id = $1", payment_id)
        assert row
        has_come, ref = state == "succeeded", row["ref"] or f"ch_{payment_id.hex}"
        captured, fee = (row["amount"], 100) if has_come else (0, None)
        facts = PaymentFacts(ref=ref, state=state, payment_id=payment_id, captured=captured, asset=row["asset"], fee=fee)
        await self.hall.work(apply_payment, "sandbox", facts)

    async def chargeback(self, payment_id: UUID, state: Any = "open", amount: int | None = None) -> None:
        """Let the payer's bank say something."""
        row = await self.hall.pool.fetchrow("SELECT amount, asset, ref FROM payments.payment WHERE id = $1", payment_id)
        assert row
        facts = ChargebackFacts(
            ref=f"cb_{payment_id.hex}", state=state, amount=amount or row["amount"], asset=row["asset"], payment_id=payment_id,
            payment_ref=row["ref"], fee=1500,
        )  # fmt: skip
        await self.hall.work(apply_chargeback, "sandbox", facts)

    async def refund(self, who: Actor, payment_id: UUID, amount: int | None = None) -> Any:
        """Ask for money back, and let it go."""
        body = RefundPayment(amount=None if amount is None else Money(amount, EUR), reason="too many")
        view = await self.hall.run(lambda tx, by: refund_payment(tx, by, payment_id, body, has_key=True), who)
        await self.hall.drain()
        return view

    async def spend(self, who: Actor, amount: int) -> None:
        """Let somebody spend credits with a host."""
        hold_id, subject = ids.new(), Subject("test", ids.new())
        held = hold(hold_id, who.account_id, amount, "test", subject.id)
        await self.hall.work(post, Transfer(id=ids.new(), kind="hold", subject=subject, lines=held))
        await self.hall.work(post, Transfer(id=ids.new(), kind="settle", subject=subject, lines=settle(hold_id, ids.new(), amount)))

    async def credits(self, who: Actor) -> tuple[int, int]:
        """Return bought credits that are left, and what is owed."""
        found = await balance(await self.hall.read(), who.account_id, "CREDIT")
        return found.bought, found.debt

    async def sub(self, who: Actor) -> SubscriptionView:
        return await subscription_view(await self.hall.read(), who.account_id)

    async def usage(self, who: Actor) -> UsagePeriodView:
        return await usage_view(await self.hall.read(), who.account_id)

    async def reach(self, instant: str | None, *, past: timedelta = timedelta(seconds=1)) -> None:
        """Move time until just after an instant."""
        assert instant
        await self.hall.advance(datetime.fromisoformat(instant) + past - await self.now())

    async def said(self, kind: str) -> int:
        """Return how often an event of this kind was published."""
        return await self.hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = $1", kind)


async def _default(tx: Any, method_id: UUID, who: Actor) -> None:
    await make_default(tx, await method(tx, method_id, who.account_id))
