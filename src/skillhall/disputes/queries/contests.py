"""What the contexts below know of the payments they hold: which there are, and what was agreed and done."""

from uuid import UUID

from skillhall.disputes.model.case import CHARGEBACK, SEAT, Case, Kind
from skillhall.gigs import api as gigs
from skillhall.kernel.db.tx import Read
from skillhall.learning import api as learning
from skillhall.messaging.api import Say
from skillhall.payments.api import chargeback_facts, find_paid

Contested = learning.Contested | gigs.Contested


async def find(
    read: Read,
    by_account: UUID,
    *,
    session_id: UUID | None = None,
    booking_id: UUID | None = None,
    project_id: UUID | None = None,
    escrow_id: UUID | None = None,
) -> list[Contested]:
    """Return the payments of what is named of which this account is a party."""
    named = {"session_id": session_id, "booking_id": booking_id, "project_id": project_id, "escrow_id": escrow_id}
    return [*await learning.find_contested(read, by_account, **named), *await gigs.find_contested(read, by_account, **named)]


async def evidence(read: Read, kind: Kind, hold_id: UUID, subject_id: UUID) -> dict[str, object]:
    """Return what was agreed, done and said, and the books; of a chargeback what its payment was for, and what was said about that."""
    if kind == CHARGEBACK:
        paid = await find_paid(read, payment_id=subject_id)
        if paid is None or paid.hold_id is None:
            return await chargeback_facts(read, hold_id)
        owner = await learning.evidence(read, paid.hold_id) or await gigs.evidence(read, paid.hold_id)
        return {**await chargeback_facts(read, hold_id), "messages": owner.get("messages", [])}
    return await (learning if kind == SEAT else gigs).evidence(read, hold_id)


async def conversation(read: Read, case: Case) -> Say | None:
    """Return a message to both sides, where they talk about what is paid for, still without its words; None where they have no place."""
    if not case.is_chargeback:
        return await (learning if case.kind == SEAT else gigs).conversation(read, case.hold_id)
    paid = await find_paid(read, payment_id=case.subject_id)
    if paid is None or paid.hold_id is None:
        return None
    return await learning.conversation(read, paid.hold_id) or await gigs.conversation(read, paid.hold_id)
