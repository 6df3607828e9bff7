"""What people are told of the work of a project: milestones, bookings and weeks, their money, tasks, the team."""

from collections.abc import Collection
from uuid import UUID

from skillhall.gigs import api as gigs
from skillhall.gigs import events
from skillhall.gigs.events import work
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, names, yes_or_no
from skillhall.payments.api import default_method

DONE = (events.WorkStarted, events.WorkDelivered, events.RevisionRequested, events.WeekOpened)
MONEY = (events.EscrowFunded, events.EscrowReleased, events.EscrowRefunded, events.EscrowSplit)
BOOKINGS: dict[type[events.BookingFact], str] = {
    events.BookingMade: "gigs.booking_made",
    events.BookingMoved: "gigs.booking_moved",
    events.BookingConfirmed: "gigs.booking_confirmed",
    events.BookingCompleted: "gigs.booking_completed",
    events.BookingCancelled: "gigs.booking_cancelled",
}
TEAM: dict[type[work.CollaboratorFact], str] = {
    work.CollaboratorInvited: "gigs.team_invited",
    work.CollaboratorJoined: "gigs.team_joined",
    work.CollaboratorDeclined: "gigs.team_declined",
    work.CollaboratorLeft: "gigs.team_left",
}


async def tell_work(event: events.WorkFact, tx: Tx) -> None:
    """Tell the client what was begun, handed over, or is to be paid for; the worker what was sent back."""
    news = await gigs.work_news(tx, event.work_id)
    if news is None:
        return
    is_week = news.kind == "week"
    reader, other = event.client_id, event.worker_id
    match event:
        case events.WorkDelivered():
            is_last = news.kind == "milestone" and news.project_state == "delivered"
            code = "gigs.hours_submitted" if is_week else "gigs.project_delivered" if is_last else "gigs.work_delivered"
        case events.RevisionRequested():
            code, reader, other = "gigs.hours_objected" if is_week else "gigs.revision_requested", event.worker_id, event.client_id
        case events.WeekOpened():
            if news.state != "pending_funding" or (news.asset != CREDIT and await default_method(tx, event.client_id)):
                return  # the method is being charged; a charge that fails is told
            code = "gigs.week_to_fund"
        case _:
            code = "gigs.work_started"
    called = await names(tx, [other])
    facts: dict[str, Fact] = {
        "title": news.title,
        "project": news.project_title,
        "other": called[other],
        "price": Money(news.amount, news.asset),
        "until": event.release_at if isinstance(event, events.WorkDelivered) else tx.now,
    }
    notice = Notice(
        account_id=reader,
        type=code,
        about=Subject(event.kind, event.work_id),
        facts=facts,
        path=f"agreements/{event.agreement_id}",
        actor_id=None if code == "gigs.week_to_fund" else other,
        why="client" if reader == event.client_id else "worker",
        data={"projectId": str(event.project_id), "agreementId": str(event.agreement_id), "kind": event.kind},
    )
    await notify(tx, notice)


async def tell_money(event: events.EscrowFact, tx: Tx) -> None:
    """Tell where the money of the work is now. Of what the client approved only the worker hears; a new booking tells itself."""
    news = await gigs.work_news(tx, event.work_id)
    if news is None or (isinstance(event, events.EscrowFunded) and event.kind == "booking"):
        return
    whole = Money(event.amount, event.asset)
    paid, back, spent = whole, whole, whole
    client, worker = event.client_id, event.worker_id
    match event:
        case events.EscrowReleased() | events.EscrowSplit():
            paid, back = Money(event.gross - event.fee, event.asset), Money(event.amount - event.gross, event.asset)
            spent = Money(event.gross, event.asset)
            released = (
                {worker: "gigs.work_approved"} if news.is_approved else {worker: "gigs.payment_released", client: "gigs.payment_sent"}
            )
            divided = {worker: "gigs.payment_divided", client: "gigs.payment_divided"}
            codes = released if isinstance(event, events.EscrowReleased) else divided
        case events.EscrowRefunded():
            codes = {client: "gigs.payment_returned"}
        case _:
            codes = {worker: "gigs.work_funded"}
    called = await names(tx, [client, worker])
    notices = [
        Notice(
            account_id=reader,
            type=code,
            about=Subject(event.kind, event.work_id),
            facts={
                "title": news.title,
                "project": news.project_title,
                "other": called[client if reader == worker else worker],
                "worker": called[worker],
                "price": spent if code == "gigs.payment_sent" else paid,
                "back": back,
            },
            path=f"projects/{event.project_id}",
            why="client" if reader == client else "worker",
            data={"projectId": str(event.project_id), "escrowId": str(event.escrow_id), "kind": event.kind},
        )
        for reader, code in codes.items()
    ]
    await notify(tx, *notices)


async def tell_booking(event: events.BookingFact, tx: Tx) -> None:
    """Tell the worker what the client did and the client what the worker did; both when it is done, or ended by neither."""
    news = await gigs.agreement_news(tx, event.agreement_id)
    money = await gigs.work_news(tx, event.booking_id)
    if news is None or money is None:
        return
    client, worker = event.client_id, event.worker_id
    readers = [client, worker]
    if isinstance(event, events.BookingMade | events.BookingMoved):
        readers = [worker]
    elif isinstance(event, events.BookingConfirmed):
        readers = [client]
    elif isinstance(event, events.BookingCancelled):
        readers = [reader for reader in readers if reader != news.closed_by]
    called = await names(tx, [client, worker])
    notices = [
        Notice(
            account_id=reader,
            type=BOOKINGS[type(event)],
            about=Subject("booking", event.booking_id),
            facts={
                "title": news.title,
                "other": called[client if reader == worker else worker],
                "price": Money(money.amount, money.asset),
                "has_time": yes_or_no(event.starts_at),
                "starts_at": event.starts_at or "",
            },
            path=f"bookings/{event.booking_id}",
            actor_id=client if reader == worker else worker,
            why="client" if reader == client else "worker",
            data={"projectId": str(event.project_id), "bookingId": str(event.booking_id)},
        )
        for reader in readers
    ]
    await notify(tx, *notices)


async def tell_task(event: work.TaskFact, tx: Tx) -> None:
    """Tell whoever is assigned, whoever owns the project, or whoever has handed something in; never who did it."""
    news = await gigs.task_news(tx, event.task_id)
    if news is None:
        return
    readers: Collection[UUID | None] = {event.assignee_id}
    verdict, more = "", dict[str, object]()
    match event:
        case work.TaskAssigned():
            code = "gigs.task_assigned"
        case work.TaskSubmitted():
            code, readers, more = "gigs.task_submitted", {event.owner_id}, {"submissionId": str(event.submission_id)}
        case work.TaskReviewed():
            found = await gigs.submission_news(tx, event.submission_id)
            code, readers, verdict = "gigs.task_reviewed", {found[0] if found else None}, event.verdict
            more = {"submissionId": str(event.submission_id)}
        case work.TaskCompleted():
            code, readers = "gigs.task_completed", {event.owner_id}
        case work.TaskCommented():
            if not await gigs.has_task_comment(tx, event.comment_id):
                return
            code, readers, more = "gigs.task_commented", {event.assignee_id, event.owner_id}, {"commentId": str(event.comment_id)}
        case _:
            code = "gigs.task_deleted"
    called = await names(tx, [event.by_id])
    notices = [
        Notice(
            account_id=reader,
            type=code,
            about=Subject("task", event.task_id),
            facts={"title": news.title, "project": news.project_title, "other": called[event.by_id], "verdict": verdict},
            path=f"tasks/{event.task_id}",
            actor_id=event.by_id,
            why="owner" if reader == event.owner_id else "team",
            data={"projectId": str(event.project_id), "taskId": str(event.task_id), **more},
        )
        for reader in sorted(one for one in readers if one is not None)
    ]
    await notify(tx, *notices)


async def tell_team(event: work.CollaboratorFact, tx: Tx) -> None:
    """Tell who is asked or let go, and the owner who joined, did not, or left."""
    project = await gigs.project_news(tx, event.project_id)
    if project is None:
        return
    is_by_owner = event.by_id != event.account_id
    code = "gigs.team_removed" if is_by_owner and isinstance(event, work.CollaboratorLeft) else TEAM[type(event)]
    called = await names(tx, [event.by_id])
    notice = Notice(
        account_id=event.account_id if is_by_owner else event.owner_id,
        type=code,
        about=Subject("project", event.project_id),
        facts={"title": project.title, "other": called[event.by_id]},
        path=f"projects/{event.project_id}",
        actor_id=event.by_id,
        why="invited" if is_by_owner else "owner",
        data={"projectId": str(event.project_id), "accountId": str(event.account_id)},
    )
    await notify(tx, notice)


REACTIONS = (
    *hears(tell_work, *DONE),
    *hears(tell_money, *MONEY),
    *hears(tell_booking, *BOOKINGS),
    *hears(
        tell_task,
        work.TaskAssigned,
        work.TaskSubmitted,
        work.TaskReviewed,
        work.TaskCompleted,
        work.TaskDeleted,
        work.TaskCommented,
    ),
    *hears(tell_team, *TEAM),
)
