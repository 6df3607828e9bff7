"""HTTP of disputes."""

from uuid import UUID

from skillhall.disputes.commands.add_evidence import add_evidence
from skillhall.disputes.commands.decide import change_dispute, propose, resolve
from skillhall.disputes.commands.open_dispute import open_dispute, report_problem
from skillhall.disputes.commands.respond import accept, appeal, decline, withdraw
from skillhall.disputes.commands.say import say
from skillhall.disputes.model import refusals as no
from skillhall.disputes.model.bodies import ChangeDispute, Grounds, Message, OpenDispute, Piece, Problem, Verdict
from skillhall.disputes.queries import cases, papers
from skillhall.disputes.queries.cases import DisputeQuery, DisputeView
from skillhall.disputes.queries.papers import BundleView, EvidenceView, MessageView
from skillhall.gigs.api import EscrowNotFound, NotDisputable
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Key, get, patch, post
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.learning.api import SeatClosed, SeatNotFound, SessionMoved, SessionView, TooLate
from skillhall.ledger.api import HoldFrozen

ID = "/disputes/{dispute_id:uuid}"
A_SESSION = "018f0000-0000-7000-8000-000000000001"
FILES = (FileMissing, FileInUse, WrongKind)
SEAT = (no.NothingHeld, no.PaymentUnnamed, no.AlreadyOpen, SeatClosed, SeatNotFound, SessionMoved, TooLate, HoldFrozen)
PARTY = (no.DisputeNotFound, no.PartiesOnly, no.Closed, no.BankDecides)
STAFF = (no.DisputeNotFound, no.OwnCase, no.Closed, no.NotYet, no.AlreadyRuled, no.BankDecides)
SPLIT = {"outcome": "partial_refund", "payeeBasisPoints": 6000, "reason": "Half an hour was held of one."}


@post(
    "/disputes",
    created="/disputes/{id}",
    key=Key.NATURAL,
    refuses=(*SEAT, NotDisputable, EscrowNotFound, *FILES),
    example={"sessionId": A_SESSION, "reason": "We had no sound at all.", "evidence": "See the recording."},
)
async def open_dispute_about(call: Call, data: OpenDispute) -> Answer[DisputeView]:
    """Open a dispute about a held payment, named by exactly one id: the payment is frozen until it is decided.

    `paymentId` is the payment by which the held money came in.
    Where a session or a project has several payments, name the one you mean by `escrowId`. Opening one's own dispute again changes nothing.
    """
    return await call.run(open_dispute, data)


@post(
    "/sessions/{session_id:uuid}/report-problem",
    key=Key.NATURAL,
    refuses=SEAT,
    example={"description": "We had no sound at all."},
)
async def report_session_problem(call: Call, session_id: UUID, data: Problem) -> Answer[SessionView]:
    """Open a dispute about one seat of a session, before the host is paid. The host of a group says whose."""
    return await call.run(report_problem, session_id, data)


@get("/disputes")
async def list_disputes(call: Call, query: DisputeQuery) -> Page[DisputeView]:
    """List one's own disputes; to staff everybody's: `sort=dueAt` with `isOpen=true` is the queue."""
    return await cases.disputes(call.read, call.by, query)


@get("/disputes/user/{user_id:uuid}", me="user_id", refuses=(no.DisputeNotFound,))
async def list_disputes_of(call: Call, user_id: UUID, query: DisputeQuery) -> Page[DisputeView]:
    """List the disputes of an account: one's own, or, to staff, anybody's."""
    return await cases.disputes_of(call.read, call.by, user_id, query)


@get(ID, refuses=(no.DisputeNotFound,))
async def read_dispute(call: Call, dispute_id: UUID) -> DisputeView:
    """Read a dispute: its two sides, and staff."""
    return await cases.dispute_view(call.read, dispute_id, call.by)


@get(f"{ID}/bundle", refuses=(no.DisputeNotFound,))
async def read_dispute_bundle(call: Call, dispute_id: UUID) -> BundleView:
    """Read all that is known of a dispute: what was agreed and done, the books, evidence, messages, proposals and rulings."""
    return await papers.bundle(call.read, call.by, dispute_id)


@patch(
    ID,
    permission="case.mediate",
    refuses=(*STAFF, no.StatusNotSettable, no.RulersOnly),
    example={"status": "rejected", "reason": "The lesson was held as agreed."},
)
async def edit_dispute(call: Call, dispute_id: UUID, data: ChangeDispute) -> Answer[DisputeView]:
    """Set a dispute's status by the verb that leads there: `under_review` takes it up, `rejected` lets the payment go on as before."""
    return await call.run(change_dispute, dispute_id, data)


@get(f"{ID}/evidence", refuses=(no.DisputeNotFound,))
async def list_dispute_evidence(call: Call, dispute_id: UUID, query: ListQuery) -> Page[EvidenceView]:
    """List what both sides have brought forward, oldest first."""
    return await papers.evidence(call.read, call.by, dispute_id, query)


@post(
    f"{ID}/evidence",
    created="/disputes/{dispute_id}/evidence",
    refuses=(no.DisputeNotFound, no.PartiesOnly, no.PayeeOnly, no.Closed, no.TooMuch, *FILES),
    example={"text": "I waited for twenty minutes."},
)
async def add_dispute_evidence(call: Call, dispute_id: UUID, data: Piece) -> Answer[EvidenceView]:
    """Bring something forward; the two sides only. From the side that did not open the dispute it is an answer.

    About a chargeback it is the side that was paid, and staff, that bring something forward for the payer's bank.
    """
    return await call.run(add_evidence, dispute_id, data)


@get(f"{ID}/messages", refuses=(no.DisputeNotFound,))
async def list_dispute_messages(call: Call, dispute_id: UUID, query: ListQuery) -> Page[MessageView]:
    """List what was written, oldest first."""
    return await papers.messages(call.read, call.by, dispute_id, query)


@post(
    f"{ID}/messages",
    created="/disputes/{dispute_id}/messages",
    refuses=(no.DisputeNotFound, no.Closed, no.TooMuch),
    example={"text": "Shall we try again?"},
)
async def send_dispute_message(call: Call, dispute_id: UUID, data: Message) -> Answer[MessageView]:
    """Write to the other side and to staff. From the side that did not open the dispute it is an answer; staff may write to staff only."""
    return await call.run(say, dispute_id, data)


@post(f"{ID}/proposals", permission="case.mediate", refuses=STAFF, example=SPLIT)
async def propose_dispute_outcome(call: Call, dispute_id: UUID, data: Verdict) -> Answer[DisputeView]:
    """Propose a division; when both sides accept it, the money moves. Staff that mediates."""
    return await call.run(propose, dispute_id, data)


@post(f"{ID}/accept", key=Key.NATURAL, refuses=(*PARTY, no.NothingToAccept))
async def accept_dispute_outcome(call: Call, dispute_id: UUID) -> Answer[DisputeView]:
    """Accept the proposal or the ruling that waits; the money moves when both sides have."""
    return await call.run(accept, dispute_id)


@post(f"{ID}/decline", key=Key.NATURAL, refuses=(*PARTY, no.NothingToAccept, no.AppealInstead))
async def decline_dispute_outcome(call: Call, dispute_id: UUID) -> Answer[DisputeView]:
    """Decline the proposal that waits."""
    return await call.run(decline, dispute_id)


@post(f"{ID}/resolve", key=Key.REQUIRED, permission="case.rule", refuses=(*STAFF, no.SamePerson), example=SPLIT)
async def resolve_dispute(call: Call, dispute_id: UUID, data: Verdict) -> Answer[DisputeView]:
    """Rule who gets the money. Staff only, never in an own case, once the other side has answered or had its time.

    It moves after 72 hours without an appeal, or as soon as both sides accept. A ruling about an appeal is another person's, and final:
    it moves at once.
    """
    return await call.run(resolve, dispute_id, data)


@post(f"{ID}/appeal", key=Key.NATURAL, refuses=(*PARTY, no.NothingToAppeal), example={"reason": "The recording was not looked at."})
async def appeal_dispute(call: Call, dispute_id: UUID, data: Grounds) -> Answer[DisputeView]:
    """Appeal against the ruling before it is carried out; possible once. Another person decides."""
    return await call.run(appeal, dispute_id, data)


@post(f"{ID}/withdraw", key=Key.NATURAL, refuses=(*PARTY, no.OpenerOnly, no.AlreadyRuled))
async def withdraw_dispute(call: Call, dispute_id: UUID) -> Answer[DisputeView]:
    """Withdraw the dispute one has opened, as long as nobody has ruled: the payment goes on as before."""
    return await call.run(withdraw, dispute_id)
