"""Clients and workers from the bid to the payment, for the tests of engagements; made with the real commands."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.gigs.commands.accept_bid import AcceptBid, BookedView, BookWorker, accept_bid, book_worker
from skillhall.gigs.commands.agree import Sign, sign_agreement
from skillhall.gigs.commands.deliver import Deliver, deliver_milestone, start_milestone
from skillhall.gigs.commands.escrow import fund_milestone
from skillhall.gigs.commands.place_bid import PlaceBid, place_bid
from skillhall.gigs.queries.bids import BidView
from skillhall.gigs.queries.contests import contested
from skillhall.gigs.queries.engagement_views import AgreementView, MilestoneView
from skillhall.gigs.queries.engagements import agreement_view
from skillhall.gigs.queries.escrows import EscrowView, escrow_view
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, opening, post
from skillhall.payments.api import PaymentView, pay_at_sandbox
from tests.gigs.builders import Studio

STAFF = Actor(account_id=ids.new(), permissions=frozenset({"hold.freeze", "hold.release", "case.mediate"}))
DONE = Deliver(notes="All of it, as agreed.", url="https://example.org/draft")


class Deals(Studio):
    """People who agree on work, and shortcuts to what they do."""

    async def bid(self, worker: Actor, project_id: UUID, **body: Any) -> BidView:
        """Return a bid just placed."""
        return await self.hall.run(place_bid, worker, project_id, msgspec.convert({"proposal": "I would like to.", **body}, PlaceBid))

    async def pair(self, *, wallet: int = 1000) -> tuple[Actor, Actor]:
        """Return a client with so many credits, and a worker."""
        return await self.person(wallet=wallet, name="Clara Client"), await self.person(name="Wim Worker")

    async def accepted(self, client: Actor, worker: Actor, *plan: int | Decimal, amount: int = 0, **project: Any) -> AgreementView:
        """Return an agreement just made, with milestones of these amounts."""
        posted = await self.project(client, **project)
        bid = await self.bid(worker, posted.id, amount=amount or sum(plan) or 100)
        milestones = [{"title": f"Part {number}", "amount": amount} for number, amount in enumerate(plan, start=1)]
        return await self.hall.run(accept_bid, client, bid.id, msgspec.convert({"milestones": milestones}, AcceptBid, strict=False))

    async def active(self, client: Actor, worker: Actor, *plan: int | Decimal, **project: Any) -> AgreementView:
        """Return an agreement both have signed."""
        made = await self.accepted(client, worker, *plan, **project)
        return await self.signed(client, worker, made)

    async def signed(self, client: Actor, worker: Actor, made: AgreementView) -> AgreementView:
        """Have both sign."""
        await self.hall.run(sign_agreement, client, made.id, Sign(version=made.version))
        return await self.hall.run(sign_agreement, worker, made.id, Sign(version=made.version))

    async def hourly(self, client: Actor, worker: Actor, *, rate: int = 30, weekly: int = 600, **project: Any) -> AgreementView:
        """Return an agreement by the hour both have signed; its first week is open."""
        posted = await self.project(client, **{"budget": None, "pricing": "hourly", **project})
        bid = await self.bid(worker, posted.id, hourlyRate=rate)
        made = await self.hall.run(accept_bid, client, bid.id, AcceptBid(weekly_minutes=weekly))
        await self.signed(client, worker, made)
        await self.hall.drain()
        return await self.agreement(made.id)

    async def funded(self, client: Actor, milestone: MilestoneView) -> MilestoneView:
        """Set a milestone's money aside."""
        return await self.hall.run(fund_milestone, client, milestone.id)

    async def started(self, client: Actor, worker: Actor, milestone: MilestoneView) -> MilestoneView:
        """Return a milestone under way."""
        await self.funded(client, milestone)
        return await self.hall.run(start_milestone, worker, milestone.id)

    async def delivered(self, client: Actor, worker: Actor, milestone: MilestoneView) -> MilestoneView:
        """Return a milestone just handed over."""
        await self.started(client, worker, milestone)
        return await self.hall.run(deliver_milestone, worker, milestone.id, DONE)

    async def handed_over(self, client: Actor, worker: Actor, *plan: int) -> AgreementView:
        """Return an agreement all of whose milestones are delivered."""
        made = await self.active(client, worker, *plan)
        for milestone in made.milestones:
            await self.delivered(client, worker, milestone)
        return await self.agreement(made.id)

    async def hired(
        self, client: Actor, worker: Actor, amount: int = 100, project: dict[str, Any] | None = None, **times: Any
    ) -> BookedView:
        """Return a booking just made."""
        posted = await self.project(client, **(project or {}))
        await self.bid(worker, posted.id, amount=amount)
        body = msgspec.convert({"projectId": posted.id, "workerId": worker.account_id, "agreedAmount": amount}, BookWorker, strict=False)
        return await self.hall.run(book_worker, client, msgspec.structs.replace(body, **times))

    async def give(self, who: Actor, amount: int) -> None:
        """Have somebody buy so many credits more."""
        lines = opening(who.account_id, wallet=amount)
        await self.hall.work(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", who.account_id), lines=lines))

    async def by_card(self, escrow_id: UUID) -> PaymentView:
        """Have the client pay at the sandbox's bank."""
        asked = await contested(await self.hall.read(), escrow_id)
        assert asked
        purpose = "booking" if asked.kind == "booking" else "milestone"
        return await pay_at_sandbox(self.hall.runner, asked.payer_id, purpose, Subject(purpose, asked.subject_id))

    async def agreement(self, agreement_id: UUID) -> AgreementView:
        """Return an agreement as staff sees it."""
        return await agreement_view(await self.hall.read(), agreement_id, STAFF)

    async def escrow(self, escrow_id: UUID) -> EscrowView:
        """Return a payment as staff sees it."""
        return await escrow_view(await self.hall.read(), escrow_id, STAFF)

    async def bid_state(self, bid_id: UUID) -> str:
        """Return where a bid stands."""
        return await self.hall.pool.fetchval("SELECT state FROM gigs.bid WHERE id = $1", bid_id)

    async def states(self, agreement_id: UUID) -> tuple[str, str]:
        """Return where an agreement and its project stand."""
        row = await self.hall.pool.fetchrow(
            "SELECT a.state, p.state AS project FROM gigs.agreement a JOIN gigs.project p ON p.id = a.project_id WHERE a.id = $1",
            agreement_id,
        )
        return (row["state"], row["project"]) if row else ("none", "none")

    async def refused(self, *call: Any) -> str:
        """Run a command that must be refused; return the refusal's code."""
        with pytest.raises(Refusal) as caught:
            await self.hall.run(*call)
        return caught.value.code

    async def said(self, name: str) -> int:
        """Return how often this was published."""
        return await self.hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = $1", f"gigs.{name}")
