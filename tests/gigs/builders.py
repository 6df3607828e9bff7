"""Owners, workers, projects and bids for the tests of gigs, made with the real commands."""

from typing import Any
from uuid import UUID

import msgspec

from skillhall.gigs.commands.create_project import create_project
from skillhall.gigs.commands.invite import SendInvite, send_invite
from skillhall.gigs.commands.place_bid import PlaceBid, place_bid
from skillhall.gigs.model.posting import CreateProject
from skillhall.gigs.queries.bids import BidView
from skillhall.gigs.queries.invites import InviteView
from skillhall.gigs.queries.projects import ProjectView
from skillhall.kernel.actor import Actor
from tests.learning.builders import People

CELLO: dict[str, Any] = {
    "title": "A cello part for a short film",
    "description": "Three minutes, quiet.",
    "budget": {"min": 120, "max": 180},
    "skills": ["cello"],
    "tags": ["Film", "recording"],
}


def posting(**changes: Any) -> CreateProject:
    """Return what somebody would post."""
    return msgspec.convert({**CELLO, **changes}, CreateProject)


class Studio(People):
    """One hall's people who hire and are hired."""

    async def project(self, owner: Actor, **changes: Any) -> ProjectView:
        """Return a project just posted."""
        return await self.hall.run(create_project, owner, posting(**changes))

    async def project_state(self, project_id: UUID) -> str:
        """Return where a project stands."""
        return await self.hall.pool.fetchval("SELECT state FROM gigs.project WHERE id = $1", project_id)

    async def bidding(self, who: Actor, project: ProjectView, amount: int | None = 150, **more: Any) -> BidView:
        """Have somebody bid on a project; without an amount they apply."""
        body = {"proposal": "I have recorded for film before.", **({} if amount is None else {"amount": amount}), **more}
        return await self.hall.run(place_bid, who, project.id, msgspec.convert(body, PlaceBid))

    async def invited(self, project: ProjectView, owner: Actor, who: Actor, **more: Any) -> InviteView:
        """Have an owner invite somebody."""
        return await self.hall.run(send_invite, owner, project.id, msgspec.convert({"userId": str(who.account_id), **more}, SendInvite))

    async def told(self, kind: str) -> list[dict[str, Any]]:
        """Return what was published under this name, in order."""
        rows = await self.hall.pool.fetch("SELECT data FROM kernel.event WHERE type = $1 ORDER BY position", f"gigs.{kind}")
        return [row["data"] for row in rows]
