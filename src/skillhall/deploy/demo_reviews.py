"""What the demo community says of each other once a lesson or a project is over."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from skillhall.deploy.demo_profiles import happens
from skillhall.gigs import api as gigs
from skillhall.learning import api as learning
from skillhall.reviews.api import AdoptedReview

CLIENT_SHARE, PROVIDER_SHARE, REPLY_SHARE = 0.65, 0.4, 0.15
STARS = {5: 62, 4: 25, 3: 8, 2: 3, 1: 2}
BY_CLIENT = {
    5: ("Exactly what I needed.", "Patient, clear and well prepared.", "I will come back.", "I learned more than I had hoped."),
    4: ("Good, at times a little fast.", "Well explained.", "Helpful, with good material."),
    3: ("It was all right.", "Nice, but not quite what I was looking for."),
    2: ("We began late and ran out of time.", "Not well prepared."),
    1: ("Not what was promised.",),
}
BY_PROVIDER = {
    5: ("Curious and well prepared.", "A pleasure.", "Knew what they wanted."),
    4: ("Pleasant and on time.", "Good questions."),
    3: ("Came a little late.", "Could have prepared more."),
    2: ("Hard to agree with on a time.",),
    1: ("Did not listen.",),
}
REPLIES = ("Thank you, it was a pleasure.", "Thank you for being open about it; I will do better.", "Thanks, see you next time.")


def said(finished: Sequence[learning.Finished | gigs.Finished]) -> list[AdoptedReview]:
    """Return who reviewed whom; those whose time has not come are left out when they are adopted."""
    random = Random("skillhall demo reviews")  # noqa: S311 - the same reviews at every load
    return [review for found in finished for review in _of(random, found)]


def _of(random: Random, found: learning.Finished | gigs.Finished) -> Iterator[AdoptedReview]:
    provider = found.host_or_worker_id
    for client in found.others:
        if happens(random, CLIENT_SHARE):
            yield _review(random, found, client, provider, BY_CLIENT)
        if happens(random, PROVIDER_SHARE):
            yield _review(random, found, provider, client, BY_PROVIDER)


def _review(
    random: Random, found: learning.Finished | gigs.Finished, author_id: UUID, about_id: UUID, words: dict[int, tuple[str, ...]]
) -> AdoptedReview:
    rating = random.choices(list(STARS), list(STARS.values()))[0]
    at = found.completed_at + timedelta(minutes=10 + int(min(random.expovariate(1 / 900), 12 * 1440)))
    replies = happens(random, REPLY_SHARE)
    return AdoptedReview(
        of=found,
        author_id=author_id,
        about_id=about_id,
        rating=rating,
        comment=random.choice(words[rating]) if happens(random, 0.8) else "",
        at=at,
        response=random.choice(REPLIES) if replies else None,
        responded_at=at + timedelta(days=7, minutes=random.randint(30, 2000)) if replies else None,
    )
