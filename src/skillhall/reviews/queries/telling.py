"""Where a review stands that people were told of."""

from typing import Literal
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

STATE = sql("""
SELECT CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN hidden_at IS NOT NULL THEN 'hidden'
    WHEN published_at IS NOT NULL THEN 'published' ELSE 'waiting' END
FROM reviews.review WHERE id = $1
""")


async def find_state(read: Read, review_id: UUID) -> Literal["waiting", "published", "hidden", "withdrawn"] | None:
    """Return where the review stands, or nothing when there is none."""
    return await read.value(STATE, review_id)
