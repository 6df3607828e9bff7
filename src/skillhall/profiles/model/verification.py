"""Asking to be known as who one is, and what staff says to it."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel.shapes import Body, Instant, ListQuery, View
from skillhall.profiles.model.fields import Kind

State = Literal["pending", "approved", "rejected", "withdrawn"]
SUBJECT: Final = "profile_verification"
Reason = Annotated[str, Meta(min_length=3, max_length=500, pattern=r"\S", description="Text that is not blank")]


class AskProfileVerification(Body, frozen=True, kw_only=True):
    """Files of one's own (documents or images) that show the name, and a word to those who decide."""

    documents: Annotated[list[UUID], Meta(min_length=1, max_length=20)]
    note: Annotated[str, Meta(max_length=1000)] | None = None


class ApproveProfile(Body, frozen=True, kw_only=True):
    """A word for the record."""

    reason: Reason | None = None


class RejectProfile(Body, frozen=True, kw_only=True):
    """Why not; the member reads it."""

    reason: Reason


class Verification(Struct, frozen=True, kw_only=True):
    """One request, as stored. `display_name` is what the profile was called when it was made."""

    id: UUID
    profile_id: UUID
    account_id: UUID
    state: State
    display_name: str
    note: str | None = None
    documents: list[UUID]
    requested_at: datetime
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    reason: str | None = None


class ProfileVerificationView(View, frozen=True, kw_only=True):
    """A request. `documents` are files: read them by id while they are kept."""

    id: UUID
    profile_id: UUID
    status: State
    display_name: str
    note: str | None
    documents: list[UUID]
    reason: str | None
    requested_at: Instant
    decided_at: Instant | None


class StaffProfileVerificationView(ProfileVerificationView, frozen=True, kw_only=True):
    """A request as those who decide see it, with what the profile says now."""

    account_id: UUID
    profile_type: Kind
    username: str | None
    current_name: str
    is_verified: bool
    decided_by: UUID | None


class ProfileVerificationQuery(ListQuery, frozen=True, kw_only=True):
    """Requests by state; `search` looks in the name."""

    status: State | None = None
