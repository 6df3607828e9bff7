"""What is looked at again before a notice about work or money is sent: nothing about what was withdrawn, paid or answered meanwhile.

Types without an entry tell what has happened, which stays so.
"""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from skillhall.billing.api import subscription_news
from skillhall.disputes.api import case_news
from skillhall.gigs import api as gigs
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.notifications.model.notice import NoticeRow
from skillhall.payments.api import asking_page, find_paid, identity_check, payout_state, waits_for_staff

Still = Callable[[Read, NoticeRow], Awaitable[bool]]
TOLD_OF = sql("SELECT account_id FROM notifications.notice WHERE type = $1 AND subject_id = $2")


async def told_of(read: Read, type_: str, subject_id: UUID) -> set[UUID]:
    """Return who has been told this of that."""
    return {row["account_id"] for row in await read.rows(TOLD_OF, type_, subject_id)}


async def _is_open_to(read: Read, notice: NoticeRow) -> bool:
    project = await gigs.project_news(read, notice.subject_id)
    is_open = project is not None and project.is_there and project.state == "open"
    return is_open and not await gigs.has_bid(read, notice.subject_id, notice.account_id)


def _project_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        project = await gigs.project_news(read, notice.subject_id)
        return project is not None and project.is_there and project.state in states

    return still


def _bid_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        bid = await gigs.bid_news(read, notice.subject_id)
        return bid is not None and bid.state in states

    return still


def _invite_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        invite = await gigs.invite_news(read, notice.subject_id)
        return invite is not None and invite.state in states

    return still


async def _is_to_be_signed(read: Read, notice: NoticeRow) -> bool:
    agreement = await gigs.agreement_news(read, notice.subject_id)
    if agreement is None or agreement.sign_by is None:
        return False
    return notice.account_id in agreement.unsigned and notice.data.get("version") == agreement.version


async def _is_running(read: Read, notice: NoticeRow) -> bool:
    agreement = await gigs.agreement_news(read, notice.subject_id)
    return agreement is not None and agreement.state not in {"completed", "cancelled"}


async def _is_handed_over(read: Read, notice: NoticeRow) -> bool:
    work = await gigs.work_news(read, notice.subject_id)
    return work is not None and work.is_handed_over


async def _is_sent_back(read: Read, notice: NoticeRow) -> bool:
    work = await gigs.work_news(read, notice.subject_id)
    return work is not None and work.state in {"held", "frozen"} and work.release_at is None


async def _is_to_be_funded(read: Read, notice: NoticeRow) -> bool:
    work = await gigs.work_news(read, notice.subject_id)
    return work is not None and work.state == "pending_funding"


async def _is_funded(read: Read, notice: NoticeRow) -> bool:
    work = await gigs.work_news(read, notice.subject_id)
    return work is not None and work.state in {"held", "frozen"}


def _booking_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        return await gigs.booking_state(read, notice.subject_id) in states

    return still


async def _is_assigned(read: Read, notice: NoticeRow) -> bool:
    task = await gigs.task_news(read, notice.subject_id)
    return task is not None and task.is_there and task.assignee_id == notice.account_id and task.state != "completed"


async def _is_task_there(read: Read, notice: NoticeRow) -> bool:
    task = await gigs.task_news(read, notice.subject_id)
    return task is not None and task.is_there


async def _is_to_be_reviewed(read: Read, notice: NoticeRow) -> bool:
    found = await gigs.submission_news(read, UUID(str(notice.data["submissionId"])))
    return found is not None and found[1] == "pending"


async def _has_task_comment(read: Read, notice: NoticeRow) -> bool:
    return await gigs.has_task_comment(read, UUID(str(notice.data["commentId"])))


async def _has_comment(read: Read, notice: NoticeRow) -> bool:
    return await gigs.comment_author(read, UUID(str(notice.data["commentId"]))) is not None


async def _is_asked_to_join(read: Read, notice: NoticeRow) -> bool:
    return await gigs.collaborator_state(read, notice.subject_id, notice.account_id) == "pending"


def _case_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        case = await case_news(read, notice.subject_id)
        return case is not None and case.state in states

    return still


def _waits_for(kind: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        case = await case_news(read, notice.subject_id)
        return case is not None and case.waiting == kind

    return still


async def _is_unpaid(read: Read, notice: NoticeRow) -> bool:
    paid = await find_paid(read, payment_id=notice.subject_id)
    return paid is not None and paid.state == "failed"


async def _is_asked(read: Read, notice: NoticeRow) -> bool:
    return await asking_page(read, notice.subject_id) is not None


def _payout_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        return await payout_state(read, notice.subject_id) in states

    return still


async def _is_waiting(read: Read, notice: NoticeRow) -> bool:
    return await waits_for_staff(read, notice.subject_id)


async def _is_decided_so(read: Read, notice: NoticeRow) -> bool:
    return (await identity_check(read, notice.account_id))[0] == notice.data["status"]


def _subscription_in(*states: str) -> Still:
    async def still(read: Read, notice: NoticeRow) -> bool:
        found = await subscription_news(read, notice.subject_id)
        return found is not None and found.state in states

    return still


async def _is_cancelling(read: Read, notice: NoticeRow) -> bool:
    found = await subscription_news(read, notice.subject_id)
    return found is not None and found.is_cancelling


STILL: Final[dict[str, Still]] = {
    "gigs.project_matched": _is_open_to,
    "gigs.bid_submitted": _bid_in("pending"),
    "gigs.bid_withdrawn": _bid_in("withdrawn"),
    "gigs.bid_shortlisted": _bid_in("shortlisted"),
    "gigs.bid_interviewing": _bid_in("interviewing"),
    "gigs.bid_accepted": _bid_in("accepted"),
    "gigs.bid_rejected": _bid_in("rejected"),
    "gigs.bid_expired": _bid_in("expired"),
    "gigs.invite_sent": _invite_in("pending"),
    "gigs.offer_sent": _invite_in("pending"),
    "gigs.agreement_to_sign": _is_to_be_signed,
    "gigs.terms_changed": _is_to_be_signed,
    "gigs.agreement_signed": _is_to_be_signed,
    "gigs.agreement_activated": _is_running,
    "gigs.work_funded": _is_funded,
    "gigs.work_started": _is_funded,
    "gigs.work_delivered": _is_handed_over,
    "gigs.project_delivered": _is_handed_over,
    "gigs.hours_submitted": _is_handed_over,
    "gigs.revision_requested": _is_sent_back,
    "gigs.hours_objected": _is_sent_back,
    "gigs.week_to_fund": _is_to_be_funded,
    "gigs.booking_made": _booking_in("pending"),
    "gigs.booking_moved": _booking_in("pending", "confirmed"),
    "gigs.booking_confirmed": _booking_in("confirmed", "in_progress"),
    "gigs.task_assigned": _is_assigned,
    "gigs.task_submitted": _is_to_be_reviewed,
    "gigs.task_reviewed": _is_task_there,
    "gigs.task_commented": _has_task_comment,
    "gigs.team_invited": _is_asked_to_join,
    "gigs.project_commented": _has_comment,
    "gigs.project_paused": _project_in("paused"),
    "gigs.project_resumed": _project_in("open", "in_progress"),
    "disputes.opened": _case_in("open"),
    "disputes.under_review": _case_in("under_review"),
    "disputes.evidence_added": _case_in("open", "under_review"),
    "disputes.message_sent": _case_in("open", "under_review"),
    "disputes.proposed": _waits_for("proposal"),
    "disputes.ruled": _waits_for("ruling"),
    "disputes.appealed": _case_in("under_review"),
    "payments.chargeback_opened": _case_in("open", "under_review"),
    "payments.chargeback_reviewed": _case_in("under_review"),
    "payments.failed": _is_unpaid,
    "payments.action_required": _is_asked,
    "payments.payout_requested": _payout_in("pending", "processing", "unknown"),
    "payments.payout_failed": _payout_in("failed", "returned"),
    "payments.payout_paid": _payout_in("paid"),
    "payments.identity_checked": _is_decided_so,
    "payments.money_waits": _is_waiting,
    "billing.subscription_started": _subscription_in("trialing", "active", "past_due"),
    "billing.subscription_ended": _subscription_in("ended"),
    "billing.subscription_restored": _subscription_in("active"),
    "billing.renewal_failed": _subscription_in("past_due"),
    "billing.subscription_cancelled": _is_cancelling,
}
"""Whether a notice of this type is still worth sending."""
