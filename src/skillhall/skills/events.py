"""What skills says: ids alone."""

from typing import ClassVar, Literal
from uuid import UUID

from skillhall.kernel.events import Event

SKILL = ("skill", "skill_id")


class SkillProposed(Event, frozen=True, kw_only=True):
    """A member has proposed a skill; staff decides."""

    name: ClassVar[str] = "skills.skill_proposed"
    about: ClassVar[tuple[str, str]] = SKILL
    skill_id: UUID
    account_id: UUID


class SkillPublished(Event, frozen=True, kw_only=True):
    """The skill is in the catalogue now."""

    name: ClassVar[str] = "skills.skill_published"
    about: ClassVar[tuple[str, str]] = SKILL
    public: ClassVar[bool] = True
    skill_id: UUID


class SkillChanged(Event, frozen=True, kw_only=True):
    """Fields, prerequisites or state of the skill are different now."""

    name: ClassVar[str] = "skills.skill_changed"
    about: ClassVar[tuple[str, str]] = SKILL
    public: ClassVar[bool] = True
    skill_id: UUID


class MemberSkillsChanged(Event, frozen=True, kw_only=True):
    """What the person teaches, learns or works with is different now."""

    name: ClassVar[str] = "skills.member_skills_changed"
    about: ClassVar[tuple[str, str]] = ("account", "account_id")
    account_id: UUID


class ProposalDecided(Event, frozen=True, kw_only=True):
    """Staff has decided about a proposal: `approved`, `rejected`, or `merged` into another skill."""

    name: ClassVar[str] = "skills.proposal_decided"
    about: ClassVar[tuple[str, str]] = SKILL
    skill_id: UUID
    account_id: UUID
    decision: Literal["approved", "rejected", "merged"]


class SkillsMerged(Event, frozen=True, kw_only=True):
    """The skill is `into_id` now; who refers to the old id may move on."""

    name: ClassVar[str] = "skills.skills_merged"
    about: ClassVar[tuple[str, str]] = SKILL
    public: ClassVar[bool] = True
    skill_id: UUID
    into_id: UUID


class GoalReached(Event, frozen=True, kw_only=True):
    """The person has come up to the goal in a skill."""

    name: ClassVar[str] = "skills.goal_reached"
    about: ClassVar[tuple[str, str]] = ("account", "account_id")
    account_id: UUID
    skill_id: UUID
    member_skill_id: UUID


class MemberSkillVerified(Event, frozen=True, kw_only=True):
    """Staff has confirmed the person's skill at its level."""

    name: ClassVar[str] = "skills.member_skill_verified"
    about: ClassVar[tuple[str, str]] = ("account", "account_id")
    account_id: UUID
    skill_id: UUID
    verification_id: UUID


class VerificationRejected(Event, frozen=True, kw_only=True):
    """Staff could not confirm the person's skill."""

    name: ClassVar[str] = "skills.verification_rejected"
    about: ClassVar[tuple[str, str]] = ("account", "account_id")
    account_id: UUID
    skill_id: UUID
    verification_id: UUID


class ResourceProposed(Event, frozen=True, kw_only=True):
    """A member has proposed a learning resource; staff decides."""

    name: ClassVar[str] = "skills.resource_proposed"
    about: ClassVar[tuple[str, str]] = SKILL
    skill_id: UUID
    resource_id: UUID
    account_id: UUID
