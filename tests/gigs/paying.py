"""What tests of work paid for in money do besides: open payments, and have things happen at the sandbox's bank."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from skillhall.gigs.queries.engagement_views import AgreementView, MilestoneView
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import PaymentView, pay_at_sandbox, payment_view
from skillhall.payments.outside import desk
from skillhall.payments.outside.sandbox import Thing
from tests.gigs.engaging import STAFF, Deals

ENTRIES = """
SELECT coalesce(sum(e.amount), 0)::int FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
WHERE a.kind = $1 AND a.asset = 'EUR'
"""


class Paying(Deals):
    """Client and worker whose work costs euros."""

    async def in_euros(self, client: Actor, worker: Actor, *plan: int, **project: Any) -> AgreementView:
        """Return an agreement both have signed, of milestones that cost so many euros."""
        return await self.active(client, worker, *(Decimal(amount) for amount in plan), budget=None, currency="EUR", **project)

    async def asked(self, client: Actor, work_id: UUID, purpose: Any = "milestone") -> PaymentView:
        """Return the client's payment of a piece of work, of which the bank wants to know more."""
        return await pay_at_sandbox(self.hall.runner, client.account_id, purpose, Subject(purpose, work_id), "tok_action")

    async def paid(self, client: Actor, milestone: MilestoneView) -> PaymentView:
        """Have the client pay a milestone, and the bank tell of it."""
        payment = await pay_at_sandbox(self.hall.runner, client.account_id, "milestone", Subject("milestone", milestone.id))
        await self.hall.drain()
        return payment

    async def payment(self, payment_id: UUID) -> PaymentView:
        """Return a payment as it is now."""
        return await payment_view(await self.hall.read(), payment_id, Actor.of("test", "a test"))

    async def at_bank(self, payment_id: UUID, event: str, amount: int | None = None, *, is_heard: bool = True) -> None:
        """Let something happen at the bank, and hear of it at once or later."""
        bank = desk.sandbox(await self.hall.read())
        ref = await bank.name_of(Thing(payment_id=payment_id))
        await bank.act(lambda acting: desk.happen(acting, ref, event, amount, None))
        if is_heard:
            await self.hall.drain()

    async def entered(self, kind: str) -> int:
        """Return what all euros of one kind of account come to."""
        return await self.hall.pool.fetchval(ENTRIES, kind)

    async def status(self, escrow_id: UUID) -> tuple[str, int, int]:
        """Return where money is, what is left of it in its hold, and what the worker was paid."""
        view = await self.escrow(escrow_id)
        return view.status, view.remaining.amount, view.paid_to_worker.amount


__all__ = ["STAFF", "Paying"]
