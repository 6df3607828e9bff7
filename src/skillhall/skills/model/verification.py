"""Verification of a member's skill: asked for with evidence, decided by staff."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from skillhall.kernel.shapes import Body, Instant, View
from skillhall.profiles.api import PersonCard
from skillhall.skills.model.member import Level, Purpose
from skillhall.skills.model.skill import Reason
from skillhall.skills.model.views import SkillCard

Evidence = Literal["certificate", "degree", "work_experience", "project", "peer_review"]
VerificationState = Literal["pending", "verified", "rejected", "withdrawn"]
SUBJECT: Final = "skill_verification"
FILES: Final = ("document", "image")


class AskVerification(Body, frozen=True, kw_only=True):
    """What proves the skill at the level it is listed with: uploaded files (documents or images), or a note, or both."""

    evidence: Evidence
    note: Annotated[str, Meta(max_length=2000)] = ""
    files: Annotated[list[UUID], Meta(max_length=10)] = field(default_factory=list[UUID])


class Decision(Body, frozen=True, kw_only=True):
    """Yes; the reason is kept in the audit trail."""

    reason: Reason | None = None


class Rejection(Body, frozen=True, kw_only=True):
    """No, and why: the asker is told."""

    reason: Annotated[
        str,
        Meta(
            min_length=1, max_length=500, pattern=r"\S", description="Text that is not blank", examples=["The certificate cannot be read."]
        ),
    ]


class Verification(Struct, frozen=True, kw_only=True):
    """One request, as stored."""

    id: UUID
    account_id: UUID
    skill_id: UUID
    purpose: Purpose
    level: Level
    evidence: Evidence
    note: str
    file_ids: list[UUID] = field(default_factory=list[UUID])
    state: VerificationState
    reason: str | None = None
    requested_at: datetime
    decided_at: datetime | None = None


class VerificationView(View, frozen=True, kw_only=True):
    """A request for verification. `member` is who asks; `files` are links to the evidence, good for an hour."""

    id: UUID
    member: PersonCard
    skill: SkillCard
    purpose: Purpose
    level: Level
    evidence: Evidence
    note: str
    files: list[str]
    status: VerificationState
    reason: str | None
    requested_at: Instant
    decided_at: Instant | None
