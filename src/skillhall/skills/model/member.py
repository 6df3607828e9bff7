"""What a member teaches, learns and works with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError
from skillhall.kernel.shapes import Body, Instant, View
from skillhall.skills.model.skill import SkillCard

Purpose = Literal["teach", "learn", "work"]
Level = Literal["beginner", "intermediate", "advanced", "expert"]
Goal = Annotated[str, Meta(max_length=500)]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class ListedSkill(Body, frozen=True, kw_only=True):
    """A skill in one of a member's lists. `targetLevel` and `goal` belong to learning, `rate` (per hour) to teaching and working."""

    skill_id: UUID
    level: Level
    target_level: Level | None = None
    goal: Goal | None = None
    rate: Money | None = None


class AddMemberSkill(ListedSkill, frozen=True, kw_only=True):
    """One skill more."""

    purpose: Purpose


class ReplaceMemberSkills(Body, frozen=True, kw_only=True):
    """Whole lists; an absent one stays as it is."""

    teach: list[ListedSkill] | UnsetType = UNSET
    learn: list[ListedSkill] | UnsetType = UNSET
    work: list[ListedSkill] | UnsetType = UNSET


class ChangeMemberSkill(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, null empties."""

    level: Level | UnsetType = UNSET
    target_level: Level | UnsetType | None = UNSET
    goal: Goal | UnsetType | None = UNSET
    rate: Money | UnsetType | None = UNSET


class MemberSkill(Struct, frozen=True, kw_only=True):
    """One skill of one account for one purpose, as stored."""

    id: UUID
    skill_id: UUID
    purpose: Purpose
    level: Level
    target_level: Level | None = None
    goal: str | None = None
    rate_amount: int | None = None
    rate_currency: str | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def rate(self) -> Money | None:
        """What an hour costs."""
        return None if self.rate_amount is None or self.rate_currency is None else Money(self.rate_amount, self.rate_currency)


class MemberSkillView(View, frozen=True, kw_only=True):
    """A member's skill. `goal` is shown to its owner only."""

    id: UUID
    skill: SkillCard
    purpose: Purpose
    level: Level
    target_level: Level | None
    goal: str | None
    rate: Money | None
    created_at: Instant
    updated_at: Instant


class MemberSkillsView(View, frozen=True, kw_only=True):
    """What a member teaches, learns and works with."""

    teach: list[MemberSkillView]
    learn: list[MemberSkillView]
    work: list[MemberSkillView]


def faults(purpose: Purpose, one: ListedSkill, where: str = "") -> Iterator[FieldError]:
    """Yield what does not fit together: what belongs to another purpose, a target not above the level, a negative rate."""
    if purpose != "learn":
        for field, value in (("targetLevel", one.target_level), ("goal", one.goal)):
            if value is not None:
                yield FieldError(f"{where}{field}", "body", "not_for_purpose", "Only a skill you learn has this.")
    elif one.target_level is not None and LEVELS.index(one.target_level) <= LEVELS.index(one.level):
        yield FieldError(f"{where}targetLevel", "body", "not_above", "Must be above the present level.")
    if one.rate is not None and purpose == "learn":
        yield FieldError(f"{where}rate", "body", "not_for_purpose", "Only a skill you teach or work with has a rate.")
    if one.rate is not None and one.rate.amount < 0:
        yield FieldError(f"{where}rate.amount", "body", "too_small", "Must be at least 0.")
