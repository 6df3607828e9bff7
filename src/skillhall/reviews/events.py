"""What reviews says: ids and numbers alone, and no rating before both sides have written or their time is over."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event


class ReviewFact(Event, frozen=True, kw_only=True):
    """What every fact about a review tells: of which session, booking or project it is (`kind`, `reviewed_id`), by whom, about whom."""

    about: ClassVar[tuple[str, str]] = ("review", "review_id")
    public: ClassVar[bool] = True
    review_id: UUID
    kind: str
    reviewed_id: UUID
    author_id: UUID
    about_id: UUID


class Written(ReviewFact, frozen=True, kw_only=True):
    """One side has written; nobody else reads it before `reveal_at`, unless the other side writes too."""

    name: ClassVar[str] = "reviews.written"
    reveal_at: datetime


class Revealed(ReviewFact, frozen=True, kw_only=True):
    """The review is public and counts, from now on or again."""

    name: ClassVar[str] = "reviews.revealed"
    rating: int


class Withdrawn(ReviewFact, frozen=True, kw_only=True):
    """The review is not public and does not count any more: its author has taken it back, or (`is_hidden`) a moderator has hidden it."""

    name: ClassVar[str] = "reviews.withdrawn"
    is_hidden: bool


class Answered(ReviewFact, frozen=True, kw_only=True):
    """Whom the review is about has replied."""

    name: ClassVar[str] = "reviews.answered"


class EndorsementFact(Event, frozen=True, kw_only=True):
    """What every fact about an endorsement tells."""

    about: ClassVar[tuple[str, str]] = ("endorsement", "endorsement_id")
    public: ClassVar[bool] = True
    endorsement_id: UUID
    skill_id: UUID
    author_id: UUID
    about_id: UUID


class Endorsed(EndorsementFact, frozen=True, kw_only=True):
    """Somebody vouches for a skill of a person they have worked with."""

    name: ClassVar[str] = "reviews.skill_endorsed"


class EndorsementWithdrawn(EndorsementFact, frozen=True, kw_only=True):
    """They do not any more."""

    name: ClassVar[str] = "reviews.endorsement_withdrawn"
