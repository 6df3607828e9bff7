"""What billing sells, as payments asks for it."""

from uuid import UUID

from skillhall.billing.commands import fulfill, take_back
from skillhall.billing.commands.quoting import quote
from skillhall.billing.commands.renew import not_renewed
from skillhall.billing.store import coupons, purchases
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import Kept, Options, Part, Quote, Returned, Source, Surplus


class Sales:
    """Fills payments' `Payable` for packages of credits, subscriptions and boosts."""

    purposes = frozenset({"credits", "subscription", "boost"})

    async def quote(self, tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
        """Return what it costs, kept as an open purchase."""
        return await quote(tx, by, asked, options)

    async def lock(self, tx: Tx, subject: Subject) -> None:
        """Lock subscription, purchase and coupon."""
        await fulfill.lock(tx, subject)

    async def paid(self, tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
        """Hand over what was bought."""
        return await fulfill.paid(tx, subject, source)

    async def unpaid(self, tx: Tx, subject: Subject, payment_id: UUID, why: str) -> None:  # noqa: ARG002 - a purchase has one payment at a time
        """Give the coupon back once the payment is given up; a renewal is tried again."""
        one = await purchases.purchase(tx, subject.id)
        if one.kind == "renewal":
            await not_renewed(tx, one)
        elif why != "failed" and await purchases.set_dead(tx, one.id, why):
            await coupons.give_back(tx, one.id)

    async def refundable(self, tx: Tx, by: Actor, subject: Subject, captured: int, returned: int) -> int:
        """Return the most that may go back."""
        return await take_back.refundable(tx, by, subject, captured, returned)

    async def returned(self, tx: Tx, subject: Subject, part: Part) -> Returned:
        """Take back what was bought."""
        return await take_back.returned(tx, subject, part)
