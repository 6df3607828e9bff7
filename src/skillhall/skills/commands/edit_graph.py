"""Checking what a skill is put into: its category, its prerequisites, what is beside it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.skills.model.refusals import CategoryNotFound, ChainTooLong, PrerequisiteCycle
from skillhall.skills.model.skill import DEEPEST, Relation, Requirement
from skillhall.skills.store import catalogue, categories
from skillhall.skills.store import graph as store


async def check_category(tx: Tx, slug: str, below: str | None) -> None:
    """Refuse a category, or a subcategory of it, that is not there."""
    wrong: list[FieldError] = []
    if not await _is_below(tx, slug, None):
        wrong.append(FieldError("category", "body", "unknown_category", "There is no such category."))
    if below is not None and not await _is_below(tx, below, slug):
        wrong.append(FieldError("subcategory", "body", "unknown_category", "There is no such part of this category."))
    if wrong:
        raise Invalid(*wrong)


async def check_links(tx: Tx, skill_id: UUID, requirements: Sequence[Requirement], relations: Sequence[Relation]) -> None:
    """Refuse prerequisites and relations that are unknown, repeated, or the skill itself; all at once."""
    known = await catalogue.active(tx, [one.skill_id for one in (*requirements, *relations)])
    wrong = [
        *_faults("prerequisites", [one.skill_id for one in requirements], known | {skill_id}),
        *_faults("related", [one.skill_id for one in relations], known - {skill_id}),
    ]
    if wrong:
        raise Invalid(*wrong)


async def rebuild(tx: Tx, skill_id: UUID, wanted: Sequence[Requirement]) -> None:
    """Replace what the skill builds on; refuse a circle, a chain too long. The graph is locked, the links were checked."""
    await check_place(tx, skill_id, [one.skill_id for one in wanted])
    await store.set_prerequisites(tx, skill_id, wanted)


async def check_place(tx: Tx, skill_id: UUID, wanted: Sequence[UUID]) -> None:
    """Refuse when these prerequisites build on the skill, or would make a chain too long. The graph is locked."""
    below = await store.below(tx, wanted, DEEPEST)
    if skill_id in below:
        raise PrerequisiteCycle(skill_id=skill_id)
    if wanted and max(below.values()) + await store.height(tx, skill_id, DEEPEST) > DEEPEST:
        raise ChainTooLong(allowed=DEEPEST)


async def _is_below(tx: Tx, slug: str, parent: str | None) -> bool:
    try:
        return (await categories.category(tx, slug)).parent_slug == parent
    except CategoryNotFound:
        return False


def _faults(field: str, given: Sequence[UUID], known: set[UUID]) -> Iterator[FieldError]:
    for position, skill_id in enumerate(given):
        if skill_id not in known:
            yield FieldError(f"{field}.{position}.skillId", "body", "unknown_skill", "There is no such skill.")
    for position, skill_id in enumerate(given):
        if skill_id in given[:position]:
            yield FieldError(f"{field}.{position}.skillId", "body", "repeated", "This skill is named already.")
