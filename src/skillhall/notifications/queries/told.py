"""What somebody has been told of a thing, and has not read yet."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

STILL_OPEN = sql("""
SELECT account_id, coalesce(max((data ->> 'sequence')::bigint), 0) AS sequence FROM notifications.notice
WHERE type = $1 AND subject_id = $2 AND account_id = ANY($3) AND state IN ('scheduled', 'sent') AND read_at IS NULL AND NOT is_deleted
GROUP BY account_id
""")


async def still_open(read: Read, code: str, subject_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return who has a notice of this type about this thing to read, and the `sequence` in its data, 0 without one."""
    return {row["account_id"]: row["sequence"] for row in await read.rows(STILL_OPEN, code, subject_id, list(account_ids))}
