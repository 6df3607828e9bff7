"""A review, and the engagement of two people it is about. Pure.

The verbs are functions from a review to the review after; whoever stores the difference counts the stars and tells the news.
"""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from skillhall.kernel.shapes import Subject, instant
from skillhall.reviews.model.refusals import AlreadyAnswered, AlreadyWithdrawn, AuthorOnly, EditClosed, RatingIsFixed, ReviewNotFound

Kind = Literal["session", "booking", "project"]
Role = Literal["host", "learner", "worker", "client"]
REVIEW: Final = "review"
"""How skills and the audit know a review."""


class ReviewRules(Struct, frozen=True, kw_only=True):
    """The operator's settings: how long neither side reads the other, and how long the words of a review may be changed."""

    blind_days: Annotated[int, Meta(ge=0)] = 7
    edit_hours: Annotated[int, Meta(ge=0)] = 48


class Engagement(Struct, frozen=True, kw_only=True):
    """Two people and what is finished between them: the provider gave the lesson or did the work, the client got it.

    `project_id` is set for whatever belongs to a project; `reveal_at` is when what one side has written is shown in any case.
    """

    id: UUID
    kind: Kind
    subject_id: UUID
    provider_id: UUID
    provider_profile_id: UUID
    client_id: UUID
    client_profile_id: UUID
    completed_at: datetime
    reveal_at: datetime
    project_id: UUID | None = None
    offer_id: UUID | None = None
    skill_id: UUID | None = None
    revealed_at: datetime | None = None

    def other(self, account_id: UUID) -> UUID:
        """Return the other side."""
        return self.client_id if account_id == self.provider_id else self.provider_id


class Review(Struct, frozen=True, kw_only=True):
    """What one side says of the other. It counts while it is published, and neither hidden nor withdrawn."""

    id: UUID
    engagement_id: UUID
    author_id: UUID
    about_id: UUID
    rating: int
    comment: str
    created_at: datetime
    edit_until: datetime
    version: int = 1
    edited_at: datetime | None = None
    published_at: datetime | None = None
    hidden_at: datetime | None = None
    withdrawn_at: datetime | None = None
    response: str | None = None
    responded_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """How skills and the audit know this review."""
        return Subject(REVIEW, self.id)

    @property
    def counts(self) -> bool:
        """Whether everybody reads it."""
        return self.published_at is not None and self.hidden_at is None and self.withdrawn_at is None

    def check_author(self, account_id: UUID) -> None:
        """Refuse everybody else; who may not even read it, as if there were none."""
        if account_id != self.author_id:
            raise AuthorOnly if self.counts else ReviewNotFound

    def published(self, now: datetime) -> Self:
        """Return it shown to everybody."""
        return replace(self, published_at=now, version=self.version + 1)

    def edited(self, rating: int, comment: str, now: datetime) -> Self:
        """Return it changed: all of it until it is published, its words for a while after that."""
        if (rating, comment) == (self.rating, self.comment) and self.withdrawn_at is None:
            return self
        if self.withdrawn_at:
            raise AlreadyWithdrawn
        if self.published_at and rating != self.rating:
            raise RatingIsFixed
        if self.published_at and now >= self.edit_until:
            raise EditClosed(closed_at=instant(self.edit_until))
        return replace(self, rating=rating, comment=comment, edited_at=now, version=self.version + 1)

    def withdrawn(self, now: datetime) -> Self:
        """Return it taken back, for good."""
        return self if self.withdrawn_at else replace(self, withdrawn_at=now, version=self.version + 1)

    def hidden(self, at: datetime | None) -> Self:
        """Return it hidden by a moderator, or (None) shown again."""
        return self if (at is None) == (self.hidden_at is None) else replace(self, hidden_at=at, version=self.version + 1)

    def answered(self, by: UUID, text: str, now: datetime) -> Self:
        """Return it with the one reply of whom it is about."""
        if by != self.about_id or not self.counts:
            raise ReviewNotFound
        if self.responded_at and self.response != text:
            raise AlreadyAnswered
        return self if self.responded_at else replace(self, response=text, responded_at=now, version=self.version + 1)


def role_of(kind: str, *, is_provider: bool) -> Role:
    """Return the word for a side."""
    if kind == "session":
        return "host" if is_provider else "learner"
    return "worker" if is_provider else "client"


def reveal_time(rules: ReviewRules, written_at: datetime) -> datetime:
    """Return when the first review of an engagement is shown if the other side stays silent."""
    return written_at + timedelta(days=rules.blind_days)


def edit_end(rules: ReviewRules, written_at: datetime) -> datetime:
    """Return until when the words may be changed."""
    return written_at + timedelta(hours=rules.edit_hours)
