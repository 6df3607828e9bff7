"""Who belongs to an audience, in the order of their ids."""

from datetime import datetime
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import View
from skillhall.notifications.model.audience import Audience

COUNTED = 100_000
MEMBERS = sql("""
SELECT a.id FROM identity.staff_account a
WHERE a.state IN ('active', 'pending_verification') AND ($10::uuid IS NULL OR a.id > $10) AND a.created_at <= $11
  AND ($1::uuid[] IS NULL OR a.id = ANY($1))
  AND ($2::text[] IS NULL OR a.roles && $2)
  AND ($3::text[] IS NULL OR a.abilities && $3)
  AND ($4::text[] IS NULL OR lower(split_part(a.locale, '-', 1)) = ANY($4))
  AND ($5::text[] IS NULL OR a.timezone = ANY($5))
  AND ($6::uuid[] IS NULL OR EXISTS (SELECT FROM skills.public_member_skill m WHERE m.account_id = a.id AND m.skill_id = ANY($6)))
  AND ($7::boolean IS NULL OR a.email_verified = $7)
  AND ($8::timestamptz IS NULL OR a.created_at >= $8)
  AND ($9::timestamptz IS NULL OR a.created_at < $9)
ORDER BY a.id LIMIT $12
""")


class AudienceView(View, frozen=True, kw_only=True):
    """How many members an audience has now."""

    members: int
    is_capped: bool


async def members(read: Read, audience: Audience, after: UUID | None, until: datetime, limit: int) -> list[UUID]:
    """Return the next members who were there by then."""
    return [row["id"] for row in await read.rows(MEMBERS, *audience.parameters(), after, until, limit)]


async def size(read: Read, audience: Audience) -> AudienceView:
    """Return how many there are now, counted to a hundred thousand."""
    count = len(await members(read, audience, None, read.now, COUNTED + 1))
    return AudienceView(members=min(count, COUNTED), is_capped=count > COUNTED)
