"""Noting down what the context above counts in reviews and offers show."""

from collections.abc import Mapping
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.learning.store import ratings as store


async def note_rating(tx: Tx, offer_id: UUID, *, rating: float | None, reviews: int) -> None:
    """Show this average of 1 to 5 stars and number of reviews on the offer; None and 0 while there are none. Locks it (rank 30)."""
    await store.rate(tx, offer_id, rating, reviews)


async def adopt_ratings(tx: Tx, ratings: Mapping[UUID, tuple[float, int]]) -> None:
    """Note the average and number of reviews of offers that were adopted."""
    await store.rate_all(tx, ratings)
