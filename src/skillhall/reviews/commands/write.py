"""Write a review. When both sides have, both are published in the same transaction."""

from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.reviews import events
from skillhall.reviews.commands.record import about_of, reveal
from skillhall.reviews.model.bodies import Feedback, ReviewPerson, ReviewProject, WriteReview, check_one_subject, named
from skillhall.reviews.model.refusals import AlreadyReviewed
from skillhall.reviews.model.review import Engagement, Review, ReviewRules, edit_end
from skillhall.reviews.queries.engagements import engagement_of, last_unreviewed
from skillhall.reviews.queries.reviews import ReviewView, review_view
from skillhall.reviews.store import reviews as store


async def write_review(tx: Tx, by: Actor, command: WriteReview) -> ReviewView:
    """Review what is named by exactly one id."""
    check_one_subject(command, least=1)
    ((kind, subject_id),) = named(command)
    return await _write(tx, by, await engagement_of(tx, by.account_id, kind, subject_id, command.reviewee_id), command)


async def review_project(tx: Tx, by: Actor, command: ReviewProject) -> ReviewView:
    """Review a project."""
    return await _write(tx, by, await engagement_of(tx, by.account_id, "project", command.project_id, command.reviewee_id), command)


async def review_session(tx: Tx, by: Actor, session_id: UUID, command: Feedback) -> ReviewView:
    """Review a session."""
    return await _write(tx, by, await engagement_of(tx, by.account_id, "session", session_id, command.reviewee_id), command)


async def review_person(tx: Tx, by: Actor, account_id: UUID, command: ReviewPerson) -> ReviewView:
    """Review a person: what is named, or the last thing finished with them that one has not reviewed."""
    check_one_subject(command, least=0)
    for kind, subject_id in named(command):
        return await _write(tx, by, await engagement_of(tx, by.account_id, kind, subject_id, account_id), command)
    return await _write(tx, by, await last_unreviewed(tx, by.account_id, account_id), command)


async def _write(tx: Tx, by: Actor, engagement: Engagement, command: Feedback | ReviewPerson) -> ReviewView:
    """Store it; the very same review again changes nothing."""
    engagement = await store.meet(tx, engagement)
    review = Review(
        id=ids.new(),
        engagement_id=engagement.id,
        author_id=by.account_id,
        about_id=engagement.other(by.account_id),
        rating=command.rating,
        comment=command.comment,
        created_at=tx.now,
        edit_until=edit_end(tx.setting(ReviewRules), tx.now),
    )
    is_new = await store.insert_review(tx, review)
    written = await store.reviews_of(tx, engagement.id)
    if not is_new:
        review = next(one for one in written if one.author_id == by.account_id)
        if review.withdrawn_at or (review.rating, review.comment) != (command.rating, command.comment):
            raise AlreadyReviewed(review_id=str(review.id))
        return await review_view(tx, by, review.id)
    tx.publish(events.Written(**about_of(engagement, review), reveal_at=engagement.reveal_at))
    if engagement.revealed_at or len(written) > 1:
        await reveal(tx, engagement)
    return await review_view(tx, by, review.id)
