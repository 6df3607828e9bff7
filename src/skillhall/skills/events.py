"""What skills says: ids alone."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.work.events import Event

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
