"""Reverse: undo a grant, an adjustment or a gift by its mirror image. Nothing is ever edited."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.model.refusals import NotReversible
from skillhall.ledger.model.transfer import REVERSIBLE, Posted, Transfer, reversal
from skillhall.ledger.store import legs, post


async def reverse(tx: Tx, by: Actor, transfer_id: UUID) -> Posted:  # noqa: ARG001 - the audit names the actor
    """Reverse a transfer; sent twice it is a replay. Refused when what it gave has been spent."""
    kind, moved = await legs(tx, transfer_id)
    if kind not in REVERSIBLE:
        raise NotReversible(kind=kind)
    subject = Subject("transfer", transfer_id)
    transfer = Transfer(id=derived("reversal", transfer_id), kind="reversal", subject=subject, lines=reversal(moved), reverses=transfer_id)
    tx.audit("ledger.reverse", subject, before={"kind": kind})
    return await post(tx, transfer)
