"""What the reviews and endorsements of a member come to."""

from typing import Final
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import View
from skillhall.reviews.model.stars import average
from skillhall.reviews.queries.reviews import check_visible
from skillhall.reviews.store.tallies import stars_of
from skillhall.skills.api import SkillCard, skill_cards

ENDORSED = sql("""
SELECT skill_id, count(*)::int AS endorsements FROM reviews.endorsement WHERE about_id = $1
GROUP BY skill_id ORDER BY endorsements DESC, skill_id LIMIT $2
""")
SHOWN: Final = 20


class EndorsedSkill(View, frozen=True, kw_only=True):
    """A skill, and how many vouch for it."""

    skill: SkillCard
    endorsements: int


class ReviewFigures(View, frozen=True, kw_only=True):
    """Public reviews of a member. `histogram` counts them by stars, "1" to "5"; the average is null while there are none.

    `endorsedSkills` are the foremost twenty.
    """

    account_id: UUID
    average_rating: float | None
    total_reviews: int
    histogram: dict[str, int]
    endorsed_skills: list[EndorsedSkill]


async def figures(read: Read, by: Actor, account_id: UUID) -> ReviewFigures:
    """Return what is known of a member."""
    await check_visible(read, by, account_id)
    stars = await stars_of(read, account_id)
    endorsed = await read.rows(ENDORSED, account_id, SHOWN)
    known = await skill_cards(read, [row["skill_id"] for row in endorsed])
    return ReviewFigures(
        account_id=account_id,
        average_rating=average(stars),
        total_reviews=sum(stars),
        histogram={str(star): given for star, given in enumerate(stars, 1)},
        endorsed_skills=[EndorsedSkill(skill=known[row["skill_id"]], endorsements=row["endorsements"]) for row in endorsed],
    )
