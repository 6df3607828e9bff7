"""Staff says how money that belonged to nothing was sent back."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Body, Subject
from skillhall.ledger.api import Transfer, post, resolved
from skillhall.payments.ports import account_of
from skillhall.payments.queries.suspense import SuspenseView, suspense_view
from skillhall.payments.store import suspense


class Resolution(Body, frozen=True, kw_only=True):
    """How it was sent back in the provider's dashboard: its name for that, and why."""

    evidence: Annotated[str, Meta(min_length=3, max_length=1000)]


async def resolve_suspense(tx: Tx, by: Actor, suspense_id: UUID, command: Resolution) -> SuspenseView:
    """Take it out of suspense, once: the money has left through the provider it came by."""
    provider, amount, asset = await suspense.lock_unresolved(tx, suspense_id)
    subject = Subject("suspense", suspense_id)
    await suspense.leave(tx, suspense_id, 0, by.account_id, command.evidence)
    tx.audit("payments.resolve_suspense", subject, after={"amount": amount, "asset": asset}, reason=command.evidence)
    lines = resolved(amount, asset=asset, provider=account_of(provider))
    await post(tx, Transfer(id=derived("resolve", suspense_id), kind="resolve", subject=subject, lines=lines))
    return await suspense_view(tx, suspense_id)
