"""Engagements and reviews. The lock of the engagement guards what both sides write in it."""

from datetime import datetime
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks
from skillhall.reviews.model.refusals import ReviewNotFound
from skillhall.reviews.model.review import Engagement, Review

INSERT_ENGAGEMENT = sql("""
INSERT INTO reviews.engagement (id, kind, subject_id, project_id, provider_id, provider_profile_id, client_id, client_profile_id, offer_id,
    skill_id, completed_at, reveal_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
""")
LOCK_ENGAGEMENT = sql("""
SELECT id, kind, subject_id, project_id, provider_id, provider_profile_id, client_id, client_profile_id, offer_id, skill_id, completed_at,
    reveal_at, revealed_at
FROM reviews.engagement WHERE id = $1 FOR NO KEY UPDATE
""")
ENGAGEMENT_OF = sql("SELECT engagement_id FROM reviews.review WHERE id = $1")
REVEAL = sql("UPDATE reviews.engagement SET revealed_at = $2 WHERE id = $1 AND revealed_at IS NULL")
OF_ENGAGEMENT = sql("""
SELECT id, engagement_id, author_id, about_id, rating, comment, version, created_at, edited_at, edit_until, published_at, hidden_at,
    withdrawn_at, response, responded_at
FROM reviews.review WHERE engagement_id = $1 ORDER BY created_at, id
""")
INSERT_REVIEW = sql("""
INSERT INTO reviews.review (id, engagement_id, author_id, about_id, rating, comment, created_at, edit_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ON CONSTRAINT one_review_per_side DO NOTHING
""")
UPDATE_REVIEW = sql("""
UPDATE reviews.review SET version = $3, rating = $4, comment = $5, edited_at = $6, published_at = $7, hidden_at = $8, withdrawn_at = $9,
    response = $10, responded_at = $11
WHERE id = $1 AND version = $2
""")
REVIEWED = sql("SELECT engagement_id FROM reviews.review WHERE author_id = $1 AND engagement_id = ANY($2)")


class LostUpdateError(AssertionError):
    """A review changed although its engagement was locked: somebody writes without the lock."""


@locks(20)
async def lock_engagement(tx: Tx, engagement_id: UUID) -> Engagement:
    """Lock an engagement in which somebody has written."""
    row = await tx.row(LOCK_ENGAGEMENT, engagement_id)
    if row is None:
        raise ReviewNotFound
    return Engagement(**row)


@locks(20)
async def meet(tx: Tx, new: Engagement) -> Engagement:
    """Lock this engagement and return it as it is stored; of those who write first at once, one stores it."""
    await tx.run(
        INSERT_ENGAGEMENT, new.id, new.kind, new.subject_id, new.project_id, new.provider_id, new.provider_profile_id, new.client_id,
        new.client_profile_id, new.offer_id, new.skill_id, new.completed_at, new.reveal_at,
    )  # fmt: skip
    return await lock_engagement(tx, new.id)


async def lock_review(tx: Tx, review_id: UUID) -> tuple[Engagement, Review]:
    """Return a review with its engagement, which is locked, or refuse."""
    engagement_id = await tx.value(ENGAGEMENT_OF, review_id)
    if engagement_id is None:
        raise ReviewNotFound
    engagement = await lock_engagement(tx, engagement_id)
    return engagement, next(review for review in await reviews_of(tx, engagement_id) if review.id == review_id)


async def reviews_of(read: Read, engagement_id: UUID) -> list[Review]:
    """Return what has been written in an engagement, by both sides."""
    return [_review(row) for row in await read.rows(OF_ENGAGEMENT, engagement_id)]


async def insert_review(tx: Tx, new: Review) -> bool:
    """Store a review; False when its author has written one in this engagement."""
    count = await tx.run(
        INSERT_REVIEW, new.id, new.engagement_id, new.author_id, new.about_id, new.rating, new.comment, new.created_at, new.edit_until
    )
    return count == 1


async def update_review(tx: Tx, before: Review, after: Review) -> None:
    """Store what changed."""
    count = await tx.run(
        UPDATE_REVIEW, after.id, before.version, after.version, after.rating, after.comment, after.edited_at, after.published_at,
        after.hidden_at, after.withdrawn_at, after.response, after.responded_at,
    )  # fmt: skip
    if count != 1:
        raise LostUpdateError(f"{count} rows instead of 1")


async def set_revealed(tx: Tx, engagement_id: UUID, at: datetime) -> None:
    """Note that both sides may read each other from now on."""
    await tx.run(REVEAL, engagement_id, at)


async def reviewed(read: Read, author_id: UUID, engagement_ids: list[UUID]) -> set[UUID]:
    """Return in which of these engagements somebody has written."""
    return {row["engagement_id"] for row in await read.rows(REVIEWED, author_id, engagement_ids)}


def _review(row: Row) -> Review:
    return Review(**row)
