"""Sessions with their seats and proposals in the database. The lock of the session guards its seats and proposals too."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.proposal import Proposal, ProposalState
from skillhall.learning.model.refusals import SeatNotFound, SessionNotFound
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.session import Session
from skillhall.learning.model.states import ClosedAs, Kind, SeatState, SessionState, Settlement
from skillhall.learning.model.terms import Terms

_SESSION: Final = """
SELECT id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
       buffer_before_minutes, buffer_after_minutes, capacity, price, terms, room, created_at, due_at, remind_at, fill_at, fill_after,
       host_joined_at, started_at, interrupted_at, ended_at, closed_as, closed_by, closed_reason, asset, is_instant
FROM learning.session WHERE id = $1
"""
SESSION = sql(_SESSION)
LOCK_SESSION = sql(_SESSION + "FOR NO KEY UPDATE")
SEATS = sql("""
SELECT id, session_id, account_id, profile_id, state, settlement, round, price, gross, fee, settle_at, created_at, joined_at, queued_at,
       offered_until, problem, problem_by, is_moved, past_gross, past_fee, closed_as, asset, pay_until
FROM learning.seat WHERE session_id = $1 ORDER BY id
""")
OPEN_PROPOSAL = sql("""
SELECT id, session_id, by_id, from_starts_at, starts_at, ends_at, expires_at, created_at, state, reason, decided_at
FROM learning.proposal WHERE session_id = $1 AND state = 'open'
""")
INSERT_SESSION = sql("""
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, price, terms, room, created_at, due_at, remind_at, asset, is_instant)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
""")
INSERT_SEAT = sql("""
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at, queued_at, asset, pay_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12, $13, $14)
""")
UPDATE_SESSION = sql("""
UPDATE learning.session SET state = $3, starts_at = $4, ends_at = $5, taken = $6, room = $7, due_at = $8, remind_at = $9,
    host_joined_at = $10, started_at = $11, interrupted_at = $12, ended_at = $13, closed_as = $14, closed_by = $15, closed_reason = $16,
    waiting = $17, fill_at = $18, fill_after = $19
WHERE id = $1 AND state = $2
""")
UPDATE_SEATS = sql("""
UPDATE learning.seat s SET state = n.state, settlement = n.settlement, round = n.round, hold_id = n.hold_id, gross = n.gross, fee = n.fee,
    settle_at = n.settle_at, joined_at = n.joined_at, problem = n.problem, problem_by = n.problem_by, profile_id = n.profile_id,
    queued_at = n.queued_at, offered_until = n.offered_until, is_moved = n.is_moved, past_gross = n.past_gross, past_fee = n.past_fee,
    closed_as = n.closed_as, price = n.price, pay_until = n.pay_until
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::uuid[], $7::integer[], $8::integer[], $9::timestamptz[],
            $10::timestamptz[], $11::text[], $12::uuid[], $13::uuid[], $14::timestamptz[], $15::timestamptz[], $16::boolean[],
            $17::integer[], $18::integer[], $19::text[], $20::text[], $21::integer[], $22::timestamptz[])
    AS n (id, old_settlement, state, settlement, round, hold_id, gross, fee, settle_at, joined_at, problem, problem_by, profile_id,
          queued_at, offered_until, is_moved, past_gross, past_fee, closed_as, old_state, price, pay_until)
WHERE s.id = n.id AND s.settlement = n.old_settlement AND s.state = n.old_state
""")
INSERT_PROPOSAL = sql("""
INSERT INTO learning.proposal (id, session_id, by_id, from_starts_at, starts_at, ends_at, expires_at, created_at, state, reason, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
""")
CLOSE_PROPOSAL = sql("UPDATE learning.proposal SET state = $2, decided_at = $3 WHERE id = $1 AND state = 'open'")
OPEN_GROUP = sql("""
SELECT id, capacity FROM learning.session
WHERE offer_id = $1 AND starts_at = $2 AND kind = 'group' AND state = 'scheduled' ORDER BY id LIMIT 1
""")
SESSION_OF_SEAT = sql("SELECT session_id FROM learning.seat WHERE id = $1")
SESSION_OF_HOLD = sql("SELECT session_id FROM learning.seat WHERE hold_id = $1")


class OpenGroup(Struct, frozen=True):
    """A group session that takes learners."""

    id: UUID
    seats: int


class LostUpdateError(AssertionError):
    """A row changed although its session was locked: somebody writes without the lock."""


@locks(30, 1)
async def lock_lesson(tx: Tx, session_id: UUID) -> Lesson:
    """Lock a session and return it with its seats and its open proposal, or refuse."""
    return await _lesson(tx, await tx.row(LOCK_SESSION, session_id))


async def locked_lesson(tx: Tx, session_id: UUID) -> Lesson:
    """Return the same of a session that this transaction has locked before it locked what ranks higher."""
    return await _lesson(tx, await tx.row(SESSION, session_id))


async def _lesson(tx: Tx, row: Row | None) -> Lesson:
    if row is None:
        raise SessionNotFound
    seats = await tx.rows(SEATS, row["id"])
    proposal = await tx.row(OPEN_PROPOSAL, row["id"])
    return Lesson(session=_session(row), seats=tuple(_seat(seat) for seat in seats), proposal=_proposal(proposal) if proposal else None)


async def insert_lesson(tx: Tx, lesson: Lesson) -> None:
    """Store a new session with its seats."""
    s = lesson.session
    await tx.run(
        INSERT_SESSION, s.id, s.offer_id, s.host_id, s.host_profile_id, s.skill_id, s.kind, s.state, s.title, s.starts_at, s.ends_at,
        s.buffer_before_minutes, s.buffer_after_minutes, s.capacity, lesson.taken, s.price, s.terms, s.room, s.created_at, s.due_at,
        s.remind_at, s.asset, s.is_instant,
    )  # fmt: skip
    for seat in lesson.seats:
        await insert_seat(tx, seat)


async def insert_seat(tx: Tx, seat: Seat) -> None:
    """Store a new seat; one per learner and session."""
    await tx.run(
        INSERT_SEAT, seat.id, seat.session_id, seat.account_id, seat.profile_id, seat.state, seat.settlement, seat.round, seat.hold_id,
        seat.price, seat.settle_at, seat.created_at, seat.queued_at, seat.asset, seat.pay_until,
    )  # fmt: skip


async def update_lesson(tx: Tx, before: Lesson, after: Lesson) -> None:
    """Store what changed, each row only from the state it was locked in."""
    if after.session != before.session or (after.taken, after.waiting) != (before.taken, before.waiting):
        s = after.session
        count = await tx.run(
            UPDATE_SESSION, s.id, before.session.state, s.state, s.starts_at, s.ends_at, after.taken, s.room, s.due_at, s.remind_at,
            s.host_joined_at, s.started_at, s.interrupted_at, s.ended_at, s.closed_as, s.closed_by, s.closed_reason, after.waiting,
            s.fill_at, s.fill_after,
        )  # fmt: skip
        _check_count(count, 1)
    old = {seat.id: seat for seat in before.seats}
    changed = [(old[seat.id], seat) for seat in after.seats if seat.id in old and old[seat.id] != seat]
    if changed:
        _check_count(await _update_seats(tx, changed), len(changed))
    for seat in after.seats:
        if seat.id not in old:
            await insert_seat(tx, seat)
    if after.proposal and after.proposal != before.proposal:
        await _store_proposal(tx, before.open_proposal, after.proposal)


async def find_open_group(read: Read, offer_id: UUID, starts_at: datetime) -> OpenGroup | None:
    """Return the group session of this offer that starts exactly then and has not begun."""
    row = await read.row(OPEN_GROUP, offer_id, starts_at)
    return None if row is None else OpenGroup(row["id"], row["capacity"])


async def session_of_seat(read: Read, seat_id: UUID) -> UUID:
    """Return the session a seat belongs to."""
    found: UUID | None = await read.value(SESSION_OF_SEAT, seat_id)
    if found is None:
        raise SessionNotFound
    return found


async def session_of_hold(read: Read, hold_id: UUID) -> UUID:
    """Return the session of the seat that a hold is for."""
    found: UUID | None = await read.value(SESSION_OF_HOLD, hold_id)
    if found is None:
        raise SeatNotFound
    return found


async def _update_seats(tx: Tx, changed: list[tuple[Seat, Seat]]) -> int:
    olds, news = zip(*changed, strict=True)
    return await tx.run(
        UPDATE_SEATS, [s.id for s in news], [s.settlement for s in olds], [s.state for s in news], [s.settlement for s in news],
        [s.round for s in news], [s.hold_id for s in news], [s.gross for s in news], [s.fee for s in news], [s.settle_at for s in news],
        [s.joined_at for s in news], [s.problem for s in news], [s.problem_by for s in news], [s.profile_id for s in news],
        [s.queued_at for s in news], [s.offered_until for s in news], [s.is_moved for s in news], [s.past_gross for s in news],
        [s.past_fee for s in news], [s.closed_as for s in news], [s.state for s in olds],
        [s.price for s in news], [s.pay_until for s in news],
    )  # fmt: skip


async def _store_proposal(tx: Tx, pending: Proposal | None, new: Proposal) -> None:
    if pending is None:
        await tx.run(
            INSERT_PROPOSAL, new.id, new.session_id, new.by, new.from_starts_at, new.starts_at, new.ends_at, new.expires_at, new.created_at,
            new.state, new.reason, new.decided_at,
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
    fields["closed_as"] = ClosedAs(row["closed_as"]) if row["closed_as"] else None
    return Seat(**fields)


def _proposal(row: Row) -> Proposal:
    fields = dict(row)
    fields["by"], fields["state"] = fields.pop("by_id"), ProposalState(row["state"])
    return Proposal(**fields)
