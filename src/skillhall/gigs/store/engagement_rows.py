"""What changed in an engagement, row by row. Its project is locked, so each update finds its row as it was loaded."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from skillhall.gigs.model.agreement import Agreement
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.escrow import Escrow
from skillhall.gigs.model.work import Booking, Delivery, Milestone
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

INSERT_AGREEMENT = sql("""
INSERT INTO gigs.agreement (id, project_id, bid_id, client_id, client_profile_id, worker_id, worker_profile_id, kind, state, version, asset,
    rules, sign_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
""")
UPDATE_AGREEMENT = sql("""
UPDATE gigs.agreement SET state = $3, version = $4, sign_by = $5, next_week_at = $6, updated_at = $7, active_at = $8, closed_at = $9,
    closed_as = $10, closed_by = $11, closed_reason = $12
WHERE id = $1 AND state = $2
""")
INSERT_VERSION = sql("""
INSERT INTO gigs.agreement_version (agreement_id, version, terms, by_id, created_at, client_signed_at, worker_signed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
""")
SIGN_VERSION = sql("""
UPDATE gigs.agreement_version SET client_signed_at = $3, worker_signed_at = $4 WHERE agreement_id = $1 AND version = $2
""")
INSERT_MILESTONE = sql("""
INSERT INTO gigs.milestone (id, agreement_id, position, title, description, due_on, state, revisions, started_at, delivered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
""")
UPDATE_MILESTONE = sql("""
UPDATE gigs.milestone SET position = $2, state = $3, revisions = $4, started_at = $5, delivered_at = $6 WHERE id = $1
""")
DELETE_MILESTONES = sql("DELETE FROM gigs.milestone WHERE id = ANY($1::uuid[])")
INSERT_BOOKING = sql("""
INSERT INTO gigs.booking (id, agreement_id, state, starts_at, ends_at, notes, revisions) VALUES ($1, $2, $3, $4, $5, $6, $7)
""")
UPDATE_BOOKING = sql("""
UPDATE gigs.booking SET state = $3, starts_at = $4, ends_at = $5, notes = $6, revisions = $7, confirmed_at = $8, started_at = $9,
    delivered_at = $10, closed_at = $11
WHERE id = $1 AND state = $2
""")
INSERT_WEEK = sql("""
INSERT INTO gigs.week (id, agreement_id, starts_on, rate, cap_minutes, state, minutes, note, objection, submitted_at, lapse_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
""")
UPDATE_WEEK = sql("""
UPDATE gigs.week SET state = $2, minutes = $3, note = $4, objection = $5, submitted_at = $6, lapse_at = $7 WHERE id = $1
""")
DELETE_WEEKS = sql("DELETE FROM gigs.week WHERE id = ANY($1::uuid[])")
INSERT_DELIVERY = sql("""
INSERT INTO gigs.delivery (id, agreement_id, subject_kind, subject_id, by_id, notes, url, files, delivered_at, answer_text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
""")
ANSWER_DELIVERY = sql("""
UPDATE gigs.delivery SET answer = $2, answer_text = $3, answered_by = $4, answered_at = $5 WHERE id = $1 AND answer IS NULL
""")
INSERT_ESCROW = sql("""
INSERT INTO gigs.escrow (id, kind, subject_id, round, agreement_id, project_id, client_id, worker_id, title, amount, asset, state,
    frozen_by, release_at, fee_bp, fee_min, paid_gross, paid_fee, funded_from, created_at, funded_at, closed_at,
    clawed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
""")
UPDATE_ESCROW = sql("""
UPDATE gigs.escrow SET state = $3, frozen_by = $4, release_at = $5, paid_gross = $6, paid_fee = $7, funded_from = $8, funded_at = $9,
    closed_at = $10, clawed = $11
WHERE id = $1 AND state = $2
""")
DELETE_ESCROWS = sql("DELETE FROM gigs.escrow WHERE id = ANY($1::uuid[]) AND state = 'pending_funding'")


class LostUpdateError(AssertionError):
    """A row changed although its project was locked: somebody writes without the lock."""


class _Row(Protocol):
    @property
    def id(self) -> UUID: ...


N = TypeVar("N", bound=_Row)


async def store_engagement(tx: Tx, before: Engagement | None, after: Engagement) -> None:
    """Store every row that is new, changed or gone."""
    await _store_agreement(tx, before.agreement if before else None, after.agreement)
    for milestone in _new(before.milestones if before else (), after.milestones):
        await _insert_milestone(tx, milestone)
    for _, milestone in _changed(before.milestones if before else (), after.milestones):
        m = milestone
        _check(await tx.run(UPDATE_MILESTONE, m.id, m.position, m.state, m.revisions, m.started_at, m.delivered_at))
    if gone := _gone(before.milestones if before else (), after.milestones):
        await tx.run(DELETE_MILESTONES, gone)
    if after.booking:
        await _store_booking(tx, before.booking if before else None, after.booking)
    for week in _new(before.weeks if before else (), after.weeks):
        w = week
        await tx.run(
            INSERT_WEEK, w.id, w.agreement_id, w.starts_on, w.rate, w.cap_minutes, w.state, w.minutes, w.note, w.objection,
            w.submitted_at, w.lapse_at,
        )  # fmt: skip
    for _, w in _changed(before.weeks if before else (), after.weeks):
        _check(await tx.run(UPDATE_WEEK, w.id, w.state, w.minutes, w.note, w.objection, w.submitted_at, w.lapse_at))
    if gone := _gone(before.weeks if before else (), after.weeks):
        await tx.run(DELETE_WEEKS, gone)
    await _store_escrows(tx, before.escrows if before else (), after.escrows)
    await _store_deliveries(tx, before.deliveries if before else (), after.deliveries)


async def _store_agreement(tx: Tx, before: Agreement | None, a: Agreement) -> None:
    if before is None:
        await tx.run(
            INSERT_AGREEMENT, a.id, a.project_id, a.bid_id, a.client_id, a.client_profile_id, a.worker_id, a.worker_profile_id, a.kind,
            a.state, a.version, a.asset, a.rules, a.sign_by, a.created_at, a.updated_at,
        )  # fmt: skip
    elif a != before:
        count = await tx.run(
            UPDATE_AGREEMENT, a.id, before.state, a.state, a.version, a.sign_by, a.next_week_at, a.updated_at, a.active_at, a.closed_at,
            a.closed_as, a.closed_by, a.closed_reason,
        )  # fmt: skip
        _check(count)
    if before is None or a.version != before.version:
        await tx.run(INSERT_VERSION, a.id, a.version, a.terms, a.terms_by, tx.now, a.client_signed_at, a.worker_signed_at)
    elif (a.client_signed_at, a.worker_signed_at) != (before.client_signed_at, before.worker_signed_at):
        _check(await tx.run(SIGN_VERSION, a.id, a.version, a.client_signed_at, a.worker_signed_at))


async def _insert_milestone(tx: Tx, m: Milestone) -> None:
    await tx.run(
        INSERT_MILESTONE, m.id, m.agreement_id, m.position, m.title, m.description, m.due_on, m.state, m.revisions, m.started_at,
        m.delivered_at,
    )  # fmt: skip


async def _store_booking(tx: Tx, before: Booking | None, b: Booking) -> None:
    if before is None:
        await tx.run(INSERT_BOOKING, b.id, b.agreement_id, b.state, b.starts_at, b.ends_at, b.notes, b.revisions)
    elif b != before:
        count = await tx.run(
            UPDATE_BOOKING, b.id, before.state, b.state, b.starts_at, b.ends_at, b.notes, b.revisions, b.confirmed_at, b.started_at,
            b.delivered_at, b.closed_at,
        )  # fmt: skip
        _check(count)


async def _store_escrows(tx: Tx, before: Sequence[Escrow], after: Sequence[Escrow]) -> None:
    if gone := _gone(before, after):
        _check(await tx.run(DELETE_ESCROWS, gone), len(gone))
    for e in _new(before, after):
        await tx.run(
            INSERT_ESCROW, e.id, e.kind, e.subject_id, e.round, e.agreement_id, e.project_id, e.client_id, e.worker_id, e.title, e.amount,
            e.asset, e.state, e.frozen_by, e.release_at, e.fee_bp, e.fee_min, e.paid_gross, e.paid_fee, e.funded_from, e.created_at,
            e.funded_at, e.closed_at, e.clawed,
        )  # fmt: skip
    for old, e in _changed(before, after):
        count = await tx.run(
            UPDATE_ESCROW, e.id, old.state, e.state, e.frozen_by, e.release_at, e.paid_gross, e.paid_fee, e.funded_from, e.funded_at,
            e.closed_at, e.clawed,
        )  # fmt: skip
        _check(count)


async def _store_deliveries(tx: Tx, before: Sequence[Delivery], after: Sequence[Delivery]) -> None:
    for d in _new(before, after):
        await tx.run(
            INSERT_DELIVERY, d.id, d.agreement_id, d.subject_kind, d.subject_id, d.by_id, d.notes, d.url, d.files, d.delivered_at,
            d.answer_text,
        )  # fmt: skip
    for _, d in _changed(before, after):
        _check(await tx.run(ANSWER_DELIVERY, d.id, d.answer, d.answer_text, d.answered_by, d.answered_at))


def _new(before: Iterable[N], after: Iterable[N]) -> list[N]:
    known = {row.id for row in before}
    return [row for row in after if row.id not in known]


def _changed(before: Iterable[N], after: Iterable[N]) -> list[tuple[N, N]]:
    known = {row.id: row for row in before}
    return [(known[row.id], row) for row in after if row.id in known and known[row.id] != row]


def _gone(before: Iterable[N], after: Iterable[N]) -> list[UUID]:
    left = {row.id for row in after}
    return [row.id for row in before if row.id not in left]


def _check(count: int, expected: int = 1) -> None:
    if count != expected:
        raise LostUpdateError(f"{count} rows instead of {expected}")
