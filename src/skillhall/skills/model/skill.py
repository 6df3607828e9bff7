"""The skill: its fields on the wire, and the refusals its rules make."""

import re
import unicodedata
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Body, Instant, View

State = Literal["active", "under_review", "deprecated"]
RelationKind = Literal["similar", "complementary", "advanced", "foundational", "specialized"]
Difficulty = Annotated[int, Meta(ge=1, le=10)]
Strength = Annotated[int, Meta(ge=1, le=10)]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^|]*[^|\s][^|]*$", examples=["Cello"])]
Names = Annotated[list[Name], Meta(max_length=20)]
Description = Annotated[str, Meta(max_length=2000)]
Reason = Annotated[str, Meta(max_length=500)]
DEEPEST: Final = 10
PUBLISH: Final = "skill.publish"


class SkillRules(Struct, frozen=True, kw_only=True):
    """What an operator may set about skills."""

    open_proposals: int = 20
    skills_per_purpose: int = 50


class Requirement(Body, frozen=True, kw_only=True):
    """A skill to have before, and how much it matters, 1 to 10."""

    skill_id: UUID
    strength: Strength = 5


class NewSkill(Body, frozen=True, kw_only=True):
    """A skill to publish or to propose. `category` is a slug."""

    name: Name
    category: str
    difficulty: Difficulty
    description: Description = ""
    aliases: Names = field(default_factory=list[str])
    tags: Names = field(default_factory=list[str])
    prerequisites: Annotated[list[Requirement], Meta(max_length=30)] = field(default_factory=list[Requirement])
    reason: Reason | None = None


class ChangeSkill(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, lists are replaced. `status` is for staff."""

    name: Name | UnsetType = UNSET
    category: str | UnsetType = UNSET
    difficulty: Difficulty | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    aliases: Names | UnsetType = UNSET
    tags: Names | UnsetType = UNSET
    prerequisites: Annotated[list[Requirement], Meta(max_length=30)] | UnsetType = UNSET
    status: State | UnsetType = UNSET
    reason: Reason | None = None


class Skill(Struct, frozen=True, kw_only=True):
    """One skill as stored. `account_id` is who proposed it."""

    id: UUID
    slug: str
    name: str
    category_slug: str
    difficulty: int
    description: str
    aliases: list[str]
    tags: list[str]
    state: State
    account_id: UUID | None = None
    profile_id: UUID | None = None
    version: int = 1


class SkillCard(View, frozen=True, kw_only=True):
    """A skill as every other view shows one. `category` is a slug."""

    id: UUID
    slug: str
    name: str
    category: str
    difficulty: int


class RequirementView(View, frozen=True, kw_only=True):
    """A skill to have before, by id."""

    skill_id: UUID
    strength: int


class LinkView(View, frozen=True, kw_only=True):
    """A skill to have before, as a card."""

    skill: SkillCard
    strength: int


class RelationView(View, frozen=True, kw_only=True):
    """A skill beside this one."""

    skill: SkillCard
    relationship_type: RelationKind
    strength: int


class SkillStats(View, frozen=True, kw_only=True):
    """How many people teach, learn and work with the skill; the average rating is null until there are reviews."""

    total_teachers: int
    total_learners: int
    total_workers: int
    avg_rating: float | None


class SkillSummary(View, frozen=True, kw_only=True):
    """A skill in a list."""

    id: UUID
    slug: str
    name: str
    category: str
    difficulty: int
    description: str
    aliases: list[str]
    tags: list[str]
    status: State
    stats: SkillStats


class SkillView(SkillSummary, frozen=True, kw_only=True):
    """A skill with what it builds on and what is beside it."""

    category_name: str
    prerequisites: list[LinkView]
    related: list[RelationView]
    created_at: Instant
    updated_at: Instant
    version: int


class StepView(View, frozen=True, kw_only=True):
    """One skill on the way: `depth` is its longest distance from the goal, `requires` what comes before it."""

    skill: SkillCard
    depth: int
    requires: list[RequirementView]


class TreeView(View, frozen=True, kw_only=True):
    """Everything a skill builds on, prerequisites first and the skill itself last; what builds on it; what is beside it."""

    skill: SkillCard
    depth: int
    nodes: list[StepView]
    leads_to: list[LinkView]
    related: list[RelationView]


class PathView(View, frozen=True, kw_only=True):
    """The order to learn in: every step after what it requires, the skill itself last."""

    skill: SkillCard
    steps: list[StepView]


class CategoryView(View, frozen=True, kw_only=True):
    """A category and how many skills it holds."""

    slug: str
    name: str
    description: str
    skills: int


class DifficultyCount(View, frozen=True, kw_only=True):
    """How many skills are this difficult."""

    difficulty: int
    skills: int


class StatisticsView(View, frozen=True, kw_only=True):
    """The catalogue in numbers."""

    total_skills: int
    total_categories: int
    total_prerequisites: int
    total_teachers: int
    total_learners: int
    categories: list[CategoryView]
    difficulties: list[DifficultyCount]


def skill_id_of(slug: str) -> UUID:
    """Return the id of the skill with this slug: the same in every hall."""
    return derived("skill", slug)


def slug_of(name: str) -> str:
    """Return the slug of a name: `C#` is `c-sharp`; a name without Latin letters gets a derived one."""
    spelled = name.replace("+", " plus ").replace("#", " sharp ").replace("&", " and ")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or f"skill-{derived('slug', name.casefold()).hex[-12:]}"
