"""What becomes of a review once it is written: changed, withdrawn, answered by whom it is about."""

from collections.abc import Callable
from uuid import UUID

from msgspec import UNSET

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.reviews.commands.record import record
from skillhall.reviews.model.bodies import ChangeReview, Respond
from skillhall.reviews.queries.reviews import ReviewView, review_view
from skillhall.reviews.store.reviews import lock_review


async def change_review(tx: Tx, by: Actor, review_id: UUID, command: ChangeReview, check_version: Callable[[object], None]) -> ReviewView:
    """Change it: all of it until it is public, afterwards its words for a while."""
    engagement, review = await lock_review(tx, review_id)
    review.check_author(by.account_id)
    check_version(review.version)
    rating = review.rating if command.rating is UNSET else command.rating
    comment = review.comment if command.comment is UNSET else command.comment
    await record(tx, engagement, (review, review.edited(rating, comment, tx.now)))
    return await review_view(tx, by, review_id)


async def withdraw_review(tx: Tx, by: Actor, review_id: UUID) -> UUID:
    """Take it back for good: its stars are taken away again, and its author does not write another one."""
    engagement, review = await lock_review(tx, review_id)
    review.check_author(by.account_id)
    await record(tx, engagement, (review, review.withdrawn(tx.now)))
    return review_id


async def respond(tx: Tx, by: Actor, review_id: UUID, command: Respond) -> ReviewView:
    """Reply to a public review of oneself, once."""
    engagement, review = await lock_review(tx, review_id)
    await record(tx, engagement, (review, review.answered(by.account_id, command.response, tx.now)))
    return await review_view(tx, by, review_id)
