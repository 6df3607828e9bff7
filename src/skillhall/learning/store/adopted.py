"""Offers and sessions that come in bulk: one statement a table."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.offer import Offer

INSERT_OFFERS = sql("""
INSERT INTO learning.offer (id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes,
    buffer_after_minutes, price, is_instant, notice_minutes, days_ahead, version, created_at, updated_at, asset)
SELECT id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes,
    buffer_after_minutes, price, is_instant, notice_minutes, days_ahead, version, created_at, created_at, asset
FROM jsonb_to_recordset($1::jsonb) AS o (id uuid, host_id uuid, profile_id uuid, skill_id uuid, title text, description text,
    duration_minutes smallint, buffer_before_minutes smallint, buffer_after_minutes smallint, price integer, is_instant boolean,
    notice_minutes integer, days_ahead smallint, version integer, created_at timestamptz, asset text)
""")
INSERT_SESSIONS = sql("""
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, waiting, price, terms, room, created_at, due_at, remind_at, fill_at,
    fill_after, host_joined_at, started_at, interrupted_at, ended_at, closed_as, closed_by, closed_reason, asset, is_instant)
SELECT id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, waiting, price, terms, room, created_at, due_at, remind_at, fill_at,
    fill_after, host_joined_at, started_at, interrupted_at, ended_at, closed_as, closed_by, closed_reason, asset, is_instant
FROM jsonb_to_recordset($1::jsonb) AS s (id uuid, offer_id uuid, host_id uuid, host_profile_id uuid, skill_id uuid, kind text, state text,
    title text, starts_at timestamptz, ends_at timestamptz, buffer_before_minutes smallint, buffer_after_minutes smallint,
    capacity smallint, taken smallint, waiting smallint, price integer, terms jsonb, room text, created_at timestamptz,
    due_at timestamptz, remind_at timestamptz, fill_at timestamptz, fill_after timestamptz, host_joined_at timestamptz,
    started_at timestamptz, interrupted_at timestamptz, ended_at timestamptz, closed_as text, closed_by uuid, closed_reason text,
    asset text, is_instant boolean)
""")
INSERT_SEATS = sql("""
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at, joined_at, queued_at, offered_until, problem, problem_by, is_moved, past_gross, past_fee, closed_as, asset, pay_until)
SELECT id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at, joined_at, queued_at, offered_until, problem, problem_by, is_moved, past_gross, past_fee, closed_as, asset, pay_until
FROM jsonb_to_recordset($1::jsonb) AS e (id uuid, session_id uuid, account_id uuid, profile_id uuid, state text, settlement text,
    round smallint, hold_id uuid, price integer, gross integer, fee integer, settle_at timestamptz, created_at timestamptz,
    joined_at timestamptz, queued_at timestamptz, offered_until timestamptz, problem text, problem_by uuid, is_moved boolean,
    past_gross integer, past_fee integer, closed_as text, asset text, pay_until timestamptz)
""")
INSERT_ATTENDANCE = sql("""
INSERT INTO learning.attendance (id, session_id, account_id, entered_at, left_at)
SELECT id, session_id, account_id, entered_at, left_at
FROM jsonb_to_recordset($1::jsonb) AS a (id uuid, session_id uuid, account_id uuid, entered_at timestamptz, left_at timestamptz)
""")


class Presence(Struct, frozen=True, kw_only=True):
    """One person's time in the room."""

    id: UUID
    session_id: UUID
    account_id: UUID
    entered_at: datetime
    left_at: datetime | None


async def insert_offers(tx: Tx, offers: Sequence[tuple[datetime, Offer]]) -> None:
    """Write many offers, each with the time it was made."""
    await tx.run(INSERT_OFFERS, [{**asdict(offer), "created_at": made_at} for made_at, offer in offers])


async def insert_lessons(tx: Tx, lessons: Sequence[Lesson], presence: Sequence[Presence]) -> None:
    """Write many lessons that have no proposal, as they are, with who was in their rooms."""
    await tx.run(INSERT_SESSIONS, [{**asdict(lesson.session), "taken": lesson.taken, "waiting": lesson.waiting} for lesson in lessons])
    await tx.run(INSERT_SEATS, [{**asdict(seat), "hold_id": seat.hold_id} for lesson in lessons for seat in lesson.seats])
    await tx.run(INSERT_ATTENDANCE, presence)
