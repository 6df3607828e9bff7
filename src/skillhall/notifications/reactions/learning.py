"""What people are told of lessons and their seats."""

from typing import Final
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Subject, instant
from skillhall.learning import events
from skillhall.learning.api import Telling, telling
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, names, yes_or_no

MOST_NAMES: Final = 3
SOON: Final = 120
"""Of a lesson more minutes away people may be reminded when their quiet hours are over."""
OWN_WISH: Final = {"left", "suspended"}
BECAUSE: Final = {"reclaimed", "suspended", "interrupted"}
LEFT_AS: Final = {"busy", "unpaid", "reclaimed", "lapsed"}
SESSIONS: Final = (
    events.SessionRequested, events.SessionScheduled, events.SessionDeclined, events.SessionExpired, events.SessionCancelled,
    events.SessionRescheduled, events.RescheduleProposed, events.RescheduleDeclined, events.HostMissedSession, events.ReminderDue,
    events.SessionStarted, events.SessionInterrupted, events.SessionCompleted,
)  # fmt: skip
PLACES: Final = (events.SeatTaken, events.SeatPromoted, events.SeatOffered, events.SeatLeft)


async def tell_lesson(event: events.SessionFact | events.PlaceFact, tx: Tx) -> None:
    """Tell everybody of the session but the one who did it; of a lesson that has begun nobody is reminded."""
    if isinstance(event, events.ReminderDue) and tx.now >= event.starts_at:
        return
    about = await telling(tx, event.session_id)
    is_place = isinstance(event, events.PlaceFact)
    readers = _learner(event) if is_place else _readers(event, about)
    learners = [event.account_id] if is_place else event.learner_ids
    called = await names(tx, list(dict.fromkeys([event.host_id, *learners]))) if readers else {}
    notices: list[Notice] = []
    for account_id in dict.fromkeys(readers):
        is_host = account_id == event.host_id
        others = [called[one] for one in (learners if is_host else [event.host_id])]
        notices.append(
            Notice(
                account_id=account_id,
                type=event.name,
                about=Subject("session", event.session_id),
                facts={**_people(others), **_facts(event, about, account_id)},
                path=f"sessions/{event.session_id}",
                actor_id=_actor(event, account_id),
                why="host" if is_host else "learner",
                expires_at=event.starts_at if isinstance(event, events.ReminderDue) else None,
                data=_data(event),
                priority="high" if isinstance(event, events.ReminderDue) and event.minutes_before > SOON else None,
            )
        )
    await notify(tx, *notices)


async def tell_settled(event: events.SeatSettled | events.SeatRefunded, tx: Tx) -> None:
    """Tell the host what was earned, or the learner what came back."""
    is_earned = isinstance(event, events.SeatSettled)
    amount = event.gross - event.fee if is_earned else event.price
    if amount == 0:
        return
    about = await telling(tx, event.session_id)
    notice = Notice(
        account_id=event.host_id if is_earned else event.account_id,
        type=event.name,
        about=Subject("session", event.session_id),
        facts={"title": about.title, "price": Money(amount, event.asset)},
        path="wallet" if is_earned else f"sessions/{event.session_id}",
        why="host" if is_earned else "learner",
        key=str(event.seat_id) if is_earned else "",  # it is told anew when a part of it goes back: that is no earning
        data={"sessionId": str(event.session_id), "seatId": str(event.seat_id), "amount": amount, "currency": event.asset},
    )
    await notify(tx, notice)


async def tell_handed_out(event: events.MaterialAdded | events.RecordingAdded, tx: Tx) -> None:
    """Tell the learners what there is beside the session from now on."""
    about = await telling(tx, event.session_id)
    called = await names(tx, [event.host_id])
    notices = [
        Notice(
            account_id=account_id,
            type=event.name,
            about=Subject("session", event.session_id),
            facts={"title": about.title, "other": called[event.host_id]},
            path=f"sessions/{event.session_id}",
            actor_id=event.host_id,
            why="learner",
            data={"sessionId": str(event.session_id)},
        )
        for account_id in event.learner_ids
    ]
    await notify(tx, *notices)


def _readers(event: events.SessionFact, about: Telling) -> list[UUID]:
    everybody = [event.host_id, *event.learner_ids]
    match event:
        case events.SessionDeclined():
            return [*event.learner_ids, *event.waiting_ids]
        case events.SessionRescheduled() if about.is_group:
            return [*event.learner_ids, *event.waiting_ids]
        case events.SessionCancelled():
            return [*everybody, *event.waiting_ids]
        case events.SessionStarted():
            return event.learner_ids
        case events.SessionCompleted():
            return [event.host_id, *event.attended_ids]
        case _:
            return everybody


def _learner(event: events.PlaceFact) -> list[UUID]:
    """Return whose place it is, unless giving it up was their own doing, or staff's that has told them."""
    return [] if isinstance(event, events.SeatLeft) and event.left_as in OWN_WISH else [event.account_id]


def _actor(event: events.SessionFact | events.PlaceFact, reader: UUID) -> UUID | None:
    """Return whose doing it is; who did it is told nothing. Of their own request and seat people are told, so nobody did these."""
    match event:
        case events.SessionCancelled():
            return event.cancelled_by
        case events.RescheduleProposed():
            return event.proposed_by
        case events.SessionRequested() if reader == event.host_id and event.learner_ids:
            return event.learner_ids[0]
        case events.SessionDeclined() | events.SessionStarted():
            return event.host_id
        case _:
            return None


def _people(others: list[str]) -> dict[str, Fact]:
    """Return whom the reader meets: up to three by name, more by their number, and 0 for nobody."""
    if len(others) > MOST_NAMES:
        return {"other": "", "others": len(others)}
    return {"other": ", ".join(others), "others": min(len(others), 1)}


def _facts(event: events.SessionFact | events.PlaceFact, about: Telling, reader: UUID) -> dict[str, Fact]:
    price, paid = _price(event, about, reader)
    until, is_host = getattr(event, "expires_at", None), reader == event.host_id
    has_deadline = until is not None and not (isinstance(event, events.SessionRequested) and not is_host)
    return {
        "title": about.title,
        "starts_at": event.starts_at,
        "from_starts_at": event.from_starts_at if isinstance(event, events.SessionRescheduled) else event.starts_at,
        "proposed_starts_at": event.proposed_starts_at if isinstance(event, events.RescheduleProposed) else event.starts_at,
        "reader": "host" if is_host else "learner",
        "group": yes_or_no(about.is_group),
        "price": price,
        "paid": paid,
        "until": until or event.starts_at,
        "deadline": "given" if has_deadline else "none",
        "because": about.closed_as if about.closed_as in BECAUSE else "other",
        "left_as": event.left_as if isinstance(event, events.SeatLeft) and event.left_as in LEFT_AS else "unfilled",
        "reason": "given" if about.closed_reason else "none",
        "reason_text": about.closed_reason or "",
    }


def _price(event: events.SessionFact | events.PlaceFact, about: Telling, reader: UUID) -> tuple[Money, str]:
    """Return what this reader has set aside or gets back, and in what; "none" where it is nothing, or not theirs."""
    amount = event.returned if isinstance(event, events.SeatLeft) else about.price
    has_paid = reader != event.host_id and not (isinstance(event, events.SessionFact) and reader in event.waiting_ids)
    if not (amount and has_paid):
        return Money(0, about.asset), "none"
    return Money(amount, about.asset), "credits" if about.asset == CREDIT else "money"


def _data(event: events.SessionFact | events.PlaceFact) -> dict[str, object]:
    data: dict[str, object] = {"sessionId": str(event.session_id), "startsAt": instant(event.starts_at)}
    match event:
        case events.RescheduleProposed():
            data["proposedStartsAt"] = instant(event.proposed_starts_at)
        case events.ReminderDue():
            data["minutesBefore"] = event.minutes_before
        case events.SeatLeft():
            data["leftAs"] = event.left_as
        case _:
            pass
    return data


REACTIONS = (
    *hears(tell_lesson, *SESSIONS, *PLACES),
    *hears(tell_settled, events.SeatSettled, events.SeatRefunded),
    *hears(tell_handed_out, events.MaterialAdded, events.RecordingAdded),
)
