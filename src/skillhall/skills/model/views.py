"""The skill on the wire."""

from typing import Final
from uuid import UUID

from skillhall.kernel.shapes import Instant, View
from skillhall.skills.model.skill import RelationKind, State

QUALITY: Final = {"description": 25, "tags": 10, "aliases": 5, "place": 20, "related": 15, "resources": 10, "verified": 15}
"""What makes an entry useful, and how much; `place` is its place in the graph: what it builds on or what builds on it."""


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
    """How many people teach, learn and work with the skill, how many sessions were held; the rating is null until there are reviews."""

    total_teachers: int
    total_learners: int
    total_workers: int
    total_sessions: int
    avg_rating: float | None


class SkillSummary(View, frozen=True, kw_only=True):
    """A skill in a list."""

    id: UUID
    slug: str
    name: str
    category: str
    subcategory: str | None
    difficulty: int
    description: str
    aliases: list[str]
    tags: list[str]
    status: State
    is_verified: bool
    stats: SkillStats


class SkillView(SkillSummary, frozen=True, kw_only=True):
    """A skill with what it builds on and what is beside it.

    `redirectedFrom` is the id that was asked for, when that skill was merged into this one. `quality`, 0 to 100, is how complete
    the entry is. `decision` is why staff rejected a proposal. `estimatedLearningTime` is in hours. `popularityRank` is 1 for the skill
    that most people learn, null while nobody learns it.
    """

    category_name: str
    tools: list[str]
    industries: list[str]
    estimated_learning_time: int | None
    popularity_rank: int | None
    prerequisites: list[LinkView]
    related: list[RelationView]
    quality: int
    decision: str | None
    redirected_from: UUID | None
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


class SubcategoryView(View, frozen=True, kw_only=True):
    """A part of a category and how many skills it holds."""

    slug: str
    name: str
    description: str
    skills: int


class CategoryView(SubcategoryView, frozen=True, kw_only=True):
    """A category, its subcategories, and how many skills it holds in all. Of a subcategory `parent` is its category."""

    parent: str | None
    subcategories: list[SubcategoryView]


class DifficultyCount(View, frozen=True, kw_only=True):
    """How many skills are this difficult."""

    difficulty: int
    skills: int


class StatisticsView(View, frozen=True, kw_only=True):
    """The catalogue in numbers."""

    total_skills: int
    total_categories: int
    total_prerequisites: int
    total_relations: int
    total_teachers: int
    total_learners: int
    total_sessions: int
    categories: list[CategoryView]
    difficulties: list[DifficultyCount]


def quality_of(has: dict[str, bool]) -> int:
    """Return how complete an entry is, 0 to 100."""
    return sum(weight for part, weight in QUALITY.items() if has[part])
