"""Checking what a skill is put into: its category, its prerequisites."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.skills.model.refusals import ChainTooLong, PrerequisiteCycle
from skillhall.skills.model.skill import DEEPEST, Requirement
from skillhall.skills.store import catalogue as store


async def check_category(tx: Tx, slug: str) -> None:
    """Refuse a category that is not there."""
    if not await store.has_category(tx, slug):
        raise Invalid(FieldError("category", "body", "unknown_category", "There is no such category."))


async def rebuild(tx: Tx, skill_id: UUID, wanted: Sequence[Requirement]) -> None:
    """Replace what the skill builds on; refuse what is unknown, a circle, a chain too long. The graph is locked."""
    given = [one.skill_id for one in wanted]
    known = await store.active(tx, given)
    errors = [
        FieldError(f"prerequisites.{position}.skillId", "body", "unknown_skill", "There is no such skill.")
        for position, one in enumerate(given) if one not in known and one != skill_id
    ]  # fmt: skip
    errors += [
        FieldError(f"prerequisites.{position}.skillId", "body", "repeated", "This skill is required already.")
        for position, one in enumerate(given) if one in given[:position]
    ]  # fmt: skip
    if errors:
        raise Invalid(*errors)
    below = await store.below(tx, given, DEEPEST)
    if skill_id in below:
        raise PrerequisiteCycle(skill_id=skill_id)
    if wanted and max(below.values()) + await store.height(tx, skill_id, DEEPEST) > DEEPEST:
        raise ChainTooLong(allowed=DEEPEST)
    await store.set_prerequisites(tx, skill_id, wanted)
