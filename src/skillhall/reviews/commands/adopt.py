"""Adopt reviews that come in bulk: an import, the demo community."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs import api as gigs
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.learning import api as learning
from skillhall.profiles import api as profiles
from skillhall.reviews.model.review import Engagement, Review, ReviewRules, edit_end
from skillhall.reviews.model.stars import average, rated_by
from skillhall.reviews.queries.engagements import pairs
from skillhall.reviews.store import adopted


class AdoptedReview(Struct, frozen=True, kw_only=True):
    """What one side of something finished said of the other, and when; and the reply, if there was one."""

    of: learning.Finished | gigs.Finished
    author_id: UUID
    about_id: UUID
    rating: int
    comment: str
    at: datetime
    response: str | None = None
    responded_at: datetime | None = None


async def adopt(tx: Tx, reviews: Sequence[AdoptedReview], now: datetime) -> None:
    """Store them as time has left them at `now`, those of before, and note the stars they come to. Nothing is published."""
    rules = tx.setting(ReviewRules)
    found: dict[UUID, Engagement] = {}
    said: dict[UUID, list[AdoptedReview]] = defaultdict(list)
    for review in sorted((review for review in reviews if review.at <= now), key=lambda review: review.at):
        engagement = next(
            pair for pair in pairs(rules, review.of, review.at) if {pair.provider_id, pair.client_id} == {review.author_id, review.about_id}
        )
        found.setdefault(engagement.id, engagement)
        said[engagement.id].append(review)
    engagements = {id_: _revealed(found[id_], written, now) for id_, written in said.items()}
    rows = [(engagements[id_], _review(rules, engagements[id_], one, now)) for id_, written in said.items() for one in written]
    await adopted.insert_all(tx, list(engagements.values()), [review for _, review in rows])
    stars = await adopted.recount(tx, list({rated_id for row in rows for _, rated_id in rated_by(*row)}))
    known = {rated: (average(given) or 0.0, sum(given)) for rated, given in stars.items()}
    await learning.adopt_ratings(tx, {id_: given for (kind, id_), given in known.items() if kind == "offer"})
    await profiles.adopt_ratings(tx, {id_: rating for (kind, id_), (rating, _) in known.items() if kind == "account"})


def _revealed(engagement: Engagement, written: Sequence[AdoptedReview], now: datetime) -> Engagement:
    """Return the engagement as it stands: revealed when both had written, at the latest when the time of the first was over."""
    at = min([engagement.reveal_at, *(review.at for review in written[1:2])])
    return replace(engagement, revealed_at=at) if at <= now else engagement


def _review(rules: ReviewRules, engagement: Engagement, said: AdoptedReview, now: datetime) -> Review:
    shown_at = engagement.revealed_at and max(engagement.revealed_at, said.at)
    has_reply = shown_at is not None and said.responded_at is not None and shown_at <= said.responded_at <= now
    return Review(
        id=derived("review", engagement.id, said.author_id),
        engagement_id=engagement.id,
        author_id=said.author_id,
        about_id=said.about_id,
        rating=said.rating,
        comment=said.comment,
        created_at=said.at,
        edit_until=edit_end(rules, said.at),
        published_at=shown_at,
        response=said.response if has_reply else None,
        responded_at=said.responded_at if has_reply else None,
    )
