"""A project: what somebody wants done, from draft to completed."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.refusals import NotYourProject, ProjectMoved
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject

Pricing = Literal["fixed", "hourly"]
Visibility = Literal["public", "members", "invited"]
Level = Literal["beginner", "intermediate", "advanced", "expert"]


class ProjectState(StrEnum):
    """Where a project stands."""

    DRAFT = "draft"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"


ARROWS: Final[dict[ProjectState, frozenset[ProjectState]]] = {
    ProjectState.DRAFT: frozenset({ProjectState.OPEN, ProjectState.CANCELLED}),
    ProjectState.OPEN: frozenset({ProjectState.DRAFT, ProjectState.IN_PROGRESS, ProjectState.PAUSED, ProjectState.CANCELLED}),
    ProjectState.IN_PROGRESS: frozenset(
        {
            ProjectState.OPEN,
            ProjectState.DELIVERED,
            ProjectState.COMPLETED,
            ProjectState.PAUSED,
            ProjectState.CANCELLED,
            ProjectState.DISPUTED,
        }
    ),
    ProjectState.DELIVERED: frozenset(
        {ProjectState.IN_PROGRESS, ProjectState.COMPLETED, ProjectState.CANCELLED, ProjectState.DISPUTED, ProjectState.OPEN}
    ),
    ProjectState.PAUSED: frozenset(
        {
            ProjectState.OPEN,
            ProjectState.IN_PROGRESS,
            ProjectState.DELIVERED,
            ProjectState.COMPLETED,
            ProjectState.CANCELLED,
            ProjectState.DISPUTED,
        }
    ),
    ProjectState.DISPUTED: frozenset(
        {ProjectState.IN_PROGRESS, ProjectState.DELIVERED, ProjectState.COMPLETED, ProjectState.CANCELLED, ProjectState.OPEN}
    ),
    ProjectState.COMPLETED: frozenset({ProjectState.DISPUTED}),
    ProjectState.CANCELLED: frozenset(),
}
"""Where each state leads. Back to open leads an agreement that nobody signed, or that was called off."""
FINISHED: Final = frozenset({ProjectState.COMPLETED, ProjectState.CANCELLED})
LEGACY: Final[dict[str, str]] = {ProjectState.OPEN: "active"}
_ALIASES: Final[dict[str, ProjectState]] = {
    "active": ProjectState.OPEN,
    "upcoming": ProjectState.OPEN,
    "published": ProjectState.OPEN,
    "canceled": ProjectState.CANCELLED,
    "on_hold": ProjectState.PAUSED,
    "done": ProjectState.COMPLETED,
}
_VISIBILITIES: Final[dict[str, Visibility]] = {
    "public": "public",
    "members": "members",
    "invited": "invited",
    "private": "invited",
    "invite_only": "invited",
}


class Project(Struct, frozen=True, kw_only=True):
    """One project as stored, but for what only screens need. Budgets are minor units of `asset`, per hour where pricing is hourly.

    `worker_id` is the account that works on it, once somebody does; `paused_from` the state a paused one goes back to.
    """

    id: UUID
    account_id: UUID
    profile_id: UUID
    title: str
    description: str
    pricing: Pricing
    asset: str
    budget_min: int | None
    budget_max: int | None
    category_slug: str | None
    visibility: Visibility
    state: ProjectState
    paused_from: ProjectState | None
    starts_at: datetime | None
    deadline: datetime | None
    is_remote: bool
    location: str | None
    level: Level | None
    tags: tuple[str, ...]
    worker_id: UUID | None
    published_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    hidden_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def subject(self) -> Subject:
        """How files, audit and the ledger know this project."""
        return Subject("project", self.id)

    def check_owner(self, account_id: UUID) -> None:
        """Refuse everybody but its owner."""
        if self.account_id != account_id:
            raise NotYourProject

    def check_state(self, verb: str, *allowed: ProjectState) -> None:
        """Refuse the verb (a participle: "accepted") unless the project stands in one of these states."""
        if self.state not in allowed:
            raise ProjectMoved(status=self.state, verb=verb)

    def money(self, amount: int | None) -> Money | None:
        """Return so many minor units of the project's asset."""
        return None if amount is None else Money(amount, self.asset)


def sources(state: ProjectState) -> list[ProjectState]:
    """Return the states from which this one may be reached."""
    return [origin for origin, targets in ARROWS.items() if state in targets]


def project_state(word: str) -> ProjectState | None:
    """Return the state a client means, in any letter case and with any source's word, or nothing."""
    plain = plain_word(word)
    try:
        return ProjectState(plain)
    except ValueError:
        return _ALIASES.get(plain)


def visibility(word: str) -> Visibility | None:
    """Return the visibility a client means, with any source's word, or nothing."""
    return _VISIBILITIES.get(plain_word(word))


def plain_word(word: str) -> str:
    """Return a client's word as ours are written."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")
