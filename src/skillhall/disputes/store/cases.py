"""Cases and decisions in the database. The lock of the case guards its decisions, evidence and messages too."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.disputes.model.case import Case, Decision, DecisionState, Dispute, State, Terms
from skillhall.disputes.model.refusals import DisputeNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

LOCK_CASE = sql("""
SELECT id, kind, hold_id, subject_id, title, payer_id, payee_id, opener_id, amount, asset, reason, description, state, terms, opened_at,
       answered_at, due_at, overdue_at, mediator_id, ruled_by, appealed_by, appealed_at, appeal_reason, payee_bp, closed_at, closed_by,
       closed_reason
FROM disputes.case WHERE id = $1 FOR NO KEY UPDATE
""")
LAST_DECISION = sql("""
SELECT id, case_id, kind, state, payee_bp, reason, by_id, made_at, payer_accepted_at, payee_accepted_at
FROM disputes.decision WHERE case_id = $1 ORDER BY made_at DESC, id DESC LIMIT 1
""")
INSERT_CASE = sql("""
INSERT INTO disputes.case (id, kind, hold_id, subject_id, title, payer_id, payee_id, opener_id, amount, asset, reason, description, state,
    terms, opened_at, due_at, overdue_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (hold_id) WHERE closed_at IS NULL DO NOTHING
""")
LAST_OF_HOLD = sql("SELECT id, opener_id FROM disputes.case WHERE hold_id = $1 ORDER BY opened_at DESC, id DESC LIMIT 1")
UPDATE_CASE = sql("""
UPDATE disputes.case SET state = $3, answered_at = $4, due_at = $5, overdue_at = $6, mediator_id = $7, ruled_by = $8, appealed_by = $9,
    appealed_at = $10, appeal_reason = $11, payee_bp = $12, closed_at = $13, closed_by = $14, closed_reason = $15, amount = $16
WHERE id = $1 AND state = $2
""")
INSERT_DECISION = sql("""
INSERT INTO disputes.decision (id, case_id, kind, state, payee_bp, reason, by_id, made_at, payer_accepted_at, payee_accepted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
""")
UPDATE_DECISION = sql("""
UPDATE disputes.decision SET state = $2, payer_accepted_at = $3, payee_accepted_at = $4 WHERE id = $1 AND state = 'open'
""")


OPEN_OF_HOLD = sql("SELECT id FROM disputes.case WHERE hold_id = $1 AND closed_at IS NULL")
KNOWN = sql("SELECT EXISTS (SELECT FROM disputes.case WHERE hold_id = $1)")
LEFT_IN = sql("SELECT remaining FROM ledger.public_hold WHERE id = $1")


class LostUpdateError(AssertionError):
    """A row changed although its case was locked: somebody writes without the lock."""


@locks(20)
async def lock_dispute(tx: Tx, dispute_id: UUID) -> Dispute:
    """Lock a case and return it with its last decision, or refuse."""
    row = await tx.row(LOCK_CASE, dispute_id)
    if row is None:
        raise DisputeNotFound
    decision = await tx.row(LAST_DECISION, dispute_id)
    return Dispute(case=_case(row), decision=_decision(decision) if decision else None)


@locks(20)
async def insert_case(tx: Tx, case: Case) -> bool:
    """Store a new case; False when an open one has the hold. Waits for whoever opens or closes one at the same moment."""
    return await adopt_case(tx, case)


async def adopt_case(tx: Tx, case: Case) -> bool:
    """Store a case about a hold that nobody else knows of yet; False when it is there."""
    count = await tx.run(
        INSERT_CASE, case.id, case.kind, case.hold_id, case.subject_id, case.title, case.payer_id, case.payee_id, case.opener_id,
        case.amount, case.asset, case.reason, case.description, case.state, case.terms, case.opened_at, case.due_at, case.overdue_at,
    )  # fmt: skip
    return count == 1


async def last_of_hold(read: Read, hold_id: UUID) -> tuple[UUID, UUID]:
    """Return the last case about this hold and who opened it; there is one."""
    row = await read.row(LAST_OF_HOLD, hold_id)
    if row is None:
        raise LostUpdateError(f"no case about hold {hold_id}")
    return row["id"], row["opener_id"]


async def find_open(read: Read, hold_id: UUID) -> UUID | None:
    """Return the open case about a hold, or nothing."""
    return await read.value(OPEN_OF_HOLD, hold_id)


async def exists(read: Read, hold_id: UUID) -> bool:
    """Return whether there is, or was, a case about a hold."""
    return await read.value(KNOWN, hold_id)


async def left_in(read: Read, hold_id: UUID) -> int:
    """Return how much a hold still has."""
    return await read.value(LEFT_IN, hold_id) or 0


async def update_dispute(tx: Tx, before: Dispute, after: Dispute) -> None:
    """Store what changed; an open decision that another one follows is replaced."""
    if (c := after.case) != before.case:
        count = await tx.run(
            UPDATE_CASE, c.id, before.case.state, c.state, c.answered_at, c.due_at, c.overdue_at, c.mediator_id, c.ruled_by, c.appealed_by,
            c.appealed_at, c.appeal_reason, c.payee_bp, c.closed_at, c.closed_by, c.closed_reason, c.amount,
        )  # fmt: skip
        _check(count)
    old, new = before.decision, after.decision
    if new is None or new == old:
        return
    if old and old.id == new.id:
        _check(await tx.run(UPDATE_DECISION, new.id, new.state, new.payer_accepted_at, new.payee_accepted_at))
        return
    if before.open_decision:
        given = (before.open_decision.payer_accepted_at, before.open_decision.payee_accepted_at)
        _check(await tx.run(UPDATE_DECISION, before.open_decision.id, DecisionState.REPLACED, *given))
    await tx.run(
        INSERT_DECISION, new.id, new.case_id, new.kind, new.state, new.payee_bp, new.reason, new.by_id, new.made_at, new.payer_accepted_at,
        new.payee_accepted_at,
    )  # fmt: skip


def decisions(rows: Sequence[Row]) -> list[Decision]:
    """Return decisions of rows with all their columns."""
    return [_decision(row) for row in rows]


def _check(count: int) -> None:
    if count != 1:
        raise LostUpdateError(f"{count} rows instead of 1")


def _case(row: Row) -> Case:
    fields = dict(row)
    fields["state"], fields["terms"] = State(row["state"]), msgspec.convert(row["terms"], Terms)
    return Case(**fields)


def _decision(row: Row) -> Decision:
    fields = dict(row)
    fields["state"] = DecisionState(row["state"])
    return Decision(**fields)
