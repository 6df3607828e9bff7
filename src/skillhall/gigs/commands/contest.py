"""What a dispute does to a protected payment: freeze it, let it go on, divide it. Parties, evidence and cases are the dispute's affair.

What the case has to say comes as `more`, for it is said before the money is locked.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from skillhall.gigs.commands.engage import change, let_go
from skillhall.gigs.model import paying
from skillhall.gigs.model.contest import Contested
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_refusals import EscrowNotFound
from skillhall.gigs.queries.contests import contested
from skillhall.gigs.store.engagements import of_escrow
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import Say


async def freeze(
    tx: Tx,
    by: Actor,
    hold_id: UUID,
    case: Subject,
    problem: str = "",  # noqa: ARG001 - the shape all share
    more: Sequence[Say] = (),
) -> Contested:
    """Freeze for `case` what is held; possible for client and worker while it is held for work under way."""
    account_id = None if by.context else by.account_id
    return await _changed(tx, hold_id, lambda found: paying.disputed(found, account_id, hold_id, case, tx.now), more)


async def thaw(
    tx: Tx,
    by: Actor,  # noqa: ARG001 - the shape all share
    hold_id: UUID,
    case: Subject,
    more: Sequence[Say] = (),
) -> Contested:
    """Let what `case` froze go on as before; what is overdue is released by the next sweep, unless a suspension keeps it."""
    await let_go(tx, hold_id, lambda found: paying.thawed(found, hold_id, case, tx.now), more)
    return await _now(tx, hold_id)


async def rule(
    tx: Tx,
    by: Actor,  # noqa: ARG001 - the shape all share
    hold_id: UUID,
    case: Subject,
    payee_bp: int,
    more: Sequence[Say] = (),
) -> Contested:
    """Divide what `case` froze: so many basis points to the worker, less the fee, the rest back to the client, in one posting."""
    return await _changed(tx, hold_id, lambda found: paying.ruled(found, hold_id, case, payee_bp, tx.now), more)


async def _changed(tx: Tx, hold_id: UUID, verb: Callable[[Engagement], Engagement], more: Sequence[Say]) -> Contested:
    await change(tx, await of_escrow(tx, hold_id), verb, more)
    return await _now(tx, hold_id)


async def _now(tx: Tx, hold_id: UUID) -> Contested:
    found = await contested(tx, hold_id)
    if found is None:
        raise EscrowNotFound
    return found
