"""What ratings come to: how many gave one star, two, … five. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from skillhall.reviews.model.review import Engagement, Review

MOST: Final = 5
DIGITS: Final = 2
NOBODY: Final = (0,) * MOST
Rated = tuple[Literal["account", "offer"], UUID]
"""Who, or what, is rated."""


def average(stars: Sequence[int]) -> float | None:
    """Return the average to two digits, or nothing while nobody has rated."""
    count = sum(stars)
    total = sum(star * given for star, given in enumerate(stars, 1))
    return round(total / count, DIGITS) if count else None


def rated_by(engagement: Engagement, review: Review) -> list[Rated]:
    """Return what this review rates: whom it is about, and from a learner the offer."""
    found: list[Rated] = [("account", review.about_id)]
    if engagement.offer_id and review.about_id == engagement.provider_id:
        found.append(("offer", engagement.offer_id))
    return found


def changes(engagement: Engagement, pairs: Sequence[tuple[Review, Review]]) -> dict[Rated, list[int]]:
    """Return by how much each tally changes when these reviews (before, after) change, in lock order; what stays is left out."""
    counted: dict[Rated, Counter[int]] = {}
    for before, after in pairs:
        for review, sign in ((before, -1), (after, 1)):
            if review.counts:
                for rated in rated_by(engagement, review):
                    counted.setdefault(rated, Counter())[review.rating] += sign
    return {rated: [by[star] for star in range(1, MOST + 1)] for rated, by in sorted(counted.items()) if any(by.values())}
