"""What somebody has been told of a thing before."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

LAST_TOLD = sql("""
SELECT DISTINCT ON (account_id) account_id, id, data,
    state IN ('scheduled', 'sent') AND read_at IS NULL AND NOT is_deleted AS is_open
FROM notifications.notice WHERE type = $1 AND subject_id = $2 AND account_id = ANY($3)
ORDER BY account_id, created_at DESC, id DESC
""")


class Told(Struct, frozen=True, kw_only=True):
    """The latest notice of a type about a thing, and whether it is still to be read."""

    account_id: UUID
    id: UUID
    data: dict[str, object]
    is_open: bool


async def last_told(read: Read, code: str, subject_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Told]:
    """Return by account what each was told last; who never was is left out."""
    return {row["account_id"]: Told(**row) for row in await read.rows(LAST_TOLD, code, subject_id, list(account_ids))}
