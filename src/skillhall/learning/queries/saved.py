"""Offers as bookmarks show them."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections.api import SavedCard
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read

OFFERS = sql("""
SELECT o.id, o.title, h.display_name, h.avatar_url, h.rating
FROM learning.offer o JOIN profiles.public_profile h ON h.id = o.profile_id
WHERE o.id = ANY($1) AND o.deleted_at IS NULL AND o.hidden_at IS NULL AND h.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((o.host_id, $2), ($2, o.host_id)))
""")


class SavableOffers:
    """Fills connections' `Savable` for offers."""

    kind = "offer"

    async def cards(self, read: Read, by: Actor, ids: Sequence[UUID]) -> dict[UUID, SavedCard]:
        """Return cards of those offers on sale that the caller may see; picture and rating are the host's."""
        rows = await read.rows(OFFERS, list(ids), by.account_id)
        return {
            row["id"]: SavedCard(
                title=row["title"],
                subtitle=row["display_name"],
                image_url=row["avatar_url"],
                rating=row["rating"],
                path=f"/offers/{row['id']}",
            )
            for row in rows
        }
