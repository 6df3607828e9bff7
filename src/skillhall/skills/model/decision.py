"""What staff decides about skills: proposals, duplicates, verification."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.shapes import Body, Instant, View
from skillhall.profiles.api import PersonCard
from skillhall.skills.model.skill import Reason
from skillhall.skills.model.views import SkillCard, SkillSummary

Why = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=r"\S", description="Text that is not blank", examples=["A duplicate of Viola."])
]


class Approve(Body, frozen=True, kw_only=True):
    """Publish the proposal; with `into`, merge it into that skill instead: its name becomes an alias there."""

    into: UUID | None = None
    reason: Reason | None = None


class Merge(Body, frozen=True, kw_only=True):
    """The skill that stays."""

    into: UUID
    reason: Why


class ProposalView(View, frozen=True, kw_only=True):
    """A proposal as staff sees it: who proposed it, and skills of similar names, the closest first."""

    skill: SkillSummary
    proposer: PersonCard | None
    similar: list[SkillCard]
    proposed_at: Instant


class OwnProposalView(View, frozen=True, kw_only=True):
    """A proposal as its proposer sees it. `decision` is why staff rejected it, null of a withdrawn one; `mergedInto` where it leads now."""

    skill: SkillSummary
    decision: str | None
    merged_into: SkillCard | None
    proposed_at: Instant
