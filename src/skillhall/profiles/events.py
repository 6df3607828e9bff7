"""What profiles says: ids alone."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event

PROFILE = ("profile", "profile_id")


class ProfileOpened(Event, frozen=True, kw_only=True):
    """An account has one profile more, perhaps its first."""

    name: ClassVar[str] = "profiles.profile_opened"
    about: ClassVar[tuple[str, str]] = PROFILE
    public: ClassVar[bool] = True
    profile_id: UUID
    account_id: UUID
    kind: str


class ProfileChanged(Event, frozen=True, kw_only=True):
    """What others see of the profile is different now: its fields, whether it is primary, whether it is shown."""

    name: ClassVar[str] = "profiles.profile_changed"
    about: ClassVar[tuple[str, str]] = PROFILE
    public: ClassVar[bool] = True
    profile_id: UUID
    account_id: UUID


class ProfileDeleted(Event, frozen=True, kw_only=True):
    """The profile is a tombstone now: its id stays, its texts are gone."""

    name: ClassVar[str] = "profiles.profile_deleted"
    about: ClassVar[tuple[str, str]] = PROFILE
    public: ClassVar[bool] = True
    profile_id: UUID
    account_id: UUID


class VerificationRequested(Event, frozen=True, kw_only=True):
    """Somebody asks to be verified: staff has something to decide."""

    name: ClassVar[str] = "profiles.verification_requested"
    about: ClassVar[tuple[str, str]] = PROFILE
    profile_id: UUID
    account_id: UUID
    verification_id: UUID


class VerificationDecided(Event, frozen=True, kw_only=True):
    """Staff has verified the profile, or declined to; what it said stands in the request."""

    name: ClassVar[str] = "profiles.verification_decided"
    about: ClassVar[tuple[str, str]] = PROFILE
    profile_id: UUID
    account_id: UUID
    verification_id: UUID
    is_approved: bool
