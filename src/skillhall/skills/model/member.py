"""What a member teaches, learns and works with."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Final, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError
from skillhall.kernel.shapes import Body, Instant, View
from skillhall.skills.model.views import SkillCard

Purpose = Literal["teach", "learn", "work"]
Level = Literal["beginner", "intermediate", "advanced", "expert"]
Priority = Literal["low", "normal", "high"]
Goal = Annotated[str, Meta(max_length=500)]
Years = Annotated[int, Meta(ge=0, le=80)]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class Details(Body, frozen=True, kw_only=True):
    """A member's skill, without saying what for. `rate` is per hour; `years` is experience."""

    skill_id: UUID
    level: Level
    target_level: Level | None = None
    goal: Goal | None = None
    goal_due: date | None = None
    goal_priority: Priority | None = None
    years: Years | None = None
    rate: Money | None = None


class ListedSkill(Details, frozen=True, kw_only=True):
    """A skill in one of a member's lists. `targetLevel` and the goal belong to learning, `rate` (per hour) to teaching and working."""


class AddMemberSkill(Details, frozen=True, kw_only=True):
    """One skill more."""

    purpose: Purpose


class ReplaceMemberSkills(Body, frozen=True, kw_only=True):
    """Whole lists; an absent one stays as it is."""

    teach: list[ListedSkill] | UnsetType = UNSET
    learn: list[ListedSkill] | UnsetType = UNSET
    work: list[ListedSkill] | UnsetType = UNSET


class ChangeMemberSkill(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, null empties.

    A goal is reached when the level comes up to the target; `reached` says so of one without a target, and raises the level to it
    otherwise.
    """

    level: Level | UnsetType = UNSET
    target_level: Level | UnsetType | None = UNSET
    goal: Goal | UnsetType | None = UNSET
    goal_due: date | UnsetType | None = UNSET
    goal_priority: Priority | UnsetType | None = UNSET
    years: Years | UnsetType | None = UNSET
    rate: Money | UnsetType | None = UNSET
    reached: bool | UnsetType = UNSET


class MemberSkill(Struct, frozen=True, kw_only=True):
    """One skill of one account for one purpose, as stored."""

    id: UUID
    skill_id: UUID
    purpose: Purpose
    level: Level
    target_level: Level | None = None
    goal: str | None = None
    goal_due: date | None = None
    goal_priority: Priority | None = None
    reached_at: datetime | None = None
    years: int | None = None
    rate_amount: int | None = None
    rate_currency: str | None = None
    verified_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def rate(self) -> Money | None:
        """What an hour costs."""
        return None if self.rate_amount is None or self.rate_currency is None else Money(self.rate_amount, self.rate_currency)


class MemberSkillView(View, frozen=True, kw_only=True):
    """A member's skill. The goal, its date, priority and when it was reached are shown to its owner only."""

    id: UUID
    skill: SkillCard
    purpose: Purpose
    level: Level
    target_level: Level | None
    goal: str | None
    goal_due: date | None
    goal_priority: Priority | None
    reached_at: Instant | None
    years: int | None
    rate: Money | None
    is_verified: bool
    created_at: Instant
    updated_at: Instant


class MemberSkillsView(View, frozen=True, kw_only=True):
    """What a member teaches, learns and works with."""

    teach: list[MemberSkillView]
    learn: list[MemberSkillView]
    work: list[MemberSkillView]


class GoalView(View, frozen=True, kw_only=True):
    """What its owner wants to reach in a skill; `id` is that of the listed skill."""

    id: UUID
    skill: SkillCard
    level: Level
    target_level: Level | None
    goal: str | None
    due: date | None
    priority: Priority
    is_overdue: bool
    reached_at: Instant | None


def has_reached(level: Level, target: Level | None) -> bool:
    """Return whether the level stands at the target or above."""
    return target is not None and LEVELS.index(level) >= LEVELS.index(target)


def faults(purpose: Purpose, one: Details, where: str = "", before: MemberSkill | None = None) -> Iterator[FieldError]:
    """Yield what does not fit together: what belongs to another purpose, a new target not above the level, a negative rate."""
    if purpose != "learn":
        fields = {"targetLevel": one.target_level, "goal": one.goal, "goalDue": one.goal_due, "goalPriority": one.goal_priority}
        for field, value in fields.items():
            if value is not None:
                yield FieldError(f"{where}{field}", "body", "not_for_purpose", "Only a skill you learn has this.")
    elif has_reached(one.level, one.target_level) and (before is None or before.target_level != one.target_level):
        yield FieldError(f"{where}targetLevel", "body", "not_above", "Must be above the present level.")
    if one.rate is not None and purpose == "learn":
        yield FieldError(f"{where}rate", "body", "not_for_purpose", "Only a skill you teach or work with has a rate.")
    if one.rate is not None and one.rate.amount < 0:
        yield FieldError(f"{where}rate.amount", "body", "too_small", "Must be 0 or more.")
