"""HTTP of bids and applications, with those of older clients."""

from uuid import UUID

from skillhall.billing.api import LimitReached
from skillhall.gigs.commands import decide_bid as deciding
from skillhall.gigs.commands import place_bid as placing
from skillhall.gigs.commands.place_bid import Apply, PlaceBid, PlaceBidOn
from skillhall.gigs.commands.set_applicant_status import SetApplicantStatus, set_applicant_status
from skillhall.gigs.model import refusals as no
from skillhall.gigs.model.engagement_refusals import AmountDiffersFromBid, BidLapsed, NoAmount, TermsUnfit
from skillhall.gigs.queries import bids as queries
from skillhall.gigs.queries.bids import AppliedCount, AppliedView, BidQuery, BidView, ProjectNamed
from skillhall.gigs.queries.projects import ProjectQuery, ProjectView, projects
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Key, delete, get, post, put
from skillhall.kernel.shapes import Page

ID = "/bids/{bid_id:uuid}"
PROJECT_ID = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
BID = {"amount": 150, "deliveryDays": 10, "proposal": "I have recorded for film before."}
PLACE = (no.ProjectNotFound, no.OwnProject, no.ProjectMoved, no.BidPlaced, no.OtherCurrency, AccountNotActive, LimitReached)
EITHER = (no.BidNotFound, no.ProjectNotFound, no.BidMoved)
OWNER = (*EITHER, no.NotYourProject, no.ProjectMoved)
STATUS = (
    *OWNER, no.BidStatusNotSettable, BidLapsed, NoAmount, TermsUnfit, no.OtherCurrency, AmountDiffersFromBid, AccountNotActive,
    AccountNotFound,
)  # fmt: skip


@post("/projects/{project_id:uuid}/bids", created="/bids/{id}", key=Key.NATURAL, refuses=PLACE, example=BID)
async def place_bid(call: Call, project_id: UUID, data: PlaceBid) -> Answer[BidView]:
    """Bid on an open project, or apply for it without a price. One per person; it stands for 30 days."""
    return await call.run(placing.place_bid, project_id, data)


@post("/bids", created="/bids/{id}", key=Key.NATURAL, refuses=PLACE, example={**BID, "projectId": PROJECT_ID})
async def place_bid_on_project(call: Call, data: PlaceBidOn) -> Answer[BidView]:
    """Bid on an open project that the body names; the same as `/projects/{id}/bids`."""
    return await call.run(placing.place_bid_on, data)


@post(
    "/projects/apply",
    created="/bids/{id}",
    key=Key.NATURAL,
    refuses=PLACE,
    example={"projectId": PROJECT_ID, "message": "I would like to."},
)
async def apply_for_project(call: Call, data: Apply) -> Answer[BidView]:
    """Apply for a project: a bid without a price."""
    return await call.run(placing.apply, data)


@delete("/projects/apply", refuses=(*EITHER, no.NotYourBid))
async def withdraw_application(call: Call, query: ProjectNamed) -> Answer[BidView]:
    """Take back your bid or application on a project."""
    return await call.run(deciding.withdraw_application, query.project_id)


@get("/projects/{project_id:uuid}/bids", refuses=(no.ProjectNotFound,))
async def list_bids_of_project(call: Call, project_id: UUID, query: BidQuery) -> Page[BidView]:
    """List the bids on a project: to its owner all of them, to a bidder their own."""
    return await queries.bids_on(call.read, call.by, project_id, query)


@get("/bids/project/{project_id:uuid}", refuses=(no.ProjectNotFound,), alias_of="listBidsOfProject")
async def list_project_bids(call: Call, project_id: UUID, query: BidQuery) -> Page[BidView]:
    """List the bids on a project; the same as `/projects/{id}/bids`."""
    return await queries.bids_on(call.read, call.by, project_id, query)


@get("/projects/{project_id:uuid}/applicants", refuses=(no.ProjectNotFound,), alias_of="listBidsOfProject")
async def list_applicants(call: Call, project_id: UUID, query: BidQuery) -> Page[BidView]:
    """List who has bid on a project or applied for it; the same as `/projects/{id}/bids`."""
    return await queries.bids_on(call.read, call.by, project_id, query)


@put("/projects/applicants/status", refuses=STATUS, example={"bidId": PROJECT_ID, "status": "shortlisted"})
async def set_applicant_state(call: Call, data: SetApplicantStatus) -> Answer[BidView]:
    """Move an applicant on by running the verb that leads to the status: shortlisted, interviewing, accepted, rejected."""
    return await call.run(set_applicant_status, data)


@get("/bids")
async def list_own_bids(call: Call, query: BidQuery) -> Page[BidView]:
    """List your own bids and applications."""
    return await queries.own_bids(call.read, call.by, query)


@get("/projects/applications/my", alias_of="listOwnBids")
async def list_own_applications(call: Call, query: BidQuery) -> Page[BidView]:
    """List your own bids and applications; the same as `/bids`."""
    return await queries.own_bids(call.read, call.by, query)


@get("/projects/applications/my/ids")
async def read_applied_project_ids(call: Call) -> AppliedView:
    """Read the ids of the projects you have bid on or applied for."""
    return await queries.applied(call.read, call.by)


@get("/projects/applications/my/count")
async def count_own_applications(call: Call) -> AppliedCount:
    """Count your bids and applications."""
    return await queries.applied_count(call.read, call.by)


@get("/projects/developer/applied-projects")
async def list_applied_projects(call: Call, query: ProjectQuery) -> Page[ProjectView]:
    """List the projects you have bid on or applied for."""
    return await projects(call.read, call.by, query, bidder=call.by.account_id)


@get(ID, refuses=(no.BidNotFound,))
async def read_bid(call: Call, bid_id: UUID) -> BidView:
    """Read a bid: your own, or one on your project."""
    return await queries.one_bid(call.read, call.by, bid_id)


@post(f"{ID}/shortlist", key=Key.NATURAL, refuses=OWNER)
async def shortlist_bid(call: Call, bid_id: UUID) -> Answer[BidView]:
    """Take a bid into the shorter list; the owner of the project only."""
    return await call.run(deciding.shortlist_bid, bid_id)


@post(f"{ID}/interview", key=Key.NATURAL, refuses=OWNER)
async def interview_bid(call: Call, bid_id: UUID) -> Answer[BidView]:
    """Ask a bidder for a talk; the owner of the project only."""
    return await call.run(deciding.interview_bid, bid_id)


@post(f"{ID}/reject", key=Key.NATURAL, refuses=OWNER)
async def reject_bid(call: Call, bid_id: UUID) -> Answer[BidView]:
    """Turn a bid down; the owner of the project only."""
    return await call.run(deciding.reject_bid, bid_id)


@post(f"{ID}/withdraw", key=Key.NATURAL, refuses=(*EITHER, no.NotYourBid))
async def withdraw_bid(call: Call, bid_id: UUID) -> Answer[BidView]:
    """Take your bid back, before the owner has asked for a talk; you may bid again."""
    return await call.run(deciding.withdraw_bid, bid_id)
