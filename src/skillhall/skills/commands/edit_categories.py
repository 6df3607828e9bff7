"""Categories: staff adds, renames and deletes them."""

from msgspec import UNSET, structs

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.ids import derived
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject
from skillhall.skills.model.category import Category, ChangeCategory, NewCategory
from skillhall.skills.model.refusals import CategoryNotFound
from skillhall.skills.model.skill import slug_of
from skillhall.skills.model.views import CategoryView
from skillhall.skills.queries import categories as queries
from skillhall.skills.store import categories as store
from skillhall.skills.store import graph


async def add_category(tx: Tx, by: Actor, command: NewCategory) -> CategoryView:  # noqa: ARG001 - the permission is the route's
    """Add a category, or a part of one. The graph's lock keeps a parent from becoming a part meanwhile."""
    await graph.lock_graph(tx)
    new = Category(
        slug=command.slug or slug_of(command.name), name=command.name.strip(), description=command.description, parent_slug=command.parent
    )
    if new.parent_slug is not None and not await _is_whole(tx, new.parent_slug):
        raise Invalid(FieldError("parent", "body", "unknown_category", "There is no such category, or it is a part of one itself."))
    await store.insert(tx, new)
    tx.audit("skills.add_category", _subject(new.slug), after={"slug": new.slug, "parent": new.parent_slug})
    return await queries.category(tx, new.slug)


async def change_category(tx: Tx, by: Actor, slug: str, command: ChangeCategory) -> CategoryView:  # noqa: ARG001
    """Change name or description."""
    await graph.lock_graph(tx)
    old = await store.category(tx, slug)
    changed = structs.replace(
        old,
        name=old.name if command.name is UNSET else command.name.strip(),
        description=old.description if command.description is UNSET else command.description,
    )
    if changed != old:
        await store.update(tx, changed)
        tx.audit("skills.change_category", _subject(slug), before={"name": old.name}, after={"name": changed.name})
    return await queries.category(tx, slug)


async def delete_category(tx: Tx, by: Actor, slug: str) -> Deleted:  # noqa: ARG001
    """Delete an empty category."""
    await graph.lock_graph(tx)
    await store.category(tx, slug)
    await store.delete(tx, slug)
    tx.audit("skills.delete_category", _subject(slug), before={"slug": slug})
    return Deleted(id=_subject(slug).id)


async def _is_whole(tx: Tx, slug: str) -> bool:
    try:
        return (await store.category(tx, slug)).parent_slug is None
    except CategoryNotFound:
        return False


def _subject(slug: str) -> Subject:
    return Subject("skill_category", derived("skill_category", slug))
