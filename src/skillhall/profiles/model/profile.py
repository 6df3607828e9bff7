"""The profile: what is stored, how full it is, and what a member may write."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body
from skillhall.profiles.model.fields import PICTURES, Bio, DisplayName, Kind, Phone, PictureAddress, Place, Username, WebAddress
from skillhall.profiles.model.privacy import Audience, Level, hidden

DELETED_NAME: Final = "Deleted profile"
SKILLS_FOR_COMPLETION: Final = 3
WEIGHTS: Final = {
    "name": 20, "avatar": 15, "bio": 15, "location": 10, "skills": 15, "availability": 10, "verification": 15,
}  # fmt: skip


class ProfileRules(Struct, frozen=True, kw_only=True):
    """What an operator may set about profiles."""

    profiles_per_account: int = 10
    documents_per_verification: int = 5
    verification_documents_days: int = 30


class Profile(Struct, frozen=True, kw_only=True):
    """One face of an account, as stored.

    `rating`, `skills`, `badges`, `level`, `jobs_done` and `has_availability` are noted by contexts above. `metadata` is by kind.
    """

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
    badges: list[str] = []
    level: int | None = None
    jobs_done: int = 0
    has_availability: bool = False
    metadata: dict[str, dict[str, object]] = {}
    privacy: dict[str, Level] = {}
    is_listed: bool = True
    origin: str
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def details(self) -> dict[str, object]:
        """The keys of the profile's own kind."""
        return self.metadata.get(self.kind, {})

    @property
    def completion(self) -> int:
        """How much of the profile is filled, 20 to 100. A portfolio counts as availability does."""
        filled = {
            "name": True,
            "avatar": bool(self.avatar_url),
            "bio": bool(self.bio),
            "location": bool(self.location),
            "skills": len(self.skills) >= SKILLS_FOR_COMPLETION,
            "availability": self.has_availability or bool(self.details.get("portfolio")),
            "verification": self.is_verified,
        }
        return sum(WEIGHTS[part] for part, is_filled in filled.items() if is_filled)

    def seen_by(self, audience: Audience) -> "Profile":
        """Return the profile as this audience sees it: the rest is empty, and does not count for its completion either."""
        return msgspec.structs.replace(self, **hidden(self.privacy, audience))


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
    """The fields to change; absent ones stay, null empties. Another `displayName` ends a verification, which was given to the old one."""

    profile_type: Kind | UnsetType = UNSET
    display_name: DisplayName | UnsetType = UNSET
    username: Username | UnsetType | None = UNSET
    bio: Bio | UnsetType | None = UNSET
    avatar_url: PictureAddress | UnsetType | None = UNSET
    cover_image_url: PictureAddress | UnsetType | None = UNSET
    location: Place | UnsetType | None = UNSET
    website: WebAddress | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET


def check_pictures(sent: OpenProfile | ChangeProfile, avatar_url: str | None = None, cover_image_url: str | None = None) -> None:
    """Refuse the address of an uploaded picture that this profile does not show already: pictures are uploaded, not linked to."""
    given = (("avatarUrl", sent.avatar_url, avatar_url), ("coverImageUrl", sent.cover_image_url, cover_image_url))
    faults = [
        FieldError(field, "body", "not_uploaded_here", "Upload the picture to this profile instead.")
        for field, url, own in given
        if isinstance(url, str) and url.startswith(PICTURES) and url != own
    ]
    if faults:
        raise Invalid(*faults)


def is_same_name(one: str, other: str) -> bool:
    """Return whether two display names differ in case and spaces at most."""
    return one.casefold().split() == other.casefold().split()
