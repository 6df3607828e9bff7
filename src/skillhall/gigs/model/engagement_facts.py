"""The facts that follow from an engagement before and after a verb, and how its money moves. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from skillhall.gigs import events
from skillhall.gigs.model.agreement import Agreement, AgreementState
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.escrow import FUNDED, PURPOSE, WALLET, Escrow, EscrowState
from skillhall.gigs.model.work import BookingState, MilestoneState
from skillhall.kernel.events import Event
from skillhall.kernel.ids import derived
from skillhall.kernel.money import CREDIT
from skillhall.ledger.api import Lines, Transfer, fund, hold, release, settle

_BOOKINGS: dict[BookingState, type[events.BookingFact]] = {
    BookingState.CONFIRMED: events.BookingConfirmed,
    BookingState.COMPLETED: events.BookingCompleted,
    BookingState.CANCELLED: events.BookingCancelled,
}


def engagement_facts(before: Engagement | None, after: Engagement) -> Iterator[Event]:
    """Yield what to publish: the agreement's facts first, then those of its work and its money."""
    yield from _agreement_facts(before.agreement if before else None, after.agreement)
    yield from _booking_facts(before, after)
    yield from _work_facts(before, after)
    old = {escrow.id: escrow for escrow in before.escrows} if before else {}
    for escrow in after.escrows:
        was = old[escrow.id].state if escrow.id in old else EscrowState.PENDING_FUNDING
        if was is not escrow.state:
            yield from _escrow_fact(was, escrow)


def moved_money(before: Engagement | None, after: Engagement) -> list[Escrow]:
    """Return the payments whose money is to be set aside, or to leave."""
    was = {escrow.id: escrow.state in FUNDED for escrow in before.escrows} if before else {}
    return [escrow for escrow in after.escrows if escrow.is_funded != was.get(escrow.id, False)]


def given_up(before: Engagement | None, after: Engagement) -> list[UUID]:
    """Return what could be paid for and cannot any more, though nobody has paid: it was called off, or has other terms."""
    now = {escrow.id: escrow for escrow in after.escrows}
    asked = [escrow.id for escrow in before.escrows if before.is_payable(escrow) and escrow.asset != CREDIT] if before else []
    return sorted(key for key in asked if key not in now or not (now[key].is_funded or after.is_payable(now[key])))


def to_give_back(before: Engagement | None, after: Engagement) -> list[Escrow]:
    """Return the payments of which something goes back to the provider it has come through."""
    return [escrow for escrow in moved_money(before, after) if not escrow.is_funded and escrow.funded_from != WALLET and escrow.returned]


def posting(before: Engagement | None, after: Engagement, backs: Mapping[UUID, Lines]) -> Transfer | None:
    """Return the one transfer that moves the money to where it now belongs, if any has to move.

    `backs` are the lines by which the client's part of each of `to_give_back` leaves its hold.
    """
    moved = moved_money(before, after)
    lines = tuple(line for escrow in moved for line in _lines(escrow, backs))
    if not lines:
        return None
    keys = [before.escrow(escrow.id).freeze_key for escrow in moved if before and any(old.id == escrow.id for old in before.escrows)]
    alone = moved[0].subject if len(moved) == 1 else after.agreement.subject
    return Transfer(
        id=derived("escrow", *(f"{escrow.id} {escrow.state}" for escrow in moved)),
        kind=_kind(moved),
        subject=alone,
        lines=lines,
        freeze_key=next((key for key in keys if key), None),
    )


def _kind(moved: list[Escrow]) -> str:
    if moved[0].is_funded:
        return "hold" if moved[0].funded_from == WALLET else "fund"
    if any(escrow.paid_gross for escrow in moved):
        return "settle"
    sources = {escrow.funded_from == WALLET for escrow in moved}
    return "settle" if len(sources) > 1 else "release" if sources == {True} else "refund_open"


def entered(escrow: Escrow, source: str, provider_fee: int = 0) -> Lines:
    """Return the lines that set aside money which has come in through `source`, a provider's account in the ledger."""
    return fund(
        escrow.id,
        escrow.client_id,
        escrow.amount,
        PURPOSE,
        escrow.subject_id,
        asset=escrow.asset,
        provider=source,
        provider_fee=provider_fee,
    )


def _lines(escrow: Escrow, backs: Mapping[UUID, Lines]) -> Lines:
    source = escrow.funded_from or WALLET
    if escrow.is_funded:
        if source == WALLET:
            return hold(escrow.id, escrow.client_id, escrow.amount, PURPOSE, escrow.subject_id, asset=escrow.asset)
        return entered(escrow, source)
    paid = settle(escrow.id, escrow.worker_id, escrow.paid_gross, fee=escrow.paid_fee) if escrow.paid_gross else ()
    if not escrow.returned:
        return paid
    return paid + (release(escrow.id, escrow.returned) if source == WALLET else backs[escrow.id])


def _about(agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": agreement.id,
        "project_id": agreement.project_id,
        "client_id": agreement.client_id,
        "worker_id": agreement.worker_id,
    }


def _agreement_facts(before: Agreement | None, after: Agreement) -> Iterator[Event]:
    about = _about(after)
    if before is None:
        yield events.AgreementMade(**about, bid_id=after.bid_id, kind=after.kind, sign_by=after.sign_by)
    elif after.version != before.version:
        yield events.TermsChanged(**about, version=after.version, changed_by=after.terms_by)
    elif (after.client_signed_at, after.worker_signed_at) != (before.client_signed_at, before.worker_signed_at):
        signer = after.client_id if after.client_signed_at != before.client_signed_at else after.worker_id
        yield events.AgreementSigned(**about, version=after.version, signed_by=signer)
    if before is None or before.state is after.state:
        return
    if before.sign_by is not None and after.sign_by is None and after.closed_at is None:
        yield events.AgreementActivated(**about, version=after.version)
    if after.state is AgreementState.COMPLETED:
        yield events.AgreementCompleted(**about)
    if after.state is AgreementState.CANCELLED:
        yield events.AgreementCancelled(**about, closed_as=after.closed_as or "cancelled", cancelled_by=after.closed_by)


def _booking_facts(before: Engagement | None, after: Engagement) -> Iterator[Event]:
    booking, old = after.booking, before.booking if before else None
    if booking is None:
        return
    about = _about(after.agreement)
    about.update(booking_id=booking.id, starts_at=booking.starts_at, ends_at=booking.ends_at)
    if old is None:
        yield events.BookingMade(**about)
        return
    if booking.starts_at != old.starts_at or booking.ends_at != old.ends_at:
        yield events.BookingMoved(**about)
    if booking.state is not old.state and booking.state in _BOOKINGS:
        yield _BOOKINGS[booking.state](**about)


def _work_facts(before: Engagement | None, after: Engagement) -> Iterator[Event]:
    if before is None:
        return
    about = _about(after.agreement)
    for escrow in after.escrows:
        work: dict[str, Any] = {**about, "kind": escrow.kind, "work_id": escrow.subject_id}
        old = next((one for one in before.escrows if one.id == escrow.id), None)
        if old is None:
            if escrow.kind == "week":
                yield events.WeekOpened(**work, is_funded=escrow.is_funded)
            continue
        if not escrow.is_live:
            continue
        if escrow.release_at and escrow.release_at != old.release_at:
            yield events.WorkDelivered(**work, release_at=escrow.release_at)
        elif old.release_at and escrow.release_at is None:
            yield events.RevisionRequested(**work)
        elif _has_begun(after, escrow) and not _has_begun(before, old):
            yield events.WorkStarted(**work)


def _has_begun(engagement: Engagement, escrow: Escrow) -> bool:
    if escrow.kind == "booking":
        return engagement.booking is not None and engagement.booking.started_at is not None
    return escrow.kind == "milestone" and engagement.milestone(escrow.subject_id).state is not MilestoneState.WAITING


def _escrow_fact(was: EscrowState, escrow: Escrow) -> Iterator[Event]:
    about: dict[str, Any] = {
        "escrow_id": escrow.id,
        "project_id": escrow.project_id,
        "client_id": escrow.client_id,
        "worker_id": escrow.worker_id,
        "kind": escrow.kind,
        "work_id": escrow.subject_id,
        "amount": escrow.amount,
        "asset": escrow.asset,
    }
    match escrow.state:
        case EscrowState.HELD:
            yield events.EscrowThawed(**about) if was is EscrowState.FROZEN else events.EscrowFunded(**about)
        case EscrowState.FROZEN:
            yield events.EscrowFrozen(**about)
        case EscrowState.RELEASED:
            yield events.EscrowReleased(**about, gross=escrow.paid_gross, fee=escrow.paid_fee)
        case EscrowState.SPLIT:
            yield events.EscrowSplit(**about, gross=escrow.paid_gross, fee=escrow.paid_fee)
        case EscrowState.REFUNDED:
            yield events.EscrowRefunded(**about)
        case _:
            return
