"""HTTP of invites and direct offers, with those of older clients."""

from uuid import UUID

from skillhall.gigs.commands import answer_invite as answering
from skillhall.gigs.commands import invite as inviting
from skillhall.gigs.commands.answer_invite import AnswerInvite
from skillhall.gigs.commands.invite import SendInvite, SendInviteTo
from skillhall.gigs.model import refusals as no
from skillhall.gigs.model.engagement_refusals import TermsUnfit
from skillhall.gigs.queries import invites as queries
from skillhall.gigs.queries.invites import InviteCount, InviteNamed, InviteQuery, InviteView
from skillhall.identity.api import AccountNotActive, AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import Page

ID = "/invites/{invite_id:uuid}"
SOMEBODY = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
OFFER = {"userId": SOMEBODY, "amount": 150, "deliveryDays": 10, "message": "Your tone is what the film needs."}
NAMED = {"projectId": SOMEBODY, "email": "mira@example.org", "message": "Would you like to play?"}
SEND = (
    no.ProjectNotFound, no.NotYourProject, no.ProjectMoved, no.OwnProject, no.InvitedUnknown, no.EmailUnverified, no.AlreadyInvited,
    no.TooManyInvites, no.OtherCurrency, AccountNotActive,
)  # fmt: skip
ANSWER = (
    no.InviteNotFound, no.ProjectNotFound, no.InvitedOnly, no.InviteMoved, no.ProjectMoved, no.BidPlaced, TermsUnfit, AccountNotActive,
    AccountNotFound,
)  # fmt: skip
TAKE_BACK = (no.InviteNotFound, no.ProjectNotFound, no.InviteMoved)


@post("/projects/{project_id:uuid}/invites", created="/invites/{id}", key=Key.NATURAL, refuses=SEND, example=OFFER)
async def send_invite(call: Call, project_id: UUID, data: SendInvite) -> Answer[InviteView]:
    """Ask somebody to bid on your open project or, with a price, make them a direct offer. It stands for 14 days."""
    return await call.run(inviting.send_invite, project_id, data)


@post("/projects/invite", created="/invites/{id}", key=Key.NATURAL, refuses=SEND, example=NAMED)
async def send_project_invite(call: Call, data: SendInviteTo) -> Answer[InviteView]:
    """Ask somebody to bid on a project that the body names; the same as `/projects/{id}/invites`."""
    return await call.run(inviting.send_invite_to, data)


@post(
    "/user/developers/apply",
    created="/invites/{id}",
    key=Key.NATURAL,
    refuses=SEND,
    example={"projectId": SOMEBODY, "developerId": SOMEBODY},
)
async def approach_developer(call: Call, data: SendInviteTo) -> Answer[InviteView]:
    """Approach somebody with one of your projects; the same as `/projects/{id}/invites`."""
    return await call.run(inviting.send_invite_to, data)


@get("/projects/{project_id:uuid}/invites")
async def list_project_invites(call: Call, project_id: UUID, query: InviteQuery) -> Page[InviteView]:
    """List the invites you have sent to one of your projects."""
    return await queries.invites(call.read, call.by, query, project=project_id, sender=call.by.account_id)


@get("/projects/invites/my")
async def list_own_invites(call: Call, query: InviteQuery) -> Page[InviteView]:
    """List the invites and direct offers made to you."""
    return await queries.invites(call.read, call.by, query, invited=call.by.account_id)


@get("/projects/invites/sent")
async def list_sent_invites(call: Call, query: InviteQuery) -> Page[InviteView]:
    """List the invites and direct offers you have made."""
    return await queries.invites(call.read, call.by, query, sender=call.by.account_id)


@get("/user/developers/applications/my", alias_of="listSentInvites")
async def list_approaches(call: Call, query: InviteQuery) -> Page[InviteView]:
    """List the invites and direct offers you have made; the same as `/projects/invites/sent`."""
    return await queries.invites(call.read, call.by, query, sender=call.by.account_id)


@get("/user/developers/applied-developers", alias_of="listSentInvites")
async def list_approached_developers(call: Call, query: InviteQuery) -> Page[InviteView]:
    """List whom you have approached; the same as `/projects/invites/sent`."""
    return await queries.invites(call.read, call.by, query, sender=call.by.account_id)


@get("/user/developers/applications/my/count")
async def count_approaches(call: Call) -> InviteCount:
    """Count the invites and direct offers you have made, but those taken back."""
    return await queries.sent_count(call.read, call.by)


@get(ID, refuses=(no.InviteNotFound,))
async def read_invite(call: Call, invite_id: UUID) -> InviteView:
    """Read an invite from or to you."""
    return await queries.invite_view(call.read, call.by, invite_id)


@post(f"{ID}/accept", key=Key.NATURAL, refuses=ANSWER)
async def accept_invite(call: Call, invite_id: UUID) -> Answer[InviteView]:
    """Say yes. Yes to a direct offer makes the agreement at its price, for both to sign."""
    return await call.run(answering.accept_invite, invite_id)


@post(f"{ID}/decline", key=Key.NATURAL, refuses=ANSWER)
async def decline_invite(call: Call, invite_id: UUID) -> Answer[InviteView]:
    """Say no."""
    return await call.run(answering.decline_invite, invite_id)


@put("/projects/invite/respond", refuses=(*ANSWER, no.InviteStatusNotSettable), example={"inviteId": SOMEBODY, "status": "accepted"})
async def respond_to_invite(call: Call, data: AnswerInvite) -> Answer[InviteView]:
    """Answer an invite with a status: accepted or declined."""
    return await call.run(answering.answer_invite, data)


@delete(ID, refuses=TAKE_BACK)
async def withdraw_invite(call: Call, invite_id: UUID) -> Answer[Deleted]:
    """Take an open invite back."""
    return await call.run(inviting.withdraw_invite, invite_id)


@delete("/projects/invite", refuses=TAKE_BACK)
async def withdraw_project_invite(call: Call, query: InviteNamed) -> Answer[Deleted]:
    """Take an open invite back; the same as `DELETE /invites/{id}`."""
    return await call.run(inviting.withdraw_invite, query.invite_id)


@delete("/user/developers/apply", refuses=TAKE_BACK)
async def withdraw_approach(call: Call, query: InviteNamed) -> Answer[Deleted]:
    """Take an open invite back; the same as `DELETE /invites/{id}`."""
    return await call.run(inviting.withdraw_invite, query.invite_id)
