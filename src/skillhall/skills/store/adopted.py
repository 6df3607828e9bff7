"""Members' skills that come in bulk."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.skills.model.member import MemberSkill
from skillhall.skills.store.members import lock_and_count

INSERT_ALL = sql("""
INSERT INTO skills.member_skill (id, account_id, profile_id, skill_id, purpose, level, target_level, goal, rate_amount, rate_currency,
    created_at, updated_at)
SELECT id, account_id, profile_id, skill_id, purpose, level, target_level, goal, rate_amount, rate_currency, created_at, updated_at
FROM jsonb_to_recordset($1::jsonb) AS m (id uuid, account_id uuid, profile_id uuid, skill_id uuid, purpose text, level text,
    target_level text, goal text, rate_amount bigint, rate_currency text, created_at timestamptz, updated_at timestamptz)
""")


class AdoptedSkill(MemberSkill, frozen=True, kw_only=True):
    """A member's skill with its owner and the profile it was listed under."""

    account_id: UUID
    profile_id: UUID | None = None


async def insert_all(tx: Tx, rows: Sequence[AdoptedSkill]) -> None:
    """Write the rows and count them in the tallies of their skills."""
    await tx.run(INSERT_ALL, rows)
    await lock_and_count(tx, [], rows)
