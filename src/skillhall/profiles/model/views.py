"""What others, and its owner, see of a profile."""

from typing import Any, Self
from uuid import UUID

from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View, instant
from skillhall.profiles.model.fields import Kind
from skillhall.profiles.model.metadata import PortfolioLink, ProfileMetadata, typed
from skillhall.profiles.model.privacy import Audience
from skillhall.profiles.model.profile import Profile


class PersonCard(View, frozen=True, kw_only=True):
    """A person as every other view shows one. An `avatarUrl` that begins with / is of this hall."""

    id: UUID
    display_name: str
    username: str | None
    avatar_url: str | None
    rating: float | None


class ProfileView(View, frozen=True, kw_only=True):
    """A profile. What its owner does not show to the caller is null, or empty, and does not count for `completionPercentage`."""

    id: UUID
    account_id: UUID
    profile_type: Kind
    display_name: str
    username: str | None
    bio: str | None
    avatar_url: str | None
    cover_image_url: str | None
    location: str | None
    website: str | None
    phone: str | None
    is_primary: bool
    is_verified: bool
    completion_percentage: int
    rating: float | None
    skills: list[str]
    badges: list[str]
    level: int | None
    jobs_done: int
    has_availability: bool
    metadata: ProfileMetadata
    created_at: Instant
    updated_at: Instant
    version: int

    @classmethod
    def of(cls, profile: Profile, audience: Audience) -> Self:
        """Return what this audience sees of the profile."""
        profile = profile.seen_by(audience)
        return cls(
            id=profile.id,
            account_id=profile.account_id,
            profile_type=profile.kind,
            display_name=profile.display_name,
            username=profile.username,
            bio=profile.bio,
            avatar_url=profile.avatar_url,
            cover_image_url=profile.cover_image_url,
            location=profile.location,
            website=profile.website,
            phone=profile.phone,
            is_primary=profile.is_primary,
            is_verified=profile.is_verified,
            completion_percentage=profile.completion,
            rating=profile.rating,
            skills=profile.skills,
            badges=profile.badges,
            level=profile.level,
            jobs_done=profile.jobs_done,
            has_availability=profile.has_availability,
            metadata=typed(profile.details),
            created_at=instant(profile.created_at),
            updated_at=instant(profile.updated_at),
            version=profile.version,
        )


class PersonView(View, frozen=True, kw_only=True):
    """A member behind the primary profile: `id` is the account's."""

    id: UUID
    profile_id: UUID
    profile_type: Kind
    display_name: str
    username: str | None
    avatar_url: str | None
    cover_image_url: str | None
    bio: str | None
    location: str | None
    website: str | None
    is_verified: bool
    rating: float | None
    skills: list[str]
    badges: list[str]
    level: int | None
    jobs_done: int
    has_availability: bool
    abilities: list[str]
    member_since: Instant

    @classmethod
    def of(cls, profile: Profile, abilities: list[str], audience: Audience) -> Self:
        """Return what this audience sees of the person behind the profile."""
        return cls(**_person(profile.seen_by(audience), abilities))


class WorkerView(PersonView, frozen=True, kw_only=True):
    """A member who offers work, behind their professional profile; `hourlyRate` and what follows is from its metadata."""

    headline: str | None
    hourly_rate: Money | None
    years_of_experience: int | None
    languages: list[str]
    certifications: list[str]
    portfolio: list[PortfolioLink]

    @classmethod
    def of(cls, profile: Profile, abilities: list[str], audience: Audience) -> Self:
        """Return what this audience sees of the worker."""
        profile = profile.seen_by(audience)
        told = typed(profile.details)
        return cls(
            **_person(profile, abilities),
            headline=told.headline or None,
            hourly_rate=told.hourly_rate or None,
            years_of_experience=told.years_of_experience if isinstance(told.years_of_experience, int) else None,
            languages=told.languages or [],
            certifications=told.certifications or [],
            portfolio=told.portfolio or [],
        )


def _person(profile: Profile, abilities: list[str]) -> dict[str, Any]:
    return {
        "id": profile.account_id,
        "profile_id": profile.id,
        "profile_type": profile.kind,
        "display_name": profile.display_name,
        "username": profile.username,
        "avatar_url": profile.avatar_url,
        "cover_image_url": profile.cover_image_url,
        "bio": profile.bio,
        "location": profile.location,
        "website": profile.website,
        "is_verified": profile.is_verified,
        "rating": profile.rating,
        "skills": profile.skills,
        "badges": profile.badges,
        "level": profile.level,
        "jobs_done": profile.jobs_done,
        "has_availability": profile.has_availability,
        "abilities": abilities,
        "member_since": instant(profile.created_at),
    }
