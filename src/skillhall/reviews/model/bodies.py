"""What clients send."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body
from skillhall.reviews.model.review import Kind

Rating = Annotated[int, Meta(ge=1, le=5)]
Comment = Annotated[str, Meta(max_length=2000)]
Reply = Annotated[str, Meta(min_length=1, max_length=2000)]
_SUBJECTS = ("sessionId", "bookingId", "projectId")


class Feedback(Body, frozen=True, kw_only=True):
    """Stars, and words if one likes. `revieweeId`, an account, is needed where more than one other person took part."""

    rating: Rating
    comment: Comment = ""
    reviewee_id: UUID | None = None


class WriteReview(Feedback, frozen=True, kw_only=True):
    """The same about what is named by exactly one id."""

    session_id: UUID | None = None
    booking_id: UUID | None = None
    project_id: UUID | None = None


class ReviewPerson(Body, frozen=True, kw_only=True):
    """Stars and words about a person; without an id it is about the last thing completed with them and not reviewed yet."""

    rating: Rating
    comment: Comment = ""
    session_id: UUID | None = None
    booking_id: UUID | None = None
    project_id: UUID | None = None


class ReviewProject(Feedback, frozen=True, kw_only=True):
    """The same about a project."""

    project_id: UUID


class ChangeReview(Body, frozen=True, kw_only=True):
    """What is absent stays."""

    rating: Rating | UnsetType = UNSET
    comment: Comment | UnsetType = UNSET


class Respond(Body, frozen=True, kw_only=True):
    """The one reply."""

    response: Reply


class Endorse(Body, frozen=True, kw_only=True):
    """Which skill, and why if one likes."""

    skill_id: UUID
    message: Annotated[str, Meta(max_length=500)] = ""


def named(command: WriteReview | ReviewPerson) -> list[tuple[Kind, UUID]]:
    """Return what is named, by kind."""
    given: tuple[tuple[Kind, UUID | None], ...] = (
        ("session", command.session_id),
        ("booking", command.booking_id),
        ("project", command.project_id),
    )
    return [(kind, subject_id) for kind, subject_id in given if subject_id is not None]


def check_one_subject(command: WriteReview | ReviewPerson, *, least: int) -> None:
    """Refuse less than `least`, and more than one, of the ids."""
    if not least <= len(named(command)) <= 1:
        text = f"Send {'exactly' if least else 'at most'} one of {', '.join(_SUBJECTS)}."
        raise Invalid(*(FieldError(name, "body", "reviews.one_subject", text) for name in _SUBJECTS))
