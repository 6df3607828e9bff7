"""Endorsements on screens."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant
from skillhall.profiles.api import PersonCard, cards
from skillhall.reviews.model.refusals import EndorsementNotFound
from skillhall.reviews.queries.reviews import check_visible
from skillhall.skills.api import SkillCard, skill_cards

ENDORSEMENTS = Listing(
    columns=sql("n.id, n.author_id, n.author_profile_id, n.about_id, n.skill_id, n.message, n.created_at"),
    source=sql("reviews.endorsement n"),
    sorts={"createdAt": sql("n.created_at")},
    default_sort="-createdAt",
    key=sql("n.id"),
    filters={"id": sql("n.id = {}"), "about": sql("n.about_id = {}"), "skill": sql("n.skill_id = {}")},
)


class EndorsementView(View, frozen=True, kw_only=True):
    """Somebody who has learned or worked with a person vouches for one of their skills."""

    id: UUID
    author_id: UUID
    author: PersonCard | None
    about_id: UUID
    skill: SkillCard
    message: str
    created_at: Instant


class EndorsementQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of endorsements."""

    skill_id: UUID | None = None


async def endorsement_view(read: Read, endorsement_id: UUID) -> EndorsementView:
    """Return one, or refuse."""
    page = await _page(read, ListQuery(limit=1, cursor=""), {"id": endorsement_id})
    if not page.items:
        raise EndorsementNotFound
    return page.items[0]


async def endorsements_of(read: Read, by: Actor, account_id: UUID, query: EndorsementQuery) -> Page[EndorsementView]:
    """Return who vouches for a member, newest first."""
    await check_visible(read, by, account_id)
    return await _page(read, query, {"about": account_id, "skill": query.skill_id})


async def _page(read: Read, query: ListQuery, where: dict[str, object]) -> Page[EndorsementView]:
    page: Page[Any] = await ENDORSEMENTS.page(read, query, decode=_row, where=where)
    faces = await cards(read, list({row["author_profile_id"] for row in page.items}))
    about = await skill_cards(read, list({row["skill_id"] for row in page.items}))
    items = [
        EndorsementView(
            id=row["id"],
            author_id=row["author_id"],
            author=faces.get(row["author_profile_id"]),
            about_id=row["about_id"],
            skill=about[row["skill_id"]],
            message=row["message"],
            created_at=instant(row["created_at"]),
        )
        for row in page.items
    ]
    return replace(page, items=items)


def _row(row: Row) -> Row:
    return row
