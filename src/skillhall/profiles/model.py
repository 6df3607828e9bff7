"""The profile: its kinds, its completion, its fields on the wire, and the refusals its rules make."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused
from skillhall.kernel.shapes import Body, Instant, View, instant

Kind = Literal["innovator", "mentor", "investor", "academic_student", "academic_institution", "organization", "professional"]
# `$` alone would let a line break follow, and "mira" and "mira\n" be two usernames.
DisplayName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S", examples=["Mira Sommer"])]
Username = Annotated[
    str,
    Meta(min_length=3, max_length=100, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])$(?!\n)", examples=["mira.sommer"]),
]
WebAddress = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/]+\S*$(?!\n)", examples=["https://example.org"])]
PictureAddress = Annotated[
    str, Meta(max_length=2000, pattern=r"^(https?://[^\s/]|/api/v1/files/)\S*$(?!\n)", examples=["https://example.org/mira.jpg"])
]
Bio = Annotated[str, Meta(max_length=2000)]
Place = Annotated[str, Meta(max_length=255, examples=["Leipzig"])]
Phone = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()./-]{4,30}$(?!\n)", examples=["+49 341 1234567"])]

DELETED_NAME: Final = "Deleted profile"
SKILLS_FOR_COMPLETION: Final = 3
WEIGHTS: Final = {
    "name": 20, "avatar": 15, "bio": 15, "location": 10, "skills": 15, "availability": 10, "verification": 15,
}  # fmt: skip


class ProfileRules(Struct, frozen=True, kw_only=True):
    """What an operator may set about profiles."""

    profiles_per_account: int = 10


class Profile(Struct, frozen=True, kw_only=True):
    """One face of an account, as stored. `rating`, `skills`, `jobs_done` and `has_availability` are noted by contexts above."""

    id: UUID
    account_id: UUID
    kind: Kind
    is_primary: bool
    display_name: str
    username: str | None = None
    bio: str | None = None
    avatar_url: str | None = None
    cover_image_url: str | None = None
    location: str | None = None
    website: str | None = None
    phone: str | None = None
    is_verified: bool = False
    rating: float | None = None
    skills: list[str] = []
    jobs_done: int = 0
    has_availability: bool = False
    origin: str
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def completion(self) -> int:
        """How much of the profile is filled, 20 to 100 (rules.md "Profiles")."""
        filled = {
            "name": True,
            "avatar": bool(self.avatar_url),
            "bio": bool(self.bio),
            "location": bool(self.location),
            "skills": len(self.skills) >= SKILLS_FOR_COMPLETION,
            "availability": self.has_availability,
            "verification": self.is_verified,
        }
        return sum(WEIGHTS[part] for part, is_filled in filled.items() if is_filled)


class OpenProfile(Body, frozen=True, kw_only=True):
    """A further profile of the caller's account."""

    profile_type: Kind
    display_name: DisplayName
    username: Username | None = None
    bio: Bio | None = None
    avatar_url: PictureAddress | None = None
    cover_image_url: PictureAddress | None = None
    location: Place | None = None
    website: WebAddress | None = None
    phone: Phone | None = None


class ChangeProfile(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, null empties."""

    profile_type: Kind | UnsetType = UNSET
    display_name: DisplayName | UnsetType = UNSET
    username: Username | UnsetType | None = UNSET
    bio: Bio | UnsetType | None = UNSET
    avatar_url: PictureAddress | UnsetType | None = UNSET
    cover_image_url: PictureAddress | UnsetType | None = UNSET
    location: Place | UnsetType | None = UNSET
    website: WebAddress | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET


class PersonCard(View, frozen=True, kw_only=True):
    """A person as every other view shows one."""

    id: UUID
    display_name: str
    username: str | None
    avatar_url: str | None
    rating: float | None


class ProfileView(View, frozen=True, kw_only=True):
    """A profile. `phone` is null for everyone but its owner."""

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
    jobs_done: int
    created_at: Instant
    updated_at: Instant
    version: int

    @classmethod
    def of(cls, profile: Profile, *, is_own: bool) -> Self:
        """Return what its owner, or anybody else, sees of the profile."""
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
            phone=profile.phone if is_own else None,
            is_primary=profile.is_primary,
            is_verified=profile.is_verified,
            completion_percentage=profile.completion,
            rating=profile.rating,
            skills=profile.skills,
            jobs_done=profile.jobs_done,
            created_at=instant(profile.created_at),
            updated_at=instant(profile.updated_at),
            version=profile.version,
        )


class ProfileNotFound(NotFound):
    """There is no such profile, it is deleted or hidden, or its owner and the caller have nothing to do with each other."""

    code = "profiles.not_found"
    message = "There is no profile {profile_id}."


class NotYourProfile(Forbidden):
    """The profile belongs to another account."""

    code = "profiles.not_yours"
    message = "This profile belongs to somebody else."


class UsernameTaken(Conflict):
    """Another profile has this username, in whatever case."""

    code = "profiles.username_taken"
    message = "The username {username} is taken."


class LastProfile(Refused):
    """An account always has a profile."""

    code = "profiles.last_profile"
    message = "This is your last profile; an account always has one."


class TooManyProfiles(Refused):
    """The account has as many profiles as the operator allows."""

    code = "profiles.too_many"
    message = "An account may have {allowed} profiles."
