"""What the two sides do about a proposal, a ruling, and the dispute itself."""

from uuid import UUID

from skillhall.disputes.commands.record import change
from skillhall.disputes.model import verbs
from skillhall.disputes.model.bodies import Grounds
from skillhall.disputes.queries.cases import DisputeView
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def accept(tx: Tx, by: Actor, dispute_id: UUID) -> DisputeView:
    """Accept the proposal or the ruling; when both sides have, the money moves."""
    return await change(tx, by, dispute_id, lambda dispute: verbs.accepted(dispute, by, tx.now))


async def decline(tx: Tx, by: Actor, dispute_id: UUID) -> DisputeView:
    """Decline the proposal."""
    return await change(tx, by, dispute_id, lambda dispute: verbs.declined(dispute, by, tx.now))


async def appeal(tx: Tx, by: Actor, dispute_id: UUID, command: Grounds) -> DisputeView:
    """Have another person decide."""
    return await change(tx, by, dispute_id, lambda dispute: verbs.appealed(dispute, by, command.reason, tx.now))


async def withdraw(tx: Tx, by: Actor, dispute_id: UUID) -> DisputeView:
    """Let it be: the payment goes on as before."""
    return await change(tx, by, dispute_id, lambda dispute: verbs.withdrawn(dispute, by, tx.now))
