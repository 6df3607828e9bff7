"""Projects as bookmarks show them."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.connections.api import SavedCard
from skillhall.gigs.queries.projects import PROJECTS, project_of
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import ListQuery

AT_ONCE = 100


class SavableProjects:
    """Fills connections' `Savable` for projects."""

    kind = "project"

    async def cards(self, read: Read, by: Actor, ids: Sequence[UUID]) -> dict[UUID, SavedCard]:
        """Return cards of those projects that the caller may see; picture and rating are the owner's."""
        found: dict[UUID, SavedCard] = {}
        for start in range(0, len(ids), AT_ONCE):
            where = {"ids": list(ids[start : start + AT_ONCE]), "viewer": by.account_id}
            page = await PROJECTS.page(read, ListQuery(limit=AT_ONCE, cursor=""), decode=project_of, where=where)
            found |= {
                one.id: SavedCard(
                    title=one.title,
                    subtitle=one.client.display_name,
                    image_url=one.client.avatar_url,
                    rating=one.client.rating,
                    path=f"/projects/{one.id}",
                )
                for one in page.items
            }
        return found
