"""Engagements in the database: found, locked and loaded. The lock of the project guards its agreement with all work and money of it."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from skillhall.gigs.model.agreement import Agreement, Version
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_refusals import AgreementNotFound, BookingNotFound, EscrowNotFound, MilestoneNotFound, WeekNotFound
from skillhall.gigs.model.escrow import Escrow
from skillhall.gigs.model.project import Project
from skillhall.gigs.model.work import Booking, Delivery, Milestone, Week
from skillhall.gigs.store.projects import lock_project
from skillhall.kernel.db.statement import Statement, sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.kernel.refusals import Refusal

T = TypeVar("T")
LOCK_AGREEMENT = sql("""
SELECT a.id, a.project_id, a.bid_id, a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id, a.kind, a.state, a.version,
    a.asset, v.terms, v.by_id AS terms_by, a.rules, a.created_at, a.updated_at, v.client_signed_at, v.worker_signed_at, a.sign_by,
    a.next_week_at, a.active_at, a.closed_at, a.closed_as, a.closed_by, a.closed_reason
FROM gigs.agreement a JOIN gigs.agreement_version v ON v.agreement_id = a.id AND v.version = a.version
WHERE a.id = $1 FOR NO KEY UPDATE OF a
""")
AGREEMENT = sql("""
SELECT a.id, a.project_id, a.bid_id, a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id, a.kind, a.state, a.version,
    a.asset, v.terms, v.by_id AS terms_by, a.rules, a.created_at, a.updated_at, v.client_signed_at, v.worker_signed_at, a.sign_by,
    a.next_week_at, a.active_at, a.closed_at, a.closed_as, a.closed_by, a.closed_reason
FROM gigs.agreement a JOIN gigs.agreement_version v ON v.agreement_id = a.id AND v.version = a.version
WHERE a.id = $1
""")
MILESTONES = sql("""
SELECT id, agreement_id, position, title, description, due_on, state, revisions, started_at, delivered_at
FROM gigs.milestone WHERE agreement_id = $1 ORDER BY position, id
""")
BOOKING = sql("""
SELECT id, agreement_id, state, starts_at, ends_at, notes, revisions, confirmed_at, started_at, delivered_at, closed_at
FROM gigs.booking WHERE agreement_id = $1
""")
WEEKS = sql("""
SELECT id, agreement_id, starts_on, rate, cap_minutes, state, minutes, note, objection, submitted_at, lapse_at
FROM gigs.week WHERE agreement_id = $1 ORDER BY starts_on
""")
ESCROWS = sql("""
SELECT id, kind, subject_id, round, agreement_id, project_id, client_id, worker_id, title, amount, asset, state, frozen_by, release_at,
    fee_bp, fee_min, paid_gross, paid_fee, funded_from, created_at, funded_at, closed_at, clawed
FROM gigs.escrow WHERE agreement_id = $1 ORDER BY created_at, id
""")
OPEN_DELIVERIES = sql("""
SELECT id, agreement_id, subject_kind, subject_id, by_id, notes, url, files, delivered_at, answer, answer_text, answered_by, answered_at
FROM gigs.delivery WHERE agreement_id = $1 AND answer IS NULL ORDER BY delivered_at, id
""")
DELIVERIES = sql("""
SELECT id, agreement_id, subject_kind, subject_id, by_id, notes, url, files, delivered_at, answer, answer_text, answered_by, answered_at
FROM gigs.delivery WHERE agreement_id = $1 ORDER BY delivered_at, id
""")
VERSIONS = sql("""
SELECT version, terms, by_id, created_at, client_signed_at, worker_signed_at FROM gigs.agreement_version
WHERE agreement_id = $1 ORDER BY version
""")
PROJECT_OF = sql("SELECT project_id FROM gigs.agreement WHERE id = $1")
LIVE_OF_PROJECT = sql("SELECT id FROM gigs.agreement WHERE project_id = $1 AND closed_at IS NULL")
LAST_OF_PROJECT = sql("SELECT id FROM gigs.agreement WHERE project_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
LAST_OF_BID = sql("SELECT id FROM gigs.agreement WHERE bid_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1")
OF_MILESTONE = sql("SELECT agreement_id FROM gigs.milestone WHERE id = $1")
OF_BOOKING = sql("SELECT agreement_id FROM gigs.booking WHERE id = $1")
OF_WEEK = sql("SELECT agreement_id FROM gigs.week WHERE id = $1")
OF_ESCROW = sql("SELECT agreement_id FROM gigs.escrow WHERE id = $1")
OF_WORK = sql("""
SELECT agreement_id FROM gigs.booking WHERE id = $2 AND $1 = 'booking'
UNION ALL SELECT agreement_id FROM gigs.milestone WHERE id = $2 AND $1 = 'milestone'
UNION ALL SELECT agreement_id FROM gigs.week WHERE id = $2 AND $1 = 'milestone'
""")
LOCK_PAID = sql("""
SELECT p.id FROM gigs.project p JOIN gigs.escrow e ON e.project_id = p.id WHERE e.id = $1 FOR NO KEY UPDATE OF p
""")


async def lock_engagement(tx: Tx, agreement_id: UUID) -> tuple[Project, Engagement]:
    """Lock a project and one of its agreements; return both, the agreement with all that belongs to it."""
    project_id: UUID | None = await tx.value(PROJECT_OF, agreement_id)
    if project_id is None:
        raise AgreementNotFound
    project = await lock_project(tx, project_id)
    return project, await lock_agreement(tx, agreement_id)


@locks(30, 3)
async def lock_agreement(tx: Tx, agreement_id: UUID) -> Engagement:
    """Lock an agreement whose project is locked, and load what belongs to it."""
    return await _loaded(tx, await tx.row(LOCK_AGREEMENT, agreement_id))


async def engagement(read: Read, agreement_id: UUID) -> Engagement:
    """Return an agreement with what belongs to it as it is now, whoever asks, or refuse."""
    return await _loaded(read, await read.row(AGREEMENT, agreement_id))


async def deliveries(read: Read, agreement_id: UUID) -> tuple[Delivery, ...]:
    """Return all that was handed over, answered or not, in order."""
    return _all(await read.rows(DELIVERIES, agreement_id), Delivery)


async def versions(read: Read, agreement_id: UUID) -> tuple[Version, ...]:
    """Return every version of the terms with its signatures, the first one first."""
    return _all(await read.rows(VERSIONS, agreement_id), Version)


async def find_live(read: Read, project_id: UUID) -> UUID | None:
    """Return the agreement of a project that has not ended."""
    return await read.value(LIVE_OF_PROJECT, project_id)


async def last_of_project(read: Read, project_id: UUID) -> UUID:
    """Return the latest agreement of a project, or refuse."""
    return await _owner(read, LAST_OF_PROJECT, project_id, AgreementNotFound)


async def last_of_bid(read: Read, bid_id: UUID) -> UUID:
    """Return the latest agreement made of a bid, or refuse."""
    return await _owner(read, LAST_OF_BID, bid_id, AgreementNotFound)


async def of_milestone(read: Read, milestone_id: UUID) -> UUID:
    """Return the agreement of a milestone, or refuse."""
    return await _owner(read, OF_MILESTONE, milestone_id, MilestoneNotFound)


async def of_booking(read: Read, booking_id: UUID) -> UUID:
    """Return the agreement of a booking, or refuse."""
    return await _owner(read, OF_BOOKING, booking_id, BookingNotFound)


async def of_week(read: Read, week_id: UUID) -> UUID:
    """Return the agreement of a week, or refuse."""
    return await _owner(read, OF_WEEK, week_id, WeekNotFound)


async def of_escrow(read: Read, escrow_id: UUID) -> UUID:
    """Return the agreement of a payment, or refuse."""
    return await _owner(read, OF_ESCROW, escrow_id, EscrowNotFound)


async def find_of_escrow(read: Read, escrow_id: UUID) -> UUID | None:
    """Return the agreement of a payment; None when new terms have taken its place."""
    return await read.value(OF_ESCROW, escrow_id)


async def find_of_work(read: Read, kind: str, work_id: UUID) -> UUID | None:
    """Return the agreement of what one may pay for by card: a `booking`, or a `milestone`, which a week is too."""
    return await read.value(OF_WORK, kind, work_id)


@locks(30, 1)
async def lock_paid(tx: Tx, escrow_id: UUID) -> None:
    """Lock the project of a payment, a deleted one too; it guards all that belongs to it. Nothing when the payment is gone."""
    await tx.value(LOCK_PAID, escrow_id)


async def _loaded(read: Read, row: Row | None) -> Engagement:
    if row is None:
        raise AgreementNotFound
    agreement = _of(row, Agreement)
    key, kind = agreement.id, agreement.kind
    booking = await read.row(BOOKING, key) if kind == "booking" else None
    return Engagement(
        agreement=agreement,
        milestones=_all(await read.rows(MILESTONES, key), Milestone) if kind == "fixed" else (),
        booking=None if booking is None else _of(booking, Booking),
        weeks=_all(await read.rows(WEEKS, key), Week) if kind == "hourly" else (),
        escrows=_all(await read.rows(ESCROWS, key), Escrow),
        deliveries=_all(await read.rows(OPEN_DELIVERIES, key), Delivery) if kind != "hourly" else (),
    )


async def _owner(read: Read, statement: Statement, key: UUID, refusal: type[Refusal]) -> UUID:
    found: UUID | None = await read.value(statement, key)
    if found is None:
        raise refusal
    return found


def _of(row: Row, kind: type[T]) -> T:
    return msgspec.convert(dict(row), kind)


def _all(rows: Sequence[Row], kind: type[T]) -> tuple[T, ...]:
    return tuple(_of(row, kind) for row in rows)
