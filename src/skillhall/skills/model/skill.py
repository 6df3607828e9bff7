"""The skill: its fields on the wire, and what is stored."""

import re
import unicodedata
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Body

State = Literal["active", "under_review", "deprecated", "rejected", "merged"]
Settable = Literal["active", "deprecated"]
RelationKind = Literal["similar", "complementary", "advanced", "foundational", "specialized"]
Difficulty = Annotated[int, Meta(ge=1, le=10)]
Strength = Annotated[int, Meta(ge=1, le=10)]
Slug = Annotated[
    str,
    Meta(
        max_length=700,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)",
        description="Small letters, digits and single hyphens",
        examples=["cello"],
    ),
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^[^|]*[^|\s][^|]*$(?!\n)",
        description="Text that is not blank and has no |",
        examples=["Cello"],
    ),
]
MOST_NAMES: Final = 20
Names = Annotated[list[Name], Meta(max_length=MOST_NAMES)]
Hours = Annotated[int, Meta(ge=1, le=10_000)]
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


class Relation(Body, frozen=True, kw_only=True):
    """A skill beside this one: what it is to this one, and how close it stands, 1 to 10."""

    skill_id: UUID
    relationship_type: RelationKind
    strength: Strength = 5


Requirements = Annotated[list[Requirement], Meta(max_length=30)]
Relations = Annotated[list[Relation], Meta(max_length=50)]


class NewSkill(Body, frozen=True, kw_only=True):
    """A skill to publish or to propose. `category` and `subcategory` are slugs, `estimatedLearningTime` is in hours."""

    name: Name
    category: str
    subcategory: str | None = None
    difficulty: Difficulty
    description: Description = ""
    aliases: Names = field(default_factory=list[str])
    tags: Names = field(default_factory=list[str])
    tools: Names = field(default_factory=list[str])
    industries: Names = field(default_factory=list[str])
    estimated_learning_time: Hours | None = None
    prerequisites: Requirements = field(default_factory=list[Requirement])
    related: Relations = field(default_factory=list[Relation])
    reason: Reason | None = None


class ChangeSkill(Body, frozen=True, kw_only=True):
    """The fields to change; absent ones stay, lists are replaced. `status` is for staff. Another category drops the subcategory."""

    name: Name | UnsetType = UNSET
    category: str | UnsetType = UNSET
    subcategory: str | UnsetType | None = UNSET
    difficulty: Difficulty | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    aliases: Names | UnsetType = UNSET
    tags: Names | UnsetType = UNSET
    tools: Names | UnsetType = UNSET
    industries: Names | UnsetType = UNSET
    estimated_learning_time: Hours | UnsetType | None = UNSET
    prerequisites: Requirements | UnsetType = UNSET
    related: Relations | UnsetType = UNSET
    status: Settable | UnsetType = UNSET
    reason: Reason | None = None


class Skill(Struct, frozen=True, kw_only=True):
    """One skill as stored. `account_id` is who proposed it; `decision` why it was rejected; `merged_into` where a merged one leads."""

    id: UUID
    slug: str
    name: str
    category_slug: str
    subcategory_slug: str | None = None
    difficulty: int
    description: str
    aliases: list[str]
    tags: list[str]
    tools: list[str] = field(default_factory=list[str])
    industries: list[str] = field(default_factory=list[str])
    estimated_learning_time: int | None = None
    state: State
    account_id: UUID | None = None
    profile_id: UUID | None = None
    merged_into: UUID | None = None
    decision: str | None = None
    version: int = 1


def skill_id_of(slug: str) -> UUID:
    """Return the id of the skill with this slug: the same in every hall."""
    return derived("skill", slug)


def slug_of(name: str) -> str:
    """Return the slug of a name: `C#` is `c-sharp`; a name without Latin letters gets a derived one."""
    spelled = name.replace("+", " plus ").replace("#", " sharp ").replace("&", " and ")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or f"skill-{derived('slug', name.casefold()).hex[-12:]}"


def joined(first: list[str], *others: list[str]) -> list[str]:
    """Return all these texts in order, each once whatever its case."""
    seen: dict[str, str] = {}
    for text in [*first, *(text for other in others for text in other)]:
        seen.setdefault(text.casefold(), text)
    return list(seen.values())
