"""What happens to the money of an engagement, whatever it pays for: set aside, released, given back, frozen, divided."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from skillhall.gigs.model.agreeing import answered_all
from skillhall.gigs.model.agreement import CLOSED, RUNNING
from skillhall.gigs.model.engagement import Engagement, followed
from skillhall.gigs.model.engagement_refusals import EscrowMoved, EscrowNotFound, NotDisputable, OwnEscrow, StillHeld
from skillhall.gigs.model.escrow import PAID, Escrow, EscrowState
from skillhall.gigs.model.refusals import WorkerOnly
from skillhall.kernel.shapes import Subject

Ruling = Callable[[Engagement, Subject], Engagement]


def funded(engagement: Engagement, escrow_id: UUID, source: str, now: datetime) -> Engagement:
    """The money is set aside, from the wallet or by a provider; milestones only once both have signed."""
    escrow = engagement.escrow(escrow_id)
    if escrow.kind != "booking":
        engagement.agreement.check_state("funded", *RUNNING)
    after = engagement.with_escrow(escrow.funded(source, now))
    if escrow.kind == "week":
        week = after.week(escrow.subject_id)
        after = after.with_week(replace(week, lapse_at=week.ends_at + timedelta(days=after.agreement.rules.submit_days)))
    return followed(after, now)


def unwanted(engagement: Engagement, escrow_id: UUID, amount: int) -> str | None:
    """Return why money that has come in cannot be set aside for this payment any more; None when it can."""
    escrow = next((escrow for escrow in engagement.escrows if escrow.id == escrow_id), None)
    if escrow is None or escrow.state is EscrowState.CANCELLED:
        return "given up"
    if escrow.state is not EscrowState.PENDING_FUNDING:
        return "paid already"
    if escrow.amount != amount:
        return "another price"
    return None if engagement.is_payable(escrow) else "not signed"


def check_payable(engagement: Engagement, escrow: Escrow) -> None:
    """Refuse to take money that could not be set aside."""
    if escrow.kind != "booking":
        engagement.agreement.check_state("paid for", *RUNNING)
    escrow.check_state("paid for", EscrowState.PENDING_FUNDING)


def check_returnable(engagement: Engagement, by: UUID, escrow_id: UUID, *, is_staff: bool) -> None:
    """Refuse everybody but the worker, and staff that is no party, to give back what the worker was paid."""
    agreement, escrow = engagement.agreement, engagement.escrow(escrow_id)
    if by not in agreement.parties and not is_staff:
        raise EscrowNotFound
    if by == agreement.client_id:
        raise WorkerOnly
    if escrow.is_funded:
        raise StillHeld
    escrow.check_state("refunded", *PAID)


def clawed(engagement: Engagement, escrow_id: UUID, amount: int, now: datetime) -> Engagement:
    """The client's bank has taken so much of what is held back: with nothing left it is over, as if it were given back."""
    escrow = engagement.escrow(escrow_id).taken(amount, now)
    after = engagement.with_escrow(escrow)
    if escrow.is_live:
        return after
    if escrow.kind == "week":
        after = after.with_week(replace(engagement.week(escrow.subject_id), lapse_at=None))
    return followed(answered_all(after, None, now), now)


def released(engagement: Engagement, by: UUID | None, escrow_id: UUID, now: datetime) -> Engagement:
    """The client, staff (None) or time releases the whole; of a week what its hours come to. What was released already stays.

    A booking that the worker has not taken is paid for, but not paid out.
    """
    escrow = engagement.escrow(escrow_id)
    if by is not None:
        engagement.agreement.check_client(by)
    if escrow.state is EscrowState.RELEASED:
        return engagement
    engagement.agreement.check_state("paid for", *RUNNING, *CLOSED)
    escrow.check_state("released", EscrowState.HELD)
    return _decided(engagement, escrow, None, by, now)


def due(engagement: Engagement, escrow_id: UUID, now: datetime) -> Engagement:
    """Nobody has answered in time: it is released. What is not due, or decided already, stays."""
    escrow = engagement.escrow(escrow_id)
    is_held = escrow.state is EscrowState.HELD
    return released(engagement, None, escrow_id, now) if is_held and escrow.is_due(now) else engagement


def given_back(engagement: Engagement, escrow_id: UUID, case: Subject, now: datetime) -> Engagement:
    """Staff gives the whole back, unless a dispute decides about it."""
    escrow = engagement.escrow(escrow_id)
    if escrow.state is EscrowState.REFUNDED:
        return engagement
    if _has_dispute(escrow, case):
        raise EscrowMoved(status=escrow.state, verb="given back")
    escrow.check_state("given back", EscrowState.HELD, EscrowState.FROZEN)
    return _decided(engagement, escrow, 0, None, now)


def disputed(engagement: Engagement, by: UUID | None, escrow_id: UUID, case: Subject, now: datetime) -> Engagement:
    """A party (None: a context of our own) contests one payment: it is kept for the case, also when staff had frozen it before."""
    escrow = engagement.escrow(escrow_id)
    if by is not None and by not in engagement.agreement.parties:
        raise EscrowNotFound
    if not engagement.agreement.is_running or not escrow.is_funded or escrow.is_due(now) or _has_dispute(escrow, case):
        raise NotDisputable(status=escrow.state)
    return frozen(engagement, escrow_id, case, now)


def frozen(engagement: Engagement, escrow_id: UUID, case: Subject, now: datetime) -> Engagement:
    """A case keeps one payment from moving; the first case stays, but a dispute takes over."""
    escrow = engagement.escrow(escrow_id)
    if escrow.frozen_by is not None and case.kind != "dispute":
        return engagement
    return followed(engagement.with_escrow(escrow.frozen(case)), now)


def suspended(engagement: Engagement, escrow_id: UUID, case: Subject, now: datetime) -> Engagement:
    """A party is suspended: what is held waits. What is not held stays as it is."""
    is_held = engagement.escrow(escrow_id).state is EscrowState.HELD
    return frozen(engagement, escrow_id, case, now) if is_held else engagement


def thawed(engagement: Engagement, escrow_id: UUID, case: Subject, now: datetime) -> Engagement:
    """The case lets the payment go on as before; its time of release went on meanwhile."""
    return followed(engagement.with_escrow(engagement.escrow(escrow_id).thawed(case)), now)


def unfrozen(engagement: Engagement, escrow_id: UUID, case: Subject, now: datetime) -> Engagement:
    """Staff lets go what it froze; what a dispute or a suspension keeps is not staff's to let go."""
    escrow = engagement.escrow(escrow_id)
    if escrow.frozen_by not in {None, str(case)}:
        raise EscrowMoved(status=escrow.state, verb="unfrozen")
    return thawed(engagement, escrow_id, case, now)


def ruled(engagement: Engagement, escrow_id: UUID, case: Subject, payee_bp: int, now: datetime) -> Engagement:
    """The case divides what it froze: so many basis points to the worker, floored; the rest to the client.

    What the client's bank has taken back meanwhile is not there to be divided.
    """
    escrow = engagement.escrow(escrow_id)
    if escrow.clawed and not escrow.left:
        return engagement
    if escrow.frozen_by != str(case):
        raise EscrowMoved(status=escrow.state, verb="divided")
    return _decided(engagement, escrow, escrow.part(payee_bp), None, now)


def check_no_party(engagement: Engagement, by: UUID) -> None:
    """Refuse staff that decides about its own money."""
    if by in engagement.agreement.parties:
        raise OwnEscrow


def _decided(engagement: Engagement, escrow: Escrow, gross: int | None, by: UUID | None, now: datetime) -> Engagement:
    """Return it with this payment decided; None: all that is due to the worker. What was begun is closed with it."""
    if escrow.kind == "week":
        week = engagement.week(escrow.subject_id)
        hours = escrow.left if week.minutes is None else min(week.price(week.minutes), escrow.left)
        after = engagement.with_escrow(escrow.captured(hours, now) if gross is None else escrow.paid(gross, now))
        return followed(after.with_week(replace(week, lapse_at=None)), now)
    after = engagement.with_escrow(escrow.paid(escrow.left if gross is None else gross, now))
    return followed(answered_all(after, by, now), now)


def _has_dispute(escrow: Escrow, case: Subject) -> bool:
    return escrow.frozen_by is not None and escrow.frozen_by.startswith("dispute:") and escrow.frozen_by != str(case)
