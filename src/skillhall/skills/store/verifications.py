"""Requests for verification."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.skills.model.member import MemberSkill
from skillhall.skills.model.refusals import VerificationNotFound, VerificationPending
from skillhall.skills.model.verification import Verification

ONE = sql("""
SELECT id, account_id, skill_id, purpose, level, evidence, note, file_ids, state, reason, requested_at, decided_at
FROM skills.verification WHERE id = $1
""")
INSERT = sql("""
INSERT INTO skills.verification (id, account_id, skill_id, purpose, level, evidence, note, file_ids, state, requested_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9) ON CONFLICT (account_id, skill_id, purpose) WHERE state = 'pending' DO NOTHING
""")
DECIDE = sql("""
UPDATE skills.verification SET state = $2, reason = $3, decided_at = $4, decided_by = $5 WHERE id = $1 AND state = 'pending'
""")
WITHDRAW = sql("""
UPDATE skills.verification v SET state = 'withdrawn', decided_at = $4
FROM unnest($2::uuid[], $3::text[]) AS g (skill_id, purpose)
WHERE v.account_id = $1 AND v.skill_id = g.skill_id AND v.purpose = g.purpose AND v.state = 'pending'
""")
OF_ACCOUNT = sql("SELECT id FROM skills.verification WHERE account_id = $1")
ERASE = sql("DELETE FROM skills.verification WHERE account_id = $1")


async def one(read: Read, verification_id: UUID) -> Verification:
    """Return a request."""
    row = await read.row(ONE, verification_id)
    if row is None:
        raise VerificationNotFound(verification_id=verification_id)
    return msgspec.convert(dict(row), Verification)


async def insert(tx: Tx, new: Verification) -> None:
    """Write a new request; one waits at a time. The lists of the account are locked."""
    n = new
    if not await tx.run(INSERT, n.id, n.account_id, n.skill_id, n.purpose, n.level, n.evidence, n.note, n.file_ids, n.requested_at):
        raise VerificationPending


async def decide(tx: Tx, verification_id: UUID, state: str, reason: str | None, by: UUID) -> bool:
    """Take a request out of the queue; False when somebody was faster."""
    return bool(await tx.run(DECIDE, verification_id, state, reason, tx.now, by))


async def withdraw(tx: Tx, account_id: UUID, skills: Sequence[MemberSkill]) -> None:
    """Withdraw what was asked for these skills. The lists of the account are locked."""
    if skills:
        await tx.run(WITHDRAW, account_id, [skill.skill_id for skill in skills], [skill.purpose for skill in skills], tx.now)


async def of_account(read: Read, account_id: UUID) -> list[UUID]:
    """Return the ids of what an account has asked for."""
    return [row["id"] for row in await read.rows(OF_ACCOUNT, account_id)]


async def erase(tx: Tx, account_id: UUID) -> None:
    """Delete all requests of the account."""
    await tx.run(ERASE, account_id)
