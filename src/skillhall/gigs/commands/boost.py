"""Boosts: sold and taken back by billing, shown here. A boosted project stands before others."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.billing.api import BoostPaid, BoostRestored, BoostRevoked
from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.queries.projects import seen
from skillhall.gigs.store import boosts
from skillhall.gigs.store.boosts import Boost
from skillhall.gigs.store.projects import project
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Subject, View
from skillhall.payments.api import Options, open_payment


class BoostProject(Body, frozen=True, kw_only=True):
    """How to show a project before others."""

    kind: Annotated[str, Meta(min_length=1, max_length=32)] = "standard"
    coupon_code: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class OpenedView(View, frozen=True, kw_only=True):
    """The payment that is open."""

    id: UUID


class BoostableProjects:
    """Fills billing's `Boostable`."""

    async def title(self, tx: Tx, account_id: UUID, project_id: UUID) -> str:
        """Return the title of an own project that takes bids, or refuse."""
        found = await project(tx, project_id)
        if found.account_id != account_id:
            await seen(tx, project_id, Actor(account_id=account_id))
        found.check_owner(account_id)
        found.check_state("boosted", ProjectState.OPEN)
        return found.title


async def open_boost(tx: Tx, by: Actor, project_id: UUID, command: BoostProject) -> OpenedView:
    """Open the payment of a boost, or find the caller's open one."""
    asked = Subject(f"boost:{command.kind}", project_id)
    return OpenedView(id=(await open_payment(tx, by, "boost", asked, Options(coupon_code=command.coupon_code))).id)


async def begin_boost(tx: Tx, paid: BoostPaid) -> None:
    """Let it run from now on."""
    days = timedelta(days=paid.days)
    await boosts.begin(tx, Boost(id=paid.purchase_id, project_id=paid.project_id, account_id=paid.account_id, kind=paid.kind, runs=days))


async def revoke_boost(tx: Tx, taken: BoostRevoked) -> None:
    """End it now."""
    await boosts.revoke(tx, taken.purchase_id, taken.project_id)


async def restore_boost(tx: Tx, back: BoostRestored) -> None:
    """Let what was left of it run."""
    await boosts.restore(tx, back.purchase_id, back.project_id)


async def end_boost(boost_id: UUID, tx: Tx) -> None:
    """Let what has run its time end."""
    await boosts.end_due(tx, boost_id)
