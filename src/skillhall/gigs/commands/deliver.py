"""The worker starts and hands over, the client answers: for milestones, and through the agreement for whatever is meant."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from skillhall.gigs.commands.engage import change
from skillhall.gigs.commands.record import record
from skillhall.gigs.model import delivering, paying
from skillhall.gigs.model.delivering import Handover
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.work import Booking, Handed, Milestone, MilestoneState
from skillhall.gigs.queries.engagement_views import AgreementView, BookingView, MilestoneView
from skillhall.gigs.queries.engagements import agreement_view, booking_view, milestone_view
from skillhall.gigs.store.engagements import lock_engagement, of_booking, of_milestone
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach, readable
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Body, Subject

DELIVERY = "delivery"
PURPOSES = ("document", "image", "media")
Notes = Annotated[str, Meta(min_length=10, max_length=10_000)]
Link = Annotated[
    str, Meta(max_length=2000, pattern=r"^https://[^\s\x00-\x1f\x7f]+$(?!\n)", description="An address that begins with https://")
]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]


class Deliver(Body, frozen=True, kw_only=True):
    """What is handed over: words, an https address, own uploads."""

    notes: Notes
    url: Link | None = None
    file_ids: Annotated[list[UUID], Meta(max_length=20)] = field(default_factory=list)


class DeliverWork(Deliver, frozen=True, kw_only=True):
    """As `Deliver`; `milestoneId` where more than one milestone is under way."""

    milestone_id: UUID | None = None


class AskRevision(Body, frozen=True, kw_only=True):
    """What is missing."""

    reason: Words


class AskRevisionOf(AskRevision, frozen=True, kw_only=True):
    """As `AskRevision`; `milestoneId` where more than one milestone was delivered."""

    milestone_id: UUID | None = None


async def start_milestone(tx: Tx, by: Actor, milestone_id: UUID) -> MilestoneView:
    """Begin; the money for it is set aside."""
    await change(tx, await of_milestone(tx, milestone_id), lambda found: delivering.started(found, by.account_id, milestone_id, tx.now))
    return await milestone_view(tx, milestone_id, by)


async def deliver_milestone(tx: Tx, by: Actor, milestone_id: UUID, command: Deliver) -> MilestoneView:
    """Hand it over; without an answer it is paid after 14 days."""
    await _hand_over(tx, by, await of_milestone(tx, milestone_id), command, milestone_id)
    return await milestone_view(tx, milestone_id, by)


async def deliver_booking(tx: Tx, by: Actor, booking_id: UUID, command: Deliver) -> BookingView:
    """Say that what was booked is done; without an answer it is paid after 14 days."""
    await _hand_over(tx, by, await of_booking(tx, booking_id), command, None)
    return await booking_view(tx, booking_id, by)


async def deliver_work(tx: Tx, by: Actor, agreement_id: UUID, command: DeliverWork) -> AgreementView:
    """Hand over the booking, or the milestone that is under way."""
    await _hand_over(tx, by, agreement_id, command, command.milestone_id)
    return await agreement_view(tx, agreement_id, by)


async def ask_milestone_revision(tx: Tx, by: Actor, milestone_id: UUID, command: AskRevision) -> MilestoneView:
    """Send it back, as often as the terms say."""
    await _send_back(tx, by, await of_milestone(tx, milestone_id), command, milestone_id)
    return await milestone_view(tx, milestone_id, by)


async def ask_booking_revision(tx: Tx, by: Actor, booking_id: UUID, command: AskRevision) -> BookingView:
    """Send it back, as often as the terms say."""
    await _send_back(tx, by, await of_booking(tx, booking_id), command, None)
    return await booking_view(tx, booking_id, by)


async def ask_revision(tx: Tx, by: Actor, agreement_id: UUID, command: AskRevisionOf) -> AgreementView:
    """Send back the booking, or the milestone that was delivered."""
    await _send_back(tx, by, agreement_id, command, command.milestone_id)
    return await agreement_view(tx, agreement_id, by)


async def approve_milestone(tx: Tx, by: Actor, milestone_id: UUID) -> MilestoneView:
    """Accept what was delivered: the worker is paid."""

    def approved(found: Engagement) -> Engagement:
        found.agreement.check_client(by.account_id)
        return paying.released(found, by.account_id, delivering.check_approvable(found, milestone_id).id, tx.now)

    await change(tx, await of_milestone(tx, milestone_id), approved)
    return await milestone_view(tx, milestone_id, by)


async def _hand_over(tx: Tx, by: Actor, agreement_id: UUID, command: Deliver, named: UUID | None) -> None:
    project, before = await lock_engagement(tx, agreement_id)
    before.agreement.check_worker(by.account_id)
    if before.booking:
        handover = await _handover(tx, by, command, before, before.booking)
        after = delivering.booking_delivered(before, by.account_id, handover, tx.now)
    else:
        milestone = before.milestone(delivering.one_of(before, named, MilestoneState.IN_PROGRESS, MilestoneState.REVISION))
        handover = await _handover(tx, by, command, before, milestone)
        after = delivering.delivered(before, by.account_id, milestone.id, handover, tx.now)
    await record(tx, project, before, after)


async def _handover(tx: Tx, by: Actor, command: Deliver, before: Engagement, work: Milestone | Booking) -> Handover:
    delivery_id = derived(DELIVERY, work.id, work.revisions)
    is_sent_again = before.delivery_of(work.id) is not None
    files: list[Handed] = []
    for file_id in () if is_sent_again else dict.fromkeys(command.file_ids):
        await attach(tx, file_id, Subject(DELIVERY, delivery_id), PURPOSES)
        row = await readable(tx, by, file_id)
        files.append(Handed(file_id=file_id, file_name=row["name"], content_type=row["content_type"], size=row["size"]))
    return Handover(delivery_id=delivery_id, notes=command.notes, url=command.url, files=tuple(files))


async def _send_back(tx: Tx, by: Actor, agreement_id: UUID, command: AskRevision, named: UUID | None) -> None:
    def sent_back(found: Engagement) -> Engagement:
        found.agreement.check_client(by.account_id)
        if found.booking:
            return delivering.booking_sent_back(found, by.account_id, command.reason, tx.now)
        milestone_id = delivering.one_of(found, named, MilestoneState.DELIVERED)
        return delivering.sent_back(found, by.account_id, milestone_id, command.reason, tx.now)

    await change(tx, agreement_id, sent_back)
