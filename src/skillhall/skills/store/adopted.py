"""Members' skills that come in bulk."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.skills.model.member import MemberSkill
from skillhall.skills.store.members import lock_and_count, share_lists

INSERT_ALL = sql("""
INSERT INTO skills.member_skill (id, account_id, profile_id, skill_id, purpose, level, target_level, goal, goal_due, goal_priority,
    reached_at, years, rate_amount, rate_currency, verified_at, created_at, updated_at)
SELECT id, account_id, profile_id, skill_id, purpose, level, target_level, goal, goal_due, goal_priority, reached_at, years, rate_amount,
    rate_currency, verified_at, created_at, updated_at
FROM jsonb_to_recordset($1::jsonb) AS m (id uuid, account_id uuid, profile_id uuid, skill_id uuid, purpose text, level text,
    target_level text, goal text, goal_due date, goal_priority text, reached_at timestamptz, years smallint, rate_amount bigint,
    rate_currency text, verified_at timestamptz, created_at timestamptz, updated_at timestamptz)
""")


class AdoptedSkill(MemberSkill, frozen=True, kw_only=True):
    """A member's skill with its owner and the profile it was listed under."""

    account_id: UUID
    profile_id: UUID | None = None


async def insert_all(tx: Tx, rows: Sequence[AdoptedSkill]) -> None:
    """Write the rows and count them in the tallies of their skills."""
    await share_lists(tx)
    await tx.run(INSERT_ALL, rows)
    await lock_and_count(tx, [], rows)
