"""What an owner writes of a project: its fields as clients send them, and how they are checked together."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from skillhall.gigs.model.prices import Price, minor_of
from skillhall.gigs.model.project import Level, Pricing, Project, Visibility, visibility
from skillhall.kernel.money import Asset, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Moment

MOST_SKILLS: Final = 20
MOST_TAGS: Final = 20

Line = r"^(?!.*[\x00-\x1f\x7f\x85\u2028\u2029])"
Title = Annotated[str, Meta(min_length=5, max_length=200, pattern=Line, description="One line of text")]
Description = Annotated[str, Meta(max_length=10_000)]
Tag = Annotated[
    str, Meta(min_length=1, max_length=50, pattern=r"^(?!.*[\x00-\x1f\x7f|])\s*\S", description="One line, not blank, without |")
]
SkillWord = Annotated[str, Meta(min_length=1, max_length=100, description="a skill's id, slug or name")]
Skills = Annotated[list[SkillWord], Meta(max_length=MOST_SKILLS)]
Tags = Annotated[list[Tag], Meta(max_length=MOST_TAGS)]
Category = Annotated[str, Meta(min_length=1, max_length=100, description="a category's slug")]
Location = Annotated[str, Meta(max_length=200, pattern=Line, description="One line of text")]


class Budget(Body, frozen=True, kw_only=True):
    """What may be spent: from `min` to `max`, or as money, `amount` in minor units."""

    type: Pricing | None = None
    min: Price | None = None
    max: Price | None = None
    amount: int | None = None
    currency: Asset | None = None


class CreateProject(Body, frozen=True, kw_only=True):
    """What somebody wants done. Without `status` draft it is open at once. Bare amounts are major units of `currency`.

    `requiredSkills` is `skills` by another name; `visibility` private and invite_only mean invited.
    """

    title: Title
    description: Description = ""
    budget: Budget | Decimal | None = None
    currency: Asset | None = None
    pricing: Pricing | None = None
    skills: Skills = field(default_factory=list)
    required_skills: Skills = field(default_factory=list)
    category: Category | None = None
    tags: Tags = field(default_factory=list)
    visibility: str = "public"
    status: str = "open"
    is_remote: bool = True
    location: Location | None = None
    level: Level | None = None
    start_date: Moment | None = None
    deadline: Moment | None = None
    profile_id: UUID | None = None


class ChangeProject(Body, frozen=True, kw_only=True):
    """What is absent stays, null empties, lists are replaced."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    budget: Budget | Decimal | UnsetType | None = UNSET
    currency: Asset | UnsetType = UNSET
    pricing: Pricing | UnsetType = UNSET
    skills: Skills | UnsetType = UNSET
    required_skills: Skills | UnsetType = UNSET
    category: Category | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    visibility: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    is_remote: bool | UnsetType = UNSET
    location: Location | UnsetType | None = UNSET
    level: Level | UnsetType | None = UNSET
    start_date: Moment | UnsetType | None = UNSET
    deadline: Moment | UnsetType | None = UNSET
    profile_id: UUID | UnsetType = UNSET


def budget_of(given: Budget | Decimal | None, asset: str) -> tuple[int | None, int | None]:
    """Return least and most in minor units of `asset`; refuse a most below the least."""
    if given is None:
        return None, None
    if not isinstance(given, Budget):
        amount = minor_of(given, asset, "budget", least=0)
        return amount, amount
    if given.amount is not None:
        amount = minor_of(Money(given.amount, asset), asset, "budget.amount", least=0)
        return amount, amount
    least = None if given.min is None else minor_of(given.min, asset, "budget.min", least=0)
    most = None if given.max is None else minor_of(given.max, asset, "budget.max", least=0)
    if least is not None and most is not None and most < least:
        raise Invalid(FieldError("budget.max", "body", "gigs.range", "Must not be less than the minimum."))
    return least, most


def visibility_of(word: str) -> Visibility:
    """Return the visibility a client means, or refuse."""
    found = visibility(word)
    if found is None:
        raise Invalid(FieldError("visibility", "body", "not_an_option", "One of: public, members, invited."))
    return found


def tags_of(tags: list[str]) -> tuple[str, ...]:
    """Return tags in lower case, each once."""
    return tuple(dict.fromkeys(" ".join(tag.lower().split()) for tag in tags))


def check_dates(project: Project, now: datetime, *changed: str) -> None:
    """Refuse a deadline that has passed when it is set, or that lies before the start."""
    errors: list[FieldError] = []
    if "deadline" in changed and project.deadline is not None and project.deadline <= now:
        errors.append(FieldError("deadline", "body", "gigs.past", "Must lie in the future."))
    elif project.deadline is not None and project.starts_at is not None and project.deadline < project.starts_at:
        errors.append(FieldError("deadline", "body", "gigs.range", "Must not lie before the start."))
    if errors:
        raise Invalid(*errors)
