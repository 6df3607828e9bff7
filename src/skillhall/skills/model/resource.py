"""Learning resources of a skill: a course, a book, a video; proposed by members, published by staff."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.shapes import Body, Instant, View
from skillhall.skills.model.skill import Reason

ResourceKind = Literal["course", "book", "article", "video", "exercise", "reference", "tool"]
ResourceState = Literal["proposed", "active", "rejected"]
Title = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"\S", description="Text that is not blank", examples=["The Cello Companion"])
]
Address = Annotated[
    str,
    Meta(
        max_length=1000,
        pattern=r"^https?://[^\s/]+\S*$(?!\n)",
        description="An address that begins with https:// or http://",
        examples=["https://example.org/cello"],
    ),
]


class NewResource(Body, frozen=True, kw_only=True):
    """Where to learn the skill."""

    kind: ResourceKind
    title: Title
    url: Address


class ChangeResource(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay. `status` and `reason`, which the proposer reads, are for staff."""

    kind: ResourceKind | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    url: Address | UnsetType = UNSET
    status: ResourceState | UnsetType = UNSET
    reason: Reason | UnsetType | None = UNSET


class Resource(Struct, frozen=True, kw_only=True):
    """One resource, as stored. `account_id` is who proposed it."""

    id: UUID
    skill_id: UUID
    kind: ResourceKind
    title: str
    url: str
    state: ResourceState
    reason: str | None = None
    account_id: UUID
    version: int = 1


class ResourceView(View, frozen=True, kw_only=True):
    """A resource."""

    id: UUID
    skill_id: UUID
    kind: ResourceKind
    title: str
    url: str
    status: ResourceState
    reason: str | None
    created_at: Instant
    updated_at: Instant
    version: int
