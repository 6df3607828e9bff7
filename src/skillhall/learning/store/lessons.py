"""Sessions with their seats and proposals in the database. The lock of the session guards its seats and proposals too."""

from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.proposal import Proposal, ProposalState
from skillhall.learning.model.refusals import SessionNotFound
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.session import Session
from skillhall.learning.model.states import Kind, SeatState, SessionState, Settlement
from skillhall.learning.model.terms import Terms

LOCK_SESSION = sql("""
SELECT id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
       buffer_before_minutes, buffer_after_minutes, capacity, price, terms, room, created_at, due_at, remind_at, host_joined_at,
       started_at, interrupted_at, ended_at, closed_as, closed_by, closed_reason
FROM learning.session WHERE id = $1 FOR NO KEY UPDATE
""")
SEATS = sql("""
SELECT id, session_id, account_id, profile_id, state, settlement, round, price, gross, fee, settle_at, created_at, joined_at, queued_at,
       offered_until, problem, problem_by
FROM learning.seat WHERE session_id = $1 ORDER BY id
""")
OPEN_PROPOSAL = sql("""
SELECT id, session_id, by_id, from_starts_at, starts_at, ends_at, expires_at, created_at, state, reason, decided_at
FROM learning.proposal WHERE session_id = $1 AND state = 'open'
""")
INSERT_SESSION = sql("""
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, price, terms, room, created_at, due_at, remind_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
""")
INSERT_SEAT = sql("""
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at, queued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12)
""")
UPDATE_SESSION = sql("""
UPDATE learning.session SET state = $3, starts_at = $4, ends_at = $5, taken = $6, room = $7, due_at = $8, remind_at = $9,
    host_joined_at = $10, started_at = $11, interrupted_at = $12, ended_at = $13, closed_as = $14, closed_by = $15, closed_reason = $16
WHERE id = $1 AND state = $2
""")
UPDATE_SEATS = sql("""
UPDATE learning.seat s SET state = n.state, settlement = n.settlement, round = n.round, hold_id = n.hold_id, gross = n.gross, fee = n.fee,
    settle_at = n.settle_at, joined_at = n.joined_at, problem = n.problem, problem_by = n.problem_by
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::uuid[], $7::integer[], $8::integer[], $9::timestamptz[],
            $10::timestamptz[], $11::text[], $12::uuid[])
    AS n (id, old_settlement, state, settlement, round, hold_id, gross, fee, settle_at, joined_at, problem, problem_by)
WHERE s.id = n.id AND s.settlement = n.old_settlement
""")
INSERT_PROPOSAL = sql("""
INSERT INTO learning.proposal (id, session_id, by_id, from_starts_at, starts_at, ends_at, expires_at, created_at, state, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
""")
CLOSE_PROPOSAL = sql("UPDATE learning.proposal SET state = $2, decided_at = $3 WHERE id = $1 AND state = 'open'")
SESSION_OF_SEAT = sql("SELECT session_id FROM learning.seat WHERE id = $1")
REMINDED = sql("UPDATE learning.session SET remind_at = $3 WHERE id = $1 AND remind_at = $2")


class LostUpdateError(AssertionError):
    """A row changed although its session was locked: somebody writes without the lock."""


@locks(30, 1)
async def lock_lesson(tx: Tx, session_id: UUID) -> Lesson:
    """Lock a session and return it with its seats and its open proposal, or refuse."""
    row = await tx.row(LOCK_SESSION, session_id)
    if row is None:
        raise SessionNotFound
    seats = await tx.rows(SEATS, session_id)
    proposal = await tx.row(OPEN_PROPOSAL, session_id)
    return Lesson(session=_session(row), seats=tuple(_seat(seat) for seat in seats), proposal=_proposal(proposal) if proposal else None)


async def insert_lesson(tx: Tx, lesson: Lesson) -> None:
    """Store a new session with its seats."""
    s = lesson.session
    await tx.run(
        INSERT_SESSION, s.id, s.offer_id, s.host_id, s.host_profile_id, s.skill_id, s.kind, s.state, s.title, s.starts_at, s.ends_at,
        s.buffer_before_minutes, s.buffer_after_minutes, s.capacity, lesson.taken, s.price, s.terms, s.room, s.created_at, s.due_at,
        s.remind_at,
    )  # fmt: skip
    for seat in lesson.seats:
        await insert_seat(tx, seat)


async def insert_seat(tx: Tx, seat: Seat) -> None:
    """Store a new seat; one per learner and session."""
    await tx.run(
        INSERT_SEAT, seat.id, seat.session_id, seat.account_id, seat.profile_id, seat.state, seat.settlement, seat.round, seat.hold_id,
        seat.price, seat.settle_at, seat.created_at, seat.queued_at,
    )  # fmt: skip


async def update_lesson(tx: Tx, before: Lesson, after: Lesson) -> None:
    """Store what changed, each row only from the state it was locked in."""
    if after.session != before.session or after.taken != before.taken:
        s = after.session
        count = await tx.run(
            UPDATE_SESSION, s.id, before.session.state, s.state, s.starts_at, s.ends_at, after.taken, s.room, s.due_at, s.remind_at,
            s.host_joined_at, s.started_at, s.interrupted_at, s.ended_at, s.closed_as, s.closed_by, s.closed_reason,
        )  # fmt: skip
        _check_count(count, 1)
    changed = [(old, new) for old, new in zip(before.seats, after.seats, strict=True) if old != new]
    if changed:
        _check_count(await _update_seats(tx, changed), len(changed))
    if after.proposal and after.proposal != before.proposal:
        await _store_proposal(tx, before.open_proposal, after.proposal)


async def reminded(tx: Tx, before: Session, after: Session) -> bool:
    """Note that a reminder went out; False when somebody else noted it."""
    return await tx.run(REMINDED, before.id, before.remind_at, after.remind_at) == 1


async def session_of_seat(read: Read, seat_id: UUID) -> UUID:
    """Return the session a seat belongs to."""
    found: UUID | None = await read.value(SESSION_OF_SEAT, seat_id)
    if found is None:
        raise SessionNotFound
    return found


async def _update_seats(tx: Tx, changed: list[tuple[Seat, Seat]]) -> int:
    olds, news = zip(*changed, strict=True)
    return await tx.run(
        UPDATE_SEATS, [s.id for s in news], [s.settlement for s in olds], [s.state for s in news], [s.settlement for s in news],
        [s.round for s in news], [s.hold_id for s in news], [s.gross for s in news], [s.fee for s in news], [s.settle_at for s in news],
        [s.joined_at for s in news], [s.problem for s in news], [s.problem_by for s in news],
    )  # fmt: skip


async def _store_proposal(tx: Tx, pending: Proposal | None, new: Proposal) -> None:
    if pending is None:
        await tx.run(
            INSERT_PROPOSAL, new.id, new.session_id, new.by, new.from_starts_at, new.starts_at, new.ends_at, new.expires_at, new.created_at,
            new.state, new.reason,
        )  # fmt: skip
    else:
        _check_count(await tx.run(CLOSE_PROPOSAL, pending.id, new.state, new.decided_at), 1)


def _check_count(count: int, expected: int) -> None:
    if count != expected:
        raise LostUpdateError(f"{count} rows instead of {expected}")


def _session(row: Row) -> Session:
    fields = dict(row)
    fields["kind"], fields["state"] = Kind(row["kind"]), SessionState(row["state"])
    fields["terms"] = msgspec.convert(row["terms"], Terms)
    return Session(**fields)


def _seat(row: Row) -> Seat:
    fields = dict(row)
    fields["state"], fields["settlement"] = SeatState(row["state"]), Settlement(row["settlement"])
    return Seat(**fields)


def _proposal(row: Row) -> Proposal:
    fields = dict(row)
    fields["by"], fields["state"] = fields.pop("by_id"), ProposalState(row["state"])
    return Proposal(**fields)
