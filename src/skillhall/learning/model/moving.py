"""Another time: one side proposes and the other agrees; a group is moved by its host. And what time alone does to a lesson."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.shapes import instant
from skillhall.learning.model.booking import cancelled, expired, unpaid
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.meeting import completed, decided
from skillhall.learning.model.proposal import Proposal, ProposalState
from skillhall.learning.model.refusals import NoProposal, OwnProposal, ProposalOpen, TooFarAhead, TooLate, TooSoon
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.seating import line_passed, removed
from skillhall.learning.model.session import Session
from skillhall.learning.model.states import IN_LINE, OCCUPIED, TAKEN, ClosedAs, SeatState, SessionState
from skillhall.learning.model.terms import minutes

INTERRUPTED = "interrupted"
FURTHEST_DAYS: Final = 365


def proposed(lesson: Lesson, by: UUID, starts_at: datetime, reason: str | None, now: datetime) -> Lesson:
    """One side asks for another time. The answer is due in 48 hours, and before either time comes."""
    lesson.is_host(by)
    session, pending = lesson.session, lesson.open_proposal
    if pending and (pending.by, pending.starts_at) == (by, starts_at):
        return lesson
    lesson.check_state("rescheduled", SessionState.SCHEDULED, SessionState.INTERRUPTED)
    if pending:
        raise ProposalOpen
    latest = session.starts_at if session.state is SessionState.SCHEDULED else session.changes_at
    expires_at = min(now + minutes(session.terms.proposal_minutes), starts_at, latest or starts_at)
    return replace(lesson, proposal=_proposal(session, by, starts_at, expires_at, reason, now)).timed()


def moved(lesson: Lesson, by: UUID, starts_at: datetime, reason: str | None, room: str, without: Collection[UUID], now: datetime) -> Lesson:
    """The host of a group moves it, in a new room; nobody has come yet. `without` are those who have something else then.

    They get everything back. Everybody else stays, in the line too, and may leave for nothing until the start.
    """
    lesson.check_host(by)
    session = lesson.session
    lesson.check_state("rescheduled", SessionState.SCHEDULED, SessionState.INTERRUPTED)
    if session.state is SessionState.SCHEDULED:
        if starts_at == session.starts_at:
            return lesson
        if now >= session.starts_at:
            raise TooLate(closed_at=instant(session.starts_at))
    decided = replace(_proposal(session, by, starts_at, starts_at, reason, now), state=ProposalState.ACCEPTED, decided_at=now)
    lesson = replace(removed(lesson, without, ClosedAs.BUSY), session=session.at(starts_at), proposal=decided)
    settle_at = lesson.session.settle_at

    def kept(seat: Seat) -> Seat:
        state = SeatState.CONFIRMED if seat.state in OCCUPIED else seat.state
        until = min(seat.offered_until, starts_at) if seat.offered_until else None
        pay_until = min(seat.pay_until, starts_at) if seat.pay_until else None
        return replace(seat, state=state, joined_at=None, settle_at=settle_at, offered_until=until, pay_until=pay_until, is_moved=True)

    return _anew(lesson.each(kept, *TAKEN, *IN_LINE, SeatState.AWAITING_PAYMENT, SeatState.NO_SHOW), room, now)


def agreed(lesson: Lesson, by: UUID, room: str, now: datetime) -> Lesson:
    """The other side agrees: the lesson is scheduled anew, in a new room, and nobody has come yet."""
    lesson.is_host(by)
    proposal = lesson.open_proposal
    if proposal is None or now >= proposal.expires_at:
        raise NoProposal
    if proposal.by == by:
        raise OwnProposal
    lesson = replace(lesson, session=lesson.session.at(proposal.starts_at)).closed_proposal(ProposalState.ACCEPTED, now)
    settle_at = lesson.session.settle_at
    return _anew(lesson.each(lambda seat: replace(seat, state=SeatState.CONFIRMED, joined_at=None, settle_at=settle_at), *TAKEN), room, now)


def refused(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The other side does not agree, or the proposer thinks better of it: the old time stands."""
    lesson.is_host(by)
    if lesson.open_proposal is None:
        raise NoProposal
    return lesson.closed_proposal(ProposalState.DECLINED, now)


def passed(lesson: Lesson, now: datetime) -> Lesson:
    """Do what time alone does by `now`: offers, proposals, unpaid seats lapse, a request expires, who came decides, an overrun is over."""
    lesson = line_passed(lesson, now)
    if lesson.is_unpaid:
        return unpaid(lesson, now) if any(seat.pay_until and now >= seat.pay_until for seat in lesson.seats) else lesson
    proposal = lesson.open_proposal
    if proposal and now >= proposal.expires_at:
        lesson = lesson.closed_proposal(ProposalState.EXPIRED, now)
    if lesson.changes_at is None or now < lesson.changes_at:
        return lesson
    match lesson.session.state:
        case SessionState.REQUESTED:
            return expired(lesson, now)
        case SessionState.SCHEDULED:
            return decided(lesson, now)
        case SessionState.INTERRUPTED:
            return cancelled(lesson, None, None, now, INTERRUPTED)
        case _:
            return completed(lesson, now)


def _proposal(session: Session, by: UUID, starts_at: datetime, expires_at: datetime, reason: str | None, now: datetime) -> Proposal:
    if starts_at > now + timedelta(days=FURTHEST_DAYS):
        raise TooFarAhead(days=FURTHEST_DAYS)
    if expires_at <= now:
        raise TooSoon(earliest=instant(now))
    return Proposal(
        id=ids.new(),
        session_id=session.id,
        by=by,
        from_starts_at=session.starts_at,
        starts_at=starts_at,
        ends_at=session.at(starts_at).ends_at,
        expires_at=expires_at,
        created_at=now,
        reason=reason,
    )


def _anew(lesson: Lesson, room: str, now: datetime) -> Lesson:
    return lesson.to(SessionState.SCHEDULED, now, room=room, host_joined_at=None, started_at=None, interrupted_at=None)
