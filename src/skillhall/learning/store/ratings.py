"""What learners thought of the lessons of an offer, as the context that keeps reviews counts it."""

from collections.abc import Mapping
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

RATE = sql("UPDATE learning.offer SET rating = $2, review_count = $3 WHERE id = $1")
RATE_ALL = sql("""
UPDATE learning.offer o SET rating = n.rating, review_count = n.reviews
FROM unnest($1::uuid[], $2::float8[], $3::int4[]) AS n (id, rating, reviews) WHERE o.id = n.id
""")


@locks(30)
async def rate(tx: Tx, offer_id: UUID, rating: float | None, reviews: int) -> None:
    """Write what is noted; the version its host edits by stays."""
    await tx.run(RATE, offer_id, rating, reviews)


async def rate_all(tx: Tx, ratings: Mapping[UUID, tuple[float, int]]) -> None:
    """Write what is noted of many offers."""
    await tx.run(RATE_ALL, list(ratings), [rating for rating, _ in ratings.values()], [reviews for _, reviews in ratings.values()])
