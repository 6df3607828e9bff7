"""Another time for a one-to-one lesson: one side proposes, the other agrees. And what time alone does to a lesson."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.shapes import instant
from skillhall.learning.model.booking import cancelled, expired
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.meeting import completed, decided
from skillhall.learning.model.proposal import Proposal, ProposalState
from skillhall.learning.model.refusals import GroupsNotEnabled, NoProposal, OwnProposal, ProposalOpen, TooFarAhead, TooSoon
from skillhall.learning.model.states import TAKEN, Kind, SeatState, SessionState
from skillhall.learning.model.terms import minutes

INTERRUPTED = "interrupted"
FURTHEST_DAYS: Final = 365


def proposed(lesson: Lesson, by: UUID, starts_at: datetime, reason: str | None, now: datetime) -> Lesson:
    """One side asks for another time. The answer is due in 48 hours, and before either time comes."""
    lesson.is_host(by)
    session, pending = lesson.session, lesson.open_proposal
    if pending and (pending.by, pending.starts_at) == (by, starts_at):
        return lesson
    if session.kind is not Kind.ONE_ON_ONE:
        raise GroupsNotEnabled
    lesson.check_state("rescheduled", SessionState.SCHEDULED, SessionState.INTERRUPTED)
    if pending:
        raise ProposalOpen
    if starts_at > now + timedelta(days=FURTHEST_DAYS):
        raise TooFarAhead(days=FURTHEST_DAYS)
    latest = session.starts_at if session.state is SessionState.SCHEDULED else session.changes_at
    expires_at = min(now + minutes(session.terms.proposal_minutes), starts_at, latest or starts_at)
    if expires_at <= now:
        raise TooSoon(earliest=instant(now))
    proposal = Proposal(
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
    return replace(lesson, proposal=proposal).timed()


def agreed(lesson: Lesson, by: UUID, room: str, now: datetime) -> Lesson:
    """The other side agrees: the lesson is scheduled anew, in a new room, and nobody has come yet."""
    lesson.is_host(by)
    proposal = lesson.open_proposal
    if proposal is None or now >= proposal.expires_at:
        raise NoProposal
    if proposal.by == by:
        raise OwnProposal
    moved = replace(lesson, session=lesson.session.at(proposal.starts_at)).closed_proposal(ProposalState.ACCEPTED, now)
    settle_at = moved.session.settle_at
    moved = moved.each(lambda seat: replace(seat, state=SeatState.CONFIRMED, joined_at=None, settle_at=settle_at), *TAKEN)
    return moved.to(SessionState.SCHEDULED, now, room=room, host_joined_at=None, started_at=None, interrupted_at=None)


def refused(lesson: Lesson, by: UUID, now: datetime) -> Lesson:
    """The other side does not agree, or the proposer thinks better of it: the old time stands."""
    lesson.is_host(by)
    if lesson.open_proposal is None:
        raise NoProposal
    return lesson.closed_proposal(ProposalState.DECLINED, now)


def passed(lesson: Lesson, now: datetime) -> Lesson:
    """Do what time alone does by `now`: a proposal lapses, a request expires, who came decides, an overrun lesson is over."""
    proposal = lesson.open_proposal
    if proposal and now >= proposal.expires_at:
        lesson = lesson.closed_proposal(ProposalState.EXPIRED, now)
    if lesson.session.changes_at is None or now < lesson.session.changes_at:
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
