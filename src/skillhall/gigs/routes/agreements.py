"""HTTP of agreements, their milestones and weeks; and of accepting a bid, from which they come."""

from uuid import UUID

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.agree import (
    CallOff,
    ChangeTerms,
    Sign,
    cancel_agreement,
    change_terms,
    complete_agreement,
    sign_agreement,
)
from skillhall.gigs.commands.deliver import (
    AskRevision,
    AskRevisionOf,
    Deliver,
    DeliverWork,
    approve_milestone,
    ask_milestone_revision,
    ask_revision,
    deliver_milestone,
    deliver_work,
    start_milestone,
)
from skillhall.gigs.commands.escrow import fund_milestone, fund_week, release_milestone, release_week
from skillhall.gigs.commands.tell_hours import Object, TellHours, object_to_week, submit_week
from skillhall.gigs.model import engagement_refusals as no
from skillhall.gigs.model.refusals import BidMoved, BidNotFound, NotYourProject, OtherCurrency, ProjectMoved, ProjectNotFound, WorkerOnly
from skillhall.gigs.queries.engagement_lists import AgreementCard, AgreementQuery, agreements, milestones
from skillhall.gigs.queries.engagement_views import AgreementView, MilestoneView, WeekView
from skillhall.gigs.queries.engagements import agreement_view, milestone_view, week_view
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Key, get, post, put
from skillhall.kernel.shapes import Page
from skillhall.ledger.api import Indebted, Insufficient, NotInMode

AGREEMENT = "/agreements/{agreement_id:uuid}"
MILESTONE = "/milestones/{milestone_id:uuid}"
WEEK = "/weeks/{week_id:uuid}"
ACTIVE = (AccountNotFound, AccountNotActive)
SIDE = (no.AgreementNotFound, no.AgreementMoved)
TERMS = (no.NoAmount, no.MilestonesDiffer, no.TermsUnfit, OtherCurrency)
CHOICE = (BidNotFound, NotYourProject, ProjectNotFound, ProjectMoved, BidMoved, no.BidLapsed, no.AmountDiffersFromBid)
FUND = (*ACTIVE, Insufficient, Indebted, NotInMode, no.ClientOnly, no.EscrowMoved, no.AgreementMoved)
FILES = (FileMissing, FileInUse, WrongKind)
WORKER = (no.MilestoneNotFound, no.AgreementNotFound, WorkerOnly, no.MilestoneMoved, no.AgreementMoved)
CLIENT = (no.MilestoneNotFound, no.AgreementNotFound, no.ClientOnly)
OF_WEEK = (no.WeekNotFound, no.AgreementNotFound)
PLAN = {
    "milestones": [
        {"title": "Design", "amount": {"amount": 40, "currency": "CREDIT"}},
        {"title": "Build", "amount": {"amount": 60, "currency": "CREDIT"}, "dueOn": "2026-12-24"},
    ]
}
HANDOVER = {"notes": "The first draft, as agreed.", "url": "https://example.org/draft"}
WHY = {"reason": "The second page is missing."}


@post("/bids/{bid_id:uuid}/accept", key=Key.NATURAL, refuses=(*CHOICE, *TERMS, *ACTIVE), example=PLAN)
async def accept_bid_on_project(call: Call, bid_id: UUID, data: AcceptBid) -> Answer[AgreementView]:
    """Accept a bid: the others are rejected, and an agreement is made, to be signed by both within 7 days.

    Without milestones there is one for all of it. Each is paid for on its own, once both have signed.
    """
    return await call.run(accept_bid, bid_id, data)


@get("/agreements")
async def list_agreements(call: Call, query: AgreementQuery) -> Page[AgreementCard]:
    """List one's agreements, as client and as worker; staff that mediates sees everybody's."""
    return await agreements(call.read, call.by, query)


@get(AGREEMENT, refuses=(no.AgreementNotFound,), etag=True)
async def read_agreement(call: Call, agreement_id: UUID) -> AgreementView:
    """Read an agreement with its terms and all their versions, its work and where the money is."""
    return await agreement_view(call.read, agreement_id, call.by)


@put(
    AGREEMENT,
    refuses=(*SIDE, no.TermsBound, *TERMS),
    etag=True,
    must_match=True,
    example={"scope": "Three pages, in two languages.", "revisions": 3},
)
async def change_agreement(call: Call, agreement_id: UUID, data: ChangeTerms) -> Answer[AgreementView]:
    """Change the terms: a new version, which nobody has signed. Not while money is held for the old one."""
    return await call.run(change_terms, agreement_id, data, call.match.check)


@post(f"{AGREEMENT}/sign", key=Key.NATURAL, refuses=(*SIDE, no.OtherVersion, *ACTIVE), etag=True, example={"version": 1})
async def sign_agreement_version(call: Call, agreement_id: UUID, data: Sign) -> Answer[AgreementView]:
    """Sign the version of the terms one has read. With both signatures it is active."""
    return await call.run(sign_agreement, agreement_id, data)


@post(
    f"{AGREEMENT}/deliver",
    key=Key.NATURAL,
    refuses=(
        *SIDE, WorkerOnly, no.WorkUnnamed, no.NotFunded, no.MilestoneNotFound, no.MilestoneMoved, no.BookingMoved, no.EscrowMoved,
        *FILES,
    ),
    example=HANDOVER,
)  # fmt: skip
async def deliver_agreement(call: Call, agreement_id: UUID, data: DeliverWork) -> Answer[AgreementView]:
    """Hand over what was booked, or the milestone under way; worker only."""
    return await call.run(deliver_work, agreement_id, data)


@post(
    f"{AGREEMENT}/request-revision",
    key=Key.NATURAL,
    refuses=(
        no.AgreementNotFound, no.ClientOnly, no.WorkUnnamed, no.NotDelivered, no.MilestoneNotFound, no.MilestoneMoved, no.NoRevisionsLeft,
        no.EscrowMoved,
    ),
    example=WHY,
)  # fmt: skip
async def request_agreement_revision(call: Call, agreement_id: UUID, data: AskRevisionOf) -> Answer[AgreementView]:
    """Send back what was delivered; client only."""
    return await call.run(ask_revision, agreement_id, data)


@post(f"{AGREEMENT}/complete", key=Key.NATURAL, refuses=(*SIDE, no.ClientOnly, no.NotDelivered))
async def complete_agreement_work(call: Call, agreement_id: UUID) -> Answer[AgreementView]:
    """Pay all that was delivered and end the agreement; hourly work ends with its running week. Client only."""
    return await call.run(complete_agreement, agreement_id)


@post(f"{AGREEMENT}/cancel", key=Key.NATURAL, refuses=(*SIDE, no.DeliveryPending, no.EscrowMoved), example=WHY)
async def cancel_agreement_work(call: Call, agreement_id: UUID, data: CallOff) -> Answer[AgreementView]:
    """Call it off: what is held goes back, the project is open again. The client answers first what was delivered."""
    return await call.run(cancel_agreement, agreement_id, data)


@get("/projects/{project_id:uuid}/milestones", refuses=(no.AgreementNotFound,))
async def list_project_milestones(call: Call, project_id: UUID) -> Page[MilestoneView]:
    """List the milestones of a project; client, worker and staff that mediates."""
    return await milestones(call.read, project_id, call.by)


@get(MILESTONE, refuses=(no.MilestoneNotFound,))
async def read_milestone(call: Call, milestone_id: UUID) -> MilestoneView:
    """Read a milestone with what was delivered."""
    return await milestone_view(call.read, milestone_id, call.by)


@post(f"{MILESTONE}/fund", key=Key.NATURAL, refuses=(no.MilestoneNotFound, no.AgreementNotFound, *FUND))
async def fund_milestone_payment(call: Call, milestone_id: UUID) -> Answer[MilestoneView]:
    """Set its money aside from the wallet; client only."""
    return await call.run(fund_milestone, milestone_id)


@post(f"{MILESTONE}/start", key=Key.NATURAL, refuses=(*WORKER, no.NotFunded))
async def start_milestone_work(call: Call, milestone_id: UUID) -> Answer[MilestoneView]:
    """Begin, once the money is set aside; worker only."""
    return await call.run(start_milestone, milestone_id)


@post(f"{MILESTONE}/deliver", key=Key.NATURAL, refuses=(*WORKER, *FILES), example=HANDOVER)
async def deliver_milestone_work(call: Call, milestone_id: UUID, data: Deliver) -> Answer[MilestoneView]:
    """Hand it over; without an answer it is paid after 14 days. Worker only."""
    return await call.run(deliver_milestone, milestone_id, data)


@post(
    f"{MILESTONE}/request-revision", key=Key.NATURAL, refuses=(*CLIENT, no.MilestoneMoved, no.NoRevisionsLeft, no.EscrowMoved), example=WHY
)
async def request_milestone_revision(call: Call, milestone_id: UUID, data: AskRevision) -> Answer[MilestoneView]:
    """Send it back, as often as the terms say; client only."""
    return await call.run(ask_milestone_revision, milestone_id, data)


@post(f"{MILESTONE}/approve", key=Key.NATURAL, refuses=(*CLIENT, no.NotDelivered, no.MilestoneMoved))
async def approve_milestone_work(call: Call, milestone_id: UUID) -> Answer[MilestoneView]:
    """Approve what was delivered: the worker is paid. Client only."""
    return await call.run(approve_milestone, milestone_id)


@post(f"{MILESTONE}/release", key=Key.NATURAL, refuses=(*CLIENT, no.EscrowMoved))
async def release_milestone_payment(call: Call, milestone_id: UUID) -> Answer[MilestoneView]:
    """Pay the worker, delivered or not; client only."""
    return await call.run(release_milestone, milestone_id)


@get(WEEK, refuses=(no.WeekNotFound,))
async def read_week(call: Call, week_id: UUID) -> WeekView:
    """Read a week of hourly work."""
    return await week_view(call.read, week_id, call.by)


@post(f"{WEEK}/fund", key=Key.NATURAL, refuses=(*OF_WEEK, *FUND))
async def fund_week_payment(call: Call, week_id: UUID) -> Answer[WeekView]:
    """Set the limit of the week aside from the wallet, when there was too little on Monday; client only."""
    return await call.run(fund_week, week_id)


@post(
    f"{WEEK}/submit",
    key=Key.NATURAL,
    refuses=(*OF_WEEK, WorkerOnly, no.NotFunded, no.WeekMoved, no.OverCap),
    example={"minutes": 600, "note": "Tests and documents."},
)
async def submit_week_hours(call: Call, week_id: UUID, data: TellHours) -> Answer[WeekView]:
    """Tell the hours, or tell them anew; without an objection they are paid after 5 days. Worker only."""
    return await call.run(submit_week, week_id, data)


@post(
    f"{WEEK}/object",
    key=Key.NATURAL,
    refuses=(*OF_WEEK, no.ClientOnly, no.WeekMoved, no.EscrowMoved),
    example={"reason": "We agreed on Monday off."},
)
async def object_to_week_hours(call: Call, week_id: UUID, data: Object) -> Answer[WeekView]:
    """Object to the hours: the worker tells them anew, or one opens a dispute. Client only."""
    return await call.run(object_to_week, week_id, data)


@post(f"{WEEK}/release", key=Key.NATURAL, refuses=(*OF_WEEK, no.ClientOnly, no.EscrowMoved))
async def release_week_payment(call: Call, week_id: UUID) -> Answer[WeekView]:
    """Pay the hours that were told, without waiting; client only."""
    return await call.run(release_week, week_id)
