"""Store what a verb made of reviews: rows, stars, what others show of them, news; each follows from before and after."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event
from skillhall.learning.api import note_rating
from skillhall.profiles import api as profiles
from skillhall.reviews import events
from skillhall.reviews.model.review import Engagement, Review
from skillhall.reviews.model.stars import average, changes
from skillhall.reviews.store import reviews as store
from skillhall.reviews.store.tallies import lock_and_count
from skillhall.skills import api as skills

Pair = tuple[Review, Review]


async def record(tx: Tx, engagement: Engagement, *pairs: Pair) -> None:
    """Make it so: the engagement is locked; tallies, offer, skill and profiles follow in lock order."""
    changed = [(before, after) for before, after in pairs if before != after]
    for before, after in changed:
        await store.update_review(tx, before, after)
    stars = {rated: await lock_and_count(tx, rated, more) for rated, more in changes(engagement, changed).items()}
    for (kind, subject_id), given in stars.items():
        if kind == "offer":
            await note_rating(tx, subject_id, rating=average(given), reviews=sum(given))
    await _note_skill(tx, engagement, changed)
    for (kind, subject_id), given in stars.items():
        if kind == "account":
            await profiles.note(tx, subject_id, rating=average(given))
    for before, after in changed:
        for fact in facts(engagement, before, after):
            tx.publish(fact)


async def reveal(tx: Tx, engagement: Engagement) -> None:
    """Publish what has been written in a locked engagement and nobody has read.

    Who waited for the lock may have begun before the other side wrote; nothing is published before it was written.
    """
    written = await store.reviews_of(tx, engagement.id)
    at = max([tx.now, *(review.created_at for review in written)])
    await store.set_revealed(tx, engagement.id, at)
    await record(tx, engagement, *((review, review.published(at)) for review in written if review.published_at is None))


async def _note_skill(tx: Tx, engagement: Engagement, changed: Sequence[Pair]) -> None:
    """Let the skill count what its learners say of their lessons."""
    for before, after in changed:
        if engagement.skill_id and after.about_id == engagement.provider_id and before.counts != after.counts:
            await skills.note(tx, engagement.skill_id, after.subject, rating=after.rating if after.counts else None)


def facts(engagement: Engagement, before: Review, after: Review) -> Iterator[Event]:
    """Yield what to publish."""
    about = about_of(engagement, after)
    if after.counts and not before.counts:
        yield events.Revealed(**about, rating=after.rating)
    if (before.counts and not after.counts) or (after.withdrawn_at and not before.withdrawn_at):
        yield events.Withdrawn(**about, is_hidden=after.withdrawn_at is None)
    if after.responded_at and not before.responded_at:
        yield events.Answered(**about)


def about_of(engagement: Engagement, review: Review) -> dict[str, Any]:
    """Return what every fact tells."""
    ids: dict[str, UUID] = {
        "review_id": review.id, "reviewed_id": engagement.subject_id, "author_id": review.author_id, "about_id": review.about_id,
    }  # fmt: skip
    return {"kind": engagement.kind, **ids}
