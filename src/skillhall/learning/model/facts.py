"""The facts that follow from a lesson before and after a verb. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from skillhall.kernel.events import Event
from skillhall.learning import events
from skillhall.learning.model.booking import DECLINED
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.proposal import ProposalState
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.states import GONE, IN_LINE, OCCUPIED, SeatState, SessionState, Settlement

_PLAIN: dict[SessionState, type[events.SessionFact]] = {
    SessionState.SCHEDULED: events.SessionScheduled,
    SessionState.EXPIRED: events.SessionExpired,
    SessionState.IN_PROGRESS: events.SessionStarted,
    SessionState.NO_SHOW_HOST: events.HostMissedSession,
}


def facts(before: Lesson | None, after: Lesson) -> Iterator[Event]:
    """Yield what to publish: the session's fact first, then those of its seats."""
    about = _about(before, after)
    if _is_unheard(after):
        pass
    elif before is None or before.is_unpaid or _moments(before) != _moments(after):
        yield from _session_fact(before, after, about)
    elif before.proposal != after.proposal:
        yield from _proposal_fact(after, about)
    old = {seat.id: seat for seat in before.seats} if before else {}
    for seat in after.seats:
        was = old.get(seat.id)
        if after.is_group or seat.is_awaiting or seat.closed_as:
            yield from _place_fact(after, was, seat)
        if was and was.settlement is not seat.settlement:
            yield from _seat_fact(after, seat)


def _is_unheard(lesson: Lesson) -> bool:
    """Return whether nobody but its learner knows of this lesson: it has not been paid, or was given up before."""
    return not lesson.is_group and all(seat.is_awaiting or seat.closed_as for seat in lesson.seats)


def _moments(lesson: Lesson) -> tuple[SessionState, datetime]:
    return lesson.session.state, lesson.session.starts_at


def _session_fact(before: Lesson | None, after: Lesson, about: dict[str, Any]) -> Iterator[Event]:
    session, was = after.session, before.session.state if before else None
    match session.state:
        case SessionState.REQUESTED:
            yield events.SessionRequested(**about, expires_at=session.due_at)
        case SessionState.SCHEDULED if before is None and after.is_group:
            yield events.SessionOpened(**about, capacity=session.capacity, price=session.price, asset=session.asset)
        case SessionState.SCHEDULED if before and was is not SessionState.REQUESTED:
            yield events.SessionRescheduled(**about, from_starts_at=before.session.starts_at)
        case SessionState.CANCELLED if session.closed_as == DECLINED:
            yield events.SessionDeclined(**about)
        case SessionState.CANCELLED:
            yield events.SessionCancelled(**about, cancelled_by=session.closed_by)
        case SessionState.INTERRUPTED:
            yield events.SessionInterrupted(**about, expires_at=session.due_at)
        case SessionState.COMPLETED:
            came = [seat.account_id for seat in after.seats if seat.state is SeatState.ATTENDED]
            yield events.SessionCompleted(**about, attended_ids=came)
        case SessionState.IN_PROGRESS if was is SessionState.PAUSED:
            pass
        case _ if session.state in _PLAIN:
            yield _PLAIN[session.state](**about)
        case _:
            pass


def _proposal_fact(after: Lesson, about: dict[str, Any]) -> Iterator[Event]:
    proposal = after.proposal
    if proposal is None:
        return
    if proposal.state is ProposalState.OPEN:
        yield events.RescheduleProposed(
            **about, proposed_by=proposal.by, proposed_starts_at=proposal.starts_at, expires_at=proposal.expires_at
        )
    else:
        yield events.RescheduleDeclined(**about)


def _place_fact(after: Lesson, before: Seat | None, seat: Seat) -> Iterator[Event]:
    was = before.state if before else None
    if seat.state is was:
        return
    about: dict[str, Any] = {**_about_seat(after, seat), "starts_at": after.session.starts_at}
    match seat.state:
        case SeatState.CONFIRMED if was is SeatState.WAITING:
            yield events.SeatPromoted(**about)
        case SeatState.CONFIRMED if was is None or was in GONE or was in {SeatState.OFFERED, SeatState.AWAITING_PAYMENT}:
            yield events.SeatTaken(**about)
        case SeatState.AWAITING_PAYMENT:
            yield events.PaymentAwaited(**about, expires_at=seat.pay_until)
        case SeatState.WAITING:
            yield events.SeatWaiting(**about)
        case SeatState.OFFERED:
            yield events.SeatOffered(**about, expires_at=seat.offered_until)
        case SeatState.CANCELLED | SeatState.EXPIRED if seat.closed_as:
            is_decided = before is not None and before.is_open and not seat.is_open
            yield events.SeatLeft(**about, left_as=seat.closed_as, returned=(seat.price - seat.gross) * is_decided)
        case _:
            pass


def _seat_fact(after: Lesson, seat: Seat) -> Iterator[Event]:
    about = _about_seat(after, seat)
    match seat.settlement:
        case Settlement.SETTLED | Settlement.SPLIT:
            yield events.SeatSettled(**about, gross=seat.gross, fee=seat.fee)
        case Settlement.REFUNDED:
            yield events.SeatRefunded(**about)
        case Settlement.FROZEN:
            yield events.ProblemReported(**about, reported_by=seat.problem_by)
        case _:
            pass


def _about(before: Lesson | None, after: Lesson) -> dict[str, Any]:
    """Return what concerns whom: who has a seat, or waits or has yet to pay for one, or did until it ended with the session."""
    session, old = after.session, {seat.id: seat.state for seat in before.seats} if before else {}
    stands = [(seat.account_id, old.get(seat.id) if seat.state in GONE else seat.state) for seat in after.seats if not seat.closed_as]
    return {
        "session_id": session.id, "host_id": session.host_id, "learner_ids": [who for who, state in stands if state in OCCUPIED],
        "skill_id": session.skill_id, "starts_at": session.starts_at, "ends_at": session.ends_at,
        "waiting_ids": [who for who, state in stands if state in {*IN_LINE, SeatState.AWAITING_PAYMENT}],
    }  # fmt: skip


def _about_seat(lesson: Lesson, seat: Seat) -> dict[str, Any]:
    return {
        "session_id": seat.session_id, "seat_id": seat.id, "account_id": seat.account_id, "host_id": lesson.session.host_id,
        "price": seat.price, "asset": seat.asset,
    }  # fmt: skip
